"""Whole tables of yearbooks: printed contributions and pulls held against each other, and no cell condemned for rounding."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.methods.contribution import pull_agrees
from songyuan_analysis.methods.parts import check_contributions
from songyuan_analysis.methods.precision import Interval, round_half_up

REFERENCE = Path(__file__).parent / "reference"
SECTORS = ("va_primary", "va_secondary", "va_tertiary")
MEASURES = {"contribution": "%", "pull": "个百分点", "growth": "%"}
AREAS = {"fujian": "350000", "quanzhou": "350500", "guangzhou": "440100", "xpcc": "660000"}
# The growth of these two years was revised later and the pull was not.
FUJIAN_REVISED = {(year, code) for year in ("1990", "1991") for code in ("va_secondary", "va_industry")}


def table(name: str) -> dict[tuple[str, str, str], str]:
    """Return the printed texts of a table by year, measure and indicator."""
    with (REFERENCE / f"{name}_contributions.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return {
        (row["year"], *column.split("_", 1)): text  # type: ignore[misc]
        for row in rows
        for column, text in row.items()
        if column != "year" and text
    }


def observations(name: str, **files: str) -> pd.DataFrame:
    """Return a table as observations; `files` names the file of a measure, for tables of two yearbooks."""
    rows: list[dict[str, Any]] = [
        {
            "ref_area": AREAS[name], "indicator": code, "measure": "yoy" if measure == "growth" else measure,
            "price_base": "comparable", "scope": "", "time_period": year, "period_start": f"{year}-01",
            "period_end": f"{year}-12", "cumulative": False, "obs_value": float(text), "decimals": 1,
            "unit": MEASURES[measure], "unit_measure": "PT", "unit_mult": 0, "vintage": "",
            "file": files.get(measure, name), "sha256": files.get(measure, name), "sheet": measure,
            "cell": f"{code} {year}",
        }
        for (year, measure, code), text in table(name).items()
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"decimals": "Int64", "unit_mult": "Int64"})


def failing(found: pd.DataFrame, method: str) -> set[tuple[str, str]]:
    bad = found[(found["method"] == method) & (found["comment_obs"] != "")]
    return set(zip(bad["time_period"], bad["indicator"], strict=True))


def products(name: str) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return growth, contribution and pull of every cell of a table that has all three."""
    cells = table(name)
    return {
        (year, code): (cells[year, "growth", "gdp"], cells[year, "contribution", code], text)
        for (year, measure, code), text in cells.items()
        if measure == "pull"
    }


def test_R30_four_of_120_pulls_disagree_by_the_frame() -> None:
    """Check 福建统计年鉴—2020 表2-7: exactly the cells whose growth was revised, and no sum."""
    found = check_contributions(observations("fujian").sample(frac=1, random_state=1))
    assert found["method"].value_counts().to_dict() == {
        "pull_product": 120, "contribution_sum": 30, "pull_sum": 30,
    }  # fmt: skip
    assert failing(found, "pull_product") == FUJIAN_REVISED
    assert failing(found, "contribution_sum") == set()
    # 7.5 beside a growth of 7.7 is just within what the rounding of four figures explains.
    assert failing(found, "pull_sum") == set()


def test_R30_four_of_120_pulls_disagree_one_by_one() -> None:
    """Check the same by the scalar, and that plain rounding passes only 113."""
    cells = products("fujian")
    assert len(cells) == 120
    printed = Interval.from_printed
    apart = {key for key, (g, c, p) in cells.items() if not pull_agrees(printed(g), printed(c), printed(p))}
    assert apart == FUJIAN_REVISED
    rounded = [round_half_up(Decimal(g) * Decimal(c) / 100, 1) == Decimal(p) for g, c, p in cells.values()]
    assert sum(rounded) == 113


@pytest.mark.parametrize(
    ("name", "years"), [("fujian", 30), ("quanzhou", 29), ("guangzhou", 26), ("xpcc", 29)]
)
def test_R96_contributions_of_the_sectors_add_up_in_every_year(name: str, years: int) -> None:
    """Check 泉州 1994—2022, 广州 1990—2015, 福建 and 兵团: 100.0 ± 0.1, 工业 and 建筑业 never added."""
    found = check_contributions(observations(name)).query("method == 'contribution_sum'")
    assert len(found) == years
    assert (found["obs_value"] - 100).abs().max() < 0.1 + 1e-9
    assert set(found["comment_obs"]) == {""}
    assert set(found["indicator"]) == {"gdp"}
    assert all(cells.count("；") == len(SECTORS) - 1 for cells in found["sources"])


def test_contributions_far_beyond_100_still_agree() -> None:
    """Check 兵团, with 216.9 and −67.2 in 1996, whose pulls and contributions stand in two yearbooks."""
    cells = products("xpcc")
    assert len(cells) == 140
    printed = Interval.from_printed
    apart = {key for key, (g, c, p) in cells.items() if not pull_agrees(printed(g), printed(c), printed(p))}
    assert apart == {("2014", "va_secondary"), ("2014", "va_tertiary")}
    one_file = check_contributions(observations("xpcc"))
    assert failing(one_file, "pull_product") == apart
    two = {"pull": "2019", "growth": "2019", "contribution": "2020"}
    apart_by_file = check_contributions(observations("xpcc", **two))
    # The later yearbook may have revised what the earlier one printed: the two are not held together.
    assert set(apart_by_file["method"]) == {"contribution_sum", "pull_sum"}


def test_a_changed_digit_is_found() -> None:
    """Check that a table with one slip fails in its cell and in its sum."""
    frame = observations("fujian")
    slip = (
        (frame["measure"] == "pull") & (frame["time_period"] == "1986") & (frame["indicator"] == SECTORS[2])
    )
    frame.loc[slip, "obs_value"] = 0.2
    found = check_contributions(frame)
    assert failing(found, "pull_product") - FUJIAN_REVISED == {("1986", "va_tertiary")}
    assert failing(found, "pull_sum") == {("1986", "gdp")}
