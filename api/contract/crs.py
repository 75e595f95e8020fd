"""Conversions between the coordinate systems in use in China.

GCJ-02 shifts WGS-84 by a published polynomial and sine series; BD-09 shifts GCJ-02
once more. The inverse is found by fixed-point iteration: each round leaves less than
a hundredth of the error, so five rounds leave less than a micrometre.

Source: the shift as it is generally known (Krasovsky 1940 ellipsoid, a = 6 378 245 m,
e² = 0.00669342162296594323) and Baidu's shift with x_pi = π·3000/180.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.regions.coordinates import Coordinates, Crs

_A = 6_378_245.0
_E2 = 0.00669342162296594323
_X_PI = math.pi * 3000 / 180
_ROUNDS = 5

Degrees = NDArray[np.float64]


def to_wgs84(point: Coordinates) -> Coordinates:
    """The same place in WGS-84."""
    lat, lon = _to_wgs84(math, point.lat, point.lon, point.crs)
    return Coordinates(lat=lat, lon=lon, crs=Crs.WGS84)


def to_wgs84_arrays(points: Sequence[tuple[float, float, str]]) -> tuple[Degrees, Degrees]:
    """Many points (lat, lon, system) as degrees in WGS-84, two arrays of shape (n,)."""
    lats = np.array([lat for lat, _, _ in points], float)
    lons = np.array([lon for _, lon, _ in points], float)
    systems = np.array([crs for _, _, crs in points], "U8")
    for crs in (Crs.GCJ02, Crs.BD09):
        of_crs = systems == crs.value
        lats[of_crs], lons[of_crs] = _to_wgs84(np, lats[of_crs], lons[of_crs], crs)
    return lats, lons


def convert(point: Coordinates, crs: Crs) -> Coordinates:
    """The same place in another system."""
    if point.crs is crs:
        return point
    lat, lon, now = point.lat, point.lon, point.crs
    if now is Crs.BD09 or crs is Crs.WGS84:
        lat, lon = _to_wgs84(math, lat, lon, now)
        now = Crs.WGS84
    if now is Crs.WGS84 and crs is not Crs.WGS84:
        lat, lon = _wgs_to_gcj(math, lat, lon)
    if crs is Crs.BD09:
        lat, lon = _gcj_to_bd(math, lat, lon)
    return Coordinates(lat=lat, lon=lon, crs=crs)


def _to_wgs84(m: Any, lat: Any, lon: Any, crs: Crs) -> tuple[Any, Any]:
    """``m`` is ``math`` for numbers or ``numpy`` for arrays."""
    if crs is Crs.BD09:
        lat, lon = _inverse(_gcj_to_bd, m, lat, lon)
    if crs in (Crs.BD09, Crs.GCJ02):
        lat, lon = _inverse(_wgs_to_gcj, m, lat, lon)
    return lat, lon


def _wgs_to_gcj(m: Any, lat: Any, lon: Any) -> tuple[Any, Any]:
    # The shift applies within a rectangle around the country; 1 inside, 0 outside.
    inside = (lat >= 0.8293) & (lat <= 55.8271) & (lon >= 72.004) & (lon <= 137.8347)
    x, y = lon - 105.0, lat - 35.0
    pi, sin, sqrt = math.pi, m.sin, m.sqrt
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    d_lat += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    d_lat += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    d_lat += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    d_lon += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    d_lon += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    d_lon += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    radians = lat / 180.0 * pi
    magic = 1 - _E2 * sin(radians) ** 2
    d_lat = d_lat * 180.0 / ((_A * (1 - _E2)) / (magic * sqrt(magic)) * pi)
    d_lon = d_lon * 180.0 / (_A / sqrt(magic) * m.cos(radians) * pi)
    return lat + d_lat * inside, lon + d_lon * inside


def _gcj_to_bd(m: Any, lat: Any, lon: Any) -> tuple[Any, Any]:
    z = m.sqrt(lon * lon + lat * lat) + 0.00002 * m.sin(lat * _X_PI)
    theta = m.atan2(lat, lon) + 0.000003 * m.cos(lon * _X_PI)
    return z * m.sin(theta) + 0.006, z * m.cos(theta) + 0.0065


def _inverse(
    forward: Callable[[Any, Any, Any], tuple[Any, Any]], m: Any, lat: Any, lon: Any
) -> tuple[Any, Any]:
    guess_lat, guess_lon = lat, lon
    for _ in range(_ROUNDS):
        there_lat, there_lon = forward(m, guess_lat, guess_lon)
        guess_lat, guess_lon = guess_lat - (there_lat - lat), guess_lon - (there_lon - lon)
    return guess_lat, guess_lon
