"""What the header says about one data column, and levels that only the set of all columns shows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from songyuan_analysis.sheets import labels, timewords, units
from songyuan_analysis.sheets.override.values import NOTHING, Said
from songyuan_analysis.sheets.tables.carried import branches_of_years, carry_years, is_time
from songyuan_analysis.sheets.tables.grid import Grid

# Growth, differences, shares and ranks: they speak of the figure to their left.
_DEPENDENT = re.compile(
    r"同比|环比|[比较与同][上去]年|[比较与][上去][月季]|增长|增减|增加|增幅|增速|增量|升降|涨跌|±|[+＋]\s*[、,，]?\s*[-－]|"
    r"结构|构成|比重|占比|占.+(?:比例|份额)|位次|排名|排序|名次"
)
# A plan is for the year: growth beside it is not.
_PLAN = re.compile(r"目标|计划|预算|任务")
_MONTHS = frozenset({"month", "span", "quarter", "whole"})


@dataclass
class ColumnHead:
    """What the header says about one data column.

    Attributes
    ----------
    path : list of str
    unit : str
    fragments : list of Fragment
        What the labels say about time, from the leaf up.
    quarterly : bool
        Whether a row of frequencies says 季.
    raw : str
    sums : bool or None
        Whether the innermost label that speaks of it says 累计 (True) or 当月 (False).
    lender : ColumnHead or None
        The column beside this one whose time it shares, where its own labels name no months.
    """

    path: list[str] = field(default_factory=list)
    unit: str = ""
    fragments: list[timewords.Fragment] = field(default_factory=list)
    quarterly: bool = False
    raw: str = ""
    said: Said = NOTHING
    sums: bool | None = None
    lender: ColumnHead | None = None


def find_levels(grid: Grid, header: list[int], heads: dict[int, ColumnHead], data: list[int]) -> None:
    """Find levels that no single column shows: series names, numbering, repeated labels."""
    split_series(heads, data)
    number_levels(grid, header, heads, data)
    adopt_duplicates(heads, data)


def split_series(heads: dict[int, ColumnHead], data: list[int]) -> None:
    """Split series names of the form ``A ;  B ;`` into levels; ``> C`` hangs under the series before it."""
    if not all(";" in (heads[c].path or [""])[-1] for c in data):
        return
    parent: list[str] = []
    for c in data:
        parts = [p.strip() for p in heads[c].path[-1].split(";") if p.strip()]
        if parts and parts[-1].startswith(">"):
            heads[c].path = [*parent, parts[-1].lstrip("> ")]
        else:
            heads[c].path = parent = parts


def number_levels(grid: Grid, header: list[int], heads: dict[int, ColumnHead], data: list[int]) -> None:
    """Hang numbered columns by their numbering where labels repeat: ``(一)收入`` under 一、经常 and 二、资本.

    A flat header whose labels differ is left flat.
    """
    leaves = [heads[c].path[0] if len(heads[c].path) == 1 else "" for c in data]
    doubled = [text for text, count in Counter(leaves).items() if count > 1]
    if not all(leaves) or all(labels.numbering_rank(text) is None for text in doubled):
        return
    levels: list[tuple[int, str]] = []
    paths: dict[int, tuple[str, ...]] = {}
    for c in range(len(grid.kinds[header[0]])):
        text = heads[c].path[0] if c in heads else labels.join_wrapped([grid.label(r, c) for r in header])
        rank = labels.numbering_rank(text)
        if rank is not None:
            levels = [level for level in levels if level[0] < rank] + [(rank, text)]
        if c in heads:
            outer = levels if rank is not None else [*levels[:-1], (0, text)]  # unnumbered: a sibling
            paths[c] = tuple(label for _, label in outer)
    if len(set(paths.values())) == len(paths):
        for c, path in paths.items():
            heads[c].path = list(path)


def adopt_duplicates(heads: dict[int, ColumnHead], data: list[int]) -> None:
    """Hang repeated labels under the unique label to their left (男, 女 after each total, nothing merged).

    Under a band (地区生产总值 over 绝对额, 位次, 同比增长, 位次) the same holds within the band. Months go under years
    only.
    """
    if all(len(heads[c].path) == 1 for c in data):
        for place, year in branches_of_years([heads[c].path[0] for c in data]).items():
            heads[data[place]].path = [*heads[data[year]].path, *heads[data[place]].path]
    paths = [tuple(heads[c].path) for c in data]
    doubled = {p for p, count in Counter(paths).items() if count > 1 and p}
    if not doubled or (len({len(p) for p in paths}) > 1 and any(len(p) == 1 for p in doubled)):
        return
    parent: int | None = None
    adopted: dict[int, int] = {}
    for c, path in zip(data, paths, strict=True):
        if parent is not None and heads[parent].path[:-1] != list(path[:-1]):
            parent = None  # another band
        if path in doubled and is_time(path[-1]):
            continue
        if path not in doubled:
            parent = c
        elif parent is None:
            return
        else:
            adopted[c] = parent
    if any(labels.closes_list(path[-1]) for path in doubled):
        return
    new_paths = {c: (*heads[p].path, heads[c].path[-1]) for c, p in adopted.items()}
    if len(set(new_paths.values())) < len(new_paths):
        return
    for c, p in adopted.items():
        heads[c].unit = heads[c].unit or ("" if units.is_rank(heads[c].path[-1]) else heads[p].unit)
        heads[c].path = list(new_paths[c])


def read_times(heads: dict[int, ColumnHead]) -> None:
    """Read what the labels say about time, from the leaf up."""
    for head in heads.values():
        found = (
            timewords.leading_fragment(part) or timewords.stated_fragment(part)
            for part in reversed(head.path)
        )
        head.fragments.extend(f for f in found if f is not None)
        head.sums = timewords.says_sum(reversed(head.path))
    carry_years([head.fragments for head in heads.values()], [()] * len(heads))
    _lend_times(list(heads.values()))


def _lend_times(heads: list[ColumnHead]) -> None:
    """Give growth, shares and 上年同期 the time of the column that they go with, where they name no months.

    本月, 比去年同月增长, 1-本月, 比去年同期增长: the last column is of the sum, which only its place says.
    """
    before = [_is_before(head) for head in heads]
    named = [
        not b and any(f.kind in _MONTHS for f in h.fragments) for h, b in zip(heads, before, strict=True)
    ]
    levels = [_dependent_level(head) for head in heads]
    lenders = [
        (says or head.sums is not None)
        and not b
        and n is None
        and bool(head.path)
        and not _PLAN.search(head.path[-1])
        for head, says, b, n in zip(heads, named, before, levels, strict=True)
    ]
    for i, head in enumerate(heads):
        silent = not any(f.kind in _MONTHS for f in head.fragments)
        level = len(head.path) - 1 if before[i] else levels[i]
        if not head.path or not silent or level is None:
            continue
        to_left = [heads[k] for k in range(i - 1, -1, -1) if lenders[k]]
        to_right = [heads[k] for k in range(i + 1, len(heads)) if lenders[k]] if before[i] else []
        near = [
            other
            for other in [*to_left, *to_right]
            if other.path[:level] == head.path[:level] and head.sums in (None, _is_sum(other))
        ]
        if near:
            # 2024年5月, 2023年5月, 增长: growth is that of the later year, whichever stands nearer.
            same = [other for other in near if _months(other) == _months(near[0])]
        else:
            # 1-5月增速, 1-4月增速, 增减百分点: there is nothing but growth, and the change is that of the last one.
            same = [heads[k] for k in range(i) if named[k] and levels[k] is not None and not before[i]]
            same = [other for other in same if other.path[:level] == head.path[:level] and head.sums is None]
        if same:
            head.lender = lender = max(same, key=_latest)
            head.fragments += [f for f in lender.fragments if f.kind in _MONTHS or f.kind == "year"]
            head.sums = lender.sums if head.sums is None else head.sums


def _dependent_level(head: ColumnHead) -> int | None:
    """Return at which level a label speaks of growth or shares, be it a band: 与上年同期比较 over 增减额 and %."""
    return next((n for n, part in enumerate(head.path) if _DEPENDENT.search(part)), None)


def _months(head: ColumnHead) -> tuple[bool | None, int | None, int | None]:
    piece = next((f for f in head.fragments if f.kind in _MONTHS), None)
    return head.sums, None if piece is None else piece.start, None if piece is None else piece.end


def _latest(head: ColumnHead) -> tuple[int, int]:
    year = next((f.year for f in head.fragments if f.year is not None), 0)
    return year, next((f.end for f in head.fragments if f.kind in _MONTHS and f.end is not None), 0)


def _is_before(head: ColumnHead) -> bool:
    """Whether a column is of another time than the table: 上年同期, 去年1-5月, 上月."""
    return any(f.offset or f.months for f in head.fragments)


def _is_sum(head: ColumnHead) -> bool | None:
    """Whether a column holds sums from January on, by its words or by its months."""
    if head.sums is not None:
        return head.sums
    piece = next((f for f in head.fragments if f.kind in _MONTHS), None)
    return None if piece is None or piece.kind == "quarter" else piece.kind == "span"


def read_bare_years(grid: Grid, header: list[int], heads: dict[int, ColumnHead]) -> None:
    """Read years like 99年, which count only if the axis has nothing else."""
    leaves = [head.path[-1] if head.path else "" for head in heads.values()]
    if not timewords.may_be_roc_years(leaves):
        return  # the lines above are many where tables stand under each other
    around = "".join(grid.text(r, c) for r in range(header[0] + 1) for c in grid.filled(r))
    for head, roc in zip(heads.values(), timewords.bare_roc_years(leaves, around), strict=True):
        head.fragments += [roc] if roc is not None else []
