"""Writes the table of former names anew, after python-stdnum or the table of divisions changed.

    python -m knowledge.regions.renew_names

The names come from the history of codes in python-stdnum; what a division became is told by its
code or its short name, else by ``merged_divisions.yaml``.
"""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from rich.console import Console

from knowledge.kit.yaml import read_yaml
from knowledge.regions.divisions import Division, divisions
from knowledge.regions.names import short_name

HERE = Path(__file__).parent
# What had another province's code before: Chongqing, Hainan.
_LATER_PROVINCE = {"51": "50", "44": "46"}
# Heads of lists, offices, what was a city's outskirts, and entries in traditional characters.
_NO_NAME = re.compile(
    r".*(?:市辖区|直辖|直属|办事处|特区|镇$|管理|行政|[縣區稜]).*"
    r"|(?:[东西南北中城清]?[郊矿城市]|工农|[东西南北中新])?[区县市]"
)
_PROVINCE = re.compile(r'(\d\d) province="')
_CODE = re.compile(r'\s+(\d{4}) county="(.*)"')
_PERIOD = re.compile(r"(?:\[(\d*)-(\d*)\])?(.+)")

_Entry = tuple[str, str, str]  # first year, last year, name


def main() -> None:
    """Write the table."""
    former = sorted({*_former(), *_merged()}, key=lambda row: (row[1], row[0]))
    with (HERE / "former_names.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "now"))
        writer.writerows(former)
    Console().print(f"{len(former)} former names")


def _former() -> Iterator[tuple[str, str]]:
    by_hand = {name for name, _ in _merged()}
    for code, entries in _history():
        for place, (first, last, name) in enumerate(entries):
            if not last or first > last or _NO_NAME.fullmatch(name) or name in by_hand:
                continue
            after = entries[place + 1 :]
            follows = any(later and 0 <= int(later) - int(last) <= 1 for later, _, _ in after)
            lives_on = follows and code in divisions()
            names = [name, *(later for _, _, later in after)]
            found = (_now(code, later, lives_on=lives_on) for later in names)
            now = next(filter(None, found), None)
            if now and not _is_taken(name, now):
                yield name, now


def _now(code: str, name: str, *, lives_on: bool) -> str | None:
    """Today's code of what had that name: in the same city, of the same kind where it can.

    A code that ``lives_on`` under another name tells more than the name in another city.
    """
    in_province = [
        d
        for d in _rows()
        if d.code[:2] in (code[:2], _LATER_PROVINCE.get(code[:2])) and _is_called(d, name)
    ]
    of_kind = [d for d in in_province if d.code.endswith("00") == code.endswith("00")]
    in_city = [d for d in of_kind if d.code[:4] == code[:4]]
    if lives_on and not in_city:
        return divisions().get(code).code
    for found in (in_city, of_kind, in_province):
        if len(found) == 1:
            return _city_of(found[0].code) if code.endswith("00") else found[0].code
    return None


def _city_of(code: str) -> str:
    """惠民地区 is the city of Binzhou, in which 惠民 is a county."""
    return city if (city := f"{code[:4]}00") in divisions() else code


def _is_called(division: Division, name: str) -> bool:
    short, now = short_name(name), short_name(division.name)
    # 通县 became 通州.
    return short == now or (len(name) == 2 and now in (f"{name[0]}州", f"{name[0]}县"))


def _is_taken(name: str, now: str) -> bool:
    """Whether a city or another division of the same city has the name today."""
    taken = [d for d in _rows() if d.name == name and d.code[:2] == now[:2]]
    return any(d.code.endswith("00") or d.code[:4] == now[:4] for d in taken)


def _merged() -> Iterator[tuple[str, str]]:
    rows = read_yaml((HERE / "merged_divisions.yaml").read_text("utf-8"))
    return ((name, code) for code, names in rows.items() for name in names.split())


def _history() -> Iterator[tuple[str, list[_Entry]]]:
    province = ""
    for line in files("stdnum.cn").joinpath("loc.dat").read_text("utf-8").splitlines():
        if found := _PROVINCE.match(line):
            province = found[1]
        elif found := _CODE.match(line):
            entries = (_PERIOD.fullmatch(entry) for entry in found[2].split(","))
            yield province + found[1], [(e[1] or "", e[2] or "", e[3]) for e in entries if e]


def _rows() -> list[Division]:
    return [division for division in divisions() if division.name != "全国"]


if __name__ == "__main__":
    main()
