"""Figures that stand twice: equal prints are one, different ones none; the order of rows never decides."""

from __future__ import annotations

import numpy as np

from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.codes import Ints
from songyuan_analysis.methods.matching import Pool


def one_of_equals(pool: Pool, values: Bands) -> Ints:
    """Return for each row the row that stands for all that equal it on every level: the most precise print of them."""
    rows = np.arange(len(values))
    if not pool.twins:
        return rows
    group = pool.groups()
    order = np.lexsort((values.high - values.low, group))
    heads = np.flatnonzero(np.diff(group[order], prepend=-1))
    found: Ints = order[heads][group]
    return found
