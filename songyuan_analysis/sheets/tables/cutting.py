"""A sheet as if some of its cells were empty; everything else keeps its address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from songyuan_analysis.sheets.containers.rawsheet import Merge
from songyuan_analysis.sheets.override.values import Area
from songyuan_analysis.sheets.reader import Sheet
from songyuan_analysis.sheets.tables.kinds import pattern_of


def cut(sheet: Sheet, *, keep: Area | None = None, drop: Iterable[Area] = ()) -> Sheet:
    """Empty the cells that are not kept, and those that are dropped.

    A merged cell that loses its first cell goes on in what is left of it: its text is that of all its cells.
    """
    kept = np.full((sheet.n_rows, sheet.n_columns), fill_value=keep is None)
    if keep is not None:
        kept[keep.top : keep.bottom + 1, keep.left : keep.right + 1] = True
    for area in drop:
        kept[area.top : area.bottom + 1, area.left : area.right + 1] = False
    if kept.all():
        return sheet
    values = [
        [value if ok else None for value, ok in zip(row, flags, strict=True)]
        for row, flags in zip(sheet.values, kept.tolist(), strict=True)
    ]
    kinds = [
        [kind if ok else "" for kind, ok in zip(pattern.kinds, flags, strict=True)]
        for pattern, flags in zip(sheet.patterns, kept.tolist(), strict=True)
    ]
    numbers = np.where(kept, sheet.numbers, np.nan)
    merges: list[Merge] = []
    for merge in sheet.merges:
        left = _left_of(merge, kept)
        if left is None:
            continue
        merges.append(left)
        (r0, c0), (r1, c1) = merge[:2], left[:2]
        if (r0, c0) != (r1, c1) and not kept[r0, c0]:
            values[r1][c1], kinds[r1][c1] = sheet.values[r0][c0], sheet.patterns[r0].kinds[c0]
            numbers[r1, c1] = sheet.numbers[r0, c0]
    patterns = [pattern_of(tuple(row)) for row in kinds]
    return replace(sheet, values=values, patterns=patterns, numbers=numbers, merges=merges)


def _left_of(merge: Merge, kept: NDArray[np.bool_]) -> Merge | None:
    """Return the rectangle that holds what is left of a merge, from its first kept cell on."""
    r0, c0, r1, c1 = merge
    places = np.argwhere(kept[r0 : r1 + 1, c0 : c1 + 1])
    if not len(places):
        return None
    (top, left), (bottom, right) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    if not kept[r0 + top, c0 + left]:
        top, left = places[0].tolist()  # what is left is no rectangle: it starts where its first cell is
    return r0 + top, c0 + left, r0 + bottom, c0 + right
