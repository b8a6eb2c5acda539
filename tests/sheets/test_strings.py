"""String columns built from bytes are those that pandas builds from texts."""

from __future__ import annotations

import pandas as pd
import pytest

from songyuan_analysis.sheets import strings
from songyuan_analysis.sheets.strings import Text


@pytest.mark.parametrize("short", [0, 4096], ids=["in pieces", "in one piece"])
@pytest.mark.parametrize(
    ("pieces", "texts"),
    [
        ([], []),
        ([Text.of(["亿元"]).tiled(3)], ["亿元"] * 3),
        ([Text.of([""]).tiled(2)], ["", ""]),
        ([Text.of(["亿元"]).tiled(2), Text.of(["%"])], ["亿元", "亿元", "%"]),
        ([Text.each(["煤", "GDP", ""], 2)], ["煤", "煤", "GDP", "GDP", "", ""]),
        ([Text.of(["2023", "2024"]).tiled(2)], ["2023", "2024", "2023", "2024"]),
        ([Text.of(["1月", "12月"]).tiled(2), Text.of([])], ["1月", "12月", "1月", "12月"]),
        ([Text.joined([Text.of(["1月", "12月"]), Text.of(["%"]).tiled(2)])], ["1月", "12月", "%", "%"]),
        ([Text.sparse(4, {2: "…", 0: "x"})], ["x", "", "…", ""]),
    ],
)
def test_column_is_that_of_pandas(
    pieces: list[Text], texts: list[str], short: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strings, "_SHORT", short)
    built = pd.Series(strings.column([piece.array() for piece in pieces]))
    pd.testing.assert_series_equal(built, pd.Series(texts, dtype="str"), check_exact=True)
    assert built.dtype == "str"
    assert built.tolist() == texts


def test_a_frame_that_is_changed_leaves_the_shared_pieces_alone() -> None:
    pieces = Text.of(["亿元"]).repeated(3)
    changed, other = (pd.DataFrame({"unit": strings.column(pieces)}, copy=False) for _ in range(2))
    changed.loc[1, "unit"] = "万元"
    assert changed["unit"].tolist() == ["亿元", "万元", "亿元"]
    assert other["unit"].tolist() == ["亿元"] * 3


@pytest.mark.parametrize("times", [1, 2, 4096, 4097, 10_000])
def test_repeated_texts_are_whole_rows_in_order(times: int) -> None:
    built = pd.Series(strings.column(Text.of(["2023", "", "2024年"]).repeated(times)))
    assert built.tolist() == ["2023", "", "2024年"] * times
