"""A document sink on one SQLite table, as durable as a real one."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ingest.ports import KnownDocument, SourceFile
from ingest.signature import Signature
from knowledge.documents import PolicyDocument
from knowledge.errors import DocumentNotFoundError

_TABLES = """
CREATE TABLE IF NOT EXISTS documents (id TEXT PRIMARY KEY, json TEXT, signature TEXT);
CREATE TABLE IF NOT EXISTS sources (hash TEXT PRIMARY KEY, document_id TEXT, name TEXT);
"""


class TableSink:
    """See :class:`ingest.ports.DocumentSink`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with closing(sqlite3.connect(path)) as database:
            database.executescript(_TABLES)

    def known(self) -> list[KnownDocument]:
        with closing(sqlite3.connect(self._path)) as database:
            rows = database.execute("SELECT id, signature FROM documents").fetchall()
            sources = database.execute("SELECT hash, document_id FROM sources").fetchall()
        return [
            KnownDocument(
                id=document_id,
                number=(document := self.get(document_id)).number,
                title=document.title,
                content_hashes=frozenset(h for h, owner in sources if owner == document_id),
                signature=tuple(int(part) for part in signature.split()),
                supersession=document.supersession,
            )
            for document_id, signature in rows
        ]

    def get(self, document_id: str) -> PolicyDocument:
        query = "SELECT json FROM documents WHERE id = ?"
        with closing(sqlite3.connect(self._path)) as database:
            row = database.execute(query, (document_id,)).fetchone()
        if row is None:
            raise DocumentNotFoundError(document_id)
        return PolicyDocument.model_validate_json(row[0])

    def documents(self) -> dict[str, PolicyDocument]:
        """All documents by id."""
        return {known.id: self.get(known.id) for known in self.known()}

    def only(self) -> PolicyDocument:
        """The document, when there is one."""
        (document,) = self.documents().values()
        return document

    def put(
        self,
        document: PolicyDocument,
        *,
        source: SourceFile,
        signature: Signature,
        changed: Sequence[PolicyDocument],
    ) -> None:
        with closing(sqlite3.connect(self._path)) as database, database:
            database.execute(
                "INSERT INTO documents VALUES (?, ?, ?)",
                (document.id, document.model_dump_json(), " ".join(map(str, signature))),
            )
            for other in changed:
                database.execute(
                    "UPDATE documents SET json = ? WHERE id = ?",
                    (other.model_dump_json(), other.id),
                )
            database.execute(
                "INSERT INTO sources VALUES (?, ?, ?)",
                (source.content_hash, document.id, source.name),
            )

    def add_source(self, document_id: str, source: SourceFile) -> None:
        with closing(sqlite3.connect(self._path)) as database, database:
            database.execute(
                "INSERT INTO sources VALUES (?, ?, ?)",
                (source.content_hash, document_id, source.name),
            )
