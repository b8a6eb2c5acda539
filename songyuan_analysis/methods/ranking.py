"""The rank of an area among others: ties share a rank, who has no figure is named, and nothing unlike is ranked together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from songyuan_analysis.errors import (
    CatalogueError,
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
    VintageMismatchError,
)
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.frames import SERIES, Refusals, places, require_columns, result, settle
from songyuan_analysis.methods.pairing import (
    Keyed,
    in_base_unit,
    joined,
    month_numbers,
    picked,
    series_codes,
    texts_at,
)
from songyuan_analysis.methods.targets import wants_less
from songyuan_analysis.observations.catalogue import area, catalogue

Vintages: TypeAlias = Literal["refuse", "note"]
NEEDED = (*SERIES, "time_period", "period_start", "period_end", "obs_value", "unit_measure", "unit_mult")
_GROUP = ("indicator", "measure", "period_start", "period_end")
_ALIKE = ("price_base", "scope", "unit_measure")
_RULES = {
    "price_base": (PriceBaseMismatchError.rule, "各地区的价格口径不同"),
    "scope": (ScopeMismatchError.rule, "各地区的统计口径不同"),
    "unit_measure": (UnitMismatchError.rule, "各地区的计量单位不同类"),
}


def competition_rank(values: ArrayLike, groups: ArrayLike | None = None, *, ascending: bool = False) -> Array:
    """Return ranks as competitions give them: 1, 2, 2, 4; missing figures have none.

    Formula: one more than the number of better figures of the group. Source: definition.

    Parameters
    ----------
    values : array_like
        Figures; NaN is unranked.
    groups : array_like, optional
        Which group each belongs to; one group without it.
    ascending : bool
        Whether the smallest is the first (energy intensity).

    Examples
    --------
    >>> competition_rank([5.0, 6.1, 5.0, 4.2]).tolist()
    [2.0, 1.0, 2.0, 4.0]
    """
    number = np.asarray(values, np.float64)
    group = _numbered(groups, len(number))
    return _places(group, np.round(-number if not ascending else number, 9))


def rank_bounds(values: Bands, groups: ArrayLike | None = None, *, ascending: bool = False) -> Bands:
    """Return ranks with what precision leaves open: the best and the worst that the prints allow.

    Formula: low is one more than the number of figures that are surely better (their whole interval beyond one's
    own), high one more than those that may be better. Two printed 5.0 share a rank, and may stand either way.

    Parameters
    ----------
    values : Bands
    groups, ascending
        See `competition_rank`.
    """
    sign = -1.0 if not ascending else 1.0
    best, mid, worst = (np.round(x * sign, 9) for x in (values.low, values.mid, values.high))
    best, worst = np.minimum(best, worst), np.maximum(best, worst)
    group = _numbered(groups, len(mid))
    known = ~np.isnan(mid)
    ranks = [np.full(len(mid), np.nan) for _ in range(3)]
    if known.any():
        own_group, own_best, own_worst = group[known], best[known], worst[known]
        exact = own_best == own_worst
        # A printed figure may be anything up to, but not at, the far end of its interval; an exact one is itself.
        surely = np.where(
            exact,
            _below(own_group, own_best, own_worst, side="left"),
            _below(own_group, own_best, own_worst, side="right"),
        )
        maybe = _below(own_group, own_worst, own_best, side="left") - ~exact
        ranks[0][known], ranks[2][known] = surely + 1.0, maybe + 1.0
    ranks[1] = _places(group, mid)
    return Bands(*ranks)


def _numbered(groups: ArrayLike | None, length: int) -> NDArray[np.int64]:
    if groups is None:
        return np.zeros(length, np.int64)
    return pd.factorize(np.asarray(groups))[0].astype(np.int64)


def _places(group: NDArray[np.int64], key: Array) -> Array:
    """Return one more than the number of smaller keys of the same group."""
    order = np.lexsort((key, group))
    sorted_key, sorted_group = key[order], group[order]
    at = np.arange(len(key))
    new_group = np.r_[True, sorted_group[1:] != sorted_group[:-1]][: len(key)]
    new_value = new_group | np.r_[True, sorted_key[1:] != sorted_key[:-1]][: len(key)]
    first_of_group = np.maximum.accumulate(np.where(new_group, at, 0))
    first_of_value = np.maximum.accumulate(np.where(new_value, at, 0))
    ranks = np.empty(len(key))
    ranks[order] = first_of_value - first_of_group + 1.0
    ranks[np.isnan(key)] = np.nan
    return ranks


def _below(
    group: NDArray[np.int64], edge: Array, others: Array, *, side: Literal["left", "right"]
) -> NDArray[np.int64]:
    """Count, for each edge, the others of its group that lie below it; ``right`` counts those at it too."""
    both = np.concatenate([edge, others])
    at_edge = np.zeros(len(both), np.int8)
    at_edge[: len(edge)] = 0 if side == "left" else 2
    at_edge[len(edge) :] = 1
    order = np.lexsort((at_edge, both, np.concatenate([group, group])))
    is_other = order >= len(edge)
    running = np.cumsum(is_other)
    groups = np.concatenate([group, group])[order]
    start = np.r_[True, groups[1:] != groups[:-1]]
    before = np.maximum.accumulate(np.where(start, running - is_other, 0))
    counts = np.empty(len(both), np.int64)
    counts[order] = running - before
    return counts[: len(edge)]


def prefectures(province: str = "220000", month: str = "") -> tuple[str, ...]:
    """Return the codes of a province's prefectures, as they belonged to it in a month (``2024-12``) if one is given."""
    return tuple(
        one.code
        for one in catalogue().areas.values()
        if one.level == "prefecture" and (one.parent_in(month) if month else one.parent) == province
    )


def ranks(
    observations: pd.DataFrame,
    areas: Sequence[str] | None = None,
    *,
    ascending: bool | None = None,
    vintages: Vintages = "refuse",
    refusals: Refusals = "mark",
) -> pd.DataFrame:
    """Rank areas by level, growth or any other measure, for every indicator and period at once.

    Rules: competition ranking. The smallest is first where the catalogue wants less of an indicator. Refused: a
    group whose figures differ in price base, scope or kind of unit, where each has an area that the other lacks; and
    one of different vintages (see `stages`). Growth has its precision: ``low`` and ``high`` are the best and the worst
    rank that the prints allow.

    Parameters
    ----------
    observations : DataFrame
        Observations, one figure for each area, series and period.
    areas : sequence of str, optional
        Who should be ranked; all areas of the frame that have the indicator and measure in any period without it.
    ascending : bool, optional
        Whether the smallest is first; the catalogue decides without it.
    vintages : {"refuse", "note"}
        Whether different vintages are refused or only named.
    refusals : {"raise", "mark"}
        See `songyuan_analysis.methods.frames.settle`.

    Returns
    -------
    DataFrame
        Columns of `frames.RESULT` with measure ``rank`` and unit ``位``, then ``ranked`` (the measure that was ranked),
        ``of`` (how many areas have a rank), ``absent`` (names of those without figure, joined by ``、``) and ``among``
        (codes of those with one). Rows are those of `observations` of these areas that have a figure.
    """
    require_columns(observations, NEEDED)
    rows = observations[observations["obs_value"].notna() & (observations["measure"] != "rank")]
    if areas is not None:
        rows = rows[rows["ref_area"].isin(list(areas))]
    group = series_codes(rows, (*_GROUP, *_ALIKE))
    rows = rows.assign(_group=group)
    down = _downward(rows["indicator"]) if ascending is None else np.full(len(rows), ascending)
    values, sign = in_base_unit(rows), np.where(down, -1.0, 1.0)
    ends = values.low * sign, values.high * sign
    turned = Bands(np.minimum(*ends), values.mid * sign, np.maximum(*ends))
    found = rank_bounds(turned, group)
    present, absent = _present_and_absent(rows, areas)
    refusal, comment = _unlike(rows)
    size = np.bincount(group)[group] if len(group) else group
    twice = size > _many(group, pd.factorize(rows["ref_area"])[0])
    refusal[twice], comment[twice] = ComparabilityError.rule, "同一地区有两个数，不能取舍"
    for mixed, words in stages(rows, group):
        comment[mixed & (refusal == "")] = words
        if vintages == "refuse":
            refusal[mixed & (refusal == "")] = VintageMismatchError.rule
    filled = result(
        rows,
        found.where(refusal == ""),
        method="ranks",
        sources=places(rows),
        refusal=pd.Series(refusal, rows.index),
        comment=pd.Series(comment, rows.index),
        measure="rank",
        unit="位",
        unit_measure="RANK",
        unit_mult=0,
    )
    filled["ranked"] = rows["measure"]
    filled["of"] = size
    filled["absent"], filled["among"] = absent, present
    return settle(filled, refusals)


def rank_changes(ranked: pd.DataFrame, *, months: int = 12, refusals: Refusals = "mark") -> pd.DataFrame:
    """Return how many places areas have moved up since the same months of an earlier time.

    Formula: earlier rank less rank: positive is up. A missing earlier period is missing. Refused where the areas that
    have a rank are not the same ones: the ninth of nine is not the eighth of eight.

    Parameters
    ----------
    ranked : DataFrame
        What `ranks` returned.
    months : int
        How far back; 12 is the year before.
    refusals : {"raise", "mark"}

    Returns
    -------
    DataFrame
        Columns of `frames.RESULT` with measure ``rank``, unit ``位``, and ``ranked``; rows as in `ranked`.
    """
    keys = (*SERIES, "ranked")
    start, end = (month_numbers(ranked[name]) for name in ("period_start", "period_end"))
    # A January accumulation has its counterpart in the January of the earlier end's year.
    cumulative = (start % 12 == 0) & (end // 12 == start // 12)
    back = np.where(cumulative, (end - months) // 12 * 12, start - months)
    codes = series_codes(ranked, keys) * 10_000_000_000
    past = Keyed(codes + start * 100_000 + end, ranked)
    found = past.find(codes + back * 100_000 + end - months)
    now = Bands(*(ranked[name].to_numpy(np.float64) for name in ("low", "obs_value", "high")))
    before = picked(now, found)
    change = Bands(before.low - now.high, before.mid - now.mid, before.high - now.low)
    among = ranked["among"].to_numpy(object)
    differ = found.there & (texts_at(among, found) != among)
    refusal = np.where(differ, ComparabilityError.rule, "").astype(object)
    lacking = np.where(found.there, "这一期或前一期没有位次", "没有前一期的位次")
    comment = np.where(differ, "前后两期参加排位的地区不同", np.where(np.isnan(change.mid), lacking, ""))
    cells = ranked["sources"].to_numpy(object)
    return settle(
        result(
            ranked,
            change.where(~differ),
            method="rank_changes",
            sources=pd.Series(joined(cells, texts_at(cells, found)), ranked.index),
            refusal=pd.Series(refusal, ranked.index),
            comment=pd.Series(comment, ranked.index),
        ).assign(ranked=ranked["ranked"]),
        refusals,
    )


def stages(rows: pd.DataFrame, group: NDArray[np.int64]) -> list[tuple[NDArray[np.bool_], str]]:
    """Find groups whose figures are of different vintages.

    Rules: first figures (P, or no status named), estimates (E), revised (R) and finally verified ones (F) are not
    mixed; nor are figures that were released in different years, where the years are known.

    Returns
    -------
    list of (mask, words)
    """
    found = []
    if "obs_status" in rows.columns:
        status = rows["obs_status"].replace({"P": "A", "": "A"})
        several = _several(status, group)
        found.append((several, "各地区的数核实程度不同（初步、修订、最终核实）"))
    if "vintage" in rows.columns:
        year = rows["vintage"].str[:4].where(rows["vintage"] != "")
        several = _several(year, group)
        found.append((several, "各地区的数不是同一年公布的"))
    return found


def _downward(codes: pd.Series) -> NDArray[np.bool_]:
    numbers, names = pd.factorize(codes)
    return np.array([wants_less(str(name)) for name in names] + [False], np.bool_)[numbers]


def _present_and_absent(rows: pd.DataFrame, areas: Sequence[str] | None) -> tuple[pd.Series, pd.Series]:
    """Return codes of the ranked areas and names of the others, for every row; one text for each set of areas."""
    # Sets of areas are told apart by the sum of one random number for each area: few sets, many groups.
    codes, _ = pd.factorize(rows["ref_area"])
    marks = np.random.default_rng(0).integers(-(2**62), 2**62, int(codes.max(initial=0)) + 1)
    group = rows["_group"].to_numpy()
    total = pd.Series(marks[codes]).groupby(group).transform("sum").to_numpy()
    sets = series_codes(rows.assign(_set=total), ("indicator", "measure", "_set"))
    firsts = pd.Series(group).groupby(sets).first()
    example = rows[rows["_group"].isin(firsts)].groupby("_group")["ref_area"].agg(set)
    kinds = series_codes(rows, ("indicator", "measure"))
    pool = pd.Series(rows["ref_area"].to_numpy()).groupby(kinds).agg(set)
    kind_of = pd.Series(kinds).groupby(sets).first()
    present: dict[int, str] = {}
    absent: dict[int, str] = {}
    for number, first, kind in zip(firsts.index, firsts, kind_of, strict=True):
        here = set(example.loc[first])
        wanted = set(pool.loc[kind] if areas is None else areas)
        present[int(number)] = "、".join(sorted(here))
        absent[int(number)] = "、".join(_name(code) for code in sorted(wanted - here))
    numbers = pd.Series(sets, rows.index)
    return numbers.map(present), numbers.map(absent)


def _name(code: str) -> str:
    try:
        return area(code).name_zh
    except CatalogueError:
        return code


def _unlike(rows: pd.DataFrame) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Refuse a group that lacks an area whose figure stands beside it on another ground."""
    refusal, comment = (np.full(len(rows), "", object) for _ in range(2))
    wide = series_codes(rows, _GROUP)
    areas = pd.factorize(rows["ref_area"])[0]
    everyone, here = (_many(group, areas) for group in (wide, rows["_group"].to_numpy(np.int64)))
    torn = here < everyone
    for name in reversed(_ALIKE):
        several = torn & _several(rows[name], wide)
        refusal[several], comment[several] = _RULES[name]
    return refusal, comment


def _several(values: pd.Series, group: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say row by row whether its group has more than one value; missing ones do not count."""
    codes = pd.Series(pd.factorize(values)[0]).astype("float64").replace(-1.0, np.nan)
    by_group = codes.groupby(group)
    least, most = by_group.transform("min").to_numpy(), by_group.transform("max").to_numpy()
    return np.asarray(least < most, np.bool_)


def _many(group: NDArray[np.int64], areas: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return row by row how many different areas its group has."""
    width = int(areas.max(initial=0)) + 1
    groups = np.unique(group * width + areas) // width
    return np.bincount(groups, minlength=int(group.max(initial=0)) + 1)[group].astype(np.int64)
