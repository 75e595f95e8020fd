"""The search box: branches and places while one types."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from api.contract.branch_map import BranchMatches
from bot.channels.emap.texts import text

LEAST_LETTERS = 2
WAIT_MS = 250

Find = Callable[[str], Awaitable[BranchMatches | None]]
OnPlace = Callable[[str, str | None], Awaitable[None]]
OnBranch = Callable[[str], Awaitable[None]]


class SearchBox:
    """Suggests what the words may mean; the enter key takes them for a place."""

    def __init__(self, find: Find, *, on_place: OnPlace, on_branch: OnBranch) -> None:
        self._find, self._on_place, self._on_branch = find, on_place, on_branch
        self._settled = ""  # words that have been searched, of which the last may yet arrive
        with ui.element("search").classes("emap-search"):
            self._entry = (
                ui.input(placeholder=text("search"), on_change=self._suggest)
                .props('outlined dense clearable maxlength=100 autocomplete="off" type="search"')
                .props(f'debounce={WAIT_MS} aria-label="{text("search")}" clear-icon="close"')
                .classes("emap-entry")
                # The key overtakes the words, which come a little later: it brings its own.
                .on(
                    "keydown.enter",
                    lambda event: self._search(str(event.args)),
                    js_handler="event => emit(event.target.value)",
                )
            )
            ui.button(icon="search", on_click=lambda: self._search(self.words)).props(
                f'unelevated aria-label="{text("search-go")}"'
            )
        self._list = ui.element("ul").classes("emap-suggestions")

    @property
    def words(self) -> str:
        """What has been typed."""
        return str(self._entry.value or "").strip()

    def close(self) -> None:
        """Take the suggestions away."""
        self._list.clear()

    async def _search(self, words: str) -> None:
        self._settled = words.strip()
        self.close()
        if self._settled:
            await self._on_place(self._settled, None)

    async def _suggest(self) -> None:
        words = self.words
        wants_more = len(words) >= LEAST_LETTERS and words != self._settled
        found = await self._find(words) if wants_more else None
        if words != self.words or (wants_more and words == self._settled):
            return  # more has been typed or searched meanwhile
        self.close()
        if found is None:
            return
        with self._list:
            for place in found.places:
                label = text("suggest-place", place=place.name)
                self._offer(label, "", partial(self._on_place, place.name, place.region))
            for branch in found.branches:
                self._offer(branch.name, branch.address, partial(self._on_branch, branch.id))
            if not found.places and not found.branches:
                with ui.element("li").classes("emap-suggest-none"):
                    ui.label(text("suggest-none"))

    def _offer(self, label: str, note: str, take: Callable[[], Awaitable[None]]) -> None:
        async def taken() -> None:
            self.close()
            await take()

        with ui.element("li"):
            button = ui.element("button").classes("emap-suggestion").props('type="button"')
            button.on("click", taken, [])
            with button:
                ui.label(label)
                if note:
                    ui.label(note).classes("emap-soft")
