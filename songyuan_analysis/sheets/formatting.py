"""Cell formats that carry meaning: indents, hidden rows and columns, comments.

Reading formats costs many times the bare read of values. A pass over the bytes says first whether a workbook
has any such format at all; most have none.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import openpyxl  # type: ignore[import-untyped]
from xlrd.compdoc import CompDoc, CompDocError

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_FILEPASS, _BOF, _EOF, _XF, _BOUNDSHEET, _COLINFO, _ROW = 0x2F, 0x809, 0x0A, 0xE0, 0x85, 0x7D, 0x208
_FORMAT, _MULRK = 0x41E, 0xBD
_NUMBER_CELLS = frozenset({0x203, 0x27E, 0x006})
# Records of one cell start with row, column, XF; those of several with row, first column, XFs.
_CELLS = frozenset({0x203, 0x204, 0x205, 0x006, 0x27E, 0xFD, 0xD6})


_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_PERCENT_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s[^>]*?numFmtId=\"(\d+)\"[^>]*?formatCode=\"[^\"]*%")
_BUILT_IN_PERCENTS = (9, 10)


@dataclass
class Formats:
    """The formats of one sheet that matter to the reading of a table."""

    indents: dict[tuple[int, int], int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)


def read_formats(data: bytes) -> dict[str, Formats]:
    """Return the formats by sheet name; empty where the workbook has none or the format is not supported."""
    if data.startswith(_OLE):
        stream = _workbook_stream(data)
        return _biff_formats(stream) if stream else {}
    if data.startswith(b"PK") and _xlsx_has_formats(data):
        return _xlsx_formats(data)
    return {}


# --- .xlsx -------------------------------------------------------------------------------------


def _xlsx_has_formats(data: bytes) -> bool:
    """Say from the bytes whether openpyxl has anything to find."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" not in names:
            return False  # .ods and .xlsb: values only
        if any("comments" in n.lower() and n.startswith("xl/") for n in names):
            return True
        if "xl/styles.xml" in names and _styles_matter(archive.read("xl/styles.xml")):
            return True
        hidden = re.compile(rb"<(?:\w+:)?(?:row|col)\s[^>]*\bhidden=\"(?:1|true)\"")
        return any(
            hidden.search(archive.read(n)) for n in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", n)
        )


def _styles_matter(styles: bytes) -> bool:
    """Whether a style that cells can have carries an indent or a percent format."""
    cells = _CELL_STYLES.search(styles)
    if cells is None:
        return False
    percents = {b"%d" % n for n in _BUILT_IN_PERCENTS} | set(_PERCENT_FORMAT.findall(styles))
    used = set(re.findall(rb"\bnumFmtId=\"(\d+)\"", cells[0]))
    return bool(percents & used) or re.search(rb"\sindent=\"[1-9]", cells[0]) is not None


def _xlsx_formats(data: bytes) -> dict[str, Formats]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception:  # noqa: BLE001 - openpyxl is stricter than calamine; values without formats are better than nothing
        return {}
    found: dict[str, Formats] = {}
    for sheet in book.worksheets:
        formats = Formats()
        for row, dimension in sheet.row_dimensions.items():
            if dimension.hidden:
                formats.hidden_rows.add(row - 1)
        for dimension in sheet.column_dimensions.values():
            if dimension.hidden:
                first, last = dimension.min or 1, dimension.max or 1
                # A hidden tail of 16,000 empty columns is a user's way to grey out the rest.
                formats.hidden_columns.update(range(first - 1, min(last, sheet.max_column)))
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.has_style and cell.alignment.indent:
                    formats.indents[cell.row - 1, cell.column - 1] = int(cell.alignment.indent)
                if isinstance(cell.value, int | float) and "%" in str(cell.number_format):
                    formats.percents.add((cell.row - 1, cell.column - 1))
                if cell.comment is not None:
                    formats.comments[cell.row - 1, cell.column - 1] = str(cell.comment.text).strip()
        found[sheet.title] = formats
    return found


# --- .xls --------------------------------------------------------------------------------------


def _document(data: bytes) -> CompDoc | None:
    """Open an OLE container; None if it is damaged (the reading of the values says so to the user)."""
    try:
        return CompDoc(data, logfile=io.StringIO())
    except (CompDocError, IndexError, struct.error, ValueError, AssertionError):
        return None


def _workbook_stream(data: bytes) -> bytes:
    """Return the BIFF stream of an OLE container, empty if there is none."""
    document = _document(data)
    if document is None:
        return b""
    try:
        for name in ("Workbook", "Book"):
            memory, start, length = document.locate_named_stream(name)
            if memory:
                return bytes(memory[start : start + length])
    except (CompDocError, IndexError, struct.error, ValueError, AssertionError):
        pass
    return b""


def ole_is_encrypted(data: bytes) -> bool:
    """Whether an OLE container holds an encrypted package or a BIFF stream with a password."""
    document = _document(data)
    if document is not None and any(entry.name == "EncryptedPackage" for entry in document.dirlist):
        return True
    stream = _workbook_stream(data)
    # A FILEPASS record stands among the first records of the globals.
    for count, (kind, _, _) in enumerate(_records(stream)):
        if kind == _FILEPASS:
            return True
        if count > 40:
            return False
    return False


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (kind, start of the body, length) of each record."""
    position, end = 0, len(stream) - 4
    while position <= end:
        kind, length = struct.unpack_from("<HH", stream, position)
        yield kind, position + 4, length
        position += 4 + length


def _biff_formats(stream: bytes) -> dict[str, Formats]:
    """Read indents, percent formats and hidden rows and columns from a BIFF8 stream in one pass."""
    styles = _BiffStyles()
    names: list[tuple[int, str]] = []
    found: dict[str, Formats] = {}
    current: Formats | None = None
    for kind, at, length in _records(stream):
        if kind == _BOF:
            offset = at - 4
            current = next((found.setdefault(n, Formats()) for o, n in names if o == offset), None)
        elif kind == _BOUNDSHEET and length > 8:
            names.append((struct.unpack_from("<I", stream, at)[0], _sheet_name(stream, at)))
        elif current is None:
            styles.take(stream, kind, at, length)
        elif kind == _COLINFO and length >= 10:
            first, last, _, _, options = struct.unpack_from("<HHHHH", stream, at)
            if options & 1 and last < 255:
                current.hidden_columns.update(range(first, last + 1))
        elif kind == _ROW and length >= 16:
            if struct.unpack_from("<H", stream, at + 12)[0] & 0x20:
                current.hidden_rows.add(struct.unpack_from("<H", stream, at)[0])
        elif kind in _CELLS and length >= 6:
            row, column, xf = struct.unpack_from("<HHH", stream, at)
            styles.apply(current, row, column, xf, number=kind in _NUMBER_CELLS)
        elif kind == _MULRK and length >= 10:
            row, first = struct.unpack_from("<HH", stream, at)
            for k in range((length - 6) // 6):
                xf = struct.unpack_from("<H", stream, at + 4 + 6 * k)[0]
                styles.apply(current, row, first + k, xf, number=True)
    return {
        name: f for name, f in found.items() if f.indents or f.hidden_rows or f.hidden_columns or f.percents
    }


class _BiffStyles:
    """The cell formats (XF) of a BIFF workbook, as far as they matter here."""

    def __init__(self) -> None:
        self._indents: list[int] = []
        self._formats: list[int] = []
        self._percents = set(_BUILT_IN_PERCENTS)

    def take(self, stream: bytes, kind: int, at: int, length: int) -> None:
        """Take a record of the globals."""
        if kind == _XF and length == 20:
            self._indents.append(stream[at + 8] & 0x0F)
            self._formats.append(struct.unpack_from("<H", stream, at + 2)[0])
        elif kind == _FORMAT and b"%" in stream[at + 2 : at + length]:
            self._percents.add(struct.unpack_from("<H", stream, at)[0])

    def apply(self, formats: Formats, row: int, column: int, xf: int, *, number: bool) -> None:
        """Note what the format of one cell says."""
        if xf < len(self._formats):
            if self._indents[xf]:
                formats.indents[row, column] = self._indents[xf]
            if number and self._formats[xf] in self._percents:
                formats.percents.add((row, column))


def _sheet_name(stream: bytes, at: int) -> str:
    count, flags = stream[at + 6], stream[at + 7]
    raw = stream[at + 8 : at + 8 + (2 * count if flags & 1 else count)]
    return raw.decode("utf-16-le" if flags & 1 else "latin-1", errors="replace")
