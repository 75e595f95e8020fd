"""The law beside a refusal: why it must not be done, and with which clause."""

from knowledge.answering.draft import Draft, Standing, cite, resolve
from knowledge.answering.points import Kind, Part, Point
from knowledge.rules.wrongdoings import laws_on


def say_law(part: Part) -> Point | None:
    """The first live clause on that family of wrongdoing; None where the material has none."""
    context = part.context
    for ref in laws_on(context.reading.reason):
        evidence = resolve(ref, context.documents)
        if evidence is None:
            continue
        draft = Draft()
        draft.add(f"{evidence.clause.text.rstrip()}{cite(ref)}")
        if evidence.document.in_force_on(context.today) is None:
            draft.standings[ref] = Standing.UNCONFIRMED
        return part.point(Kind.CLAUSE, draft, differs=False)
    return None
