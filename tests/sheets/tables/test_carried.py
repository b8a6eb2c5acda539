"""Years said once on an axis: carried on where the months go on, and nowhere else."""

from __future__ import annotations

import pytest

from songyuan_analysis.sheets.tables.carried import branches_of_years, carry_years
from songyuan_analysis.sheets.timewords import parse_fragment


def years(labels: str, groups: str = "") -> list[int | None]:
    """Return the years of labels after carrying; None where a label has none."""
    fragments = [parse_fragment(label) for label in labels.split()]
    spoken = [[] if f is None else [f] for f in fragments]
    carry_years(spoken, groups.split() or [""] * len(spoken))
    return [f[0].year if f else None for f in spoken]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("2023年1-2月 1-3月 1-12月 2024年1-2月 1-3月", [2023, 2023, 2023, 2024, 2024]),
        ("2023年一季度 上半年 前三季度 全年 2024年一季度", [2023] * 4 + [2024]),
        ("2024年3月 2月 1月 2023年12月 11月", [2024, 2024, 2024, 2023, 2023]),
        # After a sum for each year the last row belongs to the year of the title.
        ("2022年1-12月 2023年1-12月 1-9月", [2022, 2023, None]),
        ("2022年 2023年 1-9月", [2022, 2023, None]),
        ("2023年1-9月 1-9月", [2023, None]),
        # What goes back has lost its year, and so has what follows.
        ("2023年1-6月 1-9月 1-2月 1-3月", [2023, 2023, None, None]),
        ("2023年1-6月 合计 1-9月", [2023, None, 2023]),
        ("1-6月 1-9月", [None, None]),
    ],
)
def test_years(labels: str, expected: list[int | None]) -> None:
    """Check where a year is carried and where it ends."""
    assert years(labels) == expected


def test_a_year_holds_in_its_branch() -> None:
    """Check that another section does not take over the year."""
    assert years("2023年1-2月 1-3月 1-6月", "甲 甲 乙") == [2023, 2023, None]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("2023年 一季度 上半年 2024年 一季度", {1: 0, 2: 0, 4: 3}),
        ("2022年 2023年 1-9月", {}),
        ("一季度 上半年 2023年 一季度", {}),
        ("2023年1-2月 1-3月 2024年1-2月 1-3月", {}),
    ],
)
def test_months_under_years(labels: str, expected: dict[int, int]) -> None:
    """Check which months hang under the year in front of them."""
    assert branches_of_years(labels.split()) == expected
