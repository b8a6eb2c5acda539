"""Changes of intensity over several years: compounded as the statistics office does, or added as newspapers do.

A span is complete or it is refused: a missing year is never bridged, and years of another scope never fill it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import ComparabilityError, ScopeMismatchError, UsageError, VintageMismatchError
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.frames import NO_REFUSAL, SERIES, Refusals, places, printed, result, settle
from songyuan_analysis.methods.pairs import addresses, listed, months_of, numbered, rows_of, taken

How: TypeAlias = Literal["compound", "additive_press"]
_NO_SCOPE = [name for name in SERIES if name != "scope"]


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
    found = span.finished(Bands(*ends), "required_change", refusals, period=(until + 1, last))
    told = found["obs_value"].notna().to_numpy()
    words = [f"全期目标{target:+g}%，其后每年需{rate:+.2f}%" for rate in yearly[told]]
    found.loc[told, "comment_obs"] = words
    return found


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
    stated = rows_of(observations, indicator, "change")
    whole = ["period_start", "period_end"]
    if months_of(stated) != whole:
        return result(stated.head(0), Bands.exact(np.empty(0)), method="press_sums")
    start, end = (stated[name].str[:4].to_numpy(np.int64) for name in whole)
    years = (stated["period_start"].str[5:] == "01") & (stated["period_end"].str[5:] == "12") & (end > start)
    stated = stated[years.to_numpy() & stated["obs_value"].notna().to_numpy()]
    yearly = _yearly(observations, indicator)
    if stated.empty or yearly.empty:
        return result(stated.head(0), Bands.exact(np.empty(0)), method="press_sums")
    start, end = (stated[name].str[:4].to_numpy(np.int64) for name in whole)
    keys = ["ref_area", "scope"]
    codes, size = numbered(pd.concat([stated[keys], yearly[keys]], ignore_index=True), keys)
    base = min(int(start.min()), int(yearly["_year"].min()))
    width = max(int(end.max()), int(yearly["_year"].max())) - base + 1
    table = np.full((size, width), -1, np.intp)
    cells = codes[len(stated) :], yearly["_year"].to_numpy() - base
    table[cells] = np.arange(len(yearly))
    band = printed(yearly)
    two_values = band.mid != band.mid[table[cells]]
    table[cells[0][two_values], cells[1][two_values]] = -1  # nobody knows which of them was added
    added = [np.zeros(len(stated)) for _ in range(3)]
    chained = [np.ones(len(stated)) for _ in range(3)]
    for step in range(int((end - start).max()) + 1):
        inside = start + step <= end
        at = table[codes[: len(stated)], np.minimum(start + step - base, width - 1)]
        for k, part in enumerate((band.low, band.mid, band.high)):
            own = np.where(inside, np.where(at >= 0, part[at], np.nan), 0.0)
            added[k] += own
            chained[k] *= 1 + own / 100
    said = printed(stated)
    as_sum = (said.low <= added[2]) & (added[0] <= said.high)
    as_product = (said.low <= 100 * (chained[2] - 1)) & (100 * (chained[0] - 1) <= said.high)
    found = as_sum & ~as_product
    words = [
        f"与逐年相加的{total:.2f}%相符；连乘应为{100 * (product - 1):.2f}%"
        for total, product in zip(added[1][found], chained[1][found], strict=True)
    ]
    rows = stated[found]
    comment = pd.Series(words, index=rows.index, dtype="str")
    print_of = Bands(said.low[found], said.mid[found], said.high[found])
    return result(rows, print_of, method="press_sums", sources=places(rows), comment=comment)


class _Span:
    """Yearly changes laid out by series and year."""

    def __init__(self, observations: pd.DataFrame, indicator: str, first: int, last: int) -> None:
        if last < first:
            raise UsageError(f"{first} 至 {last} 不是一段年份。", remedy="先写起始年，再写终止年。")
        self.first, self.last = first, last
        rows = _yearly(observations, indicator)
        self.rows = rows[(rows["_year"] >= first) & (rows["_year"] <= last)]
        codes, _ = numbered(self.rows, SERIES)
        series, kept = pd.factorize(codes)
        year = self.rows["_year"].to_numpy() - first
        self.at = np.full((last - first + 1, len(kept)), -1, np.intp)
        self.at[year[::-1], series[::-1]] = np.arange(len(year))[::-1]
        self.band = printed(self.rows)
        other = self.band.mid != self.band.mid[self.at[year, series]]
        self.twice = np.zeros(len(kept), np.bool_)
        self.twice[series[other]] = True
        self.like = self.rows.take(self.at.max(axis=0)) if len(kept) else self.rows.head(0)

    def _columns(self) -> Iterator[list[Array]]:
        """Yield low, mid and high of one year after the other; NaN where a series has no figure."""
        for at in self.at:
            yield [
                np.where(at >= 0, part[at], np.nan) for part in (self.band.low, self.band.mid, self.band.high)
            ]

    def chained(self) -> Bands:
        parts = [np.ones(self.at.shape[1]) for _ in range(3)]
        for year in self._columns():
            parts = [total * (1 + part / 100) for total, part in zip(parts, year, strict=True)]
        return Bands(*(100 * (part - 1) for part in parts))

    def added(self) -> Bands:
        parts = [np.zeros(self.at.shape[1]) for _ in range(3)]
        for year in self._columns():
            parts = [total + part for total, part in zip(parts, year, strict=True)]
        return Bands(*parts)

    def finished(
        self, values: Bands, method: str, refusals: Refusals, period: tuple[int, int] | None = None
    ) -> pd.DataFrame:
        refusal, comment = self._refused()
        if (refusal != NO_REFUSAL).any():
            values = values.where((refusal == NO_REFUSAL).to_numpy())
        own = addresses(self.rows)
        sources = listed(self.like.index, [taken(own, at) for at in self.at])
        start, end = period or (self.first, self.last)
        found = result(
            self.like, values, method=method, sources=sources, refusal=refusal, comment=comment, measure="change",
            time_period=f"{start}-01/{end}-12", period_start=f"{start}-01", period_end=f"{end}-12", cumulative=False,
            unit="%", unit_measure="PT", unit_mult=0,
        )  # fmt: skip
        return settle(found.reset_index(drop=True), refusals)

    def _refused(self) -> tuple[pd.Series, pd.Series]:
        refusal = pd.Series(NO_REFUSAL, index=self.like.index, dtype="str")
        comment = pd.Series("", index=self.like.index, dtype="str")
        missing = self.at < 0
        short: NDArray[np.bool_] = np.asarray(missing.any(axis=0))
        if short.any():
            words = pd.Series("", index=self.like.index, dtype="str")
            for year, gone in zip(range(self.first, self.last + 1), missing, strict=True):
                words = words + np.where(gone, np.where(words == "", f"{year}", f"、{year}"), "")
            area, kept = pd.factorize(numbered(self.like, _NO_SCOPE)[0])
            filled = np.zeros((len(missing), len(kept)), np.bool_)
            for year, gone in enumerate(missing):
                filled[year, area[~gone]] = True
            elsewhere = short & np.asarray(filled.all(axis=0))[area]
            refusal[short], comment[short] = ComparabilityError.rule, "缺" + words[short] + "年的数，不能累计"
            refusal[elsewhere] = ScopeMismatchError.rule
            comment[elsewhere] = words[elsewhere] + "年只有别的口径的数，不同口径不能累计"
        low = (
            np.where(missing, 0.0, self.band.mid[self.at])
            if len(self.rows)
            else np.zeros_like(missing, float)
        )
        beyond: NDArray[np.bool_] = np.asarray((low <= -100).any(axis=0))
        refusal[beyond], comment[beyond] = ComparabilityError.rule, "有的年份降幅达到100%，不可能"
        refusal[self.twice], comment[self.twice] = VintageMismatchError.rule, "同一年有几个不同的数"
        return refusal, comment


def _yearly(observations: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Return the yearly changes that have a figure, with their year."""
    rows = rows_of(observations, indicator, "yoy")
    rows = rows[rows["obs_value"].notna()]
    if months_of(rows) == ["time_period"]:
        year = rows["time_period"].where(rows["time_period"].str.fullmatch(r"\d{4}"), "")
    else:
        start, end = rows["period_start"], rows["period_end"]
        whole = (start.str[5:] == "01") & (end.str[5:] == "12") & (start.str[:4] == end.str[:4])
        year = start.str[:4].where(whole, "")
    rows = rows[(year != "").to_numpy()]
    return rows.assign(_year=year[year != ""].astype(np.int64).to_numpy())
