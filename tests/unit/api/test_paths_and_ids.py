"""Whatever is handed over as an id stays one segment of a path, and most of it is no id at all."""

from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.contract import ids
from api.contract.callers import CallerHash, origin_of_address
from api.contract.client import ApiClient
from api.contract.conversations import Channel, ConversationName
from api.contract.paths import UnsafeSegmentError, path
from api.contract.problem import ApiProblemError

HEX = "0123456789abcdef" * 2
STRANGE = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "/../telegram:77",
    "a?b",
    "a#b",
    "a%2fb",
    "a b",
    "a\n",
    "a\x00",
    "\ud83d",
    "a;b",
    f"../applications/{HEX}/withdrawal?",
    f"{HEX}\n",
    f"{HEX} ",
    "١٢٣٤",
    "１２３４",
    "x" * 5000,
]


@pytest.mark.parametrize("segment", ["", ".", "..", "a/b", "..\\x", "a\n", "\x00", "\ud83d"])
def test_what_no_path_may_carry_is_refused(segment):
    with pytest.raises(UnsafeSegmentError):
        path("v1", "branches", segment)


def test_what_would_end_a_path_is_quoted():
    assert path("v1", "branches", "a?b#c%2f&任城") == (
        "/v1/branches/a%3Fb%23c%252f%26%E4%BB%BB%E5%9F%8E"
    )


@given(segment=st.text())
def test_a_segment_stays_one_segment_on_the_way(segment):
    try:
        made = path("v1", "branches", segment)
    except UnsafeSegmentError:
        return

    request = httpx.Client(base_url="http://api/root").build_request("GET", made)

    assert request.url.raw_path.count(b"/") == 4
    assert request.url.query == b""
    assert request.url.path == f"/root/v1/branches/{segment}"
    assert unquote(made) == f"/v1/branches/{segment}"


@given(text=st.text() | st.sampled_from(STRANGE))
async def test_no_text_makes_a_client_ask_for_something_else(text):
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(404)

    async with httpx.AsyncClient(
        base_url="http://api", transport=httpx.MockTransport(answer)
    ) as http:
        client = ApiClient(http)
        for call in (client.withdraw_application, client.branch, client.conversation):
            with pytest.raises((UnsafeSegmentError, ApiProblemError)):
                await call(text)

    assert asked in (
        [],
        [
            f"/v1/applications/{text}/withdrawal",
            f"/v1/branches/{text}",
            f"/v1/conversations/{text}",
        ],
    )


KINDS = {name: kind for name, kind in vars(ids).items() if hasattr(kind, "__metadata__")}
FINE = {
    "ApplicationId": HEX,
    "AttachmentId": HEX,
    "AnswerId": HEX,
    "FaqId": HEX,
    "IngestionId": HEX,
    "ConversationId": "a_-B" * 12,
    "ConversationKey": "telegram:77",
    "EventId": "1000",
    "ChoiceId": "3f9c1a.pick:sole_trader",
    "DocumentId": "caijin-2023-75",
    "ClauseId": "amount-personal",
    "ClauseRef": "caijin-2023-75#amount-personal",
    "BranchId": "任城-01",
    "FormId": "personal",
    "FieldId": "own_loan_kinds",
    "HandoverCodeText": "ABCD-EFGH",
    "ReceiptText": "CD20261130-000001-7",
    "PhoneTail": "0001",
    "CopyCode": "a_-Bc" * 8 + "dEf",
    "IdempotencyKey": f"{HEX}-submission",
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_id_takes_its_own(name):
    assert TypeAdapter(KINDS[name]).validate_python(FINE[name]) == FINE[name]


# Compared only, never put into a path.
COMPARED = {"EventId", "IdempotencyKey", "ChoiceId", "ClauseRef"}


@pytest.mark.parametrize("name", sorted(KINDS.keys() - COMPARED))
@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_no_id_of_a_path_is_anything_but_one_plain_segment(name, text):
    with pytest.raises(ValidationError):
        TypeAdapter(KINDS[name]).validate_python(text)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("text", ["a b", "a\n", "a\x00", "\ud83d", "１２３４", "x" * 5000])
def test_no_kind_of_id_takes_what_cannot_be_seen_or_has_no_end(name, text):
    with pytest.raises(ValidationError):
        TypeAdapter(KINDS[name]).validate_python(text)


@pytest.mark.parametrize("id_", ["", "../http", "77:web", "a/b", "a b", "a\n", "x" * 65])
def test_a_conversation_cannot_be_named_into_another_channel(id_):
    with pytest.raises(ValidationError):
        ConversationName(Channel.HTTP, id_)


def test_callers_are_told_apart_and_not_known():
    callers = CallerHash(b"key")
    here = origin_of_address("203.0.113.7")

    assert callers.of(here) == CallerHash(b"key").of(here)
    assert callers.of(here) != CallerHash(b"other").of(here)
    assert callers.of(here) != callers.of(origin_of_address("203.0.113.8"))
    assert "203.0.113" not in callers.of(here)
    assert callers.of("telegram:77").startswith("telegram:")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_one_person_with_many_addresses_counts_as_one(one, other):
    assert origin_of_address(one) == origin_of_address(other)
