"""How long reading takes, in multiples of the bare read of the same values by python-calamine.

    python -m tests.benchmarks.test_reading_speed [workbooks] [sheets]

prints the table; as a test it is short and asserts bounds of one and a half times what was reached (two cores,
200 workbooks, 30 sheets):

    .xlsx  one of 30 sheets 1.4   one by one 2.8   into one frame 2.5
    .xls   one of 30 sheets 3.4   one by one 9.6   into one frame 7.4

A bare read of a small .xls takes 80 µs: the frame alone, with its fourteen columns, costs as much again.
All numbers are made up (虚构数据).
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
import xlwt
from python_calamine import CalamineWorkbook

from songyuan_analysis.sheets import read_workbook, read_workbooks
from songyuan_analysis.sheets.tables import known

Rows = list[list[Any]]
SMALL, LARGE = (60, 15), (400, 60)


@dataclass(frozen=True)
class Timing:
    what: str
    suffix: str
    bare: float
    read: float
    bound: float

    @property
    def ratio(self) -> float:
        return self.read / self.bare


def made_up_table(number: int, rows: int, columns: int) -> Rows:
    """Title, unit line, header of years, rows of numbers, source: the usual printed table."""
    chance = random.Random(number)
    empty = [None] * (columns - 1)
    header = ["指标", *(f"{2026 - columns + c}年" for c in range(1, columns))]
    body = [
        [f"指标{r}号增加值", *(round(chance.uniform(1, 1000), 2) for _ in empty)] for r in range(rows - 4)
    ]
    title = [f"示例市第{number}表主要指标（虚构数据）", *empty]
    return [title, [*empty, "单位：亿元"], header, *body, ["资料来源：虚构数据。", *empty]]


def write(path: Path, tables: Sequence[Rows]) -> Path:
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            for rows in tables:
                sheet = book.add_worksheet()
                for r, row in enumerate(rows):
                    sheet.write_row(r, 0, row)
    else:
        old = xlwt.Workbook(encoding="utf-8")
        for number, rows in enumerate(tables, start=1):
            sheet = old.add_sheet(f"Sheet{number}")
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if value is not None:
                        sheet.write(r, c, value)
        old.save(str(path))
    return path


def bare_read(paths: Sequence[Path]) -> None:
    for path in paths:
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def times(action: Callable[[], object], runs: int) -> list[float]:
    """Processor times: what other programs do on the machine does not count."""
    found = []
    for _ in range(runs):
        start = time.process_time()
        action()
        found.append(time.process_time() - start)
    return found


def seconds(action: Callable[[], object], runs: int = 5) -> float:
    return statistics.median(times(action, runs))


def measure(folder: Path, workbooks: int, sheets: int) -> list[Timing]:
    found = []
    for suffix, bounds in ((".xlsx", (2.2, 4.2, 3.6)), (".xls", (4.5, 15, 11.5))):
        large = write(folder / f"large{suffix}", [made_up_table(n, *LARGE) for n in range(sheets)])
        small = [write(folder / f"small{n}{suffix}", [made_up_table(n, *SMALL)]) for n in range(workbooks)]
        read_workbook(small[0])  # imports and compiled patterns are no part of reading
        bare_large = seconds(lambda: bare_read([large]))  # noqa: B023 - called at once
        bare_small = seconds(lambda: bare_read(small))  # noqa: B023
        for what, bare, action, bound in (
            (f"one of {sheets} sheets", bare_large, lambda: read_workbook(large), bounds[0]),  # noqa: B023
            (f"{workbooks} one by one", bare_small, lambda: [*map(read_workbook, small)], bounds[1]),  # noqa: B023
            (f"{workbooks} into one frame", bare_small, lambda: read_workbooks(small), bounds[2]),  # noqa: B023
        ):
            found.append(Timing(what, suffix, bare, seconds(action), bound))
    return found


def as_text(timings: Sequence[Timing]) -> str:
    lines = [f"{'':28}{'bare, ms':>10}{'read, ms':>10}{'ratio':>8}"]
    lines += [
        f"{t.suffix:6}{t.what:22}{t.bare * 1e3:10.1f}{t.read * 1e3:10.1f}{t.ratio:8.2f}" for t in timings
    ]
    return "\n".join(lines)


@pytest.mark.slow
def test_reading_costs_a_small_multiple_of_the_bare_read(tmp_path: Path) -> None:
    timings = measure(tmp_path, workbooks=100, sheets=4)
    assert all(t.ratio < t.bound for t in timings), as_text(timings)


@pytest.mark.slow
def test_reading_is_faster_than_pandas_with_openpyxl(tmp_path: Path) -> None:
    path = write(tmp_path / "表.xlsx", [made_up_table(n, *LARGE) for n in range(2)])
    plain = seconds(lambda: pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl"), runs=1)
    assert min(times(lambda: read_workbook(path), 5)) < plain / 6


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["rows", "columns", "tables"])
def test_time_grows_with_size_and_not_with_its_square(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    """Four times the size in at most ten times the time, where a square would take sixteen.

    The quickest of several runs, because collecting garbage only ever adds; the sizes are such that no stub is
    remembered.
    """

    def path(size: int) -> Path:
        if shape == "tables":
            rows = [row for n in range(size) for row in [*made_up_table(n, 9, 5), [None] * 5]]
        else:
            rows = made_up_table(size, *((60 * size, 20) if shape == "rows" else (20, 12 * size)))
        return write(tmp_path / f"{size}.xlsx", [rows])

    # A small table would be known from the run before, a large one is not kept.
    monkeypatch.setattr(known, "answer", lambda sheet, find: find(sheet))
    small, large = path(20), path(80)
    read_workbook(small)
    assert min(times(lambda: read_workbook(large), 5)) < 10 * min(times(lambda: read_workbook(small), 5))


def main(arguments: Sequence[str]) -> None:
    workbooks, sheets = (*map(int, arguments), *(100, 30)[len(arguments) :])
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(as_text(measure(Path(folder), workbooks, sheets)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
