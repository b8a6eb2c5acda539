"""Rows picked from a frame: the same ones, however its texts are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.methods.selection import cells_at, chosen


def test_the_rows_are_those_that_pandas_picks() -> None:
    half = pd.DataFrame({"a": ["x", None, "z"], "n": [1.0, np.nan, 3.0], "d": [1, None, 2]})
    half = half.astype({"a": "str", "d": "Int64"})
    frame = pd.concat([half, half.assign(a=["u", "v", "w"])])  # texts in two pieces, an index that repeats
    for keep in ([True, False, True, False, True, True], [False] * 6, [True] * 6):
        flags = np.array(keep)
        pd.testing.assert_frame_equal(chosen(frame, flags), frame[flags])
    mixed = frame.assign(o=pd.Series(["q", 1, None, 2, 3, 4], frame.index, dtype=object))
    pd.testing.assert_frame_equal(chosen(mixed, mixed["n"].notna().to_numpy()), mixed[mixed["n"].notna()])


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["B1", "B2"], ["甲 › 表 › B1；甲 › 表 › B2", "甲 › 表 › B2"]),
        (["B1", "B1"], ["甲 › 表 › B1", "甲 › 表 › B1"]),
    ],
)
def test_a_cell_is_named_once_and_a_row_that_is_none_is_left_out(cells: list[str], said: list[str]) -> None:
    frame = pd.DataFrame({"file": "甲", "sheet": "表", "cell": cells}, index=[3, 5]).astype("str")
    found = cells_at(frame, (np.array([0, 1]), np.array([1, -1])), frame.index)
    assert list(found) == said
    assert found.index.tolist() == [3, 5]
