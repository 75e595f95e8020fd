"""Points on the earth, as they are reckoned with and as they go over the wire."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, Strict

from knowledge.kit.wire import RequestModel


class Crs(StrEnum):
    """Coordinate reference systems in use in China."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Coordinates(RequestModel, frozen=True):
    """A point in degrees, with the system it is measured in."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    crs: Annotated[Crs, Strict(False)] = Crs.WGS84
