"""What all commands share: the terminal, the settings, the knowledge to ask."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from knowledge.app import Knowledge, build_knowledge
from knowledge.kit.clock import utc_now
from knowledge.kit.files import draft_path
from knowledge.kit.logging import set_up_logging
from knowledge.kit.private_folder import make_private

if TYPE_CHECKING:
    from api.db.engine import Database
    from api.documents.following import LiveDocuments
    from api.keys.vault import Vault
    from api.settings import ServerSettings

console = Console()

DataDir = Annotated[
    Path | None,
    # Whether it can be read is looked at later, and told like everything else.
    typer.Option(help="数据目录（默认 ./data）", envvar="CHUANGDAI_DATA_DIR", readable=False),
]


def table(*headings: str, title: str | None = None) -> Table:
    """A table whose cells are folded, never cut: Chinese has no spaces to break at."""
    made = Table(title=title)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def read_settings(data_dir: Path | None) -> "ServerSettings":
    """Settings from the environment, kept below one data directory; logging is set up.

    Raises:
        DataFolderError: the data directory is no directory.
        StorageError: nothing can be kept in it.
    """
    from api.settings import ServerSettings

    settings = ServerSettings.read(data_dir)
    prepare(settings)
    return settings


def prepare(settings: "ServerSettings") -> None:
    """Make the data directory ready and set up logging.

    Raises:
        DataFolderError: the data directory is no directory.
        StorageError: nothing can be kept in it.
    """
    _make_ready(settings.api.data_dir.resolve())
    set_up_logging(settings.api.log_level)


def _make_ready(folder: Path) -> None:
    """See that files can be kept in a folder, and for nobody else; made if it is not there."""
    from api.db.faults import faults_told
    from api.errors import DataFolderError

    with faults_told():
        try:
            make_private(folder)
        except (FileExistsError, NotADirectoryError):
            raise DataFolderError(str(folder)) from None
        probe = draft_path(folder / "probe")
        probe.touch()
        probe.unlink()


@asynccontextmanager
async def open_database(settings: "ServerSettings") -> "AsyncIterator[Database]":
    """The database, brought to the tables of this version; its key must be there."""
    async with open_storage(settings) as (database, _):
        yield database


@asynccontextmanager
async def open_storage(settings: "ServerSettings") -> "AsyncIterator[tuple[Database, Vault]]":
    """The database, brought to the tables of this version, and its opened vault.

    Raises:
        KeyMissingError, KeyUnreadableError, KeyMismatchError: it has sealed values, and the
            installation key is not the one that opens them. Nothing was changed.
    """
    from api import storage
    from api.db.engine import Database

    database, vault = Database(settings.api.url), storage.make_vault(settings.api)
    try:
        await storage.open_storage(database, vault, settings.api)
        yield database, vault
    finally:
        await database.close()


def ready_storage(settings: "ServerSettings") -> None:
    """Open what is kept once, so that what is wrong with it is said in a sentence.

    A server that fails while it starts would print where in the code it did.
    """

    async def run() -> None:
        async with open_storage(settings):
            pass

    asyncio.run(run())


def know(data_dir: Path | None, *, always_show: bool = False) -> Knowledge:
    """Knowledge with its vectors and the office's documents; shows an index being built."""
    from api.documents.following import LiveDocuments

    settings, live = read_settings(data_dir), LiveDocuments()
    knowledge = build_knowledge(live=live, policies=settings.knowledge.policies_dir)
    asyncio.run(_use_documents(settings, knowledge, live))
    with progress() as bar:
        task = bar.add_task("索引", total=None, visible=always_show)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=always_show or total > 0)

        report = knowledge.load_vectors(settings.knowledge, show, must_last=always_show)
    if always_show:
        console.print(f"{report.total} clauses, {report.written} written, {report.dropped} dropped")
    return knowledge


async def _use_documents(
    settings: "ServerSettings", knowledge: Knowledge, live: "LiveDocuments"
) -> None:
    from api.documents.following import use_added
    from api.documents.registry import DocumentRegistry
    from api.documents.store import DocumentStore

    async with open_database(settings) as database:
        live.registry = DocumentRegistry(database, utc_now)
        await live.registry.enrol(knowledge.documents.shipped)
        await use_added(DocumentStore(database, utc_now), knowledge, live.added)


def progress() -> Progress:
    """A progress bar on standard error that leaves nothing behind."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
