"""The shipped model reads authors that it was never trained on as well as its card says."""

from datetime import date

import pytest

from knowledge.app import build_knowledge
from knowledge.evaluation.finding import ranks_of_model
from knowledge.evaluation.ranks import rank_shares
from knowledge.evaluation.reading import score_readings
from knowledge.understanding.labels import Role
from knowledge.understanding.model.message_model import MessageModel
from knowledge.understanding.pipeline import Interpreter
from knowledge.understanding.training.dataset import (
    HELD_OUT_MESSAGES,
    HELD_OUT_PAIRS,
    read_messages,
    read_pairs,
)
from knowledge.understanding.training.tally import COUNTS_AND_AMOUNTS, Scores
from knowledge.understanding.training.varying import after_others

TODAY = date(2026, 11, 30)
# A little below what was reached by eight authors: act .949, a matter .84, all matters .72.
LEAST = {"act": 0.93, "matter": 0.82, "matters": 0.69, "who": 0.81}
# What so few characters say, everybody says: 转人工.
SAID_BY_ALL = 8


@pytest.fixture(scope="module")
def scores() -> Scores:
    interpreter = Interpreter(MessageModel())
    by_author = score_readings(
        read_messages([HELD_OUT_MESSAGES]),
        lambda text, before: interpreter.interpret(text, history=before, today=TODAY),
    )
    total = Scores()
    for scores in by_author.values():
        total.messages += scores.messages
        for name in ("right", "of", "hit", "said", "marked"):
            getattr(total, name).update(getattr(scores, name))
    return total


@pytest.mark.parametrize("what", LEAST)
def test_authors_never_trained_on_are_read(scores, what):
    assert scores.messages >= 500
    assert scores.share(what) >= LEAST[what]


def test_roles_are_found_and_numbers_best(scores):
    assert scores.f1() >= 0.81
    assert scores.f1(COUNTS_AND_AMOUNTS) >= 0.88
    assert scores.f1([Role.BANK]) >= 0.8


def test_no_author_held_out_is_trained_on():
    trained = {message.text for message in read_messages()}
    asked = {pair.text for pair in read_pairs()}
    unseen = {message.text for message in read_messages([HELD_OUT_MESSAGES])}

    assert not [text for text in trained & unseen if len(text) > SAID_BY_ALL]
    assert not asked & {pair.text for pair in read_pairs([HELD_OUT_PAIRS])}


def test_messages_that_stand_alone_are_known_to_behind_what_others_said():
    interpreter = Interpreter(MessageModel())
    strangers = after_others(read_messages([HELD_OUT_MESSAGES]), seed=5)
    alone = [
        not interpreter.interpret(m.text, history=m.before, today=TODAY).goes_on for m in strangers
    ]

    assert len(alone) >= 100
    assert sum(alone) / len(alone) >= 0.8


def test_questions_from_life_find_their_clause():
    """Of three authors never trained on; .79 first, .95 among five in the training's figures."""
    chunks = build_knowledge().chunks
    found = ranks_of_model(MessageModel(), read_pairs([HELD_OUT_PAIRS])[::4], chunks)
    shares = rank_shares(found)

    assert shares.hit_1 >= 0.75
    assert shares.hit_5 >= 0.91
