"""One area beside others, and one period beside an earlier one: faster or slower by how many points, falls included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
    VintageMismatchError,
)
from songyuan_analysis.methods.bands import carry
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.frames import (
    SERIES,
    Refusals,
    places,
    printed,
    require_columns,
    result,
    settle,
)
from songyuan_analysis.methods.pairing import Keyed, joined, month_numbers, picked, series_codes, texts_at
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.methods.ranking import NEEDED, Vintages

RATES = ("yoy", "mom", "two_year_average")
_NOISE = 1e-9

# How one rate stands to another, in words for sentences: {name} is whom or when it is compared with, {points} the
# difference without sign. Falls have words of their own: a fall that is smaller is 降幅收窄, not 增速加快.
ACROSS: Mapping[str, str] = {
    "faster": "增速快于{name}{points}个百分点",
    "slower": "增速慢于{name}{points}个百分点",
    "smaller_fall": "降幅小于{name}{points}个百分点",
    "larger_fall": "降幅大于{name}{points}个百分点",
    "up_while_down": "比{name}高{points}个百分点",
    "down_while_up": "比{name}低{points}个百分点",
    "same": "与{name}持平",
}
OVER_TIME: Mapping[str, str] = {
    "faster": "增速比{name}加快{points}个百分点",
    "slower": "增速比{name}回落{points}个百分点",
    "smaller_fall": "降幅比{name}收窄{points}个百分点",
    "larger_fall": "降幅比{name}扩大{points}个百分点",
    "up_while_down": "由{name}的下降转为增长，提高{points}个百分点",
    "down_while_up": "由{name}的增长转为下降，回落{points}个百分点",
    "same": "与{name}持平",
}


def points(own: Any, other: Any) -> Any:
    """Return a rate less another, in percentage points; works on floats and on arrays."""
    return own - other


def compare(own: Datum, other: Datum) -> Interval:
    """Return how many percentage points faster one area's rate is than another's; negative is slower.

    Formula: ``g_own − g_other``. A fall can be faster: −8.0 against −10.9 is 2.9 faster. Source: half-year reports of
    prefectures that print 快于全省 beside falls.

    Raises
    ------
    ComparabilityError
        One of its kinds if indicator, measure, months, price base, scope, unit or vintage (see
        `ranking.stages`) differ, or the measure is no rate.
    """
    both = f"{own.said} 与 {other.said}"
    place = {"file": own.file, "sheet": own.sheet, "cell": own.cell}
    remedy = "换成同一指标、时期、口径和版次的两个增速。"
    if own.measure not in RATES or (own.indicator, own.measure) != (other.indicator, other.measure):
        raise ComparabilityError(f"{both} 不是同一指标的两个增速。", **place, remedy=remedy)
    grounds = (
        (
            AccumulationMismatchError,
            "时期",
            (own.period_start, own.period_end),
            (other.period_start, other.period_end),
        ),
        (UnitMismatchError, "单位", own.unit_measure, other.unit_measure),
        (PriceBaseMismatchError, "价格口径", own.price_base, other.price_base),
        (ScopeMismatchError, "统计口径", own.scope, other.scope),
        (VintageMismatchError, "核实程度", _stage(own.obs_status), _stage(other.obs_status)),
    )
    for kind, name, one, another in grounds:
        if one != another:
            raise kind(f"{both} 的{name}不同。", **place, remedy=remedy)
    if own.vintage and other.vintage and own.vintage[:4] != other.vintage[:4]:
        raise VintageMismatchError(f"{both} 不是同一年公布的。", **place, remedy=remedy)
    return propagate(lambda a, b: float(points(a, b)), own.interval, other.interval)


def rate_behind(own: Interval, ahead: Interval) -> Interval:
    """Return the rate of the other area from one's own and the published lead (快于全省…个百分点), in %.

    Formula: ``g_own − lead``; a lead behind is negative. Source: as `compare` (−8.0, 2.9 faster: −10.9).
    """
    return propagate(lambda a, d: float(points(a, d)), own, ahead)


def movement(own: float, other: float) -> str:
    """Name how a rate stands to another: a key of `ACROSS` and `OVER_TIME`.

    >>> movement(-8.0, -10.9), movement(3.6, 1.9), movement(-0.7, 0.2)
    ('smaller_fall', 'faster', 'down_while_up')
    """
    return str(movements(np.array([own]), np.array([other]))[0])


def movements(own: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.object_]:
    """Name how rates stand to others, row by row; "" where one is missing. Zero counts as growth beside growth."""
    gap = points(own, other)
    # Numbers first and words last: arrays of texts are slow to choose among.
    names = np.array(
        ["slower", "faster", "larger_fall", "smaller_fall", "down_while_up", "up_while_down", "same", ""],
        object,
    )
    more = gap > 0
    growing, falling = (own >= 0) & (other >= 0), (own <= 0) & (other <= 0)
    kind = np.where(growing, 0, np.where(falling, 2, 4)) + more
    found = np.where(np.isnan(gap), 7, np.where(np.abs(gap) < _NOISE, 6, kind))
    return names[found]


def comparisons(
    observations: pd.DataFrame,
    own: str,
    others: Sequence[str] | None = None,
    *,
    vintages: Vintages = "refuse",
    refusals: Refusals = "mark",
) -> pd.DataFrame:
    """Set the rates of one area beside those of others, for every indicator and period at once.

    Formula: ``g_own − g_other`` in percentage points. Only rates (`RATES`) are compared. A counterpart is of the same
    indicator, measure and months; where it has another price base, scope or unit, or another vintage (see
    `ranking.stages`), the row is refused. Where an area has no figure its row is missing and says so.

    Parameters
    ----------
    observations : DataFrame
        Observations, one figure for each area, series and period.
    own : str
        Code of the area.
    others : sequence of str, optional
        Codes of the areas beside it (``"220000"`` the province, ``"100000"`` the nation); all others of the frame
        without it.
    vintages : {"refuse", "note"}
    refusals : {"raise", "mark"}

    Returns
    -------
    DataFrame
        Columns of `frames.RESULT` with measure ``gap``, then ``other_area``, ``own_value``, ``other_value`` and
        ``movement`` (a key of `ACROSS`); one row for each figure of `own` and each other area.
    """
    require_columns(observations, NEEDED)
    rates = observations[observations["obs_value"].notna() & observations["measure"].isin(RATES)]
    rates = rates.reset_index(drop=True)
    wanted = list(others) if others is not None else sorted(set(rates["ref_area"].dropna()) - {own})
    mine = rates[rates["ref_area"] == own]
    rows = mine.merge(pd.DataFrame({"other_area": wanted}), how="cross")
    beside = rows.assign(ref_area=rows["other_area"])
    wide = ("ref_area", "indicator", "measure", "period_start", "period_end")
    near, exact = (
        _find(rates, beside, keys) for keys in (wide, (*wide, "price_base", "scope", "unit_measure"))
    )
    lone = near.there & ~exact.there
    refusal, comment = (np.full(len(rows), "", object) for _ in range(2))
    comment[~near.there] = "没有该地区同期的数"
    for name, kind, words in _GROUNDS:
        differ = lone & (texts_at(rates[name].to_numpy(object), near) != rows[name].to_numpy(object))
        refusal[differ], comment[differ] = kind.rule, f"两地区的{words}不同"
    late = _other_vintage(rows, rates, exact.at) & exact.there
    comment[late] = "两地区的数不是同一版次"
    if vintages == "refuse":
        refusal[late] = VintageMismatchError.rule
    refusal[exact.doubled], comment[exact.doubled] = ComparabilityError.rule, "该地区有两个数，不能取舍"
    own_band, other_band = printed(rows), picked(printed(rates), exact)
    filled = result(
        rows,
        carry(points, own_band, other_band).where(refusal == ""),
        method="comparisons",
        sources=pd.Series(joined(_cells(rows), texts_at(_cells(rates), exact)), rows.index),
        refusal=pd.Series(refusal, rows.index),
        comment=pd.Series(comment, rows.index),
        measure="gap",
        unit="个百分点",
        unit_measure="PP",
        unit_mult=0,
    )
    filled["other_area"] = rows["other_area"]
    filled["own_value"], filled["other_value"] = own_band.mid, other_band.mid
    filled["movement"] = np.where(refusal == "", movements(own_band.mid, other_band.mid), "")
    return settle(filled, refusals)


def rate_changes(
    observations: pd.DataFrame, *, months: int = 12, refusals: Refusals = "mark"
) -> pd.DataFrame:
    """Return how rates have changed since an earlier period: faster, slower, a fall that widens or narrows.

    Formula: ``g_now − g_before`` in percentage points. The earlier period is the same months `months` earlier; a
    January accumulation has as counterpart the accumulation to the month so many earlier (January to September
    beside January to June: ``months=3``). A missing period is missing, never bridged; price base and scope belong to
    the series.

    Returns
    -------
    DataFrame
        Columns of `frames.RESULT` with measure ``gap``, then ``value``, ``before`` and ``movement`` (a key of
        `OVER_TIME`); one row for each rate.
    """
    require_columns(observations, NEEDED)
    rows = observations[observations["obs_value"].notna() & observations["measure"].isin(RATES)]
    start, end = (month_numbers(rows[name]) for name in ("period_start", "period_end"))
    cumulative = (start % 12 == 0) & (end // 12 == start // 12)
    back = np.where(cumulative, (end - months) // 12 * 12, start - months)
    codes = series_codes(rows, (*SERIES, "unit_measure")) * 10_000_000_000
    found = Keyed(codes + start * 100_000 + end, rows).find(codes + back * 100_000 + end - months)
    now = printed(rows)
    before = picked(now, found)
    comment = np.where(found.there, "", "没有前一期的数")
    filled = result(
        rows,
        carry(points, now, before),
        method="rate_changes",
        sources=pd.Series(joined(_cells(rows), texts_at(_cells(rows), found)), rows.index),
        refusal=pd.Series(np.where(found.doubled, ComparabilityError.rule, ""), rows.index),
        comment=pd.Series(np.where(found.doubled, "前一期有两个不同的数，不能取舍", comment), rows.index),
        measure="gap",
        unit="个百分点",
        unit_measure="PP",
        unit_mult=0,
    )
    filled["value"], filled["before"] = now.mid, before.mid
    filled["movement"] = movements(now.mid, before.mid)
    return settle(filled, refusals)


_GROUNDS = (
    ("unit_measure", UnitMismatchError, "单位"),
    ("scope", ScopeMismatchError, "统计口径"),
    ("price_base", PriceBaseMismatchError, "价格口径"),
)


def _find(rates: pd.DataFrame, wanted: pd.DataFrame, keys: Sequence[str]) -> Any:
    codes = series_codes(rates, keys, wanted)
    return Keyed(codes[: len(rates)], rates).find(codes[len(rates) :])


def _cells(rows: pd.DataFrame) -> NDArray[np.object_]:
    return places(rows).to_numpy(object)


def _stage(status: str) -> str:
    return "A" if status in {"", "P"} else status


def _other_vintage(rows: pd.DataFrame, rates: pd.DataFrame, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say row by row whether the two figures are differently verified, or known to be released in different years."""
    differ = np.zeros(len(rows), np.bool_)
    if rates.empty:
        return differ
    if "obs_status" in rows.columns:
        same = {"P": "A", "": "A"}
        one, other = (frame["obs_status"].replace(same).to_numpy(object) for frame in (rows, rates))
        differ |= one != other[at]
    if "vintage" in rows.columns:
        one, other = (frame["vintage"].str[:4].to_numpy(object) for frame in (rows, rates))
        differ |= (one != other[at]) & (one != "") & (other[at] != "")
    return differ
