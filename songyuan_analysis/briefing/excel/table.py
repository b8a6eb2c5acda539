"""One table of a briefing as cells of an Excel sheet: numbers stay numbers, and each leads to its trace."""

from __future__ import annotations

from itertools import groupby

from xlsxwriter.utility import xl_rowcol_to_cell

from songyuan_analysis.briefing.excel.layout import (
    Book,
    Worksheet,
    header_height,
    row_height,
    span,
    text_height,
)
from songyuan_analysis.briefing.excel.trace import Trace, number_format
from songyuan_analysis.briefing.figure import Cell, Figure, Missing
from songyuan_analysis.briefing.style import balanced, state_text
from songyuan_analysis.briefing.table import Paragraph, Table
from songyuan_analysis.briefing.web.table_html import footnotes, is_short, source_text

_GROUP = 28  # pixels of the row of group headings
_GAP = 10


class TableBlock:
    """A table placed on a sheet whose columns have certain widths.

    Parameters
    ----------
    book : Book
    table : Table
    widths : list of int
        Pixels of the sheet's columns.

    Attributes
    ----------
    heights : list of float
        Pixels of each row, from the gap above the title to the last footnote.
    head : tuple of int
        First and last row of the headings, counted from the first row of the block.
    body : int
        First row of the body, counted likewise.
    """

    def __init__(self, book: Book, table: Table, widths: list[int]) -> None:
        self.book, self.table, self.widths = book, table, widths
        self.last = len(table.columns) - 1
        self.grouped = any(column.group for column in table.columns)
        style, width = book.style, sum(widths[: self.last + 1])
        self.above = [("heading", table.title, "center")]
        if table.unit:
            self.above.append(("body", table.unit_line, "right"))
        self.notes = footnotes(table)
        self.heights: list[float] = [_GAP]
        self.heights += [text_height(text, font, width, style, extra=5) for font, text, _ in self.above]
        top = len(self.heights)
        if self.grouped:
            self.heights.append(_GROUP)
        self.heights.append(header_height(table, widths, style))
        self.head = (top, len(self.heights) - 1)
        self.body = len(self.heights)
        self.heights += [row_height(table, number, widths, style) for number in range(len(table.rows))]
        self.heights += [text_height(text, "small", width, style, extra=3) for text in self.notes]

    def write(self, sheet: Worksheet, name: str, first: int, trace: Trace) -> None:
        """Write the cells; row heights are set by whoever lays out the sheet."""
        get, columns = self.book.formats.get, (0, self.last)
        for row, (font, text, align) in enumerate(self.above, first + 1):
            span(sheet, (row, row), columns, text, get(font, text_wrap=True, align=align))
        self._head(sheet, first + self.head[0])
        top = first + self.body
        for number in range(len(self.table.rows)):
            for index in range(self.last + 1):
                self._cell(sheet, name, top, number, index, trace)
        for row, text in enumerate(self.notes, top + len(self.table.rows)):
            span(sheet, (row, row), columns, text, get("small", text_wrap=True))
        self._note_links(sheet, name, top + len(self.table.rows), trace)

    def _note_links(self, sheet: Worksheet, name: str, first: int, trace: Trace) -> None:
        """Trace the numbers of notes; such a note is itself the link."""
        for row, (note, text) in enumerate(zip(self.table.notes, self.notes, strict=False), first):
            if isinstance(note, Paragraph) and note.figures:
                cell = xl_rowcol_to_cell(row, 0)
                what = f"{self.table.title}：表下注"
                entries = [trace.add(figure, name, cell, what) for figure in note.figures]
                look = self.book.formats.get("small", text_wrap=True)
                tip = "查看本条注释各数的来源"
                sheet.write_url(row, 0, Trace.link(entries[0]), look, string=text, tip=tip)

    def _head(self, sheet: Worksheet, row: int) -> None:
        fill, size = self.book.style.colours["header_fill"], self.book.style.fonts["header"].size
        look = self.book.formats.get("header", box=True, align="center", text_wrap=True, bg_color=fill)
        bottom = row + 1 if self.grouped else row
        for group, members in groupby(enumerate(self.table.columns), key=lambda pair: pair[1].group):
            columns = list(members)
            if group:
                span(sheet, (row, row), (columns[0][0], columns[-1][0]), group, look)
            for index, column in columns:
                text = balanced(column.name, size, self.widths[index])
                text += f"\n（{column.unit}）" if column.unit else ""
                span(sheet, (bottom if group else row, bottom), (index, index), text, look)

    def _cell(self, sheet: Worksheet, name: str, top: int, number: int, index: int, trace: Trace) -> None:
        table, row, get = self.table, top + number, self.book.formats.get
        cell: Cell = table.rows[number][index]
        if isinstance(cell, Figure):
            self._figure(sheet, name, top, number, index, trace, cell)
        elif isinstance(cell, Missing):
            quiet = self.book.style.colours["quiet"]
            look = get("small", box=True, align="center", text_wrap=True, font_color=quiet)
            sheet.write_string(row, index, cell.reason, look)
        elif index == table.label_column:
            indent = table.indents[number] if table.indents else 0
            look = get("body", box=True, text_wrap=True, indent=indent)
            sheet.write_string(row, index, table.printed_label(number), look)
        elif table.columns[index].kind == "state":
            state = self.book.style.state(cell)
            colours = {"font_color": state.colour, "bg_color": state.fill, "bold": True} if state else {}
            look = get("header", box=True, align="center", text_wrap=True, **colours)
            sheet.write_string(row, index, state_text(cell), look)
        else:
            align = "center" if is_short(table, index) else "left"
            sheet.write_string(row, index, cell, get("body", box=True, text_wrap=True, align=align))

    def _figure(
        self, sheet: Worksheet, name: str, top: int, number: int, index: int, trace: Trace, figure: Figure
    ) -> None:
        table, row = self.table, top + number
        marked = any(isinstance(cell := cells[index], Figure) and cell.mark for cells in table.rows)
        form = _cell_format(figure, marked=marked)
        look = self.book.formats.get("number", box=True, align="right", num_format=form)
        what = f"{table.title}：{table.row_label(number)} {table.columns[index].key}"
        entry = trace.add(figure, name, xl_rowcol_to_cell(row, index), what)
        # A link without the look of a link: the cell is a number first.
        sheet.write_url(row, index, Trace.link(entry), look, string="", tip=_tip(figure, entry.number))
        if figure.formula is None:
            # Excel would print a small negative number as -0.0.
            sheet.write_number(row, index, figure.value if figure.rounded else 0.0, look)
            return
        cells = [xl_rowcol_to_cell(top + line, at) for line, at in figure.formula.inputs]
        sheet.write_formula(row, index, "=" + figure.formula.template.format(*cells), look, figure.value)


def _cell_format(figure: Figure, *, marked: bool) -> str:
    words = [part.replace('"', "") for part in (figure.prefix, figure.suffix)]
    text = number_format(figure.decimals)
    if words[0]:
        text = f'"{words[0]}"{text}'
    if words[1]:
        text = f'{text}"{words[1]}"'
    if not marked:
        return text
    # Digits stay aligned in a column in which some numbers bear the mark of doubt or of a correction.
    return text + ('"※"' if figure.mark else "_※")


def _tip(figure: Figure, number: int) -> str:
    end = f"\n（单击查看溯源第 {number} 号）"
    text = source_text(figure)
    room = 240 - len(end)  # Excel allows 255 characters
    return (text if len(text) <= room else text[: room - 1] + "…") + end
