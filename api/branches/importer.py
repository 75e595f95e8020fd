"""Branches out of a file: rows in error are reported by line, the rest come in.

What is not known stays unknown; columns and their names are in README.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, radians
from pathlib import Path

from pydantic import ValidationError

from api.branches.columns import ColumnMapping
from api.branches.readers import open_table
from api.branches.records import BranchRecord
from api.branches.vocabulary import service_code
from api.texts import row_fault_text
from knowledge.regions.divisions import divisions

METRES_A_DEGREE = 111_195
# The widest counties of the west reach this far from their seat.
FAR_FROM_COUNTY_M = 400_000


@dataclass(frozen=True, slots=True)
class RowError:
    """A line that did not come in, and why."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class RowWarning:
    """A line that came in and should be looked at, and why."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class FitRow:
    """A line that came in."""

    line: int
    record: BranchRecord


Entry = FitRow | RowError | RowWarning


def read_branches(path: Path, mapping: ColumnMapping | None = None) -> Iterator[Entry]:
    """The rows of a file in order, each checked; a warning follows its record.

    Raises:
        BranchFileError: it cannot be read, or columns are missing.
    """
    mapping = mapping or ColumnMapping()
    header, rows = open_table(path, mapping.sheet)
    bound = mapping.bind(header)
    seen: set[str] = set()
    for line, row in rows:
        try:
            record = BranchRecord.model_validate(bound.read(row))
        except ValidationError as error:
            yield RowError(line, _fault(error))
            continue
        if record.id in seen:
            yield RowError(line, f"id：{row_fault_text('duplicate')}")
            continue
        seen.add(record.id)
        yield FitRow(line, record)
        yield from (RowWarning(line, message) for message in _doubts(record))


def _fault(error: ValidationError) -> str:
    first = error.errors()[0]
    where = "、".join(str(part) for part in first["loc"])
    what = row_fault_text(first["type"])
    return f"{where}：{what}" if where else what


def _doubts(record: BranchRecord) -> Iterator[str]:
    strange = [service for service in record.services if not service_code(service)]
    if strange:
        yield f"{'、'.join(strange)}：{row_fault_text('unknown_service')}"
    if len(strange) == len(record.services):
        yield row_fault_text("no_service")
    if record.lat is None or record.lon is None:
        yield row_fault_text("no_coordinates")
    elif _is_far(record.region, round(record.lat, 3), round(record.lon, 3)):
        yield row_fault_text("far_from_region")


@lru_cache(maxsize=4096)
def _is_far(region: str, lat: float, lon: float) -> bool:
    centre = divisions().get(region)
    if centre.level != "county" or centre.lat is None or centre.lon is None:
        return False
    east = (lon - centre.lon) * cos(radians(lat))
    return hypot(lat - centre.lat, east) * METRES_A_DEGREE > FAR_FROM_COUNTY_M
