"""Two different indicators of one area and the same months side by side: energy and GDP, a level and its change.

The first side keeps all its rows; each finds its partner on the second side or says why there is none. A partner that
is not there is a gap; one that is there on other ground (another scope, other prices, a second value) is a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from songyuan_analysis.errors import PriceBaseMismatchError, ScopeMismatchError, VintageMismatchError
from songyuan_analysis.methods.addresses import addresses
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, codes, months, said_codes
from songyuan_analysis.methods.frames import RESULT, Refusals, printed, require_columns, result, settle
from songyuan_analysis.methods.grounds import in_base_unit
from songyuan_analysis.methods.matching import Pool
from songyuan_analysis.methods.reasons import Reasons

NEEDED = ("ref_area", "indicator", "measure", "price_base", "scope", "time_period", "obs_value")
_PRICES = {"current": "现价", "nominal": "名义", "comparable": "可比价", "": "未注明"}


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The rows of the first side, and for each what was found on the second.

    Attributes
    ----------
    frame : DataFrame
        Where both sides stand.
    rows, partner : array of int
        Positions of the first side, and of the partner of each; `UNKNOWN` for none.
    first, second : Bands
        Figures of both sides with their precision; the second is missing where it has no partner on the same ground.
    said : Reasons
        Gaps and refusals.
    place : list of array of int
        Area, first and last month of the first side as codes (without months: the period).
    """

    frame: pd.DataFrame
    rows: Ints
    partner: Ints
    first: Bands
    second: Bands
    said: Reasons
    place: list[Ints]

    @property
    def usable(self) -> Flags:
        """Which rows have a partner on the same ground, and of which nothing else was said."""
        return self.said.nothing


def says(frame: pd.DataFrame, column: str, word: str) -> Flags:
    """Mark the rows that say a word."""
    return np.asarray((frame[column] == word).to_numpy(bool, na_value=False))


def rows_of(observations: pd.DataFrame, measure: str, *indicators: str) -> list[Ints]:
    """Return the positions of one measure of each of some indicators; refuse a frame that lacks columns."""
    require_columns(observations, NEEDED)
    measured = says(observations, "measure", measure)
    return [np.flatnonzero(says(observations, "indicator", code) & measured) for code in indicators]


def span_codes(frame: pd.DataFrame) -> list[Ints]:
    """Return which months figures span, as codes: 2024Q1 and 1—3月 are the same months."""
    if {"period_start", "period_end"} <= set(frame.columns):
        return [months(frame["period_start"]), months(frame["period_end"])]
    return [said_codes(frame["time_period"])]


def bands_at(frame: pd.DataFrame, rows: Ints) -> Bands:
    """Return the figures of some rows with their precision."""
    named = [name for name in ("obs_value", "decimals", "low", "high") if name in frame.columns]
    numbers = {name: frame[name].to_numpy(np.float64, na_value=np.nan)[rows] for name in named}
    return printed(pd.DataFrame(numbers, copy=False))


def meet(
    frame: pd.DataFrame,
    first: Ints,
    second: Ints,
    *,
    price_base: str,
    key: Ints | None = None,
    plain_scope: bool = True,
) -> Pairs:
    """Set rows of two sides against each other by area and months.

    Parameters
    ----------
    frame : DataFrame
        Observations.
    first, second : array of int
        Positions of the two sides.
    price_base : str
        What the second side must be in.
    key : array of int, optional
        What else must agree, for every row of the frame.
    plain_scope : bool, optional
        Whether a second figure without scope is partner to a first one that has a scope.

    Returns
    -------
    Pairs
        A partner has the scope of the first figure, or (`plain_scope`) none: GDP is not adjusted where feedstock is taken out of
        energy use. Refused are a partner in other prices or of another scope, and partners with two values; prints that can be one
        figure (5.0 and 5.04, 900 亿元 and 9000000 万元) are one, the most precise. A figure whose
        area or months are not known is nobody's partner.

    Notes
    -----
    Source for the scopes: 发改环资〔2022〕803号, feedstock is deducted from energy use, in the base year too.
    """
    values = frame["obs_value"].to_numpy(np.float64, na_value=np.nan)
    there = ~np.isnan(values[second])
    second = second if there.all() else second[there]
    names = [name for name in (*NEEDED, "period_start", "period_end") if name in frame.columns]
    both, here, there = frame[names], first, second
    if len(first) + len(second) < len(frame):
        both = both.take(np.concatenate([first, second]))
        here, there = np.split(np.arange(len(both)), [len(first)])
    place = [said_codes(both["ref_area"]), *span_codes(both)]
    scope, scope_words = codes(both["scope"])
    price, price_words = codes(both["price_base"])
    parts = [part[there] for part in place] + ([] if key is None else [key[second]])
    place = [part[here] for part in place]
    asked = place + ([] if key is None else [key[first]])
    # The price counts before the scope: whatever shares area, months and price is told by its scope. Where all rows say
    # one thing nobody needs to ask.
    fits = np.array([word == price_base for word in price_words] or [False], np.int64)[price[there]]
    ones, own_scope = np.ones(len(first), np.int64), scope[here]
    levels = [(fits, ones)] if (fits != 1).any() else []
    levels += [(scope[there], own_scope)] if len(scope_words) > 1 else []
    pool = Pool(*parts, *(level[0] for level in levels))
    found = _exact(pool, [*asked, *(level[1] for level in levels)])
    if plain_scope and len(scope_words) > 1 and "" in scope_words:
        plain = scope_words.index("")
        left = np.flatnonzero((found < 0) & (own_scope != plain))
        if len(left):
            query = [*asked, *(level[1] for level in levels[:-1]), np.full(len(first), plain)]
            found[left] = _exact(pool, [part[left] for part in query])
    said = Reasons(len(first))
    said.say(np.isnan(values[first]), None, "没有公布数")
    if pool.twins:
        found = _settled_on(pool, in_base_unit(frame.take(second)), found, said)
    lonely = np.flatnonzero((found < 0) & said.nothing)
    if len(lonely):
        ladder, asked = Pool(*parts, fits), [part[lonely] for part in asked]
        other = _exact(ladder, [*asked, ones[lonely]])
        _say_scopes(said, lonely[other >= 0], own_scope, scope[there[other[other >= 0]]], scope_words)
        other = _exact(ladder, [*asked, 0 * ones[lonely]])
        _say_prices(said, lonely[other >= 0], price[there[other[other >= 0]]], price_words)
        said.say(found < 0, None, "没有同一地区、同一时期的另一个数")
    if len(second):
        partner = bands_at(frame, second[np.maximum(found, 0)])
        if not said.nothing.all():
            partner = partner.where(said.nothing)
    else:
        partner = Bands.exact(np.full(len(first), np.nan))
    at = np.append(second, UNKNOWN)[found]
    return Pairs(frame, first, at, bands_at(frame, first), partner, said, place)


def finished(pairs: Pairs, values: Bands, refusals: Refusals, **columns: Any) -> pd.DataFrame:
    """Put figures computed from pairs into a frame of results; a refused row has none."""
    refused = pairs.said.refused
    if refused.any():
        values = values.where(~refused)
    like = rows_like(pairs.frame, pairs.rows, columns)
    sources = addresses(pairs.frame, pairs.rows, pairs.partner).set_axis(like.index)
    found = result(
        like, values, sources=sources, refusal=pairs.said.refusal(like.index), comment=pairs.said.reason(like.index),
        **columns,
    )  # fmt: skip
    return settle(found, refusals)


def rows_like(frame: pd.DataFrame, rows: Ints, columns: Any = ()) -> pd.DataFrame:
    """Return of rows what a frame of results takes from them; copying texts is what costs time."""
    computed = {"obs_value", "low", "high", "method", "sources", "refusal", "comment_obs", *columns}
    own = frame[[name for name in RESULT if name in frame.columns and name not in computed]]
    return own if len(rows) == len(own) else own.take(rows)


def _settled_on(pool: Pool, values: Bands, found: Ints, said: Reasons) -> Ints:
    """Refuse partners whose prints cannot be one figure; of those that can, take the most precise print."""
    clash = pool.clashes(values)
    said.say((found >= 0) & clash[found], VintageMismatchError, "另一个数有几个不同的值，不知用哪一版")
    group = pool.groups()
    order = np.lexsort((values.high - values.low, group))
    best = np.zeros(len(group), np.int64)
    best[group[order[::-1]]] = order[::-1]
    return np.where(found >= 0, best[group[found]], UNKNOWN)


def _exact(pool: Pool, asked: list[Ints]) -> Ints:
    """Return the first row that agrees on all levels; `UNKNOWN` for none."""
    rows, depth = pool.find(*asked)
    return np.where(depth == len(asked), rows, UNKNOWN)


def _say_scopes(said: Reasons, rows: Ints, own: Ints, other: Ints, words: list[str]) -> None:
    for mine, theirs in {*zip(own[rows].tolist(), other.tolist(), strict=True)}:
        which = rows[(own[rows] == mine) & (other == theirs)]
        one, two = (words[code] or "全口径或未注明" for code in (mine, theirs))
        said.say(_flags(said, which), ScopeMismatchError, f"口径“{one}”与“{two}”不能相配")


def _say_prices(said: Reasons, rows: Ints, other: Ints, words: list[str]) -> None:
    for code in np.unique(other).tolist():
        word = _PRICES.get(words[code], words[code])
        which = _flags(said, rows[other == code])
        said.say(which, PriceBaseMismatchError, f"另一个数的价格口径是{word}，要可比价的数")


def _flags(said: Reasons, rows: Ints) -> Flags:
    marked = np.zeros(len(said.found), np.bool_)
    marked[rows] = True
    return marked
