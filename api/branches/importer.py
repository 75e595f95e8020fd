"""Reads branches from a CSV file: rows in error are reported by line, the rest come in.

Columns: ``id, bank, name, address, region, lat, lon, crs, phone, hours, services,
data_date, source, is_sample``. ``region`` is the county's adcode or full name; ``crs``
is wgs84, gcj02 or bd09; ``hours`` in OSM syntax; ``services`` separated by ``|`` or
``、``; ``data_date`` as YYYY-MM-DD. lat, lon, crs, phone, hours and is_sample may be
empty: what is not known stays unknown.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from api.branches.crs import is_in_china
from api.branches.hours import is_valid
from api.contract.geo import Coordinates, Crs
from api.errors import ApiError
from api.texts import row_fault_text
from knowledge.errors import UnknownRegionError
from knowledge.understanding.places import resolve_region

REQUIRED = ("id", "bank", "name", "address", "region", "services", "data_date", "source")


class BranchFileError(ApiError):
    """The file is no CSV with the columns that are needed."""

    code = "branch_file_invalid"


class BranchRecord(BaseModel):
    """One row of the file, checked."""

    id: str = Field(min_length=1, max_length=80)
    bank: str = Field(min_length=1, max_length=120)
    name: str = Field(min_length=1, max_length=200)
    address: str = Field(max_length=300)
    region: str
    lat: float | None = None
    lon: float | None = None
    crs: Crs | None = None
    phone: str | None = Field(default=None, max_length=60)
    hours: str | None = Field(default=None, max_length=300)
    services: list[str]
    data_date: date
    source: str = Field(min_length=1, max_length=200)
    is_sample: bool = False

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unknown(cls, raw: dict[str, Any]) -> dict[str, Any]:
        return {key: value.strip() for key, value in raw.items() if key and value and value.strip()}

    @field_validator("services", mode="before")
    @classmethod
    def _split(cls, raw: str) -> list[str]:
        return [part.strip() for part in raw.replace("、", "|").split("|") if part.strip()]

    @field_validator("region")
    @classmethod
    def _region_exists(cls, raw: str) -> str:
        try:
            return resolve_region(raw)
        except UnknownRegionError as error:
            raise PydanticCustomError("region", "unknown region") from error

    @field_validator("hours")
    @classmethod
    def _hours_parse(cls, raw: str | None) -> str | None:
        if raw is not None and not is_valid(raw):
            raise PydanticCustomError("hours", "not in OSM syntax")
        return raw

    @model_validator(mode="after")
    def _point_is_whole(self) -> "BranchRecord":
        given = [value is not None for value in (self.lat, self.lon, self.crs)]
        if any(given) and not all(given):
            raise PydanticCustomError("point_incomplete", "lat, lon and crs go together")
        if self.lat is not None and self.lon is not None and not _in_china(self.lat, self.lon):
            raise PydanticCustomError("outside", "not in China")
        return self


@dataclass(frozen=True, slots=True)
class RowError:
    """A line that did not come in, and why."""

    line: int
    message: str


def read_branches(path: Path) -> Iterator[BranchRecord | RowError]:
    """The rows of a file in order, each checked.

    Raises:
        BranchFileError: it cannot be read as CSV, or columns are missing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
            if missing:
                raise BranchFileError(f"columns missing: {', '.join(missing)}")
            yield from _rows(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BranchFileError(f"{path.name}: {type(error).__name__}") from error


def _in_china(lat: float, lon: float) -> bool:
    on_earth = abs(lat) <= 90 and abs(lon) <= 180
    return on_earth and is_in_china(Coordinates(lat=lat, lon=lon))


def _rows(reader: "csv.DictReader[str]") -> Iterable[BranchRecord | RowError]:
    seen: set[str] = set()
    for row in reader:
        try:
            # Surplus cells come under the key None; the model takes named columns only.
            record = BranchRecord.model_validate({name: row[name] for name in row if name})
        except ValidationError as error:
            first = error.errors()[0]
            where = "、".join(str(part) for part in first["loc"])
            what = row_fault_text(first["type"])
            yield RowError(reader.line_num, f"{where}：{what}" if where else what)
            continue
        if record.id in seen:
            yield RowError(reader.line_num, f"id：{row_fault_text('duplicate')}")
            continue
        seen.add(record.id)
        yield record
