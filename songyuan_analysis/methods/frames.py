"""Methods on frames of observations: what goes in, what comes out, and what becomes of a refusal.

Every method of this room that works on many figures takes observations (or a part of their columns) and returns a
frame with the columns `RESULT`: the codes of the series, the period, the unit, ``obs_value`` between ``low`` and
``high``, the cells that it was computed from, and, where there is no figure, why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    DenominatorMismatchError,
    PriceBaseMismatchError,
    SampleTooSmallError,
    ScopeMismatchError,
    SeriesGapError,
    UnitMismatchError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods.bands import Bands

SERIES = ("ref_area", "indicator", "measure", "price_base", "scope")
TIME = ("time_period", "period_start", "period_end", "cumulative")
RESULT = (
    *SERIES, *TIME, "unit", "unit_measure", "unit_mult", "obs_value", "low", "high", "method", "sources", "refusal",
    "comment_obs",
)  # fmt: skip
# What methods write into ``measure`` besides the measures of observations (`schema.MEASURES`), and what people read.
COMPUTED_MEASURES = {
    "growth": "比若干年前同期增长",
    "average": "多年平均增速",
    "deflator": "隐含价格变动",
    "growth_implied": "各部分推出的增速",
    "ratio": "倍数",
}
NO_REFUSAL = ""
Refusals: TypeAlias = Literal["raise", "mark"]


def require_columns(observations: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse a frame that lacks columns, naming them.

    Raises
    ------
    UsageError
    """
    missing = [name for name in columns if name not in observations.columns]
    if missing:
        raise UsageError(
            f"表里缺少列：{'、'.join(missing)}。", remedy="用 load_observations 取出的表，或补上这些列。"
        )


def is_cumulative(observations: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the figures that are said to have accumulated since January; what says nothing is not."""
    said: NDArray[np.bool_] = observations["cumulative"].to_numpy(bool, na_value=False)
    return said


def printed(observations: pd.DataFrame) -> Bands:
    """Return figures with their precision: of observations that of the print, of results the bounds that they have.

    A figure whose decimals nobody knows is exact, and so is a result without bounds (X-13 gives none). Observations and
    results may stand in one frame.
    """
    value = observations["obs_value"].to_numpy(np.float64, na_value=np.nan)
    if "decimals" in observations:
        digits = observations["decimals"].to_numpy(np.float64, na_value=np.nan)
        band = Bands.from_printed(value, digits)
        computed = np.isnan(digits)
        if not computed.any():
            return band
    else:
        band, computed = Bands.exact(value), np.ones(len(value), np.bool_)
    if not {"low", "high"} <= set(observations.columns):
        return band
    low, high = (observations[name].to_numpy(np.float64, na_value=np.nan) for name in ("low", "high"))
    computed &= ~np.isnan(low) & ~np.isnan(high)
    if computed.all():
        return Bands(low, value, high)
    return Bands(np.where(computed, low, band.low), value, np.where(computed, high, band.high))


def places(observations: pd.DataFrame) -> pd.Series:
    """Return where figures come from: of observations their address, file › sheet › cell, of results their sources."""
    told = "sources" in observations.columns
    if not {"file", "sheet", "cell"} <= set(observations.columns):
        return observations["sources"] if told else pd.Series("", index=observations.index, dtype="str")
    parts = [observations[name].astype("str") for name in ("file", "sheet", "cell")]
    own = joined(parts, " › ").set_axis(observations.index).fillna("")
    if not told:
        return own
    sources = observations["sources"].astype("str").fillna("")
    return sources.where(sources != "", own)


def joined(parts: Sequence[pd.Series], separator: str) -> pd.Series:
    """Join texts row by row; where one is missing, so is the whole.

    Arrow joins all columns in one go, in a third of the time that adding them one after another takes.
    """
    texts = [pa.array(part.array, pa.large_string()) for part in parts]
    found = pc.binary_join_element_wise(*texts, pa.scalar(separator, pa.large_string()))
    return pd.Series(pd.array(found, dtype="str"), index=parts[0].index)


def repeated(word: str, index: pd.Index) -> pd.Series:
    """Return one text for every row."""
    texts = pa.repeat(pa.scalar(word, pa.large_string()), len(index))
    return pd.Series(pd.array(texts, dtype="str"), index=index, copy=False)


def result(
    like: pd.DataFrame,
    values: Bands,
    *,
    method: pd.Series | str,
    sources: pd.Series | str = "",
    refusal: pd.Series | str = NO_REFUSAL,
    comment: pd.Series | str = "",
    **columns: Any,
) -> pd.DataFrame:
    """Put computed figures into a frame of results.

    Parameters
    ----------
    like : DataFrame
        Rows whose series, period and unit the results have, unless `columns` says otherwise.
    values : Bands
        One for each row.
    method : str or Series
        Name of the function that computed them.
    sources, refusal, comment : Series or str
        Addresses joined by ``；``; the rule of the error that refused a figure (`SongyuanError.rule`); why.
    **columns
        Columns of the result that differ from `like`: ``measure="yoy"``, ``unit="%"``.

    Returns
    -------
    DataFrame
        With the columns `RESULT` and the index of `like`.
    """
    columns = {
        "method": method,
        "sources": sources,
        "refusal": refusal,
        "comment_obs": comment,
        "obs_value": values.mid,
        "low": values.low,
        "high": values.high,
        **columns,
    }
    own = {name: columns.get(name, like[name] if name in like.columns else "") for name in RESULT}
    own = {
        name: repeated(value, like.index) if isinstance(value, str) else value for name, value in own.items()
    }
    # In one go: a frame that grows column by column takes four times as long.
    return pd.DataFrame(own, index=like.index, copy=False)


def settle(results: pd.DataFrame, refusals: Refusals) -> pd.DataFrame:
    """Raise the first refusal among results as the error that it is, or leave all of them marked.

    Parameters
    ----------
    results : DataFrame
        With the columns `RESULT`.
    refusals : {"raise", "mark"}
        ``mark`` keeps refused figures as missing, with the rule in ``refusal`` and the reason in ``comment_obs``.

    Raises
    ------
    UsageError
        If `refusals` is another word.
    ComparabilityError
        The subclass whose rule the row names.
    """
    if refusals not in ("raise", "mark"):
        raise UsageError(f"refusals=“{refusals}”不成立。", remedy="可用：raise、mark。")
    if refusals == "mark":
        return results
    refused = np.flatnonzero(results["refusal"] != NO_REFUSAL)
    if len(refused):
        row = results.iloc[refused[0]]
        kind, said = class_of(str(row["refusal"])), str(row["comment_obs"])
        # The first cell of a result is the figure's own; where the reason names the cells already, once is enough.
        address = str(row["sources"]).split("；")[0]
        file, sheet, cell = (
            (*address.split(" › ", 2), "", "", "")[:3] if address not in said else ("", "", "")
        )
        raise kind(
            f"{row['time_period']}：{said}（共 {len(refused)} 处）",
            file=file,
            sheet=sheet,
            cell=cell,
            remedy=f'{_remedy(kind)}或写 refusals="mark"，只标出这些时期。',
        )
    return results


def _remedy(kind: type[ComparabilityError]) -> str:
    return next((_REMEDIES[parent] for parent in kind.__mro__ if parent in _REMEDIES), "")


_REMEDIES: Mapping[type, str] = {
    AccumulationMismatchError: "先用 single_period 把累计数化成单期数，或换成起止月份相同的数；",
    SeriesGapError: "补上缺的时期，或只用没有缺期的一段；",
    SampleTooSmallError: "补上更早的年份；",
    VintageMismatchError: "换成同一来源、同一版次的数，或改用公布的增速；",
    DenominatorMismatchError: "改用公布的增速；",
    UnitMismatchError: "先换算成同一计量单位；",
    PriceBaseMismatchError: "换成同一价格口径的数；",
    ScopeMismatchError: "换成同一统计口径的数；",
    ComparabilityError: "改用公布的增速，或先去掉这些数；",
}


def class_of(rule: str) -> type[ComparabilityError]:
    """Return the error class of a rule that a result names."""
    found = [kind for kind in _every(ComparabilityError) if kind.rule == rule]
    return found[0] if found else ComparabilityError


def _every(kind: type[ComparabilityError]) -> list[type[ComparabilityError]]:
    return [kind, *(sub for direct in kind.__subclasses__() for sub in _every(direct))]
