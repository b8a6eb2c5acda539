"""The population behind a figure per head."""

import pytest

from songyuan_analysis.methods.denominator import population


def test_the_population_gives_the_figure_per_head_back() -> None:
    """Check 虚构数据: 1000 亿元 at 50000 元 a head are 200 万 people."""
    assert population(1000e8, 50_000.0) == 2e6
    assert 1000e8 / population(1000e8, 48_765.0) == pytest.approx(48_765.0)
