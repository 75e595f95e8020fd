"""Which rewritten lines pass, and what is wrong with the others."""

import pytest

from knowledge.llm.breaker import CircuitBreaker
from knowledge.llm.check import check_line
from knowledge.llm.outcome import Outcome, RewriteRejectedError
from knowledge.llm.tokens import TokenTable

LIMIT = "〔p1〕个人最高额度：〔f1〕（〔f2〕）〔c1〕。"
PARTNERS = "〔f1〕合伙〔f2〕：每人上限〔f3〕〔c1〕，合计〔f4〕，按不超过合计的〔f5〕计算〔c2〕。"
DUTY = "借款人应当按期还款，可以展期〔f1〕〔c1〕。"
ENCOURAGED = "鼓励担保机构取消反担保〔c1〕。"
EITHER = "由高校毕业生或退役军人申请的，财政贴息〔f1〕〔c1〕。"
WARNED = "〔p1〕个人最高额度：〔f1〕〔c1〕，〔w1〕。"


def verdict(original: str, rewritten: str) -> str:
    table = TokenTable()
    # Give out enough tokens of each kind: the lines above are hidden already.
    for line in ("山东省1[1]（待核实）",) * 9:
        table.hide(line)
    try:
        check_line(original, rewritten, table)
    except RewriteRejectedError as error:
        return error.outcome
    return "passed"


@pytest.mark.parametrize(
    ("original", "rewritten"),
    [
        (LIMIT, "在〔p1〕，个人最多能贷〔f1〕（〔f2〕）〔c1〕。"),
        (LIMIT, "〔p1〕的个人最高可以借到的额度是〔f1〕（〔f2〕）〔c1〕。"),
        (
            PARTNERS,
            "〔f1〕合伙〔f2〕：每人最多〔f3〕〔c1〕，加起来〔f4〕，不超过合计的〔f5〕〔c2〕。",
        ),
        (DUTY, "借款人必须按时还款，允许展期〔f1〕〔c1〕。"),
        (ENCOURAGED, "国家提倡担保机构取消反担保〔c1〕。".removeprefix("国家")),
        (EITHER, "高校毕业生或者退役军人来申请，财政会贴息〔f1〕〔c1〕。"),
        (WARNED, "〔p1〕个人最多〔f1〕〔c1〕，〔w1〕。"),
    ],
)
def test_a_plainer_wording_passes(original, rewritten):
    assert verdict(original, rewritten) == "passed"


@pytest.mark.parametrize(
    ("original", "rewritten", "why"),
    [
        (LIMIT, "在〔p1〕，个人最多能贷〔f1〕（〔f2〕）〔c99〕。", Outcome.INVENTED_TOKEN),
        (LIMIT, "在〔p1〕，个人最多能贷〔f 1〕（〔f2〕）〔c1〕。", Outcome.ALTERED_TOKEN),
        (LIMIT, "在〔p1〕，个人最多能贷〔f2〕（〔f1〕）〔c1〕。", Outcome.MOVED_TOKEN),
        (LIMIT, "在〔p1〕，个人最多能贷〔f1〕〔c1〕。", Outcome.MOVED_TOKEN),
        (LIMIT, LIMIT + "〔c1〕", Outcome.MOVED_TOKEN),
        (PARTNERS, PARTNERS.replace("〔f3〕〔c1〕", "〔c1〕〔f3〕"), Outcome.MOVED_TOKEN),
        (WARNED, "〔p1〕个人最多〔f1〕〔c1〕。", Outcome.DROPPED_WARNING),
        (LIMIT, LIMIT + "也有50万元的。", Outcome.INVENTED_FIGURE),
        (LIMIT, LIMIT + "也有５０万元的。", Outcome.INVENTED_FIGURE),
        (LIMIT, LIMIT + "也有五十万的。", Outcome.INVENTED_FIGURE),
        (LIMIT, LIMIT + "三年还清。", Outcome.INVENTED_FIGURE),
        (LIMIT, LIMIT + "贴百分之八十。", Outcome.INVENTED_FIGURE),
        (LIMIT, LIMIT + "要①个月。", Outcome.INVENTED_FIGURE),
        (LIMIT, LIMIT + "见www.example.com。", Outcome.FOREIGN_TEXT),
        (LIMIT, "**" + LIMIT, Outcome.FOREIGN_TEXT),
        (LIMIT, LIMIT + "很好" * 60, Outcome.LENGTH),
        (PARTNERS + "这是一条很长的说明文字" * 9, PARTNERS, Outcome.LENGTH),
        (LIMIT, LIMIT + "当天到账。", Outcome.CHANGED_MEANING),
        (LIMIT, LIMIT + "请加微信咨询。", Outcome.CHANGED_MEANING),
        (LIMIT, LIMIT.replace("个人", "企业"), Outcome.CHANGED_MEANING),
        (LIMIT, LIMIT.replace("最高", "最低"), Outcome.CHANGED_MEANING),
        (LIMIT, LIMIT + "浙江省也一样。", Outcome.CHANGED_MEANING),
        (LIMIT, LIMIT + "需要有人担保。", Outcome.CHANGED_MEANING),
        (DUTY, DUTY.replace("应当", "可以"), Outcome.CHANGED_MEANING),
        (DUTY, DUTY.replace("可以", ""), Outcome.CHANGED_MEANING),
        (ENCOURAGED, ENCOURAGED.replace("鼓励", "必须"), Outcome.CHANGED_MEANING),
        (ENCOURAGED, ENCOURAGED.replace("鼓励", "鼓励并应当"), Outcome.CHANGED_MEANING),
        (ENCOURAGED, ENCOURAGED.replace("取消", "不取消"), Outcome.CHANGED_MEANING),
        (ENCOURAGED, ENCOURAGED.replace("反担保", "担保"), Outcome.CHANGED_MEANING),
        (EITHER, EITHER.replace("或退役军人", ""), Outcome.CHANGED_MEANING),
        (EITHER, EITHER.replace("或", "和"), Outcome.CHANGED_MEANING),
        (EITHER, EITHER.replace("财政贴息", "财政全额贴息"), Outcome.CHANGED_MEANING),
    ],
)
def test_a_breach_is_named(original, rewritten, why):
    assert verdict(original, rewritten) is why


def test_the_breaker_opens_after_failures_in_a_row_and_tries_again_later():
    now = 100.0
    breaker = CircuitBreaker(2, 60, now=lambda: now)

    breaker.record(worked=False)
    breaker.record(worked=True)
    breaker.record(worked=False)
    assert not breaker.is_open
    breaker.record(worked=False)
    assert breaker.is_open

    now += 61
    assert not breaker.is_open
    breaker.record(worked=False)
    assert breaker.is_open
