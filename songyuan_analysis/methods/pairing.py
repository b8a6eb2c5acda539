"""Which rows of a frame belong together: series and months as whole numbers, and the search for a counterpart.

A counterpart is found by its key or not at all; a missing month is missing, and where two different figures claim
the same place neither is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import CatalogueError
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.frames import printed
from songyuan_analysis.observations.catalogue import indicator

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]


def month_numbers(months: pd.Series) -> Whole:
    """Return ``year · 12 + month − 1`` of texts such as 2024-06; −1 where the text is no month."""
    codes, texts = pd.factorize(months)
    numbers = np.array([_month(str(text)) for text in texts] + [-1], np.int64)
    return numbers[codes]


def _month(text: str) -> int:
    year, dash, month = text[:4], text[4:5], text[5:]
    if dash != "-" or not (year.isdigit() and month.isdigit() and 1 <= int(month) <= 12):
        return -1
    return int(year) * 12 + int(month) - 1


def series_codes(frame: pd.DataFrame, columns: Sequence[str], *others: pd.DataFrame) -> Whole:
    """Return the number of each row's series by `columns`; several frames count on one after the other."""
    codes: Whole = np.zeros(len(frame) + sum(map(len, others)), np.int64)
    for name in columns:
        column = pd.concat([part[name] for part in (frame, *others)]) if others else frame[name]
        own, texts = pd.factorize(column)
        codes = codes * (len(texts) + 1) + own + 1
        codes = pd.factorize(codes)[0].astype(np.int64)  # small again, so that no product overflows
    return codes


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Where the counterpart of each row stands, whether there is one, and whether several contradict each other."""

    at: Whole
    there: Mask
    doubled: Mask


class Keyed:
    """Rows that can be found by a number.

    Parameters
    ----------
    keys : ndarray of int
        One for each row.
    rows : DataFrame
        The rows; where several have one key, they must say the same or count as contradicting.
    """

    def __init__(self, keys: Whole, rows: pd.DataFrame) -> None:
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        # In one unit: 100 亿元 and 100 万元 are two numbers, 100 亿元 and 1000000 万元 are one.
        value = rows["obs_value"].to_numpy(np.float64, na_value=np.nan)
        if "unit_mult" in rows:
            value = value * 10.0 ** rows["unit_mult"].to_numpy(np.float64, na_value=0.0)
        value = value[self._order]
        same = self._keys[1:] == self._keys[:-1]
        differ = same & ~np.isclose(value[1:], value[:-1], rtol=1e-9, atol=0, equal_nan=True)
        self._doubled = np.unique(self._keys[1:][differ])

    def find(self, wanted: Whole) -> Found:
        """Return the first row of each wanted key."""
        if not len(self._keys):
            nothing = np.zeros(len(wanted), np.bool_)
            return Found(np.zeros(len(wanted), np.int64), nothing, nothing)
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        there = self._keys[at] == wanted
        doubled = there & np.isin(wanted, self._doubled)
        return Found(np.where(there, self._order[at], 0), there, doubled)


def in_base_unit(frame: pd.DataFrame) -> Bands:
    """Return figures in the base unit with the precision of their print, so that 亿元 and 万元 meet."""
    factor = 10.0 ** frame["unit_mult"].to_numpy(np.float64, na_value=0.0)
    band = printed(frame)
    return Bands(band.low * factor, band.mid * factor, band.high * factor)


def one_ground(now: pd.DataFrame, before: pd.DataFrame) -> Mask:
    """Say row by row whether two figures stand in one file or were released on one known day."""
    same = np.zeros(len(now), np.bool_)
    for name in ("sha256", "vintage"):
        if name in now.columns:
            one, other = now[name].to_numpy(object), before[name].to_numpy(object)
            same |= np.asarray((one == other) & (one != ""), np.bool_)
    return same


def known_flows(frame: pd.DataFrame) -> Mask:
    """Say row by row whether a figure adds up over the year; an indicator that nobody knows may."""
    codes, names = pd.factorize(frame["indicator"])
    return np.array([_is_flow(str(name)) for name in names] + [False], np.bool_)[codes]


def _is_flow(code: str) -> bool:
    try:
        return indicator(code).kind == "flow"
    except CatalogueError:
        return True


def picked(band: Bands, found: Found) -> Bands:
    """Return the figures of counterparts; missing where there is none, or where two contradict each other."""
    keep = found.there & ~found.doubled
    if not len(band):
        nothing = np.full(len(keep), np.nan)
        return Bands(nothing, nothing, nothing)
    return Bands(*(np.where(keep, part[found.at], np.nan) for part in (band.low, band.mid, band.high)))


def texts_at(texts: NDArray[np.object_], found: Found) -> NDArray[np.object_]:
    """Return texts of counterparts, "" where there is none."""
    if not len(texts):
        return np.full(len(found.at), "", object)
    return np.where(found.there, texts[found.at], "")


def joined(*columns: NDArray[np.object_]) -> NDArray[np.object_]:
    """Join addresses row by row with ``；``, leaving out the empty ones."""
    whole = columns[0]
    for column in columns[1:]:
        both = (whole != "") & (column != "") & (whole != column)
        whole = np.where(both, whole + "；" + column, np.where(whole == "", column, whole))
    return whole
