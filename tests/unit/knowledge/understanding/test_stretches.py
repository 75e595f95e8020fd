"""Where two numbers stand side by side each keeps its own figures; a bound is no count."""

from datetime import date

import pytest

from knowledge.understanding.entities import read_entities
from knowledge.understanding.labels import Role
from knowledge.understanding.model.message_model import Stretch
from knowledge.understanding.stretches import mend
from knowledge.understanding.values.counts import Count


def marked(text: str, *stretches: tuple[int, int, Role]) -> list[Stretch]:
    return [Stretch(start, end, role, 0.9) for start, end, role in stretches]


@pytest.mark.parametrize(
    ("text", "ends", "sum_", "term"),
    [("贷60万3年", (1, 5, 6), "60万", "3年"), ("借20万两年", (1, 5, 6), "20万", "两年")],
)
def test_a_number_belongs_to_the_unit_behind_it(text, ends, sum_, term):
    start, middle, end = ends
    wrong = marked(text, (start, middle, Role.AMOUNT_WANTED), (middle, end, Role.TERM))

    said = [text[s.start : s.end] for s in mend(wrong, text)]

    assert said == [sum_, term]


def test_what_is_one_number_stays_one():
    text = "借三万五够不够"

    assert mend(marked(text, (1, 4, Role.AMOUNT_WANTED)), text)[0].end == 4


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("超过一百人的企业", 100, 10**7), ("不到15人的厂", 0, 15), ("五十人以上", 50, 10**7)],
)
def test_a_bound_is_no_count(text, low, high):
    start = next(at for at, character in enumerate(text) if character in "一五1")
    end = text.index("人")

    (entity,) = read_entities(text, marked(text, (start, end, Role.EMPLOYEES)), date(2026, 11, 30))

    assert entity.value == Count(low, high)
