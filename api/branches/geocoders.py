"""Online geocoders, off unless an operator names one: words to a point.

Source: the public web service documents of AMap (v3/geocode/geo), Tencent
(ws/geocoder/v1) and Tianditu (geocoder); tested against a local stub.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import httpx
from pydantic import SecretStr

from api.branches.errors import GeocoderError
from knowledge.regions.coordinates import Coordinates, Crs


class GeocoderName(StrEnum):
    """Services that can be asked."""

    AMAP = "amap"
    TIANDITU = "tianditu"
    TENCENT = "tencent"


class Geocoder(Protocol):
    """Turns an address into a point."""

    async def locate(self, address: str) -> Coordinates | None:
        """Where the address is; None when the service does not know it.

        Raises:
            GeocoderError: the service cannot be reached or refuses.
        """


@dataclass(frozen=True, slots=True)
class _Service:
    url: str
    query: Callable[[str, str], dict[str, str]]
    read: Callable[[Mapping[str, Any]], tuple[float, float] | None]
    crs: Crs


def _read_amap(answer: Mapping[str, Any]) -> tuple[float, float] | None:
    _expect(str(answer["status"]) == "1", answer.get("infocode"))
    if not answer["geocodes"]:
        return None
    lon, lat = answer["geocodes"][0]["location"].split(",")
    return float(lat), float(lon)


def _read_tianditu(answer: Mapping[str, Any]) -> tuple[float, float] | None:
    if str(answer["status"]) == "101":
        return None
    _expect(str(answer["status"]) == "0", answer["status"])
    return float(answer["location"]["lat"]), float(answer["location"]["lon"])


def _read_tencent(answer: Mapping[str, Any]) -> tuple[float, float] | None:
    if answer["status"] == 347:  # no result
        return None
    _expect(answer["status"] == 0, answer["status"])
    point = answer["result"]["location"]
    return float(point["lat"]), float(point["lng"])


_SERVICES = {
    GeocoderName.AMAP: _Service(
        "https://restapi.amap.com/v3/geocode/geo",
        lambda address, key: {"address": address, "key": key},
        _read_amap,
        Crs.GCJ02,
    ),
    GeocoderName.TIANDITU: _Service(
        "https://api.tianditu.gov.cn/geocoder",
        lambda address, key: {
            "ds": json.dumps({"keyWord": address}, ensure_ascii=False),
            "tk": key,
        },
        _read_tianditu,
        # CGCS2000, which differs from WGS-84 by centimetres.
        Crs.WGS84,
    ),
    GeocoderName.TENCENT: _Service(
        "https://apis.map.qq.com/ws/geocoder/v1/",
        lambda address, key: {"address": address, "key": key},
        _read_tencent,
        Crs.GCJ02,
    ),
}


class OnlineGeocoder:
    """One of the services; ``url`` takes the place of its own address (a proxy, a test)."""

    def __init__(
        self, name: GeocoderName, key: SecretStr, *, url: str | None = None, timeout_s: float = 2.0
    ) -> None:
        self._service, self._key, self._timeout_s = _SERVICES[name], key, timeout_s
        self._url = url or self._service.url

    async def locate(self, address: str) -> Coordinates | None:
        query = self._service.query(address, self._key.get_secret_value())
        try:
            async with httpx.AsyncClient(timeout=self._timeout_s) as client:
                response = await client.get(self._url, params=query)
            response.raise_for_status()
            point = self._service.read(response.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, IndexError) as error:
            # Only the kind: the address and the key are in the error's text.
            raise GeocoderError(type(error).__name__) from None
        return point and Coordinates(lat=point[0], lon=point[1], crs=self._service.crs)


def _expect(is_well: bool, status: object) -> None:
    if not is_well:
        raise GeocoderError(f"refused with status {status}")
