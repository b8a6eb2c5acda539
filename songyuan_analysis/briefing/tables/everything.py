"""All that was recorded for the area and the period, whether a chapter uses it or not."""

from __future__ import annotations

from songyuan_analysis.briefing.figure import Cell
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.view import NOT_SEEN, View
from songyuan_analysis.observations.catalogue import catalogue

MEASURE_WORDS = {
    "level": "绝对量",
    "yoy": "增长",
    "share": "比重",
    "change": "增减",
    "gap": "与上级之差",
    "index_py100": "指数（上年=100）",
    "contribution": "贡献率",
    "pull": "拉动",
    "rank": "位次",
    "mom": "环比",
    "two_year_average": "两年平均",
    "completion": "完成率",
    "level_before": "次年所列同期数",
    "target": "目标",
}
_PRICES = {"nominal": "（现价）", "comparable": "（可比价）"}


def all_figures(view: View) -> Table:
    """Tabulate every known number of the area in the period, in the order of the catalogue."""
    frame = view.observations
    own = frame[
        (frame["ref_area"] == view.area)
        & (frame["time_period"] == view.period_text)
        & (frame["indicator"] != "")
        & (frame["measure"] != "")
        & frame["obs_value"].notna()
    ]
    order = {code: number for number, code in enumerate(catalogue().indicators)}
    own = own.assign(_order=own["indicator"].map(order)).sort_values(["_order", "measure", "scope"])
    rows: list[tuple[Cell, ...]] = []
    for _, row in own.iterrows():
        item = catalogue().indicator(row["indicator"])
        prices = _PRICES.get(row["price_base"], "") if row["measure"] in {"yoy", "index_py100"} else ""
        figure = view.figure(row)
        rows.append(
            (
                item.name_zh,
                MEASURE_WORDS[row["measure"]] + prices,
                figure,
                row["unit"] or "—",
                row["scope"] or "—",
                figure.status or "未注明",
                f"{row['conf_tier']}级",
            )
        )
    return Table(
        id="everything",
        title=f"{view.area_name}{view.label}收录的全部数据",
        columns=(
            Column("指标", kind="text"),
            Column("性质", kind="text"),
            Column("数值"),
            Column("单位", kind="text"),
            Column("口径", kind="text"),
            Column("数据状态", kind="text"),
            Column("来源等级", kind="text"),
        ),
        rows=tuple(rows) or (("—", "—", NOT_SEEN, "—", "—", "—", "—"),),
        source=view.source_of(rows),
    )
