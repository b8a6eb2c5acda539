"""Two figures of one area and one period side by side: energy and GDP, a level and its change.

The first side keeps all its rows; each finds its partner on the second side or says why there is none. A partner that
is not there is a gap; one that is there on other ground (another scope, other prices, a second value) is a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from songyuan_analysis.errors import (
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    VintageMismatchError,
)
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.frames import (
    NO_REFUSAL,
    RESULT,
    Refusals,
    printed,
    require_columns,
    result,
    settle,
)

NEEDED = ("ref_area", "indicator", "measure", "price_base", "scope", "time_period", "obs_value")
_FULL = "全口径或未注明"


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The rows of the first side, and for each what was found on the second.

    Attributes
    ----------
    rows : DataFrame
        Rows of the first side.
    first, second : Bands
        Figures of both sides with their precision; the second is missing where it has no partner.
    found_at : ndarray of int
        Positions of the partners among the rows of the second side; −1 for none.
    sources, refusal, comment : Series of str
        As in a frame of results.
    """

    rows: pd.DataFrame
    first: Bands
    second: Bands
    found_at: NDArray[np.intp]
    sources: pd.Series
    refusal: pd.Series
    comment: pd.Series

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Which rows have a partner on the same ground."""
        return (self.refusal == NO_REFUSAL).to_numpy() & (self.found_at >= 0)

    def partners(self, column: pd.Series, missing: float) -> NDArray[np.float64]:
        """Return a numeric column of the second side, partner by partner."""
        values = column.to_numpy(np.float64, na_value=np.nan)
        found = values[self.found_at] if len(values) else np.full(len(self.found_at), missing)
        return np.where(self.found_at >= 0, found, missing)


def rows_of(
    observations: pd.DataFrame, indicator: str, measure: str, also: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the observations of one indicator and one measure; refuse a frame that lacks columns.

    Of the columns only those that results are made of are kept, and those of `also`: copying texts is what costs time.
    """
    require_columns(observations, NEEDED)
    mine = (observations["indicator"] == indicator) & (observations["measure"] == measure)
    kept = {*NEEDED, *RESULT, "decimals", "file", "sheet", "cell", *also}
    return observations.loc[mine.to_numpy(), [name for name in observations.columns if name in kept]]


def addresses(observations: pd.DataFrame) -> Any:
    """Return the addresses of observations, or the sources of results, as an Arrow array; null where there are none."""
    if "sources" in observations.columns:
        own = pa.array(observations["sources"], pa.large_string())
        return pc.if_else(pc.equal(own, ""), pa.scalar(None, pa.large_string()), own)
    if not {"file", "sheet", "cell"} <= set(observations.columns):
        return pa.nulls(len(observations), pa.large_string())
    parts = [pa.array(observations[name], pa.large_string()) for name in ("file", "sheet", "cell")]
    return pc.binary_join_element_wise(*parts, pa.scalar(" › ", pa.large_string()))


def listed(index: pd.Index, parts: Sequence[Any]) -> pd.Series:
    """Join several addresses for each row; those that are null are left out."""
    told = [part for part in parts if part.null_count < len(part)]
    if not told:
        return pd.Series("", index=index, dtype="str")
    whole = told[0]
    if len(told) > 1:
        whole = pc.binary_join_element_wise(*told, pa.scalar("；", pa.large_string()), null_handling="skip")
    return pd.Series(pd.array(pc.fill_null(whole, ""), dtype="str"), index=index)


def taken(texts: Any, at: NDArray[np.intp]) -> Any:
    """Take texts by position; −1 gives null."""
    places = pa.array(at, mask=at < 0) if (at < 0).any() else pa.array(at)
    return pc.take(texts, places)


def numbered(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[NDArray[np.int64], int]:
    """Return numbers that are equal where rows are equal in all columns, and how many numbers there may be."""
    codes, size = np.zeros(len(frame), np.int64), 1
    for name in columns:
        part, values = pd.factorize(frame[name], use_na_sentinel=False)
        codes, size = codes * max(len(values), 1) + part, size * max(len(values), 1)
        if size > 4 * len(frame) + 64:  # tables are indexed by these numbers
            codes, kept = pd.factorize(codes)
            size = len(kept)
    return codes, max(size, 1)


def months_of(observations: pd.DataFrame) -> list[str]:
    """Return the columns that say which months a figure spans: 2024Q1 and 1—3月 are the same months."""
    own = ["period_start", "period_end"]
    return own if set(own) <= set(observations.columns) else ["time_period"]


def meet(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    price_base: str = "",
    extra_keys: Sequence[str] = (),
    plain_scope: bool = True,
) -> Pairs:
    """Set rows of two sides against each other by area and months.

    Parameters
    ----------
    first, second : DataFrame
        Observations, each of one measure.
    price_base : str, optional
        What the second side must be in; "" asks nothing.
    extra_keys : sequence of str, optional
        Further columns that must agree.
    plain_scope : bool, optional
        Whether a second figure without scope is partner to a first one that has a scope.

    Returns
    -------
    Pairs
        A partner has the scope of the first figure, or (`plain_scope`) none: GDP is not adjusted where feedstock is taken out of
        energy use. Refused are a partner in other prices or of another scope, and partners with two values.

    Notes
    -----
    Source for the scopes: 发改环资〔2022〕803号, feedstock is deducted from energy use, in the base year too.
    """
    keys = ["ref_area", *months_of(first), *extra_keys]
    both = pd.concat([first[[*keys, "scope"]], second[[*keys, "scope"]]], ignore_index=True)
    both["scope"] = both["scope"].astype("str").fillna("")
    place, n_places = numbered(both, keys)
    scope, scopes = pd.factorize(both["scope"])
    n = len(first)
    values = second["obs_value"].to_numpy(np.float64)
    there = ~np.isnan(values)
    right = there & (second["price_base"] == price_base).to_numpy() if price_base else there
    full = place * len(scopes) + scope
    if n_places * len(scopes) > 4 * len(both) + 64:
        full, kept = pd.factorize(full)
        size = len(kept)
        plain_of = _plain_numbers(full[n:], place[n:], (both["scope"] == "").to_numpy()[n:], n_places)
    else:
        size = n_places * len(scopes)
        bare = np.flatnonzero(scopes == "")
        plain_of = np.arange(n_places) * len(scopes) + bare[0] if len(bare) else np.full(n_places, -1)
    at_full, two_values = _first_of(full[n:], values, right, size)
    plain = plain_of[place[:n]]
    own = at_full[full[:n]]
    at = np.where(own >= 0, own, np.where((plain >= 0) & plain_scope, at_full[plain], -1))
    refusal = pd.Series(NO_REFUSAL, index=first.index, dtype="str")
    comment = pd.Series("", index=first.index, dtype="str")
    own_value = ~np.isnan(first["obs_value"].to_numpy(np.float64))
    lonely = own_value & (at < 0)
    if lonely.any():
        any_right, _ = _first_of(place[n:], values, right, n_places)
        any_there, _ = _first_of(place[n:], values, there, n_places)
        other_scope = lonely & (any_right[place[:n]] >= 0)
        other_price = lonely & ~other_scope & (any_there[place[:n]] >= 0)
        _refuse_scope(refusal, comment, first, second, other_scope, any_right[place[:n]])
        _refuse_price(refusal, comment, second, other_price, any_there[place[:n]])
        comment[lonely & ~other_scope & ~other_price] = "没有同一地区、同一时期的另一个数"
    twice = own_value & (at >= 0) & two_values[np.where(own >= 0, full[:n], plain)]
    refusal[twice], comment[twice] = VintageMismatchError.rule, "另一个数有几个不同的值，不知用哪一版"
    comment[~own_value] = "没有公布数"
    found = at >= 0
    band = printed(second)
    if len(second):
        at_safe = np.where(found, at, 0)
        partner = Bands(band.low[at_safe], band.mid[at_safe], band.high[at_safe])
    else:
        partner = Bands.exact(np.full(n, np.nan))
    sources = listed(first.index, [addresses(first), taken(addresses(second), at)])
    usable = found & own_value & ~twice
    keep = partner if usable.all() else partner.where(usable)
    return Pairs(first, printed(first), keep, at, sources, refusal, comment)


def finished(
    pairs: Pairs, values: Bands, bad: NDArray[np.bool_], why: str, refusals: Refusals, **columns: str | int
) -> pd.DataFrame:
    """Put figures computed from pairs into a frame of results; what is bad is refused and says why."""
    bad = bad & (pairs.refusal == NO_REFUSAL).to_numpy()
    if bad.any():
        pairs.refusal[bad], pairs.comment[bad] = ComparabilityError.rule, why
    refused = (pairs.refusal != NO_REFUSAL).to_numpy()
    if refused.any():
        values = values.where(~refused)
    method = str(columns.pop("method"))
    found = result(
        pairs.rows, values, method=method, sources=pairs.sources, refusal=pairs.refusal, comment=pairs.comment,
        **columns,
    )  # fmt: skip
    return settle(found, refusals)


def _first_of(
    codes: NDArray[np.int64], values: NDArray[np.float64], wanted: NDArray[np.bool_], size: int
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return for each number the first wanted row, and whether wanted rows of one number differ."""
    at = np.flatnonzero(wanted)
    table = np.full(size, -1, np.intp)
    table[codes[at][::-1]] = at[::-1]
    differ = np.zeros(size, np.bool_)
    other = at[values[at] != values[table[codes[at]]]]
    differ[codes[other]] = True
    return table, differ


def _plain_numbers(
    full: NDArray[np.int64], place: NDArray[np.int64], bare: NDArray[np.bool_], size: int
) -> NDArray[np.int64]:
    """Return for each place the number of its rows without scope, −1 where there is none."""
    table = np.full(size, -1, np.int64)
    table[place[bare]] = full[bare]
    return table


def _refuse_scope(
    refusal: pd.Series,
    comment: pd.Series,
    first: pd.DataFrame,
    second: pd.DataFrame,
    rows: NDArray[np.bool_],
    at: NDArray[np.intp],
) -> None:
    if not rows.any():
        return
    one = first.loc[rows, "scope"].replace("", _FULL)
    other = second["scope"].iloc[at[rows]].replace("", _FULL).set_axis(one.index)
    refusal[rows] = ScopeMismatchError.rule
    comment[rows] = "口径“" + one + "”与“" + other + "”不能相配"


def _refuse_price(
    refusal: pd.Series,
    comment: pd.Series,
    second: pd.DataFrame,
    rows: NDArray[np.bool_],
    at: NDArray[np.intp],
) -> None:
    if not rows.any():
        return
    words = {"current": "现价", "nominal": "名义", "comparable": "可比价", "": "未注明"}
    other = (
        second["price_base"]
        .iloc[at[rows]]
        .map(lambda word: words.get(word, word))
        .set_axis(refusal.index[rows])
    )
    refusal[rows] = PriceBaseMismatchError.rule
    comment[rows] = "另一个数的价格口径是" + other + "，要可比价的数"
