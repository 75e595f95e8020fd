"""Loans that are not this one, named or only described."""

import pytest

from knowledge.rules.lookalikes import find_lookalikes


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("退伍老兵听说有一千万的专项贷款", "退役军人创业贷"),
        ("买设备贷款国家贴1.5个点的", "中小微企业贷款贴息"),
        ("分期买空调国家给贴利息", "个人消费贷款贴息"),
        ("开饭店贷款国家给贴一个点", "服务业经营主体贷款贴息"),
        ("稳岗贷怎么办", "稳岗扩岗专项贷款"),
    ],
)
def test_a_lookalike_is_known_by_its_name_or_all_its_features(text, name):
    assert [term.name for term in find_lookalikes(text)] == [name]


@pytest.mark.parametrize(
    "text",
    ["退伍军人能贷多少", "开饭店贷款利息贴多少", "买设备能用这个钱吗", "装修店面的钱贴息吗"],
)
def test_one_feature_alone_is_this_loans_question(text):
    assert find_lookalikes(text) == []
