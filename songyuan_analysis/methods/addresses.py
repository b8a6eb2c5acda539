"""Where results come from: the addresses of all the cells that a figure was computed from, joined by ``；``.

Addresses are the longest texts of a frame. Arrow puts them together in one go, file and sheet are joined once for all the
rows of a run, and nobody joins the address of a row that no result comes from.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from songyuan_analysis.methods.matching import Ints

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
    own = _column(frame, "cell" if celled else "sources")
    runs: Ints | None
    fronts: Any
    runs, fronts = _fronts(frame) if celled else (None, None)
    if celled and "sources" in frame:  # observations and results together
        every = np.arange(len(frame))
        own = pc.coalesce(
            _told(_column(frame, "sources"), None, None, every), _told(own, runs, fronts, every)
        )
        runs, fronts = None, None
    one_sheet = fronts is not None and len(fronts) == 1 and not fronts.null_count
    if one_sheet and not own.null_count and all(at.min(initial=0) >= 0 for at in rows):
        # What stands before a cell stands between the cells, too: all of them are joined in one go.
        between = pa.scalar("；" + fronts[0].as_py(), _TEXT)
        parts = [part for at in rows for part in (between, own.take(pa.array(at)))]
        whole = pc.binary_join_element_wise(fronts[0], *parts[1:], _NOTHING)
        return pd.Series(pd.array(whole, dtype="str"))
    parts = [_told(own, runs, fronts, at) for at in rows]
    parts = [
        part for part in parts if part.null_count < len(part)
    ]  # Arrow joins nothing but nulls to no rows
    if not parts:
        return pd.Series("", index=pd.RangeIndex(len(rows[0])), dtype="str")
    whole = parts[0]
    if len(parts) > 1:
        whole = pc.binary_join_element_wise(*parts, pa.scalar("；", _TEXT), null_handling="skip")
    return pd.Series(pd.array(whole.fill_null(""), dtype="str"))


def repeated(texts: pd.Series, times: int) -> pd.Series:
    """Return each text several times, one after the other; long texts are copied as one block of bytes."""
    own = _column(texts.to_frame("texts"), "texts")
    ends = np.cumsum(pc.binary_length(own).to_numpy().repeat(times))
    block = pc.binary_repeat(own, times).buffers()[2]
    found = pa.LargeStringArray.from_buffers(
        len(ends), pa.py_buffer(np.append(0, ends).astype(np.int64)), block
    )
    return pd.Series(pd.array(found, dtype="str"))


def _column(frame: pd.DataFrame, name: str) -> Any:
    texts = pa.array(frame[name].array, _TEXT)
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def _fronts(frame: pd.DataFrame) -> tuple[Ints, Any]:
    """Return which run of rows of one file and sheet each row belongs to, and what all addresses of a run begin with."""
    files, sheets = (_column(frame, name) for name in ("file", "sheet"))
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
