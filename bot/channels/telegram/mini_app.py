"""What people choose on the map that Telegram opened comes back to their chat.

Telegram hands the page signed words about who opened it. They are checked with the bot's
token, and their age too: a copy of an address must not speak for a person for ever.
"""

import time
from collections.abc import Callable

from aiogram import Bot
from aiogram.utils.web_app import safe_parse_webapp_init_data

from bot.channels.telegram.handlers import conversation_name, show
from bot.dialogue.engine import DialogueEngine
from bot.dialogue.events import BranchPicked
from bot.errors import MiniAppRefusedError

MOST_AGE_S = 3600
# Clocks differ a little.
MOST_AHEAD_S = 60


class MiniApp:
    """Checks who opened the map, and says in the chat what they chose."""

    def __init__(
        self, engine: DialogueEngine, bot: Bot, *, now: Callable[[], float] = time.time
    ) -> None:
        self._engine, self._bot, self._now = engine, bot, now

    def person(self, init_data: str) -> int:
        """The chat of the person who opened the map.

        Raises:
            MiniAppRefusedError: the words are not Telegram's for this bot, or too old.
        """
        try:
            opened = safe_parse_webapp_init_data(self._bot.token, init_data)
        except ValueError as error:
            raise MiniAppRefusedError("not signed for this bot") from error
        age = self._now() - opened.auth_date.timestamp()
        if opened.user is None or not -MOST_AHEAD_S <= age <= MOST_AGE_S:
            raise MiniAppRefusedError("too old, or from nobody")
        return opened.user.id

    async def take_branch(self, init_data: str, branch_id: str) -> None:
        """Go on in the chat with the branch that was chosen.

        Raises:
            MiniAppRefusedError: as :meth:`person`.
        """
        chat_id = self.person(init_data)
        picked = BranchPicked(branch_id)
        replies = await self._engine.handle(conversation_name(chat_id), picked)
        await show(self._bot, chat_id, replies)
