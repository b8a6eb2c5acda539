"""What follows from growth of several rows: averages over years and back, price changes, differences in points."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, UsageError, VintageMismatchError
from songyuan_analysis.methods.addresses import both_places, with_cells
from songyuan_analysis.methods.bands import Bands, carry, either
from songyuan_analysis.methods.codes import UNKNOWN, Ints, aligned, codes, worded
from songyuan_analysis.methods.frames import Refusals, class_of, places, require_columns, result, settle
from songyuan_analysis.methods.grounds import NEEDED, Levels, level_rows
from songyuan_analysis.methods.growth import (
    DEFLATOR_RANGE,
    earlier_rate,
    growth,
    price_change,
    yearly_average,
)
from songyuan_analysis.methods.matching import Pool, at, kept, taken
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.observations.breaks import Break

_FLOOR = "增速低到 -100%，算不出平均"
_BEYOND = (
    f"由两年总量推出的价格变动超出可信范围（{DEFLATOR_RANGE[0]:g}%至{DEFLATOR_RANGE[1]:g}%），"
    "两年总量之间可能有断点或换了版次"
)
_TWO = "同一时期有两个不同的数，先选定一个版次"


def average_growths(
    observations: pd.DataFrame, *, years: int = 2, refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Return the average of published yearly growth over the last years of each period, in %.

    Formula: ``(∏(1 + g))^(1/n) − 1``; for n = 2 this is 两年平均增速. Source: NBS on the first quarter of 2021. Growth
    of each year was published on its own ground, so the years may come from several vintages: use the finally
    verified one of each (for 2021, 2.2 and 8.1 make the published 5.1; the preliminary 2.3 does not).

    Parameters
    ----------
    observations : DataFrame
        Growth (``yoy``), one vintage of each figure.
    years : int
    refusals : {"raise", "mark"}
        See `frames.settle`.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`; ``measure`` is ``two_year_average`` for two years, else ``average``. A period
        without all its years is missing.

    Raises
    ------
    ComparabilityError
        For growth of −100 %, and for two different rates of one period.
    """
    if not isinstance(years, int) or years < 1:
        raise UsageError(f"年数 {years} 不成立。", remedy="年数是整数，至少为 1。")
    rates = Levels(level_rows(observations, "yoy"))
    pool, said, product = _pool(rates), Reasons(len(rates)), _factor(rates.values)
    clash = pool.clashes(rates.values)
    said.say(clash, ComparabilityError, _TWO)
    said.say(product.low <= 0, ComparabilityError, _FLOOR)
    sources = places(rates.frame)
    for year in range(1, years):
        rows = _at(pool, rates, 12 * year)
        said.say(rows < 0, None, f"缺{year}年前的增速")
        said.say((rows >= 0) & clash[rows], ComparabilityError, _TWO)
        factor = taken(_factor(rates.values), rows)
        said.say(factor.low <= 0, ComparabilityError, _FLOOR)
        product = carry(lambda a, b: a * b, product, factor)
        sources = with_cells(sources, rates.frame, rows)
    values = carry(lambda f: yearly_average(f, years), product).where(said.nothing)
    measure = "two_year_average" if years == 2 else "average"
    found = _framed(rates, values, said, "average_growths", sources, measure=measure)
    return settle(found, refusals)


def earlier_growths(observations: pd.DataFrame, *, refusals: Refusals = "raise") -> pd.DataFrame:
    """Return the growth of the year before, from published two-year averages and growth, in %.

    Formula: ``(1 + average)² / (1 + growth) − 1``, the way back of `average_growths`. Source: NBS on the first quarter
    of 2021 (5.0 and 18.3 give the published −6.8 of 2020).

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`: ``yoy`` of the year before each two-year average.
    """
    means = Levels(level_rows(observations, "two_year_average"))
    rates = Levels(level_rows(observations, "yoy"))
    rows = _match(rates, means)
    said, later = Reasons(len(means)), taken(rates.values, rows)
    said.say(rows < 0, None, "缺同期增速")
    clash = _pool(rates).clashes(rates.values)
    if clash.any():
        said.say((rows >= 0) & clash[rows], ComparabilityError, _TWO)
    said.say((later.low <= -100) | (means.values.low <= -100), ComparabilityError, _FLOOR)
    values = carry(earlier_rate, means.values, later).where(said.nothing)
    sources = with_cells(places(means.frame), rates.frame, rows)
    found = _framed(means, values, said, "earlier_growths", sources, measure="yoy", years_back=1)
    return settle(found, refusals)


def implied_deflators(
    observations: pd.DataFrame, *, breaks: Iterable[Break] = (), refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Return the price change that nominal and comparable growth of one thing imply, in %.

    Formula: ``(1 + n) / (1 + r) − 1``, never ``n − r``. Source: definition. Nominal growth is the published one where
    there is one, else `growth.growth` of the current-price levels with all its refusals.

    Parameters
    ----------
    observations : DataFrame
        Comparable growth (``yoy``), with nominal growth or the current-price levels of both years.
    breaks : iterable of Break, optional
        Known breaks of the series (`songyuan_analysis.observations.breaks.load_breaks` reads the register). Without
        them only a break that is too great for prices is found, see below; a smaller one goes into the deflator.
    refusals : {"raise", "mark"}
        See `frames.settle`.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`, one row for each comparable rate, ``measure`` ``deflator``.

    Raises
    ------
    ComparabilityError
        The kind that refused the levels; also for growth of −100 %.
    VintageMismatchError
        If divided levels give prices that surely lie beyond `growth.DEFLATOR_RANGE`: the levels stand on other grounds.
    """
    real, stated = (Levels(level_rows(observations, "yoy", price)) for price in ("comparable", "nominal"))
    computed = growth(observations, breaks=breaks, refusals="mark")
    computed = kept(computed, (computed["price_base"] == "nominal").to_numpy(bool))
    refused = computed[computed["refusal"] != ""]
    own = Levels(kept(computed, computed["obs_value"].notna().to_numpy(bool)))
    printed_row, own_row = _match(stated, real, prices=False), _match(own, real, prices=False)
    by_print = printed_row >= 0
    unsure = [
        (row >= 0)
        & Pool(them.areas, them.indicators, them.scopes, them.end, them.span).clashes(them.values)[row]
        for them, row in ((stated, printed_row), (own, np.where(by_print, UNKNOWN, own_row)))
        if len(them)
    ]
    nominal = either(taken(stated.values, printed_row), taken(own.values, own_row), by_print)
    said = Reasons(len(real))
    if len(refused):
        turned_down = Levels(refused)
        row = np.where(by_print | (own_row >= 0), UNKNOWN, _match(turned_down, real, prices=False))
        for rule in refused["refusal"].unique():
            hit = (refused["refusal"] == rule).to_numpy(bool)
            said.say((row >= 0) & hit[row], class_of(rule), "名义增速由两年总量算不出：不可相除")
    for one in unsure:
        said.say(one, ComparabilityError, _TWO)
    said.say(np.isnan(nominal.mid), None, "缺名义增速")
    said.say((nominal.low <= -100) | (real.values.low <= -100), ComparabilityError, _FLOOR)
    values = carry(price_change, nominal, real.values)
    least, most = DEFLATOR_RANGE
    said.say(~by_print & ((values.high < least) | (values.low > most)), VintageMismatchError, _BEYOND)
    values = values.where(said.nothing)
    sources = places(real.frame)
    sources = with_cells(
        with_cells(sources, stated.frame, printed_row), own.frame, np.where(by_print, UNKNOWN, own_row)
    )
    found = _framed(real, values, said, "implied_deflators", sources, measure="deflator")
    return settle(found, refusals)


def points(
    observations: pd.DataFrame,
    *,
    years: int = 1,
    against: str | None = None,
    refusals: Refusals = "raise",
) -> pd.DataFrame:
    """Return how many percentage points rates and shares lie above those of an earlier year, or of another area.

    Formula: ``a − b``, rounded to the digits of the more precise of the two, so that 5.3 − 5.0 is 0.3. Source: bulletins,
    which count differences of percentages in 个百分点. A fall may lie above a deeper fall (−8.0 against −10.9).

    Parameters
    ----------
    observations : DataFrame
        Figures in %, of any measure.
    years : int
        How many years before the other figure lies.
    against : str, optional
        The area of the other figure, for the same period; in place of an earlier year.
    refusals : {"raise", "mark"}
        See `frames.settle`.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`, ``measure`` ``change``, in 个百分点. Figures that are no percentages are left aside.

    Raises
    ------
    ComparabilityError
        For two different figures of one period.
    """
    require_columns(observations, NEEDED)
    rows = observations[observations["unit_measure"] == "PT"]
    named = [level_rows(rows, measure) for measure in rows["measure"].unique() if measure]
    rates = Levels(pd.concat(named) if named else level_rows(rows))
    measures, _words = pd.factorize(rates.frame["measure"])
    own = [
        measures.astype(np.int64),
        rates.areas,
        rates.indicators,
        rates.prices,
        rates.scopes,
        rates.end,
        rates.span,
    ]
    pool, back = Pool(*own), 0 if against else 12 * years
    area = rates.areas
    if against:
        place = rates.area_words.index(against) if against in rates.area_words else UNKNOWN
        area = np.full(len(rates), place, np.int64)
    found, depth = pool.find(
        own[0], area, *own[2:5], np.where(rates.end < 0, UNKNOWN, rates.end - back), rates.span
    )
    other = np.where(depth == len(own), found, UNKNOWN)
    said, clash = Reasons(len(rates)), pool.clashes(rates.values)
    said.say(other < 0, None, "没有可比的数")
    said.say(clash | ((other >= 0) & clash[other]) if clash.any() else clash, ComparabilityError, _TWO)
    values = carry(lambda a, b: a - b, rates.values, taken(rates.values, other)).where(said.nothing)
    if "decimals" in rates.frame:
        digits = rates.frame["decimals"].to_numpy(np.float64, na_value=np.nan)
        digits = np.maximum(digits, at(digits, other))
        scale = 10.0 ** np.nan_to_num(digits)
        mid = np.where(np.isnan(digits), values.mid, np.round(values.mid * scale) / scale)
        values = Bands(values.low, mid, values.high)
    sources = both_places(rates.frame, other)
    kept_rows = np.ones(len(rates), bool) if against is None else rates.areas != area
    frame = _framed(
        rates,
        values,
        said,
        "points",
        sources,
        measure="change",
        unit="个百分点",
        unit_measure="PT",
        unit_mult=0,
    )
    return settle(kept(frame, kept_rows), refusals)


def _factor(values: Bands) -> Bands:
    return Bands(1 + values.low / 100, 1 + values.mid / 100, 1 + values.high / 100)


def _pool(rates: Levels) -> Pool:
    return Pool(rates.areas, rates.indicators, rates.prices, rates.scopes, rates.end, rates.span)


def _at(pool: Pool, rates: Levels, back: int) -> Ints:
    end = np.where(rates.end < 0, UNKNOWN, rates.end - back)
    rows, depth = pool.find(rates.areas, rates.indicators, rates.prices, rates.scopes, end, rates.span)
    return np.where(depth == 6, rows, UNKNOWN)


def _match(there: Levels, here: Levels, *, prices: bool = True) -> Ints:
    own = [there.areas, there.indicators, there.scopes, there.end, there.span]
    asked = [
        aligned(here.areas, here.area_words, there.area_words),
        aligned(here.indicators, here.indicator_words, there.indicator_words),
        aligned(here.scopes, here.scope_words, there.scope_words),
        here.end,
        here.span,
    ]
    if prices:
        own.append(there.prices)
        asked.append(aligned(here.prices, here.price_words, there.price_words))
    rows, depth = Pool(*own).find(*asked)
    return np.where(depth == len(own), rows, UNKNOWN)


def _framed(
    rates: Levels,
    values: Bands,
    said: Reasons,
    method: str,
    sources: pd.Series,
    *,
    years_back: int = 0,
    **columns: object,
) -> pd.DataFrame:
    index = rates.frame.index
    if years_back:
        columns |= {
            name: _years_before(rates.frame[name], years_back)
            for name in ("time_period", "period_start", "period_end")
            if name in rates.frame
        }
    return result(
        rates.frame,
        values,
        method=method,
        sources=sources,
        refusal=said.refusal(index),
        comment=said.reason(index),
        **columns,
    )


def _years_before(texts: pd.Series, years: int) -> pd.Series:
    """Move texts of periods back by years; every group of four digits is a year."""
    found, words = codes(texts)
    moved = pd.Series(words, dtype="str").str.replace(
        r"\d{4}", lambda year: f"{int(year[0]) - years:04d}", regex=True
    )
    return worded(found, moved.tolist(), texts.index)
