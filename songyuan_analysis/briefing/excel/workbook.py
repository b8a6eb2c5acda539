"""The Excel briefing: a workbook of real numbers, live formulas and native charts, in which every number leads home."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from songyuan_analysis.briefing.excel.charts import DATA_SHEET, Charts
from songyuan_analysis.briefing.excel.checks import CHECKS_SHEET, write_checks
from songyuan_analysis.briefing.excel.layout import Book, Workbook, Worksheet
from songyuan_analysis.briefing.excel.notes import NOTES_SHEET, write_notes
from songyuan_analysis.briefing.excel.sheet import ChapterSheet
from songyuan_analysis.briefing.excel.trace import TRACE_SHEET, Trace
from songyuan_analysis.briefing.figure import Missing
from songyuan_analysis.briefing.model import Briefing
from songyuan_analysis.errors import BriefingError

AUTHOR = "松原市经济运行分析工具"


@dataclass(frozen=True, slots=True)
class WorkbookReport:
    """What was written.

    Attributes
    ----------
    path : Path
    sheets : tuple of str
    figures : int
        Printed numbers, in tables and sentences; each has its rows on the sheet 溯源.
    derived : int
        Those among them that are our own arithmetic.
    inputs : int
        Rows on the sheet 溯源.
    missing : int
        Cells that say why there is no number.
    """

    path: Path
    sheets: tuple[str, ...]
    figures: int
    derived: int
    inputs: int
    missing: int


def write_workbook(briefing: Briefing, path: str | os.PathLike[str]) -> WorkbookReport:
    """Write a briefing as an Excel workbook.

    The same briefing gives the same bytes. The file appears complete or not at all.

    Parameters
    ----------
    briefing : Briefing
    path : path-like
        An ``.xlsx`` file; an existing one is replaced.

    Returns
    -------
    WorkbookReport

    Raises
    ------
    BriefingError
        The folder or the file cannot be written, for instance because Excel has the file open.
    """
    target = Path(path)
    reserved = {TRACE_SHEET, CHECKS_SHEET, NOTES_SHEET, DATA_SHEET} & {
        c.sheet_name for c in briefing.chapters
    }
    if reserved:
        raise BriefingError(
            f"工作表名“{'、'.join(sorted(reserved))}”已留作他用。", remedy="给这一章换个表名。"
        )
    # In the same folder, because a rename is atomic only within one file system.
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        report = _write(briefing, draft, target)
        draft.replace(target)
    except OSError as error:
        raise BriefingError(
            f"简报写不进去（{error.strerror or error}）。",
            file=target.name,
            remedy="如果文件正在 Excel 或 WPS 中打开，请先关闭；否则检查文件夹的写入权限。",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return report


def _write(briefing: Briefing, draft: Path, target: Path) -> WorkbookReport:
    with draft.open("wb") as stream:
        workbook = Workbook(stream, {"in_memory": True})
        book, trace = Book(workbook), Trace()
        workbook.set_properties(
            {
                "title": briefing.title,
                "subject": briefing.period_label,
                "author": AUTHOR,
                "created": _release(briefing),
            }
        )
        chapters = [ChapterSheet(book, trace, briefing, chapter) for chapter in briefing.chapters]
        for chapter in chapters:
            chapter.write()
        trace_sheet = book.add_sheet(TRACE_SHEET, footer=briefing.title)
        trace.write(book, trace_sheet)
        if briefing.checks is not None:
            write_checks(book, book.add_sheet(CHECKS_SHEET, footer=briefing.title), briefing.checks, trace)
        write_notes(book, book.add_sheet(NOTES_SHEET, footer=briefing.title), briefing, trace)
        _draw_charts(book, briefing, chapters)
        chapters[0].sheet.activate()
        sheets = tuple(sheet.get_name() for sheet in workbook.worksheets())
        workbook.close()
    return WorkbookReport(
        path=target,
        sheets=sheets,
        figures=len(trace.entries),
        derived=sum(entry.figure.derived for entry in trace.entries),
        inputs=trace.rows,
        missing=sum(
            isinstance(cell, Missing) and cell.is_gap
            for table in briefing.tables()
            for row in table.rows
            for cell in row
        ),
    )


def _draw_charts(book: Book, briefing: Briefing, chapters: list[ChapterSheet]) -> None:
    places = {table_id: place for chapter in chapters for table_id, place in chapter.tables.items()}
    sheets: dict[str, Worksheet] = {chapter.name: chapter.sheet for chapter in chapters}
    charts = Charts(book)
    for chapter in chapters:
        for room in chapter.charts:
            table_id = room.chart.table_id
            charts.draw(room, briefing.table(table_id), places[table_id], sheets[room.sheet])


def _release(briefing: Briefing) -> dt.datetime:
    """Return the newest release date among the sources: it says more than the clock, and does not change."""
    dates = [dt.date(2000, 1, 1)]
    for table in briefing.tables():
        for _, _, figure in table.figures():
            for source in figure.sources:
                try:
                    dates.append(dt.date.fromisoformat(source.vintage))
                except ValueError:
                    continue
    return dt.datetime.combine(max(dates), dt.time())
