"""What stands in the way, place by place, on the real corpus."""

from datetime import date

import pytest

from knowledge.answering.eligibility import ConditionChecker
from knowledge.corpus.loader import load_corpus
from knowledge.rules.parameters import load_parameters

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def check():
    corpus = load_corpus()
    checker = ConditionChecker(load_parameters(), lambda: corpus)
    return lambda **facts: {c.code: c for c in checker.check(facts, TODAY)}


def test_an_amount_above_the_limit_is_not_met_with_its_clause(check):
    found = check(region="370811", amount_yuan=400_000)["amount.personal"]

    assert found.outcome == "not_met"
    assert "30万元" in found.message
    assert found.clause == "sd-cydk-2023#amount-personal"


def test_an_amount_that_only_a_tier_allows_is_not_decided(check):
    found = check(region="440300", amount_yuan=500_000)["amount.personal"]

    assert found.outcome == "unknown"
    assert "60万元" in found.message


def test_a_local_rule_without_a_limit_leaves_no_room_for_the_nations(check):
    quzhou = check(region="330800", own_loan_kinds=["consumer"], own_consumer_amount=90_000)
    jining = check(region="370811", own_loan_kinds=["consumer"], own_consumer_amount=90_000)

    assert "other_loans.own" not in quzhou
    assert jining["other_loans.own"].outcome == "not_met"


@pytest.mark.parametrize("whose", ["own", "spouse"])
def test_loans_that_count_stand_in_the_way_of_either(check, whose):
    found = check(region="370811", **{f"{whose}_loan_kinds": ["housing", "other"]})

    assert found[f"other_loans.{whose}"].outcome == "not_met"


def test_nothing_is_decided_without_a_place(check):
    assert check(amount_yuan=10) == {}
