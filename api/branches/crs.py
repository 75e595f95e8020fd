"""Conversions between the coordinate systems in use in China.

GCJ-02 shifts WGS-84 by a published polynomial and sine series; BD-09 shifts GCJ-02
once more. The inverse is found by fixed-point iteration, to a fraction of a millimetre.

Source: the shift as it is generally known (Krasovsky 1940 ellipsoid, a = 6 378 245 m,
e² = 0.00669342162296594323) and Baidu's shift with x_pi = π·3000/180.
"""

from collections.abc import Callable
from math import atan2, cos, hypot, pi, sin, sqrt

from api.contract.geo import Coordinates, Crs

_A = 6_378_245.0
_E2 = 0.00669342162296594323
_X_PI = pi * 3000 / 180
_ROUNDS = 12

Point = tuple[float, float]


def to_wgs84(point: Coordinates) -> Coordinates:
    """The same place in WGS-84."""
    lat, lon = point.lat, point.lon
    if point.crs is Crs.BD09:
        lat, lon = _inverse(_gcj_to_bd, lat, lon)
    if point.crs in (Crs.BD09, Crs.GCJ02):
        lat, lon = _inverse(_wgs_to_gcj, lat, lon)
    return Coordinates(lat=lat, lon=lon, crs=Crs.WGS84)


def convert(point: Coordinates, crs: Crs) -> Coordinates:
    """The same place in another system."""
    if point.crs is crs:
        return point
    wgs = to_wgs84(point)
    lat, lon = wgs.lat, wgs.lon
    if crs in (Crs.GCJ02, Crs.BD09):
        lat, lon = _wgs_to_gcj(lat, lon)
    if crs is Crs.BD09:
        lat, lon = _gcj_to_bd(lat, lon)
    return Coordinates(lat=lat, lon=lon, crs=crs)


def is_in_china(point: Coordinates) -> bool:
    """Whether a point lies in the rectangle within which the shift applies."""
    return 0.8293 <= point.lat <= 55.8271 and 72.004 <= point.lon <= 137.8347


def _wgs_to_gcj(lat: float, lon: float) -> Point:
    if not is_in_china(Coordinates(lat=lat, lon=lon)):
        return lat, lon
    x, y = lon - 105.0, lat - 35.0
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
    d_lon = d_lon * 180.0 / (_A / sqrt(magic) * cos(radians) * pi)
    return lat + d_lat, lon + d_lon


def _gcj_to_bd(lat: float, lon: float) -> Point:
    z = hypot(lon, lat) + 0.00002 * sin(lat * _X_PI)
    theta = atan2(lat, lon) + 0.000003 * cos(lon * _X_PI)
    return z * sin(theta) + 0.006, z * cos(theta) + 0.0065


def _inverse(forward: Callable[[float, float], Point], lat: float, lon: float) -> Point:
    guess_lat, guess_lon = lat, lon
    for _ in range(_ROUNDS):
        there_lat, there_lon = forward(guess_lat, guess_lon)
        guess_lat -= there_lat - lat
        guess_lon -= there_lon - lon
    return guess_lat, guess_lon
