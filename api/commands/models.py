"""Commands on models: take the bundled one out, make pairs, train."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api.commands.base import DataDir, console, know, progress, table
from api.commands.learning import show_found, show_scores
from knowledge.app import build_knowledge
from knowledge.kit.clock import china_today

models_app = typer.Typer(help="模型（需要 extra「models」）", no_args_is_help=True)


@models_app.command("export")
def models_export(folder: Path) -> None:
    """Write the bundled model to a folder as a sentence-transformers model."""
    from knowledge.index.models.export import export_model

    export_model(folder)
    console.print(f"CHUANGDAI_EMBEDDING_MODEL={folder}", markup=False, soft_wrap=True)


@models_app.command("pairs")
def models_pairs(file: Path) -> None:
    """Write questions and the clauses that answer them, made from the corpus, as JSON lines."""
    from knowledge.evaluation.pairs import split_pairs
    from knowledge.evaluation.paraphrases import generate_paraphrases

    knowledge = build_knowledge()
    asked = generate_paraphrases(knowledge.parameters, knowledge.documents, china_today())
    pairs = split_pairs(asked, knowledge.documents)
    rows = [dict(zip(("question", "clause", "wrong"), row, strict=True)) for row in pairs.training]
    file.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    console.print(f"{len(rows)} pairs, {len(pairs.held_back)} questions held back")


@models_app.command("train")
def models_train(
    out: Annotated[Path, typer.Argument(help="模型文件写到哪里")],
    work: Annotated[Path, typer.Option(help="中间结果放哪里；中断后接着训练")] = Path("training"),
    own: Annotated[
        Path | None, typer.Option(help="本单位自己的数据：里面有 messages/ 和 pairs/")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1)] = 9,
) -> None:
    """Train the model that reads messages and finds clauses, and tell how well it does both."""
    from knowledge.evaluation.training_run import train_model
    from knowledge.understanding.training.fit import Plan

    documents = build_knowledge().documents
    with progress() as bar:
        task = bar.add_task("训练", total=None)
        report = train_model(
            documents,
            out,
            work,
            own=own,
            version=china_today().isoformat(),
            plan=Plan(epochs=epochs),
            on_progress=lambda what, done, of: bar.update(
                task, description=what, completed=done, total=of
            ),
        )
    show_scores(report.messages)
    show_found(report.found)


@models_app.command("thresholds")
def models_thresholds(
    files: Annotated[
        list[Path] | None, typer.Argument(help="标注过的消息；默认用留出的作者")
    ] = None,
) -> None:
    """Show what each threshold of the reading costs; those in use are marked."""
    from knowledge.evaluation.threshold_costs import threshold_costs
    from knowledge.understanding.model.message_model import MessageModel
    from knowledge.understanding.thresholds import thresholds
    from knowledge.understanding.training.dataset import HELD_OUT_MESSAGES, read_messages

    messages = read_messages(files or [HELD_OUT_MESSAGES])
    rows = table("threshold", "value", "missed", "taken wrongly", "of", "")
    for cost in threshold_costs(messages, MessageModel().read, thresholds()):
        rows.add_row(
            cost.name,
            f"{cost.threshold:.2f}",
            str(cost.missed),
            str(cost.taken),
            str(cost.of),
            "in use" if cost.in_use else "",
        )
    console.print(rows)


@models_app.command("chance")
def models_chance(
    files: Annotated[
        list[Path] | None, typer.Argument(help="带条文的问题；默认用自带的各组")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Learn how likely the best clause answers; print weights, and what each limit lets through.

    The weights belong in ``knowledge/answering/chance.yaml``, the limits in ``steps/plan``.
    """
    from knowledge.answering.models import Question
    from knowledge.evaluation.chances import Case, learn_weights, limits, read_questions

    assistant, cases = know(data_dir).assistant, list[Case]()
    for file, text, region, right in read_questions(files or ()):
        if found := assistant.best_clause(Question(question=text, region=region)):
            signs, hit = found
            cases.append(Case(file, signs, hit.chunk.id in right))
    for name, weight in learn_weights(cases).items():
        console.print(f"{name}: {weight:.3f}", markup=False)
    rows = table("limit", "said", "right", "share")
    for limit in limits(cases):
        share = limit.right / limit.said if limit.said else 0.0
        rows.add_row(f"{limit.least:.1f}", str(limit.said), str(limit.right), f"{share:.2f}")
    console.print(rows)


@models_app.command("fine-tune")
def models_fine_tune(
    pairs: Annotated[Path, typer.Argument(help="JSONL：question, clause")],
    out: Annotated[Path, typer.Argument(help="写到哪个文件夹")],
    base: Annotated[Path | None, typer.Option(help="从哪个模型开始；默认用自带的")] = None,
    epochs: Annotated[int, typer.Option(min=1)] = 1,
    steps: Annotated[int | None, typer.Option(min=1, help="最多几步")] = None,
) -> None:
    """Train a model on pairs of questions and clauses."""
    from knowledge.index.models.export import export_model
    from knowledge.index.models.fine_tuning import Schedule, fine_tune, read_pairs

    read = read_pairs(pairs)
    with tempfile.TemporaryDirectory() as scratch, progress() as bar:
        task = bar.add_task("导出", total=None)
        if base is None:
            base = Path(scratch) / "base"
            export_model(base)

        def show(done: int, total: int, loss: float) -> None:
            bar.update(task, completed=done, total=total, description=f"训练（loss {loss:.2f}）")

        fine_tune(base, read, out, Schedule(epochs=epochs, most_steps=steps), show)
    console.print(f"CHUANGDAI_EMBEDDING_MODEL={out}", markup=False, soft_wrap=True)
