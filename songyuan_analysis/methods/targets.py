"""Targets: what kinds there are, in which direction they count, and whether a figure reaches them within its precision."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from songyuan_analysis.errors import CatalogueError, PlanWarning, UsageError
from songyuan_analysis.methods.bands import Array, Bands, carry
from songyuan_analysis.methods.precision import Interval, propagate
from songyuan_analysis.observations.catalogue import indicator
from songyuan_analysis.sheets.units import parse_unit

# "=" is a bare number in the plan: reached when the outcome gets there or beyond it. A cut "by 10 % or more" is
# "<= -10"; "at_most" is a ceiling (控制在…以内); "约" leaves half a unit of the target's last written digit.
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "growth": ("=", ">=", "约", "at_most"),
    "reduction": ("=", "<=", "约"),
    "count": ("=", ">=", "约", "at_most"),
    "amount": ("=", ">=", "约", "at_most"),
    "share": ("=", ">=", "约", "at_most"),
    "relational": ("in step with", "above the province"),
}
RATES = frozenset({"growth", "reduction", "relational"})
CEILING = "at_most"
_SIZES = ("count", "amount")

MET, MISSED, UNDECIDED = "met", "missed", "undecided"
NO_OUTCOME, NO_REFERENCE, CONTRADICTED = "no_outcome", "no_reference", "contradicted"
STATES: Mapping[str, str] = {
    MET: "达到目标",
    MISSED: "未达到目标",
    "ahead": "快于目标",
    "behind": "慢于目标",
    UNDECIDED: "精度内不能判定",
    NO_OUTCOME: "没有公布的结果",
    NO_REFERENCE: "没有可比的参照",
    CONTRADICTED: "结果互相矛盾",
}

LARGEST_GROWTH = 50.0
_NOISE = 1e-9  # binary noise of decimals; no figure is printed that finely


def counts_down(kind: str, operator: str, code: str = "") -> bool:
    """Say whether less is better: for reductions, ceilings, and shares of which the catalogue wants less.

    A cut of 3.5 % is met by a fall of 4.0 and missed by any rise; a ceiling is met from below.
    """
    if kind == "reduction" or operator in {"<=", CEILING}:
        return True
    return kind == "share" and operator in {"=", "约"} and wants_less(code)


def wants_less(code: str) -> bool:
    """Say whether a smaller figure of an indicator is the better one; what nobody knows is better when larger."""
    try:
        return indicator(code).good == "down"
    except CatalogueError:
        return False


def slack_of(operator: str, decimals: int) -> float:
    """Return how far short of the target still counts: half a unit of its last written digit for 左右, else nothing."""
    return 0.5 * 10.0**-decimals if operator == "约" else 0.0


def reached_from(target: float, operator: str, decimals: int) -> float:
    """Return the least figure that reaches a target where more is better: the target less its slack."""
    return target - slack_of(operator, decimals)


def lead(outcome: Any, target: Any, sign: Any = 1.0, slack: Any = 0.0) -> Any:
    """Return how far an outcome lies on the good side of a target; `sign` is −1 where less is better."""
    return sign * (outcome - target) + slack


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a figure stands to its target.

    Attributes
    ----------
    lead : Interval
        How far it lies on the good side, in the unit of both; negative is short of the target.
    state : {"met", "missed", "undecided"}
        What holds for every number that the print may stand for.
    as_printed : {"met", "missed"}
        What a reader of the printed digits says.
    """

    lead: Interval
    state: str
    as_printed: str

    @property
    def equal(self) -> bool:
        """Whether the printed digits lie exactly at the target, binary noise aside."""
        return abs(self.lead.mid) < _NOISE


def standing(
    outcome: Interval,
    target: Interval | float,
    *,
    down: bool = False,
    slack: float = 0.0,
    strict: bool = False,
) -> Standing:
    """Set one figure against its target.

    Formula: ``lead = outcome − target`` (the other way round where less is better) ``+ slack``; met where the whole
    interval of the lead is at or above zero, missed where it is below, else undecided.

    Parameters
    ----------
    outcome : Interval
    target : Interval or float
        A float is exact; growth of another indicator or area, which a target may be tied to, is an interval.
    down : bool
        Whether less is better, see `counts_down`.
    slack : float
        See `slack_of`.
    strict : bool
        Whether the target must be exceeded ("above the province").

    Examples
    --------
    >>> standing(Interval.from_printed("-4.0"), -3.5, down=True).state
    'met'
    >>> standing(Interval.from_printed("6.0"), 6.0).state
    'undecided'
    """
    wanted = target if isinstance(target, Interval) else Interval.exact(target)
    sign = -1.0 if down else 1.0
    ahead = propagate(lambda a, b: float(lead(a, b, sign, slack)), outcome, wanted)
    parts = (np.array([x]) for x in (ahead.low, ahead.mid, ahead.high))
    state, printed = states_of(Bands(*parts), np.array([strict]))
    return Standing(ahead, str(state[0]), str(printed[0]))


def states_of(ahead: Bands, strict: NDArray[np.bool_]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return what holds for every number that the prints may stand for, and what holds for the printed digits."""
    names = np.array(STATE_CODES, object)
    state, printed = state_codes(ahead, strict)
    return names[state], names[printed]


STATE_CODES = (UNDECIDED, MISSED, MET, NO_OUTCOME)


def state_codes(ahead: Bands, strict: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return both states of `states_of` as places in `STATE_CODES`: words are slow to choose among."""
    least = np.where(strict, _NOISE, -_NOISE)
    lacking = np.isnan(ahead.mid)
    state = np.where(lacking, 3, np.where(ahead.low >= least, 2, ahead.high < least))
    printed = np.where(lacking, 3, 1 + (ahead.mid >= least))
    return state.astype(np.int64), printed.astype(np.int64)


def leads(outcome: Bands, target: Bands, sign: Array, slack: Array) -> Bands:
    """Return the leads of a column of figures over a column of targets; see `lead`."""
    return carry(lambda a, b: lead(a, b, sign, slack), outcome, target)


def money_gap(level: Any, growth: Any, target: Any) -> Any:
    """Return the level less the level that the target growth would have brought, at the level's prices.

    Formula: ``Y − Y / (1 + g) · (1 + g*)``: negative where the target was missed. For GDP of 1002.18 at +3.8 against
    +6: −21.24. Our own arithmetic, never a published figure. Level and growth must be of one source.
    """
    return level - level / (1 + growth / 100) * (1 + target / 100)


def doubts(kind: str, value: float | None, growth: float | None = None) -> list[str]:
    """Name what is hard to believe about a target; an empty list if nothing is.

    Rules: a growth target (or a cut, or a growth stated beside an amount) above 50 % or below −50 %; a negative
    count. They are doubts and no refusals: a place may double its investment.

    >>> doubts("growth", 60.0)
    ['增速目标 60% 超出 ±50%']
    """
    found = []
    if value is not None and kind in {"growth", "reduction"} and abs(value) > LARGEST_GROWTH:
        found.append(f"增速目标 {value:g}% 超出 ±{LARGEST_GROWTH:g}%")
    if growth is not None and abs(growth) > LARGEST_GROWTH:
        found.append(f"同时写明的增速 {growth:g}% 超出 ±{LARGEST_GROWTH:g}%")
    if value is not None and kind == "count" and value < 0:
        found.append(f"计数目标 {value:g} 是负数")
    return found


TARGETS = ("ref_area", "indicator", "year", "kind", "operator", "value", "unit")


def check_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """Check a frame of targets and fill the columns that may be left out.

    Parameters
    ----------
    targets : DataFrame
        Columns `TARGETS` (``value`` in ``unit``, missing for relational targets), and optionally ``id``,
        ``decimals`` (as written, for 左右), ``price_base``, ``relative_to`` and ``planned``
        (indicator that a relational target is tied to, and that one's planned growth), ``growth`` (stated beside an
        amount), ``source`` (file › line). `songyuan_analysis.plan.Plan.targets` returns such a frame.

    Returns
    -------
    DataFrame
        A copy with all columns and a fresh index.

    Raises
    ------
    UsageError
        For a missing column, an unknown kind, an operator that does not fit it, a target without number or year, a
        cut that is not negative (3.5 for −3.5 would call every fall and some rises met), a count or an amount that is
        not positive (any outcome would meet it; a ceiling may be zero), or a rate in a unit that is none.
    """
    if not isinstance(targets, pd.DataFrame):
        raise UsageError("目标要是一张表。", remedy="计划写 plan.targets()，不是 plan 本身。")
    lacking = [name for name in TARGETS if name not in targets.columns]
    if lacking:
        raise UsageError(
            f"目标表缺少列：{'、'.join(lacking)}。", remedy="用 Plan.targets() 取出的表，或补上这些列。"
        )
    full = targets.reset_index(drop=True).copy()
    for name, empty in _OPTIONAL.items():
        if name not in full.columns:
            full[name] = empty
    try:
        full = full.astype(dict.fromkeys(("value", "planned", "growth"), "float64")).astype({"year": "int64"})
    except (TypeError, ValueError):
        raise UsageError(
            "目标的 value、planned、growth 或 year 不是数。",
            remedy="“约6”写成 operator=“约”、value=6；年份写成 2024。",
        ) from None
    value, growth = (full[name].to_numpy(np.float64) for name in ("value", "growth"))
    numberless = ~np.isfinite(value) & (full["kind"] != "relational").to_numpy(bool)
    kinds = full["kind"].astype("str")
    rising = (kinds == "reduction").to_numpy(bool) & (value >= 0)
    # Nothing at most (no accident) is a target; nothing at least is none.
    ceiling = (full["operator"] == CEILING).to_numpy(bool)
    empty = kinds.isin(_SIZES).to_numpy(bool) & ((value < 0) | ((value == 0) & ~ceiling))
    units = full["unit"].fillna("").astype("str").str.strip()
    rates = {unit for unit in units.unique() if not unit or parse_unit(unit).dimension == "PT"}
    foreign = kinds.isin(["growth", "reduction"]).to_numpy(bool) & ~units.isin(list(rates)).to_numpy(bool)
    known = full[["kind", "operator"]].drop_duplicates().itertuples(index=False, name=None)
    wrong = [pair for pair in known if pair[1] not in OPERATORS.get(pair[0], ())]
    if wrong or (numberless | rising | empty | foreign).any():
        _refuse_first(full, numberless, rising, empty, foreign)
    # Nobody doubts most targets: only those that may be doubted are looked at one by one.
    with np.errstate(invalid="ignore"):
        odd = np.abs(value) > LARGEST_GROWTH
        odd &= full["kind"].isin(["growth", "reduction"]).to_numpy(bool)
        odd |= (np.abs(growth) > LARGEST_GROWTH) | ((value < 0) & (full["kind"] == "count").to_numpy(bool))
    for row in full[odd][["id", "source", "kind", "value", "growth"]].itertuples(index=False):
        for doubt in doubts(str(row.kind), float(row.value), float(row.growth)):
            warnings.warn(f"{row.source} {row.id}：{doubt}，请核对。".strip(), PlanWarning, stacklevel=3)
    return full


def _refuse_first(full: pd.DataFrame, *faults: NDArray[np.bool_]) -> None:
    rows = zip(full.itertuples(index=False), full["value"].tolist(), *faults, strict=True)
    for row, value, lacking, up, empty, foreign in rows:
        name, kind, operator = str(row.id) or str(row.kind), str(row.kind), str(row.operator)
        allowed = OPERATORS.get(kind)
        if allowed is None or operator not in allowed:
            known = f"；operator：{'、'.join(allowed)}" if allowed else ""
            raise UsageError(
                f"目标“{name}”的 kind“{kind}”和 operator“{operator}”不成立。",
                file=str(row.source),
                remedy=f"可用的 kind：{'、'.join(OPERATORS)}{known}。",
            )
        if lacking:
            raise UsageError(f"目标“{name}”没有数值。", file=str(row.source), remedy="补上 value。")
        if up:
            raise UsageError(
                f"目标“{name}”是下降目标，value = {value:g} 却不是负数。",
                file=str(row.source),
                remedy=f"写成 {-value:g}。",
            )
        if empty:
            raise UsageError(
                f"目标“{name}”要的是数量或金额，value = {value:g} 却不是正数。",
                file=str(row.source),
                remedy="改正数值；若是上限（如零事故），写 operator = at_most。",
            )
        if foreign:
            raise UsageError(
                f"目标“{name}”是增速目标，单位“{row.unit}”却不是百分数。",
                file=str(row.source),
                remedy="单位写 %；若是总量，kind 用 amount 或 count。",
            )


_OPTIONAL: Mapping[str, Any] = {
    "id": "",
    "decimals": 0,
    "price_base": "",
    "relative_to": "",
    "planned": np.nan,
    "growth": np.nan,
    "source": "",
}
