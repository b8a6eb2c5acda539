"""Blocks into rows: one row per data cell, with paths, period, unit, value, mark, title and notes.

A unit stands as it is written and, beside it, as what it means: ``亿元`` is CNY times ten to the 8.

Most data cells are plain numbers: they come as one array, and what stands beside them repeats by row or by
column. Only the other cells are looked at one by one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.sheets.layout import Block
from songyuan_analysis.sheets.meaning import Meaning
from songyuan_analysis.sheets.reader import address
from songyuan_analysis.sheets.recent import Recent
from songyuan_analysis.sheets.rows import RowHead
from songyuan_analysis.sheets.strings import Text, TextColumn
from songyuan_analysis.sheets.units import parse_unit

COLUMNS = (
    "sheet", "cell", "row_label_path", "column_label_path", "period", "unit", "unit_measure", "unit_mult",
    "value", "mark", "table", "title", "note", "hidden",
)  # fmt: skip
SEPARATOR = " / "
# Tables of one workbook, and of one series of workbooks, stand at the same place.
_places: Recent[Text] = Recent(32)
_LARGEST_KNOWN = 50_000
_TEXTS = [name for name in COLUMNS if name not in ("unit_mult", "value", "table", "hidden")]
# What no power of ten is: the unit is unknown.
_NO_POWER = -128


@dataclass
class _Area:
    """The data cells of a block, row by row, and what single cells say beside their number.

    The dicts go from the place of a cell (row of the area, column of the area) to its text.
    """

    rows: list[int]
    columns: list[int]
    values: NDArray[np.float64]
    said: dict[tuple[int, int], str] = field(default_factory=dict)
    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    units: dict[tuple[int, int], str] = field(default_factory=dict)


class Cells:
    """Columns of the labelled cells, collected over blocks and built into one frame at the end."""

    def __init__(self) -> None:
        self._texts = {name: TextColumn() for name in _TEXTS}
        self._powers: list[NDArray[np.int8]] = []
        self._values: list[NDArray[np.float64]] = []
        self._tables: list[int] = []
        self._counts: list[int] = []
        self._hidden: list[NDArray[np.bool_]] = []

    def __len__(self) -> int:
        return sum(self._counts)

    def add(self, block: Block) -> None:
        """Add every data cell of a block."""
        rows = [r for r in block.body if r in block.rows and block.rows[r].has_data]
        columns = block.data_columns
        height, width = len(rows), len(columns)
        count = height * width
        if not count:
            return
        heads = [block.rows[r] for r in rows]
        area = _read(block, rows)
        meaning = Meaning(block)
        texts = self._texts
        texts["sheet"].add(Text.constant(block.sheet.name, count))
        texts["title"].add(Text.constant(block.heading.title, count))
        texts["cell"].add(_addresses(rows, columns))
        texts["row_label_path"].add(Text.each([SEPARATOR.join(head.path) for head in heads], width))
        paths = [SEPARATOR.join(block.columns[c].path) for c in columns]
        texts["column_label_path"].add(Text.of(paths).tiled(height))
        _add_rows(texts["period"], [meaning.periods(head, columns) for head in heads])
        self._add_units(_units(meaning, area, heads))
        _add_rows(texts["note"], _notes(meaning, area, heads, block.sheet.comments))
        texts["mark"].add(Text.sparse(count, {r * width + c: text for (r, c), text in area.marks.items()}))
        self._values.append(area.values.ravel())
        self._hidden.append(_hidden(block, rows))
        self._tables.append(block.index)
        self._counts.append(count)

    def _add_units(self, rows: list[Sequence[str]]) -> None:
        """Add the units as written and what they mean."""
        _add_rows(self._texts["unit"], rows)
        if rows.count(rows[0]) == len(rows):  # one answer for all rows
            measures, powers = _meant(tuple(rows[0]))
            self._texts["unit_measure"].add(Text.of(measures).tiled(len(rows)))
            self._powers.append(np.tile(powers, len(rows)))
            return
        meant = [_meant(tuple(row)) for row in rows]
        _add_rows(self._texts["unit_measure"], [measures for measures, _ in meant])
        self._powers.append(np.concatenate([powers for _, powers in meant]))

    def frame(self, extra: dict[str, Iterable[tuple[str, int]]] | None = None) -> pd.DataFrame:
        """Build the frame; `extra` columns (the file) come first, given as texts with how often they stand."""
        columns: dict[str, pd.api.extensions.ExtensionArray | NDArray[np.generic]] = {}
        powers = np.concatenate(self._powers) if self._powers else np.empty(0, np.int8)
        for name, runs in (extra or {}).items():
            column = TextColumn()
            for text, count in runs:
                column.add(Text.constant(text, count))
            columns[name] = column.array()
        for name in COLUMNS:
            if name in self._texts:
                columns[name] = self._texts[name].array()
            elif name == "unit_mult":
                columns[name] = pd.arrays.IntegerArray(powers.astype(np.int64), powers == _NO_POWER)
            elif name == "value":
                columns[name] = np.concatenate(self._values) if self._values else np.empty(0)
            elif name == "table":
                columns[name] = np.repeat(np.array(self._tables, np.int64), self._counts)
            else:
                columns[name] = np.concatenate(self._hidden) if self._hidden else np.empty(0, np.bool_)
        return pd.DataFrame(columns, copy=False)


@lru_cache(maxsize=1024)
def _meant(texts: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """Return what units measure ("" if unknown) and their powers of ten."""
    found = [parse_unit(text) for text in texts]
    powers = np.array([unit.mult if unit.known else _NO_POWER for unit in found], np.int8)
    return tuple([unit.dimension for unit in found]), powers


def _addresses(rows: list[int], columns: list[int]) -> Text:
    """Return the addresses of an area, such as B6, C6, B7, C7."""
    place = (tuple(rows), tuple(columns))
    found = _places.get(place)
    if found is None:
        letters = [address(0, c)[:-1].encode() for c in columns]
        numbers = [b"%d" % (r + 1) for r in rows]
        # The row number between all letters and behind the last: one step per row instead of per cell.
        data = b"".join([number.join((*letters, b"")) for number in numbers])
        sizes = np.add.outer([len(n) for n in numbers], [len(x) for x in letters]).astype(np.int32)
        found = Text(data, sizes.size, sizes.ravel())
        if sizes.size <= _LARGEST_KNOWN:
            _places.keep(place, found)
    return found


def _read(block: Block, rows: list[int]) -> _Area:
    """Read the data cells; all but the plain numbers one by one."""
    sheet, columns = block.sheet, block.data_columns
    values = sheet.numbers[np.ix_(rows, columns)]
    area = _Area(rows, columns, values)
    for r, c in np.argwhere(~np.isfinite(values)).tolist():
        cell = sheet.values[rows[r]][columns[c]]
        if cell is None:
            continue
        reading = block.read(cell)
        values[r, c] = reading.value
        area.said[r, c] = reading.mark
        area.marks[r, c] = (
            f"{reading.mark}（{reading.reason}）" if reading.kind == "repaired" else reading.mark
        )
        area.units[r, c] = reading.unit
    if sheet.percents:
        for r, row in enumerate(rows):
            for c, column in enumerate(columns):
                if (row, column) in sheet.percents and not math.isnan(values[r, c]):
                    # What the reader of the sheet sees is 7.5%; the cell stores 0.075.
                    values[r, c] = float(f"{values[r, c] * 100:.12g}")
                    area.units[r, c] = "%"
    return area


def _units(meaning: Meaning, area: _Area, heads: list[RowHead]) -> list[Sequence[str]]:
    """Return the units by row; a percent sign in a cell goes before what the labels say."""
    units: list[Sequence[str]] = [meaning.units(head, area.columns) for head in heads]
    for place, unit in area.units.items():
        if unit:
            _put(units, place, unit)
    return units


def _put(rows: list[Sequence[str]], place: tuple[int, int], text: str) -> None:
    """Put a cell's own text into its row, which shares its texts with other rows until then."""
    row = rows[place[0]]
    if not isinstance(row, list):
        row = rows[place[0]] = list(row)
    row[place[1]] = text


def _notes(
    meaning: Meaning, area: _Area, heads: list[RowHead], comments: dict[tuple[int, int], str]
) -> list[Sequence[str]]:
    """Return the notes by row: those that the labels call, those that a cell calls, and comments."""
    notes: list[Sequence[str]] = [meaning.notes(head, area.columns) for head in heads]
    for (r, c), said in area.said.items():
        own = meaning.note(heads[r], area.columns[c], said)
        if own != notes[r][c]:
            _put(notes, (r, c), own)
    if comments:
        for r, row in enumerate(area.rows):
            remarks = [comments.get((row, c), "") for c in area.columns]
            if any(remarks):
                notes[r] = ["；".join(filter(None, pair)) for pair in zip(notes[r], remarks, strict=True)]
    return notes


def _add_rows(column: TextColumn, rows: list[Sequence[str]]) -> None:
    """Add texts given row by row; rows that follow each other and share their texts are one piece."""
    if rows.count(rows[0]) == len(rows):  # almost always: a table has one unit and one set of notes
        column.add(Text.of(rows[0]).tiled(len(rows)))
        return
    for _, run in groupby(rows, id):
        same = list(run)
        column.add(Text.of(same[0]).tiled(len(same)))


def _hidden(block: Block, rows: list[int]) -> NDArray[np.bool_]:
    sheet = block.sheet
    hidden = np.zeros((len(rows), len(block.data_columns)), np.bool_)
    if sheet.hidden_columns:
        hidden[:, [c in sheet.hidden_columns for c in block.data_columns]] = True
    if sheet.hidden_rows:
        hidden[[r in sheet.hidden_rows for r in rows]] = True
    if sheet.hidden:
        hidden[:] = True
    return hidden.ravel()
