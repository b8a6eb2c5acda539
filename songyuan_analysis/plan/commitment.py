"""What a plan promises, one value per commitment, and how the promise is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from songyuan_analysis.methods import targets
from songyuan_analysis.methods.growth import base_from_growth
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.observations.catalogue import COUNTED, indicator

# What each kind of commitment promises, with the operators that make sense for it.
OPERATORS: Mapping[str, tuple[str, ...]] = {**targets.OPERATORS, "qualitative": ("",)}
KINDS: tuple[str, ...] = tuple(OPERATORS)
BASE_OPERATORS: tuple[str, ...] = ("=", ">", ">=", "约", "above the province")


_AFTER = {">=": "以上", "<=": "以上", "约": "左右"}


def same_count(one: str, other: str) -> bool:
    """Whether two unit dimensions count the same, measure words being interchangeable."""
    return one == other or {one, other} <= COUNTED


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """One commitment of a plan.

    A number and the growth stated with it (388 亿元, +5 %) are one commitment: the plan makes one promise and
    says it in two ways. The base that they imply is computed, never typed.

    Attributes
    ----------
    id : str
        Stable ASCII name such as ``headline.gdp``.
    section, name_zh, name_en : str
    kind : str
        One of `KINDS`.
    indicator : str
        Code of the catalogue; "" for qualitative commitments.
    area : str
        GB/T 2260 code of the area that promises.
    operator : str
        See `OPERATORS`; literal, so that a cut "by 10 % or more" is ``<= -10``; ``at_most`` is a ceiling.
    value : float or None
        The target; None for relational and qualitative commitments. Reductions are negative.
    decimals : int
        Decimals of the target as written, which decide how wide 左右 is.
    unit : str
    growth : float or None
        Growth in % that the plan states beside a count or an amount.
    price_base : str
        Prices that an outcome must have ("comparable"), "" if any.
    relative_to : str
        Indicator that a relational commitment is measured by.
    reference : str
        Id of the commitment whose target serves as the planned reference.
    due : str
        ISO date.
    line : int
        Line of the register where the commitment begins.
    """

    id: str
    section: str
    name_zh: str
    name_en: str
    kind: str
    indicator: str = ""
    area: str = ""
    operator: str = ""
    value: float | None = None
    decimals: int = 0
    unit: str = ""
    growth: float | None = None
    price_base: str = ""
    relative_to: str = ""
    reference: str = ""
    due: str = ""
    note: str = ""
    line: int = 0

    @property
    def measurable(self) -> bool:
        """Whether the plan gives something to measure against."""
        return self.kind != "qualitative"

    @property
    def ceiling(self) -> bool:
        """Whether the number is what must not be exceeded (控制在…以内)."""
        return self.operator == targets.CEILING

    @property
    def implied_base(self) -> float | None:
        """What the number and the growth stated with it say of the year before; None without both."""
        if self.value is None or self.growth is None:
            return None
        return base_from_growth(Interval.exact(self.value), Interval.exact(self.growth)).mid

    @property
    def down(self) -> bool:
        """Whether less is better: cuts, ceilings, and percentages of which the catalogue wants less."""
        return targets.counts_down(self.kind, self.operator, self.indicator)

    @property
    def target_text(self) -> str:
        """How the plan's target is said, for instance 120个以上 or 增长6%."""
        if self.kind == "qualitative":
            return "没有数量要求"
        if self.operator == "in step with":
            other = "经济" if self.relative_to == "gdp" else indicator(self.relative_to).name_zh
            return f"与{other}同步"
        if self.operator == "above the province":
            return "高于全省"
        assert self.value is not None, self.id  # the register's check has seen to it
        after = _AFTER.get(self.operator, "")
        if self.ceiling:
            return f"控制在{self.value:.{self.decimals}f}{self.unit}以内"
        if self.kind in {"growth", "reduction"}:
            verb = "增长" if self.value >= 0 else "下降"
            return f"{verb}{abs(self.value):.{self.decimals}f}{self.unit}{after}"
        text = f"{self.value:.{self.decimals}f}{self.unit}{after}"
        if self.growth is None:
            return text
        verb = "增长" if self.growth >= 0 else "下降"
        return f"{text}（{verb}{abs(self.growth):g}%）"


@dataclass(frozen=True, kw_only=True)
class BaseFigure:
    """One figure of the year before, as the plan's own document states it.

    The document speaks in bounds (超过, 以上), so the operator belongs to the figure.
    """

    id: str
    name_zh: str
    name_en: str
    indicator: str
    measure: str
    period: str
    operator: str
    area: str = ""
    value: float | None = None
    decimals: int = 0
    unit: str = ""
    price_base: str = ""
    note: str = ""
    line: int = 0
