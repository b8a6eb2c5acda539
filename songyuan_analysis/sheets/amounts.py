"""Cells that carry a unit beside the number: ``0.6 千克标准煤 / 千克``.

Only units with a denominator are read: ``30 年`` or ``100 人`` are labels as often as figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from songyuan_analysis.sheets import units

_NUMBER = r"[+-]?(?:\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?"
_PIECE = re.compile(rf"(?P<first>{_NUMBER})?(?P<range>\s*[~～–—-]\s*{_NUMBER})?\s*(?P<unit>[^\d\s].*)")
_TIME = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "AGE"})


@dataclass(frozen=True)
class Amount:
    """A number with its unit; `value` is None where the cell names a range or one thing in two units."""

    value: float | None
    unit: str


def read_amount(text: str) -> Amount | None:
    """Read a folded text that is a number and a unit with a denominator; None if it is anything else.

    Examples
    --------
    >>> read_amount("0.6 千克标准煤 / 千克")
    Amount(value=0.6, unit='千克标准煤/千克')
    >>> read_amount("100～200 千焦 / (20～40 千卡) / 千克").value is None
    True
    """
    if "/" not in text:
        return None
    pieces = [_PIECE.fullmatch(piece.strip(" ()")) for piece in text.split("/")]
    found = [piece for piece in pieces if piece is not None]
    if len(found) < len(pieces) or found[0]["first"] is None or found[-1]["first"] is not None:
        return None
    names = [piece["unit"].strip() for piece in found]
    if not all(units.is_unit(name) for name in names) or units.parse_unit(names[0]).dimension in _TIME:
        return None
    if len(found) > 2 or found[0]["range"]:
        return Amount(None, "")
    return Amount(float(found[0]["first"].replace(" ", "")), "/".join(names))
