"""Why energy use changed, as frames: any factors, and activity, structure and intensity from observations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from songyuan_analysis.errors import (
    ComparabilityError,
    PriceBaseMismatchError,
    UnitMismatchError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.decomposition import effects
from songyuan_analysis.methods.energy_effects import decompose, decompose_use
from songyuan_analysis.methods.frames import RESULT

Observed = Callable[..., pd.DataFrame]
SECTORS = {"二产": ("electricity_secondary", "va_secondary"), "三产": ("electricity_tertiary", "va_tertiary")}
# 虚构数据: use and value added of two sectors in three years.
USE = {"二产": [50.0, 52.0, 51.0], "三产": [20.0, 22.0, 25.0]}
OUTPUT = {"二产": [200.0, 210.0, 205.0], "三产": [300.0, 320.0, 350.0]}
LEVEL = {"measure": "level", "sha256": "a", "vintage": ""}
POWER = {"price_base": "", "unit": "亿千瓦时", "unit_measure": "KWH", "unit_mult": 8}
MONEY = {"unit": "亿元", "unit_measure": "CNY", "unit_mult": 8}


@pytest.fixture
def two_sectors(observed: Observed) -> pd.DataFrame:
    rows: list[Any] = []
    for name, (use, output) in SECTORS.items():
        for k, year in enumerate((2021, 2022, 2023)):
            rows += [(use, year, USE[name][k], POWER), (output, year, OUTPUT[name][k], MONEY)]
    return observed(*rows, **LEVEL)


def by_hand(k: int, kind: Any = "additive") -> np.ndarray:
    own = []
    for year in (k, k + 1):
        whole = sum(OUTPUT[name][year] for name in SECTORS)
        own.append(
            [[whole, OUTPUT[name][year] / whole, USE[name][year] / OUTPUT[name][year]] for name in SECTORS]
        )
    return effects(*own, kind)


def test_activity_structure_and_intensity(two_sectors: pd.DataFrame) -> None:
    found = decompose_use(two_sectors.sample(frac=1, random_state=3), SECTORS, total="electricity_total")
    assert [*RESULT, "effect"] == list(found.columns)
    assert found["effect"].tolist() == ["activity", "structure", "intensity"] * 2
    assert found["time_period"].tolist() == ["2022"] * 3 + ["2023"] * 3
    for k in (0, 1):
        assert found["obs_value"].iloc[3 * k : 3 * k + 3].tolist() == pytest.approx(by_hand(k) * 1e8)
        change = sum(USE[name][k + 1] - USE[name][k] for name in SECTORS) * 1e8
        assert found["obs_value"].iloc[3 * k : 3 * k + 3].sum() == pytest.approx(change)
    assert set(found["unit"]) == {"千瓦时"}
    assert (found["low"] < found["obs_value"]).all()
    assert (found["obs_value"] < found["high"]).all()
    assert found["sources"].iloc[0].count("；") == 7


def test_ratios(two_sectors: pd.DataFrame) -> None:
    found = decompose_use(two_sectors, SECTORS, total="electricity_total", kind="multiplicative")
    assert found["obs_value"].iloc[:3].tolist() == pytest.approx(by_hand(0, "multiplicative"))
    assert found["obs_value"].iloc[:3].prod() == pytest.approx(74 / 70)
    assert set(found["measure"]) == {"ratio"}


def test_bands_hold_what_the_print_leaves_open(two_sectors: pd.DataFrame) -> None:
    """Check against inputs drawn at random within their print."""
    found = decompose_use(two_sectors, SECTORS).iloc[:3]
    chance = np.random.default_rng(0)
    for _ in range(25):
        moved = two_sectors.copy()
        moved["obs_value"] += chance.uniform(-0.05, 0.05, len(moved))
        own = decompose_use(moved, SECTORS)["obs_value"].iloc[:3]
        assert (own >= found["low"] - 1e-3).all()
        assert (own <= found["high"] + 1e-3).all()
    exact = decompose_use(two_sectors.assign(decimals=pd.array([pd.NA] * len(two_sectors), "Int64")), SECTORS)
    assert (exact["low"] == exact["high"]).all()


def test_a_sector_that_stands_twice(two_sectors: pd.DataFrame) -> None:
    """Check that equal rows are one, and that different ones are marked for their series only."""
    once = decompose_use(two_sectors, SECTORS)
    again = pd.concat([two_sectors, two_sectors.iloc[:1]], ignore_index=True)
    pd.testing.assert_frame_equal(decompose_use(again, SECTORS), once)
    again.loc[len(again) - 1, "obs_value"] += 5
    with pytest.raises(ComparabilityError, match="几个不同的数"):
        decompose_use(again, SECTORS)
    found = decompose_use(again, SECTORS, refusals="mark")
    assert found["obs_value"].isna().tolist() == [True] * 3 + [False] * 3


def test_gaps_are_not_bridged(two_sectors: pd.DataFrame) -> None:
    """Check that without 2022 there is no step, and that a missing sector refuses its steps."""
    assert decompose_use(two_sectors[two_sectors["time_period"] != "2022"], SECTORS).empty
    short = two_sectors[
        ~((two_sectors["indicator"] == "electricity_tertiary") & (two_sectors["time_period"] == "2023"))
    ]
    found = decompose_use(short, SECTORS, refusals="mark")
    assert found["refusal"].tolist() == [""] * 3 + ["comparability"] * 3
    assert found["obs_value"].isna().tolist() == [False] * 3 + [True] * 3
    with pytest.raises(ComparabilityError, match="缺数"):
        decompose_use(short, SECTORS)
    assert decompose_use(two_sectors.head(0), SECTORS).empty


def test_a_sector_that_appears_is_structure(two_sectors: pd.DataFrame) -> None:
    """Check that a new sector changes structure only, and use without output is refused."""
    frame = two_sectors.copy()
    new = frame["indicator"].isin(SECTORS["三产"]) & (frame["time_period"] == "2021")
    frame.loc[new, "obs_value"] = 0
    found = decompose_use(frame, SECTORS).iloc[:3]["obs_value"].tolist()
    assert sum(found) == pytest.approx(24e8)
    alone = frame[frame["indicator"].isin(SECTORS["二产"])]
    own = decompose_use(alone, {"二产": SECTORS["二产"]}).iloc[:3]["obs_value"].tolist()
    assert found[2] == pytest.approx(own[2])
    frame.loc[new & (frame["indicator"] == "electricity_tertiary"), "obs_value"] = 5
    with pytest.raises(ComparabilityError, match="没有产出"):
        decompose_use(frame, SECTORS)


@pytest.mark.parametrize(
    ("rows", "columns", "kind"),
    [
        ("va_secondary", {"price_base": "current"}, PriceBaseMismatchError),
        ("electricity_tertiary", {"unit_measure": "TCE"}, UnitMismatchError),
        ("electricity_tertiary", {"obs_value": -1.0}, ComparabilityError),
    ],
)
def test_what_is_not_comparable_is_refused(
    two_sectors: pd.DataFrame, rows: str, columns: dict[str, Any], kind: type[ComparabilityError]
) -> None:
    for name, value in columns.items():
        two_sectors.loc[two_sectors["indicator"] == rows, name] = value
    with pytest.raises(kind):
        decompose_use(two_sectors, SECTORS)


def test_two_vintages_are_refused(two_sectors: pd.DataFrame) -> None:
    two_sectors["sha256"] = two_sectors["time_period"]
    with pytest.raises(VintageMismatchError):
        decompose_use(two_sectors, SECTORS)
    assert len(decompose_use(two_sectors.assign(vintage="2024-03-01"), SECTORS)) == 6


def test_any_factors_of_a_table() -> None:
    """Check four years of the published example twice, as two series, and the gap of a third."""
    years = np.array([
        [[1, 10, 2], [4, 5, 3]],
        [[4, 5, 3], [5, 6, 4]],
        [[8, 2, 4], [5, 7, 5]],
        [[10, 1, 5], [6, 8, 6]],
    ], float)  # fmt: skip
    rows = [
        {"land": land, "year": 1971 + k, "sector": f"s{i}", "a": row[0], "b": row[1], "c": row[2]}
        for land in ("AB", "YZ", "gap")
        for k, matrix in enumerate(years)
        if (land, k) != ("gap", 1)
        for i, row in enumerate(matrix)
    ]
    found = decompose(pd.DataFrame(rows), ["a", "b", "c"], by=["land"])
    own = found[(found["land"] == "YZ") & (found["year"] == 1972)]
    assert own["effect"].tolist() == pytest.approx([69.79006598, -9.455125793, 39.66505981])
    assert own["total"].tolist() == [100.0] * 3
    gap = found[found["land"] == "gap"].set_index("year")
    assert gap["effect"].isna().groupby(level=0).all().to_dict() == {1973: True, 1974: False}
    assert gap["total"].loc[1973].isna().all()
    ratio = decompose(pd.DataFrame(rows), ["a", "b", "c"], by=["land"], kind="multiplicative")
    assert ratio[ratio["land"] == "AB"].groupby("year")["effect"].prod().tolist() == pytest.approx(
        [2.25, 1.327777778, 1.414225941]
    )
    one_series = pd.DataFrame(rows[:8]).drop(columns="land")
    assert len(decompose(one_series, ["a", "b", "c"])) == 9
    with pytest.raises(UsageError, match="有几个数"):
        decompose(pd.concat([one_series, one_series]), ["a"])
    with pytest.raises(UsageError, match="d"):
        decompose(one_series, ["a", "d"])


def test_a_sector_without_numbers_is_no_absent_sector(two_sectors: pd.DataFrame) -> None:
    """Check that figures printed as missing in both years refuse the step instead of leaving their sector out."""
    frame = two_sectors.copy()
    frame.loc[frame["indicator"].isin(SECTORS["三产"]), "obs_value"] = np.nan
    assert set(decompose_use(frame, SECTORS, refusals="mark")["refusal"]) == {"comparability"}
    table = pd.DataFrame({"year": [1, 1, 2, 2], "sector": list("abab"), "x": [1.0, np.nan, 2.0, np.nan]})
    assert decompose(table, ["x"])["effect"].isna().all()


def test_bounds_that_the_print_leaves_open_are_told(two_sectors: pd.DataFrame) -> None:
    """Check 虚构数据: an output of 0.04 with one decimal may be nothing at all."""
    frame = two_sectors.copy()
    small = (frame["indicator"] == "va_tertiary") & (frame["time_period"] == "2021")
    frame.loc[small, "obs_value"] = 0.04
    found = decompose_use(frame, SECTORS)
    assert found["obs_value"].isna().tolist() == [True] * 3 + [False] * 3
    assert "精度不够" in found["comment_obs"].iloc[0]
