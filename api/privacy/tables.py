"""What was done with personal data, and addresses under which copies wait."""

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Instant


class PrivacyRow(Base):
    """A copy, an erasure or a night's expiry: who, when, how much; never what."""

    __tablename__ = "privacy_log"

    number: Mapped[str] = mapped_column(String(30), primary_key=True)
    act: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor: Mapped[str] = mapped_column(String(60))
    application_id: Mapped[str | None] = mapped_column(String(32), index=True)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(String(200))


class CopyLinkRow(Base):
    """An address from which a copy can be fetched once; only its hash is kept."""

    __tablename__ = "copy_links"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    application_id: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime] = mapped_column(Instant)
