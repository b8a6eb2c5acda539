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
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.completion import share_of
from songyuan_analysis.methods.frames import SERIES, places, printed, require_columns
from songyuan_analysis.methods.pairing import (
    Keyed,
    Mask,
    joined,
    month_numbers,
    picked,
    series_codes,
    texts_at,
)
from songyuan_analysis.methods.targets import RATES, check_targets, counts_down, slack_of
from songyuan_analysis.observations.catalogue import COUNTED, indicator
from songyuan_analysis.sheets.units import parse_unit

NEEDED = (
    *SERIES,
    "time_period",
    "period_start",
    "period_end",
    "obs_value",
    "unit",
    "unit_measure",
    "unit_mult",
)
OTHER_PRICES = "与参照的价格口径不同"
PLANNED, REALISED, PROVINCE, OWN = "planned", "realised", "province", ""
_KEPT = (*NEEDED, "cumulative", "decimals", "vintage", "sha256", "obs_status", "place")
_SPAN = ("period_start", "period_end")


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
    require_columns(observations, NEEDED)
    goals = _known(check_targets(targets))
    kept = observations[
        observations["obs_value"].notna()
        & (observations["measure"] != "target")
        & observations["indicator"].isin({*goals["t_indicator"], *goals["t_relative_to"]} - {""})
    ]
    kept = kept.assign(place=places(kept)).reset_index(drop=True)
    kept = kept[[name for name in _KEPT if name in kept.columns]]
    rows = kept.merge(goals, left_on=["ref_area", "indicator"], right_on=["t_ref_area", "t_indicator"])
    rows = rows[_in_year(rows) & _answers(rows)]
    rows = _rates_before_indices(rows).sort_values(["t_number", "period_end"], kind="stable")
    rows = _with_readings(rows.reset_index(drop=True), kept, province)
    silent = goals[~goals["t_number"].isin(rows["t_number"])]
    if not silent.empty:
        rows = pd.concat([rows, _without_outcome(silent, kept)], ignore_index=True)
    return rows.sort_values("t_number", kind="stable").reset_index(drop=True)


def _known(goals: pd.DataFrame) -> pd.DataFrame:
    """Add to targets what follows from their words: unit, direction, slack, price bases, kind of the indicator."""
    full = goals.assign(number=range(len(goals)))
    units = [parse_unit(str(text)) for text in full["unit"]]
    full["unit_measure"] = [
        "PT" if kind in RATES else u.dimension for kind, u in zip(full["kind"], units, strict=True)
    ]
    full["unit_mult"] = [0 if kind in RATES else u.mult for kind, u in zip(full["kind"], units, strict=True)]
    said = list(full[["kind", "operator", "indicator"]].itertuples(index=False, name=None))
    full["down"] = [counts_down(*words) for words in said]
    full["slack"] = [slack_of(o, int(d)) for o, d in zip(full["operator"], full["decimals"], strict=True)]
    facts = [_facts(code) for code in full["indicator"]]
    full["cut"] = [kind == "reduction" and f[0] == "PT" for kind, f in zip(full["kind"], facts, strict=True)]
    full["stock"] = [f[1] == "stock" for f in facts]
    full["prices"] = [base or f[2] for base, f in zip(full["price_base"], facts, strict=True)]
    full["any_base"] = full["price_base"] == ""
    return full.rename(columns=lambda name: f"t_{name}")


def _facts(code: str) -> tuple[str, str, str]:
    try:
        found = indicator(code)
    except CatalogueError:
        return "", "", ""
    return found.dimension, found.kind, found.growth_price


def _in_year(rows: pd.DataFrame) -> Mask:
    start, end = (month_numbers(rows[name]) for name in _SPAN)
    year = rows["t_year"].to_numpy(np.int64)
    own: Mask = (end // 12 == year) & ((start == year * 12) | rows["t_stock"].to_numpy(np.bool_))
    return own


def _answers(rows: pd.DataFrame) -> Mask:
    measure, dimension = rows["measure"], rows["unit_measure"]
    rate = (measure.isin(["yoy", "change"]) & (dimension == "PT")) | (measure == "index_py100")
    prices = (rows["price_base"] == rows["t_prices"]) | (rows["t_any_base"] & (rows["price_base"] == ""))
    percentage = measure.isin(["share", "level"]) & (dimension == "PT")
    same = (dimension == rows["t_unit_measure"]) | (
        dimension.isin(COUNTED) & rows["t_unit_measure"].isin(COUNTED)
    )
    kind, cut = rows["t_kind"], rows["t_cut"].astype(bool)
    by_rate = kind.isin(RATES) & ~cut & rate & prices
    by_percentage = ((kind == "share") | cut) & percentage
    by_level = kind.isin(["count", "amount"]) & (measure == "level") & same
    return (by_rate | by_percentage | by_level).to_numpy(np.bool_)


def _rates_before_indices(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn 上年=100 into growth, and drop it where the rate itself is printed."""
    index = (rows["measure"] == "index_py100").to_numpy()
    rows = rows.assign(
        obs_value=rows["obs_value"] - np.where(index, 100.0, 0.0),
        measure=rows["measure"].where(~index, "yoy"),
        unit=rows["unit"].where(~index, "%"),
        unit_measure=rows["unit_measure"].where(~index, "PT"),
        _index=index,
    ).sort_values("_index", kind="stable")
    twice = rows["_index"] & rows.duplicated(["t_number", *SERIES, *_SPAN])
    return rows[~twice].drop(columns="_index")


def _with_readings(rows: pd.DataFrame, kept: pd.DataFrame, province: str) -> pd.DataFrame:
    """Give every row its target: the plan's number, or what a relational target is tied to."""
    # Binary factors of a base unit would add noise to the digits: figures stay in the target's own unit.
    power = rows["unit_mult"].to_numpy(np.float64, na_value=0.0) - rows["t_unit_mult"].to_numpy(np.float64)
    factor = np.where(rows["t_cut"].astype(bool), -1.0, 10.0**power)
    band = printed(rows)
    ends = band.low * factor, band.high * factor
    rows = rows.assign(
        outcome=band.mid * factor, outcome_low=np.minimum(*ends), outcome_high=np.maximum(*ends), reading=OWN
    )
    value = rows["t_value"].to_numpy(np.float64)
    rows = rows.assign(
        target=value, target_low=value, target_high=value, strict=False, refusal="", comment=""
    )
    tied = rows["t_operator"] == "in step with"
    above = rows["t_operator"] == "above the province"
    planned = rows[tied & rows["t_planned"].notna()].assign(reading=PLANNED)
    for name in ("target", "target_low", "target_high"):
        planned[name] = planned["t_planned"].to_numpy(np.float64)
    bases = {code: _facts(str(code))[2] for code in set(rows["t_relative_to"])}
    planned["comment"] = np.where(
        planned["price_base"] != planned["t_relative_to"].map(bases), OTHER_PRICES, ""
    )
    other = rows[tied].assign(reading=REALISED)
    realised = _tied_to(
        other, kept, other["ref_area"], other["t_relative_to"], other["t_relative_to"].map(bases)
    )
    up = rows[above].assign(reading=PROVINCE, strict=True)
    area = pd.Series(province, up.index)
    over = _tied_to(up, kept, area, up["indicator"], up["price_base"])
    return pd.concat([rows[~tied & ~above], planned, realised, over], ignore_index=True)


def _tied_to(
    rows: pd.DataFrame, kept: pd.DataFrame, areas: pd.Series, codes: pd.Series, prices: pd.Series
) -> pd.DataFrame:
    rates = kept[(kept["measure"] == "yoy") & (kept["unit_measure"] == "PT")].reset_index(drop=True)
    wanted = rows[["scope", *_SPAN]].assign(ref_area=areas, indicator=codes, price_base=prices)
    strict = ("ref_area", "indicator", "price_base", *_SPAN)
    keys = (*strict, "scope") if (rows["reading"] == PROVINCE).all() else strict
    number = series_codes(rates, keys, wanted)
    found = Keyed(number[: len(rates)], rates).find(number[len(rates) :])
    loose = series_codes(rates, ("ref_area", "indicator", *_SPAN), wanted)
    near = Keyed(loose[: len(rates)], rates).find(loose[len(rates) :])
    target = picked(printed(rates), found)
    refusal, comment = (np.full(len(rows), "", object) for _ in range(2))
    none = ~found.there
    comment[none] = "没有可作参照的增速"
    only = none & near.there
    base = texts_at(rates["price_base"].to_numpy(object), near)
    differ = only & (base != prices.to_numpy(object))
    refusal[only], comment[only] = ScopeMismatchError.rule, "参照的增速统计口径不同"
    refusal[differ], comment[differ] = PriceBaseMismatchError.rule, "参照的增速价格口径不同"
    refusal[found.doubled], comment[found.doubled] = (
        ComparabilityError.rule,
        "参照的增速有两个不同的数，不能取舍",
    )
    mixed = found.there & ~found.doubled & (rows["price_base"] != prices).to_numpy()
    comment[mixed] = OTHER_PRICES
    place = joined(rows["place"].to_numpy(object), texts_at(rates["place"].to_numpy(object), found))
    return rows.assign(
        target=target.mid, target_low=target.low, target_high=target.high, place=place,
        refusal=refusal, comment=comment,
    )  # fmt: skip


def _without_outcome(goals: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    known = set(zip(kept["ref_area"], kept["indicator"], strict=True))
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
    end = month_numbers(rows["period_end"])
    return np.where(end < 0, np.nan, np.asarray(share_of(end % 12 + 1, 12), np.float64))
