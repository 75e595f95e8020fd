"""Coordinate systems: known shifts, and back again to the centimetre."""

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contract.crs import convert, to_wgs84
from knowledge.regions.coordinates import Coordinates, Crs

METRES_A_DEGREE = 111_195
LAT = st.floats(18.2, 53.5)
LON = st.floats(73.6, 134.7)


def metres(a: Coordinates, b: Coordinates) -> float:
    north = (a.lat - b.lat) * METRES_A_DEGREE
    east = (a.lon - b.lon) * METRES_A_DEGREE * cos(radians(a.lat))
    return hypot(north, east)


@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09])
@given(lat=LAT, lon=LON)
def test_there_and_back_is_the_same_place(crs, lat, lon):
    here = Coordinates(lat=lat, lon=lon)

    back = to_wgs84(convert(here, crs))

    assert back.crs is Crs.WGS84
    assert metres(here, back) < 0.01


@given(lat=LAT, lon=LON)
def test_the_shift_is_some_hundred_metres(lat, lon):
    here = Coordinates(lat=lat, lon=lon)

    assert 20 < metres(here, convert(here, Crs.GCJ02)) < 1200


def test_outside_of_the_country_nothing_is_shifted():
    paris = Coordinates(lat=48.8566, lon=2.3522)

    assert metres(paris, convert(paris, Crs.GCJ02)) == 0


def test_the_shift_at_tiananmen():
    # 39.908722, 116.397499 is the square in GCJ-02 and 39.907333, 116.391083 in WGS-84 as
    # map services give them; they agree within some metres.
    shifted = convert(Coordinates(lat=39.907333, lon=116.391083), Crs.GCJ02)

    assert metres(shifted, Coordinates(lat=39.908722, lon=116.397318, crs=Crs.GCJ02)) < 10
