"""How much, how long or how often at most, and whether what somebody wants lies within."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from knowledge.assessment.rules import Rules
from knowledge.rules.calculations import partners_cap
from knowledge.rules.parameters import ParameterValue


class Standing(StrEnum):
    """Where something wanted stands to a limit."""

    WITHIN = "within"
    ABOVE = "above"
    BY_TIER = "by_tier"  # above what holds for everybody, within a tier with a condition


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a person or a firm decides on a tier.

    ``words`` are those by which rules call the groups it belongs to, ``jobs`` how many people
    work for it (None: not known).
    """

    words: Sequence[str] = ()
    jobs: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: for everybody (None where no rule is seen), and in tiers, the lowest first.

    ``fitting`` are the tiers whose condition the traits meet.
    """

    base: ParameterValue | None
    tiers: tuple[ParameterValue, ...]
    fitting: tuple[ParameterValue, ...]

    def standing(self, wanted: Decimal) -> tuple[Standing, ParameterValue | None]:
        """How what is wanted stands, and the value that decides it."""
        if self.base is not None and wanted <= _number(self.base):
            return Standing.WITHIN, self.base
        for tier in self.tiers:
            if wanted <= _number(tier):
                within = tier in self.fitting
                return (Standing.WITHIN if within else Standing.BY_TIER), tier
        return Standing.ABOVE, self.tiers[-1] if self.base is None and self.tiers else self.base


def find_limit(rules: Rules, name: str, traits: Traits) -> Limit | None:
    """The limit of that name there; None where no rule on it is seen."""
    values = [v for v in rules.all(name) if isinstance(v.value, Decimal)]
    if not values:
        return None
    base = next((v for v in values if v.tier == "base"), None)
    least = _number(base) if base is not None else Decimal(0)
    # Of tiers as high as each other, one that is confirmed before one that is not.
    order = sorted(values, key=lambda v: (_number(v), not v.confirmed, v.min_jobs is None))
    tiers = [v for v in order if v.tier != "base"]
    fitting = tuple(v for v in tiers if _fits(v, traits))
    # A tier below what everybody gets is of another rule; it is no way up.
    above = tuple(v for v in tiers if _number(v) > least or v in fitting)
    return Limit(base, above, fitting)


@dataclass(frozen=True, slots=True)
class PartnersLimit:
    """What ``partners`` people may borrow together, in yuan, and the rules it follows from.

    ``fixed`` is a total that a place lays down; without it ``personal`` times the number times
    ``share``, never above ``cap``.
    """

    partners: int
    total: Decimal
    fixed: ParameterValue | None = None
    per_head: ParameterValue | None = None
    personal: ParameterValue | None = None
    share: ParameterValue | None = None
    cap: ParameterValue | None = None

    @property
    def sum_of_limits(self) -> Decimal:
        """What they might borrow one by one."""
        return self.partners * _number(self.personal) if self.personal else Decimal(0)

    @property
    def is_capped(self) -> bool:
        """Whether the cap for enterprises is what bounds the total."""
        return self.cap is not None and self.total >= _number(self.cap)


def find_partners_limit(rules: Rules, partners: int) -> PartnersLimit | None:
    """The limit for partners there; None where no rule on them is seen."""
    fixed, per_head = rules.base("amount.partners"), rules.base("amount.partners_per_head")
    if per_head is not None:
        total = partners * _number(per_head)
        most = total if fixed is None else min(total, _number(fixed))
        return PartnersLimit(partners, most, fixed, per_head)
    personal, share = rules.base("amount.personal"), rules.base("amount.partners_share")
    if fixed is not None:
        return PartnersLimit(partners, _number(fixed), fixed)
    if personal is None or share is None:
        return None
    cap = rules.base("amount.enterprise")
    total = partners_cap(partners, _number(personal), _number(share), _number(cap) if cap else None)
    return PartnersLimit(partners, total, personal=personal, share=share, cap=cap)


def _fits(value: ParameterValue, traits: Traits) -> bool:
    if value.min_jobs is not None:
        return traits.jobs is not None and traits.jobs >= value.min_jobs
    said = f"{value.tier}{value.condition or ''}"
    return any(word in said for word in traits.words)


def missing_jobs(tier: ParameterValue, traits: Traits) -> int:
    """How many employees short of a tier somebody is; 0 where it is not known."""
    if tier.min_jobs is None or traits.jobs is None:
        return 0
    return max(tier.min_jobs - traits.jobs, 0)


def _number(value: ParameterValue) -> Decimal:
    return Decimal(value.value)
