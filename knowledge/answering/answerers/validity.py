"""From when until when a document holds."""

import re

from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.draft import Draft, cite
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.ranking import MIN_SCORE
from knowledge.answering.texts import say
from knowledge.documents import Matter, PolicyDocument
from knowledge.retrieval.hybrid import Hit

_YEARS_IN_FORCE = re.compile(r"有效期为?(\d+年)")


@answers_on(Matter.VALIDITY)
def say_validity(part: Part) -> Point | None:
    """The span of the document that fits best, as far as its dates are known."""
    if not part.ranked:
        return None
    score, hit = part.ranked[0]
    draft = Draft()
    span = _say_span(hit, draft)
    if score < MIN_SCORE or not span:
        return None
    origin = _origin_of(hit.chunk.document)
    draft.add(say("validity", origin=origin, span=span, cite=cite(hit.chunk.id)))
    return part.point(Kind.FIGURE, draft, differs=False)


def _say_span(hit: Hit, draft: Draft) -> str:
    starts, ends = hit.chunk.document.effective_from, hit.chunk.document.effective_to
    for day in (starts, ends):
        draft.allow_in(day.spoken() if day else "")
    if starts is None:
        return ""
    if ends is None:
        span = say("span-from", day=starts.spoken())
    else:
        span = say("span-from-until-day", start=starts.spoken(), end=ends.spoken())
    years = _YEARS_IN_FORCE.search(hit.chunk.clause.text)
    return span + (say("span-years", years=years[1]) if years else "")


def _origin_of(document: PolicyDocument) -> str:
    """The document's title in book marks, with its number where it has one."""
    title = document.title if document.title.startswith("《") else f"《{document.title}》"
    return f"{title}（{document.number}）" if document.number else title
