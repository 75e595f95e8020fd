"""Policy documents: looked up, handed in, withdrawn, restored."""

from fastapi import Request
from nicegui import events, ui

from api.contract.staff import (
    DocumentChange,
    Impact,
    Ingestion,
    StaffDocument,
    StaffDocumentView,
    StaffRole,
)
from bot.channels.staff.frame import SECTIONS, Desk, Reception, frame, text, told

SHOWN = 40
REFRESH_S = 1.0


def register_documents(reception: Reception) -> None:
    """Serve the page."""

    @ui.page(SECTIONS["documents"], title=text("title"))
    async def documents(request: Request) -> None:
        if desk := await reception.sit_down(request):
            with frame(desk, "documents"):
                if desk.may(StaffRole.EDITOR):
                    Upload(desk)
                view = DocumentList(desk)
            await view.load()


class Upload:
    """Files handed in, and how far each is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        with ui.column().classes("staff-box"):
            self._region = ui.input(text("upload-region")).classes("w-full")
            ui.upload(
                label=text("upload"), multiple=True, auto_upload=True, on_upload=self._take
            ).classes("w-full").props("flat bordered")
            self._jobs = ui.column().classes("w-full")
        self._timer = ui.timer(REFRESH_S, self._load)

    async def _take(self, upload: events.UploadEventArguments) -> None:
        async with told():
            content = await upload.file.read()
            region = self._region.value or None
            await self._desk.client.hand_in(upload.file.name, content, region)
            self._timer.activate()
            await self._load()

    async def _load(self) -> None:
        async with told():
            jobs = await self._desk.client.ingestions()
            self._jobs.clear()
            with self._jobs:
                for job in jobs[:10]:
                    _draw_job(job)
            if all(job.state in ("done", "set_aside") for job in jobs):
                self._timer.deactivate()


class DocumentList:
    """A search over all documents, one of them open at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._all: list[StaffDocument] = []
        self._search = ui.input(text("search"), on_change=self._draw).classes("w-full")
        self._list = ui.column().classes("w-full")
        with ui.dialog() as self._dialog:
            self._card = ui.card().classes("w-full")

    async def load(self) -> None:
        """Read the list anew."""
        async with told():
            self._all = await self._desk.client.documents()
            self._draw()

    def _draw(self) -> None:
        wanted = str(self._search.value or "").strip()
        fitting = [
            d
            for d in self._all
            if wanted in f"{d.title} {d.number or ''} {d.id} {d.region_name} {d.region}"
        ]
        # What this office added or withdrew is what it looks for most.
        fitting.sort(key=lambda d: (not d.is_added, d.state == "live"))
        self._list.clear()
        with self._list:
            for document in fitting[:SHOWN]:
                with ui.row().classes("staff-box staff-row"):
                    state = ui.label(text(f"state-{document.state}")).classes("staff-chip")
                    state.classes(document.state)
                    ui.button(
                        f"《{document.title}》{document.number or ''}",
                        on_click=lambda d=document: self._open(d.id),
                    ).props("flat dense no-caps align=left").classes("staff-grow")
                    origin = "added" if document.is_added else "shipped"
                    ui.label(f"{document.region_name} · {text(origin)}").classes("staff-soft")

    async def _open(self, document_id: str) -> None:
        async with told():
            view = await self._desk.client.document(document_id)
            self._card.clear()
            with self._card:
                self._draw_document(view)
            self._dialog.open()

    def _draw_document(self, view: StaffDocumentView) -> None:
        ui.label(f"《{view.title}》{view.number or ''}").classes("staff-h2")
        for note in view.notes:
            ui.label(note).classes("staff-soft")
        _draw_impact(view.impact)
        for event in view.events:
            when = event.at.strftime("%Y-%m-%d %H:%M")
            words = (when, text(f"event-{event.kind}"), event.actor, event.reason or "")
            ui.label(" · ".join(filter(None, words))).classes("staff-soft")
        if self._desk.may(StaffRole.EDITOR):
            is_live = view.state == "live"
            if is_live:
                impact = view.impact
                counts = {"figures": sum(f.rests_on for f in impact.figures)}
                ui.label(text("confirm-withdraw", **counts, faq=len(impact.faq)))
            reason = ui.input(text("reason")).classes("w-full")
            ui.button(
                text("withdraw" if is_live else "restore"),
                on_click=lambda: self._switch(view.id, is_live, str(reason.value or "") or None),
            ).props("unelevated no-caps")
        for clause in view.clauses:
            ui.label(f"{clause.heading}（#{clause.id}）").classes("staff-h2")
            ui.label(clause.text).classes("staff-words")

    async def _switch(self, document_id: str, is_live: bool, reason: str | None) -> None:
        async with told():
            client = self._desk.client
            act = client.withdraw if is_live else client.restore
            await act(document_id, DocumentChange(reason=reason))
            self._dialog.close()
            await self.load()


def _draw_job(job: Ingestion) -> None:
    with ui.column().classes("staff-box"):
        with ui.row().classes("staff-row"):
            ui.label(text(f"job-{job.state}")).classes(f"staff-chip {job.state}")
            ui.label(job.name).classes("staff-grow")
            if job.page and job.pages:
                ui.label(text("pages", page=job.page, pages=job.pages)).classes("staff-soft")
        for words in (job.message, job.advice):
            if words:
                ui.label(words)
        if job.impact:
            _draw_impact(job.impact)


def _draw_impact(impact: Impact) -> None:
    counts = {"figures": len(impact.figures), "answers": len(impact.faq)}
    if not any(counts.values()):
        return
    with ui.expansion(text("impact", **counts)).classes("w-full"):
        for figure in impact.figures:
            why = text("rests-on" if figure.rests_on else "beside")
            row = figure.model_dump(include={"label", "region", "value", "clause"})
            ui.label(text("impact-row", **row, why=why)).classes("staff-soft")
        for answer in impact.faq:
            why = text("rests-on" if answer.rests_on else "beside")
            ui.label(text("impact-answer", question=answer.question, why=why)).classes("staff-soft")
