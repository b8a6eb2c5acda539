"""Which table of the new release is which of the old one: by sheet, title, labels and periods together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from songyuan_analysis.sheets.changes.release import Table
from songyuan_analysis.sheets.changes.words import core, core_title, likeness

# Less in common than this, and two tables are not releases of one.
_ENOUGH = 2.0


@dataclass(frozen=True)
class Paired:
    """The tables that correspond, and those that stand alone."""

    both: list[tuple[Table, Table]]
    gone: list[Table]
    come: list[Table]


def pair_tables(old: Sequence[Table], new: Sequence[Table]) -> Paired:
    """Pair the tables that have most in common, each at most once."""
    scores = [
        (-score, i + j, min(i, j), i, j)
        for i, one in enumerate(old)
        for j, other in enumerate(new)
        if (score := _score(one, other)) >= _ENOUGH
    ]
    mate: dict[int, int] = {}
    taken: set[int] = set()
    for *_, i, j in sorted(scores):
        if i not in mate and j not in taken:
            mate[i] = j
            taken.add(j)
    return Paired(
        [(old[i], new[mate[i]]) for i in sorted(mate)],
        [table for i, table in enumerate(old) if i not in mate],
        [table for j, table in enumerate(new) if j not in taken],
    )


def _score(old: Table, new: Table) -> float:
    """Weigh what two tables have in common; labels weigh most, and without any the rest must be equal."""
    words = _overlap(old.words, new.words)
    title = _alike(core_title(old.title), core_title(new.title))
    sheet = old.sheet == new.sheet
    name = 1.0 if sheet else 0.5 * _alike(core(old.sheet), core(new.sheet))
    if words < 0.15 and not (title >= 0.8 and sheet):
        return 0.0
    same_place = sheet and old.block.index == new.block.index
    return 4 * words + title + name + _overlap(old.times, new.times) + 0.3 * same_place


def _alike(old: str, new: str) -> float:
    return 1.0 if old == new else likeness(old, new)


def _overlap(old: frozenset[object], new: frozenset[object]) -> float:
    """Return the part in common, 0 to 1; two empty sets say nothing against each other."""
    if not old and not new:
        return 0.5
    return len(old & new) / len(old | new)
