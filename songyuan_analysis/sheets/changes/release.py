"""One release as it is compared: its tables with their lines, periods, units, values and decimals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from songyuan_analysis.sheets.changes import words
from songyuan_analysis.sheets.layout import Block
from songyuan_analysis.sheets.periods import Period
from songyuan_analysis.sheets.reader import address
from songyuan_analysis.sheets.tables.heads import ColumnHead
from songyuan_analysis.sheets.tables.rows import RowHead
from songyuan_analysis.sheets.tidy import Cells
from songyuan_analysis.sheets.units import Unit, parse_unit

_MOST_DECIMALS = 6


@dataclass(frozen=True)
class Line:
    """One row or column of a table.

    Attributes
    ----------
    place : int
        Which one it is among the lines of its axis.
    path : tuple of str
        Its folded labels without their time: what it is, whatever the period.
    stamp : tuple
        What its labels say about time.
    label : str
        The labels as printed.
    cell : str
        Where the innermost label stands.
    hidden : bool
    """

    place: int
    path: tuple[str, ...]
    stamp: tuple[object, ...]
    label: str
    cell: str
    hidden: bool


@dataclass(frozen=True)
class Table:
    """A block with what is compared, cell by cell; the arrays have a row per line of the stub."""

    block: Block
    rows: list[Line]
    columns: list[Line]
    cells: NDArray[np.object_]
    values: NDArray[np.float64]
    periods: NDArray[np.object_]
    units: NDArray[np.object_]
    marks: NDArray[np.object_]
    formats: Mapping[tuple[str, str], int]
    blank_rows: Mapping[tuple[str, ...], str]

    @property
    def sheet(self) -> str:
        """The name of the sheet."""
        return self.block.sheet.name

    @property
    def title(self) -> str:
        """The title as printed."""
        return self.block.heading.title

    @property
    def corner(self) -> str:
        """The address where the table begins."""
        top = self.block.header[0] if self.block.header else self.block.body[0]
        return address(top, self.left)

    @cached_property
    def left(self) -> int:
        """The first column of the sheet that the table takes."""
        block = self.block
        own = [] if block.unit_column is None else [block.unit_column]
        heads = [c for r in block.header for c, v in enumerate(block.sheet.values[r]) if v is not None]
        # A column of codes is none of the three, but has a head.
        return min([*block.label_columns, *block.data_columns, *own, *heads])

    @cached_property
    def words(self) -> frozenset[str]:
        """The folded labels of both axes, by which tables are told apart."""
        return frozenset(part for line in (*self.rows, *self.columns) for part in line.path)

    @cached_property
    def times(self) -> frozenset[Period]:
        """The periods of the cells."""
        return frozenset(Period.parse(text) for text in set(self.periods.ravel()) if text)

    @cached_property
    def digits(self) -> NDArray[np.int64]:
        """How many decimals each number was printed with, as far as format or value shows; -1 without number."""
        shown = np.full(self.values.shape, -1, np.int64)
        for r, c in np.argwhere(~np.isnan(self.values)).tolist():
            fixed = self.formats.get((self.sheet, self.cells[r, c]))
            shown[r, c] = _decimals(float(self.values[r, c])) if fixed is None else fixed
        return shown

    @cached_property
    def usual_digits(self) -> dict[str, int]:
        """The decimals that the numbers of each unit have as a rule: a 3.0 that lost its zero was still printed so."""
        shown = {}
        for unit in set(self.units.ravel()):
            of_unit = self.digits[(self.units == unit) & (self.digits >= 0)]
            if of_unit.size:
                shown[unit] = usual(of_unit.tolist())
        return shown

    @property
    def title_cell(self) -> str:
        """Where the title stands."""
        top = self.block.header[0] if self.block.header else self.block.body[0]
        return self._search(self.title, range(top)) or self.corner

    def note_cell(self, note: str) -> str:
        """Where a note stands, below the table or above it."""
        rows = range(self.block.sheet.n_rows)
        return self._search(note, [*rows[self.block.body[-1] + 1 :], *rows[: self.block.body[0]]])

    def _search(self, text: str, rows: Iterable[int]) -> str:
        """Return the address of the first cell that holds the beginning of a text, "" if none does."""
        wanted = words.letters(text)[:12]
        sheet = self.block.sheet
        for r in rows if wanted else ():
            for c, value in enumerate(sheet.values[r]):
                said = words.letters(value) if isinstance(value, str) else ""
                if said and (wanted in said or (len(said) >= 4 and said in words.letters(text))):
                    return address(r, c)
        return ""

    def unit(self, row: int, column: int) -> Unit:
        """Return the unit of a cell."""
        return parse_unit(str(self.units[row, column]))


def usual(digits: list[int]) -> int:
    """Return the decimals that numbers are printed with as a rule: zeros at their ends may be lost."""
    return sorted(digits)[int(len(digits) * 0.7)]


def tables_of(blocks: Iterable[Block], formats: Mapping[tuple[str, str], int]) -> list[Table]:
    """Prepare the blocks of a workbook for comparison; blocks without a cell are left out."""
    return [table for block in blocks if (table := _table(block, formats)) is not None]


def _table(block: Block, formats: Mapping[tuple[str, str], int]) -> Table | None:
    cells = Cells()
    cells.add(block)
    frame = cells.frame()
    if frame.empty:
        return None
    rows = [r for r in block.body if r in block.rows and block.rows[r].has_data]
    shape = len(rows), len(block.data_columns)

    def text(name: str) -> NDArray[np.object_]:
        return frame[name].to_numpy(dtype=object).reshape(shape)

    sheet = block.sheet
    return Table(
        block,
        [
            _line(i, block.rows[r], _row_cell(block, r), hidden=r in sheet.hidden_rows)
            for i, r in enumerate(rows)
        ],
        [
            _line(i, block.columns[c], _column_cell(block, c), hidden=c in sheet.hidden_columns)
            for i, c in enumerate(block.data_columns)
        ],
        text("cell"),
        frame["value"].to_numpy().reshape(shape),
        text("period"),
        text("unit"),
        text("mark"),
        formats,
        {_timeless(h): _row_cell(block, r) for r, h in block.rows.items() if h.path and not h.has_data},
    )


def _line(place: int, head: RowHead | ColumnHead, cell: str, *, hidden: bool) -> Line:
    printed = tuple(words.plain(part) for part in head.path)
    timeless = _timeless(head)
    if printed == timeless:
        stamp: tuple[object, ...] = ()
    else:
        stamp = tuple(head.fragments) or printed
    return Line(place, timeless, stamp, " / ".join(head.path), cell, hidden)


def _timeless(head: RowHead | ColumnHead) -> tuple[str, ...]:
    return tuple(part for label in head.path if (part := words.core(label)))


def _row_cell(block: Block, row: int) -> str:
    filled = [c for c in block.label_columns if block.sheet.text(row, c).strip()]
    return address(row, (filled or block.label_columns or [0])[-1])


def _column_cell(block: Block, column: int) -> str:
    filled = [r for r in block.header if block.sheet.text(r, column).strip()]
    return address((filled or block.header or block.body)[-1 if filled or block.header else 0], column)


def _decimals(value: float) -> int:
    text = f"{value:.{_MOST_DECIMALS}f}".rstrip("0")
    return len(text.partition(".")[2])
