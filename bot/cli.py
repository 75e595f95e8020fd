"""The command line ``chuangdai``: every way to run the assistant."""

import asyncio
import gc
import logging
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.contract.conversations import Channel, ConversationName
from api.contract.messages import Reply
from api.texts import operator_text
from bot.commands import questions
from bot.commands.base import DataDir, console, progress, read_settings, ready_storage, table
from bot.commands.branches import branches_app, nearest
from bot.commands.documents import documents_app, ingest
from bot.commands.evaluation import evaluate
from bot.commands.index import index_app
from bot.commands.keys import keys_app
from bot.commands.models import models_app
from bot.commands.privacy import privacy_app
from bot.commands.retrieval import retrieval
from bot.commands.staff import staff_app
from bot.dialogue.events import Event
from bot.errors import ChannelNotConfiguredError, SettingInvalidError
from bot.serving import listen
from knowledge.kit.errors import ChuangdaiError

if TYPE_CHECKING:
    from bot.app import HouseSettings

log = logging.getLogger(__name__)

app = typer.Typer(
    name="chuangdai",
    help="创业担保贷款助手：有出处的政策答复、申请引导、最近网点。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
db_app = typer.Typer(help="数据库", no_args_is_help=True)
app.add_typer(index_app, name="index")
app.add_typer(documents_app, name="documents")
app.add_typer(staff_app, name="staff")
app.add_typer(branches_app, name="branches")
app.add_typer(db_app, name="db")
app.add_typer(keys_app, name="keys")
app.add_typer(models_app, name="models")
app.add_typer(privacy_app, name="privacy")
for command in (
    questions.ask,
    questions.interpret,
    evaluate,
    questions.paraphrases,
    questions.usual,
    questions.calibrate,
    retrieval,
    ingest,
    nearest,
):
    app.command()(command)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
    data_dir: DataDir = None,
) -> None:
    """Serve everything in one process: API, web chat and, with a token, Telegram."""
    from bot.app import build_house

    settings = read_settings(data_dir)
    ready_storage(settings)
    bar = progress()
    task = bar.add_task("索引", total=None)

    def show(done: int, total: int) -> None:
        if total:
            bar.start()
            bar.update(task, completed=done, total=total)
        if done >= total:
            bar.stop()

    listen(build_house(settings, on_progress=show), host, port, settings.api)


@app.command()
def api(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
    data_dir: DataDir = None,
) -> None:
    """Serve the API alone; several such processes may share a PostgreSQL and a Chroma server."""
    from bot.app import build_house

    settings = read_settings(data_dir)
    ready_storage(settings)
    house = build_house(settings, with_web=False, with_telegram=False)
    listen(house, host, port, settings.api)


@app.command()
def web(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8080,
    data_dir: DataDir = None,
) -> None:
    """Serve the chat page alone, on an API elsewhere (CHUANGDAI_BOT_API_URL)."""
    from bot.app import build_web

    settings = _with_api_url(read_settings(data_dir))
    listen(build_web(settings), host, port, settings.api)


@app.command()
def bot(data_dir: DataDir = None) -> None:
    """Run the Telegram bot alone, on an API elsewhere (CHUANGDAI_BOT_API_URL)."""
    from bot.app import remote_engine
    from bot.channels.telegram.runner import TelegramRunner

    settings = _with_api_url(read_settings(data_dir))
    runner = TelegramRunner(remote_engine(settings), settings.bot, settings.emap.mini_app_url)
    asyncio.run(runner.run())


@app.command()
def chat(data_dir: DataDir = None) -> None:
    """Talk in the terminal; an empty end of input ends the talk."""
    asyncio.run(_chat(read_settings(data_dir)))


async def _chat(settings: "HouseSettings") -> None:
    from bot.app import build_house
    from bot.channels.console.chat import ConsoleChat

    house = build_house(settings, with_web=False, with_telegram=False)
    engine = house.state.engine
    name = ConversationName(Channel.CONSOLE, "local")

    async def handle(event: Event) -> list[Reply]:
        replies: list[Reply] = await engine.handle(name, event)
        return replies

    def read_line() -> str | None:
        try:
            return console.input("[green]> [/green]")
        except (EOFError, KeyboardInterrupt):
            return None

    async with house.router.lifespan_context(house):
        await ConsoleChat(handle, console).run(read_line)


@db_app.command("migrate")
def db_migrate(data_dir: DataDir = None) -> None:
    """Bring the database to the tables of this version."""
    ready_storage(read_settings(data_dir))
    console.print("数据库已是最新")


@app.command()
def doctor(data_dir: DataDir = None) -> None:
    """List every setting and check what this installation needs."""
    from api.privacy.settings import RetentionSettings
    from bot.doctor import examine

    settings = read_settings(data_dir)
    is_well = True
    rows = table("", "", "")
    house = (settings.api, settings.bot, settings.knowledge, settings.llm, settings.emap)
    for check in examine(*house, settings.ingest, RetentionSettings()):
        is_well = is_well and check.is_well
        rows.add_row("✓" if check.is_well else "✗", check.name, check.detail)
    console.print(rows)
    raise typer.Exit(0 if is_well else 1)


def _with_api_url(settings: "HouseSettings") -> "HouseSettings":
    if not settings.bot.api_url:
        raise ChannelNotConfiguredError("set CHUANGDAI_BOT_API_URL to the address of the API")
    return settings


def main() -> None:
    """Entry point: an error becomes one line that says what to do, and exit code 1."""
    # What is made at the start stays: looking for garbage every 700 objects costs a tenth of it.
    gc.set_threshold(50_000, 20, 50)
    try:
        app()
    except Exception as error:
        Console(stderr=True).print(_sentence(error), markup=False, style="red", soft_wrap=True)
        raise SystemExit(1) from None


def _sentence(error: Exception) -> str:
    """What happened and what to do, with the code that does not change."""
    # Here and not above: most commands end well.
    from api.db.faults import fault_of
    from api.error_handlers import log_incident

    known = error if isinstance(error, ChuangdaiError) else fault_of(error) or _setting_in(error)
    code, details = (known.code, str(known)) if known else ("internal", log_incident(error))
    title, advice = operator_text(code)
    return f"{title}：{advice}（{code}: {details}）"


def _setting_in(error: Exception) -> SettingInvalidError | None:
    """Which settings cannot be read, where that is what an error says; not what they hold."""
    from pydantic import ValidationError
    from pydantic_settings import BaseSettings

    if not isinstance(error, ValidationError):
        return None
    kinds = [BaseSettings]
    for kind in kinds:
        kinds += kind.__subclasses__()
    prefixes = [
        kind.model_config.get("env_prefix") for kind in kinds if kind.__name__ == error.title
    ]
    if not prefixes:
        return None
    fields = (str(fault["loc"][0]) for fault in error.errors() if fault["loc"])
    return SettingInvalidError(", ".join(f"{prefixes[0]}{field}".upper() for field in fields))
