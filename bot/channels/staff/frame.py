"""What all staff pages share: the session, the frame, the words, the errors."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from importlib.resources import files

import httpx
import yaml
from nicegui import app, ui

from api.contract.problem import ApiProblemError, ApiUnreachableError
from api.contract.staff import StaffRole, StaffView
from api.contract.staff_client import StaffClient

SECTIONS = {
    "ask": "/staff",
    "questions": "/staff/questions",
    "faq": "/staff/faq",
    "documents": "/staff/documents",
}
LOGIN = "/staff/login"
Connect = Callable[[str | None], StaffClient]


class Desk:
    """A member of staff at work: who it is, and the client that acts for them."""

    def __init__(self, client: StaffClient, staff: StaffView) -> None:
        self.client, self.staff = client, staff

    def may(self, role: StaffRole) -> bool:
        """Whether the role of this member of staff includes another."""
        return self.staff.role.may(role)


def connector(http: httpx.AsyncClient) -> Connect:
    """Makes a client for the session token that it is given."""
    return lambda token: StaffClient(http, token)


def sit_down(connect: Connect) -> Desk | None:
    """The desk of the session in this browser; sends people without one to the login page."""
    kept = app.storage.user.get("staff")
    if not kept:
        ui.navigate.to(LOGIN)
        return None
    return Desk(connect(kept["token"]), StaffView.model_validate(kept["staff"]))


@contextmanager
def frame(desk: Desk | None, section: str) -> Iterator[None]:
    """The page around a section."""
    style = files("bot.channels.staff").joinpath("staff.css").read_text("utf-8")
    ui.add_head_html(f"<style>{style}</style>")
    ui.query("html").props('lang="zh-CN"')
    ui.colors(primary="#1f6f54")
    with ui.header().classes("staff-header"):
        ui.label(text("title")).classes("staff-title").props('role="heading" aria-level="1"')
        if desk is not None:
            with ui.element("nav").classes("staff-nav"):
                for name, path in SECTIONS.items():
                    link = ui.link(text(name), path).classes("staff-link")
                    if name == section:
                        link.classes("here").props('aria-current="page"')
            ui.button(text("logout"), on_click=lambda: _leave(desk)).props(
                "flat dense no-caps color=white"
            )
    with ui.column().classes("staff-page"):
        yield


@asynccontextmanager
async def told() -> AsyncIterator[None]:
    """Tells a refusal of the API; a session that has ended leads to the login page."""
    try:
        yield
    except ApiProblemError as error:
        if error.problem.status == 401 and app.storage.user.get("staff"):
            app.storage.user.pop("staff", None)
            ui.navigate.to(LOGIN)
        ui.notify(f"{error.problem.title}。{error.problem.detail}", type="warning", multi_line=True)
    except ApiUnreachableError:
        ui.notify(text("offline"), type="negative")


async def _leave(desk: Desk) -> None:
    async with told():
        await desk.client.log_out()
    app.storage.user.pop("staff", None)
    ui.navigate.to(LOGIN)


def text(key: str, **fields: object) -> str:
    """A sentence of the catalog of the staff pages."""
    return _catalog()[key].format(**fields)


@cache
def _catalog() -> dict[str, str]:
    raw = files("bot.channels.staff").joinpath("texts.yaml").read_text("utf-8")
    return {key: str(value) for key, value in yaml.safe_load(raw).items()}
