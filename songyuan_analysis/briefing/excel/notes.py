"""The sheet 说明: how to read the briefing, where its data come from, what the words mean, and what is missing."""

from __future__ import annotations

from songyuan_analysis.briefing.excel.layout import Book, Worksheet, line_height, span
from songyuan_analysis.briefing.excel.trace import Trace
from songyuan_analysis.briefing.figure import Missing, Source
from songyuan_analysis.briefing.model import Briefing
from songyuan_analysis.briefing.style import line_count

NOTES_SHEET = "说明"
_WIDTHS = (60, 270, 170, 100, 80, 320)
_READING = (
    "表中每个数都可追溯：鼠标停留显示来源，单击转到“溯源”页；只想选中而不跳转，按住鼠标稍候再松开，或用方向键移动。",
    "取得方式：“原样转录”与来源单元格完全一致；“更正数”改用了登记的数，公布数和理由一并列出；“本报告测算”由来源数按所列公式算出，部分单元格是活公式。",
    "数值四舍五入到所印位数；各项之和与合计可能因舍入不等，未作机械调整。",
    "未公布的数写明原因，不以零或空白代替；带※的数存疑或经过更正，原因见表下注。",
)


def write_notes(book: Book, sheet: Worksheet, briefing: Briefing, trace: Trace) -> None:
    """Write the sheet.

    Parameters
    ----------
    book : Book
    sheet : Worksheet
    briefing : Briefing
    trace : Trace
        Complete: the list of files is taken from it.
    """
    page = _Page(book, sheet)
    page.title("编制说明")
    page.section("怎样读这份简报", _READING)
    if briefing.sources_note:
        page.section("资料来源", (briefing.sources_note,))
    page.files(_files(trace))
    page.terms(briefing.definitions)
    page.section("使用须知", briefing.caveats)
    page.section("更正", _corrections(briefing, trace))
    page.section("缺口", (*briefing.gaps, *_missing(briefing)))


def _files(trace: Trace) -> list[tuple[Source, int]]:
    count: dict[str, int] = {}
    first: dict[str, Source] = {}
    for entry in trace.entries:
        for source in entry.figure.sources:
            first.setdefault(source.file, source)
            count[source.file] = count.get(source.file, 0) + 1
    return [(first[name], count[name]) for name in sorted(first)]


def _corrections(briefing: Briefing, trace: Trace) -> tuple[str, ...]:
    """Both values and the reason for each corrected number of the briefing, and for each that is left out."""
    notes = [note for entry in trace.entries for note in entry.figure.corrections]
    notes += [note for table in briefing.tables() for note in table.corrections]
    return tuple(dict.fromkeys(notes))


def _missing(briefing: Briefing) -> tuple[str, ...]:
    """Say for each table which numbers are missing, and why."""
    lines = []
    for table in briefing.tables():
        reasons: dict[str, dict[str, list[str]]] = {}
        for index, column in enumerate(table.columns):
            for number, row in enumerate(table.rows):
                cell = row[index]
                if isinstance(cell, Missing) and cell.is_gap:
                    reason = f"{cell.reason}（{cell.detail.rstrip('。')}）" if cell.detail else cell.reason
                    reasons.setdefault(reason, {}).setdefault(column.key, []).append(table.row_label(number))
        for reason, columns in reasons.items():
            parts = "；".join(f"“{key}”的{_names(labels)}" for key, labels in columns.items())
            lines.append(f"表“{table.title}”{reason}：{parts}。")
    return tuple(lines)


def _names(labels: list[str]) -> str:
    """Name up to six rows; more are counted."""
    if len(labels) <= 6:
        return "、".join(labels)
    return "、".join(labels[:3]) + f"等{len(labels)}项"


class _Page:
    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book, self.sheet, self.row, self.number = book, sheet, 0, 0
        for index, width in enumerate(_WIDTHS):
            sheet.set_column_pixels(index, index, width)

    def _text(
        self, text: str, font: str, first: int, last: int, *, align: str = "left", valign: str = "vcenter"
    ) -> None:
        size = self.book.style.fonts[font].size
        lines = line_count(text, size, sum(_WIDTHS[first : last + 1]))
        self.sheet.set_row_pixels(self.row, round(lines * line_height(size) + 6))
        look = self.book.formats.get(font, text_wrap=True, align=align, valign=valign)
        span(self.sheet, (self.row, self.row), (first, last), text, look)
        self.row += 1

    def title(self, text: str) -> None:
        self._text(text, "title", 0, len(_WIDTHS) - 1, align="center")

    def _heading(self, text: str) -> None:
        self.number += 1
        self.sheet.set_row_pixels(self.row, 8)
        self.row += 1
        self._text(f"{'一二三四五六七八九'[self.number - 1]}、{text}", "header", 0, len(_WIDTHS) - 1)

    def section(self, heading: str, lines: tuple[str, ...]) -> None:
        if not lines:
            return
        self._heading(heading)
        for number, line in enumerate(lines, 1):
            prefix = f"　　{number}. " if len(lines) > 1 else "　　"
            self._text(prefix + line, "body", 0, len(_WIDTHS) - 1, valign="top")

    def terms(self, definitions: tuple[tuple[str, str], ...]) -> None:
        if not definitions:
            return
        self._heading("名词解释")
        for term, meaning in definitions:
            self._text(f"　　{term}：{meaning}", "body", 0, len(_WIDTHS) - 1, valign="top")

    def files(self, files: list[tuple[Source, int]]) -> None:
        if not files:
            return
        self._heading("所用文件")
        fill = self.book.style.colours["header_fill"]
        heads = ("序号", "资料名称", "发布单位", "发布日期", "可信等级", "文件（引用次数）")
        for index, text in enumerate(heads):
            look = self.book.formats.get("header", box=True, align="center", bg_color=fill)
            self.sheet.write_string(self.row, index, text, look)
        self.sheet.set_row_pixels(self.row, 26)
        self.row += 1
        size = self.book.style.fonts["body"].size
        for number, (source, uses) in enumerate(files, 1):
            texts = (
                str(number),
                source.source_title,
                source.issuer,
                source.vintage,
                source.conf_tier,
                f"{source.file}（{uses} 次）" + ("，人工转录" if source.transcribed else ""),
            )
            lines = max(line_count(text, size, width) for text, width in zip(texts, _WIDTHS, strict=True))
            self.sheet.set_row_pixels(self.row, round(lines * line_height(size) + 6))
            for index, text in enumerate(texts):
                align = "center" if index in (0, 3, 4) else "left"
                look = self.book.formats.get("body", box=True, text_wrap=True, align=align)
                self.sheet.write_string(self.row, index, text, look)
            self.row += 1
