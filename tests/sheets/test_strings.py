"""String columns built from bytes are those that pandas builds from texts."""

from __future__ import annotations

import pandas as pd
import pytest

from songyuan_analysis.sheets.strings import Text, TextColumn


@pytest.mark.parametrize(
    ("pieces", "texts"),
    [
        ([], []),
        ([Text.constant("亿元", 3)], ["亿元"] * 3),
        ([Text.constant("", 2)], ["", ""]),
        ([Text.constant("亿元", 2), Text.constant("%", 1)], ["亿元", "亿元", "%"]),
        ([Text.each(["煤", "GDP", ""], 2)], ["煤", "煤", "GDP", "GDP", "", ""]),
        ([Text.of(["2023", "2024"]).tiled(2)], ["2023", "2024", "2023", "2024"]),
        ([Text.of(["1月", "12月"]).tiled(2), Text.of([])], ["1月", "12月", "1月", "12月"]),
        ([Text.sparse(4, {2: "…", 0: "x"})], ["x", "", "…", ""]),
    ],
)
def test_column_is_that_of_pandas(pieces: list[Text], texts: list[str]) -> None:
    column = TextColumn()
    for piece in pieces:
        column.add(piece)
    built = pd.Series(column.array())
    pd.testing.assert_series_equal(built, pd.Series(texts, dtype="str"), check_exact=True)
    assert built.dtype == "str"
    assert built.tolist() == texts
