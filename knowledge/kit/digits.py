"""Numbers that stand for somebody or something, in the one spelling they are compared in."""

import unicodedata

_MINUS = "\u2212"


def ascii_digits(text: str) -> str:
    """The text in NFKC, with the decimal digits of every script as 0 to 9."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)


def canonical_code(text: str) -> str:
    """An ID number, phone, card, credit code, receipt or code as it is kept and compared.

    ASCII digits whatever was typed, capital letters, without spaces, dashes and characters
    that cannot be seen. Applying it again changes nothing. Whether the result is a valid number
    is for the caller to say, with ``[0-9]``: a pattern's digit class takes every script.
    """
    code = _folded(text)
    while code != text:  # what is taken out may let its neighbours melt together
        text, code = code, _folded(code)
    return code


def _folded(text: str) -> str:
    kept = "".join(c for c in ascii_digits(text) if not _separates(c))
    return "".join(c.upper() if c.isascii() else c for c in kept)


def _separates(character: str) -> bool:
    is_unseen = unicodedata.category(character) in ("Cf", "Cc", "Pd", "Zs", "Zl", "Zp")
    return is_unseen or character.isspace() or character == _MINUS
