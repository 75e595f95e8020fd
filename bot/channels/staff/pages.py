"""Registers the staff area of the web."""

import httpx

from bot.channels.staff.ask import register_ask
from bot.channels.staff.documents import register_documents
from bot.channels.staff.faq import register_faq
from bot.channels.staff.frame import connector
from bot.channels.staff.login import register_login
from bot.channels.staff.questions import register_questions


def register_staff_pages(http: httpx.AsyncClient) -> None:
    """Serve the pages below ``/staff``; ``http`` reaches the API."""
    connect = connector(http)
    for register in (
        register_login,
        register_ask,
        register_questions,
        register_faq,
        register_documents,
    ):
        register(connect)
