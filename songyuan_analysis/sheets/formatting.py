"""Cell formats that carry meaning in .xlsx files: indents, percents, hidden rows and columns, comments.

Reading formats costs many times the bare read of values. While the members are held against their checksums,
their bytes say whether a workbook has any such format at all; most have none.
"""

from __future__ import annotations

import io
import re

import openpyxl  # type: ignore[import-untyped]

from songyuan_analysis.sheets.biff import BUILT_IN_PERCENTS, Formats

_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_PERCENT_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s[^>]*?numFmtId=\"(\d+)\"[^>]*?formatCode=\"[^\"]*%")
_NUMBER_FORMAT = re.compile(rb"\bnumFmtId=\"(\d+)\"")
_INDENT = re.compile(rb"\sindent=\"[1-9]")
_HIDDEN = re.compile(rb"<(?:\w+:)?(?:row|col)\s[^>]*\bhidden=\"(?:1|true)\"")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")


def has_formats(part: str, content: bytes) -> bool:
    """Say from the bytes of one part of an .xlsx file whether openpyxl has anything to find."""
    if not part.startswith("xl/"):
        return False
    if "comments" in part.lower():
        return True
    if part == "xl/styles.xml":
        return _styles_matter(content)
    # The plain search costs next to nothing and is almost always all that is needed.
    return b"hidden=" in content and _SHEET_PART.fullmatch(part) is not None and bool(_HIDDEN.search(content))


def _styles_matter(styles: bytes) -> bool:
    """Whether a style that cells can have carries an indent or a percent format."""
    cells = _CELL_STYLES.search(styles)
    if cells is None:
        return False
    percents = {b"%d" % n for n in BUILT_IN_PERCENTS} | set(_PERCENT_FORMAT.findall(styles))
    return not percents.isdisjoint(_NUMBER_FORMAT.findall(cells[0])) or _INDENT.search(cells[0]) is not None


def xlsx_formats(data: bytes) -> dict[str, Formats]:
    """Return the formats by sheet name."""
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
