"""Sentences that state the legal figures in force, then and now, here and nationally."""

from collections.abc import Sequence
from datetime import date

from knowledge.answering.context import (
    Context,
    condition_of,
    figure_of,
    fits,
    place_of,
    spoken,
    token,
)
from knowledge.answering.draft import Draft
from knowledge.answering.texts import say
from knowledge.documents import NATION, Subject, Topic
from knowledge.regions.divisions import divisions
from knowledge.rules.parameters import Parameter, ParameterValue
from knowledge.understanding.values.times import Period

# What an open question (no subject named) is answered with, the rest only when asked for.
_MAIN = {
    Topic.AMOUNT: ("amount.personal", "amount.enterprise"),
    Topic.TERM: ("term.personal", "term.enterprise"),
}
HISTORY_STEPS = 3
_PARTNERS = ("amount.partners", "amount.partners_per_head", "amount.partners_share")


def parameters_for(context: Context, topic: Topic) -> list[Parameter]:
    """The parameters that answer a question of that topic, in the order to say them."""
    subject = context.subject
    if topic is Topic.AMOUNT and subject is Subject.PARTNERS:
        return [context.parameters.get(name) for name in _PARTNERS]
    if subject is None and topic in _MAIN:
        return [context.parameters.get(name) for name in _MAIN[topic]]
    return [p for p in context.parameters if p.topic is topic and fits(p, subject)]


def say_figures(context: Context, topic: Topic) -> Draft:
    """What the figures on a topic were at the time asked about, or how they changed."""
    draft = Draft()
    parameters = parameters_for(context, topic)
    if context.reading.period is not None:
        for parameter in parameters:
            _say_past(context, parameter, draft)
    else:
        _say_history(context, parameters, draft)
    return draft


def say_higher_elsewhere(context: Context, draft: Draft) -> None:
    """Where no region is known: that places may go above the national amount for a person."""
    parameter = context.parameters.get("amount.personal")
    national = context.rules.base(parameter.name)
    if context.reading.region or context.subject not in (None, Subject.PERSONAL):
        return
    if national is None or isinstance(national.value, str):
        return
    higher = [
        v
        for v in parameter.values
        if v.region.endswith("0000")
        and v.region != NATION
        and v.tier == "base"
        and v.confirmed
        and v.holds_on(context.on)
        and not isinstance(v.value, str)
        and v.value > national.value
        and v.document_id in context.documents
    ]
    if higher:
        examples = "、".join(
            say(
                "figure-example",
                region=divisions().get(v.region).name,
                value=spoken(v, parameter),
                cite=token(v),
            )
            for v in higher[:2]
        )
        draft.add(say("figure-higher-elsewhere", examples=examples))


def _say_past(context: Context, parameter: Parameter, draft: Draft) -> None:
    period = context.reading.period
    if period is None:
        return
    for rung in context.ladder:
        found = [
            v
            for v in parameter.values
            if v.region == rung
            and v.starts is not None
            and v.starts.first <= period.last
            and (v.ends is None or v.ends.first > period.first)
            and v.clause.split("#")[0] in context.documents
        ]
        for run in _runs(found):
            _say_run(run, parameter, period, draft)
        if found:
            return


def _runs(values: Sequence[ParameterValue]) -> list[list[ParameterValue]]:
    """Values in order of time; those that say the same one after another go together."""
    runs: list[list[ParameterValue]] = []
    ordered = sorted(values, key=lambda v: (v.tier, v.starts.first if v.starts else date.min))
    for value in ordered:
        last = runs[-1][-1] if runs else None
        same = (
            last is not None
            and _says_the_same(last, value)
            and last.ends is not None
            and value.starts is not None
            and last.ends.first == value.starts.first
        )
        if same:
            runs[-1].append(value)
        else:
            runs.append([value])
    return runs


def _says_the_same(one: ParameterValue, other: ParameterValue) -> bool:
    fields = ("value", "tier", "condition", "confirmed")
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def _say_run(
    run: Sequence[ParameterValue], parameter: Parameter, period: Period, draft: Draft
) -> None:
    """One past value, through all the documents that repeated it."""
    first = run[0]
    for value in run:
        _allow_dates(value, draft)
    draft.allow_in(period.spoken())
    if parameter.name == "subsidy.borrower_below_lpr":
        draft.add(
            say(
                "past-borrower",
                period=period.spoken(),
                value=spoken(first, parameter),
                span=f"（{_span_of_run(run)}）",
                cite="".join(token(value) for value in run),
            ),
            *figure_of(first, parameter),
        )
        return
    line = say(
        "figure-past",
        period=period.spoken(),
        region=place_of(first.region),
        label=parameter.label,
        value=spoken(first, parameter),
        span=f"（{_span_of_run(run)}）",
        condition=condition_of(first) + ("" if first.confirmed else say("figure-doubt")),
        cite="".join(token(value) for value in run),
    )
    draft.add(line, *figure_of(first, parameter))


def _say_history(context: Context, parameters: Sequence[Parameter], draft: Draft) -> None:
    """The last values of each figure on the topic, from the nearest rung that has several."""
    for rung in context.ladder:
        dated = [
            (run[0].starts.first, run, parameter)
            for parameter in parameters
            for run in _runs(_base_values(context, parameter, rung))
            if run[0].starts
        ]
        if len(dated) < 2:
            continue
        told = {parameter.name for _, _, parameter in dated}
        ordered = sorted(dated, key=lambda row: row[0])[-HISTORY_STEPS * len(told) :]
        for value in (value for _, run, _ in ordered for value in run):
            _allow_dates(value, draft)
        steps = "；".join(
            say(
                "figure-step",
                span=_span_of_run(run),
                label=parameter.label,
                value=spoken(run[0], parameter),
                condition=condition_of(run[0]) + ("" if run[0].confirmed else say("figure-doubt")),
                cite="".join(token(value) for value in run),
            )
            for _, run, parameter in ordered
        )
        draft.add(say("figure-history", steps=steps))
        return


def _base_values(context: Context, parameter: Parameter, rung: str) -> list[ParameterValue]:
    return [
        value
        for value in parameter.values
        if value.region == rung
        and value.starts
        and value.tier == "base"
        and value.clause.split("#")[0] in context.documents
    ]


def _span_of_run(run: Sequence[ParameterValue]) -> str:
    return span_of(run[0].model_copy(update={"ends": run[-1].ends}))


def span_of(value: ParameterValue) -> str:
    """The days a figure held, as a phrase: from … until, since, or until."""
    if value.starts and value.ends:
        return say("span-from-until", start=value.starts.spoken(), end=value.ends.spoken())
    if value.starts:
        return say("span-from", day=value.starts.spoken())
    return say("span-until", day=value.ends.spoken()) if value.ends else ""


def _allow_dates(value: ParameterValue, draft: Draft) -> None:
    """A parameter's dates and condition are evidence: they stand in the dated, cited data."""
    draft.allow_in(value.condition or "")
    if isinstance(value.value, str):
        draft.allow_in(value.value)
    for day in (value.starts, value.ends):
        if day:
            year, *rest = day.text.split("-")
            units = ("月", "日")
            draft.allowed |= {f"{year}年"} | {
                f"{int(part)}{unit}" for part, unit in zip(rest, units, strict=False)
            }
