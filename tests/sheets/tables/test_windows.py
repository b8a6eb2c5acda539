"""Tables beside each other and tables folded in two: every number keeps the label of its own part. 虚构数据。"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from songyuan_analysis.sheets import read_workbook

WriteBook = Callable[..., Path]


def test_folded_table_with_units(write_book: WriteBook) -> None:
    """Check that the second half of a folded table has its own labels and units, not those of the first."""
    frame = read_workbook(
        write_book(
            [
                ["示例市主要指标（2024年）"],
                ["指标", "单位", "数值", "指标", "单位", "数值"],
                ["工业产值", "亿元", 901.5, "常住人口", "万人", 231],
                ["农业产值", "亿元", 202.5, "城镇人口", "万人", 122],
            ]
        )
    ).set_index("cell")
    assert frame.loc["F3", ["row_label_path", "unit", "value"]].tolist() == ["常住人口", "万人", 231]
    assert frame.loc["C4", ["row_label_path", "unit", "value"]].tolist() == ["农业产值", "亿元", 202.5]
    assert len(frame) == 4


def test_folded_table_of_unequal_halves(write_book: WriteBook) -> None:
    """Check that rows that only one half has are read, under the years of that half."""
    frame = read_workbook(
        write_book(
            [
                ["示例市主要指标"],
                ["项目", "2023年", "2024年", "指标", "2023年", "2024年"],
                ["人口（万人）", 1, 2, "产值（亿元）", 3, 4],
                [None, None, None, "用电量（万千瓦时）", 7, 8],
            ]
        )
    ).set_index("cell")
    assert frame.loc["F4", ["row_label_path", "period", "unit"]].tolist() == ["用电量", "2024", "万千瓦时"]
    assert frame.loc["E3", "row_label_path"] == "产值"
    assert "B4" not in frame.index


def test_excerpts_of_one_row_beside_a_table(write_book: WriteBook) -> None:
    """Check that a short excerpt beside a long table keeps its own year."""
    frame = read_workbook(
        write_book(
            [
                ["指标", "产值", None, "指标", "产值"],
                ["2021年", 11, None, "2023年", 33],
                ["2022年", 22, None, None, None],
                ["2023年", 33, None, None, None],
            ]
        )
    ).set_index("cell")
    assert frame.loc["E2", ["row_label_path", "period"]].tolist() == ["2023年", "2023"]


def test_a_column_of_words_folds_nothing(write_book: WriteBook) -> None:
    """Check that an attribute of the rows does not become their label."""
    frame = read_workbook(
        write_book(
            [
                ["示例企业（2024年）"],
                ["企业", "产值（万元）", "所属行业", "税收（万元）"],
                ["东厂", 1, "食品业", 2],
                ["西厂", 3, "纺织业", 4],
                ["南厂", 5, "化工业", 6],
            ]
        )
    ).set_index("cell")
    assert frame.loc["D3", "row_label_path"] == "东厂"
