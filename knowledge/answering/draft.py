"""An answer while it is being written: lines with citation tokens, and figures.

A token ``⟦document#clause⟧`` stands for a citation. Only code turns tokens into
numbers, so a citation that the corpus does not hold cannot survive.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from knowledge.documents import Clause, PolicyDocument
from knowledge.rules.parameters import ParameterValue

FIGURE = re.compile(
    r"\d+(?:\.\d+)?(?:%|万|亿|元|个?工作日|天|年|个月|月|日|次|人|名|BP|个基点|周岁|岁|倍|类|项|个|份|户)"
)
TOKEN = re.compile(r"⟦([a-z0-9-]+)#([a-z0-9-]+)⟧")


def cite(ref: str) -> str:
    """The token for a clause reference."""
    return f"⟦{ref}⟧"


@dataclass(frozen=True, slots=True)
class SaidFigure:
    """A figure said in an answer and the clause it rests on."""

    name: str
    value: Decimal
    unit: str
    ref: str


class Standing(StrEnum):
    """Where a document stands today that is no rule in force."""

    DRAFT = "draft"
    UNTOUCHED = "untouched"  # ended, but nothing newer is on the same thing
    ENDED = "ended"
    UNCONFIRMED = "unconfirmed"


@dataclass(slots=True)
class Draft:
    """Lines and figures collected so far.

    ``allowed`` are spellings of computed numbers, ``basis`` the figures in force that were said,
    ``standings`` those of cited clauses whose document is not in force.
    """

    lines: list[str] = field(default_factory=list)
    figures: list[SaidFigure] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)
    basis: list[ParameterValue] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)

    def add(self, line: str, *figures: SaidFigure) -> None:
        """Append a line and the figures it says."""
        if line not in self.lines:
            self.lines.append(line)
            self.figures += figures

    def allow_in(self, text: str) -> None:
        """Take every figure of a text from the cited data as given."""
        self.allowed |= set(FIGURE.findall(text))

    def refs(self) -> list[str]:
        """Clauses cited so far, in order."""
        found = [f"{d}#{c}" for line in self.lines for d, c in TOKEN.findall(line)]
        return list(dict.fromkeys(found))

    def extend(self, other: "Draft") -> None:
        """Take over what another draft holds."""
        for line in other.lines:
            self.add(line)
        self.figures += other.figures
        self.allowed |= other.allowed
        self.standings |= other.standings
        self.basis += [value for value in other.basis if value not in self.basis]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A clause with its document, as an answer cites it."""

    document: PolicyDocument
    clause: Clause


def resolve(ref: str, documents: Mapping[str, PolicyDocument]) -> Evidence | None:
    """The clause a reference names, or None when the corpus does not hold it."""
    document_id, _, clause_id = ref.partition("#")
    document = documents.get(document_id)
    clause = next((c for c in document.clauses if c.id == clause_id), None) if document else None
    return Evidence(document, clause) if document and clause else None
