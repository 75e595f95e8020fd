"""What callers have used of their limits, the same for all processes."""

from sqlalchemy import Double, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base


class TallyRow(Base):
    """One limit of one caller; its name is kept as a fingerprint only.

    ``free_at`` (seconds since 1970) is when all of it is free again; the row may go then.
    """

    __tablename__ = "tallies"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    free_at: Mapped[float] = mapped_column(Double, index=True)
