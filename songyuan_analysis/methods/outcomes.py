"""Which observations answer which target: a row for each target, period and reading, with both sides as bands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from songyuan_analysis.errors import (
    CatalogueError,
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
)
from songyuan_analysis.methods.addresses import listed, texts_at
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.codes import (
    UNKNOWN,
    Flags,
    Ints,
    aligned,
    coded,
    coded_alike,
    codes,
    marked,
    months,
    packed,
)
from songyuan_analysis.methods.completion import share_of
from songyuan_analysis.methods.frames import RESULT, SERIES, TIME, places, printed, repeated, require_columns
from songyuan_analysis.methods.grounds import relevant
from songyuan_analysis.methods.matching import Pool, at, taken, tens
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.methods.selection import chosen
from songyuan_analysis.methods.targets import RATES, check_targets, counts_down, slack_of
from songyuan_analysis.observations.catalogue import COUNTED, indicator
from songyuan_analysis.sheets.units import parse_unit

NEEDED = (*SERIES, *TIME, "obs_value", "unit", "unit_measure", "unit_mult")
TWO_OUTCOMES = "同一时期有两个不同的结果，不能取舍"
OTHER_PRICES = "与参照的价格口径不同"
PLANNED, REALISED, PROVINCE, OWN = "planned", "realised", "province", ""
_KEPT = (*NEEDED, "low", "high", "decimals", "vintage", "sha256", "obs_status", "place")
_SPAN = ("period_start", "period_end")
INDEX = "index_py100"


def pair(observations: pd.DataFrame, targets: pd.DataFrame, *, province: str = "220000") -> pd.DataFrame:
    """Pair targets with the observations that answer them.

    Rules: growth, cuts and relational targets are answered by published growth in % of the target's price base (that
    of the catalogue, or none, where it names none), or by 上年=100 less 100 where the rate is not printed; counts and
    amounts by levels of the same dimension; shares by percentages. Figures run from January to a month of the target's
    year; stocks may stand at a month's end. Relational targets have a row for each reading: ``planned`` and
    ``realised`` growth of the other indicator, or the ``province``.

    Returns
    -------
    DataFrame
        Columns of observations, of targets (with ``t_`` before their names), ``reading``, ``outcome``, ``target``
        (each with ``_low`` and ``_high``, in the target's unit), ``down``, ``slack``, ``strict``, ``place``, ``refusal``
        and ``comment``. Targets without any outcome have one row with a reason.
    """
    return pair_among(observations, targets, province=province)[0]


def pair_among(
    observations: pd.DataFrame, targets: pd.DataFrame, *, province: str = "220000"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pairs of `pair`, and all observations of the areas and indicators that the targets are about."""
    require_columns(observations, NEEDED)
    goals = _known(check_targets(targets))
    about = relevant(
        observations,
        [goals["t_ref_area"], pd.Series([province])],
        [goals["t_indicator"], goals["t_relative_to"]],
    )
    columns = [name for name in observations.columns if name in {*_KEPT, *RESULT, "file", "sheet", "cell"}]
    around = chosen(observations[columns], about & marked(observations["indicator"], bool))
    # Outcomes and what they are tied to stand in the targets' own years.
    end = months(around["period_end"])
    own = (end >= 0) & np.isin(end // 12, goals["t_year"].unique()) & _told(around)
    mine, end = chosen(around, own).reset_index(drop=True), end[own]
    mine = mine.assign(place=places(mine))
    mine = mine[[name for name in _KEPT if name in mine.columns]]
    start = months(mine["period_start"])
    row, goal = _answered(mine, goals, start, end)
    several = Pool(goal, start[row], end[row]).twins
    rows = _beside(mine, goals, row, goal)
    rows = _with_readings(_rates_before_indices(rows) if several else _rates_of_indices(rows), mine, province)
    if several:
        rows = _undecided(rows)
    silent = goals[~np.isin(np.arange(len(goals)), goal)]
    if not silent.empty:
        rows = pd.concat([rows, _without_outcome(silent, around)], ignore_index=True)
    if not rows["t_number"].is_monotonic_increasing:
        rows = rows.sort_values("t_number", kind="stable").reset_index(drop=True)
    return rows, around


def _told(rows: pd.DataFrame) -> Flags:
    there: Flags = ~np.isnan(rows["obs_value"].to_numpy(np.float64))
    return there & ~marked(rows["measure"], "target".__eq__)


def _known(goals: pd.DataFrame) -> pd.DataFrame:
    """Add to targets what follows from their words: unit, direction, slack, price bases, kind of the indicator."""
    full = goals.assign(number=np.arange(len(goals)))
    # Plans have many targets and few words: each combination of words is asked once.
    said = full[["kind", "operator", "indicator", "unit", "decimals", "price_base"]].astype(
        {"decimals": "int64"}
    )
    number, _ = pd.factorize(packed([pd.factorize(said[name])[0] for name in said.columns])[0])
    first = said.take(np.flatnonzero(np.diff(np.maximum.accumulate(number), prepend=-1)))
    facts = pd.DataFrame(
        [_facts_of(*words) for words in first.itertuples(index=False, name=None)],
        columns=["unit_measure", "unit_mult", "down", "slack", "cut", "stock", "prices"],
    )
    full[list(facts.columns)] = facts.iloc[number].set_axis(full.index)
    full["any_base"] = full["price_base"] == ""
    return full.rename(columns=lambda name: f"t_{name}")


def _facts_of(
    kind: str, operator: str, code: str, unit: str, decimals: int, base: str
) -> tuple[str, int, bool, float, bool, bool, str]:
    dimension, nature, growth_price = _facts(code)
    written = parse_unit(str(unit))
    measure, mult = ("PT", 0) if kind in RATES else (written.dimension, written.mult)
    return (
        measure, mult, counts_down(kind, operator, code), slack_of(operator, decimals),
        kind == "reduction" and dimension == "PT", nature == "stock", base or growth_price,
    )  # fmt: skip


def _facts(code: str) -> tuple[str, str, str]:
    try:
        found = indicator(code)
    except CatalogueError:
        return "", "", ""
    return found.dimension, found.kind, found.growth_price


def _answered(told: pd.DataFrame, goals: pd.DataFrame, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return positions of observations and of the targets that they answer, target by target in the order of time."""
    keys = [("ref_area", "t_ref_area"), ("indicator", "t_indicator")]
    own, asked = coded_alike(
        goals[[name for _, name in keys]], told.rename(columns=dict(keys)), [name for _, name in keys]
    )
    pool = Pool(*own)
    sizes = np.bincount(pool.groups())
    first = pool.exact(*asked)
    # Targets of one area and indicator stand beside each other in the order of the pool.
    place = np.empty(len(goals), np.int64)
    place[pool.order] = np.arange(len(goals))
    many = np.where(first >= 0, at(sizes[pool.groups()], first), 0)
    row = np.repeat(np.arange(len(told)), many)
    within = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    goal = pool.order[np.repeat(at(place, first), many) + within] if len(goals) else row
    year = goals["t_year"].to_numpy(np.int64)[goal]
    mine = (end[row] // 12 == year) & ((start[row] == year * 12) | goals["t_stock"].to_numpy(np.bool_)[goal])
    row, goal = row[mine], goal[mine]
    measures = codes(told["measure"])
    answers = _answers(told, goals, row, goal, measures)
    row, goal = row[answers], goal[answers]
    # Rows stand in order in most frames, and a stable sort of one number sees it.
    key, _ = packed([goal, end[row], _among(measures, INDEX)[row].astype(np.int64)])
    order = np.argsort(key, kind="stable")
    return row[order], goal[order]


def _among(column: tuple[Ints, list[str]], *words: str) -> Flags:
    """Mark the rows of a column of codes whose text is one of some words."""
    found, known = column
    return np.array([*(word in words for word in known), False], np.bool_)[found]


def _answers(
    told: pd.DataFrame, goals: pd.DataFrame, row: Ints, goal: Ints, measures: tuple[Ints, list[str]]
) -> Flags:
    bases, units = codes(told["price_base"]), codes(told["unit_measure"])
    wished, asked, kinds = (codes(goals[name]) for name in ("t_prices", "t_unit_measure", "t_kind"))
    percent, level = _among(units, "PT"), _among(measures, "level")
    cut = goals["t_cut"].to_numpy(np.bool_)
    # What is said of one side alone is made out on that side, before both are laid beside each other.
    rate = (_among(measures, "yoy", "change") & percent) | _among(measures, INDEX)
    percentage = (level | _among(measures, "share")) & percent
    by_rate = (_among(kinds, *RATES) & ~cut)[goal] & rate[row]
    by_percentage = (_among(kinds, "share") | cut)[goal] & percentage[row]
    by_level = _among(kinds, "count", "amount")[goal] & level[row]
    prices = aligned(*bases, wished[1])[row] == wished[0][goal]
    prices |= goals["t_any_base"].to_numpy(np.bool_)[goal] & _among(bases, "")[row]
    same = aligned(*units, asked[1])[row] == asked[0][goal]
    same |= _among(units, *COUNTED)[row] & _among(asked, *COUNTED)[goal]
    answers: Flags = (by_rate & prices) | by_percentage | (by_level & same)
    return answers


def _beside(told: pd.DataFrame, goals: pd.DataFrame, row: Ints, goal: Ints) -> pd.DataFrame:
    sides = _taken(told, row), _taken(goals, goal)
    return pd.DataFrame({name: side[name] for side in sides for name in side.columns}, copy=False)


def _taken(frame: pd.DataFrame, rows: Ints) -> pd.DataFrame:
    """Return rows of a frame by position; the frame itself where that is all of them in their order."""
    if len(rows) == len(frame) and (rows == np.arange(len(rows))).all():
        return frame.reset_index(drop=True)
    return frame.take(rows).reset_index(drop=True)


def _rates_before_indices(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn 上年=100 into growth, and drop it where the rate itself is printed."""
    index = marked(rows["measure"], INDEX.__eq__)
    if not index.any():
        return rows
    rows = _rates_of_indices(rows)
    # A rate stands before the index of its period, see `_answered`.
    twice = index & rows.duplicated(["t_number", *SERIES, *_SPAN]).to_numpy()
    left: pd.DataFrame = rows[~twice].reset_index(drop=True)
    return left


def _rates_of_indices(rows: pd.DataFrame) -> pd.DataFrame:
    index = marked(rows["measure"], INDEX.__eq__)
    if not index.any():
        return rows
    return rows.assign(
        obs_value=rows["obs_value"] - np.where(index, 100.0, 0.0),
        measure=rows["measure"].where(~index, "yoy"),
        unit=rows["unit"].where(~index, "%"),
        unit_measure=rows["unit_measure"].where(~index, "PT"),
    )


def _counted(rows: pd.DataFrame) -> Bands:
    """Return outcomes as printed; a count in single things is what it says: 120 projects are not 119.5 to 120.5."""
    band = printed(rows)
    if "decimals" not in rows.columns:
        return band
    whole = marked(rows["t_kind"], "count".__eq__)
    if whole.any():
        for name in ("decimals", "unit_mult"):
            whole &= rows[name].to_numpy(np.float64, na_value=np.nan) == 0
        band = Bands(np.where(whole, band.mid, band.low), band.mid, np.where(whole, band.mid, band.high))
    return band


def _undecided(rows: pd.DataFrame) -> pd.DataFrame:
    """Refuse outcomes of one series, period and reading that print different numbers: nobody knows which one counts."""
    parts = (rows["t_number"].to_numpy(np.int64), *coded(rows, ("reading", *SERIES, *_SPAN)))
    clash = Pool(*parts).contradicted(rows["outcome"].to_numpy(np.float64))
    if not clash.any():
        return rows
    lost = dict.fromkeys(("outcome", "outcome_low", "outcome_high"), np.nan)
    return rows.assign(
        **{name: rows[name].where(~clash, value) for name, value in lost.items()},
        refusal=rows["refusal"].mask(clash, ComparabilityError.rule),
        comment=rows["comment"].mask(clash, TWO_OUTCOMES),
    )


def _with_readings(rows: pd.DataFrame, told: pd.DataFrame, province: str) -> pd.DataFrame:
    """Give every row its target: the plan's number, or what a relational target is tied to."""
    # Binary factors of a base unit would add noise to the digits: figures stay in the target's own unit.
    power = rows["unit_mult"].to_numpy(np.float64, na_value=0.0) - rows["t_unit_mult"].to_numpy(np.float64)
    factor = np.where(rows["t_cut"].to_numpy(np.bool_), -1.0, tens(power))
    band = _counted(rows)
    ends = band.low * factor, band.high * factor
    value, nothing = rows["t_value"].to_numpy(np.float64), repeated("", rows.index)
    rows = rows.assign(
        outcome=band.mid * factor, outcome_low=np.minimum(*ends), outcome_high=np.maximum(*ends),
        reading=nothing, target=value, target_low=value, target_high=value, strict=False,
        refusal=nothing, comment=nothing,
    )  # fmt: skip
    tied, above = (marked(rows["t_operator"], word.__eq__) for word in ("in step with", "above the province"))
    if not (tied | above).any():
        return rows
    planned = rows[tied & rows["t_planned"].notna()].assign(reading=PLANNED)
    for name in ("target", "target_low", "target_high"):
        planned[name] = planned["t_planned"].to_numpy(np.float64)
    bases = {code: _facts(str(code))[2] for code in set(rows["t_relative_to"])}
    planned["comment"] = np.where(
        planned["price_base"] != planned["t_relative_to"].map(bases), OTHER_PRICES, ""
    )
    other = rows[tied].assign(reading=REALISED)
    realised = _tied_to(
        other, told, other["ref_area"], other["t_relative_to"], other["t_relative_to"].map(bases)
    )
    up = rows[above].assign(reading=PROVINCE, strict=True)
    area = pd.Series(province, up.index)
    over = _tied_to(up, told, area, up["indicator"], up["price_base"])
    return pd.concat([rows[~tied & ~above], planned, realised, over], ignore_index=True)


def _tied_to(
    rows: pd.DataFrame, told: pd.DataFrame, areas: pd.Series, indicators: pd.Series, prices: pd.Series
) -> pd.DataFrame:
    growth = marked(told["measure"], "yoy".__eq__) & marked(told["unit_measure"], "PT".__eq__)
    rates = told.take(np.flatnonzero(growth)).reset_index(drop=True)
    wanted = rows[["scope", *_SPAN]].assign(ref_area=areas, indicator=indicators, price_base=prices)
    loose = ("ref_area", "indicator", *_SPAN)
    strict = (*loose, "price_base", *(("scope",) if (rows["reading"] == PROVINCE).all() else ()))
    own, asked = coded_alike(rates, wanted, strict)
    pool, n = Pool(*own), len(loose)
    found, near = pool.exact(*asked), Pool(*own[:n]).exact(*asked[:n])
    there = found >= 0
    said = Reasons(len(rows))
    doubled = there & at(pool.contradicted(rates["obs_value"].to_numpy(np.float64)), found)
    said.say(doubled, ComparabilityError, "参照的增速有两个不同的数，不能取舍")
    only = ~there & (near >= 0)
    said.say(only & (at(own[n], near) != asked[n]), PriceBaseMismatchError, "参照的增速价格口径不同")
    said.say(only, ScopeMismatchError, "参照的增速统计口径不同")
    said.say(there & (rows["price_base"] != prices).to_numpy(np.bool_), None, OTHER_PRICES)
    said.say(~there, None, "没有可作参照的增速")
    target = taken(printed(rates), np.where(doubled, UNKNOWN, found))
    return rows.assign(
        target=target.mid, target_low=target.low, target_high=target.high,
        place=listed(rows["place"], texts_at(rates["place"], found, rows.index)),
        refusal=said.refusal(rows.index), comment=said.reason(rows.index),
    )  # fmt: skip


def _without_outcome(goals: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    around = relevant(observations, [goals["t_ref_area"]], [goals["t_indicator"]]) & _told(observations)
    some = observations[["ref_area", "indicator"]][around].drop_duplicates()
    known = set(some.itertuples(index=False, name=None))
    near = [pair in known for pair in zip(goals["t_ref_area"], goals["t_indicator"], strict=True)]
    words = np.where(near, "已有的数不是目标所要的量、口径或时期", "没有找到公布的结果")
    missing = dict.fromkeys(("outcome", "outcome_low", "outcome_high"), np.nan)
    value = goals["t_value"].astype("float64")
    return goals.assign(
        ref_area=goals["t_ref_area"], indicator=goals["t_indicator"], time_period=goals["t_year"].astype(str),
        target=value, target_low=value, target_high=value, reading=OWN, strict=False, place="", refusal="",
        comment=words, measure="", price_base="", scope="", period_start="", period_end="", unit="", unit_measure="",
        unit_mult=0, cumulative=False, **missing,
    )  # fmt: skip


def bands_of(rows: pd.DataFrame, name: str) -> Bands:
    """Return three columns of pairs as bands."""
    return Bands(*(rows[column].to_numpy(np.float64) for column in (f"{name}_low", name, f"{name}_high")))


def passed_of(rows: pd.DataFrame) -> Array:
    """Return the calendar's share of the year, in %; missing where there is no outcome."""
    end = months(rows["period_end"])
    return np.where(end < 0, np.nan, np.asarray(share_of(end % 12 + 1, 12), np.float64))
