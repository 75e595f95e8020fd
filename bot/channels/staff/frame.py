"""What all staff pages share: the session, the frame, the words, the errors."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from importlib.resources import files

import httpx
import yaml
from fastapi import Request
from nicegui import ui

from api.contract.callers import CallerHash
from api.contract.problem import ApiProblemError, ApiUnreachableError
from api.contract.staff import StaffRole, StaffView
from api.contract.staff_client import StaffClient
from bot.channels.staff.session import LEAVE, EntryDesk, SessionCookies

SECTIONS = {
    "ask": "/staff",
    "questions": "/staff/questions",
    "faq": "/staff/faq",
    "documents": "/staff/documents",
}
LOGIN = "/staff/login"
LOOK_EVERY_S = 60.0
JAVASCRIPT_S = 10.0


class Desk:
    """A member of staff at work: who it is, and the client that acts for them."""

    def __init__(self, client: StaffClient, staff: StaffView) -> None:
        self.client, self.staff = client, staff

    def may(self, role: StaffRole) -> bool:
        """Whether the role of this member of staff includes another."""
        return self.staff.role.may(role)


class Reception:
    """Where pages learn who is in front of them, and get a client that acts for them."""

    def __init__(
        self, http: httpx.AsyncClient, callers: CallerHash, cookies: SessionCookies
    ) -> None:
        self._http, self._callers, self._cookies = http, callers, cookies
        self.desk = EntryDesk()

    def stranger(self, origin: str) -> StaffClient:
        """For somebody who wants to log in from there."""
        return StaffClient(self._http, caller=self._callers.of(origin))

    async def sit_down(self, request: Request) -> Desk | None:
        """The desk of the session in this browser; without one the way leads to the login page."""
        if token := self._cookies.token(request):
            client = StaffClient(self._http, token)
            async with told():
                return Desk(client, await client.me())
        ui.navigate.to(LOGIN)
        return None


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
    if desk is not None:
        # What is shown goes when the session has ended, also when nobody touches the page.
        ui.timer(LOOK_EVERY_S, lambda: _look(desk), immediate=False)
    with ui.column().classes("staff-page"):
        yield


@asynccontextmanager
async def told() -> AsyncIterator[None]:
    """Tells a refusal of the API; a session that has ended leads to the login page."""
    try:
        yield
    except ApiProblemError as error:
        if error.problem.code == "not_authenticated":
            ui.notify(text("session-ended"), type="warning")
            ui.navigate.to(LOGIN)
            return
        ui.notify(f"{error.problem.title}。{error.problem.detail}", type="warning", multi_line=True)
    except ApiUnreachableError:
        ui.notify(text("offline"), type="negative")


async def _look(desk: Desk) -> None:
    async with told():
        await desk.client.me(by_itself=True)


async def _leave(desk: Desk) -> None:
    async with told():
        await desk.client.log_out()
    await ui.run_javascript(f"await fetch('{LEAVE}', {{method: 'POST'}})", timeout=JAVASCRIPT_S)
    ui.navigate.to(LOGIN)


def text(key: str, **fields: object) -> str:
    """A sentence of the catalog of the staff pages."""
    return _catalog()[key].format(**fields)


@cache
def _catalog() -> dict[str, str]:
    raw = files("bot.channels.staff").joinpath("texts.yaml").read_text("utf-8")
    return {key: str(value) for key, value in yaml.safe_load(raw).items()}
