"""Commands that ask: one question, generated ones, a whole calibration."""

from typing import Annotated

import typer

from api.commands.base import DataDir, console, know, progress, table
from knowledge.kit.clock import china_today


def interpret(
    message: str,
    before: Annotated[
        list[str] | None, typer.Option(help="同一个人前面说过的话，可以写几次，先说的在前")
    ] = None,
    region: Annotated[str | None, typer.Option(help="地区名称或行政区划代码")] = None,
    field: Annotated[str | None, typer.Option(help="正在填的表单项，如 amount_yuan")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Tell how a message is read: what it does and asks, of whom, how many, where and when."""
    from api.answers.interpretation_routes import read_message, view_interpretation
    from api.contract.answers import Turn
    from api.contract.interpretations import MessageToRead
    from knowledge.understanding.model.message_model import MessageModel
    from knowledge.understanding.pipeline import Interpreter

    history = [Turn(role="user", content=said) for said in before or ()]
    asked = MessageToRead(text=message, history=history, region=region, expected_field=field)
    reading = read_message(Interpreter(MessageModel()), asked, china_today())
    view = view_interpretation(reading, asked, china_today())
    if as_json:
        typer.echo(view.model_dump_json(indent=2))
        return
    rows = table("", "", "")
    rows.add_row("act", view.act.value, f"{view.confidence:.2f}")
    for ask in view.asks:
        rows.add_row("asks", f"{ask.matter.value}:{ask.form.value}", f"{ask.confidence:.2f}")
    rows.add_row("subject", view.subject.value if view.subject else "-", "")
    rows.add_row("product", view.product.value, "")
    for entity in view.entities:
        value = entity.value.model_dump(exclude_defaults=True, mode="json") if entity.value else {}
        said = " ".join(f"{name}={one}" for name, one in value.items())
        rows.add_row(entity.role.value, f"{entity.text}  {said}", f"{entity.confidence:.2f}")
    for place in view.places:
        rows.add_row(place.role.value, " / ".join(place.names), "")
    for time in view.times:
        rows.add_row("asked about", f"{time.first} – {time.last}", "")
    if view.expected_value is not None:
        rows.add_row(field or "", str(view.expected_value), "")
    rows.add_row("goes on / corrects", f"{view.goes_on} / {view.corrects}", "")
    if view.doubts:
        rows.add_row("ask back", ", ".join(view.doubts), "")
    console.print(rows)


def paraphrases(
    show: Annotated[bool, typer.Option(help="列出没答对的题")] = False, data_dir: DataDir = None
) -> None:
    """Ask for every figure in force in words never trained on; print what is found and said."""
    from knowledge.evaluation.paraphrases import generate_paraphrases, score_paraphrases
    from knowledge.evaluation.ranks import rank_shares

    knowledge = know(data_dir)
    questions = generate_paraphrases(knowledge.parameters, knowledge.documents, china_today())
    with progress() as bar:
        task = bar.add_task("提问", total=len(questions))
        scores = score_paraphrases(
            questions,
            knowledge.assistant.answer,
            lambda words, region: knowledge.search(words, region, 10),
            lambda done, total: bar.update(task, completed=done),
        )
    rows = table("figure", "asked", "hit@1", "hit@5", "MRR", "said", "cited")
    names = list(dict.fromkeys(score.paraphrase.parameter.name for score in scores))
    for name in [*names, "all"]:
        group = [s for s in scores if name in ("all", s.paraphrase.parameter.name)]
        found = rank_shares([s.rank for s in group])
        shares = (
            found.hit_1,
            found.hit_5,
            found.mrr,
            sum(s.is_said for s in group) / len(group),
            sum(s.is_cited for s in group) / len(group),
        )
        rows.add_row(name, str(len(group)), *(f"{share:.2f}" for share in shares))
    for score in scores if show else []:
        if not (score.is_said and score.is_cited):
            line = f"{score.paraphrase.text} | {score.paraphrase.value.clause} | {score.rank}"
            console.print(line, markup=False)
    console.print(rows)


def usual(data_dir: DataDir = None) -> None:
    """Ask what people ask of any place; print how often a clause of the place answers."""
    from knowledge.evaluation.usual_questions import ask_usual_questions, usual_questions

    knowledge = know(data_dir)
    questions = usual_questions(knowledge.documents, china_today())
    with progress() as bar:
        task = bar.add_task("提问", total=len(questions))
        found = ask_usual_questions(
            questions,
            knowledge.assistant.answer,
            lambda done, total: bar.update(task, completed=done),
        )
    ways = list(next(iter(found.values())))
    rows = table("topic", "asked", *(f"{way} %" for way in ways))
    everything = {way: [right for of in found.values() for right in of[way]] for way in ways}
    for topic, rights in [*found.items(), ("all", everything)]:
        shares = (f"{100 * sum(rights[way]) / len(rights[way]):.0f}" for way in ways)
        rows.add_row(topic, str(len(rights[ways[0]])), *shares)
    console.print(rows)


def calibrate(data_dir: DataDir = None) -> None:
    """Print which questions of the scope are refused, and which of other matters answered."""
    from knowledge.answering.models import Question
    from knowledge.evaluation.calibration import calibration_questions, wrong_refusals

    assistant = know(data_dir).assistant
    wrong = wrong_refusals(lambda question: assistant.answer(Question(question=question)))
    for name, asked, failed in zip(
        ("in scope, refused", "out of scope, answered"), calibration_questions(), wrong, strict=True
    ):
        console.print(f"{name}: {len(failed)} of {len(asked)}")
        console.print("；".join(failed), markup=False)
