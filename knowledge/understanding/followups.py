"""What a message that follows another one brings of its own."""

import re
from collections.abc import Sequence

from knowledge.rules.vocabulary import find_terms
from knowledge.understanding.places import PlaceMention

_MARKED = re.compile(
    r"^(?:那|那么|如果|要是|换成|还有|另外)|呢[?？。!！]*$"
    r"|够(?:吗|不够|不|了吗)?[?？。]*$"
    # A sum is asked for of the amount that was named.
    r"|^(?:一共|总共|每个?月|月供|利息|自己).{0,6}(?:多少|几)"
)
# The answer to the question for the rate.
_GIVES_RATE = re.compile(
    r"(?:合同)?(?:年?化?利率|利息)?(?:是|为|按|大概)?\d+(?:\.\d+)?(?:%|个点)[。.]?"
)
_MARKS = re.compile(
    r"^(?:那么|那|如果|要是|换成|还有|另外)+|(?<![呢吗啊呀吧?？。!！])[呢吗啊呀吧?？。!！]+$"
)
_WHO = re.compile(
    r"国家|全国|省里|市里|县里|合伙|小微企业|企业|小?公司|工厂|厂子|合作社|个体户?|个人|本人"
)
_COUNTS = re.compile(
    r"[\d零一二两俩三仨四五六七八九十百千万亿.%]+(?:个|口|位|名)?(?:人|年|月|元|块钱?|岁|点)?"
)
_FILLERS = re.compile(
    r"可以|能不能|行不行|[的了也都是在我俺咱你他就那这有行能好对不没开办做当和跟,，、 ]"
)
# Up to here a message stands alone only when its intent is plain: 三个人呢, 那企业.
VAGUE_LENGTH = 8
# 期限, 合伙: who says so little goes on from what was said.
BRIEF_LENGTH = 4


def is_follow_up(text: str, *, is_plain: bool) -> bool:
    """Whether a message cannot be read without the one before; ``is_plain``: its intent is."""
    longest = BRIEF_LENGTH if is_plain else VAGUE_LENGTH
    goes_on = _MARKED.search(text) or _GIVES_RATE.fullmatch(text)
    return bool(goes_on) or len(text) <= longest


def own_words(text: str, places: Sequence[PlaceMention]) -> str:
    """The words that say what is asked, without those that only say where, who or how much.

    Empty in 那三个人呢, 济南呢 and 那农民工呢, which ask what was asked before;
    "利息" in 那20万的利息呢.
    """
    if _GIVES_RATE.fullmatch(text):
        return ""
    rest = _MARKS.sub("", text)
    for place in places:
        rest = rest.replace(place.text, "")
    for group in find_terms("groups", rest):
        for word in sorted({*group.said, *group.written}, key=len, reverse=True):
            rest = rest.replace(word, "")
    bare = _FILLERS.sub("", _COUNTS.sub("", _WHO.sub("", rest)))
    return rest if len(bare) > 1 else ""
