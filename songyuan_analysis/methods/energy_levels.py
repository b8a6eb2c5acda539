"""Energy per unit of GDP from levels: tonnes of standard coal over GDP at constant prices, nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
)
from songyuan_analysis.methods.bands import carry
from songyuan_analysis.methods.base_year import base_year, base_years
from songyuan_analysis.methods.comparable import require_comparable
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.energy import use_of
from songyuan_analysis.methods.frames import Refusals, require_columns
from songyuan_analysis.methods.matching import tens
from songyuan_analysis.methods.pairs import Pairs, finished, meet, rows_of, says
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.observations.breaks import Break


def change_from_levels(
    energy: Datum, energy_before: Datum, gdp: Datum, gdp_before: Datum, breaks: Iterable[Break] = ()
) -> Interval:
    """Return the change of energy intensity from levels of energy use and of GDP, in %.

    Formula: ``(E1 / Y1) / (E0 / Y0) − 1``. Source: definition of 万元地区生产总值能耗. Energy in tonnes of standard
    coal (electricity in kWh), GDP at constant prices of one base year.

    Raises
    ------
    PriceBaseMismatchError
        If GDP is not at constant prices, or the two years name different base years.
    ComparabilityError
        See `intensity_level` and `songyuan_analysis.methods.comparable.require_comparable`.
    """
    known = list(breaks)
    for now, before in ((energy, energy_before), (gdp, gdp_before)):
        require_comparable(now, before, known)
    bases = [base_year(f"{item.row_label_path} {item.unit}") for item in (gdp, gdp_before)]
    if all(bases) and bases[0] != bases[1]:
        raise PriceBaseMismatchError(
            f"{gdp.said} 与 {gdp_before.said} 的不变价基期不同（{bases[0]}年与{bases[1]}年）。",
            file=gdp.file, sheet=gdp.sheet, cell=gdp.cell, remedy="换成同一基期的数，或改用公布的可比价增速。",
        )  # fmt: skip
    intensity_level(energy, gdp)
    intensity_level(energy_before, gdp_before)
    return propagate(
        lambda e1, e0, y1, y0: 100 * ((e1 * y0) / (y1 * e0) - 1),
        energy.base_interval, energy_before.base_interval, gdp.base_interval, gdp_before.base_interval,
    )  # fmt: skip


def intensity_level(energy: Datum, gdp: Datum) -> Interval:
    """Return the energy used per 10,000 yuan of GDP, in tonnes of standard coal (electricity: kWh).

    Formula: ``E / (Y / 10⁴)``. Source: definition of 万元地区生产总值能耗, GDP at constant prices of a stated base.
    等价值 and 当量值 are scopes of energy and stay with the figure that they were said of.

    Raises
    ------
    UnitMismatchError
        If energy is neither in standard coal nor in kWh, or GDP is not in money.
    PriceBaseMismatchError
        If GDP is not at constant prices.
    AccumulationMismatchError
        If the two do not span the same months.
    ComparabilityError
        If area or measure differ, GDP is of another scope, or not surely positive.
    """
    both = f"{energy.said} 与 {gdp.said}"
    refusal: tuple[type[ComparabilityError], str, str] | None = None
    if energy.unit_measure not in {"TCE", "KWH"} or gdp.unit_measure != "CNY":
        refusal = (
            UnitMismatchError,
            "的单位不是标准煤（或千瓦时）与元",
            "先按等价值或当量值折成标准煤，注明口径。",
        )
    elif gdp.price_base != "comparable":
        refusal = (
            PriceBaseMismatchError,
            "里的地区生产总值不是可比价",
            "能耗强度只用不变价的地区生产总值计算。",
        )
    elif gdp.scope not in {"", energy.scope}:
        refusal = ScopeMismatchError, "的统计口径不同", "换成同一口径的数。"
    elif (energy.period_start, energy.period_end) != (gdp.period_start, gdp.period_end):
        refusal = AccumulationMismatchError, "的时期不同", "换成同一时期的数。"
    elif energy.ref_area != gdp.ref_area or (energy.measure, gdp.measure) != ("level", "level"):
        refusal = ComparabilityError, "不是同一地区的总量", "换成同一地区的总量。"
    elif gdp.interval.low <= 0:
        refusal = ComparabilityError, "里的地区生产总值不是正数", "检查数值和单位。"
    if refusal is not None:
        kind, what, remedy = refusal
        raise kind(f"{both} {what}。", file=energy.file, sheet=energy.sheet, cell=energy.cell, remedy=remedy)
    factor = 10.0 ** (energy.unit_mult - gdp.unit_mult + 4)
    return propagate(lambda e, y: e / y * factor, energy.interval, gdp.interval)


def intensity_levels(
    observations: pd.DataFrame, *, use: str = "energy_total", refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Compute energy use per 10,000 yuan from levels of energy use and of GDP at constant prices.

    Formula, source and units: see `intensity_level`. The base year of prices is written into ``comment_obs`` where
    labels or notes of GDP name it; levels of two base years are two series.

    Raises
    ------
    PriceBaseMismatchError
        If GDP is there, but not at constant prices.
    UnitMismatchError
        If energy use is not in standard coal (electricity: kWh), or GDP not in money.
    ComparabilityError
        See `intensity_change`; also where GDP is not surely positive.
    """
    kind = use_of(use)
    require_columns(observations, ["unit_measure", "unit_mult"])
    rows = rows_of(observations, "level", use, kind.product)
    pairs = meet(observations, *rows, price_base="comparable")
    power = observations["unit_mult"].to_numpy(np.float64, na_value=np.nan)
    factor = tens(power[pairs.rows] - power[pairs.partner] + 4)
    values = carry(lambda e, y: e / y * factor, pairs.first, pairs.second)
    fine = says(observations, "unit_measure", kind.measured)[pairs.rows]
    fine &= says(observations, "unit_measure", "CNY")[pairs.partner]
    pairs.said.say(~fine, UnitMismatchError, f"要以{kind.unit}为单位的两个数")
    _say_base_years(pairs)
    wrong = (pairs.second.low <= 0) & ~pairs.said.refused
    pairs.said.put(wrong, ComparabilityError, "地区生产总值不是正数")
    return finished(
        pairs, values, refusals, method="intensity_levels", indicator=kind.intensity, measure="level",
        price_base="comparable", unit=kind.unit, unit_measure=f"{kind.measured}_PER_10KCNY", unit_mult=0,
    )  # fmt: skip


def _say_base_years(pairs: Pairs) -> None:
    """Tell the base years of constant prices that labels, titles or notes of the second side name."""
    rows = np.flatnonzero(pairs.usable)
    years, which = np.unique(base_years(pairs.frame, pairs.partner[rows]), return_inverse=True)
    texts = [f"按{year}年价格计算" if year else "不变价的基期未注明" for year in years.tolist()]
    pairs.said.say_each(rows, None, which.astype(np.int64), texts)
