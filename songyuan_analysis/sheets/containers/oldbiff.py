"""BIFF streams that calamine does not read: those of Excel 2 to 95, and those without an OLE container.

Old report programs still write them. calamine wants a container, and takes the two bytes of a Chinese sign in an
Excel 95 workbook for two signs; xlrd is slower and knows the streams of every version.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Iterator

import xlrd
from xlrd.sheet import Sheet as BiffSheet

from songyuan_analysis.sheets.containers.biff import has_password, is_whole, shows_percent
from songyuan_analysis.sheets.containers.rawsheet import RawSheet, stem
from songyuan_analysis.sheets.containers.refusals import damaged, encrypted
from songyuan_analysis.sheets.marks import CellValue

# The first record of a stream: its kind, and the lengths that it can have.
_STARTS = {0x0009: (4, 6), 0x0209: (6, 8), 0x0409: (6, 8), 0x0809: (8, 16)}
_CODEPAGE, _OLD_NAME = 0x42, "Sheet 1"
_EXCEL_4 = 40


def is_bare_biff(data: bytes) -> bool:
    """Say whether the first record is the beginning of a BIFF stream."""
    if len(data) < 8:
        return False
    kind, length = struct.unpack_from("<HH", data)
    return length in _STARTS.get(kind, ()) and data[6] in (0x05, 0x10, 0x20, 0x40) and data[7] == 0


def read_old_biff(data: bytes, file: str) -> Iterator[RawSheet]:
    """Yield the sheets of a stream.

    Raises
    ------
    EncryptedWorkbookError, DamagedWorkbookError
    """
    if has_password(data):
        raise encrypted(file)
    if not is_whole(data):
        raise damaged(file, "记录流没有结束")
    try:
        book = xlrd.open_workbook(
            file_contents=data,
            formatting_info=True,
            logfile=io.StringIO(),
            # Without a code page a Chinese program wrote what its Windows wrote.
            encoding_override=None if _has_code_page(data) else "gb18030",
        )
        sheets = [_read(book, sheet, file) for sheet in book.sheets()]
    except Exception as error:  # xlrd meets broken streams with errors of every kind
        raise damaged(file, str(error) or type(error).__name__) from error
    yield from sheets


def _has_code_page(data: bytes) -> bool:
    position = 0
    while position + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, position)
        if kind == _CODEPAGE:
            return True
        position += 4 + length
    return False


def _read(book: xlrd.Book, sheet: BiffSheet, file: str) -> RawSheet:
    # Up to Excel 4 a file is one sheet without a name.
    name = stem(file) if book.biff_version <= _EXCEL_4 else sheet.name
    raw = RawSheet(name, [], hidden=bool(sheet.visibility))
    formats = raw.formats
    for r in range(sheet.nrows):
        for c, cell in enumerate(sheet.row(r)):
            value = _value(cell, book.datemode)
            if value is None:
                continue
            raw.put(r, c, value)
            style = book.xf_list[cell.xf_index] if cell.xf_index is not None and book.xf_list else None
            if style is None:
                continue
            if style.alignment is not None and style.alignment.indent_level:
                formats.indents[r, c] = style.alignment.indent_level
            look = book.format_map.get(style.format_key)
            if isinstance(value, float) and look is not None and shows_percent(look.format_str):
                formats.percents.add((r, c))
    formats.merges = [(r0, c0, r1 - 1, c1 - 1) for r0, r1, c0, c1 in sheet.merged_cells]
    formats.hidden_rows = {r for r, info in sheet.rowinfo_map.items() if info.hidden}
    formats.hidden_columns = {c for c, info in sheet.colinfo_map.items() if info.hidden and c < sheet.ncols}
    formats.comments = {place: note.text.strip() for place, note in sheet.cell_note_map.items() if note.text}
    return raw


def _value(cell: xlrd.sheet.Cell, datemode: int) -> CellValue:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: dt.datetime = xlrd.xldate.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return float(cell.value)
        return moment.date() if moment.hour == moment.minute == moment.second == 0 else moment
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return float(cell.value)
    return str(cell.value) if cell.ctype == xlrd.XL_CELL_TEXT and cell.value != "" else None
