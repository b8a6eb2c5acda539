"""The sheet 溯源: one row for every number printed, so that each can be followed to a file, a sheet and a cell."""

from __future__ import annotations

from dataclasses import dataclass

from songyuan_analysis.briefing.excel.layout import Book, Format, Worksheet, line_height
from songyuan_analysis.briefing.figure import Figure, Source
from songyuan_analysis.briefing.style import line_count
from songyuan_analysis.errors import PeriodError
from songyuan_analysis.sheets.periods import Period

TRACE_SHEET = "溯源"
FIRST_ROW = 3  # title, explanation, headings

# Heading and width in pixels. What follows the release date is for the screen only: it would make the print tiny.
_COLUMNS = (
    ("溯源号", 48),
    ("工作表", 88),
    ("单元格", 52),
    ("内容", 230),
    ("时期", 96),
    ("印出数值", 76),
    ("单位", 66),
    ("取得方式", 200),
    ("输入", 42),
    ("来源指标", 190),
    ("来源数值", 76),
    ("来源单位", 70),
    ("来源文件", 210),
    ("来源工作表", 100),
    ("来源单元格", 52),
    ("可信等级", 42),
    ("数据状态", 42),
    ("发布日期", 80),
    ("发布单位", 130),
    ("资料名称", 260),
    ("录入", 72),
    ("公布数值", 76),
    ("更正", 240),
    ("备注", 240),
    ("文件 SHA-256", 470),
)
_PRINTED = 18
_BACK = 2  # the column that leads back to the briefing
_Value = str | tuple[float, int | None]  # a text, or a number with its decimals
_MEASURES = {
    "level": "绝对量",
    "yoy": "同比增长",
    "share": "比重",
    "change": "增减量",
    "index_py100": "指数（上年=100）",
    "contribution": "贡献率",
    "pull": "拉动",
    "target": "目标",
    "gap": "差距",
}
_PRICES = {"comparable": "可比价", "nominal": "名义"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed number and the cell where it is printed."""

    number: int
    row: int
    sheet: str
    cell: str
    what: str
    figure: Figure


class Trace:
    """Collects the printed numbers, then writes the sheet.

    The row of an entry is known when it is added, so that its cell can link to it before the sheet is written.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.next_row = FIRST_ROW

    def add(self, figure: Figure, sheet: str, cell: str, what: str) -> Entry:
        """Note a printed number; one row for each of its inputs is reserved."""
        entry = Entry(len(self.entries) + 1, self.next_row, sheet, cell, figure.label or what, figure)
        self.entries.append(entry)
        self.next_row += max(1, len(figure.sources))
        return entry

    @property
    def rows(self) -> int:
        """Number of rows on the sheet: one for each input of each number."""
        return self.next_row - FIRST_ROW

    @staticmethod
    def link(entry: Entry) -> str:
        """Return the internal link to the row of an entry."""
        return Trace.link_to(entry.row)

    @staticmethod
    def link_to(row: int) -> str:
        """Return the internal link to a row of the sheet, counted from 0."""
        return f"internal:'{TRACE_SHEET}'!A{row + 1}"

    def write(self, book: Book, sheet: Worksheet) -> None:
        """Write the sheet."""
        look = _Look(book)
        for index, (heading, width) in enumerate(_COLUMNS):
            sheet.set_column_pixels(index, index, width)
            sheet.write_string(FIRST_ROW - 1, index, heading, look.header)
        sheet.set_row_pixels(0, 40)
        sheet.write_string(0, 0, "数据溯源", book.formats.get("title"))
        sheet.write_string(
            1,
            0,
            "简报里印出的每一个数在此占一行；自行测算的数每个输入占一行，共用一个溯源号。单击“单元格”回到简报。",
            book.formats.get("small", font_color=book.style.colours["quiet"]),
        )
        sheet.set_row_pixels(FIRST_ROW - 1, 40)
        sheet.freeze_panes(FIRST_ROW, 4)
        sheet.repeat_rows(FIRST_ROW - 1)
        sheet.print_area(0, 0, max(self.next_row - 1, FIRST_ROW), _PRINTED - 1)
        for entry in self.entries:
            self._write_entry(sheet, look, entry)
        if self.entries:
            sheet.autofilter(FIRST_ROW - 1, 0, self.next_row - 1, len(_COLUMNS) - 1)

    @staticmethod
    def _write_entry(sheet: Worksheet, look: _Look, entry: Entry) -> None:
        own = _own(entry)
        sources: tuple[Source | None, ...] = entry.figure.sources or (None,)
        for offset, source in enumerate(sources):
            row = entry.row + offset
            order = f"{offset + 1}/{len(sources)}" if source else "无"
            cells = (*own, order, *_origin(source))
            lines = 1
            for column, full in enumerate(cells):
                # What is repeated for each input is there for filters; pale, it lets the group be seen as one.
                pale = offset > 0 and column < len(own)
                once = pale and column == len(own) - 1
                cell = "同上" if once else full  # a formula is said once
                if isinstance(cell, tuple):
                    sheet.write_number(row, column, cell[0], look.number(cell[1], pale=pale))
                    continue
                if column < _PRINTED:
                    lines = max(lines, line_count(cell, look.size, _COLUMNS[column][1]))
                if column == _BACK:
                    target = f"internal:'{entry.sheet}'!{cell}"
                    sheet.write_url(row, column, target, look.link, string=cell, tip="回到简报")
                elif column < _PRINTED:
                    sheet.write_string(row, column, cell, look.pale if pale else look.text)
                else:  # not wrapped: long remarks would tear the rows apart
                    sheet.write_string(row, column, cell, look.line)
            sheet.set_row_pixels(row, round(lines * line_height(look.size) + 4))


def _own(entry: Entry) -> tuple[_Value, ...]:
    figure = entry.figure
    return (
        (entry.number, 0),
        entry.sheet,
        entry.cell,
        entry.what,
        period_text(figure.period),
        (float(figure.rounded), figure.decimals),
        figure.unit,
        _method(figure),
    )


def _origin(source: Source | None) -> tuple[_Value, ...]:
    if source is None:
        return ("",) * (len(_COLUMNS) - 9)
    measure = _PRICES.get(source.price_base, "") + _MEASURES.get(source.measure, source.measure)
    detail = "，".join(part for part in (period_text(source.time_period), measure, source.scope) if part)
    return (
        source.area_name + source.name_zh + (f"（{detail}）" if detail else ""),
        (source.obs_value, source.decimals),
        source.unit,
        source.file,
        source.sheet,
        source.cell,
        source.conf_tier,
        source.status,
        source.vintage,
        source.issuer,
        source.source_title,
        "人工转录" if source.transcribed else "原表",
        source.published_value,
        source.correction,
        source.comment,
        source.sha256,
    )


class _Look:
    def __init__(self, book: Book) -> None:
        self._get, self._quiet = book.formats.get, book.style.colours["quiet"]
        self.size = book.style.fonts["trace"].size
        self.header: Format = self._get(
            "trace",
            box=True,
            bold=True,
            align="center",
            text_wrap=True,
            bg_color=book.style.colours["header_fill"],
        )
        self.text: Format = self._get("trace", box=True, text_wrap=True)
        self.line: Format = self._get("trace", box=True)
        self.pale: Format = self._get("trace", box=True, text_wrap=True, font_color=self._quiet)
        self.link: Format = self._get("trace", box=True, font_color=book.style.colours["link"], underline=1)

    def number(self, decimals: int | None, *, pale: bool) -> Format:
        colour = {"font_color": self._quiet} if pale else {}
        return self._get("trace", box=True, align="right", num_format=number_format(decimals), **colour)


def number_format(decimals: int | None) -> str:
    """Return the Excel format that prints so many decimals."""
    if decimals is None:
        return "General"
    return "0." + "0" * decimals if decimals else "0"


def period_text(period: str) -> str:
    """Return a period in Chinese, or the text itself if it is not one."""
    try:
        return Period.parse(period).label_zh()
    except PeriodError:
        return period


def _method(figure: Figure) -> str:
    if not figure.derived:
        return "；".join(f"更正数：{note}" for note in figure.corrections) or "原样转录"
    interval = figure.interval_text()
    return f"本报告测算：{figure.derivation}" + (f"；舍入区间 {interval}" if interval else "")
