"""Cuts a long unit at paragraphs and sentence ends, never inside a sentence."""

from collections.abc import Sequence

_STOPS = "。！？!?"
_CLOSING = "”’』」）)》"
_REMAINDER = 80
_LONGEST_LEAD_IN = 40
_OPEN_TO_CLOSE = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》", "「": "」", "『": "』"}


def cut(paragraphs: Sequence[str], *, longest: int) -> list[str]:
    """The paragraphs in pieces of about ``longest`` characters at most.

    Whole paragraphs (款, 项) are kept together where they fit, a heading or a lead-in with
    what follows it; a sentence or a table that is longer than ``longest`` stays whole.
    """
    pieces: list[list[tuple[str, str]]] = [[]]
    for paragraph in paragraphs:
        for part in _parts(paragraph, longest):
            if pieces[-1] and _length(pieces[-1]) + len(part[0]) > longest:
                led_in = _take_lead_in(pieces[-1])
                pieces.append(led_in)
            pieces[-1].append(part)
    if len(pieces) > 1 and _length(pieces[-1]) < _REMAINDER:
        pieces[-2:] = [pieces[-2] + pieces[-1]]
    return [_write(piece) for piece in pieces if piece]


def _length(piece: list[tuple[str, str]]) -> int:
    return sum(len(text) for text, _ in piece)


def _write(piece: list[tuple[str, str]]) -> str:
    first, *others = piece
    return first[0] + "".join(separator + text for text, separator in others)


def _take_lead_in(piece: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Remove and return a heading that would end the piece, unless it is all of it."""
    last = piece[-1][0]
    is_open = len(last) <= _LONGEST_LEAD_IN and not last.endswith((*_STOPS, *_CLOSING, "；", ";"))
    return [piece.pop()] if is_open and len(piece) > 1 and not last.startswith("|") else []


def _parts(paragraph: str, longest: int) -> list[tuple[str, str]]:
    """The paragraph, or its sentences when it is too long, each with what joins it."""
    if len(paragraph) <= longest or paragraph.startswith("|"):
        return [(paragraph, "\n")]
    first, *others = split_sentences(paragraph)
    return [(first, "\n"), *((sentence, "") for sentence in others)]


def split_sentences(text: str) -> list[str]:
    """Sentences with their closing marks; a stop inside quotes or brackets does not end one.

    A bracket that is never closed does not hold the rest together.
    """
    sentences: list[str] = []
    start = 0
    awaited: list[str] = []
    last = {closing: text.rfind(closing) for closing in _OPEN_TO_CLOSE.values()}
    for index, char in enumerate(text):
        if char in _OPEN_TO_CLOSE and last[_OPEN_TO_CLOSE[char]] > index:
            awaited.append(_OPEN_TO_CLOSE[char])
        elif awaited and char == awaited[-1]:
            awaited.pop()
        ends_here = char in _STOPS and not awaited
        closes_quote = not awaited and char in "”』」" and index > 0 and text[index - 1] in _STOPS
        following = text[index + 1 : index + 2]
        if (ends_here or closes_quote) and following not in (*_STOPS, *_CLOSING, "，", "、", "；"):
            sentences.append(text[start : index + 1])
            start = index + 1
    if start < len(text):
        sentences.append(text[start:])
    return [sentence for sentence in sentences if sentence.strip()]
