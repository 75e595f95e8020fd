"""Which divisions a name means that stands alone, as in a form."""

import pytest

from knowledge.errors import UnknownRegionError
from knowledge.regions.divisions import divisions
from knowledge.regions.former_names import former_names
from knowledge.regions.names import short_name, spoken_names
from knowledge.understanding.places import readings_of, resolve_region


@pytest.mark.parametrize(
    ("name", "full"),
    [
        pytest.param("江蘇省", "江苏省", id="traditional"),
        pytest.param("廣東省東莞市虎門鎮", "广东省东莞市", id="traditional-with-a-town"),
        pytest.param("⻄安", "陕西省西安市", id="radicals"),
        pytest.param("　山东省 济宁市 ", "山东省济宁市", id="spaces"),
        pytest.param("四川省乐山市市中区", "四川省乐山市市中区", id="a-county-many-cities-have"),
        pytest.param("河南省郑州市管城区", "河南省郑州市管城回族区", id="without-the-people"),
        pytest.param("海南州", "青海省海南藏族自治州", id="a-prefecture-called-like-a-province"),
        pytest.param("科左后旗", "内蒙古自治区通辽市科尔沁左翼后旗", id="a-banner"),
        pytest.param("大足县", "重庆市大足区", id="before-it-was-a-district"),
        pytest.param("宣武区", "北京市西城区", id="before-it-was-merged"),
        pytest.param("平安", "青海省海东市平安区", id="a-word"),
        pytest.param("道里", "黑龙江省哈尔滨市道里区", id="a-word-of-one-place"),
        pytest.param("济宁高新区", "山东省济宁市", id="a-zone"),
        pytest.param("３７０８１１", "山东省济宁市任城区", id="a-code-in-full-width"),
    ],
)
def test_a_name_is_resolved_however_it_is_written(name, full):
    assert divisions().full_name(resolve_region(name)) == full


@pytest.mark.parametrize("name", ["朝阳区", "市中区", "高新区", "鼓楼", "桥西", "江北区"])
def test_a_name_of_several_is_refused_and_told_with_all_it_may_mean(name):
    with pytest.raises(UnknownRegionError):
        resolve_region(name)

    assert len(readings_of(name)) > 1


@pytest.mark.parametrize(
    ("name", "likeliest"),
    [
        ("朝阳区", ["北京市朝阳区", "吉林省长春市朝阳区"]),
        ("朝阳", ["辽宁省朝阳市", "北京市朝阳区", "辽宁省朝阳市朝阳县", "吉林省长春市朝阳区"]),
        ("海南", ["海南省", "青海省海南藏族自治州", "内蒙古自治区乌海市海南区"]),
        ("吉林", ["吉林省", "吉林省吉林市"]),
        ("東鄉縣", ["江西省抚州市东乡区", "甘肃省临夏回族自治州东乡族自治县"]),
        ("长宁", ["上海市长宁区", "四川省宜宾市长宁县"]),
        ("山东省济宁市任城区", ["山东省济宁市任城区"]),
        ("370811", ["山东省济宁市任城区"]),
        ("全国", ["全国"]),
        ("火星", []),
        ("999999", []),
        ("", []),
        ("吉林" * 100, []),
    ],
)
def test_readings_are_told_likeliest_first(name, likeliest):
    assert [divisions().full_name(code) for code in readings_of(name)] == likeliest


def test_todays_divisions_come_before_former_ones():
    readings = [divisions().full_name(code) for code in readings_of("市中区")]

    assert readings[:4] == [
        "山东省济南市市中区",
        "山东省枣庄市市中区",
        "四川省内江市市中区",
        "四川省乐山市市中区",
    ]
    assert "山东省济宁市任城区" in readings[4:]


def test_a_division_is_among_the_readings_of_each_of_its_names():
    names = [(name, d.code) for d in divisions() for name in (d.name, *spoken_names(d.name))]

    unknown = [name for name, code in (*names, *former_names()) if code not in readings_of(name)]

    assert unknown == []


@pytest.mark.parametrize(
    ("name", "short", "spoken"),
    [
        ("双江拉祜族佤族布朗族傣族自治县", "双江", ["双江县"]),
        ("东乡族自治县", "东乡", ["东乡县"]),
        ("鄂温克族自治旗", "鄂温克", ["鄂温克旗"]),
        ("内蒙古自治区", "内蒙古", ["内蒙古省", "内蒙古自治区"]),
        ("广西壮族自治区", "广西", ["广西省", "广西自治区"]),
        ("管城回族区", "管城", ["管城区"]),
        ("科尔沁右翼前旗", "科尔沁右翼前", ["科右前旗"]),
        ("喀喇沁左翼蒙古族自治县", "喀喇沁左翼", ["喀喇沁左翼县", "喀左县"]),
        ("济宁市", "济宁", []),
        ("沙县区", "沙县", []),
        ("前旗", "前旗", []),
    ],
)
def test_the_names_people_say_are_made_from_the_official_one(name, short, spoken):
    assert short_name(name) == short
    assert list(spoken_names(name)) == spoken
