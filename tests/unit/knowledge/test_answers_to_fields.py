"""While a form waits for an answer, what answers it and what asks something between."""

from datetime import date

import pytest

from api.contract.forms.models import Choice, FieldKind, FormField
from knowledge.understanding.fields import answers_field, read_field
from knowledge.understanding.model.message_model import MessageModel
from knowledge.understanding.pipeline import Interpreter

TODAY = date(2026, 11, 30)
INTERPRETER = Interpreter(MessageModel())


def answers(kind: FieldKind, said: str) -> bool:
    choices = [Choice(id="a", label="返乡农民工"), Choice(id="b", label="退役军人")]
    field = FormField(id="x", section="演示", kind=kind, label="演示", question="", choices=choices)
    reading = INTERPRETER.interpret(said, today=TODAY)
    return answers_field(field, said, read_field(field, said, TODAY), reading)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (FieldKind.MONEY, "20万"),
        (FieldKind.TEXT, "老王面馆"),
        (FieldKind.TEXT, "开面馆卖牛肉面"),
        (FieldKind.NAME, "王小明"),
        (FieldKind.CHOICE, "退役军人"),
        (FieldKind.REGION, "济宁市任城区"),
        (FieldKind.YES_NO, "没有"),
        (FieldKind.MONTHS, "三年"),
    ],
)
def test_an_answer_is_an_answer(kind, said):
    assert answers(kind, said)


@pytest.mark.parametrize(
    "kind", [FieldKind.MONEY, FieldKind.TEXT, FieldKind.NAME, FieldKind.REGION]
)
@pytest.mark.parametrize(
    "said", ["利息是谁出啊", "征信不好能办不", "最多能贷多少", "公务员可以办这个贷款吗"]
)
def test_a_question_between_is_no_answer(kind, said):
    assert not answers(kind, said)
