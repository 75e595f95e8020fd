"""Text hygiene that every door needs, free of any domain."""

import re
import unicodedata

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u200b-\u200f\u202a-\u202e]"
)
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\u3000\xa0]+")


def storable(text: str) -> str:
    """The text as every database keeps it: for NUL and halves of characters stands U+FFFD."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def clean(text: str) -> str:
    """The text without control characters, lone surrogates and doubled spaces, in NFKC.

    NFKC folds full-width digits and letters; Chinese punctuation that it would turn
    into ASCII is kept out of harm's way by the callers, which compare folded texts
    only with folded texts.
    """
    folded = unicodedata.normalize("NFKC", _CONTROL.sub("", text))
    return _SPACES.sub(" ", folded).strip()
