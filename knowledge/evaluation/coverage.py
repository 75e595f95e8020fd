"""Which matters the corpus can answer where: by a clause in force, by an old one, or by none."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from knowledge.documents import NATION, Matter, PolicyDocument
from knowledge.regions.divisions import divisions


class Held(IntEnum):
    """What answers a matter in a place; the higher the better."""

    NOTHING = 0
    OLD = 1  # a document that has ended, or whose standing the material does not show
    IN_FORCE = 2


@dataclass(frozen=True, slots=True)
class Covered:
    """A place of its own clauses, and what they hold on each matter."""

    region: str
    matters: dict[Matter, Held]

    def count(self, held: Held) -> int:
        """How many matters are answered so."""
        return sum(one is held for one in self.matters.values())


def cover(
    documents: Iterable[PolicyDocument], on: date, *, by_province: bool = False
) -> list[Covered]:
    """What each place's own documents answer; ``by_province`` adds cities to their province."""
    found: defaultdict[str, dict[Matter, Held]] = defaultdict(dict)
    for document in documents:
        region = document.region
        if by_province and region != NATION:
            region = f"{region[:2]}0000"
        held = Held.IN_FORCE if document.in_force_on(on) is True else Held.OLD
        for clause in document.clauses:
            for matter in clause.matters:
                known = found[region].get(matter, Held.NOTHING)
                found[region][matter] = max(known, held)
    provinces = (d.code for d in divisions() if d.code.endswith("0000") and d.code != NATION)
    named = [NATION, *provinces] if by_province else sorted(found)
    asked = [matter for matter in Matter if matter is not Matter.OTHER]
    return [
        Covered(code, {matter: found[code].get(matter, Held.NOTHING) for matter in asked})
        for code in named
    ]
