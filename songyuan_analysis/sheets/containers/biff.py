"""Formats in .xls files: the OLE container, and the BIFF records that carry indents, percents and hidden rows.

A record says how long it is and nothing leads past it, so that a full pass touches every cell. Two looks tell
first whether there is anything to find: the styles at the head of the stream, and a search for the bytes of
hidden rows and columns.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from xlrd.compdoc import CompDoc, CompDocError

from songyuan_analysis.sheets.containers.ole import NotPlainError, read_streams

_FILEPASS, _BOF, _EOF, _XF, _BOUNDSHEET, _COLINFO, _ROW = 0x2F, 0x809, 0x0A, 0xE0, 0x85, 0x7D, 0x208
_FORMAT, _MULRK = 0x41E, 0xBD
_NUMBER_CELLS = frozenset({0x203, 0x27E, 0x006})
# Records of one cell start with row, column, XF; those of several with row, first column, XFs.
_CELLS = frozenset({0x203, 0x204, 0x205, 0x006, 0x27E, 0xFD, 0xD6})
_HEAD = struct.Struct("<HH")
# A ROW record with its hidden bit, a COLINFO record with its own. Other bytes may look the same: the full pass
# that follows is exact.
_HIDDEN_ROW = re.compile(
    rb"\x08\x02\x10\x00.{12}[\x20-\x3f\x60-\x7f\xa0-\xbf\xe0-\xff]", re.DOTALL
)  # fmt: skip
_COLUMN = re.compile(rb"\x7d\x00\x0c\x00.{8}(.)", re.DOTALL)
BUILT_IN_PERCENTS = (9, 10)
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]')
_STREAMS = ("Workbook", "Book")


@dataclass
class Formats:
    """The formats of one sheet that matter to the reading of a table.

    Merges are here where the reader of the values does not give them.
    """

    indents: dict[tuple[int, int], int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class OleBook:
    """The BIFF stream of an OLE container, empty if there is none, and whether a password closes it.

    `others` are the names of all streams, of a container that is no workbook.
    """

    stream: bytes
    encrypted: bool
    others: tuple[str, ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether the stream is older than that of Excel 97: its texts are bytes of a code page."""
        return (len(self.stream) > 8 and self.stream[:2] != b"\x09\x08") or self.stream[4:6] == b"\x00\x05"


def shows_percent(code: str) -> bool:
    """Say whether a number format multiplies by a hundred; a quoted or escaped sign is only text behind the number.

    >>> shows_percent("0.0%"), shows_percent('0.0"%"')
    (True, False)
    """
    return "%" in code and "%" in _LITERAL.sub("", code)


def open_ole(data: bytes) -> OleBook:
    """Open an OLE container; a damaged one has no stream (the reading of the values says so to the user)."""
    try:
        names, stream = read_streams(data, _STREAMS)
    except NotPlainError:
        names, stream = _by_xlrd(data)
    if "EncryptedPackage" in names:
        return OleBook(b"", encrypted=True)
    if not stream:
        return OleBook(b"", encrypted=False, others=tuple(names))
    return OleBook(stream, encrypted=has_password(stream))


def has_password(stream: bytes) -> bool:
    """Say whether a BIFF stream is encrypted: a FILEPASS record stands among the first of the globals."""
    return any(kind == _FILEPASS for kind, _, _ in islice(_records(stream), 41))


def is_whole(stream: bytes) -> bool:
    """Say whether a bare BIFF stream ends behind a whole record that closes a sheet."""
    position, last = 0, -1
    while position + 4 <= len(stream):
        kind, length = _HEAD.unpack_from(stream, position)
        if kind == 0 and length == 0:
            break  # zeros that fill up the last sector
        last, position = kind, position + 4 + length
    return last == _EOF and position <= len(stream)


def _by_xlrd(data: bytes) -> tuple[list[str], bytes]:
    names: list[str] = []
    try:
        document = CompDoc(data, logfile=io.StringIO())
        names = [entry.name for entry in document.dirlist]
        for name in _STREAMS:
            memory, start, length = document.locate_named_stream(name)
            if memory:
                return names, bytes(memory[start : start + length])
    except (CompDocError, IndexError, struct.error, ValueError, AssertionError):
        pass
    return names, b""


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (kind, start of the body, length) of each record."""
    position, end = 0, len(stream) - 4
    while position <= end:
        kind, length = _HEAD.unpack_from(stream, position)
        yield kind, position + 4, length
        position += 4 + length


def biff_formats(stream: bytes) -> dict[str, Formats]:
    """Read indents, percent formats and hidden rows and columns from a BIFF8 stream, by sheet."""
    return _full_pass(stream) if _has_formats(stream) else {}


def _has_formats(stream: bytes) -> bool:
    """Say whether the full pass can find anything; it may find nothing all the same."""
    styles = _Styles()
    sheets = 0
    for kind, at, length in _records(stream):
        if kind in (_XF, _FORMAT):
            styles.take(stream, kind, at, length)
        elif kind == _EOF:
            sheets = at
            break
    if styles.matter or _HIDDEN_ROW.search(stream, sheets):
        return True
    return any(match[1][0] & 1 for match in _COLUMN.finditer(stream, sheets))


def _full_pass(stream: bytes) -> dict[str, Formats]:
    styles = _Styles()
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


class _Styles:
    """The cell formats (XF) of a BIFF workbook, as far as they matter here."""

    def __init__(self) -> None:
        self._indents: list[int] = []
        self._formats: list[int] = []
        self._percents = set(BUILT_IN_PERCENTS)
        self._of_cells: list[bool] = []

    @property
    def matter(self) -> bool:
        """Whether a format with an indent or a percent sign is among those that cells can have.

        Every workbook that Excel wrote has the named style Percent, which no cell refers to directly.
        """
        formats = zip(self._of_cells, self._indents, self._formats, strict=True)
        return any(cells and (indent or code in self._percents) for cells, indent, code in formats)

    def take(self, stream: bytes, kind: int, at: int, length: int) -> None:
        """Take a record of the globals."""
        if kind == _XF and length == 20:
            self._of_cells.append(not stream[at + 4] & 0x04)
            self._indents.append(stream[at + 8] & 0x0F)
            self._formats.append(struct.unpack_from("<H", stream, at + 2)[0])
        elif kind == _FORMAT and b"%" in stream[at + 2 : at + length]:
            number = struct.unpack_from("<H", stream, at)[0]
            if shows_percent(_format_code(stream[at + 2 : at + length])):
                self._percents.add(number)

    def apply(self, formats: Formats, row: int, column: int, xf: int, *, number: bool) -> None:
        """Note what the format of one cell says."""
        if xf < len(self._formats):
            if self._indents[xf]:
                formats.indents[row, column] = self._indents[xf]
            if number and self._formats[xf] in self._percents:
                formats.percents.add((row, column))


def _format_code(body: bytes) -> str:
    return body[3:].decode("utf-16-le" if body[2] & 1 else "latin-1", errors="replace")


def _sheet_name(stream: bytes, at: int) -> str:
    count, flags = stream[at + 6], stream[at + 7]
    raw = stream[at + 8 : at + 8 + (2 * count if flags & 1 else count)]
    return raw.decode("utf-16-le" if flags & 1 else "latin-1", errors="replace")
