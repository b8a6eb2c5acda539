"""Formats found in the XML of the sheets are those that openpyxl finds."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.containers import formatting


@pytest.fixture
def formatted(tmp_path: Path) -> Path:
    path = tmp_path / "格式.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("甲 & 乙")
        percent, indent = book.add_format({"num_format": "0.0%"}), book.add_format({"indent": 2})
        sheet.write_row(0, 0, ["指标", "2023年", "2024年"])
        for r in range(1, 5):
            sheet.write(r, 0, f"虚构{r}", indent if r > 2 else None)
            sheet.write_row(r, 1, [0.075, 0.5], percent if r % 2 else None)
        sheet.write(5, 0, "文字", indent)
        sheet.write(5, 1, "12", percent)
        sheet.merge_range(6, 0, 6, 2, "合并", indent)
        sheet.write_blank(7, 0, None, indent)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})
    return path


def test_same_as_openpyxl(formatted: Path) -> None:
    found = formatting.xlsx_formats(formatted.read_bytes())["甲 & 乙"]
    assert found.percents == {(1, 1), (1, 2), (3, 1), (3, 2)}
    assert found.indents == {(3, 0): 2, (4, 0): 2, (5, 0): 2, (6, 0): 2}
    assert found.hidden_rows == {2}
    assert found.hidden_columns == {2}
    model = openpyxl.load_workbook(formatted)["甲 & 乙"]
    for row in model.iter_rows(max_row=7):
        for cell in row:
            place = (cell.row - 1, cell.column - 1)
            assert found.indents.get(place, 0) == int(cell.alignment.indent)


def test_cells_without_addresses(formatted: Path) -> None:
    """Some writers leave addresses out; then only the order of the cells says where they stand."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(formatted) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                content = re.sub(rb'(<c) r="[A-Z]+\d+"', rb"\1", content)
            new.writestr(name, content)
    found = formatting.xlsx_formats(buffer.getvalue())["甲 & 乙"]
    assert found.percents == {(1, 1), (1, 2), (3, 1), (3, 2)}


def test_percents_are_read_as_they_are_shown(formatted: Path) -> None:
    frame = read_workbook(formatted).set_index("cell")
    assert frame.loc["B2", ["value", "unit"]].tolist() == [7.5, "%"]
    assert frame.loc["B3", ["value", "unit"]].tolist() == [0.075, ""]
    assert frame.loc["C2", "hidden"] and frame.loc["B3", "hidden"] and not frame.loc["B2", "hidden"]
