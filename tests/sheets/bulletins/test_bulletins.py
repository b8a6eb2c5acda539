"""Every figure of every bulletin is read with its labels, period and unit, out of three containers, and no other."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.marks import read_cell

from . import comparisons, forms, months, rows, series
from .layout import Layout

WriteBook = Callable[..., Path]

LAYOUTS = {**months.LAYOUTS, **comparisons.LAYOUTS, **forms.LAYOUTS, **series.LAYOUTS, **rows.LAYOUTS}
CONTAINERS = ("表.xlsx", "表.xls", "表.ods")

cases = pytest.mark.parametrize("container", CONTAINERS)
layouts = pytest.mark.parametrize("name", LAYOUTS)


def _read(write_book: WriteBook, layout: Layout, container: str) -> pd.DataFrame:
    path = write_book(layout.rows, layout.merges.split(), name=container, formats=layout.formats)
    return read_workbook(path)


def _places(layout: Layout) -> dict[str, float]:
    """Return the numbers of the bodies by address, as a reader of the print sees them."""
    found = {}
    for body in layout.bodies.split():
        match = re.fullmatch(r"([A-Z])(\d+):([A-Z])(\d+)", body)
        assert match is not None
        for r in range(int(match[2]), int(match[4]) + 1):
            for c in range(ord(match[1]) - 65, ord(match[3]) - 64):
                row = layout.rows[r - 1]
                reading = read_cell(row[c] if c < len(row) else None)
                if reading.is_number:
                    percent = layout.formats.get(chr(65 + c), "").endswith("%")
                    found[f"{chr(65 + c)}{r}"] = round(reading.value * 100, 9) if percent else reading.value
    return found


@cases
@layouts
def test_truth(write_book: WriteBook, name: str, container: str) -> None:
    """Check every fact that was typed by hand."""
    layout = LAYOUTS[name]
    frame = _read(write_book, layout, container)
    cells = {row.cell: row for row in frame.itertuples()}
    wrong = []
    for fact in layout.truth():
        row = cells.get(fact.cell)
        if row is None or math.isnan(row.value):
            if fact.value is not None:
                wrong.append((fact.cell, "missing", fact.row))
            continue
        got = (row.row_label_path, row.column_label_path, row.period, row.unit, row.value)
        want = (fact.row, fact.column, fact.period, fact.unit, fact.value)
        wrong += [(fact.cell, "want", w, "got", g) for w, g in zip(want, got, strict=True) if w != g]
    assert wrong == []


@cases
@layouts
def test_every_number_once(write_book: WriteBook, name: str, container: str) -> None:
    """Check that all numbers of the body are read as they are printed, and nothing else is."""
    layout = LAYOUTS[name]
    frame = _read(write_book, layout, container).dropna(subset="value")
    assert dict(zip(frame["cell"], frame["value"].round(9), strict=True)) == _places(layout)


@layouts
def test_truth_is_of_the_print(name: str) -> None:
    """Check the truth against the rows: at least twelve facts, each with the number of its cell."""
    layout = LAYOUTS[name]
    numbers = _places(layout)
    truth = layout.truth()
    assert len({fact.cell for fact in truth}) == len(truth) >= 12
    assert [fact.value for fact in truth] == [numbers.get(fact.cell) for fact in truth]
    assert any("虚构数据" in str(cell) for row in layout.rows for cell in row)
