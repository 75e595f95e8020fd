"""Masks personal data in free text before it is stored, logged, embedded or shown.

masking       the one function that everybody calls
spelling      how people write a digit: ２, 二, 贰, 幺, ②
numbers       ID numbers, bank cards, phones
contacts      mail addresses, WeChat and QQ names, number plates
names         personal names, known by what stands before them
addresses     street, village, building, room; county and city stay
*.yaml, *.txt the words these go by
"""

from knowledge.kit.privacy.masking import mask_personal_data

__all__ = ["mask_personal_data"]
