"""Text hygiene that every door needs, free of any domain."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml

# Control characters except tab and line ends, halves of surrogate pairs, and what Unicode calls
# format characters: invisible, and able to part a number or turn a text around.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\xad\u061c\u180e\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\u3000\xa0]+")
_STOP = re.compile(r"[。！？!?；;\n]+")


def without_controls(text: str) -> str:
    """The text without what no writer means and not every database takes, such as NUL."""
    return _CONTROL.sub("", text)


def storable(text: str) -> str:
    """The text as every database keeps it: for NUL and halves of characters stands U+FFFD."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def clean(text: str) -> str:
    """The text without control characters, lone surrogates and doubled spaces, in NFKC.

    NFKC folds full-width digits and letters; Chinese punctuation that it would turn
    into ASCII is kept out of harm's way by the callers, which compare folded texts
    only with folded texts.
    """
    folded = unicodedata.normalize("NFKC", without_controls(text))
    return _SPACES.sub(" ", without_radicals(folded)).strip()


def without_radicals(text: str) -> str:
    """The text with characters in place of radicals that look like them (⻄安), as long as it was.

    Text copied out of a PDF has them. Those of U+2F00 on NFKC folds, those of ``radicals.yaml``
    it leaves.
    """
    return text.translate(_radicals())


def shorten(text: str, longest: int) -> str:
    """The text, or its beginning and its end where it has more than ``longest`` characters.

    People ask at either end of a long message and tell their story between. Cut between
    sentences where one ends not far from the middle; a line break stands for what is left out.
    """
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    head, tail = text[:half], text[-half:]
    stops = [stop.end() for stop in _STOP.finditer(head, half // 2)]
    start = _STOP.search(tail, 0, half // 2)
    return f"{head[: stops[-1] if stops else half]}\n{tail[start.end() if start else 0 :]}"


def latest(texts: Sequence[str], longest: int) -> list[str]:
    """The last of the texts, as many as have ``longest`` characters together; at least one."""
    kept: list[str] = []
    for text in reversed(texts):
        longest -= len(text)
        if kept and longest < 0:
            break
        kept.append(text)
    return kept[::-1]


@cache
def _radicals() -> dict[int, str]:
    text = files("knowledge.kit").joinpath("radicals.yaml").read_text("utf-8")
    return {ord(pair[0]): pair[1] for pair in str(read_yaml(text)["radicals"]).split()}
