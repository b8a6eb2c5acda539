"""Series in the prices of one year, chained from published growth: over breaks that levels do not bridge."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, UsageError
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.codes import UNKNOWN, Ints, aligned, month_texts, months, period_texts, worded
from songyuan_analysis.methods.frames import Refusals, joined, places, result, settle
from songyuan_analysis.methods.grounds import Levels, level_rows
from songyuan_analysis.methods.matching import Pool, kept, taken
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.sheets.periods import Period


def chain(growth: pd.Series[float] | Sequence[float], base: float = 100.0) -> pd.Series[float]:
    """Chain growth rates into an index that is ``base`` before the first of them.

    Formula: ``base · ∏(1 + g)``. It bridges breaks of levels, because each rate was computed on its own
    ground. Refuses a missing rate: a chain with a hole would say that nothing grew in that year.
    """
    rates = pd.Series(growth, dtype="float64")
    if rates.isna().any():
        holes = "、".join(str(item) for item in rates.index[rates.isna()])
        raise UsageError(
            f"增速序列在 {holes} 缺数，不能连乘。", remedy="补上缺的增速，或从缺口之后另起一段。"
        )
    return base * (1 + rates / 100).cumprod()


def chained_index(
    observations: pd.DataFrame,
    base_period: str,
    *,
    base: float | None = None,
    price_base: str = "comparable",
    refusals: Refusals = "raise",
) -> pd.DataFrame:
    """Return levels in the prices of a chosen year, from its level and published growth before and after it.

    Formula: ``L_t = L_b · ∏(1 + g)`` over the years after ``b`` up to ``t``, and ``L_b / ∏(1 + g)`` before it. Source:
    definition; growth at comparable prices is published year by year on its own ground, so that the chain crosses
    breaks and vintages which the levels do not. Our own series, never a published one: the levels that the bureau
    publishes at constant prices have other weights.

    Parameters
    ----------
    observations : DataFrame
        Growth (``yoy``, or ``index_py100``) and the levels of the base period, one vintage of each.
    base_period : str
        ``2020``, or ``2020-01/2020-06`` for a chain of first halves.
    base : float, optional
        Makes an index of this height in the base period; by default its published level is taken.
    price_base : str
        Which growth is chained; another than ``comparable`` gives no constant prices.
    refusals : {"raise", "mark"}
        See `frames.settle`.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`, sorted by series and period, one row for each year of growth and the year
        before the first. ``sources`` names the cell of the growth and that of the base level; the growth of the
        years between stands in the rows between. What lies beyond a missing year is missing.

    Raises
    ------
    UsageError
        If ``base_period`` is no period, or ``base`` not positive.
    ComparabilityError
        If the base period has two different levels, a year two different rates, or growth is −100 %.
    """
    period = Period.parse(base_period)
    if base is not None and not 0 < base < np.inf:
        raise UsageError(f"基期 = {base:g} 不成立。", remedy="基期的指数是正数，如 100。")
    rows = _growth_rows(observations, price_base, period)
    rates = Levels(rows)
    nodes = _Nodes(rates, period)
    said = Reasons(len(nodes))
    start_values, unit_rows, level_frame = _base(observations, nodes, period, base)
    clash = Pool(*nodes.key).clashes(rates.values)[nodes.row]
    said.say(clash, ComparabilityError, "同一时期有两个不同的增速，先选定一个版次")
    said.say(nodes.broken, ComparabilityError, "增速低到 -100%，不能连乘")
    said.say(nodes.base_node == UNKNOWN, None, "与基期之间缺增速，不能连乘")
    if base is None:
        said.say((unit_rows >= 0) & np.isnan(start_values.mid), ComparabilityError, "基期有两个不同的总量")
        said.say(unit_rows < 0, None, "缺基期的总量")
    values = nodes.chained(start_values).where(said.nothing)
    like = rows.iloc[nodes.row]
    index = pd.RangeIndex(len(nodes))
    own, grown = places(like).set_axis(index), nodes.has_rate
    sources = own.where(grown, "")
    unit: dict[str, object] = {
        "unit": f"{base_period}={base or 0:g}",
        "unit_measure": "INDEX",
        "unit_mult": 0,
    }
    if base is None and len(level_frame):
        there = level_frame.iloc[np.maximum(unit_rows, 0)].set_axis(index)
        unit = {name: there.get(name, "") for name in ("unit", "unit_measure", "unit_mult")}
        cell = places(level_frame).iloc[np.maximum(unit_rows, 0)].set_axis(index)
        cell = cell.where(unit_rows >= 0, "")
        both = (sources != "") & (cell != "")
        sources = joined([sources, cell], "；").where(both, joined([sources, cell], ""))
    result_frame = result(
        like.set_axis(index),
        values,
        method="chained_index",
        sources=sources,
        refusal=said.refusal(index),
        comment=_comment(said, index, f"{base_period}年价" if period.is_year else f"{base_period}价"),
        measure="level",
        time_period=nodes.texts(index, period),
        period_start=month_texts(nodes.end - rates.span[nodes.row], index),
        period_end=month_texts(nodes.end, index),
        **unit,
    )
    return settle(result_frame, refusals)


class _Nodes:
    """The years of all series in order: each year of growth, and one more before every unbroken run of them."""

    def __init__(self, rates: Levels, period: Period) -> None:
        self.rates = rates
        self.key = [rates.areas, rates.indicators, rates.scopes, rates.end]
        pool = Pool(*self.key)
        order = pool.order[pool.first_of_equals()[pool.order]]
        series = pd.factorize((rates.areas * 100_003 + rates.indicators) * 100_003 + rates.scopes)[0][order]
        end = rates.end[order]
        new = np.ones(len(order), bool)
        new[1:] = (series[1:] != series[:-1]) | (end[1:] != end[:-1] + 12)
        # A run of n years has n + 1 nodes; the first repeats the row of its first year, a year earlier.
        repeat = np.repeat(np.arange(len(order)), 1 + new)
        first = np.zeros(len(repeat), bool)
        first[np.flatnonzero(new) + np.arange(int(new.sum()))] = True
        self.row: Ints = order[repeat]
        self.end: Ints = end[repeat] - 12 * first
        self.has_rate = ~first
        self.run = np.cumsum(first) - 1
        factors = {}
        for name, part in zip("lmh", (rates.values.low, rates.values.mid, rates.values.high), strict=True):
            factors[name] = np.where(first, 1.0, 1 + part[self.row] / 100)
        self.products = pd.DataFrame(factors).groupby(self.run).cumprod()
        broken = np.zeros(int(self.run[-1]) + 1 if len(self.run) else 0, bool)
        broken[self.run[factors["l"] <= 0]] = True
        self.broken = broken[self.run]
        at_base = np.flatnonzero(self.end == period.end[0] * 12 + period.end[1] - 1)
        base_of_run = np.full(len(broken), UNKNOWN, np.int64)
        base_of_run[self.run[at_base]] = at_base
        self.base_node: Ints = base_of_run[self.run]

    def __len__(self) -> int:
        return len(self.row)

    def asked(self, levels: Levels) -> list[Ints]:
        """Return the series of each node in the codes of other rows."""
        own = self.rates
        return [
            aligned(own.areas, own.area_words, levels.area_words)[self.row],
            aligned(own.indicators, own.indicator_words, levels.indicator_words)[self.row],
            aligned(own.scopes, own.scope_words, levels.scope_words)[self.row],
        ]

    def chained(self, start: Bands) -> Bands:
        """Carry the base level along each run, forwards and backwards."""
        at = np.maximum(self.base_node, 0)
        with np.errstate(all="ignore"):
            low, mid, high = (
                column / column.take(at, mode="clip") if len(column) else column
                for column in (self.products[name].to_numpy() for name in "lmh")
            )
        # Before the base year a greater growth makes a smaller level, and so it does below zero.
        ends = [end * factor for end in _ends(start) for factor in (low, high)]
        return Bands(reduce(np.minimum, ends), start.mid * mid, reduce(np.maximum, ends))

    def texts(self, index: pd.Index, period: Period) -> pd.Series:
        """Return the period of each node, written as the base period is."""
        if period.cumulative:
            start = self.end - (period.months - 1)
            return joined([month_texts(start, index), month_texts(self.end, index)], "/")
        return period_texts(self.end - (period.months - 1), self.end, index)


def _ends(values: Bands) -> list[Array]:
    return [values.mid] if values.low is values.high else [values.low, values.high]


def _growth_rows(observations: pd.DataFrame, price_base: str, period: Period) -> pd.DataFrame:
    frames = [level_rows(observations, measure) for measure in ("yoy", "index_py100")]
    indices = frames[1]
    if len(indices):
        frames[1] = indices.assign(measure="yoy", obs_value=indices["obs_value"] - 100)
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    rows = pd.concat(filled) if len(filled) > 1 else filled[0]
    return _same_months(kept(rows, (rows["price_base"] == price_base).to_numpy(bool)), period)


def _same_months(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    start, end = months(rows["period_start"]), months(rows["period_end"])
    return kept(rows, (end >= 0) & (end % 12 == period.end[1] - 1) & (end - start == period.months - 1))


def _base(
    observations: pd.DataFrame, nodes: _Nodes, period: Period, base: float | None
) -> tuple[Bands, Ints, pd.DataFrame]:
    """Return the level of the base period for each node, the row that it stands in, and those rows."""
    nothing = np.full(len(nodes), UNKNOWN, np.int64)
    if base is not None:
        return Bands.exact(np.full(len(nodes), float(base))), nothing, observations.iloc[:0]
    rows = _same_months(level_rows(observations), period)
    # Levels at constant prices are in the prices of some other year, and growth does not say which.
    rows = kept(rows, (rows["price_base"] != "comparable").to_numpy(bool))
    end = months(rows["period_end"])
    rows = kept(rows, end == period.end[0] * 12 + period.end[1] - 1)
    if rows.empty:
        return Bands.exact(np.full(len(nodes), np.nan)), nothing, rows
    levels = Levels(rows)
    pool = Pool(levels.areas, levels.indicators, levels.scopes)
    clash = pool.clashes(levels.base_values())
    found, depth = pool.find(*nodes.asked(levels))
    found = np.where(depth == 3, found, UNKNOWN)
    return taken(levels.values.where(~clash), found), found, rows


def _comment(said: Reasons, index: pd.Index, price: str) -> pd.Series:
    said.say(said.nothing, None, price)
    reason = said.reason(index)
    return (
        reason if isinstance(reason, pd.Series) else worded(np.zeros(len(index), np.int64), [reason], index)
    )
