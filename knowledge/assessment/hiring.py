"""Whether a firm has newly hired enough."""

from dataclasses import dataclass

from knowledge.assessment.rules import Rules
from knowledge.rules.calculations import required_hires
from knowledge.rules.parameters import ParameterValue

# Above so many employees another ratio holds.
MANY = 100


@dataclass(frozen=True, slots=True)
class HiringNeed:
    """How many a firm of ``staff`` people must have hired; ``hired`` None: not told.

    ``is_sum``: several numbers were told, which may be of the same people.
    """

    staff: int
    needed: int
    ratio: ParameterValue
    hired: int | None
    is_sum: bool

    @property
    def is_open(self) -> bool:
        """Whether it is enough only if each of several numbers is of other people."""
        return self.is_sum and self.hired is not None and self.hired >= self.needed

    @property
    def gap(self) -> int:
        """How many are missing; 0 where enough, or nothing is told."""
        return 0 if self.hired is None else max(self.needed - self.hired, 0)


def find_hiring_need(
    rules: Rules, staff: int, hired: int | None, *, is_sum: bool = False
) -> HiringNeed | None:
    """The need there; None where no ratio is seen.

    Args:
        rules: the figures in force there.
        staff: the people employed.
        hired: the people newly hired, several groups added up.
        is_sum: whether there are several such groups.
    """
    ratio = rules.base("hiring.ratio_over_100" if staff > MANY else "hiring.ratio")
    if ratio is None or isinstance(ratio.value, str):
        return None
    return HiringNeed(staff, required_hires(staff, ratio.value), ratio, hired, is_sum)
