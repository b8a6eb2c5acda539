"""The sheet 检查: what the audit found in the figures of the area, each finding with its file, sheet and cell."""

from __future__ import annotations

from songyuan_analysis.briefing.excel.layout import Book, Worksheet, line_height
from songyuan_analysis.briefing.excel.trace import FIRST_ROW, Trace
from songyuan_analysis.briefing.model import Check
from songyuan_analysis.briefing.style import line_count

CHECKS_SHEET = "检查"
_COLUMNS = (
    ("序号", 40),
    ("等级", 44),
    ("检查项", 110),
    ("时期", 96),
    ("发现", 330),
    ("文件", 210),
    ("工作表", 100),
    ("单元格", 56),
    ("处理", 220),
    ("依据（文件 › 工作表 › 单元格）", 420),
)
_LINKED = 7
_WORDS = (
    "由已公布的数互相对照得出，一个错只报一次；“错误”不可能成立，“警示”使用前应核对，“提示”供了解。"
    "单击“单元格”转到溯源表上用到这个数的行；没有链接的，简报没有印出这个数。"
)


def write_checks(book: Book, sheet: Worksheet, checks: tuple[Check, ...], trace: Trace) -> None:
    """Write the sheet.

    Parameters
    ----------
    book : Book
    sheet : Worksheet
    checks : tuple of Check
        In the order in which they are worth doing something about.
    trace : Trace
        Complete: cells that the briefing prints lead to their row on the sheet 溯源.
    """
    get, style = book.formats.get, book.style
    size, quiet = style.fonts["trace"].size, style.colours["quiet"]
    header = get(
        "trace", box=True, bold=True, align="center", text_wrap=True, bg_color=style.colours["header_fill"]
    )
    text = get("trace", box=True, text_wrap=True)
    link = get("trace", box=True, font_color=style.colours["link"], underline=1)
    for index, (heading, width) in enumerate(_COLUMNS):
        sheet.set_column_pixels(index, index, width)
        sheet.write_string(FIRST_ROW - 1, index, heading, header)
    sheet.set_row_pixels(0, 40)
    sheet.write_string(0, 0, "数据检查", get("title"))
    sheet.write_string(1, 0, _WORDS if checks else "没有发现问题。", get("small", font_color=quiet))
    sheet.freeze_panes(FIRST_ROW, 5)
    sheet.repeat_rows(FIRST_ROW - 1)
    rows = _rows_on_trace(trace)
    for number, check in enumerate(checks, 1):
        row = FIRST_ROW + number - 1
        cells = (
            str(number), check.severity, check.title, check.period, check.message,
            check.file, check.sheet, check.cell, check.remedy, check.evidence,
        )  # fmt: skip
        target = rows.get((check.file, check.sheet, check.cell))
        for column, cell in enumerate(cells):
            if column == _LINKED and target is not None:
                sheet.write_url(row, column, Trace.link_to(target), link, string=cell, tip="转到溯源表")
            else:
                sheet.write_string(row, column, cell, text)
        lines = max(line_count(cell, size, width) for cell, (_, width) in zip(cells, _COLUMNS, strict=True))
        sheet.set_row_pixels(row, round(lines * line_height(size) + 4))
    if checks:
        sheet.autofilter(FIRST_ROW - 1, 0, FIRST_ROW + len(checks) - 1, len(_COLUMNS) - 1)


def _rows_on_trace(trace: Trace) -> dict[tuple[str, str, str], int]:
    """Return the first row of 溯源 for each cell that the briefing was made from."""
    rows: dict[tuple[str, str, str], int] = {}
    for entry in trace.entries:
        for offset, source in enumerate(entry.figure.sources):
            rows.setdefault((source.file, source.sheet, source.cell), entry.row + offset)
    return rows
