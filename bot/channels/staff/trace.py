"""How an answer came about, step by step, as it was noted when it was given."""

from collections.abc import Sequence

from nicegui import ui

from api.contract.answers import TraceNote
from bot.channels.staff.frame import text


def show_trace(notes: Sequence[TraceNote]) -> None:
    """A line for each step."""
    for note in notes:
        step = text(f"step-{note.step}")
        ui.label(f"{step}：{note.told}").classes("staff-soft")
