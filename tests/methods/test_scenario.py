"""What the rest of the year must bring for several year's ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.errors import ComparabilityError, UsageError
from songyuan_analysis.methods.frames import RESULT
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.methods.required import required_growth_by_share
from songyuan_analysis.methods.scenario import scenarios

Make = Callable[..., pd.DataFrame]


@pytest.fixture
def half_year(observations: Make) -> Make:
    """Half a year of 404.05 and a year of 1002.18 as if of one vintage, with growth of 5.2: 虚构数据."""

    def make(growth: float = 5.2, vintage: str = "2025-03-20", **columns: Any) -> pd.DataFrame:
        june = {"period_start": "2024-01", "period_end": "2024-06", "cumulative": True}
        now = {"period_start": "2025-01", "period_end": "2025-06", "cumulative": True}
        rate = {"measure": "yoy", "unit": "%", "unit_measure": "PT", "unit_mult": 0, "decimals": 1}
        return observations(
            {"time_period": "2024", **columns},
            {"time_period": "2024-01/2024-06", "obs_value": 404.05, "sha256": "b" * 64, **june, **columns}
            | {"vintage": vintage},
            {"time_period": "2025-01/2025-06", "obs_value": growth, "price_base": "comparable", **rate, **now}
            | columns,
        )

    return make


def test_three_ends_of_the_year(half_year: Make) -> None:
    found = scenarios(half_year(), year=2025)
    assert tuple(found.columns[: len(RESULT)]) == RESULT
    assert found["target"].tolist() == [5.0, 5.5, 6.0]
    share = propagate(lambda a, b: a / b, Interval.from_printed("404.05"), Interval.from_printed("1002.18"))
    for row in found.itertuples():
        own = required_growth_by_share(Interval.from_printed("5.2"), share, row.target)
        assert (row.low, row.obs_value, row.high) == pytest.approx((own.low, own.mid, own.high))
    assert round(found["share"].iloc[0], 1) == 40.3
    assert set(found["time_period"]) == {"2025-07/2025-12"} and set(found["known_to"]) == {"2025-01/2025-06"}
    assert found["comment_obs"].iloc[1].startswith("全年要增长 5.5%，余下 6 个月须达到的增速；我们的推算")
    assert found["sources"].iloc[0].count("公报.xlsx") == 3


def test_doing_what_is_required_reaches_the_end(half_year: Make) -> None:
    row = scenarios(half_year(), year=2025, targets=[5.5]).iloc[0]
    share = row["share"] / 100
    assert share * 5.2 + (1 - share) * row["obs_value"] == pytest.approx(5.5)


def test_levels_of_two_vintages_are_refused_or_noted(half_year: Make) -> None:
    mixed = half_year(vintage="2024-07-20")
    assert set(scenarios(mixed, year=2025)["refusal"]) == {"vintage-mismatch"}
    with pytest.raises(ComparabilityError):
        scenarios(mixed, year=2025, refusals="raise")
    noted = scenarios(mixed, year=2025, vintages="note")
    assert noted["obs_value"].notna().all() and noted["comment_obs"].str.contains("不同版次").all()


def test_without_last_years_levels_nothing_is_required(half_year: Make) -> None:
    both = pd.concat([half_year(), half_year(ref_area="220100").iloc[2:]], ignore_index=True)
    found = scenarios(both, year=2025)
    bare = found[found["ref_area"] == "220100"]
    assert bare["obs_value"].isna().all() and set(bare["comment_obs"]) == {"没有上年同期和全年的总量"}
    assert found[found["ref_area"] == "220700"]["obs_value"].notna().all()
    frame = half_year()
    two = pd.concat([frame, frame.iloc[:2].assign(price_base="comparable")], ignore_index=True)
    assert set(scenarios(two, year=2025)["comment_obs"]) == {"上年总量有不止一个序列"}
    assert scenarios(frame, year=2030).empty
    for targets in ([], [float("nan")]):
        with pytest.raises(UsageError):
            scenarios(frame, year=2025, targets=targets)


def test_levels_that_are_not_the_base_of_growth_are_no_weights(half_year: Make) -> None:
    """Check investment: its growth is on a comparable base that last year's levels do not show."""
    found = scenarios(half_year(indicator="fai"), year=2025)
    assert found["obs_value"].isna().all() and set(found["refusal"]) == {"unknown-base"}


def test_equal_levels_of_last_year_are_one_and_different_ones_none(half_year: Make) -> None:
    frame = half_year()
    again = pd.concat([frame, frame.iloc[[1]].assign(cell="B9")], ignore_index=True)
    assert (
        scenarios(again, year=2025)["obs_value"].tolist() == scenarios(frame, year=2025)["obs_value"].tolist()
    )
    other = again.assign(obs_value=[*frame["obs_value"], 411.0])  # 虚构数据
    for rows in (other, other.iloc[::-1]):
        assert set(scenarios(rows, year=2025)["refusal"]) == {ComparabilityError.rule}
