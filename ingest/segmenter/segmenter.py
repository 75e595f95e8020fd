"""From paragraphs and tables to the clauses of a document."""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.content import Paragraph, Table
from ingest.segmenter.cutter import cut
from ingest.segmenter.units import Unit, UnitKind, describe, divide
from ingest.texts import say
from knowledge.documents import Clause, Topic
from knowledge.understanding.values.numerals import exact

_LONGEST = 500
_LONGEST_HEADING = 120
_ARTICLE_NUMBER = re.compile(r"第(.+?)条(?:之(.+))?$")


def segment(items: Sequence[Paragraph | Table], *, document_id: str) -> tuple[Clause, ...]:
    """The clauses in order: one for each article, outline item, question or table.

    Topics are left open (``OTHER``). A unit of more than about 500 characters becomes
    several clauses of the same article.
    """
    clauses: list[Clause] = []
    taken: Counter[str] = Counter()
    numbers: Counter[UnitKind] = Counter()
    for unit in divide(items):
        numbers[unit.kind] += 1
        pieces = (
            ["\n".join(unit.paragraphs)]
            if unit.kind is UnitKind.TABLE
            else cut(unit.paragraphs, longest=_LONGEST)
        )
        base = _id(unit, numbers[unit.kind])
        taken[base] += 1
        base += f"-v{taken[base]}" if taken[base] > 1 else ""
        heading = describe(unit)[:_LONGEST_HEADING]
        for part, text in enumerate(pieces, start=1):
            shown = heading if len(pieces) == 1 else say("clause-part", heading=heading, n=part)
            clauses.append(
                Clause(
                    document_id=document_id,
                    id=base if len(pieces) == 1 else f"{base}-p{part}",
                    heading=shown,
                    text=text,
                    topics=(Topic.OTHER,),
                    article=unit.label,
                    position=len(clauses),
                )
            )
    return tuple(clauses)


def _id(unit: Unit, number: int) -> str:
    annex = f"annex{unit.annex}-" if unit.annex else ""
    if unit.kind is UnitKind.ARTICLE and (match := _ARTICLE_NUMBER.match(unit.label or "")):
        article = [exact(part.replace("○", "〇")) for part in match.groups() if part]
        if all(value is not None for value in article):
            return f"{annex}art-" + "-".join(f"{value:f}" for value in article if value is not None)
    return f"{annex}{unit.kind.value}-{number}"
