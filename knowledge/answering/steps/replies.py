"""Answers that are one sentence of the catalogue, and what all answers are made of."""

import uuid

from knowledge.answering.context import Context
from knowledge.answering.models import (
    Action,
    ActionKind,
    Answer,
    AnswerStatus,
    Applicability,
    AskedBack,
    Intent,
)
from knowledge.answering.texts import say
from knowledge.regions.divisions import divisions


def blank(context: Context, status: AnswerStatus, intent: Intent) -> Answer:
    """An answer that says nothing yet."""
    code = context.reading.region
    topics = context.reading.topics
    is_on_policy = intent in (Intent.POLICY, Intent.ELIGIBILITY, Intent.BRANCH)
    return Answer(
        id=uuid.uuid4().hex,
        status=status,
        intent=intent,
        topic=topics[0].value if topics and is_on_policy else None,
        text="",
        ask_region=False,
        applicability=Applicability(
            region=divisions().full_name(code) if code else None,
            region_code=code,
            as_of=context.on,
        ),
        figures=[],
        citations=[],
        actions=[],
        elapsed_ms=0,
    )


def plain(context: Context, status: AnswerStatus, intent: Intent, text: str) -> Answer:
    """An answer of one sentence."""
    answer = blank(context, status, intent)
    answer.text = text
    return answer


def asking(context: Context, asked: AskedBack) -> Answer:
    """A question back, with the readings to choose from."""
    answer = plain(context, AnswerStatus.PARTLY_ANSWERED, Intent.POLICY, asked.question)
    answer.asked_back, answer.topic = asked, None
    return answer


def actions(*kinds: ActionKind) -> list[Action]:
    """What a person may do next."""
    return [Action(kind=kind, label=say(f"action-{kind.value}")) for kind in kinds]
