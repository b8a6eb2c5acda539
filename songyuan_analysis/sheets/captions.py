"""What is printed beside the numbers of a table: address, labels, period, unit, mark and notes of its data cells.

Most data cells are plain numbers: they come as one array, and what stands beside them repeats by row or by
column. Only the other cells are looked at one by one. A table that comes again (`known`) keeps its captions; its
numbers are read from the new sheet, always.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from itertools import groupby
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from songyuan_analysis.sheets.layout import Block, Table
from songyuan_analysis.sheets.marks import CellValue
from songyuan_analysis.sheets.reader import Sheet, address
from songyuan_analysis.sheets.strings import Pieces, Text
from songyuan_analysis.sheets.tables.meaning import Meaning, around
from songyuan_analysis.sheets.tables.recent import Recent
from songyuan_analysis.sheets.units import parse_unit

SEPARATOR = " / "
# What no power of ten is: the unit is unknown.
NO_POWER = -128
# Addresses that may be remembered, in cells.
_MOST_PLACES = 200_000
_Place = tuple[int, int]  # row and column among the data cells


class Units(NamedTuple):
    """The units of the data cells as written, and what they mean."""

    written: Pieces
    measures: Pieces
    powers: NDArray[np.int8]


class Captions:
    """The captions of the data cells of one table, row by row; ask them with a block of that table.

    Attributes
    ----------
    count : int
        Number of data cells.
    hidden : ndarray
        Whether the cells are on a hidden sheet, or in a hidden row or column.
    """

    def __init__(self, block: Block) -> None:
        self._rows = [r for r in block.body if r in block.rows and block.rows[r].has_data]
        self._columns = block.data_columns
        self._heads = [block.rows[r] for r in self._rows]
        self._area = np.ix_(self._rows, self._columns)
        self.count = len(self._rows) * len(self._columns)
        self._column_paths = [SEPARATOR.join(block.columns[c].path) for c in self._columns]
        self.hidden = _hidden(block.sheet, self._rows, self._columns)
        # What single cells say beside their number.
        self._said: dict[_Place, str] = {}
        self._marks: dict[_Place, str] = {}
        self._units: dict[_Place, str] = {}
        values = block.sheet.numbers[self._area]
        finite = np.isfinite(values)
        self._plain = int(np.count_nonzero(finite))
        self._singles: list[_Place] = []
        self._tells_ranks = block.tells_ranks
        for r, c in np.argwhere(~finite).tolist():
            if (cell := self._cell(block.sheet, (r, c))) is not None:
                reading = block.read(cell)
                values[r, c] = reading.value
                self._singles.append((r, c))
                self._said[r, c] = reading.mark
                repaired = reading.kind == "repaired"
                self._marks[r, c] = f"{reading.mark}（{reading.reason}）" if repaired else reading.mark
                self._units[r, c] = reading.unit
        self._percents = [
            (r, c)
            for r, c in _inside(block.sheet.percents, self._rows, self._columns)
            if not np.isnan(values[r, c])
        ]
        self._units |= dict.fromkeys(self._percents, "%")
        self._remembered: Recent[Pieces] = Recent(16)
        self._remembered_units: Recent[Units] = Recent(4)

    def _cell(self, sheet: Sheet, place: _Place) -> CellValue:
        return sheet.values[self._rows[place[0]]][self._columns[place[1]]]

    def fit(self, block: Block) -> bool:
        """Whether the data cells are plain numbers where these were, and others are read in the same way."""
        sheet = block.sheet
        if self._singles and block.tells_ranks != self._tells_ranks:
            return False
        no_number = any(isinstance(self._cell(sheet, place), float) for place in self._singles)
        return not no_number and np.count_nonzero(np.isfinite(sheet.numbers[self._area])) == self._plain

    def values(self, block: Block) -> NDArray[np.float64]:
        """Read the numbers of the data cells."""
        values = block.sheet.numbers[self._area]
        for place in self._singles:
            values[place] = block.read(self._cell(block.sheet, place)).value
        for place in self._percents:
            # What the reader of the sheet sees is 7.5%; the cell stores 0.075.
            values[place] = float(f"{values[place] * 100:.12g}")
        return values.ravel()

    def texts(self, block: Block) -> dict[str, Pieces]:
        """Return the text columns but for the units, by name."""
        once = self._remembered.once
        title, notes = block.heading.title, tuple(block.notes)
        return {
            **self._labels,
            "sheet": once(block.sheet.name, lambda: Text.of([block.sheet.name]).repeated(self.count)),
            "title": once(title, lambda: Text.of([title]).repeated(self.count)),
            "period": once(around(block), lambda: _by_row(self._periods(block))),
            "note": once(("note", notes), lambda: _by_row(self._notes(block))),
        }

    def units(self, block: Block) -> Units:
        """Return the units; a percent sign in a cell goes before what the labels say."""
        return self._remembered_units.once(tuple(block.heading.units), lambda: self._work_out_units(block))

    @cached_property
    def _labels(self) -> dict[str, Pieces]:
        """Address, label paths and mark: what is the same wherever the table stands."""
        height, width = len(self._rows), len(self._columns)
        marks = {r * width + c: text for (r, c), text in self._marks.items()}
        return {
            "cell": _addresses(tuple(self._rows), tuple(self._columns)),
            "row_label_path": [Text.each([SEPARATOR.join(head.path) for head in self._heads], width).array()],
            "column_label_path": Text.of(self._column_paths).repeated(height),
            "mark": [Text.sparse(self.count, marks).array()] if marks else Text.of([""]).repeated(self.count),
        }

    def _periods(self, block: Block) -> list[Sequence[str]]:
        meaning = Meaning(block)
        return [meaning.periods(head, self._columns) for head in self._heads]

    def _work_out_units(self, block: Block) -> Units:
        meaning = Meaning(block)
        rows: list[Sequence[str]] = [meaning.units(head, self._columns) for head in self._heads]
        for place, unit in self._units.items():
            if unit:
                _put(rows, place, unit)
        if rows.count(rows[0]) == len(rows):  # one answer for all rows
            measures, powers = _meant(tuple(rows[0]))
            return Units(_by_row(rows), Text.of(measures).repeated(len(rows)), np.tile(powers, len(rows)))
        each = [_meant(tuple(row)) for row in rows]
        powers = np.concatenate([powers for _, powers in each])
        return Units(_by_row(rows), _by_row([measures for measures, _ in each]), powers)

    def _notes(self, block: Block) -> list[Sequence[str]]:
        """Return the notes by row: those that the labels call, those that a cell calls, and comments."""
        meaning, comments = Meaning(block), block.sheet.comments
        notes: list[Sequence[str]] = [meaning.notes(head, self._columns) for head in self._heads]
        for (r, c), said in self._said.items():
            own = meaning.note(self._heads[r], self._columns[c], said)
            if own != notes[r][c]:
                _put(notes, (r, c), own)
        if comments:
            for r, row in enumerate(self._rows):
                remarks = [comments.get((row, c), "") for c in self._columns]
                if any(remarks):
                    notes[r] = ["；".join(filter(None, pair)) for pair in zip(notes[r], remarks, strict=True)]
        return notes


_known: WeakKeyDictionary[Table, Captions] = WeakKeyDictionary()


def captions_of(block: Block) -> Captions:
    """Return the captions of a block: those of its table, if they have been worked out before."""
    captions = _known.get(block.table)
    if captions is None or not captions.fit(block):
        captions = _known[block.table] = Captions(block)
    return captions


@lru_cache(maxsize=1024)
def _meant(texts: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """Return what units measure ("" if unknown) and their powers of ten."""
    found = [parse_unit(text) for text in texts]
    powers = np.array([unit.mult if unit.known else NO_POWER for unit in found], np.int8)
    return tuple([unit.dimension for unit in found]), powers


_places: Recent[Pieces] = Recent(_MOST_PLACES)


def _addresses(rows: tuple[int, ...], columns: tuple[int, ...]) -> Pieces:
    """Return the addresses of an area, such as B6, C6, B7, C7.

    Tables of one workbook, and of one series of workbooks, stand at the same place.
    """
    found = _places.get((rows, columns))
    if found is None:
        letters = [address(0, c)[:-1].encode() for c in columns]
        numbers = [b"%d" % (r + 1) for r in rows]
        # The row number between all letters and behind the last: one step per row instead of per cell.
        data = b"".join([number.join((*letters, b"")) for number in numbers])
        sizes = np.add.outer([len(n) for n in numbers], [len(x) for x in letters]).astype(np.int32)
        found = [Text(data, sizes.size, sizes.ravel()).array()]
        _places.keep((rows, columns), found, sizes.size)
    return found


def _put(rows: list[Sequence[str]], place: _Place, text: str) -> None:
    """Put a cell's own text into its row, which shares its texts with other rows until then."""
    row = rows[place[0]]
    if not isinstance(row, list):
        row = rows[place[0]] = list(row)
    row[place[1]] = text


def _by_row(rows: list[Sequence[str]]) -> Pieces:
    """Lay out texts given row by row; rows that follow each other and share their texts are one piece."""
    if rows.count(rows[0]) == len(rows):  # almost always: a table has one unit and one set of notes
        return Text.of(rows[0]).repeated(len(rows))
    runs = [list(run) for _, run in groupby(rows, id)]
    return [Text.joined([Text.of(run[0]).tiled(len(run)) for run in runs]).array()]


def _inside(places: AbstractSet[_Place], rows: list[int], columns: list[int]) -> list[_Place]:
    """Return which of the places of a sheet are among the data cells, as places there."""
    if not places:
        return []
    return [
        (r, c) for r, row in enumerate(rows) for c, column in enumerate(columns) if (row, column) in places
    ]


def _hidden(sheet: Sheet, rows: list[int], columns: list[int]) -> NDArray[np.bool_]:
    hidden = np.zeros((len(rows), len(columns)), np.bool_)
    if sheet.hidden_columns:
        hidden[:, [c in sheet.hidden_columns for c in columns]] = True
    if sheet.hidden_rows:
        hidden[[r in sheet.hidden_rows for r in rows]] = True
    if sheet.hidden:
        hidden[:] = True
    return hidden.ravel()
