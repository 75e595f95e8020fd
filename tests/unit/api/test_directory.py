"""Which branches are recommended, and in which order; changes taken over."""

import json
from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.branches.directory import FEW, Directory, Selection, adcode_range
from api.branches.facts import BranchFacts, Packed, facts_of, pack
from api.contract.branches import ApplicantKind
from knowledge.kit.clock import CHINA

HERE = (35.41, 116.59)


def branch(id: str = "b", **changes: object) -> BranchFacts:
    facts = BranchFacts(
        id=id,
        bank="演示银行",
        name=f"演示{id}支行",
        address="演示路1号",
        region="370811",
        lat=35.41,
        lon=116.59,
        crs="wgs84",
        phone=None,
        hours=None,
        services=["personal"],
        state="open",
        moved_to=None,
        data_date=date(2026, 11, 1),
        source="演示",
        is_sample=True,
    )
    return facts._replace(**changes)


def stored(facts: BranchFacts) -> Packed:
    """As the database would give it back."""
    services, day = json.dumps(facts.services), facts.data_date.isoformat()
    return pack(facts._replace(services=services, data_date=day))


def directory(*branches: BranchFacts) -> Directory:
    return Directory.of([stored(facts) for facts in sorted(branches)], 1)


def ids(found: Directory, limit: int = 5, **selection: object) -> list[str]:
    nearest = found.nearest(*HERE, limit=limit, selection=Selection(**selection))
    return [facts.id for facts, _ in nearest]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "closed"},
        {"state": "moved", "moved_to": "b"},
        {"lat": None, "lon": None, "crs": None},
        {"services": []},
        {"services": ["存款"]},
    ],
    ids=["closed", "moved", "without coordinates", "no service known", "other services"],
)
def test_what_people_cannot_use_is_never_recommended(changes):
    assert ids(directory(branch("a", **changes), branch("b", lat=35.5))) == ["b"]


def test_branches_in_one_spot_come_in_the_order_of_their_ids():
    many = directory(*(branch(f"b{n}") for n in (3, 1, 2, 5, 4)))

    assert ids(many, limit=3) == ["b1", "b2", "b3"]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"kind": ApplicantKind.ENTERPRISE}, ["firm"]),
        ({"kind": ApplicantKind.PERSONAL}, ["town", "person", "far"]),
        ({"service": "township_point"}, ["town"]),
        ({"service": "乡镇服务点"}, ["town"]),
        ({"service": "没有这项"}, []),
        ({"region": "370829"}, ["far"]),
        ({"region": "370800"}, ["firm", "town", "person", "far"]),
        ({"region": "110000"}, []),
        ({"kind": ApplicantKind.PERSONAL, "region": "370829"}, ["far"]),
    ],
)
def test_only_what_fits_the_request_is_found(selection, expected):
    some = directory(
        branch("firm", services=["enterprise"]),
        branch("town", lat=35.42, services=["personal", "township_point"]),
        branch("person", lat=35.43),
        branch("far", lat=35.9, region="370829"),
    )

    assert ids(some, **selection) == expected


def test_open_on_arrival_leaves_out_the_closed_and_keeps_the_unknown():
    some = directory(
        branch("a-closed", hours="Mo-Fr 09:00-17:00"),
        branch("b-unknown"),
        branch("c-open", hours="Mo-Su 08:00-20:00"),
    )
    sunday = datetime(2026, 11, 22, 10, tzinfo=CHINA)

    assert ids(some, open_at=sunday) == ["b-unknown", "c-open"]
    assert ids(some, open_at=sunday, region="370811") == ["b-unknown", "c-open"]


def test_systems_of_coordinates_are_compared_in_one():
    # The same numbers in BD-09 and GCJ-02 lie some hundred metres apart.
    found = directory(branch("bd", crs="bd09"), branch("wgs")).nearest(
        *HERE, limit=2, selection=Selection()
    )

    assert [facts.id for facts, _ in found] == ["wgs", "bd"]
    assert found[0][1] == 0
    assert 500 < found[1][1] < 1500


def test_a_service_that_many_offer_is_found_among_very_many():
    random = np.random.default_rng(5)
    offers = (["personal"], ["enterprise"])
    many = [
        branch(f"b{n:05}", lat=30 + random.uniform(0, 9), lon=110 + random.uniform(0, 9))
        for n in range(3 * FEW)
    ]
    many = [b._replace(services=offers[n % 2]) for n, b in enumerate(many)]
    whole = directory(*many)

    found = whole.nearest(*HERE, limit=5, selection=Selection(ApplicantKind.ENTERPRISE))
    alone = directory(*many[1::2]).nearest(*HERE, limit=5, selection=Selection())

    assert [(facts.id, metres) for facts, metres in found] == [
        (facts.id, metres) for facts, metres in alone
    ]


NAMES = st.sampled_from("abcdefgh")
STEPS = st.lists(st.tuples(NAMES, st.sampled_from(["open", "closed"]), st.integers(0, 9)))


@settings(deadline=None)
@given(before=STEPS, after=STEPS)
def test_changes_taken_over_are_as_if_all_were_read_anew(before, after):
    def state(steps: list[tuple[str, str, int]]) -> dict[str, BranchFacts]:
        return {
            name: branch(name, state=state, lat=35.41 + step / 100, hours=f"Mo 0{step}:00-10:00")
            for name, state, step in steps
        }

    changed = state(after)
    patched = directory(*state(before).values()).with_changes(
        [stored(facts) for facts in sorted(changed.values())], 2
    )
    anew = directory(*(state(before) | changed).values())

    assert patched.nearest(*HERE, limit=9, selection=Selection()) == anew.nearest(
        *HERE, limit=9, selection=Selection()
    )


@pytest.mark.parametrize(
    ("region", "low", "high"),
    [
        ("370811", "370811", "370811"),
        ("370800", "370800", "370899"),
        ("370000", "370000", "379999"),
        ("100000", "000000", "999999"),
        ("441900", "441900", "441999"),
    ],
)
def test_a_division_takes_in_all_below_it(region, low, high):
    assert adcode_range(region) == (low, high)


def test_facts_come_out_of_their_small_form_unchanged():
    facts = branch("包", phone="12333", services=["personal", "别的"])

    assert facts_of(stored(facts)[1]) == facts
