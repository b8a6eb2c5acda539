"""From an outcome and a target to a state, with an honest word about the precision of the print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.targets import MET, UNDECIDED, standing

STATES: Mapping[str, str] = {
    "met": "已完成",
    "missed": "未完成",
    "ahead": "快于目标",
    "behind": "慢于目标",
    "no_outcome": "结果未公布",
    "no_plan": "无计划",
}


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
    """Compare an outcome with a target, by `songyuan_analysis.methods.targets.standing`.

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
    found = standing(outcome, target, down=down, slack=slack, strict=strict)
    reached = found.as_printed == MET
    caution = ""
    if found.equal:
        caution = "按印出的位数与目标持平" + ("，不算高于" if strict else "，视为达到")
    elif found.state == UNDECIDED:
        caution = "印出的精度跨过目标，真值可能在另一侧，这里按印出的数判断"
    if whole_year:
        return Verdict("met" if reached else "missed", caution)
    return Verdict("ahead" if reached else "behind", caution)
