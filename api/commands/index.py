"""Commands on the search index."""

import typer

from api.commands.base import DataDir, console, know, progress, table
from knowledge.app import build_knowledge

index_app = typer.Typer(help="检索索引", no_args_is_help=True)


@index_app.command("build")
def index_build(data_dir: DataDir = None) -> None:
    """Bring the index in line with the corpus."""
    know(data_dir, always_show=True)


@index_app.command("status")
def index_status(data_dir: DataDir = None) -> None:
    """Say what the index holds and what it lacks."""
    from knowledge.index.embedder import ReadingEmbeddings, load_vectors

    knowledge = build_knowledge()
    shipped = load_vectors(ReadingEmbeddings(knowledge.model).model_id)
    rows = table("", "")
    rows.add_row("documents", str(len(knowledge.documents)))
    rows.add_row("clauses", str(len(knowledge.chunks)))
    rows.add_row("shipped vectors", str(len(shipped)))
    rows.add_row(
        "clauses without one", str(sum(chunk.digest not in shipped for chunk in knowledge.chunks))
    )
    console.print(rows)


@index_app.command("ship")
def index_ship() -> None:
    """Make the vectors that ship with the project; for maintainers of the corpus."""
    from knowledge.index.embedder import ReadingEmbeddings, save_vectors

    knowledge = build_knowledge()
    texts = knowledge.shipped_texts()
    with progress() as bar:
        task = bar.add_task("向量", total=len(set(texts)))
        made = save_vectors(
            texts,
            ReadingEmbeddings(knowledge.model),
            on_progress=lambda done: bar.update(task, completed=done),
        )
    console.print(f"{made} vectors made, {len(set(texts))} shipped")
