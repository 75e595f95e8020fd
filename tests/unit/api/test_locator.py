"""The locator against brute force, wherever the points lie."""

from math import asin, cos, radians, sin, sqrt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from api.branches.locator import EARTH_RADIUS_M, Locator

POINTS = st.lists(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=60, unique=True
)


def haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    lat_a, lon_a, lat_b, lon_b = map(radians, (*a, *b))
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1, sqrt(h)))


def locator(points: list[tuple[float, float]]) -> Locator:
    return Locator([lat for lat, _ in points], [lon for _, lon in points])


@settings(deadline=None)
@given(points=POINTS, lat=st.floats(-90, 90), lon=st.floats(-180, 180), limit=st.integers(1, 5))
def test_the_nearest_are_those_of_brute_force(points, lat, lon, limit):
    expected = sorted(haversine((lat, lon), point) for point in points)[:limit]

    found = locator(points).nearest(lat, lon, limit=limit)

    assert np.allclose([metres for _, metres in found], expected, atol=0.5)
    assert len({number for number, _ in found}) == len(found) == min(limit, len(points))


@settings(deadline=None)
@given(points=POINTS, lat=st.floats(-90, 90), lon=st.floats(-180, 180), limit=st.integers(1, 5))
def test_among_some_the_nearest_are_found_too(points, lat, lon, limit):
    some = np.arange(0, len(points), 2, dtype=np.int32)
    expected = sorted(haversine((lat, lon), points[number]) for number in some)[:limit]

    found = locator(points).nearest_among(some, lat, lon, limit=limit)

    assert np.allclose([metres for _, metres in found], expected, atol=0.5)


def test_among_some_what_is_not_kept_does_not_hide_what_is():
    points = [(35.0, 116.0 + step / 1000) for step in range(50)]
    all_of_them = np.arange(50, dtype=np.int32)

    found = locator(points).nearest_among(
        all_of_them, 35.0, 116.0, limit=2, keep=lambda numbers: numbers >= 48
    )

    assert [number for number, _ in found] == [48, 49]


def test_points_in_one_spot_come_in_their_order():
    found = locator([(35.0, 116.0)] * 4).nearest(35.0, 116.0, limit=3)

    assert [number for number, _ in found] == [0, 1, 2]


def test_beyond_the_date_line_is_near():
    found = locator([(10.0, -179.9), (10.0, 170.0)]).nearest(10.0, 179.9, limit=1)

    assert found[0][0] == 0


def test_what_is_not_kept_does_not_hide_what_is():
    points = [(35.0, 116.0 + step / 1000) for step in range(50)]

    found = locator(points).nearest(35.0, 116.0, limit=2, keep=lambda numbers: numbers >= 48)

    assert [number for number, _ in found] == [48, 49]


def test_no_points_no_answer():
    assert locator([]).nearest(35.0, 116.0, limit=3) == []
