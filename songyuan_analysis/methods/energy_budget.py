"""What a target of intensity leaves to be used, and what a fall of intensity has saved, in tonnes of standard coal.

Results are in the unit of the energy figure that they start from. 等价值 and 当量值, and the scopes with and without
feedstock, are different measures of energy: a target counts for the scope that it was set in and for no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from songyuan_analysis.errors import (
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
    UsageError,
)
from songyuan_analysis.methods.addresses import addresses
from songyuan_analysis.methods.bands import Array, Bands, carry
from songyuan_analysis.methods.codes import codes, dense
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.energy import N, use_of
from songyuan_analysis.methods.frames import Refusals, require_columns, result, settle
from songyuan_analysis.methods.pairs import bands_at, finished, meet, rows_like, rows_of, says
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.methods.reasons import Reasons


@dataclass(frozen=True, slots=True)
class Budget:
    """Energy that a target leaves, and how much more (negative: less) that is than was used, in the unit of the base."""

    allowed: Interval
    increment: Interval


def allowed_use(base: N, gdp_growth: N | float, change: N | float) -> N:
    """Return the energy that may be used: ``E0 · (1 + g_Y)(1 + d)``, rates in %."""
    return base * (100 + gdp_growth) / 100 * (100 + change) / 100


def saved_use(use: N, change: N) -> N:
    """Return the energy saved: ``E1 · (1 / (1 + d) − 1)``, the change in %."""
    return use * (100 / (100 + change) - 1)


def energy_budget(base: Interval, gdp_growth: Interval, change: Interval) -> Budget:
    """Return the energy use that a change of intensity leaves at a growth of GDP.

    Formula: ``E0 · (1 + g_Y)(1 + d)``, and that less ``E0``. Source: the definition of 万元地区生产总值能耗, solved for energy.
    For several years take growth and change over all of them. Our own arithmetic on published or assumed rates. Refuses
    energy below zero, and rates of −100 % and below.
    """
    if base.mid < 0 or min(gdp_growth.low, change.low) <= -100:
        raise UsageError(
            "能源消费量为负，或增速、降幅达到 -100%，算不出用能空间。", remedy="检查数值的单位和符号。"
        )
    return Budget(
        propagate(allowed_use, base, gdp_growth, change),
        propagate(lambda e, g, d: allowed_use(e, g, d) - e, base, gdp_growth, change),
    )


def energy_budget_of(base: Datum, gdp_growth: Datum, target: Datum) -> Budget:
    """Return the energy use that a published target leaves, from figures that know what they are.

    Formula: see `energy_budget`.

    Raises
    ------
    UnitMismatchError
        If energy is not in standard coal (electricity: kWh), or the rates are not in %.
    ScopeMismatchError
        If the target was set in another scope (等价值, 当量值, 扣除原料用能…) than the energy figure.
    PriceBaseMismatchError
        If growth of GDP is not at comparable prices.
    ComparabilityError
        If the three are not of one area.
    """
    refusal: tuple[type[ComparabilityError], str, str] | None = None
    if base.unit_measure not in {"TCE", "KWH"} or {gdp_growth.unit_measure, target.unit_measure} - {"", "PT"}:
        refusal = (
            UnitMismatchError,
            "要标准煤（或千瓦时）的总量和以%为单位的增速、降幅",
            "先按注明的口径折成标准煤。",
        )
    elif base.scope != target.scope:
        refusal = (
            ScopeMismatchError,
            f"口径“{base.scope or '全口径或未注明'}”与目标的“{target.scope or '全口径或未注明'}”不同",
            "换成目标所用口径的能源消费量。",
        )
    elif gdp_growth.price_base != "comparable":
        refusal = PriceBaseMismatchError, "地区生产总值增速不是可比价", "换成可比价增速。"
    elif len({base.ref_area, gdp_growth.ref_area, target.ref_area}) > 1:
        refusal = ComparabilityError, "不是同一地区的数", "换成同一地区的数。"
    if refusal is not None:
        kind, what, remedy = refusal
        said = f"{base.said}、{gdp_growth.said} 与 {target.said}"
        raise kind(f"{said}：{what}。", file=base.file, sheet=base.sheet, cell=base.cell, remedy=remedy)
    return energy_budget(base.interval, gdp_growth.interval, target.interval)


def energy_saved(use: Interval, change: Interval) -> Interval:
    """Return the energy saved against unchanged intensity, in the unit of energy use.

    Formula: ``E1 · (1 / (1 + d) − 1)``, which is ``(I0 − I1) · Y1``. Source: the definition of savings by 单位产值能耗.
    Positive where intensity fell, negative where it rose. Year by year, not over several: the sum of yearly savings and
    the savings over the span differ, since output differs. Refuses a change of −100 % and below.
    """
    if change.low <= -100:
        raise UsageError("能耗强度降幅达到 100%，算不出节能量。", remedy="检查降幅的单位和符号。")
    return propagate(saved_use, use, change)


def energy_budgets(
    observations: pd.DataFrame,
    *,
    gdp_growth: float | pd.Series,
    change: float | pd.Series,
    scope: str,
    use: str = "energy_total",
    refusals: Refusals = "raise",
) -> pd.DataFrame:
    """Compute the energy use that a target leaves, from levels of energy use.

    Formula, source and units: see `energy_budget`.

    Parameters
    ----------
    observations : DataFrame
        Every level of energy use in it is taken for the base of one budget.
    gdp_growth, change : float or Series
        In %, for all areas or by code of area; exact.
    scope : str
        The scope that the target was set in, "" for none.
    use : str, optional
    refusals : {"raise", "mark"}

    Returns
    -------
    DataFrame
        The columns `frames.RESULT`: measure ``target``, the period that of the base; the comment tells growth and change.
        An area without growth or change has no figure.

    Raises
    ------
    ScopeMismatchError
        If a figure has another scope than the target.
    UnitMismatchError
        If energy is not in standard coal (electricity: kWh).
    ComparabilityError
        If energy is below zero, or a rate is −100 % or below.
    """
    kind = use_of(use)
    require_columns(observations, ["unit_measure"])
    (rows,) = rows_of(observations, "level", use)
    like = rows_like(observations, rows, ["measure"])
    own = bands_at(observations, rows)
    area, words = codes(like["ref_area"])
    rates = [_rates(gdp_growth, words), _rates(change, words)]
    growth, fall = (rate[area] for rate in rates)
    said = Reasons(len(rows))
    said.say(~says(like, "scope", scope), ScopeMismatchError, f"目标的口径是“{scope or '全口径或未注明'}”")
    unit = kind.unit.partition("/")[0]
    said.say(~says(like, "unit_measure", kind.measured), UnitMismatchError, f"不是以{unit}计的总量")
    bad = (own.mid < 0) | (growth <= -100) | (fall <= -100)
    said.say(bad, ComparabilityError, "能源消费量为负，或增速、降幅达到-100%")
    values = carry(allowed_use, own, Bands.exact(growth), Bands.exact(fall))
    if not said.nothing.all():
        values = values.where(said.nothing)
    said.say(np.isnan(values.mid), None, "没有能源消费量、增速或降幅")
    alike, _ = dense([pd.factorize(rate)[0].astype(np.int64) for rate in rates])
    pairs = dict(zip(alike.tolist(), zip(*rates, strict=True), strict=True))
    texts = [f"地区生产总值增速{g:+g}%、能耗强度变动{d:+g}%时可用的量" for g, d in pairs.values()]
    said.say_each(np.arange(len(rows)), None, alike[area], texts)
    found = result(
        like, values, method="energy_budgets", sources=addresses(observations, rows).set_axis(like.index),
        refusal=said.refusal(like.index), comment=said.reason(like.index), measure="target",
    )  # fmt: skip
    return settle(found, refusals)


def energy_savings(
    observations: pd.DataFrame, *, use: str = "energy_total", refusals: Refusals = "raise"
) -> pd.DataFrame:
    """Compute the energy saved from levels of energy use and published changes of intensity.

    Formula, source and units: see `energy_saved`. The change is that of the same area, months and scope: what was saved of
    energy by one scope does not follow from the intensity of another.

    Raises
    ------
    ScopeMismatchError
        If the change is published in another scope only.
    UnitMismatchError
        If energy is not in standard coal (electricity: kWh).
    ComparabilityError
        If the change is −100 % or below. For others see `energy.intensity_change`.
    """
    kind = use_of(use)
    require_columns(observations, ["unit_measure"])
    (used,), (change,) = rows_of(observations, "level", use), rows_of(observations, "yoy", kind.intensity)
    pairs = meet(observations, used, change, price_base="comparable", plain_scope=False)
    wrong = ~says(observations, "unit_measure", kind.measured)[used]
    pairs.said.say(wrong, UnitMismatchError, f"要以{kind.unit.partition('/')[0]}计的总量")
    wrong = (pairs.second.low <= -100) & ~pairs.said.refused
    pairs.said.put(wrong, ComparabilityError, "降幅达到100%，不可能")
    values = carry(saved_use, pairs.first, pairs.second)
    return finished(pairs, values, refusals, method="energy_savings", measure="change")


def _rates(rate: float | pd.Series, areas: Sequence[str]) -> Array:
    """Return a rate for each of some areas."""
    if isinstance(rate, pd.Series):
        return rate.reindex(pd.Index(areas)).to_numpy(np.float64, na_value=np.nan)
    return np.full(len(areas), float(rate))
