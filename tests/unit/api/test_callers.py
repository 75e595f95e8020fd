"""Who is counted."""

from types import SimpleNamespace

import pytest

from api.auth.callers import IN_PROCESS, LOCAL, caller_of

APP = SimpleNamespace(state=SimpleNamespace(service_token="the-token"))


def scope(address, **headers):
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "app": APP, "client": (address, 1), "headers": pairs}


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.10", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("127.0.0.1", "::1", True),
        ("::ffff:127.0.0.1", "127.8.8.8", True),
    ],
)
def test_addresses_of_one_line_are_one_caller(left, right, is_same):
    assert (caller_of(scope(left)) == caller_of(scope(right))) == is_same


def test_a_name_is_believed_with_the_service_token_only():
    named = {"x_chuangdai_caller": "address:0123456789abcdef"}

    believed = caller_of(scope("10.0.0.5", authorization="Bearer the-token", **named))
    claimed = caller_of(scope("10.0.0.5", authorization="Bearer another", **named))
    bare = caller_of(scope("10.0.0.5", **named))

    assert believed == "address:0123456789abcdef"
    assert claimed == bare == "address:10.0.0.5/32"


def test_who_sits_at_the_machine_may_be_named_too():
    headers = {"authorization": "Bearer the-token", "x_chuangdai_caller": "local:0123456789abcdef"}

    assert caller_of(scope(IN_PROCESS, **headers)) == LOCAL


@pytest.mark.parametrize("name", ["", "x", "address:" + "a" * 200, "2001:db8::/64", "a b:c"])
def test_a_name_of_another_form_is_none(name):
    headers = {"authorization": "Bearer the-token", "x_chuangdai_caller": name}

    assert caller_of(scope("10.0.0.5", **headers)) == "address:10.0.0.5/32"


def test_nonsense_for_an_address_is_a_caller_of_bounded_length():
    assert len(caller_of(scope("x" * 100_000))) < 100
