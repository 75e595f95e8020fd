"""Markdown: headings, paragraphs and tables."""

import re
from collections.abc import Iterable

import yaml

from ingest.content import FileContent, FileKind, Page, Paragraph, Table
from ingest.loaders.base import LoadLimits, OnPage
from ingest.loaders.encoding import decode_text
from ingest.loaders.tables import table_of
from knowledge.kit.yaml import read_yaml

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_DIVIDER = re.compile(r"^\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?$")
_CELLS = re.compile(r"(?<!\\)\|")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*\*|__|`|<[a-zA-Z/][^>]*>")
_PREFIX = re.compile(r"^(?:>\s?|[-*+]\s+)+")


def load_markdown(data: bytes, limits: LoadLimits, _on_page: OnPage) -> FileContent:
    """Paragraphs, headings with their level, tables; marks of emphasis and links dropped."""
    text = decode_text(data)
    title = None
    if match := _FRONT_MATTER.match(text):
        title = _title(match[1])
        text = text[match.end() :]
    items = tuple(_blocks(text, limits.max_paragraph))
    return FileContent(FileKind.MARKDOWN, (Page(items),), title=title)


def _title(front_matter: str) -> str | None:
    try:
        fields = read_yaml(front_matter)
    except yaml.YAMLError:
        return None
    return str(fields["title"]) if isinstance(fields, dict) and fields.get("title") else None


def _blocks(text: str, most: int) -> Iterable[Paragraph | Table]:
    for block in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        divider = next((i for i, line in enumerate(lines) if i and _DIVIDER.match(line)), None)
        if divider is None:
            yield from _paragraphs(lines)
            continue
        yield from _paragraphs(lines[: divider - 1])
        rows = [lines[divider - 1], *lines[divider + 1 :]]
        end = next((i for i, row in enumerate(rows) if "|" not in row), len(rows))
        yield table_of((_cells(row) for row in rows[:end]), most)
        yield from _paragraphs(rows[end:])


def _paragraphs(lines: list[str]) -> Iterable[Paragraph]:
    # A single line break inside a paragraph is often meant as one in Chinese notes.
    for line in lines:
        if heading := _HEADING.match(line):
            yield Paragraph(_plain(heading[2]), level=len(heading[1]))
        elif plain := _plain(_PREFIX.sub("", line)):
            yield Paragraph(plain)


def _cells(row: str) -> list[str]:
    return [_plain(cell.replace("\\|", "|")) for cell in _CELLS.split(row.strip().strip("|"))]


def _plain(text: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text))).strip()
