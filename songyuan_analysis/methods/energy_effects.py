"""Why energy use changed: activity, structure and intensity, or any factors, as frames. The formulas are LMDI-I."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from songyuan_analysis.errors import (
    ComparabilityError,
    UnitMismatchError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.addresses import addresses, copied
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, aligned, codes, dense, said_codes
from songyuan_analysis.methods.decomposition import Kind, effects
from songyuan_analysis.methods.effect_bounds import effect_bands
from songyuan_analysis.methods.frames import RESULT, Refusals, require_columns, result, settle
from songyuan_analysis.methods.grounds import in_base_unit
from songyuan_analysis.methods.matching import Pool, tens
from songyuan_analysis.methods.pairs import NEEDED, Pairs, meet, rows_like, says
from songyuan_analysis.methods.reasons import Reasons

FACTORS = ("activity", "structure", "intensity")
_METHOD = "decompose_use"
_UNITS = {"TCE": "吨标准煤", "KWH": "千瓦时"}


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
    labels = [pd.factorize(table[name], use_na_sentinel=False)[0].astype(np.int64) for name in by]
    series, _ = dense([np.zeros(len(table), np.int64), *labels], sort=True)
    years = pd.to_numeric(table[year], errors="coerce").to_numpy(np.float64)
    if np.isnan(years).any() or (years % 1 != 0).any():
        raise UsageError("年份不是整数。", remedy="年份写成 2023、2024。")
    first = int(years.min())
    at = _laid_out(series, years.astype(np.int64) - first, pd.factorize(table[sector])[0].astype(np.int64))
    columns = [table[name].to_numpy(np.float64, na_value=np.nan) for name in factors]
    before, after = (np.moveaxis(np.stack(side), 0, -1) for side in _steps(columns, at))
    found = effects(before, after, kind)
    whole = [part.prod(-1).sum(-1) for part in (before, after)]
    with np.errstate(all="ignore"):
        totals = whole[1] - whole[0] if kind == "additive" else whole[1] / whole[0]
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
        with a year before, and effect; in the base unit (吨标准煤, 千瓦时), or as ratios. no numbers within the
        print leave ``low`` and ``high`` (see `effect_bounds`).

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
        If a sector uses energy without output, a sector is missing in one of the years, or has two different numbers in
        one; equal ones are one.
    """
    require_columns(observations, [*NEEDED, "period_start", "period_end", "unit_measure", "unit_mult"])
    indicator, words = codes(observations["indicator"])
    of_use, of_output = (
        aligned(indicator, words, [pair[side] for pair in sectors.values()]) for side in (0, 1)
    )
    level = says(observations, "measure", "level")
    use, output = (np.flatnonzero(level & (sector >= 0)) for sector in (of_use, of_output))
    if not len(use):
        empty = result(observations.head(0), Bands.exact(np.empty(0)), method=_METHOD)
        return empty.assign(effect=pd.Series(dtype="str"))[[*RESULT, "effect"]]
    key = np.where(of_output < 0, of_use, of_output)
    pairs = meet(observations, use, output, price_base="comparable", key=key)
    area, start, end = pairs.place
    if min(int(start.min()), int(end.min())) < 0:
        raise UsageError("有的数没有起止月份，排不出年份。", remedy="补上 period_start 与 period_end。")
    labels = [pd.factorize(part)[0].astype(np.int64) for part in (area, start % 12, end - start)]
    labels.insert(1, codes(observations["scope"].take(use))[0])
    series, _ = dense(labels, sort=True)
    sector = pd.factorize(of_use[use])[0].astype(np.int64)
    year = end // 12 - int(end.min()) // 12
    pool = Pool(series, year, sector)
    if pool.twins:
        clash = pool.clashes(in_base_unit(observations.take(use)))
        pairs.said.put(clash, ComparabilityError, "同一部门同一年有几个不同的数，先选定一个版次")
    at = _laid_out(series, year, sector, np.flatnonzero(pool.first_of_equals()))
    # A power of ten that nobody named is none: of 亿元 it would be wrong by eight.
    power = pd.to_numeric(observations["unit_mult"]).to_numpy(np.float64, na_value=np.nan)
    inputs = []
    for band, rows in ((pairs.first, use), (pairs.second, pairs.partner)):
        scale = np.where(pairs.usable, tens(power[rows]), np.nan)
        inputs += [part * scale for part in (band.low, band.mid, band.high)]
    before, after = _steps(inputs, at)
    said = _refused(pairs, at, before, after)
    sides = [Bands(*side[k : k + 3]) for side in (before, after) for k in (0, 3)]
    values = effect_bands(sides[0], sides[1], sides[2], sides[3], kind)
    n_steps = at.shape[1] - 1
    step = np.flatnonzero(((at[:, 1:].max(-1) >= 0) & (at[:, :-1].max(-1) >= 0)).ravel())
    own = [part.reshape(-1, 3)[step].ravel() for part in (values.low, values.mid, values.high)]
    said = said.of(step)
    said.say(np.isnan(own[1][::3]), None, "总产出为零，或印出的精度不够，分解没有界")
    said = said.of(np.arange(len(step)).repeat(3))
    bands = Bands(*own).where(~said.refused)
    one, year = np.divmod(step, max(n_steps, 1))
    rows = use[at[one, year + 1].max(-1)].repeat(3)
    unit_mult = {"unit_mult": 0, "indicator": total, "price_base": "comparable"}
    like = rows_like(observations, rows, unit_mult).reset_index(drop=True)
    cells = [at[one, year + later, k] for later in (1, 0) for k in range(at.shape[2])]
    partner = np.append(pairs.partner, UNKNOWN)
    places = [side[cell] for cell in cells for side in (np.append(use, UNKNOWN), partner)]
    sources = addresses(observations, *places)
    found = result(
        like, bands, method=_METHOD, sources=copied(sources, 3),
        refusal=said.refusal(like.index), comment=said.reason(like.index),
        measure="change" if kind == "additive" else "ratio",
        unit=like["unit_measure"].map(_UNITS).fillna("") if kind == "additive" else "倍", **unit_mult,
    )  # fmt: skip
    found["effect"] = np.tile(np.asarray(FACTORS, object), len(step))
    return settle(found, refusals)


def _laid_out(series: Ints, year: Ints, sector: Ints, rows: Ints | None = None) -> Ints:
    """Lay rows (some of them) out by series, year and sector, each counted from 0; `UNKNOWN` where there is none.

    Sectors lie apart in memory: sums over a short last axis are slow.
    """
    shape = tuple(int(part.max()) + 1 for part in (sector, series, year))
    place = np.ravel_multi_index((sector, series, year), shape)
    at = np.full(int(np.prod(shape)), UNKNOWN, np.int64)
    rows = np.arange(len(place)) if rows is None else rows
    at[place[rows]] = rows
    if (at[place[rows]] != rows).any():
        raise UsageError(
            "同一序列、同一年份、同一部门有几个数。", remedy="先选定一个版次，或用 by 区分序列。"
        )
    return np.moveaxis(at.reshape(shape), 0, -1)


def _steps(columns: Sequence[Array], at: Ints) -> tuple[list[Array], list[Array]]:
    """Return columns before and after each step; sectors that a series has at neither time are nothing."""
    cubes = [np.append(column, np.nan)[at] for column in columns]
    before, after = [cube[:, :-1] for cube in cubes], [cube[:, 1:] for cube in cubes]
    absent = (at[:, :-1] < 0) & (at[:, 1:] < 0)
    absent &= ~absent.all(-1, keepdims=True)
    if absent.any():
        before, after = ([np.where(absent, 0.0, part) for part in side] for side in (before, after))
    return before, after


def _refused(pairs: Pairs, at: Ints, before: Sequence[Array], after: Sequence[Array]) -> Reasons:
    """Return what is said of each series and step."""
    said = Reasons(at.shape[0] * (at.shape[1] - 1))

    def refuse(where: Flags, kind: type[ComparabilityError], why: str) -> None:
        said.say(where.ravel(), kind, why)

    now, then = at[:, 1:], at[:, :-1]
    own = np.append(np.where(pairs.said.refused, pairs.said.found, 0), 0)
    said.rules, said.texts = [*pairs.said.rules], [*pairs.said.texts]
    for k in range(at.shape[2]):
        for end in (now, then):
            said.found = np.where(said.found == 0, own[end[..., k]].ravel(), said.found)
    there0, there1 = then >= 0, now >= 0
    gap = (
        (there0 != there1)
        | (np.isnan(before[1] + before[4]) & there0)
        | (np.isnan(after[1] + after[4]) & there1)
    )
    refuse(np.asarray(gap.any(-1)), ComparabilityError, "有部门缺数，不能分解")
    for why, found in (
        ("有部门用能而没有产出", [(side[4] <= 0) & (side[1] != 0) for side in (before, after)]),
        ("有部门的数是负数", [(side[4] < 0) | (side[1] < 0) for side in (before, after)]),
    ):
        refuse(np.asarray((found[0] | found[1]).any(-1)), ComparabilityError, why)
    unit, words = codes(pairs.frame["unit_measure"])
    if len(words) > 1:
        unit = np.append(unit[pairs.rows], UNKNOWN)
        units = [unit[end[..., k]] for k in range(at.shape[2]) for end in (then, now)]
        one = np.maximum.reduce(units)
        mixed = np.logical_or.reduce([(own >= 0) & (own != one) for own in units])
        refuse(np.asarray(mixed), UnitMismatchError, "各部门用能的单位不同类")
    families = [
        said_codes(pairs.frame[name]) for name in ("sha256", "vintage") if name in pairs.frame.columns
    ]
    if families and not any(code[0] >= 0 and (code == code[0]).all() for code in families):
        for rows in (np.append(pairs.rows, UNKNOWN), np.append(pairs.partner, UNKNOWN)):
            other = (rows[then] >= 0) & (rows[now] >= 0)
            for code in families:
                other &= (code[rows[then]] != code[rows[now]]) | (code[rows[now]] < 0)
            refuse(np.asarray(other.any(-1)), VintageMismatchError, "两年的数出自不同版次")
    return said
