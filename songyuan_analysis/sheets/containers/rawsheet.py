"""A sheet as the readers of text and of old files give it: rows of cells, and what is known of their formats."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

from songyuan_analysis.sheets.containers.biff import Formats
from songyuan_analysis.sheets.marks import CellValue

Merge = tuple[int, int, int, int]


@dataclass
class RawSheet:
    """Rows from A1 on, not yet of equal length; merges stand among the formats."""

    name: str
    rows: list[list[CellValue]]
    formats: Formats = field(default_factory=Formats)
    hidden: bool = False

    def put(self, row: int, column: int, value: CellValue) -> None:
        """Set a cell; the sheet grows as needed."""
        while len(self.rows) <= row:
            self.rows.append([])
        cells = self.rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value

    def squared(self) -> list[list[CellValue]]:
        """Return the rows in equal length."""
        width = max(map(len, self.rows), default=0)
        return [[*row, *[None] * (width - len(row))] for row in self.rows]


def stem(file: str) -> str:
    """Return the name that Excel gives to the one sheet of a file without sheets."""
    return PurePath(file).stem or file
