"""The Spring Festival moves between January and February; how many of its days fall into a month is a number of its own."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.bands import Array
from songyuan_analysis.methods.regular import Months

BEFORE, AFTER = 7, 7


@cache
def spring_festivals() -> dict[int, dt.date]:
    """Return the first day of the Chinese year for every year of the table (1990 to 2035)."""
    text = (files("songyuan_analysis.methods") / "spring_festival.toml").read_text(encoding="utf-8")
    return {day.year: day for day in tomllib.loads(text)["days"]}


def festival_share(year: int, month: int, *, before: int = BEFORE, after: int = AFTER) -> float:
    """Return which share of the days around the Spring Festival falls into a month.

    Formula: days of ``[festival − before, festival + after)`` within the month, by ``before + after``. Seven days before
    and the seven of the holiday are our choice; NBS uses windows of its own, which are not published.

    Raises
    ------
    UsageError
        For a year beyond the table, or a window without days.
    """
    table = spring_festivals()
    if year not in table or not 1 <= month <= 12 or before < 0 or after < 0 or before + after < 1:
        raise UsageError(
            f"春节日期表没有 {year} 年，或时间窗不成立。",
            remedy=f"表内有 {min(table)}—{max(table)} 年；时间窗至少一天。",
        )
    days = [table[year] + dt.timedelta(days=shift) for shift in range(-before, after)]
    return sum(day.month == month and day.year == year for day in days) / len(days)


def festival_regressor(months: Months, *, before: int = BEFORE, after: int = AFTER) -> Array:
    """Return the share of the festival in each month, less what that month has on average over the whole table.

    Centred, so that it says only what is unusual about a year: the usual festival belongs to the season. Source:
    the practice of the U.S. Census Bureau's genhol for holidays that move (centring by calendar month).

    Parameters
    ----------
    months : ndarray of int
        Running months, ``year · 12 + month − 1``.
    """
    usual = np.zeros(12)
    for year in spring_festivals():
        usual += [festival_share(year, month, before=before, after=after) for month in range(1, 13)]
    usual /= len(spring_festivals())
    own = [festival_share(int(m) // 12, int(m) % 12 + 1, before=before, after=after) for m in months]
    return np.asarray(own, np.float64) - usual[np.asarray(months) % 12]
