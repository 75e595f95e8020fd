"""Whether all tables of this version are there: one may have been dropped by hand."""

from sqlalchemy import Connection, inspect

from api.db.base import Base
from api.errors import DatabaseDamagedError


def check_tables(connection: Connection) -> None:
    """Compare the names, which is one query of the catalogue; a database may hold more.

    Raises:
        DatabaseDamagedError: a table is missing.
    """
    missing = Base.metadata.tables.keys() - inspect(connection).get_table_names()
    if missing:
        raise DatabaseDamagedError(f"no table {', '.join(sorted(missing))}")
