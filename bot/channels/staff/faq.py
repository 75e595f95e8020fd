"""Answers by staff: written, approved, looked at again, retired."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import Request
from nicegui import ui

from api.contract.staff import FaqChange, FaqState, FaqView, StaffRole
from bot.channels.staff.frame import SECTIONS, Desk, Reception, frame, text, told

NATION = "100000"


def register_faq(reception: Reception) -> None:
    """Serve the page."""

    @ui.page(SECTIONS["faq"], title=text("title"))
    async def faq(request: Request) -> None:
        if desk := await reception.sit_down(request):
            with frame(desk, "faq"):
                view = FaqList(desk)
            await view.load()


class FaqList:
    """All answers by staff with what may be done to each."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        ui.button(text("new-faq"), on_click=lambda: self._editor().open()).props(
            "unelevated no-caps"
        )
        self._list = ui.column().classes("w-full")

    async def load(self) -> None:
        """Read the list anew."""
        async with told():
            found = await self._desk.client.faq()
            self._list.clear()
            with self._list:
                for view in found:
                    self._draw(view)
                if not found:
                    ui.label(text("no-faq")).classes("staff-soft")

    def _editor(self) -> "FaqEditor":
        return FaqEditor(self._desk, self.load)

    def _draw(self, view: FaqView) -> None:
        with ui.column().classes("staff-box"):
            with ui.row().classes("staff-row"):
                ui.label(text(f"state-{view.state}")).classes(f"staff-chip {view.state}")
                ui.label(view.question).classes("staff-h2 staff-grow")
            ui.label(view.text).classes("staff-words")
            ui.label("　".join(f"[{n}] {ref}" for n, ref in enumerate(view.clauses, 1))).classes(
                "staff-soft"
            )
            if view.changed_clauses:
                ui.label(text("changed", clauses="、".join(view.changed_clauses)))
            with ui.row().classes("staff-row"):
                _button("edit", lambda: self._editor().change(view))
                if self._desk.may(StaffRole.EDITOR) and view.state is not FaqState.RETIRED:
                    if view.state is not FaqState.APPROVED:
                        _button("approve", lambda: self._do(self._desk.client.approve, view.id))
                    _button("retire", lambda: self._do(self._desk.client.retire, view.id))

    async def _do(self, act: Callable[[str], Awaitable[FaqView]], faq_id: str) -> None:
        async with told():
            await act(faq_id)
            await self.load()


class FaqEditor:
    """The form in which an answer is written; closes when it was kept."""

    def __init__(self, desk: Desk, on_saved: Callable[[], Awaitable[None]] | None = None) -> None:
        self._desk, self._on_saved = desk, on_saved
        self._faq_id: str | None = None
        with ui.dialog().props("maximized") as self._dialog, ui.card().classes("w-full"):
            self._question = ui.input(text("question")).classes("w-full")
            self._variants = ui.textarea(text("variants")).classes("w-full")
            self._region = ui.input(text("region")).classes("w-full")
            self._text = ui.textarea(text("text")).classes("w-full")
            self._clauses = ui.textarea(text("clauses")).classes("w-full")
            with ui.row().classes("staff-row"):
                self._words = ui.input(text("search-clause")).classes("staff-grow")
                self._words.on("keydown.enter", self._search)
                _button("search-clause", self._search)
            self._hits = ui.column().classes("w-full")
            with ui.row().classes("staff-row"):
                ui.button(text("save"), on_click=self._save).props("unelevated no-caps")
                _button("cancel", self._dialog.close)

    def open(
        self,
        question: str = "",
        region: str = NATION,
        words: str = "",
        clauses: Sequence[str] = (),
        variants: Sequence[str] = (),
    ) -> None:
        """Open the form with a start."""
        self._question.value, self._region.value, self._text.value = question, region, words
        self._variants.value, self._clauses.value = "\n".join(variants), "\n".join(clauses)
        self._dialog.open()

    def change(self, view: FaqView) -> None:
        """Open the form with an answer that is kept already."""
        self._faq_id = view.id
        self.open(view.question, view.region, view.text, view.clauses, view.variants)

    async def _search(self) -> None:
        if not self._words.value:
            return
        async with told():
            hits = await self._desk.client.search_clauses(str(self._words.value))
            self._hits.clear()
            with self._hits:
                for hit in hits:
                    ref = f"{hit.document_id}#{hit.clause.id}"
                    words = f"＋ 《{hit.title}》{hit.clause.heading}：{hit.clause.text[:80]}"
                    ui.button(words, on_click=lambda ref=ref: self._add(ref)).props(
                        "flat no-caps align=left"
                    )

    def _add(self, ref: str) -> None:
        lines = _lines(self._clauses.value)
        self._clauses.value = "\n".join(dict.fromkeys([*lines, ref]))

    async def _save(self) -> None:
        async with told():
            change = FaqChange.model_construct(
                question=self._question.value,
                variants=_lines(self._variants.value),
                region=self._region.value or NATION,
                text=self._text.value,
                clauses=_lines(self._clauses.value),
            )
            await self._desk.client.save_faq(change, self._faq_id)
            self._dialog.close()
            ui.notify(text("saved"), type="positive")
            if self._on_saved:
                await self._on_saved()


def _lines(typed: str | None) -> list[str]:
    return [line.strip() for line in (typed or "").splitlines() if line.strip()]


def _button(key: str, act: Callable[[], object]) -> None:
    ui.button(text(key), on_click=act).props("outline dense no-caps")
