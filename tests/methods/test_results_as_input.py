"""What one method returns is what another takes: bounds and cells go through, whatever comes after. All made up (虚构数据)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.methods.benchmark import benchmarked
from songyuan_analysis.methods.comparison import comparisons, rate_changes
from songyuan_analysis.methods.energy import intensity_change
from songyuan_analysis.methods.frames import places, printed
from songyuan_analysis.methods.growth import growth
from songyuan_analysis.methods.ranking import ranks
from songyuan_analysis.methods.seasonal import seasonally_adjusted
from songyuan_analysis.methods.single_period import single_period
from songyuan_analysis.methods.tracking import track

Observed = Callable[..., pd.DataFrame]


@pytest.fixture
def intensity(observed: Observed) -> pd.DataFrame:
    """Return changes of intensity of two areas in two years, each within its band and from two cells."""
    rows = [
        (code, year, value, {"ref_area": area})
        for area, shift in (("220700", 0.0), ("220100", 1.0))
        for year in (2023, 2024)
        for code, value in (("energy_total", 2.0 + shift), ("gdp", 6.0 - shift))
    ]
    return intensity_change(observed(*rows))


def test_bounds_and_cells_are_those_of_the_result(intensity: pd.DataFrame) -> None:
    band = printed(intensity)
    assert (band.low < band.mid).all() and (band.mid < band.high).all()
    assert places(intensity).tolist() == intensity["sources"].tolist()


def test_observations_and_results_stand_in_one_frame(intensity: pd.DataFrame, observed: Observed) -> None:
    """Check that each keeps its own: the print of the one, the bounds of the other."""
    own = observed(("energy_intensity", 2022, -3.5))
    both = pd.concat([own, intensity], ignore_index=True)
    band = printed(both)
    assert (band.low[0], band.high[0]) == pytest.approx((-3.55, -3.45))
    np.testing.assert_array_equal(band.low[1:], intensity["low"])
    assert places(both).tolist() == ["能耗.xlsx › 表 › B2", *intensity["sources"]]


def test_a_target_within_the_band_of_a_result_is_undecided(intensity: pd.DataFrame) -> None:
    outcome = intensity.iloc[1]["obs_value"]
    targets = pd.DataFrame(
        [
            {
                "ref_area": "220700", "indicator": "energy_intensity", "year": 2024, "kind": "reduction", "operator": "<=",
                "value": round(float(outcome) - 0.04, 2), "unit": "%",
            }
        ]
    )  # fmt: skip
    (found,) = track(intensity, targets).to_dict("records")
    assert found["state"] == "undecided"
    assert found["outcome_low"] < found["outcome"] < found["outcome_high"]
    assert found["sources"].count("›") == 4, "two cells"


def test_ranks_comparisons_and_changes_keep_what_is_open(intensity: pd.DataFrame) -> None:
    near = intensity.assign(obs_value=intensity["obs_value"].mean())
    near["low"], near["high"] = near["obs_value"] - 1, near["obs_value"] + 1
    ranked = ranks(near)
    assert (ranked["low"] == 1).all() and (ranked["high"] == 2).all()
    beside = comparisons(near, "220700")
    assert (beside["high"] - beside["low"]).to_numpy() == pytest.approx(4.0)
    later = rate_changes(near)
    assert (later["high"] - later["low"]).dropna().to_numpy() == pytest.approx(4.0)
    for found in (ranked, beside, later.dropna(subset="obs_value")):
        assert found["sources"].str.contains("能耗.xlsx › 表 › B").all()


def test_months_out_of_cumulative_figures_are_adjusted_and_spread(
    figures: Callable[..., pd.DataFrame],
) -> None:
    """Check that the width of a difference of two prints is still there after the season is out."""
    wave = 10 + 3 * np.sin(np.arange(12) * np.pi / 6)
    rows = [
        (year, month, round(float(wave[:month].sum() * (1 + 0.05 * (year - 2020))), 1))
        for year in range(2020, 2024)
        for month in range(1, 13)
    ]
    months = single_period(figures(*rows, decimals=1))
    whole = figures(*((year, 12, 130.0 + year - 2020) for year in range(2020, 2024)), cumulative=False)
    for found in (seasonally_adjusted(months), benchmarked(months, whole)):
        assert (found["low"] < found["obs_value"]).all() and (found["obs_value"] < found["high"]).all()
        assert not found["sources"].str.startswith("；").any() and (found["sources"] != "").all()
    least = (months["high"] - months["low"]).min()
    assert (seasonally_adjusted(months)["high"] - seasonally_adjusted(months)["low"]).min() > 0.3 * least


@pytest.mark.parametrize(
    "cells", [["B1", None, None], [None, None, "B3"], [None, None, None], ["B1", "B2", None]]
)
def test_a_row_without_any_cell_stays_a_row(observed: Observed, cells: list[str | None]) -> None:
    """Check two sheets: there the addresses are joined piece by piece, and some rows have no piece at all."""
    level = {
        "measure": "level",
        "price_base": "current",
        "unit": "亿元",
        "unit_measure": "CNY",
        "sha256": "a",
    }
    rows = [("gdp", 2020 + n, 1.0 + n, {**level, "sheet": f"表{n // 2}"}) for n in range(3)]
    found = growth(observed(*rows).assign(cell=pd.array(cells, dtype="str")), refusals="mark")
    assert len(found) == 3
    assert found["sources"].str.count("B").tolist() == [
        sum(cell is not None for cell in cells[max(0, n - 1) : n + 1]) for n in range(3)
    ]
