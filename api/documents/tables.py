"""Documents: which are live, the texts of those that were added, and what happened to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Instant


class DocumentRow(Base):
    """A document's state, ``live`` or ``withdrawn``; ``digest`` is of an added text."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    digest: Mapped[str | None] = mapped_column(String(64))
    updated_at: Mapped[datetime] = mapped_column(Instant)


class DocumentTextRow(Base):
    """An added document, whole."""

    __tablename__ = "document_texts"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class DocumentFileRow(Base):
    """A file that holds an added document's text, by the hash of its content."""

    __tablename__ = "document_files"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    added_at: Mapped[datetime] = mapped_column(Instant)


class DocumentEventRow(Base):
    """What happened to a document, by whom and why; only ever added to."""

    __tablename__ = "document_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(Instant)
