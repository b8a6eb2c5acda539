"""Years that a list of periods says once: ``2023年1-2月``, ``1-3月``, ``1-6月``, ``2024年1-2月``, ``1-3月``.

Only a year that stands with months is carried on. After the annual figures 2022年, 2023年 a row 1-9月 belongs to the
year of the title, and so does whatever goes back in the months where the years go forward.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from itertools import pairwise

from songyuan_analysis.sheets.timewords import Fragment, parse_fragment

_PIECES = frozenset({"month", "span", "quarter", "whole"})


def carry_years(spoken: Sequence[list[Fragment]], groups: Sequence[Hashable]) -> None:
    """Give the year to the fragments that go on from one that says it.

    Parameters
    ----------
    spoken : sequence of list of Fragment
        What the labels of an axis say, in the order of the axis, each from the leaf up; changed in place.
    groups : sequence of hashable
        The branch of each label; a year holds in its own branch only.
    """
    said = [f[0].year for f in spoken if _is_dated(f) and f[0].year is not None]
    if not said or len(said) == len(spoken):
        return
    back = len(set(said)) > 1 and all(a >= b for a, b in pairwise(said))
    if not back and any(a > b for a, b in pairwise(said)):
        return
    year: int | None = None
    group: Hashable = None
    last = 0
    before: Fragment | None = None
    for fragments, here in zip(spoken, groups, strict=True):
        if not fragments:
            continue
        own = fragments[0]
        if _is_dated(fragments):
            year, group, last, before = own.year, here, own.end or 12, None
            continue
        end = own.end or 12
        undated = own.kind in _PIECES and all(f.year is None and f.kind != "relative" for f in fragments)
        goes_on = end < last if back else end > last
        if year is None or here != group or not undated or not (goes_on or own == before):
            year = None
            continue
        last, before = end, own
        fragments[0] = replace(own, year=year)


def branches_of_years(labels: Sequence[str]) -> dict[int, int]:
    """Return for each label of months the place of the year's label that it stands behind.

    Empty unless such labels repeat: 2023年, 一季度, 上半年, 2024年, 一季度. A single 1-9月 behind 2023年 may belong to
    the year of the title.
    """
    spoken = [parse_fragment(label) for label in labels]
    pieces = [f is not None and f.kind in _PIECES and f.year is None for f in spoken]
    months = [label for label, piece in zip(labels, pieces, strict=True) if piece]
    if len(set(months)) == len(months):
        return {}
    found: dict[int, int] = {}
    parent: int | None = None
    for place, (fragment, piece) in enumerate(zip(spoken, pieces, strict=True)):
        if fragment is not None and fragment.kind == "year":
            parent = place
        elif piece and parent is None:
            return {}
        elif piece and parent is not None:
            found[place] = parent
    return found


def is_carried(path: Sequence[str], fragments: Sequence[Fragment]) -> bool:
    """Whether the year of a label's months is not in its own path, but was carried on to it."""
    spoken = [f for part in reversed(path) if (f := parse_fragment(part)) is not None]
    return (
        bool(spoken and fragments) and fragments[0].year is not None and all(f.year is None for f in spoken)
    )


def is_time(label: str) -> bool:
    """Whether a label says a time and nothing else."""
    return parse_fragment(label) is not None


def _is_dated(fragments: list[Fragment]) -> bool:
    """Whether the innermost label names months together with their year."""
    return bool(fragments) and fragments[0].kind in _PIECES and fragments[0].year is not None
