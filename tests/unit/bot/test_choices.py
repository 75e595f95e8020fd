"""Which buttons are good, and which words are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contract.messages import ChoiceView
from bot.channels.http.tickets import ConversationTickets
from bot.dialogue.choices import LASTING, bind, offered, rated_answer
from bot.dialogue.commands import Command, is_code
from bot.dialogue.session import OFFERS_KEPT, Session
from bot.dialogue.show import offer
from bot.errors import UnknownConversationError

NAMES = ["pick:yes", "submit", "edit:phone", "choose:0123456789abcdef", "cancel-yes"]


def shown(session: Session, *names: str) -> list[str]:
    choices = [ChoiceView(id=name, label=name) for name in names]
    (reply,) = bind(session, [offer("?", choices)])
    return [choice.id for choice in reply.choices]


def test_a_button_is_good_at_its_step_and_void_at_the_next():
    session = Session()
    ids = shown(session, *NAMES)
    assert [offered(session, id_) for id_ in ids] == NAMES

    session.turn_to("phone")
    new = shown(session, *NAMES)

    assert [offered(session, id_) for id_ in ids] == [None] * len(NAMES)
    assert [offered(session, id_) for id_ in new] == NAMES


def test_asking_the_same_again_is_no_new_step():
    session = Session()
    session.turn_to("phone")
    (before,) = shown(session, "skip")
    session.turn_to("phone")

    assert shown(session, "skip") == [before]
    assert offered(session, before) == "skip"


@given(choice=st.text() | st.sampled_from(NAMES))
def test_what_was_not_offered_is_void(choice):
    session = Session()
    shown(session, "skip")

    assert offered(session, choice) is None
    assert offered(session, f"{session.step}.{choice}") is None


def test_only_answers_that_are_remembered_can_be_rated():
    session = Session(answers=["a" * 32])

    assert rated_answer(session, f"helped:{'a' * 32}") == ("a" * 32, True)
    assert rated_answer(session, f"unhelpful:{'a' * 32}") == ("a" * 32, False)
    assert rated_answer(session, f"helped:{'b' * 32}") is None
    assert shown(session, f"helped:{'a' * 32}") == [f"helped:{'a' * 32}"]


def test_the_session_stays_small_however_much_is_offered():
    session = Session()
    for number in range(500):
        shown(session, f"choose:{number:016x}")

    assert len(session.offered) == OFFERS_KEPT
    assert len(session.model_dump_json()) < 4000


@pytest.mark.parametrize("command", Command)
def test_what_ends_or_changes_something_is_good_at_its_step_only(command):
    harmless = {"start", "help", "ask", "apply", "resume", "branch", "status", "handoff", "pause"}

    assert (command in LASTING) is (command in harmless)


@pytest.mark.parametrize(
    "text", ["老王面馆", "a/b", "pick", "edit me: now", "1/2", "3f9c1a", "Submit"]
)
def test_words_of_people_are_no_codes(text):
    assert not is_code(text)


@given(made_up=st.text() | st.from_regex(r"[A-Za-z0-9_-]{48}", fullmatch=True))
def test_no_id_of_a_conversation_can_be_made_up(made_up):
    with pytest.raises(UnknownConversationError):
        ConversationTickets(b"key").checked(made_up)


def test_ids_are_known_wherever_the_key_is_and_nowhere_else():
    id_ = ConversationTickets(b"key").new()

    assert ConversationTickets(b"key").checked(id_) == id_
    with pytest.raises(UnknownConversationError):
        ConversationTickets(b"another key").checked(id_)
    assert len({ConversationTickets(b"key").new() for _ in range(100)}) == 100
