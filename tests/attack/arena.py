"""Where attacks take place: servers in fresh folders, databases, and the cleaning up."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType

import httpx
import psutil

from tests.attack.postgres import PostgresServer

TREE = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("chuangdai"))
# What most attacks are after answers as well without vectors, and starts sooner.
LIGHT = {"CHUANGDAI_VECTORS": "false"}
# The limits spare loopback, where all attackers here sit; these count them.
COUNTED = {"CHUANGDAI_RATE_LIMIT_LOOPBACK": "true"}
GENEROUS = {"CHUANGDAI_RATE_LIMIT": "1000000/minute"}


class StartRefusedError(Exception):
    """The server ended, or was not ready in time; the text is what it said."""


class Server:
    """``chuangdai serve`` on a free port, as an operator would run it."""

    def __init__(
        self, data_dir: Path, log_path: Path, environment: dict[str, str], host: str
    ) -> None:
        self.data_dir, self.log_path, self.host = data_dir, log_path, host
        self.environment = child_environment(environment)
        self.port = _free_port()
        self.url = f"http://{'[::1]' if host == '::' else '127.0.0.1'}:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start without waiting."""
        options = ("--host", self.host, "--port", str(self.port), "--data-dir", str(self.data_dir))
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, "serve", *options],
                env=self.environment,
                cwd=self.log_path.parent,
                stdout=log,
                stderr=log,
            )

    def start(self, within_s: float = 60) -> "Server":
        """Start and wait until it is ready.

        Raises:
            StartRefusedError: it ended, or was not ready in time.
        """
        self.launch()
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            if self.is_ready():
                return self
            if not self.is_running():
                raise StartRefusedError(self.log()[-4000:])
            time.sleep(0.05)
        raise StartRefusedError(f"not ready in {within_s:.0f} s: {self.log()[-4000:]}")

    def is_ready(self) -> bool:
        """Whether it says that it can serve."""
        try:
            with self.client(timeout=2) as client:
                return client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def client(self, *, address: str | None = None, timeout: float = 60) -> httpx.Client:
        """A client, from another loopback address if one is given."""
        transport = httpx.HTTPTransport(local_address=address)
        return httpx.Client(
            base_url=self.url, timeout=timeout, transport=transport, trust_env=False
        )

    def log(self) -> str:
        """All that it has printed."""
        if not self.log_path.exists():
            return ""
        return self.log_path.read_text("utf-8", "replace")

    def resident_mb(self) -> float:
        """Memory of the process and those it started."""
        return sum(_resident(process) for process in self._family()) / 1024**2

    def cpu_s(self) -> float:
        """Seconds of a core that the process has used."""
        with suppress(psutil.NoSuchProcess):
            times = psutil.Process(self._pid()).cpu_times()
            return float(times.user + times.system)
        return 0.0

    def wait_until_idle(self, within_s: float = 90) -> None:
        """Until it has come to rest: vectors loaded, queues worked off."""
        end, before = time.monotonic() + within_s, self.cpu_s()
        while time.monotonic() < end:
            time.sleep(1.5)
            now = self.cpu_s()
            if now - before < 0.15:
                return
            before = now

    def kill(self) -> None:
        """As a power cut would end it, with all it started."""
        family = self._family()
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(timeout=20)

    def stop(self) -> None:
        """As an operator would end it; one that does not end in time is killed."""
        if self.process is None:
            return
        family = self._family()
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def _family(self) -> list[psutil.Process]:
        if self.process is None:
            return []
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.process.pid)
            return [*parent.children(recursive=True), parent]
        return []


class Arena:
    """A folder of its own for one attack; closing it ends every process that was started."""

    def __init__(self, folder: Path, seconds: float = 60, plain: Server | None = None) -> None:
        self.folder, self.seconds, self._plain = folder, seconds, plain
        self.cleanup = ExitStack()
        self._made = 0
        self._postgres: PostgresServer | None = None

    def __enter__(self) -> "Arena":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cleanup.close()

    def new_folder(self) -> Path:
        """The path of a folder that is not there yet."""
        self._made += 1
        return self.folder / f"data-{self._made}"

    def server(
        self, data_dir: Path | None = None, *, host: str = "127.0.0.1", **environment: str
    ) -> Server:
        """A server that is yet to be started."""
        data_dir = data_dir or self.new_folder()
        self._made += 1
        server = Server(data_dir, self.folder / f"log-{self._made}.txt", environment, host)
        self.cleanup.callback(server.stop)
        return server

    def serve(self, data_dir: Path | None = None, **environment: str) -> Server:
        """A server that is ready."""
        return self.server(data_dir, **environment).start()

    def plain(self) -> Server:
        """A light server, perhaps a used one, for attacks that leave it as good as new."""
        if self._plain is None:
            self._plain = self.serve(**LIGHT)
        return self._plain

    def postgres_url(self) -> str:
        """A fresh, empty PostgreSQL database."""
        if self._postgres is None:
            self._postgres = PostgresServer(self.folder / "pg")
            self.cleanup.callback(self._postgres.stop)
        return self._postgres.new_database()

    def run_command(
        self, *arguments: str, timeout: float = 120, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``chuangdai`` with arguments; never raises for its exit code."""
        return subprocess.run(
            [COMMAND, *arguments],
            env=child_environment(environment),
            cwd=self.folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )


def child_environment(more: dict[str, str]) -> dict[str, str]:
    """The environment of the product: this tree unless PYTHONPATH names another, no settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CHUANGDAI_")}
    kept.setdefault("PYTHONPATH", str(TREE))
    plain = {"NO_COLOR": "1", "COLUMNS": "1000"}  # a sentence is one line
    return {**kept, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1", **plain, **more}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _resident(process: psutil.Process) -> int:
    with suppress(psutil.NoSuchProcess):
        return int(process.memory_info().rss)
    return 0
