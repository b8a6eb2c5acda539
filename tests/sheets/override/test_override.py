"""NAME.layout.toml: every key has an effect, every mistake is named, and a written layout reads back. 虚构数据。"""

from __future__ import annotations

import hashlib
import math
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from songyuan_analysis.errors import OverrideError
from songyuan_analysis.sheets import explain, read_blocks, read_workbook, read_workbooks
from songyuan_analysis.sheets.override.toml_text import parse_override
from songyuan_analysis.sheets.override.values import override_path
from songyuan_analysis.sheets.override.write import write_layout

WriteBook = Callable[..., Path]
Rows = list[list[object]]

# 虚构数据
BOOK: Rows = [
    ["示例市主要指标"],
    ["单位：万元"],
    ["指标", "类别", "2024年", "2023年", "备用"],
    ["地区生产总值", "甲", 10, 9, 1],
    ["第一产业", "乙", 4, 3, 2],
    ["第二产业", "丙", 6, 6, 3],
    ["注：虚构数据。"],
]
STACKED: Rows = [
    ["示例市投资"],
    ["单位：亿元"],
    ["项目", "2024年", "2023年"],
    ["甲", 1, 2],
    ["乙", 3, 4],
    ["注：甲表的注。"],
    ["示例市就业"],
    ["单位：人"],
    ["项目", "2024年", "2023年"],
    ["丙", 5, 6],
    ["丁", 7, 8],
    ["注：乙表的注。"],
]
UNITS: Rows = [["指标", "单位", "2024年"], ["产量", "吨", 5], ["人口", "人", 6]]


def put(path: Path, text: str) -> Path:
    layout = path.with_name(path.stem + ".layout.toml")
    layout.write_text(text, encoding="utf-8")
    return layout


def read(path: Path, text: str) -> pd.DataFrame:
    put(path, text)
    return read_workbook(path).set_index("cell")


@pytest.fixture
def book(write_book: WriteBook) -> Path:
    return write_book(BOOK)


def test_the_guess_that_the_effects_are_told_from(book: Path) -> None:
    frame = read_workbook(book).set_index("cell")
    assert list(frame.index) == [f"{c}{r}" for r in (4, 5, 6) for c in "CDE"]
    assert set(frame["unit"]) == {"万元"} and frame.loc["C4", "row_label_path"] == "地区生产总值 / 甲"


EFFECTS: dict[str, tuple[str, Callable[[pd.DataFrame], bool]]] = {
    "area": ('area = "A3:D6"', lambda f: list(f.index) == ["C4", "D4", "C5", "D5", "C6", "D6"]),
    "area keeps title, unit and note around it": (
        'area = "A3:D6"',
        lambda f: f.loc["C4", ["title", "unit", "note"]].tolist() == ["示例市主要指标", "万元", "虚构数据"],
    ),
    "header": ("header = [3, 4]", lambda f: f.loc["C5", "column_label_path"] == "2024年 / 10"),
    "header none": (
        'header = "无"',
        lambda f: f.loc["C4", ["column_label_path", "period"]].tolist() == ["", ""],
    ),
    "header none is no title": (
        'header = "无"',
        lambda f: set(f["title"]) == {"示例市主要指标"} and not any(f["period"]),
    ),
    "labels": ('labels = ["A"]', lambda f: f.loc["C4", "row_label_path"] == "地区生产总值"),
    "columns": ('columns = "D:E"', lambda f: set(f.index.str[0]) == {"D", "E"}),
    "skip_columns": ('skip_columns = ["D"]', lambda f: set(f.index.str[0]) == {"C", "E"}),
    "unit_column": (
        'unit_column = "B"',
        lambda f: f.loc["C5", ["row_label_path", "unit"]].tolist() == ["第一产业", "乙"],
    ),
    "first": ("first = 5", lambda f: f.loc["C5", "column_label_path"] == "2024年" and "C4" not in f.index),
    "last": ("last = 5", lambda f: "C5" in f.index and "C6" not in f.index),
    "title": ('title = "另一个标题"', lambda f: set(f["title"]) == {"另一个标题"}),
    "unit": ('unit = "亿元"', lambda f: set(f["unit"]) == {"亿元"}),
    "period": (
        'period = "2024-01/2024-09"',
        lambda f: (
            f.loc[["C4", "D4", "E4"], "period"].tolist() == ["2024-01/2024-09", "2023", "2024-01/2024-09"]
        ),
    ),
    "period as a number": ("period = 2021", lambda f: f.loc["E4", "period"] == "2021"),
    "skip_rows": ("skip_rows = [5]", lambda f: "C4" in f.index and "C5" not in f.index and "C6" in f.index),
    "skip": (
        'skip = ["C5:D5"]',
        lambda f: (
            math.isnan(f.loc["C5", "value"]) and f.loc["C5", "mark"] == "" and f.loc["E5", "value"] == 2
        ),
    ),
    "column unit": (
        '[table.column.D]\nunit = "%"',
        lambda f: f.loc[["C4", "D4"], "unit"].tolist() == ["万元", "%"],
    ),
    "column period": (
        '[table.column."D:E"]\nperiod = "2024-09"',
        lambda f: f.loc[["C4", "D4", "E4"], "period"].tolist() == ["2024", "2024-09", "2024-09"],
    ),
    "row unit": (
        '[table.row.5]\nunit = "人"',
        lambda f: f.loc[["C4", "C5"], "unit"].tolist() == ["万元", "人"],
    ),
    "row period": (
        '[table.row."5:6"]\nperiod = "2022"',
        lambda f: f.loc[["D4", "D5", "D6"], "period"].tolist() == ["2023", "2022", "2022"],
    ),
    "column before row": (
        '[table.row.5]\nunit = "人"\nperiod = "2022"\n[table.column.D]\nunit = "%"\nperiod = "2024-09"',
        lambda f: f.loc["D5", ["unit", "period"]].tolist() == ["%", "2024-09"],
    ),
}


@pytest.mark.parametrize("effect", EFFECTS)
def test_every_key_of_a_table_has_an_effect(book: Path, effect: str) -> None:
    text, holds = EFFECTS[effect]
    before = read_workbook(book).set_index("cell")
    assert not holds(before) or "keeps" in effect
    assert holds(read(book, f'[[table]]\nsheet = "Sheet1"\n{text}\n'))


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("skip_rows = 5", {"C5": False, "C6": True}),
        ('skip_columns = "E"', {"E5": False, "C5": True}),
        ('skip = ["A6:E6"]', {"C6": False, "C5": True}),
    ],
)
def test_a_sheet_leaves_out_cells_and_its_tables_stay_guessed(
    book: Path, text: str, cells: dict[str, bool]
) -> None:
    frame = read(book, f"[[sheet]]\n{text}\n")
    assert {cell: cell in frame.index for cell in cells} == cells


def test_a_header_outside_of_the_area_is_no_title(book: Path) -> None:
    frame = read(book, '[[table]]\narea = "A4:E6"\nheader = "无"\n')
    assert list(frame.index) == [f"{c}{r}" for r in (4, 5, 6) for c in "CDE"]
    assert set(frame["title"]) == {"示例市主要指标"} and set(frame["period"]) == {""}


def test_sheets_are_left_out(write_book: WriteBook) -> None:
    path = write_book({"一": BOOK, "二": STACKED}, {})
    frame = read(path, 'skip_sheets = ["一"]\n')
    assert set(frame["sheet"]) == {"二"}


def test_what_is_not_said_stays_guessed(book: Path) -> None:
    before = read_workbook(book)
    put(book, "[[table]]\n")
    pd.testing.assert_frame_equal(read_workbook(book), before)
    put(book, "")
    pd.testing.assert_frame_equal(read_workbook(book), before)


def test_a_unit_column_can_be_denied(write_book: WriteBook) -> None:
    path = write_book(UNITS)
    assert read_workbook(path)["unit"].tolist() == ["吨", "人"]
    assert read(path, '[[table]]\nunit_column = "无"\nunit = "件"\n')["unit"].tolist() == ["件", "件"]


def test_units_that_labels_print_stay_under_the_unit_of_the_table(write_book: WriteBook) -> None:
    path = write_book([["指标", "总量", "增长（%）"], ["甲", 1, 2], ["乙", 3, 4]])
    frame = read(path, '[[table]]\nunit = "亿元"\n')
    assert frame.loc[["B2", "C2"], "unit"].tolist() == ["亿元", "%"]


def test_one_of_two_stacked_tables(write_book: WriteBook) -> None:
    path = write_book(STACKED)
    before = read_workbook(path).set_index("cell")
    frame = read(path, '[[table]]\narea = "A9:C11"\nunit = "万人"\ncolumns = "B"\n')
    pd.testing.assert_frame_equal(frame[frame["table"] == 1], before[before["table"] == 1])
    second = frame[frame["table"] == 2]
    assert list(second.index) == ["B10", "B11"]
    assert set(second["unit"]) == {"万人"}
    assert set(second["title"]) == {"示例市就业"} and set(second["note"]) == {"乙表的注"}


def test_the_first_of_two_stacked_tables_and_the_second_stays(write_book: WriteBook) -> None:
    path = write_book(STACKED)
    before = read_workbook(path).set_index("cell")
    frame = read(path, '[[table]]\narea = "A1:C6"\nskip_rows = 5\nunit = "万元"\n')
    assert list(frame.index[frame["table"] == 1]) == ["B4", "C4"]
    assert set(frame.loc[frame["table"] == 1, "note"]) == {"甲表的注"}
    pd.testing.assert_frame_equal(frame[frame["table"] == 2], before[before["table"] == 2])


def test_one_table_that_the_guess_took_for_two(write_book: WriteBook) -> None:
    path = write_book(STACKED)
    frame = read(path, '[[table]]\narea = "A3:C11"\nlast = 11\nskip_rows = "6:9"\n')
    assert set(frame["table"]) == {1} and list(frame["value"]) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_tables_beside_each_other(write_book: WriteBook) -> None:
    # 虚构数据；两表并排，列名相同
    rows: Rows = [["项目", "2024年", None, "项目", "2023年"]]
    rows += [[name, n, None, name, n * 10] for n, name in enumerate(("甲", "乙", "丙", "丁"), start=1)]
    path = write_book(rows)
    before = read_workbook(path).set_index("cell")
    frame = read(path, '[[table]]\narea = "D1:E5"\nunit = "人"\n')
    assert frame.loc["E2", ["row_label_path", "unit", "value"]].tolist() == ["甲", "人", 10]
    pd.testing.assert_frame_equal(frame[frame["table"] == 1], before[before["table"] == 1])


def test_a_merged_label_survives_the_row_and_column_where_it_begins(write_book: WriteBook) -> None:
    rows: Rows = [
        ["类别", "指标", "绝对量（亿元）", None],
        [None, None, "2023年", "2024年"],
        ["工业", "小计", 9, 9],
        [None, "轻工业", 1, 2],
        [None, "重工业", 3, 4],
    ]
    path = write_book(rows, ["A1:A2", "B1:B2", "C1:D1", "A3:A5"])
    frame = read(path, '[[table]]\nskip_rows = 3\nskip = ["C1:C5"]\n')
    found = frame.loc["D4", ["row_label_path", "column_label_path", "unit"]].tolist()
    assert found == ["工业 / 轻工业", "绝对量 / 2024年", "亿元"]
    assert "D3" not in frame.index


def test_a_percent_sign_in_the_cell_goes_before_a_said_unit(write_book: WriteBook) -> None:
    path = write_book([["指标", "2024年"], ["甲", "7.5%"], ["乙", 3]])
    assert read(path, '[[table]]\n[table.column.B]\nunit = "人"\n')["unit"].tolist() == ["%", "人"]


# --- where the file lies --------------------------------------------------------------------------


def test_the_file_of_the_full_name_goes_first(write_book: WriteBook) -> None:
    book = write_book(BOOK, name="表.xlsx")
    other = write_book(BOOK, name="表.xls")
    put(book, '[[table]]\nunit = "亿元"\n')
    book.with_name("表.xlsx.layout.toml").write_text('[[table]]\nunit = "元"\n', encoding="utf-8")
    assert set(read_workbook(book)["unit"]) == {"元"}
    assert set(read_workbook(other)["unit"]) == {"亿元"}


def test_every_way_of_reading_takes_it(book: Path) -> None:
    put(book, '[[table]]\nunit = "亿元"\n')
    assert set(read_workbooks([book])["unit"]) == {"亿元"}
    assert read_blocks(book)[0].heading.units == ["亿元"]
    assert explain(book).blocks[0].heading.units == ["亿元"]


def test_it_is_looked_for_beside_the_workbook_only(book: Path, tmp_path: Path) -> None:
    (tmp_path / "别处").mkdir()
    copy = Path(shutil.copy(book, tmp_path / "别处"))
    put(book, '[[table]]\nunit = "亿元"\n')
    assert override_path(copy) is None and override_path(str(book)) is not None
    assert set(read_workbook(copy)["unit"]) == {"万元"}


def test_a_byte_order_mark_and_windows_line_ends(book: Path) -> None:
    layout = put(book, "")
    layout.write_bytes(b"\xef\xbb\xbf" + '[[table]]\r\nunit = "亿元"\r\n'.encode())
    assert set(read_workbook(book)["unit"]) == {"亿元"}


def test_full_width_signs_of_an_input_method(book: Path) -> None:
    frame = read(book, '[[table]]\narea = "Ａ３：Ｄ６"\nlabels = ["ａ"]\n')
    assert "E4" not in frame.index and frame.loc["C4", "row_label_path"] == "地区生产总值"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_example_of_the_readme_is_understood(raw: Path, name: str) -> None:
    text = (raw.parent.parent / name).read_text(encoding="utf-8")
    (example,) = [e for e in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "[[table]]" in e]
    override = parse_override(example, "例.layout.toml")
    (table,) = override.tables
    assert table.header == (2, 3) and table.labels == (0, 1) and table.skip_rows == (11, 19)
    assert (table.by_column[3].unit, table.by_column[3].period) == ("%", "2024-09")
    assert override.skip_sheets == ("封面",) and override.expects == {("", 2, 0): "指标"}


# --- the workbook that it was written for ---------------------------------------------------------


def test_expected_cells_that_are_there(book: Path) -> None:
    text = 'expects = { A3 = "指 标", C4 = 10 }\n[[table]]\nexpects = { A4 = "地区生产总值" }\nunit = "元"\n'
    assert set(read(book, text)["unit"]) == {"元"}


def test_the_checksum_of_the_workbook(book: Path) -> None:
    digest = hashlib.sha256(book.read_bytes()).hexdigest()
    assert len(read(book, f'sha256 = "{digest}"\n')) == 9


def test_a_sheet_is_named_in_an_expected_cell(write_book: WriteBook) -> None:
    path = write_book({"一": BOOK, "二": STACKED}, {})
    assert len(read(path, 'expects = { "二!A1" = "示例市投资" }\n'))
    with pytest.raises(OverrideError, match="B3"):
        read(path, 'expects = { "二!B3" = "指标" }\n')


# --- mistakes -------------------------------------------------------------------------------------

T = "[[table]]\n"
MISTAKES: dict[str, tuple[str, str, str]] = {
    # text, where, a part of the message
    "no TOML": ("[[table]]\nheader = 3:4\n", "第2行第11列", "TOML"),
    "unknown key on top": ("sheat = 1\n", "第1行 sheat", "sheet"),
    "unknown key": (T + "headers = 3\n", "第2行 headers", "是不是 header"),
    "unknown key of a column": (T + '[table.column.D]\nunits = "%"\n', "第3行 column.D.units", "是不是 unit"),
    "unknown key of a sheet": ("[[sheet]]\nskips = 3\n", "第2行 skips", "是不是 skip"),
    "no array": ("[table]\nheader = 3\n", "第1行 table", "[[table]]"),
    "header of a wrong type": (T + "header = true\n", "第2行 header", "行号"),
    "header beyond grammar": (T + 'header = "A:B"\n', "第2行 header", "不是行号"),
    "header reversed": (T + 'header = "4:3"\n', "第2行 header", "颠倒"),
    "row zero": (T + "first = 0\n", "第2行 first", "从 1 起"),
    "first of two rows": (T + 'first = "4:5"\n', "第2行 first", "一个行号"),
    "labels of a wrong type": (T + "labels = [1]\n", "第2行 labels", "列"),
    "labels empty": (T + "labels = []\n", "第2行 labels", "没有写列"),
    "two unit columns": (T + 'unit_column = "A:B"\n', "第2行 unit_column", "一列"),
    "area": (T + 'area = "A1:"\n', "第2行 area", "范围"),
    "area reversed": (T + 'area = "D6:A3"\n', "第2行 area", "颠倒"),
    "title of a wrong type": (T + "title = 3\n", "第2行 title", "文字"),
    "unit unknown": (T + 'unit = "亿圆整"\n', "第2行 unit", "计量单位"),
    "unit of a column": (T + '[table.column.C]\nunit = "亿圆整"\n', "第3行 column.C.unit", "计量单位"),
    "period": (T + 'period = "2024年"\n', "第2行 period", "2024-01/2024-09"),
    "period of a row": (T + '[table.row.4]\nperiod = "2024-13"\n', "第3行 row.4.period", "不是时期"),
    "column no letter": (T + '[table.column.1]\nunit = "%"\n', "第2行 column.1", "字母"),
    "column no table": (T + "column = 3\n", "第2行 column", "应是表"),
    "row said twice": (
        T + '[table.row.4]\nunit = "%"\n[table.row."4:5"]\nunit = "人"\n',
        "第4行 row.4:5",
        "重复",
    ),
    "digest": ('sha256 = "abc"\n', "第1行 sha256", "SHA-256"),
    "digest of another state": (f'sha256 = "{"0" * 64}"\n', "第1行 sha256", "改动过"),
    "expects of a wrong type": ("expects = 3\n", "第1行 expects", "对照"),
    "expects of an area": ('expects = { "A1:B2" = "指标" }\n', "第1行 expects", "不是一个单元格"),
    "expects other text": ('expects = { A3 = "项目" }\n', "第1行 expects", "现在是“指标”"),
    "expects beyond the sheet": (T + 'expects = { Z99 = "项目" }\n', "第2行 expects", "现在是“”"),
    "skip_sheets of a wrong type": ("skip_sheets = 3\n", "第1行 skip_sheets", "文字"),
    "skipped sheet unknown": ('skip_sheets = ["封面"]\n', "第1行 skip_sheets", "Sheet1"),
    "sheet unknown": (T + 'sheet = "表一"\n', "第2行 sheet", "没有工作表“表一”"),
    "sheet skipped and said": ('skip_sheets = ["Sheet1"]\n[[table]]\nsheet = "Sheet1"\n', "第3行 sheet", "skip_sheets"),
    "nothing left of the book": ('skip_sheets = ["Sheet1"]\n', "第1行", "没有剩下可读的表"),
    "row beyond the sheet": (T + "last = 40\n", "第2行 last", "只用到第7行"),
    "row of an area beyond": (T + 'area = "A1:D40"\n', "第2行 area", "只用到第7行"),
    "column beyond the sheet": (T + 'labels = ["Z"]\n', "第2行 labels", "只用到 E 列"),
    "said row beyond": (T + '[table.row.99]\nunit = "人"\n', "第2行 row.99", "只用到第7行"),
    "skipped row beyond": ("[[sheet]]\nskip_rows = 99\n", "第2行 skip_rows", "只用到第7行"),
    "outside of the area": (T + 'area = "A3:D6"\nlabels = ["E"]\n', "第3行 labels", "不在 area"),
    "header below the body": (T + "header = 5\nfirst = 4\n", "第2行 header", "不在数据"),
    "header below the end": (T + "header = 6\nlast = 6\n", "第2行 header", "不在数据"),
    "end above the beginning": (T + "first = 6\nlast = 5\n", "第3行 last", "之上"),
    "column of two kinds": (T + 'labels = ["A", "C"]\ncolumns = "C:D"\n', "第3行 columns", "C 列同时"),
    "areas that overlap": (
        T + 'area = "A1:E4"\n[[table]]\narea = "A4:E6"\n',
        "第4行 area",
        "与第2行的 A1:E4 重叠",
    ),
    "two tables without area": (T + 'area = "A1:E4"\n[[table]]\nheader = 3\n', "第3行", "没有写 area"),
    "nothing left below the header": (T + "header = 6\n", "第2行 header", "没有剩下可读"),
    "nothing left of the skipped": (T + 'skip_rows = "4:6"\n', "第1行", "没有剩下可读"),
    "no label column left": (T + 'labels = ["E"]\ncolumns = ["C"]\nskip_rows = "1:3"\nskip = "E4:E6"\n', "第1行", "读不出表"),
    "not a data column": (T + '[table.column.A]\nunit = "人"\n', "第2行 column.A", "数据列有 C、D、E"),
    "not a data row": (T + '[table.row.3]\nunit = "人"\n', "第2行 row.3", "不是这张表的数据行"),
    "rows that belong to nobody": (T + 'area = "A3:E5"\n', "第2行 area", "第6行的数据"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_names_its_line_its_rule_and_a_remedy(book: Path, mistake: str) -> None:
    text, where, part = MISTAKES[mistake]
    with pytest.raises(OverrideError) as caught:
        read(book, text)
    error = caught.value
    assert error.file == "表.layout.toml" and error.cell == where
    assert part in str(error) and error.remedy and error.exit_code == 2 and error.rule == "layout-override"


def test_other_encodings_are_named(book: Path) -> None:
    put(book, "").write_bytes('[[table]]\ntitle = "标题"\n'.encode("gb18030"))
    with pytest.raises(OverrideError, match="UTF-8"):
        read_workbook(book)


def test_the_sheet_is_named_where_it_is_known(book: Path) -> None:
    with pytest.raises(OverrideError) as caught:
        read(book, '[[table]]\nsheet = "Sheet1"\nlast = 40\n')
    assert caught.value.place == "表.layout.toml › Sheet1 › 第3行 last"


def test_a_sheet_must_be_named_where_there_are_several(write_book: WriteBook) -> None:
    path = write_book({"一": BOOK, "二": STACKED}, {})
    with pytest.raises(OverrideError, match="不止一张工作表"):
        read(path, "[[table]]\nheader = 3\n")
    with pytest.raises(OverrideError, match="不止一张工作表"):
        read(path, 'expects = { A1 = "示例市投资" }\n')


def test_a_table_must_be_named_where_a_sheet_has_several(write_book: WriteBook) -> None:
    with pytest.raises(OverrideError, match="读出 2 张表") as caught:
        read(write_book(STACKED), '[[table]]\nunit = "人"\n')
    assert "A3:C5、A9:C11" in caught.value.remedy


def test_an_area_over_two_tables_must_say_where_it_ends(write_book: WriteBook) -> None:
    with pytest.raises(OverrideError, match="不属于任何表"):
        read(write_book(STACKED), '[[table]]\narea = "A3:C11"\n')


def test_a_said_column_needs_a_name(write_book: WriteBook) -> None:
    path = write_book([["指标", "2024年", None], ["甲", 1, 2], ["乙", 3, 4]])
    with pytest.raises(OverrideError, match="C 列没有表头名称"):
        read(path, '[[table]]\ncolumns = ["B", "C"]\n')


# --- what is shown --------------------------------------------------------------------------------


def test_every_decision_is_shown_as_said_by_hand(book: Path) -> None:
    put(
        book,
        '[[sheet]]\nskip_columns = "E"\n[[table]]\nheader = 3\nlabels = ["A"]\nunit = "亿元"\n'
        '[table.column.D]\nunit = "%"\n[table.row.5]\nperiod = "2022"\n',
    )
    picture = explain(book)
    terminal, page = picture.to_terminal(), picture._repr_html_()
    expected = [
        "人工指定：不取的列 E，见 表.layout.toml 第2行",
        "人工指定：表头行 3，见 表.layout.toml 第4行",
        "人工指定：行名称列 A，见 表.layout.toml 第5行",
        "人工指定：单位 亿元（行、列另有单位的除外），见 表.layout.toml 第6行",
        "人工指定：D 列 单位 %，见 表.layout.toml 第7行",
        "人工指定：第5行 时期 2022，见 表.layout.toml 第9行",
    ]
    for text in expected:
        assert text in terminal and f"<li>{text}</li>" in page
    assert {e.what for b in picture.blocks for e in b.evidence} >= {"人工指定"}


def test_skipped_cells_are_shown_as_not_used(book: Path) -> None:
    put(book, '[[table]]\nskip = ["C5:D5"]\nskip_rows = 6\n')
    picture = explain(book)
    roles = picture.roles(picture.sheets[0])
    assert {roles[r, c] for r, c in ((4, 2), (4, 3), (5, 2))} == {"unused"}
    assert roles[4, 4] == "number" and "R" not in roles.values()


def test_tooltips_say_who_gave_period_and_unit(book: Path) -> None:
    put(book, '[[table]]\nunit = "亿元"\nperiod = "2024-09"\n[table.column.D]\nunit = "%"\nperiod = "2022"\n')
    page = explain(book)._repr_html_()
    assert "期：2024-09（人工指定）\n单位：亿元（人工指定）" in page
    assert "期：2022（人工指定）\n单位：%（人工指定）" in page
    assert "表前单位行" not in page


def test_a_sheet_that_is_left_out_says_so(write_book: WriteBook) -> None:
    path = write_book({"一": BOOK, "二": STACKED}, {})
    put(path, 'skip_sheets = ["一"]\n')
    assert "人工指定：整张工作表不取，见 表.layout.toml 第1行" in explain(path).to_terminal()


def test_a_guess_shows_nothing_by_hand(book: Path) -> None:
    assert "人工指定" not in explain(book).to_terminal()


# --- writing it -----------------------------------------------------------------------------------


def test_the_written_layout_is_chinese_and_says_what_was_read(book: Path) -> None:
    text = write_layout(book, read_blocks(book)).read_text(encoding="utf-8")
    for line in (
        'area = "A3:E6"',
        'header = "3"',
        'labels = ["A", "B"]',
        'unit = "万元"',
        '# title = "示例市主要指标"',
    ):
        assert line in text
    assert "# 行写左边印着的数" in text and 'expects = { A3 = "指标"' not in text.split("[[table]]")[0]


def test_an_existing_layout_is_not_overwritten(book: Path) -> None:
    layout = put(book, "# 我写的\n")
    with pytest.raises(OverrideError, match="已经存在"):
        write_layout(book, read_blocks(book))
    assert layout.read_text(encoding="utf-8") == "# 我写的\n"


def test_a_written_layout_refuses_a_workbook_that_changed(book: Path, write_book: WriteBook) -> None:
    write_layout(book, read_blocks(book))
    write_book([BOOK[0], *BOOK], name=book.name)  # one more row above: all rows have moved
    with pytest.raises(OverrideError, match="改动过"):
        read_workbook(book)
    put(book, "")


def test_the_workbooks_of_the_project_read_back(raw: Path, tmp_path: Path) -> None:
    for number, path in enumerate(sorted(p for p in raw.glob("*.xls*"))):
        (tmp_path / str(number)).mkdir()
        copy = Path(shutil.copy(path, tmp_path / str(number)))
        frame = read_workbook(copy)
        write_layout(copy, read_blocks(copy))
        pd.testing.assert_frame_equal(read_workbook(copy), frame)


def test_a_layout_of_last_month_is_refused_by_the_next(write_book: WriteBook) -> None:
    def month(number: int) -> Rows:
        # 虚构数据
        return [[f"示例市2025年1-{number}月指标"], ["指标", "总量"], ["甲值", 1.5], ["乙值", 2.5]]

    path = write_book(month(8))
    frame = read_workbook(path)
    write_layout(path, read_blocks(path))
    pd.testing.assert_frame_equal(read_workbook(path), frame)
    write_book(month(9), name=path.name)
    with pytest.raises(OverrideError, match="A1 应是“示例市2025年1-8月指标”"):
        read_workbook(path)
