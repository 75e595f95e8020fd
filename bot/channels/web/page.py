"""The chat page: shows replies and hands what a person does to the dialogue.

State lives with the dialogue. A conversation belongs to the browser whose signed cookie holds
its random id; it is named in the page's own space, which no request can name.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from importlib.resources import files

import yaml
from fastapi import Request
from nicegui import app, ui

from api.contract.answers import CitationView
from api.contract.callers import origin_of_address
from api.contract.conversations import Channel, ConversationName
from api.contract.messages import Card, Reply, ReplyKind
from api.contract.problem import ApiProblemError
from bot.channels.citations import source_facts, source_title
from bot.channels.position import ask_position
from bot.dialogue.engine import DialogueEngine
from bot.dialogue.events import Event, Located, Said, Tapped
from knowledge.kit.errors import ChuangdaiError
from knowledge.kit.privacy import mask_personal_data

# Characters; the dialogue says so when that is too long for it.
MOST_TYPED = 10_000

Converse = Callable[[Event], Awaitable[list[Reply]]]


def register_chat_page(
    engine: DialogueEngine, count: Callable[[Request], None], path: str = "/"
) -> None:
    """Serve the chat page at ``path``; every message goes to the engine.

    ``count`` counts one message of whoever opened the page, and raises an
    :class:`~api.contract.problem.ApiProblemError` where it is one too many.
    """

    @ui.page(path, title=text("title"))
    async def chat(request: Request) -> None:
        await ui.context.client.connected(timeout=20)
        name = ConversationName(Channel.WEB, app.storage.browser["id"])
        origin = origin_of_address(request.client.host if request.client else "")

        async def converse(event: Event) -> list[Reply]:
            count(request)
            return await engine.handle(name, event, origin=origin)

        await ChatView(converse).open()


class ChatView:
    """One person's view of the conversation."""

    def __init__(self, converse: Converse) -> None:
        self._converse = converse
        self._draw_frame()

    async def open(self) -> None:
        """Let the dialogue greet, or go on where it was."""
        await self._send(Said("/start"))

    def _draw_frame(self) -> None:
        style = files("bot.channels.web").joinpath("chat.css").read_text("utf-8")
        ui.add_head_html(f"<style>{style}</style>")
        ui.query("html").props('lang="zh-CN"')
        ui.colors(primary="#1f6f54")
        with ui.header().classes("chat-header"):
            ui.label(text("title")).classes("chat-title").props('role="heading" aria-level="1"')
            ui.label(text("subtitle")).classes("chat-subtitle")
            ui.link(text("map"), "/map").classes("chat-map")
        self._log = ui.column().classes("chat-log").props('role="log" aria-live="polite"')
        with ui.footer().classes("chat-footer"):
            with ui.row().classes("chat-entry"):
                ui.button(icon="my_location", on_click=self._send_position).props(
                    f'flat round aria-label="{text("position")}"'
                ).tooltip(text("position"))
                self._entry = (
                    ui.input(placeholder=text("placeholder"))
                    .props('outlined dense rounded maxlength=2000 autocomplete="off"')
                    .classes("chat-input")
                    .on("keydown.enter", self._send_typed)
                )
                self._entry.props(f'aria-label="{text("placeholder")}"')
                ui.button(icon="send", on_click=self._send_typed).props(
                    f'round unelevated aria-label="{text("send")}"'
                )
            ui.label(text("privacy")).classes("chat-privacy")

    async def _send_typed(self) -> None:
        typed = str(self._entry.value or "")[:MOST_TYPED].strip()
        if typed:
            self._entry.value = ""
            self._show_own(mask_personal_data(typed))
            await self._send(Said(typed))

    async def _send_choice(self, choice_id: str, label: str) -> None:
        self._show_own(label)
        await self._send(Tapped(choice_id))

    async def _send_position(self) -> None:
        here = await ask_position()
        if here is None:
            ui.notify(text("position-denied"), type="warning", multi_line=True)
            return
        self._show_own(text("position"))
        await self._send(Located(here))

    async def _send(self, event: Event) -> None:
        with self._log:
            waiting = ui.spinner("dots", size="2em").classes("chat-waiting")
        self._scroll()
        try:
            replies = await self._converse(event)
        except ApiProblemError as error:
            replies = []
            ui.notify(error.problem.detail, type="warning", multi_line=True)
        except ChuangdaiError:
            replies = []
            ui.notify(text("failed"), type="negative")
        finally:
            waiting.delete()
        for reply in replies:
            if reply.kind is not ReplyKind.VENUE:  # its card has been shown
                self._show(reply)
        self._scroll()

    def _show_own(self, words: str) -> None:
        with self._log:
            ui.label(words).classes("bubble own")
        self._scroll()

    def _show(self, reply: Reply) -> None:
        with self._log, ui.column().classes("bubble theirs"):
            if reply.text:
                ui.label(reply.text).classes("words")
            if reply.card:
                _show_card(reply.card)
            if reply.citations:
                _show_citations(reply.citations)
            if reply.kind == "location_request":
                ui.button(text("position"), icon="my_location", on_click=self._send_position).props(
                    "outline rounded no-caps"
                )
            if reply.choices:
                with ui.row().classes("choices"):
                    for choice in reply.choices:
                        ui.button(
                            choice.label,
                            on_click=lambda c=choice: self._send_choice(c.id, c.label),
                        ).props("outline rounded no-caps").classes("choice")

    def _scroll(self) -> None:
        ui.run_javascript("window.scrollTo({top: document.body.scrollHeight, behavior: 'smooth'})")


def _show_card(card: Card) -> None:
    with ui.column().classes("card"):
        ui.label(card.title).classes("card-title")
        for line in card.lines:
            ui.label(line).classes("card-line")
        with ui.row().classes("choices"):
            for link in card.links:
                ui.link(link.label, link.id, new_tab=True).classes("card-link")


def _show_citations(citations: list[CitationView]) -> None:
    with (
        ui.expansion(text("sources", count=len(citations)), icon="menu_book")
        .classes("sources")
        .props("dense")
    ):
        for citation in citations:
            with ui.column().classes("source"):
                ui.label(source_title(citation)).classes("source-title")
                facts = (source_facts(citation), citation.issuer)
                ui.label(" · ".join(filter(None, facts))).classes("source-facts")
                ui.label(citation.quote).classes("source-quote")
                if citation.url:
                    ui.link(text("original"), citation.url, new_tab=True).classes("card-link")


def text(key: str, **fields: object) -> str:
    """A sentence of the page's catalog."""
    return _catalog()[key].format(**fields)


@cache
def _catalog() -> dict[str, str]:
    raw = files("bot.channels.web").joinpath("texts.yaml").read_text("utf-8")
    return {key: str(value) for key, value in yaml.safe_load(raw).items()}
