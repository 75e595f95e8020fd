"""Turns a draft into the answer: numbered clauses, what they stand on, what to do next."""

from collections import defaultdict

from knowledge.answering.citations import view_citations
from knowledge.answering.context import Context
from knowledge.answering.draft import TOKEN, Draft, Standing, cite
from knowledge.answering.models import ActionKind, Answer, AnswerStatus, Figure, Intent
from knowledge.answering.state import State
from knowledge.answering.steps.replies import actions, blank
from knowledge.answering.steps.route import branch_answer
from knowledge.answering.texts import say
from knowledge.documents import NATION, Topic
from knowledge.regions.divisions import divisions
from knowledge.rules.parameters import ParameterValue
from knowledge.understanding.interpretation import Interpretation
from knowledge.understanding.labels import Act, Matter

# What still helps one whose question the material does not answer.
_HELPS_ON = {
    Topic.PROCESS: (ActionKind.START_APPLICATION,),
    Topic.MATERIALS: (ActionKind.START_APPLICATION,),
    Topic.WHERE: (ActionKind.FIND_BRANCH,),
}
_FORECASTS = (Matter.APPROVAL, Matter.QUOTA)
_REPLY_LAST = (Intent.STATUS, Intent.APPLY)
# So many rules are named as the basis of an answer.
MOST_BASIS = 3


def conclude(state: State) -> State:
    """The answer, as far as the material goes."""
    draft, context = state.draft or Draft(), state.context
    asks_region = any(point.asks_region for point in state.points)
    if state.reply is not None:
        return state.answered("cite", _beside(state.reply, draft, context), "beside a reply")
    if not draft.refs():
        if state.intent is Intent.BRANCH:
            return state.answered("cite", branch_answer(state), "no clause")
        return state.answered("cite", _without_source(state, draft), "no clause")
    _add_notes(context, draft)
    if asks_region:
        draft.add(say("ask-region"))
    is_partial = any(point.is_partial for point in state.points)
    status = AnswerStatus.PARTLY_ANSWERED if is_partial else AnswerStatus.ANSWERED
    answer = blank(context, status, state.intent)
    answer.ask_region = asks_region
    resolve_tokens(draft, context, answer)
    next_steps = (
        ActionKind.CHECK_ELIGIBILITY, ActionKind.START_APPLICATION, ActionKind.FIND_BRANCH,
    )  # fmt: skip
    is_branch = state.intent is Intent.BRANCH
    answer.actions = actions(*((ActionKind.FIND_BRANCH,) if is_branch else next_steps))
    if is_branch:
        answer.ask_region = context.reading.region is None
    return state.answered("cite", answer, f"{len(answer.citations)} clauses")


def _beside(reply: Answer, draft: Draft, context: Context) -> Answer:
    """The reply with what rules say on it; progress is looked up after what was asked is told.

    Who is angry hears one kind word, then what was asked, then where to complain.
    """
    if not draft.refs():
        return reply
    _add_notes(context, draft)
    said = reply.text
    resolve_tokens(draft, context, reply)
    if context.reading.act is Act.COMPLAIN:
        kind_word, _, where_to = said.partition("。")
        parts = [f"{kind_word}。", reply.text, where_to]
    else:
        parts = [reply.text, said] if reply.intent in _REPLY_LAST else [said, reply.text]
    reply.text = "\n".join(parts)
    return reply


def resolve_tokens(draft: Draft, context: Context, answer: Answer) -> None:
    """Turn tokens into numbers and list the clauses they stand for."""
    views = view_citations(draft.refs(), context.documents, context.on)
    numbers = {ref: view.n for ref, view in views.items()}
    answer.text = "\n".join(
        TOKEN.sub(lambda m: f"[{numbers[f'{m[1]}#{m[2]}']}]", line) for line in draft.lines
    )
    answer.citations = list(views.values())
    answer.figures = [
        Figure(name=f.name, value=f.value, unit=f.unit, citation=numbers[f.ref])
        for f in draft.figures
    ]


def _add_notes(context: Context, draft: Draft) -> None:
    """What is misunderstood, where clauses stand today, and whose rules the figures are."""
    for reminder in _reminders(context.reading):
        draft.add(reminder)
    by_standing: defaultdict[Standing, list[str]] = defaultdict(list)
    for ref, standing in draft.standings.items():
        by_standing[standing].append(ref)
    doubtful = [value.clause for value in draft.basis if not value.confirmed]
    if doubtful:
        unconfirmed = [*by_standing[Standing.UNCONFIRMED], *doubtful]
        by_standing[Standing.UNCONFIRMED] = list(dict.fromkeys(unconfirmed))
    for standing, refs in by_standing.items():
        draft.add(say(f"standing-{standing.value}", cite="".join(map(cite, refs))))
    if basis := _basis(context, draft):
        draft.add(basis)


def _basis(context: Context, draft: Draft) -> str | None:
    rules = [
        say(
            "basis-rule",
            place=say("nation") if value.region == NATION else divisions().get(value.region).name,
            since=say("span-from", day=value.starts.spoken()) if value.starts else "",
        )
        for value in draft.basis
        if value.confirmed and _is_rule_of_today(value, context)
    ]
    if not rules:
        return None
    named = "、".join(list(dict.fromkeys(rules))[:MOST_BASIS])
    return say("basis", rules=named)


def _is_rule_of_today(value: ParameterValue, context: Context) -> bool:
    """Whether a figure is laid down and holds; a rate that the market makes is not."""
    return value.parameter != "rate.lpr_1y" and value.holds_on(context.today)


def _without_source(state: State, draft: Draft) -> Answer:
    context = state.context
    answer = blank(context, AnswerStatus.NO_SOURCE, state.intent)
    lines = [] if _asks_forecast(context.reading) else draft.lines
    answer.text = "\n".join([*lines, *_reminders(context.reading)])
    if context.reading.region is None and not _asks_forecast(context.reading):
        answer.text += "\n" + say("ask-region")
    answer.ask_region = context.reading.region is None
    topic = next(iter(context.reading.topics), Topic.OTHER)
    answer.actions = actions(*_HELPS_ON.get(topic, ()), ActionKind.ASK_STAFF)
    return answer


def _reminders(reading: Interpretation) -> list[str]:
    """Common misunderstandings that a question shows, put right."""
    beliefs = list(reading.misbeliefs)
    if _asks_forecast(reading) and "forecast" not in beliefs:
        beliefs.append("forecast")
    return [say(f"correct-{belief}") for belief in beliefs]


def _asks_forecast(reading: Interpretation) -> bool:
    return "forecast" in reading.misbeliefs or reading.asks_about(*_FORECASTS)
