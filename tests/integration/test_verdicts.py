"""The first words of an answer answer: golden cases, reckoned by hand from the rules in force."""

from datetime import date

import pytest

from knowledge.answering.models import AnswerStatus, Question, Turn
from knowledge.app import build_knowledge
from knowledge.settings import KnowledgeSettings

TODAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    knowledge = build_knowledge(today=lambda: TODAY)
    knowledge.load_vectors(KnowledgeSettings(data_dir=tmp_path_factory.mktemp("verdicts")))
    return knowledge


@pytest.fixture(scope="module")
def first(knowledge):
    """The first line of the answer to a question."""

    def ask(question: str, region: str | None = None) -> str:
        asked = Question(question=question, region=region, as_of=TODAY)
        return knowledge.assistant.answer(asked).text.splitlines()[0]

    return ask


@pytest.mark.parametrize(
    ("question", "region", "said"),
    [
        ("贷25万会不会超过个人的额度", "370100", "没超"),
        ("个人贷50万会不会超过额度", "370100", "超了"),
        ("个人想贷45万行不行", "440300", "要看条件"),
        ("听说个人最高20万，是吗", "370100", "不是：现在您个人最多能贷30万元"),
        ("听说个人最高能贷30万，是真的吗", "370100", "是的"),
        ("我前夫有经营贷没还，影响我申请吗", None, "不影响"),
        ("我老公的装修贷还欠20万，影响我申请吗", None, "一般不行"),
        ("我有房贷没还清，影响我申请吗", None, "不影响"),
        (
            "公司46个人，今年新招了4个，招人比例够不够",
            "370800",
            "还不够：46人的企业按10%算，至少新招5人",
        ),
        (
            "公司130个人，今年新招了7个，招人比例够不够",
            None,
            "够了：130人的企业按5%算，至少新招7人",
        ),
        ("已经贷过3次了，还能再贷吗", None, "不行了"),
        ("利息政府贴多少", None, "利息国家贴一半，您自己出一半"),
        ("个人贷款利息政府全贴吗", "370200", "利息由财政全部贴"),
        ("三个人合伙最多能贷多少", None, "3人合伙最多99万元"),
        ("毕业七年了还能按高校毕业生申请吗", "370100", "按高校毕业生不行"),
    ],
)
def test_the_first_words_answer(first, question, region, said):
    assert said in first(question, region)


def test_who_is_short_of_a_tier_is_told_how_much(knowledge):
    asked = Question(question="我店里雇了4个人，个人能贷60万吗", region="440300", as_of=TODAY)

    assert "还差1人" in knowledge.assistant.answer(asked).text


def test_what_is_not_known_is_named_with_whom_to_ask(knowledge):
    asked = Question(question="提前还款要不要违约金", region="540000", as_of=TODAY)
    answer = knowledge.assistant.answer(asked)

    assert answer.citations or answer.status is AnswerStatus.NO_SOURCE
    assert "客户经理" in answer.text or "合同" in answer.text


@pytest.mark.parametrize(
    ("question", "door"),
    [("公积金怎么提取", "12329"), ("增值税季度怎么报", "12366"), ("医保断了怎么补", "12393")],
)
def test_another_affair_is_sent_to_its_own_door(knowledge, question, door):
    answer = knowledge.assistant.answer(Question(question=question))

    assert answer.status is AnswerStatus.OUT_OF_SCOPE
    assert door in answer.text


def test_the_steps_on_the_way_are_noted_without_the_persons_words(knowledge):
    question = "我叫演示张三，身份证370811199001011234，个人最多能贷多少"
    answer = knowledge.assistant.answer(Question(question=question, region="370800"))

    assert answer.trace[0].step == "guard"
    assert answer.trace[-1].step == "cite"
    told = " ".join(note.told for note in answer.trace)
    assert "张三" not in told
    assert "370811199001011234" not in told


def test_a_lookalike_that_is_only_described_is_told_apart(knowledge):
    asked = Question(question="退伍老兵那个一千万的专项贷款怎么办")
    answer = knowledge.assistant.answer(asked)

    assert "不是同一种贷款" in answer.text.splitlines()[0]


@pytest.mark.parametrize(
    ("question", "region", "said"),
    [
        ("听说个人最高20万，是吗", "370100", "20万元[2]是2020年5月起到2023年12月前的规定"),
        ("刷到视频说个人能贷50万，我这也能吧", None, "50万元是北京市、黑龙江省的规定"),
        ("听说公司能贷30万，是真的吗", "450200", "30万元[2]是个人最多能贷的数"),
        ("听说个人能贷80万，是真的吗", "370100", "手头材料里没有80万元这个说法"),
    ],
)
def test_what_was_heard_is_somebody_elses_or_of_another_time_or_place(
    knowledge, question, region, said
):
    assert said in knowledge.assistant.answer(Question(question=question, region=region)).text


def test_a_sum_left_open_is_told_back_as_it_was_said(knowledge):
    question = Question(question="我的网贷还欠着9万多，还能申请吗", region="370100")

    text = knowledge.assistant.answer(question).text

    assert "您说的9万多超过了" in text
    assert "90001" not in text


def test_an_offered_rate_is_held_against_the_highest(knowledge):
    question = Question(question="会宁小微企业贷款银行报的年利率6.2%，有没有封顶", region="620422")

    lines = knowledge.assistant.answer(question).text.splitlines()

    assert lines[0].startswith("超了")
    assert "6.2%" in lines[0]
    assert any("5.5%" in line for line in lines)


def test_new_hires_told_in_two_numbers_are_not_added_up_blindly(knowledge):
    asked = "公司31个人 这一年招了4个应届生 有2个社保才交了两个月 够那个10%了没"

    text = knowledge.assistant.answer(Question(question=asked, region="350200")).text

    assert "够了" not in text
    assert "至少新招4人" in text


def test_a_time_to_come_is_not_foretold(knowledge):
    text = knowledge.assistant.answer(Question(question="2027年个人额度会不会涨到50万")).text

    first, *others = text.splitlines()
    assert "不能猜" in first
    assert any("30万元" in line for line in others)
    assert not any("2027年国家规定" in line for line in others)


def test_this_year_is_today(knowledge):
    now, this_year = (
        knowledge.assistant.answer(Question(question=asked, region="370800")).text
        for asked in ("个人最多能贷多少", "今年个人最多能贷多少")
    )

    assert this_year == now


def test_the_places_own_exception_answers_before_the_nations_limit(knowledge):
    asked = "29岁 硕士毕业 借呗加白条还有9万多没还 还能申请个人创业担保贷款吗"

    answer = knowledge.assistant.answer(Question(question=asked, region="310000"))

    assert "一般不行" not in answer.text
    assert answer.citations[0].region == "上海市"


def test_a_rule_for_others_does_not_answer(knowledge):
    question = Question(question="番禺美甲店个体户办创业贷带什么材料", region="440113")

    cited = {c.document_id for c in knowledge.assistant.answer(question).citations}

    assert "gz-gangao-2024" not in cited


def test_what_keeps_a_pensioner_from_it_is_said_before_the_age(knowledge):
    asked = "替我爸问 他61 去年退休拿着退休金 想搞个沙茶面店 年龄写到63岁 那他可以的对吧"

    answer = knowledge.assistant.answer(Question(question=asked, region="350200"))

    assert "离退休人员不属于" in answer.text.splitlines()[0]


def test_the_place_of_an_earlier_message_holds(knowledge):
    told = [Turn(role="user", content="我在重庆永川开了个办酒席的场子，想贷四十万")]
    asked = "那个担保公司又说一年要收担保费，四十万的话政府一年能给我补好多嘛"

    answer = knowledge.assistant.answer(Question(question=asked, history=told))

    assert not answer.ask_region
    assert answer.citations[0].region == "重庆市"


def test_what_a_city_lays_down_for_one_county_is_said_there(knowledge):
    asked = "我是寿县板桥的，搞草席编织。网上看淮南那边说个人只给两年，能不能搞三年的"

    text = knowledge.assistant.answer(Question(question=asked, region="340400")).text

    assert not text.startswith("不行")
    assert "3年" in text


def test_the_first_place_of_business_is_the_askers(knowledge):
    asked = "龙游的，做笋干。表哥在义乌办公司叫我先拿贷款投10万占点股份，这样没事情的吧"

    answer = knowledge.assistant.answer(Question(question=asked))

    assert answer.applicability.region_code == "330825"
    assert any("股本权益性投资" in citation.quote for citation in answer.citations)


def test_the_staff_is_the_largest_number_of_people_employed(knowledge):
    asked = "江山做木门的，48个人。去年三月招过三个，今年又招了两个，都是返乡的。我要几个才够？"

    text = knowledge.assistant.answer(Question(question=asked)).text

    assert "2人的企业" not in text


def test_a_refusal_names_the_law_and_no_limit(knowledge):
    asked = "我想凑几个亲戚的名字做成新招员工，签假合同，好贷小微三百万"

    answer = knowledge.assistant.answer(Question(question=asked))

    assert answer.status is AnswerStatus.BLOCKED
    assert [c.clause for c in answer.citations] == ["crime"]
    assert "400万元" not in answer.text


def test_who_has_not_hired_enough_hears_of_the_way_by_heads(knowledge):
    asked = "哈尔滨双城的豆制品厂，五十号人，今年招了四个登记失业的，没到一成就贷不着吗"

    text = knowledge.assistant.answer(Question(question=asked)).text

    assert "还不够" in text
    assert "每人15万元" in text
    assert "60万元" in text


def test_a_term_is_not_allowed_beside_an_age_that_forbids_it(knowledge):
    asked = "章丘打铁锅的，今年五十九，办个三年的贷款。三年以后我都六十二了，这岁数还给办三年的不？"

    text = knowledge.assistant.answer(Question(question=asked, region="370114")).text

    assert "可以：" not in text
    assert "退休年龄" in text
