"""What the header says about one data column, and levels that only the set of all columns shows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from songyuan_analysis.sheets import labels, timewords, units
from songyuan_analysis.sheets.carried import branches_of_years, carry_years, is_time
from songyuan_analysis.sheets.grid import Grid
from songyuan_analysis.sheets.override import NOTHING, Said

_COMPARES = re.compile(r"[上去]年同[期月]|同比|增[长長幅速减減]|[比较較][上去]年|±")


@dataclass
class ColumnHead:
    """What the header says about one data column."""

    path: list[str] = field(default_factory=list)
    unit: str = ""
    fragments: list[timewords.Fragment] = field(default_factory=list)
    quarterly: bool = False
    raw: str = ""
    said: Said = NOTHING


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
        if path and is_time(path[-1]):
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
    _share_months(heads)
    carry_years([head.fragments for head in heads.values()], [()] * len(heads))


def _share_months(heads: dict[int, ColumnHead]) -> None:
    """Give 去年同期 and 增幅 the months of the one column that names some: they compare with it."""
    named = [f for head in heads.values() for f in head.fragments if f.kind in ("span", "quarter", "month")]
    months = {(f.kind, f.start, f.end) for f in named}
    if len(months) != 1:
        return
    kind, start, end = months.pop()
    for head in heads.values():
        leaf = head.path[-1] if head.path else ""
        if _COMPARES.match(leaf) and all(f.kind == "relative" for f in head.fragments):
            head.fragments.append(timewords.Fragment(kind, None, start, end))


def read_bare_years(grid: Grid, header: list[int], heads: dict[int, ColumnHead]) -> None:
    """Read years like 99年, which count only if the axis has nothing else."""
    leaves = [head.path[-1] if head.path else "" for head in heads.values()]
    if not timewords.may_be_roc_years(leaves):
        return  # the lines above are many where tables stand under each other
    around = "".join(grid.text(r, c) for r in range(header[0] + 1) for c in grid.filled(r))
    for head, roc in zip(heads.values(), timewords.bare_roc_years(leaves, around), strict=True):
        head.fragments += [roc] if roc is not None else []
