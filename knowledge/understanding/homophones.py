"""Puts mistyped words of the field right: 但保 and danbao are 担保, 贴西 is 贴息."""

import re
from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml

_LETTERS = re.compile(r"[a-z]+(?: [a-z]+)*")
_CHARACTERS = re.compile(r"[\u4e00-\u9fff]+")
SHORTEST_SOUND = 4


def correct(text: str) -> str:
    """The text with homophones of field words replaced; all else as it was."""
    text = _LETTERS.sub(lambda run: _spell(run[0]), text)
    return _CHARACTERS.sub(lambda run: _replace(run[0]), text)


def warm_up() -> None:
    """Load the table of sounds, most of a second, before somebody waits for it."""
    correct("但保")


def _replace(run: str) -> str:
    words, _ = _words()
    sounds = _sounds(run)
    if len(sounds) != len(run):
        return run
    for start in range(len(run)):
        for length in range(min(6, len(run) - start), 1, -1):
            piece = run[start : start + length]
            word = words.get(tuple(sounds[start : start + length]))
            if word is None or word == piece or _is_meant(run, start, piece, word):
                continue
            run = run[:start] + word + run[start + length :]
            break
    return run


def _is_meant(run: str, start: int, piece: str, right: str) -> bool:
    """Whether the characters stand as they should: a kept word, or nothing of the right one."""
    _, keep = _words()
    if not set(piece) & set(right):
        return True  # a word of the same sound and no common character is seldom a slip
    return any(word in run[max(0, start - 3) : start + len(piece) + 3] for word in keep)


def _spell(run: str) -> str:
    """Field words written in Latin letters; tokens that hold anything else stay."""
    return _read_letters(run.replace(" ", "")) or " ".join(
        _read_letters(token) or token for token in run.split(" ")
    )


def _read_letters(letters: str) -> str | None:
    """The words that letters spell, longest first; None when something is left over."""
    spelled, found, start = _spelled(), "", 0
    while start < len(letters):
        longest = min(len(letters), start + _longest_spelling())
        ends = range(longest, start + SHORTEST_SOUND - 1, -1)
        end = next((end for end in ends if letters[start:end] in spelled), None)
        if end is None:
            return None
        found, start = found + spelled[letters[start:end]], end
    return found


def _sounds(text: str) -> list[str]:
    # Here and not above: the start does not wait for the table of sounds.
    from pypinyin import lazy_pinyin

    sounds: list[str] = lazy_pinyin(text)
    return sounds


@cache
def _words() -> tuple[dict[tuple[str, ...], str], tuple[str, ...]]:
    raw = _raw()
    return {tuple(_sounds(word)): word for word in raw["characters"].split()}, tuple(raw["keep"])


@cache
def _spelled() -> dict[str, str]:
    return {"".join(_sounds(word)): word for word in _raw()["letters"].split()}


@cache
def _longest_spelling() -> int:
    return max(map(len, _spelled()))


@cache
def _raw() -> dict[str, str]:
    text = files("knowledge.understanding").joinpath("homophones.yaml").read_text("utf-8")
    raw: dict[str, str] = read_yaml(text)
    return raw
