"""Where results come from: the addresses of all the cells that a figure was computed from, joined by ``；``.

Addresses are the longest texts of a frame. Arrow puts them together in one go, file and sheet are joined once for all the
rows of a run, and nobody joins the address of a row that no result comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from songyuan_analysis.methods.codes import Ints, arrow
from songyuan_analysis.methods.frames import joined, places

_TEXT = pa.large_string()
_NOTHING = pa.scalar("", _TEXT)


def addresses(frame: pd.DataFrame, *rows: Ints) -> pd.Series:
    """Join the addresses of several rows for each result, leaving out those of rows that are none.

    Parameters
    ----------
    frame : DataFrame
        Observations (file › sheet › cell), or results of a method (their sources).
    *rows : array of int
        One position for each result; below zero is none.

    Returns
    -------
    Series of str
        With a default index; "" where nothing is known.
    """
    celled = {"file", "sheet", "cell"} <= set(frame.columns)
    if not celled and "sources" not in frame:
        return pd.Series("", index=pd.RangeIndex(len(rows[0])), dtype="str")
    own = arrow(frame["cell" if celled else "sources"])
    runs: Ints | None
    fronts: Any
    runs, fronts = _fronts(frame) if celled else (None, None)
    if celled and "sources" in frame:  # observations and results together
        every = np.arange(len(frame))
        own = pc.coalesce(_told(arrow(frame["sources"]), None, None, every), _told(own, runs, fronts, every))
        runs, fronts = None, None
    one_sheet = fronts is not None and len(fronts) == 1 and not fronts.null_count
    if one_sheet and not own.null_count and all(at.min(initial=0) >= 0 for at in rows):
        # What stands before a cell stands between the cells, too: all of them are joined in one go.
        between = pa.scalar("；" + fronts[0].as_py(), _TEXT)
        parts = [part for at in rows for part in (between, own.take(pa.array(at)))]
        whole = pc.binary_join_element_wise(fronts[0], *parts[1:], _NOTHING)
        return pd.Series(pd.array(whole, dtype="str"))
    parts = [_told(own, runs, fronts, at) for at in rows]
    # Arrow joins nothing but nulls to no row at all.
    parts = [part for part in parts if part.null_count < len(part)]
    if not parts:
        return pd.Series("", index=pd.RangeIndex(len(rows[0])), dtype="str")
    whole = parts[0]
    if len(parts) > 1:
        if whole.null_count:
            lonely = np.logical_and.reduce([part.is_null().to_numpy(zero_copy_only=False) for part in parts])
            parts[0] = pc.if_else(pa.array(lonely), _NOTHING, whole)
        whole = pc.binary_join_element_wise(*parts, pa.scalar("；", _TEXT), null_handling="skip")
    return pd.Series(pd.array(whole.fill_null(""), dtype="str"))


def copied(texts: pd.Series, times: int) -> pd.Series:
    """Return each text several times, one after the other; long texts are copied as one block of bytes."""
    own = arrow(texts)
    ends = np.cumsum(pc.binary_length(own).to_numpy().repeat(times))
    block = pc.binary_repeat(own, times).buffers()[2]
    found = pa.LargeStringArray.from_buffers(
        len(ends), pa.py_buffer(np.append(0, ends).astype(np.int64)), block
    )
    return pd.Series(pd.array(found, dtype="str"))


def _fronts(frame: pd.DataFrame) -> tuple[Ints, Any]:
    """Return which run of rows of one file and sheet each row belongs to, and what all addresses of a run begin with."""
    files, sheets = (arrow(frame[name]) for name in ("file", "sheet"))
    heads = np.zeros(min(len(frame), 1), np.int64)
    if not all(_constant(column) for column in (files, sheets)):
        changed = pc.or_(*(pc.not_equal(column[1:], column[:-1]) for column in (files, sheets)))
        heads = np.append(
            0, 1 + np.flatnonzero(pc.fill_null(changed, fill_value=True).to_numpy(zero_copy_only=False))
        )
    front = pa.scalar(" › ", _TEXT)
    texts = pc.binary_join_element_wise(
        files.take(pa.array(heads)), sheets.take(pa.array(heads)), _NOTHING, front
    )
    return np.arange(len(heads)).repeat(np.diff(heads, append=len(frame))) if len(heads) > 1 else heads, texts


def _constant(texts: Any) -> bool:
    return len(texts) < 2 or (not texts.null_count and bool(pc.all(pc.equal(texts, texts[0])).as_py()))


def _told(own: Any, runs: Ints | None, fronts: Any, at: Ints) -> Any:
    """Return one address for each position, null where there is none."""
    none = at < 0
    cells = own.take(pa.array(at, mask=none) if none.any() else pa.array(at))
    if runs is None:
        return pc.if_else(pc.equal(cells, ""), pa.scalar(None, _TEXT), cells)
    front = fronts[0] if len(fronts) == 1 else fronts.take(pa.array(runs.take(at, mode="clip")))
    return pc.binary_join_element_wise(front, cells, _NOTHING)


def joined_lists(texts: pd.Series, items: NDArray[np.integer[Any]], ends: Ints) -> pd.Series:
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
    return addresses(frame, np.arange(len(frame)), other).set_axis(frame.index)


def with_cells(sources: pd.Series, frame: pd.DataFrame, rows: Ints) -> pd.Series:
    """Add to sources the cells of rows of a frame, joined by ``；``; a row below zero is none."""
    there = rows >= 0
    if not there.any():
        return sources
    more = places(frame)
    more = more.take(np.maximum(rows, 0)).set_axis(sources.index)
    there &= (more != "").to_numpy(bool)
    together = joined([sources, more], "；")
    return together if there.all() else together.where(there, sources)


def _text(word: str) -> pa.Scalar:
    return pa.scalar(word, pa.large_string())


def texts_at(column: pd.Series, rows: Ints, index: pd.Index) -> pd.Series:
    """Return texts by row; a row below zero is none, and its text empty."""
    if not len(column):
        return pd.Series("", index=index, dtype="str")
    texts = pa.array(column.array, pa.large_string())
    none = rows < 0
    found = texts.take(pa.array(rows, mask=none) if none.any() else pa.array(rows))
    if none.any():
        found = pc.fill_null(found, "")
    return pd.Series(pd.array(found, dtype="str"), index=index)


def listed_at(cells: pd.Series, rows: Sequence[Ints], index: pd.Index) -> pd.Series | str:
    """Join texts by row with ``；``; a row below zero, one that stands there already, and an empty text are left out."""
    texts = pa.array(cells.array, pa.large_string())
    empty = pc.equal(texts, "")
    if not len(texts) or not pc.any(pc.invert(empty)).as_py():
        return ""
    if pc.any(empty).as_py():
        texts = pc.if_else(empty, None, texts)
    parts: list[Any] = []
    lonely = np.ones(len(index), bool)
    for place in rows:
        none = place < 0
        if none.all():
            continue
        own = texts.take(pa.array(place, mask=none) if none.any() else pa.array(place))
        for before in parts:
            same = pc.equal(own, before)
            if pc.any(same).as_py():
                own = pc.if_else(pc.coalesce(same, pa.scalar(value=False)), None, own)
        parts.append(own)
        lonely &= none
    if not parts:
        return ""
    if lonely.any():  # Arrow leaves out a row that has no text at all
        parts[0] = pc.if_else(pa.array(lonely), "", parts[0])
    found = pc.binary_join_element_wise(*parts, pa.scalar("；", pa.large_string()), null_handling="skip")
    return pd.Series(pd.array(found, dtype="str"), index=index)


def listed(*parts: pd.Series | str) -> pd.Series | str:
    """Join texts row by row with ``；``, leaving out the empty ones and those that stand there already."""
    told = [part for part in parts if not isinstance(part, str)]
    if not told:
        return ""
    whole = pa.array(told[0].array, pa.large_string())
    for part in told[1:]:
        other = pa.array(part.array, pa.large_string())
        spare = pc.or_(pc.equal(other, ""), pc.equal(other, whole))
        beside = pc.binary_join_element_wise(whole, other, pa.scalar("；", pa.large_string()))
        whole = pc.if_else(spare, whole, pc.if_else(pc.equal(whole, ""), other, beside))
    return pd.Series(pd.array(whole, dtype="str"), index=told[0].index)
