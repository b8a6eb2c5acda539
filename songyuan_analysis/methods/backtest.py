"""How far a forecast could have been trusted: measures of error, and experience tried against two naive rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import ComparabilityError, SampleTooSmallError, UsageError
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.differences import TWICE, differences_to_year, joined
from songyuan_analysis.methods.frames import SERIES, Refusals, result, settle
from songyuan_analysis.methods.year_end import MIN_YEARS

_RULES = {
    "experience": "经验推算：当前增速加历年平均差额",
    "no_change": "简单办法：全年等于当前增速",
    "last_year": "简单办法：全年等于上年增速",
}


def mean_absolute_error(forecast: Sequence[float], actual: Sequence[float]) -> float:
    """Return the mean absolute error in the unit of the figures: ``Σ|f − a| / n``."""
    return float(np.mean(np.abs(_errors(forecast, actual))))


def mean_squared_error(forecast: Sequence[float], actual: Sequence[float]) -> float:
    """Return the mean squared error: ``Σ(f − a)² / n``; its root is the RMSE."""
    return float(np.mean(_errors(forecast, actual) ** 2))


def mean_percentage_error(forecast: Sequence[float], actual: Sequence[float]) -> float:
    """Return the mean absolute percentage error (MAPE), in %: ``100 · Σ|f − a| / |a| / n``.

    Meaningless for growth rates, which pass through zero: use `mean_absolute_error` in percentage points there.

    Raises
    ------
    UsageError
        If one of the actual figures is zero.
    """
    errors = _errors(forecast, actual)
    known = np.asarray(actual, np.float64)
    if (known == 0).any():
        raise UsageError("实际数里有零，没有百分比误差。", remedy="增速请用百分点的平均绝对误差。")
    return float(100 * np.mean(np.abs(errors) / np.abs(known)))


def backtest(
    observations: pd.DataFrame, *, leave_out: Collection[int] = (), refusals: Refusals = "mark"
) -> pd.DataFrame:
    """Try the year's end by experience on past years, each with the years before it only, beside two naive rules.

    Formula: rolling origin; for every year with at least six earlier differences the forecast ``g_k + ē`` (``ē`` of the
    earlier years), the year as it stands ``g_k``, and last year's annual growth ``g_{y−1}`` are compared with the
    annual growth; mean absolute error in percentage points. Source: textbook (rolling-origin evaluation). All three are
    tried on the same years: those where all are known.

    Parameters
    ----------
    observations : DataFrame
        Observations of measure ``yoy``: cumulative ones and those of whole years; any number of series.
    leave_out : collection of int
        Years that neither teach nor are forecast.
    refusals : {"raise", "mark"}
        Too few years are a state, therefore marked unless told otherwise.

    Returns
    -------
    DataFrame
        `RESULT`, three rows for each series and month: ``method`` is ``experience``, ``no_change`` or ``last_year``, the
        period is the last one tried; then ``month`` and ``origins`` (years tried). The row of experience says in
        ``comment_obs`` against each naive rule whether it was better, worse or, within the print, not to be told apart.
    """
    past = differences_to_year(observations)
    past = past[~past["year"].isin(list(leave_out))]
    keys = [*SERIES, "month"]
    past = past.sort_values([*keys, "year"], kind="stable").reset_index(drop=True)
    before = past[[*keys, "year", "annual", "annual_low", "annual_high"]].assign(year=past["year"] + 1)
    # Last year's growth stands beside each of that year's months.
    before = before.drop_duplicates([*SERIES, "year"])[
        [*SERIES, "year", "annual", "annual_low", "annual_high"]
    ]
    past = past.merge(before, on=[*SERIES, "year"], how="left", suffixes=("", "_before"))
    by = past.groupby(keys, sort=False, dropna=False)
    code = np.asarray(by.ngroup(), np.int64)
    earlier = np.asarray(by.cumcount(), np.int64)
    differences = Bands(*(past[side].to_numpy(np.float64) for side in ("low", "obs_value", "high")))
    annual = Bands(*(past[side].to_numpy(np.float64) for side in ("annual_low", "annual", "annual_high")))
    last = Bands(
        *(past[f"{side}_before"].to_numpy(np.float64) for side in ("annual_low", "annual", "annual_high"))
    )
    with np.errstate(all="ignore"):
        learnt = Bands(
            *(
                (pd.Series(side).groupby(code).cumsum().to_numpy() - side) / earlier
                for side in (differences.low, differences.mid, differences.high)
            )
        )
    errors = {
        "experience": _absolute(_less(differences, learnt)),
        "no_change": _absolute(differences),
        "last_year": _absolute(_less(annual, last)),
    }
    tried = (earlier >= MIN_YEARS) & ~np.isnan(last.mid)
    groups = int(code.max()) + 1 if len(code) else 0
    origins = np.bincount(code[tried], minlength=groups)
    means = {name: _mean(error, code, tried, origins) for name, error in errors.items()}
    like = past.iloc[np.flatnonzero(~pd.Series(code).duplicated(keep="last").to_numpy())]
    like = like.iloc[np.argsort(code[like.index])].reset_index(drop=True)
    cells = pd.Series(joined(past["sources"], code, groups), dtype="str")
    none = origins == 0
    clash = np.bincount(code, past["refusal"] != "", groups) > 0
    verdict = [
        f"{_against(means, at, 'no_change', '按现状')}；{_against(means, at, 'last_year', '按上年')}"
        for at in range(groups)
    ]
    frames = []
    for name, text in _RULES.items():
        said = [f"{text}；{v}" if name == "experience" else text for v in verdict]
        frame = result(
            like,
            means[name].where(~clash),
            method=name,
            sources=cells,
            refusal=pd.Series(
                np.select([clash, none], [ComparabilityError.rule, SampleTooSmallError.rule], ""),
                like.index,
                dtype="str",
            ),
            comment=pd.Series(
                np.select([clash, none], [TWICE, f"样本不足：没有一年之前有 {MIN_YEARS} 年差额"], said),
                like.index,
                dtype="str",
            ),
        )
        frame["month"], frame["origins"] = like["month"], origins
        frames.append(frame)
    return settle(pd.concat(frames, ignore_index=True), refusals)


def _against(means: dict[str, Bands], at: int, rule: str, name: str) -> str:
    own, other = means["experience"], means[rule]
    if own.low[at] <= other.high[at] and other.low[at] <= own.high[at]:
        return f"与{name}推算的差别在印出精度之内"
    return f"{'优于' if own.mid[at] < other.mid[at] else '不如'}{name}推算"


def _less(one: Bands, other: Bands) -> Bands:
    return Bands(one.low - other.high, one.mid - other.mid, one.high - other.low)


def _absolute(band: Bands) -> Bands:
    low = np.maximum(np.maximum(band.low, -band.high), 0.0)
    return Bands(low, np.abs(band.mid), np.maximum(-band.low, band.high))


def _mean(error: Bands, code: NDArray[Any], tried: NDArray[np.bool_], origins: NDArray[Any]) -> Bands:
    sides = (
        np.bincount(code[tried], side[tried], len(origins)) for side in (error.low, error.mid, error.high)
    )
    with np.errstate(all="ignore"):
        return Bands(*(side / origins for side in sides))


def _errors(forecast: Sequence[float], actual: Sequence[float]) -> Array:
    made, known = np.asarray(forecast, np.float64), np.asarray(actual, np.float64)
    if (
        made.shape != known.shape
        or not made.size
        or not np.isfinite(made).all()
        or not np.isfinite(known).all()
    ):
        raise UsageError("预测数与实际数的个数不同，或有缺数。", remedy="两列一一对应，去掉缺数的时期。")
    return np.asarray(made - known, np.float64)
