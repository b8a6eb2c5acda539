"""Methods on frames of observations: what goes in, what comes out, and what becomes of a refusal.

Every method of this room that works on many figures takes observations (or a part of their columns) and returns a
frame with the columns `RESULT`: the codes of the series, the period, the unit, ``obs_value`` between ``low`` and
``high``, the cells that it was computed from, and, where there is no figure, why.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, UsageError
from songyuan_analysis.methods.bands import Bands

SERIES = ("ref_area", "indicator", "measure", "price_base", "scope")
TIME = ("time_period", "period_start", "period_end", "cumulative")
RESULT = (
    *SERIES, *TIME, "unit", "unit_measure", "unit_mult", "obs_value", "low", "high", "method", "sources", "refusal",
    "comment_obs",
)  # fmt: skip
NO_REFUSAL = ""


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


def printed(observations: pd.DataFrame) -> Bands:
    """Return the figures of observations with the precision that they were printed with."""
    decimals = (
        observations["decimals"] if "decimals" in observations else pd.Series(np.nan, observations.index)
    )
    return Bands.from_printed(
        observations["obs_value"].to_numpy(np.float64), decimals.to_numpy(np.float64, na_value=np.nan)
    )


def places(observations: pd.DataFrame) -> pd.Series:
    """Return the addresses of observations: file › sheet › cell."""
    if not {"file", "sheet", "cell"} <= set(observations.columns):
        return pd.Series("", index=observations.index, dtype="str")
    return observations["file"] + " › " + observations["sheet"] + " › " + observations["cell"]


def result(
    like: pd.DataFrame,
    values: Bands,
    *,
    method: str,
    sources: pd.Series | str = "",
    refusal: pd.Series | str = NO_REFUSAL,
    comment: pd.Series | str = "",
    **columns: object,
) -> pd.DataFrame:
    """Put computed figures into a frame of results.

    Parameters
    ----------
    like : DataFrame
        Rows whose series, period and unit the results have, unless `columns` says otherwise.
    values : Bands
        One for each row.
    method : str
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
    frame = pd.DataFrame(index=like.index)
    for name in RESULT:
        frame[name] = like[name] if name in like.columns else ""
    frame["obs_value"], frame["low"], frame["high"] = values.mid, values.low, values.high
    frame["method"], frame["sources"], frame["refusal"], frame["comment_obs"] = (
        method,
        sources,
        refusal,
        comment,
    )
    for name, value in columns.items():
        frame[name] = value
    return frame[list(RESULT)]


def refuse_first(results: pd.DataFrame, error: type[ComparabilityError]) -> None:
    """Raise the first refusal of a frame of results as an error, if there is one.

    Raises
    ------
    ComparabilityError
        Of the given class, with the row's comment.
    """
    refused = results[results["refusal"] != NO_REFUSAL]
    if not refused.empty:
        row = refused.iloc[0]
        raise error(
            f"{row['time_period']}：{row['comment_obs']}",
            remedy='改用公布的增速，或用 refusals="mark" 只标出这些时期。',
        )
