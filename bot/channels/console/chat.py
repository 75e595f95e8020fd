"""A conversation in the terminal."""

import re
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.panel import Panel

from api.contract.messages import ChoiceView, Reply, ReplyKind
from bot.channels.citations import source_facts, source_title
from bot.dialogue.events import Event, Said, Tapped

Handle = Callable[[Event], Awaitable[list[Reply]]]


class ConsoleChat:
    """Reads lines, shows replies; a number picks a button."""

    def __init__(self, handle: Handle, console: Console) -> None:
        self._handle, self._console = handle, console
        self._choices: list[ChoiceView] = []

    async def run(self, read_line: Callable[[], str | None]) -> None:
        """Talk until ``read_line`` gives None."""
        await self._send(Said("/start"))
        while (line := read_line()) is not None:
            line = line.strip()
            if not line:
                continue
            picked = self._picked(line)
            await self._send(Tapped(picked) if picked else Said(line))

    def _picked(self, line: str) -> str | None:
        if re.fullmatch("#[0-9]{1,3}", line):
            number = int(line[1:])
            if 1 <= number <= len(self._choices):
                return self._choices[number - 1].id
        return None

    async def _send(self, event: Event) -> None:
        replies = await self._handle(event)
        self._choices = [choice for reply in replies for choice in reply.choices]
        number = 0
        for reply in replies:
            if reply.kind is not ReplyKind.VENUE:  # its card has been shown
                self._show(reply)
            for choice_view in reply.choices:
                number += 1
                self._console.print(f"   #{number} {choice_view.label}", style="cyan", markup=False)

    def _show(self, reply: Reply) -> None:
        if reply.text:
            self._console.print(reply.text, markup=False, highlight=False)
        if reply.card:
            body = "\n".join(reply.card.lines)
            self._console.print(Panel(body, title=reply.card.title, title_align="left"))
            for link in reply.card.links:
                self._console.print(f"{link.label}：{link.id}", style="dim", markup=False)
        for citation in reply.citations:
            line = f"{source_title(citation)} · {source_facts(citation)}"
            self._console.print(line, style="dim", markup=False, highlight=False)
