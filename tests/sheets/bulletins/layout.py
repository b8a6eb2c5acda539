"""One printed table: its cells and merges, where its figures stand, and its truth, typed by hand from the print."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fact:
    """What one cell says; `value` is None where the print has no number."""

    cell: str
    row: str
    column: str
    period: str
    unit: str
    value: float | None


@dataclass(frozen=True)
class Layout:
    """A table with its truth.

    Attributes
    ----------
    rows : list of list
        The cells from A1 on.
    merges : str
        Areas, separated by blanks.
    bodies : str
        Areas of the figures, separated by blanks: no number elsewhere (codes, notes) is one.
    facts : str
        Lines of ``cell | row path | column path | period | unit | value``; a value ``-`` is missing.
    formats : dict
        Number formats by column letter.
    """

    rows: list[list[Any]]
    merges: str
    bodies: str
    facts: str
    formats: dict[str, str] = field(default_factory=dict)

    def truth(self) -> list[Fact]:
        """Return the facts."""
        found = []
        for line in self.facts.strip().splitlines():
            cell, row, column, period, unit, value = (part.strip() for part in line.split("|"))
            found.append(Fact(cell, row, column, period, unit, None if value == "-" else float(value)))
        return found
