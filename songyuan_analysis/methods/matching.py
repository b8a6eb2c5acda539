"""How one row of a frame finds another: columns as codes, months as numbers, and look-ups in a sorted pool.

Everything here works on whole columns. A million rows find their year before in about the time that it takes to turn
their labels into codes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.frames import joined, places, printed
from songyuan_analysis.sheets.periods import Period

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

UNKNOWN = -1
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_HIGHEST_KEY = 2**62
_PROBE = 1000


def codes(column: pd.Series) -> tuple[Ints, list[str]]:
    """Return a column of texts as codes and the texts that they stand for; a missing text is ""."""
    # Most columns of most frames say one thing only; asking that first is three times as quick.
    if len(column) and (column.iloc[:_PROBE] == column.iloc[0]).all() and (column == column.iloc[0]).all():
        return np.zeros(len(column), np.int64), [str(column.iloc[0])]
    found, words = pd.factorize(column)
    known = [str(word) for word in np.asarray(words, object)]  # Arrow hands out one text at a time slowly
    if len(found) and found.min() < 0:
        if "" not in known:
            known.append("")
        found = np.where(found < 0, known.index(""), found)
    return found.astype(np.int64, copy=False), known


def months(column: pd.Series) -> Ints:
    """Return months (``2024-03``) as numbers that count on by one; what is no month is `UNKNOWN`."""
    found, words = codes(column)
    numbers = [int(m[1]) * 12 + int(m[2]) - 1 if (m := _MONTH.fullmatch(word)) else UNKNOWN for word in words]
    return np.asarray(numbers or [UNKNOWN], np.int64)[found] if len(found) else found


def month_texts(numbers: Ints, index: pd.Index) -> pd.Series:
    """Return the texts of months; the inverse of `months`."""
    if not len(numbers):
        return pd.Series([], index=index, dtype="str")
    first = int(numbers.min())
    words = [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(first, int(numbers.max()) + 1)]
    return worded(numbers - first, words, index)


def period_texts(start: Ints, end: Ints, index: pd.Index) -> pd.Series:
    """Return the texts of single periods (``2024``, ``2024Q2``, ``2024-03``, ``2024-01/2024-02``)."""
    found, pairs = pd.factorize(end * 4096 + (end - start))
    words = []
    for pair in pairs:
        last, first = int(pair) // 4096, int(pair) // 4096 - int(pair) % 4096
        words.append(str(Period((first // 12, first % 12 + 1), (last // 12, last % 12 + 1))))
    return worded(found.astype(np.int64), words, index)


def worded(found: Ints, words: Sequence[str], index: pd.Index) -> pd.Series:
    """Return texts by their codes; the inverse of `codes`, without an object for each row."""
    texts = pa.array(words, pa.large_string()).take(pa.array(found))
    return pd.Series(pd.array(texts, dtype="str"), index=index)


def families(frame: pd.DataFrame, column: str) -> tuple[Ints, list[str]]:
    """Return the file (``sha256``) or the release date (``vintage``) of rows as codes, and what the codes stand for.

    Two rows of one family stand on the same ground; a row that names none has the code `UNKNOWN`. A frame of results
    (column ``method``) was computed in one go and is one family.

    Raises
    ------
    UsageError
        If the frame says nothing of where its figures come from.
    """
    if column in frame:
        found, words = codes(frame[column])
        return (np.where(found == words.index(""), UNKNOWN, found) if "" in words else found), words
    if {"sha256", "vintage"} & set(frame.columns):
        return np.full(len(frame), UNKNOWN, np.int64), []
    if "method" in frame:
        return np.zeros(len(frame), np.int64), [""]
    raise UsageError(
        "表里没有 sha256 和 vintage 两列，看不出各数是否出自同一版次。",
        remedy="用 load_observations 取出的表。",
    )


def aligned(found: Ints, words: Sequence[str], other: Sequence[str]) -> Ints:
    """Return codes in the vocabulary of another column; `UNKNOWN` for words that it does not have."""
    place = {word: number for number, word in enumerate(other)}
    table = np.array([*(place.get(word, UNKNOWN) for word in words), UNKNOWN], np.int64)
    return table[found]  # the last entry serves `UNKNOWN`


def bands_of(frame: pd.DataFrame) -> Bands:
    """Return the figures of observations as printed, or those of a frame of results with the bounds that it has."""
    if "decimals" in frame or not {"low", "high"} <= set(frame.columns):
        return printed(frame)
    return Bands(*(frame[name].to_numpy(np.float64) for name in ("low", "obs_value", "high")))


def powers(frame: pd.DataFrame) -> Array:
    """Return the power of ten of each row's unit; 0 where it is not known."""
    if "unit_mult" not in frame:
        return np.zeros(len(frame))
    return pd.to_numeric(frame["unit_mult"]).to_numpy(np.float64, na_value=0.0)


def scaled(values: Bands, exponent: Array) -> Bands:
    """Return figures in another unit, ``exponent`` powers of ten smaller."""
    if not exponent.any():
        return values
    # Dividing by a whole power keeps decimal fractions as they were; multiplying by 0.0001 does not.
    up, down = 10.0 ** np.maximum(exponent, 0), 10.0 ** np.maximum(-exponent, 0)
    return Bands(*(part * up / down for part in (values.low, values.mid, values.high)))


def at(column: Array, rows: Ints) -> Array:
    """Return numbers by row; for a row that is none something is returned, and NaN where there are no rows at all."""
    return column.take(rows, mode="clip") if len(column) else np.full(len(rows), np.nan)


def taken(values: Bands, rows: Ints) -> Bands:
    """Return figures by row; a row below zero is none, and its figure missing."""
    picked = Bands(*(at(part, rows) for part in (values.low, values.mid, values.high)))
    return picked if len(rows) == 0 or rows.min() >= 0 else picked.where(rows >= 0)


def cells_of(frame: pd.DataFrame) -> pd.Series:
    """Return the cells that each row comes from: its own address, or the sources of a result."""
    return frame["sources"] if "sources" in frame else places(frame)


def both_places(frame: pd.DataFrame, other: Ints) -> pd.Series:
    """Return for each row its address and, where there is one, that of its other row, joined by ``；``."""
    own = cells_of(frame)
    if not len(other) or not (own != "").any():
        return own
    paired = joined([own, own.take(np.maximum(other, 0)).set_axis(own.index)], "；")
    return paired if other.min() >= 0 else paired.where(other >= 0, own)


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
        self._steps: list[tuple[int, Ints | None]] = []
        self._key = self._pack_own()
        self.order = np.argsort(self._key, kind="stable")
        self._sorted = self._key[self.order]

    def _pack_own(self) -> Ints:
        key, size = np.zeros(len(self._parts[0]), np.int64), 1
        for part in self._parts:
            # Two codes beyond the highest: one for what is unknown here, one for what a query asks in vain.
            width = int(part.max(initial=0)) + 3
            found: Ints | None = None
            if size * width > _HIGHEST_KEY:
                found, key = np.unique(key, return_inverse=True)
                size = len(found) + 1
            self._steps.append((width, found))
            key = key * width + (np.where(part < 0, width - 2, part) if part.min(initial=0) < 0 else part)
            size *= width
        return key

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
            key = key * width + part
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
        place = np.searchsorted(self._sorted, query)
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
        twin = self._sorted[1:] == self._sorted[:-1]
        if twin.any():
            group = np.concatenate([[0], np.cumsum(~twin)])
            starts = np.flatnonzero(np.concatenate([[True], ~twin]))
            highest_low = np.maximum.reduceat(values.low[self.order], starts)
            lowest_high = np.minimum.reduceat(values.high[self.order], starts)
            noise = 1e-9 * np.maximum(np.abs(highest_low), np.abs(lowest_high))
            clash[self.order] = (highest_low > lowest_high + noise)[group]
        return clash

    def first_of_equals(self) -> Flags:
        """Mark of the rows that are equal on every level the first, and every row that is alone."""
        first = np.ones(len(self._key), bool)
        first[self.order[1:][self._sorted[1:] == self._sorted[:-1]]] = False
        return first


def combined(*parts: Ints, sort: bool = False) -> tuple[Ints, int]:
    """Return numbers that are equal where rows agree in all parts, and how many there are.

    They count on in the order of the rows, or (`sort`) in that of the parts, the first part first.
    """
    whole = parts[0]
    for part in parts[1:]:
        if part.any():
            width = int(part.max(initial=0)) + 2  # `UNKNOWN` is a part like any other
            if (int(whole.max(initial=0)) + 1) * width > _HIGHEST_KEY:
                whole = pd.factorize(whole, sort=True)[0].astype(np.int64)
            whole = whole * width + part + 1
    steps = whole[1:] - whole[:-1]
    if len(steps) and whole[0] == 0 and steps.min() >= 0 and steps.max() <= 1:  # they count on as they are
        return whole, int(whole[-1]) + 1
    found, kept = pd.factorize(whole, sort=sort)
    return found.astype(np.int64, copy=False), len(kept)


def said_codes(column: pd.Series) -> Ints:
    """Return a column of texts as codes; `UNKNOWN` where nothing is said."""
    found, words = codes(column)
    return np.where(found == words.index(""), UNKNOWN, found) if "" in words else found


def tens(exponent: Array) -> Array:
    """Return powers of ten; one for all where the exponents are equal."""
    return 10.0 ** (exponent[:1] if (exponent == exponent[:1]).all() else exponent)
