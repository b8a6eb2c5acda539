"""Ranks among areas; figures are made up (虚构数据)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import ComparabilityError, PriceBaseMismatchError, VintageMismatchError
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.ranking import competition_rank, prefectures, rank_bounds, rank_changes, ranks

AREAS = ("220100", "220200", "220300", "220700", "220800")


def row(area: str, value: float, year: int = 2024, **columns: Any) -> dict[str, Any]:
    base = {
        "ref_area": area, "indicator": "gdp", "measure": "yoy", "price_base": "comparable", "scope": "",
        "time_period": str(year), "period_start": f"{year}-01", "period_end": f"{year}-12", "cumulative": False,
        "obs_value": value, "decimals": 1, "unit": "%", "unit_measure": "PT", "unit_mult": 0, "obs_status": "P",
        "vintage": f"{year + 1}-04-01", "file": "表.xlsx", "sheet": "表", "cell": "B4",
    }  # fmt: skip
    return {**base, **columns}


def growth(*values: float, year: int = 2024) -> pd.DataFrame:
    return pd.DataFrame([row(a, v, year) for a, v in zip(AREAS, values, strict=False)])


def by_area(found: pd.DataFrame, column: str = "obs_value") -> dict[str, Any]:
    return dict(zip(found["ref_area"], found[column], strict=True))


def test_ties_share_a_rank_and_the_next_one_is_left_out() -> None:
    assert competition_rank([6.1, 5.0, 5.0, 4.2]).tolist() == [1, 2, 2, 4]
    assert competition_rank([6.1, 5.0, 5.0, 4.2], ascending=True).tolist() == [4, 2, 2, 1]
    assert np.isnan(competition_rank([6.1, np.nan, 5.0])[1])
    assert competition_rank([]).tolist() == []
    assert competition_rank([1, 2, 1, 2], ["a", "a", "b", "b"]).tolist() == [2, 1, 2, 1]


def naive(low: list[float], high: list[float], i: int) -> tuple[int, int]:
    exact = low[i] == high[i]
    others = [j for j in range(len(low)) if j != i]
    surely = sum(low[j] > high[i] or (low[j] == high[i] and not exact) for j in others)
    return surely + 1, sum(high[j] > low[i] for j in others) + 1


@given(
    st.lists(
        st.tuples(st.integers(-20, 20), st.sampled_from([0, 1, 3]), st.booleans()), min_size=1, max_size=12
    )
)
def test_bounds_are_what_counting_gives(figures: list[tuple[int, int, bool]]) -> None:
    mid = np.array([float(v) for v, _, _ in figures])
    half = np.array([float(w) for _, w, _ in figures])
    group = np.array([g for _, _, g in figures])
    found = rank_bounds(Bands(mid - half, mid, mid + half), group)
    for i in range(len(mid)):
        same = np.flatnonzero(group == group[i])
        low, high = (list(x[same]) for x in (mid - half, mid + half))
        assert (found.low[i], found.high[i]) == naive(low, high, list(same).index(i))
        assert found.low[i] <= found.mid[i] <= found.high[i]
        assert found.mid[i] == 1 + sum(mid[same] > mid[i])


def test_areas_are_ranked_and_their_number_is_told() -> None:
    found = ranks(growth(6.1, 5.0, 5.0, 3.8, 4.2))
    assert by_area(found) == {"220100": 1, "220200": 2, "220300": 2, "220700": 5, "220800": 4}
    assert set(found["of"]) == {5} and set(found["unit"]) == {"位"}
    assert by_area(found, "low")["220200"] == 2 and by_area(found, "high")["220200"] == 3
    assert found["sources"].iloc[0] == "表.xlsx › 表 › B4"


def test_who_has_no_figure_is_named_and_not_ranked_last() -> None:
    frame = pd.concat([growth(6.1, 5.0), pd.DataFrame([row("220700", np.nan)])])
    found = ranks(frame, AREAS[:4])
    assert set(found["ref_area"]) == {"220100", "220200"}
    assert set(found["of"]) == {2}
    assert set(found["absent"]) == {"四平市、松原市"}


def test_down_is_good_where_the_catalogue_says_so() -> None:
    frame = growth(-3.5, -4.0, 0.2).assign(indicator="energy_intensity")
    assert by_area(ranks(frame)) == {"220100": 2, "220200": 1, "220300": 3}
    assert by_area(ranks(frame, ascending=False)) == {"220100": 2, "220200": 3, "220300": 1}


def test_level_and_growth_are_ranked_apart_and_units_meet() -> None:
    levels = pd.DataFrame(
        [
            row(
                "220700",
                1002.18,
                measure="level",
                price_base="current",
                unit_measure="CNY",
                unit_mult=8,
                decimals=2,
            ),
            row(
                "220100",
                7_000_000_0,
                measure="level",
                price_base="current",
                unit_measure="CNY",
                unit_mult=4,
                decimals=0,
            ),
        ]
    )
    found = ranks(pd.concat([levels, growth(3.0, 2.0)]))
    assert set(found["ranked"]) == {"level", "yoy"}
    assert by_area(found[found["ranked"] == "level"]) == {"220700": 2, "220100": 1}


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("price_base", "nominal", "price-base-mismatch"),
        ("scope", "可比口径", "scope-mismatch"),
        ("unit_measure", "USD", "unit-mismatch"),
        ("obs_status", "F", "vintage-mismatch"),
        ("vintage", "2026-01-09", "vintage-mismatch"),
    ],
)
def test_what_is_unlike_is_not_ranked_together(column: str, value: str, rule: str) -> None:
    frame = growth(6.1, 5.0, 4.0)
    frame.loc[2, column] = value
    found = ranks(frame)
    assert set(found["refusal"]) == {rule} and found["obs_value"].isna().all()
    with pytest.raises(ComparabilityError) as caught:
        ranks(frame, refusals="raise")
    assert caught.value.rule == rule


def test_vintages_may_be_noted_instead() -> None:
    frame = growth(6.1, 5.0)
    frame.loc[1, "obs_status"] = "R"
    assert by_area(ranks(frame, vintages="note")) == {"220100": 1, "220200": 2}
    with pytest.raises(VintageMismatchError):
        ranks(frame, refusals="raise")


def test_two_complete_series_are_two_rankings_and_an_incomplete_one_is_refused() -> None:
    real, nominal = growth(6.1, 5.0), growth(3.0, 9.0).assign(price_base="nominal")
    both = ranks(pd.concat([real, nominal], ignore_index=True))
    assert by_area(both[both["price_base"] == "nominal"]) == {"220100": 2, "220200": 1}
    part = ranks(pd.concat([real, nominal.iloc[:1]], ignore_index=True))
    assert part.set_index("price_base")["refusal"].to_dict() == {
        "comparable": "", "nominal": PriceBaseMismatchError.rule,
    }  # fmt: skip


def test_an_area_with_two_figures_is_not_chosen_for() -> None:
    assert set(ranks(pd.concat([growth(6.1, 5.0), growth(6.2)], ignore_index=True))["refusal"]) == {
        "comparability"
    }


def test_the_change_of_rank_counts_places_upwards() -> None:
    frame = pd.concat([growth(6.0, 5.0, 4.0, year=2023), growth(5.0, 6.0, 4.0)], ignore_index=True)
    found = rank_changes(ranks(frame))
    now = found[found["time_period"] == "2024"]
    assert by_area(now) == {"220100": -1, "220200": 1, "220300": 0}
    assert (found.loc[found["time_period"] == "2023", "comment_obs"] == "没有前一期的位次").all()


def test_the_ninth_of_nine_is_not_the_eighth_of_eight() -> None:
    frame = pd.concat([growth(6.0, 5.0, 4.0, year=2023), growth(5.0, 6.0)], ignore_index=True)
    found = rank_changes(ranks(frame))
    assert set(found.loc[found["time_period"] == "2024", "refusal"]) == {"comparability"}


def test_a_missing_year_is_not_bridged() -> None:
    frame = pd.concat([growth(6.0, 5.0, year=2022), growth(5.0, 6.0)], ignore_index=True)
    assert rank_changes(ranks(frame))["obs_value"].isna().all()


def test_the_prefectures_of_the_province_come_from_the_catalogue() -> None:
    assert {"220100", "220700"} <= set(prefectures("220000")) and "220000" not in prefectures()


def test_areas_of_different_tiers_are_not_ranked_together() -> None:
    codes = ["100000", "220000", "220100", "220700", "x1", "x2"]
    found = ranks(
        pd.DataFrame([row(a, v) for a, v in zip(codes, (5.0, 4.0, 7.0, 3.8, 1.0, 2.0), strict=True)])
    )
    assert by_area(found) == dict(zip(codes, (1, 1, 1, 2, 2, 1), strict=True))
    assert by_area(found, "of") == dict(zip(codes, (1, 1, 2, 2, 2, 2), strict=True))
    asked = ranks(found.assign(measure="yoy", obs_value=[5.0, 4.0, 7.0, 3.8, 1.0, 2.0]), ["220000", "220700"])
    assert by_area(asked) == {"220000": 1, "220700": 2}  # who asks for a mixture gets it


def test_equal_figures_of_one_area_are_one() -> None:
    frame = growth(6.0, 5.0, 5.5)
    again = pd.concat([frame, frame.iloc[[0]].assign(cell="B9")], ignore_index=True)
    found = ranks(again)
    assert found["obs_value"].tolist() == [1, 3, 2, 1] and set(found["of"]) == {3}
    assert set(found["refusal"]) == {""} and set(found["absent"]) == {""}
    precise = again.assign(decimals=[1, 1, 1, 2])
    turned = precise.iloc[::-1]
    assert by_area(ranks(precise), "high") == by_area(ranks(turned), "high")
    other = again.assign(obs_value=[6.0, 5.0, 5.5, 6.1])
    assert set(ranks(other)["refusal"]) == {"comparability"}
