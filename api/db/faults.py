"""Tells what is wrong with database or disk from what their drivers raise.

The one place that knows drivers' error codes: SQLite's result codes, PostgreSQL's SQLSTATE
classes, the system's errno. Everywhere else such an error is one of :mod:`api.errors`, which
a person is told in a sentence. The message names the kind alone: a driver's own text may
quote the values of a statement.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.errors import (
    DatabaseDamagedError,
    DatabaseRefusedError,
    DatabaseUnreachableError,
    DataNotWritableError,
    DiskFullError,
    StorageBusyError,
    StorageError,
    TransactionLostError,
)

_Kinds = dict[int, type[StorageError]]
_ERRNO: _Kinds = {
    errno.ENOSPC: DiskFullError,
    errno.EDQUOT: DiskFullError,
    errno.EFBIG: DiskFullError,
    errno.EROFS: DataNotWritableError,
    errno.EACCES: DataNotWritableError,
    errno.EPERM: DataNotWritableError,
    errno.EIO: StorageError,
    errno.EMFILE: StorageBusyError,
    errno.ENFILE: StorageBusyError,
}
_SQLITE: _Kinds = {
    sqlite3.SQLITE_FULL: DiskFullError,
    # Memory shared by the processes of one database is a file beside it, extended by writing.
    sqlite3.SQLITE_IOERR_SHMSIZE: DiskFullError,
    sqlite3.SQLITE_BUSY: StorageBusyError,
    sqlite3.SQLITE_LOCKED: StorageBusyError,
    sqlite3.SQLITE_READONLY: DataNotWritableError,
    sqlite3.SQLITE_CANTOPEN: DataNotWritableError,
    sqlite3.SQLITE_PERM: DataNotWritableError,
    sqlite3.SQLITE_CORRUPT: DatabaseDamagedError,
    sqlite3.SQLITE_NOTADB: DatabaseDamagedError,
    sqlite3.SQLITE_IOERR: StorageError,
}
# By SQLSTATE, else by its class, the first two digits.
_POSTGRESQL: dict[str, type[StorageError]] = {
    "53100": DiskFullError,
    "53": StorageBusyError,
    "40": TransactionLostError,
    "55P03": StorageBusyError,
    "57014": StorageBusyError,
    "57": DatabaseUnreachableError,
    "08": DatabaseUnreachableError,
    "25006": DataNotWritableError,
    "28": DatabaseRefusedError,
    "3D": DatabaseRefusedError,
    "42501": DatabaseRefusedError,
    "58": StorageError,
    "XX001": DatabaseDamagedError,
    "XX002": DatabaseDamagedError,
    "42P01": DatabaseDamagedError,
}
# SQLite has one code for all that is wrong with a statement.
_TABLE_GONE = "no such table"
# A connection that was never made has no SQLSTATE, only the server's words.
_REFUSALS = ("FATAL", "致命错误")
_PASSING = ("starting up", "shutting down", "recovery", "正在启动", "正在关闭", "恢复")
_CROWDED = ("too many", "remaining connection slots", "太多", "剩余")


@contextmanager
def faults_told() -> Iterator[None]:
    """Turn what drivers raise inside into errors of this project.

    Raises:
        StorageError: in the kind that fits; what is no fault of storage passes unchanged.
    """
    try:
        yield
    except (OSError, SQLAlchemyError, sqlite3.Error) as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise fault from None


def fault_of(error: BaseException | None) -> StorageError | None:
    """What is wrong with storage, if that is what an error says."""
    match error:
        case StorageError():
            return error
        case IntegrityError():
            return None
        case PoolTimeoutError():
            return StorageBusyError("no connection came free")
        case DBAPIError(orig=sqlite3.Error() as driver):
            return _sqlite_fault(driver)
        case DBAPIError(orig=driver) if hasattr(driver, "sqlstate"):
            return _postgresql_fault(error)
        case sqlite3.Error():
            return _sqlite_fault(error)
        case OSError():
            return _system_fault(error)
    return None


def _system_fault(error: OSError) -> StorageError | None:
    kind = _ERRNO.get(error.errno or 0)
    if kind is None:
        return None
    where = f": {error.filename}" if error.filename else ""
    return kind(f"{os.strerror(error.errno or 0)}{where}")


def _sqlite_fault(error: sqlite3.Error) -> StorageError | None:
    # Errors of the module itself, not of the library, carry no code.
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code == sqlite3.SQLITE_ERROR and str(error).startswith(_TABLE_GONE):
        return DatabaseDamagedError(_TABLE_GONE)
    kind = _SQLITE.get(code) or _SQLITE.get(code & 0xFF)
    return kind(error.sqlite_errorname) if kind else None


def _postgresql_fault(error: DBAPIError) -> StorageError | None:
    name = type(error.orig).__name__
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is not None:
        kind = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
        return kind(f"{name} {state}") if kind else None
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    said = str(error.orig)
    if any(word in said for word in _CROWDED):
        return StorageBusyError(f"{name}: no connection left")
    if any(word in said for word in _REFUSALS) and not any(word in said for word in _PASSING):
        return DatabaseRefusedError(f"{name}: refused")
    return DatabaseUnreachableError(name)
