"""Web pages: the main text without navigation and scripts, and the portal's data sheet.

Extractors made for news pages reorder tables and drop merged cells and short blocks; here
only what is known not to be text is taken out, so that nothing of a policy is lost.
"""

import copy
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import lxml.html
from lxml import etree

from ingest.content import FileContent, FileKind, Page, Paragraph, Table
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.base import LoadLimits, OnPage
from ingest.loaders.encoding import decode_text
from ingest.loaders.raised import without_note_mark
from ingest.loaders.tables import table_of
from knowledge.kit.yaml import read_yaml

_NEVER_TEXT = frozenset(
    {"script", "style", "noscript", "template", "nav", "footer", "header", "aside", "form"}
    | {"button", "select", "option", "input", "textarea", "iframe", "object", "embed", "svg"}
    # Struck through: what the text once was.
    | {"s", "strike", "del"}
    | {"canvas", "video", "audio", "img", "link", "meta", "head", "title"}
)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "li", "dt", "dd", "tr", "table", "ul", "ol", "dl"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "center", "figure", "body"}
    | {"figcaption", "caption", "hr"}
)
_HEADING = re.compile(r"^h([1-6])$")
_BREAK = "\n"
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|opacity:0(?![.\d])|font-size:0(?![.\d])|line-through"
)
# Rules of a page's own style sheet, of one class or id each: enough for what hides by name.
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"^[\w]*([.#])([\w-]+)$")
_MAIN_SHARE = 0.85
_LONGEST_DATUM = 600
_ENCODING_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def load_html(data: bytes, limits: LoadLimits, _on_page: OnPage) -> FileContent:
    """Paragraphs, headings and tables of the main text."""
    text = _ENCODING_DECLARATION.sub("", decode_text(data))
    try:
        root = lxml.html.document_fromstring(text, parser=lxml.html.HTMLParser(huge_tree=False))
    except (etree.ParserError, ValueError) as error:
        raise UnreadableFileError(Reason.DAMAGED) from error
    title = _title(root)
    body = root.find("body")
    body = root if body is None else body
    _drop_furniture(body, _hidden_names(root))
    _settle_raised(body)
    main = _main_element(body)
    most = limits.max_paragraph
    items = [*_data_sheet(body, main, most), *_blocks(main, most)]
    return FileContent(FileKind.HTML, (Page(tuple(items)),), title=title)


@cache
def _words() -> dict[str, re.Pattern[str]]:
    text = files("ingest.loaders").joinpath("html_words.yaml").read_text("utf-8")
    return {key: re.compile(str(value), re.IGNORECASE) for key, value in read_yaml(text).items()}


def _title(root: lxml.html.HtmlElement) -> str | None:
    named = root.xpath("//meta[translate(@name,'ARTICLETITLE','articletitle')='articletitle']")
    candidates = [
        *(str(meta.get("content", "")) for meta in named),
        *(heading.text_content() for heading in root.iter("h1")),
        *(_words()["site_suffix"].sub("", head.text_content()) for head in root.iter("title")),
    ]
    return next((title for raw in candidates if (title := " ".join(raw.split()))), None)


def _hidden_names(root: lxml.html.HtmlElement) -> frozenset[str]:
    """Classes (.name) and ids (#name) that the page's own style sheets hide or strike."""
    sheets = "".join(sheet.text or "" for sheet in root.iter("style"))
    names = set()
    for selectors, rule in _RULE.findall(sheets):
        if _HIDDEN.search(rule.replace(" ", "").lower()):
            simple = (_SIMPLE.match(one.strip()) for one in selectors.split(","))
            names |= {match[1] + match[2] for match in simple if match}
    return frozenset(names)


def _drop_furniture(body: lxml.html.HtmlElement, hidden: frozenset[str]) -> None:
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or _is_furniture(element) or _is_named(element, hidden):
            _drop(element)


def _is_named(element: lxml.html.HtmlElement, names: frozenset[str]) -> bool:
    own = {f".{name}" for name in element.get("class", "").split()} | {f"#{element.get('id')}"}
    return bool(own & names)


def _settle_raised(body: lxml.html.HtmlElement) -> None:
    """Puts in place of raised text what of it is the text's own."""
    for element in list(body.iter("sup")):
        before = element.getprevious()
        parent = element.getparent()
        in_front = parent.text if before is None else before.tail
        kept = without_note_mark(element.text_content(), (in_front or "").rstrip())
        element.tail = kept + (element.tail or "")
        _drop(element)


def _is_furniture(element: lxml.html.HtmlElement) -> bool:
    if element.tag == "body":
        return False
    named_so = _words()["furniture_class"].search(_names(element))
    return (
        element.tag in _NEVER_TEXT
        or bool(named_so)
        or _is_hidden(element)
        or _is_link_list(element)
    )


def _names(element: lxml.html.HtmlElement) -> str:
    return f" {element.get('class', '')} {element.get('id', '')} {element.get('role', '')} "


def _is_hidden(element: lxml.html.HtmlElement) -> bool:
    style = element.get("style", "").replace(" ", "").lower()
    return bool(_HIDDEN.search(style)) or element.get("hidden") is not None


def _is_link_list(element: lxml.html.HtmlElement) -> bool:
    if element.tag not in ("ul", "ol", "div", "p", "table"):
        return False
    links = list(element.iter("a"))
    linked = sum(len("".join(link.text_content().split())) for link in links)
    whole = len("".join(element.text_content().split()))
    return len(links) >= 2 and linked > 0.7 * whole


def _drop(element: lxml.html.HtmlElement) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _main_element(body: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """The innermost element that holds nearly all of the text."""
    whole = _count_letters(body)
    element = body
    while True:
        heavy = [
            child
            for child in element
            if child.tag in _BLOCKS - {"table", "tr"}
            and _count_letters(child) >= _MAIN_SHARE * whole
        ]
        if not heavy or heavy[0].tag == "p":
            return element
        element = heavy[0]


def _count_letters(element: lxml.html.HtmlElement) -> int:
    return sum(char.isalnum() for char in element.text_content())


def _data_sheet(
    body: lxml.html.HtmlElement, main: lxml.html.HtmlElement, most: int
) -> Iterable[Paragraph | Table]:
    """Labelled facts (文号, 发文机关 …) and the headline that stand outside the main text."""
    if main is body:
        return
    rest = copy.deepcopy(body)
    twin = rest.getroottree().xpath(main.getroottree().getpath(main)) or [
        rest.xpath("." + _path_below(body, main))[0]
    ]
    _drop(twin[0])
    words = _words()
    for block in _blocks(rest, most):
        text = (
            " ".join(cell for row in block.rows for cell in row)
            if isinstance(block, Table)
            else block.text
        )
        is_headline = isinstance(block, Paragraph) and block.level is not None
        if words["labelled_fact"].search(text) or is_headline:
            yield block


def _path_below(top: lxml.html.HtmlElement, element: lxml.html.HtmlElement) -> str:
    steps = []
    while element is not top:
        parent = element.getparent()
        steps.append(f"/*[{parent.index(element) + 1}]")
        element = parent
    return "".join(reversed(steps))


def _blocks(element: lxml.html.HtmlElement, most: int) -> Iterable[Paragraph | Table]:
    pending: list[str] = []

    def finish(level: int | None = None) -> Iterable[Paragraph]:
        lines = "".join(pending).split(_BREAK)
        pending.clear()
        for line in lines:
            if text := " ".join(line.split()):
                yield Paragraph(text, level)

    def walk(node: lxml.html.HtmlElement, level: int | None) -> Iterable[Paragraph | Table]:
        pending.append(_flat(node.text))
        for child in node:
            tag = child.tag
            if tag == "br":
                pending.append(_BREAK)
            elif tag == "table" and _is_data_table(child):
                yield from finish(level)
                yield from _table(child, most)
            elif tag in _BLOCKS or tag in ("td", "th"):
                yield from finish(level)
                heading = _HEADING.match(tag)
                own_level = int(heading[1]) if heading else level
                yield from walk(child, own_level)
                yield from finish(own_level)
            else:
                yield from walk(child, level)
            pending.append(_flat(child.tail))

    yield from walk(element, None)
    yield from finish()


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _is_data_table(table: lxml.html.HtmlElement) -> bool:
    """Whether it shows data; old portals lay out whole pages with tables."""
    if any(True for _ in table.iterdescendants("table")):
        return False
    rows = [_cells(tr) for tr in table.iter("tr")]
    cells = [cell for row in rows for cell in row]
    is_wide = any(len(row) > 1 for row in rows) or any(
        _span(cell, "colspan") > 1 or _span(cell, "rowspan") > 1 for cell in cells
    )
    return len(rows) > 1 and is_wide and all(len(_text(cell)) < _LONGEST_DATUM for cell in cells)


def _table(element: lxml.html.HtmlElement, most: int) -> Iterable[Paragraph | Table]:
    for caption in element.iter("caption"):
        yield Paragraph(" ".join(caption.text_content().split()))
    table = table_of(_grid_rows(element), most)
    if table.rows:
        yield table


def _grid_rows(table: lxml.html.HtmlElement) -> Iterator[Iterator[str]]:
    """Cells by place, merged cells repeated; each row is taken before the next is asked for."""
    hanging: dict[int, tuple[int, str]] = {}
    for tr in table.iter("tr"):
        yield _grid_row(tr, hanging)


def _grid_row(tr: lxml.html.HtmlElement, hanging: dict[int, tuple[int, str]]) -> Iterator[str]:
    """One row; ``hanging`` down into it are cells of those above: for how many rows yet, and text.

    What hangs down from this row is put there at its end.
    """
    below: dict[int, tuple[int, str]] = {}
    place = 0
    for cell in (*_cells(tr), None):  # None: for what hangs down behind the last cell
        while place in hanging:
            left, text = hanging.pop(place)
            if left > 1:
                hanging[place] = (left - 1, text)
            yield text
            place += 1
        if cell is None:
            break
        text, height = _text(cell), _span(cell, "rowspan")
        for _ in range(_span(cell, "colspan")):
            if height > 1:
                below[place] = (height - 1, text)
            yield text
            place += 1
    hanging.update(below)


def _cells(tr: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    return [cell for cell in tr if cell.tag in ("td", "th")]


def _text(cell: lxml.html.HtmlElement) -> str:
    return " ".join(" ".join(cell.itertext()).split())


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    raw = cell.get(name, "1")
    return min(max(int(raw), 1), 100) if raw.isdigit() else 1
