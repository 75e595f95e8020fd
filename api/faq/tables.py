"""Answers that staff write, and their history."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Instant


class FaqRow(Base):
    """An answer by staff.

    ``clauses`` holds ``[reference, digest]`` pairs in the order of the marks; the digest is
    of the clause's text at approval, null before.
    """

    __tablename__ = "faq"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    question: Mapped[str] = mapped_column(String(300))
    variants: Mapped[list[str]] = mapped_column(JSON)
    region: Mapped[str] = mapped_column(String(6), index=True)
    text: Mapped[str] = mapped_column(Text)
    clauses: Mapped[list[list[Any]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20), index=True)
    author: Mapped[str] = mapped_column(String(80))
    approver: Mapped[str | None] = mapped_column(String(80))
    updated_at: Mapped[datetime] = mapped_column(Instant)


class FaqEventRow(Base):
    """What happened to an answer; only ever added to."""

    __tablename__ = "faq_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    faq_id: Mapped[str] = mapped_column(ForeignKey("faq.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
