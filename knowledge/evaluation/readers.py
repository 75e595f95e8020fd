"""Answers laid out for readers, and what readers said of them.

A set is a YAML list; each item has ``id``, ``group``, ``question``, optional ``region`` and
``history``, ``must`` and ``must_not`` (what a right answer says and does not), and ``clauses``
(references of those that hold the answer). Verdicts are JSON lines with ``id``, ``verdict``,
``direct`` (1 to 5: does the first sentence answer) and ``noise`` (lines that answer nothing).
Readers see the sheet and the corpus, and neither wrote the questions nor know the code.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from knowledge.answering.models import Answer, Question, Turn
from knowledge.kit.errors import ChuangdaiError

VERDICTS = ("full", "partial", "gap", "miss", "wrong", "forbidden")


class VerdictError(ChuangdaiError):
    """A file of verdicts cannot be read."""

    code = "evaluation_verdicts_invalid"


@dataclass(frozen=True, slots=True)
class Laid:
    """One answer for the readers; ``cites`` is None where no clause holds the answer."""

    id: str
    sheet: str
    cites: bool | None


@dataclass(slots=True)
class Group:
    """What readers said of a group of questions."""

    verdicts: Counter[str] = field(default_factory=Counter)
    direct: list[float] = field(default_factory=list)
    noise: list[float] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many were judged."""
        return sum(self.verdicts.values())

    def share(self, *verdicts: str) -> float:
        """The share of some verdicts, from 0 to 1."""
        return sum(self.verdicts[verdict] for verdict in verdicts) / max(1, self.asked)


def lay_out(
    items: Sequence[dict[str, Any]], answer: Callable[[Question], Answer], *, today: date
) -> Iterator[Laid]:
    """Ask each question and lay the answer out beside what it should say."""
    for item in items:
        history = [Turn(**turn) for turn in item.get("history") or ()]
        said = answer(
            Question(
                question=item["question"], region=item.get("region"), as_of=today, history=history
            )
        )
        clauses = set(item.get("clauses") or ())
        cited = {f"{one.document_id}#{one.clause}" for one in said.citations}
        yield Laid(str(item["id"]), _sheet(item, said), bool(cited & clauses) if clauses else None)


def _sheet(item: dict[str, Any], said: Answer) -> str:
    asked_back = said.asked_back
    labels = " / ".join(one.label for one in asked_back.readings) if asked_back else ""
    cited = "; ".join(
        f"[{one.n}] {one.document_id}#{one.clause} {one.title} ({one.region})"
        for one in said.citations
    )
    return "\n".join(
        [
            f"## {item['id']} [{item['group']}] region={item.get('region')}",
            f"Q: {item['question']}",
            f"MUST: {item.get('must')} {item.get('clauses') or ''}",
            f"MUST NOT: {item.get('must_not')}",
            f"STATUS: {said.status.value}" + (f" (asks back: {labels})" if labels else ""),
            "ANSWER:",
            said.text,
            f"CITED: {cited}",
            f"BUTTONS: {[one.label for one in said.actions]}",
            "",
        ]
    )


def tally(items: Sequence[dict[str, Any]], lines: Iterable[str]) -> dict[str, Group]:
    """The verdicts by group of the questions, and of ``all``.

    Raises:
        VerdictError: a line is no verdict, or on no question of the set.
    """
    groups = {str(item["id"]): str(item["group"]) for item in items}
    found: dict[str, Group] = {}
    for line in filter(None, map(str.strip, lines)):
        try:
            said = json.loads(line)
            group, verdict = groups[str(said["id"])], str(said["verdict"])
            direct, noise = float(said["direct"]), float(said["noise"])
        except (ValueError, KeyError, TypeError) as error:
            raise VerdictError(f"no verdict: {line[:80]}") from error
        if verdict not in VERDICTS:
            raise VerdictError(f"unknown verdict: {verdict[:40]}")
        for name in (group, "all"):
            into = found.setdefault(name, Group())
            into.verdicts[verdict] += 1
            into.direct.append(direct)
            into.noise.append(noise)
    return found
