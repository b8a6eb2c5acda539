"""The rows of a sheet into regions: which rows are a header, which the body under it, where it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from songyuan_analysis.sheets import labels, units
from songyuan_analysis.sheets.tables.grid import Grid, is_signature
from songyuan_analysis.sheets.tables.headlines import UNIT_HEAD, numbered_rows, rows_with_units, stands_over
from songyuan_analysis.sheets.tables.kinds import Pattern

_NUMBERS = "nym"
# First-column words of header rows that describe series instead of dividing them (exports of data banks).
_ATTRIBUTES = re.compile(
    r"(?:指标(?:名称|代码)?|指標|地区|地區|国家|频度|频率|頻率|单位|計量單位|计量单位|时间|来源|"
    r"数据来源|更新时间|开始时间|结束时间|序列号|"
    r"Unit|Units|Frequency|Freq\.?|Series Type|Data Type|Collection Month|Series Start|Series End|No\.? Obs\.?|"
    r"Series ID|Source|Country|Last Updated?|更新日期|指标ID|注释|备注)[:：]?",
    re.IGNORECASE,
)


_CODE = re.compile(r"0\d{1,5}")
_CODE_LABEL = re.compile(
    r"[甲乙丙A-C]|[-—]+|(?:指标|行业)?代[码碼號号]|栏次|欄次|行次|序[号號]|编[号號]|codes?|no\.?",
    re.IGNORECASE,
)
_NUMBERED_HEAD = re.compile(r"[款项項目节節]|栏次|欄次|行次|代码|代碼|序号|编号")


_IDENTIFIER = re.compile(r"[A-Z0-9]{4,12}")
# A sheet with more loose numbers than this is not worth a search through all of them.
_MOST_SKIPPED = 20


@dataclass
class Region:
    """Rows of one table before its columns are told apart."""

    first_free: int
    header: list[int]
    body: list[int]
    end: int


def is_number_row(grid: Grid, row: int) -> bool:
    """Whether a row has a number with something to its left that can label it."""
    pattern = grid.patterns[row]
    if pattern.has_number:
        return True
    filled, kinds = pattern.filled, pattern.kinds
    if len(filled) < 2:
        return False
    # A row of marks only (超过900, 5以上), perhaps with a unit: data too, if it has a label.
    rest = [c for c in filled[1:] if not (kinds[c] == "t" and units.is_unit(grid.text(row, c)))]
    if not rest or units.is_unit(grid.text(row, filled[0])):
        return False
    return len(filled) > 2 and kinds[filled[0]] in "tpd" and all(kinds[c] == "m" for c in rest)


def _is_header_numbers(grid: Grid, row: int, above: list[int]) -> bool:
    """Whether the numbers of a row are years or column numbers, not data."""
    filled = grid.filled(row)
    kinds = grid.kinds[row]
    numbers = [c for c in filled if kinds[c] in "ny" or _CODE.fullmatch(grid.text(row, c).strip())]
    if not numbers:
        return False
    # The label column speaks first: a labelled row under a header that already has its own labels is data.
    lead = [c for c in filled if c < numbers[0]]
    years = all(kinds[c] == "y" for c in numbers)
    word = grid.label(row, lead[0]) if lead else ""
    if lead and not years and not (_NUMBERED_HEAD.fullmatch(word) or _CODE_LABEL.fullmatch(word)):
        return False
    values = [
        float(grid.text(row, c).strip() or 0) if is_whole_number(grid.text(row, c)) else -1.0 for c in numbers
    ]
    if years:
        spaced = len(values) < 2 or all(a != b for a, b in pairwise(values))
        monotonic = values in (sorted(values), sorted(values, reverse=True))
        taken = any(
            grid.count(r, "yp", [c for c in range(len(kinds)) if c >= numbers[0]]) >= 2 for r in above
        )
        labelled = bool(lead) and any(grid.kinds[r][lead[0]] for r in above)
        at_left = not lead and numbers[0] == left_edge(grid, row) and len(numbers) > 1 and len(above) > 0
        return spaced and monotonic and not taken and not labelled and not at_left
    # 甲 乙 1 2 3 ... or the codes 01 02 03 under the header; 款 项 目 number the columns of budgets.
    if lead and _NUMBERED_HEAD.fullmatch(word) and all(0 <= v < 100 for v in values):
        return True
    if lead and not _CODE_LABEL.fullmatch(word):
        return False
    sequence = [v for v in values if v >= 0]
    steps = len(sequence) >= 3 and all(b - a == 1 for a, b in pairwise(sequence))
    return steps and sequence[0] in (0, 1, 2) and bool(above) and len(numbers) >= len(filled) - 3


def is_whole_number(text: str) -> bool:
    """Whether a text is digits only (a trailing ``.0`` of a float does not count)."""
    return re.fullmatch(r"\s*\d+(?:\.0+)?\s*", text) is not None


def left_edge(grid: Grid, row: int) -> int:
    """Return the leftmost column that is used in the rows around."""
    rows = range(max(0, row - 3), min(grid.n_rows, row + 4))
    used = [c for r in rows for c in grid.filled(r)[:1]]
    return min(used, default=0)


def _is_attribute_row(grid: Grid, row: int) -> bool:
    filled = grid.filled(row)
    return (
        len(filled) > 1
        and grid.kinds[row][filled[0]] == "t"
        and bool(_ATTRIBUTES.fullmatch(grid.label(row, filled[0])))
        and grid.unit_text(row, filled[0]) == grid.text(row, filled[0])
    )


def next_region(grid: Grid, free: int, *, below_table: bool = False) -> Region | None:
    """Find the next run of rows with numbers, and the header over it.

    Below another table, numbers without a header of their own are nobody's.
    """
    row = floor = free
    skipped = 0
    above: list[int] = []
    while row < grid.n_rows:
        if grid.blank(row):
            row += 1
            continue
        if grid.is_note(row) and not _is_attribute_row(grid, row):
            row += 1  # 填报日期：45000 is no figure
            continue
        if is_number_row(grid, row) and not _is_attribute_row(grid, row):
            if not _is_header_numbers(grid, row, above) and not _is_stray(grid, row):
                header, sections = header_rows(grid, floor, row)
                body, end = body_rows(grid, row, header)
                alone = below_table or (len(body) == 1 and _header_follows(grid, row))
                if not header and alone and skipped < _MOST_SKIPPED:
                    # 编号 7 over the header, 电话 5551234 below the table: numbers of no table
                    row = floor = _after_numbers(grid, row)
                    skipped += 1
                    continue
                return Region(free, header, sections + body, end)
            above.append(row)
        elif len(grid.filled(row)) > 1 and grid.unit_lines(row) is None:
            above.append(row)
        row += 1
    return None


def _after_numbers(grid: Grid, row: int) -> int:
    """Return the first row from `row` on that is no row of labelled numbers."""
    while row < grid.n_rows and not grid.blank(row) and is_number_row(grid, row):
        row += 1
    return row


def _header_follows(grid: Grid, row: int) -> bool:
    """Whether the row right below has words only, and the one after it goes on with labelled numbers."""
    if row + 2 >= grid.n_rows:
        return False
    filled = grid.filled(row + 1)
    return (
        len(filled) > 2
        and filled == grid.patterns[row + 1].texts
        and not grid.is_note(row + 1)
        and is_number_row(grid, row + 2)
    )


def _is_stray(grid: Grid, row: int) -> bool:
    """Whether a row of numbers has no label though the rows after it have: codes of columns, or scribbles."""
    edge = left_edge(grid, row)
    first = grid.filled(row)[0]
    if first <= edge or grid.kinds[row][first] not in ("n", "y", "m"):
        return False
    return any(
        grid.filled(r)[:1] == [edge] and is_number_row(grid, r)
        for r in range(row + 1, min(row + 7, grid.n_rows))
    )


def header_rows(grid: Grid, free: int, first: int) -> tuple[list[int], list[int]]:
    """Walk up from the first row of numbers as long as rows belong to its header.

    Returns the header rows, and section rows (在户籍总人口中) that stand between header and first numbers.
    """
    header: list[int] = []
    sections: list[int] = []
    edge = left_edge(grid, first)
    for row in range(first - 1, free - 1, -1):
        if grid.blank(row):
            crossed = any((row, c) in grid.merge_of for c in range(len(grid.kinds[row])))
            if header and not crossed and not _goes_on_above(grid, row, header, edge):
                break
            continue
        filled = grid.filled(row)
        if (
            not header
            and all(grid.kinds[row][c] in "ny" for c in filled)
            and filled[0] > edge
            and len(filled) < 3
        ):
            continue  # unlabelled numbers between header and body: scribbles
        if grid.unit_lines(row) is not None or grid.is_note(row):
            if _is_attribute_row(grid, row):
                header.append(row)
                continue
            break
        beside = bool(header) and filled[0] != edge and len(_covered(grid, row)) > 1
        single = len(filled) == 1 and not beside
        if single and not _single_is_header(grid, row, edge, first, inside=bool(header)):
            if not header and filled[0] == edge and _heads_sections(grid, row, free, edge):
                sections.append(row)
                continue
            break
        if not header and len(filled) > 1 and _names_a_section(grid, row, free, first):
            sections.append(row)
            continue
        if len(filled) > 1 and header and stands_over(grid, row, edge, header):
            break
        header.append(row)
    header.sort()
    if not header:
        return [], []
    listed = rows_with_units(grid, header) or numbered_rows(grid, header)
    if listed:
        sections += listed
        header = [r for r in header if r < listed[0]]
    return list(range(header[0], header[-1] + 1)), sorted(sections)


def _covered(grid: Grid, row: int) -> list[int]:
    """Return the columns of the cells of a row, with those of labels that reach down into it."""
    merges = (grid.merge_of.get((row, c)) for c in range(len(grid.kinds[row])))
    reaching = {m[1] for m in merges if m is not None and m[0] < m[2] and grid.kinds[m[0]][m[1]]}
    return sorted(reaching | set(grid.filled(row)))


def _goes_on_above(grid: Grid, blank: int, header: list[int], edge: int) -> bool:
    """Whether the row above a blank one has its cells over those of a header that has no corner label yet."""
    if blank == 0 or any(grid.kinds[r][edge] for r in header):
        return False
    above = _covered(grid, blank - 1)
    return (
        len(above) >= 2 and set(above) <= set(grid.filled(header[-1])) and grid.unit_lines(blank - 1) is None
    )


def _heads_sections(grid: Grid, row: int, free: int, edge: int) -> bool:
    """Whether the next filled row above a lone label is a header (then the label opens a section)."""
    for above in range(row - 1, free - 1, -1):
        filled = grid.filled(above)
        if not filled:
            continue
        if len(filled) == 1:
            merge = grid.merge_of.get((above, filled[0]))
            if (
                filled[0] == edge
                and (merge is None or merge[3] == merge[1])
                and len(grid.text(above, edge)) < 20
            ):
                continue
            if filled[0] > edge and merge is None and grid.unit_lines(above) is None:
                continue  # the last word of one column's label
            return False
        return grid.unit_lines(above) is None and not grid.is_note(above)
    return False


def _names_a_section(grid: Grid, row: int, free: int, first: int) -> bool:
    """Whether the texts of a row (综合, General) are labels only, under a header that names their columns."""
    numbers = [c for c in grid.filled(first) if grid.kinds[first][c] in _NUMBERS]
    filled = grid.filled(row)
    if not numbers or filled[-1] >= numbers[0] or any(grid.kinds[row][c] not in "tp" for c in filled):
        return False
    for above in range(row - 1, free - 1, -1):
        over = grid.filled(above)
        if over and over[-1] >= numbers[0]:
            corners = [grid.merge_of.get((above, c), (above, c)) for c in (*filled, *numbers)]
            named = [bool(grid.kinds[corner[0]][corner[1]]) for corner in corners]
            return all(named[: len(filled)]) and 2 * sum(named[len(filled) :]) >= len(numbers)
        if over and over != filled:
            return False
    return False


def _single_is_header(grid: Grid, row: int, edge: int, first: int, *, inside: bool) -> bool:
    """Whether the only cell of a row is part of the header and not a title."""
    column = grid.filled(row)[0]
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


def body_rows(grid: Grid, first: int, header: list[int]) -> tuple[list[int], int]:
    """Walk down from the first row of numbers to the end of the table."""
    width = len(grid.kinds[first])
    numeric = {c for c in range(width) if grid.kinds[first][c] in _NUMBERS}
    corner = ""
    unit_columns: set[int] = set()
    for r in header:
        filled = grid.filled(r)
        if filled and not corner:
            corner = grid.label(r, filled[0])
        unit_columns.update(c for c in filled if UNIT_HEAD.fullmatch(labels.squeeze(grid.text(r, c))))
    last = first
    skipped: set[int] = set()
    before: Pattern | None = None
    for row in range(first + 1, grid.n_rows):
        pattern = grid.patterns[row]
        filled = pattern.filled
        if not filled:
            continue
        if grid.is_note(row) or is_signature(grid.text(row, filled[0])):
            break
        if pattern.has_number or is_number_row(grid, row):
            if corner and len(pattern.years) > 1:
                years = [c for c in pattern.years if c in numeric]
                repeats = len(years) > 1 and grid.label(row, filled[0]) == corner
                if repeats and len(years) >= len(filled) - 2:
                    break
            if pattern is not before:
                numeric.update(pattern.plain)
            before, last = pattern, row
            continue
        if holds_identifiers(grid, row, [c for c in filled[1:] if c in numeric]):
            skipped.add(row)
            continue
        if any(grid.kinds[row][c] and units.is_unit(grid.text(row, c)) for c in unit_columns):
            last = row  # targets in words, with a unit of their own: no header of another table
            continue
        texts = [c for c in pattern.texts if c != filled[0] and c in numeric]
        if _heads_the_rows_below(grid, row, texts):
            break
        if (
            len(texts) >= (1 if corner and grid.label(row, filled[0]) == corner else 2)
            and "n" not in pattern.kinds
            and (len(texts) * 2 >= len(numeric) or grid.label(row, filled[0]) == corner)
        ):
            break  # the header of the next table
    return [row for row in range(first, last + 1) if row not in skipped], last + 1


def _heads_the_rows_below(grid: Grid, row: int, texts: list[int]) -> bool:
    """Whether words after a blank row, or times, stand over all numbers that follow: a smaller table is below."""
    first = grid.filled(row)[0]
    words = [c for c in texts if not units.is_unit(grid.text(row, c).strip())]
    parted = grid.blank(row - 1) or all(grid.kinds[row][c] == "p" for c in words)
    if not words or not parted or grid.kinds[row][first] != "t":
        return False
    if grid.count(row, _NUMBERS, grid.filled(row)) or row + 1 >= grid.n_rows:
        return False
    below = grid.patterns[row + 1]
    figures = [c for c in below.numbers if c != first]
    return first in below.texts and bool(figures) and set(figures) <= set(words)


def holds_identifiers(grid: Grid, row: int, columns: list[int]) -> bool:
    """Whether the cells name series to a data bank (L2KL, L2KQ, L2KR): neither labels nor figures."""
    words = [grid.text(row, c).strip() for c in columns]
    digits = sum(any(c.isdigit() for c in word) for word in words)
    return (
        len(words) > 1
        and all(grid.kinds[row][c] == "t" for c in columns)
        and all(_IDENTIFIER.fullmatch(word) and not word.isdigit() for word in words)
        and len({len(word) for word in words}) == 1
        and len(set(words)) == len(words)
        and (
            digits == len(words)
            or (len(words) > 3 and (digits > 0 or len({word[:2] for word in words}) == 1))
        )
    )
