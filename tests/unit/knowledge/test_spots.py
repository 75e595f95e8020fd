"""Places in people's own words, without any service on the net."""

from pathlib import Path

import pytest
import yaml

from knowledge.understanding.places.spots import Spot, Unclear, read_spot

LABELLED = Path(__file__).parents[2] / "evaluation" / "places.yaml"


@pytest.mark.parametrize(
    ("words", "name", "measured_from", "landmark"),
    [
        ("我在任城区太白楼路附近", "山东省济宁市任城区", "county", "太白楼路"),
        ("俺在嘉祥纸坊镇", "山东省济宁市嘉祥县纸坊镇", "county", None),
        ("嘉祥镇", "山东省济宁市嘉祥县嘉祥镇", "town", None),
        ("济宁火车站旁边", "山东省济宁市", "city", "火车站"),
        ("兰州城关区", "甘肃省兰州市城关区", "county", None),
        ("中山小榄", "广东省中山市小榄镇", "town", None),
        ("四平公主岭", "吉林省长春市公主岭市", "county", None),
        ("济宁高新区", "山东省济宁市", "city", None),
    ],
)
def test_a_place_is_read_as_exactly_as_it_is_named(words, name, measured_from, landmark):
    place = read_spot(words)

    assert isinstance(place, Spot)
    assert (place.name, place.measured_from, place.landmark) == (name, measured_from, landmark)
    assert place.centre is not None


def test_an_everyday_word_alone_is_a_place_when_a_place_was_asked_for():
    place = read_spot("我在南山附近")

    assert isinstance(place, Unclear)
    assert "广东省深圳市南山区" in [candidate.full_name for candidate in place.candidates]


def test_an_ambiguous_name_is_asked_back_with_what_it_may_mean():
    place = read_spot("朝阳区")

    assert isinstance(place, Unclear)
    assert place.outcome == "ambiguous_place"
    assert [candidate.full_name for candidate in place.candidates] == [
        "北京市朝阳区",
        "吉林省长春市朝阳区",
    ]


def test_a_name_of_hundreds_is_asked_back_without_a_list():
    place = read_spot("城关镇")

    assert isinstance(place, Unclear)
    assert (place.outcome, place.candidates) == ("ambiguous_place", ())


def test_where_the_person_is_known_to_be_settles_what_is_meant():
    town = read_spot("纸坊镇", "370800")
    station = read_spot("火车站旁边", "370811")

    assert isinstance(town, Spot)
    assert town.name == "山东省济宁市嘉祥县纸坊镇"
    assert isinstance(station, Spot)
    assert (station.region, station.landmark) == ("370811", "火车站")


@pytest.mark.parametrize("words", ["我在东京", "人在韩国首尔", "纽约唐人街"])
def test_a_place_abroad_is_known_for_one_even_if_the_person_is_from_here(words):
    place = read_spot(words, "370811")

    assert isinstance(place, Unclear)
    assert place.outcome == "outside_china"


@pytest.mark.parametrize("words", ["", "啊", "你好", "？？", "北京路", "a" * 200, "我" * 200])
def test_what_names_no_place_is_none(words):
    place = read_spot(words)

    assert isinstance(place, Unclear)
    assert place.outcome == "unknown_place"


def test_nearly_all_labelled_places_are_read_right():
    rows = [row for row in yaml.safe_load(LABELLED.read_text("utf-8")) if len(row[1]) > 6]

    read = [(row[1], read_spot(row[0], row[2] if len(row) > 2 else None)) for row in rows]

    right = [p for name, p in read if isinstance(p, Spot) and p.name.startswith(name)]
    assert len(rows) >= 200
    assert len(right) / len(rows) >= 0.93
