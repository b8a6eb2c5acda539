"""Targets against observations on frames: completion, gaps in points and in money, required growth, side by side."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from songyuan_analysis.methods.bands import Array, Bands, carry
from songyuan_analysis.methods.completion import Vintages, due, seasonal_progress, share_of
from songyuan_analysis.methods.frames import SERIES, TIME, Refusals, places, result, settle
from songyuan_analysis.methods.outcomes import bands_of, pair, passed_of
from songyuan_analysis.methods.pairing import (
    Keyed,
    in_base_unit,
    joined,
    picked,
    series_codes,
    texts_at,
)
from songyuan_analysis.methods.required import required_of
from songyuan_analysis.methods.targets import (
    MET,
    MISSED,
    NO_REFERENCE,
    RATES,
    STATES,
    leads,
    money_gap,
    states_of,
)
from songyuan_analysis.observations.breaks import Break
from songyuan_analysis.sheets.units import parse_unit

POINTS = "个百分点"
_PER_CENT = {"unit": "%", "unit_measure": "PT", "unit_mult": 0}
TRACK = (
    "id", *SERIES, *TIME, "kind", "operator", "reading", "unit",
    "target", "target_low", "target_high", "outcome", "outcome_low", "outcome_high",
    "completion", "completion_low", "completion_high", "time_progress",
    "seasonal", "seasonal_low", "seasonal_high", "seasonal_least", "seasonal_most", "seasonal_years",
    "ahead_of_time", "ahead_of_time_low", "ahead_of_time_high",
    "ahead_of_season", "ahead_of_season_low", "ahead_of_season_high",
    "gap", "gap_low", "gap_high", "gap_unit",
    "gap_amount", "gap_amount_low", "gap_amount_high", "gap_amount_unit", "gap_amount_price",
    "required", "required_low", "required_high",
    "state", "state_zh", "as_printed", "sources", "refusal", "comment_obs",
)  # fmt: skip
_LEVELS = ("count", "amount")


def track(
    observations: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    province: str = "220000",
    years: int = 3,
    breaks: Iterable[Break] = (),
    vintages: Vintages = "refuse",
    refusals: Refusals = "mark",
) -> pd.DataFrame:
    """Set observations against targets: one row for each target, period and reading, everything side by side.

    Parameters
    ----------
    observations : DataFrame
        Observations of the targets' year and, for seasonal progress and required growth, of the years before.
    targets : DataFrame
        See `songyuan_analysis.methods.targets.check_targets`.
    province : str
        Area that "above the province" is measured by.
    years : int
        How many past years make the seasonal progress.
    breaks : iterable of Break, optional
        Known breaks; no growth of levels is required over them.
    vintages : {"refuse", "note"}
        What to do where last year's part and whole were released apart.
    refusals : {"raise", "mark"}
        See `songyuan_analysis.methods.frames.settle`.

    Returns
    -------
    DataFrame
        Columns `TRACK`. Levels are in the target's unit, all progress in %, all that is ``ahead`` in percentage
        points. ``gap`` is outcome less target: in points for rates; for counts and amounts that add up over the year,
        in their unit and against the share of the target that the calendar asks for (a ceiling is not due in parts).
        ``gap_amount`` is the gap in money at the prices that ``gap_amount_price`` names. ``state`` holds for every
        number that the print may stand for: met, missed or undecided for a whole year; ahead, behind or undecided
        within it; ``as_printed`` is what the printed digits say.
    """
    rows = pair(observations, targets, province=province)
    frame = pd.DataFrame(index=rows.index)
    for name in (*SERIES, *TIME):
        frame[name] = rows[name]
    for name in ("id", "kind", "operator"):
        frame[name] = rows[f"t_{name}"]
    frame["reading"], frame["unit"] = rows["reading"], rows["t_unit"].where(rows["t_unit"] != "", "%")
    for name in ("target", "outcome"):
        _put(frame, name, bands_of(rows, name))
    season = seasonal_progress(observations, at=rows, years=years, vintages=vintages)
    done, passed = _completion(rows), passed_of(rows)
    frame["time_progress"] = passed
    _put(frame, "completion", done)
    expected = Bands(*(season[name].to_numpy(np.float64) for name in ("low", "obs_value", "high")))
    expected = expected.where(rows["t_kind"].isin([*RATES, "amount", "count"]).to_numpy() & (passed < 100))
    _put(frame, "seasonal", expected)
    for name in ("least", "most"):
        frame[f"seasonal_{name}"] = season[name].where(expected.mid == expected.mid)
    frame["seasonal_years"] = season["years"]
    _put(frame, "ahead_of_time", carry(_less, done, Bands.exact(passed)))
    _put(frame, "ahead_of_season", carry(_less, done, expected))
    _put(frame, "gap", _gap(rows))
    frame["gap_unit"] = np.where(rows["t_kind"].isin(_LEVELS), rows["t_unit"], POINTS)
    money, unit, price, beside = _money(rows, observations)
    _put(frame, "gap_amount", money)
    frame["gap_amount_unit"], frame["gap_amount_price"] = unit, price
    needed = required_of(rows, observations, breaks, vintages)
    _put(
        frame,
        "required",
        Bands(*(needed[name].to_numpy(np.float64) for name in ("low", "obs_value", "high"))),
    )
    frame["state"], frame["as_printed"] = _states(rows)
    frame["state_zh"] = frame["state"].map(STATES)
    # What the required growth rests on stands among the sources of last year's share.
    past = np.where(np.isnan(expected.mid), "", season["sources"].to_numpy(object))
    frame["sources"] = joined(rows["place"].to_numpy(object), beside, past)
    frame["refusal"] = rows["refusal"].where(rows["refusal"] != "", needed["refusal"])
    said = (rows["comment"], needed["comment_obs"])
    frame["comment_obs"] = joined(*(column.to_numpy(object) for column in said))
    frame = frame[list(TRACK)]
    settle(frame, refusals)
    return frame


def completions(
    observations: pd.DataFrame, targets: pd.DataFrame, *, refusals: Refusals = "mark"
) -> pd.DataFrame:
    """Return the rate of completion of counts and amounts, in %; formula as `completion.completion`.

    Rows as in `track`; columns of `frames.RESULT`. Rates have no completion and no row.
    """
    rows = _of_kinds(pair(observations, targets), _LEVELS)
    return _settled(rows, _completion(rows), "completions", refusals, measure="completion", **_PER_CENT)


def gaps(
    observations: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    province: str = "220000",
    refusals: Refusals = "mark",
) -> pd.DataFrame:
    """Return outcome less target, in percentage points for rates, in the target's unit for levels.

    Formula: ``g_k − g*``; ``Y_k − A*·k/12`` for counts and amounts that add up over the year. Rows as in `track`;
    columns of `frames.RESULT`, then ``reading``, ``state`` and ``as_printed``.
    """
    rows = pair(observations, targets, province=province)
    level = rows["t_kind"].isin(_LEVELS)
    units = {
        "unit": rows["t_unit"].where(level, POINTS),
        "unit_measure": rows["t_unit_measure"].where(level, "PP"),
        "unit_mult": rows["t_unit_mult"].where(level, 0),
    }
    filled = _settled(rows, _gap(rows), "gaps", refusals, measure="gap", **units)
    filled["reading"] = rows["reading"]
    filled["state"], filled["as_printed"] = _states(rows)
    return filled


def money_gaps(
    observations: pd.DataFrame, targets: pd.DataFrame, *, refusals: Refusals = "mark"
) -> pd.DataFrame:
    """Return the gap of growth targets in money, at the prices of the level that was published beside the growth.

    Formula: `targets.money_gap`. The level must be of the same area, scope and months and of the same file or day of
    release; else there is no figure and the comment says so. ``price_base`` is that of the level, the comment names
    the year of the prices. Rows as in `track`; columns of `frames.RESULT`.
    """
    rows = _of_kinds(pair(observations, targets), ("growth",))
    values, unit, price, beside = _money(rows, observations)
    silent = np.isnan(values.mid) & rows["outcome"].notna().to_numpy()
    rows = rows.assign(
        place=joined(rows["place"].to_numpy(object), beside),
        comment=joined(
            rows["comment"].to_numpy(object), np.where(silent, "没有同口径、同一来源的总量", price)
        ),
    )
    mults = pd.Series(unit).map({text: parse_unit(str(text)).mult for text in set(unit)}).to_numpy()
    units = {
        "unit": unit,
        "unit_measure": "CNY",
        "unit_mult": mults,
        "price_base": np.where(price == "", "", "current"),
    }
    return _settled(rows, values, "money_gaps", refusals, measure="gap", **units)


def _less(a: Array, b: Array) -> Array:
    return a - b


def _put(frame: pd.DataFrame, name: str, values: Bands) -> None:
    frame[name], frame[f"{name}_low"], frame[f"{name}_high"] = values.mid, values.low, values.high


def _of_kinds(rows: pd.DataFrame, kinds: Iterable[str]) -> pd.DataFrame:
    return rows[rows["t_kind"].isin(list(kinds))].reset_index(drop=True)


def _completion(rows: pd.DataFrame) -> Bands:
    levels = rows["t_kind"].isin(_LEVELS).to_numpy() & (rows["target"] > 0).to_numpy()
    levels &= ~rows["t_down"].to_numpy(np.bool_)  # a ceiling is not completed
    return carry(share_of, bands_of(rows, "outcome"), Bands.exact(rows["target"])).where(levels)


def _due(rows: pd.DataFrame) -> Bands:
    """Return the target, or the calendar's part of it where it adds up over the year and is no ceiling."""
    parted = rows["t_kind"].isin(_LEVELS) & ~rows["t_stock"].astype(bool) & ~rows["t_down"].astype(bool)
    passed = np.where(parted.to_numpy(np.bool_), np.nan_to_num(passed_of(rows), nan=100.0), 100.0)
    target = bands_of(rows, "target")
    return Bands(*(due(end, passed) for end in (target.low, target.mid, target.high)))


def _gap(rows: pd.DataFrame) -> Bands:
    return carry(_less, bands_of(rows, "outcome"), _due(rows))


def _states(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    sign = np.where(rows["t_down"].astype(bool), -1.0, 1.0)
    ahead = leads(bands_of(rows, "outcome"), _due(rows), sign, rows["t_slack"].to_numpy(np.float64))
    found = states_of(ahead, rows["strict"].to_numpy(np.bool_))
    within = passed_of(rows) < 100
    words = {MET: "ahead", MISSED: "behind"}
    lone = (rows["outcome"].notna() & rows["target"].isna()).to_numpy()
    state, printed = (
        np.where(lone, NO_REFERENCE, np.where(within, pd.Series(x).replace(words), x)) for x in found
    )
    return state, printed


def _money(
    rows: pd.DataFrame, observations: pd.DataFrame
) -> tuple[Bands, np.ndarray, np.ndarray, np.ndarray]:
    """Return the gap in money with its unit, prices and the addresses of the levels."""
    levels = observations[(observations["measure"] == "level") & observations["obs_value"].notna()]
    levels = levels[levels["indicator"].isin(rows["indicator"])].reset_index(drop=True)
    keys = ("ref_area", "indicator", "scope", "period_start", "period_end")
    shown = [name for name in ("sha256", "vintage") if name in rows.columns and name in levels.columns]
    unit = np.where(rows["t_kind"] == "amount", rows["t_unit"], "")
    values = [np.full(len(rows), np.nan) for _ in range(3)]
    base, beside = (np.full(len(rows), "", object) for _ in range(2))
    wanted = rows["t_kind"].to_numpy() == "growth"
    # A level of the same file comes first, one of the same day of release second.
    for name in shown:
        codes = series_codes(levels, (*keys, name), rows)
        found = Keyed(codes[: len(levels)], levels).find(codes[len(levels) :])
        open_ = wanted & np.isnan(values[1]) & (rows[name] != "").to_numpy()
        money = levels["unit_measure"].to_numpy(object) == "CNY"
        usable = open_ & found.there & (money[found.at] if len(levels) else False)
        level = picked(in_base_unit(levels), found)
        mult = 10.0 ** (
            levels["unit_mult"].to_numpy(np.float64, na_value=0.0)[found.at] if len(levels) else 0.0
        )
        scaled = Bands(level.low / mult, level.mid / mult, level.high / mult)
        gap = carry(money_gap, scaled, bands_of(rows, "outcome"), Bands.exact(rows["target"])).where(usable)
        usable &= ~np.isnan(gap.mid)
        for kept, part in zip(values, (gap.low, gap.mid, gap.high), strict=True):
            kept[usable] = part[usable]
        for texts, column in ((unit, "unit"), (base, "price_base")):
            texts[usable] = texts_at(levels[column].to_numpy(object), found)[usable]
        beside[usable] = texts_at(places(levels).to_numpy(object), found)[usable]
    amount = (rows["t_kind"] == "amount").to_numpy() & rows["outcome"].notna().to_numpy()
    own = _gap(rows)
    for kept, part in zip(values, (own.low, own.mid, own.high), strict=True):
        kept[amount] = part[amount]
    base[amount] = rows["price_base"].to_numpy(object)[amount]
    words = {"current": "价格", "": "价格（口径未注明）", "comparable": "可比价格", "nominal": "价格"}
    said = rows["t_year"].astype(str) + "年" + pd.Series(base).map(words).fillna("价格")
    price = np.where(np.isnan(values[1]), "", said.to_numpy(object))
    return Bands(*values), np.where(price == "", "", unit), price, beside


def _settled(
    rows: pd.DataFrame, values: Bands, method: str, refusals: Refusals, **columns: object
) -> pd.DataFrame:
    filled = result(
        rows,
        values.where((rows["refusal"] == "").to_numpy()),
        method=method,
        sources=rows["place"],
        refusal=rows["refusal"],
        comment=rows["comment"],
        **columns,
    )
    filled.insert(0, "id", rows["t_id"])
    return settle(filled, refusals)
