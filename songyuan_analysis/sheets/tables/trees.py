"""Rows into a tree: by numbering, by indent, by section rows, by 其中 and #, by labels that repeat."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from songyuan_analysis.sheets import labels
from songyuan_analysis.sheets.tables import gaps
from songyuan_analysis.sheets.tables.carried import branches_of_years, is_time


@dataclass(slots=True)
class Line:
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
class Node:
    """A line in its place."""

    indent: int
    rank: int | None
    path: list[str]
    marker: str = ""
    section: bool = False
    flat: bool = False
    unit: str = ""
    has_data: bool = False
    items: set[int] = field(default_factory=set)  # indents of the rows with numbers right below it
    divided: bool = False  # by 其中 or #
    parent_unit: str = ""


def merge_continuations(lines: list[Line]) -> list[Line]:
    """Join the second line of a long label (a row without numbers, set far in, that heads nothing)."""
    kept: list[Line] = []
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


def _unhang(lines: list[Line]) -> None:
    """Let rows under 其中 be its parts where its siblings say 其中 themselves."""
    marked = [line.indent if line.marker == "其中" else None for line in lines]
    if any(a is not None and a == b for a, b in pairwise(marked)):
        for line in lines:
            line.marker_width = 0 if line.marker == "其中" else line.marker_width


def grow(lines: list[Line], *, areas: bool) -> list[Node]:
    """Give each line its place: by numbering, by indent, by section rows, by 其中 and #."""
    _unhang(lines)
    nodes: list[Node] = []
    stack: list[Node] = []
    nodes.extend(_place(lines, i, stack, areas=areas) for i in range(len(lines)))
    _adopt_duplicates(lines, nodes)
    return nodes


def _adopt_duplicates(lines: list[Line], nodes: list[Node]) -> None:
    """Hang rows whose whole path repeats under the unrepeated row above each of them; months under years only."""
    if len({len(node.path) for node in nodes}) == 1 and not any(line.outer for line in lines):
        for place, year in branches_of_years([node.path[-1] for node in nodes]).items():
            nodes[place].path = [*nodes[year].path, nodes[place].path[-1]]
    keys = [(*line.outer, *node.path) for line, node in zip(lines, nodes, strict=True)]
    counts = Counter(keys)
    if len(counts) == len(keys):
        return
    parent: Node | None = None
    adopted: list[tuple[Node, list[str]]] = []
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


def _place(lines: list[Line], i: int, stack: list[Node], *, areas: bool) -> Node:
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
    unit, above = line.unit, ""
    if parent is not None:
        parent.divided = parent.divided or bool(line.marker)
        # 企业（个）, 其中：亏损企业: what is "of which" is counted in the same unit; other rows below perhaps are.
        above = parent.unit or parent.parent_unit
        unit = unit or (above if parent.section or parent.divided else "")
    node = Node(effective, line.rank, path, line.marker, section, unit=unit, has_data=line.has_data)
    node.parent_unit = above
    if parent is not None and line.has_data and not line.marker:
        parent.items.add(line.indent)
    node.flat = (
        section and i + 1 < len(lines) and lines[i + 1].indent <= line.indent and lines[i + 1].rank is None
    )
    stack.append(node)
    return node


def _pop_for_indent(line: Line, stack: list[Node]) -> None:
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


def _heads_something(lines: list[Line], i: int) -> bool:
    """Whether a row without numbers is a section: rows follow that it can head."""
    if i + 1 >= len(lines):
        return False
    line, after = lines[i], lines[i + 1]
    if line.unit and after.unit and after.indent <= line.indent:
        return False
    if after.rank is not None and line.rank is not None:
        return after.rank > line.rank
    return after.indent >= line.indent or after.rank is not None


def _is_gap(lines: list[Line], i: int, stack: list[Node], *, areas: bool) -> bool:
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


def _heads_two(lines: list[Line], i: int) -> bool:
    """Whether two rows with numbers follow before the next row that could be a head: nobody heads one row."""
    own = lines[i]
    after = lines[i + 1 : i + 3]
    return len(after) == 2 and all(
        x.has_data and x.indent >= own.indent and x.outer == own.outer for x in after
    )
