"""Reads the head of a document: what it is, who issued it, when, for where."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.content import Paragraph, Table
from ingest.metadata.bodies import leading_bodies, read_bodies
from ingest.metadata.dates import find_dates, read_date
from ingest.metadata.kind import guess_kind
from ingest.metadata.labels import is_data_sheet, read_labels
from ingest.metadata.number import find_numbers, find_own_numbers, is_number_line
from ingest.metadata.region import guess_region
from ingest.metadata.title import find_title
from ingest.metadata.validity import Validity, read_validity
from ingest.normaliser.normaliser import CleanText
from ingest.outline import Depth, read_mark
from knowledge.documents import DocumentKind, PartialDate

_HEAD = 14
_MASTHEAD = re.compile(r"^(?P<bodies>.{3,120}?)(?:文件|（通知）)$")
_IMPRINT = re.compile(r"印发$")
# What office rules print behind the text: 此页无正文, 此件主动公开, 抄送, the printing date.
_COLOPHON = re.compile(
    r"^[（(]?(?:此页无正文|此件(?:主动|依申请|不予|不)公开|信息公开(?:选项|形式|方式|属性)|公开(?:方式|属性))"
    r"|^(?:抄送|抄报|主题词) ?[:：]|\d日印发$|^(?:\(|（)?共印 ?\d+ ?份"
)
# These list bodies, and may end like a sentence.
_COPIED_TO = re.compile(r"^(?:抄送|抄报) ?[:：]")
_LONGEST_COLOPHON = 120
_BYLINE = re.compile(
    r"^[（(](?P<date>[^()（）]{8,14}?)(?:起)?(?:印发|公布|发布|发文|施行)?.{0,12}[)）]$"
)
_PORTAL_LINE = re.compile(
    r"^(?:来源|作者|时间|日期|发布时间|发布日期|浏览|点击|字号|索引号)[^。]{0,60}$|浏览次数|点击[率数量]"
)
_ADDRESSEE = re.compile(
    r"^(?:各|有关|驻|市直|省直|区直|县直|[\u4e00-\u9fff]{2,8}(?:镇|乡|街道))[^。]{2,160}[：:]$"
)
_BEGINNING = 600


@dataclass(frozen=True, slots=True)
class Head:
    """What the head says; None or empty where it says nothing.

    ``used`` are the places (indices of the items) that belong to the head, not to the text.
    """

    title: str | None
    number: str | None
    issuers: tuple[str, ...]
    issued: PartialDate | None
    region: str | None
    kind: DocumentKind
    validity: Validity
    is_declared_void: bool
    used: frozenset[int]


def read_head(clean: CleanText) -> Head:
    """The head of a cleaned text; labels of a portal go before guesses from the layout."""
    items = clean.items
    labels = read_labels(items)
    used = {i for i, item in enumerate(items[:_HEAD]) if is_data_sheet(item)}
    masthead, masthead_at = _read_masthead(items)
    title, title_at = find_title(items, clean.title, skip=used | masthead_at)
    number, number_at = _read_number(items, title)
    signature = _read_signature(items)
    # Joint issuers stand above the title, without 文件, where no red head was printed.
    above = {i for i in range(min(title_at, default=0)) if _bodies_of(items[i])}
    issued = _read_issued(items, labels, signature)
    issuers = (
        masthead
        or read_bodies(labels.get("issuers", ""))
        or signature.bodies
        or tuple(name for i in sorted(above) for name in _bodies_of(items[i]))
        or leading_bodies(title or "")
    )
    if labels_number := find_numbers(labels.get("number", "")):
        number = labels_number[0]
    paragraphs = [item.text for item in items if isinstance(item, Paragraph)]
    validity = _add_labels(read_validity(paragraphs, issued), labels)
    used |= masthead_at | title_at | number_at | above | signature.places | _asides(items)
    return Head(
        title=title,
        number=number,
        issuers=issuers,
        issued=issued,
        region=guess_region(
            issuers=issuers,
            number=number,
            title=title or "",
            beginning="".join(paragraphs)[:_BEGINNING],
        ),
        kind=guess_kind(title or "", has_number=number is not None, text=paragraphs),
        validity=validity,
        is_declared_void=bool(re.search("失效|废止|无效", labels.get("validity", ""))),
        used=frozenset(used),
    )


def _read_masthead(
    items: Sequence[Paragraph | Table],
) -> tuple[tuple[str, ...], set[int]]:
    """The red head 济宁市财政局 济宁市人社局文件, also over several lines."""
    lines = [item.text if isinstance(item, Paragraph) else "" for item in items[:_HEAD]]
    for end, line in enumerate(lines[:8]):
        if not (match := _MASTHEAD.match(line.replace(" 文件", "文件"))):
            continue
        start = end
        while start > 0 and read_bodies(lines[start - 1]):
            start -= 1
        bodies = [
            name for text in [*lines[start:end], match["bodies"]] for name in read_bodies(text)
        ]
        if bodies:
            return tuple(dict.fromkeys(bodies)), set(range(start, end + 1))
    return (), set()


def _read_number(
    items: Sequence[Paragraph | Table], title: str | None
) -> tuple[str | None, set[int]]:
    """A line of its own, else a number at the end of the headline."""
    for index, item in enumerate(items[:_HEAD]):
        if isinstance(item, Paragraph) and is_number_line(item.text):
            return "、".join(find_numbers(item.text)), {index}
    for item in items[:3]:
        short = (
            isinstance(item, Paragraph) and len(item.text) < 120 and not item.text.endswith("。")
        )
        if short and isinstance(item, Paragraph) and (own := find_own_numbers(item.text)):
            return own[-1], set()
    own = find_own_numbers(title or "")
    return (own[-1] if own else None), set()


@dataclass(frozen=True, slots=True)
class _Signature:
    bodies: tuple[str, ...] = ()
    date: PartialDate | None = None
    places: frozenset[int] = frozenset()


def _read_signature(items: Sequence[Paragraph | Table]) -> _Signature:
    """The date on a line of its own, and the bodies on the lines before it.

    The first such place counts: annexes may bring others.
    """
    for index, item in enumerate(items):
        if index < 2 or not isinstance(item, Paragraph):
            continue
        before, found = _split_date(item.text)
        if found is None:
            continue
        names = list(before)
        start = index
        while start > 0 and (bodies := _bodies_of(items[start - 1])):
            names[:0] = bodies
            start -= 1
        if names:
            return _Signature(
                tuple(dict.fromkeys(names)), found, frozenset(range(start, index + 1))
            )
    return _Signature()


def _split_date(line: str) -> tuple[tuple[str, ...], PartialDate | None]:
    """The bodies and the date of a line that says only these; no date for any other line."""
    if found := read_date(line):
        return (), found
    last = next(reversed(list(find_dates(line))), None)
    if last is None or last.end != len(line):
        return (), None
    bodies = read_bodies(line[: last.start])
    return bodies, last.date if bodies else None


def _bodies_of(item: Paragraph | Table) -> tuple[str, ...]:
    return read_bodies(item.text) if isinstance(item, Paragraph) else ()


def _read_issued(
    items: Sequence[Paragraph | Table], labels: dict[str, str], signature: _Signature
) -> PartialDate | None:
    labelled = next(find_dates(labels.get("issued", "")), None)
    if labelled:
        return labelled.date
    if signature.date:
        return signature.date
    for item in items[:_HEAD]:
        byline = _BYLINE.match(item.text) if isinstance(item, Paragraph) else None
        if byline and (found := next(find_dates(byline["date"]), None)):
            return found.date
    for item in items:
        text = item.text if isinstance(item, Paragraph) and len(item.text) < 60 else ""
        if _IMPRINT.search(text) and (found := next(find_dates(text), None)):
            return found.date
    published = next(find_dates(labels.get("published", "")), None)
    return published.date if published else None


def _add_labels(validity: Validity, labels: dict[str, str]) -> Validity:
    start = next(find_dates(labels.get("effective_from", "")), None)
    end = next(find_dates(labels.get("effective_to", "")), None)
    if validity.effective_from is None and start and not validity.is_contradictory:
        validity = replace(validity, effective_from=start.date, says_in_force=True)
    if validity.effective_to is None and end and not validity.is_contradictory:
        validity = replace(validity, effective_to=end.date)
    return validity


def _asides(items: Sequence[Paragraph | Table]) -> set[int]:
    """What the portal says about the page, the line of addressees, the colophon."""
    colophon = {
        index
        for index, item in enumerate(items)
        if isinstance(item, Paragraph)
        and len(item.text) <= _LONGEST_COLOPHON
        and ("。" not in item.text or _COPIED_TO.match(item.text))
        and _COLOPHON.search(item.text)
    }
    return colophon | {
        index
        for index, item in enumerate(items[:_HEAD])
        if isinstance(item, Paragraph)
        and not _starts_text(item.text)
        and (
            (len(item.text) < 80 and _PORTAL_LINE.search(item.text)) or _ADDRESSEE.match(item.text)
        )
    }


def _starts_text(text: str) -> bool:
    mark = read_mark(text)
    return mark is not None and mark.depth is not Depth.ANNEX
