"""The stub of a table: for each row its path of labels, its unit, and what it says about time."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from songyuan_analysis.sheets import gaps, labels, marks, timewords, units
from songyuan_analysis.sheets.carried import branches_of_years, carry_years, is_time
from songyuan_analysis.sheets.grid import Grid
from songyuan_analysis.sheets.kinds import Pattern
from songyuan_analysis.sheets.override import NOTHING, Said
from songyuan_analysis.sheets.recent import Recent
from songyuan_analysis.sheets.regions import Region
from songyuan_analysis.sheets.sections import corner_of, hollow_rows, is_banner

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


@dataclass(slots=True)
class _Line:
    """One row on its way to a head."""

    row: int
    text: str
    raw: str
    indent: int
    marker: str
    marker_width: int
    rank: int | None
    unit: str
    has_data: bool = False
    outer: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Node:
    indent: int
    rank: int | None
    path: list[str]
    marker: str = ""
    section: bool = False
    flat: bool = False
    unit: str = ""
    has_data: bool = False
    items: set[int] = field(default_factory=set)  # indents of the rows with numbers right below it


_known: Recent[dict[int, RowHead]] = Recent(32)


def read_rows(
    grid: Grid, region: Region, label_columns: list[int], data: list[int], unit_column: int | None
) -> dict[int, RowHead]:
    """Read the label columns of the body into one head per row."""
    if not label_columns:
        return {r: RowHead(has_data=grid.count(r, "nym", data) > 0) for r in region.body}
    if len(region.body) > _LONGEST_KNOWN:
        return _read_rows(grid, region, label_columns, data, unit_column)
    stub = _stub(grid, region, label_columns, data, unit_column)
    heads = _known.get(stub)
    if heads is None:
        heads = _read_rows(grid, region, label_columns, data, unit_column)
        _known.keep(stub, heads)
    return heads


def _stub(
    grid: Grid, region: Region, label_columns: list[int], data: list[int], unit_column: int | None
) -> Hashable:
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
    )


def _read_rows(
    grid: Grid, region: Region, label_columns: list[int], data: list[int], unit_column: int | None
) -> dict[int, RowHead]:
    heads: dict[int, RowHead] = {}
    body = region.body
    lines = _lines(grid, region, label_columns, data)
    lines = _merge_continuations(lines)
    if unit_column is not None:
        for line in lines:
            if line.row >= 0 and grid.kinds[line.row][unit_column]:
                line.unit = line.unit or grid.label(line.row, unit_column).strip("()（）[]【】 ")
    nodes = _tree(lines, areas=gaps.lists_areas(corner_of(grid, region.header, label_columns)))
    _adopt_duplicates(lines, nodes)
    for line, node in zip(lines, nodes, strict=True):
        if line.row < 0:
            continue
        path = [*line.outer, *node.path]
        head = RowHead(path, node.unit, has_data=line.has_data, raw=line.raw)
        for part in reversed(path):
            fragment = timewords.part_fragment(part)
            if fragment is not None:
                head.fragments.append(fragment)
        heads[line.row] = head
    carry_years([h.fragments for h in heads.values()], [tuple(h.path[:-1]) for h in heads.values()])
    for r in body:
        value = grid.sheet.values[r][label_columns[0]]
        if isinstance(value, dt.date) and r in heads:
            heads[r].fragments.insert(0, timewords.date_fragment(value))
    return heads


def _lines(grid: Grid, region: Region, label_columns: list[int], data: list[int]) -> list[_Line]:
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
) -> _Line:
    if grid.kinds[row][column] == "d":
        own = grid.label(row, column)
    own = own.rstrip()
    stub, rank, unit = _pieces(own)
    indent = stub.indent + _FORMAT_INDENT_WIDTH * grid.sheet.indents.get((row, column), 0)
    return _Line(
        row, stub.text, own, indent, stub.marker, stub.marker_width, rank, unit, has_data, outer or []
    )


@lru_cache(maxsize=16384)
def _pieces(own: str) -> tuple[labels.Stub, int | None, str]:
    """Cut a label into its stub, the rank of its numbering and its unit."""
    body = own.lstrip(" \t\u3000\xa0")
    flat = own[: len(own) - len(body)] + labels.first_language(re.sub(r"[\r\n]+", "\n", body))
    label, unit = units.split_unit(flat)
    label = own[: len(own) - len(body)] + label.strip()
    stub = labels.split_label(label)
    if not unit and stub.text[:1] in ("%", "％"):
        unit = "%"
    return stub, labels.numbering_rank(stub.text), unit


def _section_in_header(grid: Grid, header: list[int], label_columns: list[int]) -> list[_Line]:
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


def _merge_continuations(lines: list[_Line]) -> list[_Line]:
    """Join the second line of a long label (a row without numbers, set far in, that heads nothing)."""
    kept: list[_Line] = []
    for i, line in enumerate(lines):
        before = kept[-1] if kept else None
        after = lines[i + 1] if i + 1 < len(lines) else None
        lonely = after is None or after.indent < line.indent - 1
        deep = before is not None and line.indent >= before.indent + 6
        if (
            before
            and not line.has_data
            and before.has_data
            and lonely
            and deep
            and line.rank is None
            and not line.unit
        ):
            before.text = labels.join_wrapped([before.text, line.text])
            continue
        kept.append(line)
    return kept


def _tree(lines: list[_Line], *, areas: bool) -> list[_Node]:
    """Give each line its place: by numbering, by indent, by section rows, by 其中 and #."""
    nodes: list[_Node] = []
    stack: list[_Node] = []
    nodes.extend(_place(lines, i, stack, areas=areas) for i in range(len(lines)))
    return nodes


def _adopt_duplicates(lines: list[_Line], nodes: list[_Node]) -> None:
    """Hang rows whose whole path repeats under the unrepeated row above each of them; months under years only."""
    if len({len(node.path) for node in nodes}) == 1 and not any(line.outer for line in lines):
        for place, year in branches_of_years([node.path[-1] for node in nodes]).items():
            nodes[place].path = [*nodes[year].path, nodes[place].path[-1]]
    keys = [(*line.outer, *node.path) for line, node in zip(lines, nodes, strict=True)]
    counts = Counter(keys)
    if len(counts) == len(keys):
        return
    parent: _Node | None = None
    adopted: list[tuple[_Node, list[str]]] = []
    for line, node, key in zip(lines, nodes, keys, strict=True):
        if is_time(node.path[-1]):
            continue
        if counts[key] == 1:
            parent = node if not line.outer else None
        elif parent is None or len(parent.path) != len(node.path):
            return
        else:
            adopted.append((node, [*parent.path, node.path[-1]]))
    if any(count > 1 and key and labels.closes_list(key[-1]) for key, count in counts.items()):
        return
    if len({tuple(path) for _, path in adopted}) == len(adopted):
        for node, path in adopted:
            node.path = path


def _place(lines: list[_Line], i: int, stack: list[_Node], *, areas: bool) -> _Node:
    line = lines[i]
    effective = line.indent + line.marker_width if line.marker else line.indent
    if line.outer and i and lines[i - 1].outer != line.outer:
        stack.clear()
    if line.marker:
        while stack and (stack[-1].marker or stack[-1].indent > line.indent):
            if stack[-1].indent < line.indent and stack[-1].marker:
                break
            stack.pop()
    elif line.rank is not None:
        cut = next((k for k, n in enumerate(stack) if n.rank is not None and n.rank >= line.rank), None)
        if cut is not None:
            del stack[cut:]
        else:
            while stack and stack[-1].rank is None and not stack[-1].flat and stack[-1].indent >= line.indent:
                stack.pop()
    else:
        _pop_for_indent(line, stack)
    section = not line.has_data and _heads_something(lines, i) and not _is_gap(lines, i, stack, areas=areas)
    if section and not line.marker and line.rank is None:
        while stack and stack[-1].flat and stack[-1].indent >= line.indent:
            stack.pop()
    parent = stack[-1] if stack else None
    group = labels.age_group(line.text, [x.text for x in lines[max(0, i - 12) : i]]) if not parent else None
    path = [*(parent.path if parent else [group] if group else []), line.text]
    unit = line.unit
    if not unit and parent is not None and parent.section:
        unit = parent.unit
    node = _Node(effective, line.rank, path, line.marker, section, unit=unit, has_data=line.has_data)
    if parent is not None and line.has_data and not line.marker:
        parent.items.add(line.indent)
    node.flat = (
        section and i + 1 < len(lines) and lines[i + 1].indent <= line.indent and lines[i + 1].rank is None
    )
    stack.append(node)
    return node


def _pop_for_indent(line: _Line, stack: list[_Node]) -> None:
    """Pop what the indent closes; siblings of an of-which row may stand anywhere under its text."""
    while stack:
        top = stack[-1]
        if top.flat and top.indent == line.indent:
            return
        if top.marker and line.indent >= top.indent - 1 and line.indent <= top.indent + 2:
            stack.pop()
            continue
        # One space more, where the parent has rows at this very indent: alignment, not a level.
        stray = top.indent == line.indent - 1 and len(stack) > 1 and line.indent in stack[-2].items
        if top.indent >= line.indent or stray:
            stack.pop()
            continue
        return


def _heads_something(lines: list[_Line], i: int) -> bool:
    """Whether a row without numbers is a section: rows follow that it can head."""
    if i + 1 >= len(lines):
        return False
    line, after = lines[i], lines[i + 1]
    if line.unit and after.unit and after.indent <= line.indent:
        return False
    if after.rank is not None and line.rank is not None:
        return after.rank > line.rank
    return after.indent >= line.indent or after.rank is not None


def _is_gap(lines: list[_Line], i: int, stack: list[_Node], *, areas: bool) -> bool:
    """Whether a row without numbers is an item that has no data, in a list that goes on below it."""
    line, after = lines[i], lines[i + 1]
    if line.unit or line.marker or after.marker or line.rank is not None or after.rank is not None:
        return False
    if after.indent != line.indent:
        return False
    before = lines[i - 1] if i else None
    # 户数 under one area and again under the next: the areas are heads, whatever the corner says.
    areas = areas and sum(x.text == after.text for x in lines) == 1
    if gaps.is_item(line.text, before.text if before else "", after.text, areas=areas):
        return True
    if after.unit:
        return False  # where items carry units, a row without one is a head
    if gaps.is_total(line.text):
        return True
    headed = any(node.flat and node.indent == line.indent for node in stack)
    if before is None or headed or gaps.is_head(line.text):
        return False
    # Under a row with numbers (工业), items with numbers went before at the same indent.
    listed = stack and stack[-1].has_data and line.indent in stack[-1].items
    return bool(listed) or not _heads_two(lines, i)


def _heads_two(lines: list[_Line], i: int) -> bool:
    """Whether two rows with numbers follow before the next row that could be a head: nobody heads one row."""
    own = lines[i]
    after = lines[i + 1 : i + 3]
    return len(after) == 2 and all(
        x.has_data and x.indent >= own.indent and x.outer == own.outer for x in after
    )
