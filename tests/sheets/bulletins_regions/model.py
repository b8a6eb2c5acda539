"""A printed table with the facts that somebody noted from it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

Rows = list[list[Any]]
SHEET = "Sheet1"


@dataclass(frozen=True)
class Fact:
    """What one cell says. `value` is None where it is no number; `mark` is what the cell says beside or instead."""

    cell: str
    row: str
    column: str
    period: str
    unit: str
    value: float | None
    mark: str = ""
    hidden: bool = False
    sheet: str = SHEET

    def same_value(self, value: float) -> bool:
        """Whether a value that was read is the one noted."""
        if self.value is None or math.isnan(value):
            return self.value is None and math.isnan(value)
        return math.isclose(self.value, value, rel_tol=1e-9)


@dataclass(frozen=True)
class Bulletin:
    """Sheets as printed, and the facts noted.

    `damaged` are the numbers that a person reads in texts which are no clean numbers; `nobody` are cells whose
    number belongs to no row or no column of a table.
    """

    sheets: dict[str, Rows]
    merges: dict[str, list[str]]
    facts: list[Fact]
    damaged: dict[str, float] = field(default_factory=dict)
    nobody: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


def one_sheet(rows: Rows, merges: list[str], facts: list[Fact], **more: Any) -> Bulletin:
    """Return the bulletin of a single sheet."""
    return Bulletin({SHEET: rows}, {SHEET: merges}, facts, **more)
