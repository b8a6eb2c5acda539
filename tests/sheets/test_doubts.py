"""Units that contradict their numbers: found, named with their cells, and never repaired."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.sheets import explain, read_workbook
from songyuan_analysis.sheets.doubts import find_doubts

WriteBook = Callable[..., Path]

YEARS = [None, "2021年", "2022年", "2023年", "2024年"]


@pytest.mark.parametrize(
    ("row", "cells", "perhaps"),
    [
        (["常住人口（人）", 12.35, 12.5, 12.75, 13.25], "B3 等 4 格", "可能是万人，或是平均数"),
        (["第一产业比重（%）", 20.5, 120.5, 19.5, 18.5], "C3", "可能是增长或增减，或者数字有误"),
        (["工业增加值增长（%）", 106.2, 105.1, 99.8, 103.3], "B3 等 4 格", "可能是以上年为 100 的指数"),
        (["消费价格指数（上年=100）", 1.5, 2.1, -0.3, 0.8], "B3 等 4 格", "可能是增长率（%）"),
        (["投资同比增长（%）", 0.062, 0.053, 0.049, -0.012], "B3 等 4 格", "可能是小数（0.062 即 6.2%）"),
    ],
)
def test_a_unit_that_its_numbers_contradict_is_reported(
    write_book: WriteBook, row: list[object], cells: str, perhaps: str
) -> None:
    """Check that the cells are named, in rows and in columns, and that no value is touched."""
    path = write_book([["示例市（虚构数据）"], YEARS, row])
    frame = read_workbook(path)
    assert [(d.cells, d.perhaps) for d in find_doubts(frame)] == [(cells, perhaps)]
    assert frame["value"].tolist() == row[1:]
    assert f"存疑 {cells}" in explain(path).to_terminal()
    turned = [
        ["示例市（虚构数据）"],
        ["年份", row[0]],
        *([y, v] for y, v in zip(YEARS[1:], row[1:], strict=True)),
    ]
    assert len(find_doubts(read_workbook(write_book(turned)))) == 1


@pytest.mark.parametrize(
    "row",
    [
        ["户均人口（人）", 2.35, 2.5, 2.75, 3.25],
        ["常住人口（人）", 1200, 1300, 1400, 1500],
        ["比重增减（%）", -2.5, 1.5, 0.5, 3.5],
        ["工业增加值增长（%）", 6.2, 5.1, -0.8, 3.3],
        ["工业增加值增长（%）", 106.2, 5.1, 99.8, 103.3],
        ["消费价格指数（上年=100）", 101.5, 102.1, 99.7, 100.8],
        ["投资同比增长（%）", 0.6, 0.5, 0.4, -0.1],
        ["工业贡献率（%）", 120.5, -20.5, 40.5, 50.5],
    ],
)
def test_what_may_well_be_true_is_no_doubt(write_book: WriteBook, row: list[object]) -> None:
    """Check that averages, shares of growth, small growth and single jumps are left alone."""
    assert find_doubts(read_workbook(write_book([["示例市（虚构数据）"], YEARS, row]))) == []


@given(values=st.lists(st.floats(0, 79.9).map(lambda v: round(v, 1)), min_size=4, max_size=4))
def test_shares_and_growth_of_usual_size_raise_no_doubt(
    values: list[float], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Check that no share between 0 and 80 with one decimal is suspected."""
    frame = pd.DataFrame(
        {
            "sheet": "表",
            "table": 1,
            "cell": [f"B{n}" for n in range(3, 7)],
            "row_label_path": [f"县{n}" for n in range(4)],
            "column_label_path": "比重",
            "unit": "%",
            "unit_measure": "PT",
            "unit_mult": 0,
            "value": values,
        }
    )
    assert find_doubts(frame) == []
