"""Commands on policy documents: read files in, look at what is kept, withdraw, compare."""

import asyncio
import difflib
import getpass
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.base import DataDir, console, open_database, progress, read_settings, table
from knowledge.app import Knowledge, build_knowledge
from knowledge.documents import PolicyDocument
from knowledge.errors import DocumentNotFoundError
from knowledge.kit.clock import CHINA, utc_now

if TYPE_CHECKING:
    from api.documents.ingestion.impact import ImpactFinder
    from api.documents.store import DocumentStore
    from ingest.report import IngestReport

documents_app = typer.Typer(help="政策文件", no_args_is_help=True)

Reason = Annotated[str | None, typer.Option(help="原因，写进记录")]
STATES = {"live": "在用", "withdrawn": "已撤下"}
EVENTS = {"put": "入库", "changed": "随新文件更新", "withdrawn": "撤下", "restored": "恢复"}


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The documents that ship and those that were added, open for one command."""

    runner: asyncio.Runner
    store: "DocumentStore"
    knowledge: Knowledge
    added: Mapping[str, PolicyDocument]
    impact: "ImpactFinder"

    def find(self, document_id: str) -> PolicyDocument:
        document = self.added.get(document_id) or self.knowledge.documents.get(document_id)
        if document is None:
            raise DocumentNotFoundError(f"no document {document_id[:80]!r}")
        return document


@contextmanager
def _open_shelf(data_dir: Path | None) -> Iterator[_Shelf]:
    from api.documents.ingestion.impact import ImpactFinder
    from api.documents.registry import DocumentRegistry
    from api.documents.store import DocumentStore
    from api.faq.store import FaqStore

    settings = read_settings(data_dir)
    knowledge = build_knowledge(policies=settings.knowledge.policies_dir)
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        database = runner.run(stack.enter_async_context(open_database(settings)))
        try:
            runner.run(DocumentRegistry(database, utc_now).enrol(knowledge.documents.shipped))
            store = DocumentStore(database, utc_now)
            faq = FaqStore(database, knowledge.assistant.live_documents, utc_now)
            impact = ImpactFinder(knowledge, faq)
            yield _Shelf(runner, store, knowledge, runner.run(store.added()), impact)
        finally:
            runner.run(stack.aclose())


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹")],
    region: Annotated[str | None, typer.Option(help="没有写明地区的文件属于哪里（代码）")] = None,
    workers: Annotated[int, typer.Option(min=1, max=16, help="同时读几个文件")] = 2,
    data_dir: DataDir = None,
) -> None:
    """Read policy files in; what cannot be read is set aside with the reason."""
    from api.documents.ingestion.sink import StoreSink
    from ingest import report as reports
    from ingest.pipeline import ingest_files
    from ingest.settings import IngestSettings

    folder = {"data_dir": data_dir} if data_dir else {}
    settings = IngestSettings.model_validate(
        {**folder, **({"ingest_region": region} if region else {})}
    )
    with _open_shelf(data_dir) as shelf, progress() as bar:
        sink = StoreSink(shelf.store, shelf.runner.run, actor=getpass.getuser())
        task = bar.add_task("读取", total=None)

        def show(step: reports.Progress) -> None:
            pages = f"（第 {step.page}/{step.pages} 页）" if step.pages else ""
            label = f"{step.path.name}{pages}"
            bar.update(task, completed=step.done, total=step.total, description=label)

        report = ingest_files(
            paths,
            sink,
            workers=workers,
            on_progress=show,
            guess_labels=shelf.knowledge.guess_labels,
            settings=settings,
        )
        bar.stop()
        _show_report(report)
        for outcome in report.outcomes:
            if outcome.ending in (reports.Ending.INDEXED, reports.Ending.NEW_VERSION):
                _show_impact(shelf, sink.get(outcome.document_id or ""))
    if report.count(reports.Ending.QUARANTINED):
        raise typer.Exit(2)


def _show_report(report: "IngestReport") -> None:
    rows = table("文件", "结果", "文件编号", "怎么办")
    for outcome in report.outcomes:
        rows.add_row(
            outcome.path.name, outcome.message, outcome.document_id or "", outcome.advice or ""
        )
    console.print(rows)


def _show_impact(shelf: _Shelf, document: PolicyDocument) -> None:
    """Name the figures and the answers by staff that a document changes or may change."""
    impact = shelf.runner.run(shelf.impact.find(document))
    if impact.figures:
        rows = table(
            "参数", "地区", "现在的值", "出处", "", title=f"《{document.title}》涉及的参数"
        )
        for one in impact.figures:
            why = _why(one.rests_on, "同一地区、同一事项，请核对")
            rows.add_row(one.label, one.region, one.value, one.clause, why)
        console.print(rows)
    if impact.faq:
        rows = table("常见问答", "", title=f"《{document.title}》涉及的常见问答")
        for answer in impact.faq:
            rows.add_row(answer.question, _why(answer.rests_on, "引用了上面的条款，请核对"))
        console.print(rows)


def _why(rests_on: bool, otherwise: str) -> str:
    return "依据这份文件" if rests_on else otherwise


@documents_app.command("list")
def list_documents(
    region: Annotated[str | None, typer.Option(help="地区代码，可以只写前几位")] = None,
    added: Annotated[bool, typer.Option("--added", help="只列本单位导入的")] = False,
    data_dir: DataDir = None,
) -> None:
    """List the documents with their state."""
    with _open_shelf(data_dir) as shelf:
        states = shelf.runner.run(shelf.store.states())
        rows = table("编号", "地区", "标题", "文号", "状态", "来源")
        for document in sorted(
            {**(shelf.knowledge.documents if not added else {}), **shelf.added}.values(),
            key=lambda d: (d.region, d.id),
        ):
            if region and not document.region.startswith(region.rstrip("0") or region):
                continue
            origin = "导入" if document.id in shelf.added else "内置"
            state = STATES[states.get(document.id, "live")]
            rows.add_row(
                document.id, document.region, document.title, document.number, state, origin
            )
        console.print(rows)


@documents_app.command("show")
def show_document(document_id: str, data_dir: DataDir = None) -> None:
    """Show a document with its clauses, its files and what happened to it."""
    with _open_shelf(data_dir) as shelf:
        document = shelf.find(document_id)
        files = shelf.runner.run(shelf.store.files()).get(document.id, {})
        console.print(f"《{document.title}》 {document.number or ''}", markup=False, style="bold")
        lines = [
            f"状态 {document.status.value} · 种类 {document.kind.value} · 地区 {document.region}",
            *(f"{c.about}：{c.detail}" for c in document.conflicts),
            *document.notes,
            *(f"文件 {name}" for name in files.values()),
        ]
        for line in lines:
            console.print(line, markup=False, highlight=False)
        for clause in document.clauses:
            console.print(f"\n## {clause.heading}  #{clause.id}", markup=False, style="bold")
            console.print(clause.text, markup=False, highlight=False)
        for event in shelf.runner.run(shelf.store.events(document.id)):
            at = event.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
            words = (at, EVENTS[event.kind], event.actor, event.reason or "")
            console.print(" · ".join(filter(None, words)), markup=False, style="dim")


@documents_app.command("withdraw")
def withdraw(document_id: str, reason: Reason = None, data_dir: DataDir = None) -> None:
    """Take a document out of use, in every process within a second."""
    with _open_shelf(data_dir) as shelf:
        document = shelf.find(document_id)
        actor = getpass.getuser()
        shelf.runner.run(shelf.store.withdraw(document_id, actor=actor, reason=reason))
        console.print(f"已撤下《{document.title}》，不再用来答复。", markup=False)
        _show_impact(shelf, document)


@documents_app.command("restore")
def restore(document_id: str, reason: Reason = None, data_dir: DataDir = None) -> None:
    """Take a withdrawn document into use again."""
    with _open_shelf(data_dir) as shelf:
        document = shelf.find(document_id)
        actor = getpass.getuser()
        shelf.runner.run(shelf.store.restore(document_id, actor=actor, reason=reason))
        console.print(f"已恢复《{document.title}》。", markup=False)


@documents_app.command("diff")
def diff(old: str, new: str, data_dir: DataDir = None) -> None:
    """Compare the clauses of two documents line by line."""
    with _open_shelf(data_dir) as shelf:
        before, after = _lines(shelf.find(old)), _lines(shelf.find(new))
    for line in difflib.unified_diff(before, after, fromfile=old, tofile=new, lineterm="", n=1):
        style = {"+": "green", "-": "red"}.get(line[:1])
        console.print(line, markup=False, highlight=False, style=style)


def _lines(document: PolicyDocument) -> list[str]:
    return [
        line
        for clause in document.clauses
        for line in (f"## {clause.heading}", *clause.text.splitlines())
    ]
