"""Where figures stand in totals, by the catalogue: which add up, which are an "of which", and sums by total."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, dense
from songyuan_analysis.methods.grounds import Levels
from songyuan_analysis.methods.matching import Pool
from songyuan_analysis.observations.catalogue import catalogue


@dataclass(frozen=True)
class Place:
    """Where an indicator stands in a total: the total, the division, how many parts that has, and whether it is one."""

    total: str
    division: str
    parts: int
    addend: bool


@cache
def place_of(code: str) -> Place | None:
    """Return the total to which an indicator contributes, by the catalogue; None where there is none.

    Members with the same ``part_of`` and ``division`` add up. An indicator with a parent but no ``part_of`` is an "of
    which" of the first total above it: it contributes, and is never added.
    """
    known = catalogue().indicators
    item = known.get(code)
    if item is None:
        return None
    sizes: dict[tuple[str, str], int] = {}
    for other in known.values():
        if other.part_of:
            sizes[other.part_of, other.division] = sizes.get((other.part_of, other.division), 0) + 1
    if item.part_of:
        return Place(item.part_of, item.division, sizes[item.part_of, item.division], addend=True)
    above, seen = item.parent, {code}
    while above and above not in seen:
        seen.add(above)
        if (above, "") in sizes and sizes[above, ""] > 1:
            return Place(above, "", sizes[above, ""], addend=False)
        above = known[above].part_of or known[above].parent
    return None


@cache
def members(total: str, division: str) -> tuple[str, ...]:
    """Return the indicators that add up to a total in one division."""
    known = catalogue().indicators.items()
    return tuple(code for code, item in known if (item.part_of, item.division) == (total, division))


def with_total(rows: Levels) -> Levels:
    """Return the rows whose indicator is part of a total."""
    return rows.only(rows.where_indicator(w for w in rows.indicator_words if place_of(w) is not None))


class Totals:
    """The totals of rows: one for each area, scope, period and division of a total.

    Attributes
    ----------
    addend, single : array of bool
        Whether a row adds up to its total, and whether it is the first print of its figure.
    size : array of int
        How many parts the total of a row has.
    words, code : list of str, array of int
        The totals' indicators, and which is that of a row.
    group, groups : array of int, int
        The total of each row, and how many there are.
    counted : array of int
        Rows that add up, each part once.
    """

    def __init__(self, rows: Levels, family: Ints | None = None) -> None:
        places = [place_of(word) or Place("", "", 0, addend=False) for word in rows.indicator_words]
        own = rows.indicators
        self.addend: Flags = np.array([p.addend for p in places] or [False], bool)[own]
        self.size: Ints = np.array([p.parts for p in places] or [0], np.int64)[own]
        self.words = sorted({p.total for p in places}) or [""]
        self.code: Ints = np.array([self.words.index(p.total) for p in places] or [0], np.int64)[own]
        divisions = sorted({p.division for p in places})
        division = np.array([divisions.index(p.division) for p in places] or [0], np.int64)[own]
        parts = [rows.areas, rows.scopes, rows.end, rows.span, self.code, division]
        parts += [] if family is None else [family]
        self.group, self.groups = dense(parts)
        self.pool = Pool(self.group, own)
        self.single = self.pool.first_of_equals()
        self.counted = np.flatnonzero(self.single & self.addend)

    def sums(self, values: Bands) -> Bands:
        """Return for each total the sum of its parts."""
        group = self.group[self.counted]
        low, mid, high = (
            np.bincount(group, part[self.counted], self.groups).astype(np.float64)
            for part in (values.low, values.mid, values.high)
        )
        return Bands(low, mid, high)

    def firsts(self) -> Ints:
        """Return the first counted row of each total, in the order of the frame."""
        first = np.full(self.groups, UNKNOWN, np.int64)
        first[self.group[self.counted[::-1]]] = self.counted[::-1]
        return np.sort(first[first >= 0])
