"""The registry of branches."""

from datetime import date

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base


class BranchRow(Base):
    """One branch; coordinates in degrees of ``crs``, as they were imported."""

    __tablename__ = "branches"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    bank: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300))
    region: Mapped[str] = mapped_column(String(6), index=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    crs: Mapped[str | None] = mapped_column(String(10))
    phone: Mapped[str | None] = mapped_column(String(60))
    hours: Mapped[str | None] = mapped_column(String(300))
    services: Mapped[list[str]] = mapped_column(JSON)
    data_date: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    is_sample: Mapped[bool]
