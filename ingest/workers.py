"""Reads files in worker processes, so that a file that kills its reader harms no other.

A pool of concurrent.futures breaks as a whole when one process dies and cannot tell pages
read; here each worker has a pipe of its own, and is replaced when it dies or falls silent.
"""

import logging
import multiprocessing
import os
import re
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

from ingest.errors import Reason, UnreadableFileError
from ingest.reading import Reading, ReadOptions, read_file
from knowledge.kit.logging import set_up_logging

_log = logging.getLogger(__name__)
_TICK_S = 0.2


@dataclass(frozen=True, slots=True)
class PageRead:
    """A worker has read a page of a scan."""

    path: Path
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class FileRead:
    """A worker is through with a file: ``result`` is the reading, or why there is none."""

    path: Path
    result: Reading | Reason


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one file may take: seconds without a report, seconds in all, bytes of memory."""

    silence_s: float
    total_s: float
    memory: int


@dataclass(slots=True)
class _Worker:
    process: multiprocessing.process.BaseProcess
    pipe: Connection
    path: Path | None = None
    given_at: float = 0.0
    heard_at: float = field(default_factory=time.monotonic)

    def exceeds(self, bounds: Bounds) -> bool:
        """Whether it was given its file, or heard of, too long ago."""
        now = time.monotonic()
        return now - self.heard_at > bounds.silence_s or now - self.given_at > bounds.total_s


def read_in_parallel(
    paths: Sequence[Path],
    options: ReadOptions,
    *,
    workers: int,
    bounds: Bounds,
    should_stop: Callable[[], bool],
) -> Generator[PageRead | FileRead]:
    """Read files side by side; yields each exactly once, in the order they get ready.

    After ``should_stop`` answers True no further file is yielded. A worker that exceeds its
    bounds is ended. All processes are gone when the iterator closes.
    """
    waiting = deque(paths)
    staff = [_hire(options, bounds) for _ in range(min(workers, len(waiting)))]
    try:
        while (waiting or any(worker.path for worker in staff)) and not should_stop():
            for worker in staff:
                if worker.path is None and waiting and _give(worker, waiting[0]):
                    waiting.popleft()
            ready = wait([worker.pipe for worker in staff], timeout=_TICK_S)
            for index, worker in enumerate(staff):
                is_heard = worker.pipe in ready
                event = _hear(worker) if is_heard else None
                if worker.path is not None and worker.exceeds(bounds):
                    event = FileRead(worker.path, Reason.TIMED_OUT)
                if event is None and not is_heard:
                    continue
                if event is None or (isinstance(event, FileRead) and event.result in _FATAL):
                    _dismiss(worker)
                    staff[index] = _hire(options, bounds)
                if event is not None:
                    yield event
    finally:
        for worker in staff:
            _dismiss(worker)


# What libraries make of it when there is no more memory.
_OF_LITTLE_MEMORY = (Reason.DAMAGED, Reason.READER_FAILED)
_MOST = 0.75
_FATAL = (Reason.WORKER_CRASHED, Reason.TIMED_OUT, Reason.TOO_MUCH_MEMORY)


def _hire(options: ReadOptions, bounds: Bounds) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, options, bounds.memory), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, path: Path) -> bool:
    """Whether the worker took the file; one that died while idle is replaced when heard."""
    try:
        worker.pipe.send(path)
    except OSError:
        return False
    worker.path = path
    worker.given_at = worker.heard_at = time.monotonic()
    return True


def _hear(worker: _Worker) -> PageRead | FileRead | None:
    """What a worker says; None when it died without a file in hand."""
    path, worker.heard_at = worker.path, time.monotonic()
    try:
        message = worker.pipe.recv()
    except (EOFError, OSError):
        return FileRead(path, Reason.WORKER_CRASHED) if path else None
    if path is None:
        return None
    if isinstance(message, tuple):
        return PageRead(path, *message)
    worker.path = None
    return FileRead(path, message)


def _dismiss(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()
    worker.process.close()


def _serve(pipe: Connection, options: ReadOptions, memory: int) -> None:
    """A worker's life: a path in, pages and a result out, until the pipe closes."""
    # Ctrl-C is for the parent, which then ends its workers; answers go before ingestion.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    set_up_logging("WARNING")  # a process of its own, and its libraries quote what they read
    with suppress(EOFError, ConnectionError):  # the parent is gone, killed in the middle perhaps
        while True:
            pipe.send(_read(pipe.recv(), pipe, options, memory))


def _read(path: Path, pipe: Connection, options: ReadOptions, memory: int) -> Reading | Reason:
    try:
        result: Reading | Reason = read_file(
            path, options, lambda page, pages: pipe.send((page, pages))
        )
    except MemoryError:
        result = Reason.TOO_MUCH_MEMORY
    except UnreadableFileError as error:
        result = error.reason
    except ConnectionError:
        raise
    except Exception as error:
        # Its message may quote the file, so only its type is logged.
        _log.error("reading %s failed: %s", path.name, type(error).__name__)
        result = Reason.READER_FAILED
    if result in _OF_LITTLE_MEMORY and _came_near(memory):
        result = Reason.TOO_MUCH_MEMORY
    return result


def _came_near(memory: int) -> bool:
    """Whether this process has had most of the memory it may have; False if nobody tells."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return False
    peak = re.search(r"^VmPeak:\s+(\d+) kB", status, re.MULTILINE)
    return peak is not None and int(peak[1]) * 1024 > _MOST * memory
