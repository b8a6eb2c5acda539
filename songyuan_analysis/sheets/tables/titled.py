"""When the time of the title is that of a cell whose labels say less, and when it is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from songyuan_analysis.sheets.timewords import Fragment, parse_fragment

_MONTHS = frozenset({"month", "span", "quarter"})
_BARE_YEAR = re.compile(r"(?:19|20)\d\d年?")
# A plan is for the year, in a report of any month.
_PLAN = re.compile(r"目标|计划|预算|任务|预期|预计")
_GROWTH = re.compile(r"同比|增长|增减|增加|增幅|增速|增量|升降|涨跌|±|[比较與与][上去]年")
# Growth over several years is nobody's year.
_SEVERAL_YEARS = re.compile(r"年均|平均|累计")

Label = tuple[Sequence[str], Sequence[Fragment]]  # path, and what it says about time from the leaf up


@dataclass(frozen=True)
class YearsOfMonths:
    """The years that stand for the months of the title: 2025年 and 2024年 under 2025年1—9月."""

    years: frozenset[int]
    piece: Fragment

    def narrowed(self, path: Sequence[str], fragments: Sequence[Fragment]) -> list[Fragment]:
        """Return what a label says, its year narrowed to the months."""
        if any(_PLAN.search(part) for part in path):
            return list(fragments)
        return [
            replace(self.piece, year=f.year) if f.kind == "year" and f.year in self.years else f
            for f in fragments
        ]


def years_of_months(axes: Iterable[Iterable[Label]], outer: Sequence[Fragment]) -> YearsOfMonths | None:
    """Return the years that one axis names under a title of months, if they are those months of the years.

    At most two years, one after the other, the later being that of the title; no label may name months. Three
    years, or years that end before that of the title, are whole years.
    """
    title = next((f for f in outer if f.year is not None), None)
    if title is None or title.kind not in _MONTHS or title.end is None:
        return None
    found: list[set[int]] = []
    for axis in axes:
        years: set[int] = set()
        for path, fragments in axis:
            if any(f.kind in _MONTHS for f in fragments):
                return None
            if not any(_PLAN.search(part) for part in path):
                years.update(int(part[:4]) for part in path if _BARE_YEAR.fullmatch(part))
        if years:
            found.append(years)
    if len(found) != 1 or max(found[0]) != title.year or len(found[0]) > 2:
        return None
    years = found[0]
    return YearsOfMonths(frozenset(years), title) if max(years) - min(years) < 2 else None


def names_times(axis: Iterable[Label]) -> bool:
    """Whether an axis names times of its own: then a range of years in the title is that of the axis."""
    dated = (next((f for f in fragments if f.year is not None), None) for _, fragments in axis)
    return len({f for f in dated if f is not None and f.kind not in {"years", "split"}}) > 1


def lenders_of_growth(labels: Sequence[Label]) -> dict[int, int]:
    """Return for each row of growth the row whose time it has: 2024年1-9月, 2025年1-9月, 增长（%）.

    It follows directly on rows of the same months of consecutive years, in one block, and is growth of the latest.
    """
    found: dict[int, int] = {}
    run: list[int] = []
    for place, (path, fragments) in enumerate(labels):
        if run and list(labels[run[-1]][0][:-1]) != list(path[:-1]):
            run = []
        if path and fragments and fragments[0].year is not None and parse_fragment(path[-1]) is not None:
            run.append(place)
        elif not fragments and path and _says_growth(path[-1]):
            latest = _latest([labels[k][1][0] for k in run])
            if latest is not None:
                found[place] = run[latest]
        else:
            run = []
    return found


def _says_growth(label: str) -> bool:
    return _GROWTH.search(label) is not None and _SEVERAL_YEARS.search(label) is None


def _latest(times: list[Fragment]) -> int | None:
    """Return the place of the latest of several times, if they are the same months of consecutive years."""
    years = [f.year for f in times if f.year is not None and f.last_year is None]
    ordered = sorted(years)
    same = len({(f.kind, f.start, f.end) for f in times}) == 1
    if len(times) < 2 or len(years) < len(times) or not same:
        return None
    if any(b - a != 1 for a, b in pairwise(ordered)) or years not in (ordered, ordered[::-1]):
        return None
    return years.index(ordered[-1])
