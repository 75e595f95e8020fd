"""Reads the labelled messages and the questions with their clauses.

``messages/*.yaml`` and ``pairs/*.yaml``, a file each of one author; GUIDE.md and PAIRS.md tell
how they are written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from knowledge.kit.yaml import read_yaml
from knowledge.understanding.labels import Act, Form, Matter, Role, Who
from knowledge.understanding.normaliser import fold

MESSAGES = Path(__file__).parent / "messages"
PAIRS = Path(__file__).parent / "pairs"
# Of authors that take no part in the training.
HELD_OUT_MESSAGES = Path(__file__).parent / "held_out_messages"
HELD_OUT_PAIRS = Path(__file__).parent / "held_out_pairs"
_MARK = re.compile(r"\[([^\[\]|]+)\|([a-z_]+)\]")


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch, from ``start`` up to ``end`` in characters of the message."""

    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A message with what it means; ``before`` are the person's earlier ones, oldest first.

    ``goes_on`` tells whether it means what it does only after them.
    """

    text: str
    act: Act
    asks: tuple[tuple[Matter, Form], ...]
    who: Who | None
    spans: tuple[Span, ...]
    before: tuple[str, ...]
    author: str
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with the clauses that answer it; ``region`` is where its asker is."""

    text: str
    region: str | None
    clauses: tuple[str, ...]
    author: str


def read_messages(folders: Sequence[Path] = (MESSAGES,)) -> list[LabelledMessage]:
    """All labelled messages, in the order of their files.

    Raises:
        ValueError: an item is not labelled as the guide says.
    """
    return [
        _message(item, path)
        for folder in folders
        for path in sorted(folder.glob("*.yaml"))
        for item in read_yaml(path.read_text("utf-8"))
    ]


def read_pairs(folders: Sequence[Path] = (PAIRS,)) -> list[Pair]:
    """All questions with their clauses, in the order of their files."""
    return [
        Pair(
            text=str(item["q"]),
            region=str(item["region"]) if item.get("region") else None,
            clauses=tuple(item["clauses"]),
            author=path.stem,
        )
        for folder in folders
        for path in sorted(folder.glob("*.yaml"))
        for item in read_yaml(path.read_text("utf-8"))
    ]


def _message(item: dict[str, Any], path: Path) -> LabelledMessage:
    try:
        text, spans = read_marks(str(item["q"]))
        before = tuple(str(one) for one in item.get("before") or ())
        asks = [str(ask).partition(":")[::2] for ask in item.get("asks") or ()]
        return LabelledMessage(
            text=text,
            act=Act(item["act"]),
            asks=tuple((Matter(matter), Form(form)) for matter, form in asks),
            who=Who(item["subject"]) if item.get("subject") else None,
            spans=spans,
            before=before,
            author=path.stem,
            goes_on=bool(item.get("goes_on", before)),
        )
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path.name}: {item.get('q')!r}: {error}") from error


def read_marks(marked: str) -> tuple[str, tuple[Span, ...]]:
    """A text without its ``[stretch|role]`` marks, and where they stood."""
    text, spans, at = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        spans.append(Span(len(text), len(text) + len(mark[1]), Role(mark[2])))
        text += mark[1]
        at = mark.end()
    return text + marked[at:], tuple(spans)


def folded(message: LabelledMessage) -> LabelledMessage:
    """The message as it is read: simplified characters, full-width ones folded.

    Where folding changes the length, the spans move with the text.
    """
    pieces, spans, at = "", [], 0
    for span in message.spans:
        pieces += fold_keeping_spaces(message.text[at : span.start])
        start = len(pieces)
        pieces += fold_keeping_spaces(message.text[span.start : span.end])
        spans.append(replace(span, start=start, end=len(pieces)))
        at = span.end
    pieces += fold_keeping_spaces(message.text[at:])
    before = tuple(fold(one).text for one in message.before)
    return replace(message, text=pieces, spans=tuple(spans), before=before)


def fold_keeping_spaces(text: str) -> str:
    """As a message is folded, but with the spaces at either end, where it is but a part."""
    head = text[: len(text) - len(text.lstrip())]
    tail = text[len(text.rstrip()) :] if text.strip() else ""
    return f"{head}{fold(text).text}{tail}"
