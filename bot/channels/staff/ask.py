"""Ask as an applicant would, and see all that stands behind the answer."""

from datetime import date

from fastapi import Request
from nicegui import ui

from api.contract.staff import FoundClause, StaffAnswer, StaffQuestion
from bot.channels.citations import source_facts, source_title
from bot.channels.staff.faq import FaqEditor
from bot.channels.staff.frame import SECTIONS, Desk, Reception, frame, text, told
from bot.channels.staff.trace import show_trace

COLUMNS = ("verdict", "clause", "score", "coverage", "cosine", "force")


def register_ask(reception: Reception) -> None:
    """Serve the page."""

    @ui.page(SECTIONS["ask"], title=text("title"))
    async def ask(request: Request) -> None:
        if desk := await reception.sit_down(request):
            with frame(desk, "ask"):
                AskView(desk)


class AskView:
    """The question, and what came of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        with ui.column().classes("staff-box"), ui.row().classes("staff-row"):
            self._question = ui.input(text("question")).classes("staff-grow")
            self._question.on("keydown.enter", self._ask)
            self._region = ui.input(text("region")).classes("staff-grow")
            self._day = ui.input(text("as-of")).classes("staff-grow")
            ui.button(text("ask-now"), on_click=self._ask).props("unelevated no-caps")
        self._result = ui.column().classes("w-full")

    async def _ask(self) -> None:
        async with told():
            question = StaffQuestion(
                question=str(self._question.value or " "),
                region=self._region.value or None,
                as_of=_day(self._day.value),
            )
            self._show(await self._desk.client.answer(question))

    def _show(self, found: StaffAnswer) -> None:
        self._result.clear()
        read = found.understanding
        with self._result:
            with ui.column().classes("staff-box"):
                ui.label(text("answer")).classes("staff-h2")
                ui.label(found.answer.text).classes("staff-words")
                for citation in found.answer.citations:
                    line = f"{source_title(citation)} · {source_facts(citation)}"
                    ui.label(line).classes("staff-soft")
                ui.button(text("write-faq"), on_click=self._write_faq).props("outline no-caps")
            with ui.column().classes("staff-box"):
                ui.label(text("understood")).classes("staff-h2")
                ui.label(
                    text(
                        "reading",
                        intent=text(f"intent-{read.intent}"),
                        topics="、".join(text(f"topic-{topic}") for topic in read.topics) or "—",
                        subject=text(f"subject-{read.subject}"),
                        region=read.region or "—",
                        day=read.as_of,
                    )
                ).classes("staff-soft")
            with ui.column().classes("staff-box"):
                ui.label(text("why")).classes("staff-h2")
                show_trace(found.trace)
            with ui.column().classes("staff-box"):
                ui.label(text("found")).classes("staff-h2")
                _table(found.clauses)

    async def _write_faq(self) -> None:
        async with told():
            region = self._region.value or None
            asked = StaffQuestion(question=str(self._question.value), region=region)
            draft = await self._desk.client.draft(asked)
            FaqEditor(self._desk).open(draft.question, draft.region, draft.text, draft.clauses)


def _table(clauses: list[FoundClause]) -> None:
    columns = [
        {"name": name, "field": name, "label": text(f"col-{name}"), "align": "left"}
        for name in COLUMNS
    ]
    rows = [
        {
            "id": position,
            "verdict": text(f"verdict-{one.verdict}"),
            "clause": f"《{one.title}》{one.clause.heading}：{one.clause.text}",
            "score": f"{one.score:.2f}",
            "coverage": f"{one.coverage:.2f}",
            "cosine": "—" if one.cosine is None else f"{one.cosine:.3f}",
            "force": text(f"force-{one.in_force}"),
        }
        for position, one in enumerate(clauses)
    ]
    ui.table(columns=columns, rows=rows, row_key="id").classes("staff-table").props("flat dense")


def _day(typed: str | None) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return None
