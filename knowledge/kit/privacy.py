"""Masks personal data in free text before it is logged, embedded or kept.

Rather one number too many than one too few: an 18-digit number need not pass the
check digit of a Chinese ID number to be masked.
"""

import re

_ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(\d{6})\d{8}(\d{3}[\dXx])(?![0-9A-Za-z])|(?<!\d)\d{15}(?!\d)"
)
_BANK_CARD = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def mask_personal_data(text: str) -> str:
    """The text with ID numbers, bank cards, phones and mail addresses replaced by labels."""
    text = _ID_NUMBER.sub("[身份证号]", text)
    text = _BANK_CARD.sub("[银行卡号]", text)
    text = _PHONE.sub("[手机号]", text)
    return _EMAIL.sub("[邮箱]", text)
