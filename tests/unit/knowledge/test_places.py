import pytest

from knowledge.documents import NATION
from knowledge.errors import UnknownRegionError
from knowledge.regions.divisions import divisions
from knowledge.regions.names import short_name
from knowledge.understanding.places import find_places, resolve_region


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("济宁个人最多能贷多少", [("370800",)], id="short-name-of-a-city"),
        pytest.param("我在任城区太白楼路附近", [("370811",)], id="a-street-is-no-county"),
        pytest.param("北京朝阳开店", [("110105",)], id="the-city-settles-the-county"),
        pytest.param("朝阳区", [("110105", "220104")], id="ambiguous-names-keep-all"),
        pytest.param("河南郑州金水", [("410105",)], id="a-ladder-joins-into-one"),
        pytest.param("深圳的政策在东莞能用吗", [("440300",), ("441900",)], id="two-places"),
        pytest.param("一年内江西能办吗", [("360000",)], id="not-the-city-inside-other-words"),
        pytest.param("凉山西昌能贷多少", [("513401",)], id="not-shanxi-across-two-names"),
        pytest.param("我在佛山西樵开店", [("440600",)], id="not-shanxi-behind-a-city"),
        pytest.param("俺是梁山西边的", [("370832",)], id="not-shanxi-behind-a-county"),
        pytest.param("芜湖南站旁边", [("340200",)], id="not-hunan-in-a-station"),
        pytest.param("西宁夏天能办吗", [("630100",)], id="not-ningxia-before-summer"),
        pytest.param("其中山西能贷多少", [("140000",)], id="an-everyday-word-settles-nothing"),
        pytest.param(
            "凉山和山西都能办吗", [("513400",), ("140000",)], id="both-when-both-are-said"
        ),
        pytest.param("60岁以上海南能办吗", [("460000",)], id="above-is-not-shanghai"),
        pytest.param("深圳龙华区能贷多少", [("440309",)], id="a-county-of-2016"),
        pytest.param("温州龙港开店", [("330383",)], id="a-county-of-2019"),
        pytest.param("海口龙华区开店", [("460106",)], id="the-one-of-the-same-name"),
        pytest.param("前途光明", [], id="bright-is-no-county"),
        pytest.param("反担保定额是多少", [], id="not-baoding-inside-guarantee"),
        pytest.param("兴业银行和平安银行", [], id="everyday-words-are-no-places"),
        pytest.param("两个人合作开店", [], id="to-cooperate-is-no-city"),
        pytest.param("", [], id="empty"),
    ],
)
def test_places_are_found_in_sentences(text, codes):
    assert [place.codes for place in find_places(text)] == codes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("山东省济宁市", "370800"),
        ("370800", "370800"),
        ("济宁", "370800"),
        ("全国", "100000"),
        ("河南省郑州市金水区", "410105"),
    ],
)
def test_region_is_resolved_from_name_or_code(name, code):
    assert resolve_region(name) == code


@pytest.mark.parametrize("name", ["火星", "999999", "", "朝阳区"])
def test_region_that_is_no_single_place_is_refused(name):
    with pytest.raises(UnknownRegionError):
        resolve_region(name)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("凉山西昌能贷多少", "513401"),
        ("浙江西湖区", "330106"),
        ("深圳龙华区怎么申请", "440309"),
        ("温州龙港市", "330383"),
        ("长沙宁乡市", "430182"),
        ("宁乡县", "430182"),
        ("章丘市", "370114"),
    ],
)
def test_the_reading_that_fits_together_wins_under_old_and_new_names(text, code):
    assert [place.codes for place in find_places(text)] == [(code,)]


def test_a_code_from_before_a_renaming_leads_to_todays_division():
    assert resolve_region("430124") == resolve_region("宁乡市") == "430182"


def test_every_province_and_city_is_known_by_its_everyday_name():
    """But for names that two places share, and the prefecture called like a province."""
    shared = {"220200", "211300", "632500"}
    unknown = [
        division.name
        for division in divisions()
        if division.code.endswith("00") and division.code not in {*shared, NATION}
        if not any(
            division.code in place.codes
            for place in find_places(f"{short_name(division.name)}个人最多能贷多少")
        )
    ]

    assert unknown == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("内蒙额度多少", "150000"), ("俺在中山开店", "442000"), ("九江和吉安哪个高", "360400")],
)
def test_a_city_whose_name_is_also_a_word_counts_at_the_head(text, code):
    assert find_places(text)[0].codes == (code,)


@pytest.mark.parametrize("text", ["孙中山先生", "沿中山路一直走", "我抽黄山烟"])
def test_the_word_alone_is_no_city(text):
    assert find_places(text) == []
