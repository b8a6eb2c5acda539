"""Some rows of a frame, picked so that a few out of a million cost next to nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from songyuan_analysis.methods.codes import Flags


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
