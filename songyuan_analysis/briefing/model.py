"""What a briefing is, before anybody draws it: chapters of sentences, tables and charts, made of traced numbers.

The values are frozen. The Excel writer, the HTML report and the notebooks render the same value, each in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self

import pandas as pd

from songyuan_analysis.briefing.figure import Cell, Figure, Formula, Missing, Source, round_half_up
from songyuan_analysis.errors import BriefingError

__all__ = [
    "Briefing",
    "Cell",
    "Chapter",
    "Column",
    "Figure",
    "Formula",
    "Missing",
    "NativeChart",
    "Paragraph",
    "Source",
    "Table",
    "round_half_up",
]


class Paragraph(str):
    """A paragraph of text that knows the numbers printed in it.

    It is a ``str``, so whoever only prints text needs to know nothing; whoever traces numbers asks for ``figures``.

    Parameters
    ----------
    text : str
        The whole paragraph.
    figures : tuple of Figure
        The numbers in it, in reading order.
    """

    figures: tuple[Figure, ...]

    def __new__(cls, text: str, figures: tuple[Figure, ...] = ()) -> Self:
        self = super().__new__(cls, text)
        self.figures = figures
        return self

    def __getnewargs__(self) -> tuple[str, tuple[Figure, ...]]:  # type: ignore[override]
        # Without it, pickling to another process would lose the numbers.
        return str(self), self.figures

    @classmethod
    def of(cls, *parts: str | Figure) -> Self:
        """Join texts and numbers; each number is printed with its unit."""
        text = "".join(part.text(unit=True) if isinstance(part, Figure) else part for part in parts)
        figures: list[Figure] = []
        for part in parts:
            if isinstance(part, Figure):
                figures.append(part)
            elif isinstance(part, Paragraph):
                figures.extend(part.figures)
        return cls(text, tuple(figures))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Heading.
    unit : str, optional
        Unit of the column; empty if the table or each row states it.
    group : str, optional
        Heading above the headings; neighbours with the same group share it.
    kind : {"text", "number", "state"}
        A number column holds figures and missing values only; a state column holds state words.
    """

    name: str
    unit: str = ""
    group: str = ""
    kind: Literal["text", "number", "state"] = "number"

    @property
    def key(self) -> str:
        """Name with its group, ``group / name``."""
        return f"{self.group} / {self.name}" if self.group else self.name

    @property
    def heading(self) -> str:
        """Name with its unit, as printed."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table to be printed.

    Parameters
    ----------
    id : str
        Name by which charts refer to the table; unique in the briefing.
    title, unit : str
        Heading, and the unit line above the table.
    columns : tuple of Column
    rows : tuple of tuple of str, Figure or Missing
    notes : tuple of str, optional
        Printed beneath as 注.
    source : str, optional
        Printed beneath as 资料来源.
    indents : tuple of int, optional
        Indent level of each row's label; empty for none.
    of_which : tuple of int, optional
        Rows that are 其中 of the row above them and do not add up to it.

    Raises
    ------
    BriefingError
        A ragged row, a text in a number column, or a formula that points to no number.
    """

    id: str
    title: str
    unit: str = ""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    source: str = ""
    indents: tuple[int, ...] = ()
    of_which: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise self._error("有重名的列", "给同名的列写上不同的分组（group）。")
        if self.indents and len(self.indents) != len(self.rows):
            raise self._error("缩进级数与行数不等", "每行给一个缩进级数，或不给。")
        if any(not 0 <= row < len(self.rows) for row in self.of_which):
            raise self._error("“其中”行的行号超出范围", "行号从 0 数起。")
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise self._error(
                    f"第 {number + 1} 行有 {len(row)} 格，应为 {len(self.columns)} 格", "补齐或删去。"
                )
            for column, cell in zip(self.columns, row, strict=True):
                wanted = Figure if column.kind == "number" else str
                if not isinstance(cell, (wanted, Missing)):
                    raise self._error(
                        f"第 {number + 1} 行“{column.key}”一格的类型与列不符",
                        "数值列放 Figure 或 Missing，其余的列放文字或 Missing。",
                    )
                if isinstance(cell, Figure) and cell.formula:
                    self._check_formula(cell.formula, number, column)

    def _check_formula(self, formula: Formula, number: int, column: Column) -> None:
        for row, index in formula.inputs:
            inside = 0 <= row < len(self.rows) and 0 <= index < len(self.columns)
            if not inside or not isinstance(self.rows[row][index], Figure):
                raise self._error(
                    f"第 {number + 1} 行“{column.key}”的公式引用了没有数的格", "公式只能引用本表的数。"
                )

    def _error(self, what: str, remedy: str) -> BriefingError:
        return BriefingError(f"表“{self.title}”{what}。", remedy=remedy)

    @property
    def label_column(self) -> int:
        """Index of the column that names the rows: the first text column that is not 序号."""
        texts = [i for i, column in enumerate(self.columns) if column.kind == "text"]
        return next((i for i in texts if self.columns[i].name != "序号"), 0)

    @property
    def unit_line(self) -> str:
        """The line above the table, ``单位：亿元``; empty without a unit."""
        return self.unit if self.unit.startswith("单位") or not self.unit else f"单位：{self.unit}"

    @property
    def suspects(self) -> tuple[str, ...]:
        """The reasons for doubting numbers of the table, each once."""
        return tuple(dict.fromkeys(figure.suspect for _, _, figure in self.figures() if figure.suspect))

    def column_index(self, key: str) -> int:
        """Return the index of a column by ``group / name``, or by its name alone if only one has it."""
        exact = [i for i, column in enumerate(self.columns) if column.key == key]
        named = [i for i, column in enumerate(self.columns) if column.name == key]
        for found in (exact, named):
            if len(found) == 1:
                return found[0]
        raise self._error(f"没有唯一的列“{key}”", "列名为：" + "、".join(c.key for c in self.columns) + "。")

    def row_label(self, row: int) -> str:
        """Return the label of a row."""
        cell = self.rows[row][self.label_column]
        return cell if isinstance(cell, str) else ""

    def printed_label(self, row: int) -> str:
        """Return the label of a row as printed: the first 其中 row of a run says so, the others align under it."""
        label = self.row_label(row)
        if row not in self.of_which or label.startswith("其中"):
            return label
        return ("　　　" if row - 1 in self.of_which else "其中：") + label

    def figures(self) -> Iterator[tuple[int, int, Figure]]:
        """Iterate over ``(row, column, figure)`` in reading order."""
        for number, row in enumerate(self.rows):
            for index, cell in enumerate(row):
                if isinstance(cell, Figure):
                    yield number, index, cell

    def to_frame(self) -> pd.DataFrame:
        """Return the table as a frame: floats in number columns, NaN where nothing was published."""
        data: dict[str, pd.Series] = {}
        for index, column in enumerate(self.columns):
            cells = [row[index] for row in self.rows]
            if column.kind == "number":
                numbers = [cell.value if isinstance(cell, Figure) else float("nan") for cell in cells]
                data[column.key] = pd.Series(numbers, dtype="float64")
            else:
                words = [cell if isinstance(cell, str) else None for cell in cells]
                data[column.key] = pd.Series(words, dtype="str")
        return pd.DataFrame(data)

    def without_empty_columns(self) -> Table:
        """Return the table without the columns in which every cell is missing; a note names them and says why."""
        dropped = [
            index
            for index in range(len(self.columns))
            if self.rows and all(isinstance(row[index], Missing) for row in self.rows)
        ]
        if not dropped:
            return self
        kept = [index for index in range(len(self.columns)) if index not in dropped]
        new_index = {old: new for new, old in enumerate(kept)}

        def moved(cell: Cell) -> Cell:
            if not isinstance(cell, Figure) or cell.formula is None:
                return cell
            inputs = tuple((row, new_index[column]) for row, column in cell.formula.inputs)
            return replace(cell, formula=replace(cell.formula, inputs=inputs))

        reasons = dict.fromkeys(
            cell.reason for row in self.rows for index in dropped if isinstance(cell := row[index], Missing)
        )
        names = "、".join(self.columns[index].key for index in dropped)
        return replace(
            self,
            columns=tuple(self.columns[index] for index in kept),
            rows=tuple(tuple(moved(row[index]) for index in kept) for row in self.rows),
            notes=(*self.notes, f"未列出的栏目：{names}（{'、'.join(reasons)}）。"),
        )

    def _repr_html_(self) -> str:
        from songyuan_analysis.briefing.table_html import table_html

        return table_html(self)


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
