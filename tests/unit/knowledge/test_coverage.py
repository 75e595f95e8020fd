"""Which matters the corpus can answer where."""

from datetime import date

from knowledge.corpus.loader import DOCUMENTS, load_corpus
from knowledge.documents import NATION, Matter
from knowledge.evaluation.coverage import Held, cover

TODAY = date(2026, 12, 1)


def test_every_province_stands_in_the_table_and_cities_count_for_theirs():
    documents = load_corpus([DOCUMENTS]).values()
    provinces = cover(documents, TODAY, by_province=True)
    places = {one.region: one for one in cover(documents, TODAY)}

    assert len(provinces) == 35
    assert provinces[0].region == NATION
    shandong = next(one for one in provinces if one.region == "370000")
    best = max(one.count(Held.IN_FORCE) for code, one in places.items() if code[:2] == "37")
    assert shandong.count(Held.IN_FORCE) >= best
    assert shandong.matters[Matter.AMOUNT] is Held.IN_FORCE


def test_what_has_ended_counts_as_old():
    documents = load_corpus([DOCUMENTS])
    ended = [d for d in documents.values() if d.in_force_on(TODAY) is False]

    assert ended
    assert all(one.count(Held.IN_FORCE) == 0 for one in cover(ended, TODAY))
