"""The header of a table: for each data column its path of labels, its unit, and what it says about time."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import pairwise

from songyuan_analysis.sheets import labels, timewords, units
from songyuan_analysis.sheets.tables.grid import Grid
from songyuan_analysis.sheets.tables.heads import ColumnHead, find_levels, read_bare_years, read_times
from songyuan_analysis.sheets.tables.recent import Recent
from songyuan_analysis.sheets.tables.regions import holds_identifiers

_UNIT_ROW = re.compile(r"(?:计量)?[单單]\s*位[:：]?|units?[:：]?", re.IGNORECASE)
_FREQUENCY_ROW = re.compile(r"频度|频率|頻率|frequency|freq\.?", re.IGNORECASE)
_DROPPED_ROW = re.compile(
    r"地区|地區|国家|来源|数据来源|更新时间|开始时间|结束时间|指标代码|序列号|"
    r"series type|data type|collection month|"
    r"series start|series end|no\.? ?obs\.?|series id|source|country|更新日期|指标id",
    re.IGNORECASE,
)
# 款 项 目: the rows that number the columns of a budget; their numbers are no labels, their words are.
_NUMBERED_ROW = re.compile(r"[款项項目節节]|栏次|欄次|行次")
_CODE = re.compile(r"0\d+")
_MEASURE = re.compile(
    r"(?:总量|总额|绝对[量数]|金\s*[额額]|增速|增长|同比(?:增长|增速)?|环比|比重|占比|比上年.*|比去年.*|较上年.*|百分比|增加率|[%％]|"
    r"本[月季期年].*|累计.*|当[月季期年].*|完成.*|数量|价值|N?SA)(?:[（(].*[)）])?",
)


_known: Recent[dict[int, ColumnHead]] = Recent(128)


@dataclass
class _Cell:
    """One header cell with the area that it stands for."""

    text: str
    top: int
    left: int
    bottom: int
    right: int
    merged: bool = False


def read_columns(
    grid: Grid, header: list[int], label_columns: list[int], data: list[int]
) -> dict[int, ColumnHead]:
    """Read the header rows into one head per data column."""
    heads = {c: ColumnHead() for c in data}
    if not header or not data:
        return heads
    asked = _asked(grid, header, label_columns, data)
    known = _known.get(asked)
    if known is not None:
        return known
    _read_header(grid, header, label_columns, data, heads)
    if any(head.fragments for head in heads.values()):
        _known.keep(asked, heads)
    else:  # an axis without times looks for them in the lines above, which `asked` does not hold
        read_bare_years(grid, header, heads)
    return heads


def _asked(grid: Grid, header: list[int], label_columns: list[int], data: list[int]) -> Hashable:
    """Return all that `_read_header` looks at: the cells of the header and the merges over its columns."""
    merges = [grid.merge_of.get((r, c)) for r in header for c in data] if grid.merge_of else []
    origins = {merge[:2] for merge in merges if merge is not None and merge[0] < header[0]}
    return (
        tuple(header),
        tuple(label_columns),
        tuple(data),
        tuple(grid.kinds[r] for r in header),
        tuple([grid.text(r, c) for r in header for c in grid.filled(r)]),
        tuple(merges),
        tuple((r, c, grid.kinds[r][c], grid.text(r, c)) for r, c in sorted(origins)),
    )


def _read_header(
    grid: Grid,
    header: list[int],
    label_columns: list[int],
    data: list[int],
    heads: dict[int, ColumnHead],
) -> None:
    roles = _row_roles(grid, header, label_columns, data)
    stacks, blockers = _stacks(
        grid, {r: role for r, role in roles.items() if role in ("label", "numbered")}, data
    )
    chinese = any(labels.has_cjk(cell.text) for stack in stacks.values() for cell in stack)
    if chinese:
        _drop_translations(stacks)
    bare = not chinese and _is_wrapped(stacks)
    if not bare:
        _fill_right(stacks, blockers, data)
    bands = _bands(stacks)
    for c in data:
        _read_stack(c, heads, stacks, bands, data)
    _read_described(grid, roles, heads, stacks)
    find_levels(grid, header, heads, data)
    read_times(heads)


def _read_described(
    grid: Grid, roles: dict[int, str], heads: dict[int, ColumnHead], stacks: dict[int, list[_Cell]]
) -> None:
    """Read units and frequencies from header rows of their own."""
    for row, role in roles.items():
        for c, head in heads.items():
            text = grid.label(row, c)
            if role == "unit" and text:
                head.unit = text.strip("()（）")
                head.path = _whole_labels(stacks[c])
            elif role == "frequency" and text:
                head.quarterly = text.lower() in ("季", "季度", "quarter", "quarterly", "q")


def _row_roles(grid: Grid, header: list[int], label_columns: list[int], data: list[int]) -> dict[int, str]:
    """Say of each header row whether it holds labels, units, frequencies, or what is no label."""
    roles: dict[int, str] = {}
    corner = [c for c in label_columns if any(grid.kinds[r][c] for r in header)]
    heads = [next((grid.label(r, c).strip(":：") for c in corner if grid.kinds[r][c]), "") for r in header]
    # One row headed 地区 is a plain header; several rows headed 指标, 地区, 频度, 单位 describe series.
    described = sum(any(p.fullmatch(w) for p in (_UNIT_ROW, _FREQUENCY_ROW, _DROPPED_ROW)) for w in heads)
    for r, head in zip(header, heads, strict=True):
        word = head if described > 1 or _UNIT_ROW.fullmatch(head) else ""
        filled = [c for c in data if grid.kinds[r][c]]
        numbers = [
            c for c in filled if grid.kinds[r][c] in ("n", "m") or _CODE.fullmatch(grid.text(r, c).strip())
        ]
        role = "numbered" if _NUMBERED_ROW.fullmatch(head) else "label"
        if _FREQUENCY_ROW.fullmatch(word):
            role = "frequency"
        elif _UNIT_ROW.fullmatch(word) and filled:
            role = "unit"
        elif (
            _DROPPED_ROW.fullmatch(word)
            or holds_identifiers(grid, r, filled)
            or (len(numbers) >= 3 and len(numbers) >= 0.6 * len(filled) and _is_sequence(grid, r, numbers))
        ):
            role = "drop"
        roles[r] = role
    return roles


def _is_sequence(grid: Grid, row: int, columns: list[int]) -> bool:
    values = []
    for c in columns:
        text = grid.text(row, c).strip()
        if re.fullmatch(r"\d{1,3}(?:\.0)?", text):
            values.append(int(float(text)))
    return len(values) >= 3 and sum(b - a == 1 for a, b in pairwise(values)) >= 0.8 * (len(values) - 1)


def _stacks(
    grid: Grid, rows: dict[int, str], data: list[int]
) -> tuple[dict[int, list[_Cell]], dict[tuple[int, int], bool]]:
    """Return for each column its header cells from top to bottom, merges spread over their area."""
    stacks: dict[int, list[_Cell]] = {c: [] for c in data}
    blockers: dict[tuple[int, int], bool] = {}
    cells: dict[tuple[int, int], _Cell] = {}
    for r, role in rows.items():
        for c in data:
            if role == "numbered" and grid.kinds[r][c] in ("n", "y"):
                continue
            merge = grid.merge_of.get((r, c))
            at = (merge[0], merge[1]) if merge is not None else (r, c)
            if merge is not None:
                blockers[r, c] = True
            if not grid.kinds[at[0]][at[1]]:
                continue
            blockers[r, c] = True
            if at not in cells:
                r0, c0, r1, c1 = merge if merge is not None else (r, c, r, c)
                raw = _raw(grid, *at)
                cells[at] = _Cell(raw, r0, c0, r1, c1, merge is not None and c1 > c0)
            if not stacks[c] or stacks[c][-1] is not cells[at]:
                stacks[c].append(cells[at])
    return stacks, blockers


def _raw(grid: Grid, row: int, column: int) -> str:
    if grid.kinds[row][column] == "d":
        return grid.label(row, column)
    return grid.text(row, column)


def _drop_translations(stacks: dict[int, list[_Cell]]) -> None:
    """Drop header cells in Latin letters that repeat a Chinese cell above them in the same column."""
    for stack in stacks.values():
        seen = False
        kept = []
        for cell in stack:
            seen = seen or labels.has_cjk(cell.text)
            foreign = re.search(r"[A-Za-z]{2,}", cell.text) and not labels.has_cjk(cell.text)
            if not (seen and foreign):
                kept.append(cell)
        stack[:] = kept
    every = [cell for stack in stacks.values() for cell in stack]
    if any(labels.has_cjk(cell.text) for cell in every):
        for stack in stacks.values():
            # An English head above its Chinese one (rows in the other order).
            if any(labels.has_cjk(cell.text) for cell in stack):
                stack[:] = [c for c in stack if labels.has_cjk(c.text) or not re.search(r"[a-z]{3,}", c.text)
                            or c.right > c.left] or stack  # fmt: skip


def _is_wrapped(stacks: dict[int, list[_Cell]]) -> bool:
    """Whether English labels run down over unmerged rows: some cell goes on in lower case."""
    return any(
        re.match(r"(?:and|of|or|in|by|for|to|the|[a-z]+ing)\b", cell.text.strip()) and not _marker(cell.text)
        for stack in stacks.values()
        for cell in stack[1:]
    )


def _marker(text: str) -> bool:
    return labels.split_label(text).marker != ""


def _fill_right(
    stacks: dict[int, list[_Cell]], blockers: dict[tuple[int, int], bool], data: list[int]
) -> None:
    """Spread unmerged upper labels over the columns to their right that have lower labels only.

    A label is spread only where it has labels under itself, and not into a column that stands under
    another upper label: plain forward filling gives single columns the name of the group before them.
    """
    rows = sorted({cell.top for stack in stacks.values() for cell in stack})
    for r in rows:
        for i, c in enumerate(data):
            if blockers.get((r, c)) or i == 0:
                continue
            j = i - 1
            while j > 0 and not blockers.get((r, data[j])):
                j -= 1
            source = next((cell for cell in stacks[data[j]] if cell.top <= r <= cell.bottom), None)
            if source is None or source.merged or source.bottom > source.top or source.top != r:
                continue
            under = [cell for cell in stacks[data[j]] if cell.top > r and not _unit_only(cell.text)]
            own = [cell for cell in stacks[c] if cell.top > r and not _unit_only(cell.text)]
            above_source = [id(cell) for cell in stacks[data[j]] if cell.top < r]
            above_own = [id(cell) for cell in stacks[c] if cell.top < r]
            if under and own and above_source == above_own and _same_depth(under, own):
                source.right = max(source.right, c)
                stacks[c].insert(len(above_own), source)


def _same_depth(under: list[_Cell], own: list[_Cell]) -> bool:
    """Whether two columns have their next labels in the same row (or a marker one row lower)."""
    return own[0].top <= under[-1].bottom or _marker(own[0].text)


def _unit_only(text: str) -> bool:
    stripped = text.strip()
    return stripped[:1] in "(（[" and units.is_unit(stripped)


def _bare_unit(cell: _Cell, above: _Cell | None, bands: set[int]) -> bool:
    """Whether 万吨 stands without brackets under a label of one column; 位 may be the end of 单位.

    增长% and 上年同期=100 are units, too, but they say more than that.
    """
    text = cell.text.strip()
    written = labels.has_cjk(text) and len(text) > 1 and not text.endswith(("%", "％", "=100", "＝100"))
    return written and above is not None and id(above) not in bands and units.is_measure(text)


def _bands(stacks: dict[int, list[_Cell]]) -> set[int]:
    """Return ids of cells that stand over more than one column."""
    return {id(cell) for stack in stacks.values() for cell in stack if cell.right > cell.left}


def _read_stack(
    column: int,
    heads: dict[int, ColumnHead],
    stacks: dict[int, list[_Cell]],
    bands: set[int],
    data: list[int],
) -> None:
    """Turn one column's cells into path and unit."""
    head = heads[column]
    path: list[str] = []
    run: list[str] = []
    unit = ""
    inherited = ""
    previous: _Cell | None = None
    alone = False

    def flush() -> None:
        nonlocal unit
        if run:
            text, found = units.split_unit(labels.first_language(labels.join_wrapped(run)))
            unit = found or unit
            label = labels.clean(text)
            if not label and re.match(r"[±+＋增-]", run[0].strip()):
                label = labels.squeeze("".join(run))  # ±% names its column, （%） does not
            if label:
                path.append(label)
            run.clear()

    for cell in stacks[column]:
        if _unit_only(cell.text) or (
            run and cell is stacks[column][-1] and _bare_unit(cell, previous, bands)
        ):
            flush()
            unit = units.parse_unit(cell.text.strip().strip("()（）[] ").strip()).text
            continue
        if labels.is_marker(cell.text):
            flush()
            path, inherited = _left_path(column, cell, stacks, bands, data)
            previous, alone = None, id(cell) not in bands
            continue
        stub = labels.split_label(labels.first_language(cell.text))
        if stub.marker:
            flush()
            # 其中 over # 住宅 says it twice: the lower sign sees the whole label to its left.
            if alone or (not inherited and previous is not None) or (not path and not inherited):
                path, inherited = _left_path(column, cell, stacks, bands, data)
            if stub.marker == "其中" and not labels.has_cjk(cell.text):
                path.append(stub_text(cell.text))  # English "of which" bands keep their words
                previous = cell
                continue
            run.append(stub.text)
            flush()
            previous = cell
            continue
        if previous is not None and run and not _wraps(previous, cell, bands, stacks):
            flush()
        run.append(labels.first_language(cell.text))
        previous = cell
    flush()
    head.path = path
    head.unit = unit or inherited
    head.raw = " ".join(cell.text for cell in stacks[column])


def stub_text(text: str) -> str:
    """Return a label with its marker kept."""
    return labels.squeeze(text)


def _left_path(
    column: int, marker: _Cell, stacks: dict[int, list[_Cell]], bands: set[int], data: list[int]
) -> tuple[list[str], str]:
    """Return path and unit of the column that an of-which cell qualifies: the nearest one to its left."""
    start = marker.left if marker.right > marker.left else column
    for c in reversed([d for d in data if d < start]):
        cells = [cell for cell in stacks[c] if cell.top <= marker.bottom and not labels.is_marker(cell.text)]
        if not cells or any(_marker(cell.text) for cell in stacks[c]):
            continue
        if marker.top > cells[-1].bottom and marker.right == marker.left and len(stacks[c]) > len(cells):
            continue
        below = [cell for cell in stacks[c] if cell.top > marker.bottom and _unit_only(cell.text)]
        scratch = {c: ColumnHead()}
        _read_stack(c, scratch, {**stacks, c: cells + below}, bands, data)
        return list(scratch[c].path), scratch[c].unit
    return [], ""


def _wraps(upper: _Cell, lower: _Cell, bands: set[int], stacks: dict[int, list[_Cell]]) -> bool:
    """Whether the lower cell goes on with the upper one's label (a label cut over rows)."""
    if id(upper) in bands or id(lower) in bands:
        return False
    upper_time = timewords.parse_fragment(upper.text) is not None
    lower_time = timewords.parse_fragment(lower.text) is not None
    if upper_time or lower_time:
        return False
    if _is_level_row(upper, stacks):
        return False
    lower_text = labels.clean(lower.text)
    if _MEASURE.fullmatch(lower_text):
        same = sum(any(labels.clean(c.text) == lower_text for c in stack) for stack in stacks.values())
        return same < 2
    return True


def _is_level_row(upper: _Cell, stacks: dict[int, list[_Cell]]) -> bool:
    """Whether the row of a single upper cell is a level elsewhere: 全国 over two columns, 吉林省 over one.

    In a row that is cut by wrapping, most of the single cells have nothing below themselves.
    """
    row = [(c, stack) for stack in stacks.values() for c in stack if c.top == upper.top]
    singles = [(c, stack) for c, stack in row if c.right == c.left]
    divided = sum(stack[-1] is not c for c, stack in singles)
    return any(c.merged for c, _ in row) and (
        2 * divided >= len(singles) or (len(labels.squeeze(upper.text)) > 4 and _balanced(upper.text))
    )


def _balanced(text: str) -> bool:
    return text.count("(") + text.count("（") == text.count(")") + text.count("）")


def _whole_labels(stack: list[_Cell]) -> list[str]:
    """Return labels with their brackets: where a unit row speaks, brackets are part of the name."""
    return [labels.clean(cell.text) for cell in stack if not _unit_only(cell.text)]
