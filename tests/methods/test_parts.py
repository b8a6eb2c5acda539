"""Contributions and pulls by the column, and the check of printed ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songyuan_analysis.errors import ComparabilityError, VintageMismatchError
from songyuan_analysis.methods.contribution import contributions_from_shares
from songyuan_analysis.methods.parts import check_contributions, contributions
from songyuan_analysis.methods.precision import Interval, round_half_up
from songyuan_analysis.methods.totals import place_of

Figures = Callable[..., pd.DataFrame]
SECTORS = ("va_primary", "va_secondary", "va_tertiary")
DEMAND = ("final_consumption", "capital_formation", "net_exports")
OTHER = {"sha256": "b" * 64, "vintage": "2020-01-01", "file": "old.xlsx"}


def of(codes: tuple[str, ...], year: int, values: tuple[float, ...], **columns: Any) -> list[tuple[Any, ...]]:
    """Make the rows of one measure of several indicators."""
    return [
        (year, 12, value, {"indicator": code, **columns}) for code, value in zip(codes, values, strict=True)
    ]


def yoy(
    codes: tuple[str, ...], year: int, values: tuple[float, ...], **columns: Any
) -> list[tuple[Any, ...]]:
    return of(codes, year, values, measure="yoy", **columns)


def pick(frame: pd.DataFrame, measure: str) -> list[float]:
    return frame.loc[frame["measure"] == measure, "obs_value"].tolist()


def test_R31_contributions_from_the_base_year_s_structure(figures: Figures) -> None:
    """Check Zhuhai 2011: 11.34 for the published 11.3, contributions within .25 points, and the scalar's numbers."""
    shares, rates = (2.7, 54.8, 42.5), (3.2, 14.4, 7.9)
    found = contributions(figures(*of(SECTORS, 2010, shares, decimals=1), *yoy(SECTORS, 2011, rates)))
    assert str(round_half_up(pick(found, "growth_implied")[0], 1)) == "11.3"
    ours = pick(found, "contribution")
    assert [round(x, 1) for x in ours] == [0.8, 69.6, 29.6]
    assert all(abs(a - b) <= 0.25 for a, b in zip(ours, (0.7, 69.5, 29.8), strict=True))
    scalar = contributions_from_shares(
        dict(zip(SECTORS, shares, strict=True)), dict(zip(SECTORS, rates, strict=True))
    )
    assert ours == pytest.approx(scalar["contribution"].tolist())
    assert pick(found, "pull") == pytest.approx(scalar["pull"].tolist())
    assert set(found["method"]) == {"contributions_by_base_share"}
    assert found["sources"].iloc[0] == "gdp.xlsx › GDP › B4；gdp.xlsx › GDP › B1"


def test_R00_the_city_s_sectors_give_3_56_and_not_3_8(figures: Figures) -> None:
    """Check 2024 from one bulletin; last year's levels of another vintage are not asked."""
    rows = [
        *of(SECTORS, 2024, (241.09, 237.72, 523.37), decimals=2),
        *yoy(SECTORS, 2024, (3.8, 0.5, 4.9)),
        *of(SECTORS[:2], 2023, (200.0, 300.0), **OTHER),
    ]
    found = contributions(figures(*rows))
    assert round(pick(found, "growth_implied")[0], 2) == 3.56
    assert sum(pick(found, "contribution")) == pytest.approx(100)
    assert sum(pick(found, "pull")) == pytest.approx(pick(found, "growth_implied")[0])
    assert set(found["method"]) == {"contributions_by_implied_base"}
    low, high = (found.loc[found["measure"] == "contribution", end].sum() for end in ("low", "high"))
    assert low < 100 < high


def test_an_of_which_is_never_added(figures: Figures) -> None:
    """Check that high technology contributes beside the branches of industry and changes nothing of them (虚构数据)."""
    branches = ("industry_va_mining", "industry_va_manufacturing", "industry_va_utilities")
    place = place_of("industry_va_hightech")
    assert place is not None and (place.total, place.addend) == ("industry_va_above_scale", False)
    parts = [*of(branches, 2023, (200, 300, 500)), *yoy(branches, 2024, (1, 4, 6))]
    inside = [
        *of(("industry_va_hightech",), 2023, (250,)),
        *yoy(("industry_va_hightech",), 2024, (4,)),
    ]
    alone, beside = contributions(figures(*parts)), contributions(figures(*parts, *inside))
    own = beside["indicator"] == "industry_va_hightech"
    assert beside[~own]["obs_value"].tolist() == alone["obs_value"].tolist()
    assert beside[own]["obs_value"].tolist() == pytest.approx([100 * 10 / 44, 1.0])
    assert set(beside[own]["comment_obs"]) == {"其中项，不与其他各项相加"}


def test_all_parts_are_needed_and_of_one_vintage(figures: Figures) -> None:
    """Check a part without growth, a part without a level, and a part from elsewhere (虚构数据)."""
    levels, rates = of(SECTORS, 2023, (200, 300, 500)), yoy(SECTORS, 2024, (1, 4, 6))
    for rows in ([*levels, *rates[:2]], [*levels[:2], *rates]):
        found = contributions(figures(*rows), refusals="mark")
        assert found["obs_value"].isna().all() and len(found)
    mixed = [*levels[:2], *of(SECTORS[2:], 2023, (500,), **OTHER), *rates]
    with pytest.raises(VintageMismatchError):
        contributions(figures(*mixed))


def test_what_is_missing_or_doubled_is_named(figures: Figures) -> None:
    """Check the reason of totals that are not whole (虚构数据)."""
    levels, rates = of(SECTORS, 2023, (200, 300, 500)), yoy(SECTORS, 2024, (1, 4, 6))
    twice = of(SECTORS[:1], 2023, (210,))
    for rows, lacks in (
        ([*levels, *rates[:2]], "缺第三产业增加值的增速"),
        ([*levels[1:], *rates], "缺第一产业增加值的总量"),
        ([*levels, *twice, *rates], "第一产业增加值的总量有几个不同的数"),
    ):
        found = contributions(figures(*rows), refusals="mark")
        assert set(found["comment_obs"]) == {f"各部分不齐，算不出贡献率：{lacks}"}


def test_levels_at_current_prices_are_taken_where_both_stand(figures: Figures) -> None:
    """Check levels at constant prices beside those at current prices (虚构数据)."""
    levels, rates = of(SECTORS, 2023, (200, 300, 500)), yoy(SECTORS, 2024, (1, 4, 6))
    constant = of(SECTORS, 2023, (100, 100, 100), price_base="comparable")
    alone = contributions(figures(*levels, *rates))
    for rows in ([*levels, *constant, *rates], [*constant, *levels, *rates]):
        assert pick(contributions(figures(*rows)), "pull") == pytest.approx(pick(alone, "pull"))


def test_parts_that_are_not_their_total_say_so(figures: Figures) -> None:
    """Check parts of 600 beside a total of 800 and of 600, and one of another vintage (虚构数据)."""
    levels, rates = of(SECTORS, 2023, (100, 200, 300)), yoy(SECTORS, 2024, (1, 4, 6))
    for total, columns, told in ((800, {}, True), (600, {}, False), (601, {}, False), (800, OTHER, False)):
        found = contributions(figures(*levels, *of(("gdp",), 2023, (total,), **columns), *rates))
        comment = found.loc[found["measure"] == "growth_implied", "comment_obs"].item()
        assert ("与公布的总量不符" in comment) == told


def test_parts_of_nothing_have_no_pull(figures: Figures) -> None:
    rows = figures(*of(SECTORS, 2023, (0, 0, 0)), *yoy(SECTORS, 2024, (1, 4, 6)))
    with pytest.raises(ComparabilityError, match="不是正数"):
        contributions(rows)
    found = contributions(rows, refusals="mark")
    assert found["obs_value"].isna().all() and (found["comment_obs"] != "").all()


def test_a_falling_total_turns_the_signs_and_says_so(figures: Figures) -> None:
    found = contributions(figures(*of(SECTORS, 2023, (200, 300, 500)), *yoy(SECTORS, 2024, (5, -10, -2))))
    assert pick(found, "contribution") == pytest.approx([-100 / 3, 100, 100 / 3])
    assert pick(found, "pull") == pytest.approx([1, -3, -1])
    share = found[found["measure"] == "contribution"]
    assert set(share["comment_obs"]) == {"总量下降：贡献率为正表示拖累"}


def test_over_no_growth_there_are_pulls_and_no_contributions(figures: Figures) -> None:
    """Check a total that rounding cannot tell from standing still (虚构数据)."""
    rows = figures(*of(SECTORS, 2023, (200, 300, 500)), *yoy(SECTORS, 2024, (5, -5, 1.0)))
    with pytest.raises(ComparabilityError, match="贡献率没有意义"):
        contributions(rows)
    found = contributions(rows, refusals="mark")
    assert np.isnan(pick(found, "contribution")).all()
    assert pick(found, "pull") == pytest.approx([1, -1.5, 0.5])


def test_two_rates_and_minus_a_hundred_are_refused(figures: Figures) -> None:
    levels, rates = of(SECTORS, 2023, (200, 300, 500)), yoy(SECTORS, 2024, (1, 4, 6))
    with pytest.raises(ComparabilityError, match="两个不同的增速"):
        contributions(figures(*levels, *rates, *yoy(SECTORS[:1], 2024, (2,), **OTHER)))
    with pytest.raises(ComparabilityError, match="-100%"):
        contributions(figures(*levels, *yoy(SECTORS, 2024, (1, 4, -100))))


def test_R33_R34_R35_R37_printed_tables_agree(figures: Figures) -> None:
    """Check 2015 by sectors, Qinghai 2013 by demand, Guangdong 1980 to 1988, and the nation's consumption of 2024."""
    rows = [
        *of(SECTORS, 2015, (13.7, 59.4, 26.9), measure="contribution"),
        *of(SECTORS, 2015, (1.7, 7.3, 3.3), measure="pull"),
        *yoy(("gdp",), 2015, (12.3,)),
        *of(DEMAND, 2013, (3.69, 358.74, -262.43), measure="contribution", decimals=2),
        *of(DEMAND, 2013, (0.40, 38.74, -28.34), measure="pull", decimals=2),
        *yoy(("gdp_expenditure",), 2013, (10.80,), decimals=2),
    ]
    growths = {
        1980: ((13.0, 6.1, -0.9), 18.2),
        1985: ((6.9, 17.4, -2.7), 21.6),
        1988: ((-0.3, 7.4, 5.2), 12.3),
    }
    for year, (pulls, total) in growths.items():
        rows += [*of(DEMAND, year, pulls, measure="pull"), *yoy(("gdp_expenditure",), year, (total,))]
    rows += [
        *of(DEMAND[:1], 2024, (44.5,), measure="contribution"),
        *of(DEMAND[:1], 2024, (2.2,), measure="pull"),
        *yoy(("gdp_expenditure",), 2024, (5.0,)),
    ]
    found = check_contributions(figures(*rows, ref_area="220700"))
    assert found["method"].value_counts().to_dict() == {
        "pull_product": 7,
        "pull_sum": 5,
        "contribution_sum": 2,
    }
    assert set(found["comment_obs"]) == {""}
    sums = found[found["method"] == "contribution_sum"]["obs_value"].tolist()
    assert sorted(sums) == pytest.approx([100.0, 100.0])


def test_a_pull_left_behind_by_a_revision_is_found(figures: Figures) -> None:
    """Check that growth revised from 7.45 to 7.7 shows in its pulls, and not in its contributions (虚构数据)."""
    shares = (10.0, 60.0, 30.0)
    printed = tuple(float(round_half_up(7.45 * share / 100, 1)) for share in shares)
    rows = [
        *of(SECTORS, 1990, shares, measure="contribution"),
        *of(SECTORS, 1990, printed, measure="pull"),
        *yoy(("gdp",), 1990, (7.7,)),
    ]
    found = check_contributions(figures(*rows))
    wrong = found[found["comment_obs"] != ""]
    named = set(zip(wrong["indicator"], wrong["method"], strict=True))
    assert {("va_secondary", "pull_product"), ("gdp", "pull_sum")} <= named
    assert "contribution_sum" not in set(wrong["method"])
    odd = check_contributions(figures(*of(SECTORS, 1990, (10.0, 60.0, 31.0), measure="contribution")))
    assert odd["comment_obs"].str.contains("不符").all() and len(odd) == 1


def test_parts_of_two_files_are_not_added_up(figures: Figures) -> None:
    rows = [
        *of(SECTORS[:2], 1990, (10.0, 60.0), measure="contribution"),
        *of(SECTORS[2:], 1990, (31.0,), measure="contribution", **OTHER),
    ]
    assert check_contributions(figures(*rows)).empty


def test_R32_a_sum_that_is_not_forced_agrees() -> None:
    """Check Zhuhai: 37.70, 786.42 and 579.11 make 1403.23, printed 1403.24."""
    low, high = (
        sum(getattr(Interval.from_printed(x), end) for x in ("37.70", "786.42", "579.11"))
        for end in ("low", "high")
    )
    assert Interval(low, (low + high) / 2, high).meets(Interval.from_printed("1403.24"))
    assert round((low + high) / 2, 2) == 1403.23


@settings(max_examples=30)
@given(
    bases=st.lists(st.integers(1, 1000), min_size=3, max_size=3),
    rates=st.lists(st.integers(-200, 300).map(lambda n: n / 10), min_size=3, max_size=3),
)
def test_contributions_add_up_and_pulls_make_the_total(bases: list[int], rates: list[float]) -> None:
    """Check the two laws for any parts, and that every bound holds its number (虚构数据)."""
    common = {"ref_area": "220700", "scope": "", "vintage": "2024-01-01", "unit_mult": 8}
    frame = pd.DataFrame(
        [
            {
                **common, "indicator": code, "measure": measure, "price_base": price, "unit_measure": unit,
                "obs_value": float(value), "period_start": f"{year}-01", "period_end": f"{year}-12",
                "time_period": f"{year}", "decimals": 1,
            }
            for measure, price, unit, year, values in (
                ("level", "current", "CNY", 2023, bases), ("yoy", "comparable", "PT", 2024, rates),
            )
            for code, value in zip(SECTORS, values, strict=True)
        ]
    )  # fmt: skip
    found = contributions(frame, refusals="mark")
    total = sum(b * g for b, g in zip(bases, rates, strict=True)) / sum(bases)
    assert pick(found, "growth_implied") == pytest.approx([total], abs=1e-9)
    assert sum(pick(found, "pull")) == pytest.approx(total, abs=1e-9)
    shares = found[found["measure"] == "contribution"].dropna(subset=["obs_value"])
    if len(shares):
        assert shares["obs_value"].sum() == pytest.approx(100)
        assert (shares["low"] <= shares["obs_value"]).all() and (shares["obs_value"] <= shares["high"]).all()
