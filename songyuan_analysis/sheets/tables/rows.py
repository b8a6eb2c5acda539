"""The stub of a table: for each row its path of labels, its unit, and what it says about time."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from songyuan_analysis.sheets import labels, marks, timewords, units
from songyuan_analysis.sheets.override.values import NOTHING, Said
from songyuan_analysis.sheets.tables import gaps
from songyuan_analysis.sheets.tables.carried import carry_years
from songyuan_analysis.sheets.tables.grid import Grid
from songyuan_analysis.sheets.tables.kinds import Pattern
from songyuan_analysis.sheets.tables.recent import Recent
from songyuan_analysis.sheets.tables.regions import Region
from songyuan_analysis.sheets.tables.sections import corner_of, hollow_rows, is_banner
from songyuan_analysis.sheets.tables.titled import lenders_of_growth
from songyuan_analysis.sheets.tables.trees import Line, grow, merge_continuations

_BREAKS = re.compile(r"[\r\n]+")
_LATIN = re.compile(r"[a-z]{3}")
_FORMAT_INDENT_WIDTH = 2
_LONGEST_KNOWN = 1000


@dataclass
class RowHead:
    """What the stub says about one row of the body."""

    path: list[str] = field(default_factory=list)
    unit: str = ""
    fragments: list[timewords.Fragment] = field(default_factory=list)
    has_data: bool = False
    raw: str = ""
    said: Said = NOTHING
    parent_unit: str = ""
    lender: RowHead | None = None  # the row above whose time a row of growth shares

    @cached_property
    def spoken(self) -> tuple[timewords.Fragment, ...]:
        """What the row says about time, as a key."""
        return tuple(self.fragments)

    @cached_property
    def sums(self) -> bool | None:
        """Whether the innermost label that speaks of it says 累计 (True) or 当月 (False)."""
        return timewords.says_sum(reversed(self.path))

    @cached_property
    def footnotes(self) -> tuple[str, ...]:
        """The footnote signs of the label."""
        return marks.footnote_keys(self.raw)


_known: Recent[dict[int, RowHead]] = Recent(32)


def read_rows(
    grid: Grid,
    region: Region,
    label_columns: list[int],
    data: list[int],
    unit_column: int | None,
    ranks: dict[int, int],
) -> dict[int, RowHead]:
    """Read the label columns of the body into one head per row; `ranks` come from a column 序号."""
    if not label_columns:
        return {r: RowHead(has_data=grid.count(r, "nym", data) > 0) for r in region.body}
    if len(region.body) > _LONGEST_KNOWN:
        return _read_rows(grid, region, label_columns, data, unit_column, ranks)
    stub = (*_stub(grid, region, label_columns, data, unit_column), *ranks.items())
    heads = _known.get(stub)
    if heads is None:
        heads = _read_rows(grid, region, label_columns, data, unit_column, ranks)
        _known.keep(stub, heads)
    return heads


def _stub(
    grid: Grid, region: Region, label_columns: list[int], data: list[int], unit_column: int | None
) -> tuple[Hashable, ...]:
    """Return all that `_read_rows` looks at."""
    words = label_columns if unit_column is None else [*label_columns, unit_column]
    facts: dict[Pattern, tuple[object, ...]] = {}
    for pattern in grid.tally(region.body):
        filled = any(pattern.kinds[c] for c in data)
        numbers = sum(pattern.kinds[c] in ("n", "y") for c in data)
        kinds = tuple(pattern.kinds[c] for c in words)
        facts[pattern] = (bool(pattern.filled), filled, 2 * numbers < len(data), kinds)
    return (
        tuple(words),
        unit_column,
        tuple(region.body),
        tuple([facts[grid.patterns[r]] for r in region.body]),
        tuple([grid.text(r, c) for c in words for r in region.body]),
        tuple(grid.sheet.indents.get((r, c), 0) for r in region.body for c in words)
        if grid.sheet.indents
        else (),
        corner_of(grid, region.header, label_columns),
        tuple(line.raw for line in _section_in_header(grid, region.header, label_columns)),
        grid.sheet.indents.get((region.header[-1], label_columns[0])) if region.header else None,
        hollow_rows(grid, region.body, label_columns[-1], data),
        tuple([r > 0 and grid.blank(r - 1) for r in sorted({*region.body} - {r + 1 for r in region.body})]),
    )


def _read_rows(
    grid: Grid,
    region: Region,
    label_columns: list[int],
    data: list[int],
    unit_column: int | None,
    ranks: dict[int, int],
) -> dict[int, RowHead]:
    heads: dict[int, RowHead] = {}
    body = region.body
    lines = _lines(grid, region, label_columns, data)
    for line in lines:
        line.rank = ranks.get(line.row) if line.rank is None else line.rank
    lines = merge_continuations(lines)
    if unit_column is not None:
        for line in lines:
            if line.row >= 0 and grid.kinds[line.row][unit_column]:
                said = grid.label(line.row, unit_column).strip("()（）[]【】 ")
                line.unit = line.unit or units.unit_of_cell(grid.text(line.row, unit_column)) or said
    nodes = grow(lines, areas=gaps.lists_areas(corner_of(grid, region.header, label_columns)))
    for line, node in zip(lines, nodes, strict=True):
        if line.row < 0:
            continue
        path = [*line.outer, *node.path]
        head = RowHead(path, node.unit, has_data=line.has_data, raw=line.raw, parent_unit=node.parent_unit)
        for part in reversed(path):
            fragment = timewords.part_fragment(part)
            if fragment is not None:
                head.fragments.append(fragment)
        heads[line.row] = head
    carry_years([h.fragments for h in heads.values()], [tuple(h.path[:-1]) for h in heads.values()])
    for r in body:
        date = grid.sheet.date(r, label_columns[0])
        if date is not None and r in heads:
            heads[r].fragments.insert(0, timewords.date_fragment(date))
    listed = list(heads.values())
    for place, lender in lenders_of_growth([(h.path, h.fragments) for h in listed]).items():
        listed[place].lender = listed[lender]
        listed[place].fragments = list(listed[lender].fragments)
    return heads


def _lines(grid: Grid, region: Region, label_columns: list[int], data: list[int]) -> list[Line]:
    """Return the labelled rows; outer label columns are filled down into groups."""
    body = region.body
    inner = label_columns[-1]
    outer_columns = label_columns[:-1]
    chinese = sum(labels.has_cjk(grid.text(r, label_columns[0])) for r in body) * 2 > sum(
        bool(grid.kinds[r][label_columns[0]]) for r in body
    )
    lines = _section_in_header(grid, region.header, label_columns)
    hollow = hollow_rows(grid, body, inner, data)
    current: dict[int, str] = {}
    banner: list[str] = []
    filled: dict[Pattern, bool] = {}
    for k, r in enumerate(body):
        if grid.blank(r):
            continue
        has_data = filled.get(grid.patterns[r])
        if has_data is None:
            # A text where a number belongs is reported as a mark.
            has_data = filled[grid.patterns[r]] = any(grid.kinds[r][c] for c in data)
        has_data = has_data and r not in hollow
        own = grid.text(r, inner)
        for i, c in enumerate(outer_columns):
            if grid.kinds[r][c]:
                current[c] = grid.label(r, c)
                for later in outer_columns[i + 1 :]:
                    current.pop(later, None)
        outer = [current[c] for c in outer_columns if c in current]
        if outer_columns and not grid.kinds[r][inner] and any(grid.kinds[r][c] for c in outer_columns):
            # 总投入 in the group column with nothing beside it: the group label is the row's own label.
            own_column = max(c for c in outer_columns if grid.kinds[r][c])
            own = grid.text(r, own_column)
            outer = [current[c] for c in outer_columns if c in current and c < own_column]
            if not has_data and len(outer_columns) == 1:
                if is_banner(grid, body[k:], outer_columns[0]):
                    banner = [grid.label(r, outer_columns[0])]
                    current.clear()
                continue
        if not own.strip():
            if has_data and not outer_columns:
                continue  # an unlabelled row of numbers belongs to nobody
            continue
        foreign = chinese and not outer_columns and not labels.has_cjk(own) and _LATIN.search(own)
        if foreign and lines and 2 * grid.count(r, "ny", data) < len(data):
            continue  # the English line under a Chinese label, perhaps with somebody's scribbles beside it
        lines.append(_line(grid, r, inner, own, has_data=has_data, outer=[*banner, *outer]))
    return lines


def _line(
    grid: Grid, row: int, column: int, own: str, *, has_data: bool = False, outer: list[str] | None = None
) -> Line:
    if grid.kinds[row][column] == "d":
        own = grid.label(row, column)
    own = own.rstrip()
    stub, rank, unit = _pieces(own)
    indent = stub.indent + _FORMAT_INDENT_WIDTH * grid.sheet.indents.get((row, column), 0)
    return Line(
        row, stub.text, own, indent, stub.marker, stub.marker_width, rank, unit, has_data, outer or []
    )


@lru_cache(maxsize=16384)
def _pieces(own: str) -> tuple[labels.Stub, int | None, str]:
    """Cut a label into its stub, the rank of its numbering and its unit."""
    body = own.lstrip(" \t\u3000\xa0")
    flat = own[: len(own) - len(body)] + labels.first_language(_BREAKS.sub("\n", body))
    label, unit = units.split_unit(flat)
    label = own[: len(own) - len(body)] + label.strip()
    stub = labels.split_label(label)
    if not unit and stub.text[:1] in ("%", "％"):
        unit = "%"
    return stub, labels.numbering_rank(stub.text), unit


def _section_in_header(grid: Grid, header: list[int], label_columns: list[int]) -> list[Line]:
    """Return a numbered section label that stands in the last header row's label column."""
    if len(header) < 2 or (header[-1], label_columns[0]) in grid.merge_of:
        return []
    text = grid.text(header[-1], label_columns[0])
    above = any(grid.kinds[r][label_columns[0]] for r in header[:-1])
    if not text or not above or labels.numbering_rank(text) is None:
        return []
    line = _line(grid, header[-1], label_columns[0], text)
    line.row = -1
    return [line]
