"""What a worker does with one file: bytes to a document and its signature."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.assembly import assemble
from ingest.bounds import check_clauses, check_content
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.base import LoadLimits
from ingest.loaders.registry import load
from ingest.signature import Signature, sign
from ingest.versions import text_of
from knowledge.documents import PolicyDocument


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What reading depends on besides the file; ``region`` is an adcode."""

    limits: LoadLimits
    region: str | None
    today: date


@dataclass(frozen=True, slots=True)
class Reading:
    """A document read from a file, whose SHA-256 (hex) is ``content_hash``."""

    document: PolicyDocument
    signature: Signature
    content_hash: str


def read_file(path: Path, options: ReadOptions, on_page: Callable[[int, int], None]) -> Reading:
    """Read one file whole.

    Raises:
        UnreadableFileError: it cannot become a document.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(Reason.MISSING) from error
    content = load(data, options.limits, on_page)
    check_content(content, options.limits)
    document = assemble(content, file_name=path.name, region=options.region, today=options.today)
    check_clauses(document, options.limits)
    return Reading(document, sign(text_of(document)), hashlib.sha256(data).hexdigest())
