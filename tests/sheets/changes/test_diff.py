"""Two releases: each kind of change is found once, and nothing where nothing moved. All numbers are 虚构数据."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import songyuan_analysis as sy
from songyuan_analysis.errors import NotAWorkbookError, UsageError
from songyuan_analysis.sheets import Changes, Finding

Rows = list[list[Any]]
WriteBook = Callable[..., Path]
Diff = Callable[..., Changes]

# 虚构数据
ROWS: Rows = [
    ["示例市2024年1—3月主要经济指标"],
    ["指标", "单位", "2024年1—3月", "比上年同期增长（%）"],
    ["地区生产总值", "亿元", 211.53, 5.1],
    ["　　第一产业", "亿元", 20.64, 3.2],
    ["　　第二产业", "亿元", 71.38, 4.7],
    ["　　第三产业", "亿元", 119.51, 6.3],
    ["规模以上工业增加值", "亿元", 44.27, 4.9],
    ["固定资产投资", "亿元", 63.85, -2.6],
    ["社会消费品零售总额", "亿元", 58.19, 7.4],
    ["用电量", "亿千瓦时", 17.26, 2.8],
    ["注：增长速度未扣除物价。"],
    ["资料来源：示例市统计局"],
]


@pytest.fixture
def diff(write_book: WriteBook) -> Diff:
    """Write two releases, each rows or sheets of rows, and compare them."""

    def compare(
        old: Any,
        new: Any,
        containers: tuple[str, str] = ("xlsx", "xlsx"),
        old_merges: Any = None,
        **places: Any,
    ) -> Changes:
        first = write_book(old, old_merges, name=f"旧.{containers[0]}")
        return sy.diff(first, write_book(new, name=f"新.{containers[1]}", **places))

    return compare


def changed(*edits: Callable[[Rows], None], rows: Rows = ROWS) -> Rows:
    """A copy of the rows with edits."""
    copied = copy.deepcopy(rows)
    for edit in edits:
        edit(copied)
    return copied


def put(row: int, column: int, value: Any) -> Callable[[Rows], None]:
    def edit(rows: Rows) -> None:
        rows[row][column] = value

    return edit


def scale(column: int, factor: float) -> Callable[[Rows], None]:
    def edit(rows: Rows) -> None:
        for row in rows[2:10]:
            row[column] = round(row[column] * factor, 6)

    return edit


def swap(one: int, other: int) -> Callable[[Rows], None]:
    def edit(rows: Rows) -> None:
        rows[one], rows[other] = rows[other], rows[one]

    return edit


def only(changes: Changes, kind: str) -> Finding:
    """The one finding there is, of the kind expected."""
    assert [f.kind for f in changes.findings] == [kind]
    return changes.findings[0]


# --- nothing moved ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "containers",
    [("xlsx", "xls"), ("xls", "xlsx"), ("xlsx", "xlsx"), ("xls", "ods"), ("ods", "xlsx")],
    ids=str,
)
def test_the_same_table_in_two_containers(diff: Diff, containers: tuple[str, str]) -> None:
    changes = diff(ROWS, ROWS, containers)
    assert changes.findings == ()
    assert changes.compared == 16
    assert changes.summary() == "对上 1 张表、16 个数：版式和数字都没有变化。"
    assert changes.to_frame().empty
    assert not changes.important


def test_formatting_is_no_change(diff: Diff) -> None:
    def other_look(rows: Rows) -> None:
        rows[1] = ["指　标", "单 位", "２０２４年1-3月", "比上年同期增长(％)"]
        rows[2][0] = "地区 生产总值"
        rows[6][2] = "44.27"
        rows[7][3] = "-2.6"

    assert diff(ROWS, changed(other_look)).findings == ()


def test_number_formats_that_show_the_same_are_no_change(write_book: WriteBook) -> None:
    shown = write_book(ROWS, name="式.xlsx", formats={"C": "0.00", "D": "0.0"})
    assert sy.diff(write_book(ROWS), shown).findings == ()
    assert sy.diff(shown, write_book(ROWS, name="无.ods")).findings == ()
    coarse = write_book(ROWS, name="粗.xlsx", formats={"C": "0", "D": "0.0"})
    assert [f.kind for f in sy.diff(shown, coarse).findings] == ["小数位数改变"]


def next_release(rows: Rows) -> None:
    rows[0][0] = "示例市2024年1—6月主要经济指标"
    rows[1][2] = "2024年1—6月"
    for i, row in enumerate(rows[2:10]):
        row[2] = round(row[2] * 2.07 + i / 100, 2)
        row[3] = round(row[3] + 0.3, 1)


def test_the_next_period_takes_one_line(diff: Diff) -> None:
    found = only(diff(ROWS, changed(next_release)), "期间推进")
    assert (found.severity, found.old, found.new) == ("提示", "2024年1—3月", "2024年上半年")


def test_releases_in_the_wrong_order(diff: Diff) -> None:
    assert only(diff(changed(next_release), ROWS), "期间倒退").severity == "注意"


def window(first: int, last: int) -> Rows:
    years = list(range(first, last + 1))
    return [
        ["示例市历年指标（虚构数据）"],
        ["指标", *[f"{year}年" for year in years]],
        *[
            [name, *[100 * k + year - 2000.5 for year in years]]
            for k, name in enumerate(["甲值", "乙值", "丙值"], 1)
        ],
    ]


def test_a_rolling_window_is_no_change(diff: Diff) -> None:
    changes = diff(window(2015, 2023), window(2016, 2024))
    found = only(changes, "期间推进")
    assert (found.old, found.new) == ("2015年至2023年", "2016年至2024年")
    assert changes.compared == 3 * 8


def test_a_rolling_window_of_rows_is_no_change(diff: Diff) -> None:
    def turned(rows: Rows) -> Rows:
        return [
            rows[0],
            ["年份", *[row[0] for row in rows[2:]]],
            *[list(c) for c in zip(*[r[1:] for r in rows[1:]], strict=True)],
        ]

    only(diff(turned(window(2015, 2023)), turned(window(2016, 2024))), "期间推进")


def test_years_that_are_missing_inside(diff: Diff) -> None:
    def lose(rows: Rows) -> None:
        for row in rows[1:]:
            del row[4]

    found = only(diff(window(2015, 2023), changed(lose, rows=window(2015, 2023))), "期间减少")
    assert "2018年" in found.detail


def test_a_sheet_for_each_year(diff: Diff) -> None:
    old = {f"{year}年": window(year, year) for year in (2021, 2022)}
    found = only(diff(old, {**old, "2023年": window(2023, 2023)}), "期间推进")
    assert found.new == "2023年"


def test_a_sheet_of_a_year_with_another_table_is_new(diff: Diff) -> None:
    old = {f"{year}年": window(year, year) for year in (2021, 2022)}
    other = [["示例市学校"], ["指标", "2023年"], ["在校学生", 7.5], ["专任教师", 9.25]]  # 虚构数据
    assert only(diff(old, {**old, "2023年": other}), "新增工作表").new == "2023年"


# --- the layout ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "kind", "severity", "old", "new"),
    [
        (lambda r: r.pop(9), "减少行", "重要", "用电量", ""),
        (lambda r: r.insert(9, ["进出口总额", "亿元", 3.14, 1.9]), "新增行", "注意", "", "进出口总额"),
        (put(6, 0, "全部工业增加值"), "可能改名", "重要", "规模以上工业增加值", "全部工业增加值"),
        (put(8, 0, "社会消费品零售额"), "可能改名", "注意", "社会消费品零售总额", "社会消费品零售额"),
        (swap(8, 9), "行顺序改变", "注意", "", ""),
        (put(10, 0, "注：增长速度未扣除物价。\n按修订后的口径统计。"), "新增注释", "重要", "", "按修订后的口径统计。"),
        (put(10, 0, "注：增长速度已扣除物价，按可比价格计算。"), "注释改变", "重要", None, None),
        (lambda r: r.pop(10), "减少注释", "注意", "增长速度未扣除物价。", ""),
        (put(10, 0, "注：增长速度未扣除物价；其余各项见年鉴，部分数据因四舍五入合计不等。"), "注释改变", "注意", None, None),
        (put(11, 0, "资料来源：示例市财政局"), "资料来源改变", "注意", None, None),
        (put(0, 0, "示例市2024年1—3月经济运行情况"), "标题改变", "注意", None, None),
        (put(0, 0, "示例市2024年1—3月主要经济指标（修订后）"), "标题改变", "重要", None, None),
        (put(9, 1, "亿千瓦小时"), "单位写法改变", "提示", "亿千瓦时", "亿千瓦小时"),
        (put(9, 2, None), "数字消失", "重要", "17.26亿千瓦时", ""),
        (put(9, 2, "…"), "数字变为符号", "重要", "17.26亿千瓦时", "…"),
        (put(9, 2, 17.31), "修订", "注意", "17.26亿千瓦时", "17.31亿千瓦时"),
        (put(9, 2, 23.31), "修订", "重要", "17.26亿千瓦时", "23.31亿千瓦时"),
        (put(9, 2, 172.6), "疑似单位差错", "重要", "17.26亿千瓦时", "172.6亿千瓦时"),
    ],
)  # fmt: skip
def test_each_kind_is_found_once(
    diff: Diff, edit: Callable[[Rows], None], kind: str, severity: str, old: str | None, new: str | None
) -> None:
    found = only(diff(ROWS, changed(edit)), kind)
    assert found.severity == severity
    assert found.remedy
    if old is not None:
        assert (found.old, found.new) == (old, new)


def test_the_addresses_are_those_of_each_file(diff: Diff) -> None:
    changes = diff(ROWS, changed(put(8, 0, "社会消费品零售额")), at=(2, 1))
    cells = {f.kind: (f.cell_old, f.cell_new) for f in changes.findings}
    assert cells == {"可能改名": ("A9", "B11"), "表的位置移动": ("A2", "B4")}


def test_a_unit_that_moved_the_point(diff: Diff) -> None:
    def to_wan(rows: Rows) -> None:
        rows[7][1], rows[7][2] = "万元", 638500

    changes = diff(ROWS, changed(to_wan))
    found = only(changes, "单位改变")
    assert (found.severity, found.old, found.new) == ("重要", "亿元", "万元")
    assert "10⁴" in found.detail and "固定资产投资" in found.detail
    assert changes.compared == 16  # and the number is the same


def test_the_unit_of_a_cell_without_a_number_is_nobodys_concern(diff: Diff) -> None:
    silent = changed(put(9, 2, None), put(9, 3, None), lambda r: r[9].append(None))
    assert "单位改变" not in [f.kind for f in diff(silent, changed(put(9, 1, "万吨"), rows=silent)).findings]
    one = changed(put(9, 2, None))
    assert diff(one, changed(put(9, 1, "万吨"), rows=one)).findings == ()


def test_a_unit_of_another_kind_is_not_compared(diff: Diff) -> None:
    changes = diff(ROWS, changed(put(9, 1, "万吨")))
    assert "不能换算" in only(changes, "单位改变").detail
    assert changes.compared == 15


def test_a_unit_that_is_no_longer_written(diff: Diff) -> None:
    rows = [
        ["示例市指标"],
        ["单位：万元"],
        ["指标", "2023年", "2024年"],
        ["甲值", 10.5, 11.5],
        ["乙值", 7.5, 8.25],
    ]
    without = [rows[0], *rows[2:]]
    kinds = [f.kind for f in diff(rows, without).findings]
    assert kinds == ["单位不再写明", "表的位置移动"]
    assert [f.kind for f in diff(without, rows).findings] == ["单位写明", "表的位置移动"]


def test_a_unit_inside_the_label(diff: Diff) -> None:
    def table(unit: str, factor: float) -> Rows:
        names = ["常住人口", "出生人数", "死亡人数"]
        return [
            ["示例市人口"],
            ["指标", "2024年"],
            *[[n + unit, (i + 2.5) * factor] for i, n in enumerate(names)],
        ]

    findings = diff(table("人", 10_000), table("万人", 1)).findings
    assert {f.kind for f in findings} == {"可能改名"}
    assert all(f.severity == "重要" and "人 → 万人" in f.detail for f in findings)


def test_a_renamed_row_with_another_unit(diff: Diff) -> None:
    found = only(diff(ROWS, changed(put(8, 0, "社会消费品零售额"), put(8, 1, "万元"))), "可能改名")
    assert found.severity == "重要" and "亿元 → 万元" in found.detail


def test_a_new_indicator_with_all_its_years_is_one_finding(diff: Diff) -> None:
    years = ["2022年", "2023年", "2024年"]
    old = [
        ["示例市指标"],
        ["指标", "产量", None, None],
        [None, *years],
        ["甲值", 1.5, 2.5, 3.5],
        ["乙值", 4.5, 5.5, 6.5],
    ]
    new = [
        old[0],
        [*old[1], "指数", None, None],
        [None, *years, *years],
        *[[*r, 101.5, 102.5, 103.5] for r in old[3:]],
    ]
    changes = diff(old, new, old_merges=["A2:A3", "B2:D2"], merges=["A2:A3", "B2:D2", "E2:G2"])
    assert "3 列" in only(changes, "新增列").detail


def test_a_row_under_another_parent(diff: Diff) -> None:
    def table(third: str) -> Rows:
        body = [
            ["农业", 31.5],
            ["　　种植业", 12.5],
            ["　　畜牧业", 19.5],
            ["工业", 85.5],
            ["　　采矿业", 44.5],
            ["　　制造业", 41.5],
        ]
        line = body.pop(2)
        body.insert(4 if third == "工业" else 2, line)
        return [["示例市产值"], ["指标", "2024年"], *body]

    found = only(diff(table("农业"), table("工业")), "换了上级")
    assert (found.old, found.new) == ("农业 / 畜牧业", "工业 / 畜牧业")


def test_a_parent_that_was_renamed_keeps_its_rows(diff: Diff) -> None:
    changes = diff(ROWS, changed(put(2, 0, "地区生产总值（GDP）")))
    only(changes, "可能改名")
    assert changes.compared == 16  # those of the renamed row too


def test_columns(diff: Diff) -> None:
    def more(rows: Rows) -> None:
        for row in rows[1:10]:
            row.append("位次" if row[0] == "指标" else 7)

    assert only(diff(ROWS, changed(more)), "新增列").cell_new == "E2"
    assert only(diff(changed(more), ROWS), "减少列").cell_old == "E2"


def test_columns_in_another_order(diff: Diff) -> None:
    def turn(rows: Rows) -> None:
        for row in rows[1:10]:
            row[2], row[3] = row[3], row[2]

    only(diff(ROWS, changed(turn)), "列顺序改变")


def test_another_level_of_header(diff: Diff) -> None:
    old = [["示例市指标"], ["指标", "2023年", "2024年"], ["甲值", 10.5, 11.5], ["乙值", 7.5, 8.25]]
    new = [old[0], ["指标", "全市", None], [None, "2023年", "2024年"], *old[2:]]
    changes = diff(old, new, merges=["B2:C2", "A2:A3"])
    assert [f.kind for f in changes.findings] == ["表头层数改变", "共同上级改变"]
    assert changes.compared == 4


def test_another_heading_over_all_columns_is_not_compared(diff: Diff) -> None:
    def table(band: str) -> Rows:
        return [
            ["示例市指标"],
            ["指标", band, None],
            [None, "产量", "产值"],
            ["甲值", 10.5, 11.5],
            ["乙值", 7.5, 8.25],
        ]

    changes = diff(table("全市"), table("市区"), merges=["B2:C2", "A2:A3"], old_merges=["B2:C2", "A2:A3"])
    assert only(changes, "共同上级改变").severity == "重要"
    assert changes.compared == 0


def test_the_unit_column_moved(diff: Diff) -> None:
    def move(rows: Rows) -> None:
        for row in rows[1:10]:
            row.append(row.pop(1))

    found = only(diff(ROWS, changed(move)), "单位列移动")
    assert (found.old, found.new) == ("B 列", "D 列")


def test_the_label_column_moved(diff: Diff) -> None:
    def code(rows: Rows) -> None:
        for i, row in enumerate(rows[1:10]):
            row.insert(0, "代码" if i == 0 else f"0{i}")

    assert "标签列移动" in {f.kind for f in diff(ROWS, changed(code)).findings}


def test_decimals(diff: Diff) -> None:
    def whole(rows: Rows) -> None:
        for row in rows[2:10]:
            row[2] = round(row[2], 1)

    found = only(diff(ROWS, changed(whole)), "小数位数改变")
    assert (found.old, found.new, found.severity) == ("2 位", "1 位", "注意")
    assert only(diff(changed(whole), ROWS), "小数位数改变").severity == "提示"


@pytest.mark.parametrize(("one", "other"), [("xlsx", "xlsx"), ("xls", "xlsx"), ("xlsx", "ods")])
def test_hidden_rows_and_columns(write_book: WriteBook, one: str, other: str) -> None:
    seen = write_book(ROWS, name=f"见.{one}")
    row = write_book(ROWS, name=f"行.{other}", hidden=((7,), ()))
    found = only(sy.diff(seen, row), "新隐藏")
    assert (found.severity, found.cell_new, found.new) == ("注意", "A8", "固定资产投资")
    assert only(sy.diff(row, seen), "取消隐藏").severity == "提示"
    column = write_book(ROWS, name=f"列.{other}", hidden=((), (3,)))
    assert only(sy.diff(seen, column), "新隐藏").cell_new == "D2"
    assert sy.diff(row, write_book(ROWS, name=f"也.{one}", hidden=((7,), ()))).findings == ()


def test_a_container_that_tells_nothing_of_hiding(write_book: WriteBook, tmp_path: Path) -> None:
    lines = [",".join("" if value is None else str(value) for value in row) for row in ROWS]
    (tmp_path / "表.csv").write_text("\n".join(lines), encoding="utf-8")
    hidden = write_book(ROWS, name="藏.xlsx", hidden=((7,), ()))
    assert [f.kind for f in sy.diff(hidden, tmp_path / "表.csv").findings if "隐藏" in f.kind] == []


# --- sheets and tables --------------------------------------------------------------------------

OTHER = [
    ["示例市人口"],
    ["单位：万人"],
    ["地区", "2023年", "2024年"],
    ["甲区", 31.52, 31.18],
    ["乙县", 22.61, 22.07],
]  # 虚构数据


def test_sheets(diff: Diff) -> None:
    both = {"主要指标": ROWS, "人口": OTHER}
    found = only(diff(both, {"主要指标": ROWS}), "减少工作表")
    assert (found.severity, found.old, found.detail) == ("重要", "人口", "示例市人口")
    assert only(diff({"主要指标": ROWS}, both), "新增工作表").new == "人口"
    found = only(diff(both, {"主要指标": ROWS, "常住人口": OTHER}), "工作表改名")
    assert (found.old, found.new, found.severity) == ("人口", "常住人口", "注意")


def test_tables_with_nothing_but_a_title_in_common(diff: Diff) -> None:
    one = [["示例市2024年情况"], ["指标", "2024年"], ["粮食产量", 31.5], ["肉类产量", 12.5]]
    other = [one[0], one[1], ["在校学生", 7.5], ["专任教师", 9.25]]
    assert {f.kind for f in diff({"农业": one}, {"教育": other}).findings} == {"减少工作表", "新增工作表"}


def test_sheets_that_nobody_named(diff: Diff) -> None:
    assert diff({"Sheet1": ROWS}, {"Sheet3": ROWS}).findings == ()


def test_tables_in_a_sheet(diff: Diff) -> None:
    both = [*ROWS, [], [], *OTHER]
    assert only(diff(ROWS, both), "新增表").new == "示例市人口"
    assert only(diff(both, ROWS), "减少表").severity == "重要"


# --- numbers ------------------------------------------------------------------------------------


def test_a_revision_names_both_cells_and_the_difference(diff: Diff) -> None:
    changes = diff(ROWS, changed(put(2, 2, 213.64), put(2, 3, 5.4)))
    level, growth = changes.findings
    assert (level.cell_old, level.cell_new, level.value_old, level.value_new) == ("C3", "C3", 211.53, 213.64)
    assert (level.difference, level.percent, level.unit) == (2.11, 1.0, "亿元")
    assert (growth.difference, growth.percent, growth.unit) == (0.3, None, "%")
    assert "地区生产总值" in level.detail and "2024年1—3月" in level.detail


def test_last_years_column_is_held_against_last_years_table(diff: Diff) -> None:
    def table(year: int, this: float, last: float) -> Rows:
        return [
            [f"示例市{year}年指标"],
            ["指标", "单位", "本年", "上年"],
            ["甲值", "亿元", this, last],
            ["乙值", "亿元", 5.5, 5.5],
        ]

    changes = diff(table(2023, 41.5, 40.5), table(2024, 43.5, 41.7))
    assert [f.kind for f in changes.findings] == ["期间推进", "修订"]
    assert (changes.findings[1].cell_old, changes.findings[1].cell_new) == ("C3", "D3")


def test_a_sign_that_turned_is_important(diff: Diff) -> None:
    found = only(diff(changed(put(9, 3, 0.1)), changed(put(9, 3, -0.1))), "修订")
    assert found.severity == "重要" and "正负号" in found.detail


def test_fewer_decimals_are_no_revision_but_another_digit_is(diff: Diff) -> None:
    def whole(rows: Rows) -> None:
        for row in rows[2:10]:
            row[2] = round(row[2], 1)

    changes = diff(ROWS, changed(whole, put(6, 2, 44.5)))
    assert [f.kind for f in changes.findings] == ["小数位数改变", "修订"]


def test_a_change_behind_the_number_format_shows_its_digits(write_book: WriteBook) -> None:
    look = {"C": "0.00"}
    old = write_book(changed(put(9, 2, 17.2611)), name="旧.xlsx", formats=look)
    found = only(sy.diff(old, write_book(changed(put(9, 2, 17.2634)), name="新.xlsx", formats=look)), "修订")
    assert (found.old, found.new, found.difference) == ("17.2611", "17.2634", 0.0023)


def test_a_lost_zero_does_not_make_a_number_coarse(diff: Diff) -> None:
    changes = diff(changed(put(2, 3, 5)), changed(put(2, 3, 5.4)))
    assert only(changes, "修订").difference == 0.4


def test_a_whole_column_times_ten_thousand(diff: Diff) -> None:
    kinds = [f.kind for f in diff(ROWS, changed(scale(2, 10_000))).findings]
    assert kinds.count("疑似单位差错") == 1
    assert "修订" not in kinds


def test_the_next_period_in_another_unit_that_nobody_wrote(diff: Diff) -> None:
    kinds = [f.kind for f in diff(ROWS, changed(next_release, scale(2, 10_000))).findings]
    assert kinds.count("疑似单位差错") == 1
    assert "期间推进" in kinds
    assert "疑似单位差错" not in [f.kind for f in diff(ROWS, changed(next_release, scale(2, 9))).findings]


def test_the_next_period_in_another_unit_that_is_written(diff: Diff) -> None:
    def to_wan(rows: Rows) -> None:
        for row in rows[2:9]:
            row[1], row[2] = "万元", round(row[2] * 10_000)

    kinds = [f.kind for f in diff(ROWS, changed(next_release, to_wan)).findings]
    assert "疑似单位差错" not in kinds
    assert "单位改变" in kinds


def test_small_counts_may_grow_tenfold(diff: Diff) -> None:
    assert only(diff(changed(put(9, 2, 1)), changed(put(9, 2, 10))), "修订").severity == "重要"


def test_without_any_period_most_numbers_changed(diff: Diff) -> None:
    rows = [
        ["示例市指标"],
        ["指标", "单位", "绝对量"],
        *[[f"指标{c}值", "亿元", 10.5 + i] for i, c in enumerate("甲乙丙丁戊己庚辛")],
    ]
    later = [rows[0], rows[1], *[[a, b, c + 0.3] for a, b, c in rows[2:]]]
    only(diff(rows, later), "时期不明")


def test_a_label_that_is_there_twice_and_then_once_is_not_compared(diff: Diff) -> None:
    twice = changed(lambda r: r.insert(9, ["用电量", "亿千瓦时", 5.5, 1.5]))
    changes = diff(twice, ROWS)
    assert "修订" not in [f.kind for f in changes.findings]
    assert [f.kind for f in changes.findings] == ["减少行"]


def test_rows_without_a_label(diff: Diff) -> None:
    rows = changed(put(5, 0, None), put(9, 0, None))
    assert diff(rows, rows).findings == ()


def test_a_wholly_new_stub_is_not_guessed_at(diff: Diff) -> None:
    def table(word: str) -> Rows:
        return [
            ["示例市指标"],
            ["指标", "2024年"],
            *[[f"{word}{chr(0x4E00 + i)}{chr(0x5000 + i)}", i + 0.5] for i in range(250)],
        ]

    kinds = {f.kind for f in diff(table("甲类产品产量"), table("乙种货物运量")).findings}
    assert "可能改名" not in kinds


# --- the result ---------------------------------------------------------------------------------


def test_layout_before_numbers_and_the_important_first(diff: Diff) -> None:
    changes = diff(ROWS, changed(put(2, 2, 213.64), put(9, 1, "万千瓦时"), lambda r: r.pop(8)))
    assert [(f.part, f.severity) for f in changes.findings] == sorted(
        ((f.part, f.severity) for f in changes.findings),
        key=lambda k: (k[0] != "版式", ["重要", "注意", "提示"].index(k[1])),
    )
    assert changes.important
    frame = changes.to_frame()
    assert list(frame["kind"]) == [f.kind for f in changes.findings]
    assert frame["value_old"].dtype == "float64"
    assert "<table" in changes._repr_html_()


def test_the_same_file_twice(write_book: WriteBook) -> None:
    path = write_book(ROWS)
    with pytest.raises(UsageError, match="同一个文件"):
        sy.diff(path, path)


def test_files_that_cannot_be_read(write_book: WriteBook, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="找不到"):
        sy.diff(write_book(ROWS), tmp_path / "无.xlsx")
    (tmp_path / "坏.xlsx").write_bytes(b"\x00\x01\x02nothing")
    with pytest.raises(NotAWorkbookError):
        sy.diff(write_book(ROWS), tmp_path / "坏.xlsx")


NAMES = ["甲产量", "乙收入", "丙支出总计", "丁人口", "戊面积", "己电量", "庚旅客", "辛货运"]
MIRROR = {"减少行": "新增行", "新增行": "减少行"}


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, unique=True))
    number = st.floats(1, 999).map(lambda x: round(x, 2))
    return [
        ["示例市指标（虚构数据）"],
        ["指标", "2023年", "2024年"],
        *[[n, draw(number), draw(number)] for n in names],
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(tables(), tables())
def test_properties(write_book: WriteBook, one: Rows, other: Rows) -> None:
    a, copy_of_a, b = (
        write_book(r, name=n) for r, n in ((one, "a.xlsx"), (one, "a2.xls"), (other, "b.xlsx"))
    )
    assert sy.diff(a, copy_of_a).findings == ()
    there, back = sy.diff(a, b), sy.diff(b, a)
    assert there.compared == back.compared
    for kind, mirrored in MIRROR.items():
        assert [f.old + f.new for f in there.findings if f.kind == kind] == [
            f.old + f.new for f in back.findings if f.kind == mirrored
        ]
    for kind in ("可能改名", "修订", "换了上级"):
        assert sorted((f.old, f.new) for f in there.findings if f.kind == kind) == sorted(
            (f.new, f.old) for f in back.findings if f.kind == kind
        )


def test_numbers_of_a_renamed_row_are_compared(diff: Diff) -> None:
    # 虚构数据
    old: Rows = [
        ["示例市2024年指标"],
        ["地区", "产量", "存量", "销量", "总值"],
        ["甲区", 12.5, 13.5, 14.5, 16.5],
        ["宁江区", 22.5, 23.5, 24.5, 26.5],
        ["丙区", 32.5, 33.5, 34.5, 36.5],
    ]
    new = [*old[:3], ["宁江区（含经开区）", 22.5, 23.5, 24.5, 27.5], old[4]]
    findings = diff(old, new).findings
    assert [(f.kind, f.old, f.new) for f in findings if f.part == "数字"] == [("修订", "26.5", "27.5")]
    renamed = next(f for f in findings if f.kind == "可能改名")
    assert "多数数字相同" in renamed.detail


@pytest.mark.parametrize(("factor", "kind"), [(1e4, "疑似单位差错"), (1e3, "疑似单位差错"), (100, "修订")])
def test_one_round_number_that_jumps_by_a_unit(diff: Diff, factor: float, kind: str) -> None:
    old: Rows = [["示例市2024年指标"], ["指标", "总量"], ["甲", 12.5], ["乙", 8000], ["丙", 14.5]]
    new = [*old[:3], ["乙", 8000 * factor], old[4]]
    found = only(diff(old, new), kind)
    assert found.severity == "重要"
