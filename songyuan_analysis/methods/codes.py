"""Columns of texts as numbers, and numbers as texts again: codes of words, months that count on, keys of several columns.

Everything here works on whole columns. A million rows find their year before in about the time that it takes to turn
their labels into codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from songyuan_analysis.errors import UsageError
from songyuan_analysis.sheets.periods import Period

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
UNKNOWN = -1
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
HIGHEST_KEY = 2**62
_PROBE = 1000


def codes(column: pd.Series) -> tuple[Ints, list[str]]:
    """Return a column of texts as codes and the texts that they stand for; a missing text is ""."""
    # Most columns say one thing only, or the same for many rows on end: whole runs are cheaper to name than rows.
    starts = heads(column) if len(heads(column.iloc[:_PROBE])) < _PROBE // 4 else np.zeros(0, np.int64)
    if len(starts) == 1:
        return np.zeros(len(column), np.int64), [str(column.iloc[0])]
    runs = 0 < len(starts) < len(column) // 4
    found, words = pd.factorize(column.iloc[starts] if runs else column)
    known = [str(word) for word in np.asarray(words, object)]  # Arrow hands out one text at a time slowly
    if len(found) and found.min() < 0:
        if "" not in known:
            known.append("")
        found = np.where(found < 0, known.index(""), found)
    if runs:
        found = found.repeat(np.diff(starts, append=len(column)))
    return found.astype(np.int64, copy=False), known


def said_codes(column: pd.Series) -> Ints:
    """Return a column of texts as codes; `UNKNOWN` where nothing is said."""
    found, words = codes(column)
    return np.where(found == words.index(""), UNKNOWN, found) if "" in words else found


def heads(column: pd.Series) -> Ints:
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


def earlier_spans(start: Ints, end: Ints, back: int) -> tuple[Ints, Ints]:
    """Return first and last month of the periods some months earlier.

    A January accumulation has as counterpart the one of the earlier end's year; any other period keeps its length.
    """
    cumulative = (start % 12 == 0) & (end // 12 == start // 12)
    first = np.where(cumulative, (end - back) // 12 * 12, start - back)
    known = (start >= 0) & (end >= 0)
    return np.where(known, first, UNKNOWN), np.where(known, end - back, UNKNOWN)


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


def dense(parts: Sequence[Ints], *, sort: bool = False) -> tuple[Ints, int]:
    """Return one code for rows that are equal in all parts, and how many there are.

    They count on in the order of the rows, or (`sort`) in that of the parts, the first part first.
    """
    key, _ = packed(parts)
    steps = np.diff(key)
    if (steps >= 0).all():
        # Series stand in order in most frames; then nothing has to be looked up.
        found = np.zeros(len(key), np.int64)
        np.cumsum(steps > 0, out=found[1:])
        return found, int(found[-1]) + 1 if len(found) else 0
    found, words = pd.factorize(key, sort=sort)
    return found.astype(np.int64, copy=False), len(words)


def packed(parts: Sequence[Ints]) -> tuple[Ints, list[tuple[int, Ints | None]]]:
    """Pack the codes of rows into one number each; also return how each part was packed: its width, or a new start."""
    key, size = np.zeros(len(parts[0]), np.int64), 1
    steps: list[tuple[int, Ints | None]] = []
    for part in parts:
        # Two codes beyond the highest: one for what is unknown here, one for what a query asks in vain.
        width = int(part.max(initial=0)) + 3
        found: Ints | None = None
        if size * width > HIGHEST_KEY:
            found, key = np.unique(key, return_inverse=True)
            size = len(found) + 1
        steps.append((width, found))
        key *= width  # in place: a new array of a million numbers costs more than the arithmetic
        key += np.where(part < 0, width - 2, part) if part.min(initial=0) < 0 else part
        size *= width
    return key, steps


def arrow(texts: pd.Series) -> pa.Array:
    """Return a column of texts as Arrow keeps it, in one piece."""
    found = pa.array(texts.array, pa.large_string())
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
