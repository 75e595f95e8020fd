"""Files in, documents out: each file ends in exactly one way, none is lost silently."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

from ingest.errors import Reason
from ingest.labels import GuessLabels, no_labels, with_labels
from ingest.links import settle_links
from ingest.loaders.base import LoadLimits
from ingest.ports import DocumentSink, KnownDocument, SourceFile
from ingest.quarantine import Quarantine, hash_file
from ingest.reading import Reading, ReadOptions
from ingest.report import Ending, FileOutcome, IngestReport, Progress
from ingest.settings import IngestSettings
from ingest.signature import Signature
from ingest.versions import Relation, Shelf, as_version
from ingest.workers import Bounds, PageRead, read_in_parallel
from knowledge.documents import PolicyDocument
from knowledge.kit.clock import china_today

_log = logging.getLogger(__name__)
_MB = 1024 * 1024


def ingest_files(
    paths: Iterable[Path],
    sink: DocumentSink,
    *,
    workers: int = 2,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    guess_labels: GuessLabels = no_labels,
    should_stop: Callable[[], bool] = lambda: False,
    settings: IngestSettings | None = None,
) -> IngestReport:
    """Read files and folders into the sink.

    Safe to repeat: a file whose content is kept already is skipped. Safe to kill: what was
    put is whole, what was not is read the next time. ``should_stop`` is asked several times
    a second; files not ready by then end as cancelled. ``settings.ingest_region`` is the
    place of documents that name none.

    The caller's main module must be importable (``if __name__ == "__main__"``): workers are
    spawned processes.
    """
    settings = settings or IngestSettings()
    run = _Run(sink, settings, guess_labels, expand(paths), on_progress)
    unread = run.sort_out()
    events = read_in_parallel(
        unread,
        _options(settings),
        workers=workers,
        bounds=Bounds(
            silence_s=settings.ingest_silence_s,
            total_s=settings.ingest_max_s,
            memory=settings.ingest_max_memory_mb * _MB,
        ),
        should_stop=should_stop,
    )
    with closing(events):
        for event in events:
            if isinstance(event, PageRead):
                run.tell_page(event)
            elif isinstance(event.result, Reading):
                run.take_in(event.path, event.result)
            else:
                run.set_aside(event.path, event.result)
    return run.report()


def give_up(path: Path, data_dir: Path) -> FileOutcome:
    """Quarantine a file whose reading never ends well; from now on it is not even begun."""
    copy = Quarantine(data_dir).keep(path, hash_file(path), Reason.INTERRUPTED)
    reason = Reason.INTERRUPTED
    return FileOutcome(path, Ending.QUARANTINED, reason=reason, quarantined_as=copy)


def expand(paths: Iterable[Path]) -> list[Path]:
    """All files, folders replaced by the files below them; hidden ones left out, none twice."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = (child for child in sorted(path.rglob("*")) if child.is_file())
            found += [c for c in below if not _is_hidden(c.relative_to(path))]
        else:
            found.append(path)
    return list({path.resolve(): path for path in reversed(found)}.values())[::-1]


def _is_hidden(path: Path) -> bool:
    # ~$ is what Word leaves beside an open document.
    return any(part.startswith((".", "~$")) for part in path.parts)


def _options(settings: IngestSettings) -> ReadOptions:
    limits = LoadLimits(
        max_unpacked=settings.ingest_max_unpacked_mb * _MB,
        max_scanned_pages=settings.ingest_max_scanned_pages,
        ocr_dpi=settings.ingest_ocr_dpi,
        max_paragraphs=settings.ingest_max_paragraphs,
        max_paragraph=settings.ingest_max_paragraph_characters,
        max_characters=settings.ingest_max_characters,
        max_clauses=settings.ingest_max_clauses,
    )
    return ReadOptions(limits, settings.ingest_region, china_today())


class _Run:
    """The state of one call: what is known, and how each file ended."""

    def __init__(
        self,
        sink: DocumentSink,
        settings: IngestSettings,
        guess_labels: GuessLabels,
        files: Sequence[Path],
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._sink, self._settings, self._guess_labels = sink, settings, guess_labels
        self._files, self._on_progress = files, on_progress
        self._shelf = Shelf(sink)
        self._quarantine = Quarantine(settings.data_dir)
        self._outcomes: dict[Path, FileOutcome] = {}
        self._twins: dict[str, list[Path]] = {}
        self._hashes: dict[Path, str] = {}

    def sort_out(self) -> list[Path]:
        """End files that need no reading; the others, one of those with the same content."""
        unread: list[Path] = []
        for path in self._files:
            content_hash = hash_file(path)
            if content_hash is None:
                self.set_aside(path, Reason.MISSING)
                continue
            self._hashes[path] = content_hash
            if path.stat().st_size > self._settings.ingest_max_file_mb * _MB:
                self.set_aside(path, Reason.TOO_LARGE)
            elif self._quarantine.reason_of(content_hash) is Reason.INTERRUPTED:
                self.set_aside(path, Reason.INTERRUPTED)
            elif holder := self._shelf.holder_of(content_hash):
                self._end_as_kept(path, Ending.UNCHANGED, holder)
            elif content_hash in self._twins:
                self._twins[content_hash].append(path)
            else:
                self._twins[content_hash] = []
                unread.append(path)
        return unread

    def tell_page(self, event: PageRead) -> None:
        """Pass on that a page of a scan was read."""
        done, total = len(self._outcomes), len(self._files)
        self._on_progress(Progress(done, total, event.path, event.page, event.pages))

    def take_in(self, path: Path, reading: Reading) -> None:
        """Keep a document that was read, unless its text is kept already."""
        verdict = self._shelf.compare(reading.document, reading.signature)
        content_hash = reading.content_hash
        if verdict.relation is Relation.SAME_TEXT and verdict.other:
            self._sink.add_source(verdict.other, SourceFile(content_hash, path.name))
            self._shelf.note_hash(verdict.other, content_hash)
            document_id = verdict.other
            self._end_as_kept(path, Ending.NEAR_DUPLICATE, document_id)
        else:
            document = with_labels(reading.document, self._guess_labels)
            document = self._shelf.with_free_id(document, content_hash)
            document = self._shelf.link_repeals(document)
            ending = Ending.INDEXED
            if verdict.relation is Relation.NEW_VERSION and verdict.other:
                document = as_version(document, self._sink.get(verdict.other))
                ending = Ending.NEW_VERSION
            self._put(document, reading.signature, SourceFile(content_hash, path.name))
            document_id = document.id
            self._end(FileOutcome(path, ending, document_id=document_id, other_id=verdict.other))
        self._quarantine.release(content_hash)
        for twin in self._twins.get(self._hashes[path], ()):
            self._end_as_kept(twin, Ending.NEAR_DUPLICATE, document_id)

    def set_aside(self, path: Path, reason: Reason) -> None:
        """Quarantine a file, and those of the same content."""
        content_hash = self._hashes.get(path)
        for same in (path, *self._twins.get(content_hash or "", ())):
            copy = self._quarantine.keep(same, content_hash, reason)
            _log.warning("quarantined %s: %s", same.name, reason.value)
            self._end(FileOutcome(same, Ending.QUARANTINED, reason=reason, quarantined_as=copy))

    def report(self) -> IngestReport:
        """How all files ended; those not reached were cancelled."""
        return IngestReport(
            tuple(
                self._outcomes.get(path) or FileOutcome(path, Ending.CANCELLED)
                for path in self._files
            )
        )

    def _put(self, document: PolicyDocument, signature: Signature, source: SourceFile) -> None:
        links = (*document.supersedes, *document.superseded_by)
        linked = {link: self._sink.get(link) for link in links}
        settled = settle_links({document.id: document, **linked})
        changed = [settled[link] for link in linked if settled[link] != linked[link]]
        kept = settled[document.id]
        self._sink.put(kept, source=source, signature=signature, changed=changed)
        self._shelf.add(
            KnownDocument(
                id=kept.id,
                number=kept.number,
                title=kept.title,
                content_hashes=frozenset({source.content_hash}),
                signature=signature,
                supersession=kept.supersession,
            )
        )

    def _end_as_kept(self, path: Path, ending: Ending, holder: str) -> None:
        """A file whose text is kept already; a clerk must hear when that is out of use."""
        if self._shelf.is_withdrawn(holder):
            ending = Ending.WITHDRAWN
        self._end(FileOutcome(path, ending, document_id=holder))

    def _end(self, outcome: FileOutcome) -> None:
        self._outcomes[outcome.path] = outcome
        self._on_progress(Progress(len(self._outcomes), len(self._files), outcome.path))
