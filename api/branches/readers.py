"""Rows out of files: CSV, XLSX and GeoJSON, all as text by column, each with its line."""

import csv
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from api.branches.errors import BranchFileError
from api.branches.formulas import unmark

UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    zipfile.BadZipFile,
)
LineOfText = tuple[int, Mapping[str, str]]
Table = tuple[Sequence[str], Iterator[LineOfText]]


def open_table(path: Path, sheet: str | None = None) -> Table:
    """The header and the rows of a file, read as they are asked for.

    Raises:
        BranchFileError: the kind is not known or the file cannot be read; also later,
            while rows are read.
    """
    readers: dict[str, Callable[[Path, str | None], Table]] = {
        ".csv": _csv,
        ".xlsx": _xlsx,
        ".geojson": _geojson,
        ".json": _geojson,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BranchFileError(f"{path.name}: not one of {', '.join(readers)}")
    try:
        return reader(path, sheet)
    except UNREADABLE as error:
        raise BranchFileError(f"{path.name}: {type(error).__name__}") from error


def _csv(path: Path, _sheet: str | None) -> Table:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        header = next(csv.reader(file), [])

    def rows() -> Iterator[LineOfText]:
        try:
            with path.open(encoding=encoding, newline="") as file:
                reader = csv.DictReader(file)
                for row in reader:
                    # Surplus cells come under the key None, missing ones as None.
                    yield reader.line_num, {name: unmark(row[name] or "") for name in row if name}
        except (OSError, ValueError, csv.Error) as error:
            raise BranchFileError(f"{path.name}: {type(error).__name__}") from error

    return header, rows()


def _encoding(path: Path) -> str:
    """UTF-8, or GB18030 as Excel writes it in China.

    Raises:
        BranchFileError: it is neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as file:
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise BranchFileError(f"{path.name}: neither UTF-8 nor GB18030")


def _xlsx(path: Path, sheet: str | None) -> Table:
    # Here and not above: a server starts without it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except InvalidFileException as error:
        raise ValueError(path.name) from error
    page = book[sheet] if sheet else book.worksheets[0]
    lines = page.iter_rows(values_only=True)
    header = [_text(cell) for cell in next(lines, ())]

    def rows() -> Iterator[LineOfText]:
        try:
            for number, cells in enumerate(lines, start=2):
                named = zip(header, cells, strict=False)
                values = {name: unmark(_text(cell)) for name, cell in named if name}
                if any(values.values()):
                    yield number, values
        finally:
            book.close()

    return header, rows()


def _geojson(path: Path, _sheet: str | None) -> Table:
    """Points of RFC 7946: degrees in WGS-84 unless a property ``crs`` says otherwise."""
    features = json.loads(path.read_text("utf-8-sig"))["features"]
    names = {name for feature in features for name in feature.get("properties") or {}}
    features = [feature | {"geometry": dict(feature.get("geometry") or {})} for feature in features]

    def rows() -> Iterator[LineOfText]:
        for number, feature in enumerate(features, start=1):
            properties = feature.get("properties") or {}
            values = {name: _text(value) for name, value in properties.items()}
            geometry = feature["geometry"]
            point = geometry.get("coordinates") if geometry.get("type") == "Point" else None
            if isinstance(point, list) and len(point) >= 2:
                lon, lat = point[:2]
                values |= {"lat": str(lat), "lon": str(lon)}
                values["crs"] = values.get("crs") or "wgs84"
            yield number, values

    return [*sorted(names | {"lat", "lon", "crs"})], rows()


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case list():
            return "|".join(_text(part) for part in value)
    return str(value)
