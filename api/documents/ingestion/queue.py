"""Reads in, one after the other and behind, the files that staff hand in."""

import asyncio
import hashlib
import logging
from collections import deque
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from anyio import from_thread, to_thread

from api.contract.staff import Ingestion, IngestionState
from api.db.faults import fault_of
from api.documents.ingestion.impact import ImpactFinder
from api.documents.ingestion.sink import StoreSink
from api.documents.ingestion.spool import SpooledFile, UploadSpool
from api.documents.store import DocumentStore
from api.errors import StorageError
from api.texts import problem_text
from api.work import WorkPool
from ingest.report import Ending, FileOutcome, Progress
from ingest.settings import IngestSettings
from ingest.texts import say
from knowledge.app import Knowledge
from knowledge.documents import ClauseLabels
from knowledge.kit.files import sweep_drafts

log = logging.getLogger(__name__)

SHOWN = 50
# As installations know it: what waits there is read after an upgrade.
SPOOL_FOLDER = "handed_in"
PUT_OFF_S = 5.0


class IngestionQueue:
    """Files that staff handed in, and the one run that works on them."""

    def __init__(
        self,
        store: DocumentStore,
        knowledge: Knowledge,
        impact: ImpactFinder,
        settings: IngestSettings,
        work: WorkPool,
    ) -> None:
        self._store, self._knowledge, self._settings = store, knowledge, settings
        self._impact, self._work = impact, work
        self._spool = UploadSpool(settings.data_dir / SPOOL_FOLDER)
        self._queue: asyncio.Queue[tuple[Ingestion, SpooledFile]] = asyncio.Queue()
        self._shown: deque[Ingestion] = deque(maxlen=SHOWN)
        self._stopping = False

    def new_path(self, name: str) -> Path:
        """Where a file that is handed in is kept until it was read; its name is kept too."""
        return self._spool.new_path(name)

    def hand_in(self, path: Path, *, region: str | None, actor: str) -> Ingestion:
        """Queue a file."""
        return self._queue_up(self._spool.keep(path, region=region, actor=actor))

    def discard(self, path: Path) -> None:
        """Delete a file that could not be written whole."""
        self._spool.discard(path)

    def recent(self) -> list[Ingestion]:
        """The files handed in since the start, the latest first."""
        return list(self._shown)

    async def work(self) -> None:
        """Read what was left by a process that ended, then what is handed in, until cancelled."""
        await to_thread.run_sync(self._spool.sweep)
        await to_thread.run_sync(sweep_drafts, self._settings.data_dir / "quarantine")
        for file in self._spool.left_over():
            self._queue_up(file)
        try:
            while True:
                job, file = await self._queue.get()
                try:
                    do = self._give_up if await self._is_given_up(file) else self._read
                    await to_thread.run_sync(do, job, file)
                except Exception as error:
                    if fault := fault_of(error):
                        await self._put_off(job, file, fault)
                        continue
                    log.exception("a file handed in could not be read; it is kept")
                    job.state, job.message = IngestionState.SET_ASIDE, say("reading-failed")
                    job.advice = say("advice-reading-failed")
        finally:
            self._stopping = True  # the thread cannot be interrupted; it asks for this

    async def _is_given_up(self, file: SpooledFile) -> bool:
        """Whether reading it ended the process time and again, before it was kept."""
        if not self._spool.is_given_up(file):
            return False
        content_hash = await to_thread.run_sync(_hash, file.path)
        kept = await self._store.files()
        return not any(content_hash in hashes for hashes in kept.values())

    async def _put_off(self, job: Ingestion, file: SpooledFile, fault: StorageError) -> None:
        """Try again when there may be room or a database: nothing is wrong with the file."""
        log.warning("a file handed in waits: %s", fault.code)
        job.state, job.message = IngestionState.WAITING, problem_text(fault.code)[0]
        await asyncio.sleep(PUT_OFF_S)
        job.message = ""
        self._queue.put_nowait((job, file))

    def _queue_up(self, file: SpooledFile) -> Ingestion:
        job = Ingestion(id=file.id, name=file.path.name, state=IngestionState.WAITING)
        self._shown.appendleft(job)
        self._queue.put_nowait((job, file))
        return job

    def _read(self, job: Ingestion, file: SpooledFile) -> None:
        self._spool.begin(file)
        job.state = IngestionState.READING
        try:
            outcome, sink = self._ingest(job, file)
        except BaseException as error:
            if self._stopping or fault_of(error) is not None:
                self._spool.take_back(file)
            raise
        self._close(job, outcome, sink)
        if outcome.ending is Ending.CANCELLED:  # the next start reads that one
            self._spool.take_back(file)
        else:
            self._spool.forget(file)

    def _ingest(self, job: Ingestion, file: SpooledFile) -> tuple[FileOutcome, StoreSink]:
        # Here and not above: the start does not wait for the readers of each kind of file.
        from ingest.pipeline import ingest_files

        def show(step: Progress) -> None:
            job.page, job.pages = step.page, step.pages

        placed = {"ingest_region": file.region} if file.region else {}
        settings = self._settings.model_copy(update=placed)
        sink = StoreSink(self._store, _wait, actor=file.actor)
        report = ingest_files(
            [file.path],
            sink,
            workers=1,
            on_progress=show,
            guess_labels=self._guess_labels,
            should_stop=lambda: self._stopping,
            settings=settings,
        )
        return report.outcomes[0], sink

    def _give_up(self, job: Ingestion, file: SpooledFile) -> None:
        """Set aside a file that ended the process that read it, and would end this one."""
        from ingest.pipeline import give_up

        outcome = give_up(file.path, self._settings.data_dir)
        log.error("a file handed in is not read again: %s", file.id)
        job.state = IngestionState.SET_ASIDE
        job.message, job.advice = outcome.message, outcome.advice
        self._spool.forget(file)

    def _guess_labels(self, text: str) -> ClauseLabels:
        """Clause by clause, so that people's questions go between."""
        guessed: ClauseLabels = _wait(
            self._work.run_behind(partial(self._knowledge.guess_labels, text))
        )
        return guessed

    def _close(self, job: Ingestion, outcome: FileOutcome, sink: StoreSink) -> None:
        job.message, job.advice = outcome.message, outcome.advice
        job.document_id = outcome.document_id
        if outcome.ending in (Ending.INDEXED, Ending.NEW_VERSION) and outcome.document_id:
            job.impact = _wait(self._impact.find(sink.get(outcome.document_id)))
        kept = outcome.ending not in (Ending.QUARANTINED, Ending.CANCELLED)
        job.state = IngestionState.DONE if kept else IngestionState.SET_ASIDE


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _wait(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in the application's loop, from the thread that reads."""

    async def run() -> Any:
        return await coroutine

    return from_thread.run(run)
