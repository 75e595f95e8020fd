"""The list of branches: the same as on the map, as buttons."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from api.contract.branches import BranchState, BranchView
from bot.channels.emap import branch_words
from bot.channels.emap.texts import text

OnPick = Callable[[str], Awaitable[None]]


def show_list(branches: Sequence[BranchView], chosen: str | None, on_pick: OnPick) -> None:
    """Draw the branches in their order."""
    with ui.element("ul").classes("emap-list").props(f'aria-label="{text("list-label")}"'):
        for branch in branches:
            with ui.element("li"):
                _show_item(branch, branch.id == chosen, on_pick)


def _show_item(branch: BranchView, is_chosen: bool, on_pick: OnPick) -> None:
    item = ui.element("button").classes("emap-item").props('type="button"')
    item.on("click", lambda: on_pick(branch.id), [])
    if is_chosen:
        item.classes("chosen").props('aria-current="true"')
    with item:
        with ui.element("span").classes("emap-item-head"):
            ui.label(branch.name).classes("emap-item-name")
            if measured := branch_words.distance(branch):
                ui.label(measured).classes("emap-item-distance")
        ui.label(branch.address).classes("emap-item-address")
        with ui.element("span").classes("emap-item-notes"):
            for mark, words in _notes(branch):
                ui.label(words).classes(f"emap-note {mark}")


def _notes(branch: BranchView) -> list[tuple[str, str]]:
    if branch.state is not BranchState.OPEN:
        return [("gone", text(branch.state.value))]
    notes = [branch_words.opening(branch)]
    if branch.is_sample:
        notes.append(("sample", text("sample")))
    if branch.is_stale:
        notes.append(("stale", text("stale-short")))
    return notes
