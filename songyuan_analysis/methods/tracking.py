"""Targets against observations on frames: completion, gaps in points and in money, required growth, side by side."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from songyuan_analysis.methods.addresses import listed, texts_at
from songyuan_analysis.methods.bands import Array, Bands, carry
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, coded_alike, codes, marked, worded
from songyuan_analysis.methods.completion import Vintages, due, progress_of, share_of, shares_of
from songyuan_analysis.methods.frames import SERIES, TIME, Refusals, places, result, settle
from songyuan_analysis.methods.grounds import in_base_unit, levels_about
from songyuan_analysis.methods.matching import Pool, at, kept, powers, scaled, taken
from songyuan_analysis.methods.outcomes import bands_of, pair, pair_among, passed_of
from songyuan_analysis.methods.required import required_of
from songyuan_analysis.methods.targets import (
    CONTRADICTED,
    NO_OUTCOME,
    NO_REFERENCE,
    RATES,
    STATE_CODES,
    STATES,
    UNDECIDED,
    leads,
    money_gap,
    state_codes,
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
        Those of a plan are `songyuan_analysis.plan.register.Plan.targets`; for their columns see
        `songyuan_analysis.methods.targets.check_targets`.
    province : str
        Area that "above the province" is measured by.
    years : int
        How many past years make the seasonal progress.
    breaks : iterable of Break, optional
        Known breaks; no growth of levels is required over them.
    vintages : {"refuse", "note"}
        What to do where last year's part and whole were released apart, as they are where every release is added
        when it comes out: "note" computes season and required growth all the same.
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
    rows, around = pair_among(observations, targets, province=province)
    levels = levels_about(around, rows)
    shares = shares_of(levels, vintages)
    season = progress_of(shares, rows, years)
    done, passed = _completion(rows), passed_of(rows)
    expected = Bands(*(season[name].to_numpy(np.float64) for name in ("low", "obs_value", "high")))
    seasonal = marked(rows["t_kind"], {*RATES, *_LEVELS}.__contains__) & (passed < 100)
    expected = expected if seasonal.all() else expected.where(seasonal)
    known = ~np.isnan(expected.mid)
    money, unit, price, beside = _money(rows, levels)
    needed = required_of(rows, levels, breaks, shares, vintages)
    state, printed = _states(rows)
    level = marked(rows["t_kind"], _LEVELS.__contains__)
    columns: dict[str, object] = {name: rows[name] for name in (*SERIES, *TIME, "reading")}
    columns |= {name: rows[f"t_{name}"] for name in ("id", "kind", "operator")}
    columns |= {
        "unit": rows["t_unit"].mask(marked(rows["t_unit"], "".__eq__), "%"),
        **_sides("target", bands_of(rows, "target")),
        **_sides("outcome", bands_of(rows, "outcome")),
        **_sides("completion", done),
        "time_progress": passed,
        **_sides("seasonal", expected),
        "seasonal_least": np.where(known, season["least"], np.nan),
        "seasonal_most": np.where(known, season["most"], np.nan),
        "seasonal_years": season["years"],
        **_sides("ahead_of_time", carry(_less, done, Bands.exact(passed))),
        **_sides("ahead_of_season", carry(_less, done, expected)),
        **_sides("gap", _gap(rows)),
        "gap_unit": rows["t_unit"].where(level, POINTS),
        **_sides("gap_amount", money),
        "gap_amount_unit": unit,
        "gap_amount_price": price,
        **_sides(
            "required", Bands(*(needed[name].to_numpy(np.float64) for name in ("low", "obs_value", "high")))
        ),
        "state": worded(state, _STATES, rows.index),
        "state_zh": worded(state, [STATES[word] for word in _STATES], rows.index),
        "as_printed": worded(printed, _STATES, rows.index),
        # What the required growth rests on stands among the sources of last year's share.
        "sources": listed(rows["place"], beside, season["sources"].where(known, "")),
        "refusal": rows["refusal"].mask(marked(rows["refusal"], "".__eq__), needed["refusal"]),
        "comment_obs": listed(rows["comment"], needed["comment_obs"]),
    }
    frame = pd.DataFrame({name: columns[name] for name in TRACK}, index=rows.index, copy=False)
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
    level = marked(rows["t_kind"], _LEVELS.__contains__)
    units = {
        "unit": rows["t_unit"].where(level, POINTS),
        "unit_measure": rows["t_unit_measure"].where(level, "PP"),
        "unit_mult": rows["t_unit_mult"].where(level, 0),
    }
    filled = _settled(rows, _gap(rows), "gaps", refusals, measure="gap", **units)
    filled["reading"] = rows["reading"]
    for name, found in zip(("state", "as_printed"), _states(rows), strict=True):
        filled[name] = worded(found, _STATES, rows.index)
    return filled


def money_gaps(
    observations: pd.DataFrame, targets: pd.DataFrame, *, refusals: Refusals = "mark"
) -> pd.DataFrame:
    """Return the gap of growth targets in money, at the prices of the level that was published beside the growth.

    Formula: `targets.money_gap`. The level must be of the same area, scope and months and of the same file or day of
    release; else there is no figure and the comment says so. ``price_base`` is that of the level, the comment names
    the year of the prices. Rows as in `track`; columns of `frames.RESULT`.
    """
    rows, around = pair_among(observations, targets)
    rows = _of_kinds(rows, ("growth",))
    values, unit, price, beside = _money(rows, levels_about(around, rows))
    silent = np.isnan(values.mid) & ~np.isnan(rows["outcome"].to_numpy(np.float64))
    why = worded(silent.astype(np.int64), ["", "没有同口径、同一来源的总量"], rows.index)
    rows = rows.assign(place=listed(rows["place"], beside), comment=listed(rows["comment"], why, price))
    number, words = codes(unit)
    units = {
        "unit": unit,
        "unit_measure": "CNY",
        "unit_mult": np.array([parse_unit(word).mult for word in words] or [0])[number],
        "price_base": worded((~np.isnan(values.mid)).astype(np.int64), ["", "current"], rows.index),
    }
    return _settled(rows, values, "money_gaps", refusals, measure="gap", **units)


def _less(a: Array, b: Array) -> Array:
    return a - b


def _sides(name: str, values: Bands) -> dict[str, Array]:
    return {name: values.mid, f"{name}_low": values.low, f"{name}_high": values.high}


def _of_kinds(rows: pd.DataFrame, kinds: Iterable[str]) -> pd.DataFrame:
    return kept(rows, marked(rows["t_kind"], set(kinds).__contains__)).reset_index(drop=True)


def _completion(rows: pd.DataFrame) -> Bands:
    levels = marked(rows["t_kind"], _LEVELS.__contains__) & (rows["target"].to_numpy(np.float64) > 0)
    levels &= ~rows["t_down"].to_numpy(np.bool_)  # a ceiling is not completed
    return carry(share_of, bands_of(rows, "outcome"), Bands.exact(rows["target"])).where(levels)


def _due(rows: pd.DataFrame) -> Bands:
    """Return the target, or the calendar's part of it where it adds up over the year and is no ceiling."""
    parted = marked(rows["t_kind"], _LEVELS.__contains__)
    parted &= ~rows["t_stock"].to_numpy(np.bool_) & ~rows["t_down"].to_numpy(np.bool_)
    passed = np.where(parted, np.nan_to_num(passed_of(rows), nan=100.0), 100.0)
    target = bands_of(rows, "target")
    return Bands(*(due(end, passed) for end in (target.low, target.mid, target.high)))


def _gap(rows: pd.DataFrame) -> Bands:
    return carry(_less, bands_of(rows, "outcome"), _due(rows))


# Met and missed are said of a whole year, ahead and behind within it.
_STATES = (*STATE_CODES, "behind", "ahead", CONTRADICTED, NO_REFERENCE)


def _states(rows: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the state of each row, and that of its printed digits, as places in `_STATES`."""
    sign = np.where(rows["t_down"].to_numpy(np.bool_), -1.0, 1.0)
    ahead = leads(bands_of(rows, "outcome"), _due(rows), sign, rows["t_slack"].to_numpy(np.float64))
    within = passed_of(rows) < 100
    outcome, target = (np.isnan(rows[name].to_numpy(np.float64)) for name in ("outcome", "target"))
    turned = np.array([_STATES.index(word) for word in (UNDECIDED, "behind", "ahead", NO_OUTCOME)], np.int64)
    refused = ~marked(rows["refusal"], "".__eq__)
    state, printed = (
        np.select(
            [~outcome & target, outcome & refused, within],
            [_STATES.index(NO_REFERENCE), _STATES.index(CONTRADICTED), turned[found]],
            found,
        )
        for found in state_codes(ahead, rows["strict"].to_numpy(np.bool_))
    )
    return state, printed


def _money(rows: pd.DataFrame, levels: pd.DataFrame) -> tuple[Bands, pd.Series, pd.Series, pd.Series]:
    """Return the gap in money with its unit, prices and the addresses of the levels."""
    keys = ("ref_area", "indicator", "scope", "period_start", "period_end")
    amount = marked(rows["t_kind"], "amount".__eq__)
    growth = np.flatnonzero(marked(rows["t_kind"], "growth".__eq__))
    place = np.full(len(rows), UNKNOWN, np.int64)
    money = marked(levels["unit_measure"], "CNY".__eq__)
    values = scaled(in_base_unit(levels), -powers(levels))
    shown = [name for name in ("sha256", "vintage") if name in rows.columns and name in levels.columns]
    own = rows[[*keys, *shown]].take(growth)
    mine, asked = coded_alike(levels, own, keys)
    outcome, target = (bands_of(rows, name) for name in ("outcome", "target"))
    gap = Bands(*(np.full(len(rows), np.nan) for _ in range(3)))
    # A level of the same file comes first, one of the same day of release second.
    for name in shown:
        open_ = np.isnan(gap.mid[growth]) & ~marked(own[name], "".__eq__)
        (ground,), (wanted,) = coded_alike(levels, own, (name,))
        pool = Pool(*mine, ground)
        found = pool.exact(*asked, wanted)
        usable = open_ & (found >= 0) & at(money & ~pool.contradicted(in_base_unit(levels).mid), found)
        to, level = growth[usable], found[usable]
        part = carry(money_gap, taken(values, level), taken(outcome, to), Bands.exact(target.mid[to]))
        place[to] = np.where(np.isnan(part.mid), UNKNOWN, level)
        for whole, side in zip((gap.low, gap.mid, gap.high), (part.low, part.mid, part.high), strict=True):
            whole[to] = side
    due = amount & ~np.isnan(rows["outcome"].to_numpy(np.float64))
    if due.any():
        said = _gap(rows)
        gap = Bands(*(np.where(due, a, b) for a, b in zip(_ends(said), _ends(gap), strict=True)))
    index, shows = rows.index, ~np.isnan(gap.mid)
    unit = texts_at(levels["unit"], place, index).mask(amount, rows["t_unit"]).where(shows, "")
    base = texts_at(levels["price_base"], place, index).mask(due, rows["price_base"])
    return (
        gap,
        unit,
        _prices(base, rows["t_year"].to_numpy(np.int64), shows),
        texts_at(places(levels), place, index),
    )


def _ends(band: Bands) -> tuple[Array, Array, Array]:
    return band.low, band.mid, band.high


def _prices(base: pd.Series, year: Ints, shows: Flags) -> pd.Series:
    """Return in words at which year's prices money is counted; "" where there is none."""
    number, words = codes(base)
    said = {"": "价格（口径未注明）", "comparable": "可比价格"}
    first = int(year.min(initial=9999))
    span = int(year.max(initial=first)) - first + 1
    texts = [f"{first + n}年{said.get(word, '价格')}" for word in words for n in range(span)]
    return worded(np.where(shows, number * span + year - first, len(texts)), [*texts, ""], base.index)


def _settled(
    rows: pd.DataFrame, values: Bands, method: str, refusals: Refusals, **columns: object
) -> pd.DataFrame:
    filled = result(
        rows,
        values.where(marked(rows["refusal"], "".__eq__)),
        method=method,
        sources=rows["place"],
        refusal=rows["refusal"],
        comment=rows["comment"],
        **columns,
    )
    filled.insert(0, "id", rows["t_id"])
    return settle(filled, refusals)
