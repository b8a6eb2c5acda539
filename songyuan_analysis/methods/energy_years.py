"""Changes of intensity over several years: compounded as the statistics office does, or added as newspapers do.

A span is complete or it is refused: a missing year is never bridged, and years of another scope never fill it.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, ScopeMismatchError, UsageError, VintageMismatchError
from songyuan_analysis.methods.addresses import addresses
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, codes, dense, months, said_codes
from songyuan_analysis.methods.frames import Refusals, result, settle
from songyuan_analysis.methods.pairs import bands_at, rows_like, rows_of
from songyuan_analysis.methods.reasons import Reasons

How: TypeAlias = Literal["compound", "additive_press"]
_SERIES = ("ref_area", "price_base", "scope")  # of one indicator and measure
_PERIOD = ("period_start", "period_end")
_YEAR = re.compile(r"\d{4}")


def multi_year_change(
    observations: pd.DataFrame,
    first: int,
    last: int,
    *,
    how: How = "compound",
    indicator: str = "energy_intensity",
    refusals: Refusals = "raise",
) -> pd.DataFrame:
    """Compute changes over several years from the published yearly ones.

    Formula: ``∏(1 + d) − 1``; with ``how="additive_press"`` the sum, kept to recognise such figures. Source: the official
    15.61 of 2006–2009; press figures of 2016 for the sum. Units: %.

    Parameters
    ----------
    observations : DataFrame
        Yearly changes; results of `energy.intensity_change` will do.
    first, last : int
        Years, both included.
    how : {"compound", "additive_press"}, optional
    indicator : str, optional
    refusals : {"raise", "mark"}

    Returns
    -------
    DataFrame
        One row for each series that has at least one figure in the span, with the columns `frames.RESULT`.

    Raises
    ------
    ScopeMismatchError
        If the span is complete only with years of another scope.
    VintageMismatchError
        If a year has several values in one series.
    ComparabilityError
        If a year is missing, or a change is not above −100 %.
    """
    if how not in {"compound", "additive_press"}:
        raise UsageError(f"“{how}”不是累计方法。", remedy="可用：compound、additive_press。")
    span = _Span(observations, indicator, first, last)
    values = span.chained() if how == "compound" else span.added()
    return span.finished(values, how if how == "additive_press" else "multi_year_change", refusals)


def required_change(
    observations: pd.DataFrame,
    target: float,
    first: int,
    last: int,
    *,
    until: int,
    indicator: str = "energy_intensity",
    refusals: Refusals = "raise",
) -> pd.DataFrame:
    """Compute the change that the years after `until` need to reach a target over the whole span.

    Formula: ``(1 + D) / ∏(1 + d) − 1``. Source: definition; with 15.61 of 20 done it is 5.20 and not 4.39. Units: %, for
    all remaining years together; the comment says what that is for each. Columns and refusals: see `multi_year_change`.

    Parameters
    ----------
    observations : DataFrame
    target : float
        Over the whole span, in %, negative for a fall; exact.
    first, last : int
        Years of the target.
    until : int
        The last year that is done.
    """
    if not first <= until < last:
        raise UsageError(f"{until} 不在 {first} 至 {last - 1} 之内。", remedy="写明已完成到哪一年。")
    span = _Span(observations, indicator, first, until)
    done = span.chained()
    with np.errstate(all="ignore"):
        ends = [100 * ((1 + target / 100) / (1 + part / 100) - 1) for part in (done.high, done.mid, done.low)]
        yearly = 100 * ((1 + ends[1] / 100) ** (1 / (last - until)) - 1)
    told = np.flatnonzero(span.said.nothing & np.isfinite(ends[1]))
    which, rates = pd.factorize(np.rint(100 * yearly[told]))
    words = [f"全期目标{target:+g}%，其后每年需{rate / 100:+.2f}%" for rate in rates.tolist()]
    span.said.say_each(told, None, which, words)
    return span.finished(Bands(*ends), "required_change", refusals, period=(until + 1, last))


def press_sums(observations: pd.DataFrame, *, indicator: str = "energy_intensity") -> pd.DataFrame:
    """Find published changes over several years that are sums of the yearly ones.

    A figure is found if its printed precision agrees with the sum and does not agree with the compounded change, both with
    the precision of the yearly figures. Source of the practice: press reports of 2015 and 2016 on 2011–2015.

    Returns
    -------
    DataFrame
        The stated figures that are found, with the columns `frames.RESULT`; ``low`` and ``high`` are those of their print,
        ``comment_obs`` tells both reckonings. Figures with a yearly figure missing cannot be judged and are left out.
    """
    (stated,) = rows_of(observations, "change", indicator)
    start, end, whole = _spans(observations, stated)
    told = ~np.isnan(observations["obs_value"].to_numpy(np.float64, na_value=np.nan)[stated])
    long = whole & (end > start) & told & (said_codes(observations["ref_area"])[stated] >= 0)
    stated, start, end = stated[long], start[long], end[long]
    rows, year = _yearly(observations, indicator)
    if not len(stated) or not len(rows):
        return result(observations.head(0), Bands.exact(np.empty(0)), method="press_sums")
    keys = observations[["ref_area", "scope"]].take(np.concatenate([stated, rows]))
    series, size = dense([codes(keys[name])[0] for name in keys])
    asked, own = np.split(series, [len(stated)])
    base = min(int(start.min()), int(year.min()))
    table = np.full((size, max(int(end.max()), int(year.max())) - base + 1), UNKNOWN, np.int64)
    table[own, year - base] = np.arange(len(rows))
    band = bands_at(observations, rows)
    two_values = band.mid != band.mid[table[own, year - base]]
    table[own[two_values], year[two_values] - base] = UNKNOWN  # nobody knows which of them was added
    added = [np.zeros(len(stated)) for _ in range(3)]
    chained = [np.ones(len(stated)) for _ in range(3)]
    for step in range(int((end - start).max()) + 1):
        at = table[asked, np.minimum(start + step - base, table.shape[1] - 1)]
        for k, part in enumerate((band.low, band.mid, band.high)):
            change = np.where(start + step <= end, np.where(at >= 0, part[at], np.nan), 0.0)
            added[k] += change
            chained[k] *= 1 + change / 100
    said = bands_at(observations, stated)
    as_sum = (said.low <= added[2]) & (added[0] <= said.high)
    as_product = (said.low <= 100 * (chained[2] - 1)) & (100 * (chained[0] - 1) <= said.high)
    found = np.flatnonzero(as_sum & ~as_product)
    words = [
        f"与逐年相加的{total:.2f}%相符；连乘应为{100 * (product - 1):.2f}%"
        for total, product in zip(added[1][found], chained[1][found], strict=True)
    ]
    like = rows_like(observations, stated[found])
    comment = pd.Series(words, index=like.index, dtype="str")
    print_of = Bands(said.low[found], said.mid[found], said.high[found])
    sources = addresses(observations, stated[found]).set_axis(like.index)
    return result(like, print_of, method="press_sums", sources=sources, comment=comment)


class _Span:
    """Yearly changes laid out by series and year, and what is to be said against compounding them."""

    def __init__(self, observations: pd.DataFrame, indicator: str, first: int, last: int) -> None:
        if last < first:
            raise UsageError(f"{first} 至 {last} 不是一段年份。", remedy="先写起始年，再写终止年。")
        self.frame, self.first, self.last = observations, first, last
        rows, year = _yearly(observations, indicator)
        inside = (year >= first) & (year <= last)
        if not inside.all():
            rows, year = rows[inside], year[inside]
        keys = observations[list(_SERIES)]
        keys = keys if len(rows) == len(keys) else keys.take(rows)
        labels = [codes(keys[name])[0] for name in _SERIES]
        series, size = dense(labels)
        place = (year - first) * size + series
        at = np.full((last - first + 1) * size, UNKNOWN, np.int64)
        at[place[::-1].copy()] = np.arange(len(rows) - 1, -1, -1)  # backwards: the first row of a place stays
        shape = last - first + 1, size
        self.missing: Flags = (at < 0).reshape(shape)
        band = bands_at(observations, rows)
        parts = [np.append(part, np.nan)[at] for part in (band.low, band.mid, band.high)]
        self.parts = [part.reshape(shape) for part in parts]
        self.at = np.append(rows, UNKNOWN)[at].reshape(shape)
        self.said = Reasons(size)
        twice = np.zeros(size, np.bool_)
        twice[series[band.mid != parts[1][place]]] = True
        self.said.say(twice, VintageMismatchError, "同一年有几个不同的数")
        beyond = np.asarray((self.parts[1] <= -100).any(axis=0))
        self.said.say(beyond, ComparabilityError, "有的年份降幅达到100%，不可能")
        if self.missing.any():
            places, _ = dense(labels[:-1])
            one_of = np.zeros(size, np.int64)
            one_of[series] = places
            self._say_gaps(one_of)

    def _say_gaps(self, place: Ints) -> None:
        """Refuse the series that lack years; `place` tells series apart by all but their scope."""
        short = np.flatnonzero(self.missing.any(axis=0))
        filled = np.zeros((len(self.missing), int(place.max()) + 1), np.bool_)
        for year, gone in enumerate(self.missing):
            filled[year, place[~gone]] = True
        elsewhere = np.asarray(filled.all(axis=0))[place[short]]
        pattern, size = dense(list(self.missing[:, short].astype(np.int64)))
        one_of = np.zeros(size, np.int64)
        one_of[pattern] = short
        years = [
            "、".join(str(self.first + k) for k in np.flatnonzero(self.missing[:, series]))
            for series in one_of
        ]
        other = [f"{text}年只有别的口径的数，不同口径不能累计" for text in years]
        self.said.say_each(short[elsewhere], ScopeMismatchError, pattern[elsewhere], other)
        self.said.say_each(
            short, ComparabilityError, pattern, [f"缺{text}年的数，不能累计" for text in years]
        )

    def chained(self) -> Bands:
        return Bands(*(100 * (np.prod(1 + part / 100, axis=0) - 1) for part in self.parts))

    def added(self) -> Bands:
        return Bands(*(part.sum(axis=0) for part in self.parts))

    def finished(
        self, values: Bands, method: str, refusals: Refusals, period: tuple[int, int] | None = None
    ) -> pd.DataFrame:
        refused = self.said.refused
        if refused.any():
            values = values.where(~refused)
        start, end = period or (self.first, self.last)
        columns = {
            "measure": "change", "time_period": f"{start}-01/{end}-12", "period_start": f"{start}-01",
            "period_end": f"{end}-12", "cumulative": False, "unit": "%", "unit_measure": "PT", "unit_mult": 0,
        }  # fmt: skip
        like = rows_like(self.frame, self.at.max(axis=0), columns).reset_index(drop=True)
        found = result(
            like, values, method=method, sources=addresses(self.frame, *self.at),
            refusal=self.said.refusal(like.index), comment=self.said.reason(like.index), **columns,
        )  # fmt: skip
        return settle(found, refusals)


def _spans(observations: pd.DataFrame, rows: Ints) -> tuple[Ints, Ints, Flags]:
    """Return the first and the last year of figures, and whether they span whole years."""
    named = [name for name in _PERIOD if name in observations.columns]
    texts = observations[named if len(named) == len(_PERIOD) else ["time_period"]]
    texts = texts if len(rows) == len(texts) else texts.take(rows)
    coded = [codes(texts[name]) for name in texts]
    if len(coded) == 1:
        years = [int(word) if _YEAR.fullmatch(word) else UNKNOWN for word in coded[0][1]]
        year = np.array(years or [UNKNOWN], np.int64)[coded[0][0]]
        return year, year, year >= 0
    found, whole = [], np.ones(len(rows), np.bool_)
    for (code, words), month in zip(coded, (0, 11), strict=True):
        number = months(pd.Series([*words, ""], dtype="str"))  # a word each, instead of a row each
        found.append((number // 12)[code])
        whole &= ((number >= 0) & (number % 12 == month))[code]
    return found[0], found[1], whole


def _yearly(observations: pd.DataFrame, indicator: str) -> tuple[Ints, Ints]:
    """Return the positions of the yearly changes that have a figure, and their years."""
    (rows,) = rows_of(observations, "yoy", indicator)
    start, end, whole = _spans(observations, rows)
    whole &= start == end
    whole &= ~np.isnan(observations["obs_value"].to_numpy(np.float64, na_value=np.nan)[rows])
    return (rows, start) if whole.all() else (rows[whole], start[whole])
