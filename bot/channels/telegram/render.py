"""From replies to what Telegram shows: texts within its limits, keyboards, venues."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import yaml
from aiogram.methods import SendMessage, SendVenue, TelegramMethod
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    WebAppInfo,
)

from api.contract.answers import CitationView
from api.contract.messages import Reply, ReplyKind
from bot.channels.citations import source_facts, source_title

MAX_TEXT = 4096
MAX_CALLBACK_BYTES = 64
MAX_ROW_CHARACTERS = 22


def text(key: str, **fields: object) -> str:
    """A sentence of Telegram's own catalog."""
    return _catalog()[key].format(**fields)


def render(
    chat_id: int, replies: Sequence[Reply], map_url: str | None = None
) -> Iterator[TelegramMethod[Message]]:
    """The calls that show replies, in order; ``map_url`` is what a button opens inside."""
    for reply in replies:
        if reply.kind is ReplyKind.VENUE and reply.coordinates:
            title, _, address = reply.text.partition("\n")
            yield SendVenue(
                chat_id=chat_id,
                latitude=reply.coordinates.lat,
                longitude=reply.coordinates.lon,
                title=title,
                address=address or title,
            )
            continue
        parts = split_text(_words(reply))
        for number, part in enumerate(parts, start=1):
            is_last = number == len(parts)
            markup = _keyboard(reply) if is_last else None
            yield SendMessage(chat_id=chat_id, text=part, reply_markup=markup, parse_mode=None)
        if map_url and reply.kind is ReplyKind.LOCATION_REQUEST:
            # Of its own: the keyboard that shares a position leaves no room for it.
            opener = InlineKeyboardButton(text=text("map-open"), web_app=WebAppInfo(url=map_url))
            markup = InlineKeyboardMarkup(inline_keyboard=[[opener]])
            yield SendMessage(chat_id=chat_id, text=text("map-offer"), reply_markup=markup)


def split_text(words: str, limit: int = MAX_TEXT) -> list[str]:
    """The text in pieces of at most ``limit`` UTF-16 units, cut at lines or sentences."""
    pieces: list[str] = []
    while _length(words) > limit:
        cut = _cut(words, limit)
        pieces.append(words[:cut].rstrip())
        words = words[cut:].lstrip()
    return [*pieces, words] if words else pieces


def _cut(words: str, limit: int) -> int:
    """Where to cut: the last line end, else sentence end, else anywhere within the limit."""
    room = limit
    while _length(words[:room]) > limit:
        room -= 1
    for mark in ("\n", "。", "；", "，"):
        place = words.rfind(mark, room // 2, room)
        if place > 0:
            return place + 1
    return room


def _length(words: str) -> int:
    """Telegram counts UTF-16 units."""
    return len(words.encode("utf-16-le")) // 2


def _words(reply: Reply) -> str:
    parts = [reply.text] if reply.text else []
    if reply.card:
        parts.append("\n".join([reply.card.title, *reply.card.lines]))
    if reply.citations:
        parts.append("\n".join([text("sources"), *map(_source, reply.citations)]))
    return "\n\n".join(parts)


def _source(citation: CitationView) -> str:
    return f"{source_title(citation)}（{source_facts(citation)}）"


def _keyboard(
    reply: Reply,
) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    if reply.kind is ReplyKind.LOCATION_REQUEST:
        return _sharing(KeyboardButton(text=text("share-location"), request_location=True))
    if reply.field == "phone":
        return _sharing(KeyboardButton(text=text("share-phone"), request_contact=True))
    rows: list[list[InlineKeyboardButton]] = []
    width = MAX_ROW_CHARACTERS
    for choice in reply.choices:
        if len(choice.id.encode()) > MAX_CALLBACK_BYTES:
            continue
        width += len(choice.label) + 4
        if width > MAX_ROW_CHARACTERS:
            rows.append([])
            width = len(choice.label)
        rows[-1].append(InlineKeyboardButton(text=choice.label, callback_data=choice.id))
    if reply.card and reply.card.links:
        rows.append([InlineKeyboardButton(text=k.label, url=k.id) for k in reply.card.links])
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _sharing(button: KeyboardButton) -> ReplyKeyboardMarkup:
    return ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True)


@cache
def _catalog() -> dict[str, str]:
    raw = files("bot.channels.telegram").joinpath("texts.yaml").read_text("utf-8")
    return {key: str(value) for key, value in yaml.safe_load(raw).items()}
