"""What other places named in a question lay down, and that it holds there only."""

from decimal import Decimal

from knowledge.answering.answerers.figures import Sayer
from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.clause_lines import say_clause
from knowledge.answering.context import Context
from knowledge.answering.draft import Draft
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.ranking import MIN_SCORE
from knowledge.answering.texts import say
from knowledge.documents import Matter, Subject
from knowledge.regions.divisions import divisions
from knowledge.rules.parameters import ParameterValue
from knowledge.understanding.labels import Role

# Of so many other places a message is told the rules; each is a search of its own.
MOST_PLACES = 3


@answers_on(Matter.COMPARE_PLACES)
def compare_amounts(part: Part) -> Point | None:
    """The limits of the places that are named, side by side."""
    context = part.context
    named = [place.code for place in context.reading.places if place.code]
    codes = list(dict.fromkeys([*filter(None, [context.reading.region]), *named]))
    if len(codes) < 2:
        return None
    is_firm = context.subject is Subject.ENTERPRISE
    name = "amount.enterprise" if is_firm else "amount.personal"
    sayer, found = Sayer(context), dict[str, ParameterValue]()
    for code in codes[:MOST_PLACES]:
        if (value := context.rules_at(code).confirmed(name)) is not None:
            found[code] = value
    if len(found) < 2:
        return None
    who = say("whom-firm" if is_firm else "whom-person")
    sides = "，".join(
        say("compare-side", place=divisions().get(code).name, value=sayer.value(value))
        for code, value in found.items()
    )
    sayer.add("compare-sides", who=who, sides=sides, verdict=_verdict(sayer, found))
    return part.point(Kind.VERDICT, sayer.draft, differs=False)


def _verdict(sayer: Sayer, found: dict[str, ParameterValue]) -> str:
    ordered = sorted(found.items(), key=lambda pair: -Decimal(pair[1].value))
    (best, most), (_, least) = ordered[0], ordered[-1]
    gap = Decimal(most.value) - Decimal(least.value)
    if not gap:
        return say("compare-same")
    return say("compare-more", place=divisions().get(best).name, gap=sayer.computed(gap, most))


def say_foreign(part: Part) -> Draft:
    """What another place that is named lays down on the matter, and that it holds there."""
    draft = Draft()
    for code in other_places(part.context)[:MOST_PLACES]:
        ranked = part.finder.find_at(part.context, divisions().ladder(code)[:-1])
        is_on_it = ranked and part.matter in ranked[0][1].chunk.clause.matters
        if is_on_it and ranked[0][0] >= MIN_SCORE:
            say_clause(draft, ranked[0][1], past=False)
            name = divisions().get(code).name
            draft.add(say("foreign-rule", place=name, region=part.context.region_name))
    return draft


def other_places(context: Context) -> list[str]:
    """Places that are named beside the one asked from, and do not lie in it or around it."""
    region, own = context.reading.region, set(context.ladder)
    if region is None:
        return []
    named = (place.code for place in context.reading.places if place.role is Role.PLACE_OTHER)
    codes = (code for code in named if code is not None)
    others = (c for c in codes if c not in own and region not in divisions().ladder(c))
    return list(dict.fromkeys(others))
