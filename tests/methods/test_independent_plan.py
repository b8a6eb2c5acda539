"""What a reviewer tried on targets, ranks, comparisons and shares: contradictions, odd texts, odd units (虚构数据)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.comparison import comparisons, rate_changes
from songyuan_analysis.methods.completion import seasonal_shares
from songyuan_analysis.methods.ranking import rank_changes, ranks
from songyuan_analysis.methods.targets import check_targets

Figures = Callable[..., pd.DataFrame]
YOY = {"measure": "yoy"}
TARGET = {
    "ref_area": "220700", "indicator": "gdp", "year": 2024, "kind": "growth", "operator": "=", "value": 6.0, "unit": "%",
}  # fmt: skip


@pytest.mark.parametrize("columns", [{"value": "约6"}, {"year": np.nan}, {"year": "今年"}])
def test_a_target_without_number_or_year_is_refused(columns: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="不是数"):
        check_targets(pd.DataFrame([{**TARGET, **columns}]))


def test_a_cut_is_written_with_its_sign() -> None:
    """Check that 3.5 for −3.5 is refused: a rise of 3 % would be a success."""
    cut = {**TARGET, "kind": "reduction", "indicator": "energy_intensity"}
    with pytest.raises(UsageError, match=r"写成 -3\.5"):
        check_targets(pd.DataFrame([{**cut, "value": 3.5}]))
    assert check_targets(pd.DataFrame([{**cut, "value": -3.5}]))["value"].tolist() == [-3.5]


def test_a_change_from_contradicting_figures_says_so(figures: Figures) -> None:
    rows = figures((2023, 12, 5.0, YOY), (2023, 12, 5.4, YOY), (2024, 12, 6.0, YOY))
    found = rate_changes(rows)
    assert found["refusal"].tolist() == ["", "", "comparability"]
    assert "两个不同的数" in found["comment_obs"].iloc[2]


def two_areas(figures: Figures) -> pd.DataFrame:
    return figures(
        *((year, 12, rate, {**YOY, "ref_area": area})
          for year in (2023, 2024)
          for area, rate in (("220700", 3.8), ("220100", 5.0)))
    )  # fmt: skip


def test_a_rank_that_cannot_be_compared_says_why(figures: Figures) -> None:
    rows = two_areas(figures)
    found = rank_changes(ranks(pd.concat([rows, rows.iloc[:1]], ignore_index=True)))
    assert (found.loc[found["obs_value"].isna(), "comment_obs"] != "").all()


@pytest.mark.parametrize("kind", ["string", "object", "category"])
def test_texts_of_any_kind_are_ranked(figures: Figures, kind: str) -> None:
    rows = two_areas(figures).astype({"ref_area": kind})
    assert ranks(rows)["obs_value"].tolist() == [2, 1, 2, 1]


def test_a_figure_of_no_area_stands_beside_nobody(figures: Figures) -> None:
    rows = two_areas(figures).astype({"ref_area": object})
    rows.loc[1, "ref_area"] = None
    found = comparisons(rows, "220700")
    assert set(found["other_area"]) == {"220100"}
    assert found["obs_value"].isna().tolist() == [True, False]


def test_one_number_in_two_units_is_one_and_one_digit_in_two_units_is_two(figures: Figures) -> None:
    half = (2024, 6, 40)
    same = figures(half, (2024, 12, 100), (2024, 12, 1_000_000, {"unit_mult": 4, "decimals": -4}))
    found = seasonal_shares(same)
    assert found["obs_value"].iloc[0] == pytest.approx(40)
    apart = figures(half, (2024, 12, 100), (2024, 12, 100, {"unit_mult": 4}))
    found = seasonal_shares(apart)
    assert np.isnan(found["obs_value"].iloc[0]) and found["refusal"].iloc[0] == "comparability"
