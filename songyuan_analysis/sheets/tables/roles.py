"""What the columns of a table are for: labels, numbers, units, or nothing that is read.

Every decision is kept as a piece of evidence: what was decided, for which cells, and why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from songyuan_analysis.sheets import labels, units
from songyuan_analysis.sheets.override.values import TableSaid
from songyuan_analysis.sheets.reader import address
from songyuan_analysis.sheets.tables.grid import Grid
from songyuan_analysis.sheets.tables.headlines import SERIAL_HEAD, UNIT_HEAD
from songyuan_analysis.sheets.tables.regions import Region, is_whole_number, left_edge

_TIME_UNITS = frozenset({"YEAR", "MONTH", "DAY", "AGE"})
_TIME_HEAD = re.compile(
    r"(?:年|年份|年度|学年度?|學年度?|年别|年別|时期|时间|月份|期别|年月|year|month|quarter|period)(?:\(\w+\))?",
    re.IGNORECASE,
)
_CODE_HEAD = re.compile(
    r"(?:代\s*码|代\s*碼|编\s*码|编\s*号|序\s*号|序\s*號|行\s*次|行\s*号|code|no\.?|id)", re.IGNORECASE
)
_REMARK_HEAD = re.compile(r"备\s*注|说\s*明|責任|责任.*|牵头.*|remarks?|notes?", re.IGNORECASE)


@dataclass
class Evidence:
    """One decision with its reason and, where there was one, the second reading that was turned down."""

    what: str
    where: str
    why: str
    instead: str = ""

    def __str__(self) -> str:
        turned_down = f"；另一读法：{self.instead}" if self.instead else ""
        return f"{self.what}：{self.where}，{self.why}{turned_down}"


@dataclass
class _Split:
    """The columns of a region by what they are for."""

    label: list[int] = field(default_factory=list)
    data: list[int] = field(default_factory=list)
    unit: int | None = None
    out: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)  # left of all numbers, announced by the header

    def put(self, column: int, role: str) -> None:
        if role == "unit":
            self.unit = column
        elif role:
            {"label": self.label, "data": self.data, "out": self.out, "empty": self.empty}[role].append(
                column
            )

    def take_empty(self) -> None:
        """Make empty columns data where nothing but numbers stands to their right."""
        others = [*self.label, *self.out, *([] if self.unit is None else [self.unit])]
        edge = max((c for c in others if c < self.data[0]), default=self.data[0])
        self.data = [c for c in self.empty if edge < c < self.data[0]] + self.data


_GUESSED = frozenset({"label", "data", "unit"})


def split_columns(
    grid: Grid, region: Region, evidence: list[Evidence], said: TableSaid | None
) -> tuple[list[int], list[int], int | None, list[int]] | None:
    """Return label columns, data columns, the unit column, and columns that are neither."""
    rows = region.body
    open_roles = _GUESSED if said is None else said.open_roles
    split = _Split()
    covered = _corner_columns(grid, region.header)
    for c, counts in enumerate(_tally(grid, rows)):
        role = said.role(c) if said is not None else ""
        split.put(c, role or _guess_role(grid, region, c, counts, split, covered, open_roles, evidence))
    if not split.data:
        return None
    split.take_empty()
    if "label" not in open_roles:
        return split.label, split.data, split.unit, split.out
    kept, translated = _drop_translations(grid, rows, split.label)
    evidence.extend(
        Evidence("外文标签列", f"{address(rows[0], c)} 所在列", "与首列同义的第二种语言", "下一级标签")
        for c in translated
    )
    return kept, split.data, split.unit, split.out + translated


def _guess_role(
    grid: Grid,
    region: Region,
    c: int,
    counts: dict[str, int],
    split: _Split,
    covered: set[int],
    open_roles: frozenset[str],
    evidence: list[Evidence],
) -> str:
    """Say what a column is for: label, data, unit, out, empty (perhaps data), or "" for nothing."""
    rows = region.body
    numbers = counts["n"] + counts["y"] + counts["m"]
    texts = counts["t"] + counts["p"] + counts["d"]
    where = f"{address(rows[0], c)} 所在列"
    if not numbers and not texts:
        own = [r for r in region.header if grid.kinds[r][c] and grid.merge_of.get((r, c), (r, c))[1] == c]
        if not own or "data" not in open_roles:
            return ""
        # Announced by the header, empty throughout.
        return "data" if split.data else "empty" if _may_be_data(grid, region.header, own[-1], c) else ""
    head = _head_text(grid, region.header, c)
    if "unit" in open_roles and split.unit is None and texts and _is_unit_column(grid, rows, c, head):
        evidence.append(Evidence("单位列", where, f"列名“{head}”，内容是计量单位"))
        return "unit"
    if _CODE_HEAD.fullmatch(head) and not split.data:
        evidence.append(Evidence("代码列", where, f"列名“{head}”", "数据列" if numbers else ""))
        return "out"
    if "label" in open_roles and not split.data:
        if (
            texts > numbers
            or not (split.label or counts["n"] or counts["y"])
            or (c in covered and c > min(covered) and split.label)
        ):
            return "label"
        if split.label and _TIME_HEAD.fullmatch(labels.squeeze(head)):
            evidence.append(Evidence("标签列", where, f"列名“{head}”是时间", "数据列"))
            return "label"
        if not (split.label or head or counts["y"]) and _labels_follow(grid, region, c):
            evidence.append(Evidence("不取", where, "标签列左边、没有列名的数字", "数据列"))
            return "out"
        if not split.label and _is_label_numbers(grid, rows, c):
            evidence.append(Evidence("标签列", where, "首列的数字是年份或年龄等序列", "数据列"))
            return "label"
    if (
        "data" in open_roles
        and numbers
        and (numbers >= texts or units.split_unit(head)[1])
        and not _REMARK_HEAD.fullmatch(head)
    ):
        return "data"
    evidence.append(Evidence("不取", where, "文字多于数字，不是数据列", "数据列" if numbers else ""))
    return "out"


def _may_be_data(grid: Grid, header: list[int], last: int, column: int) -> bool:
    """Whether an empty column left of all numbers may be one of numbers.

    Its name says nothing else and reaches down to the numbers, or to the row of units over them: what stands
    higher is a caption.
    """
    word = labels.squeeze(_head_text(grid, header, column))
    no_data = (UNIT_HEAD, _CODE_HEAD, _REMARK_HEAD, _TIME_HEAD)
    bottom = max(last, grid.merge_of.get((last, column), (0, 0, last, 0))[2])
    return bottom >= header[-2:][0] and bool(word) and not any(p.fullmatch(word) for p in no_data)


def _labels_follow(grid: Grid, region: Region, column: int) -> bool:
    """Whether the next column with content has a name and words: then numbers left of it are no data."""
    for c, counts in enumerate(_tally(grid, region.body)[column + 1 :], column + 1):
        words = counts["t"] + counts["p"] + counts["d"]
        numbers = counts["n"] + counts["y"] + counts["m"]
        if words or numbers:
            return bool(_head_text(grid, region.header, c)) and words > numbers
    return False


def _tally(grid: Grid, rows: list[int]) -> list[dict[str, int]]:
    """Count the cells of each kind by column."""
    width = len(grid.kinds[0])
    tally = [dict.fromkeys("nymtpd", 0) for _ in range(width)]
    for pattern, count in grid.tally(rows).items():
        for c in pattern.filled:
            tally[c][pattern.kinds[c]] += count
    return tally


def serial_ranks(grid: Grid, region: Region, dropped: list[int]) -> dict[int, int]:
    """Return the levels of rows that only a column 序号 shows: 一, 1, (1); running numbers show none."""
    for c in dropped:
        if SERIAL_HEAD.fullmatch(labels.squeeze(_head_text(grid, region.header, c))):
            found = {r: labels.serial_rank(grid.text(r, c)) for r in region.body}
            ranks = {r: rank for r, rank in found.items() if rank is not None}
            return ranks if len(set(ranks.values())) > 1 else {}
    return {}


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
        merge = grid.merge_of.get((r, filled[0])) if filled else None
        if merge is not None and 0 < merge[3] - merge[1] < 4 and filled[0] == left_edge(grid, r):
            return set(range(merge[1], merge[3] + 1))
    return set()


def _is_unit_column(grid: Grid, rows: list[int], column: int, head: str) -> bool:
    if UNIT_HEAD.fullmatch(labels.clean(head)):
        return True
    texts = [grid.text(r, column) for r in rows if grid.kinds[r][column] in ("t", "m")]
    unknown = 0
    for text in texts:
        if not units.unit_of_cell(text) or units.parse_unit(text).dimension in _TIME_UNITS:
            unknown += 1
            if len(texts) - unknown < 0.8 * len(texts):
                return False
    return len(texts) >= 2


def _is_label_numbers(grid: Grid, rows: list[int], column: int) -> bool:
    """Whether numbers in the first column are labels: years, or ages and the like in steps of one."""
    present = [(r, k) for r in rows if (k := grid.kinds[r][column])]
    if sum(k in ("n", "m") for _, k in present) <= 0.2 * len(present):
        return True  # years, with or without words such as 最近三个月 between them
    values = [
        float(grid.text(r, column)) for r, k in present if k == "n" and is_whole_number(grid.text(r, column))
    ]
    steps = sum(b - a == 1 for a, b in pairwise(values))
    return len(values) >= 3 and steps >= 0.7 * (len(values) - 1)


def _drop_translations(grid: Grid, rows: list[int], columns: list[int]) -> tuple[list[int], list[int]]:
    """Drop label columns that repeat the first one in another language, or in another calendar."""
    if len(columns) < 2:
        return columns, []
    kept, dropped = [columns[0]], list[int]()
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
