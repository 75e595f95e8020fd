"""The numbers of a message as answers reckon with them."""

from dataclasses import dataclass
from decimal import Decimal

from knowledge.understanding.interpretation import Interpretation
from knowledge.understanding.labels import Role
from knowledge.understanding.values.counts import Count
from knowledge.understanding.values.shares import Rate
from knowledge.understanding.values.spreads import Spread

# One person is nobody's partner.
FEWEST_PARTNERS = 2
# From here on, from 0 to 1, a number surely has its role.
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Facts:
    """What a message says in numbers; None where it says nothing, or only a spread.

    ``amount`` is the loan wanted, ``balance`` what is still owed elsewhere, both in yuan;
    ``rate`` and ``lpr`` in percent a year, ``months`` of the term; ``partners`` count the asker
    too. ``hired`` adds up the groups told; where it is a sum, a further number may be of
    the same people: 招了4个…有2个刚交社保.
    """

    amount: Decimal | None = None
    balance: Decimal | None = None
    rate: Decimal | None = None
    lpr: Decimal | None = None
    months: int | None = None
    partners: int | None = None
    staff: int | None = None
    hired: int | None = None
    hired_is_sum: bool = False


def facts_of(reading: Interpretation) -> Facts:
    """The numbers of a reading by what they are."""
    rate, lpr = reading.value(Role.RATE), reading.value(Role.LPR)
    term = _figure(reading, Role.TERM)
    told = (_single(e.value) for e in reading.of(Role.NEW_HIRES))
    hired = [number for number in told if number is not None]
    return Facts(
        amount=_figure(reading, Role.AMOUNT_WANTED),
        balance=_balance(reading),
        rate=_single(rate.percent) if isinstance(rate, Rate) else None,
        lpr=_single(lpr.percent) if isinstance(lpr, Rate) else None,
        months=int(term) if term is not None and term >= 1 else None,
        partners=_partners(reading),
        staff=_most(reading, Role.EMPLOYEES),
        hired=_whole(sum(hired)) if any(hired) else None,
        hired_is_sum=len(hired) > 1,
    )


def _partners(reading: Interpretation) -> int | None:
    total = _whole(_figure(reading, Role.PARTNERS_TOTAL))
    if total is None and (others := _whole(_figure(reading, Role.PARTNERS_OTHERS))) is not None:
        total = others + 1
    return total if total is not None and total >= FEWEST_PARTNERS else None


def _balance(reading: Interpretation) -> Decimal | None:
    """What is owed elsewhere, by the last sum that is surely that: a limit heard of is less so."""
    told = reading.of(Role.LOAN_BALANCE)
    sure = [entity for entity in told if entity.confidence >= SURE] or told
    return _single(sure[-1].value) if sure else None


def _most(reading: Interpretation, role: Role) -> int | None:
    """The largest number in a role: a firm's 48 are not the two of them who came this year."""
    return _whole(_largest(reading, role))


def _largest(reading: Interpretation, role: Role) -> Decimal | None:
    told = (_single(entity.value) for entity in reading.of(role))
    return max((number for number in told if number is not None), default=None)


def _figure(reading: Interpretation, role: Role) -> Decimal | None:
    return _single(reading.value(role))


def _single(value: object) -> Decimal | None:
    """The one figure of a value; None for a spread such as 二三十万."""
    if not isinstance(value, Spread | Count) or (value.low != value.high and not value.about):
        return None
    return Decimal(value.low)


def _whole(number: Decimal | int | None) -> int | None:
    return None if number is None else int(number)
