"""Inside or outside of the country: borders, islands, the corners of the world."""

import pytest

from api.branches.territory import is_in_china
from knowledge.regions.coordinates import Coordinates


@pytest.mark.parametrize(
    ("lat", "lon", "is_inside"),
    [
        pytest.param(35.41, 116.59, True, id="济宁"),
        pytest.param(53.48, 122.37, True, id="漠河"),
        pytest.param(48.31, 134.29, True, id="抚远"),
        pytest.param(39.46, 75.99, True, id="喀什"),
        pytest.param(18.25, 109.51, True, id="三亚"),
        pytest.param(16.83, 112.34, True, id="永兴岛"),
        pytest.param(30.72, 122.45, True, id="嵊泗"),
        pytest.param(24.44, 118.07, True, id="鼓浪屿"),
        pytest.param(25.03, 121.56, True, id="台北"),
        pytest.param(22.28, 114.16, True, id="香港"),
        pytest.param(40.12, 124.39, True, id="丹东"),
        pytest.param(39.02, 125.75, False, id="平壤"),
        pytest.param(37.57, 126.98, False, id="首尔"),
        pytest.param(47.92, 106.92, False, id="乌兰巴托"),
        pytest.param(43.12, 131.89, False, id="海参崴"),
        pytest.param(21.03, 105.85, False, id="河内"),
        pytest.param(30.0, 126.0, False, id="at sea"),
        pytest.param(48.85, 2.35, False, id="Paris"),
        pytest.param(90, 0, False, id="north pole"),
        pytest.param(-90, 180, False, id="south pole"),
        pytest.param(0, -180, False, id="date line"),
    ],
)
def test_a_position_is_inside_or_not(lat, lon, is_inside):
    assert is_in_china(Coordinates(lat=lat, lon=lon)) is is_inside
