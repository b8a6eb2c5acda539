"""The city among the prefectures: on the project's own figures, and on made-up ones (虚构数据)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from songyuan_analysis.briefing import remarks, tables
from songyuan_analysis.briefing.figure import Figure, Missing
from songyuan_analysis.briefing.model import Table
from songyuan_analysis.briefing.tables.ranks import peers
from songyuan_analysis.briefing.view import View
from songyuan_analysis.methods.ranking import prefectures, ranks

MadeView = Callable[..., View]


def lines(table: Table | None) -> dict[tuple[str, str], tuple[Any, ...]]:
    assert table is not None
    return {
        (str(row[0]), str(row[1])): tuple(
            c.text() if isinstance(c, Figure) else c.reason if isinstance(c, Missing) else c for c in row[2:]
        )
        for row in table.rows
    }


def test_every_indicator_with_enough_areas_has_a_place(view_of: Callable[[str], View]) -> None:
    found = lines(tables.city_ranks(view_of("2024")))
    assert found["地区生产总值", "增速"][:5] == ("2023年", "5.9", "%", "5（5—6）", "9个")
    assert found["地区生产总值", "增速"][-2:] == ("-0.4", "增速慢于全省0.4个百分点")
    assert found["地区生产总值", "总量"][3] == "3"
    assert found["地方级财政收入", "总量"][:6] == ("2023年", "46.11", "亿元", "3", "8个", "升1位")
    assert {name for name, _ in found} >= {
        "第一产业增加值",
        "第二产业增加值",
        "第三产业增加值",
        "固定资产投资",
    }


def test_ranks_of_an_earlier_period_are_not_taken_for_this_one(
    view_of: Callable[[str], View],
    made_view: MadeView,
    rate: dict[str, Any],
) -> None:
    said = str(remarks.ranks(view_of("2024"))[0])
    assert said.endswith("2023年、2016年的位次是见到的最近一期，不是2024年的位次。")
    assert "最近一期" not in str(remarks.ranks(made_view(areas(rate, [5.0] * 9), period="2024"))[0])


def test_within_the_year_the_same_months_come_first(view_of: Callable[[str], View]) -> None:
    found = lines(tables.city_ranks(view_of("2025H1")))
    assert found["地区生产总值", "名义增速"][:5] == ("2025年上半年", "5.69", "%", "7", "9个")
    assert found["地区生产总值", "总量"][0] == "2025年上半年"
    assert found["地区生产总值", "增速"][0] == "2023年"


def test_a_rank_leads_to_the_cells_of_all_areas(view_of: Callable[[str], View]) -> None:
    view = view_of("2024")
    table = tables.city_ranks(view)
    assert table is not None
    place = table.rows[0][5]
    assert isinstance(place, Figure) and place.derived and (place.low, place.high) == (5, 6)
    assert {source.ref_area for source in place.sources} == set(peers(view))
    assert {source.time_period for source in place.sources} == {"2023"}
    areas = tables.gdp_areas(view, 2023)
    cells = [row[3] for row in areas.rows if isinstance(row[3], Figure)]
    assert len(cells) == 9 and all(len(cell.sources) == 9 for cell in cells)


@pytest.mark.parametrize("period", ["2024", "2025H1"])
def test_places_are_those_of_the_method(view_of: Callable[[str], View], period: str) -> None:
    view = view_of(period)
    frame = view.sound
    frame = frame[(frame["indicator"] == "gdp") & (frame["measure"] == "yoy")]
    found = ranks(frame, prefectures())
    own = found[(found["ref_area"] == "220700") & (found["time_period"] == "2023")]
    own = own[own["price_base"] == "comparable"]
    row = lines(tables.city_ranks(view))["地区生产总值", "增速"]
    low, high = own["low"].item(), own["high"].item()
    assert row[3] == f"{own['obs_value'].item():.0f}（{low:.0f}—{high:.0f}）"


def areas(rate: dict[str, Any], values: list[float], **columns: object) -> list[dict[str, Any]]:
    codes = prefectures()
    rows = [
        {**rate, "time_period": "2024", "ref_area": code, "obs_value": value, **columns}
        for code, value in zip(codes, values, strict=False)
    ]
    own = next(row for row in rows if row["ref_area"] == "220700")
    return [own, *(row for row in rows if row is not own)]


def test_falls_have_their_own_words(made_view: MadeView, rate: dict[str, Any]) -> None:
    """As in half-year reports of prefectures: −8.0 beside −10.9 is 2.9 better; 虚构数据."""
    rows = areas(rate, [-8.0] * 9)
    rows.append({**rate, "time_period": "2024", "ref_area": "220000", "obs_value": -10.9})
    rows.append({**rate, "time_period": "2024", "ref_area": "100000", "obs_value": 5.0})
    (row,) = lines(tables.city_ranks(made_view(rows, period="2024"))).values()
    assert row[6:] == ("2.9", "-13.0", "降幅小于全省2.9个百分点；比全国低13.0个百分点")
    assert row[3] == "1（1—9）"


def test_unlike_vintages_have_no_place_and_say_so(made_view: MadeView, rate: dict[str, Any]) -> None:
    rows = areas(rate, [5.0, 4.0, 3.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0])
    rows[1]["obs_status"] = "F"
    table = tables.city_ranks(made_view(rows, period="2024"))
    assert table is not None
    (cell,) = [cell for cell in table.rows[0] if isinstance(cell, Missing) and cell.reason == "不能排位"]
    assert "核实程度不同" in cell.detail


def test_too_few_areas_have_no_rank_and_it_says_what_to_add(
    made_view: MadeView, rate: dict[str, Any]
) -> None:
    view = made_view(areas(rate, [5.0] * 9)[:6], period="2024")
    assert tables.city_ranks(view) is None
    assert "7个以上市州" in remarks.ranks(view)[0] and "工作簿" in remarks.ranks(view)[0]


def test_the_smallest_is_first_where_less_is_wanted(made_view: MadeView, rate: dict[str, Any]) -> None:
    rows = areas(rate, [float(-n) for n in range(9)], indicator="energy_intensity")
    own = rows[0]["obs_value"]
    (row,) = lines(tables.city_ranks(made_view(rows, period="2024"))).values()
    better = pd.Series([r["obs_value"] for r in rows]).lt(own).sum()
    assert row[3] == str(better + 1)
