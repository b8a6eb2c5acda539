"""What a briefing is, before anybody draws it: chapters of sentences, tables and charts, made of traced numbers.

The values are frozen. The Excel writer, the HTML report and the notebooks render the same value, each in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from songyuan_analysis.briefing.figure import Cell, Figure, Formula, Missing, Source
from songyuan_analysis.briefing.table import Column, Paragraph, Table
from songyuan_analysis.errors import BriefingError

__all__ = [
    "Briefing",
    "Cell",
    "Chapter",
    "Check",
    "Column",
    "Figure",
    "Formula",
    "Missing",
    "NativeChart",
    "Paragraph",
    "Source",
    "Table",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class NativeChart:
    """A chart that Excel itself draws from the cells of a table.

    Parameters
    ----------
    kind : {"line", "column", "bar"}
    title : str
    table_id : str
        The table whose cells are drawn.
    category : str
        Column with the categories.
    values : tuple of str
        One to six number columns.
    unit : str, optional
        Unit on the value axis.
    category_title : str, optional
        Title of the category axis; the column's name without it.
    rows : tuple of int, optional
        Rows to draw; all without it.
    note : str, optional
        Printed beneath the chart.
    """

    kind: Literal["line", "column", "bar"]
    title: str
    table_id: str
    category: str
    values: tuple[str, ...]
    unit: str = ""
    category_title: str = ""
    rows: tuple[int, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.values) <= 6:
            raise BriefingError(
                f"图“{self.title}”有 {len(self.values)} 个系列。",
                remedy="一张图画一至六个系列，多了请拆成几张。",
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """One sheet of the workbook, one section of the report.

    Parameters
    ----------
    sheet_name, title : str
    paragraphs : tuple of str
        Sentences; a :class:`Paragraph` brings the numbers that it prints.
    tables : tuple of Table
    charts : tuple of NativeChart
    """

    sheet_name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[NativeChart, ...] = ()

    def __post_init__(self) -> None:
        name = self.sheet_name
        if not 0 < len(name) <= 31 or any(sign in "[]:*?/\\'" for sign in name):
            raise BriefingError(f"“{name}”不能作工作表名。", remedy="用 1 至 31 个字，不含 []:*?/\\ 和撇号。")


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A finding of the audit, as the briefing prints it: texts, and the address of the cell in question."""

    severity: str
    title: str
    message: str
    period: str
    file: str
    sheet: str
    cell: str
    evidence: str
    remedy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Briefing:
    """A whole briefing; its first chapter is the cover with the main table.

    Parameters
    ----------
    title, subtitle : str
    area : str
        Name of the area.
    period, period_label : str
        ``"2024-01/2024-09"`` and how to say it, 2024年前三季度.
    chapters : tuple of Chapter
    definitions : tuple of (str, str)
        Terms and their meaning.
    caveats, gaps : tuple of str
        What to keep in mind; what is missing and why.
    compiled_by, sources_note : str
        Who compiled it, from what.
    checks : tuple of Check, optional
        What the audit found in the area's figures up to the period; None where nobody looked.
    """

    title: str
    subtitle: str = ""
    area: str
    period: str
    period_label: str
    chapters: tuple[Chapter, ...]
    definitions: tuple[tuple[str, str], ...] = ()
    caveats: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    compiled_by: str = ""
    sources_note: str = ""
    checks: tuple[Check, ...] | None = None

    def __post_init__(self) -> None:
        if not self.chapters:
            raise BriefingError("简报没有内容。", remedy="至少要有封面一章。")
        for what, names in (
            ("工作表名", [chapter.sheet_name for chapter in self.chapters]),
            ("表号", [table.id for table in self.tables()]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise BriefingError(f"简报里{what}重复：{'、'.join(twice)}。", remedy="改成各不相同的名字。")
        for chapter in self.chapters:
            for chart in chapter.charts:
                table = self.table(chart.table_id)
                table.column_index(chart.category)
                for key in chart.values:
                    if table.columns[table.column_index(key)].kind != "number":
                        raise BriefingError(
                            f"图“{chart.title}”的列“{key}”不是数值列。", remedy="改用数值列。"
                        )

    def tables(self) -> Iterator[Table]:
        """Iterate over all tables in reading order."""
        for chapter in self.chapters:
            yield from chapter.tables

    def table(self, table_id: str) -> Table:
        """Return the table with this id."""
        for table in self.tables():
            if table.id == table_id:
                return table
        raise BriefingError(f"简报里没有表“{table_id}”。", remedy="检查图引用的表号。")
