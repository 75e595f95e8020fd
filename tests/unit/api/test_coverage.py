"""Reports on centres without a branch: searched for once, right after every change."""

import pytest

from api.branches.coverage import CoverageReports
from api.branches.directory import Directory, Selection
from api.branches.facts import pack
from api.contract.branches import ApplicantKind, Coverage
from tests.unit.api.test_directory import branch


class Counted(Directory):
    """Counts how often it was searched."""

    searches = 0

    def nearest_numbers(self, *args, **more):
        type(self).searches += 1
        return super().nearest_numbers(*args, **more)


def directory(*branches, revision: int = 1) -> Directory:
    rows = []
    for facts in branches:
        row = facts._replace(
            services=f'["{facts.services[0]}"]', data_date=facts.data_date.isoformat()
        )
        rows.append(pack(row))
    Counted.searches = 0
    return Counted.of(rows, revision)


@pytest.fixture
def report():
    reports = CoverageReports()

    def run(directory: Directory, region: str = "370000", **selection) -> Coverage:
        return reports.cover(
            directory, region, within_m=5000, selection=Selection(**selection), limit=500
        )

    return run


def test_a_region_is_searched_once_whatever_is_asked_of_it(report):
    here = directory(branch("a"))

    province = report(here)
    searched = here.searches
    city, again = report(here, "370800"), report(here, service=None)

    assert searched >= province.counties_checked + province.towns_checked > 100
    assert here.searches == searched
    assert again == province
    assert 0 < city.uncovered_count < province.uncovered_count


def test_a_selection_that_nobody_fits_costs_no_search(report):
    here = directory(branch("a"))

    none = report(here, service="没有这项服务")
    enterprise = report(here, kind=ApplicantKind.ENTERPRISE)

    assert here.searches == 0
    assert none.uncovered_count == none.counties_checked + none.towns_checked
    assert {centre.nearest_branch for centre in enterprise.uncovered} == {None}


def test_a_change_is_seen(report):
    before = report(directory(branch("a")))
    after = report(directory(branch("a"), branch("b", lat=36.65, lon=117.0), revision=2))

    assert after.uncovered_count < before.uncovered_count
    assert {centre.nearest_branch for centre in after.uncovered} == {"a", "b"}


def test_words_for_one_service_share_a_search(report):
    here = directory(branch("a"))

    report(here, service="personal")
    searched = here.searches
    report(here, service=" personal ")

    assert searched > 0
    assert here.searches == searched
