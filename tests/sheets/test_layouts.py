"""The same truth in many layouts must give the same labelled cells; traps of real tables, one test each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from songyuan_analysis.sheets import read_workbook, read_workbooks

WriteBook = Callable[..., Path]

#            2023年          2024年
#            亿元    %       亿元    %
TRUTH = {
    ("地区生产总值", "2023", "亿元"): 900.5,
    ("地区生产总值", "2023", "%"): 5.0,
    ("地区生产总值", "2024", "亿元"): 1002.18,
    ("地区生产总值", "2024", "%"): 3.8,
    ("第一产业", "2023", "亿元"): 230.0,
    ("第一产业", "2023", "%"): 4.1,
    ("第一产业", "2024", "亿元"): 241.09,
    ("第一产业", "2024", "%"): -0.7,
}

TITLE = "示例市主要指标"
LAYOUTS: dict[str, tuple[list[list[object]], list[str]]] = {
    "两层合并表头，年份在上": (
        [
            [TITLE],
            ["指标", "2023年", None, "2024年", None],
            [None, "绝对量（亿元）", "增长（%）", "绝对量（亿元）", "增长（%）"],
            ["地区生产总值", 900.5, 5.0, 1002.18, 3.8],
            ["其中：第一产业", 230, 4.1, 241.09, -0.7],
            ["注：按现价计算。"],
        ],
        ["A1:E1", "A2:A3", "B2:C2", "D2:E2"],
    ),
    "同样的表头，一处也不合并": (
        [
            [TITLE],
            ["指标", "2023年", None, "2024年", None],
            [None, "绝对量（亿元）", "增长（%）", "绝对量（亿元）", "增长（%）"],
            ["地区生产总值", 900.5, 5.0, 1002.18, 3.8],
            ["　第一产业", 230, 4.1, 241.09, -0.7],
        ],
        [],
    ),
    "年份在行，指标在合并的表头": (
        [
            [TITLE],
            ["年份", "绝对量（亿元）", None, "增长（%）", None],
            [None, "地区生产总值", "第一产业", "地区生产总值", "第一产业"],
            ["2023年", 900.5, 230, 5.0, 4.1],
            ["2024年", 1002.18, 241.09, 3.8, -0.7],
        ],
        ["A1:E1", "A2:A3", "B2:C2", "D2:E2"],
    ),
    "年份是数字，单位自成一行": (
        [
            [TITLE],
            [None],
            ["年  份", "地区生产", "第一产业", "地区生产", "第一产业"],
            [None, "总值", None, "总值增速", "增速"],
            [None, "（亿元）", "（亿元）", "（%）", "（%）"],
            [2023, 900.5, 230, 5.0, 4.1],
            [None],
            [2024, 1002.18, 241.09, 3.8, -0.7],
        ],
        [],
    ),
    "指标与单位各占一列": (
        [
            [TITLE],
            ["指标", "单位", "2024年", "2023年"],
            ["地区生产总值", "亿元", 1002.18, 900.5],
            ["地区生产总值增速", "%", 3.8, 5.0],
            ["第一产业", "亿元", "241.09", "230.0"],
            ["第一产业增速", "%", "-0.7", "4.1"],
            ["资料来源：示例市统计局"],
        ],
        ["A1:D1"],
    ),
    "数据库导出，新在前": (
        [
            ["数据库：年度数据"],
            ["时间：最近2年"],
            ["指标", "2024年", "2023年"],
            ["地区生产总值(亿元)", 1002.18, 900.5],
            ["地区生产总值增速(%)", 3.8, 5.0],
            ["第一产业(亿元)", 241.09, 230],
            ["第一产业增速(%)", -0.7, 4.1],
            ["注：1.按当年价格计算。"],
            ["　　　2.增速按可比价格计算。"],
            ["数据来源：示例"],
        ],
        [],
    ),
}


def facts(frame: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Reduce a frame to indicator, period, unit and value, whatever the axes."""
    found = {}
    for row in frame.itertuples():
        labels = f"{row.row_label_path} {row.column_label_path}"
        indicator = "第一产业" if "第一产业" in labels else "地区生产总值"
        found[indicator, row.period, row.unit] = row.value
    return found


CONTAINERS = [
    "表.xlsx", "表.xls", "表.ods", "表.xlsb", "表.xml", "表.htm", "表.mht", "表.csv", "表.txt", "表.xls95", "表.bare",
]  # fmt: skip


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_same_truth(write_book: WriteBook, layout: str, container: str) -> None:
    """Check that every layout leads to the same eight figures."""
    rows, merges = LAYOUTS[layout]
    frame = read_workbook(write_book(rows, merges, name=container))
    assert facts(frame) == TRUTH
    assert len(frame) == len(TRUTH)


def test_sheet_per_year(write_book: WriteBook) -> None:
    """Check that the sheet's name gives the period where nothing else does, and that files go together."""
    sheets = {
        y: [["指标", "绝对量（亿元）", "增长（%）"], ["地区生产总值", a, b], ["第一产业", c, d]]
        for y, a, b, c, d in [("2023", 900.5, 5.0, 230, 4.1), ("2024", 1002.18, 3.8, 241.09, -0.7)]
    }
    path = write_book(sheets, {})
    assert facts(read_workbook(path)) == TRUTH
    both = read_workbooks([path, path])
    assert both.columns[0] == "file"
    assert len(both) == 2 * len(TRUTH)


def paths(write_book: WriteBook, rows: list[list[object]], merges: list[str] | None = None) -> pd.DataFrame:
    """Read rows into a frame indexed by cell."""
    return read_workbook(write_book(rows, merges)).set_index("cell")


def test_of_which_columns(write_book: WriteBook) -> None:
    """Check that 其中 over a column hangs it under the column to its left, with that column's unit."""
    frame = paths(
        write_book,
        [
            ["表1 人口（2012）"],
            ["地  区", "年末常住人口", "其  中", "人口密度"],
            [None, "（万人）", "外来人口", "（人/平方公里）"],
            ["全  市", 310.25, 80.5, 2100],
            ["  东区", 120.4, 30.1, 1900],
        ],
        ["A2:A3"],
    )
    assert frame.loc["C4", ["column_label_path", "unit", "period"]].tolist() == [
        "年末常住人口 / 外来人口",
        "万人",
        "2012",
    ]
    assert frame.loc["D5", "unit"] == "人/平方公里"
    assert frame.loc["C5", "row_label_path"] == "全市 / 东区"


def test_rows_by_numbering_and_of_which(write_book: WriteBook) -> None:
    """Check levels that only the numbering shows, sections, and 其中 with its siblings."""
    frame = paths(
        write_book,
        [
            ["项目", "2023年", "2024年"],
            ["一、收入合计", 10, 11],
            ["(一)税收", 6, 7],
            ["1.增值税", 4, 5],
            ["  其中：企业", 3, 3],
            ["        个人", 1, 2],
            ["(二)非税", 4, 4],
            ["二、支出合计", 9, 9],
            ["附列资料", None, None],
            ["  户数", 5, 6],
        ],
    )
    top = "一、收入合计"
    assert frame.loc[["B4", "B5", "B6", "B7", "B8", "B10"], "row_label_path"].tolist() == [
        f"{top} / (一)税收 / 1.增值税",
        f"{top} / (一)税收 / 1.增值税 / 企业",
        f"{top} / (一)税收 / 1.增值税 / 个人",
        f"{top} / (二)非税",
        "二、支出合计",
        "附列资料 / 户数",
    ]


def test_two_units_in_the_title(write_book: WriteBook) -> None:
    """Check that counts take 人 and rates take ‰."""
    frame = paths(
        write_book,
        [
            ["人口自然变动情况（2022年）"],
            ["单位:人、‰"],
            ["区", "出生", None, "自然增长", None],
            [None, "人数", "出生率", "自然增长人数", "自然增长率"],
            ["全市", "51200", "10.40", "20100", "4.08"],
        ],
        ["A3:A4", "B3:C3", "D3:E3"],
    )
    assert frame["unit"].tolist() == ["人", "‰", "人", "‰"]
    assert frame["column_label_path"].tolist()[2] == "自然增长 / 自然增长人数"


def test_growth_column_beats_the_unit_column(write_book: WriteBook) -> None:
    """Check that a column's own unit holds against the row's, and that empty cells are kept as missing."""
    frame = paths(
        write_book,
        [
            ["指标", "单位", "2024年", None],
            [None, None, "绝对量", "比上年增长（%）"],
            ["地区生产总值[1]", "亿元", 1002.18, 3.8],
            ["  其中：第一产业", "亿元", 241.09, None],
            ["能耗目标", "%", "与经济同步", "6左右"],
            ["注：[1]按现价计算。[2]另注。"],
        ],
        ["A1:A2", "B1:B2", "C1:D1"],
    )
    assert frame.loc["D3", "unit"] == "%"
    assert frame.loc["C3", "note"].startswith("按现价计算")
    assert "按现价计算" not in frame.loc["C5", "note"]
    assert pd.isna(frame.loc["D4", "value"])
    assert frame.loc["D4", "mark"] == ""
    assert frame.loc[["C5", "D5"], "mark"].tolist() == ["与经济同步", "6左右"]


def test_cumulative_and_single_quarters(write_book: WriteBook) -> None:
    """Check that the row label decides between the sum and the single quarter."""
    frame = paths(
        write_book,
        [
            ["指标", "2020年第一季度", "2019年第四季度"],
            ["生产总值当季值(亿元)", 150.5, 190.0],
            ["生产总值累计值(亿元)", 150.5, 700.9],
        ],
    )
    assert frame["period"].tolist() == ["2020Q1", "2019Q4", "2020-01/2020-03", "2019-01/2019-12"]


def test_monthly_release(write_book: WriteBook) -> None:
    """Check months over measures, the year in the title only."""
    frame = paths(
        write_book,
        [
            ["示例市2024年主要指标"],
            ["指标", "1—3月", None, "1—6月", None],
            [None, "绝对量（亿元）", "同比增长(%)", "绝对量（亿元）", "同比增长(%)"],
            ["地区生产总值", 200.1, 4, 450.2, 4.4],
        ],
        ["A2:A3", "B2:C2", "D2:E2"],
    )
    assert frame["period"].tolist() == ["2024-01/2024-03"] * 2 + ["2024-01/2024-06"] * 2
    assert frame["unit"].tolist() == ["亿元", "%"] * 2


def test_years_over_quarters_in_rows(write_book: WriteBook) -> None:
    """Check a group column of years beside rows 一季度, 上半年, 前三季度."""
    frame = paths(
        write_book,
        [
            ["年份", "时期", "总值（亿元）"],
            ["2023年", "一季度", 1],
            [None, "上半年", 2],
            [None, "前三季度", 3],
            ["2024年", "一季度", 4],
        ],
        ["A2:A4"],
    )
    assert frame["period"].tolist() == [
        "2023-01/2023-03",
        "2023-01/2023-06",
        "2023-01/2023-09",
        "2024-01/2024-03",
    ]
    assert frame.loc["C3", "row_label_path"] == "2023年 / 上半年"


def test_two_tables_on_one_sheet(write_book: WriteBook) -> None:
    """Check stacked tables: each with its own header, unit and notes."""
    frame = paths(
        write_book,
        [
            ["表1 总值"],
            ["单位：亿元"],
            ["地区", "2023年", "2024年"],
            ["甲", 1, 2],
            ["注：甲表的注。"],
            [None],
            ["表2 人口"],
            ["单位：万人"],
            ["地区", "2022年", "2024年"],
            ["甲", 5, 6],
        ],
    )
    assert frame["table"].tolist() == [1, 1, 2, 2]
    assert frame["unit"].tolist() == ["亿元", "亿元", "万人", "万人"]
    assert frame["title"].tolist() == ["表1总值"] * 2 + ["表2人口"] * 2
    assert frame["note"].tolist() == ["甲表的注"] * 2 + [""] * 2
    assert frame["period"].tolist() == ["2023", "2024", "2022", "2024"]


def test_scribbles_are_not_read(write_book: WriteBook) -> None:
    """Check that numbers without a header or without a label belong to nobody."""
    frame = paths(
        write_book,
        [
            ["地区", "2023年", "2024年", None, None],
            ["甲", 1, 2, None, 777],
            ["乙", 3, 4, None, None],
            [None],
            [None, 999, None, None, None],
        ],
    )
    assert frame["value"].tolist() == [1, 2, 3, 4]


def test_area_rows_under_bands_of_years(write_book: WriteBook) -> None:
    """Check areas down and years across under merged indicator bands."""
    frame = paths(
        write_book,
        [
            ["各地地区生产总值及指数"],
            ["地区", "地区生产总值（亿元）", None, "指数（上年=100）", None],
            [None, "2022年", "2023年", "2022年", "2023年"],
            ["甲市[1]", 10, 11, 103.5, 106.2],
            ["乙市", 20, "…", 101.5, 95.5],
            ["注：[1]口径有变动。"],
        ],
        ["A2:A3", "B2:C2", "D2:E2"],
    )
    assert frame.loc["E5", ["column_label_path", "period", "unit", "value"]].tolist() == [
        "指数 / 2023年",
        "2023",
        "上年=100",
        95.5,
    ]
    assert frame["note"].tolist() == ["口径有变动"] * 4 + [""] * 4


def test_printed_pages_side_by_side(write_book: WriteBook) -> None:
    """Check that a repeated label column opens a second table, not a column of words."""
    frame = paths(
        write_book,
        [
            ["預算總表", None, None, None, None, None],
            ["中華民國九十二年度", None, "單位：千元", None, None, None],
            ["科目", "總計", "政務", "科目", "教育", "文化"],
            ["款", 1, 2, "款", 3, 4],
            ["甲縣", 10, 20, "甲縣", 30, 40],
            ["乙縣", 11, 21, "乙縣", 31, 41],
            ["丙縣", 12, 22, "丙縣", 32, 42],
        ],
    )
    assert frame.loc[["B5", "E5", "F7"], "value"].tolist() == [10, 30, 42]
    assert frame.loc["E5", ["row_label_path", "column_label_path", "period", "table"]].tolist() == [
        "甲縣",
        "教育",
        "2003",
        2,
    ]
    assert len(frame) == 12


def test_bare_years_of_the_republic(write_book: WriteBook) -> None:
    """Check that 99年, 100年, 101年 over a table in traditional characters are years."""
    frame = paths(
        write_book,
        [
            ["歷年人口增加率", None, None, "單位：‰"],
            ["區域別", "99年", "100年", "101年"],
            ["甲縣", 1.5, 2, 3],
        ],
    )
    assert frame["period"].tolist() == ["2010", "2011", "2012"]


def test_codes_are_no_numbers(write_book: WriteBook) -> None:
    """Check that codes, in a row under the header or in a column of their own, are never values."""
    frame = paths(
        write_book,
        [
            ["投入产出表（2007）", None, None, None, None],
            ["产出", "代码", "农业", "煤炭", "石油"],
            ["代码", "-", "01", "02", "03"],
            ["农业", "01", 6.5, 7, 8],
            ["煤炭", "02", 9, 10, 11],
        ],
    )
    assert frame["value"].tolist() == [6.5, 7, 8, 9, 10, 11]
    assert frame.loc["D5", ["row_label_path", "column_label_path"]].tolist() == ["煤炭", "煤炭"]


def test_rows_of_words_are_kept_as_marks(write_book: WriteBook) -> None:
    """Check that a first row without any number is data where a unit column says so."""
    frame = paths(
        write_book,
        [
            ["指标", "单位", "2020年", "2024年"],
            ["地区生产总值", "亿元", None, "跃上千亿元台阶"],
            ["企业数", "户", 214, "超过250"],
        ],
    )
    assert frame["mark"].tolist() == ["", "跃上千亿元台阶", "", "超过250"]
    assert frame["value"].tolist()[2] == 214
    assert frame["unit"].tolist() == ["亿元", "亿元", "户", "户"]


def test_wrapped_labels_and_repeated_leaves(write_book: WriteBook) -> None:
    """Check labels cut over unmerged rows, and leaves that repeat under the label to their left."""
    chinese = paths(
        write_book,
        [
            ["地区", "参加保险", "领取补贴", "按期"],
            [None, "职工人数", "居民人数", "缴费率"],
            [None, "（万人）", "（万人）", "（%）"],
            ["全市", 214, 168, 99.2],
        ],
    )
    assert chinese["column_label_path"].tolist() == ["参加保险职工人数", "领取补贴居民人数", "按期缴费率"]
    english = paths(
        write_book,
        [
            ["Region", "Never", "Male", "Female", "First", "Male", "Female"],
            [None, "Married", None, None, "Married", None, None],
            [None, "and Other", None, None, "of All", None, None],
            ["Total", 1, 2, 3, 4, 5, 6],
        ],
    )
    assert english["column_label_path"].tolist()[3:5] == [
        "First Married of All",
        "First Married of All / Male",
    ]


def test_units_as_written_and_as_meant(write_book: WriteBook) -> None:
    """Check that every unit has its dimension and power of ten beside it, and that an unknown one has none."""
    rows: list[list[object]] = [
        ["示例市能源（虚构数据）"],
        ["指标", "单位", "2024年"],
        ["地区生产总值", "亿元", 100.5],
        ["综合能源消费量", "万吨标准煤", 12.5],
        ["出生率", "‰", 6.1],
        ["居民消费价格指数", "上年=100", 100.2],
        ["热力", "万百万千焦", 35.5],
        ["黏度", "度量", 7],
    ]
    frame = read_workbook(write_book(rows))
    meant = list(zip(frame["unit"], frame["unit_measure"], frame["unit_mult"], strict=True))
    assert meant[:5] == [
        ("亿元", "CNY", 8), ("万吨标准煤", "TCE", 4), ("‰", "PM", 0), ("上年=100", "INDEX", 0),
        ("万百万千焦", "J", 13),
    ]  # fmt: skip
    assert meant[5][:2] == ("度量", "")
    assert pd.isna(meant[5][2])


def test_units_in_the_cells(write_book: WriteBook) -> None:
    """Check a table of factors whose cells carry their units (虚构数据)."""
    frame = paths(
        write_book,
        [
            ["各种能源折算系数"],
            ["能源名称", "平均发热量", "折标准煤系数"],
            ["甲煤", "12 500 千焦 / (3 000 千卡) / 千克", "0.45 千克标准煤 / 千克"],
            ["其他煤"],
            ["  乙煤", "8 300～9 100 千焦/千克", "0.25～0.35 千克标准煤 / 千克"],
            ["  丙煤", "9 000 千焦/千克", "0.31 千克标准煤 / 立方米"],
        ],
    )
    assert frame.loc["C3", ["value", "unit"]].tolist() == [0.45, "千克标准煤/千克"]
    assert frame.loc["C6", ["row_label_path", "value"]].tolist() == ["其他煤 / 丙煤", 0.31]
    assert frame.loc["B6", ["value", "unit"]].tolist() == [9000, "千焦/千克"]
    assert frame.loc[["B3", "B5", "C5"], "value"].isna().all()
    assert frame.loc["B3", "mark"] == "12 500 千焦 / (3 000 千卡) / 千克"


def test_titles_without_translations_and_sentences(write_book: WriteBook) -> None:
    """Check that the English title and a sentence over the table are not part of the title (虚构数据)."""
    frame = paths(
        write_book,
        [
            ["1-1 示例市人口(2023年)"],
            ["Statistics on Population by District and County-"],
            ["level City (2023)"],
            ["本表数据为2020年普查推算数。"],
            ["单位：人"],
            ["地区", "人口"],
            ["全市", 520],
            ["  甲子区", 260],
        ],
    )
    assert set(frame["title"]) == {"1-1示例市人口(2023年)"}
    assert set(frame["note"]) == {"本表数据为2020年普查推算数"}
    assert set(frame["period"]) == {"2023"}
    english = paths(
        write_book,
        [
            ["1-1 Births by Age (2022.11.1-2023.10.31)"],
            ["Data in this table are obtained from the survey of 2021. The fraction is 0.5%."],
            ["Age", "Births"],
            ["Total", 52],
            ["15-19", 26],
        ],
    )
    assert set(english["title"]) == {"1-1 Births by Age (2022.11.1-2023.10.31)"}
    assert set(english["period"]) == {"2022-11/2023-10"}


def test_of_which_sign_under_of_which(write_book: WriteBook) -> None:
    """Check 其中 over # 住宅房屋 beside a label cut over two rows, with no merge at all (虚构数据)."""
    frame = paths(
        write_book,
        [
            ["示例表（2024年）"],
            ["地  区", "企业数", "房  屋", "房  屋", "其  中"],
            [None, None, "施工面积", "竣工面积", None],
            [None, "（个）", "（万平方米）", "（万平方米）", "# 住宅房屋"],
            ["总  计", 2, 3, 4.5, 1.5],
            ["  甲子区", 1, 2, 2.5, 0.5],
        ],
    )
    assert frame.loc["E5", ["column_label_path", "unit"]].tolist() == ["房屋竣工面积 / 住宅房屋", "万平方米"]


def test_growth_goes_with_the_later_year(write_book: WriteBook) -> None:
    """Check that growth beside two years of the same months is that of the later one, wherever it stands."""
    for first, second in (("2024年1-5月", "2023年1-5月"), ("2023年1-5月", "2024年1-5月")):
        rows = [["示例市主要指标（虚构数据）"], ["指标", first, second, "增长(%)"], ["社会用电量", 5.2, 5, 4]]
        frame = paths(write_book, rows)
        assert frame.loc["D3", ["column_label_path", "period"]].tolist() == ["增长", "2024-01/2024-05"]


def test_growth_behind_last_year_s_months(write_book: WriteBook) -> None:
    """Check that growth is this year's where last year's figure stands between, and that 同期 is last year's."""
    for before in ("去年1-5月", "上年同期", "同期"):
        rows = [
            ["示例市2024年主要指标（虚构数据）"],
            ["指标", "1-5月", before, "增长(%)"],
            ["社会用电量", 5, 4, 25],
        ]
        frame = paths(write_book, rows)
        assert frame["period"].tolist() == ["2024-01/2024-05", "2023-01/2023-05", "2024-01/2024-05"]


def test_growth_that_bears_the_same_words(write_book: WriteBook) -> None:
    """Check that equal labels hang under the months before them, too."""
    rows = [
        ["示例市2023年12月主要指标（虚构数据）"],
        ["指标", "12月", "增长(%)", "全年", "增长(%)"],
        ["社会用电量", 1, 2, 3, 4],
    ]
    frame = paths(write_book, rows)
    assert frame["column_label_path"].tolist() == ["12月", "12月 / 增长", "全年", "全年 / 增长"]
    assert frame["period"].tolist() == ["2023-12", "2023-12", "2023", "2023"]


@pytest.mark.parametrize(
    ("head", "below", "merges", "periods"),
    [
        (["1-5月", "年度目标", "同比增长(%)"], None, [], ["2024-01/2024-05", "2024", "2024-01/2024-05"]),
        (["1-5月增速(%)", "1-4月增速(%)", "增减百分点"], None, [], ["2024-01/2024-05", "2024-01/2024-04", "2024-01/2024-05"]),
        (["1-5月", "5月", "上年末"], None, [], ["2024-01/2024-05", "2024-05", "2023"]),
        (["1-5月", "与上年同期比较", None], [None, "增减额", "%"], ["A2:A3", "B2:B3", "C2:D2"], ["2024-01/2024-05"] * 3),
    ],
)  # fmt: skip
def test_columns_beside_the_months(
    write_book: WriteBook, head: list[str], below: list[str] | None, merges: list[str], periods: list[str]
) -> None:
    """Check plans, changes of growth rates, stocks at the end of last year, and bands of comparisons."""
    rows = [["示例市2024年5月主要指标（虚构数据）"], ["指标", *head], *([[None, *below]] if below else [])]
    frame = paths(write_book, [*rows, ["税收（万元）", 5, 4, 25]], merges)
    assert frame["period"].tolist() == periods


def test_units_of_bare_signs(write_book: WriteBook) -> None:
    """Check that ±% is label and unit at once, that 百分点 is a unit, and that 时间： gives the period."""
    rows = [
        ["主要指标（虚构数据）"],
        ["时间：2024年5月"],
        ["指标", "单位", "1-5月", "±%", "5月", "±%", "增减百分点"],
        ["税收", "万元", 5, 4, 25, 3, 0.5],
    ]
    frame = paths(write_book, rows)
    assert frame["column_label_path"].tolist() == ["1-5月", "1-5月 / ±%", "5月", "5月 / ±%", "增减百分点"]
    assert frame["unit"].tolist() == ["万元", "%", "万元", "%", "百分点"]
    assert frame["period"].tolist()[:4] == ["2024-01/2024-05"] * 2 + ["2024-05"] * 2


def test_growth_names_its_own_months(write_book: WriteBook) -> None:
    """Check that 当月同比 and 累计同比 find their columns, and that an indicator's growth lends nothing."""
    rows = [
        ["示例市2024年主要指标（虚构数据）"],
        ["指标", "5月", "1-5月", "当月同比(%)", "累计同比(%)", "位次"],
        ["社会用电量", 1.1, 5.2, 3.8, 4.5, 7],
    ]
    assert paths(write_book, rows)["period"].tolist() == [
        "2024-05", "2024-01/2024-05", "2024-05", "2024-01/2024-05", "2024-01/2024-05",
    ]  # fmt: skip
    rows = [
        ["各县指标（虚构数据）"],
        ["地区", "2024年5月存款", None, "户数"],
        [None, "余额", "增长(%)", "户数"],
        ["甲县", 1, 2, 3],
    ]
    frame = paths(write_book, rows, ["A2:A3", "B2:C2", "D2:D3"])
    assert frame["period"].tolist() == ["2024-05", "2024-05", ""]


def test_head_of_a_row_of_units(write_book: WriteBook) -> None:
    """Check that 单位： at the left edge heads units of columns, and that the cell at its right is no second half."""
    rows = [["示例市2024年（虚构数据）"], ["指标", "产值"], ["单位：", "万元"], ["甲县", 7], ["乙县", 8]]
    frame = paths(write_book, rows)
    assert frame[["column_label_path", "unit", "value"]].to_numpy().tolist() == [
        ["产值", "万元", 7], ["产值", "万元", 8],
    ]  # fmt: skip


def test_unit_line_in_two_cells(write_book: WriteBook) -> None:
    """Check a unit line whose second half is a unit of its own."""
    rows = [
        ["示例市2024年（虚构数据）", None, None],
        [None, "单位：万元、", "%"],
        ["地区", "产值", "增长率"],
        ["甲县", 7, 1.5],
    ]
    assert paths(write_book, rows)["unit"].tolist() == ["万元", "%"]


def test_a_band_over_a_gap_is_one_table(write_book: WriteBook) -> None:
    """Check that an empty column under a merged band parts nothing, though words stand behind it."""
    rows = [
        ["示例市2024年（虚构数据）", None, None, None, None],
        ["地区", "产值", None, "主导产业", "户数"],
        ["甲县", 1, None, "食品加工", 11],
        ["乙县", 2, None, "装备制造", 12],
        ["丙县", 3, None, "生物医药", 13],
    ]
    parted = paths(write_book, rows, ["A1:E1"])
    assert parted["row_label_path"].tolist() == ["甲县", "乙县", "丙县", "食品加工", "装备制造", "生物医药"]
    whole = paths(write_book, rows, ["A1:E1", "B2:C2"])
    assert whole.loc["E4", "row_label_path"] == "乙县"


def test_the_day_of_printing_is_no_period(write_book: WriteBook) -> None:
    """Check that issuer and day over a header are no labels, and that the title's month holds."""
    rows = [
        ["示例市2024年4月主要指标（虚构数据）", None, None],
        ["示例市统计局", None, "2024年5月20日"],
        ["指标", "单位", "本月"],
        ["社会用电量", "亿千瓦时", 1.1],
    ]
    frame = paths(write_book, rows)
    assert frame.loc["C4", ["column_label_path", "period"]].tolist() == ["本月", "2024-04"]


def test_of_which_is_counted_like_its_whole(write_book: WriteBook) -> None:
    """Check that 其中 takes the unit of its whole before that of the title, and other rows below do not."""
    rows = [
        ["示例市2024年（虚构数据）"],
        ["单位：万元"],
        ["指标", "2024年", "比上年增长"],
        ["企业（个）", 9, 1.5],
        ["  其中：亏损企业", 4, 2.5],
        ["        停产企业", 1, 3.5],
        ["营业收入（亿元）", 7, 4.5],
        ["  营业成本", 6, 5.5],
    ]
    frame = paths(write_book, rows)
    assert frame.loc[["B4", "B5", "B6", "B7", "B8"], "unit"].tolist() == ["个", "个", "个", "亿元", "万元"]
    assert set(frame.loc[["C4", "C5", "C6", "C7", "C8"], "unit"]) == {"%"}
    del rows[1]
    assert paths(write_book, rows).loc["B7", "unit"] == "亿元"


def test_a_date_in_chinese_numerals(write_book: WriteBook) -> None:
    """Check 二○二四年 in a title, with a month and with a span of months."""
    for line, period in (("二〇二四年四月", "2024-04"), ("二○二三年一至十一月份", "2023-01/2023-11")):
        rows = [["示例县月报（虚构数据）"], [line], ["指标", "单位", "数量"], ["客运量", "万人", 3.5]]
        assert paths(write_book, rows)["period"].tolist() == [period]


def test_siblings_of_an_of_which_row(write_book: WriteBook) -> None:
    """Check that rows set in under 其中 are its siblings, but its parts where every sibling says 其中."""
    head = ["指标", "2024年"]
    rows = [head, ["合计", 9], ["  其中：甲", 4], ["        乙", 5]]
    assert paths(write_book, rows)["row_label_path"].tolist()[-1] == "合计 / 乙"
    rows = [head, ["合计", 9], ["  其中：甲", 4], ["  其中：丙", 3], ["      乙", 2]]
    assert paths(write_book, rows)["row_label_path"].tolist()[-1] == "合计 / 丙 / 乙"


def test_a_note_merged_over_two_tables(write_book: WriteBook) -> None:
    """Check that title and note over the whole width belong to both tables, and that a note of one does not."""
    rows = [
        ["示例市2024年7月简表（虚构数据）", None, None, None, None],
        ["指标", "1-7月", None, "产品", "1-7月"],
        *(
            [name, 1, None, other, 2]
            for name, other in [("投资", "原油"), ("税收", "水泥"), ("存款", "大米")]
        ),
        ["注：均为快报数。", None, None, None, None],
    ]
    both = paths(write_book, rows, ["A1:E1", "A6:E6"])
    assert both["note"].tolist() == ["均为快报数"] * 6
    assert both.loc["E3", ["row_label_path", "period"]].tolist() == ["原油", "2024-01/2024-07"]
    assert paths(write_book, rows, ["A1:E1"])["note"].tolist() == ["均为快报数"] * 3 + [""] * 3
