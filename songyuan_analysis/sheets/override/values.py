"""What an analyst says about a workbook in ``NAME.layout.toml``: values, and where the file lies.

Whatever it leaves out stays guessed. Rows and columns are zero-based here; messages speak as the sheet prints.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, NoReturn

from songyuan_analysis.errors import OverrideError
from songyuan_analysis.sheets.periods import Period
from songyuan_analysis.sheets.reader import address
from songyuan_analysis.sheets.timewords import Fragment

SUFFIX = ".layout.toml"
BY_HAND = "人工指定"
# What `unit_column = "无"` is kept as.
NO_COLUMN = -1


def override_path(workbook: str | Path) -> Path | None:
    """Return the override beside a workbook, None if there is none.

    ``NAME.xlsx.layout.toml`` goes before ``NAME.layout.toml``, which workbooks of one stem share.
    """
    full = os.fspath(workbook)
    stem = os.path.splitext(full)[0]  # noqa: PTH122 - asked for every workbook: a Path costs more than the look
    for name in dict.fromkeys((full + SUFFIX, stem + SUFFIX)):
        if os.path.isfile(name):  # noqa: PTH113
            return Path(name)
    return None


class Area(NamedTuple):
    """A rectangle of cells, its edges inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first, last = address(self.top, self.left), address(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"

    def meets(self, other: Area) -> bool:
        """Whether two rectangles share a cell."""
        return self.shares_rows(other) and self.shares_columns(other)

    def shares_rows(self, other: Area) -> bool:
        """Whether two rectangles share a row."""
        return self.top <= other.bottom and other.top <= self.bottom

    def shares_columns(self, other: Area) -> bool:
        """Whether two rectangles share a column."""
        return self.left <= other.right and other.left <= self.right


@dataclass(frozen=True)
class Said:
    """What is said about one row or one column."""

    unit: str = ""
    period: str = ""


NOTHING = Said()


@dataclass(frozen=True)
class Origin:
    """Where something is said: the file, and the line of every key under one heading of it."""

    file: str
    heading: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, key: str = "") -> int:
        """Return the line of a key such as ``column.D.unit``, else that of what it stands in."""
        path = ".".join(part for part in (self.heading, key) if part)
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path, 1)

    def fail(self, key: str, message: str, remedy: str, *, sheet: str = "") -> NoReturn:
        """Raise the error of a key."""
        cell = f"第{self.line(key)}行" + (f" {key}" if key else "")
        raise OverrideError(message, file=self.file, sheet=sheet, cell=cell, remedy=remedy) from None

    def why(self, key: str) -> str:
        """Return the reason that an explanation gives for a decision."""
        return f"见 {self.file} 第{self.line(key)}行"


Expected = Mapping[tuple[str, int, int], str | float]


@dataclass(frozen=True)
class TableSaid:
    """What is said about one table; None stands for what is left to the guess.

    Attributes
    ----------
    header : tuple of int, optional
        Empty for a table without header.
    units : tuple of str, optional
        Of the whole table, as a unit line above it would say; labels with units of their own keep them.
    period : Period, optional
        Of the whole table, for cells whose labels name no other time.
    unit_column : int, optional
        `NO_COLUMN` if there is none.
    """

    origin: Origin
    sheet: str | None = None
    area: Area | None = None
    header: tuple[int, ...] | None = None
    labels: tuple[int, ...] | None = None
    columns: tuple[int, ...] | None = None
    skip_columns: tuple[int, ...] = ()
    unit_column: int | None = None
    first: int | None = None
    last: int | None = None
    title: str | None = None
    units: tuple[str, ...] | None = None
    period: Period | None = None
    skip_rows: tuple[int, ...] = ()
    skip: tuple[Area, ...] = ()
    by_column: Mapping[int, Said] = field(default_factory=dict)
    by_row: Mapping[int, Said] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def role(self, column: int) -> str:
        """Return what a column is said to be: label, data, unit or out; "" if nothing is said."""
        if column in self.skip_columns:
            return "out"
        if self.labels is not None and column in self.labels:
            return "label"
        if self.columns is not None and column in self.columns:
            return "data"
        return "unit" if column == self.unit_column else ""

    @property
    def open_roles(self) -> frozenset[str]:
        """Roles that columns may be guessed to have."""
        said = {"label": self.labels, "data": self.columns, "unit": self.unit_column}
        return frozenset(role for role, value in said.items() if value is None)


@dataclass(frozen=True)
class SheetSaid:
    """What is said about a sheet beside its tables."""

    origin: Origin
    name: str | None = None
    skip_rows: tuple[int, ...] = ()
    skip_columns: tuple[int, ...] = ()
    skip: tuple[Area, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Override:
    """All that one file says."""

    origin: Origin
    tables: tuple[TableSaid, ...] = ()
    sheets: tuple[SheetSaid, ...] = ()
    skip_sheets: tuple[str, ...] = ()
    expects: Expected = field(default_factory=dict)
    expected_at: Mapping[tuple[str, int, int], str] = field(default_factory=dict)
    sha256: str = ""


@dataclass(frozen=True)
class OnSheet:
    """What is said about one sheet that is there: the rest of the reader sees nothing else."""

    tables: tuple[TableSaid, ...] = ()
    skips: tuple[SheetSaid, ...] = ()
    left_out: bool = False
    origin: Origin = field(default_factory=lambda: Origin(""))


def fragments_of(period: Period) -> list[Fragment]:
    """Return a period as a title would say it."""
    (year, start), (last_year, end) = period.start, period.end
    if year != last_year:
        return [Fragment("years", year, start, end, last_year)]
    if period.is_year and not period.cumulative:
        return [Fragment("year", year)]
    if start == end:
        return [Fragment("month", year, start, end)]
    return [Fragment("quarter" if period.is_quarter else "span", year, start, end)]
