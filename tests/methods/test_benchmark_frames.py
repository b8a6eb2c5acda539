"""Denton on frames of observations: estimates that say so, and refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import songyuan_analysis
from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    PriceBaseMismatchError,
    SeriesGapError,
    UnitMismatchError,
    UsageError,
)
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.benchmark import _half_widths, benchmarked, denton
from songyuan_analysis.methods.frames import RESULT

INDICATOR = [98.2, 100.8, 102.2, 100.8, 99, 101.6, 102.7, 101.5, 100.5, 103, 103.5, 101.5]
ANNUAL = [4000.0, 4161.4]
Make = Callable[..., pd.DataFrame]


@pytest.fixture
def quarters(observations: Make) -> Make:
    """The indicator of the IMF's example as observations of single quarters."""

    def make(values: list[float] = INDICATOR, decimals: int | None = 1, **columns: Any) -> pd.DataFrame:
        rows = []
        for number, value in enumerate(values):
            year, quarter = 1998 + number // 4, number % 4 + 1
            period = {
                "time_period": f"{year}Q{quarter}",
                "period_start": f"{year}-{3 * quarter - 2:02d}",
                "period_end": f"{year}-{3 * quarter:02d}",
            }
            rows.append({**period, "freq": "Q", "obs_value": value, "decimals": decimals, **columns})
        return observations(*rows)

    return make


@pytest.fixture
def years(observations: Make) -> Make:
    def make(values: list[float] = ANNUAL, first: int = 1998, **columns: Any) -> pd.DataFrame:
        return observations(
            *(
                {"time_period": str(first + n), "obs_value": v, "decimals": 1, "sheet": "年", **columns}
                for n, v in enumerate(values)
            )
        )

    return make


def test_R90_frames_give_the_example_and_say_that_they_are_estimates(quarters: Make, years: Make) -> None:
    found = benchmarked(quarters(), years())
    expected = [969.8, 998.4, 1018.3, 1013.4, 1007.2, 1042.9, 1060.3, 1051.0, 1040.6, 1066.5, 1071.7, 1051.0]
    np.testing.assert_allclose(found["obs_value"], expected, atol=0.1)
    assert tuple(found.columns) == RESULT
    assert set(found["method"]) == {"denton"}
    assert (found["low"] < found["obs_value"]).all() and (found["obs_value"] < found["high"]).all()
    assert found["comment_obs"].str.startswith("按季度指标分摊的估算（丹顿比例法），不是公布数").all()
    assert found["comment_obs"].str.contains("外推").tolist() == [False] * 8 + [True] * 4
    assert found["sources"].iloc[4] == "公报.xlsx › 表 › B5；公报.xlsx › 年 › B2"


def test_R91_through_a_frame(quarters: Make, years: Make) -> None:
    found = benchmarked(quarters([50, 100, 150, 100] * 5), years([500, 400, 300, 400, 500]))["obs_value"]
    np.testing.assert_allclose(
        found.iloc[:5], [64.334796, 127.80616, 187.82379, 120.03526, 56.563894], atol=1e-5
    )
    assert found.iloc[-1] == pytest.approx(128.66959, abs=1e-5)


def test_months_another_indicator_and_the_unit_of_the_benchmark(observations: Make, years: Make) -> None:
    """虚构数据：用电量的月度数分摊年度增加值。"""
    power = observations(
        *(
            {
                "time_period": f"1998-{m:02d}",
                "period_start": f"1998-{m:02d}",
                "period_end": f"1998-{m:02d}",
                "obs_value": 10.0 + m,
                "indicator": "power",
                "unit": "亿千瓦时",
                "unit_measure": "KWH",
            }
            for m in range(1, 13)
        )
    )
    found = benchmarked(power, years([1980.0]), on=("ref_area",))
    np.testing.assert_allclose(found["obs_value"], 1980 * np.arange(11, 23) / np.arange(11, 23).sum())
    assert set(found["indicator"]) == {"gdp"} and set(found["unit"]) == {"亿元"}
    assert found["comment_obs"].iloc[0].startswith("按月度指标分摊的估算")


@pytest.mark.parametrize("variant", ["proportional", "additive"])
@given(data=st.data())
def test_sums_are_the_benchmarks(variant: Any, data: st.DataObject) -> None:
    """Check the constraint for any indicator and any benchmark, and that equal benchmarks change nothing."""
    count = data.draw(st.integers(1, 5))
    per_year = data.draw(st.sampled_from([4, 12]))
    part = np.array(
        data.draw(st.lists(st.floats(1, 1000), min_size=count * per_year, max_size=count * per_year))
    )
    whole = data.draw(st.lists(st.floats(-500, 5000), min_size=count, max_size=count))
    found = denton(list(part), whole, per_year, variant).to_numpy()
    np.testing.assert_allclose(found.reshape(count, per_year).sum(axis=1), whole, rtol=1e-7, atol=1e-5)
    own = part.reshape(count, per_year).sum(axis=1)
    np.testing.assert_allclose(denton(list(part), list(own), per_year, variant), part, rtol=1e-7)


def test_the_additive_form_takes_zeros_and_converts_units(quarters: Make, years: Make) -> None:
    """虚构数据."""
    part = quarters([0, 10_000, -20_000, 10_000], unit="万元", unit_mult=4)
    found = benchmarked(part, years([40.0]), variant="additive")
    np.testing.assert_allclose(found["obs_value"], [10, 11, 8, 11])
    assert set(found["unit"]) == {"亿元"} and set(found["unit_mult"]) == {8}
    assert found["comment_obs"].str.contains("差额法").all()
    with pytest.raises(ComparabilityError, match="零或负数"):
        benchmarked(part, years([40.0]))


@pytest.mark.parametrize("variant", ["proportional", "additive"])
def test_bands_are_what_moving_every_input_within_its_print_does(variant: Any) -> None:
    scale = 1 if variant == "proportional" else 10
    part, whole = np.array(INDICATOR) * scale, np.array(ANNUAL)
    near, far = np.full(12, 0.05), np.array([0.5, 0.05])
    steps = [np.eye(12)[t] * 1e-3 for t in range(12)]
    by_part = [
        (denton(list(part + e), list(whole), 4, variant) - denton(list(part - e), list(whole), 4, variant))
        / 2e-3
        for e in steps
    ]
    by_whole = [
        denton(list(part), list(whole + e), 4, variant) - denton(list(part), list(whole), 4, variant)
        for e in np.eye(2)
    ]
    expected = np.abs(np.array(by_part)).T @ near + np.abs(np.array(by_whole)).T @ far
    found = _half_widths(
        Bands(part - near, part, part + near), Bands(whole - far, whole, whole + far), 4, variant
    )
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_what_does_not_fit_is_refused_by_its_name(quarters: Make, years: Make) -> None:
    def told(part: pd.DataFrame, whole: pd.DataFrame | None = None, **options: Any) -> tuple[str, str]:
        found = benchmarked(part, years() if whole is None else whole, refusals="mark", **options)
        assert found["obs_value"].isna().all()
        return found["refusal"].iloc[0], found["comment_obs"].iloc[0]

    assert told(quarters().drop(index=5)) == ("series-gap", "这一期之前有缺期（1999Q3）")
    assert told(quarters([*INDICATOR[:3], float("nan"), *INDICATOR[4:]], obs_status="M")) == (
        "series-gap",
        "缺数（1998Q4）",
    )
    part = quarters()
    assert told(pd.concat([part, part.iloc[[3]]], ignore_index=True))[1] == "同一时期有两个数（1998Q4）"
    mixed = part.assign(unit_mult=[8] * 11 + [4])
    assert told(mixed) == ("unit-mismatch", "计量单位不一（2000Q4）")
    assert told(part.assign(cumulative=[False] * 11 + [True]))[0] == "accumulation-mismatch"
    assert told(part.assign(measure="yoy"), on=("ref_area",))[0] == "comparability"
    assert told(part, years(first=1999))[1] == "指标的第一期不是首个年度数的第一期"
    assert "需要 12 期" in told(part.iloc[:9], years([4000, 4100, 4200]))[1]
    assert told(part, years([4000]))[1] == "指标超出年度数一年以上"
    assert told(part, years(ref_area="220000"))[1] == "没有对应的年度数"
    assert told(part, years().assign(unit_measure=["CNY", "USD"]))[1].startswith("年度数：计量单位不一")
    assert told(part, years(unit_measure="USD"))[0] == "unit-mismatch"
    assert (
        told(part, years(price_base="comparable"), on=("ref_area", "indicator"))[0] == "price-base-mismatch"
    )
    two = pd.concat([part, part.assign(indicator="power")], ignore_index=True)
    assert told(two, on=("ref_area",))[1] == "与年度数的对应不唯一"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"cumulative": True}, AccumulationMismatchError),
        ({"price_base": "comparable"}, PriceBaseMismatchError),
        ({"unit_measure": "USD"}, UnitMismatchError),
        ({"obs_value": float("nan"), "obs_status": "M"}, SeriesGapError),
    ],
)
def test_refusals_are_raised_unless_told_otherwise(
    quarters: Make, years: Make, change: dict[str, Any], error: type[ComparabilityError]
) -> None:
    with pytest.raises(error):
        benchmarked(quarters().assign(**change), years(), on=("ref_area", "indicator"))


def test_series_are_kept_apart_and_a_bad_one_spoils_no_other(quarters: Make, years: Make) -> None:
    other = quarters(ref_area="220100")
    both = pd.concat([quarters(), other.drop(index=2)], ignore_index=True).sample(frac=1, random_state=1)
    found = benchmarked(both, pd.concat([years(), years(ref_area="220100")]), refusals="mark")
    assert list(found.index) == list(both.index)
    good = found[found["ref_area"] == "220700"].sort_values("period_start")["obs_value"]
    np.testing.assert_allclose(good, benchmarked(quarters(), years())["obs_value"])
    assert found.loc[found["ref_area"] == "220100", "refusal"].eq("series-gap").all()
    assert benchmarked(quarters().iloc[:0], years()).empty


def test_an_unknown_variant_is_a_mistake_of_use(quarters: Make, years: Make) -> None:
    with pytest.raises(UsageError):
        benchmarked(quarters(), years(), variant="chow-lin")  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        denton(INDICATOR, ANNUAL, variant="chow-lin")  # type: ignore[arg-type]


def test_no_other_room_estimates_unasked() -> None:
    """Nothing that prints a plan or a briefing benchmarks or adjusts; what is expected of the year's end has its own page."""
    package = Path(songyuan_analysis.__file__).parent
    allowed = {"year_end": {"outlook.py", "remarks.py"}, "backtest": {"outlook.py"}}
    for room in ("plan", "briefing", "pipeline.py", "publication.py"):
        where = package / room
        for module in [where] if where.is_file() else where.rglob("*.py"):
            text = module.read_text(encoding="utf-8")
            for name in ("benchmark", "seasonal", "year_end", "backtest"):
                asked = f"methods.{name} " in text or f"methods import {name}" in text
                assert not asked or module.name in allowed.get(name, set()), module
