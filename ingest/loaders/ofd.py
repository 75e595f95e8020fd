"""OFD, the Chinese page format for official documents (GB/T 33190): its text objects."""

import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping

from lxml import etree

from ingest.content import FileContent, FileKind, Page
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.archive import open_archive
from ingest.loaders.base import LoadLimits, OnPage
from ingest.loaders.grid import Ruling
from ingest.loaders.layout import Fragment, lay_out

_PARSER = {"resolve_entities": False, "no_network": True, "huge_tree": False}
_PATH_STEP = re.compile(r"([MLBQACS])\s*((?:-?[\d.]+\s*)*)")
_THIN = 1.0


def load_ofd(data: bytes, limits: LoadLimits, _on_page: OnPage) -> FileContent:
    """Lines and ruled tables page by page; coordinates in millimetres."""
    with open_archive(data, max_unpacked=limits.max_unpacked) as archive:
        if any(name.endswith("Encryptions.xml") for name in archive.namelist()):
            raise UnreadableFileError(Reason.ENCRYPTED)
        try:
            pages = tuple(
                _read_page(archive, path, templates, limits.max_paragraph)
                for path, templates in _page_paths(archive)
            )
        except (KeyError, ValueError, IndexError, etree.XMLSyntaxError) as error:
            raise UnreadableFileError(Reason.DAMAGED) from error
    return FileContent(FileKind.OFD, pages)


def _page_paths(archive: zipfile.ZipFile) -> Iterable[tuple[str, Mapping[str, str]]]:
    """Each page, with the paths of its document's template pages by their id."""
    for root in _parse(archive, "OFD.xml").iterfind(".//{*}DocRoot"):
        document = (root.text or "").strip().lstrip("/")
        parsed = _parse(archive, document)
        templates = {
            template.get("ID", ""): _resolve(document, template.get("BaseLoc", ""))
            for template in parsed.iterfind(".//{*}TemplatePage")
        }
        for page in parsed.iterfind(".//{*}Pages/{*}Page"):
            yield _resolve(document, page.get("BaseLoc", "")), templates


def _resolve(base: str, location: str) -> str:
    if location.startswith("/"):
        return location.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), location))


def _parse(archive: zipfile.ZipFile, path: str) -> etree._Element:
    return etree.fromstring(archive.read(path), etree.XMLParser(**_PARSER))


def _read_page(
    archive: zipfile.ZipFile, path: str, templates: Mapping[str, str], most: int
) -> Page:
    """A page with what its template prints on it: the form around the values."""
    root = _parse(archive, path)
    used = (template.get("TemplateID", "") for template in root.iterfind(".//{*}Template"))
    roots = [root, *(_parse(archive, templates[one]) for one in used if one in templates)]
    fragments = [
        part
        for layer in roots
        for item in layer.iterfind(".//{*}TextObject")
        for part in _fragments(item)
    ]
    rulings = [
        line
        for layer in roots
        for item in layer.iterfind(".//{*}PathObject")
        for line in _rulings(item)
    ]
    return lay_out(fragments, rulings, most)


def _fragments(item: etree._Element) -> Iterable[Fragment]:
    """One piece for each ``TextCode``; its width follows from the advances or the font."""
    left, top, width, height = _numbers(item.get("Boundary", "0 0 0 0"))
    size = float(item.get("Size", height or 4))
    matrix = _numbers(item.get("CTM", "")) or [1, 0, 0, 1, 0, 0]
    for code in item.iterfind("{*}TextCode"):
        text = (code.text or "").strip("\r\n")
        if not text.strip():
            continue
        x, y = float(code.get("X", 0)), float(code.get("Y", size))
        start, baseline = left + matrix[0] * x + matrix[4], top + matrix[3] * y + matrix[5]
        tall = size * abs(matrix[3])
        advances = _advances(code.get("DeltaX", ""), len(text) - 1)
        wide = (sum(advances) + size) * abs(matrix[0]) if advances else width
        yield Fragment(
            text.strip(), start, baseline - 0.85 * tall, start + wide, baseline + 0.15 * tall
        )


def _advances(raw: str, count: int) -> list[float]:
    """``g 3 5 2`` stands for three times 5, then 2."""
    numbers: list[float] = []
    parts = raw.split()
    while parts:
        part = parts.pop(0)
        if part == "g" and len(parts) >= 2:
            times, value = int(parts.pop(0)), float(parts.pop(0))
            numbers += [value] * min(times, count)
        else:
            numbers.append(float(part))
    return numbers[:count]


def _rulings(item: etree._Element) -> Iterable[Ruling]:
    left, top, width, height = _numbers(item.get("Boundary", "0 0 0 0"))
    if min(width, height) <= _THIN:
        yield Ruling(left, top, left + width, top + height)
        return
    here: tuple[float, float] | None = None
    data = item.findtext("{*}AbbreviatedData") or ""
    for step, raw in _PATH_STEP.findall(data):
        numbers = _numbers(raw)
        if step not in "ML" or len(numbers) < 2:
            here = None
            continue
        there = (left + numbers[0], top + numbers[1])
        if step == "L" and here is not None:
            (x0, x1), (y0, y1) = sorted((here[0], there[0])), sorted((here[1], there[1]))
            if min(x1 - x0, y1 - y0) <= _THIN:
                yield Ruling(x0, y0, x1, y1)
        here = there


def _numbers(raw: str) -> list[float]:
    return [float(part) for part in raw.split()]
