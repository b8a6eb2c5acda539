"""One chapter of a briefing as one Excel sheet: title, sentences, tables, and the room for its charts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from songyuan_analysis.briefing.figure import Cell, Figure, Missing
from songyuan_analysis.briefing.model import Briefing, Chapter, NativeChart, Paragraph, Table
from songyuan_analysis.briefing.style import balanced, line_count, state_text, text_width
from songyuan_analysis.briefing.table_html import footnotes, source_text
from songyuan_analysis.briefing.workbook_layout import (
    Book,
    centred,
    column_widths,
    header_height,
    line_height,
    row_height,
    span,
)
from songyuan_analysis.briefing.workbook_trace import Trace, number_format

_FREEZABLE = 330  # a frozen head taller than this would leave too little of a laptop's screen
_CHART_HEIGHT, _CHART_WIDEST, _CHART_GAP = 330, 1000, 12
_ROW = 20
_SQUEEZE = 1.25
_GROUP = 28
_INDENT = 9  # pixels of one step of indentation


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where the body of a table was written."""

    sheet: str
    first_row: int


@dataclass(frozen=True, slots=True)
class ChartPlace:
    """The room kept for a chart, in cells and pixels."""

    chart: NativeChart
    sheet: str
    row: int
    x: int
    width: int
    height: int


class ChapterSheet:
    """Writes one chapter from top to bottom.

    Parameters
    ----------
    book : Book
    trace : Trace
    briefing : Briefing
    chapter : Chapter
    """

    def __init__(self, book: Book, trace: Trace, briefing: Briefing, chapter: Chapter) -> None:
        self.book, self.trace, self.briefing, self.chapter = book, trace, briefing, chapter
        self.name = chapter.sheet_name
        self.sheet = book.add_sheet(self.name, footer=briefing.title)
        self.widths = column_widths(chapter.tables, book.style)
        self.last = len(self.widths) - 1
        self.row = 0
        self.height = 0.0
        self.page_used = 0.0
        self.breaks: list[int] = []
        self.tables: dict[str, TablePlace] = {}
        self.charts: list[ChartPlace] = []
        page = book.style.page
        scale = min(1.0, (11.69 - page["left"] - page["right"]) * 96 / sum(self.widths))
        self.page_height = (8.27 - page["top"] - page["bottom"]) * 96 / scale

    @property
    def is_cover(self) -> bool:
        """True for the first chapter."""
        return self.chapter is self.briefing.chapters[0]

    def write(self) -> None:
        """Write the sheet, except the charts, which need the places of all tables of the briefing."""
        for index, width in enumerate(self.widths):
            self.sheet.set_column_pixels(index, index, width)
        self._titles()
        for text in self.chapter.paragraphs:
            self._paragraph(text)
        waiting = list(self.chapter.charts)
        for number, table in enumerate(self.chapter.tables):
            mine = [chart for chart in waiting if chart.table_id == table.id]
            waiting = [chart for chart in waiting if chart.table_id != table.id]
            self._table(table, first=number == 0)
            self._chart_room(mine)
        self._chart_room(waiting)
        if self.is_cover:
            self._imprint()
        if self.page_height < self.height <= _SQUEEZE * self.page_height:
            self.sheet.fit_to_pages(1, 1)  # a little smaller rather than a second page with three lines
        elif self.breaks:
            self.sheet.set_h_pagebreaks(self.breaks)
        self.sheet.print_area(0, 0, self.row, self.last)

    # --- rows ----------------------------------------------------------------------------------

    def _next(self, pixels: float) -> int:
        row = self.row
        self.sheet.set_row_pixels(row, round(pixels))
        self.row += 1
        self.height += pixels
        self.page_used += pixels
        if self.page_used > self.page_height:
            self.page_used = pixels
        return row

    def _keep_together(self, pixels: float, *, splits: bool = False) -> bool:
        """Begin a new page before a block that fits on a page but not on the rest of this one.

        A block that may be split is left where it is while half of the page is still free. Returns whether the
        block now crosses a page's end.
        """
        left = self.page_height - self.page_used
        if pixels <= left:
            return False
        if pixels > self.page_height or (splits and left > self.page_height / 2):
            return True
        if self.page_used:
            self.breaks.append(self.row)
            self.page_used = 0.0
        return False

    def _pixels(self, text: str, font: str, last: int, *, extra: float) -> float:
        size = self.book.style.fonts[font].size
        return line_count(text, size, sum(self.widths[: last + 1])) * line_height(size) + extra

    def _line(self, text: str, font: str, last: int, *, extra: float = 6, **look: Any) -> None:
        row = self._next(self._pixels(text, font, last, extra=extra))
        span(self.sheet, (row, row), (0, last), text, self.book.formats.get(font, text_wrap=True, **look))

    # --- text ----------------------------------------------------------------------------------

    def _titles(self) -> None:
        if not self.is_cover:
            self._line(self.chapter.title, "title", self.last, extra=18, align="center")
            return
        self._line(self.briefing.title, "title", self.last, extra=18, align="center")
        lead = self.briefing.subtitle or self.briefing.period_label
        self._line(lead, "lead", self.last, align="center")
        if self.chapter.title and self.chapter.title != self.briefing.title:
            self._line(self.chapter.title, "header", self.last, extra=10)

    def _paragraph(self, text: str) -> None:
        """Write a paragraph; the numbers in it are reached from a narrow link at its right end."""
        figures = text.figures if isinstance(text, Paragraph) else ()
        get, size = self.book.formats.get, self.book.style.fonts["body"].size
        printed = str(text) if text.startswith("　") else "　　" + text
        last = self.last - 1 if figures and self.last else self.last
        width = sum(self.widths[: last + 1])
        pixels = line_count(printed, size, width) * line_height(size) + 8
        rows = int(pixels // 500) + 1  # Excel allows no row taller than 409 points
        self._keep_together(pixels)
        first = self.row
        for _ in range(rows):
            self._next(pixels / rows)
        body = get("body", text_wrap=True, valign="top")
        span(self.sheet, (first, self.row - 1), (0, last), printed, body)
        if not figures:
            return
        cell = xl_rowcol_to_cell(first, 0)
        entries = [self.trace.add(figure, self.name, cell, "正文所引的数") for figure in figures]
        low, high = entries[0].number, entries[-1].number
        label = f"溯源{low}" if low == high else f"溯源{low}—{high}"
        link = get(
            "small",
            font_size=9,
            align="right",
            valign="top",
            font_color=self.book.style.colours["quiet"],
            underline=0,
        )
        self.sheet.write_url(
            first, self.last, Trace.link(entries[0]), link, string=label, tip="查看本段各数的来源"
        )

    def _imprint(self) -> None:
        lines = [
            f"编制：{self.briefing.compiled_by}" if self.briefing.compiled_by else "",
            self.briefing.sources_note,
            "单击表中任何一个数，转到“溯源”页该数的来源；鼠标停留即可看到文件、工作表和单元格。",
        ]
        for text in lines:
            if text:
                self._line(text, "small", self.last, extra=4, font_color=self.book.style.colours["quiet"])

    # --- tables --------------------------------------------------------------------------------

    def _table(self, table: Table, *, first: bool) -> None:
        style, last = self.book.style, len(table.columns) - 1
        heights = [row_height(table, number, self.widths, style) for number in range(len(table.rows))]
        notes, only = footnotes(table), len(self.chapter.tables) == 1
        grouped = any(column.group for column in table.columns)
        head = header_height(table, self.widths, style)
        below = sum(self._pixels(text, "small", last, extra=3) for text in notes)
        above = self._pixels(table.title, "heading", last, extra=10) + (24 if table.unit else 0)
        block = 10 + above + _GROUP * grouped + head + sum(heights) + below
        crosses = self._keep_together(block, splits=only)
        if self.row:
            self._next(10)
        self._line(table.title, "heading", last, extra=10, align="center")
        if table.unit:
            self._line(table.unit_line, "body", last, extra=3, align="right")
        head_row = self.row
        if grouped:
            self._next(_GROUP)
        self._next(head)
        self._head(table, head_row, grouped)
        if first:
            self._freeze(table)
        if crosses and only:
            self.sheet.repeat_rows(head_row, self.row - 1)
        self.tables[table.id] = TablePlace(self.name, self.row)
        for number, pixels in enumerate(heights):
            row = self._next(pixels)
            for index in range(last + 1):
                self._cell(table, number, index, row)
        for text in notes:
            self._line(text, "small", last, extra=3)

    def _freeze(self, table: Table) -> None:
        """Freeze the headings with the row labels, or the labels alone if too much text stands above."""
        columns = table.label_column + 1
        # Freezing columns cuts the merged texts when scrolled, so only sheets wider than a screen do it.
        wide = sum(self.widths) > 1400
        rows = self.row if self.height <= _FREEZABLE else 1
        self.sheet.freeze_panes(rows, columns if wide else 0)

    def _head(self, table: Table, row: int, grouped: bool) -> None:
        look = self.book.formats.get(
            "header",
            box=True,
            align="center",
            text_wrap=True,
            bg_color=self.book.style.colours["header_fill"],
        )
        for group, members in groupby(enumerate(table.columns), key=lambda pair: pair[1].group):
            columns = list(members)
            if group:
                span(self.sheet, (row, row), (columns[0][0], columns[-1][0]), group, look)
            for index, column in columns:
                text = balanced(column.name, self.book.style.fonts["header"].size, self.widths[index])
                text += f"\n（{column.unit}）" if column.unit else ""
                top = row + 1 if group else row
                span(self.sheet, (top, row + 1 if grouped else row), (index, index), text, look)

    def _cell(self, table: Table, number: int, index: int, row: int) -> None:
        cell: Cell = table.rows[number][index]
        get, style = self.book.formats.get, self.book.style
        if isinstance(cell, Figure):
            self._figure(table, number, index, row, cell)
        elif isinstance(cell, Missing):
            look = get("small", box=True, align="center", text_wrap=True, font_color=style.colours["quiet"])
            self.sheet.write_string(row, index, cell.reason, look)
        elif index == table.label_column:
            indent = table.indents[number] if table.indents else 0
            self.sheet.write_string(
                row, index, table.printed_label(number), get("body", box=True, text_wrap=True, indent=indent)
            )
        elif table.columns[index].kind == "state":
            state = style.state(cell)
            colours = {"font_color": state.colour, "bg_color": state.fill, "bold": True} if state else {}
            look = get("header", box=True, align="center", text_wrap=True, **colours)
            self.sheet.write_string(row, index, state_text(cell), look)
        else:
            align = "center" if centred(table, index) else "left"
            self.sheet.write_string(row, index, cell, get("body", box=True, text_wrap=True, align=align))

    def _figure(self, table: Table, number: int, index: int, row: int, figure: Figure) -> None:
        column = table.columns[index]
        marked = any(isinstance(cells[index], Figure) and cells[index].suspect for cells in table.rows)  # type: ignore[union-attr]
        look = self.book.formats.get(
            "number",
            box=True,
            align="right",
            num_format=_cell_format(figure, marked=marked),
            indent=self._indent(table, index),
        )
        what = f"{table.title}：{table.row_label(number)} {column.key}"
        entry = self.trace.add(figure, self.name, xl_rowcol_to_cell(row, index), what)
        # A link without the look of a link: the cell is a number first.
        self.sheet.write_url(row, index, Trace.link(entry), look, string="", tip=_tip(figure, entry.number))
        value = figure.value if figure.rounded else 0.0  # Excel would print a small negative number as -0.0
        if figure.formula is None:
            self.sheet.write_number(row, index, value, look)
            return
        top = row - number
        cells = [xl_rowcol_to_cell(top + line, at) for line, at in figure.formula.inputs]
        self.sheet.write_formula(row, index, "=" + figure.formula.template.format(*cells), look, figure.value)

    def _indent(self, table: Table, index: int) -> int:
        """Return how far a column's numbers stand off the right border, to stay under a centred heading."""
        size = self.book.style.fonts["number"].size
        cells = [cell for row in table.rows if isinstance(cell := row[index], Figure)]
        widest = max(text_width(cell.text(), size) for cell in cells)
        return max(0, min(15, int((self.widths[index] - widest - 40) / 2 / _INDENT)))

    # --- charts --------------------------------------------------------------------------------

    def _chart_room(self, charts: list[NativeChart]) -> None:
        """Keep rows free for charts, two side by side where the sheet is wide enough."""
        width = min(sum(self.widths), 1500)
        for start in range(0, len(charts), 2):
            pair = charts[start : start + 2]
            each = (width - _CHART_GAP) // 2 if len(pair) == 2 else min(width, _CHART_WIDEST)
            height = max(self._chart_height(chart) for chart in pair)
            self._keep_together(height + 40)
            self._next(10)
            first = self.row
            for _ in range(-(-height // _ROW)):
                self._next(_ROW)
            for at, chart in enumerate(pair):
                x = at * (each + _CHART_GAP)
                self.charts.append(ChartPlace(chart, self.name, first, x, each, height))
            for chart in pair:
                if chart.note:
                    self._line(f"图注：{chart.title}：{chart.note}", "small", self.last, extra=3)

    def _chart_height(self, chart: NativeChart) -> int:
        if chart.kind != "bar":
            return _CHART_HEIGHT
        rows = len(chart.rows) or len(self.briefing.table(chart.table_id).rows)
        return max(_CHART_HEIGHT, min(600, 90 + rows * (14 + 12 * len(chart.values))))


def _cell_format(figure: Figure, *, marked: bool) -> str:
    words = [part.replace('"', "") for part in (figure.prefix, figure.suffix)]
    text = number_format(figure.decimals)
    if words[0]:
        text = f'"{words[0]}"{text}'
    if words[1]:
        text = f'{text}"{words[1]}"'
    if not marked:
        return text
    # Digits stay aligned in a column in which some numbers bear the mark of doubt.
    return text + ('"※"' if figure.suspect else "_※")


def _tip(figure: Figure, number: int) -> str:
    end = f"\n（单击查看溯源第 {number} 号）"
    text = source_text(figure)
    room = 240 - len(end)  # Excel allows 255 characters
    return (text if len(text) <= room else text[: room - 1] + "…") + end
