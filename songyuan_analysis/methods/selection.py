"""Some rows of a frame, picked so that a few out of a million cost next to nothing."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from songyuan_analysis.methods.addresses import addresses, listed_at
from songyuan_analysis.methods.codes import Flags, Ints, arrow
from songyuan_analysis.methods.frames import places


def chosen(frame: pd.DataFrame, keep: Flags) -> pd.DataFrame:
    """Return the rows to keep; the frame itself where that is all of them.

    Texts are filtered by Arrow, piece by piece; taking rows by their positions would first copy every text of the frame
    into one piece.
    """
    if keep.all():
        return frame
    rows, flags = np.flatnonzero(keep), pa.array(keep)
    columns: dict[str, object] = {}
    for name, column in frame.items():
        texts = column.array
        if isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "pyarrow":
            found = pa.chunked_array(texts.__arrow_array__()).filter(flags)
            columns[str(name)] = pd.array(found, dtype=column.dtype)
        else:
            columns[str(name)] = texts.take(rows)
    return pd.DataFrame(columns, index=frame.index.take(rows), copy=False)


def cells_at(frame: pd.DataFrame, rows: tuple[Ints, ...], index: pd.Index) -> pd.Series | str:
    """Return the addresses of some rows for each result, each once; a row below zero is none.

    Where no result names a cell twice, which the short names of the cells tell, addresses are joined in one go.
    """
    celled = {"file", "sheet", "cell"} <= set(frame.columns) and "sources" not in frame.columns
    if celled and len(frame) and not _named_twice(frame["cell"], rows):
        return addresses(frame, *rows).set_axis(index)
    return listed_at(places(frame), rows, index)


def _named_twice(cells: pd.Series, rows: tuple[Ints, ...]) -> bool:
    own = arrow(cells)
    texts = [
        own.take(pa.array(row, mask=row < 0) if row.min(initial=0) < 0 else pa.array(row)) for row in rows
    ]
    return any(pc.any(pc.equal(*pair)).as_py() for pair in combinations(texts, 2))
