"""Files as offices really hand them in, each with the figures it says and those it does not.

All are invented (演示). ``true`` are phrases that must stand whole in one clause, ``false`` figures
that a reader of the file would never take for its own: struck, hidden, stamped, of a note.
"""

import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement

from tests.fakes import office_files, paper_files
from tests.fakes.sample_policy import SamplePolicy

_FALSE = "88万元"
_HTML = "<meta charset=utf-8><style>{style}</style>{body}"
_PRINT = (
    "@page{size:A4;margin:25mm}body{font:15pt/1.8 'Noto Serif CJK SC',serif}p{margin:0;"
    "text-indent:2em}h2,.c{text-align:center;text-indent:0}table{border-collapse:collapse;"
    "width:100%}td,th{border:1px solid #000;padding:3pt}"
)


@dataclass(frozen=True)
class KnownFile:
    """A file, the phrases with figures that it says, and figures it does not say."""

    name: str
    data: bytes
    true: tuple[str, ...]
    false: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """The figures of one invented notice."""

    person: int
    firm: int
    ratio: int
    days: int
    term: int

    @classmethod
    def of(cls, number: int) -> "Rules":
        """Other figures for every number."""
        chance = random.Random(number)
        return cls(
            person=chance.choice((15, 20, 25, 30, 35, 50)),
            firm=chance.choice((200, 300, 400, 500, 600)),
            ratio=chance.choice((8, 10, 15, 20)),
            days=chance.choice((3, 5, 7, 10, 15)),
            term=chance.choice((2, 3)),
        )

    @property
    def title(self) -> str:
        return "济宁市人力资源和社会保障局关于创业担保贷款额度和期限的通知（演示）"

    @property
    def opening(self) -> str:
        return "为支持劳动者创业，现将有关事项通知如下，文中的额度、期限和条件都是编写的。"

    @property
    def person_said(self) -> str:
        return f"个人最高贷款额度为{self.person}万元，期限最长{self.term}年"

    @property
    def items(self) -> tuple[str, ...]:
        return (
            f"一、{self.person_said}。",
            f"二、小微企业最高贷款额度为{self.firm}万元，期限最长2年。",
            f"三、一年内新招用人员达到现有在职职工人数{self.ratio}%的小微企业可以申请。",
            f"四、人力资源社会保障部门应当自受理之日起{self.days}个工作日内完成审核。",
        )

    @property
    def true(self) -> tuple[str, ...]:
        return tuple(item[2:-1] for item in self.items)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        return (
            ("借款主体", "最高额度", "最长期限"),
            ("个人", f"{self.person}万元", f"{self.term}年"),
            ("小微企业", f"{self.firm}万元", "2年"),
        )


def known_files(folder: Path) -> Iterator[KnownFile]:
    """All of them; those that are printed need Chromium."""
    makers = (*_word_files(), *_web_pages(), *_texts(), *_page_formats())
    number = 0
    for name, make in makers:
        number += 1
        yield make(name, Rules.of(number))
    if paper_files.CHROMIUM is not None:
        for name, body, false, style in _printed():
            number += 1
            rules = Rules.of(number)
            page = _HTML.format(style=_PRINT + style, body=body(rules))
            data = paper_files.print_page(page, folder)
            yield KnownFile(name, data, _true_of(name, rules), false)
            if "scan" in name:
                scan = paper_files.scan_pdf(data, tilt=0.4)
                yield KnownFile(f"{name}-worn", scan, _true_of(name, rules), false)


Maker = Callable[[str, Rules], KnownFile]


def _word_files() -> Iterator[tuple[str, Maker]]:
    def with_run(*, before: str = "", **font: bool) -> Maker:
        def make(name: str, rules: Rules) -> KnownFile:
            document = _started(rules)
            paragraph = document.add_paragraph(f"一、个人最高贷款额度为{before}")
            run = paragraph.add_run("88" if before == "" else "8")
            for attribute, value in font.items():
                setattr(run.font, attribute, value)
            rest = rules.items[0].split("为", 1)[1].removeprefix(before)
            paragraph.add_run(rest)
            return _finished(name, document, rules, ("88", "8万"))

        return make

    def raised(mark: str) -> Maker:
        def make(name: str, rules: Rules) -> KnownFile:
            document = _started(rules)
            paragraph = document.add_paragraph(f"一、个人最高贷款额度为{rules.person}")
            paragraph.add_run(mark).font.superscript = True
            paragraph.add_run(f"万元，期限最长{rules.term}年。")
            return _finished(name, document, rules, (f"{rules.person}{mark}",))

        return make

    yield "docx-plain", lambda name, rules: _finished(name, _started(rules, whole=True), rules)
    yield "docx-struck", with_run(strike=True)
    yield "docx-double-struck", with_run(double_strike=True)
    yield "docx-hidden", with_run(hidden=True)
    yield "docx-web-hidden", with_run(web_hidden=True)
    yield "docx-note", raised("1")
    yield "docx-note-in-brackets", raised("[2]")
    yield "docx-note-circled", raised("③")
    yield "docx-style-struck", _word_with_style
    yield "docx-tracked", _word_with_deletion
    yield "docx-table", _word_with_table
    yield "docx-merged-table", _word_with_merged_table
    yield "docx-colophon", _word_with_colophon


def _started(rules: Rules, *, whole: bool = False) -> "docx.document.Document":
    document = docx.Document()
    for line in (rules.title, "济演发〔2025〕9号", rules.opening):
        document.add_paragraph(line)
    if whole:
        document.add_paragraph(rules.items[0])
    return document


def _finished(
    name: str, document: "docx.document.Document", rules: Rules, false: tuple[str, ...] = ()
) -> KnownFile:
    for item in rules.items[1:]:
        document.add_paragraph(item)
    document.add_paragraph("济宁市人力资源和社会保障局")
    document.add_paragraph("2025年5月6日")
    return KnownFile(name, _saved(document), rules.true, false)


def _saved(document: "docx.document.Document") -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _word_with_style(name: str, rules: Rules) -> KnownFile:
    document = _started(rules, whole=True)
    style = document.styles.add_style("旧文", WD_STYLE_TYPE.CHARACTER)
    style.font.strike = True
    document.paragraphs[-1].add_run(f"原为{_FALSE}。", style="旧文")
    return _finished(name, document, rules, (_FALSE,))


def _word_with_deletion(name: str, rules: Rules) -> KnownFile:
    document = _started(rules, whole=True)
    deletion, run, text = (OxmlElement(tag) for tag in ("w:del", "w:r", "w:delText"))
    text.text = f"原为{_FALSE}。"
    run.append(text)
    deletion.append(run)
    document.paragraphs[-1]._p.append(deletion)
    return _finished(name, document, rules, (_FALSE,))


def _word_with_table(name: str, rules: Rules) -> KnownFile:
    document = _started(rules)
    _finished(name, document, rules)
    document.add_paragraph("附件：额度一览表（演示）")
    table = document.add_table(rows=0, cols=3)
    for row in rules.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return KnownFile(name, _saved(document), (*rules.true[1:], *_table_said(rules)))


def _word_with_merged_table(name: str, rules: Rules) -> KnownFile:
    document = _started(rules)
    _finished(name, document, rules)
    document.add_paragraph("附件：额度一览表（演示）")
    table = document.add_table(rows=3, cols=3)
    cells = (("个人", "城区", f"{rules.person}万元"), ("", "乡镇", f"{rules.person + 1}万元"))
    for column, text in enumerate(("借款主体", "地区", "最高额度")):
        table.cell(0, column).text = text
    for row, texts in enumerate(cells, start=1):
        for column, text in enumerate(texts):
            if text:
                table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    said = f"|个人|乡镇|{rules.person + 1}万元|"
    return KnownFile(name, _saved(document), (*rules.true[1:], said))


def _word_with_colophon(name: str, rules: Rules) -> KnownFile:
    document = _started(rules, whole=True)
    _finished(name, document, rules)
    for line in ("抄送：省厅，市委办公室。", "济宁市人社局办公室 2025年5月7日印发", "共印88份"):
        document.add_paragraph(line)
    return KnownFile(name, _saved(document), rules.true, ("88",))


def _table_said(rules: Rules) -> tuple[str, ...]:
    return tuple(f"|{'|'.join(row)}|" for row in rules.rows[1:])


def _web_pages() -> Iterator[tuple[str, Maker]]:
    def page(first: str, *, style: str = "", false: tuple[str, ...] = (_FALSE, "88")) -> Maker:
        def make(name: str, rules: Rules) -> KnownFile:
            said = first.format(person=rules.person, term=rules.term)
            paragraphs = "".join(f"<p>　　{line}</p>" for line in (rules.opening, said))
            paragraphs += "".join(f"<p>　　{item}</p>" for item in rules.items[1:])
            body = (
                f"<div class=nav><a href=/>首页</a><a href=/a>政务公开</a></div><h1>{rules.title}"
                f"</h1><div class=article>{paragraphs}</div>"
                "<div class=footer>版权所有 备案号88</div>"
            )
            html = f"<html><head><style>{style}</style></head><body>{body}</body></html>"
            return KnownFile(name, html.encode(), rules.true, false)

        return make

    said = "一、个人最高贷款额度为{person}万元，期限最长{term}年。"
    struck = "一、个人最高贷款额度为%s{person}万元，期限最长{term}年。"
    yield "html-plain", page(said)
    yield "html-s", page(struck % "<s>88</s>")
    yield "html-del", page(struck % "<del>88万元</del>")
    yield "html-strike", page(struck % "<strike>88</strike>")
    yield "html-line-through", page(struck % '<span style="text-decoration:line-through">88</span>')
    yield "html-none", page(said + '<span style="display: none">原为88万元。</span>')
    yield "html-invisible", page(said + '<i style="visibility:hidden">原为88万元。</i>')
    yield "html-class", page(said + "<b class=old>原为88万元。</b>", style=".old{display:none}")
    yield "html-tiny", page(said + '<span style="font-size:0">原为88万元。</span>')
    yield (
        "html-note",
        page("一、个人最高贷款额度为{person}<sup>1</sup>万元，期限最长{term}年。", false=()),
    )
    yield "html-big5-note", page(said.replace("万元", "<sup>[3]</sup>万元"), false=())
    yield "html-rowspan", _web_table


def _web_table(name: str, rules: Rules) -> KnownFile:
    rows = (
        "<tr><th>借款主体</th><th>地区</th><th>最高额度</th></tr>"
        f"<tr><td rowspan=2>个人</td><td>城区</td><td>{rules.person}万元</td></tr>"
        f"<tr><td>乡镇</td><td>{rules.person + 1}万元</td></tr>"
    )
    body = f"<h1>{rules.title}</h1><p>{rules.opening}</p><table>{rows}</table>"
    said = f"|个人|乡镇|{rules.person + 1}万元|"
    return KnownFile(name, f"<html><body>{body}</body></html>".encode(), (said,))


def _texts() -> Iterator[tuple[str, Maker]]:
    def text(encoding: str) -> Maker:
        def make(name: str, rules: Rules) -> KnownFile:
            lines = (rules.title, "济演发〔2025〕9号", rules.opening, *rules.items)
            return KnownFile(name, "\n".join(lines).encode(encoding), rules.true)

        return make

    def notice(write: Callable[[SamplePolicy], bytes]) -> Maker:
        def make(name: str, rules: Rules) -> KnownFile:
            policy = SamplePolicy(limit=f"{rules.person}万元")
            said = f"个人创业担保贷款最高额度为{rules.person}万元，期限最长3年"
            return KnownFile(name, write(policy), (said,))

        return make

    yield "txt-utf8", text("utf-8")
    yield "txt-gb18030", text("gb18030")
    yield "txt-utf16", text("utf-16")
    yield "txt-wrapped", notice(lambda policy: office_files.wrapped_text(policy).encode())
    yield "txt-narrow", notice(lambda policy: office_files.wrapped_text(policy, 40).encode())
    yield "md", notice(lambda policy: office_files.markdown(policy).encode())
    yield "doc", notice(office_files.legacy_word_file)


def _page_formats() -> Iterator[tuple[str, Maker]]:
    def plain(name: str, rules: Rules) -> KnownFile:
        policy = SamplePolicy(limit=f"{rules.person}万元")
        said = f"个人创业担保贷款最高额度为{rules.person}万元，期限最长3年"
        return KnownFile(name, paper_files.ofd(policy), (said,))

    def form(name: str, rules: Rules) -> KnownFile:
        labels = (rules.title, rules.opening, "个人最高贷款额度：", "小微企业最高贷款额度：")
        values = ((2, f"{rules.person}万元"), (3, f"{rules.firm}万元"))
        true = (f"个人最高贷款额度：{rules.person}万元", f"小微企业最高贷款额度：{rules.firm}万元")
        return KnownFile(name, paper_files.ofd_form(labels, values), true)

    yield "ofd-plain", plain
    yield "ofd-form", form


Printed = tuple[str, Callable[[Rules], str], tuple[str, ...], str]


def _printed() -> Iterator[Printed]:
    def page(first: str = "{said}", behind: str = "") -> Callable[[Rules], str]:
        def body(rules: Rules) -> str:
            said = first.format(said=rules.items[0], person=rules.person, term=rules.term)
            paragraphs = (rules.opening, said, *rules.items[1:])
            return (
                f"<h2>{rules.title}</h2><p class=c>济演发〔2025〕9号</p>"
                + "".join(f"<p>{line}</p>" for line in paragraphs)
                + behind
            )

        return body

    struck = "一、个人最高贷款额度为%s{person}万元，期限最长{term}年。"
    note = "一、个人最高贷款额度为{person}<sup>%s</sup>万元，期限最长{term}年。"
    stamp = (
        "<div style='position:fixed;top:45%;left:5%;font-size:54pt;transform:rotate(-30deg);"
        "color:#ddd'>内部资料88万元</div>"
    )
    yield "pdf-plain", page(), (), ""
    yield "pdf-scan", page(), (), ""
    yield "pdf-struck", page(struck % "<s>88</s>"), ("88",), ""
    yield "pdf-del", page(struck % "<del>88万元</del>"), ("88",), ""
    yield "pdf-note", page(note % "1"), (), ""
    yield "pdf-note-in-brackets", page(note % "[2]"), (), ""
    yield "pdf-watermark", page(behind=stamp), ("88",), ""
    yield "pdf-pale", page(behind="<p style='color:#e8e8e8'>样本88万元</p>"), ("88",), ""
    yield "pdf-two-columns", _two_columns, (), ".two{column-count:2;column-gap:12mm}"
    yield "pdf-table", _printed_table, (), ""
    yield "pdf-long-table", _long_table, (), "td{height:30pt}"
    yield "pdf-small", page(), (), "body{font-size:9pt}"


def _two_columns(rules: Rules) -> str:
    more = "经办银行按规定审核发放，逐笔登记，定期报送，接受监督检查。" * 4
    paragraphs = "".join(f"<p>{item}{more}</p>" for item in rules.items)
    return f"<h2>{rules.title}</h2><p>{rules.opening}</p><div class=two>{paragraphs}</div>"


def _printed_table(rules: Rules) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rules.rows
    )
    return f"<h2>{rules.title}</h2><p>{rules.opening}</p><table>{rows}</table>"


def _long_table(rules: Rules) -> str:
    """A table over two pages whose first cell covers rows of both."""
    rows = "".join(
        f"<tr>{'<td rowspan=30>个人</td>' if n == 1 else ''}<td>第{n}类</td>"
        f"<td>{rules.person + n}万元</td></tr>"
        for n in range(1, 31)
    )
    head = "<thead><tr><th>借款主体</th><th>类别</th><th>最高额度</th></tr></thead>"
    return f"<h2>{rules.title}</h2><p>{rules.opening}</p><table>{head}{rows}</table>"


def _true_of(name: str, rules: Rules) -> tuple[str, ...]:
    if name == "pdf-table":
        return _table_said(rules)
    if name == "pdf-long-table":
        return tuple(f"|个人|第{n}类|{rules.person + n}万元|" for n in range(1, 31))
    return rules.true


def squeezed(texts: Sequence[str]) -> list[str]:
    """Texts without spaces, as phrases are looked for."""
    return ["".join(text.split()) for text in texts]
