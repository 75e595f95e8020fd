"""Counts of what a reading got right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.understanding.labels import Role

COUNTS_AND_AMOUNTS = frozenset(
    {
        Role.EMPLOYEES, Role.NEW_HIRES, Role.LEAVERS, Role.PARTNERS_TOTAL, Role.PARTNERS_OTHERS,
        Role.AMOUNT_WANTED, Role.AMOUNT_HEARD, Role.LOAN_BALANCE, Role.OTHER_MONEY,
    }
)  # fmt: skip


@dataclass
class Scores:
    """Counts of what was right; a share is between 0 and 1."""

    messages: int = 0
    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    hit: Counter[Role] = field(default_factory=Counter)
    said: Counter[Role] = field(default_factory=Counter)
    marked: Counter[Role] = field(default_factory=Counter)

    def share(self, what: str) -> float:
        """The share that was right of ``act``, ``matter``, ``matters``, ``form`` or ``who``."""
        return self.right[what] / max(self.of[what], 1)

    def f1(self, roles: Sequence[Role] | frozenset[Role] = tuple(Role)) -> float:
        """Harmonic mean of precision and recall of exact stretches."""
        hit, said, marked = (
            sum(count[role] for role in roles) for count in (self.hit, self.said, self.marked)
        )
        return 2 * hit / max(said + marked, 1)

    def add(self, what: str, is_right: bool) -> None:
        """Count one more."""
        self.of[what] += 1
        self.right[what] += is_right
