"""Writes the registry as a file that can be imported again."""

import csv
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from api.branches.directory import adcode_range
from api.branches.errors import BranchFileError
from api.branches.facts import COLUMNS, BranchFacts
from api.branches.formulas import mark_as_text
from api.branches.repository import BranchRepository
from api.contract.crs import to_wgs84
from api.db.engine import Database

Batches = AsyncIterator[Sequence[BranchFacts]]


async def export_file(database: Database, path: Path, region: str) -> int:
    """Write the branches of a region, closed ones too, by the kind of the file; how many.

    CSV keeps coordinates as they were imported, and marks as text what a spreadsheet would
    run; GeoJSON (RFC 7946) has WGS-84.

    Raises:
        BranchFileError: the kind is not known, or the file cannot be written.
    """
    writers = {".csv": _write_csv, ".geojson": _write_geojson}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise BranchFileError(f"{path.name}: not one of {', '.join(writers)}")
    try:
        async with database.reading(within_s=None) as session:
            return await write(path, BranchRepository(session).within(*adcode_range(region)))
    except OSError as error:
        raise BranchFileError(f"{path.name}: {type(error).__name__}") from error


async def _write_csv(path: Path, batches: Batches) -> int:
    count = 0
    # With a byte order mark, as the spreadsheets of offices expect of UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        async for batch in batches:
            writer.writerows([_cell(value) for value in facts] for facts in batch)
            count += len(batch)
    return count


async def _write_geojson(path: Path, batches: Batches) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        async for batch in batches:
            for facts in batch:
                file.write(",\n" if count else "\n")
                json.dump(_feature(facts), file, ensure_ascii=False)
                count += 1
        file.write("\n]}\n")
    return count


def _feature(facts: BranchFacts) -> dict[str, Any]:
    here = to_wgs84(facts.point) if facts.point else None
    properties = facts._asdict() | {"data_date": facts.data_date.isoformat()}
    for name in ("lat", "lon", "crs"):
        del properties[name]
    geometry = here and {"type": "Point", "coordinates": [round(here.lon, 7), round(here.lat, 7)]}
    return {"type": "Feature", "id": facts.id, "geometry": geometry, "properties": properties}


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return mark_as_text("|".join(value))
        case str():
            return mark_as_text(value)
    return str(value)
