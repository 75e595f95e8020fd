"""Registers the staff area of the web."""

import httpx

from api.contract.callers import CallerHash
from bot.channels.staff.ask import register_ask
from bot.channels.staff.documents import register_documents
from bot.channels.staff.faq import register_faq
from bot.channels.staff.frame import Reception
from bot.channels.staff.login import register_login
from bot.channels.staff.questions import register_questions
from bot.channels.staff.session import SessionCookies, register_cookies


def register_staff_pages(http: httpx.AsyncClient, callers: CallerHash, key: bytes) -> None:
    """Serve the pages below ``/staff``.

    Args:
        http: reaches the API with the service token.
        callers: names to the API who wants to log in.
        key: 32 bytes that seal the cookies of sessions, the same in every process.
    """
    cookies = SessionCookies(key)
    reception = Reception(http, callers, cookies)
    register_cookies(cookies, reception.desk)
    for register in (
        register_login,
        register_ask,
        register_questions,
        register_faq,
        register_documents,
    ):
        register(reception)
