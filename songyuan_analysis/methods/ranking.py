"""The rank of an area among others: ties share a rank, who has no figure is named, and nothing unlike is ranked together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from songyuan_analysis.errors import (
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
    VintageMismatchError,
)
from songyuan_analysis.methods.addresses import listed_at
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.codes import coded, codes, earlier_spans, marked
from songyuan_analysis.methods.codes import months as month_numbers
from songyuan_analysis.methods.frames import (
    SERIES,
    Refusals,
    places,
    printed,
    require_columns,
    result,
    settle,
)
from songyuan_analysis.methods.groups import Groups, stage_codes
from songyuan_analysis.methods.matching import Pool, at, kept, powers, taken
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.methods.targets import wants_less
from songyuan_analysis.observations.catalogue import catalogue

Vintages: TypeAlias = Literal["refuse", "note"]
NEEDED = (*SERIES, "time_period", "period_start", "period_end", "obs_value", "unit_measure", "unit_mult")
_RULES = {
    "price_base": (PriceBaseMismatchError, "各地区的价格口径不同"),
    "scope": (ScopeMismatchError, "各地区的统计口径不同"),
    "unit_measure": (UnitMismatchError, "各地区的计量单位不同类"),
}
_TWICE_BEFORE = "前一期有两个不同的数，不能取舍"


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

    Rules: competition ranking. The smallest is first where the catalogue wants less of an indicator. Without `areas`
    those of each tier (nation, provinces, prefectures, counties) are ranked among themselves, and so are those that
    the catalogue does not know. Equal figures of one area are one. Refused: an area with different figures; a group
    whose figures differ in price base, scope or kind of unit, where each has an area that the other lacks; and one of
    different vintages (see `stages`). Growth has its precision: ``low`` and ``high`` are the best and the worst rank
    that the prints allow.

    Parameters
    ----------
    observations : DataFrame
        Observations, one figure for each area, series and period.
    areas : sequence of str, optional
        Who should be ranked, such as `prefectures`; without it all areas of one tier that have the indicator and
        measure in any period.
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
    wanted = ~np.isnan(observations["obs_value"].to_numpy(np.float64))
    wanted &= ~marked(observations["measure"], "rank".__eq__)
    if areas is not None:
        wanted &= marked(observations["ref_area"], set(areas).__contains__)
    rows = kept(observations, wanted)
    down = marked(rows["indicator"], wants_less) if ascending is None else np.full(len(rows), ascending)
    sign = np.where(down, -1.0, 1.0) * 10.0 ** powers(rows)
    value = printed(rows)
    ends = value.low * sign, value.high * sign
    value = Bands(np.minimum(*ends), value.mid * sign, np.maximum(*ends))
    groups = Groups(rows, value, tiered=areas is None)
    alone = groups.one == np.arange(len(rows))
    ranked = rank_bounds(value if alone.all() else value.where(alone), groups.number)
    found = ranked if alone.all() else taken(ranked, groups.one)
    said = Reasons(len(rows))
    said.say(groups.twice, ComparabilityError, "同一地区有两个数，不能取舍")
    for name, (kind, words) in _RULES.items():
        said.say(groups.torn_by(rows[name]), kind, words)
    for words, stage in stage_codes(rows):
        mixed = groups.several(stage)
        said.say(mixed, VintageMismatchError if vintages == "refuse" else None, words)
    present, absent = groups.areas_and_others(areas)
    filled = result(
        rows,
        found.where(~said.refused),
        method="ranks",
        sources=places(rows),
        refusal=said.refusal(rows.index),
        comment=said.reason(rows.index),
        measure="rank",
        unit="位",
        unit_measure="RANK",
        unit_mult=0,
    )
    filled["ranked"] = rows["measure"]
    filled["of"] = groups.size
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
    start, end = (month_numbers(ranked[name]) for name in ("period_start", "period_end"))
    series = coded(ranked, (*SERIES, "ranked"))
    pool = Pool(*series, start, end)
    found = pool.exact(*series, *earlier_spans(start, end, months))
    now = Bands(*(ranked[name].to_numpy(np.float64) for name in ("low", "obs_value", "high")))
    before = taken(now, found)
    change = Bands(before.low - now.high, before.mid - now.mid, before.high - now.low)
    among = codes(ranked["among"])[0]
    said = Reasons(len(ranked))
    said.say((found >= 0) & (at(among, found) != among), ComparabilityError, "前后两期参加排位的地区不同")
    said.say((found >= 0) & at(pool.contradicted(now.mid), found), ComparabilityError, _TWICE_BEFORE)
    said.say(found < 0, None, "没有前一期的位次")
    said.say(np.isnan(change.mid), None, "这一期或前一期没有位次")
    return settle(
        result(
            ranked,
            change.where(~said.refused),
            method="rank_changes",
            sources=listed_at(ranked["sources"], (np.arange(len(ranked)), found), ranked.index),
            refusal=said.refusal(ranked.index),
            comment=said.reason(ranked.index),
        ).assign(ranked=ranked["ranked"]),
        refusals,
    )
