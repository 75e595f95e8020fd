"""Keeps the answers of a process in step with those that staff approve."""

from collections.abc import Awaitable, Callable

from anyio import to_thread

from api.background import keep_doing
from api.faq.store import FaqStore
from knowledge.answering.faq import FaqEntry
from knowledge.answering.pipeline import PolicyAssistant

FOLLOW_S = 0.5

IsAnswered = Callable[[str, str | None], bool]


async def follow_faq(
    store: FaqStore,
    assistant: PolicyAssistant,
    close_answered: Callable[[IsAnswered], Awaitable[None]],
) -> None:
    """Keep a process in step with the answers that staff approve anywhere. Never ends.

    ``close_answered`` closes the questions that staff need not look at any more; what it is
    given tells of a question and its region whether an approved answer fits.
    """
    in_use: list[FaqEntry] = []
    is_settled = True

    async def step() -> None:
        nonlocal in_use, is_settled
        if (wanted := await store.approved()) != in_use:
            await to_thread.run_sync(assistant.use_faq, wanted)
            in_use, is_settled = wanted, False
        elif not is_settled:
            # One round later: answers under way at the exchange have been noted by now.
            await close_answered(assistant.has_approved)
            is_settled = True

    await keep_doing("following the answers by staff", step, every_s=FOLLOW_S)
