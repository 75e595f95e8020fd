"""Slips of the keyboard are put right, and nothing else is touched."""

import pytest

from knowledge.understanding.homophones import correct
from knowledge.understanding.normaliser import normalise


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("创业但保代款最多多少", "创业担保贷款最多多少"),
        ("贴西多少", "贴息多少"),
        ("反但保人要几个", "反担保人要几个"),
        ("个体护能贷多少", "个体户能贷多少"),
        ("danbao daikuan", "担保贷款"),
        ("chuangyedanbaodaikuan", "创业担保贷款"),
        ("山东 chuangye daikuan 最多多少", "山东 创业贷款 最多多少"),
    ],
)
def test_homophones_of_field_words_are_replaced(typed, meant):
    assert correct(typed) == meant


@pytest.mark.parametrize(
    "words",
    [
        "我想开网店",
        "神情恍惚",
        "app下载",
        "whatsapp 群",
        "创业担保贷款贴息多少",
        "预期收益",
        "事业单位",
    ],
)
def test_words_that_are_meant_stay(words):
    assert correct(words) == words


@pytest.mark.parametrize("text", ["磁带长度", "有着更像长鼻目的牙齿", "行长还长得快"])
def test_characters_of_several_sounds_stay(text):
    assert normalise(text).text == text
