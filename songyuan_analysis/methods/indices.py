"""Growth from indices: an index with 上年=100 says growth too, and counts where the rate itself is not printed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from songyuan_analysis.methods.frames import SERIES, require_columns
from songyuan_analysis.methods.growth import rate_of_index

INDEX = "index_py100"
_KEYS = [*(name for name in SERIES if name != "measure"), "period_start", "period_end"]


def with_growth_of_indices(observations: pd.DataFrame) -> pd.DataFrame:
    """Return observations in which every index (上年=100) has become growth.

    Formula: `growth.rate_of_index`; the print of the index (its decimals, its cell) stays that of the growth. Source:
    definition. An index beside a printed rate of the same series and period is left out: the rate is the figure.

    Parameters
    ----------
    observations : DataFrame
        Observations; any number of series.

    Returns
    -------
    DataFrame
        The columns of `observations`; a missing index stays missing.
    """
    require_columns(
        observations,
        (*SERIES, "period_start", "period_end", "obs_value", "unit", "unit_measure", "unit_mult"),
    )
    index = (observations["measure"] == INDEX).to_numpy(np.bool_)
    if not index.any():
        return observations
    rates = observations[(observations["measure"] == "yoy") & observations["obs_value"].notna()]
    told = pd.MultiIndex.from_frame(observations[_KEYS]).isin(pd.MultiIndex.from_frame(rates[_KEYS]))
    kept = observations[~(index & told)]
    own = kept["measure"] == INDEX
    value = np.asarray(kept["obs_value"], np.float64)
    return kept.assign(
        obs_value=np.where(own, rate_of_index(value), value),
        measure=kept["measure"].mask(own, "yoy"),
        unit=kept["unit"].mask(own, "%"),
        unit_measure=kept["unit_measure"].mask(own, "PT"),
        unit_mult=kept["unit_mult"].mask(own, 0),
    )
