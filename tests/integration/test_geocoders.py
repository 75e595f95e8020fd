"""Online geocoders against a server of our own that answers as theirs do."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from api.branches.errors import GeocoderError
from api.branches.geocoders import GeocoderName, OnlineGeocoder
from api.branches.place_finder import PlaceFinder
from api.db.engine import Database
from api.db.migrate import migrate
from api.metrics import Metrics
from api.settings import ApiSettings
from api.work import WorkPool
from knowledge.regions.coordinates import Crs
from knowledge.understanding.places.spots import Spot

ADDRESS = "山东省济宁市任城区无名路"
FOUND = {
    "amap": {"status": "1", "geocodes": [{"location": "116.60,35.42"}]},
    "tianditu": {"status": "0", "location": {"lon": 116.60, "lat": 35.42}},
    "tencent": {"status": 0, "result": {"location": {"lng": 116.60, "lat": 35.42}}},
}
NOTHING = {
    "amap": {"status": "1", "geocodes": []},
    "tianditu": {"status": "101", "msg": "no result"},
    "tencent": {"status": 347, "message": "no result"},
}
REFUSED = {
    "amap": {"status": "0", "infocode": "10001"},
    "tianditu": {"status": "301", "msg": "key"},
    "tencent": {"status": 311, "message": "key"},
}


@pytest.fixture
def stub():
    """A server on this machine; `answers` is what it says, `asked` what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(parse_qs(urlsplit(self.path).query))
            body = server.answer if isinstance(server.answer, bytes) else json.dumps(server.answer)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.answer = [], {}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def geocoder(stub, name: str) -> OnlineGeocoder:
    url = f"http://127.0.0.1:{stub.server_port}/"
    return OnlineGeocoder(GeocoderName(name), SecretStr("test-key"), url=url)


@pytest.mark.parametrize("name", FOUND)
async def test_an_address_is_sent_and_its_point_comes_back_in_its_system(stub, name):
    stub.answer = FOUND[name]

    point = await geocoder(stub, name).locate(ADDRESS)

    assert (point.lat, point.lon) == (35.42, 116.60)
    assert point.crs is (Crs.WGS84 if name == "tianditu" else Crs.GCJ02)
    assert ADDRESS in json.dumps(stub.asked[0], ensure_ascii=False)
    assert ["test-key"] in stub.asked[0].values()


@pytest.mark.parametrize("name", NOTHING)
async def test_an_address_nobody_knows_is_none(stub, name):
    stub.answer = NOTHING[name]

    assert await geocoder(stub, name).locate(ADDRESS) is None


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("answer", [None, b"<html>", b"[]", b"{}"])
async def test_a_refusal_or_nonsense_is_an_error_that_holds_no_address(stub, name, answer):
    stub.answer = answer or REFUSED[name]

    with pytest.raises(GeocoderError) as caught:
        await geocoder(stub, name).locate(ADDRESS)

    assert "无名路" not in str(caught.value)
    assert "test-key" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "measured_from"), [(FOUND["amap"], "address"), (REFUSED["amap"], "county")]
)
async def test_a_street_is_looked_up_and_a_failure_falls_back(
    stub, tmp_path, answer, measured_from, caplog
):
    stub.answer = answer
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    await migrate(database)

    finder = PlaceFinder(database, WorkPool(ApiSettings(), Metrics()), geocoder(stub, "amap"))
    place = await finder.find("我在任城区无名路附近", None)
    await database.close()

    assert isinstance(place, Spot)
    assert place.measured_from == measured_from
    assert "无名路" not in caplog.text
    assert stub.asked[0]["address"] == [ADDRESS]
