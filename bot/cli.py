"""The command line ``chuangdai``: every way to run the assistant."""

import asyncio
import gc
import json
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import Console

from api.commands import questions
from api.commands.base import DataDir, console, know, prepare, progress, ready_storage, table
from api.commands.branches import branches_app, nearest
from api.commands.database import db_app
from api.commands.documents import documents_app, ingest
from api.commands.evaluation import coverage, evaluate
from api.commands.failures import sentence_on
from api.commands.index import index_app
from api.commands.keys import keys_app
from api.commands.models import models_app
from api.commands.privacy import privacy_app
from api.commands.retrieval import retrieval
from api.commands.staff import staff_app
from api.contract.conversations import Channel, ConversationName
from api.contract.messages import Reply
from bot.channels.citations import source_facts, source_title
from bot.dialogue.events import Event
from bot.errors import ChannelNotConfiguredError

if TYPE_CHECKING:
    from bot.all_in_one import AppSettings

app = typer.Typer(
    name="chuangdai",
    help="创业担保贷款助手：有出处的政策答复、申请引导、最近网点。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(index_app, name="index")
app.add_typer(documents_app, name="documents")
app.add_typer(staff_app, name="staff")
app.add_typer(branches_app, name="branches")
app.add_typer(db_app, name="db")
app.add_typer(keys_app, name="keys")
app.add_typer(models_app, name="models")
app.add_typer(privacy_app, name="privacy")


@app.command()
def ask(
    question: str,
    region: Annotated[str | None, typer.Option(help="地区名称或行政区划代码")] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="按哪一天")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    data_dir: DataDir = None,
) -> None:
    """Answer one question and list the clauses it rests on."""
    from knowledge.answering.models import Question

    knowledge = know(data_dir)
    answer = knowledge.assistant.answer(
        Question(question=question, region=region, as_of=as_of.date() if as_of else None)
    )
    if as_json:
        typer.echo(json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    console.print(answer.text, markup=False, highlight=False)
    for reading in answer.asked_back.readings if answer.asked_back else ():
        console.print(f"· {reading.label}", markup=False, highlight=False)
    for citation in answer.citations:
        line = f"{source_title(citation)} · {source_facts(citation)}"
        console.print(line, markup=False, highlight=False, style="dim")


for command in (
    questions.interpret,
    evaluate,
    coverage,
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
    from api.serving import listen
    from bot.all_in_one import create_app

    settings = _read_settings(data_dir)
    ready_storage(settings)
    bar = progress()
    task = bar.add_task("索引", total=None)

    def show(done: int, total: int) -> None:
        if total:
            bar.start()
            bar.update(task, completed=done, total=total)
        if done >= total:
            bar.stop()

    listen(create_app(settings, on_progress=show), host, port, settings.api)


@app.command()
def api(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
    data_dir: DataDir = None,
) -> None:
    """Serve the API alone; several such processes may share a PostgreSQL and a Chroma server."""
    from api.main import create_server
    from api.serving import listen
    from bot.all_in_one import InProcessConversation, page_policy

    settings = _read_settings(data_dir)
    ready_storage(settings)
    conversation = InProcessConversation(settings)  # over HTTP, for scripts
    policy = page_policy(settings.emap)
    server = create_server(settings, routers=[conversation.routes], policy=policy)
    listen(conversation.join(server), host, port, settings.api)


@app.command()
def web(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8080,
    data_dir: DataDir = None,
) -> None:
    """Serve the chat page alone, on an API elsewhere (CHUANGDAI_BOT_API_URL)."""
    from api.serving import listen
    from bot.all_in_one import create_web

    settings = _with_api_url(_read_settings(data_dir))
    listen(create_web(settings), host, port, settings.api)


@app.command()
def bot(data_dir: DataDir = None) -> None:
    """Run the Telegram bot alone, on an API elsewhere (CHUANGDAI_BOT_API_URL)."""
    from api.auth.secrets import service_token
    from bot.app import remote_engine
    from bot.channels.telegram.runner import TelegramRunner

    settings = _with_api_url(_read_settings(data_dir))
    emap = settings.emap
    engine = remote_engine(settings.bot, service_token(settings.api), emap.public_url)
    runner = TelegramRunner(engine, settings.bot, emap.mini_app_url)
    asyncio.run(runner.run())


@app.command()
def chat(data_dir: DataDir = None) -> None:
    """Talk in the terminal; an empty end of input ends the talk."""
    asyncio.run(_chat(_read_settings(data_dir)))


async def _chat(settings: "AppSettings") -> None:
    from api.services import part_of
    from bot.all_in_one import create_app
    from bot.channels.console.chat import ConsoleChat
    from bot.dialogue.engine import DialogueEngine

    server = create_app(settings, with_web=False, with_telegram=False)
    engine = part_of(server, DialogueEngine)
    name = ConversationName(Channel.CONSOLE, "local")

    async def handle(event: Event) -> list[Reply]:
        return await engine.handle(name, event)

    def read_line() -> str | None:
        try:
            return console.input("[green]> [/green]")
        except (EOFError, KeyboardInterrupt):
            return None

    async with server.router.lifespan_context(server):
        await ConsoleChat(handle, console).run(read_line)


@app.command()
def dialogues(file: Path) -> None:
    """Hold the dialogues of a file in an application of their own, for a reader to judge."""
    held = yaml.safe_load(file.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        settings = _read_settings(Path(scratch))
        ready_storage(settings)
        asyncio.run(_hold(settings, held))


async def _hold(settings: "AppSettings", held: list[dict[str, Any]]) -> None:
    from bot.all_in_one import create_app
    from bot.rehearsal import rehearse

    server = create_app(settings, with_web=False, with_telegram=False)
    async for one in rehearse(server, held):
        before = "right before" if one.was_right else "wrong before"
        console.print(f"{one.id} ({before}): {one.asked}", markup=False, style="bold")
        console.print("  must: " + "；".join(one.expect), markup=False, soft_wrap=True)
        for line in one.replied.splitlines():
            console.print("  > " + line, markup=False, soft_wrap=True)


@app.command()
def doctor(data_dir: DataDir = None) -> None:
    """List every setting and check what this installation needs."""
    from pydantic_settings import BaseSettings

    from api.doctor import examine
    from api.privacy.settings import RetentionSettings

    settings = _read_settings(data_dir)
    is_well = True
    rows = table("", "", "")
    listed: list[BaseSettings] = [settings.api, settings.bot, settings.knowledge]
    listed += [settings.llm, settings.emap, settings.ingest, RetentionSettings()]
    for check in examine(settings.api, settings.llm, listed):
        is_well = is_well and check.is_well
        rows.add_row("✓" if check.is_well else "✗", check.name, check.detail)
    console.print(rows)
    raise typer.Exit(0 if is_well else 1)


def _read_settings(data_dir: Path | None) -> "AppSettings":
    """Settings of all packages; what they say of data directory and logging is done."""
    from bot.all_in_one import AppSettings

    settings = AppSettings.read(data_dir)
    prepare(settings)
    # Read by the framework of the pages when it is loaded.
    os.environ.setdefault("NICEGUI_STORAGE_PATH", str(settings.api.data_dir.resolve() / "web"))
    return settings


def _with_api_url(settings: "AppSettings") -> "AppSettings":
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
        Console(stderr=True).print(sentence_on(error), markup=False, style="red", soft_wrap=True)
        raise SystemExit(1) from None
