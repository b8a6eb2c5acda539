"""Contribution and pull by levels at comparable prices; all numbers are made up (虚构数据)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.errors import (
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnknownBaseError,
    VintageMismatchError,
)
from songyuan_analysis.methods.constant_prices import contributions_at_constant_prices
from songyuan_analysis.methods.contribution import contribution, pull
from songyuan_analysis.observations.breaks import Break

Figures = Callable[..., pd.DataFrame]
OTHER = {"sha256": "b" * 64, "vintage": "2020-01-01", "file": "old.xlsx"}
LAST = {"gdp": 1000.0, "va_primary": 200.0, "va_secondary": 300.0, "va_industry": 50.0, "va_tertiary": 500.0}
NOW = {"gdp": 1040.0, "va_primary": 208.0, "va_secondary": 303.0, "va_industry": 52.0, "va_tertiary": 529.0}


def of(values: dict[str, float], year: int, **columns: Any) -> list[tuple[Any, ...]]:
    given = {"price_base": "comparable", **columns}
    return [(year, 12, value, {"indicator": code, **given}) for code, value in values.items()]


def by_part(found: pd.DataFrame, measure: str) -> dict[str, float]:
    rows = found[found["measure"] == measure]
    return dict(zip(rows["indicator"], rows["obs_value"], strict=True))


def test_parts_contribute_by_the_definition(figures: Figures) -> None:
    """Check against the formulas of one figure; 工业 contributes and is not added."""
    found = contributions_at_constant_prices(figures(*of(LAST, 2023), *of(NOW, 2024)), refusals="mark")
    now_only = found[found["time_period"] == "2024"]
    shares, pulls = by_part(now_only, "contribution"), by_part(now_only, "pull")
    for code in ("va_primary", "va_secondary", "va_industry", "va_tertiary"):
        share = contribution(NOW[code] - LAST[code], 40.0)
        assert shares[code] == pytest.approx(share)
        assert pulls[code] == pytest.approx(pull(4.0, share))
    sectors = ("va_primary", "va_secondary", "va_tertiary")
    assert sum(shares[code] for code in sectors) == pytest.approx(100)
    assert by_part(now_only, "growth_implied") == pytest.approx({"gdp": 4.0})
    comments = now_only.set_index(["indicator", "measure"])["comment_obs"]
    assert comments["va_industry", "contribution"] == "其中项，不与其他各项相加"
    assert comments["va_primary", "pull"] == ""
    first = now_only.iloc[0]
    assert first["low"] < first["obs_value"] < first["high"]
    assert first["sources"].count("；") == 3 and first["refusal"] == ""


def test_the_first_year_is_a_gap_and_no_refusal(figures: Figures) -> None:
    found = contributions_at_constant_prices(figures(*of(LAST, 2023), *of(NOW, 2024)))
    gaps = found[found["time_period"] == "2023"]
    assert gaps["obs_value"].isna().all() and (gaps["comment_obs"] == "没有对应时期的数").all()


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (3.8, "由可比价总量算出，比公布的增速3.8%高0.2个百分点，不分摊"),
        (4.0, "由可比价总量算出，与公布的增速4%一致"),
        (None, "由可比价总量算出，没有公布的增速可比"),
    ],
)
def test_the_residual_is_told_and_never_spread(figures: Figures, published: float | None, said: str) -> None:
    rows = [*of(LAST, 2023), *of(NOW, 2024)]
    if published is not None:
        rows += of({"gdp": published}, 2024, measure="yoy")
    found = contributions_at_constant_prices(figures(*rows))
    whole = found[found["measure"] == "growth_implied"]
    assert whole["comment_obs"].tolist() == [said]
    pulls = by_part(found[found["time_period"] == "2024"], "pull")
    assert pulls["va_primary"] == pytest.approx(0.8) and pulls["va_tertiary"] == pytest.approx(2.9)


def test_parts_need_not_be_complete_but_need_their_total(figures: Figures) -> None:
    part = {"va_primary": 200.0}
    with_total = figures(*of({**part, "gdp": 1000.0}, 2023), *of({"va_primary": 208.0, "gdp": 1040.0}, 2024))
    found = contributions_at_constant_prices(with_total)
    assert found["obs_value"].dropna().tolist() == pytest.approx([20.0, 0.8, 4.0])
    alone = contributions_at_constant_prices(figures(*of(part, 2023), *of({"va_primary": 208.0}, 2024)))
    assert alone["obs_value"].isna().all() and set(alone["refusal"]) == {""}
    assert "缺总量同期的可比价数" in set(alone["comment_obs"])


def test_current_prices_are_left_aside(figures: Figures) -> None:
    rows = figures(*of(LAST, 2023, price_base="current"), *of(NOW, 2024, price_base="current"))
    assert contributions_at_constant_prices(rows).empty


def test_a_negative_part_counts_and_a_total_that_is_not_positive_is_refused(figures: Figures) -> None:
    last, now = (
        {"gdp_expenditure": 100.0, "net_exports": -20.0},
        {"gdp_expenditure": 110.0, "net_exports": -15.0},
    )
    found = contributions_at_constant_prices(figures(*of(last, 2023), *of(now, 2024)))
    assert found["obs_value"].dropna().tolist() == pytest.approx([50.0, 5.0, 10.0])
    nothing = figures(*of({**last, "gdp_expenditure": 0.0}, 2023), *of(now, 2024))
    with pytest.raises(ComparabilityError, match="不是正数"):
        contributions_at_constant_prices(nothing)


def test_other_grounds_are_refused(figures: Figures) -> None:
    """Check vintage, scope, base year, break, hidden base and two numbers, of the part and of its total."""
    old, investment = LAST, {"fai": 100.0, "fai_primary": 20.0}
    cases: list[tuple[type[ComparabilityError], list[tuple[Any, ...]]]] = [
        (VintageMismatchError, [*of(old, 2023, **OTHER), *of(NOW, 2024)]),
        (ScopeMismatchError, [*of(old, 2023, scope="规模以上"), *of(NOW, 2024)]),
        (
            PriceBaseMismatchError,
            [*of(old, 2023, unit="亿元，2015年价"), *of(NOW, 2024, unit="亿元，2020年价")],
        ),
        (ComparabilityError, [*of(old, 2023), *of(NOW, 2024), *of({"gdp": 990.0}, 2023)]),
        (UnknownBaseError, [*of(investment, 2023), *of(investment, 2024)]),
    ]
    for kind, rows in cases:
        with pytest.raises(kind):
            contributions_at_constant_prices(figures(*rows))
    between = Break("220700", ("gdp",), "2023", "2024", "普查")
    frame = figures(*of(LAST, 2023), *of(NOW, 2024), ref_area="220700")
    found = contributions_at_constant_prices(frame, breaks=[between], refusals="mark")
    refused = found[found["time_period"] == "2024"]
    assert set(refused["refusal"]) == {VintageMismatchError.rule}
    assert set(refused["comment_obs"]) == {"总量的两年数：之间有口径断点（普查）"}


def test_over_no_change_there_are_pulls_and_no_contributions(figures: Figures) -> None:
    rows = figures(*of(LAST, 2023), *of({**NOW, "gdp": 1000.0}, 2024))
    with pytest.raises(ComparabilityError, match="贡献率没有意义"):
        contributions_at_constant_prices(rows)
    found = contributions_at_constant_prices(rows, refusals="mark")
    assert np.isnan(by_part(found[found["time_period"] == "2024"], "contribution")["va_primary"])
    assert by_part(found[found["time_period"] == "2024"], "pull")["va_primary"] == pytest.approx(0.8)


def test_a_falling_total_says_so(figures: Figures) -> None:
    found = contributions_at_constant_prices(figures(*of(NOW, 2023), *of(LAST, 2024)))
    share = found[(found["measure"] == "contribution") & (found["indicator"] == "va_primary")].iloc[-1]
    assert share["obs_value"] == pytest.approx(20.0)
    assert share["comment_obs"] == "总量下降：贡献率为正表示拖累"


def test_units_of_other_size_are_brought_together(figures: Figures) -> None:
    small = {code: value * 10000 for code, value in LAST.items()}
    rows = figures(*of(small, 2023, unit="万元", unit_mult=4), *of(NOW, 2024))
    found = contributions_at_constant_prices(rows)
    assert by_part(found, "growth_implied") == pytest.approx({"gdp": 4.0})
    assert by_part(found[found["time_period"] == "2024"], "contribution")["va_primary"] == pytest.approx(20.0)
