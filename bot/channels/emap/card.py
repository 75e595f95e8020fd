"""The card of one branch."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from api.contract.branches import BranchState, BranchView, NavigationLinks
from bot.channels.emap import branch_words
from bot.channels.emap.texts import text

OnBranch = Callable[[str], Awaitable[None]]


def show_card(
    branch: BranchView,
    *,
    on_close: Callable[[], None],
    on_branch: OnBranch,
    on_take: OnBranch | None,
) -> None:
    """Draw what is known of a branch.

    ``on_branch`` opens the one that it moved to; ``on_take`` brings it to the chat that the
    map was opened from, if there is one.
    """
    with ui.element("article").classes("emap-card").props(f'aria-label="{text("title")}"'):
        with ui.element("div").classes("emap-card-head"):
            with ui.element("h2").classes("emap-card-title").props('tabindex="-1"'):
                ui.label(branch.name)
            ui.button(icon="close", on_click=on_close).props(
                f'flat round dense aria-label="{text("close")}"'
            ).classes("emap-screen")
        for warning in branch_words.warnings(branch):
            ui.label(warning).classes("emap-warning")
        if branch.moved_to:
            target = branch.moved_to
            ui.button(text("moved-to"), on_click=lambda: on_branch(target)).props(
                "outline no-caps dense"
            ).classes("emap-screen")
        if branch.state is BranchState.OPEN:
            state, words = branch_words.opening(branch)
            ui.label(words).classes(f"emap-opening {state}")
        for line in branch_words.hours(branch):
            ui.label(line).classes("emap-line")
        for line in branch_words.facts(branch):
            ui.label(line).classes("emap-line")
        _show_phone(branch.phone)
        data = text("data", day=branch.data_date, source=branch.source)
        ui.label(data).classes("emap-line emap-soft")
        if on_take is not None:
            ui.button(text("take"), icon="send", on_click=lambda: on_take(branch.id)).props(
                "unelevated no-caps"
            ).classes("emap-screen")
        if branch.navigation and branch.state is BranchState.OPEN:
            _show_directions(branch.navigation)


def _show_phone(phone: str | None) -> None:
    if phone is None:
        ui.label(text("phone-unknown")).classes("emap-line")
        return
    with ui.element("div").classes("emap-line"):
        ui.label(text("phone")).classes("emap-inline")
        ui.link(phone, f"tel:{phone.replace(' ', '')}").classes("emap-link")


def _show_directions(links: NavigationLinks) -> None:
    with ui.element("nav").classes("emap-directions").props(f'aria-label="{text("directions")}"'):
        ui.label(text("directions")).classes("emap-line")
        for app, address in links.model_dump().items():
            ui.link(text(f"app-{app}"), address, new_tab=True).classes("emap-button").props(
                'rel="noopener noreferrer"'
            )
