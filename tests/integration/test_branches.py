"""The registry of branches on both databases, as people and offices meet it."""

import csv
import json

import httpx

from api.app import create_api
from api.branches.exporting import export_file
from api.branches.importing import BranchImporter
from api.branches.service import CHECK_EVERY_S
from knowledge.kit.clock import utc_now

HERE = {"lat": 35.41, "lon": 116.59, "crs": "wgs84"}


async def nearest(client: httpx.AsyncClient, **params: object) -> dict:
    answer = await client.get("/v1/branches/nearest", params={**HERE, **params})
    assert answer.status_code == 200
    return answer.json()


def ids(found: dict) -> list[str]:
    return [branch["id"] for branch in found["branches"]]


async def test_what_another_process_imports_is_found_without_a_restart(anyone, take_in):
    await take_in({"id": "near"}, {"id": "far", "lat": "35.5"})
    first = await nearest(anyone)
    await take_in({"id": "near", "state": "closed"}, {"id": "new", "lat": "35.42"})
    then = await nearest(anyone)

    assert ids(first) == ["near", "far"]
    assert ids(then) == ["new", "far"]
    assert CHECK_EVERY_S <= 1


async def test_samples_are_not_recommended_beside_real_branches(anyone, take_in):
    before = await nearest(anyone)
    await take_in({"id": "real", "lat": "39.9", "lon": "116.4"})
    after = await nearest(anyone, limit=10)

    assert all(branch["is_sample"] for branch in before["branches"])
    assert ids(after) == ["real"]


async def test_a_branch_that_moved_is_not_recommended_and_says_where_it_went(anyone, take_in):
    report = await take_in(
        {"id": "old", "state": "moved", "moved_to": "new"},
        {"id": "new", "lat": "35.6"},
        {"id": "lost", "state": "moved", "moved_to": "nowhere"},
    )

    assert ids(await nearest(anyone)) == ["new"]
    old = (await anyone.get("/v1/branches/old")).json()
    assert (old["state"], old["moved_to"]) == ("moved", "new")
    assert ["迁至" in warning.message for warning in report.warnings] == [True]


async def test_a_dry_run_tells_the_same_and_changes_nothing(anyone, take_in):
    await take_in({"id": "a"})
    rows = ({"id": "a", "phone": "12333"}, {"id": "b"}, {"id": "c", "lat": "116", "lon": "35"})

    trial = await take_in(*rows, is_dry_run=True)
    unchanged = (await anyone.get("/v1/branches/b")).status_code
    real = await take_in(*rows)

    assert (trial.added, trial.changed, len(trial.errors)) == (1, 1, 1)
    assert (real.added, real.changed, len(real.errors)) == (1, 1, 1)
    assert unchanged == 404
    assert trial.duplicates == real.duplicates


async def test_every_change_can_be_looked_up(anyone, take_in):
    await take_in({"id": "a"})
    await take_in({"id": "a"})
    await take_in({"id": "a", "phone": "12333", "data_date": "2026-11-20"})

    changes = (await anyone.get("/v1/branches/a/changes")).json()

    assert [change["fields"] for change in changes] == [
        {},
        {"phone": [None, "12333"], "data_date": ["2026-11-01", "2026-11-20"]},
    ]
    assert {change["file"] for change in changes} == {"branches.csv"}
    missing = await anyone.get("/v1/branches/none/changes")
    assert (missing.status_code, missing.json()["code"]) == (404, "branch_not_found")


async def test_old_data_are_shown_as_old(anyone, take_in):
    await take_in({"id": "old", "data_date": "2020-01-01"}, {"id": "new", "lat": "35.42"})

    found = await nearest(anyone)

    assert [branch["is_stale"] for branch in found["branches"]] == [True, False]


async def test_the_kind_of_applicant_and_the_county_narrow_the_search(anyone, take_in):
    await take_in(
        {"id": "person", "services": "个人"},
        {"id": "firm", "services": "企业", "lat": "35.42"},
        {"id": "other-county", "region": "370829", "lat": "35.43"},
    )

    assert ids(await nearest(anyone, kind="enterprise")) == ["firm", "other-county"]
    assert ids(await nearest(anyone, kind="personal", region="嘉祥县")) == ["other-county"]
    found = await nearest(anyone, region="金乡县")
    assert (found["outcome"], ids(found)) == ("no_branches", [])
    place = {"place": "济宁市任城区", "within": "370829"}
    found = (await anyone.get("/v1/branches/nearest", params=place)).json()
    assert ids(found) == ["other-county"]


async def test_a_street_is_found_by_the_address_of_a_branch_on_it(anyone, take_in):
    await take_in({"id": "a", "lat": "35.45"}, {"id": "b", "address": "任城区别处", "lat": "35.5"})

    place = {"place": "我在任城区太白楼路附近"}
    found = (await anyone.get("/v1/branches/nearest", params=place)).json()

    assert (found["measured_from"], found["unresolved"]) == ("address", None)
    assert found["place"] == "山东省济宁市任城区太白楼路"
    assert found["branches"][0]["distance_m"] == 0


async def test_a_street_nobody_knows_is_said_to_be_unknown(anyone):
    place = {"place": "任城区无名路附近"}
    found = (await anyone.get("/v1/branches/nearest", params=place)).json()

    assert (found["unresolved"], found["measured_from"]) == ("无名路", "county")
    assert found["approximate"]


async def test_a_branch_can_be_named_as_the_place(anyone, take_in):
    await take_in({"id": "运河", "lat": "35.45"}, {"id": "太白", "lat": "35.5"})

    place = {"place": "我在演示太白支行旁边"}
    found = (await anyone.get("/v1/branches/nearest", params=place)).json()

    assert (found["place_kind"], found["place"]) == ("branch", "演示太白支行")
    assert ids(found) == ["太白", "运河"]


async def test_a_branch_named_that_is_gone_is_told_and_searched_from(anyone, take_in):
    await take_in(
        {"id": "太白", "state": "moved", "moved_to": "新"},
        {"id": "新", "lat": "35.5"},
        {"id": "无图", "state": "closed", "lat": "", "lon": "", "crs": ""},
    )

    params = {"place": "演示太白支行在哪"}
    moved = (await anyone.get("/v1/branches/nearest", params=params)).json()
    params = {"place": "演示无图支行在哪"}
    closed = (await anyone.get("/v1/branches/nearest", params=params)).json()

    assert (moved["gone"]["id"], moved["gone"]["moved_to"]) == ("太白", "新")
    assert (moved["measured_from"], ids(moved)) == ("branch", ["新"])
    assert (closed["gone"]["state"], closed["measured_from"]) == ("closed", "county")
    assert ids(closed) == ["新"]


async def test_a_place_abroad_is_refused_kindly(anyone):
    place = {"place": "我在东京", "region": "370811"}
    answer = await anyone.get("/v1/branches/nearest", params=place)

    assert (answer.status_code, answer.json()["outcome"]) == (200, "outside_china")


async def test_coverage_lists_the_centres_without_a_branch(anyone, take_in):
    await take_in({"id": "seat", "lat": "35.407", "lon": "116.337", "region": "370829"})

    params = {"region": "嘉祥县", "within_m": 5000}
    near = (await anyone.get("/v1/branches/coverage", params=params)).json()
    none = (
        await anyone.get("/v1/branches/coverage", params={**params, "kind": "personal", "limit": 1})
    ).json()
    far = (await anyone.get("/v1/branches/coverage", params={"region": "110000"})).json()

    assert (near["counties_checked"], near["towns_without_coordinates"] > 0) == (1, True)
    assert "嘉祥县" not in [centre["name"] for centre in near["uncovered"]]
    assert none["uncovered_count"] == near["uncovered_count"]
    assert len(far["uncovered"]) == far["uncovered_count"] >= 16
    distances = [centre["distance_m"] for centre in far["uncovered"]]
    assert distances == sorted(distances, reverse=True)
    unknown = await anyone.get("/v1/branches/coverage", params={"region": "亚特兰蒂斯"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_region")


async def test_what_is_exported_can_be_imported_again(anyone, take_in, database, tmp_path):
    await take_in(
        {"id": "a", "crs": "bd09", "phone": "12333"},
        {"id": "b", "state": "closed", "lat": "", "lon": "", "crs": "", "hours": ""},
    )
    path = tmp_path / "out.csv"

    count = await export_file(database, path, "370811")
    again = await BranchImporter(database, utc_now).import_file(path)

    assert count == again.unchanged
    assert (again.added, again.changed, list(again.errors)) == (0, 0, [])


async def test_what_a_spreadsheet_would_run_goes_out_as_text_and_comes_back(
    take_in, database, tmp_path
):
    formula = "=HYPERLINK(1)演示支行"
    await take_in({"id": "a", "name": formula, "phone": "+86 537 1234567", "services": "@个人"})
    path = tmp_path / "out.csv"

    count = await export_file(database, path, "370811")
    again = await BranchImporter(database, utc_now).import_file(path)

    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert f"'{formula}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert (again.unchanged, again.added, again.changed) == (count, 0, 0)


async def test_a_list_with_nul_in_it_is_kept_on_every_database(anyone, take_in):
    report = await take_in({"id": "a", "name": "演示\0支行", "services": "个人|\0"})

    assert report.added == 1
    assert (await anyone.get("/v1/branches/a")).json()["name"] == "演示\ufffd支行"


async def test_geojson_is_exported_in_wgs84(anyone, take_in, database, tmp_path):
    await take_in({"id": "a", "crs": "gcj02", "region": "370829"}, {"id": "other"})
    path = tmp_path / "out.geojson"

    await export_file(database, path, "370829")

    features = {f["id"]: f for f in json.loads(path.read_text("utf-8"))["features"]}
    assert "other" not in features
    lon, lat = features["a"]["geometry"]["coordinates"]
    assert 0.003 < 116.59 - lon < 0.012
    assert abs(35.41 - lat) < 0.005
    shown = (await anyone.get("/v1/branches/a")).json()["coordinates"]
    assert (round(shown["lat"], 7), round(shown["lon"], 7)) == (lat, lon)


async def test_the_limit_of_age_is_a_setting(settings):
    young = settings.model_copy(update={"branch_stale_days": 1})
    app = create_api(young, documents={})
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://t") as client,
    ):
        found = await nearest(client)

    assert all(branch["is_stale"] for branch in found["branches"])
