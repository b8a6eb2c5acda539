"""Where the tables of a sheet are: the rows and columns of each, and how far the lines around belong to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from songyuan_analysis.sheets.override.values import Area, TableSaid
from songyuan_analysis.sheets.reader import Sheet
from songyuan_analysis.sheets.tables.grid import Grid
from songyuan_analysis.sheets.tables.regions import Region, next_region
from songyuan_analysis.sheets.tables.windows import beside, surroundings, windows


@dataclass
class Place:
    """One table before its columns are told apart.

    Attributes
    ----------
    grid : Grid
        The cells among which its columns are.
    around : Grid
        The cells among which its title and its notes are.
    region : Region
    tail_end : int
        The row before which its notes end.
    columns : tuple of int
        First and last column that it may use.
    said : TableSaid, optional
        What an analyst says about it.
    titles_end : int, optional
        The row before which its title ends, where that is not its first row.
    """

    grid: Grid
    around: Grid
    region: Region
    tail_end: int
    columns: tuple[int, int]
    said: TableSaid | None = None
    titles_end: int | None = None

    @property
    def top(self) -> int:
        """The row that the lines above the table end at."""
        own = self.area.top
        return own if self.titles_end is None else min(own, self.titles_end)

    @property
    def area(self) -> Area:
        """The rectangle from its header to its last row."""
        body = self.region.body
        top = self.region.header[0] if self.region.header else body[0]
        return Area(top, self.columns[0], body[-1], self.columns[1])


def guessed_places(sheet: Sheet) -> Iterator[Place]:
    """Find the tables of a sheet, left to right and top to bottom."""
    whole = Grid.of(sheet)
    for grid in windows(whole):
        free = 0
        width = len(grid.kinds[0]) if grid.kinds else 0
        columns = grid.columns or (0, width - 1)
        while (region := next_region(grid, free, below_table=free > 0)) is not None:
            following = next_region(grid, region.end, below_table=True)
            tail_end = following.header[0] if following and following.header else grid.n_rows
            for part in beside(grid, region):
                around = surroundings(whole, part)
                yield Place(part, around, region, tail_end, part.columns or columns)
            free = max(region.end, region.first_free + 1)
