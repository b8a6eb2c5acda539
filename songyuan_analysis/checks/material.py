"""What the checks look at: observations with known meaning, in base units, prepared once for all rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd

from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.growth import rate_of_index
from songyuan_analysis.observations.breaks import Break
from songyuan_analysis.observations.catalogue import COUNTED, Catalogue, catalogue
from songyuan_analysis.observations.entries import Indicator
from songyuan_analysis.observations.store import STATUS_RANK, select_latest
from songyuan_analysis.sheets.conversion import base_of
from songyuan_analysis.sheets.units import parse_unit

# Binary factors of a base unit leave noise in the last bits.
NOISE = 1e-9
# One series of levels in one printing: what may be added and divided without asking which basis it has.
PRINT = ["file", "obs_status", "ref_area", "indicator", "price_base", "scope", "dim"]
# One series, whoever printed it.
SERIES = ["ref_area", "indicator", "price_base", "scope", "dim"]
# The months of a period within its year: what must be equal in two years that are compared.
SPAN = ["m0", "m1", "months"]

T = TypeVar("T")


class Material:
    """Observations of all vintages, and the views of them that the rules share.

    Parameters
    ----------
    observations : DataFrame
        As `load_observations(..., vintages="all")` returns them.
    breaks : sequence of Break
        Known breaks.
    words : Catalogue, optional
        Another catalogue than the shipped one.
    """

    def __init__(
        self, observations: pd.DataFrame, breaks: Sequence[Break] = (), words: Catalogue | None = None
    ) -> None:
        self.observations = observations.reset_index(drop=True)
        self.breaks = tuple(breaks)
        self.words = words or catalogue()
        self._made: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[Material], T]) -> T:
        """Return what several rules need, made when the first of them asks."""
        if name not in self._made:
            self._made[name] = make(self)
        return cast("T", self._made[name])

    def item(self, code: str) -> Indicator:
        """Return an indicator of the catalogue."""
        return self.words.indicator(code)

    def area_name(self, code: str) -> str:
        """Return the name of an area, or its code if the catalogue has none."""
        return self.words.areas[code].name_zh if code in self.words.areas else code

    def codes(self, **wanted: object) -> set[str]:
        """Return the codes of the indicators with these attributes."""
        return {i.code for i in self.words if all(getattr(i, name) == v for name, v in wanted.items())}

    @cached_property
    def ancestors(self) -> dict[str, tuple[str, ...]]:
        """The indicators above each indicator, the nearest first."""
        above: dict[str, tuple[str, ...]] = {}
        for item in self.words:
            chain: list[str] = []
            code = item.part_of or item.parent
            while code and code not in chain:
                chain.append(code)
                code = self.item(code).part_of or self.item(code).parent
            above[item.code] = tuple(chain)
        return above

    @cached_property
    def divisions(self) -> dict[tuple[str, str], frozenset[str]]:
        """The ways in which totals are divided: (total, division) and the parts that add up to it."""
        found: dict[tuple[str, str], set[str]] = {}
        for item in self.words:
            if item.part_of:
                found.setdefault((item.part_of, item.division), set()).add(item.code)
        return {key: frozenset(parts) for key, parts in found.items()}

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """Numbers of known meaning.

        Columns besides those of observations: ``value``, ``low`` and ``high`` (what the print stands for) in the
        base unit of ``dim``, with the ``factor`` from the written unit to it; ``y0 m0 y1 m1`` of the period, its
        ``months``; ``rank`` of the status.
        """
        frame = self.observations
        known = frame[
            (frame["indicator"] != "")
            & (frame["measure"] != "")
            & (frame["ref_area"] != "")
            & (frame["time_period"] != "")
            & frame["obs_value"].notna()
        ]
        known = known[known["indicator"].isin(list(self.words.indicators))].copy()
        factors = {unit: _factor(*unit) for unit in _units(known)}
        per_row = [factors[unit] for unit in zip(*_unit_columns(known), strict=True)]
        known["dim"] = pd.Series([dim for dim, _ in per_row], index=known.index, dtype="str")
        factor = np.array([number for _, number in per_row], dtype=float)
        printed = Bands.from_printed(known["obs_value"], known["decimals"].astype("float64"))
        known["factor"] = factor
        known["value"], known["low"], known["high"] = (
            part * factor for part in (printed.mid, printed.low, printed.high)
        )
        for name, column in (("0", "period_start"), ("1", "period_end")):
            known[f"y{name}"] = known[column].str[:4].astype(int)
            known[f"m{name}"] = known[column].str[5:7].astype(int)
        known["months"] = (known["y1"] - known["y0"]) * 12 + known["m1"] - known["m0"] + 1
        known["rank"] = known["obs_status"].map(STATUS_RANK).astype(int)
        return known

    @cached_property
    def latest(self) -> pd.DataFrame:
        """One row a number: the release that is used."""
        return select_latest(self.numbers)

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Levels of every release."""
        return self.numbers[self.numbers["measure"] == "level"]

    @cached_property
    def latest_levels(self) -> pd.DataFrame:
        """The level that is used for each number."""
        return self.latest[self.latest["measure"] == "level"]

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Growth in per cent on the same period of the year before; an index (上年=100) less its 100."""
        rows = self.numbers[self.numbers["measure"].isin(["yoy", "index_py100"])]
        rows = rows[
            (rows["months"] <= 12) & (rows["dim"].isin(["PT", ""]) | (rows["measure"] == "index_py100"))
        ].copy()
        index = (rows["measure"] == "index_py100").to_numpy()
        for name in ("value", "low", "high"):
            rows[name] = np.where(index, rate_of_index(rows[name].to_numpy()), rows[name])
        return rows

    def broken(self, steps: pd.DataFrame, y0: str, y1: str) -> pd.Series:
        """Say for each step of a series, from a year to another, whether a known break lies between."""
        marks = pd.Series(data=False, index=steps.index)
        if not self.breaks or steps.empty:
            return marks
        known = pd.DataFrame(
            [(b.ref_area, code, int(b.before), int(b.after)) for b in self.breaks for code in b.indicators],
            columns=["ref_area", "indicator", "before", "after"],
        )
        asked = steps[["ref_area", "indicator", y0, y1]].reset_index(names="at")
        met = asked.merge(known, on=["ref_area", "indicator"])
        met = met[(met[y0] <= met["before"]) & (met[y1] >= met["after"])]
        marks[met["at"].unique()] = True
        return marks

    def break_between(self, area: str, indicator: str, earlier: int, later: int) -> Break | None:
        """Return the known break of a series between two years."""
        between = (b for b in self.breaks if b.lies_between(area, indicator, str(earlier), str(later)))
        return next(between, None)


def bands_of(frame: pd.DataFrame, suffix: str = "") -> Bands:
    """Return value, low and high of a frame, or those with a suffix, as bands."""
    return Bands(*(frame[f"{name}{suffix}"].to_numpy(np.float64) for name in ("low", "value", "high")))


def rows_at(frame: pd.DataFrame, index: Sequence[Any]) -> tuple[pd.Series, ...]:
    """Return the rows of a frame at these labels."""
    return tuple(frame.loc[label] for label in index)


def _unit_columns(frame: pd.DataFrame) -> tuple[list[str], list[str], list[int]]:
    return (
        frame["unit"].tolist(),
        frame["unit_measure"].tolist(),
        frame["unit_mult"].fillna(0).astype(int).tolist(),
    )


def _units(frame: pd.DataFrame) -> set[tuple[str, str, int]]:
    return set(zip(*_unit_columns(frame), strict=True))


def _factor(unit: str, measure: str, mult: int) -> tuple[str, float]:
    """Return what a unit measures and the factor to its base unit; firms and households are counted alike."""
    name, factor = measure, 10.0**mult
    if parse_unit(unit).dimension == measure and measure:
        measured, per, exact = base_of(unit)
        name, factor = f"{measured}_PER_{per}" if per else measured, float(exact)
    return "ITEM" if name in COUNTED else name, factor
