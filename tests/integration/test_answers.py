"""Answers on the real corpus: what is said, and what is not."""

import re
from datetime import date

import pytest

from knowledge.answering.models import AnswerStatus, Question
from knowledge.app import build_knowledge
from knowledge.settings import KnowledgeSettings

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    knowledge = build_knowledge(today=lambda: TODAY)
    knowledge.load_vectors(KnowledgeSettings(data_dir=tmp_path_factory.mktemp("answers")))
    return knowledge


@pytest.fixture(scope="module")
def ask(knowledge):
    def ask(question: str, **context):
        return knowledge.assistant.answer(Question(question=question, **context))

    return ask


def test_the_local_figure_is_said_with_its_clause(ask):
    answer = ask("四川个人最多能贷多少")

    assert "50万元" in answer.text
    assert any("50万元" in c.quote and c.region == "四川省" for c in answer.citations)


def test_without_a_place_the_national_figure_is_said_and_the_place_asked_for(ask):
    answer = ask("个人最多能贷多少")

    assert "30万元" in answer.text
    assert answer.ask_region


def test_a_year_is_answered_with_the_rule_of_then(ask):
    answer = ask("2019年个人最多能贷多少")

    first, *others = answer.text.splitlines()
    assert "15万元" in first
    assert all("30万元" not in line or line.startswith("现在") for line in others)


@pytest.mark.parametrize("year", [2009, 2014, 2017, 2019, 2022, 2024])
@pytest.mark.parametrize("matter", ["合伙最多多少", "贴息怎么算", "利率上限多少", "什么人能申请"])
def test_a_year_is_not_answered_from_what_began_later_or_had_ended(knowledge, ask, year, matter):
    answer = ask(f"{year}年{matter}")
    of_then = "".join(line for line in answer.text.splitlines() if not line.startswith("现在"))
    cited = {c.document_id for c in answer.citations if f"[{c.n}]" in of_then}
    starts = {knowledge.documents[id_].starts for id_ in cited}
    ends = {knowledge.documents[id_].effective_to for id_ in cited}

    assert all(day is None or day.first <= date(year, 12, 31) for day in starts)
    assert all(day is None or day.first >= date(year, 1, 1) for day in ends)


@pytest.mark.parametrize("name", ["稳岗扩岗专项贷款", "创业提振贷", "云岭创业贷"])
def test_a_lookalike_is_not_answered_with_the_figures_of_this_loan(ask, name):
    answer = ask(f"{name}个人最高额度")

    assert "不是同一种贷款" in answer.text
    assert all(name in c.quote for c in answer.citations)
    assert "个人最高额度：30万元" not in answer.text


def test_a_thing_asked_for_by_name_that_no_clause_mentions_is_said_to_be_missing(ask):
    answer = ask("济宁申请创业担保贷款要缴养老保险几个月", region="370800")

    assert answer.status in (AnswerStatus.PARTLY_ANSWERED, AnswerStatus.NO_SOURCE)
    assert "没有写" in answer.text


def test_the_interest_of_three_years_is_worked_out(ask):
    # 200 000 at 3.6 % for three years: 21 600, half of it subsidised.
    answer = ask("贷20万三年，利率3.6%，自己出多少利息", region="370800")

    assert "21600元" in answer.text
    assert "10800元" in answer.text


def test_what_is_above_the_limit_or_beyond_the_term_is_not_subsidised(ask):
    # Of 600 000 at 4 % for three years (72 000) half is subsidised, at one half: 18 000.
    above = ask("贷60万3年利率4%，财政贴多少息", region="370800")
    # 200 000 at 4 % for five years (40 000), three of them subsidised: 12 000.
    beyond = ask("贷20万5年利率4%，财政贴多少息", region="370800")

    assert "财政约贴1.8万元，自己约出5.4万元" in above.text
    assert "不超过30万元" in above.text
    assert "财政约贴1.2万元，自己约出2.8万元" in beyond.text
    assert "最长3年" in beyond.text


def test_equal_instalments_are_reckoned_as_such(ask):
    # 200 000 × (.031/12) / (1 - (1 + .031/12)^-36) = 5 824.6…
    answer = ask("贷款20万 3年 等额本息 利率3.1 月供多少")

    assert "每月约还5825元" in answer.text


@pytest.mark.parametrize(
    ("region", "said", "not_said"),
    [("370800", "50BP", "150BP"), ("510100", "150BP", "50BP（东部"), (None, "50BP", "LPR+300")],
)
def test_a_figure_for_a_part_of_the_country_is_said_there_only(ask, region, said, not_said):
    answer = ask("创业担保贷款利率上限是多少", region=region)

    assert said in answer.text
    assert not_said not in answer.text


def test_a_student_still_at_school_is_not_called_a_graduate(ask):
    student, graduate = ask("在校大二学生可以申请吗"), ask("大学生毕业一年可以申请吗")

    assert "高校毕业生在支持的人群之内" not in student.text
    assert "在校" in student.text
    assert "高校毕业生在支持的人群之内" in graduate.text


@pytest.mark.parametrize(
    "question", ["2018年12月失业人员最多能贷多少", "2018年12月的时候下岗工人小额贷款能贷几万"]
)
def test_a_group_named_behind_a_year_leaves_the_year(ask, question):
    assert "15万元" in ask(question).text


def test_an_open_question_for_the_conditions_is_told_who_and_what_stands_against(ask):
    nation = ask("创业担保贷款要什么条件")
    shanghai = ask("申请要满足什么条件", region="310000")
    business = ask("小微企业申请要啥条件", region="370800")

    assert "十类重点群体" in nation.text
    assert "没有其他贷款" in nation.text
    assert "居住证" in shanghai.text.splitlines()[0]
    assert "10%" in business.text


def test_a_lookalike_named_only_in_a_title_is_found(ask):
    answer = ask("襄创贷是创业担保贷款吗")

    assert "不是同一种贷款" in answer.text
    assert "70万元商业贷款" in answer.text


def test_when_a_figure_was_raised_is_told_with_the_steps(ask):
    assert "2023年10月1日起" in ask("什么时候从20万涨到30万的").text
    assert "2018年11月16日起" in ask("个人15万那个标准是哪年开始的").text


def test_a_bound_is_no_head_count(ask):
    answer = ask("超过一百人的企业招人比例是多少")

    assert "5%" in answer.text
    assert "100人的企业按" not in answer.text


@pytest.mark.parametrize(
    "question", ["我去年才毕业 济南能给到多少", "2019年注册的公司，济南最多能贷多少"]
)
def test_the_year_of_ones_life_is_not_the_year_of_the_rules(ask, question):
    assert ask(question, region="370100").applicability.as_of == TODAY


def test_without_a_rate_the_interest_is_not_guessed(ask):
    answer = ask("贷20万三年自己出多少利息", region="370800")

    assert "还需要知道合同利率" in answer.text
    assert not re.search(r"\d{4,}元", answer.text)


def test_partners_together(ask):
    # 3 × 30 × 110 % = 99
    assert "99万元" in ask("三个人合伙最多能贷多少", region="370800").text


def test_partners_without_a_number_get_the_rule_and_an_example(ask):
    answer = ask("山东合伙开店最多能贷多少")

    assert "比如2人合伙最多66万元" in answer.text
    assert "110%" in answer.text


def test_one_persons_limit_is_not_mistaken_for_partners(ask):
    answer = ask("一个人最多能贷多少", region="370800")

    assert "30万元" in answer.text
    assert "合伙最多" not in answer.text


@pytest.mark.parametrize("text", ["创業擔保貸款個人最多能貸多少", "創業擔保貸款最高額度，濟寧"])
def test_traditional_questions_get_traditional_answers(ask, text):
    answer = ask(text, region="370800")

    assert "萬元" in answer.text
    assert "万元" not in answer.text


def test_what_the_loan_is_not_is_corrected(ask):
    assert "不是一律免息" in ask("是不是免息的", region="370800").text
    assert "追偿" in ask("政府代偿了是不是就不用还了", region="370800").text


def test_no_forecast_is_given(ask):
    assert "不能" in ask("我征信有两次逾期，能不能批下来").text


@pytest.mark.parametrize(
    "text", ["工伤认定要带什么材料？", "明天下雨吗", "哪家银行房贷利率低", "养老金什么时候涨"]
)
def test_other_matters_are_refused_without_a_figure(ask, text):
    answer = ask(text)

    assert answer.status in (AnswerStatus.OUT_OF_SCOPE, AnswerStatus.NO_SOURCE)
    assert answer.figures == []
    assert answer.citations == []


def test_every_figure_in_an_answer_stands_in_a_cited_clause(ask):
    for region in ("110000", "370800", "440300", "500000", "610000"):
        for text in ("个人最多能贷多少", "小微企业最高额度", "贷款期限多长", "贴息多少"):
            answer = ask(text, region=region)
            quotes = " ".join(c.quote for c in answer.citations)
            for figure in answer.figures:
                amount = f"{figure.value:f}"
                spelt = {amount, f"{figure.value / 10000:g}万", f"{figure.value / 12:g}年"}
                assert any(spelling in quotes for spelling in spelt), (region, text, figure)


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("利息呢", "subsidy"),
        ("期限呢", "term"),
        ("那最长几年", "term"),
        ("能贷几次", "repeat"),
        ("条件呢", "eligibility"),
        ("逾期了呢", "overdue"),
        # These ask what was asked before, for another.
        ("那合伙三个人呢", "amount"),
        ("那公司呢", "amount"),
        ("济南呢", "amount"),
        ("退役军人呢", "amount"),
    ],
)
def test_a_follow_up_asks_its_own_matter_or_that_of_the_question_before(knowledge, said, topic):
    before = {"role": "user", "content": "济宁个人能贷多少"}
    reading, _ = knowledge.assistant.read(Question(question=said, history=[before]))

    assert reading.topics[0] == topic


@pytest.mark.parametrize(("said", "noted"), [("我在嘉祥", "嘉祥县"), ("我打算开个店", "哪个市县")])
def test_who_tells_something_is_asked_what_it_is_about(ask, said, noted):
    answer = ask(said)

    assert noted in answer.text
    assert not answer.citations
    assert [action.kind for action in answer.actions] == ["start_application", "find_branch"]


@pytest.mark.parametrize("matter", ["要带什么材料", "怎么申请", "多久能办下来"])
def test_a_county_and_a_place_known_from_before_find_the_clauses_of_the_city(ask, matter):
    asked = [ask(f"济宁{matter}"), ask(f"嘉祥{matter}"), ask(matter, region="370829")]

    cited = [{(c.document_id, c.clause) for c in answer.citations} for answer in asked]
    assert all(any(id_.startswith("jining") for id_, _ in of) for of in cited)


@pytest.mark.parametrize("asked", ["怎么申请", "在哪里申请", "怎么还款"])
def test_what_differs_from_place_to_place_is_not_answered_from_any_one_of_them(ask, asked):
    answer = ask(asked)

    assert answer.ask_region
    of_the_nation, *examples = answer.text.split("别处是这样规定的，仅供参考")
    cited = {c.region for c in answer.citations if f"[{c.n}]" in of_the_nation}
    assert cited <= {"全国"}
    assert not examples or "没有统一写明" in of_the_nation


def test_the_name_that_one_place_gives_to_the_loan_stands_for_the_place(ask):
    answer = ask("贷免扶补能贷多少")

    assert answer.applicability.region == "云南省"


@pytest.mark.parametrize("region", [None, "370829", "410100"])
@pytest.mark.parametrize(
    "foreign", ["离婚冷静期几天", "护照多久能拿到", "低保怎么申请", "天气怎么样"]
)
def test_what_is_out_of_scope_stays_so_when_the_place_is_known(ask, region, foreign):
    assert not ask(foreign, region=region).citations


def test_how_many_to_hire_is_a_question_of_enterprises(ask):
    assert "10%" in ask("要招几个人", region="410100").text


def test_the_people_of_a_works_are_no_partners(ask):
    answer = ask("我们厂有50个人，要新招几个")

    assert "至少要新招5人" in answer.text
    assert "合伙" not in answer.text


def test_a_sum_goes_on_from_what_was_named_before(ask):
    said = ["济宁贷20万三年利息自己出多少", "利率3.5%"]
    history = [{"role": "user", "content": words} for words in said]
    answer = ask("每个月还多少", history=history)

    # 200 000 yuan in 36 equal instalments at 3.5 %: 5 860.42 a month.
    assert "5860元" in answer.text.replace(",", "")


def test_an_open_question_for_the_policy_gets_the_figures(ask):
    answer = ask("有啥政策", region="370829")

    for figure in ("30万元", "400万元", "3年", "50%"):
        assert figure in answer.text


def test_numbers_told_after_a_question_are_reckoned_with(ask):
    said = ["武汉小微企业要招多少人", "我们公司30人"]
    history = [{"role": "user", "content": words} for words in said]

    assert "至少要新招3人" in ask(said[1], history=history[:1]).text
    assert "还差1人" in ask("新招了2个够吗", history=history).text
