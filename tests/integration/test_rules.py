"""Verdicts and quotes over HTTP, on the real parameters; sums worked out by hand."""

from collections.abc import AsyncIterator
from decimal import Decimal

import httpx
import pytest

from bot.all_in_one import create_app
from tests.e2e.conftest import app_settings

JINING = "山东省济宁市任城区"
CLEAR = {
    "region": JINING,
    "as_of": "2026-11-23",
    "group": "returning_worker",
    "amount_yuan": 200_000,
    "term_months": 36,
    "own_loans": [{"kind": "housing"}],
    "married": False,
    "subsidised_loans_so_far": 0,
}


@pytest.fixture
async def ask(tmp_path) -> AsyncIterator:
    app = create_app(app_settings(tmp_path), with_web=False, with_telegram=False)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):

        async def post(path: str, **body):
            response = await client.post(path, json=body)
            return response.status_code, response.json()

        yield post


async def judge(ask, product: str, **facts):
    status, found = await ask("/v1/eligibility", **{**CLEAR, "product": product, **facts})
    assert status == 200, found
    verdict = found["products"][0]
    return verdict["verdict"], {c["code"]: c for c in verdict["conditions"]}


async def test_nothing_against_a_person_is_met_and_every_condition_has_its_clause(ask):
    verdict, conditions = await judge(ask, "personal")

    assert verdict == "met"
    assert all(c["citation"]["quote"] for c in conditions.values())


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"amount_yuan": 400_000}, "amount.personal"),
        ({"own_loans": [{"kind": "other"}]}, "other_loans.own"),
        ({"own_loans": [{"kind": "consumer", "owed_yuan": 60_000}]}, "other_loans.own"),
        ({"married": True, "spouse_loans": [{"kind": "other"}]}, "other_loans.spouse"),
        ({"subsidised_loans_so_far": 3}, "repeat.max_times"),
    ],
)
async def test_what_speaks_against_a_person(ask, facts, code):
    verdict, conditions = await judge(ask, "personal", **facts)

    assert verdict == "not_met"
    assert conditions[code]["outcome"] == "not_met"


@pytest.mark.parametrize("left_out", ["group", "amount_yuan", "own_loans", "married"])
async def test_what_is_not_known_leaves_it_open(ask, left_out):
    verdict, _ = await judge(ask, "personal", **{left_out: None})

    assert verdict == "unknown"


async def test_a_day_without_a_figure_in_force_leaves_it_open(ask):
    verdict, conditions = await judge(ask, "personal", as_of="1999-01-01")

    assert verdict == "unknown"
    assert conditions["amount.personal"]["outcome"] == "unknown"


async def test_partners_are_capped_at_110_percent_of_their_limits(ask):
    # 3 × 300 000 × 110 % = 990 000
    within, _ = await judge(ask, "partners", partners=3, amount_yuan=990_000)
    _, above = await judge(ask, "partners", partners=3, amount_yuan=1_000_000)

    assert within == "unknown"  # each partner has to be looked at
    assert above["amount.partners"]["outcome"] == "not_met"


@pytest.mark.parametrize(
    ("staff", "hired", "outcome"),
    [(50, 5, "met"), (50, 4, "not_met"), (120, 6, "met"), (101, 5, "not_met")],
)
async def test_an_enterprise_must_have_hired_its_share(ask, staff, hired, outcome):
    # 10 % up to 100 people, 5 % above, rounded up: 5 of 50, 6 of 120, 6 of 101.
    _, conditions = await judge(ask, "enterprise", staff=staff, new_hires=hired)

    assert conditions["hiring.ratio"]["outcome"] == outcome


async def quote(ask, **question):
    status, found = await ask("/v1/quotes", **{"region": JINING, **question})
    assert status == 200, found
    return found


async def test_half_of_the_actual_rate_today(ask):
    # 200 000 at 3.6 % over three years: 21 600, half of it 10 800.
    found = await quote(
        ask, as_of="2026-11-23", amount_yuan=200_000, term_months=36, rate_percent="3.6"
    )

    assert Decimal(found["interest_yuan"]) == 21_600
    assert Decimal(found["treasury_yuan"]) == 10_800
    assert Decimal(found["borrower_yuan"]) == 10_800
    assert any("50%" in c["quote"] for c in found["citations"])


async def test_lpr_less_150_bp_in_2022(ask):
    # Rate 4.35, LPR 3.85: the borrower bears 2.35 %, the treasury 2 % of 200 000 a year.
    found = await quote(
        ask,
        as_of="2022-06-01",
        amount_yuan=200_000,
        term_months=12,
        rate_percent="4.35",
        lpr_percent="3.85",
    )

    assert Decimal(found["treasury_yuan"]) == 4_000


async def test_the_part_above_the_limit_is_not_subsidised_and_said_so(ask):
    found = await quote(
        ask, as_of="2026-11-23", amount_yuan=500_000, term_months=12, rate_percent="3.6"
    )

    assert Decimal(found["subsidised_yuan"]) == 300_000
    assert Decimal(found["treasury_yuan"]) == 5_400
    assert any("30万元" in note for note in found["notes"])


async def test_without_a_rule_in_force_nothing_is_promised(ask):
    found = await quote(
        ask, as_of="1999-01-01", amount_yuan=200_000, term_months=12, rate_percent="3.6"
    )

    assert found["treasury_yuan"] is None
    assert any("没有查到" in note for note in found["notes"])


async def test_a_quote_needs_a_rate(ask):
    status, found = await ask("/v1/quotes", region=JINING, amount_yuan=1000, term_months=12)

    assert status == 422
    assert found["code"] == "invalid_request"
