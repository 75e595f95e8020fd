"""The bot's memory of conversations, sealed."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Instant, SealedText


class ConversationRow(Base):
    """State of one conversation; its name is kept as a fingerprint only."""

    __tablename__ = "conversations"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(SealedText)
    updated_at: Mapped[datetime] = mapped_column(Instant, index=True)
