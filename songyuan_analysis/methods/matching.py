"""How one row of a frame finds another: columns as codes, months as numbers, and look-ups in a sorted pool.

Everything here works on whole columns. A million rows find their year before in about the time that it takes to turn
their labels into codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
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
    # Most columns say one thing only, or the same for many rows on end: whole runs are cheaper to name than rows.
    heads = _heads(column) if len(_heads(column.iloc[:_PROBE])) < _PROBE // 4 else np.zeros(0, np.int64)
    if len(heads) == 1:
        return np.zeros(len(column), np.int64), [str(column.iloc[0])]
    runs = 0 < len(heads) < len(column) // 4
    found, words = pd.factorize(column.iloc[heads] if runs else column)
    known = [str(word) for word in np.asarray(words, object)]  # Arrow hands out one text at a time slowly
    if len(found) and found.min() < 0:
        if "" not in known:
            known.append("")
        found = np.where(found < 0, known.index(""), found)
    if runs:
        found = found.repeat(np.diff(heads, append=len(column)))
    return found.astype(np.int64, copy=False), known


def _heads(column: pd.Series) -> Ints:
    """Return the rows whose text is another than that of the row above; none where it cannot be told quickly."""
    if not isinstance(column.dtype, pd.StringDtype) or column.dtype.storage != "pyarrow" or not len(column):
        return np.zeros(0, np.int64)
    texts = arrow(column)
    if texts.null_count or len(texts) < 2:
        return np.zeros(0, np.int64)
    changed = pc.not_equal(texts.slice(1), texts.slice(0, len(texts) - 1)).to_numpy(zero_copy_only=False)
    return np.concatenate([[0], np.flatnonzero(changed) + 1])


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


def period_texts(start: Ints, end: Ints, index: pd.Index, *, cumulative: bool = False) -> pd.Series:
    """Return the texts of single periods (``2024``, ``2024Q2``, ``2024-03``, ``2024-01/2024-02``), or of cumulative ones."""
    found, count = dense([end, end - start])
    first = np.zeros(count, np.int64)
    first[found[::-1]] = np.arange(len(found))[::-1]
    words = [
        str(Period((a // 12, a % 12 + 1), (b // 12, b % 12 + 1), cumulative))
        for a, b in zip(start[first].tolist(), end[first].tolist(), strict=True)
    ]
    return worded(found, words, index)


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


def at(column: NDArray[Any], rows: Ints) -> NDArray[Any]:
    """Return numbers by row; for a row that is none something is returned, and nothing (NaN) where there are no rows."""
    if len(column):
        return column.take(rows, mode="clip")
    return np.full(len(rows), np.nan if column.dtype.kind == "f" else 0, column.dtype)


def taken(values: Bands, rows: Ints) -> Bands:
    """Return figures by row; a row below zero is none, and its figure missing."""
    picked = Bands(*(at(part, rows) for part in (values.low, values.mid, values.high)))
    return picked if len(rows) == 0 or rows.min() >= 0 else picked.where(rows >= 0)


def cells_of(frame: pd.DataFrame) -> pd.Series:
    """Return the cells that each row comes from: its own address, or the sources of a result."""
    return frame["sources"] if "sources" in frame else places(frame)


def listed(texts: pd.Series, items: NDArray[np.integer[Any]], ends: Ints) -> pd.Series:
    """Join texts by ``；``: the items of the first list up to its end, then those of the second.

    Parameters
    ----------
    texts : Series
    items : array of int
        Rows of the texts, list by list.
    ends : array of int
        How many items there are up to the end of each list.
    """
    lists = pa.LargeListArray.from_arrays(pa.array(np.append(0, ends)), arrow(texts).take(pa.array(items)))
    return pd.Series(pd.array(pc.binary_join(lists, _text("；")), dtype="str"))


def both_places(frame: pd.DataFrame, other: Ints) -> pd.Series:
    """Return for each row its address and, where there is one, that of its other row, joined by ``；``."""
    if (page := _page(frame)) is not None and len(other):
        # File and sheet stand once for all rows; the text is put together in one go.
        cells = arrow(frame["cell"])
        there = other >= 0
        between: Any = _text("；" + page)
        if not there.all():
            between = pa.array(["", "；" + page], pa.large_string()).take(pa.array(there.astype(np.int64)))
        more = [between, cells.take(pa.array(other, mask=~there))]
        found = pc.binary_join_element_wise(
            _text(page), cells, *more, _text(""), null_handling="replace", null_replacement=""
        )
        return pd.Series(pd.array(found, dtype="str"), index=frame.index)
    return with_cells(cells_of(frame), frame, other)


def with_cells(sources: pd.Series, frame: pd.DataFrame, rows: Ints) -> pd.Series:
    """Add to sources the cells of rows of a frame, joined by ``；``; a row below zero is none."""
    there = rows >= 0
    if not there.any():
        return sources
    more = cells_of(frame)
    more = more.take(np.maximum(rows, 0)).set_axis(sources.index)
    there &= (more != "").to_numpy(bool)
    together = joined([sources, more], "；")
    return together if there.all() else together.where(there, sources)


def _page(frame: pd.DataFrame) -> str | None:
    """Return what stands before the cell in the addresses of a frame of one sheet; None where there are several."""
    if "sources" in frame or not {"file", "sheet", "cell"} <= set(frame.columns) or frame["cell"].hasnans:
        return None
    file, sheet = _heads(frame["file"]), _heads(frame["sheet"])
    if len(file) != 1 or len(sheet) != 1 or not isinstance(frame["cell"].dtype, pd.StringDtype):
        return None
    return f"{frame['file'].iloc[0]} › {frame['sheet'].iloc[0]} › "


def arrow(texts: pd.Series) -> pa.Array:
    """Return a column of texts as Arrow keeps it, in one piece."""
    found = pa.array(texts.array, pa.large_string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _text(word: str) -> pa.Scalar:
    return pa.scalar(word, pa.large_string())


def kept(frame: pd.DataFrame, keep: Flags) -> pd.DataFrame:
    """Return the rows to keep; the frame itself where that is all of them."""
    return frame if keep.all() else frame[keep]


def dense(parts: Sequence[Ints], *, sort: bool = False) -> tuple[Ints, int]:
    """Return one code for rows that are equal in all parts, and how many there are.

    They count on in the order of the rows, or (`sort`) in that of the parts, the first part first.
    """
    key, _ = _packed(parts)
    steps = np.diff(key)
    if (steps >= 0).all():
        # Series stand in order in most frames; then nothing has to be looked up.
        found = np.zeros(len(key), np.int64)
        np.cumsum(steps > 0, out=found[1:])
        return found, int(found[-1]) + 1 if len(found) else 0
    found, words = pd.factorize(key, sort=sort)
    return found.astype(np.int64, copy=False), len(words)


def _packed(parts: Sequence[Ints]) -> tuple[Ints, list[tuple[int, Ints | None]]]:
    """Pack the codes of rows into one number each; also return how each part was packed: its width, or a new start."""
    key, size = np.zeros(len(parts[0]), np.int64), 1
    steps: list[tuple[int, Ints | None]] = []
    for part in parts:
        # Two codes beyond the highest: one for what is unknown here, one for what a query asks in vain.
        width = int(part.max(initial=0)) + 3
        found: Ints | None = None
        if size * width > _HIGHEST_KEY:
            found, key = np.unique(key, return_inverse=True)
            size = len(found) + 1
        steps.append((width, found))
        key *= width  # in place: a new array of a million numbers costs more than the arithmetic
        key += np.where(part < 0, width - 2, part) if part.min(initial=0) < 0 else part
        size *= width
    return key, steps


class Pool:
    """Rows that are looked up by several codes, the most important first.

    Parameters
    ----------
    *parts : array of int
        One code of each row for each level; `UNKNOWN` is equal to nothing.
    """

    def __init__(self, *parts: Ints) -> None:
        self._parts = parts
        self._key, self._steps = _packed(parts)
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
            clash[self.order] = (highest_low > lowest_high + noise)[group]
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
        place = np.searchsorted(self._sorted, query)
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


def coded(frame: pd.DataFrame, columns: Sequence[str]) -> list[Ints]:
    """Return columns of texts as codes."""
    return [codes(frame[name])[0] for name in columns]


def coded_alike(
    pool: pd.DataFrame, queries: pd.DataFrame, columns: Sequence[str]
) -> tuple[list[Ints], list[Ints]]:
    """Return columns of two frames as codes in the vocabulary of the first."""
    own, asked = [], []
    for name in columns:
        (mine, words), (theirs, others) = codes(pool[name]), codes(queries[name])
        own.append(mine)
        asked.append(aligned(theirs, others, words))
    return own, asked


def marked(column: pd.Series, wanted: Callable[[str], bool]) -> Flags:
    """Mark the rows whose text is wanted; each text is asked once."""
    found, words = codes(column)
    return np.array([*map(wanted, words), False], np.bool_)[found]


def earlier_spans(start: Ints, end: Ints, back: int) -> tuple[Ints, Ints]:
    """Return first and last month of the periods some months earlier.

    A January accumulation has as counterpart the one of the earlier end's year; any other period keeps its length.
    """
    cumulative = (start % 12 == 0) & (end // 12 == start // 12)
    first = np.where(cumulative, (end - back) // 12 * 12, start - back)
    known = (start >= 0) & (end >= 0)
    return np.where(known, first, UNKNOWN), np.where(known, end - back, UNKNOWN)


def said_codes(column: pd.Series) -> Ints:
    """Return a column of texts as codes; `UNKNOWN` where nothing is said."""
    found, words = codes(column)
    return np.where(found == words.index(""), UNKNOWN, found) if "" in words else found


def tens(exponent: Array) -> Array:
    """Return powers of ten; one for all where the exponents are equal."""
    return 10.0 ** (exponent[:1] if (exponent == exponent[:1]).all() else exponent)
