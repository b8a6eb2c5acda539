"""The values of a briefing: what may be printed, and what is refused. All figures are made up (虚构数据)."""

from __future__ import annotations

import math
import pickle
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.briefing.model import (
    Briefing,
    Chapter,
    Column,
    Figure,
    Formula,
    Missing,
    NativeChart,
    Paragraph,
    Source,
    Table,
)
from songyuan_analysis.briefing.style import balanced, line_count, load_style, state_text, text_width
from songyuan_analysis.errors import BriefingError
from songyuan_analysis.methods.precision import round_half_up

ROW = {
    "ref_area": "990000",
    "indicator": "gdp",
    "measure": "level",
    "price_base": "current",
    "scope": "",
    "time_period": "2024",
    "obs_value": 1002.10,
    "decimals": 2,
    "unit": "亿元",
    "obs_status": "P",
    "vintage": "2025-03-20",
    "conf_tier": "1",
    "comment_obs": "",
    "issuer": "示例市统计局",
    "source_title": "虚构数据公报",
    "transcribed": True,
    "file": "虚构数据.xlsx",
    "sha256": "00",
    "sheet": "表1",
    "cell": "C5",
    "row_label_path": "地区生产总值",
}


def figure(value: float = 1002.10, decimals: int = 2, unit: str = "亿元", **more: object) -> Figure:
    source = Source.from_row(ROW | {"obs_value": value, "decimals": decimals, "unit": unit})
    return replace(Figure.published(source), **more)  # type: ignore[arg-type]


def table(*rows: tuple[object, ...], **more: object) -> Table:
    columns = (Column("指标", kind="text"), Column("绝对量", "亿元", "2024年"), Column("增长", "%", "2024年"))
    made = Table(id="t", title="虚构数据表", columns=columns, rows=rows)  # type: ignore[arg-type]
    return replace(made, **more)  # type: ignore[arg-type]


# --- rounding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.675, 2, "2.68"),  # below 2.675 in binary: half-up counts what is printed
        (0.25, 1, "0.3"),
        (-0.25, 1, "-0.3"),
        (-0.04, 1, "0.0"),
        (1e-9, 0, "0"),
        (1234567.0, 0, "1234567"),
        (5.2 - 0.15, 1, "5.1"),  # 5.05 with binary noise
        (105.2 - 100, 1, "5.2"),
    ],
)
def test_half_up(value: float, decimals: int, text: str) -> None:
    assert str(round_half_up(value, decimals)) == text


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_printed_numbers_print_as_they_are(digits: int, decimals: int) -> None:
    exact = Decimal(digits).scaleb(-decimals)
    assert round_half_up(float(exact), decimals) == exact


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_rounding_moves_by_half_a_unit_at_most(value: float, decimals: int) -> None:
    assert abs(float(round_half_up(value, decimals)) - value) <= 0.5 * 10**-decimals + 1e-8


# --- figures -----------------------------------------------------------------------------------


def test_source_from_a_row_of_observations() -> None:
    frame = pd.DataFrame([ROW]).astype({"decimals": "Int64"})
    source = Source.from_row(frame.iloc[0].to_dict(), {"gdp": "地区生产总值"}, {"990000": "示例市"})
    assert (source.name_zh, source.area_name, source.status) == ("地区生产总值", "示例市", "初步")
    assert (source.decimals, source.transcribed) == (2, True)
    assert source.place == "虚构数据.xlsx › 表1 › C5"


def test_source_with_unknowns() -> None:
    source = Source.from_row(ROW | {"decimals": pd.NA, "vintage": float("nan"), "transcribed": False})
    assert (source.decimals, source.vintage, source.transcribed) == (None, "", False)
    assert Figure.published(replace(source, obs_value=3.25)).decimals == 2
    assert Figure.published(replace(source, obs_value=300.0)).decimals == 0


def test_missing_observation_is_no_source() -> None:
    with pytest.raises(BriefingError, match="没有数值") as caught:
        Source.from_row(ROW | {"obs_value": float("nan")})
    assert caught.value.place == "虚构数据.xlsx › 表1 › C5"


def test_published_figure_keeps_the_print() -> None:
    made = figure()
    assert made.text() == "1002.10"
    assert made.text(unit=True) == "1002.10亿元"
    assert (made.status, made.period, made.derived) == ("初步", "2024", False)
    assert figure(6.0, 1, "%", suffix="左右").text(unit=True) == "6.0%左右"
    assert [figure(v, 1, "%").text(sign=True) for v in (1.0, 0.0, -1.0)] == ["+1.0", "0.0", "-1.0"]


def test_number_without_origin_is_refused() -> None:
    with pytest.raises(BriefingError, match="没有来源"):
        Figure(value=5.0, decimals=1, unit="%")


def test_copy_that_differs_from_its_source_is_refused() -> None:
    with pytest.raises(BriefingError, match="不一致"):
        replace(figure(), value=1002.11)
    with pytest.raises(BriefingError, match="不一致"):
        replace(figure(), decimals=3)
    assert replace(figure(), decimals=1).text() == "1002.1"
    assert replace(figure(), value=1.0021, decimals=4, unit="千亿元", derivation="换算：亿元÷1000").derived


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_only_numbers_are_printed(value: float) -> None:
    with pytest.raises(BriefingError, match="不是可以印出的数"):
        Figure(value=value, decimals=1, derivation="测试")


def test_status_and_period_only_where_the_inputs_agree() -> None:
    old = replace(figure().sources[0], obs_status="F", time_period="2023")
    mixed = Figure(value=1.0, decimals=1, sources=(figure().sources[0], old), derivation="二者之差")
    assert (mixed.status, mixed.period) == ("", "")


def test_interval_has_one_more_decimal() -> None:
    assert replace(figure(), low=1002.095, high=1002.105).interval_text() == "[1002.095, 1002.105]"
    assert figure().interval_text() == ""


def test_missing_needs_a_reason() -> None:
    assert Missing().reason == "未公布" and Missing().is_gap
    assert not Missing("—").is_gap
    with pytest.raises(BriefingError, match="原因"):
        Missing(" ")


# --- paragraphs --------------------------------------------------------------------------------


def test_paragraph_is_a_text_that_knows_its_numbers() -> None:
    inner = Paragraph.of("总量", figure(), "，")
    outer = Paragraph.of(inner, "增长", figure(5.8, 1, "%"), "。")
    assert outer == "总量1002.10亿元，增长5.8%。" and isinstance(outer, str)
    assert [made.value for made in outer.figures] == [1002.10, 5.8]
    again = pickle.loads(pickle.dumps(outer))
    assert again == outer and again.figures == outer.figures


# --- tables ------------------------------------------------------------------------------------


def test_frame_has_floats_and_nan() -> None:
    frame = table(
        ("地区生产总值", figure(), Missing()), ("工业", figure(3.0), figure(-1.5, 1, "%"))
    ).to_frame()
    assert list(frame.columns) == ["指标", "2024年 / 绝对量", "2024年 / 增长"]
    assert frame["2024年 / 绝对量"].tolist() == [1002.10, 3.0]
    assert frame["2024年 / 增长"].isna().tolist() == [True, False]
    assert frame["指标"].dtype == "str"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("a", figure()), "2 格"),
        (("a", "5.8", figure()), "类型与列不符"),
        ((figure(), figure(), figure()), "类型与列不符"),
        (("a", figure(), figure(formula=Formula("{0}", ((0, 0),)))), "没有数"),
        (("a", figure(), figure(formula=Formula("{0}", ((3, 1),)))), "没有数"),
    ],
)
def test_tables_that_contradict_themselves_are_refused(row: tuple[object, ...], message: str) -> None:
    with pytest.raises(BriefingError, match=message):
        table(row)


def test_other_contradictions_are_refused() -> None:
    row = ("a", figure(), figure())
    with pytest.raises(BriefingError, match="缩进"):
        table(row, indents=(0, 1))
    with pytest.raises(BriefingError, match="其中"):
        table(row, of_which=(1,))
    with pytest.raises(BriefingError, match="重名"):
        Table(id="t", title="表", columns=(Column("a"), Column("a")), rows=())


def test_columns_are_found_by_name_where_it_is_unique() -> None:
    made = table()
    assert made.column_index("增长") == made.column_index("2024年 / 增长") == 2
    with pytest.raises(BriefingError, match="没有唯一的列"):
        made.column_index("降低")


def test_label_column_is_not_the_running_number() -> None:
    columns = (Column("序号", kind="text"), Column("指标", kind="text"), Column("值"))
    made = Table(id="t", title="表", columns=columns, rows=(("1", "工业", Missing()),))
    assert made.label_column == 1 and made.row_label(0) == "工业"


def test_label_column_tells_rows_apart() -> None:
    columns = (
        Column("部分", kind="text"),
        Column("事项", kind="text"),
        Column("值"),
        Column("注", kind="text"),
    )
    rows = (("甲", "一", Missing(), "x"), ("甲", "二", Missing(), "y"))
    made = Table(id="t", title="表", columns=columns, rows=rows)
    assert made.label_column == 1
    assert replace(made, label="注").label_column == 3
    assert replace(made, rows=(rows[0], rows[0])).label_column == 0
    with pytest.raises(BriefingError, match="没有唯一的列"):
        replace(made, label="无")


def test_of_which_is_said_once_in_a_run() -> None:
    rows = [(name, figure(), figure()) for name in ("合计", "甲", "乙", "其他", "丙")]
    made = table(*rows, of_which=(1, 2, 4))
    assert [made.printed_label(i) for i in range(5)] == ["合计", "其中：甲", "　　　乙", "其他", "其中：丙"]
    already = table(("其中：甲", figure(), figure()), of_which=(0,))
    assert already.printed_label(0) == "其中：甲"


def test_empty_columns_are_dropped_with_a_note_and_formulas_follow() -> None:
    columns = (
        Column("指标", kind="text"),
        Column("位次", "位"),
        Column("目标"),
        Column("实际"),
        Column("差"),
    )
    difference = figure(formula=Formula("{0}-{1}", ((0, 3), (0, 2))))
    rows = (("a", Missing("无公开资料"), figure(), figure(), difference), ("b", Missing(), *[Missing()] * 3))
    made = Table(id="t", title="表", columns=columns, rows=rows).without_empty_columns()
    assert [column.name for column in made.columns] == ["指标", "目标", "实际", "差"]
    assert made.notes == ("未列出的栏目：位次（无公开资料、未公布）。",)
    moved = made.rows[0][3]
    assert isinstance(moved, Figure) and moved.formula == Formula("{0}-{1}", ((0, 2), (0, 1)))
    assert made.without_empty_columns() is made


def test_unit_line_says_unit_once() -> None:
    assert table(unit="亿元").unit_line == "单位：亿元"
    assert table(unit="单位：%，负数为下降").unit_line == "单位：%，负数为下降"
    assert table().unit_line == ""


# --- HTML --------------------------------------------------------------------------------------


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.cells: list[tuple[dict[str, str | None], str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.open.append(tag)
        if tag in {"td", "th"}:
            self.cells.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            attributes, text = self.cells[-1]
            self.cells[-1] = (attributes, text + data)


def read(made: Table) -> Reader:
    reader = Reader()
    reader.feed(made._repr_html_())
    assert reader.open == []
    return reader


def test_html_prints_numbers_with_their_address() -> None:
    share = Figure(value=12.34, decimals=1, unit="%", sources=figure().sources, derivation="工业÷总量")
    doubtful = replace(figure(), suspect="与上年相差过大")
    made = table(("总量", doubtful, share), ("工业", figure(-0.3, 1), Missing("未公布", "公报未列")))
    cells = read(replace(made, source="虚构数据", notes=("甲", "乙"))).cells
    texts = [text for _, text in cells]
    assert texts[:4] == ["指标", "2024年", "绝对量（亿元）", "增长（%）"]
    assert texts[4:10] == ["总量", "1002.10※", "12.3", "工业", "-0.3", "未公布"]
    assert texts[10:] == ["注：1.甲", "　　2.乙", "　　3.※ 存疑：与上年相差过大", "资料来源：虚构数据"]
    assert cells[1][0]["colspan"] == "2" and cells[0][0]["rowspan"] == "2"
    assert cells[5][0]["title"] == "虚构数据.xlsx › 表1 › C5"
    assert cells[6][0]["title"] == "本报告测算：工业÷总量\n虚构数据.xlsx › 表1 › C5"
    assert cells[9][0]["title"] == "公报未列"


def test_html_escapes_everything() -> None:
    evil = '<script>alert("x")</script>'
    source = replace(figure().sources[0], sheet=evil)
    columns = (Column(evil, kind="text"), Column("值", evil, evil), Column("状态", kind="state"))
    made = Table(
        id=evil,
        title=evil,
        unit=evil,
        columns=columns,
        rows=((evil, Figure.published(source), evil), (evil, Missing(evil, evil), evil)),
        notes=(evil,),
        source=evil,
    )
    html = made._repr_html_()
    assert "<script" not in html and read(made).cells
    assert re.search(r'"[^"]*alert\("', html) is None


def test_html_needs_nothing_from_outside() -> None:
    html = table(("a", figure(), figure()))._repr_html_()
    assert html.startswith("<style>") and "http" not in html and "src=" not in html


# --- style -------------------------------------------------------------------------------------


def test_a_state_is_told_by_shape_and_word() -> None:
    looks = {state_text(word)[0] for word in ("达到", "有差距", "未达到", "按年统计")}
    assert looks == {"●", "▲", "■", "○"}
    assert state_text("未达到（差0.2个百分点）") == "■ 未达到（差0.2个百分点）"
    assert state_text("说不清") == "说不清"


def test_every_state_of_the_plan_has_a_look() -> None:
    from songyuan_analysis.plan.judge import STATES

    assert [word for word in STATES.values() if load_style().state(word) is None] == []


def test_chinese_is_two_wide() -> None:
    assert text_width("经济", 12) == pytest.approx(32)
    assert text_width("12", 12) < 20
    assert line_count("经" * 30, 12, 170) == 4
    assert line_count("甲\n乙", 12, 170) == 2


@given(st.text("经济增速（）±，、%", min_size=1, max_size=30), st.integers(60, 300))
def test_balanced_headings_lose_nothing(text: str, width: int) -> None:
    assert balanced(text, 12, width).replace("\n", "") == text


def test_balanced_headings_break_evenly() -> None:
    assert balanced("占地区生产总值比重", 12, 130) == "占地区生\n产总值比重"
    assert balanced("同比增长", 12, 130) == "同比增长"


# --- the briefing ------------------------------------------------------------------------------


def briefing(*chapters: Chapter) -> Briefing:
    return Briefing(title="虚构数据", area="示例市", period="2024", period_label="2024年", chapters=chapters)


def test_briefing_finds_its_tables() -> None:
    made = table(("a", figure(), figure()))
    chart = NativeChart(kind="line", title="图", table_id="t", category="指标", values=("增长",))
    whole = briefing(Chapter(sheet_name="封面", title="", tables=(made,), charts=(chart,)))
    assert whole.table("t") is made
    with pytest.raises(BriefingError, match="没有表"):
        whole.table("x")


def test_briefings_that_contradict_themselves_are_refused() -> None:
    made, cover = table(("a", figure(), figure())), Chapter(sheet_name="封面", title="")
    with pytest.raises(BriefingError, match="没有内容"):
        briefing()
    with pytest.raises(BriefingError, match="工作表名重复"):
        briefing(cover, cover)
    with pytest.raises(BriefingError, match="表号重复"):
        briefing(replace(cover, tables=(made, made)))
    for values, message in ((("指标",), "不是数值列"), (("无",), "没有唯一的列")):
        chart = NativeChart(kind="line", title="图", table_id="t", category="指标", values=values)
        with pytest.raises(BriefingError, match=message):
            briefing(replace(cover, tables=(made,), charts=(chart,)))
    with pytest.raises(BriefingError, match="一至六个系列"):
        NativeChart(kind="line", title="图", table_id="t", category="指标", values=tuple("abcdefg"))
    for name in ("", "a/b", "长" * 32):
        with pytest.raises(BriefingError, match="工作表名"):
            Chapter(sheet_name=name, title="")
