"""Finds out how Chinese text is encoded: UTF-8, UTF-16, GB18030 or Big5."""

import codecs
import unicodedata

import opencc

from ingest.errors import Reason, UnreadableFileError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Chinese text is mostly of the 3755 characters of level 1; a wrong reading is not.
_PLAUSIBLE = 0.7
_MAX_CONTROLS = 0.005
# A download that broke off, a byte lost on the way: readable, and noted in the document.
_MAX_LOST = 0.01
_ENCODINGS = ("utf-8", "gb18030", "big5hkscs")


def decode_text(data: bytes) -> str:
    """The text, its lines ended by line feeds.

    Raises:
        UnreadableFileError: these bytes are no text in any encoding used for Chinese.
    """
    text = _decode(data)
    if _share_of_controls(text) > _MAX_CONTROLS:
        raise UnreadableFileError(Reason.UNKNOWN_KIND)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_plausible_chinese(text: str) -> bool:
    """Whether the letters of a text are mostly everyday Chinese, letters and digits."""
    return _score(text) >= _PLAUSIBLE


def _decode(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _attempt(data, encoding) or ""
    if (text := _attempt(data, "utf-8")) is not None:
        return text
    readings = [text for name in ("gb18030", "big5hkscs") if (text := _attempt(data, name))]
    best = max(readings, key=_score, default="")
    if _score(best) < _PLAUSIBLE:
        best = max((data.decode(name, "replace") for name in _ENCODINGS), key=_score)
    if _score(best) < _PLAUSIBLE or best.count("\ufffd") > _MAX_LOST * len(best):
        raise UnreadableFileError(Reason.UNKNOWN_KIND)
    return best


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _score(text: str) -> float:
    """Share of the letters of ``text`` that are everyday Chinese or ASCII, 0 to 1."""
    sample = opencc.OpenCC("t2s").convert(text[:20000])
    letters = [char for char in sample if unicodedata.category(char)[0] in "LNC" and char != "\n"]
    if not letters:
        return 0.0
    return sum(_is_everyday(char) for char in letters) / len(letters)


def _is_everyday(char: str) -> bool:
    if char.isascii():
        return char.isprintable() or char in "\t\r\f"
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xA1 <= lead <= 0xA3 or 0xB0 <= lead <= 0xD7


def _share_of_controls(text: str) -> float:
    controls = sum(1 for char in text if char < " " and char not in "\t\r\n\f\v")
    return controls / max(len(text), 1)
