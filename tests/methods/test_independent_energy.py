"""What a reviewer tried on energy: odd prices, scopes and units of the other side (虚构数据 where no source is named)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.methods.decomposition import terms
from songyuan_analysis.methods.energy import elasticities, elasticity, intensity_change
from songyuan_analysis.methods.energy_effects import decompose_use
from songyuan_analysis.methods.energy_levels import intensity_levels
from songyuan_analysis.methods.precision import round_half_up

Observed = Callable[..., pd.DataFrame]
# 新疆统计年鉴2006, table 16-8 能源生产弹性系数: growth of energy, of power and of GDP, and both coefficients as printed.
PRODUCTION = """
7.8 3.6 7.2 1.08 0.5|11.6 11.5 16.9 0.69 0.68|5.8 10.8 11.7 0.5 0.92|4.6 11.8 14.4 0.32 0.82|8.6 11.2 13.1 0.66 0.85
13.9 10.3 10.3 1.35 1|9.2 10.8 10.9 0.84 0.99|7.8 13.4 9 0.87 1.49|11.5 12.9 6.4 1.8 2.02|7.9 10.7 11 0.72 0.97
-0.7 4.8 7.3 - 0.66|3 7.3 7.1 0.42 1.03|3.3 8.1 8.2 0.4 0.99|5.5 8 8.1 0.68 0.99|7.6 7.4 8.1 0.94 0.91
8.1 10.5 10.8 0.75 0.97|6.8 13.3 11.1 0.61 1.2|14.9 16.6 10.9 1.37 1.52
"""


def test_elasticities_of_production_of_18_years() -> None:
    """Check every printed coefficient, and the blank of 1998, when production fell."""
    rows = [row.split() for line in PRODUCTION.split("\n") for row in line.split("|") if row]
    assert len(rows) == 18
    for energy, power, gdp, *printed in rows:
        for growth, stated in zip((energy, power), printed, strict=True):
            found = elasticity(float(growth), float(gdp))
            if stated == "-":
                assert found is None
            else:
                assert found is not None and float(round_half_up(found, 2)) == float(stated), (growth, gdp)


def test_a_price_base_that_nobody_knows_is_named(observed: Observed) -> None:
    rows = observed(("energy_total", 2024, 3.5), ("gdp", 2024, 6.4, {"price_base": "2020年不变价"}))
    found = intensity_change(rows, refusals="mark")
    assert found["refusal"].tolist() == ["price-base-mismatch"]
    assert "2020年不变价" in found["comment_obs"].iloc[0]


def test_no_scope_and_an_empty_scope_are_one(observed: Observed) -> None:
    rows = observed(("energy_total", 2024, 3.5), ("gdp", 2024, 6.4))
    for scope in (None, np.nan):
        for method in (intensity_change, elasticities):
            with_none = method(rows.assign(scope=scope))
            assert with_none["obs_value"].tolist() == method(rows)["obs_value"].tolist()
    assert intensity_levels(rows.assign(scope=np.nan)).empty


def test_sectors_without_powers_of_ten_have_no_effects(observed: Observed) -> None:
    made = [
        (code, year, 50.0 + year - 2020, {"measure": "level", "unit_measure": unit, "sha256": "a"})
        for year in (2021, 2022)
        for code, unit in (("electricity_secondary", "KWH"), ("va_secondary", "CNY"))
    ]
    rows = observed(*made).astype({"unit_mult": object}).assign(unit_mult=pd.NA)
    sectors = {"二产": ("electricity_secondary", "va_secondary")}
    found = decompose_use(rows, sectors, total="electricity_total", refusals="mark")
    assert found["obs_value"].isna().all() and (found["comment_obs"] != "").all()


@pytest.mark.parametrize("seed", range(20))
def test_zeros_are_the_limit_of_small_numbers(seed: int) -> None:
    """Check the effects of vanishing and appearing factors against ever smaller numbers in place of the zeros."""
    draw = np.random.default_rng(seed)
    shape = int(draw.integers(2, 5))
    before, after = (np.where(draw.random(shape) < 0.3, 0.0, draw.uniform(0.5, 9, shape)) for _ in "ab")
    found = terms([before], [after])[0]
    assert found.sum() == pytest.approx(after.prod() - before.prod())
    distances = []
    for tiny in (1e-20, 1e-40, 1e-60):
        one, two = (np.where(side == 0, tiny, side) for side in (before, after))
        start, end = one.prod(), two.prod()
        mean = start if start == end else (end - start) / np.log(end / start)
        distances.append(np.abs(mean * np.log(two / one) - found).max())
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(distances))
    assert distances[-1] < 0.06 * max(before.prod(), after.prod()) + 1e-9
