"""Published growth against the levels that it joins, and the base of the year before that it implies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from songyuan_analysis.checks.finding import NOTE, Hit, plain, said
from songyuan_analysis.checks.material import NOISE, Material, bands_of, rows_at
from songyuan_analysis.methods.bands import Bands, carry
from songyuan_analysis.methods.comparison import points
from songyuan_analysis.methods.growth import DEFLATOR_RANGE, base_level, earlier_level, price_change, rate
from songyuan_analysis.observations.store import TIER_RANK
from songyuan_analysis.sheets.periods import Period

# How far a growth rate may lie from what levels of two printings give before somebody should look.
_NOMINAL_TOLERANCE = 3.0
_TOP = ["ref_area", "indicator", "scope", "y0", "m0", "m1", "months"]
_LEVEL = ["ref_area", "indicator", "price_base", "scope", "dim", "m0", "m1", "months"]
_OTHER_BASE = ("可比口径", "同口径")


def growth_against_levels(material: Material) -> Iterator[Hit]:
    """Find growth that the levels deny: nominal by more than rounding, comparable by impossible prices."""
    for judged in material.once("growth", _judged):
        if judged["verdict"] != "denied":
            continue
        printed, now, before = _three(material, judged)
        name = material.item(now["indicator"]).name_zh
        if judged["direct"]:
            gap = points(judged["implied"], printed["value"])
            what = (
                f"相差{gap:+.1f}个百分点" if abs(gap) >= 0.1 else f"相差{gap:+.2f}个百分点，超过舍入能解释的"
            )
            severity = NOTE if judged["near"] else ""
        else:
            gap = judged["deflator"]
            what, severity = f"隐含价格变动{gap:+.1f}%，不合常理", ""
        yield Hit(
            now,
            f"{Period.parse(now['time_period']).label_zh()}{name}公布增速{plain(printed['value'], 4)}%，"
            f"两年总量相除为{judged['implied']:.1f}%，{what}",
            (printed, now, before),
            accused=(printed, now, before),
            severity=severity,
            weight=abs(float(gap)),
        )
    yield from _increments(material)


def implied_base(material: Material) -> Iterator[Hit]:
    """Find last year's levels that this year's release has silently revised: level ÷ (1+growth), level − increment."""
    for judged in material.once("growth", _judged):
        if judged["verdict"] != "revised":
            continue
        printed, now, before = _three(material, judged)
        base = base_level(now["value"], printed["value"])
        yield _revision(material, base, now, before, (printed, now), "总量÷(1＋增速)")
    bases = material.once("bases", _bases)
    published = _last_year(material, bases)
    for record in published[_nowhere(material, published)].drop_duplicates(_TOP).to_dict("records"):
        now, before = material.numbers.loc[record["now"]], material.numbers.loc[record["before"]]
        source = material.numbers.loc[record["at"]]
        how = "总量－增量" if source["measure"] == "change" else "表中的上年同期数"
        yield _revision(material, record["base_value"], now, before, (source, now), how)


def _nowhere(material: Material, bases: pd.DataFrame) -> pd.Series:
    """Say which bases no release of last year's level agrees with."""
    releases = material.levels[[*_LEVEL, "y0", "low", "high"]].assign(y0=material.levels["y0"] + 1)
    asked = bases[[*_LEVEL, "y0", "base_low", "base_high"]].reset_index(names="base")
    met = asked.merge(releases, on=[*_LEVEL, "y0"])
    noise = NOISE * met["base_high"].abs()
    agrees = met[(met["low"] <= met["base_high"] + noise) & (met["high"] >= met["base_low"] - noise)]
    return ~bases.index.to_series().isin(agrees["base"])


def _revision(
    material: Material, base: float, now: pd.Series, before: pd.Series, proof: tuple[pd.Series, ...], how: str
) -> Hit:
    digits, revised = max(int(now["decimals"]), 0), rate(base, before["value"])
    return Hit(
        before,
        f"{Period.parse(before['time_period']).label_zh()}{material.item(before['indicator']).name_zh}公布{said(before)}，"
        f"由下一年的数反推（{how}）为{base / now['factor']:.{digits}f}{now['unit']}，上年数多半已修订"
        f"{revised:+.1f}%",
        (before, *proof),
        weight=abs(revised),
    )


def _three(material: Material, judged: dict[str, Any]) -> tuple[pd.Series, pd.Series, pd.Series]:
    (printed,) = rows_at(material.rates, [judged["rate"]])
    now, before = rows_at(material.numbers, [judged["now"], judged["before"]])
    return printed, now, before


def _judged(material: Material) -> list[dict[str, Any]]:
    """Hold every published rate against every pair of levels; one judgement a number."""
    rates = _rates(material)
    pairs = _pairs(material)
    if rates.empty or pairs.empty:
        return []
    met = rates.merge(pairs, on=_TOP)
    met["direct"] = (met["price"] != "comparable") | (met["level_price"] == "comparable")
    with np.errstate(divide="ignore", invalid="ignore"):
        met["deflator"] = price_change(met["implied"].to_numpy(), met["value"].to_numpy())
    inside = (met["least"] <= met["high"] + NOISE * 100) & (met["low"] <= met["most"] + NOISE * 100)
    met["near"] = points(met["implied"], met["value"]).abs() <= _NOMINAL_TOLERANCE
    met["fits"] = np.where(met["direct"], inside, met["deflator"].between(*DEFLATOR_RANGE))
    # Where one printing has both levels and they agree, a pair from two printings proves nothing.
    met["own"] = met["file"] == met["level_file"]
    met["whole"] = met["level_file"] != ""
    number = [*_TOP, "price"]
    met = met[~met["fits"].groupby([met[name] for name in number]).transform("any")]
    order = [*number, "own", "whole", "order", "rate"]
    best = met.sort_values(order, ascending=[*[True] * len(number), False, False, False, True], kind="stable")
    best = best.drop_duplicates(number)
    # Two printings may well differ by a revision; two levels of one printing and their growth may not.
    verdict = np.where(best["direct"] & best["near"] & ~best["own"], "revised", "denied")
    best = best.assign(verdict=verdict)
    return [{str(k): v for k, v in row.items()} for row in best.to_dict("records")]


def _rates(material: Material) -> pd.DataFrame:
    rows = material.rates
    allowed = [i.code for i in material.words if i.kind != "rate" and i.growth_base != "comparable"]
    rows = rows[rows["indicator"].isin(allowed) & ~rows["scope"].str.contains("|".join(_OTHER_BASE))]
    # Estimates and words such as 以上 are held against nothing; the scope keeps the latter apart.
    rows = rows[rows["obs_status"] != "E"]
    columns = [*_TOP, "file", "price_base", "value", "low", "high"]
    return rows.reset_index(names="rate")[[*columns, "rate"]].rename(columns={"price_base": "price"})


def _pairs(material: Material) -> pd.DataFrame:
    """Return levels of a period and of the same months a year before: of one printing each, then of the used ones."""
    frames = []
    for levels, key in ((material.levels, ["file", "obs_status"]), (material.latest_levels, [])):
        same = [*key, "ref_area", "indicator", "price_base", "scope", "dim", "m0", "m1", "months"]
        rows = levels[(levels["months"] <= 12)].drop_duplicates([*same, "y0"]).reset_index(names="at")
        rows = rows[[*same, "y0", "at", "value", "low", "high", "vintage", "conf_tier"]]
        earlier = rows.drop(columns=["vintage", "conf_tier"]).assign(y0=rows["y0"] + 1)
        met = rows.merge(earlier, on=[*same, "y0"], suffixes=("", "_before"))
        if not key:
            met = met.assign(file="")
        frames.append(met)
    pairs = pd.concat(frames, ignore_index=True)
    pairs = pairs[(pairs["low_before"] > 0) & (pairs["low"] > 0)]
    broken = material.broken(pairs.assign(before_year=pairs["y0"] - 1), "before_year", "y0")
    pairs = pairs[~broken]
    grown = carry(rate, bands_of(pairs), bands_of(pairs, "_before"))
    implied = {"implied": grown.mid, "least": grown.low, "most": grown.high}
    pairs = pairs.assign(**implied, order=pairs["conf_tier"].map(TIER_RANK)).rename(
        columns={"at": "now", "at_before": "before", "file": "level_file", "price_base": "level_price"}
    )
    return pairs[[*_TOP, "level_file", "level_price", "now", "before", "order", *implied]]


def _bases(material: Material) -> pd.DataFrame:
    """Return the base of the year before that a table prints, or that its level and its increment give."""
    numbers = material.numbers
    plain = numbers[
        ~numbers["indicator"].isin(list(material.codes(growth_base="comparable"))) & (numbers["months"] <= 12)
    ]
    key = ["file", "obs_status", "dim", "price_base", *_TOP]
    levels = plain[plain["measure"] == "level"].drop_duplicates(key).reset_index(names="now")
    levels = levels[[*key, "now", "value", "low", "high"]]
    found = []
    for measure in ("change", "level_before"):
        rows = plain[plain["measure"] == measure].drop_duplicates(
            [name for name in key if name != "price_base"]
        )
        rows = rows.reset_index(names="at")[
            [*(n for n in key if n != "price_base"), "at", "value", "low", "high"]
        ]
        met = levels.merge(rows, on=[n for n in key if n != "price_base"], suffixes=("", "_own"))
        base = bands_of(met, "_own")
        if measure == "change":
            base = carry(earlier_level, bands_of(met), base)
        met["base_value"], met["base_low"], met["base_high"] = base.mid, base.low, base.high
        found.append(met[met["base_low"] > 0])
    return pd.concat(found, ignore_index=True)


def _last_year(material: Material, bases: pd.DataFrame) -> pd.DataFrame:
    same = ["dim", "price_base", *_TOP]
    published = material.latest_levels.drop_duplicates(same).reset_index(names="before")
    published = published[[*same, "before", "low", "high"]].assign(y0=published["y0"] + 1)
    met = bases.drop(columns=["low", "high"]).merge(published, on=same)
    return met[~material.broken(met.assign(before_year=met["y0"] - 1), "before_year", "y0")]


def _increments(material: Material) -> Iterator[Hit]:
    """Hold nominal growth against level and increment of the same table."""
    bases = material.once("bases", _bases)
    rates = _rates(material)
    rates = rates[rates["price"] != "comparable"]
    met = bases.merge(rates, on=["file", *_TOP], suffixes=("", "_rate"))
    base = Bands(*(met[f"base_{name}"].to_numpy(np.float64) for name in ("low", "value", "high")))
    grown = carry(rate, bands_of(met), base)
    apart = (grown.low > met["high_rate"] + NOISE * 100) | (grown.high < met["low_rate"] - NOISE * 100)
    for record in met[apart].to_dict("records"):
        now, source = material.numbers.loc[record["now"]], material.numbers.loc[record["at"]]
        printed = material.rates.loc[record["rate"]]
        implied = rate(now["value"], record["base_value"])
        what = "增量" if source["measure"] == "change" else "上年同期数"
        yield Hit(
            printed,
            f"{Period.parse(now['time_period']).label_zh()}{material.item(now['indicator']).name_zh}增速印为{said(printed)}，"
            f"由同表的总量{said(now)}和{what}{said(source)}算得{implied:.2f}%",
            (printed, now, source),
            accused=(printed, now, source),
            weight=abs(float(points(implied, printed["value"]))),
        )
