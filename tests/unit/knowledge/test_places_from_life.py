"""Places as people write them, against the table of divisions."""

from pathlib import Path

import pytest
import yaml

from knowledge.documents import NATION
from knowledge.regions.divisions import divisions
from knowledge.understanding.normaliser import fold, to_traditional
from knowledge.understanding.places import find_places, resolve_region
from tests.fakes.timing import cpu_seconds

ROWS = yaml.safe_load(Path(__file__).with_name("places_from_life.yaml").read_text("utf-8"))
LENGTH = 10_000
# Of one core; what is hardest takes a fifth of it.
MOST_CPU_S = 1.0
HARD = ["那曲阜", "高新区", "上海城", "嘉祥县纸坊镇", "乐山市中区", "平安", "济宁银行", "⻄安"]


@pytest.mark.parametrize(("text", "meant"), ROWS)
def test_a_place_means_what_it_means_to_the_one_who_writes_it(text, meant):
    expected = [tuple(place.split("|")) for place in meant.split()]

    assert [place.codes for place in find_places(text)] == expected


@pytest.mark.parametrize(
    ("text", "within", "codes"),
    [
        pytest.param("朝阳区", "110000", ("110105",), id="in-the-city-known"),
        pytest.param("朝阳区", "110105", ("110105",), id="in-the-county-known"),
        pytest.param("朝阳区", "210000", ("110105", "220104"), id="not-where-the-person-is"),
        pytest.param("我在南山", "440300", ("440305",), id="a-word-where-a-place-is-likely"),
        pytest.param("鼓楼区", "320102", ("320106",), id="beside-the-district-known"),
        pytest.param("高新区", "370800", ("370800",), id="a-zone-of-the-city-known"),
        pytest.param("高新区", "370811", ("370800",), id="a-zone-of-the-district's-city"),
        pytest.param("开发区", "320583", ("320583",), id="a-zone-of-the-county-known"),
        pytest.param("济宁有网点吗", "370811", ("370800",), id="what-is-named-counts"),
    ],
)
def test_where_a_person_is_settles_what_is_meant(text, within, codes):
    assert [place.codes for place in find_places(text, within=within)] == [codes]


@pytest.mark.parametrize(
    ("text", "within"),
    [
        pytest.param("上海银行能办吗", "370800", id="a-bank-called-after-another-place"),
        pytest.param("想开个重庆火锅店", "370800", id="a-dish-called-after-another-place"),
        pytest.param("济宁银行能办吗", "370811", id="a-bank-that-tells-less"),
        pytest.param("我们两个人合作", "623000", id="a-word-that-is-a-county-here"),
    ],
)
def test_where_a_person_is_goes_before_what_is_only_called_like_a_place(text, within):
    assert find_places(text, within=within) == []


@pytest.mark.parametrize(
    ("text", "name", "tail"),
    [
        ("我在济宁高新区开店", "济宁高新区", "高新区"),
        ("昆山市花桥镇的", "昆山市花桥镇", "花桥镇"),
        ("廣東省東莞市虎門鎮", "廣東省東莞市虎門鎮", "虎門鎮"),
        ("北京⻔头沟斋堂镇", "北京⻔头沟斋堂镇", "斋堂镇"),
        ("嘉祥县农村返乡", "嘉祥县", ""),
    ],
)
def test_a_mention_is_the_whole_as_it_is_written_and_tells_what_is_no_division(text, name, tail):
    (place,) = find_places(text)

    assert text[place.start : place.end] == place.text == name
    assert place.tail == tail


def test_a_zone_alone_may_be_of_many_cities():
    (zone,) = find_places("高新区")
    (in_shandong,) = find_places("高新区", within="370000")

    assert len(zone.codes) > 100
    assert {"370100", "370800"} <= set(in_shandong.codes) <= set(zone.codes)
    assert all(code.startswith("37") for code in in_shandong.codes)


@pytest.mark.parametrize("written", [str, to_traditional], ids=["simplified", "traditional"])
def test_every_full_name_is_its_division(written):
    wrong = []
    for division in divisions():
        if division.code == NATION:
            continue
        name = written(divisions().full_name(division.code))
        for text in (name, f"我在{name}", fold(f"我在{name}").text):
            if [place.codes for place in find_places(text)] != [(division.code,)]:
                wrong.append(text)
        if resolve_region(name) != division.code:
            wrong.append(name)

    assert wrong == []


def test_every_name_alone_may_mean_its_division():
    unknown = [
        division.name
        for division in divisions()
        if division.code != NATION
        if [division.code in place.codes for place in find_places(division.name)] != [True]
    ]

    assert unknown == []


@pytest.mark.parametrize("piece", HARD)
def test_a_long_text_takes_little_time_and_four_times_as_long_a_one_four_times_as_much(piece):
    text = (piece * LENGTH)[:LENGTH]

    once = cpu_seconds(lambda: find_places(text), tries=3)

    assert once < MOST_CPU_S
    # Its square would be sixteen times as much.
    assert cpu_seconds(lambda: find_places(text * 4), tries=3) < max(12 * once, 0.3)
