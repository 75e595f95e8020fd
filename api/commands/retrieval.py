"""Measures retrieval on public tasks."""

import statistics
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from api.commands.base import DataDir, console, progress, read_settings, table
from knowledge.app import open_model
from knowledge.understanding.model.message_model import MessageModel


def retrieval(
    folder: Annotated[Path, typer.Argument(help="检索任务所在文件夹")],
    task: Annotated[list[str] | None, typer.Option(help="只做这些任务")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="每个任务最多几个问题")] = None,
    data_dir: DataDir = None,
) -> None:
    """Search for the questions of public retrieval tasks; vectors are kept for the next run."""
    from knowledge.evaluation.public_tasks import find_tasks, index_task, load_task, score_task
    from knowledge.evaluation.ranks import rank_shares
    from knowledge.index.embedder import PlainEmbeddings

    settings = read_settings(data_dir).knowledge
    directory, folder_of_model = settings.data_dir / "evaluation", settings.embedding_model
    # On other fields what was learnt for this one does not help: the encoder's own vectors.
    model = open_model(folder_of_model) if folder_of_model else PlainEmbeddings(MessageModel())
    rows = table("task", "passages", "questions", "hit@1", "hit@5", "MRR@10", "p50 ms", "p95 ms")
    for path in find_tasks(folder):
        if task and path.name not in task:
            continue
        one = load_task(path)
        one = one.sample(sample) if sample else one
        with progress() as bar:
            shown = bar.add_task(f"{one.name} 向量", total=None)
            show = partial(_show, bar, shown)
            retriever = index_task(one, model, model.model_id, directory, show)
            bar.update(shown, description=f"{one.name} 提问")
            score = score_task(one, retriever, model, show)
        shares = rank_shares(score.ranks)
        rows.add_row(
            one.name,
            str(len(one.chunks)),
            str(len(one.queries)),
            *(f"{100 * share:.1f}" for share in (shares.hit_1, shares.hit_5, shares.mrr)),
            *(f"{1000 * s:.0f}" for s in _spread(score.seconds)),
        )
    console.print(rows)


def _show(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


def _spread(seconds: tuple[float, ...]) -> tuple[float, float]:
    ranked = sorted(seconds)
    return statistics.median(ranked), ranked[int(0.95 * len(ranked))]
