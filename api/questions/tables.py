"""What was asked, masked, and how it was answered."""

from datetime import datetime

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Instant


class QuestionRow(Base):
    """A question; ``is_open`` while staff should look at it."""

    __tablename__ = "questions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(String(6))
    status: Mapped[str] = mapped_column(String(20))
    intent: Mapped[str] = mapped_column(String(20))
    is_helpful: Mapped[bool | None]
    is_open: Mapped[bool] = mapped_column(index=True)
    # What each step on the way to the answer told; none of what was answered before it was kept.
    trace: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    asked_at: Mapped[datetime] = mapped_column(Instant, index=True)
