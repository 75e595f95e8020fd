"""Reads in, one after the other and behind, the files that staff hand in."""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from anyio import from_thread, to_thread

from api.contract.staff import Ingestion, IngestionState, Touched, TouchedFigureView
from api.documents.store import DocumentStore
from bot.added_documents import StoreSink
from ingest.report import Ending, FileOutcome, Progress
from ingest.settings import IngestSettings
from knowledge.app import Knowledge
from knowledge.documents import PolicyDocument
from knowledge.rules.touched import find_touched

log = logging.getLogger(__name__)

SHOWN = 50


class BackgroundIngestor:
    """A queue of files and the one run that works on it; see ``Ingestor`` of the API."""

    def __init__(
        self, store: DocumentStore, knowledge: Knowledge, settings: IngestSettings
    ) -> None:
        self._store, self._knowledge, self._settings = store, knowledge, settings
        self._queue: asyncio.Queue[tuple[Ingestion, Path, str | None, str]] = asyncio.Queue()
        self._shown: deque[Ingestion] = deque(maxlen=SHOWN)
        self._stopping = False

    def new_path(self, name: str) -> Path:
        """Where a file that is handed in is kept until it was read; its name is kept too."""
        folder = self._settings.data_dir / "handed_in" / uuid.uuid4().hex
        folder.mkdir(parents=True)
        return folder / name

    def hand_in(self, path: Path, name: str, *, region: str | None, actor: str) -> Ingestion:
        """Queue a file."""
        job = Ingestion(id=path.parent.name, name=name, state=IngestionState.WAITING)
        self._shown.appendleft(job)
        self._queue.put_nowait((job, path, region, actor))
        return job

    def recent(self) -> list[Ingestion]:
        """The files handed in since the start, the latest first."""
        return list(self._shown)

    async def work(self) -> None:
        """Read what is handed in until cancelled."""
        try:
            while True:
                job, path, region, actor = await self._queue.get()
                try:
                    await to_thread.run_sync(self._read, job, path, region, actor)
                except Exception:
                    log.exception("a file handed in could not be read")
                    job.state = IngestionState.SET_ASIDE
                _forget(path)
        finally:
            self._stopping = True  # the thread cannot be interrupted; it asks for this

    def _read(self, job: Ingestion, path: Path, region: str | None, actor: str) -> None:
        # Here and not above: the start does not wait for the readers of each kind of file.
        from ingest.pipeline import ingest_files

        job.state = IngestionState.READING

        def show(step: Progress) -> None:
            job.page, job.pages = step.page, step.pages

        settings = self._settings.model_copy(update={"ingest_region": region} if region else {})
        sink = StoreSink(self._store, _wait, actor=actor)
        report = ingest_files(
            [path],
            sink,
            workers=1,
            on_progress=show,
            guess_topics=self._knowledge.guess_topics,
            should_stop=lambda: self._stopping,
            settings=settings,
        )
        self._close(job, report.outcomes[0], sink)

    def _close(self, job: Ingestion, outcome: FileOutcome, sink: StoreSink) -> None:
        job.message, job.advice = outcome.message, outcome.advice
        job.document_id = outcome.document_id
        if outcome.ending in (Ending.INDEXED, Ending.NEW_VERSION) and outcome.document_id:
            job.touched = touched_by(sink.get(outcome.document_id), self._knowledge)
        kept = outcome.ending not in (Ending.QUARANTINED, Ending.CANCELLED)
        job.state = IngestionState.DONE if kept else IngestionState.SET_ASIDE


def touched_by(document: PolicyDocument, knowledge: Knowledge) -> Touched:
    """The figures that a document touches."""
    return Touched(
        figures=[
            TouchedFigureView(
                parameter=one.parameter.name,
                label=one.parameter.label,
                region=one.value.region,
                value=str(one.value.value),
                clause=one.value.clause,
                rests_on=one.rests_on,
            )
            for one in find_touched(
                knowledge.parameters,
                document,
                live=knowledge.assistant.live_documents(),
                on=knowledge.assistant.today(),
            )
        ],
        faq=[],
    )


def _wait(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in the application's loop, from the thread that reads."""

    async def run() -> Any:
        return await coroutine

    return from_thread.run(run)


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
        path.parent.rmdir()
