"""Series of years: numbers that jump away, steps that last, known breaks, and a denominator that changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from songyuan_analysis.checks.finding import NOTE, Hit, plain, said
from songyuan_analysis.checks.material import SERIES, SPAN, Material
from songyuan_analysis.methods.comparison import points
from songyuan_analysis.methods.denominator import population
from songyuan_analysis.methods.growth import rate, rate_of_step
from songyuan_analysis.sheets.periods import Period

# Robust z-scores above this are called outliers (Iglewicz and Hoaglin 1993).
_OUTLIER_Z = 3.5
_FEWEST_STEPS = 6
# A fifth up and a fifth down again, ten points away from what was published as growth.
_SPIKE_STEP = float(np.log(1.2))
_SPIKE_CONTRADICTION = 10.0
_POPULATION_STEP = 8.0  # %
_LINE = [*SERIES, *SPAN]


def spikes(material: Material) -> Iterator[Hit]:
    """Find single years that jump away from both neighbours and back.

    The steps into a year and out of it must have opposite signs. It is suspect when both are outliers
    (robust z-score of the logarithmic steps, median absolute deviation, 3.5), or when both exceed a
    fifth and the growth published for that year contradicts the level. A lasting step is no spike, and a figure
    that an analyst has corrected was looked at already.
    """
    steps = material.once("steps", _steps)
    turned = steps[
        ~steps["broken"]
        & ~steps["broken_next"]
        & (steps["step"] * steps["step_next"] < 0)
        & (steps["count"] > _FEWEST_STEPS)
    ]
    outlier = (turned["clean"] >= _FEWEST_STEPS) & (
        np.minimum(turned["z"].abs(), turned["z_next"].abs()) > _OUTLIER_Z
    )
    large = np.minimum(turned["step"].abs(), turned["step_next"].abs()) > _SPIKE_STEP
    denied = large & (turned["contradiction"] > _SPIKE_CONTRADICTION)
    found = turned.assign(denied=denied)[outlier | denied]
    for record in found[found["correction"] == ""].to_dict("records"):
        row, before, after = (material.numbers.loc[record[name]] for name in ("at", "at_before", "at_next"))
        rate = material.rates.loc[record["rate"]] if record["denied"] else None
        why = f"，而公布的当年增速是{plain(rate['value'], 4)}%" if rate is not None else ""
        line = Period.parse(row["time_period"]).label_zh()
        yield Hit(
            row,
            f"{line}{material.item(row['indicator']).name_zh}"
            f"{row['obs_value']:.2f}{row['unit']}存疑：前一年{before['obs_value']:.2f}{before['unit']}、"
            f"后一年{after['obs_value']:.2f}{after['unit']}{why}",
            tuple(r for r in (row, before, after, rate) if r is not None),
            weight=abs(float(record["step"])),
        )


def lasting_steps(material: Material) -> Iterator[Hit]:
    """Find steps far outside the series' own way that do not come back and that no known break explains."""
    steps = material.once("steps", _steps)
    rates = material.codes(kind="rate")
    far = (
        ~steps["broken"] & (steps["clean"] >= _FEWEST_STEPS) & (steps["z"].abs() > _OUTLIER_Z)
        & ((steps["step"] - steps["middle"]).abs() > _SPIKE_STEP) & ~steps["indicator"].isin(list(rates))
    )  # fmt: skip
    # Neither the way into a spike nor the way out of it, nor growth that was published as such.
    far &= ~(steps["step"] * steps["step_next"] < -(_SPIKE_STEP**2)) & ~(
        steps["contradiction"] <= _SPIKE_CONTRADICTION
    )
    for record in steps[far].to_dict("records"):
        row, before = material.numbers.loc[record["at"]], material.numbers.loc[record["at_before"]]
        usual = rate_of_step(record["middle"])
        yield Hit(
            row,
            f"{Period.parse(row['time_period']).label_zh()}{material.item(row['indicator']).name_zh}{said(row)}，"
            f"比前一年{said(before)}变动{rate_of_step(record['step']):+.0f}%，历年中位数为{usual:+.0f}%",
            (row, before),
            accused=(row, before),
            weight=abs(float(record["z"])),
        )


def _steps(material: Material) -> pd.DataFrame:
    """Return the logarithmic steps from year to year of every series of positive levels, with robust z-scores."""
    rows = material.latest_levels
    rows = rows[(rows["months"] <= 12) & (rows["scope"] == "")]
    rows = rows[rows["value"].groupby([rows[name] for name in _LINE]).transform("min") > 0]
    rows = rows.sort_values([*_LINE, "y0"], kind="stable").reset_index(names="at")
    line = rows.groupby(_LINE, sort=False)
    rows = rows.assign(
        count=line["at"].transform("size"), at_before=line["at"].shift(), year_before=line["y0"].shift()
    )
    rows["step"] = np.log(rows["value"]).groupby([rows[name] for name in _LINE], sort=False).diff()
    steps = rows[rows["at_before"].notna()].copy()
    steps[["at_before", "year_before"]] = steps[["at_before", "year_before"]].astype(int)
    steps["step"] /= steps["y0"] - steps["year_before"]
    steps["broken"] = material.broken(steps, "year_before", "y0")
    keys = [steps[name] for name in _LINE]
    clean = steps["step"].where(~steps["broken"])
    steps["clean"] = clean.groupby(keys, sort=False).transform("count")
    steps["middle"] = clean.groupby(keys, sort=False).transform("median")
    spread = 1.4826 * (clean - steps["middle"]).abs().groupby(keys, sort=False).transform("median")
    steps["z"] = np.where(spread > 0, (steps["step"] - steps["middle"]) / spread.where(spread > 0), 0.0)
    line = steps.groupby(_LINE, sort=False)
    for name in ("step", "z", "at"):
        steps[f"{name}_next"] = line[name].shift(-1)
    steps["broken_next"] = line["broken"].shift(-1).fillna(value=False).astype(bool)
    return _with_published_growth(material, steps)


def _with_published_growth(material: Material, steps: pd.DataFrame) -> pd.DataFrame:
    rates = material.rates[material.rates["scope"] == ""].sort_values(["rank", "vintage"], kind="stable")
    key = ["ref_area", "indicator", "y0", *SPAN]
    rates = rates.drop_duplicates(key, keep="last").reset_index(names="rate")
    found = steps.merge(rates[[*key, "rate", "value"]], on=key, how="left", suffixes=("", "_rate"))
    found["contradiction"] = points(rate_of_step(found["step"]), found["value_rate"]).abs()
    return found


def denominator(material: Material) -> Iterator[Hit]:
    """GDP divided by GDP per head is a population; a jump in it means another denominator."""
    levels = material.latest_levels
    levels = levels[(levels["freq"] == "A") & (levels["scope"] == "")]
    columns = ["ref_area", "y0", "value", "at"]
    levels = levels.reset_index(names="at")
    gdp, heads = (levels[levels["indicator"] == code][columns] for code in ("gdp", "gdp_per_capita"))
    people = heads.merge(gdp, on=["ref_area", "y0"], suffixes=("", "_gdp"))
    people["people"] = population(people["value_gdp"].to_numpy(), people["value"].to_numpy())
    earlier = people[["ref_area", "y0", "people", "at"]].assign(y0=people["y0"] + 1)
    met = people.merge(earlier, on=["ref_area", "y0"], suffixes=("", "_before"))
    met = met[np.abs(rate(met["people"].to_numpy(), met["people_before"].to_numpy())) > _POPULATION_STEP]
    for record in met.sort_values(["ref_area", "y0"]).to_dict("records"):
        year = int(record["y0"])
        if material.break_between(record["ref_area"], "gdp", year - 1, year):
            continue
        known = material.break_between(record["ref_area"], "gdp_per_capita", year - 1, year)
        row, before = material.numbers.loc[record["at"]], material.numbers.loc[record["at_before"]]
        yield Hit(
            row,
            f"由总量和人均值反推的人口从{year - 1}年的{record['people_before'] / 1e4:.1f}万人变为{year}年的"
            f"{record['people'] / 1e4:.1f}万人，分母多半换了口径（户籍、常住）"
            + ("；断点已登记" if known else ""),
            (before, row),
            severity=NOTE if known else "",
        )


def known_breaks(material: Material) -> Iterator[Hit]:
    """List the registered breaks that series of the store cross, with what the register says of them."""
    levels = material.latest_levels
    levels = levels[(levels["freq"] == "A") & (levels["scope"] == "")].sort_values("y0", kind="stable")
    levels = levels[levels["ref_area"].isin({item.ref_area for item in material.breaks})]
    lines = {(str(a), str(i)): rows for (a, i), rows in levels.groupby(["ref_area", "indicator"], sort=False)}
    for item in material.breaks:
        crossed: list[tuple[str, pd.Series, pd.Series]] = []
        for code in item.indicators:
            rows = lines.get((item.ref_area, code))
            if rows is None:
                continue
            before, after = rows[rows["y0"] <= int(item.before)], rows[rows["y0"] >= int(item.after)]
            if len(before) and len(after):
                crossed.append((code, before.iloc[-1], after.iloc[0]))
        if not crossed:
            continue
        names = "、".join(material.item(code).name_zh for code, _, _ in crossed[:3])
        more = f"等{len(crossed)}项" if len(crossed) > 3 else ""
        yield Hit(
            crossed[0][2],
            f"{names}{more}在{item.before}年与{item.after}年之间有已登记的断点：{item.what}"
            + (f"；原因：{item.cause}" if item.cause else ""),
            crossed[0][1:],
            accused=crossed[0][1:],
        )
