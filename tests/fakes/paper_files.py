"""Files that hold pages: PDF printed by Chromium, scans, OFD."""

import io
import random
import subprocess
import zipfile
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from shutil import which
from xml.sax.saxutils import escape as xml_escape

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.fakes.sample_policy import ISSUERS, TABLE, SamplePolicy

CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
_STYLE = (
    "@page{size:A4;margin:25mm}"
    "body{font:15pt/1.8 'Noto Serif CJK SC',serif} p{text-indent:2em;margin:0}"
    ".head{color:#c00;text-align:center;font-size:24pt} .c{text-align:center;text-indent:0}"
    ".sign{text-align:right} table{border-collapse:collapse;width:100%}"
    "td{border:1px solid #000;padding:3pt}"
)


def print_pdf(policy: SamplePolicy, folder: Path) -> bytes:
    """The notice with a red head, a table and a signature as Chromium prints it."""
    table = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in TABLE
    )
    page = (
        f"<meta charset=utf-8><title>打印</title><style>{_STYLE}</style>"
        f"<p class='head c'>{'<br>'.join(ISSUERS)}文件</p><p class=c>{policy.number}</p>"
        f"<h2 class=c>{escape(policy.title)}</h2>"
        + "".join(f"<p>{escape(line)}</p>" for line in policy.body)
        + "".join(f"<p class=sign>{name}</p>" for name in ISSUERS)
        + f"<p class=sign>{policy.issued}</p>"
        + f"<p>附件：额度一览表（演示）</p><table>{table}</table>"
    )
    return print_page(page, folder)


def print_page(page: str, folder: Path) -> bytes:
    """A page of HTML as Chromium prints it to PDF."""
    source, target = folder / "page.html", folder / "page.pdf"
    source.write_text(page, "utf-8")
    subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={target}",
            source.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return target.read_bytes()


def scan_pdf(pdf: bytes, *, dpi: int = 150, tilt: float = 0.6, noise: int = 18) -> bytes:
    """The pages as a worn scanner gives them: grey, tilted, blurred, speckled JPEGs."""
    pages = []
    chance = random.Random(7)
    with pdfium.PdfDocument(pdf) as document:
        for page in document:
            image = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
            image = image.rotate(tilt, expand=False, fillcolor=250, resample=Image.BICUBIC)
            image = image.filter(ImageFilter.GaussianBlur(0.5))
            speckles = Image.effect_noise(image.size, noise)
            pages.append(Image.blend(image, speckles, 0.12))
            for _ in range(300):
                at = (chance.randrange(image.width), chance.randrange(image.height))
                pages[-1].putpixel(at, 40)
    return pictures_pdf(pages)


def pictures_pdf(pages: Sequence[Image.Image]) -> bytes:
    """Pictures as the pages of a PDF, as scanners write them."""
    target = io.BytesIO()
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return target.getvalue()


def blank_scans_pdf(count: int) -> bytes:
    """Many small pages, each a picture of nothing."""
    return pictures_pdf([Image.new("L", (40, 56), 230) for _ in range(count)])


def text_page(lines: Sequence[str]) -> Image.Image:
    """A clean small page, a line of print for each text."""
    page = Image.new("L", (780, 900), 245)
    drawing = ImageDraw.Draw(page)
    for row, line in enumerate(lines):
        drawing.text((30, 30 + 50 * row), line, font=ImageFont.truetype(_font(), 22), fill=20)
    return page


def blurred_page() -> Image.Image:
    """A page of text blurred until nobody can read it."""
    return text_page(["演示文字看不清楚" * 4] * 3).filter(ImageFilter.GaussianBlur(6))


@cache
def _font() -> str:
    """Path of a font with Chinese characters."""
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", "sans:lang=zh-cn"], capture_output=True, text=True, check=True
    )
    return found.stdout


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password: its user key fits no password anybody knows."""
    key = "<" + "5a" * 32 + ">"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        f"<< /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -44 >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size, identity = len(objects) + 1, "<" + "00" * 16 + ">"
    trailer = f"<< /Size {size} /Root 1 0 R /Encrypt 4 0 R /ID [{identity} {identity}] >>"
    body_end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n{trailer}\n"
    return body + f"{body_end}startxref\n{len(body)}\n%%EOF\n".encode()


def ofd(policy: SamplePolicy) -> bytes:
    """The notice as an OFD of one long page, 16 mm of margin, 5 mm characters."""
    lines: list[tuple[float, str]] = [(60.0, f"{name}") for name in ISSUERS[:1]]
    lines += [(60.0, f"{ISSUERS[1]}文件"), (80.0, policy.number), (40.0, policy.title)]
    for paragraph in policy.body:
        is_addressed = paragraph.endswith("：") and paragraph.startswith("各")
        rest, indent = paragraph, 0 if is_addressed else 2
        while rest:
            width = 36 - indent
            lines.append((16.0 + 5 * indent, rest[:width]))
            rest, indent = rest[width:], 0
    lines += [(120.0, name) for name in ISSUERS] + [(150.0, policy.issued)]
    objects = "".join(
        f'<ofd:TextObject ID="{10 + row}" Boundary="{left} {20 + 8 * row} {5 * len(text)} 5" '
        f'Font="1" Size="5"><ofd:TextCode X="0" Y="4.2" DeltaX="g {len(text) - 1} 5">'
        f"{xml_escape(text)}</ofd:TextCode></ofd:TextObject>"
        for row, (left, text) in enumerate(lines)
    )
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "OFD.xml",
            f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            "</ofd:DocBody></ofd:OFD>",
        )
        archive.writestr(
            "Doc_0/Document.xml",
            f'<ofd:Document {space}><ofd:Pages><ofd:Page ID="1" '
            'BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        )
        archive.writestr(
            "Doc_0/Pages/Page_0/Content.xml",
            f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="2">{objects}</ofd:Layer>'
            "</ofd:Content></ofd:Page>",
        )
    return target.getvalue()


def ofd_form(labels: Sequence[str], values: Sequence[tuple[int, str]]) -> bytes:
    """An OFD whose page holds values only; what they mean stands on its template page.

    ``values`` stand behind the label of their number.
    """
    printed = [(20.0, 20 + 12 * row, label) for row, label in enumerate(labels)]
    filled = [(22.0 + 5 * len(labels[row]), 20 + 12 * row, value) for row, value in values]
    space = "xmlns:ofd='http://www.ofdspec.org/2016'"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(
            "OFD.xml",
            f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            "</ofd:DocBody></ofd:OFD>",
        )
        archive.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {space}><ofd:CommonData><ofd:TemplatePage ID='9' "
            "BaseLoc='Tpls/Tpl_0/Content.xml'/></ofd:CommonData><ofd:Pages><ofd:Page ID='1' "
            "BaseLoc='Pages/Page_0/Content.xml'/></ofd:Pages></ofd:Document>",
        )
        archive.writestr(
            "Doc_0/Tpls/Tpl_0/Content.xml", f"<ofd:Page {space}>{_ofd_layer(printed)}</ofd:Page>"
        )
        archive.writestr(
            "Doc_0/Pages/Page_0/Content.xml",
            f"<ofd:Page {space}><ofd:Template TemplateID='9' ZOrder='Background'/>"
            f"{_ofd_layer(filled)}</ofd:Page>",
        )
    return target.getvalue()


def _ofd_layer(texts: Sequence[tuple[float, float, str]]) -> str:
    objects = "".join(
        f"<ofd:TextObject Boundary='{left} {top} {5 * len(text)} 6' Size='5'>"
        f"<ofd:TextCode X='0' Y='5' DeltaX='g {len(text) - 1} 5'>{xml_escape(text)}"
        "</ofd:TextCode></ofd:TextObject>"
        for left, top, text in texts
    )
    return f"<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content>"
