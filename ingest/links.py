"""What becomes of documents that others supersede: status, last day, links at both ends."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from ingest.metadata.dates import is_whole, of_day
from ingest.texts import say
from knowledge.documents import DocumentStatus, PartialDate, PolicyDocument


def settle_links(documents: Mapping[str, PolicyDocument]) -> dict[str, PolicyDocument]:
    """The documents with both ends of every link between them, superseded ones marked so."""
    replaces: dict[str, list[str]] = {document_id: [] for document_id in documents}
    replaced_by: dict[str, list[str]] = {document_id: [] for document_id in documents}
    for document in documents.values():
        for older in document.supersedes:
            replaces[document.id].append(older)
            if older in replaced_by:
                replaced_by[older].append(document.id)
        for newer in document.superseded_by:
            replaced_by[document.id].append(newer)
            if newer in replaces:
                replaces[newer].append(document.id)
    return {
        document.id: _linked(document, replaces[document.id], replaced_by[document.id], documents)
        for document in documents.values()
    }


def _linked(
    document: PolicyDocument,
    supersedes: Sequence[str],
    superseded_by: Sequence[str],
    documents: Mapping[str, PolicyDocument],
) -> PolicyDocument:
    linked = document.model_copy(
        update={
            "supersedes": tuple(dict.fromkeys(supersedes)),
            "superseded_by": tuple(dict.fromkeys(superseded_by)),
        }
    )
    if not superseded_by:
        return linked
    starts = [
        newer.effective_from
        for newer_id in superseded_by
        if (newer := documents.get(newer_id)) and newer.effective_from
    ]
    end, note = _end(document, starts)
    notes = (*document.notes, note) if note and note not in document.notes else document.notes
    status = (
        DocumentStatus.EXPIRED
        if document.status is DocumentStatus.EXPIRED
        else DocumentStatus.SUPERSEDED
    )
    return linked.model_copy(update={"status": status, "effective_to": end, "notes": notes})


def _end(
    document: PolicyDocument, successors_start: Sequence[PartialDate]
) -> tuple[PartialDate | None, str | None]:
    """The last day of a superseded document: before its successor starts, where both tell.

    A printed end that lies later no longer says that the document holds until then.
    """
    printed, starts = document.effective_to, document.starts
    if whole := [start for start in successors_start if is_whole(start)]:
        last = min(start.first for start in whole) - timedelta(days=1)
        if printed is not None and printed.first <= last:
            return printed, None
        if starts is not None and starts.first <= last:
            return of_day(last), None
    if printed is None:
        return None, None
    return None, say("note-end-as-printed", day=printed.spoken())
