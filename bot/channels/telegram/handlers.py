"""From Telegram updates to messages of the dialogue, and its replies back."""

import asyncio
import logging
from collections.abc import Sequence

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import CallbackQuery, Contact, ErrorEvent, Location, Message, Update

from api.contract.conversations import Channel, ConversationName
from api.contract.messages import Reply
from api.contract.problem import ApiProblemError
from bot.channels.telegram.render import render, text
from bot.dialogue.engine import DialogueEngine
from bot.dialogue.events import Event, Located, Said, Tapped
from knowledge.regions.coordinates import Coordinates, Crs

log = logging.getLogger(__name__)

MAX_WAITS = 5
PRIVATE = F.chat.type == "private"


def conversation_name(chat_id: int) -> ConversationName:
    """The name under which a chat is remembered; no other channel can use it."""
    return ConversationName(Channel.TELEGRAM, str(chat_id))


def make_router(engine: DialogueEngine, map_url: str | None = None) -> Router:
    """The handlers over one engine; ``map_url`` is where the map is, if Telegram can open it."""
    router = Router(name=__name__)

    async def converse(bot: Bot, chat_id: int, update: Update, event: Event) -> None:
        name, event_id = conversation_name(chat_id), str(update.update_id)
        replies = await engine.handle(name, event, event_id=event_id)
        await show(bot, chat_id, replies, map_url)

    @router.message(~PRIVATE)
    async def on_group(message: Message) -> None:
        await message.answer(text("only-private"))

    @router.message(F.text.as_("words"))
    async def on_text(message: Message, bot: Bot, words: str, event_update: Update) -> None:
        await converse(bot, message.chat.id, event_update, Said(words))

    @router.message(F.location.as_("location"))
    async def on_location(
        message: Message, bot: Bot, location: Location, event_update: Update
    ) -> None:
        here = Coordinates(lat=location.latitude, lon=location.longitude, crs=Crs.WGS84)
        await converse(bot, message.chat.id, event_update, Located(here))

    @router.message(F.contact.as_("contact"))
    async def on_contact(
        message: Message, bot: Bot, contact: Contact, event_update: Update
    ) -> None:
        number = contact.phone_number.removeprefix("+").removeprefix("86")
        await converse(bot, message.chat.id, event_update, Said(number))

    @router.message()
    async def on_other(message: Message) -> None:
        await message.answer(text("unsupported"))

    @router.callback_query(F.data.as_("choice"))
    async def on_choice(query: CallbackQuery, bot: Bot, choice: str, event_update: Update) -> None:
        await converse(bot, query.from_user.id, event_update, Tapped(choice))
        try:
            await query.answer()
        except TelegramBadRequest:
            log.info("a tap was answered too late to confirm")

    @router.errors()
    async def on_error(event: ErrorEvent, bot: Bot) -> bool:
        log.error("update failed: %s", type(event.exception).__name__)
        source = event.update.message or event.update.callback_query
        if source is not None and source.from_user is not None:
            error = event.exception
            sorry = error.problem.detail if isinstance(error, ApiProblemError) else text("sorry")
            await _send(bot, source.from_user.id, sorry)
        return True

    return router


async def show(
    bot: Bot, chat_id: int, replies: Sequence[Reply], map_url: str | None = None
) -> None:
    """Send replies in order, waiting as long as Telegram asks to."""
    for method in render(chat_id, replies, map_url):
        for _ in range(MAX_WAITS):
            try:
                await bot(method)
            except TelegramRetryAfter as error:
                await asyncio.sleep(error.retry_after)
                continue
            except TelegramForbiddenError:
                log.info("a person has blocked the bot")
                return
            break
        else:
            log.error("a reply was not sent: flood control")


async def _send(bot: Bot, chat_id: int, words: str) -> None:
    try:
        await bot.send_message(chat_id, words)
    except (TelegramRetryAfter, TelegramForbiddenError, TelegramBadRequest) as error:
        log.warning("could not say sorry: %s", type(error).__name__)
