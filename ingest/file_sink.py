"""Keeps documents as JSON files, one each, written whole or not at all."""

import json
import os
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ingest.errors import StoredDocumentError
from ingest.ports import KnownDocument
from ingest.signature import sign
from ingest.versions import resolve_links, text_of
from knowledge.documents import PolicyDocument
from knowledge.errors import DocumentNotFoundError

_DATES = ("issued", "effective_from", "effective_to")
_UNFINISHED = ".tmp"


class FileSink:
    """A :class:`~ingest.ports.DocumentSink` under ``<data_dir>/documents``."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "documents"
        self._folder.mkdir(parents=True, exist_ok=True)
        for unfinished in self._folder.glob(f"*{_UNFINISHED}"):
            unfinished.unlink()
        self._documents: dict[str, PolicyDocument] = {}
        self._records: dict[str, dict[str, Any]] = {}
        self._resolved: dict[str, PolicyDocument] | None = None
        for path in sorted(self._folder.glob("*.json")):
            self._read(path)

    def known(self) -> list[KnownDocument]:
        """See :class:`~ingest.ports.DocumentSink`."""
        return [
            KnownDocument(
                id=document.id,
                number=document.number,
                title=document.title,
                content_hashes=frozenset(self._records[document.id]["files"]),
                signature=tuple(self._records[document.id]["signature"]),
                supersession=document.supersession,
            )
            for document in self._documents.values()
        ]

    def documents(self) -> dict[str, PolicyDocument]:
        """All documents by id, superseded ones marked."""
        if self._resolved is None:
            self._resolved = resolve_links(self._documents)
        return dict(self._resolved)

    def get(self, document_id: str) -> PolicyDocument:
        """See :class:`~ingest.ports.DocumentSink`."""
        if document_id not in self._documents:
            raise DocumentNotFoundError(f"no document {document_id[:80]!r}")
        if self._resolved is None:
            self._resolved = resolve_links(self._documents)
        return self._resolved[document_id]

    def put(self, document: PolicyDocument, content_hash: str, origin: str) -> None:
        """See :class:`~ingest.ports.DocumentSink`."""
        fields = document.model_dump(mode="json")
        for name in _DATES:
            known = getattr(document, name)
            fields[name] = known.text if known else None
        record = {
            "document": fields,
            "files": {content_hash: origin},
            "signature": list(sign(text_of(document))),
        }
        self._write(document.id, record)
        self._documents[document.id], self._records[document.id] = document, record
        self._resolved = None

    def add_hash(self, document_id: str, content_hash: str, origin: str) -> None:
        """See :class:`~ingest.ports.DocumentSink`."""
        if document_id not in self._records:
            raise DocumentNotFoundError(f"no document {document_id[:80]!r}")
        old = self._records[document_id]
        record = {**old, "files": {**old["files"], content_hash: origin}}
        self._write(document_id, record)
        self._records[document_id] = record

    def _read(self, path: Path) -> None:
        try:
            record = json.loads(path.read_text("utf-8"))
            document = PolicyDocument.model_validate(record["document"])
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            raise StoredDocumentError(f"cannot read {path.name}") from error
        self._documents[document.id], self._records[document.id] = document, record

    def _write(self, document_id: str, record: dict[str, Any]) -> None:
        text = json.dumps(record, ensure_ascii=False, indent=1)
        write_durably(self._folder / f"{document_id}.json", text.encode())


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it is there whole or not at all."""
    unfinished = path.with_name(path.name + _UNFINISHED)
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
