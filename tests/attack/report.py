"""Tables of attacks: for the terminal, as Markdown, as JSON."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.attack.catalogue import Attack, Finding

COLUMNS = ("attack", "held when", "measured", "held")


@dataclass(frozen=True, slots=True)
class Entry:
    """An attack that was made; ``load`` is the machine's load average of the last minute."""

    attack: Attack
    finding: Finding
    seconds: float
    load: float

    @property
    def verdict(self) -> str:
        """Whether it was held, in a word."""
        words = {True: "yes", False: "NO", None: "not tried"}
        return words[self.finding.is_held]

    def cells(self) -> tuple[str, ...]:
        """One row of the table."""
        attack, finding = self.attack, self.finding
        return (attack.name, attack.held_when, finding.measured, self.verdict)


def load_average() -> float:
    """The machine's load average of the last minute."""
    return round(os.getloadavg()[0], 2)


def show(entries: list[Entry], title: str) -> None:
    """Print the table."""
    table = Table(title=title, title_justify="left", show_lines=True)
    for column in COLUMNS:
        table.add_column(column, overflow="fold")
    table.add_column("s", justify="right")
    for entry in entries:
        table.add_row(*entry.cells(), f"{entry.seconds:.0f}")
    console = Console(width=None if os.isatty(1) else 160)
    console.print(table, markup=False)
    held = sum(entry.finding.is_held is True for entry in entries)
    console.print(f"{held} of {len(entries)} attacks held")


def write_json(entries: list[Entry], title: str, path: Path) -> None:
    """Write all figures."""
    rows = [
        {
            "name": entry.attack.name,
            "aim": entry.attack.aim,
            "held_when": entry.attack.held_when,
            **asdict(entry.finding),
            "seconds": round(entry.seconds, 1),
            "load_average": entry.load,
        }
        for entry in entries
    ]
    made = {"title": title, "at": datetime.now(UTC).isoformat(timespec="seconds"), "attacks": rows}
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1), "utf-8")


def write_markdown(entries: list[Entry], title: str, path: Path) -> None:
    """Write the table for a note."""
    lines = [f"# {title}", "", "| attack | aim | held when | measured | held | load |"]
    lines.append("|---|---|---|---|---|---|")
    for entry in entries:
        name, held_when, measured, verdict = entry.cells()
        cells = (name, entry.attack.aim, held_when, measured, verdict, f"{entry.load:.1f}")
        escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
        lines.append(f"| {' | '.join(escaped)} |")
    path.write_text("\n".join([*lines, ""]), "utf-8")
