"""The real server as a process of its own, started by its real command."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

COMMAND = str(Path(sys.executable).with_name("chuangdai"))


class RunningServer:
    """``chuangdai serve`` (or ``api``) on a free port; ``start_seconds`` until it is ready."""

    def __init__(
        self,
        data_dir: Path,
        *,
        command: str = "serve",
        log: str = "server.log",
        **environment: str,
    ) -> None:
        self.data_dir, self._command, self.environment = data_dir, command, environment
        self._log_path = data_dir / log  # a path of its own where it is absolute
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start_seconds = 0.0

    def start(self) -> "RunningServer":
        self.launch()
        return self.wait()

    def launch(self) -> None:
        """Begin to start."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._log = self._log_path.open("ab")
        self._launched = time.monotonic()
        command = [COMMAND, self._command, "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data-dir", str(self.data_dir)],
            env={**os.environ, "OMP_NUM_THREADS": "1", **self.environment},
            stdout=self._log,
            stderr=self._log,
        )

    def wait(self) -> "RunningServer":
        """Return when it is ready."""
        while time.monotonic() < self._launched + 60:
            if self._is_ready():
                self.start_seconds = time.monotonic() - self._launched
                return self
            assert self.process.poll() is None, self.log()
            time.sleep(0.05)
        raise AssertionError(f"not ready: {self.log()}")

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def wait_for_end(self) -> int:
        """How it ended, by itself."""
        code = self.process.wait(timeout=60)
        self._log.close()
        return code

    def log(self) -> str:
        return self._log_path.read_text("utf-8", "replace")[-4000:]

    def kill(self) -> None:
        """As a power cut would end it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self._log.close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        self._log.close()
