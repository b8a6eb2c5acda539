"""Sizes and formats of the Excel briefing: everything that XlsxWriter wants to be told and the model does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from songyuan_analysis.briefing.model import Figure, Missing, Table
from songyuan_analysis.briefing.style import Style, balanced, line_count, load_style, state_text, text_width

__all__ = [
    "Book",
    "Format",
    "Formats",
    "Workbook",
    "Worksheet",
    "column_widths",
    "header_height",
    "line_height",
    "page_height",
    "row_height",
    "span",
    "text_height",
]

_PADDING = 14
_NARROWEST, _WIDEST_LABEL, _WIDEST_TEXT = 56, 300, 240
_STRETCHED_LABEL, _STRETCHED = 0.42, 0.22  # of the page
_GB2312 = 134
_A4 = (11.69, 8.27)


class Formats:
    """The cell formats of one workbook, each made once.

    Parameters
    ----------
    book : Workbook
    style : Style
    """

    def __init__(self, book: Workbook, style: Style) -> None:
        self._book, self._style = book, style
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def get(self, font: str, *, box: bool = False, **properties: Any) -> Format:
        """Return a format: a font of the style file, thin borders if in a box, and XlsxWriter's properties."""
        chosen = self._style.fonts[font]
        wanted: dict[str, object] = {
            "font_name": chosen.name,
            "font_size": chosen.size,
            "font_family": chosen.family,
            "valign": "vcenter",
        }
        if font != "number":
            wanted["font_charset"] = _GB2312
        if box:
            wanted |= {"border": 1, "border_color": self._style.colours["line"]}
        wanted |= properties
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(wanted)
        return self._made[key]


class Book:
    """What all writers of one workbook share: the workbook, its formats and its style."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.style = load_style()
        self.formats = Formats(workbook, self.style)

    def add_sheet(self, name: str, *, footer: str = "") -> Worksheet:
        """Add a sheet set up for A4 landscape, one page wide, with page numbers."""
        sheet, page = self.workbook.add_worksheet(name), self.style.page
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(page["left"], page["right"], page["top"], page["bottom"])
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        side = f'&L&"仿宋_GB2312,Regular"&10{footer.replace("&", "&&")}' if footer else ""
        sheet.set_footer(f'{side}&C&"Times New Roman,Regular"&12— &P —&R&"仿宋_GB2312,Regular"&10&A')
        # 序号 and codes are texts on purpose; Excel would flag each with a green corner.
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576", "formula_differs": "A1:XFD1048576"})
        return sheet


def span(
    sheet: Worksheet, rows: tuple[int, int], columns: tuple[int, int], text: str, cell_format: Format
) -> None:
    """Write a text over a block of cells, merged if the block has more than one."""
    if rows[0] == rows[1] and columns[0] == columns[1]:
        sheet.write_string(rows[0], columns[0], text, cell_format)
        return
    sheet.merge_range(rows[0], columns[0], rows[1], columns[1], "", cell_format)
    sheet.write_string(rows[0], columns[0], text, cell_format)


def line_height(size: float) -> float:
    """Return the pixels of one line of text at a font size in points."""
    return size * 4 / 3 * 1.32


def text_height(text: str, font: str, width: float, style: Style, *, extra: float) -> float:
    """Return the pixels that a wrapped text takes in so many pixels of width, with some air."""
    size = style.fonts[font].size
    return line_count(text, size, width) * line_height(size) + extra


def page_height(widths: list[int], style: Style) -> float:
    """Return how many pixels of a sheet go on a page when the sheet is printed one page wide."""
    page = style.page
    scale = min(1.0, (_A4[0] - page["left"] - page["right"]) * 96 / sum(widths))
    return (_A4[1] - page["top"] - page["bottom"]) * 96 / scale


def column_widths(tables: Sequence[Table], style: Style, page: int) -> list[int]:
    """Return the width of each sheet column in pixels, so that all tables stacked on the sheet fit.

    A sheet narrower than `page` is widened, but not so much that numbers lose their row; what is left over
    becomes an empty column on the right, for the sentences and charts.
    """
    widths: list[float] = []
    labels = {table.label_column for table in tables}
    for table in tables:
        for index, width in enumerate(_table_widths(table, style)):
            if index < len(widths):
                widths[index] = max(widths[index], width)
            else:
                widths.append(width)
    if not widths:
        return [page // 8] * 8
    most = [page * (_STRETCHED_LABEL if index in labels else _STRETCHED) for index in range(len(widths))]
    while (missing := page - sum(widths)) >= 1:
        growing = [index for index, width in enumerate(widths) if width < most[index]]
        if not growing:
            break
        factor = 1 + missing / sum(widths[index] for index in growing)
        for index in growing:
            widths[index] = min(widths[index] * factor, most[index])
    left = page - int(sum(widths))
    return [round(width) for width in widths] + ([left] if left > _NARROWEST else [])


def _table_widths(table: Table, style: Style) -> list[int]:
    header, body, number = (style.fonts[name].size for name in ("header", "body", "number"))
    result = []
    for index, column in enumerate(table.columns):
        label = index == table.label_column
        texts = [f"（{column.unit}）"] if column.unit else []
        # A heading of more than six characters takes two lines rather than a wide column.
        name = text_width(column.name, header)
        heading = max([name if name <= 6 * 16 else name / 2 + 16, *(text_width(t, header) for t in texts)])
        widest = 0.0
        for row_number, row in enumerate(table.rows):
            cell: Any = row[index]
            if isinstance(cell, Figure):
                width = text_width(cell.text(), number) + (16 if table.suspects else 0)
            elif isinstance(cell, Missing):
                width = text_width(cell.reason, style.fonts["small"].size)
            elif label:
                indent = table.indents[row_number] if table.indents else 0
                width = text_width(table.printed_label(row_number), body) + 12 * indent
            else:
                width = text_width(state_text(cell) if column.kind == "state" else cell, body)
            widest = max(widest, width)
        widest = min(widest, _WIDEST_LABEL if label else _WIDEST_TEXT)
        least = 40 if column.name == "序号" else _NARROWEST
        result.append(int(max(widest, heading, least) + _PADDING))
    return result


def row_height(table: Table, number: int, widths: list[int], style: Style) -> float:
    """Return the height of a body row in pixels: as many lines as its longest wrapped text."""
    lines = 1
    for index, cell in enumerate(table.rows[number]):
        if isinstance(cell, Figure):
            continue
        if isinstance(cell, Missing):
            lines = max(lines, line_count(cell.reason, style.fonts["small"].size, widths[index]))
            continue
        text = table.printed_label(number) if index == table.label_column else cell
        width = widths[index]
        if index == table.label_column and table.indents:
            width -= 12 * table.indents[number]
        lines = max(lines, line_count(text, style.fonts["body"].size, width))
    return lines * line_height(style.fonts["body"].size) + 6


def header_height(table: Table, widths: list[int], style: Style) -> float:
    """Return the height of the row of column headings in pixels."""
    size = style.fonts["header"].size
    lines = max(
        balanced(column.name, size, widths[index]).count("\n") + 1 + (1 if column.unit else 0)
        for index, column in enumerate(table.columns)
    )
    return lines * line_height(size) + 8
