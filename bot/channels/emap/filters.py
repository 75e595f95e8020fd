"""What a branch must be to be shown."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from api.contract.branch_map import BankCount
from api.contract.branches import ApplicantKind
from bot.channels.emap.texts import text

ANY = ""


class Filters:
    """Who applies, open now or not, and the bank."""

    def __init__(self, on_change: Callable[[], Awaitable[None]]) -> None:
        self._on_change, self._is_quiet = on_change, False
        kinds = {ANY: text("kind-any")}
        kinds |= {kind.value: text(f"kind-{kind.value}") for kind in ApplicantKind}
        with (
            ui.element("div")
            .classes("emap-filters")
            .props(f'role="group" aria-label="{text("filters")}"')
        ):
            self._kind = (
                ui.toggle(kinds, value=ANY, on_change=self._changed)
                .props(f'no-caps unelevated dense aria-label="{text("kind-label")}"')
                .classes("emap-kinds")
            )
            self._open = ui.checkbox(text("open-now"), on_change=self._changed).props("dense")
            self._bank = (
                ui.select({ANY: text("bank-any")}, value=ANY, on_change=self._changed)
                .props(f'outlined dense options-dense aria-label="{text("bank")}"')
                .classes("emap-bank")
            )

    @property
    def kind(self) -> ApplicantKind | None:
        """Who applies."""
        return ApplicantKind(self._kind.value) if self._kind.value else None

    @property
    def is_open_now(self) -> bool:
        """Whether what is known to be closed now is left out."""
        return bool(self._open.value)

    @property
    def bank(self) -> str | None:
        """The bank's name."""
        return self._bank.value or None

    @property
    def are_set(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.kind or self.is_open_now or self.bank)

    @property
    def chosen(self) -> tuple[ApplicantKind | None, str | None, bool]:
        """All that is filtered by, to see whether it was changed meanwhile."""
        return self.kind, self.bank, self.is_open_now

    def offer_banks(self, banks: Sequence[BankCount]) -> None:
        """The banks in view; the one that was chosen stays among them."""
        options = {ANY: text("bank-any")} | {b.bank: f"{b.bank}（{b.count}）" for b in banks}
        if self.bank:
            options.setdefault(self.bank, self.bank)
        if options != self._bank.options:
            self._bank.set_options(options)

    async def reset(self) -> None:
        """Show everything again."""
        self._is_quiet = True
        self._kind.value, self._open.value, self._bank.value = ANY, False, ANY
        self._is_quiet = False
        await self._on_change()

    async def _changed(self) -> None:
        if not self._is_quiet:
            await self._on_change()
