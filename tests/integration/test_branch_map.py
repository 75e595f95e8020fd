"""The map of branches and the search as one types, over HTTP on a fresh database."""

from itertools import pairwise

import numpy as np
import pytest

CITY = {"south": 35.3, "west": 116.4, "north": 35.6, "east": 116.9}
CHINA = {"south": 15, "west": 70, "north": 55, "east": 137}
EDGE_CASES = [
    {**CITY, "south": 36},
    {**CITY, "west": 117},
    {**CITY, "north": 91},
    {**CITY, "zoom": -1},
    {"south": 35},
    {**CITY, "open_at": "tomorrow"},
    {**CITY, "limit": 101},
]


@pytest.fixture
def database_url(tmp_path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'chuangdai.db'}"


@pytest.fixture
def show(anyone):
    async def run(**params: object) -> dict:
        answer = await anyone.get("/v1/branches/map", params={**CITY, "zoom": 12, **params})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return run


async def test_every_branch_of_a_box_is_counted_once_at_every_zoom(take_in, show):
    random = np.random.default_rng(5)
    lats, lons = random.uniform(34, 37, 800).round(6), random.uniform(115, 118, 800).round(6)
    points = enumerate(zip(lats, lons, strict=True))
    await take_in(*({"id": f"b{n}", "lat": str(lat), "lon": str(lon)} for n, (lat, lon) in points))
    for zoom in (0, 5, 9, 13, 18, 22):
        for _ in range(5):
            south, north = sorted(random.uniform(34, 37, 2))
            west, east = sorted(random.uniform(115, 118, 2))
            box = {"south": south, "north": north, "west": west, "east": east}
            inside = (lats >= south) & (lats <= north) & (lons >= west) & (lons <= east)

            view = await show(**box, zoom=zoom)

            assert view["total"] == inside.sum()
            if inside.any():
                assert view["extent"]["north"] == lats[inside].max()
                assert view["extent"]["west"] == lons[inside].min()
            assert sum(cluster["count"] for cluster in view["clusters"]) == inside.sum()
            assert len(view["clusters"]) <= 41 * 41
            assert len(view["branches"]) == (inside.sum() if inside.sum() <= 50 else 0)
            alone = {c["branch_id"]: (c["lat"], c["lon"]) for c in view["clusters"]}
            alone.pop(None, None)
            for branch_id, point in alone.items():
                n = int(branch_id[1:])
                assert point == pytest.approx((lats[n], lons[n]))


async def test_branches_on_the_very_edge_belong_to_the_box(take_in, show):
    await take_in(
        {"id": "corner", "lat": "35.3", "lon": "116.4"},
        {"id": "edge", "lat": "35.6", "lon": "116.5"},
        {"id": "outside", "lat": "35.600001", "lon": "116.5"},
    )

    assert {b["id"] for b in (await show())["branches"]} == {"corner", "edge"}


async def test_neighbours_part_as_one_zooms_in_and_clusters_stay_as_the_map_moves(take_in, show):
    await take_in({"id": "a"}, {"id": "b", "lon": "116.6"}, {"id": "c", "lon": "116.8"})

    far, near = await show(zoom=1), await show(zoom=16)
    moved = await show(zoom=10, west=116.45)
    before = await show(zoom=10)

    assert [cluster["count"] for cluster in far["clusters"]] == [3]
    assert {(c["count"], c["branch_id"]) for c in near["clusters"]} == {
        (1, "a"),
        (1, "b"),
        (1, "c"),
    }
    assert moved["clusters"] == before["clusters"]


async def test_what_cannot_be_recommended_is_on_no_map(take_in, show):
    await take_in(
        {"id": "open"},
        {"id": "closed", "state": "closed"},
        {"id": "moved", "state": "moved", "moved_to": "open"},
        {"id": "nowhere", "lat": "", "lon": "", "crs": ""},
        {"id": "other", "services": "存款"},
    )

    view = await show()

    assert (view["total"], view["registered"]) == (1, 1)
    assert [branch["id"] for branch in view["branches"]] == ["open"]


async def test_filters_narrow_the_map_and_banks_stay_to_choose_from(take_in, show):
    await take_in(
        {"id": "a", "bank": "甲银行", "hours": "Mo-Fr 09:00-17:00", "services": "个人"},
        {"id": "b", "bank": "乙银行", "services": "企业", "hours": "24/7"},
        {"id": "c", "bank": "乙银行", "services": "个人|企业", "hours": ""},
    )

    def seen(view: dict) -> str:
        return "".join(sorted(branch["id"] for branch in view["branches"]))

    sunday = "2026-11-22T10:00:00"
    assert seen(await show(kind="personal")) == "ac"
    assert seen(await show(service="小微企业")) == "bc"
    assert seen(await show(open_at=sunday)) == "bc"
    assert seen(await show(bank="乙银行", kind="personal")) == "c"
    assert (await show(bank="乙银行"))["banks"] == [
        {"bank": "乙银行", "count": 2},
        {"bank": "甲银行", "count": 1},
    ]
    assert (await show(bank="没有的银行"))["total"] == 0


async def test_an_empty_registry_says_that_it_is_empty(take_in, show):
    await take_in({"id": "gone", "state": "closed"})

    view = await show(**CHINA, zoom=4)

    assert (view["registered"], view["total"], view["clusters"]) == (0, 0, [])


@pytest.mark.parametrize("params", EDGE_CASES)
async def test_a_bad_box_is_a_problem_that_says_what_to_do(anyone, params):
    answer = await anyone.get("/v1/branches/map", params={"zoom": 10, **params})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in ("box_invalid", "invalid_request")
    assert answer.json()["detail"]


async def test_words_find_branches_that_no_map_shows_and_say_their_state(anyone, take_in):
    await take_in(
        {"id": "shut", "name": "演示任城支行", "state": "closed"},
        {"id": "there", "name": "演示任城科苑路第二支行"},
        {"id": "unplaced", "name": "演示任城太白楼分理处", "lat": "", "lon": "", "crs": ""},
        {"id": "other", "name": "演示鱼台支行", "address": "鱼台县湖陵路1号"},
    )

    found = (await anyone.get("/v1/branches/search", params={"q": "任城"})).json()
    both = (await anyone.get("/v1/branches/search", params={"q": "任城 科苑"})).json()
    address = (await anyone.get("/v1/branches/search", params={"q": "湖陵路"})).json()
    wildcard = (await anyone.get("/v1/branches/search", params={"q": "%"})).json()

    assert [b["id"] for b in found["branches"]] == ["unplaced", "there", "shut"]
    assert found["branches"][2]["state"] == "closed"
    assert found["places"] == [{"name": "山东省济宁市任城区", "region": "370811"}]
    assert [b["id"] for b in both["branches"]] == ["there"]
    assert [b["id"] for b in address["branches"]] == ["other"]
    assert wildcard["branches"] == []


async def test_an_ambiguous_name_suggests_every_place_and_each_can_be_searched(anyone, take_in):
    await take_in({"id": "a"})

    found = (await anyone.get("/v1/branches/search", params={"q": "鼓楼区"})).json()

    assert len(found["places"]) > 2
    for place in found["places"]:
        near = {"place": place["name"], "region": place["region"]}
        answer = (await anyone.get("/v1/branches/nearest", params=near)).json()
        assert answer["place"] == place["name"]
        assert answer["origin"]["crs"] == "wgs84"


async def test_a_search_for_nothing_is_a_problem(anyone):
    answer = await anyone.get("/v1/branches/search", params={"q": " "})

    assert (answer.status_code, answer.json()["code"]) == (422, "search_empty")


async def test_the_backdrop_is_land_with_names_and_the_sea_is_not(anyone):
    land = (await anyone.get("/v1/branches/map/land")).json()
    places = await anyone.get("/v1/branches/map/places", params={**CITY, "zoom": 9})

    def is_land(lat: float, lon: float) -> bool:
        """Even-odd rule over all rings."""
        crossings = 0
        for polygon in land["coordinates"]:
            for ring in polygon:
                for (x0, y0), (x1, y1) in pairwise(ring):
                    if (y0 > lat) != (y1 > lat):
                        crossings += lon < x0 + (lat - y0) / (y1 - y0) * (x1 - x0)
        return crossings % 2 == 1

    assert is_land(39.9, 116.4)
    assert is_land(25.04, 121.55)
    assert is_land(19.2, 109.8)
    assert not is_land(36.5, 123.5)
    assert not is_land(37.57, 126.98)
    assert {"济宁", "兖州"} <= {place["name"] for place in places.json()["places"]}
