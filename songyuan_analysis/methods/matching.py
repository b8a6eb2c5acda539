"""How one row of a frame finds another: look-ups in a sorted pool of codes, and figures taken from the rows found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, packed


def powers(frame: pd.DataFrame) -> Array:
    """Return the power of ten of each row's unit; 0 where it is not known."""
    if "unit_mult" not in frame:
        return np.zeros(len(frame))
    column = frame["unit_mult"]
    numbers = column if pd.api.types.is_numeric_dtype(column) else pd.to_numeric(column)
    return numbers.to_numpy(np.float64, na_value=0.0)


def scaled(values: Bands, exponent: Array) -> Bands:
    """Return figures in another unit, ``exponent`` powers of ten smaller."""
    if not exponent.any():
        return values
    # Dividing by a whole power keeps decimal fractions as they were; multiplying by 0.0001 does not.
    up, down = 10.0 ** np.maximum(exponent, 0), 10.0 ** np.maximum(-exponent, 0)
    return Bands(*(part * up / down for part in (values.low, values.mid, values.high)))


def tens(exponent: Array) -> Array:
    """Return powers of ten; one for all where the exponents are equal."""
    return 10.0 ** (exponent[:1] if (exponent == exponent[:1]).all() else exponent)


def at(column: NDArray[Any], rows: Ints) -> NDArray[Any]:
    """Return numbers by row; for a row that is none something is returned, and nothing (NaN) where there are no rows."""
    if len(column):
        return column.take(rows, mode="clip")
    return np.full(len(rows), np.nan if column.dtype.kind == "f" else 0, column.dtype)


def taken(values: Bands, rows: Ints) -> Bands:
    """Return figures by row; a row below zero is none, and its figure missing."""
    picked = Bands(*(at(part, rows) for part in (values.low, values.mid, values.high)))
    return picked if len(rows) == 0 or rows.min() >= 0 else picked.where(rows >= 0)


def kept(frame: pd.DataFrame, keep: Flags) -> pd.DataFrame:
    """Return the rows to keep; the frame itself where that is all of them."""
    return frame if keep.all() else frame[keep]


class Pool:
    """Rows that are looked up by several codes, the most important first.

    Parameters
    ----------
    *parts : array of int
        One code of each row for each level; `UNKNOWN` is equal to nothing.
    """

    def __init__(self, *parts: Ints) -> None:
        self._parts = parts
        self._key, self._steps = packed(parts)
        self.order = np.argsort(self._key, kind="stable")
        self._sorted = self._key[self.order]
        self._twin: Flags = self._sorted[1:] == self._sorted[:-1]
        self.twins = bool(self._twin.any())

    def _pack(self, parts: Sequence[Ints]) -> Ints:
        key = np.zeros(len(parts[0]), np.int64)
        for given, (width, found) in zip(parts, self._steps, strict=True):
            part = given
            if found is not None:
                place = np.searchsorted(found, key)
                hit = found.take(place, mode="clip") == key
                key = np.where(hit, place, len(found))
            if part.min(initial=0) < 0 or part.max(initial=0) >= width - 2:
                part = np.where((part < 0) | (part >= width - 2), width - 1, part)
            key *= width
            key += part
        return key

    def find(self, *parts: Ints) -> tuple[Ints, Ints]:
        """Find for each query the row that agrees with it on the most levels, counted from the first.

        Returns
        -------
        rows, depth : array of int
            The row (the first of equal ones), and on how many levels it agrees; 0 and `UNKNOWN` where none does on
            the first.
        """
        if not len(self._sorted):
            nothing = np.full(len(parts[0]), UNKNOWN, np.int64)
            return nothing, np.zeros(len(parts[0]), np.int64)
        query = self._pack(parts)
        place = self._places(query)
        rows = self.order.take(place, mode="clip")
        depth = np.full(len(query), len(self._parts), np.int64)
        inexact = np.flatnonzero(self._sorted.take(place, mode="clip") != query)
        if len(inexact):
            # In a sorted pool, whoever shares the longest beginning with a query stands right beside its place.
            sides = [self.order.take(place[inexact] + side, mode="clip") for side in (0, -1)]
            depths = [self._agreement(side, [part[inexact] for part in parts]) for side in sides]
            better = depths[1] > depths[0]
            depth[inexact] = np.where(better, depths[1], depths[0])
            rows[inexact] = np.where(better, sides[1], sides[0])
            rows[depth == 0] = UNKNOWN
        return rows, depth

    def _places(self, query: Ints) -> Ints:
        """Return for each query the place of the first key that is not below it."""
        # In series without gaps the other row lies the same number of rows away nearly always; that is asked first.
        middle = len(query) // 2
        away = int(np.searchsorted(self._sorted, query[middle])) - middle if len(query) else 0
        place = np.clip(np.arange(away, away + len(query)), 0, len(self._sorted) - 1)
        missed = self._sorted[place] != query
        if self.twins or np.count_nonzero(missed) > len(query) // 2:
            return np.searchsorted(self._sorted, query).astype(np.int64, copy=False)
        place[missed] = np.searchsorted(self._sorted, query[missed])
        return place

    def _agreement(self, rows: Ints, parts: Sequence[Ints]) -> Ints:
        alive, depth = np.ones(len(rows), bool), np.zeros(len(rows), np.int64)
        for own, asked in zip(self._parts, parts, strict=True):
            alive &= (own[rows] == asked) & (asked >= 0)
            depth += alive
        return depth

    def clashes(self, values: Bands) -> Flags:
        """Mark the rows that are equal on every level and print numbers that cannot agree.

        Parameters
        ----------
        values : Bands
            In one unit for all rows.
        """
        clash = np.zeros(len(self._key), bool)
        if self.twins:
            group = np.concatenate([[0], np.cumsum(~self._twin)])
            starts = np.flatnonzero(np.concatenate([[True], ~self._twin]))
            highest_low = np.maximum.reduceat(values.low[self.order], starts)
            lowest_high = np.minimum.reduceat(values.high[self.order], starts)
            noise = 1e-9 * np.maximum(np.abs(highest_low), np.abs(lowest_high))
            # 2.2 and 2.3 meet in 2.25 only, which no office prints as both; a figure that is exact may lie on the edge.
            width = np.minimum.reduceat((values.high - values.low)[self.order], starts)
            clash[self.order] = (highest_low > lowest_high + np.where(width > 2 * noise, -noise, noise))[
                group
            ]
        return clash

    def first_of_equals(self) -> Flags:
        """Mark of the rows that are equal on every level the first, and every row that is alone."""
        first = np.ones(len(self._key), bool)
        if self.twins:
            first[self.order[1:][self._twin]] = False
        return first

    def exact(self, *parts: Ints) -> Ints:
        """Find for each query the first row that agrees with it on every level; `UNKNOWN` where none does."""
        if not len(self._sorted) or not len(parts[0]):
            return np.full(len(parts[0]), UNKNOWN, np.int64)
        query = self._pack(parts)
        place = self._places(query)
        rows = self.order.take(place, mode="clip")
        return np.where(self._sorted.take(place, mode="clip") == query, rows, UNKNOWN)

    def groups(self) -> Ints:
        """Return a number for each row, equal where rows are equal on every level, and ascending in `order`."""
        found = np.zeros(len(self._key), np.int64)
        found[self.order[1:]] = np.cumsum(~self._twin)
        return found

    def contradicted(self, values: Array) -> Flags:
        """Mark the rows that are equal on every level and do not all have the same number (or all have none)."""
        found = np.zeros(len(self._key), bool)
        if self.twins:
            value = values[self.order]
            same = np.isclose(value[1:], value[:-1], rtol=1e-9, atol=0.0, equal_nan=True)
            wrong = np.zeros(len(found), bool)
            wrong[1:] = self._twin & ~same
            group = self.groups()[self.order]
            found[self.order] = np.bincount(group, wrong)[group] > 0
        return found
