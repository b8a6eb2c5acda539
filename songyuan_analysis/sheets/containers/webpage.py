"""Web pages saved under an .xls name: texts and tables in their order, down one sheet, as spreadsheets open them.

Every table starts in column A. A paragraph, a line of it or a caption is a row of its own, since title and unit
often stand there. A line break within a cell stays within the cell.
"""

from __future__ import annotations

import html
import re

from songyuan_analysis.sheets.containers.decoding import Decoded
from songyuan_analysis.sheets.containers.pageflow import BLOCK, LINE, Cell, Flow, Page, Table
from songyuan_analysis.sheets.containers.pagestyle import stored_number
from songyuan_analysis.sheets.containers.rawsheet import RawSheet, stem
from songyuan_analysis.sheets.containers.refusals import cut_off

_IS_PAGE = re.compile(r"<table\b", re.IGNORECASE)
_ENDED = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_SHEET_NAME = re.compile(r"<x:ExcelWorksheet>\s*<x:Name>([^<]+)</x:Name>", re.IGNORECASE)
_MOST_COLUMNS = 16_384
# Conditional marks of Office, which are neither comments nor elements.
_CONDITION = re.compile(
    r"<!\[if supportMisalignedColumns\]>.*?<!\[endif\]>|<!\[(?!CDATA)[^>]*>", re.DOTALL | re.IGNORECASE
)


def is_page(text: str) -> bool:
    """Say whether a text is a web page with a table."""
    return _IS_PAGE.search(text) is not None


def read_page(decoded: Decoded, file: str) -> RawSheet | None:
    """Read a page with tables as one sheet; None if no table has a cell.

    Raises
    ------
    DamagedWorkbookError
        If the page breaks off within a table.
    """
    parser = Page()
    parser.feed(_CONDITION.sub("", decoded.text))
    parser.close()
    if parser.in_table and not _ENDED.search(decoded.text[-2000:]):
        raise cut_off(file, "网页在表格中间结束")
    parser.close_tables()
    names = {html.unescape(name).strip() for name in _SHEET_NAME.findall(decoded.text)}
    sheet = RawSheet(names.pop() if len(names) == 1 else stem(file), [])
    return sheet if _lay(parser.flow, sheet) else None


def _lay(flow: Flow, sheet: RawSheet) -> bool:
    """Lay a flow down the sheet, below what is there; say whether there was a table in it."""
    found = False
    text: list[str] = []
    for item in [*flow, None]:
        if isinstance(item, str):
            text.append(item)
            continue
        sheet.rows.extend([line or None] for line in _lines("".join(text)))
        text.clear()
        if item is None:
            continue
        found = True
        _lay(item.caption, sheet)
        if item.frames:
            for row in item.rows:
                for cell in row.cells:
                    _lay(cell.flow, sheet)
        else:
            _lay_cells(item, sheet)
    return found


def _lines(text: str) -> list[str]:
    """Return the lines of the paragraphs of a text; empty ones count within a paragraph only."""
    paragraphs = [re.sub(r" *\n *", "\n", re.sub(" +", " ", part)).strip(" \n") for part in text.split(BLOCK)]
    return [line for paragraph in paragraphs if paragraph for line in paragraph.split(LINE)]


def _lay_cells(table: Table, sheet: RawSheet) -> None:
    """Lay the cells of a table into the next rows of the sheet."""
    top, height = len(sheet.rows), len(table.rows)
    sheet.rows.extend([] for _ in range(height))
    formats = sheet.formats
    # Cells that reach down from the rows above: last row, first and last column.
    above: list[tuple[int, int, int]] = []
    seen_columns: dict[int, bool] = {}
    for r, row in enumerate(table.rows):
        above = [area for area in above if area[0] >= r]
        taken = [(c0, c1) for _, c0, c1 in above]
        if row.hidden:
            formats.hidden_rows.add(top + r)
        column = 0
        for cell in row.cells:
            while (end := next((c1 for c0, c1 in taken if c0 <= column <= c1), -1)) >= 0:
                column = end + 1
            # A cell reaches neither below its table nor into a cell from above.
            free = min((c0 for c0, _ in taken if c0 > column), default=_MOST_COLUMNS)
            if column >= _MOST_COLUMNS:
                break
            last = min(column + cell.across, free) - 1
            down = min(cell.down or height, height - r)
            if down > 1 or last > column:
                formats.merges.append((top + r, column, top + r + down - 1, last))
            if down > 1:
                above.append((r + down - 1, column, last))
            if last == column:
                seen_columns[column] = seen_columns.get(column, False) or not cell.look.hidden
            _put(sheet, top + r, column, cell)
            column = last + 1
    hidden = {c for c, gone in enumerate(table.columns[:_MOST_COLUMNS]) if gone}
    hidden |= {c for c, seen in seen_columns.items() if not seen}
    if not any(isinstance(value, str | float) for cells in sheet.rows[:top] for value in cells[1:]):
        # Columns of the sheet; a second table shares them with the first and cannot hide them alone.
        formats.hidden_columns |= hidden


def _put(sheet: RawSheet, row: int, column: int, cell: Cell) -> None:
    shown = _text(cell.flow)
    stored = stored_number(cell.stored, shown, cell.look)
    place = (row, column)
    if stored is not None:
        sheet.put(row, column, stored.value)
        if stored.percent:
            sheet.formats.percents.add(place)
    elif shown:
        sheet.put(row, column, shown)
    if cell.look.indent and shown:
        sheet.formats.indents[place] = cell.look.indent
    if cell.comment.strip():
        sheet.formats.comments[place] = cell.comment.strip()


def _text(flow: Flow) -> str:
    """Return the text of a cell; a table within it is its rows, each a line."""
    parts = []
    for item in flow:
        if isinstance(item, str):
            parts.append(item.replace(BLOCK, LINE))
        else:
            lines = [" ".join(_text(cell.flow) for cell in row.cells) for row in item.rows]
            parts.append(LINE + LINE.join([_text(item.caption), *lines]) + LINE)
    # Leading non-breaking spaces are indents and stay.
    return re.sub(r" *\n[ \n]*", "\n", re.sub(" +", " ", "".join(parts))).strip(" \n")
