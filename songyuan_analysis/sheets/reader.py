"""A file's bytes in, sheets of cells out. The format is told by the first bytes, never by the suffix."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import python_calamine
from numpy.typing import NDArray

from songyuan_analysis.errors import EmptyFileError, EncryptedWorkbookError, UsageError, WorkbookError
from songyuan_analysis.sheets.containers import binary12, extent, opendocument, refusals
from songyuan_analysis.sheets.containers.biff import Formats, OleBook, biff_formats, open_ole
from songyuan_analysis.sheets.containers.formatting import has_formats, xlsx_formats
from songyuan_analysis.sheets.containers.oldbiff import is_bare_biff, read_old_biff
from songyuan_analysis.sheets.containers.rawsheet import Merge, RawSheet
from songyuan_analysis.sheets.containers.textfile import read_text_file
from songyuan_analysis.sheets.containers.zipped import unpack
from songyuan_analysis.sheets.marks import CellValue
from songyuan_analysis.sheets.tables.kinds import Form, Pattern, classify

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_ODS_MANIFEST = "META-INF/manifest.xml"

Answer = TypeVar("Answer")


@dataclass
class Sheet:
    """One sheet, anchored at A1: ``values[0][0]`` is A1 whatever the used range is.

    Attributes
    ----------
    values : list of list
        Rows of equal length; an empty cell is None.
    patterns : list of Pattern
        What kinds the cells of each row are of.
    numbers : ndarray
        The number cells as float64, NaN elsewhere.
    merges : list of (row, column, last row, last column)
        Zero-based and inclusive, within the grid.
    indents : dict
        (row, column) to the indent of the cell's format, where it is not zero.
    hidden_rows, hidden_columns : frozenset of int
    comments : dict
        (row, column) to the text of the cell's comment.
    percents : set
        (row, column) of numbers whose format prints them as percent: 0.075 stands for 7.5 %.
    form : Form or None
        What a sheet has in common with those that differ from it in numbers and title only.
    """

    name: str
    values: list[list[CellValue]]
    patterns: list[Pattern]
    numbers: NDArray[np.float64]
    merges: list[Merge] = field(default_factory=list)
    indents: dict[tuple[int, int], int] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    hidden: bool = False
    form: Form | None = None

    @property
    def n_rows(self) -> int:
        """Number of rows down to the last used one."""
        return len(self.values)

    @property
    def n_columns(self) -> int:
        """Number of columns up to the last used one."""
        return len(self.values[0]) if self.values else 0

    def ask(self, question: Callable[[str], Answer], row: int, column: int) -> Answer:
        """Ask something about the text of a cell; `known` remembers such questions with their answers."""
        return question(self.text(row, column))

    def date(self, row: int, column: int) -> dt.date | None:
        """Return the date of a cell, if it is one."""
        value = self.values[row][column]
        return value if isinstance(value, dt.date) else None

    def text(self, row: int, column: int) -> str:
        """Return the cell as text, "" if empty; numbers without a superfluous ``.0``."""
        value = self.values[row][column]
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value)


def address(row: int, column: int) -> str:
    """Return the A1 address of a zero-based position."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def span_of(cells: Iterable[str]) -> str:
    """Return addresses in few words: ``D5``, or ``D5 等 3 格``."""
    listed = list(cells)
    return listed[0] if len(listed) == 1 else f"{listed[0]} 等 {len(listed)} 格"


def read_sheets(path: str | Path) -> list[Sheet]:
    """Read all sheets of a workbook; see `iterate_sheets`."""
    return list(iterate_sheets(path))


def iterate_sheets(path: str | Path) -> Iterator[Sheet]:
    """Read the sheets of a workbook one after the other, so that not all of them need be in memory.

    Raises
    ------
    EmptyFileError, NotAWorkbookError, EncryptedWorkbookError, DamagedWorkbookError
        Each names the file and what to do.
    """
    file = Path(path)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise UsageError("找不到这个文件。", file=str(path), remedy="检查路径和文件名。") from None
    except (IsADirectoryError, PermissionError):
        raise UsageError(
            "不能读取：不是文件或没有权限。", file=str(path), remedy="给出一个可读的工作簿文件。"
        ) from None
    yield from sheets_from_bytes(data, file.name)


def container(path: str | Path) -> str:
    """Return the container of a workbook by its bytes: xls, xlsx, ods, or "" for those without formats."""
    file = Path(path)
    with file.open("rb") as stream:
        head = stream.read(8)
    if not head.startswith(_ZIP):
        return "xls" if head.startswith(_OLE) else ""
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    return "xlsx" if "xl/workbook.xml" in names else "ods" if opendocument.PART in names else ""


def sheets_from_bytes(data: bytes, name: str) -> Iterator[Sheet]:
    """Read the sheets from bytes; `name` is that of the file, which is also the sheet's in a file without sheets."""
    if not data.strip(b"\x00"):
        raise EmptyFileError(
            "文件是空的（没有任何内容）。", file=name, remedy="向报送单位重新索取，或重新下载后再放入。"
        )
    formats: Callable[[], dict[str, Formats]] = dict
    if data.startswith(_ZIP):
        formats = _check_zip(data, name)
    elif data.startswith(_OLE):
        book = _open_ole(data, name)
        if book.is_old:
            yield from map(_of_raw, read_old_biff(book.stream, name))
            return
        formats = partial(biff_formats, book.stream)
    else:
        yield from map(_of_raw, (read_old_biff if is_bare_biff(data) else read_text_file)(data, name))
        return
    sheets_of_cells = _calamine_sheets(data, formats)
    while (sheet := _next_sheet(sheets_of_cells, name)) is not None:
        yield sheet


def _next_sheet(sheets: Iterator[Sheet], name: str) -> Sheet | None:
    """Return the next sheet, None after the last one; what goes wrong inside calamine gets a name here."""
    try:
        return next(sheets, None)
    except python_calamine.PasswordError:
        raise refusals.encrypted(name) from None
    except WorkbookError:
        raise
    except (python_calamine.CalamineError, ValueError, OSError, zlib.error) as error:
        raise refusals.damaged(name, str(error)) from error
    except BaseException as error:  # a panic of the Rust library is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise refusals.damaged(name, type(error).__name__) from error


def _open_ole(data: bytes, name: str) -> OleBook:
    """Tell a workbook from an OLE container of something else."""
    book = open_ole(data)
    if book.encrypted:
        raise refusals.encrypted(name)
    other = refusals.other_ole(name, book.others)
    if other is not None:
        raise other
    return book


def _check_zip(data: bytes, name: str) -> Callable[[], dict[str, Formats]]:
    """Tell a damaged workbook from a zip file of something else; return the reader of its cell formats."""
    members: set[str] = set()
    manifest, formats, spans, reach = b"", False, False, ""
    try:
        # Checksums first: of damaged sheets, calamine reads one in ten to the end with other values.
        for member, content in unpack(data):
            members.add(member)
            formats = formats or has_formats(member, content)
            reach = reach or extent.too_large(member, content)
            spans = spans or (member == opendocument.PART and opendocument.has_ods_formats(content))
            if member == _ODS_MANIFEST:
                manifest = content
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise refusals.damaged(name, str(error)) from error
    except RuntimeError:  # zipfile's way to say that a member is encrypted
        raise EncryptedWorkbookError(
            "压缩包设有密码，无法读取。", file=name, remedy="取消密码后另存，再放入。"
        ) from None
    if b"encryption-data" in manifest:
        raise refusals.encrypted(name)
    if not any(m.startswith("xl/") or m == opendocument.PART for m in members):
        raise refusals.other_archive(name, members)
    if reach:
        raise refusals.stretched(name, reach)
    if spans:
        return partial(opendocument.ods_formats, data)
    if binary12.BOOK in members:
        return partial(binary12.xlsb_formats, data)
    return partial(xlsx_formats, data) if formats and "xl/workbook.xml" in members else dict


def _calamine_sheets(data: bytes, read_formats: Callable[[], dict[str, Formats]]) -> Iterator[Sheet]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    formats = read_formats()
    for meta in workbook.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        source = workbook.get_sheet_by_name(meta.name)
        found = formats.get(meta.name)
        areas = [(*first, *last) for first, last in source.merged_cell_ranges or ()]
        hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        rows = source.to_python(skip_empty_area=False)
        yield _sheet(meta.name, rows, areas or (found.merges if found else ()), found, hidden=hidden)
    workbook.close()


def _of_raw(raw: RawSheet) -> Sheet:
    return _sheet(raw.name, raw.squared(), raw.formats.merges, raw.formats, hidden=raw.hidden)


def _sheet(
    name: str, rows: list[Any], areas: Iterable[Merge], formats: Formats | None, *, hidden: bool
) -> Sheet:
    """Classify the cells of the rows, and keep what lies within the used range."""
    cells = classify(rows)
    n_rows, n_columns = cells.numbers.shape
    merges = [
        (r0, c0, min(r1, n_rows - 1), min(c1, n_columns - 1))
        for r0, c0, r1, c1 in areas
        if r0 < n_rows and c0 < n_columns
    ]
    sheet = Sheet(name, cells.values, cells.patterns, cells.numbers, merges, hidden=hidden, form=cells.form)
    if formats is not None:
        sheet.indents = formats.indents
        sheet.hidden_rows = frozenset(formats.hidden_rows)
        sheet.hidden_columns = frozenset(formats.hidden_columns)
        sheet.comments = formats.comments
        sheet.percents = formats.percents
    return sheet
