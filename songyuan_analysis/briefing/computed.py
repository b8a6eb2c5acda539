"""Rows of the methods' results as printed numbers: our own arithmetic, with its interval, its words and its cells."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from songyuan_analysis.briefing.arithmetic import OWN, Maybe
from songyuan_analysis.briefing.figure import Figure, Formula, Missing, Source
from songyuan_analysis.briefing.view import View

Row = Mapping[Any, Any]


def sources_at(view: View, addresses: str) -> tuple[Source, ...]:
    """Return the sources behind the addresses that a result names."""
    return tuple(dict.fromkeys(source for f in view.figures_at(addresses) for source in f.sources))


def computed(
    view: View,
    row: Row,
    *,
    what: str,
    unit: str,
    decimals: int = 1,
    name: str = "obs_value",
    missing: Missing | None = None,
    more: tuple[Source, ...] = (),
    formula: Formula | None = None,
    suffix: str = "",
) -> Maybe:
    """Return one number of a row of a result.

    Parameters
    ----------
    view : View
        Where the cells are looked up.
    row : mapping
        With ``sources``, and with ``low`` and ``high`` beside ``obs_value``, or ``name_low`` and ``name_high`` beside
        another name.
    what : str
        The formula in words.
    unit, decimals, formula, suffix
        As of a `Figure`.
    name : str
        Column of the number.
    missing : Missing, optional
        What stands where the method gave nothing; without it the method's own comment.
    more : tuple of Source
        Origins that are no observations, such as the plan.
    """
    value = float(row[name])
    if math.isnan(value):
        return missing or Missing("—", str(row.get("comment_obs", "")))
    ends = ("low", "high") if name == "obs_value" else (f"{name}_low", f"{name}_high")
    low, high = (float(row[end]) if end in row else value for end in ends)
    return Figure(
        value=value,
        decimals=decimals,
        unit=unit,
        sources=tuple(dict.fromkeys((*sources_at(view, str(row["sources"])), *more))),
        derivation=f"{what}（{OWN}）",
        low=low,
        high=high,
        formula=formula,
        suffix=suffix,
        status="",
    )
