"""What past years did between a month and their end: the distribution that the outlook of the year's end rests on."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.frames import SERIES, result
from songyuan_analysis.methods.regular import whole_year
from songyuan_analysis.methods.year_end import (
    ALL_YEARS,
    POINTS,
    UNUSUAL,
    differences_to_year,
    joined,
    moments_of,
    without_words,
)


def describe_differences(
    observations: pd.DataFrame, *, year: int, leave_out: Collection[int] = UNUSUAL
) -> pd.DataFrame:
    """Return mean, standard deviation, least and greatest of past differences, in percentage points.

    Formula: with the differences ``e`` of `differences_to_year` before `year`: ``ē = Σe / n`` and
    ``s = √(Σ(e − ē)² / (n − 1))``, as `year_end` uses them. They describe, so that even few years have them; one year has
    no standard deviation. Source: definition.

    Parameters
    ----------
    observations : DataFrame
        As for `year_ends`.
    year : int
        The year whose end is asked for.
    leave_out : collection of int
        Past years without which everything is said a second time.

    Returns
    -------
    DataFrame
        `RESULT`, four rows for each series, month and sample: ``method`` is ``mean``, ``spread``, ``least`` or
        ``greatest``; then ``month``, ``sample``, ``years`` (how many) and ``which`` (the years, joined by ``、``).
    """
    past = differences_to_year(observations)
    past = past[past["year"] < whole_year(year)]
    said = [_described(past, ALL_YEARS)]
    if leave_out:
        said.append(_described(past[~past["year"].isin(list(leave_out))], without_words(leave_out)))
    return pd.concat(said, ignore_index=True)


def _described(past: pd.DataFrame, sample: str) -> pd.DataFrame:
    past = past.sort_values("year", kind="stable")
    code = np.asarray(past.groupby([*SERIES, "month"], sort=False, dropna=False).ngroup(), np.int64)
    past, code = past.iloc[(order := np.argsort(code, kind="stable"))], code[order]
    first = np.flatnonzero(np.r_[True, code[1:] != code[:-1]][: len(code)])
    like, groups = past.iloc[first].reset_index(drop=True), len(first)
    sides = [past[side].to_numpy(np.float64) for side in ("low", "obs_value", "high")]
    moments = moments_of(Bands(*sides), code, groups)
    spread = moments.spread
    ends = (np.minimum, np.maximum)
    least, greatest = (
        Bands(*(end.reduceat(side, first) if groups else side for side in sides)) for end in ends
    )
    found = {
        "mean": moments.mean,
        "spread": Bands(np.minimum(spread.low, spread.mid), spread.mid, spread.high),
        "least": least,
        "greatest": greatest,
    }
    cells = pd.Series(joined(past["sources"], code, groups), like.index, dtype="str")
    which = [past["year"].to_numpy()[code == at] for at in range(groups)]
    frames = []
    for name, band in found.items():
        frame = result(like, band, method=name, sources=cells, unit=POINTS, unit_measure="PT", unit_mult=0)
        frame["month"], frame["sample"] = like["month"], sample
        frame["years"] = moments.years.astype(np.int64)
        frame["which"] = ["、".join(map(str, years)) for years in which]
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
