"""Tables of applications. Whatever an applicant says lies sealed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Instant, SealedText

ACTIVE_STATES = ("submitted", "under_review")
ACTIVE = text(f"status IN {ACTIVE_STATES} AND duplicate_of IS NULL")


class ApplicationRow(Base):
    """One application; ``applicant_key`` is the fingerprint of the canonical ID number.

    ``duplicate_of`` names the active application of the same person that was handed in before
    this one, where an earlier version let both pass; staff decide which goes on. Since
    ``emptied_at`` nothing is left in it of what the person said.
    """

    __tablename__ = "applications"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    form: Mapped[str] = mapped_column(String(40))
    form_version: Mapped[str] = mapped_column(String(20))
    product: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64))
    answers: Mapped[str] = mapped_column(SealedText)
    consent_version: Mapped[str | None] = mapped_column(String(20))
    consented_at: Mapped[datetime | None] = mapped_column(Instant)
    applicant_key: Mapped[str | None] = mapped_column(String(64))
    phone_key: Mapped[str | None] = mapped_column(String(64))
    duplicate_of: Mapped[str | None] = mapped_column(String(32))
    receipt: Mapped[str | None] = mapped_column(String(30), unique=True)
    reasons: Mapped[str | None] = mapped_column(SealedText)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    emptied_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        # The database itself refuses a second active application of one person.
        Index(
            "uq_applications_active",
            "applicant_key",
            "product",
            unique=True,
            sqlite_where=ACTIVE,
            postgresql_where=ACTIVE,
        ),
    )


class EventRow(Base):
    """What happened to an application; only ever added."""

    __tablename__ = "application_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(30))
    status: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(40))


class IdempotencyRow(Base):
    """A submission, its key and body as fingerprints, with the view it was answered with."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    application_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    response: Mapped[str | None] = mapped_column(SealedText)
    created_at: Mapped[datetime] = mapped_column(Instant)


class AttachmentRow(Base):
    """A file an applicant handed in; its content lies sealed on disk."""

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"), index=True)
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)


class HandoverRow(Base):
    """A code with which a draft goes on elsewhere; only its hash is kept."""

    __tablename__ = "handovers"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
