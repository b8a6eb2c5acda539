"""A sheet into blocks: where the titles, the header, the label columns, the body and the notes are.

Every decision is kept as a piece of evidence: what was decided, for which cells, and why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from songyuan_analysis.sheets import labels, periods, units
from songyuan_analysis.sheets.columns import ColumnHead, read_columns
from songyuan_analysis.sheets.grid import Grid
from songyuan_analysis.sheets.notes import Heading, Note, read_heading, read_notes
from songyuan_analysis.sheets.reader import Sheet, address
from songyuan_analysis.sheets.rows import RowHead, read_rows

_NUMBERS = "nym"
_TEXTS = "tpd"
# First-column words of header rows that describe series instead of dividing them (exports of data banks).
ATTRIBUTES = re.compile(
    r"(?:指标(?:名称|代码)?|指標|地区|地區|国家|频度|频率|頻率|单位|計量單位|计量单位|时间|来源|数据来源|更新时间|开始时间|结束时间|序列号|"
    r"Unit|Units|Frequency|Freq\.?|Series Type|Data Type|Collection Month|Series Start|Series End|No\.? Obs\.?|"
    r"Series ID|Source|Country|Last Updated?|更新日期|指标ID|注释|备注)[:：]?",
    re.IGNORECASE,
)
_CODE_HEAD = re.compile(r"(?:代\s*码|代\s*碼|编\s*码|编\s*号|序\s*号|序\s*號|行\s*次|行\s*号|code|no\.?|id)", re.IGNORECASE)
_UNIT_HEAD = re.compile(r"(?:计\s*[量算])?\s*单\s*位|(?:計量)?單\s*位|units?", re.IGNORECASE)
_REMARK_HEAD = re.compile(r"备\s*注|说\s*明|責任|责任.*|牵头.*|remarks?|notes?", re.IGNORECASE)


@dataclass
class Evidence:
    """One decision with its reason, for the picture that `explain` draws."""

    what: str
    where: str
    why: str


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
    evidence: list[Evidence] = field(default_factory=list)


@dataclass
class _Region:
    """Rows of one table before its columns are told apart."""

    first_free: int
    header: list[int]
    body: list[int]
    end: int


def find_blocks(sheet: Sheet) -> list[Block]:
    """Find the tables of a sheet, top to bottom."""
    if not sheet.values:
        return []
    grid = Grid.of(sheet)
    blocks: list[Block] = []
    free = 0
    context: Heading | None = None
    while (region := _next_region(grid, free)) is not None:
        following = _next_region(grid, region.end)
        tail_end = following.header[0] if following and following.header else grid.n_rows
        block = _block(grid, region, tail_end, len(blocks) + 1, context)
        if block is not None:
            blocks.append(block)
            context = block.heading
        free = max(region.end, region.first_free + 1)
    return blocks


# --- rows --------------------------------------------------------------------------------------


def _is_number_row(grid: Grid, row: int) -> bool:
    """Whether a row has a number with something to its left that can label it."""
    filled = grid.filled(row)
    if len(filled) < 2:
        return False
    kinds = grid.kinds[row]
    if any(kinds[c] in "ny" for c in filled[1:]):
        return True
    # A row of marks only (超过900, 5以上), perhaps with a unit: data too, if it has a label.
    rest = [c for c in filled[1:] if not (kinds[c] == "t" and units.is_unit(grid.text(row, c)))]
    if not rest or units.is_unit(grid.text(row, filled[0])):
        return False
    return len(filled) > 2 and kinds[filled[0]] in "tpd" and all(kinds[c] == "m" for c in rest)


def _is_header_numbers(grid: Grid, row: int, above: list[int]) -> bool:
    """Whether the numbers of a row are years or column numbers, not data."""
    filled = grid.filled(row)
    kinds = grid.kinds[row]
    numbers = [c for c in filled if kinds[c] in "ny"]
    if not numbers:
        return False
    # The label column speaks first: a labelled row under a header that already has its own labels is data.
    lead = [c for c in filled if c < numbers[0]]
    values = [float(grid.text(row, c).strip() or 0) if _plain(grid.text(row, c)) else -1.0 for c in numbers]
    if all(kinds[c] == "y" for c in numbers):
        spaced = len(values) < 2 or all(a != b for a, b in zip(values, values[1:], strict=False))
        monotonic = values in (sorted(values), sorted(values, reverse=True))
        taken = any(grid.count(r, "yp", [c for c in range(len(kinds)) if c >= numbers[0]]) >= 2 for r in above)
        labelled = bool(lead) and any(grid.kinds[r][lead[0]] for r in above)
        at_left = not lead and numbers[0] == _left_edge(grid, row) and len(numbers) > 1 and len(above) > 0
        return spaced and monotonic and not taken and not labelled and not at_left
    # 甲 乙 1 2 3 ... or the codes 01 02 03 under the header.
    sequence = [v for v in values if v >= 0]
    steps = len(sequence) >= 3 and all(b - a == 1 for a, b in zip(sequence, sequence[1:], strict=False))
    return steps and sequence[0] in (0, 1, 2) and bool(above) and len(numbers) >= len(filled) - 3


def _plain(text: str) -> bool:
    return re.fullmatch(r"\s*\d+(?:\.0+)?\s*", text) is not None


def _left_edge(grid: Grid, row: int) -> int:
    """Return the leftmost column that is used in the rows around."""
    rows = range(max(0, row - 3), min(grid.n_rows, row + 4))
    used = [c for r in rows for c in grid.filled(r)[:1]]
    return min(used, default=0)


def _is_attribute_row(grid: Grid, row: int) -> bool:
    filled = grid.filled(row)
    return len(filled) > 1 and grid.kinds[row][filled[0]] == "t" and bool(
        ATTRIBUTES.fullmatch(grid.label(row, filled[0]))
    )


def _next_region(grid: Grid, free: int) -> _Region | None:
    """Find the next run of rows with numbers, and the header over it."""
    row = free
    above: list[int] = []
    while row < grid.n_rows:
        if grid.blank(row):
            row += 1
            continue
        if _is_number_row(grid, row) and not _is_attribute_row(grid, row):
            if not _is_header_numbers(grid, row, above) and not _is_stray(grid, row, above):
                header, sections = _header_rows(grid, free, row)
                body, end = _body_rows(grid, row, header)
                return _Region(free, header, sections + body, end)
            above.append(row)
        elif len(grid.filled(row)) > 1 and grid.unit_lines(row) is None:
            above.append(row)
        row += 1
    return None


def _is_stray(grid: Grid, row: int, above: list[int]) -> bool:
    """Whether an unlabelled row stands before the first labelled one (somebody's scribbles)."""
    if not above:
        return False
    edge = min(grid.filled(r)[0] for r in above if grid.filled(r))
    if grid.filled(row)[0] == edge or len(grid.filled(row)) > len(grid.filled(above[-1])) // 2:
        return False
    return True


def _header_rows(grid: Grid, free: int, first: int) -> tuple[list[int], list[int]]:
    """Walk up from the first row of numbers as long as rows belong to its header.

    Returns the header rows, and section rows (在户籍总人口中) that stand between header and first numbers.
    """
    header: list[int] = []
    sections: list[int] = []
    edge = _left_edge(grid, first)
    for row in range(first - 1, free - 1, -1):
        if grid.blank(row):
            crossed = any((row, c) in grid.merge_of for c in range(len(grid.kinds[row])))
            if header and not crossed:
                break
            continue
        filled = grid.filled(row)
        if not header and all(grid.kinds[row][c] in "ny" for c in filled) and filled[0] > edge and len(filled) < 3:
            continue  # unlabelled numbers between header and body: scribbles
        if grid.unit_lines(row) is not None or grid.is_note(row):
            if _is_attribute_row(grid, row):
                header.append(row)
                continue
            break
        if len(filled) == 1 and not _single_is_header(grid, row, filled[0], edge, bool(header), first):
            if not header and filled[0] == edge and _heads_sections(grid, row, free, edge):
                sections.append(row)
                continue
            break
        if len(filled) > 1 and header and _is_split_title(grid, row, filled, edge, header):
            break
        header.append(row)
    header.sort()
    if not header:
        return [], []
    listed = _rows_with_units(grid, header)
    if listed:
        sections += listed
        header = [r for r in header if r < listed[0]]
    return [r for r in range(header[0], header[-1] + 1)], sorted(sections)


def _rows_with_units(grid: Grid, header: list[int]) -> list[int]:
    """Return supposed header rows that are body rows: under the head 单位 they have a unit of their own."""
    for k, row in enumerate(header):
        for c in grid.filled(row)[1:]:
            if _UNIT_HEAD.fullmatch(labels.squeeze(grid.text(row, c))):
                for below in header[k + 1 :]:
                    if grid.kinds[below][c] and units.is_unit(grid.text(below, c)):
                        return [r for r in header if r >= below]
                return []
    return []


def _heads_sections(grid: Grid, row: int, free: int, edge: int) -> bool:
    """Whether the next filled row above a lone label is a header (then the label opens a section)."""
    for above in range(row - 1, free - 1, -1):
        filled = grid.filled(above)
        if not filled:
            continue
        if len(filled) == 1:
            merge = grid.merge_of.get((above, filled[0]))
            if filled[0] == edge and (merge is None or merge[3] == merge[1]) and len(grid.text(above, edge)) < 20:
                continue
            return False
        return grid.unit_lines(above) is None and not grid.is_note(above)
    return False


def _single_is_header(grid: Grid, row: int, column: int, edge: int, inside: bool, first: int) -> bool:
    """Whether the only cell of a row is part of the header and not a title."""
    merge = grid.merge_of.get((row, column))
    if column == edge:
        # A corner label that reaches down into the header.
        return merge is not None and merge[2] > row and merge[3] <= column + 1 and merge[2] < first
    if merge is not None and merge[3] > column:
        return inside and labels.numbering_rank(grid.text(row, column)) is None
    if not inside:
        # The row right above the numbers: a lone label over one column, or a unit.
        return grid.kinds[row][column] in "typ" and len(grid.text(row, column)) < 20
    return False


def _is_split_title(grid: Grid, row: int, filled: list[int], edge: int, header: list[int]) -> bool:
    """Whether a row over a complete header is a title cut into two cells."""
    corner_below = any(grid.kinds[r][edge] for r in header)
    adjacent = len(filled) == 2 and filled[1] - filled[0] == 1
    wide = len(grid.kinds[row]) >= 5 and filled[0] > edge
    merged = any((row, c) in grid.merge_of for c in filled)
    return corner_below and adjacent and wide and not merged and filled[0] > edge + 1


def _body_rows(grid: Grid, first: int, header: list[int]) -> tuple[list[int], int]:
    """Walk down from the first row of numbers to the end of the table."""
    width = len(grid.kinds[first])
    numeric = {c for c in range(width) if grid.kinds[first][c] in _NUMBERS}
    corner = ""
    for r in header:
        filled = grid.filled(r)
        if filled and not corner:
            corner = grid.label(r, filled[0])
    last, row = first, first + 1
    while row < grid.n_rows:
        if grid.blank(row):
            row += 1
            continue
        if grid.is_note(row):
            break
        filled = grid.filled(row)
        kinds = grid.kinds[row]
        texts = [c for c in filled[1:] if kinds[c] in _TEXTS and c in numeric]
        if _is_number_row(grid, row):
            years = [c for c in filled if c in numeric and kinds[c] in "yp"]
            repeats = corner and len(years) > 1 and grid.label(row, filled[0]) == corner
            if repeats and len(years) >= len(filled) - 2:
                break
            numeric.update(c for c in filled[1:] if kinds[c] in "nm")
            last = row
        elif len(texts) >= 2 and not any(kinds[c] in "n" for c in filled):
            if len(texts) * 2 >= len(numeric) or grid.label(row, filled[0]) == corner:
                break  # the header of the next table
        row += 1
    return list(range(first, last + 1)), last + 1


# --- columns -----------------------------------------------------------------------------------


def _block(grid: Grid, region: _Region, tail_end: int, index: int, context: Heading | None) -> Block | None:
    """Tell the columns of a region apart and read its labels."""
    evidence: list[Evidence] = []
    parts = _split_columns(grid, region, evidence)
    if parts is None:
        return None
    label_columns, data_columns, unit_column, dropped = parts
    top = region.header[0] if region.header else region.body[0]
    heading = read_heading(grid, region.first_free, top, context)
    _corner_time(grid, region.header, label_columns, heading)
    columns = read_columns(grid, region.header, label_columns + dropped, data_columns)
    labelled = [c for c in data_columns if columns[c].path or not region.header]
    for c in data_columns:
        if c not in labelled:
            evidence.append(Evidence("不取", f"{address(region.body[0], c)} 所在列", "表头没有这一列的名称"))
    rows = read_rows(grid, region.header, region.body, label_columns, labelled, unit_column)
    notes = read_notes(grid, region.end, tail_end, heading)
    if region.header:
        first = address(region.header[0], min(label_columns + data_columns))
        evidence.append(
            Evidence("表头", f"{first} 起 {len(region.header)} 行", "其下第一行有标签和数字，其上是标题、单位行或空行")
        )
    if not labelled or not any(row.path for row in rows.values()):
        return None
    return Block(
        grid.sheet, index, region.header, label_columns, labelled, region.body, unit_column,
        heading, notes, columns, rows, evidence,
    )  # fmt: skip


def _split_columns(
    grid: Grid, region: _Region, evidence: list[Evidence]
) -> tuple[list[int], list[int], int | None, list[int]] | None:
    """Return label columns, data columns, the unit column, and columns that are neither."""
    width = len(grid.kinds[0])
    rows = region.body
    head = {c: _head_text(grid, region.header, c) for c in range(width)}
    label_columns: list[int] = []
    data_columns: list[int] = []
    dropped: list[int] = []
    unit_column: int | None = None
    covered = _corner_columns(grid, region.header)
    for c in range(width):
        kinds = [grid.kinds[r][c] for r in rows]
        numbers = sum(1 for k in kinds if k in ("n", "y", "m"))
        texts = sum(1 for k in kinds if k in ("t", "p", "d"))
        where = f"{address(rows[0], c)} 所在列"
        if not numbers and not texts:
            own = any(grid.kinds[r][c] for r in region.header if grid.merge_of.get((r, c), (r, c))[1] == c)
            if data_columns and own:
                data_columns.append(c)  # announced by the header, empty throughout
            continue
        if unit_column is None and texts and _is_unit_column(grid, rows, c, head[c]):
            unit_column = c
            evidence.append(Evidence("单位列", where, f"列名“{head[c]}”，内容是计量单位"))
        elif _CODE_HEAD.fullmatch(head[c]) and (not data_columns):
            dropped.append(c)
            evidence.append(Evidence("代码列", where, f"列名“{head[c]}”"))
        elif not data_columns and (texts > numbers or not (label_columns or set(kinds) & {"n", "y"}) or (c in covered and c > min(covered) and label_columns)):
            label_columns.append(c)
        elif not data_columns and not label_columns and _is_label_numbers(grid, rows, c, region, kinds):
            label_columns.append(c)
            evidence.append(Evidence("标签列", where, "首列的数字是年份或年龄等序列"))
        elif numbers and (numbers >= texts or units.split_unit(head[c])[1]) and not _REMARK_HEAD.fullmatch(head[c]):
            data_columns.append(c)
        else:
            dropped.append(c)
            evidence.append(Evidence("不取", where, "文字多于数字，不是数据列"))
    if not data_columns:
        return None
    kept, translated = _drop_translations(grid, rows, label_columns)
    for c in translated:
        evidence.append(Evidence("外文标签列", f"{address(rows[0], c)} 所在列", "与首列同义的第二种语言"))
    return kept, data_columns, unit_column, dropped + translated


def _corner_time(grid: Grid, header: list[int], label_columns: list[int], heading: Heading) -> None:
    """A corner cell such as 上年度预算数 names the time of the whole block."""
    for r in header:
        for c in label_columns[:1]:
            fragment = periods.leading_fragment(grid.text(r, c)) if grid.kinds[r][c] else None
            if fragment is not None and fragment.kind != "month":
                heading.fragments = [fragment, *(f for f in heading.fragments if f.kind != "relative")]


def _head_text(grid: Grid, header: list[int], column: int) -> str:
    parts = []
    for r in header:
        merge = grid.merge_of.get((r, column))
        if merge is not None:
            if merge[0] == r and merge[1] <= column:
                parts.append(grid.text(merge[0], merge[1]))
        elif grid.kinds[r][column]:
            parts.append(grid.text(r, column))
    return labels.join_wrapped(parts)


def _corner_columns(grid: Grid, header: list[int]) -> set[int]:
    """Return the columns under a corner cell that is merged sideways."""
    for r in header:
        filled = grid.filled(r)
        if filled and (merge := grid.merge_of.get((r, filled[0]))) and merge[3] > merge[1] and merge[3] - merge[1] < 4:
            if filled[0] == _left_edge(grid, r):
                return set(range(merge[1], merge[3] + 1))
    return set()


def _is_unit_column(grid: Grid, rows: list[int], column: int, head: str) -> bool:
    texts = [grid.text(r, column) for r in rows if grid.kinds[r][column] in ("t", "m")]
    if _UNIT_HEAD.fullmatch(labels.squeeze(head)):
        return True
    known = sum(units.is_unit(t.strip()) for t in texts)
    return len(texts) >= 2 and known >= 0.8 * len(texts)


def _is_label_numbers(grid: Grid, rows: list[int], column: int, region: _Region, kinds: list[str]) -> bool:
    """Whether numbers in the first column are labels: years, or ages and the like in steps of one."""
    present = [(r, k) for r, k in zip(rows, kinds, strict=True) if k]
    if sum(k in "ypd" for _, k in present) >= 0.8 * len(present):
        return True
    values = [float(grid.text(r, column)) for r, k in present if k == "n" and _plain(grid.text(r, column))]
    steps = sum(b - a == 1 for a, b in zip(values, values[1:], strict=False))
    return len(values) >= 3 and steps >= 0.7 * (len(values) - 1)


def _drop_translations(grid: Grid, rows: list[int], columns: list[int]) -> tuple[list[int], list[int]]:
    """Drop label columns that repeat the first one in another language, or in another calendar."""
    if len(columns) < 2:
        return columns, []
    kept, dropped = [columns[0]], []
    first = [grid.text(r, columns[0]) for r in rows if grid.kinds[r][columns[0]]]
    chinese = sum(labels.has_cjk(t) for t in first) > 0.5 * len(first)
    times = sum(grid.kinds[r][columns[0]] in "yp" for r in rows)
    for c in columns[1:]:
        texts = [grid.text(r, c) for r in rows if grid.kinds[r][c] in ("t", "p")]
        years = sum(grid.kinds[r][c] == "y" for r in rows)
        foreign = len(texts) > 0 and sum(labels.has_cjk(t) for t in texts) < 0.2 * len(texts)
        same_years = times >= 0.8 * len(rows) and years >= 0.8 * len(rows)
        (dropped if (chinese and foreign) or same_years else kept).append(c)
    return kept, dropped
