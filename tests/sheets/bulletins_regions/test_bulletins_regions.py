"""Every noted fact must be read as it was noted, in every container, and no number may be read that is not there."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.sheets import read_workbook

from . import completion, counties, fiscal, spans, untidy, variants
from .model import Bulletin, Fact

WriteBook = Callable[..., Path]
BULLETINS = {
    name: bulletin
    for module in (counties, completion, spans, fiscal, untidy, variants)
    for name, bulletin in module.BULLETINS.items()
}
CONTAINERS = ["表.xlsx", "表.xls", "表.ods"]
each = pytest.mark.parametrize("name", BULLETINS)
everywhere = pytest.mark.parametrize("container", CONTAINERS)


def read(write_book: WriteBook, bulletin: Bulletin, container: str) -> dict[tuple[str, str], Any]:
    """Return the rows of the frame by sheet and cell; no cell may come twice."""
    hidden = (bulletin.hidden_rows, bulletin.hidden_columns)
    frame: pd.DataFrame = read_workbook(
        write_book(bulletin.sheets, bulletin.merges, name=container, hidden=hidden)
    )
    rows = {(row.sheet, row.cell): row for row in frame.itertuples()}
    assert len(rows) == len(frame)
    return rows


def differences(fact: Fact, row: Any) -> list[str]:
    """Say what was read otherwise than noted."""
    if row is None:
        return [f"{fact.cell}: not read"]
    found = [
        f"{fact.cell} {what}: noted {noted!r}, read {got!r}"
        for what, noted, got in (
            ("row", fact.row, row.row_label_path),
            ("column", fact.column, row.column_label_path),
            ("period", fact.period, row.period),
            ("unit", fact.unit, row.unit),
            ("hidden", fact.hidden, row.hidden),
        )
        if noted != got
    ]
    if not fact.same_value(row.value):
        found.append(f"{fact.cell} value: noted {fact.value!r}, read {row.value!r}")
    # After the mark the reader may say why.
    if not row.mark.startswith(fact.mark) or bool(row.mark) != bool(fact.mark):
        found.append(f"{fact.cell} mark: noted {fact.mark!r}, read {row.mark!r}")
    return found


@everywhere
@each
def test_facts(write_book: WriteBook, name: str, container: str) -> None:
    """Check that every noted fact is read with its labels, period, unit, value, mark and state."""
    bulletin = BULLETINS[name]
    rows = read(write_book, bulletin, container)
    assert len(bulletin.facts) >= 12
    wrong = [text for fact in bulletin.facts for text in differences(fact, rows.get((fact.sheet, fact.cell)))]
    assert not wrong, "\n".join(["", *wrong])


@everywhere
@each
def test_no_other_numbers(write_book: WriteBook, name: str, container: str) -> None:
    """Check that a number is read only where one is printed, and as it is printed."""
    bulletin = BULLETINS[name]
    wrong = []
    for (sheet, cell), row in read(write_book, bulletin, container).items():
        if math.isnan(row.value):
            continue
        printed = bulletin.sheets[sheet][int(cell[1:]) - 1][ord(cell[0]) - 65]
        if isinstance(printed, str):
            plain = printed.isascii() and printed.replace(",", "").replace(".", "", 1).isdigit()
            printed = float(printed.replace(",", "")) if plain else bulletin.damaged.get(cell)
        if cell in bulletin.nobody or printed is None or not math.isclose(row.value, printed):
            wrong.append(f"{cell}: printed {printed!r}, read {row.value!r} ({row.row_label_path})")
    assert not wrong, "\n".join(["", *wrong])


@each
def test_every_bulletin_is_marked_as_made_up(name: str) -> None:
    """Check that each workbook says that its figures are made up."""
    cells = [cell for rows in BULLETINS[name].sheets.values() for row in rows for cell in row]
    assert any("虚构数据" in str(cell) for cell in cells)
