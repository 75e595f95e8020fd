"""Divides a text into its units: articles, outline items, questions, tables, plain parts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from ingest.content import Paragraph, Table
from ingest.outline import Depth, Mark, read_mark
from ingest.segmenter.questions import read_questions
from ingest.texts import say

_LONGEST_HEADING = 40
_SPREAD = re.compile(r"(?<=^[\u4e00-\u9fff]) (?=[\u4e00-\u9fff]$)")
_CAPTION_ENDS = ("：", ":", "如下", "下表", "一览表", "情况表", "表")


class UnitKind(Enum):
    """What a unit is; the value begins the ids of its clauses."""

    ARTICLE = "art"
    ITEM = "item"
    QUESTION = "qa"
    TABLE = "table"
    PART = "part"


@dataclass(slots=True)
class Unit:
    """One unit: the headings above it, its own label and heading, its paragraphs."""

    kind: UnitKind
    path: tuple[str, ...] = ()
    label: str | None = None
    heading: str = ""
    paragraphs: list[str] = field(default_factory=list)
    annex: int = 0


def divide(items: Sequence[Paragraph | Table]) -> list[Unit]:
    """All units of a text in order; no paragraph is left out."""
    if questions := read_questions(items):
        return [
            Unit(UnitKind.QUESTION if pair.is_pair else UnitKind.PART, heading=pair.question,
                 paragraphs=list(pair.paragraphs))
            for pair in questions
        ]  # fmt: skip
    return _Divider(items).divide()


class _Divider:
    def __init__(self, items: Sequence[Paragraph | Table]) -> None:
        self._items = items
        self._units: list[Unit] = []
        self._path: dict[Depth, str] = {}
        self._annex = 0
        self._awaits_title = False
        self._cut = _cutting_depth(items)

    def divide(self) -> list[Unit]:
        for index, item in enumerate(self._items):
            if isinstance(item, Table):
                self._add_table(item)
                continue
            mark = read_mark(item.text)
            if mark is None and item.level is not None:
                self._enter(Depth.CHAPTER, item.text)
            elif mark is None or mark.depth > self._cut:
                self._add_text(item.text)
            elif mark.depth is Depth.ANNEX:
                self._meet_annex(mark, item.text, self._items[index + 1 :])
            elif mark.depth < Depth.ARTICLE:
                # Printers write 总 则, scans 第一章总则.
                self._enter(mark.depth, f"{mark.label} {_SPREAD.sub('', mark.rest)}".strip())
            else:
                self._start(mark, item.text)
        return [unit for unit in self._units if unit.paragraphs]

    def _enter(self, depth: Depth, heading: str) -> None:
        """Go below a heading; what stood under it before is left."""
        self._path = {d: text for d, text in self._path.items() if d < depth}
        self._path[depth] = heading
        mark = read_mark(heading)
        if mark is not None and depth > Depth.ARTICLE:
            self._open(UnitKind.ITEM, label=self._label(mark))
        else:
            self._open(UnitKind.PART)

    def _meet_annex(self, mark: Mark, text: str, rest: Sequence[Paragraph | Table]) -> None:
        body = _until_next_annex(rest)
        if re.match(r"^.{2,4}[:：]", text) and len(body) < len(rest):
            # 附件：1.申请表 only announces what comes later.
            self._add_text(text)
            return
        self._annex += 1
        # The rules of an annex may be divided otherwise than the notice before it.
        self._cut = _cutting_depth(body)
        self._path = {}
        self._enter(Depth.ANNEX, f"{mark.label} {mark.rest}".strip())
        self._awaits_title = not mark.rest

    def _start(self, mark: Mark, text: str) -> None:
        self._path = {d: heading for d, heading in self._path.items() if d < mark.depth}
        if mark.depth is Depth.ARTICLE:
            unit = self._open(UnitKind.ARTICLE, label=mark.label, heading=mark.label)
            if mark.rest:
                unit.paragraphs.append(mark.rest)
            return
        is_heading = len(text) <= _LONGEST_HEADING and not text.endswith(("。", "；", ";", "，"))
        if is_heading and mark.depth < self._cut:
            self._enter(mark.depth, text)
            return
        caption = text if is_heading else _caption_of(mark)
        unit = self._open(UnitKind.ITEM, label=mark.label, heading=caption)
        unit.label = self._label(mark)
        if not is_heading:
            unit.paragraphs.append(text)
        if mark.depth < self._cut:
            self._path[mark.depth] = caption

    def _label(self, mark: Mark) -> str:
        """The mark with those of the items around it: 二、（一）."""
        outer = [
            above.label
            for depth, heading in sorted(self._path.items())
            if Depth.ARTICLE < depth < mark.depth and (above := read_mark(heading))
        ]
        return "".join([*outer, mark.label]).rstrip("、.．")

    def _open(self, kind: UnitKind, *, label: str | None = None, heading: str = "") -> Unit:
        self._awaits_title = False
        path = tuple(self._path[depth] for depth in sorted(self._path))
        self._units.append(Unit(kind, path, label, heading, annex=self._annex))
        return self._units[-1]

    def _add_text(self, text: str) -> None:
        if self._awaits_title:
            self._awaits_title = False
            if len(text) <= _LONGEST_HEADING and not text.endswith(("。", "；", "：", ":")):
                self._enter(Depth.ANNEX, f"{self._path[Depth.ANNEX]} {text}")
                return
        unit = self._units[-1] if self._units else self._open(UnitKind.PART)
        if unit.kind is UnitKind.TABLE:
            # The text goes on behind a table that stood in it.
            unit = self._open(UnitKind.PART, label=unit.label, heading=unit.heading)
        unit.paragraphs.append(text)

    def _add_table(self, table: Table) -> None:
        around = self._units[-1] if self._units else None
        caption = self._take_caption(around)
        unit = self._open(
            UnitKind.TABLE,
            label=around.label if around else None,
            heading=" ".join(part for part in (around.heading if around else "", caption) if part),
        )
        unit.paragraphs += [part for part in (caption, table.markdown()) if part]

    def _take_caption(self, around: Unit | None) -> str:
        """The caption printed over a table; a sentence that leads to it stays where it is."""
        if around is None or not around.paragraphs or around.kind is UnitKind.TABLE:
            return ""
        last = around.paragraphs[-1]
        if len(last) > _LONGEST_HEADING or last.endswith("。"):
            return ""
        if not (last.startswith("表") or last.endswith(_CAPTION_ENDS)):
            return ""
        if last.startswith("表") and not last.endswith(("：", ":")):
            around.paragraphs.pop()
        return last


def _cutting_depth(items: Sequence[Paragraph | Table]) -> Depth:
    """The depth at which clauses begin: 条, else （一） under 一、, else what there is."""
    marks = [
        read_mark(item.text) for item in _until_next_annex(items) if isinstance(item, Paragraph)
    ]
    counts = {depth: sum(1 for mark in marks if mark and mark.depth is depth) for depth in Depth}
    if counts[Depth.ARTICLE] >= 2:
        return Depth.ARTICLE
    if counts[Depth.ITEM] >= 2:
        return Depth.SUBITEM if counts[Depth.SUBITEM] >= 2 else Depth.ITEM
    for depth in (Depth.SUBITEM, Depth.POINT):
        if counts[depth] >= 2:
            return depth
    return Depth.ARTICLE


def _until_next_annex(items: Sequence[Paragraph | Table]) -> Sequence[Paragraph | Table]:
    for index, item in enumerate(items):
        mark = read_mark(item.text) if isinstance(item, Paragraph) else None
        if mark is not None and mark.depth is Depth.ANNEX:
            return items[:index]
    return items


def _caption_of(mark: Mark) -> str:
    """The caption of an item: 一、贷款额度 where it goes on with a sentence."""
    caption, stop, _ = mark.rest.partition("。")
    if not stop or len(caption) > _LONGEST_HEADING:
        caption = ""
    return f"{mark.label}{caption}"


def describe(unit: Unit) -> str:
    """The heading of a unit's clauses: the way to it, or 正文 for one without headings."""
    parts = [*unit.path, unit.heading] if unit.heading else list(unit.path)
    return " ".join(dict.fromkeys(parts)) or say("clause-body")
