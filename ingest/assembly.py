"""Puts a document together from what its file says."""

import hashlib
import re
from datetime import date
from functools import cache
from pathlib import PurePath

from pypinyin import lazy_pinyin

from ingest.content import FileContent
from ingest.errors import Reason, UnreadableFileError
from ingest.metadata.reader import Head, read_head
from ingest.normaliser.normaliser import CleanText, normalise_content
from ingest.segmenter.segmenter import segment
from ingest.texts import say
from knowledge.documents import (
    NATION,
    Conflict,
    DocumentKind,
    DocumentStatus,
    PolicyDocument,
    Source,
    SourceKind,
)
from knowledge.kit.privacy import mask_personal_data

_LONGEST_SLUG = 40
_LONGEST_BEGINNING = 30
_FREE_OF_PLACE = {
    DocumentKind.PRACTICE_REPORT,
    DocumentKind.OVERVIEW,
    DocumentKind.PRESS_CONFERENCE,
}


def assemble(
    content: FileContent, *, file_name: str, region: str | None, today: date
) -> PolicyDocument:
    """The document of a file; attributes that its text does not say stay None.

    ``region`` is the adcode for a text that names no place.

    Raises:
        UnreadableFileError: no clause, or no place where a rule would hold.
    """
    clean = normalise_content(content)
    head = read_head(clean)
    title = head.title or _title_from(clean)
    document_id = make_id(head.number, title, clean.text)
    items = [item for index, item in enumerate(clean.items) if index not in head.used]
    clauses = segment(items, document_id=document_id)
    if not clauses:
        raise UnreadableFileError(Reason.NO_TEXT)
    return PolicyDocument(
        id=document_id,
        title=title,
        number=head.number,
        kind=head.kind,
        issuers=head.issuers,
        region=head.region or region or _without_region(head.kind),
        issued=head.issued,
        effective_from=head.validity.effective_from,
        effective_to=head.validity.effective_to,
        status=_status(head, today),
        supersession=(
            say("supersession-said", sentence=head.validity.repeal)
            if head.validity.repeal
            else None
        ),
        conflicts=_conflicts(head),
        notes=_notes(content, clean, head, region),
        sources=(Source(title=_source_title(file_name), kind=_source_kind(head)),),
        clauses=clauses,
    )


def make_id(number: str | None, title: str, text: str) -> str:
    """The id: the number in pinyin, else the title, each with a short hash.

    Different numbers may sound alike (济人社发, 冀人社发), different texts share a title.
    """
    told = number or title
    slug = re.sub(r"[^a-z0-9]+", "-", "".join(_syllables(told)).lower()).strip("-")
    slug = slug[:_LONGEST_SLUG].strip("-") or "document"
    identity = number or f"{title}\n{text}"
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return f"{slug}-{digest[:4] if number else digest[:8]}"


@cache
def _syllables(text: str) -> tuple[str, ...]:
    # Stretches without Chinese characters come back whole: 〔2023〕12.
    return tuple(re.sub(r"[^\x00-\x7f]", "-", part) for part in lazy_pinyin(text))


def _title_from(clean: CleanText) -> str:
    beginning = re.split(r"[。！？；：\n]", clean.text, maxsplit=1)[0][:_LONGEST_BEGINNING]
    return say("title-from-text", beginning=mask_personal_data(beginning))


def _without_region(kind: DocumentKind) -> str:
    """The nation for what is no rule; a rule without a place must not hold everywhere.

    Raises:
        UnreadableFileError: it is a rule.
    """
    if kind in _FREE_OF_PLACE:
        return NATION
    raise UnreadableFileError(Reason.REGION_UNKNOWN)


def _status(head: Head, today: date) -> DocumentStatus:
    if head.kind is DocumentKind.DRAFT:
        return DocumentStatus.UNKNOWN
    end = head.validity.effective_to
    if head.is_declared_void or (end is not None and end.first < today):
        return DocumentStatus.EXPIRED
    return DocumentStatus.IN_FORCE if head.validity.says_in_force else DocumentStatus.UNKNOWN


def _conflicts(head: Head) -> tuple[Conflict, ...]:
    if not head.validity.is_contradictory:
        return ()
    return (Conflict(about=say("conflict-dates-about"), detail=say("conflict-dates-detail")),)


def _notes(
    content: FileContent, clean: CleanText, head: Head, region: str | None
) -> tuple[str, ...]:
    notes = [say("note-scanned")] if content.scanned_pages else []
    if content.unread_pages:
        pages = "、".join(map(str, content.unread_pages))
        notes.append(say("note-unread-pages", pages=pages))
    if clean.is_garbled:
        notes.append(say("note-garbled"))
    if head.region is None:
        notes.append(say("note-region-given") if region else say("note-region-none"))
    return tuple(notes)


def _source_title(file_name: str) -> str:
    return mask_personal_data(PurePath(file_name).name)


def _source_kind(head: Head) -> SourceKind:
    """A file that carries number and issuer is the official text; any other is hearsay."""
    is_official = head.number is not None and head.issuers
    return SourceKind.OFFICIAL if is_official else SourceKind.THIRD_PARTY
