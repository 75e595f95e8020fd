"""The registry of branches, what changed in it, and its revision."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Instant


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
    state: Mapped[str] = mapped_column(String(10))
    moved_to: Mapped[str | None] = mapped_column(String(80))
    revision: Mapped[int] = mapped_column(index=True)


class BranchChangeRow(Base):
    """What an import did to a branch: field → [before, after]; nothing for a new one."""

    __tablename__ = "branch_changes"

    branch_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    file: Mapped[str] = mapped_column(String(200))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)


class BranchRegistryRow(Base):
    """One row: the revision, counted up by every import, so that all processes see a change."""

    __tablename__ = "branch_registry"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
