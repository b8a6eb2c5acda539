"""Workbooks built on the fly: a grid of cells in, a file out, in whichever container a test wants."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
import pytest
import xlsxwriter
import xlwt

from songyuan_analysis.errors import SongyuanError
from songyuan_analysis.sheets import read_blocks, read_workbook
from songyuan_analysis.sheets.override_write import write_layout

Rows = list[list[Any]]
WriteBook = Callable[..., Path]
Area = tuple[int, int, int, int]
Formats = dict[str, str]
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
        writer = {".xls": write_xls, ".ods": write_ods}.get(path.suffix, write_xlsx)
        writer(path, sheets, areas, at, formats or {}, hidden)
        written.append(path)
        return path

    yield write
    for number, path in enumerate(p for p in dict.fromkeys(written) if p.exists()):
        reads_back(path, tmp_path / f"读回{number}")
