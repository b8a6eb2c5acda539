"""A table that comes again is read as if it came alone: what is remembered never reaches a wrong sheet. 虚构数据."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songyuan_analysis.sheets import captions
from songyuan_analysis.sheets.layout import find_blocks
from songyuan_analysis.sheets.reader import Merge, Sheet
from songyuan_analysis.sheets.tables import columns, kinds, known, rows
from songyuan_analysis.sheets.tables.recent import Recent
from songyuan_analysis.sheets.tidy import Cells

Rows = list[list[Any]]
TABLE: Rows = [
    ["示例市主要指标（虚构数据）", None, None, None, None],
    [None, None, None, None, "单位：亿元"],
    ["指标", "2022年", "2023年", "2024年", "增长(%)"],
    ["地区生产总值", 811.5, 836.25, 1002.18, 6.1],
    ["  第一产业", 210.0, 221.5, 233.75, 4.0],
    ["  第二产业", 150.5, "…", 170.25, -1.5],
    ["进出口总额（万美元）", 12.5, 13.5, 14.5, 3.5],
    ["资料来源：虚构数据。", None, None, None, None],
]
# Texts, numbers and kinds that mean something to one step of the reading or another.
WORDS = [
    None, "", "…", "-", "单位：万元", "单位：%", "2024年1—6月", "注：虚构数据。", "其中：工业", "一、总量", "甲", "栏次", "编号",
    "12.5(3)", "代码", "累计", "本月", "99年", "合计", "English", "地区", "第一产业①", "1,002.5", "2023", "同比增长（%）", "指标",
    1.0, 2.0, 3.0, 15.0, 1999.0, 2024.0, 2025.0, 0.075, 100.0, 1e9, -3.25, float("inf"), True, dt.date(2024, 3, 1),
]  # fmt: skip
PLACES = st.tuples(st.integers(0, len(TABLE) - 1), st.integers(0, 4))
MERGES: list[Merge] = [(0, 0, 0, 4), (2, 1, 2, 2), (1, 0, 2, 0), (3, 0, 4, 0), (4, 1, 4, 3)]


@pytest.fixture(autouse=True)
def _nothing_is_known() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    """Forget every table and every stub and header."""
    known._known = Recent(known._MOST_CELLS)
    rows._known, columns._known = Recent(32), Recent(128)
    captions._known.clear()


def sheet_of(table: Rows, name: str = "Sheet1", **formats: Any) -> Sheet:
    cells = kinds.classify([row.copy() for row in table])
    return Sheet(name, cells.values, cells.patterns, cells.numbers, form=cells.form, **formats)


def read(sheet: Sheet) -> tuple[pd.DataFrame, list[Any]]:
    """Return the labelled cells and all decisions."""
    blocks = find_blocks(sheet)
    cells = Cells()
    for block in blocks:
        cells.add(block)
    return cells.frame(), [(b.heading, b.notes, b.rows, b.columns, b.evidence) for b in blocks]


def same_as_alone(sheet: Sheet) -> bool:
    """Whether a sheet is read after others as it is read alone; True leaves it in memory."""
    after, decisions = read(sheet)
    forget()
    alone, decided = read(sheet)
    pd.testing.assert_frame_equal(after, alone, check_exact=True)
    assert decisions == decided
    return True


def changed(table: Rows, changes: dict[tuple[int, int], Any]) -> Rows:
    return [[changes.get((r, c), value) for c, value in enumerate(row)] for r, row in enumerate(table)]


@settings(max_examples=300)
@given(
    st.dictionaries(PLACES, st.sampled_from(WORDS), max_size=4),
    st.dictionaries(PLACES, st.sampled_from(WORDS), min_size=1, max_size=4),
)
def test_a_table_that_differs_is_read_as_if_it_came_alone(
    first: dict[tuple[int, int], Any], second: dict[tuple[int, int], Any]
) -> None:
    forget()
    before = changed(TABLE, first)
    read(sheet_of(before))
    assert same_as_alone(sheet_of(changed(before, second)))


@settings(max_examples=300)
@given(st.lists(st.sampled_from([w for w in WORDS if isinstance(w, float)]), min_size=15, max_size=15))
def test_other_numbers_under_the_same_labels(numbers: list[float]) -> None:
    forget()
    read(sheet_of(TABLE))
    places = [(r, c) for r in range(3, 7) for c in range(1, 5) if not isinstance(TABLE[r][c], str)]
    assert same_as_alone(sheet_of(changed(TABLE, dict(zip(places, numbers, strict=True)))))


FORMATS = st.one_of(
    st.fixed_dictionaries({"merges": st.lists(st.sampled_from(MERGES), max_size=2)}),
    st.fixed_dictionaries({"indents": st.dictionaries(PLACES, st.integers(1, 3), max_size=3)}),
    st.fixed_dictionaries({"percents": st.sets(PLACES, max_size=8)}),
    st.fixed_dictionaries(
        {"comments": st.dictionaries(PLACES, st.sampled_from(["批注甲", "批注乙"]), max_size=4)}
    ),
    st.fixed_dictionaries({"hidden_rows": st.frozensets(st.integers(3, 6), max_size=2)}),
    st.fixed_dictionaries({"hidden_columns": st.frozensets(st.integers(1, 4), max_size=2)}),
    st.fixed_dictionaries({"hidden": st.booleans()}),
    st.fixed_dictionaries({"name": st.sampled_from(["Sheet1", "2023年", "2024年6月"])}),
)


@settings(max_examples=300)
@given(FORMATS, FORMATS)
def test_other_formats_of_the_same_cells(first: dict[str, Any], second: dict[str, Any]) -> None:
    forget()
    read(sheet_of(TABLE, **first))
    assert same_as_alone(sheet_of(TABLE, **second))


TITLES = [
    None, "示例市主要指标（虚构数据）", "示例市2023年主要指标", "2024年1—6月", "单位：万元", "单位：亿元、%", "注：虚构数据。", "一、总量",
    "（括号内为位次）", "其中：工业", "主要指标（万元）", "99年度", "2024", 2024.0, 7.0,
]  # fmt: skip


@settings(max_examples=300)
@given(*[st.tuples(st.sampled_from(TITLES), st.sampled_from(TITLES))] * 2)
def test_other_lines_above_the_same_table(first: tuple[Any, Any], second: tuple[Any, Any]) -> None:
    """The header names no years, so that what stands above it says them."""
    forget()
    header = {(2, c): "数值" for c in range(1, 4)} | {(4, 1): "12.5(3)"}
    read(sheet_of(changed(TABLE, {**header, (0, 0): first[0], (1, 4): first[1]})))
    assert same_as_alone(sheet_of(changed(TABLE, {**header, (0, 0): second[0], (1, 4): second[1]})))


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        ({}, True),
        ({(3, 1): 815.5, (5, 4): 22.25, (0, 0): "示例市2024年1—6月主要指标（虚构数据）"}, True),
        ({(1, 4): "单位：万元"}, False),
        ({(4, 0): "第一产业"}, False),
        ({(5, 2): "-"}, False),
        ({(3, 1): 2015.0}, False),
    ],
)
def test_only_a_table_with_the_same_labels_is_known(
    changes: dict[tuple[int, int], Any], again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the tests above hold something: a known table is not searched for again."""
    read(sheet_of(TABLE))
    searched = []
    find = known.answer
    monkeypatch.setattr(known, "answer", lambda s, f: find(s, lambda x: searched.append(x) or f(x)))
    read(sheet_of(changed(TABLE, changes)))
    assert bool(searched) is not again


def test_numbers_that_the_reading_looks_at_are_asked_again() -> None:
    """A row 1, 2, 3 under a code numbers the columns; other numbers in the same cells are data."""
    table = changed(TABLE, {(3, 0): "甲", (3, 1): 5.5, (3, 2): 2.0, (3, 3): 7.0, (3, 4): 4.0})
    frame, _ = read(sheet_of(table))
    assert "甲" in set(frame["row_label_path"])
    sheet = sheet_of(changed(table, {(3, 1): 1.0, (3, 3): 3.0}))
    frame, _ = read(sheet)
    assert "甲" not in set(frame["row_label_path"])


def test_numbers_typed_as_text_are_not_remembered() -> None:
    assert sheet_of(changed(TABLE, {(3, 1): "1,002.18"})).form is None
    assert sheet_of(TABLE).form is not None
    assert not any(isinstance(part, float) for part in sheet_of(TABLE).form or ())


def test_memory_is_bounded() -> None:
    for number in range(40):
        rows_of_labels: Rows = [[f"指标{number}-{r}号", *map(float, range(20))] for r in range(400)]
        read(sheet_of([["指标", *(f"{1990 + c}年" for c in range(20))], *rows_of_labels]))
    cells = sum(
        len(entry.found[0].region.body) * len(entry.found[0].data_columns)
        for entries in known._known._answers.values()
        for entry in entries
    )
    assert 0 < cells <= known._MOST_CELLS
    assert len(captions._known) <= len(known._known._answers) + 1


def test_layout_sees_numbers_only_where_it_is_watched() -> None:
    """The modules that find tables ask the sheet for texts; they do not take cells out of it themselves."""
    folder = Path(known.__file__).parent
    # `cutting` serves what an analyst says by hand, which is never remembered.
    unwatched = {"known", "kinds", "cutting"}
    modules = [folder.parent / "layout.py", *(p for p in folder.glob("*.py") if p.stem not in unwatched)]
    assert len(modules) > 12
    for module in modules:
        source = module.read_text(encoding="utf-8")
        assert ".values[" not in source, module
        assert "sheet.numbers" not in source, module
