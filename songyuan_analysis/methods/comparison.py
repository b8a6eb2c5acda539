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
from songyuan_analysis.methods.bands import Array, carry
from songyuan_analysis.methods.codes import UNKNOWN, Ints, coded, codes, earlier_spans, marked, worded
from songyuan_analysis.methods.codes import months as month_numbers
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.frames import (
    RESULT,
    SERIES,
    Refusals,
    printed,
    require_columns,
    result,
    settle,
)
from songyuan_analysis.methods.groups import stage_codes
from songyuan_analysis.methods.matching import Pool, at, kept, taken
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.methods.ranking import NEEDED, Vintages
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.methods.selection import cells_at

RATES = ("yoy", "mom", "two_year_average")
_NOISE = 1e-9
_GAP: Mapping[str, Any] = {"measure": "gap", "unit": "个百分点", "unit_measure": "PP", "unit_mult": 0}

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
    return np.array(_MOVEMENTS, object)[_movements(own, other)]


_MOVEMENTS = (
    "slower", "faster", "larger_fall", "smaller_fall", "down_while_up", "up_while_down", "same", "",
)  # fmt: skip


def _movements(own: Array, other: Array) -> Ints:
    gap = points(own, other)
    found: Ints = (gap > 0).astype(np.int64)
    falling = (own < 0) | (other < 0)
    if falling.any():
        found += np.where(falling, np.where((own <= 0) & (other <= 0), 2, 4), 0)
    found[np.abs(gap) < _NOISE] = 6
    found[np.isnan(gap)] = 7
    return found


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
    rates = _rates(observations)
    areas, names = codes(rates["ref_area"])
    wanted = list(others) if others is not None else sorted(set(names) - {own, ""})
    mine = np.flatnonzero(areas == (names.index(own) if own in names else UNKNOWN))
    place = {name: number for number, name in enumerate(names)}
    asked_areas = np.array([place.get(name, UNKNOWN) for name in wanted], np.int64)
    # Asked area by area, as most frames stand, and answered row by row.
    turned = np.arange(len(wanted) * len(mine)).reshape(len(wanted), len(mine)).T.ravel()
    like, beside = np.repeat(mine, len(wanted)), np.repeat(asked_areas, len(mine))
    wide = [areas, *coded(rates, ("indicator", "measure")), *_months(rates)]
    narrow = coded(rates, ("price_base", "scope", "unit_measure"))

    def find(pool: Pool, parts: Sequence[Ints]) -> Ints:
        return pool.exact(beside, *(np.tile(part[mine], len(wanted)) for part in parts))[turned]

    pool = Pool(*wide, *narrow)
    exact = find(pool, [*wide[1:], *narrow])
    near = exact if exact.min(initial=0) >= 0 else find(Pool(*wide), wide[1:])
    doubled = pool.contradicted(rates["obs_value"].to_numpy(np.float64))
    said = Reasons(len(like))
    if doubled.any():
        said.say((exact >= 0) & at(doubled, exact), ComparabilityError, "该地区有两个数，不能取舍")
    for _, stage in stage_codes(rates):
        one, other = stage[like], at(stage, exact)
        late = (exact >= 0) & (one != other) & (one >= 0) & (other >= 0)
        said.say(late, VintageMismatchError if vintages == "refuse" else None, "两地区的数不是同一版次")
    lone = (near >= 0) & (exact < 0)
    for part, (kind, words) in zip(narrow, _GROUNDS, strict=True):
        if lone.any():
            said.say(lone & (part[like] != at(part, near)), kind, f"两地区的{words}不同")
    said.say(near < 0, None, "没有该地区同期的数")
    # The measure and its unit are the gap's own: texts that nobody shows are not taken.
    columns = [name for name in RESULT if name in rates.columns and name not in _GAP]
    rows = rates[columns].take(like).reset_index(drop=True)
    now = printed(rates)
    own_band, other_band = taken(now, like), taken(now, exact)
    if doubled.any():
        other_band = other_band.where((exact < 0) | ~at(doubled, exact))
    refusal = said.refusal(rows.index)
    good = ~said.refused
    filled = result(
        rows,
        carry(points, own_band, other_band).where(good),
        method="comparisons",
        sources=cells_at(rates, (like, exact), rows.index),
        refusal=refusal,
        comment=said.reason(rows.index),
        **_GAP,
    )
    filled["other_area"] = worded(np.tile(np.arange(len(wanted)), len(mine)), wanted, rows.index)
    filled["own_value"], filled["other_value"] = own_band.mid, other_band.mid
    moved = np.where(good, _movements(own_band.mid, other_band.mid), 7)
    filled["movement"] = worded(moved, _MOVEMENTS, rows.index)
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
    rows = _rates(observations)
    start, end = _months(rows)
    series = coded(rows, (*SERIES, "unit_measure"))
    pool = Pool(*series, start, end)
    found = pool.exact(*series, *earlier_spans(start, end, months))
    now = printed(rows)
    before = taken(now, found)
    said = Reasons(len(rows))
    doubled = pool.contradicted(now.mid)
    if doubled.any():
        clash = (found >= 0) & at(doubled, found)
        said.say(clash, ComparabilityError, "前一期有两个不同的数，不能取舍")
        before = before.where(~clash)
    said.say(found < 0, None, "没有前一期的数")
    filled = result(
        rows,
        carry(points, now, before),
        method="rate_changes",
        sources=cells_at(rows, (np.arange(len(rows)), found), rows.index),
        refusal=said.refusal(rows.index),
        comment=said.reason(rows.index),
        **_GAP,
    )
    filled["value"], filled["before"] = now.mid, before.mid
    filled["movement"] = worded(_movements(now.mid, before.mid), _MOVEMENTS, rows.index)
    return settle(filled, refusals)


# In the order of the columns that they belong to, the gravest first: prices, scope, unit.
_GROUNDS = (
    (PriceBaseMismatchError, "价格口径"),
    (ScopeMismatchError, "统计口径"),
    (UnitMismatchError, "单位"),
)


def _rates(observations: pd.DataFrame) -> pd.DataFrame:
    there = ~np.isnan(observations["obs_value"].to_numpy(np.float64))
    return kept(observations, there & marked(observations["measure"], RATES.__contains__))


def _months(rows: pd.DataFrame) -> tuple[Ints, Ints]:
    return month_numbers(rows["period_start"]), month_numbers(rows["period_end"])


def _stage(status: str) -> str:
    return "A" if status in {"", "P"} else status
