"""The command ``evaluate``: any set of questions, messages or dialogues, by its format."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from api.commands.base import DataDir, console, know, progress, table
from api.commands.learning import show_scores
from knowledge.evaluation.runner import EvaluationError
from knowledge.kit.clock import china_today

Items = list[dict[str, Any]]


def evaluate(
    file: Path,
    show: Annotated[bool, typer.Option(help="列出没答对的题")] = True,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="按哪一天")] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="给读者评判的答复写到哪里（带 must 的题组）")
    ] = None,
    verdicts: Annotated[
        list[Path] | None, typer.Option(help="读者的评判（JSON lines），只汇总，不提问")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Try a YAML set: questions, known faults, labelled messages, or questions with clauses.

    A set that says what each answer ``must`` say is laid out for readers, or their verdicts told.
    """
    today = as_of.date() if as_of else china_today()
    items = _read(file)
    if all("q" in item and "act" in item for item in items):
        _messages(file, today)
    elif all("q" in item and "clauses" in item for item in items):
        _pairs(file)
    elif all("must_say" in item for item in items):
        _faults(items, today, data_dir)
    elif all("must" in item for item in items) and verdicts:
        _verdicts(items, verdicts)
    elif all("must" in item for item in items):
        _for_readers(items, sheet, today, data_dir)
    else:
        _questions(file, show, today, data_dir)


def _read(file: Path) -> Items:
    try:
        items: Items = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise EvaluationError(f"cannot read {file.name}: {type(error).__name__}") from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise EvaluationError(f"{file.name} is no list")
    return items


def _messages(file: Path, today: date) -> None:
    """Act, matters, subject and roles of labelled messages."""
    from knowledge.evaluation.reading import score_readings
    from knowledge.understanding.model.message_model import MessageModel
    from knowledge.understanding.pipeline import Interpreter
    from knowledge.understanding.training.dataset import read_messages

    interpreter = Interpreter(MessageModel())
    messages = [m for m in read_messages([file.parent]) if m.author == file.stem]
    show_scores(
        score_readings(
            messages, lambda text, said: interpreter.interpret(text, history=said, today=today)
        )
    )


def _pairs(file: Path) -> None:
    """Where the model puts the right clause among those that hold where the question is asked."""
    from knowledge.app import build_knowledge
    from knowledge.evaluation.finding import ranks_of_model
    from knowledge.evaluation.ranks import rank_shares
    from knowledge.understanding.model.message_model import MessageModel
    from knowledge.understanding.training.dataset import read_pairs

    pairs = [pair for pair in read_pairs([file.parent]) if pair.author == file.stem]
    with progress() as bar:
        task = bar.add_task("条文", total=None)
        ranks = ranks_of_model(
            MessageModel(),
            pairs,
            build_knowledge().chunks,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    shares = rank_shares(ranks)
    ten = sum(rank is not None and rank <= 10 for rank in ranks) / max(len(ranks), 1)
    rows = table("questions", "hit@1", "hit@5", "hit@10")
    rows.add_row(str(len(pairs)), f"{shares.hit_1:.3f}", f"{shares.hit_5:.3f}", f"{ten:.3f}")
    console.print(rows)


def _faults(items: Items, today: date, data_dir: Path | None) -> None:
    """Known faults by kind: cited, said, and nothing forbidden said."""
    from knowledge.evaluation.faults import Tried, try_faults

    assistant = know(data_dir).assistant
    with progress() as bar:
        task = bar.add_task("提问", total=len(items))
        tried = try_faults(
            items,
            assistant.answer,
            today=today,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    kinds: dict[str, list[Tried]] = {}
    for one in tried:
        kinds.setdefault(one.kind, []).append(one)
    rows = table("kind", "asked", "right before", "cites the clause", "says it", "nothing false")
    for kind, of in [*sorted(kinds.items(), key=lambda pair: pair[0].zfill(4)), ("all", tried)]:
        cited = [one.cites for one in of if one.cites is not None]
        rows.add_row(
            kind,
            str(len(of)),
            str(sum(one.was_right for one in of)),
            f"{sum(cited)} of {len(cited)}",
            str(sum(one.says for one in of)),
            str(sum(one.is_clean for one in of)),
        )
    console.print(rows)


def _for_readers(items: Items, sheet: Path | None, today: date, data_dir: Path | None) -> None:
    """Answers for readers, and how many cite a clause that holds what was asked."""
    from knowledge.evaluation.readers import lay_out

    laid = list(lay_out(items, know(data_dir).assistant.answer, today=today))
    if sheet:
        sheet.write_text("\n".join(one.sheet for one in laid), "utf-8")
    cited = [one.cites for one in laid if one.cites is not None]
    console.print(f"{len(laid)} questions; cites the clause: {sum(cited)} of {len(cited)}")


def _verdicts(items: Items, files: Sequence[Path]) -> None:
    """What readers said, by group."""
    from knowledge.evaluation.readers import VERDICTS, tally

    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    rows = table("group", "asked", *VERDICTS, "full %", "direct", "noise")
    for name, group in sorted(tally(items, lines).items()):
        rows.add_row(
            name,
            str(group.asked),
            *(str(group.verdicts[verdict]) for verdict in VERDICTS),
            f"{100 * group.share('full'):.0f}",
            f"{sum(group.direct) / group.asked:.1f}",
            f"{sum(group.noise) / group.asked:.1f}",
        )
    console.print(rows)


def _questions(file: Path, show: bool, today: date, data_dir: Path | None) -> None:
    """Whole answers, by group."""
    from knowledge.evaluation.runner import Result, by_group
    from knowledge.evaluation.runner import evaluate as run

    knowledge = know(data_dir)
    with progress() as bar:
        task = bar.add_task("提问", total=None)
        results: Sequence[Result] = run(
            file,
            knowledge.assistant.answer,
            today=today,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    groups: Mapping[str, tuple[int, int]] = by_group(results)
    whole = (sum(r for r, _ in groups.values()), sum(a for _, a in groups.values()))
    rows = table("group", "right", "asked", "%")
    for group, (right, asked) in {**groups, "all": whole}.items():
        rows.add_row(group, str(right), str(asked), f"{100 * right / asked:.0f}")
    for result in results if show else []:
        if result.faults:
            console.print(f"{result.id} {result.question}", markup=False, style="bold")
            for fault in result.faults:
                console.print(f"   {fault}", markup=False)
    console.print(rows)


def coverage(
    cities: Annotated[bool, typer.Option(help="按每个有自己文件的地方列，不并入省")] = False,
    data_dir: DataDir = None,
) -> None:
    """Print which matters the documents answer where: ● in force, ○ old, · nothing."""
    from knowledge.documents import Matter
    from knowledge.evaluation.coverage import Held, cover
    from knowledge.regions.divisions import divisions

    signs = {Held.IN_FORCE: "●", Held.OLD: "○", Held.NOTHING: "·"}
    asked = [matter for matter in Matter if matter is not Matter.OTHER]
    found = cover(know(data_dir).documents.values(), china_today(), by_province=not cities)
    rows = table("", "●", "○", " ".join(f"{n:02d}" for n in range(1, len(asked) + 1)))
    for place in found:
        rows.add_row(
            divisions().get(place.region).name,
            str(place.count(Held.IN_FORCE)),
            str(place.count(Held.OLD)),
            "  ".join(signs[place.matters[matter]] for matter in asked),
        )
    console.print(rows)
    names = (f"{n:02d} {matter.value}" for n, matter in enumerate(asked, start=1))
    console.print(", ".join(names))
