"""Series in the prices of one year."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songyuan_analysis.errors import ComparabilityError, PeriodError
from songyuan_analysis.methods.chained import chain, chained_index

Figures = Callable[..., pd.DataFrame]
YOY = {"measure": "yoy"}
OTHER = {"sha256": "b" * 64, "vintage": "2019-01-01", "file": "old.xlsx"}


def test_a_chain_crosses_breaks_and_vintages(figures: Figures) -> None:
    """Check 2018 to 2022 in prices of 2020, from rates of two releases, with cells and bounds (虚构数据)."""
    rows = figures(
        (2020, 12, 100.0, {"decimals": 1}),
        (2022, 12, 1.0, YOY),
        (2019, 12, 2.0, {**YOY, **OTHER}),
        (2020, 12, 3.0, YOY),
        (2021, 12, 8.0, YOY),
        cumulative=False,
    )
    found = chained_index(rows, "2020")
    assert found["time_period"].tolist() == ["2018", "2019", "2020", "2021", "2022"]
    assert found["obs_value"].tolist() == pytest.approx([100 / 1.03 / 1.02, 100 / 1.03, 100, 108, 108 * 1.01])
    assert found["low"].tolist() == pytest.approx(
        [99.95 / 1.0305 / 1.0205, 99.95 / 1.0305, 99.95, 99.95 * 1.0795, 99.95 * 1.0795 * 1.0095]
    )
    assert found["high"].iloc[0] == pytest.approx(100.05 / 1.0295 / 1.0195)
    assert found["sources"].tolist()[:2] == [
        "gdp.xlsx › GDP › B1",
        "old.xlsx › GDP › B3；gdp.xlsx › GDP › B1",
    ]
    assert set(found["unit"]) == {"亿元"} and set(found["comment_obs"]) == {"2020年价"}
    assert set(found["price_base"]) == {"comparable"} and set(found["measure"]) == {"level"}
    assert found["period_start"].tolist()[0] == "2018-01"


def test_a_hole_is_not_bridged_and_series_do_not_mix(figures: Figures) -> None:
    """Check that what lies beyond a missing year is missing, for each of two areas (虚构数据)."""
    there = {"ref_area": "220000"}
    rows = figures(
        (2020, 12, 100), (2020, 12, 500, there),
        *((year, 12, 10, YOY) for year in (2021, 2023)),
        *((year, 12, 10, {**YOY, **there}) for year in (2019, 2020, 2021)),
        cumulative=False,
    )  # fmt: skip
    found = chained_index(rows, "2020").set_index(["ref_area", "time_period"])["obs_value"]
    assert found["100000"].to_dict() == pytest.approx(
        {"2020": 100, "2021": 110, "2022": np.nan, "2023": np.nan}, nan_ok=True
    )
    assert found["220000"].to_dict() == pytest.approx(
        {"2018": 500 / 1.21, "2019": 500 / 1.1, "2020": 500, "2021": 550}
    )


def test_an_index_needs_no_level(figures: Figures) -> None:
    """Check growth alone, first halves, and an index column of 上年=100 (虚构数据)."""
    halves = figures(
        (2020, 6, 2.0, YOY), (2021, 6, 104.0, {"measure": "index_py100", "price_base": "comparable"})
    )
    found = chained_index(halves, "2020-01/2020-06", base=100)
    assert found["time_period"].tolist() == [f"{year}-01/{year}-06" for year in (2019, 2020, 2021)]
    assert found["obs_value"].tolist() == pytest.approx([100 / 1.02, 100, 104])
    assert set(found["unit"]) == {"2020-01/2020-06=100"}
    missing = chained_index(halves, "2020-01/2020-06")
    assert missing["obs_value"].isna().all() and set(missing["comment_obs"]) == {"缺基期的总量"}
    assert chained_index(halves, "2020").empty


def test_what_cannot_be_chained_is_refused(figures: Figures) -> None:
    """Check two rates of one year, two base levels, growth of −100, a base that is no period (虚构数据)."""
    level = (2020, 12, 100)
    for rows in (
        [level, (2021, 12, 5, YOY), (2021, 12, 6, {**YOY, **OTHER})],
        [level, (2020, 12, 120, OTHER), (2021, 12, 5, YOY)],
        [level, (2021, 12, -100, YOY)],
    ):
        with pytest.raises(ComparabilityError):
            chained_index(figures(*rows, cumulative=False), "2020")
        marked = chained_index(figures(*rows, cumulative=False), "2020", refusals="mark")
        assert marked["obs_value"].isna().any() and "comparability" in set(marked["refusal"])
    with pytest.raises(PeriodError):
        chained_index(figures(level), "二〇二〇")


@settings(max_examples=30)
@given(
    rates=st.lists(st.integers(-200, 300).map(lambda n: n / 10), min_size=1, max_size=15),
    place=st.integers(0, 15),
)
def test_the_chain_s_own_growth_is_the_published_one(rates: list[float], place: int) -> None:
    """Check against the scalar chain, whichever year gives the prices (虚构数据)."""
    frame = pd.DataFrame(
        [
            {
                "ref_area": "220700", "indicator": "gdp", "price_base": "comparable", "scope": "", "measure": "yoy",
                "unit_measure": "PT", "vintage": "2024-01-01", "obs_value": rate, "decimals": 1,
                "time_period": f"{year}", "period_start": f"{year}-01", "period_end": f"{year}-12",
            }
            for year, rate in enumerate(rates, start=2001)
        ]
    )  # fmt: skip
    base = min(place, len(rates))
    found = chained_index(frame, str(2000 + base), base=100)
    values = found["obs_value"].to_numpy()
    assert values[base] == 100
    assert (values[1:] / values[:-1] - 1) * 100 == pytest.approx(rates, abs=1e-9)
    expected = np.concatenate([[1.0], chain(rates, 1.0).to_numpy()])
    assert values == pytest.approx(100 * expected / expected[base])
    assert (found["low"] <= found["obs_value"]).all() and (found["obs_value"] <= found["high"]).all()
