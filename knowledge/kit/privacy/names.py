"""Finds the names of people by what stands before them.

A name alone cannot be told from any other two or three characters, so it takes a word that
announces one (我叫, 联系人：, 我姓), a surname, and an end: punctuation or a word that goes on
the sentence. After words that announce a name only now and then (我是, 本人) the surname must
be one of the common ones and the end must be plain to see.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from knowledge.kit.privacy.spans import Label, Span
from knowledge.kit.privacy.words import places, words

_HAN = re.compile(r"[\u3400-\u9fff]+")
_SEPARATOR = r"[\s:：]*[“\"「『【]?"
# Between a name and the number that belongs to it: 王小明，男，电话：
_BESIDE_NUMBER = re.compile(
    r"(?:^|[^\u3400-\u9fff])([\u3400-\u9fff]{2,4})[\s,，、:：(（]{0,3}"
    r"(?:[男女][\s,，、]{0,2})?(?:的?(?:身份证|手机|电话|联系电话|联系方式|卡号|微信)(?:号码|号)?(?:是|为)?)?"
    r"[\s:：]{0,3}$"
)
_BEFORE_NUMBER = 18


def find_names(text: str, numbers: Iterable[Span]) -> Iterator[Span]:
    """Names of people; ``numbers`` are spans beside which a name may stand alone."""
    for announced in _announced().finditer(text):
        is_sure = announced.lastgroup in ("sure", "label")
        if (span := _name_at(text, announced.end(), is_sure=is_sure)) is not None:
            yield span
    for surname in _surname_only().finditer(text):
        yield Span(surname.start(1), surname.end(1), Label.NAME)
    for number in numbers:
        start = max(0, number.start - _BEFORE_NUMBER)
        beside = _BESIDE_NUMBER.search(text, start, number.start)
        if beside is not None and _is_whole_name(beside[1]):
            yield Span(beside.start(1), beside.end(1), Label.NAME)


def _name_at(text: str, start: int, *, is_sure: bool) -> Span | None:
    """The name that begins at ``start``, if one does."""
    stretch = _HAN.match(text, start, start + 6)
    if stretch is None:
        return None
    han = stretch[0]
    surname = _surname(han, is_sure=is_sure)
    if surname is None or han[:2] in _no_names() or han[:3] in _no_names():
        return None
    end = surname + _given_length(han[surname:])
    if end == surname or han[surname : surname + 2] in _titles():
        return None
    if not is_sure and not _looks_like_a_person(han, end):
        return None
    return Span(start, start + end, Label.NAME)


def _surname(han: str, *, is_sure: bool) -> int | None:
    """How many characters are a surname."""
    if han[:2] in _doubles():
        return 2
    known = _surnames() if is_sure else _common()
    return 1 if han[0] in known else None


def _given_length(rest: str) -> int:
    """How many characters after the surname are the given name."""
    if not rest or rest[0] in _never_in_name():
        return 0
    if len(rest) == 1 or rest[1:3] in _words_after():
        return 1
    if rest[1] in _never_in_name():
        return 1
    if rest[1] in _seldom_in_name() and len(rest) > 2:
        return 1
    return 2


def _looks_like_a_person(han: str, end: int) -> bool:
    name, rest = han[:end], han[end:]
    if name in places() or _ends_of_things() & {name[-1], *rest[:1]}:
        return False
    return not rest or rest[0] in _never_in_name() or rest[0] in _seldom_in_name()


def _is_whole_name(han: str) -> bool:
    surname = _surname(han, is_sure=False)
    is_long_enough = surname is not None and 1 <= len(han) - surname <= 2
    return is_long_enough and han[:2] not in _no_names() and _looks_like_a_person(han, len(han))


@cache
def _announced() -> re.Pattern[str]:
    called = "".join(words("called_before"))
    return re.compile(
        rf"(?P<sure>(?:{_any('sure_before_name')}){_SEPARATOR}(?:是|叫|为)?{_SEPARATOR})"
        rf"|(?P<label>(?:{_any('labels_before_name')})(?:姓名)?[:：]\s*{_SEPARATOR})"
        rf"|(?P<loose>(?:{_any('labels_before_name')})(?:是|叫|为|\s){_SEPARATOR}"
        rf"|(?:{_any('loose_before_name')}){_SEPARATOR}"
        rf"|(?:(?<=[{called}])|(?<=[^\u3400-\u9fff])|^)叫(?:做)?{_SEPARATOR})"
    )


@cache
def _surname_only() -> re.Pattern[str]:
    known = "".join(sorted(_surnames()))
    doubles = "|".join(words("double_surnames"))
    return re.compile(rf"(?<![百名])姓\s*({doubles}|[{known}])(?!名|什么|氏)")


def _any(table: str) -> str:
    return "|".join(sorted(words(table), key=len, reverse=True))


@cache
def _common() -> frozenset[str]:
    return frozenset(words("common_surnames"))


@cache
def _surnames() -> frozenset[str]:
    return _common() | frozenset(words("other_surnames"))


@cache
def _doubles() -> frozenset[str]:
    return frozenset(words("double_surnames"))


@cache
def _no_names() -> frozenset[str]:
    return frozenset(words("no_names"))


@cache
def _titles() -> frozenset[str]:
    return frozenset(words("titles"))


@cache
def _ends_of_things() -> frozenset[str]:
    return frozenset(words("ends_of_things"))


@cache
def _never_in_name() -> frozenset[str]:
    return frozenset(words("after_name"))


@cache
def _seldom_in_name() -> frozenset[str]:
    return frozenset(words("after_name_or_in_it"))


@cache
def _words_after() -> frozenset[str]:
    return frozenset(words("words_after_name"))
