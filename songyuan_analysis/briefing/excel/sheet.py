"""One chapter of a briefing as one Excel sheet: title, sentences, tables, and the room for its charts.

A sheet is planned as blocks of known height before anything is written, so that pages break between blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from songyuan_analysis.briefing.excel.layout import Book, column_widths, page_height, span, text_height
from songyuan_analysis.briefing.excel.table import TableBlock
from songyuan_analysis.briefing.excel.trace import Trace
from songyuan_analysis.briefing.model import Briefing, Chapter, NativeChart, Paragraph

_PAGE_WIDTHS = (1000, 1080, 1160, 1250, 1340)  # the wider the sheet, the smaller it is printed
_FREEZABLE = 330  # a frozen head taller than this would leave too little of a laptop's screen
_SCREEN = 1400
_TALLEST = 500  # Excel allows no row of more than 409 points
_CHART_HEIGHT, _CHART_WIDEST, _CHART_GAP = 330, 1250, 12
_ROW = 20
_MARGIN = 78  # a column beside the tables, for the links of the sentences


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


@dataclass(frozen=True, slots=True)
class _Block:
    heights: list[float]
    draw: Callable[[int], None]
    table: TableBlock | None = None

    @property
    def height(self) -> float:
        return sum(self.heights)


class ChapterSheet:
    """Lays out and writes one chapter.

    Parameters
    ----------
    book : Book
    trace : Trace
    briefing : Briefing
    chapter : Chapter

    Attributes
    ----------
    tables : dict of str to TablePlace
        Where the tables stand, after writing.
    charts : list of ChartPlace
        The room kept for charts; they are drawn when the tables of all chapters are in place.
    """

    def __init__(self, book: Book, trace: Trace, briefing: Briefing, chapter: Chapter) -> None:
        self.book, self.trace, self.briefing, self.chapter = book, trace, briefing, chapter
        self.name = chapter.sheet_name
        self.sheet = book.add_sheet(self.name, footer=briefing.title)
        self.widths: list[int] = []
        self.tables: dict[str, TablePlace] = {}
        self.charts: list[ChartPlace] = []

    def write(self) -> None:
        """Write the sheet, except the charts."""
        blocks = self._fit()
        for index, width in enumerate(self.widths):
            self.sheet.set_column_pixels(index, index, width)
        page = page_height(self.widths, self.book.style)
        row, used, breaks = 0, 0.0, []
        only = len(self.chapter.tables) == 1
        for block in blocks:
            left = page - used
            crosses = block.height > left
            # A lone table repeats its headings, so it may run on where half of the page would stay empty.
            runs_on = block.table is not None and only and left > page / 2
            # Heights are planned generously; a closing line that seems not to fit mostly does.
            closing = block is blocks[-1] and block.height < 0.06 * page
            movable = not runs_on and not closing
            if crosses and used and movable and (block.height <= page or left < 0.4 * page):
                breaks.append(row)
                used, crosses = 0.0, block.height > page
            for offset, pixels in enumerate(block.heights):
                self.sheet.set_row_pixels(row + offset, round(pixels))
            block.draw(row)
            if block.table is not None:
                self._fix(block.table, row, sum(sum(b.heights) for b in blocks[: blocks.index(block)]))
                if crosses and only:
                    self.sheet.repeat_rows(row + block.table.head[0], row + block.table.head[1])
            row += len(block.heights)
            used = (used + block.height) % page if crosses else used + block.height
        if breaks:
            self.sheet.set_h_pagebreaks(breaks)
        self.sheet.print_area(0, 0, max(row - 1, 0), self.last)

    @property
    def last(self) -> int:
        """Index of the last column."""
        return len(self.widths) - 1

    @property
    def _cover(self) -> bool:
        return self.chapter is self.briefing.chapters[0]

    def _fit(self) -> list[_Block]:
        """Plan the blocks at the largest print at which they suit the pages.

        Best is a sheet on one page; else the first table on the first page and no table on two; else the former.
        """
        style, plans = self.book.style, []
        margin = (
            [_MARGIN] if any(isinstance(p, Paragraph) and p.figures for p in self.chapter.paragraphs) else []
        )
        for page_width in _PAGE_WIDTHS:
            self.widths = column_widths(self.chapter.tables, style, page_width - sum(margin)) + margin
            blocks, page = list(self._plan()), page_height(self.widths, style)
            heights = [block.height for block in blocks]
            tables = [number for number, block in enumerate(blocks) if block.table]
            first = sum(heights[: tables[0] + 1]) if tables else 0.0
            merits = (sum(heights) <= page, first <= page and max(heights) <= page, first <= page, True)
            plans.append((merits.index(True), self.widths, blocks))
        _, self.widths, chosen = min(plans, key=lambda plan: plan[0])
        return chosen

    def _fix(self, block: TableBlock, row: int, above: float) -> None:
        """Freeze what stays visible: the first table's headings, if not too much text stands above them."""
        if len(self.tables) > 1:
            return
        head = block.head[1] + 1
        rows = row + head if above + sum(block.heights[:head]) <= _FREEZABLE else 1
        # Frozen columns cut the merged sentences when scrolled, so only a sheet wider than a screen has them.
        self.sheet.freeze_panes(rows, block.table.label_column + 1 if sum(self.widths) > _SCREEN else 0)

    # --- blocks --------------------------------------------------------------------------------

    def _plan(self) -> Iterator[_Block]:
        yield from self._titles()
        for text in self.chapter.paragraphs:
            yield self._paragraph(text)
        waiting = list(self.chapter.charts)
        for table in self.chapter.tables:
            yield self._table(TableBlock(self.book, table, self.widths))
            yield from self._chart_room([chart for chart in waiting if chart.table_id == table.id])
            waiting = [chart for chart in waiting if chart.table_id != table.id]
        yield from self._chart_room(waiting)
        if self._cover:
            yield from self._imprint()

    def _line(
        self, text: str, font: str, *, extra: float = 6, align: str = "left", colour: str = "ink"
    ) -> _Block:
        look = self.book.formats.get(
            font, text_wrap=True, align=align, font_color=self.book.style.colours[colour]
        )
        height = text_height(text, font, sum(self.widths), self.book.style, extra=extra)
        return _Block([height], lambda row: span(self.sheet, (row, row), (0, self.last), text, look))

    def _titles(self) -> Iterator[_Block]:
        if not self._cover:
            yield self._line(self.chapter.title, "title", extra=18, align="center")
            return
        yield self._line(self.briefing.title, "title", extra=18, align="center")
        yield self._line(self.briefing.subtitle or self.briefing.period_label, "lead", align="center")
        if self.chapter.title not in ("", self.briefing.title):
            yield self._line(self.chapter.title, "header", extra=10)

    def _paragraph(self, text: str) -> _Block:
        """Plan a paragraph; the numbers in it are reached from a narrow link at its right end."""
        figures = text.figures if isinstance(text, Paragraph) else ()
        printed = str(text) if text.startswith("　") else "　　" + text
        last = self.last - 1 if figures and self.last else self.last
        pixels = text_height(printed, "body", sum(self.widths[: last + 1]), self.book.style, extra=8)
        rows = int(pixels // _TALLEST) + 1

        def draw(row: int) -> None:
            look = self.book.formats.get("body", text_wrap=True, valign="top")
            span(self.sheet, (row, row + rows - 1), (0, last), printed, look)
            if not figures:
                return
            cell = xl_rowcol_to_cell(row, 0)
            what = f"正文：“{text.strip()[:16]}…”"
            entries = [self.trace.add(figure, self.name, cell, what) for figure in figures]
            low, high = entries[0].number, entries[-1].number
            label = f"溯源{low}" if low == high else f"溯源{low}—{high}"
            quiet = self.book.style.colours["quiet"]
            link = self.book.formats.get("small", font_size=9, align="right", valign="top", font_color=quiet)
            tip = "查看本段各数的来源"
            self.sheet.write_url(row, self.last, Trace.link(entries[0]), link, string=label, tip=tip)

        return _Block([pixels / rows] * rows, draw)

    def _table(self, block: TableBlock) -> _Block:
        def draw(row: int) -> None:
            self.tables[block.table.id] = TablePlace(self.name, row + block.body)
            block.write(self.sheet, self.name, row, self.trace)

        return _Block(block.heights, draw, block)

    def _chart_room(self, charts: list[NativeChart]) -> Iterator[_Block]:
        """Keep rows free for charts, two side by side."""
        width = min(sum(self.widths), 1500)
        for start in range(0, len(charts), 2):
            pair = charts[start : start + 2]
            each = (width - _CHART_GAP) // 2 if len(pair) == 2 else min(width, _CHART_WIDEST)
            height = max(self._chart_height(chart) for chart in pair)
            rooms = [(chart, at * (each + _CHART_GAP)) for at, chart in enumerate(pair)]
            notes = [
                self._line(f"图注：{chart.title}：{chart.note}", "small", extra=3)
                for chart in pair
                if chart.note
            ]
            yield self._chart_block(rooms, each, height, notes)

    def _chart_block(
        self, rooms: list[tuple[NativeChart, int]], width: int, height: int, notes: list[_Block]
    ) -> _Block:
        rows = -(-height // _ROW)

        def draw(row: int) -> None:
            self.charts.extend(ChartPlace(c, self.name, row + 1, x, width, height) for c, x in rooms)
            for at, note in enumerate(notes, row + 1 + rows):
                note.draw(at)

        return _Block([10.0, *[float(_ROW)] * rows, *(note.height for note in notes)], draw)

    def _chart_height(self, chart: NativeChart) -> int:
        if chart.kind != "bar":
            return _CHART_HEIGHT
        rows = len(chart.rows) or len(self.briefing.table(chart.table_id).rows)
        return max(_CHART_HEIGHT, min(600, 90 + rows * (14 + 12 * len(chart.values))))

    def _imprint(self) -> Iterator[_Block]:
        parts = (
            f"编制：{self.briefing.compiled_by}。" if self.briefing.compiled_by else "",
            self.briefing.sources_note,
            "单击表中的数，转到“溯源”页；鼠标停留，显示来源。",
        )
        yield self._line("".join(parts), "small", extra=4, colour="quiet")
