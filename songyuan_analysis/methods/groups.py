"""Figures that are ranked together: one indicator, measure and period, on one ground; and which areas they are of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from songyuan_analysis.errors import CatalogueError
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, coded, codes, worded
from songyuan_analysis.methods.doubles import one_of_equals
from songyuan_analysis.methods.matching import Pool
from songyuan_analysis.observations.catalogue import area, catalogue

GROUP = ("indicator", "measure", "period_start", "period_end")
_KIND, _WIDE = 3, 5  # levels of the key: up to the tier of the area, and up to the period
ALIKE = ("price_base", "scope", "unit_measure")


def stage_codes(rows: pd.DataFrame) -> list[tuple[str, Ints]]:
    """Return what makes figures of different vintages, as codes, with the words that say so.

    Rules: first figures (P, or no status named), estimates (E), revised (R) and finally verified ones (F) are not
    mixed; nor are figures that were released in different years, where the years are known (else `UNKNOWN`).
    """
    found = []
    if "obs_status" in rows.columns:
        number, words = codes(rows["obs_status"])
        stages = {"P": "A", "": "A"}
        stage = pd.factorize(np.array([stages.get(word, word) for word in words] or [""], object))[0]
        found.append(("各地区的数核实程度不同（初步、修订、最终核实）", stage[number]))
    if "vintage" in rows.columns:
        number, words = codes(rows["vintage"])
        year = np.array([_year(word) for word in words] or [UNKNOWN], np.int64)
        found.append(("各地区的数不是同一年公布的", year[number]))
    return found


def _year(text: str) -> int:
    return int(text[:4]) if text[:4].isdigit() else UNKNOWN


class Groups:
    """Rows that are ranked together: of one indicator, measure and period, on one ground.

    Parameters
    ----------
    rows : DataFrame
    values : Bands
        Of the rows, in one unit.
    tiered : bool
        Whether only areas of one tier (nation, province, prefectures) are ranked together; areas that the catalogue
        does not know are a tier of their own.

    Attributes
    ----------
    number : ndarray of int
        The group of each row.
    size : ndarray of int
        How many areas the group of each row has.
    one : ndarray of int
        The row that stands for each row: equal prints of one area are one.
    twice : ndarray of bool
        Whether an area stands twice in the group, with different figures.
    """

    def __init__(self, rows: pd.DataFrame, values: Bands, *, tiered: bool) -> None:
        self._areas, self._names = codes(rows["ref_area"])
        parts = coded(rows, (*GROUP, *ALIKE))
        parts.insert(_KIND - 1, _tiers(self._names)[self._areas] if tiered else np.zeros(len(rows), np.int64))
        self._pool = Pool(*parts)
        self.number, self._order = self._pool.groups(), self._pool.order
        ordered = self.number[self._order]
        self._starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        first = self._order[self._starts]
        # Groups of one period on different grounds stand beside each other in the order.
        self._kind = np.cumsum(_changes(part[first] for part in parts[:_KIND])) - 1
        self._wide = np.cumsum(_changes(part[first] for part in parts[:_WIDE])) - 1
        members = Pool(self.number, self._areas)
        self.one = one_of_equals(members, values)
        distinct = np.bincount(self.number, members.first_of_equals(), len(first)).astype(np.int64)
        self.size = distinct[self.number] if len(rows) else self.number
        self.twice = members.contradicted(values.mid)
        if self.twice.any():
            self.twice = (np.bincount(self.number, self.twice, len(first)) > 0)[self.number]
        self._torn = self._lacking(distinct)[self.number] if len(rows) else self.twice

    def _lacking(self, distinct: Ints) -> Flags:
        """Mark the groups that lack an area whose figure stands beside it on another ground."""
        beside = np.bincount(self._wide)[self._wide] > 1
        mine = np.flatnonzero(beside[self.number])
        wide = self._wide[self.number[mine]]
        pool = Pool(wide, self._areas[mine])
        everyone = np.bincount(wide, pool.first_of_equals(), len(beside))[self._wide]
        lacking: Flags = beside & (distinct < everyone)
        return lacking

    def torn_by(self, column: pd.Series) -> Flags:
        """Mark rows whose group lacks an area, where the groups beside it differ in this column."""
        if not self._torn.any():
            return self._torn
        first = codes(column)[0][self._order[self._starts]]
        starts = np.flatnonzero(np.diff(self._wide, prepend=-1))
        differ = np.minimum.reduceat(first, starts) < np.maximum.reduceat(first, starts)
        torn: Flags = self._torn & differ[self._wide][self.number]
        return torn

    def several(self, values: Ints) -> Flags:
        """Mark rows whose group has more than one value; `UNKNOWN` is none."""
        known = values[values >= 0]
        if not len(known) or known.min() == known.max():
            return np.zeros(len(values), bool)
        ordered = values[self._order]
        least = np.minimum.reduceat(np.where(ordered < 0, np.iinfo(np.int64).max, ordered), self._starts)
        mixed: Flags = (least < np.maximum.reduceat(ordered, self._starts))[self.number]
        return mixed

    def areas_and_others(self, areas: Sequence[str] | None) -> tuple[pd.Series | str, pd.Series | str]:
        """Return for each row the codes of the areas of its group, and the names of those that lack a figure."""
        if not len(self.number):
            return "", ""
        # Sets of areas are told apart by the sum of one random number for each area: few sets, many groups.
        marks = np.random.default_rng(0).integers(-(2**62), 2**62, len(self._names))
        counted = self.one == np.arange(len(self.one))  # each area once
        total = np.add.reduceat(np.where(counted, marks[self._areas], 0)[self._order], self._starts)
        wanted = self._wanted(areas)
        key = pd.MultiIndex.from_arrays([total, self._kind])
        sets, _ = pd.factorize(key)
        firsts = np.flatnonzero(~pd.Series(sets).duplicated().to_numpy())
        present, absent = [], []
        for group in firsts:
            start = self._starts[group]
            end = self._starts[group + 1] if group + 1 < len(self._starts) else len(self._order)
            here = {self._names[area] for area in self._areas[self._order[start:end]]}
            present.append("、".join(sorted(here)))
            absent.append("、".join(_name(code) for code in sorted(wanted(int(self._kind[group])) - here)))
        index = pd.RangeIndex(len(self.number))
        number = sets[self.number].astype(np.int64)
        return worded(number, present, index).array, worded(number, absent, index).array

    def _wanted(self, areas: Sequence[str] | None) -> Callable[[int], set[str]]:
        if areas is not None:
            return lambda kind: set(areas)
        width = len(self._names)
        every = np.unique(self._kind[self.number] * width + self._areas)
        return lambda kind: {
            self._names[number % width]
            for number in every[slice(*np.searchsorted(every, (kind * width, (kind + 1) * width)))]
        }


def _tiers(names: Sequence[str]) -> Ints:
    """Return the tier of each area as a code."""
    known = catalogue().areas
    tiers = [known[name].level if name in known else "" for name in names] or [""]
    return pd.factorize(np.array(tiers, object))[0].astype(np.int64)


def _changes(parts: Iterable[Ints]) -> Flags:
    """Mark where any of several columns differs from the row before; the first row does."""
    changed: Flags | None = None
    for part in parts:
        own: Flags = np.diff(part, prepend=-1) != 0
        changed = own if changed is None else changed | own
    return np.zeros(0, bool) if changed is None else changed


def _name(code: str) -> str:
    try:
        return area(code).name_zh
    except CatalogueError:
        return code
