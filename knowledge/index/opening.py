"""Opens the index so that whatever has become of its files, vectors are found in the end.

The index holds nothing that cannot be made anew: where its files cannot be trusted they are
deleted and built from the texts; where nothing can be kept in its folder, for want of space or
rights or because another process owns it, it is built in memory.
"""

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from langchain_core.embeddings import Embeddings

from knowledge.errors import IndexFailedError, IndexInUseError
from knowledge.index.builder import BuildReport, build_index
from knowledge.index.chunks import Chunk
from knowledge.index.manifest import State, note_unfinished, note_whole, state_of
from knowledge.index.store import ChunkStore, collection_name

log = logging.getLogger(__name__)

PROBE_S = 120
_PROBE = Path(__file__).with_name("probe.py")

Progress = Callable[[int, int], None]
Server = tuple[str, int]


@dataclass
class OpenIndex:
    """A store, and what keeps its folder whole and for this process alone."""

    store: ChunkStore
    folder: Path | None = None
    owner: FileLock | None = None

    def bring_in_line(
        self, chunks: Sequence[Chunk], on_progress: Progress = lambda done, total: None
    ) -> BuildReport:
        """Write what is new or changed, drop what is gone.

        Raises:
            IndexFailedError: the store does not take it; the index is to be opened anew.
        """
        return build_index(chunks, self.store, on_progress, self._noted)

    def close(self) -> None:
        """Let go of the files, for whoever opens them next."""
        self.store.close()
        if self.owner is not None:
            self.owner.release()

    @contextmanager
    def _noted(self) -> Iterator[None]:
        if self.folder is None:
            yield
            return
        with _as_failure():
            note_unfinished(self.folder)
        yield
        with _as_failure():
            note_whole(self.folder)


def open_index(
    chunks: Sequence[Chunk],
    embeddings: Embeddings,
    model_id: str,
    *,
    directory: Path,
    server: Server | None = None,
    must_last: bool = False,
    on_progress: Progress = lambda done, total: None,
) -> tuple[OpenIndex, BuildReport]:
    """The index of a server, else that of a folder, else one in memory, brought in line.

    ``must_last`` is for who builds it to be found later.

    Raises:
        IndexFailedError: the server cannot, or nothing lasting could be built.
        IndexInUseError: it must last, and another process owns the folder.
    """
    if server:
        index = OpenIndex(ChunkStore(embeddings, model_id, server=server))
        return index, index.bring_in_line(chunks, on_progress)

    def build(folder: Path | None, owner: FileLock | None) -> tuple[OpenIndex, BuildReport]:
        index = OpenIndex(ChunkStore(embeddings, model_id, directory=folder), folder, owner)
        try:
            return index, index.bring_in_line(chunks, on_progress)
        except BaseException:
            index.store.close()
            raise

    try:
        with _owned(directory) as owner:
            _clear_unless_sound(directory, model_id)
            try:
                return build(directory, owner)
            except IndexFailedError as error:
                log.warning("the index is made anew: %s", error)
                _clear(directory)
            try:
                return build(directory, owner)
            except IndexFailedError:
                _clear(directory)  # what is half-written takes room from what cannot be made anew
                raise
    except Timeout:
        if must_last:
            raise IndexInUseError(str(directory)) from None
        log.warning("the index is built in memory: another process owns the folder")
    except (OSError, IndexFailedError) as error:
        if must_last:
            raise
        log.warning("the index is built in memory: %s", error)
    return build(None, None)


@contextmanager
def _owned(directory: Path) -> Iterator[FileLock]:
    """The right to write in a folder; kept when all goes well, given back on any error."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    owner = FileLock(directory.with_name(f"{directory.name}.lock"))
    owner.acquire(timeout=0)
    try:
        yield owner
    except BaseException:
        owner.release()
        raise


def _clear_unless_sound(directory: Path, model_id: str) -> None:
    match state_of(directory):
        case State.DAMAGED:
            log.warning("the index is made anew: its files are not as they were left")
            _clear(directory)
        case State.UNKNOWN | State.UNFINISHED:
            if _is_sound(directory, model_id):
                note_whole(directory)
            else:
                _clear(directory)


def _is_sound(directory: Path, model_id: str) -> bool:
    """Try it out where it may crash or hang without harm."""
    command = [sys.executable, str(_PROBE), str(directory), collection_name(model_id)]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=PROBE_S, check=False)
    except subprocess.TimeoutExpired:
        log.warning("the index is made anew: trying it out took too long")
        return False
    if ended.returncode != 0:
        log.warning("the index is made anew: trying it out ended with %d", ended.returncode)
    return ended.returncode == 0


def _clear(directory: Path) -> None:
    if directory.exists():
        shutil.rmtree(directory)


@contextmanager
def _as_failure() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IndexFailedError(f"{type(error).__name__} {error.errno}") from None
