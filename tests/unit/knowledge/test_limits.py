"""How much at most, and where something wanted stands to it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.assessment.hiring import find_hiring_need
from knowledge.assessment.limits import (
    Limit,
    Standing,
    Traits,
    find_limit,
    find_partners_limit,
    missing_jobs,
)
from knowledge.assessment.rules import Rules
from knowledge.documents import Subject, Topic
from knowledge.rules.parameters import Parameter, Parameters, Unit

DOCUMENT = "demo"  # 演示
CITY, PROVINCE = "370800", "370000"


def rules(region: str = CITY, **rows: list[dict[str, object]]) -> Rules:
    """Rules with figures of a document of the place; names have ``__`` for the dot."""
    parameters = Parameters(
        Parameter.model_validate(
            {
                "name": name.replace("__", "."),
                "label": "演示",
                "unit": Unit.YUAN,
                "subject": Subject.ANY,
                "topic": Topic.AMOUNT,
                "values": [{"clause": f"{DOCUMENT}#a", **row} for row in values],
            }
        )
        for name, values in rows.items()
    )
    return Rules(parameters, {DOCUMENT: None}, region, date(2026, 12, 1))  # type: ignore[dict-item]


def tiered(traits: Traits) -> Limit:
    found = find_limit(
        rules(
            amount__personal=[
                {"region": PROVINCE, "value": 300000},
                {"region": CITY, "value": 600000, "tier": "带动就业", "min_jobs": 5},
                {"region": CITY, "value": 400000, "tier": "高校毕业生"},
            ]
        ),
        "amount.personal",
        traits,
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("wanted", "traits", "standing"),
    [
        (300000, Traits(), Standing.WITHIN),
        (300001, Traits(), Standing.BY_TIER),
        (400000, Traits(words=["高校毕业生"]), Standing.WITHIN),
        (500000, Traits(words=["高校毕业生"]), Standing.BY_TIER),
        (600000, Traits(jobs=5), Standing.WITHIN),
        (600000, Traits(jobs=4), Standing.BY_TIER),
        (600001, Traits(jobs=50), Standing.ABOVE),
    ],
)
def test_what_is_wanted_stands_to_the_limit_of_the_asker(wanted, traits, standing):
    assert tiered(traits).standing(Decimal(wanted))[0] is standing


def test_who_lacks_jobs_is_told_how_many():
    _, tier = tiered(Traits(jobs=4)).standing(Decimal(600000))

    assert tier is not None
    assert missing_jobs(tier, Traits(jobs=4)) == 1
    assert missing_jobs(tier, Traits(jobs=9)) == 0
    assert missing_jobs(tier, Traits()) == 0


def test_a_tier_below_what_everybody_gets_is_no_way_up():
    found = find_limit(
        rules(
            amount__personal=[
                {"region": CITY, "value": 300000},
                {"region": CITY, "value": 100000, "tier": "小额便捷"},
            ]
        ),
        "amount.personal",
        Traits(),
    )

    assert found is not None
    assert found.tiers == ()


def test_where_no_rule_is_seen_there_is_no_limit():
    assert find_limit(rules(), "amount.personal", Traits()) is None
    assert find_partners_limit(rules(), 3) is None
    assert find_hiring_need(rules(), 30, 3) is None


@given(st.integers(2, 60), st.integers(1, 100), st.integers(100, 200), st.integers(1, 900))
def test_partners_never_get_more_than_the_cap_nor_than_their_share(partners, each, share, cap):
    found = find_partners_limit(
        rules(
            amount__personal=[{"region": CITY, "value": each * 10000}],
            amount__partners_share=[{"region": CITY, "value": share}],
            amount__enterprise=[{"region": CITY, "value": cap * 10000}],
        ),
        partners,
    )

    assert found is not None
    assert found.total <= cap * 10000
    assert found.total <= found.sum_of_limits * share / 100
    assert found.is_capped == (found.total == cap * 10000)


def test_a_total_that_a_place_lays_down_goes_before_the_share():
    found = find_partners_limit(
        rules(
            amount__personal=[{"region": CITY, "value": 300000}],
            amount__partners=[{"region": CITY, "value": 1000000}],
            amount__partners_share=[{"region": CITY, "value": 110}],
        ),
        9,
    )

    assert found is not None
    assert found.total == 1000000
    assert found.share is None


@given(st.integers(1, 5000), st.integers(0, 600))
def test_enough_hired_is_enough_and_one_less_is_not(staff, hired):
    figures = rules(
        hiring__ratio=[{"region": CITY, "value": 10}],
        hiring__ratio_over_100=[{"region": CITY, "value": 5}],
    )
    need = find_hiring_need(figures, staff, hired)

    assert need is not None
    percent = 5 if staff > 100 else 10
    assert need.needed * 100 >= staff * percent > (need.needed - 1) * 100
    assert need.gap == max(need.needed - hired, 0)
