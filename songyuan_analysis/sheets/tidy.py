"""Blocks into rows: one row per data cell, with paths, period, unit, value, mark, title and notes."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from songyuan_analysis.sheets.layout import Block
from songyuan_analysis.sheets.marks import Reading, read_cell
from songyuan_analysis.sheets.meaning import Meaning
from songyuan_analysis.sheets.reader import address

COLUMNS = (
    "sheet", "cell", "row_label_path", "column_label_path", "period", "unit", "value", "mark",
    "table", "title", "note", "hidden",
)  # fmt: skip
SEPARATOR = " / "


class Cells:
    """Arrays of the labelled cells, collected over blocks and built into one frame at the end."""

    def __init__(self) -> None:
        self._columns: dict[str, list[object]] = {name: [] for name in COLUMNS}

    def __len__(self) -> int:
        return len(self._columns["cell"])

    def add(self, block: Block) -> None:
        """Add every data cell of a block."""
        sheet, columns = block.sheet, block.data_columns
        meaning = Meaning(block)
        count = len(columns)
        letters = [address(0, c)[:-1] for c in columns]
        column_paths = [SEPARATOR.join(block.columns[c].path) for c in columns]
        hidden_columns = [sheet.hidden or c in sheet.hidden_columns for c in columns]
        for r in block.body:
            row = block.rows.get(r)
            if row is None or not row.has_data:
                continue
            readings = [self._read(block, r, c) for c in columns]
            units = meaning.units(row, columns)
            notes = meaning.notes(row, columns, [x.mark for x in readings])
            if sheet.comments:
                remarks = [sheet.comments.get((r, c), "") for c in columns]
                notes = ["；".join(filter(None, pair)) for pair in zip(notes, remarks, strict=True)]
            hidden = [True] * count if r in sheet.hidden_rows else hidden_columns
            for name, values in (
                ("sheet", [sheet.name] * count),
                ("cell", [f"{letter}{r + 1}" for letter in letters]),
                ("row_label_path", [SEPARATOR.join(row.path)] * count),
                ("column_label_path", column_paths),
                ("period", meaning.periods(row, columns)),
                ("unit", [x.unit or unit for x, unit in zip(readings, units, strict=True)]),
                ("value", [x.value for x in readings]),
                ("mark", [f"{x.mark}（{x.reason}）" if x.kind == "repaired" else x.mark for x in readings]),
                ("table", [block.index] * count),
                ("title", [block.heading.title] * count),
                ("note", notes),
                ("hidden", hidden),
            ):
                self._columns[name].extend(values)

    @staticmethod
    def _read(block: Block, row: int, column: int) -> Reading:
        reading = read_cell(block.sheet.values[row][column])
        if (row, column) in block.sheet.percents and reading.is_number:
            # What the reader of the sheet sees is 7.5%; the cell stores 0.075.
            return replace(reading, value=float(f"{reading.value * 100:.12g}"), unit="%")
        return reading

    def frame(self, extra: dict[str, list[str]] | None = None) -> pd.DataFrame:
        """Build the frame; `extra` columns (the file) come first."""
        columns: dict[str, pd.Series] = {}
        for name, texts in (extra or {}).items():
            columns[name] = pd.Series(texts, dtype="str")
        for name, values in self._columns.items():
            dtype = {"value": "float64", "table": "int64", "hidden": "bool"}.get(name, "str")
            columns[name] = pd.Series(values, dtype=dtype)
        return pd.DataFrame(columns)
