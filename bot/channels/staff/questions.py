"""Questions that were not answered well, the most frequent first."""

from fastapi import Request
from nicegui import ui

from api.contract.staff import QuestionGroup, StaffQuestion
from bot.channels.staff.faq import FaqEditor
from bot.channels.staff.frame import SECTIONS, Desk, Reception, frame, text, told
from bot.channels.staff.trace import show_trace


def register_questions(reception: Reception) -> None:
    """Serve the page."""

    @ui.page(SECTIONS["questions"], title=text("title"))
    async def questions(request: Request) -> None:
        if desk := await reception.sit_down(request):
            with frame(desk, "questions"):
                view = QuestionList(desk)
            await view.load()


class QuestionList:
    """Groups of questions with what may be done about each."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._list = ui.column().classes("w-full")

    async def load(self) -> None:
        """Read the list anew."""
        async with told():
            groups = await self._desk.client.unanswered()
            self._list.clear()
            with self._list:
                for group in groups:
                    self._draw(group)
                if not groups:
                    ui.label(text("nothing-waiting")).classes("staff-soft")

    def _draw(self, group: QuestionGroup) -> None:
        with ui.column().classes("staff-box"):
            ui.label(group.question).classes("staff-h2")
            facts = group.model_dump(include={"count", "unanswered", "unhelpful"})
            ui.label(text("group-facts", **facts, region=group.region or "—")).classes("staff-soft")
            for variant in group.variants:
                ui.label(f"· {variant}").classes("staff-soft")
            show_trace(group.trace)
            with ui.row().classes("staff-row"):
                ui.button(text("draft"), on_click=lambda: self._draft(group)).props(
                    "unelevated dense no-caps"
                )
                ui.button(text("dismiss"), on_click=lambda: self._dismiss(group.id)).props(
                    "outline dense no-caps"
                )

    async def _draft(self, group: QuestionGroup) -> None:
        async with told():
            asked = StaffQuestion(question=group.question, region=group.region)
            draft = await self._desk.client.draft(asked)
            # With a draft the questions leave the queue: the answers are where they go on.
            editor = FaqEditor(self._desk, lambda: self._dismiss(group.id))
            editor.open(draft.question, draft.region, draft.text, draft.clauses, group.variants)

    async def _dismiss(self, question_id: str) -> None:
        async with told():
            await self._desk.client.dismiss(question_id)
            await self.load()
