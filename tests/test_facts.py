"""Every number that comes out of the pipeline, against the key of facts; and every fact, in the pipeline."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.observations.store import load_observations

KEY = Path(__file__).parent / "facts" / "songyuan_facts.csv"

# The key names shares, indices and gaps as indicators of their own; here they are measures of an indicator.
AS_MEASURE = {
    "share_primary": "va_primary",
    "share_secondary": "va_secondary",
    "share_tertiary": "va_tertiary",
    "gdp_index_prev100": "gdp",
    "gdp_share_of_province": "gdp",
    "electricity_total_gap_to_province": "electricity_total",
    "electricity_industry_gap_to_province": "electricity_industry",
    "energy_intensity_5y": "energy_intensity",
}
MEASURES = {
    "level": {"level", "index_py100"},
    "yoy": {"yoy"},
    "yoy_real": {"yoy", "level", "change"},  # growth over several years is a change
    "yoy_nominal": {"yoy"},
    "share": {"share", "level"},
    "change": {"change", "gap"},
    "target": {"target"},
}
# The same unit in other words, and one label that the key reads as 规上 though it prints 工业增加值.
UNITS = {"女性=100": {"女性=100", "以女性为100"}}
AS_PRINTED = {("长春市2024年一季度主要经济指标.xlsx", "2024年1—3月", "D5"): "va_industry"}
# What the catalogue rightly does not know: figures over several years without a name of their own.
NOT_IN_CATALOGUE = {"fiscal_revenue_unspecified_3y", "output_strategic_emerging"}


def facts() -> list[dict[str, str]]:
    with KEY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def period_of(text: str) -> set[str]:
    """The ways in which a period of the key may be written in the observations."""
    if re.fullmatch(r"\d{4}", text):
        return {text}
    if match := re.fullmatch(r"(\d{4})(Q1|H1|Q1-Q3)", text):
        last = {"Q1": "03", "H1": "06", "Q1-Q3": "09"}[match[2]]
        return {f"{match[1]}-01/{match[1]}-{last}"}
    if match := re.fullmatch(r"(\d{4})M(\d{2})", text):
        return {f"{match[1]}-{match[2]}"}
    if match := re.fullmatch(r"(\d{4})-(\d{4})", text):
        return {f"{match[1]}-01/{match[2]}-12"}
    return {text}


@pytest.fixture(scope="module")
def observations(store: Path) -> pd.DataFrame:
    return load_observations(store, vintages="all")


@pytest.fixture(scope="module")
def by_cell(observations: pd.DataFrame) -> dict[tuple[str, str, str], dict[str, object]]:
    rows = observations.to_dict("records")
    return {(r["file"], r["sheet"], r["cell"]): r for r in rows}


CARRIED = [fact for fact in facts() if fact["workbook"]]


def test_the_key_is_not_empty() -> None:
    assert len(CARRIED) > 1000


def test_every_number_of_the_pipeline_is_a_fact(observations: pd.DataFrame) -> None:
    known = {(f["workbook"], f["sheet"], f["cell"]) for f in CARRIED}
    numbers = observations[observations["obs_value"].notna()]
    found = set(zip(numbers["file"], numbers["sheet"], numbers["cell"], strict=True))
    assert found == known


def test_every_fact_comes_through_with_its_meaning(
    by_cell: dict[tuple[str, str, str], dict[str, object]],
) -> None:
    wrong: list[str] = []
    for fact in CARRIED:
        row = by_cell.get((fact["workbook"], fact["sheet"], fact["cell"]))
        if row is None:
            wrong.append(
                f"{fact['workbook']} › {fact['sheet']} › {fact['cell']} {fact['indicator_zh']}: not read"
            )
            continue
        area = catalogue().find_area(fact["area"])
        indicator = AS_MEASURE.get(fact["indicator_en"], fact["indicator_en"])
        indicator = AS_PRINTED.get((fact["workbook"], fact["sheet"], fact["cell"]), indicator)
        checks = {
            "value": (row["obs_value"], {float(fact["value"])}),
            "decimals": (row["decimals"], {len(fact["value"].partition(".")[2])}),
            "tier": (row["conf_tier"] >= fact["tier"], {True}),
            "unit": (row["unit"], UNITS.get(fact["unit"], {fact["unit"]})),
            "period": (row["time_period"], period_of(fact["period"])),
        }
        if fact["indicator_en"] not in NOT_IN_CATALOGUE:
            checks |= {
                "indicator": (row["indicator"], {indicator}),
                "measure": (row["measure"], MEASURES[fact["measure"]]),
                "area": (row["ref_area"], {area}),
            }
        if fact["measure"] in {"yoy_real", "yoy_nominal"} and row["measure"] == "yoy":
            checks["price_base"] = (
                row["price_base"],
                {{"yoy_real": "comparable"}.get(fact["measure"], "nominal")},
            )
        wrong += [
            f"{fact['workbook']} › {fact['sheet']} › {fact['cell']} {fact['indicator_zh']}: {name} {got!r}, want {want}"
            for name, (got, want) in checks.items()
            if got not in want
        ]
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:60])


def test_nobody_published_what_nobody_published(observations: pd.DataFrame) -> None:
    """Songyuan's outcome of 2024 for investment and energy intensity stays missing everywhere."""
    own = observations[(observations["ref_area"] == "220700") & (observations["time_period"] == "2024")]
    own = own[own["obs_value"].notna()]
    assert own[own["indicator"].isin(["fai", "energy_intensity"])].empty
    assert not own[own["indicator"] == "gdp"].empty
