"""Counting requests in memory."""

import tracemalloc

import pytest

from api.limit_settings import LimitSettings, Rate, read_rate
from api.limits.rates import RateCounter


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_then_as_many_as_become_free():
    clock = Clock()
    counter = RateCounter(Rate(60, 60), clock=clock)

    first = [counter.hit("a") for _ in range(60)]
    wait = counter.hit("a")
    clock.now += wait
    again = counter.hit("a")

    assert set(first) == {0.0}
    assert wait == pytest.approx(1.0)
    assert again == 0.0
    assert counter.hit("a") > 0


def test_one_caller_does_not_use_up_what_is_anothers():
    counter = RateCounter(Rate(2, 60), clock=Clock())

    assert [counter.hit("a") > 0 for _ in range(3)] == [False, False, True]
    assert counter.hit("b") == 0.0


def test_a_refused_try_costs_nothing():
    clock = Clock()
    counter = RateCounter(Rate(1, 60), clock=clock)
    counter.hit("a")

    waits = [counter.hit("a") for _ in range(100)]

    assert waits == pytest.approx([60.0] * 100)


def test_millions_of_callers_take_no_more_memory_than_the_most_that_are_kept():
    counter = RateCounter(Rate(60, 60), most=1000)
    for i in range(2000):
        counter.hit(f"10.0.{i >> 8}.{i & 255}")
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for i in range(200_000):
        counter.hit(f"2001:db8:{i >> 16:x}:{i & 65535:x}::/64")
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()

    assert len(counter) == 1000
    assert grown < 500_000


def test_who_keeps_asking_is_not_forgotten_for_those_who_asked_once():
    counter = RateCounter(Rate(1, 3600), most=10)
    counter.hit("flood")
    for i in range(100):
        counter.hit(f"other{i}")
        assert counter.hit("flood") > 0


@pytest.mark.parametrize(
    ("written", "rate"),
    [("60/minute", Rate(60, 60)), ("10/day", Rate(10, 86_400)), ("5/15minute", Rate(5, 900))],
)
def test_rates_are_written_as_people_say_them(monkeypatch, written, rate):
    monkeypatch.setenv("CHUANGDAI_RECEIPT_TRIES", written)

    assert LimitSettings().receipt_tries == rate
    assert read_rate(str(rate)) == rate


def test_a_proxy_that_is_no_address_stops_the_start(monkeypatch):
    monkeypatch.setenv("CHUANGDAI_TRUSTED_PROXIES", "10.0.0.0/8, nginx")

    with pytest.raises(ValueError, match="nginx"):
        LimitSettings()
