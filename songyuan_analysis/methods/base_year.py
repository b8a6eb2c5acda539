"""Which year's prices levels at constant prices are in, as far as units, labels, titles or notes say it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from songyuan_analysis.methods.codes import Ints, codes

_BASE_YEAR = re.compile(r"((?:19|20)\d\d)年?(?:不变价|可比价|价格|价$)")
# Where tables say the base year of constant prices; a later one counts more.
_LABELS = ("unit", "comment_obs", "title", "column_label_path", "row_label_path")


def base_year(text: str) -> int:
    """Return the year whose prices a text names; 0 where it names none."""
    found = _BASE_YEAR.search(text)
    return int(found[1]) if found else 0


def base_years(frame: pd.DataFrame, rows: Ints | None = None) -> Ints:
    """Return the base year of constant prices of each row (or of some rows); 0 where nothing names it."""
    years = np.zeros(len(frame) if rows is None else len(rows), np.int64)
    for name in _LABELS:
        if name in frame.columns:
            found, words = codes(frame[name] if rows is None else frame[name].take(rows))
            named = [base_year(word) for word in words]
            if any(named):
                own = np.array(named, np.int64)[found]
                years = np.where(own > 0, own, years)
    return years
