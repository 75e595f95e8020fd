"""Pages of questions and answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.content import Paragraph, Table

_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[（(][一二三四五六七八九十\d]{1,3}[)）])"
_ASKED = re.compile(
    rf"^(?:{_NUMBER} ?[、.．:：)）]? ?)?(?:问|Q|问题) ?{_NUMBER}? ?[:：、.．] ?(?P<question>.+)$",
    re.IGNORECASE,
)
_PLAIN = re.compile(rf"^(?:{_NUMBER} ?[、.．)）]? ?)?(?P<question>[^。：:]{{4,80}}[？?])$")
_ANSWERED = re.compile(r"^(?:答|A|答案|回答) ?\d{0,3} ?[:：、.．]", re.IGNORECASE)
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class QuestionUnit:
    """A question with its answer, or text outside of any pair."""

    question: str
    paragraphs: tuple[str, ...]
    is_pair: bool


def read_questions(items: Sequence[Paragraph | Table]) -> list[QuestionUnit]:
    """The units of a page of questions and answers; empty when it is no such page."""
    starts = _starts(items)
    if len(starts) < _FEWEST:
        return []
    ends = [*list(starts)[1:], len(items)]
    units = []
    if before := _texts(items[: next(iter(starts))]):
        units.append(QuestionUnit("", before, is_pair=False))
    for (start, question), end in zip(starts.items(), ends, strict=True):
        paragraphs = _texts(items[start:end])
        units.append(QuestionUnit(question, paragraphs, is_pair=len(paragraphs) > 1))
    return units


def _starts(items: Sequence[Paragraph | Table]) -> dict[int, str]:
    """Place of each question. Unmarked ones count when nearly each has its answer."""
    texts = [item.text if isinstance(item, Paragraph) else "" for item in items]
    marked = {i: match["question"] for i, text in enumerate(texts) if (match := _ASKED.match(text))}
    if len(marked) >= _FEWEST:
        return marked
    plain = {i: match["question"] for i, text in enumerate(texts) if (match := _PLAIN.match(text))}
    answers = sum(bool(_ANSWERED.match(text)) for text in texts)
    long_enough = len(plain) >= 3 and len(plain) * 8 >= len(texts)
    return plain if answers >= _FEWEST or long_enough else {}


def _texts(items: Sequence[Paragraph | Table]) -> tuple[str, ...]:
    return tuple(item.text if isinstance(item, Paragraph) else item.markdown() for item in items)
