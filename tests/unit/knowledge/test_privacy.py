"""Personal data does not come through, what the answers need does."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.kit.privacy import mask_personal_data
from knowledge.regions.divisions import divisions
from knowledge.regions.names import short_name
from tests.fakes.timing import cpu_seconds

SENTENCES = yaml.safe_load(
    (Path(__file__).parents[2] / "evaluation" / "personal_data.yaml").read_text("utf-8")
)
CHINESE = ("零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "零幺两三四五六拐八九")
DIGITS = ("0123456789", "０１２３４５６７８９", "⓪①②③④⑤⑥⑦⑧⑨", "٠١٢٣٤٥٦٧٨٩", *CHINESE)
SIGNS = ("", " ", "-", ".", "—", "\u3000", "·", "_", "，", " - ", "\u200b", "\u2060")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
COUNTIES = sorted(d.code for d in divisions() if d.level == "county")


@st.composite
def id_numbers(draw) -> str:
    """Any valid number of 18 digits."""
    day = draw(st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 11, 30)))
    body = draw(st.sampled_from(COUNTIES)) + f"{day:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    total = sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@st.composite
def spelled(draw, number: str) -> str:
    """A number as somebody may write it: any digits, a sign between any two."""
    written = ""
    is_parted = draw(st.booleans())
    for digit in number:
        if digit == "X":
            written += draw(st.sampled_from("xXｘＸ×"))
        else:
            written += draw(st.sampled_from(DIGITS))[int(digit)]
        written += draw(st.sampled_from(SIGNS)) if is_parted else ""
    return written


@pytest.mark.parametrize("row", SENTENCES["with"], ids=lambda row: row["text"])
def test_what_is_personal_is_masked_and_the_rest_stays(row):
    masked = mask_personal_data(row["text"])

    assert [part for part in row["secret"] if part in masked] == []
    assert [part for part in row.get("keep", []) if part not in masked] == []
    assert mask_personal_data(masked) == masked


@pytest.mark.parametrize("text", SENTENCES["without"])
def test_what_is_not_personal_is_left_alone(text):
    assert mask_personal_data(text) == text


@settings(max_examples=400, deadline=None)
@given(st.data(), id_numbers(), st.sampled_from(["我是", "贷20万，", "20 ", "", "a", "第3个："]))
def test_any_id_number_is_masked_anywhere_however_it_is_written(data, number, before):
    written = data.draw(spelled(number))
    masked = mask_personal_data(f"{before}{written}，能查吗")

    assert any(f"[{kind}]" in masked for kind in ("身份证号", "银行卡号", "号码", "姓名"))
    assert written.strip(" -.—\u3000·_，\u200b\u2060") not in masked
    assert not any(digit in masked.removeprefix(before) for digits in DIGITS for digit in digits)
    assert masked.endswith("能查吗")


@settings(max_examples=200, deadline=None)
@given(st.data(), id_numbers(), st.integers(13, 19), st.sampled_from(["", " ", "-", ".", "_"]))
def test_old_id_numbers_and_phones_are_masked_in_the_usual_spellings(data, number, begins, sign):
    digits = data.draw(st.sampled_from(DIGITS))
    old = number[:6] + number[8:17]
    phone = f"{begins}{number[-11:-2]}"
    for parts in ((old[:6], old[6:12], old[12:]), (phone[:3], phone[3:7], phone[7:]), [*phone]):
        written = sign.join("".join(digits[int(d)] for d in part) for part in parts)
        masked = mask_personal_data(f"号码{written}，贷20万")

        assert masked in (f"号码{label}，贷20万" for label in ("[身份证号]", "[手机号]"))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_masking_takes_any_text_and_twice_is_once(text):
    masked = mask_personal_data(text)

    assert mask_personal_data(masked) == masked
    masked.encode()


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 99_999_999), st.sampled_from(["元", "万", "块钱", "人", "天"]))
def test_amounts_are_left_alone(amount, unit):
    for text in (f"贷{amount}{unit}", f"贷{amount:,}{unit}行吗", f"{amount / 100:.2f}{unit}"):
        assert mask_personal_data(text) == text


def test_places_that_stay_readable_are_those_of_the_table_of_divisions():
    """``python -m knowledge.regions.renew_divisions`` writes both."""
    names = {d.name for d in divisions()} | {name for name, _ in divisions().former_names}
    kept = files("knowledge.kit.privacy").joinpath("places.txt").read_text("utf-8").split()

    assert set(kept) == {short_name(name) for name in names - {"全国"}}


@pytest.mark.parametrize(
    "text",
    [
        "1 ",
        "一",
        "138 1234 ",
        "370811 ",
        "我叫",
        "我是王",
        "住在村",
        "建设路25号",
        "微信a",
        "62 ",
        "a",
    ],
)
def test_the_time_taken_grows_with_the_length_only(text):
    """Ten times the text may take ten times as long, not a hundred times."""

    def seconds(length: int) -> float:
        row = (text * length)[:length]
        return cpu_seconds(lambda: mask_personal_data(row), tries=7)

    mask_personal_data(text)
    assert seconds(20_000) < 40 * seconds(2_000)
