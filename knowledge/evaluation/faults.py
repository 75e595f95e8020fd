"""Known faults by kind: does the answer cite a clause that holds the fact, and say it.

A set is a YAML list; each item has ``id``, ``kind``, ``question``, optional ``region``,
``must_say``, ``must_not`` and ``clauses`` (references of clauses that hold the answer; empty
where none does). Facts are compared by machine, see :mod:`.runner`: a floor for reading by people.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.answering.models import Answer, Question, Turn
from knowledge.evaluation.runner import holds_fact


@dataclass(frozen=True, slots=True)
class Tried:
    """How one known fault fares now; ``cites`` is None where no clause could be cited."""

    id: str
    kind: str
    was_right: bool
    cites: bool | None
    says: bool
    is_clean: bool


def try_faults(
    items: Sequence[dict[str, Any]],
    answer: Callable[[Question], Answer],
    *,
    today: date,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Tried]:
    """Ask each question and compare."""
    tried = []
    for done, item in enumerate(items, start=1):
        history = [Turn(**turn) for turn in item.get("history") or ()]
        said = answer(
            Question(
                question=item["question"],
                region=item.get("region"),
                as_of=today,
                history=history,
            )
        )
        cited = {f"{citation.document_id}#{citation.clause}" for citation in said.citations}
        clauses = set(item.get("clauses") or ())
        tried.append(
            Tried(
                id=str(item["id"]),
                kind=str(item["kind"]),
                was_right=item.get("today") == "ok",
                cites=bool(cited & clauses) if clauses else None,
                says=all(holds_fact(said.text, fact) for fact in item.get("must_say") or ()),
                is_clean=not any(holds_fact(said.text, f) for f in item.get("must_not") or ()),
            )
        )
        on_progress(done, len(items))
    return tried
