"""Why energy use changed: activity, structure and intensity, or any factors, as frames. The formulas are LMDI-I."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from songyuan_analysis.errors import (
    ComparabilityError,
    UnitMismatchError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.decomposition import Kind, effects
from songyuan_analysis.methods.frames import NO_REFUSAL, RESULT, Refusals, require_columns, result, settle
from songyuan_analysis.methods.pairs import NEEDED, Pairs, listed, meet, numbered, taken

Array: TypeAlias = NDArray[np.float64]
FACTORS = ("activity", "structure", "intensity")
_METHOD = "decompose_use"


def decompose(
    table: pd.DataFrame,
    factors: Sequence[str],
    *,
    sector: str = "sector",
    year: str = "year",
    by: Sequence[str] = (),
    kind: Kind = "additive",
) -> pd.DataFrame:
    """Decompose the yearly changes of a total into the effects of any factors.

    Formula and sources: see `decomposition.effects`; the total is the sum over sectors of the product of the factors.

    Parameters
    ----------
    table : DataFrame
        One row for each series, year and sector, one column for each factor. A factor that is zero says 0.
    factors : sequence of str
        Columns that multiply to the sector's part of the total.
    sector, year : str, optional
        Columns; years are whole numbers or texts of them.
    by : sequence of str, optional
        Columns that tell series apart.
    kind : {"additive", "multiplicative"}, optional

    Returns
    -------
    DataFrame
        One row for each series, year (from the second on) and factor: the columns of `by`, the year, ``factor``,
        ``effect`` and ``total`` (the change, or the ratio). A year whose year before is missing, or in which a sector is
        missing that the other year has, has no effects: gaps are not bridged.

    Raises
    ------
    UsageError
        If columns are missing, no factor is named, or a series has a sector twice in a year.
    """
    require_columns(table, [*by, year, sector, *factors])
    if not factors or table.empty:
        raise UsageError("没有因素或没有数据，不能分解。", remedy="写明各因素的列名。")
    series, n_series = numbered(table.assign(_=0), [*by, "_"])
    at, cube, first = _cube(
        series, n_series, table[year], table[sector], table[list(factors)].to_numpy(np.float64)
    )
    before, after = cube[:, :-1], cube[:, 1:]
    before, after = _both_absent(before, after)
    found = effects(before, after, kind)
    totals = _totals(before.prod(-1).sum(-1), after.prod(-1).sum(-1), kind)
    there = at[:, 1:].max(-1) >= 0
    one, step = np.nonzero(there)
    rows = at[:, 1:].max(-1)[there]
    frame = table[list(by)].take(rows.repeat(len(factors))).reset_index(drop=True)
    frame[year] = (step + 1 + first).repeat(len(factors))
    frame["factor"] = np.tile(np.asarray(factors, object), len(rows))
    frame["effect"] = found[one, step].ravel()
    frame["total"] = totals[one, step].repeat(len(factors))
    frame.loc[frame["effect"].isna(), "total"] = np.nan
    return frame


def decompose_use(
    observations: pd.DataFrame,
    sectors: Mapping[str, tuple[str, str]],
    *,
    total: str = "energy_total",
    kind: Kind = "additive",
    refusals: Refusals = "raise",
) -> pd.DataFrame:
    """Decompose yearly changes of energy use into activity, structure and intensity of sectors.

    Formula: ``E = Y · Σ S_i · I_i`` with ``S_i = Y_i / Y`` and ``I_i = E_i / Y_i``; effects by LMDI-I. Source: Ang (2005).
    Value added is at constant prices and adds up to ``Y``; a sector without output and without use has no effects.

    Parameters
    ----------
    observations : DataFrame
        Levels of use and of value added by sector, of the same months of each year.
    sectors : mapping of str to (str, str)
        For each sector the codes of its use (energy in standard coal, or electricity) and of its value added.
    total : str, optional
        Code of the indicator that the sectors' use adds up to; named in the result.
    kind : {"additive", "multiplicative"}, optional
    refusals : {"raise", "mark"}

    Returns
    -------
    DataFrame
        The columns `frames.RESULT` and ``effect`` (activity, structure, intensity): one row for each area, scope, year
        with a year before, and effect; in the base unit (吨标准煤, 千瓦时), or as ratios. ``low`` and ``high`` are of first
        order: each printed input moved alone to its ends, the moves added.

    Raises
    ------
    PriceBaseMismatchError
        If value added is not at constant prices.
    ScopeMismatchError
        If a sector's value added has another scope than its use.
    UnitMismatchError
        If the sectors' use is measured in different things.
    VintageMismatchError
        If a figure and that of the year before are neither of one file nor of one release.
    ComparabilityError
        If a sector uses energy without output, or a sector is missing in one of the years.
    """
    require_columns(observations, [*NEEDED, "period_start", "period_end", "unit_measure", "unit_mult"])
    level = observations[observations["measure"] == "level"]
    names = list(sectors)
    use = _of_sectors(level, {sectors[name][0]: name for name in names})
    output = _of_sectors(level, {sectors[name][1]: name for name in names})
    if use.empty:
        return _empty(level)
    pairs = meet(use, output, price_base="comparable", extra_keys=["sector"])
    months = use.assign(_from=use["period_start"].str[5:], _to=use["period_end"].str[5:])
    series, n_series = numbered(months, ["ref_area", "scope", "_from", "_to"])
    scale = [
        10.0 ** use["unit_mult"].to_numpy(np.float64, na_value=np.nan),
        10.0 ** pairs.partners(output["unit_mult"], 0),
    ]
    sides = [(pairs.first, scale[0]), (pairs.second, scale[1])]
    inputs = np.stack(
        [part * factor for band, factor in sides for part in (band.low, band.mid, band.high)], -1
    )
    inputs[~pairs.usable] = np.nan
    at, cube, _ = _cube(series, n_series, use["period_end"].str[:4], use["sector"], inputs)
    why, reason = _refused(pairs, use, output, at, cube)
    values = _effect_bands(cube, kind, why == NO_REFUSAL)
    there = (at[:, 1:].max(-1) >= 0) & (at[:, :-1].max(-1) >= 0)
    one, step = np.nonzero(there)
    rows = at[:, 1:].max(-1)[there].repeat(3)
    like = use.take(rows).reset_index(drop=True)
    bands = Bands(*(part[one, step].ravel() for part in values))
    own = pa.array(pairs.sources, pa.large_string())
    cells = [taken(own, at[one, step + later, k]) for later in (1, 0) for k in range(at.shape[2])]
    sources = listed(like.index[::3], cells)
    unit = {"TCE": "吨标准煤", "KWH": "千瓦时"}
    found = result(
        like, bands, method=_METHOD, sources=sources.repeat(3).reset_index(drop=True),
        refusal=pd.Series(why[one, step].repeat(3), dtype="str"),
        comment=pd.Series(reason[one, step].repeat(3), dtype="str"), indicator=total, price_base="comparable",
        measure="change" if kind == "additive" else "ratio", unit_mult=0,
        unit=like["unit_measure"].map(unit).fillna("") if kind == "additive" else "倍",
    )  # fmt: skip
    found["effect"] = np.tile(np.asarray(FACTORS, object), len(one))
    return settle(found, refusals)


def _of_sectors(level: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    rows = level[level["indicator"].isin(list(names))]
    return rows.assign(sector=rows["indicator"].map(names))


def _empty(level: pd.DataFrame) -> pd.DataFrame:
    found = result(level.head(0), Bands.exact(np.empty(0)), method=_METHOD)
    return found.assign(effect=pd.Series(dtype="str"))[[*RESULT, "effect"]]


def _cube(
    series: NDArray[np.int64], n_series: int, years: pd.Series, sectors: pd.Series, values: Array
) -> tuple[NDArray[np.intp], Array, int]:
    """Lay values out by series, consecutive year and sector; return rows, values and the first year."""
    year = pd.to_numeric(years, errors="coerce").to_numpy(np.float64)
    if np.isnan(year).any() or (year % 1 != 0).any():
        raise UsageError("年份不是整数。", remedy="年份写成 2023、2024。")
    first = int(year.min())
    sector, names = pd.factorize(sectors)
    shape = (n_series, int(year.max()) - first + 1, len(names))
    place = np.ravel_multi_index((series, year.astype(np.int64) - first, sector), shape)
    if len(np.unique(place)) < len(place):
        raise UsageError(
            "同一序列、同一年份、同一部门有几个数。", remedy="先选定一个版次，或用 by 区分序列。"
        )
    at = np.full(np.prod(shape), -1, np.intp)
    at[place] = np.arange(len(place))
    cube = np.full((len(at), values.shape[1]), np.nan)
    cube[place] = values
    return at.reshape(shape), cube.reshape(*shape, -1), first


def _both_absent(before: Array, after: Array) -> tuple[Array, Array]:
    """Take sectors that a series has at neither time for nothing."""
    absent: NDArray[np.bool_] = np.asarray(np.isnan(before).all(-1) & np.isnan(after).all(-1))
    absent &= ~absent.all(-1, keepdims=True)
    zero = absent[..., None]
    return np.where(zero, 0.0, before), np.where(zero, 0.0, after)


def _totals(before: Array, after: Array, kind: Kind) -> Array:
    with np.errstate(all="ignore"):
        return after - before if kind == "additive" else after / before


def _factors(use: Array, output: Array, other: Array) -> Array:
    """Return activity, structure and intensity; a sector without output has the intensity of the other time."""
    whole = output.sum(-1, keepdims=True)
    with np.errstate(all="ignore"):
        own = np.where((output == 0) & (use == 0), np.where(other > 0, other, 1.0), use / output)
        return np.stack([np.broadcast_to(whole, output.shape), output / whole, own], -1)


def _three(use0: Array, output0: Array, use1: Array, output1: Array, kind: Kind) -> Array:
    with np.errstate(all="ignore"):
        intensity0, intensity1 = use0 / output0, use1 / output1
    return effects(_factors(use0, output0, intensity1), _factors(use1, output1, intensity0), kind)


def _effect_bands(cube: Array, kind: Kind, good: NDArray[np.bool_]) -> tuple[Array, Array, Array]:
    """Return low, mid and high of the three effects; each input is moved alone, and the moves are added."""
    before, after = _both_absent(cube[:, :-1], cube[:, 1:])
    mids = [before[..., 1], before[..., 4], after[..., 1], after[..., 4]]
    ends = [(before[..., 0], before[..., 2]), (before[..., 3], before[..., 5])]
    ends += [(after[..., 0], after[..., 2]), (after[..., 3], after[..., 5])]

    def three(arrays: Sequence[Array]) -> Array:
        use0, output0, use1, output1 = arrays
        return np.where(good[..., None], _three(use0, output0, use1, output1, kind), np.nan)

    mid = three(mids)
    down, up = np.zeros_like(mid), np.zeros_like(mid)
    for which, pair in enumerate(ends):
        for k in range(cube.shape[2]):
            for end in pair:
                if np.array_equal(end[..., k], mids[which][..., k], equal_nan=True):
                    continue
                # Neither energy nor output is below zero; a move that leaves no decomposition says nothing.
                move = np.nan_to_num(_moved(three, mids, which, k, np.maximum(end[..., k], 0)) - mid)
                down += np.minimum(move, 0)
                up += np.maximum(move, 0)
    return mid + down, mid, mid + up


def _moved(
    formula: Callable[[Sequence[Array]], Array], mids: Sequence[Array], which: int, k: int, end: Array
) -> Array:
    changed = mids[which].copy()
    changed[..., k] = end
    return formula([*mids[:which], changed, *mids[which + 1 :]])


def _refused(
    pairs: Pairs, use: pd.DataFrame, output: pd.DataFrame, at: NDArray[np.intp], cube: Array
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return rule and reason for each series and step; the first that applies."""
    rule = np.full((at.shape[0], at.shape[1] - 1), NO_REFUSAL, object)
    reason = np.full_like(rule, "")

    def refuse(where: NDArray[np.bool_], kind: str, why: str) -> None:
        fresh = where & (rule == NO_REFUSAL)
        rule[fresh], reason[fresh] = kind, why

    def either(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
        years: NDArray[np.bool_] = np.asarray(cells.any(-1))
        return years[:, :-1] | years[:, 1:]

    own_rule = np.append(pairs.refusal.to_numpy(object), NO_REFUSAL)
    own_words = np.append(pairs.comment.to_numpy(object), "")
    for k in range(at.shape[2]):
        for end in (at[:, 1:, k], at[:, :-1, k]):
            fresh = (own_rule[end] != NO_REFUSAL) & (rule == NO_REFUSAL)
            rule[fresh], reason[fresh] = own_rule[end][fresh], own_words[end][fresh]
    there = at >= 0
    one_sided: NDArray[np.bool_] = np.asarray((there[:, 1:] != there[:, :-1]).any(-1))
    no_value = np.isnan(cube[..., [1, 4]]).any(-1) & there
    refuse(one_sided | either(no_value), ComparabilityError.rule, "有部门缺数，不能分解")
    refuse(either((cube[..., 4] <= 0) & (cube[..., 1] != 0)), ComparabilityError.rule, "有部门用能而没有产出")
    refuse(either((cube[..., 4] < 0) | (cube[..., 1] < 0)), ComparabilityError.rule, "有部门的数是负数")
    measured = np.append(pd.factorize(use["unit_measure"])[0], -1)[at]
    low = np.where(there, measured, np.iinfo(np.int64).max).min(-1)
    mixed = there & (measured != low[..., None])
    two_units = either(mixed) | (low[:, :-1] != low[:, 1:])
    refuse(two_units, UnitMismatchError.rule, "各部门用能的单位不同类")
    product_at = np.append(pairs.found_at, -1)[at]
    for rows, place in ((use, at), (output, product_at)):
        refuse(
            np.asarray(_other_family(rows, place).any(-1)), VintageMismatchError.rule, "两年的数出自不同版次"
        )
    return rule, reason


def _other_family(rows: pd.DataFrame, at: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether a figure and that of the year before are neither of one file nor of one known release."""
    both = (at[:, 1:] >= 0) & (at[:, :-1] >= 0)
    same = np.zeros_like(both)
    known = [name for name in ("sha256", "vintage") if name in rows.columns]
    for name in known:
        code = np.append(np.where(rows[name] == "", -1, pd.factorize(rows[name])[0]), -1)[at]
        same |= (code[:, 1:] == code[:, :-1]) & (code[:, 1:] >= 0)
    return both & ~same if known else np.zeros_like(both)
