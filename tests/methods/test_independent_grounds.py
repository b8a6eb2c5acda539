"""What a reviewer tried on the grounds of figures: growth must not rest on levels that are refused (虚构数据)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.errors import UnknownBaseError
from songyuan_analysis.methods.averages import implied_deflators
from songyuan_analysis.methods.chained import chained_index
from songyuan_analysis.methods.parts import check_contributions, contributions
from songyuan_analysis.methods.scenario import scenarios
from songyuan_analysis.methods.single_period import single_period

Figures = Callable[..., pd.DataFrame]
YOY = {"measure": "yoy"}
NEXT = {"vintage": "2025-08-01", "sha256": "b" * 64}
RATES = ((2024, 3, 5.0, YOY), (2024, 6, 4.0, YOY))


def growth_of_the_second_quarter(rows: pd.DataFrame) -> pd.Series:
    found = single_period(rows, step="quarter", refusals="mark")
    return found[(found["measure"] == "yoy") & (found["time_period"] == "2024Q2")].iloc[0]


@pytest.mark.parametrize(
    "other",
    [NEXT, {"price_base": "comparable"}, {"scope": "同口径"}, {"unit_measure": "USD"}],
)
def test_growth_needs_levels_of_one_ground(figures: Figures, other: dict[str, object]) -> None:
    """Check that what refuses the level of the second quarter leaves its growth missing too."""
    this_year = figures((2024, 3, 100, other), (2024, 6, 210), *RATES)
    assert np.isnan(growth_of_the_second_quarter(this_year)["obs_value"])
    last_year = figures((2023, 3, 40, other), (2023, 6, 100), *RATES)
    assert np.isnan(growth_of_the_second_quarter(last_year)["obs_value"])
    whole = figures((2023, 3, 40), (2023, 6, 100), *RATES)
    assert growth_of_the_second_quarter(whole)["obs_value"] == pytest.approx((4 - 0.4 * 5) / 0.6)


def test_growth_does_not_choose_between_two_levels(figures: Figures) -> None:
    rows = figures((2024, 3, 100), (2024, 3, 140), (2024, 6, 210), *RATES)
    assert np.isnan(growth_of_the_second_quarter(rows)["obs_value"])


def test_shares_of_investment_are_no_weights(figures: Figures) -> None:
    """Check that last year's published levels, which are not the base of the growth, give no growth."""
    rows = figures((2023, 3, 40), (2023, 6, 100), *RATES, indicator="fai")
    found = growth_of_the_second_quarter(rows)
    assert np.isnan(found["obs_value"]) and found["refusal"] == UnknownBaseError.rule


def test_a_chain_does_not_begin_with_a_level_at_the_prices_of_another_year(figures: Figures) -> None:
    """Check that only the level at current prices is in the prices of its own year."""
    constant = (2020, 12, 950, {"price_base": "comparable"})
    found = chained_index(figures(constant, (2021, 12, 5.0, YOY)), "2020", refusals="mark")
    assert found["obs_value"].isna().all() and set(found["comment_obs"]) == {"缺基期的总量"}
    both = chained_index(figures(constant, (2020, 12, 1000), (2021, 12, 5.0, YOY)), "2020")
    assert both["obs_value"].tolist() == pytest.approx([1000, 1050])


@pytest.mark.parametrize("turned", [False, True])
def test_contradicting_growth_has_no_scenario(figures: Figures, turned: bool) -> None:
    """Check that the order of rows does not decide between 4.0 and 6.0, and that 4.0 said twice is 4.0."""
    base = [(2023, 6, 400), (2023, 12, 900), (2024, 6, 4.0, YOY)]
    two = figures(*base, (2024, 6, 6.0, YOY))
    found = scenarios(two.iloc[::-1] if turned else two, year=2024, targets=(5.0,))
    assert found["obs_value"].isna().all() and set(found["refusal"]) == {"comparability"}
    assert found["comment_obs"].str.contains("两个不同的增速").all()
    once = scenarios(figures(*base, (2024, 6, 4.0, YOY)), year=2024, targets=(5.0,))
    assert once["obs_value"].tolist() == pytest.approx([5.8])


SECTORS = ("va_primary", "va_secondary", "va_tertiary")


def parts_of(year: int, values: tuple[float, ...], **columns: object) -> list[tuple[object, ...]]:
    return [(year, 12, v, {"indicator": c, **columns}) for c, v in zip(SECTORS, values, strict=True)]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    "more",
    [
        parts_of(2023, (120, 200, 280), **NEXT),
        parts_of(2023, (150, 200, 300)),
    ],
    ids=["two vintages", "one vintage"],
)
def test_contributions_do_not_choose_between_levels(
    figures: Figures, more: list[tuple[object, ...]], turned: bool
) -> None:
    """Check that the order of rows does not decide which level of the year before weighs a part."""
    rates = parts_of(2024, (3.0, 4.0, 5.0), measure="yoy")
    base = parts_of(2023, (100, 200, 300))
    rows = figures(*rates, *base, *more)
    found = contributions(rows.iloc[::-1] if turned else rows, refusals="mark")
    assert found["obs_value"].isna().all() and (found["comment_obs"] != "").all()
    assert contributions(figures(*rates, *base, *base))["obs_value"].notna().all()


@pytest.mark.parametrize("turned", [False, True])
def test_a_deflator_does_not_choose_between_nominal_rates(figures: Figures, turned: bool) -> None:
    nominal = {"measure": "yoy", "price_base": "nominal"}
    printed = figures((2024, 12, 9.0, nominal), (2024, 12, 9.5, nominal), (2024, 12, 5.0, YOY))
    levels = figures(
        (2023, 12, 100), (2024, 12, 110), (2023, 12, 105, NEXT), (2024, 12, 120, NEXT), (2024, 12, 5.0, YOY)
    )
    for rows in (printed, levels):
        found = implied_deflators(rows.iloc[::-1] if turned else rows, refusals="mark")
        assert found["obs_value"].isna().all() and set(found["refusal"]) == {"comparability"}


@pytest.mark.parametrize("turned", [False, True])
def test_a_printed_pull_is_not_judged_by_one_of_two_growth_rates(figures: Figures, turned: bool) -> None:
    pulls = [
        (2024, 12, v, {"indicator": c, "measure": "pull"}) for c, v in zip(SECTORS, (1, 2, 2), strict=True)
    ]
    two = figures(*pulls, (2024, 12, 5.0, YOY), (2024, 12, 4.0, YOY))
    assert check_contributions(two.iloc[::-1] if turned else two).empty
    one = figures(*pulls, (2024, 12, 5.0, YOY), (2024, 12, 5.0, YOY))
    assert check_contributions(one)["comment_obs"].tolist() == [""]
