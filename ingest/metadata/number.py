"""Document numbers (文号) such as 济人社发〔2023〕12号."""

import re

_NUMBER = re.compile(
    r"(?P<prefix>[\u4e00-\u9fff]{1,12}?) ?[〔﹝【\[［（(〈] ?(?P<year>(?:19|20)\d\d) ?"
    r"[〕﹞】\]］）)〉]"
    r" ?第? ?(?P<serial>\d{1,5}) ?号"
)
_QUOTED = re.compile(
    r"《[^《》]*(?:《[^《》]*》[^《》]*)*》 ?(?:[（(][^（()）]*[〔\[［][^（()）]*号[)）])?"
)
_LEADING = re.compile(r"^.*(?:根据|按照|依据|以及|及|和|与|文号|发文字号|字号|文件|的|由|经)")


def find_numbers(text: str) -> list[str]:
    """All numbers of a text, in the form 济人社发〔2023〕12号."""
    return [_written(match) for match in _NUMBER.finditer(text)]


def find_own_numbers(text: str) -> list[str]:
    """Numbers of a text that do not belong to a work it cites in 《》."""
    return find_numbers(_QUOTED.sub("", text))


def is_number_line(text: str) -> bool:
    """Whether a line says a number and hardly anything else (签发人 aside)."""
    rest = _NUMBER.sub("", text.split("签发人")[0])
    return bool(_NUMBER.search(text)) and len(re.sub(r"[\W_]", "", rest)) <= 2


def _written(match: re.Match[str]) -> str:
    prefix = _LEADING.sub("", match["prefix"]) or match["prefix"]
    return f"{prefix}〔{match['year']}〕{int(match['serial'])}号"
