"""Charts: what they show, how they look, and that they need nothing from outside."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd
import pytest
import vl_convert

from songyuan_analysis.briefing import charts, theme
from songyuan_analysis.briefing.charts import fonts, offline
from songyuan_analysis.errors import UsageError

WORDS: dict[str, Any] = {
    "title": "地区生产总值增速",
    "subtitle": "松原市",
    "unit": "%",
    "source": "松原市统计局",
}
YEARS = [f"{year}年" for year in range(2018, 2025)]
GROWTH = [1.4, 2.1, 2.6, 6.4, -3.0, 5.4, 3.8]


@cache
def trend() -> alt.VConcatChart:
    """Return a chart of the growth of seven years."""
    return charts.trend(pd.DataFrame({"period": YEARS, "value": GROWTH}), **WORDS)


@cache
def columns() -> alt.VConcatChart:
    """Return a chart of the same years as bars."""
    return charts.columns(pd.DataFrame({"period": YEARS, "value": GROWTH}), **WORDS)


@cache
def structure() -> alt.VConcatChart:
    """Return a chart of three industries."""
    parts = ("第一产业", "第二产业", "第三产业")
    rows = [
        (year, part, share) for year in YEARS for part, share in zip(parts, (24.9, 23.9, 51.2), strict=True)
    ]
    return charts.structure(pd.DataFrame(rows, columns=["period", "category", "share"]), **WORDS)


@cache
def versus() -> alt.VConcatChart:
    """Return a chart of an indicator with and one without target."""
    frame = pd.DataFrame(
        {"category": ["地区生产总值", "能耗强度"], "value": [3.8, -2.9], "target": [6.5, None]}
    )
    return charts.versus(frame, value_name="实际", target_name="计划目标", **WORDS)


@cache
def ranking() -> alt.VConcatChart:
    """Return a chart of four areas, two of them equal."""
    frame = pd.DataFrame({"area": ["松原市", "长春市", "辽源市", "延边州"], "value": [3.8, 4.6, 4.4, 4.4]})
    return charts.ranking(frame, references={"全省": 4.3}, **WORDS)


@cache
def states() -> alt.VConcatChart:
    """Return a chart of two sections."""
    rows = [
        ("主要目标", "达到", 3),
        ("主要目标", "有差距", 4),
        ("重大项目", "达到", 12),
        ("重大项目", "未公布", 0),
    ]
    return charts.states(pd.DataFrame(rows, columns=["section", "state", "count"]), **WORDS)


@cache
def scenario() -> alt.VConcatChart:
    """Return a chart of one line and two references."""
    frame = pd.DataFrame({"x": [0.0, 4.0, 8.0], "y": [-2.5, 1.4, 5.3]})
    marks = pd.DataFrame({"axis": ["x", "y"], "at": [3.8, 0.0], "label": ["实际", "总量不变"]})
    return charts.scenario(frame, x_title="增速（%）", y_title="能耗变化（%）", references=marks, **WORDS)


@cache
def picture(make: Callable[[], alt.VConcatChart]) -> str:
    """Return the drawn chart."""
    return charts.to_svg(make())


VERBS = [trend, columns, structure, versus, ranking, states, scenario]
every_verb = pytest.mark.parametrize("make", VERBS, ids=lambda make: make.__name__)


if not fonts.chinese_face():
    pytest.skip("本机没有中文字体：请安装 fonts-noto-cjk 或 fonts 附加包。", allow_module_level=True)


# --- all verbs -----------------------------------------------------------------------------------


@every_verb
def test_words_stand_around_every_chart(make: Callable[[], alt.VConcatChart]) -> None:
    """Check that title, subtitle with unit, and source are printed."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", picture(make))
    for expected in ("地区生产总值增速", "松原市　单位：%", "资料来源：松原市统计局"):
        assert expected in texts


@every_verb
def test_no_chart_names_an_address(make: Callable[[], alt.VConcatChart]) -> None:
    """Check that neither the specification nor the figure holds an address that could be fetched."""
    spec = offline.spec_of(make())
    assert "http" not in json.dumps(spec)
    figure = offline.figure(spec)
    assert "http" not in figure
    picture = base64.b64decode(re.findall(r'base64,([^"]+)"', figure)[0]).decode()
    # An XML namespace is a name and never fetched.
    assert set(re.findall(r"https?://[^\"'\s)]+", picture)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


@every_verb
def test_a_chart_drawn_twice_gives_equal_bytes(make: Callable[[], alt.VConcatChart]) -> None:
    """Check that no counter and no time enters a picture or its data."""
    again: Callable[[], alt.VConcatChart] = make.__wrapped__  # type: ignore[attr-defined]
    assert charts.to_svg(again()) == picture(make)
    assert offline.spec_of(again()) == offline.spec_of(make())


@every_verb
def test_no_text_is_lost(make: Callable[[], alt.VConcatChart], dark_pixels: Callable[[str], int]) -> None:
    """Check by ink: the picture has many dark pixels that the same picture without its texts has not."""
    svg = picture(make)
    bare = re.sub(r"<text.*?</text>", "", svg, flags=re.DOTALL)
    assert dark_pixels(svg) - dark_pixels(bare) > 80


@every_verb
def test_charts_use_only_the_colours_of_the_house(make: Callable[[], alt.VConcatChart]) -> None:
    """Check that a drawing has at most six colours beside ink, paper and lines."""
    used = {colour.upper() for colour in re.findall(r"#[0-9A-Fa-f]{6}\b", picture(make))}
    quiet = {theme.INK, theme.QUIET, theme.HAIRLINE, theme.PAPER}
    assert used - {colour.upper() for colour in quiet} <= set(theme.PALETTE)


@every_verb
def test_vega_lite_has_nothing_to_warn_about(
    make: Callable[[], alt.VConcatChart], capfd: pytest.CaptureFixture[str]
) -> None:
    """Check that the specification is compiled without a warning."""
    vl_convert.vegalite_to_svg(offline.spec_of(make()), show_warnings=True)
    assert capfd.readouterr().err == ""


@every_verb
def test_a_chart_fits_the_page(make: Callable[[], alt.VConcatChart]) -> None:
    """Check that every chart is about as wide as the text column."""
    width = re.search(r'<svg[^>]* width="(\d+)"', picture(make))
    assert width is not None
    assert 640 <= int(width[1]) <= 720


@pytest.mark.parametrize(
    ("verb", "column"),
    [
        ("trend", "value"),
        ("columns", "period"),
        ("structure", "category"),
        ("versus", "target"),
        ("ranking", "area"),
        ("states", "count"),
    ],
)
def test_a_missing_column_is_named(verb: str, column: str) -> None:
    """Check that the refusal says which chart lacks which column."""
    columns = [
        "period",
        "series",
        "value",
        "category",
        "share",
        "target",
        "area",
        "section",
        "state",
        "count",
    ]
    frame = pd.DataFrame([[1] * len(columns)], columns=columns).drop(columns=column)
    with pytest.raises(UsageError, match=f"图表 {verb} 缺少列：{column}"):
        getattr(charts, verb)(frame, title="图")


def test_an_empty_frame_is_refused() -> None:
    """Check that a chart of nothing is an error, not an empty picture."""
    with pytest.raises(UsageError, match="没有可画的数据"):
        charts.columns(pd.DataFrame({"period": [], "value": []}), title="图")


def test_two_values_for_one_place_are_refused() -> None:
    """Check that a second vintage of the same figure is not drawn over the first."""
    frame = pd.DataFrame({"period": ["2023年", "2023年"], "value": [5.4, 5.2]})
    for verb in (charts.trend, charts.columns):
        with pytest.raises(UsageError, match="2023年"):
            verb(frame, title="图")


def test_seven_series_are_refused() -> None:
    """Check that nobody gets more series than can be told apart."""
    frame = pd.DataFrame({"period": ["2024年"] * 7, "series": list("甲乙丙丁戊己庚"), "value": range(7)})
    with pytest.raises(UsageError, match="7 个系列"):
        charts.trend(frame, title="图")


def test_charts_leave_their_frame_alone() -> None:
    """Check that drawing does not change the data."""
    frame = pd.DataFrame({"period": YEARS, "value": GROWTH})
    before = frame.copy()
    charts.columns(frame, title="图")
    charts.trend(frame, title="图")
    pd.testing.assert_frame_equal(frame, before)


# --- single verbs --------------------------------------------------------------------------------


def strokes(chart: alt.VConcatChart) -> list[str]:
    """Return the drawn pieces of all lines: one for each pen stroke."""
    paths = re.findall(r'class="mark-line role-mark[^>]*>(.*?)</g>', charts.to_svg(chart), re.DOTALL)
    drawn = [d for group in paths for d in re.findall(r' d="([^"]+)"', group)]
    return [piece for d in drawn for piece in re.findall(r"M[^M]+", d)]


def test_a_break_is_not_bridged() -> None:
    """Check that two segments are two strokes, with a rule and its words between them."""
    frame = pd.DataFrame(
        {
            "period": YEARS,
            "value": GROWTH,
            "segment": ["旧口径"] * 3 + ["新口径"] * 4,
            "label": [""] * 3 + ["五经普修订"] + [""] * 3,
        }
    )
    chart = charts.trend(frame, title="图")
    assert [piece.count(",") for piece in strokes(chart)] == [3, 4]
    assert ">五经普修订</text>" in charts.to_svg(chart)
    assert "旧口径" not in charts.to_svg(chart)


def test_missing_segments_are_one_segment() -> None:
    """Check that rows without a segment are not broken from each other."""
    frame = pd.DataFrame({"period": YEARS, "value": GROWTH, "segment": [None] * 7})
    assert len(strokes(charts.trend(frame, title="图"))) == 1


@pytest.mark.parametrize("how", ["missing value", "missing row"])
def test_a_gap_stays_a_gap(how: str) -> None:
    """Check that a line never jumps over a period that another series has."""
    rows = [
        (year, name, value) for name in ("松原", "全省") for year, value in zip(YEARS, GROWTH, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["period", "series", "value"])
    if how == "missing row":
        frame = frame.drop(index=3)
    else:
        frame.loc[3, "value"] = None
    pieces = strokes(charts.trend(frame, title="图"))
    assert sorted(piece.count(",") for piece in pieces) == [3, 3, 7]


def test_series_differ_by_more_than_colour() -> None:
    """Check that each line has its own dash and each point its own shape."""
    rows = [(year, name, 1.0) for name in "甲乙丙丁戊己" for year in YEARS]
    svg = charts.to_svg(charts.trend(pd.DataFrame(rows, columns=["period", "series", "value"]), title="图"))
    assert len(set(re.findall(r'mark-line role-mark.*?stroke-dasharray="([^"]+)"', svg, re.DOTALL))) == 6
    legend = re.findall(r'role-legend-symbol.*? d="([^"]+)"', svg, re.DOTALL)
    assert len(set(legend)) == 6


def test_signed_columns_print_a_true_minus() -> None:
    """Check that a fall is printed with a minus sign, not with a hyphen."""
    assert ">−3.0</text>" in charts.to_svg(columns())


def test_own_labels_replace_the_value() -> None:
    """Check that the label column is printed, and the value where it is empty."""
    frame = pd.DataFrame({"period": ["甲", "乙"], "value": [1.3, 2.3], "label": ["持平", None]})
    svg = charts.to_svg(charts.columns(frame, title="图"))
    assert ">持平</text>" in svg
    assert ">2.3</text>" in svg
    assert ">1.3</text>" not in svg


def test_shares_are_computed_from_values() -> None:
    """Check the shares of 1, 1 and 2."""
    frame = pd.DataFrame({"period": "2024年", "category": list("甲乙丙"), "value": [1.0, 1.0, 2.0]})
    svg = charts.to_svg(charts.structure(frame, title="图"))
    assert svg.count(">25.0</text>") == 2
    assert svg.count(">50.0</text>") == 1


def test_a_negative_part_is_no_part() -> None:
    """Check that a structure with a negative part is refused."""
    frame = pd.DataFrame({"period": "2024年", "category": list("甲乙"), "value": [-1.0, 2.0]})
    with pytest.raises(UsageError, match="不能为负"):
        charts.structure(frame, title="图")


def test_a_missing_target_is_printed_as_missing() -> None:
    """Check that an indicator without target has no tick and a dash in its column."""
    svg = charts.to_svg(versus())
    assert svg.count(">—</text>") == 1
    assert svg.count(f'fill="{theme.MARKER}"') == 2  # one tick, one sign in the head


def printed_places(chart: alt.VConcatChart) -> list[str]:
    """Return the places before the areas, from top to bottom."""
    return re.findall(
        rf'text-anchor="end"[^>]*font-size="12px" fill="{theme.QUIET}"[^>]*>(\d+)<', charts.to_svg(chart)
    )


def test_equal_values_share_a_place() -> None:
    """Check that places are 1, 2, 2, 4."""
    assert printed_places(ranking())[:4] == ["1", "2", "2", "4"]


@pytest.mark.parametrize(("ascending", "first"), [(False, "乙"), (True, "甲")])
def test_the_first_place_may_be_the_smallest(ascending: bool, first: str) -> None:
    """Check the order of areas for measures where less is better."""
    frame = pd.DataFrame({"area": ["甲", "乙"], "value": [0.5, 0.9]})
    svg = charts.to_svg(charts.ranking(frame, title="图", ascending=ascending))
    assert re.findall(r">([甲乙])</text>", svg)[0] == first


def test_the_own_area_stands_out() -> None:
    """Check that exactly one bar has the accent colour."""
    assert charts.to_svg(ranking()).count(f'fill="{theme.ACCENT}"') == 1


def test_states_are_told_in_words() -> None:
    """Check that state and count stand in the bar, and the total behind it."""
    svg = charts.to_svg(states())
    for words in ("达到 12", "有差距 4", "12", "7"):
        assert f">{words}</text>" in svg


def test_states_keep_the_order_that_was_asked_for() -> None:
    """Check that the given order decides what stands left."""
    frame = pd.DataFrame({"section": "目标", "state": ["达到", "有差距"], "count": [5, 5]})
    svg = charts.to_svg(charts.states(frame, title="图", order=["有差距", "达到"]))
    inside = re.findall(r"translate\(([\d.]+),[\d.]+\)\"[^>]*>(有差距|达到) 5<", svg)
    assert [word for _, word in sorted((float(x), word) for x, word in inside)] == ["有差距", "达到"]


# --- look ----------------------------------------------------------------------------------------


def test_six_colours_stay_apart_on_a_grey_printer() -> None:
    """Check that any two colours differ in lightness, and the first three by much."""
    assert len(theme.PALETTE) == len(theme.DASHES) == len(theme.SHAPES) == 6
    light = sorted(map(theme.lightness, theme.PALETTE))
    assert min(b - a for a, b in pairwise(light)) >= 7
    first = sorted(map(theme.lightness, theme.PALETTE[:3]))
    assert min(b - a for a, b in pairwise(first)) >= 14


def test_period_labels_stay_as_they_are_written() -> None:
    """Check that the locale does not turn 3月 into 三月, and that long labels are broken after the year."""
    frame = pd.DataFrame({"period": [f"2024年1—{month}月" for month in range(2, 13)], "value": range(11)})
    svg = charts.to_svg(charts.columns(frame, title="图"))
    assert "三月" not in svg
    assert ">1—3月</tspan>" in svg or ">1—3月</text>" in svg


def test_a_state_that_judges_nothing_stands_last_and_pale() -> None:
    """Check that done, behind and unknown come in this order, in the tones of the tables."""
    words = ["没有数量要求", "结果未公布", "未完成", "已完成"]
    frame = pd.DataFrame({"section": "目标", "state": words, "count": 5})
    svg = charts.to_svg(charts.states(frame, title="图"))
    assert sorted(re.findall(r">(\S+) 5</text>", svg)) == sorted(words)
    bars = re.findall(r'd="M([\d.]+),[^"]*" fill="(#\w+)"[^>]*stroke="#FFFFFF"', svg)
    colours = [colour for _, colour in sorted((float(x), colour) for x, colour in bars)]
    assert colours == [theme.PALETTE[2], theme.PALETTE[4], theme.PALETTE[3], theme.HAIRLINE]


def test_negative_growth_has_a_line_at_zero() -> None:
    """Check that the axis is drawn at zero, not at the lowest value, when values fall below it."""

    def base_lines(values: list[float]) -> tuple[int, int]:
        svg = charts.to_svg(charts.trend(pd.DataFrame({"period": ["甲", "乙"], "value": values}), title="图"))
        return svg.count("role-axis-domain"), len(re.findall(rf'x2="-640"[^>]*stroke="{theme.INK}"', svg))

    assert base_lines([-3.0, 5.4]) == (0, 1)
    assert base_lines([3.0, 5.4]) == (1, 0)
