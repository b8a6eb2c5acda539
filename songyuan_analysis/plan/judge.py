"""From an outcome and a target to a state, with an honest word about the precision of the print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.targets import lead

STATES: Mapping[str, str] = {
    "met": "已完成",
    "missed": "未完成",
    "ahead": "快于目标",
    "behind": "慢于目标",
    "no_outcome": "结果未公布",
    "no_plan": "无计划",
}

_SAME = 1e-9  # binary noise of decimals; no figure is printed that finely


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, and what must be said beside it ("" if the print settles the matter)."""

    state: str
    caution: str = ""

    @property
    def reached(self) -> bool:
        """Whether the target is reached, or is being reached within the year."""
        return self.state in {"met", "ahead"}


def judge(
    outcome: Interval,
    target: float,
    *,
    whole_year: bool,
    down: bool = False,
    slack: float = 0.0,
    strict: bool = False,
) -> Verdict:
    """Compare an outcome with a target.

    The printed number decides, as it would for a reader; equal as printed counts as reached. Where the
    interval of the print lies on both sides of the target, the verdict says so.

    Parameters
    ----------
    outcome : Interval
        Printed number with its precision, in the target's unit.
    target : float
    whole_year : bool
        Only after the year's end is a target met or missed; before, the figures run ahead or behind.
    down : bool
        For reductions and ceilings: lower is better.
    slack : float
        How far short of the target still counts (左右).
    strict : bool
        Whether the target must be exceeded ("above").

    Returns
    -------
    Verdict
    """
    sign = -1.0 if down else 1.0
    ahead = lead(outcome.mid, target, sign, slack)
    threshold = target - sign * slack
    equal = abs(ahead) < _SAME
    reached = ahead > 0 and not equal if strict else ahead > 0 or equal
    caution = ""
    if equal:
        caution = "按印出的位数与目标持平" + ("，不算高于" if strict else "，视为达到")
    elif outcome.low < threshold < outcome.high:
        caution = "印出的精度跨过目标，真值可能在另一侧，这里按印出的数判断"
    if whole_year:
        return Verdict("met" if reached else "missed", caution)
    return Verdict("ahead" if reached else "behind", caution)
