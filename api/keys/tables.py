"""The keys that values are sealed with, each wrapped by the installation key."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Instant


class DataKeyRow(Base):
    """A data key; ``wrapped`` opens with the installation key only.

    One key of purpose ``seal`` is not retired: new values are sealed with it. A retired one
    stays, for it opens what a backup brings back.
    """

    __tablename__ = "data_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    wrapped: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
