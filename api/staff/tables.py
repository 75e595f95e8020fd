"""Members of staff, their logins, and tries to log in."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base, Instant


class StaffRow(Base):
    """A member of staff; the password as an argon2 hash, empty once removed."""

    __tablename__ = "staff"

    login: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_login_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class StaffSessionRow(Base):
    """A login in use; only the hash of its token."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("staff.login"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime] = mapped_column(Instant)


class StaffDeviceRow(Base):
    """A device on which somebody has logged in before; only the hash of its token."""

    __tablename__ = "staff_devices"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("staff.login"), index=True)
    used_at: Mapped[datetime] = mapped_column(Instant, index=True)


class LoginTryRow(Base):
    """Tries counted under one name, address or device, and when the next is taken."""

    __tablename__ = "login_tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    login_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    tries: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant, index=True)
