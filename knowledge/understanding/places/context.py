"""Which of its meanings a name has beside other places."""

from collections.abc import Iterable, Set

from knowledge.regions.divisions import divisions, lies_in
from knowledge.understanding.places.candidates import Candidate
from knowledge.understanding.places.table import most_general


class Context:
    """The places that a text has named so far, and where the person is known to be."""

    def __init__(self, within: str | None) -> None:
        self.within = within
        self._named: set[str] = set()
        self._hinted: set[str] = set()
        self._around: set[str] = set()  # with what they lie in

    def add(self, codes: tuple[str, ...], *, is_hint: bool = False) -> None:
        """Take in a place; one of several meanings tells nothing.

        A hint settles what other names mean and is itself no place of the person's: 青海银行.
        """
        if len(codes) == 1:
            (self._hinted if is_hint else self._named).update(codes)
            self._around.update(divisions().ladder(codes[0])[:-1])

    def holds(self, candidate: Candidate) -> bool:
        """Whether a name that counts only beside what it lies in has that.

        Where the person is tells so only where a place is likely: 合作 is also said in 甘南.
        """
        known = {*self._named, *self._hinted, *(_home(self.within) if candidate.ahead else ())}
        return lies_in(candidate.all_codes, known)

    def settle(self, candidate: Candidate, before: tuple[str, ...]) -> tuple[str, ...]:
        """The meanings that fit what is named right before, else elsewhere, else the place known.

        Of places inside each other the smaller one tells more: in 四川省乐山市市中区 the city.
        """
        if len(before) == 1 and (inside := _inside(candidate.all_codes, before)):
            return most_general(inside)
        if len(candidate.codes) == 1 and not candidate.needs_context:
            return candidate.codes
        for known in (self._around, set(_upwards(self.within))):
            if nearest := _nearest(candidate.all_codes, known):
                return most_general(nearest)
        return candidate.codes

    def tells_more_than(self, codes: tuple[str, ...]) -> bool:
        """Whether a place is known that none of these lies in."""
        around = {rung for code in codes for rung in divisions().ladder(code)}
        return bool({*self._named, *_upwards(self.within)[:1]} - around)


def _home(within: str | None) -> list[str]:
    """Where a person is and the city of that: names of counties of it are told without it."""
    rungs = _upwards(within)
    return rungs[:1] + [code for code in rungs[1:] if divisions().get(code).is_city]


def _upwards(code: str | None) -> list[str]:
    return divisions().ladder(code)[:-1] if code else []


def _above(code: str) -> Set[str]:
    return set(divisions().ladder(code)[1:-1])


def _inside(codes: Iterable[str], places: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in codes if _above(code) & set(places))


def _nearest(codes: Iterable[str], known: Set[str]) -> tuple[str, ...]:
    """Those that share most of their way up with a known place; none if nobody shares any."""
    depths = {code: len(known & set(divisions().ladder(code)[:-1])) for code in codes}
    deepest = max(depths.values(), default=0)
    return tuple(code for code, depth in depths.items() if depth == deepest > 0)
