"""What is let in through the door of the API."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.incoming import (
    MAX_DEPTH,
    MAX_VALUES,
    IncomingMiddleware,
    UnfitJsonError,
    clean_json,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None, exclude_categories=()), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)
UNFIT = {
    "json_invalid": [
        b"{",
        b"nul",
        b"{} {}",
        b"[NaN]",
        b"[Infinity]",
        b"[-Infinity]",
        b"\xef\xbb\xbf1",
    ],
    "json_not_utf8": [b'"\xff"', "贷".encode("gbk"), '{"a":1}'.encode("utf-16")],
    "json_half_character": [rb'["\ud83d"]', rb'{"\udc00": 1}', rb'"\ude00\ud83d"'],
    "json_too_deep": [b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), b"[" * 50_000],
    "json_too_large": [b"[" + b"1," * MAX_VALUES + b"1]"],
    "json_repeated_name": [b'{"a": 1, "a": 2}', rb'[{"a": 1, "\u0061": 2}]'],
    "json_number_too_large": [
        b"9007199254740992",
        b"-9007199254740992",
        b"9" * 5000,
        b"9007199254740992.0",
        b"[-9.1e15]",
        b"1e30",
        b"1e999",
    ],
}


@pytest.mark.parametrize(
    ("code", "body"), [(code, body) for code, bodies in UNFIT.items() for body in bodies]
)
def test_what_is_unfit_is_refused_with_its_reason(code, body):
    with pytest.raises(UnfitJsonError, match=f"^{code}$"):
        clean_json(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": "\\u0000"}', {"a": "\ufffd"}),
        (b'{"\\u0000": [["x\\u0000"]]}', {"\ufffd": [["x\ufffd"]]}),
        (rb'"\\u0000"', r"\u0000"),
        (rb'"\ud83d\ude00"', "😀"),
        ("贷".join('""').encode(), "贷"),
        (b"[23.0, 2e1, 2.5, -0.0]", [23, 20, 2.5, 0]),
        (b"[9007199254740991.0, -9.007199254740991e15]", [2**53 - 1, 1 - 2**53]),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
    ],
    ids=str,
)
def test_what_fits_is_let_in_clean(body, value):
    cleaned = json.loads(clean_json(body))

    assert value is None or cleaned == value
    assert clean_json(clean_json(body)) == clean_json(body)


def test_an_empty_body_stays_empty():
    assert clean_json(b"") == b""


@given(JSON)
def test_whatever_json_is_sent_ends_as_something_every_database_keeps_or_as_a_refusal(value):
    try:
        cleaned = clean_json(json.dumps(value).encode())
    except UnfitJsonError:
        return

    for text in texts_of(json.loads(cleaned, parse_constant=pytest.fail)):
        assert "\0" not in text
        text.encode("utf-8")


def texts_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, dict):
        yield from texts_of([*value, *value.values()])


@given(st.binary(max_size=60))
def test_any_bytes_are_let_in_or_refused(body):
    try:
        json.loads(clean_json(body) or b"null")
    except UnfitJsonError:
        return


async def through_the_door(*messages, path="/v1/a", query=b"", media_type=b"application/json"):
    """What the application behind the door gets to see."""
    waiting, seen, sent = list(messages), {}, []

    async def behind(scope, receive, send):
        seen.update(path=scope["path"], query=scope["query_string"], got=[await receive()])
        while seen["got"][-1].get("more_body"):
            seen["got"].append(await receive())
        seen["after"] = await receive()

    async def receive():
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": query,
        "headers": [(b"content-type", media_type)],
    }
    await IncomingMiddleware(behind)(scope, receive, send)
    return seen, sent


async def test_a_body_in_pieces_is_put_together():
    pieces = [
        {"type": "http.request", "body": b'{"a":', "more_body": True},
        {"type": "http.request", "body": b" 1}", "more_body": False},
    ]

    seen, _ = await through_the_door(*pieces)

    assert [json.loads(message["body"]) for message in seen["got"]] == [{"a": 1}]
    assert seen["after"] == {"type": "http.disconnect"}


async def test_who_hangs_up_half_way_is_seen_to_have_done_so():
    seen, sent = await through_the_door({"type": "http.request", "body": b"{", "more_body": True})

    assert [message["type"] for message in seen["got"]] == ["http.request", "http.disconnect"]
    assert sent == []


async def test_nul_in_an_address_is_replaced():
    seen, _ = await through_the_door(
        {"type": "http.request", "body": b""}, path="/v1/a\0b", query=b"q=%00"
    )

    assert seen["path"] == "/v1/a\ufffdb"
    assert seen["query"] == b"q=%EF%BF%BD"


async def test_files_are_not_looked_into():
    seen, _ = await through_the_door(
        {"type": "http.request", "body": b"\0\xff{"}, media_type=b"application/pdf"
    )

    assert seen["got"][0]["body"] == b"\0\xff{"
