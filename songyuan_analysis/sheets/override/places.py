"""The tables of a sheet where an analyst says something about it.

Tables that nobody spoke of stay as they were guessed. A guessed table that a spoken one takes cells from is
given up; if rows of numbers would then belong to no table, the override is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from songyuan_analysis.sheets.override.values import Area, OnSheet, TableSaid
from songyuan_analysis.sheets.reader import Sheet
from songyuan_analysis.sheets.tables.cutting import cut
from songyuan_analysis.sheets.tables.grid import Grid
from songyuan_analysis.sheets.tables.places import Place, guessed_places
from songyuan_analysis.sheets.tables.regions import Region, body_rows, header_rows, is_number_row, next_region

Reads = Callable[[Place], bool]


def places_said(sheet: Sheet, said: OnSheet, reads: Reads) -> list[Place]:
    """Return the tables of a sheet, those that are said and those that stay guessed, in reading order.

    Parameters
    ----------
    sheet : Sheet
    said : OnSheet
    reads : callable
        Whether the guess makes a table of a place.

    Raises
    ------
    OverrideError
        If a table cannot be told from what is said, or rows of numbers would be lost.
    """
    if said.left_out:
        return []
    sheet = cut(sheet, drop=[area for entry in said.skips for area in _skipped(entry, sheet)])
    guessed = list(guessed_places(sheet)) if sheet.values else []
    areas = [_area(table, sheet, [place for place in guessed if reads(place)]) for table in said.tables]
    lost = [place for place in guessed if any(place.area.meets(area) for area in areas)]
    kept = [place for place in guessed if place not in lost]
    columns = [(area, _reach(area, [*areas, *(_used(place) for place in kept)], sheet)) for area in areas]
    forced = [
        _place(sheet, table, area, reach) for table, (area, reach) in zip(said.tables, columns, strict=True)
    ]
    for place in lost:
        if reads(place):
            _check_covered(place, forced, areas)
    everything = sorted([*kept, *forced], key=lambda p: (p.area.left, p.area.top))
    for place in everything if forced else ():
        _set_limits(place, everything)
    for place, area in zip(forced, areas, strict=True):
        place.titles_end = _titles_end(place, area, lost)
    return everything


def _skipped(entry: object, sheet: Sheet) -> Iterable[Area]:
    """Return what a sheet or a table entry leaves out, as areas."""
    last_row, last_column = sheet.n_rows - 1, sheet.n_columns - 1
    yield from (Area(r, 0, r, last_column) for r in getattr(entry, "skip_rows", ()))
    yield from (Area(0, c, last_row, c) for c in getattr(entry, "skip_columns", ()))
    yield from getattr(entry, "skip", ())


def _area(table: TableSaid, sheet: Sheet, guessed: Sequence[Place]) -> Area:
    """Return the area of a table; without one, the sheet must hold no second table."""
    if table.area is not None:
        return table.area
    if len(guessed) > 1:
        found = "、".join(str(place.area) for place in guessed)
        table.origin.fail(
            "",
            f"这张工作表读出 {len(guessed)} 张表，没有写明说的是哪一张。",
            f"写上 area；读出的各表在 {found}。",
            sheet=sheet.name,
        )
    left, right = guessed[0].columns if guessed else (0, sheet.n_columns - 1)
    return Area(0, left, sheet.n_rows - 1, right)


def _used(place: Place) -> Area:
    """Return the area of a guessed table cut down to its filled columns."""
    area = place.area
    filled = [c for r in range(area.top, area.bottom + 1) for c in place.grid.filled(r)]
    return area._replace(left=min(filled), right=max(filled)) if filled else area


def _reach(area: Area, others: Iterable[Area], sheet: Sheet) -> tuple[int, int]:
    """Return the columns in which title and notes may stand: up to the tables at either side."""
    left = max((o.right + 1 for o in others if o.right < area.left), default=0)
    right = min((o.left - 1 for o in others if o.left > area.right), default=sheet.n_columns - 1)
    return left, right


def _place(sheet: Sheet, table: TableSaid, area: Area, reach: tuple[int, int]) -> Place:
    drop = list(_skipped(table, sheet))
    wide = Area(0, reach[0], sheet.n_rows - 1, reach[1])
    around = Grid.of(cut(sheet, keep=wide, drop=drop))
    grid = Grid.of(cut(sheet, keep=area, drop=drop))
    region = _region(grid, table, area)
    if not region.body or all(grid.blank(r) for r in region.body):
        _nothing_left(table, sheet.name)
    return Place(grid, around, region, grid.n_rows, (area.left, area.right), table)


def _titles_end(place: Place, area: Area, lost: Sequence[Place]) -> int | None:
    """Return the first row that the guess reads as header or body: with several cells it is no title.

    Where the analyst says that there is no header, the years in one must not become the time of the table.
    """
    guess = next_region(place.grid, area.top)
    rows = [] if guess is None else [*guess.header, *guess.body]
    for other in lost:
        if other.area.meets(area):
            above = range(place.region.first_free, area.top)
            rows += [r for r in (*other.region.header, *other.region.body) if r in above]
    return min((r for r in rows if len(place.around.filled(r)) > 1), default=None)


def _nothing_left(table: TableSaid, sheet: str) -> None:
    key = next((k for k in ("first", "last", "header", "area") if k in table.texts), "")
    table.origin.fail(
        key, "照此写法，没有剩下可读的数据行。", "核对 area、header、first、last 和 skip 各处。", sheet=sheet
    )


def _region(grid: Grid, table: TableSaid, area: Area) -> Region:
    """Return header and body rows: what is said, and between that what is guessed."""
    first, last, header = table.first, table.last, table.header
    if first is None and not header:
        guess = next_region(grid, area.top)
        if guess is None:
            _nothing_left(table, grid.sheet.name)
        assert guess is not None
        above = guess.header if header is None else []
        if table.last is not None and guess.header and header is None and guess.header[-1] >= table.last:
            _nothing_left(table, grid.sheet.name)
        region = Region(area.top, above, guess.body, guess.end)
    else:
        start = first if first is not None else max(header or ()) + 1
        number = next((r for r in range(start, area.bottom + 1) if is_number_row(grid, r)), None)
        if number is None:
            _nothing_left(table, grid.sheet.name)
        assert number is not None
        if header is None:
            # Rows of numbers above the first row are left out; they are no header.
            guess = next_region(grid, area.top)
            known = guess is not None and guess.body[0] <= start
            header = tuple(guess.header if guess and known else header_rows(grid, area.top, start)[0])
        body, end = body_rows(grid, number, list(header))
        sections = [r for r in range(start, number) if first is not None or not grid.blank(r)]
        region = Region(area.top, list(header), sections + body, end)
    if last is not None:
        if last < region.body[0]:
            _nothing_left(table, grid.sheet.name)
        body = [r for r in region.body if r <= last]
        region.body = [*body, *range(body[-1] + 1, last + 1)]
        region.end = last + 1
    return region


def _check_covered(lost: Place, forced: Sequence[Place], areas: Sequence[Area]) -> None:
    """Refuse where rows of numbers of a guessed table would silently belong to no table."""
    touching = [(place, area) for place, area in zip(forced, areas, strict=True) if area.meets(lost.area)]
    for row in lost.region.body:
        if not is_number_row(lost.grid, row):
            continue
        if any(_answers_for(place, area, row) for place, area in touching):
            continue
        place = touching[-1][0]
        assert place.said is not None
        key = next((k for k in ("area", "header", "first") if k in place.said.texts), "")
        place.said.origin.fail(
            key,
            f"第{row + 1}行的数据原来与这张表读在一起，现在不属于任何表。",
            "扩大 area 或写明 last；另有一张表就再写一个 [[table]]；不要的行写进 [[sheet]] 的 skip_rows。",
            sheet=lost.grid.sheet.name,
        )


def _answers_for(place: Place, area: Area, row: int) -> bool:
    """Whether a table holds a row, or the analyst has said that it ends before the row."""
    said, region = place.said, place.region
    assert said is not None
    if not area.top <= row <= area.bottom:
        return False
    if not is_number_row(place.grid, row):
        return True  # its numbers are skipped, or stand beside the area
    if row < region.body[0]:
        return said.first is not None or bool(said.header)
    return row <= region.body[-1] or said.last is not None


def _set_limits(place: Place, everything: Sequence[Place]) -> None:
    """Share the lines between tables: titles below the table before, notes above the table after."""
    mine = place.area
    beside = [p for p in everything if p is not place and p.area.shares_columns(mine)]
    above = [p for p in beside if p.area.bottom < mine.top]
    below = [p for p in beside if p.area.top > mine.bottom]
    free = max((p.region.end for p in above), default=0)
    if place.said is not None:
        following = min(below, key=lambda p: p.area.top, default=None)
        header = following.region.header if following is not None else []
        place.region.first_free, place.tail_end = free, header[0] if header else place.around.n_rows
    else:
        place.region.first_free = max(place.region.first_free, free)
        place.tail_end = min([place.tail_end, *(p.area.top for p in below if p.said is not None)])
