"""Names of the bodies that issue documents, found in a line."""

import re
from functools import cache

from ingest.metadata.region import is_national_body
from ingest.metadata.words import pattern, words
from knowledge.understanding.places import find_places

_SEPARATORS = re.compile(r"[\s、,，；;]+")
_LONGEST, _LONGEST_LINE = 30, 400
# What stands behind a place in the name of the body before it: 中国人民银行重庆市分行.
_PARTS_OF_BODIES = ("分行", "支行", "中心支行", "分局", "分公司", "办公室", "委员会")


def read_bodies(line: str) -> tuple[str, ...]:
    """The bodies, when a line consists of their names only; else none."""
    if len(line) > _LONGEST_LINE:
        return ()
    names = [name for name in _SEPARATORS.split(line.strip()) if name]
    if names and all(is_body(name) for name in names):
        return tuple(names)
    glued = _split_glued("".join(names))
    return glued if len(names) == 1 else ()


def is_body(name: str) -> bool:
    """Whether a name ends like a body's and says whose it is."""
    if not 3 <= len(name) <= _LONGEST or not re.fullmatch(r"[\u4e00-\u9fff（）()]+", name):
        return False
    if is_national_body(name):
        return True
    return bool(_ends().search(name)) and bool(find_places(name)) and not _glues_several(name)


def leading_bodies(title: str) -> tuple[str, ...]:
    """The bodies before 关于 in a title such as 济宁市财政局关于…的通知."""
    before, about, _ = title.partition("关于")
    return read_bodies(before) if about and before else ()


def _glues_several(name: str) -> bool:
    return len(_split_glued(name)) > 1


def _split_glued(name: str) -> tuple[str, ...]:
    """山东省财政厅山东省人力资源和社会保障厅 as two names."""
    for place in find_places(name):
        first, rest = name[: place.start], name[place.start :]
        if not first or rest[len(place.text) :] in _PARTS_OF_BODIES:
            continue
        if _ends().search(first) and _ends().search(rest):
            return (first, *(_split_glued(rest) or (rest,)))
    return ()


@cache
def _ends() -> re.Pattern[str]:
    assert pattern("body_ends")
    return re.compile(f"{words()['body_ends']}$")
