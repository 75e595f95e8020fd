import pytest

from knowledge.kit.privacy import mask_personal_data
from knowledge.understanding.normaliser import normalise


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(
            "返鄉(xiāng)創(chuàng)業(yè)貸款", "返乡创业贷款", id="pinyin-glosses-and-traditional"
        ),
        pytest.param("２０万　元", "20万 元", id="full-width"),
        pytest.param("⻄安、⻓沙、⻔头沟", "西安、长沙、门头沟", id="radicals-copied-from-a-pdf"),
        pytest.param("20w能贷吗", "20万能贷吗", id="w-means-ten-thousand"),
        pytest.param("贷\x00款\ud800\u200b", "贷款", id="nul-surrogate-zero-width"),
    ],
)
def test_text_is_brought_into_the_form_of_the_corpus(raw, text):
    assert normalise(raw).text == text


def test_traditional_writers_are_recognised():
    assert normalise("個人最多能貸多少").is_traditional
    assert not normalise("个人最多能贷多少").is_traditional


@pytest.mark.parametrize(
    "secret", ["370811199001011234", "37081119900101123X", "13812345678", "6222021234567890123",
               "a.b@example.com"],
)  # fmt: skip
def test_personal_data_is_masked_in_free_text(secret):
    masked = mask_personal_data(f"我是{secret}，想贷20万")

    assert secret not in masked
    assert "想贷20万" in masked
