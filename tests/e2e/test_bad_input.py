"""What goes wrong gets a problem with a next step, never a stack trace."""

import json

import pytest

INJECTION = "'; DROP TABLE applications; -- 山东个人最多能贷多少"


def ask(**question):
    return ("POST", "/v1/answers", {"json": question})


def near(**params):
    return ("GET", "/v1/branches/nearest", {"params": params})


REFUSED = {
    "no question": (ask(), 422),
    "an empty question": (ask(question=""), 422),
    "too long a question": (ask(question="贷" * 10_001), 422),
    "an unknown region": (ask(question="能贷多少", region="亚特兰蒂斯"), 422),
    "half a character": (("POST", "/v1/answers", {"content": b'{"question": "\\ud83d"}'}), 422),
    "an unknown field": (ask(question="能贷多少", admin=True), 422),
    "wrong JSON": (("POST", "/v1/answers", {"content": b"{"}), 422),
    "binary": (("POST", "/v1/answers", {"content": bytes(range(256))}), 422),
    "a body of 20 MB": (("POST", "/v1/answers", {"content": b" " * 20_000_000}), 413),
    "a day that is none": (ask(question="能贷多少", as_of="2026-02-30"), 422),
    "no place": (near(), 422),
    "latitude of 116": (near(lat=116, lon=35), 422),
    "an unknown system": (near(lat=35, lon=116, crs="mars"), 422),
    "an unknown branch": (("GET", "/v1/branches/none", {}), 404),
    "an unknown document": (("GET", "/v1/documents/../../etc/passwd", {}), 404),
    "an unknown clause": (("GET", "/v1/documents/caijin-2023-75/clauses/none", {}), 404),
    "an unknown form": (("GET", "/v1/forms/none", {}), 404),
    "an application of nobody": (("GET", "/v1/applications/none", {}), 401),
    "an unknown address": (("GET", "/v1/none", {}), 404),
    "a wrong method": (("DELETE", "/v1/answers", {}), 405),
    "somebody else's memory": (("GET", "/v1/conversations/a", {}), 401),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_refusal_says_what_to_do(client, case):
    (method, path, arguments), status = REFUSED[case]

    response = await client.request(method, path, **arguments)

    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["code"]
    assert problem["detail"]
    assert "Traceback" not in response.text


ODD = ["？？", "\x00\x00", "😀" * 50, INJECTION, "{{7*7}} ${jndi:ldap://x}", "a" * 2000]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
async def test_odd_questions_are_answered(client, text):
    body = json.dumps({"question": text})  # escapes what is no Unicode character
    headers = {"content-type": "application/json"}
    response = await client.post("/v1/answers", content=body, headers=headers)

    assert response.status_code == 200, response.text
    assert response.json()["text"]


async def test_an_injection_does_no_harm(client):
    await client.post("/v1/answers", json={"question": INJECTION})
    draft = await client.post("/v1/applications", json={"form": "personal"})

    assert draft.status_code == 201


async def test_a_position_outside_of_china_is_told_so(client):
    found = await client.get("/v1/branches/nearest", params={"lat": 48.85, "lon": 2.35})

    assert found.json() == {**found.json(), "outcome": "outside_china", "branches": []}


async def test_a_stream_ends_with_the_whole_answer(client):
    response = await client.post(
        "/v1/answers",
        json={"question": "山东个人最多能贷多少"},
        headers={"accept": "text/event-stream"},
    )

    assert response.headers["content-type"].startswith("text/event-stream")
    events = response.text.split("\n\n")
    assert events[0].startswith("event: line\ndata: ")
    assert "30万元" in events[0]
    assert events[-2].startswith("event: answer\ndata: {")
