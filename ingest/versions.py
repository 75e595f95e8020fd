"""Whether a document is new, known already, or another version of a known one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ingest.metadata.validity import repealed_numbers
from ingest.ports import DocumentSink, KnownDocument
from ingest.signature import Signature, SignatureTable, coverage, figures, likeness
from ingest.texts import say
from knowledge.documents import Conflict, PolicyDocument

_LIKELY, _NEAR, _PART = 0.8, 0.9, 0.97


class Relation(Enum):
    """What a document is to those that are kept."""

    NEW = "new"
    SAME_TEXT = "same_text"
    NEW_VERSION = "new_version"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``other`` is the kept document that it repeats, replaces or resembles."""

    relation: Relation
    other: str | None = None


def text_of(document: PolicyDocument) -> str:
    """The text that is compared: all clauses, in order."""
    return "\n".join(clause.text for clause in document.clauses)


class Shelf:
    """The kept documents as ingestion sees them, with what makes comparing fast."""

    def __init__(self, sink: DocumentSink) -> None:
        self._sink = sink
        self._known: list[KnownDocument] = []
        self._signatures = SignatureTable()
        self._by_hash: dict[str, str] = {}
        for document in sink.known():
            self.add(document)

    def add(self, document: KnownDocument) -> None:
        """Take in a document that was just kept."""
        self._known.append(document)
        self._signatures.add(document.signature)
        self._by_hash.update(dict.fromkeys(document.content_hashes, document.id))

    def note_hash(self, document_id: str, content_hash: str) -> None:
        """Take in one more file of a kept document."""
        self._by_hash[content_hash] = document_id

    def with_free_id(self, document: PolicyDocument, content_hash: str) -> PolicyDocument:
        """The document, its id lengthened by its file's hash when another has that id."""
        if all(known.id != document.id for known in self._known):
            return document
        return _rename(document, f"{document.id}-{content_hash[:8]}")

    def holder_of(self, content_hash: str) -> str | None:
        """The id of the document made of exactly that file."""
        return self._by_hash.get(content_hash)

    def is_withdrawn(self, document_id: str) -> bool:
        """Whether staff took the document out of use; its text stays kept."""
        return any(known.id == document_id and known.is_withdrawn for known in self._known)

    def compare(self, document: PolicyDocument, signature: Signature) -> Verdict:
        """The relation of a document to the kept ones.

        Texts count as one only when they agree in at least nine of ten shingles *and* in
        every figure: a notice that raises a limit from 20万 to 30万 differs in two
        characters. Two numbers mean two documents, however alike.
        """
        near = self._find_near(document, signature)
        if (
            near is not None
            and _may_be_one(document.number, near.number)
            and figures(text_of(self._sink.get(near.id))) == figures(text_of(document))
        ):
            return Verdict(Relation.SAME_TEXT, near.id)
        if (other := self._latest_of_number(document.number)) is not None:
            is_part = _is_part(document, self._sink.get(other))
            return Verdict(Relation.SAME_TEXT if is_part else Relation.NEW_VERSION, other)
        if near is None:
            return Verdict(Relation.NEW)
        unnumbered = document.number is None and near.number is None
        is_version = unnumbered and near.title == document.title
        return Verdict(Relation.NEW_VERSION if is_version else Relation.NEW, near.id)

    def link_repeals(self, document: PolicyDocument) -> PolicyDocument:
        """The document with links to the kept ones that it repeals, or that repeal it."""
        own = _numbers(document.number)
        repealed = set(repealed_numbers(document.supersession)) - own
        supersedes = [o.id for o in self._known if _numbers(o.number) & repealed]
        superseded_by = [
            o.id
            for o in self._known
            if own & (set(repealed_numbers(o.supersession)) - _numbers(o.number))
        ]
        return document.model_copy(
            update={
                "supersedes": _extended(document.supersedes, supersedes),
                "superseded_by": _extended(document.superseded_by, superseded_by),
            }
        )

    def _latest_of_number(self, number: str | None) -> str | None:
        same = [o.id for o in self._known if number is not None and o.number == number]
        current = [id_ for id_ in same if not self._sink.get(id_).superseded_by]
        return next(iter([*current, *same]), None)

    def _find_near(self, document: PolicyDocument, signature: Signature) -> KnownDocument | None:
        estimates = self._signatures.estimate(signature)
        likely = [
            (self._known[i], float(estimates[i])) for i in (estimates >= _LIKELY).nonzero()[0]
        ]
        # Of equally alike ones the one of the same number is meant.
        likely.sort(key=lambda pair: (pair[0].number != document.number, -pair[1]))
        text = text_of(document)
        return next(
            (o for o, _ in likely if likeness(text, text_of(self._sink.get(o.id))) >= _NEAR), None
        )


def _numbers(number: str | None) -> set[str]:
    """The single numbers of a jointly issued document."""
    return set(number.split("、")) if number else set()


def _is_part(document: PolicyDocument, other: PolicyDocument) -> bool:
    """Whether it is the kept document without some of it, such as its annexes.

    Such a copy must not replace the whole; a later date makes it a version all the same.
    """
    mine, theirs = text_of(document), text_of(other)
    return (
        _order(document, other) is None
        and not figures(mine) - figures(theirs)
        and coverage(mine, theirs) >= _PART
    )


def _may_be_one(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def as_version(document: PolicyDocument, other: PolicyDocument) -> PolicyDocument:
    """The document as a version beside ``other``, which is kept too.

    The later date supersedes. Where dates do not tell, the one that came later does, unless
    it is a scan of a text that is kept: a figure misread must not replace the right one.
    Both are said as conflicts.
    """
    conflicts = [
        *document.conflicts,
        Conflict(
            about=say("conflict-version-about"),
            detail=say("conflict-version-detail", title=other.title),
        ),
    ]
    order = _order(document, other)
    if order is None:
        order = _is_scanned(other) or not _is_scanned(document)
        conflicts.append(
            Conflict(about=say("conflict-order-about"), detail=say("conflict-order-detail"))
        )
    if order:
        links = {"supersedes": _extended(document.supersedes, [other.id])}
    else:
        links = {"superseded_by": _extended(document.superseded_by, [other.id])}
    return document.model_copy(update={"conflicts": tuple(conflicts), **links})


def _is_scanned(document: PolicyDocument) -> bool:
    return say("note-scanned") in document.notes


def _order(document: PolicyDocument, other: PolicyDocument) -> bool | None:
    """Whether ``document`` is the newer; None when the dates do not tell."""
    for mine, theirs in (
        (document.issued, other.issued),
        (document.effective_from, other.effective_from),
    ):
        if mine and theirs and mine.first != theirs.first and len(mine.text) == len(theirs.text):
            return mine.first > theirs.first
    return None


def _rename(document: PolicyDocument, document_id: str) -> PolicyDocument:
    clauses = tuple(
        clause.model_copy(update={"document_id": document_id}) for clause in document.clauses
    )
    return document.model_copy(update={"id": document_id, "clauses": clauses})


def _extended(links: tuple[str, ...], more: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*links, *more)))
