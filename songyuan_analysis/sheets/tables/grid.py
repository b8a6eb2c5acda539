"""A sheet as a grid of cell kinds: the one thing that layout decisions look at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from songyuan_analysis.sheets import labels, unitlines, units
from songyuan_analysis.sheets.reader import Sheet
from songyuan_analysis.sheets.tables.kinds import TEXT, Pattern

_NOTE = re.compile(
    r"^\s*[(（\[【]?\s*(?:备\s*注|附\s*注|注释|注解|注|註|附註|备注|说\s*明|說明|资料来源|資料來源|数据来源|數據來源|来\s*源|"
    r"填表说明|编者注|填[表报]\s*(?:人|日期)|制表\s*人|审核\s*人|报出日期|联系\s*(?:人|电话)|(?:统计|单位)?负责人|"
    r"Notes?|Sources?)\s*\d*\s*[)）\]】]?\s*[:：1１．.、①(（]",
    re.IGNORECASE,
)
# Who drew the table up: below it this is its end, whatever numbers stand beside it.
_SIGNED = re.compile(
    r"^\s*(?:单位|统计|部门)?(?:审\s*核|制\s*表|填\s*表|填\s*报|复\s*核|校\s*对|核\s*对|负责|联系|报出|联系电话|电\s*话)"
    r"\s*(?:人|日期|时间|单位|机构|电话)?\s*[:：]"
)
_SOURCE = re.compile(
    r"^\s*[(（]?\s*(?:资料|資料|数据|數據)?\s*(?:来\s*源|來源|Sources?)\s*[:：]", re.IGNORECASE
)


@dataclass
class Grid:
    """Kinds of the cells of one sheet, with the merges by cell.

    kinds: "" empty, n number, y number that may be a year, m mark, t text, p text that is a time, d date.
    columns: first and last column of a window; None where the whole sheet is one.
    """

    sheet: Sheet
    patterns: list[Pattern] = field(default_factory=list)
    merge_of: dict[tuple[int, int], tuple[int, int, int, int]] = field(default_factory=dict)
    columns: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        self.kinds: list[tuple[str, ...]] = [pattern.kinds for pattern in self.patterns]

    @classmethod
    def of(cls, sheet: Sheet) -> Grid:
        """Look at a sheet as a whole."""
        grid = cls(sheet, sheet.patterns)
        for merge in sheet.merges:
            r0, c0, r1, c1 = merge
            if (r1 - r0 + 1) * (c1 - c0 + 1) > 20000:
                continue
            for r in range(r0, r1 + 1):
                for c in range(c0, c1 + 1):
                    grid.merge_of[r, c] = merge
        return grid

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.kinds)

    def tally(self, rows: Iterable[int]) -> Counter[Pattern]:
        """Count the patterns of some rows: what is asked of a column is asked once per pattern."""
        return Counter([self.patterns[r] for r in rows])

    def filled(self, row: int) -> list[int]:
        """Return the columns of the non-empty cells of a row."""
        return self.patterns[row].filled

    def count(self, row: int, kinds: str, columns: list[int] | range) -> int:
        """Count the cells of a row that are of one of the kinds."""
        cells = self.kinds[row]
        return sum(1 for c in columns if cells[c] and cells[c] in kinds)

    def blank(self, row: int) -> bool:
        """Whether a row has no content."""
        return not self.patterns[row].filled

    def text(self, row: int, column: int) -> str:
        """Return the raw text of a cell."""
        return self.sheet.text(row, column)

    def label(self, row: int, column: int) -> str:
        """Return the cleaned text of a cell; dates as ``2024-03``."""
        date = self.sheet.date(row, column)
        return labels.clean(self.text(row, column)) if date is None else f"{date.year:04d}-{date.month:02d}"

    def is_note(self, row: int) -> bool:
        """Whether the row's first text says that it is a note or names a source."""
        columns = self.patterns[row].filled
        return bool(columns) and self.sheet.ask(is_note_text, row, columns[0])

    def unit_lines(self, row: int) -> list[str] | None:
        """Return the units if a cell of the row is a unit line."""
        for c in self.patterns[row].texts:
            if self.kinds[row][c] == TEXT:
                found = (
                    unitlines.unit_line(self.unit_text(row, c))
                    if self._may_be_cut(row, c)
                    else self.sheet.ask(unitlines.unit_line, row, c)
                )
                if found is not None:
                    return found
        return None

    def _may_be_cut(self, row: int, column: int) -> bool:
        """Whether a cell is the last but one of its row and begins a unit line."""
        return self.filled(row)[-2:-1] == [column] and self.sheet.ask(_begins_unit, row, column)

    def unit_text(self, row: int, column: int) -> str:
        """Return the text of a cell, with that of the last cell of the row where a unit is cut in two.

        ``单位：`` and ``万元``, or ``单位：亿元、`` and ``%``, stand in two cells of their own.
        """
        text = self.text(row, column)
        filled = self.filled(row)
        if filled[-2:-1] != [column] or not unitlines.UNIT_WORD.match(text):
            return text
        below = self.patterns[row + 1 : row + 4]
        if not any(pattern.filled and pattern.filled[0] < column for pattern in below):
            return text  # the head of a row of units
        joined = text + self.text(row, filled[-1])
        found = unitlines.unit_line(joined) or [""]
        return joined if all(units.is_unit(unit) for unit in found) else text


def _begins_unit(text: str) -> bool:
    return unitlines.UNIT_WORD.match(text) is not None


@lru_cache(maxsize=16384)
def is_note_text(text: str) -> bool:
    """Whether a text opens a note or a source line."""
    return _NOTE.match(text) is not None


def is_signature(text: str) -> bool:
    """Whether a text says who drew the table up, checked it or answers for it."""
    return _SIGNED.match(text) is not None


def is_source_text(text: str) -> bool:
    """Whether a text names the source of the figures."""
    return _SOURCE.match(text) is not None
