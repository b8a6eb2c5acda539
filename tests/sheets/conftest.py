"""Workbooks built on the fly: a grid of cells in, a file out, in whichever container a test wants."""

from __future__ import annotations

import csv
import io
import re
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from email.encoders import encode_base64
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
import pytest
import xlsxwriter
import xlwt
from xlwt import CompoundDoc

from songyuan_analysis.errors import SongyuanError
from songyuan_analysis.sheets import read_blocks, read_workbook
from songyuan_analysis.sheets.override.write import write_layout

Rows = list[list[Any]]
WriteBook = Callable[..., Path]
Area = tuple[int, int, int, int]
Formats = dict[str, str]

QUOTES = {'"': "&quot;"}
Hidden = tuple[tuple[int, ...], tuple[int, ...]]

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def area_of(text: str) -> Area:
    """Return row, column, last row and last column of ``B2:C2``, counted from zero."""
    found = re.fullmatch(r"([A-Z])(\d+):([A-Z])(\d+)", text)
    assert found is not None, text
    return int(found[2]) - 1, ord(found[1]) - 65, int(found[4]) - 1, ord(found[3]) - 65


def write_xlsx(
    path: Path,
    sheets: dict[str, Rows],
    merges: dict[str, list[str]],
    at: tuple[int, int],
    formats: Formats,
    hidden: Hidden = ((), ()),
) -> None:
    """Write cells and merges (``"B2:C2"``; the text is the one of the first cell)."""
    with xlsxwriter.Workbook(str(path)) as book:
        looks = {ord(letter) - 65: book.add_format({"num_format": look}) for letter, look in formats.items()}
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if value is not None:
                        look = None if isinstance(value, str) else looks.get(c + at[1])
                        sheet.write(r + at[0], c + at[1], value, look)
            for area in merges.get(name, []):
                line, column, _, _ = area_of(area)
                sheet.merge_range(area, rows[line - at[0]][column - at[1]])
            for r in hidden[0]:
                sheet.set_row(r, None, None, {"hidden": True})
            for c in hidden[1]:
                sheet.set_column(c, c, None, None, {"hidden": True})


def write_xls(
    path: Path,
    sheets: dict[str, Rows],
    merges: dict[str, list[str]],
    at: tuple[int, int],
    formats: Formats,
    hidden: Hidden = ((), ()),
) -> None:
    """Write the same as BIFF."""
    book = xlwt.Workbook(encoding="utf-8")
    plain = xlwt.Style.default_style
    looks = {ord(letter) - 65: xlwt.easyxf(num_format_str=look) for letter, look in formats.items()}
    for name, rows in sheets.items():
        sheet = book.add_sheet(name, cell_overwrite_ok=True)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    look = plain if isinstance(value, str) else looks.get(c + at[1], plain)
                    sheet.write(r + at[0], c + at[1], value, look)
        for area in merges.get(name, []):
            r0, c0, r1, c1 = area_of(area)
            sheet.merge(r0, r1, c0, c1)
        for r in hidden[0]:
            sheet.row(r).hidden = True
        for c in hidden[1]:
            sheet.col(c).hidden = True
    book.save(str(path))


def write_ods(
    path: Path,
    sheets: dict[str, Rows],
    merges: dict[str, list[str]],
    at: tuple[int, int],
    formats: Formats,
    hidden: Hidden = ((), ()),
) -> None:
    """Write the same as OpenDocument, with spans and covered cells as LibreOffice writes them."""
    tables = []
    for name, rows in sheets.items():
        areas = [area_of(area) for area in merges.get(name, [])]
        padded = [[None] * at[1] + row for row in [[None]] * at[0] + rows]
        width = max([len(row) for row in padded] + [c1 + 1 for _, _, _, c1 in areas])
        height = max([len(padded)] + [r1 + 1 for _, _, r1, _ in areas])
        grid = [
            [padded[r][c] if r < len(padded) and c < len(padded[r]) else None for c in range(width)]
            for r in range(height)
        ]
        lines = [
            "".join(_ods_cell(value, _ods_span(r, c, areas), formats.get(chr(65 + c), ""))
                    for c, value in enumerate(row))
            for r, row in enumerate(grid)
        ]  # fmt: skip
        tail = '<table:table-row table:number-rows-repeated="1000"><table:table-cell/></table:table-row>'
        gone = ' table:visibility="collapse"'
        columns = "".join(f"<table:table-column{gone if c in hidden[1] else ''}/>" for c in range(width))
        body = columns + "".join(
            f"<table:table-row{gone if r in hidden[0] else ''}>{line}</table:table-row>"
            for r, line in enumerate(lines)
        ) + tail  # fmt: skip
        tables.append(f'<table:table table:name="{escape(name)}">{body}</table:table>')
    spaces = " ".join(f'xmlns:{short}="{_ODF}{short}:1.0"' for short in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3">'
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kinds = {"/": _MIMETYPE, "content.xml": "text/xml"}
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in kinds.items()
    )
    manifest = f'<manifest:manifest xmlns:manifest="{_ODF}manifest:1.0">{entries}</manifest:manifest>'
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("mimetype", _MIMETYPE)
        box.writestr("content.xml", content)
        box.writestr("META-INF/manifest.xml", manifest)


def _ods_span(row: int, column: int, areas: list[Area]) -> tuple[int, int] | None:
    """Return how many rows and columns a cell spans; None for a cell that another one covers."""
    for r0, c0, r1, c1 in areas:
        if r0 <= row <= r1 and c0 <= column <= c1:
            return (r1 - r0 + 1, c1 - c0 + 1) if (row, column) == (r0, c0) else None
    return 1, 1


def _ods_cell(value: object, span: tuple[int, int] | None, look: str) -> str:
    if span is None:
        return "<table:covered-table-cell/>"
    spanned = "" if span == (1, 1) else (
        f' table:number-columns-spanned="{span[1]}" table:number-rows-spanned="{span[0]}"'
    )  # fmt: skip
    if value is None:
        return f"<table:table-cell{spanned}/>"
    if isinstance(value, str):
        # Runs of blanks and line breaks have elements of their own.
        lines = [
            re.sub(r"^ +| {2,}| +$", lambda m: f'<text:s text:c="{len(m[0])}"/>', escape(line))
            for line in value.split("\n")
        ]
        text = "".join(f"<text:p>{line}</text:p>" for line in lines)
        return f'<table:table-cell office:value-type="string"{spanned}>{text}</table:table-cell>'
    kind = "percentage" if look.endswith("%") else "float"
    return f'<table:table-cell office:value-type="{kind}" office:value="{value}"{spanned}/>'


def _grid(rows: Rows, at: tuple[int, int]) -> Rows:
    """Return the rows at their place."""
    return [[None] * at[1] + list(row) for row in [*([[]] * at[0]), *rows]]


def _in_merge(row: int, column: int, areas: list[Area]) -> Area | None:
    return next((a for a in areas if a[0] <= row <= a[2] and a[1] <= column <= a[3]), None)


def write_xml(
    path: Path,
    sheets: dict[str, Rows],
    merges: dict[str, list[str]],
    at: tuple[int, int],
    formats: Formats,
    hidden: Hidden = ((), ()),
) -> None:
    """Write XML Spreadsheet 2003; rows and cells have an index only where one is left out before them."""
    styles = "".join(
        f'<Style ss:ID="s{letter}"><NumberFormat ss:Format="{escape(look, QUOTES)}"/></Style>'
        for letter, look in formats.items()
    )
    columns = "".join(f'<Column ss:Index="{c + 1}" ss:Hidden="1"/>' for c in hidden[1])
    tables = []
    for name, rows in sheets.items():
        areas = [area_of(area) for area in merges.get(name, [])]
        lines, last_row = [], -1
        for r, row in enumerate(_grid(rows, at)):
            cells, following = [], 0
            for c, value in enumerate(row):
                area = _in_merge(r, c, areas)
                if value is None or (area and area[:2] != (r, c)):
                    continue
                index = f' ss:Index="{c + 1}"' if c != following else ""
                down, across = (area[2] - r, area[3] - c) if area else (0, 0)
                index += f' ss:MergeAcross="{across}"' if across else ""
                index += f' ss:MergeDown="{down}"' if down else ""
                if chr(65 + c) in formats and not isinstance(value, str):
                    index += f' ss:StyleID="s{chr(65 + c)}"'
                kind = "String" if isinstance(value, str) else "Number"
                text = escape(str(value)).replace("\n", "&#10;")
                cells.append(f'<Cell{index}><Data ss:Type="{kind}">{text}</Data></Cell>')
                following = c + 1 + across
            if cells:
                index = f' ss:Index="{r + 1}"' if r != last_row + 1 else ""
                index += ' ss:Hidden="1"' if r in hidden[0] else ""
                lines.append(f"<Row{index}>{''.join(cells)}</Row>")
                last_row = r
        tables.append(
            f'<Worksheet ss:Name="{escape(name)}"><Table>{columns}{"".join(lines)}</Table></Worksheet>'
        )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    path.write_text(
        f'<?xml version="1.0" encoding="utf-8"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="{space}"'
        f' xmlns:ss="{space}"><Styles>{styles}</Styles>{"".join(tables)}</Workbook>',
        encoding="utf-8",
    )


def _shown(value: object, look: str) -> str:
    """Return a number as Excel prints it in a page or a text."""
    return f"{100 * value:g}%" if isinstance(value, float) and look.endswith("%") else str(value)


def page_of(rows: Rows, areas: list[Area], formats: Formats, hidden: Hidden) -> str:
    """Return a page with one table, with spans and with the stored numbers as Excel writes them."""
    columns = "".join(
        "<col style='display:none'>" if c in hidden[1] else "<col>"
        for c in range(max(hidden[1], default=-1) + 1)
    )
    lines = []
    for r, row in enumerate(rows):
        cells = []
        for c in range(max(len(row), 1 + max((a[3] for a in areas if a[0] <= r <= a[2]), default=-1))):
            area, value = _in_merge(r, c, areas), row[c] if c < len(row) else None
            if area and area[:2] != (r, c):
                continue
            spans = f' rowspan="{area[2] - r + 1}" colspan="{area[3] - c + 1}"' if area else ""
            text = "" if value is None else escape(_shown(value, formats.get(chr(65 + c), "")))
            stored = f' x:num="{value}"' if isinstance(value, float | int) else ""
            text = re.sub(r"^ +", lambda m: "&nbsp;" * len(m[0]), text).replace("\n", "<br>")
            cells.append(f"<td{spans}{stored}>{text}</td>")
        gone = " style='display:none'" if r in hidden[0] else ""
        lines.append(f"<tr{gone}>{''.join(cells)}</tr>")
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv=Content-Type'
        f' content="text/html; charset=gb2312"></head><body><table border=1>{columns}{"".join(lines)}</table></body></html>'
    )


def write_page(
    path: Path,
    sheets: dict[str, Rows],
    merges: dict[str, list[str]],
    at: tuple[int, int],
    formats: Formats,
    hidden: Hidden = ((), ()),
) -> None:
    """Write the one sheet as a web page in GB2312."""
    ((name, rows),) = sheets.items()
    page = page_of(_grid(rows, at), [area_of(area) for area in merges.get(name, [])], formats, hidden)
    path.write_bytes(page.encode("gb18030"))


def write_archive(
    path: Path,
    sheets: dict[str, Rows],
    merges: dict[str, list[str]],
    at: tuple[int, int],
    formats: Formats,
    hidden: Hidden = ((), ()),
) -> None:
    """Write a web page in one file: a page with frames, and a page for every sheet."""
    message = MIMEMultipart("related", boundary="----=_NextPart_1")
    sources = "".join(
        f'<x:ExcelWorksheet><x:Name>{escape(name)}</x:Name><x:WorksheetSource HRef="book.files/sheet{n:03}.htm"/>'
        "</x:ExcelWorksheet>"
        for n, name in enumerate(sheets, 1)
    )
    pages = {"book.htm": f"<html><head><xml>{sources}</xml></head><frameset rows='*,39'></frameset></html>"}
    for n, (name, rows) in enumerate(sheets.items(), 1):
        areas = [area_of(area) for area in merges.get(name, [])]
        pages[f"book.files/sheet{n:03}.htm"] = page_of(_grid(rows, at), areas, formats, hidden)
    for location, page in pages.items():
        part = MIMENonMultipart("text", "html", charset="gb2312")
        part.set_payload(page.encode("gb18030"))
        encode_base64(part)
        part["Content-Location"] = f"file:///C:/{location}"
        message.attach(part)
    path.write_bytes(message.as_bytes())


def write_text(
    path: Path,
    sheets: dict[str, Rows],
    merges: dict[str, list[str]],
    at: tuple[int, int],
    formats: Formats,
    hidden: Hidden = ((), ()),
) -> None:
    """Write the one sheet as delimited text: commas in GB18030, or tabs in UTF-16 as Excel's "Unicode text"."""
    ((_, rows),) = sheets.items()
    lines = io.StringIO()
    tabs = path.suffix == ".txt"
    writer = csv.writer(lines, delimiter="\t" if tabs else ",", lineterminator="\r\n")
    width = max(len(row) for row in _grid(rows, at))
    for row in _grid(rows, at):
        shown = ["" if v is None else _shown(v, formats.get(chr(65 + c), "")) for c, v in enumerate(row)]
        writer.writerow(shown + [""] * (width - len(row)))
    path.write_bytes(lines.getvalue().encode("utf-16" if tabs else "gb18030"))


def _part(kind: int, body: bytes = b"") -> bytes:
    """Return a record of an .xlsb part: kind and length are written in sevens of bits."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = len(body), b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def write_xlsb(
    path: Path,
    sheets: dict[str, Rows],
    merges: dict[str, list[str]],
    at: tuple[int, int],
    formats: Formats,
    hidden: Hidden = ((), ()),
) -> None:
    """Write the binary workbook of Excel 2007, as [MS-XLSB] has it; number formats are left out."""
    strings: list[str] = []
    parts = {}
    book, relations = _part(131) + _part(143), ""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    for number, (name, rows) in enumerate(sheets.items(), 1):
        grid = _grid(rows, at)
        book += _part(156, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name))
        relations += (
            f'<Relationship Id="rId{number}" Type="{kinds}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        )
        size = struct.pack("<IIII", 0, max(len(grid) - 1, 0), 0, max(map(len, grid), default=1) - 1)
        sheet = _part(129) + _part(148, size) + _part(145)
        for r, row in enumerate(grid):
            sheet += _part(0, struct.pack("<IIHBBBI", r, 0, 300, 0, 0, 0, 0))
            for c, value in enumerate(row):
                head = struct.pack("<II", c, 0)
                if isinstance(value, str):
                    strings.append(value)
                    sheet += _part(7, head + struct.pack("<I", len(strings) - 1))
                elif value is not None:
                    sheet += _part(5, head + struct.pack("<d", value))
        sheet += _part(146)
        areas = [area_of(area) for area in merges.get(name, [])]
        if areas:
            records = [_part(176, struct.pack("<IIII", r0, r1, c0, c1)) for r0, c0, r1, c1 in areas]
            sheet += _part(177, struct.pack("<I", len(areas))) + b"".join(records) + _part(178)
        parts[f"xl/worksheets/sheet{number}.bin"] = sheet + _part(130)
    parts["xl/workbook.bin"] = book + _part(144) + _part(132)
    table = b"".join(_part(19, b"\0" + _wide(text)) for text in strings)
    parts["xl/sharedStrings.bin"] = (
        _part(159, struct.pack("<II", len(strings), len(strings))) + table + _part(160)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    relations += f'<Relationship Id="rId99" Type="{kinds}/sharedStrings" Target="sharedStrings.bin"/>'
    parts["xl/_rels/workbook.bin.rels"] = (
        f'<Relationships xmlns="{space}">{relations}</Relationships>'.encode()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        for part, content in parts.items():
            box.writestr(part, content)


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def biff5(sheets: dict[str, Rows], at: tuple[int, int], formats: Formats) -> bytes:
    """Return the stream of Excel 5 and 95: texts are bytes of code page 936, and nothing is merged."""
    codes = list(dict.fromkeys(formats.values()))
    looks = b"".join(
        _record(0x41E, struct.pack("<HB", 164 + n, len(c)) + c.encode()) for n, c in enumerate(codes)
    )
    for number in [0, *range(164, 164 + len(codes))]:
        looks += _record(0xE0, struct.pack("<HHHHIII", 0, number, 1, 0, 0, 0, 0))
    style_of = {ord(letter) - 65: 1 + codes.index(look) for letter, look in formats.items()}
    bodies = []
    for rows in sheets.values():
        grid = _grid(rows, at)
        body = _record(0x809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0))
        body += _record(0x200, struct.pack("<HHHHH", 0, len(grid), 0, max(map(len, grid), default=0), 0))
        for r, row in enumerate(grid):
            for c, value in enumerate(row):
                if isinstance(value, str):
                    text = value.encode("gb18030")
                    body += _record(0x204, struct.pack("<HHHH", r, c, 0, len(text)) + text)
                elif value is not None:
                    body += _record(0x203, struct.pack("<HHHd", r, c, style_of.get(c, 0), value))
        bodies.append(body + _record(0x0A))
    names = [name.encode("gb18030") for name in sheets]
    head = (
        _record(0x809, struct.pack("<HHHH", 0x0500, 0x0005, 0, 0))
        + _record(0x42, struct.pack("<H", 936))
        + looks
    )
    position = len(head) + sum(11 + len(name) for name in names) + 4
    for name, body in zip(names, bodies, strict=True):
        head += _record(0x85, struct.pack("<IHB", position, 0, len(name)) + name)
        position += len(body)
    return head + _record(0x0A) + b"".join(bodies)


def in_ole(stream: bytes, name: str = "Book") -> bytes:
    """Put a stream into an OLE container under this name."""
    buffer = io.BytesIO()
    CompoundDoc.XlsDoc().save(buffer, stream)
    data = bytearray(buffer.getvalue())
    at = data.index("Workbook".encode("utf-16-le"))
    written = f"{name}\0".encode("utf-16-le")
    data[at : at + 66] = written + b"\0" * (64 - len(written)) + len(written).to_bytes(2, "little")
    return bytes(data)


def write_biff5(
    path: Path,
    sheets: dict[str, Rows],
    merges: dict[str, list[str]],
    at: tuple[int, int],
    formats: Formats,
    hidden: Hidden = ((), ()),
) -> None:
    """Write a workbook of Excel 95 in its container, or (.bare) without one."""
    stream = biff5(sheets, at, formats)
    path.write_bytes(stream if path.suffix == ".bare" else in_ole(stream))


# By suffix, which no reader believes.
WRITERS = {
    ".xls": write_xls,
    ".ods": write_ods,
    ".xlsb": write_xlsb,
    ".xml": write_xml,
    ".htm": write_page,
    ".mht": write_archive,
    ".csv": write_text,
    ".txt": write_text,
    ".xls95": write_biff5,
    ".bare": write_biff5,
}


def reads_back(workbook: Path, folder: Path) -> None:
    """Assert that the reading of a workbook, written as its layout, is read back as the identical frame."""
    folder.mkdir()
    copy = Path(shutil.copy(workbook, folder))
    try:
        frame, blocks = read_workbook(copy), read_blocks(copy)
    except SongyuanError:
        return  # a workbook that is meant to be unreadable
    write_layout(copy, blocks)
    pd.testing.assert_frame_equal(read_workbook(copy), frame)


@pytest.fixture
def write_book(tmp_path: Path) -> Iterator[WriteBook]:
    """Return a writer: rows (or sheets of rows), merges, container, first cell, number format by column.

    `hidden` are the numbers of rows and columns that are not shown, counted from zero.

    Every workbook of every test is read back from its written layout when the test is over.
    """
    written: list[Path] = []

    def write(
        rows: Rows | dict[str, Rows],
        merges: list[str] | dict[str, list[str]] | None = None,
        *,
        name: str = "表.xlsx",
        at: tuple[int, int] = (0, 0),
        formats: Formats | None = None,
        hidden: Hidden = ((), ()),
    ) -> Path:
        sheets = rows if isinstance(rows, dict) else {"Sheet1": rows}
        areas = merges if isinstance(merges, dict) else {"Sheet1": merges or []}
        path = tmp_path / name
        writer = WRITERS.get(path.suffix, write_xlsx)
        writer(path, sheets, areas, at, formats or {}, hidden)
        written.append(path)
        return path

    yield write
    for number, path in enumerate(p for p in dict.fromkeys(written) if p.exists()):
        reads_back(path, tmp_path / f"读回{number}")
