"""A sheet into blocks: where the titles, the header, the label columns, the body and the notes are.

Every decision is kept as a piece of evidence: what was decided, for which cells, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from songyuan_analysis.sheets import marks, timewords, units
from songyuan_analysis.sheets.containers.rawsheet import Merge
from songyuan_analysis.sheets.override.labels import evidence_of, say_axes, say_heading
from songyuan_analysis.sheets.override.places import places_said
from songyuan_analysis.sheets.override.values import OnSheet
from songyuan_analysis.sheets.reader import Sheet, address
from songyuan_analysis.sheets.tables import known
from songyuan_analysis.sheets.tables.columns import read_columns
from songyuan_analysis.sheets.tables.grid import Grid
from songyuan_analysis.sheets.tables.heads import ColumnHead
from songyuan_analysis.sheets.tables.kinds import Pattern
from songyuan_analysis.sheets.tables.notes import Heading, Note, notes_of, read_heading, read_notes
from songyuan_analysis.sheets.tables.places import Place, guessed_places
from songyuan_analysis.sheets.tables.regions import Region
from songyuan_analysis.sheets.tables.roles import Evidence, serial_ranks, split_columns
from songyuan_analysis.sheets.tables.rows import RowHead, read_rows


@dataclass(frozen=True, eq=False)
class Table:
    """What a table is whatever its numbers are and whatever stands above it: its rows, columns and notes.

    It holds nothing of the sheet that it was found on, so that it can be found again on others (`known`).
    """

    region: Region
    tail_end: int
    extent: tuple[int, int]
    patterns: list[Pattern]
    merge_of: dict[tuple[int, int], Merge]
    label_columns: list[int]
    data_columns: list[int]
    unit_column: int | None
    corner: list[timewords.Fragment]  # times in the corner of the header, which hold for the whole table
    notes: list[Note]
    columns: dict[int, ColumnHead]
    rows: dict[int, RowHead]
    evidence: list[Evidence]

    def place_on(self, sheet: Sheet) -> Place:
        """Return where the table is on a sheet, if nobody says anything about it."""
        grid = Grid(sheet, self.patterns, self.merge_of, self.extent)
        return Place(grid, grid, self.region, self.tail_end, self.extent)


@dataclass
class Block:
    """One table of a sheet."""

    sheet: Sheet
    index: int
    header: list[int]
    label_columns: list[int]
    data_columns: list[int]
    body: list[int]
    unit_column: int | None
    heading: Heading
    notes: list[Note]
    columns: dict[int, ColumnHead]
    rows: dict[int, RowHead]
    place: Place
    evidence: list[Evidence]
    table: Table

    def read(self, value: marks.CellValue) -> marks.Reading:
        """Read a data cell as this table means it."""
        reading = marks.read_cell(value)
        if reading.kind == "mark" and reading.mark[-1] in ")）" and self.tells_ranks:
            return marks.read_ranked(reading)
        return reading

    @cached_property
    def tells_ranks(self) -> bool:
        """Whether the lines around the table or its header speak of ranks: 括号内为位次."""
        said = (self.heading.title, *(n.text for n in self.notes), *(h.raw for h in self.columns.values()))
        return any(units.RANK_WORD.search(text) for text in said)


def find_blocks(sheet: Sheet, said: OnSheet | None = None) -> list[Block]:
    """Find the tables of a sheet, left to right and top to bottom.

    Parameters
    ----------
    sheet : Sheet
    said : OnSheet, optional
        What an analyst says about the sheet; all else is guessed.
    """
    blocks: list[Block] = []
    for place, table in _tables(sheet, said) if sheet.values else ():
        if table is not None:
            blocks.append(_block(place, table, len(blocks) + 1, _context(blocks, place)))
        elif place.said is not None:
            place.said.origin.fail(
                "",
                "照此写法读不出表：没有带名称的行，或没有带表头的数据列。",
                "核对 header、labels、columns 和 area。",
                sheet=sheet.name,
            )
    return blocks


def _tables(sheet: Sheet, said: OnSheet | None) -> list[tuple[Place, Table | None]]:
    if said is None:
        return [(table.place_on(sheet), table) for table in known.answer(sheet, _guessed_tables)]
    reads = lambda place: _table(place) is not None  # noqa: E731
    return [(place, _table(place)) for place in places_said(sheet, said, reads)]


def _guessed_tables(sheet: Sheet) -> list[Table]:
    found = [_table(place) for place in guessed_places(sheet)]
    return [table for table in found if table is not None]


def _context(blocks: list[Block], place: Place) -> Heading | None:
    """Return the lines above the table before: the nearest one over the same columns, else the first one.

    The parts of a folded table share the lines above the first part.
    """
    area = place.area
    for block in reversed(blocks):
        if block.place.region is place.region:
            return block.heading
        before = block.place.area
        if before.shares_columns(area) and before.top <= area.top:
            return block.heading
    return blocks[0].heading if blocks else None


def _block(place: Place, table: Table, index: int, context: Heading | None) -> Block:
    """Put a table together with the lines above it."""
    heading = read_heading(place.around, place.region.first_free, place.top, context)
    for fragment in table.corner:
        heading.fragments = [fragment, *(f for f in heading.fragments if f.kind != "relative")]
    if place.said is not None:
        say_heading(place.said, heading)
    return Block(
        place.around.sheet, index, table.region.header, table.label_columns, table.data_columns,
        table.region.body, table.unit_column, heading, [*notes_of(heading), *table.notes], table.columns,
        table.rows, place, [*table.evidence], table,
    )  # fmt: skip


def _table(place: Place) -> Table | None:
    """Tell the columns of a region apart and read its labels."""
    grid, region, said = place.around, place.region, place.said
    evidence: list[Evidence] = []
    parts = split_columns(place.grid, region, evidence, said)
    if parts is None:
        return None
    label_columns, data_columns, unit_column, dropped = parts
    columns = read_columns(grid, region.header, label_columns + dropped, data_columns)
    labelled = [c for c in data_columns if columns[c].path or not region.header]
    evidence.extend(
        Evidence("不取", f"{address(region.body[0], c)} 所在列", "表头没有这一列的名称")
        for c in data_columns
        if c not in labelled
    )
    ranks = serial_ranks(grid, region, dropped)
    rows = read_rows(grid, region, label_columns, labelled, unit_column, ranks)
    if region.header and (said is None or said.header is None):
        first = address(region.header[0], min(label_columns + data_columns))
        evidence.append(
            Evidence(
                "表头",
                f"{first} 起 {len(region.header)} 行",
                "其下第一行有标签和数字，其上是标题、单位行或空行",
            )
        )
    if not labelled or not any(row.path for row in rows.values()):
        return None
    if said is not None:
        columns, rows = say_axes(said, grid.sheet.name, labelled, columns, rows)
        evidence.extend(Evidence(*words) for words in evidence_of(said))
    return Table(
        region, place.tail_end, place.columns, grid.patterns, grid.merge_of, label_columns, labelled, unit_column,
        _corner_times(grid, region.header, label_columns), read_notes(grid, region.end, place.tail_end),
        columns, rows, evidence,
    )  # fmt: skip


def _corner_times(grid: Grid, header: list[int], label_columns: list[int]) -> list[timewords.Fragment]:
    """Return the times of the whole table from corner cells such as 上年度预算数."""
    cells = [(r, c) for r in header for c in label_columns[:1] if grid.kinds[r][c]]
    found = [timewords.leading_fragment(grid.text(r, c)) for r, c in cells]
    return [f for f in found if f is not None and f.kind != "month"]
