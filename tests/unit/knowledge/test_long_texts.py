"""However long a text and whatever it is made of, reading and answering it takes little."""

import random

import pytest

from knowledge.answering.models import Question, Turn
from knowledge.app import build_knowledge
from knowledge.errors import UnknownRegionError
from knowledge.index.embedder import LONGEST_PASSAGE, ReadingEmbeddings
from knowledge.kit.texts import latest, shorten
from knowledge.regions.divisions import divisions
from knowledge.regions.names import short_name
from knowledge.settings import KnowledgeSettings
from knowledge.understanding.likeness import group_alike
from knowledge.understanding.model.inputs import Layout
from knowledge.understanding.model.message_model import MessageModel
from knowledge.understanding.places import find_places, resolve_region
from knowledge.understanding.values.numbers import read_number
from knowledge.understanding.values.numerals import exact
from tests.fakes.timing import cpu_seconds

LENGTH = 10_000
# Of one core; what is bounded takes a tenth of it, what is not takes ten times as much.
MOST_CPU_S = 1.0
CHANCE = random.Random(7)
NAMES = [division.name for division in divisions()]
ASKED = "我是任城区的退伍军人，2021年开了个饭店，员工3个人，个人最多能贷多少？利息怎么算？"


def filled(pieces, separator="") -> str:
    """So many of the pieces, by chance, as fit into the length."""
    return separator.join(CHANCE.choice(pieces) for _ in range(LENGTH))[:LENGTH]


TEXTS = {
    "one-character": "贷" * LENGTH,
    "mixed": (ASKED * LENGTH)[:LENGTH],
    "500-numbers": "，".join(str(CHANCE.randint(1, 10**9)) for _ in range(500)) + "多少？",
    "digits": "1" * LENGTH,
    "chinese-digits": "一" * LENGTH,
    "hundreds": "二百" * (LENGTH // 2),
    "brackets": "（" * (LENGTH // 2) + "）" * (LENGTH // 2),
    "places": filled(NAMES),
    "1000-short-places": "和".join(short_name(CHANCE.choice(NAMES)) for _ in range(1000))
    + "能贷吗",
    "straddling-places": "吉林" * (LENGTH // 2),
    "emoji": "😀" * LENGTH,
    "pinyin": "danbaodaikuan" * (LENGTH // 13),
    "spaced-pinyin": "dan bao dai kuan " * (LENGTH // 17),
    "wrong-homophones": "但保" * (LENGTH // 2),
    "ligatures": "\ufdfa" * LENGTH,
    "people": "3个人" * (LENGTH // 3),
    "address": "a." * (LENGTH // 2) + "@",
    "lines": "能贷多少？\n" * (LENGTH // 6),
    "marks": "呢？" * (LENGTH // 2) + "x",
}


def asked(text: str, history: tuple[str, ...] = ()) -> Question:
    """A question as nobody would let it in."""
    turns = [Turn(role="user", content=said) for said in history]
    return Question.model_construct(question=text, history=turns, region=None, as_of=None)


@pytest.fixture(scope="module")
def words_only():
    knowledge = build_knowledge()
    knowledge.assistant.answer(asked("但保"))  # what is loaded late
    return knowledge.assistant


@pytest.fixture(scope="module")
def with_vectors(tmp_path_factory):
    knowledge = build_knowledge()
    knowledge.load_vectors(KnowledgeSettings(data_dir=tmp_path_factory.mktemp("data")))
    return knowledge.assistant


@pytest.mark.parametrize("name", TEXTS)
def test_any_text_is_answered_in_a_second_of_a_core(words_only, name):
    assert cpu_seconds(lambda: words_only.answer(asked(TEXTS[name]))) < MOST_CPU_S


@pytest.mark.parametrize("name", ["one-character", "mixed", "emoji", "ligatures", "lines"])
def test_so_it_is_with_the_real_model(with_vectors, name):
    assert cpu_seconds(lambda: with_vectors.answer(asked(TEXTS[name][:2000]))) < MOST_CPU_S


@pytest.mark.parametrize("name", ["digits", "straddling-places", "mixed"])
def test_a_long_talk_before_it_makes_a_question_no_dearer(words_only, name):
    talk = (TEXTS[name][:4000],) * 40

    assert cpu_seconds(lambda: words_only.answer(asked("利息呢", talk))) < MOST_CPU_S


def test_a_message_that_names_every_city_is_told_the_rules_of_a_few(with_vectors):
    cities = [division.name for division in divisions() if division.level == "city"]
    text = "和".join(cities[:300]) + "跟济宁市的个人创业担保贷款最多能贷多少"

    answer = with_vectors.answer(asked(text))

    assert answer.citations
    assert answer.text.count("\n") < 20


@pytest.mark.parametrize("name", ["digits", "hundreds", "straddling-places", "places"])
def test_reading_takes_time_in_proportion_to_the_length(name):
    def read(text: str) -> None:
        find_places(text)
        read_number(text)

    read(TEXTS[name])
    once = cpu_seconds(lambda: read(TEXTS[name]), tries=5)
    # Its square would be sixteen times as long.
    assert cpu_seconds(lambda: read(TEXTS[name] * 4), tries=5) < max(8 * once, 0.2)


def test_the_model_never_sees_more_tokens_of_a_question_than_it_takes():
    model, seen = ReadingEmbeddings(MessageModel()), []
    model._embed_question = lambda text: seen.append(text) or [0.0]
    for text in TEXTS.values():
        model.embed_query(text)

    layout: Layout = MessageModel()._loaded()
    assert max(len(layout.message(text).pieces) for text in seen) <= 512


def test_a_long_passage_is_read_from_its_beginning():
    model, seen = ReadingEmbeddings(MessageModel()), []
    model._embed_passages = lambda texts: seen.extend(texts) or [[0.0]]
    model.embed_documents(["第一条" + "款" * 100_000, "短"])

    assert [len(text) for text in seen] == [LONGEST_PASSAGE, 1]
    assert seen[0].startswith("第一条")


def test_of_a_long_text_beginning_and_end_are_kept():
    story = "我是任城区的。" + "说来话长，生意难做。" * 100 + "个人最多能贷多少？"

    short = shorten(story, 60)

    assert len(short) <= 60
    assert short.startswith("我是任城区的。")
    assert short.endswith("。个人最多能贷多少？")
    assert short.split("\n")[0].endswith("。")
    assert shorten("短", 60) == "短"
    assert len(shorten("贷" * 1000, 61)) == 61


def test_what_is_asked_at_the_end_of_a_long_story_is_answered(with_vectors):
    story = "我前几年在外地打工，去年回到任城区，家里人都支持我自己干点事情。" * 50
    answer = with_vectors.answer(asked(f"你好。{story}请问个人创业担保贷款最多能贷多少？"))

    assert "30万元" in answer.text
    assert answer.applicability.region_code == "370811"


def test_of_what_was_said_before_the_latest_counts():
    assert latest(["a" * 50, "b" * 50, "c" * 50], 100) == ["b" * 50, "c" * 50]
    assert latest(["a", "b" * 500], 100) == ["b" * 500]
    assert latest([], 100) == []


@pytest.mark.parametrize("text", ["1" * 16, "1e999999", "9e99999999", "nan", "Infinity", "1_000"])
def test_what_nobody_writes_for_a_number_is_none(text):
    assert exact(text) is None


def test_a_name_as_long_as_a_book_is_no_region():
    def refuse() -> None:
        with pytest.raises(UnknownRegionError):
            resolve_region("吉林" * 500_000)

    assert cpu_seconds(refuse) < MOST_CPU_S


def test_open_questions_are_grouped_in_time_whatever_they_say():
    texts = ["".join(CHANCE.choices(TEXTS["places"], k=2000)) for _ in range(100)]
    texts += ["个人最多能贷多少", "个人最多可以贷多少"]
    groups = []

    assert cpu_seconds(lambda: groups.extend(group_alike(texts))) < 4 * MOST_CPU_S
    assert [100, 101] in groups
