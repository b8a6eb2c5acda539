"""A table to be printed, and a paragraph that knows its numbers: the parts of which chapters are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self

import pandas as pd

from songyuan_analysis.briefing.figure import Cell, Figure, Formula, Missing
from songyuan_analysis.errors import BriefingError


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
        """Make the text and hang its numbers on it; what was corrected among them is said at its end."""
        notes = dict.fromkeys(note for figure in figures for note in figure.corrections)
        if new := [note for note in notes if note not in text]:
            text += f"（※更正：{'；'.join(new)}）"
        self = super().__new__(cls, text)
        self.figures = figures
        return self

    # str promises one argument; its subclass has two.
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


def source_of_chart(source: str, corrections: Iterable[str]) -> str:
    """Join the source line of a chart and what was corrected in it."""
    return "；".join(part for part in (source, *(f"※更正：{note}" for note in corrections)) if part)


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
        Printed beneath as 注; a :class:`Paragraph` brings the numbers that it prints.
    source : str, optional
        Printed beneath as 资料来源.
    indents : tuple of int, optional
        Indent level of each row's label; empty for none.
    of_which : tuple of int, optional
        Rows that are 其中 of the row above them and do not add up to it.
    label : str, optional
        The column that names the rows, where :attr:`label_column` would not find it.

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
    label: str = ""

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise self._error("有重名的列", "给同名的列写上不同的分组（group）。")
        if self.indents and len(self.indents) != len(self.rows):
            raise self._error("缩进级数与行数不等", "每行给一个缩进级数，或不给。")
        if any(not 0 <= row < len(self.rows) for row in self.of_which):
            raise self._error("“其中”行的行号超出范围", "行号从 0 数起。")
        if self.label:
            self.column_index(self.label)
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
        """Index of the column that names the rows.

        It is the first text column before the numbers that is not 序号 and in which no word comes twice, or else
        the first of them.
        """
        if self.label:
            return self.column_index(self.label)
        texts: list[int] = []
        for index, column in enumerate(self.columns):
            if column.kind != "text":
                break
            if column.name != "序号":
                texts.append(index)
        distinct = (i for i in texts if len({row[i] for row in self.rows}) == len(self.rows))
        return next(distinct, texts[0] if texts else 0)

    @property
    def unit_line(self) -> str:
        """The line above the table, ``单位：亿元``; empty without a unit."""
        return self.unit if self.unit.startswith("单位") or not self.unit else f"单位：{self.unit}"

    @property
    def suspects(self) -> tuple[str, ...]:
        """The reasons for doubting numbers of the table, each once."""
        return tuple(dict.fromkeys(figure.suspect for _, _, figure in self.figures() if figure.suspect))

    @property
    def corrections(self) -> tuple[str, ...]:
        """Both values and the reason for each corrected number of the table, and for each that is left out."""
        notes: list[str] = []
        for cell in (cell for row in self.rows for cell in row):
            if isinstance(cell, Figure):
                notes += cell.corrections
            elif isinstance(cell, Missing) and cell.correction:
                notes.append(cell.correction)
        return tuple(dict.fromkeys(notes))

    @property
    def chart_source(self) -> str:
        """The source line of a chart of the table, which has no footnotes to tell of corrections."""
        return source_of_chart(self.source, self.corrections)

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

        gaps = [cell for row in self.rows for index in dropped if isinstance(cell := row[index], Missing)]
        reasons = dict.fromkeys(cell.reason for cell in gaps if cell.is_gap) or {gaps[0].reason: None}
        names = "、".join(self.columns[index].key for index in dropped)
        return replace(
            self,
            columns=tuple(self.columns[index] for index in kept),
            rows=tuple(tuple(moved(row[index]) for index in kept) for row in self.rows),
            notes=(*self.notes, f"未列出的栏目：{names}（{'、'.join(reasons)}）。"),
        )

    def _repr_html_(self) -> str:
        from songyuan_analysis.briefing.web.table_html import table_html

        return table_html(self)
