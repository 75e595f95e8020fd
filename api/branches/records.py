"""One branch as a file tells it, checked."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from pydantic import BaseModel, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from api.branches.hours import is_valid
from api.branches.territory import is_in_china
from api.branches.vocabulary import service_code
from api.contract.branches import BranchState
from api.contract.ids import BranchId
from knowledge.errors import UnknownRegionError
from knowledge.kit.texts import storable
from knowledge.regions.coordinates import Coordinates, Crs
from knowledge.regions.divisions import divisions
from knowledge.understanding.places import find_places, resolve_region

_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?")
_SEPARATORS = re.compile(r"[|、；;，,]")


class BranchRecord(BaseModel):
    """The fields of one branch; ``id`` is made from bank, name and region when not given."""

    id: BranchId
    bank: str = Field(min_length=1, max_length=120)
    name: str = Field(min_length=1, max_length=200)
    address: str = Field(min_length=1, max_length=300)
    region: str
    lat: float | None = None
    lon: float | None = None
    crs: Crs | None = None
    phone: str | None = Field(default=None, max_length=60)
    hours: str | None = Field(default=None, max_length=300)
    services: list[str] = []
    state: BranchState = BranchState.OPEN
    moved_to: BranchId | None = None
    data_date: date
    source: str = Field(min_length=1, max_length=200)
    is_sample: bool = False

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, raw: Mapping[str, str]) -> dict[str, str]:
        fields = {name: storable(value) for name, value in raw.items() if value}
        if "region" not in fields and (region := _region_in(fields.get("address", ""))):
            fields["region"] = region
        if "id" not in fields:
            parts = "|".join(fields.get(name, "") for name in ("bank", "name", "region"))
            fields["id"] = f"auto-{hashlib.sha256(parts.encode()).hexdigest()[:16]}"
        return fields

    @field_validator("services", mode="before")
    @classmethod
    def _split(cls, raw: str) -> list[str]:
        parts = (part.strip() for part in _SEPARATORS.split(raw))
        return list(dict.fromkeys(service_code(part) or part for part in parts if part))

    @field_validator("data_date", mode="before")
    @classmethod
    def _plain_date(cls, raw: str) -> str:
        found = _DATE.fullmatch(raw)
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else raw

    @field_validator("region")
    @classmethod
    def _region_exists(cls, raw: str) -> str:
        code = _code_of(raw)
        if code is None:
            raise PydanticCustomError("region", "unknown region")
        return code

    @field_validator("hours")
    @classmethod
    def _hours_parse(cls, raw: str | None) -> str | None:
        if raw is not None and not _are_hours(raw):
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


def _in_china(lat: float, lon: float) -> bool:
    return abs(lat) <= 90 and abs(lon) <= 180 and is_in_china(Coordinates(lat=lat, lon=lon))


@lru_cache(maxsize=4096)
def _code_of(name: str) -> str | None:
    try:
        return resolve_region(name)
    except UnknownRegionError:
        return None


@lru_cache(maxsize=4096)
def _are_hours(text: str) -> bool:
    return is_valid(text)


@lru_cache(maxsize=4096)
def _region_in(address: str) -> str | None:
    """The one county that an address names."""
    codes = {code for place in find_places(address) for code in place.codes}
    counties = [code for code in codes if divisions().get(code).level == "county"]
    return counties[0] if len(counties) == 1 else None
