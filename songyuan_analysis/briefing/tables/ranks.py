"""The area among the prefectures of its province, and beside province and nation, for every indicator that allows it."""

from __future__ import annotations

import math

import pandas as pd

from songyuan_analysis.briefing.arithmetic import Maybe
from songyuan_analysis.briefing.computed import Row, computed
from songyuan_analysis.briefing.figure import Cell, Figure, Missing
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.view import View, as_growth
from songyuan_analysis.methods.comparison import ACROSS, comparisons
from songyuan_analysis.methods.indices import with_growth_of_indices
from songyuan_analysis.methods.ranking import prefectures, rank_changes, ranks
from songyuan_analysis.methods.targets import wants_less
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.observations.store import select_latest

FEWEST = 7  # of nine prefectures: a rank among fewer says little


def peers(view: View) -> tuple[str, ...]:
    """Return the prefectures of the province, as they belonged to it at the end of the report's period."""
    year, month = view.period.end
    return prefectures(view.province, f"{year}-{month:02d}")


def growth_of_areas(view: View) -> pd.DataFrame:
    """Return growth of all areas as published; an index counts where the rate itself is not printed."""
    frame = with_growth_of_indices(view.sound)
    return frame[frame["measure"] == "yoy"]


def levels_of_areas(view: View) -> pd.DataFrame:
    """Return levels as first published, so that areas of one table share a vintage (see `View.first_published`)."""
    rows = view.releases
    rows = rows[(rows["measure"] == "level") & (rows["scope"] == "") & rows["obs_value"].notna()]
    return view.without_suspects(select_latest(rows[~rows["obs_status"].isin(["R", "F"])]))


def ranked(view: View, frame: pd.DataFrame) -> pd.DataFrame:
    """Rank the prefectures in a frame; unlike grounds and vintages have no rank, and say so."""
    known = frame[frame["indicator"] != ""]
    return ranks(known, peers(view))


def rank_figure(view: View, row: Row, everyone: pd.DataFrame) -> Maybe:
    """Return a rank with the cells of all areas that were ranked; 5（5—6） where the print leaves it open."""
    if math.isnan(row["obs_value"]):
        return Missing("不能排位", str(row["comment_obs"]))
    keys = ["indicator", "ranked", "price_base", "scope", "period_start", "period_end", "unit_measure"]
    of_group = everyone
    for key in keys:
        of_group = of_group[of_group[key] == row[key]]
    low, high = int(row["low"]), int(row["high"])
    order = "由低到高" if wants_less(str(row["indicator"])) else "由高到低"
    return computed(
        view,
        {**row, "sources": "；".join(of_group["sources"])},
        what=f"{row['of']}个市州{order}，同数并列",
        unit="位",
        decimals=0,
        suffix=f"（{low}—{high}）" if low < high else "",
    )


def city_ranks(view: View) -> Table | None:
    """Tabulate the area's place for the latest period of every indicator that enough prefectures have; None without any."""
    return view.once(_city_ranks)


def _city_ranks(view: View) -> Table | None:
    frame = pd.concat([growth_of_areas(view), levels_of_areas(view)], ignore_index=True)
    whole = ranked(view, frame)
    own = whole[(whole["ref_area"] == view.area) & (whole["of"] >= FEWEST)]
    month = view.period.end[1]
    annual = own["period_end"].str.endswith("-12") & own["period_start"].str.endswith("-01")
    same = own["cumulative"].astype("bool") & own["period_end"].str.endswith(f"-{month:02d}")
    own = own[annual | same].sort_values(["period_end", "of"], kind="stable")
    own = own.drop_duplicates(["indicator", "ranked", "price_base", "scope"], keep="last")
    changes = rank_changes(whole).loc[own.index, "obs_value"]
    beside = _beside(view, frame)
    order = {code: at for at, code in enumerate(item.code for item in catalogue())}
    own = own.assign(order=own["indicator"].map(order), change=changes)
    own = own.sort_values(["order", "ranked", "price_base"], ascending=[True, False, True], kind="stable")
    rows: list[tuple[Cell, ...]] = []
    for row in own.to_dict("records"):
        figure = as_growth(view.figures_at(row["sources"])[0])
        lead = {area: beside.get((row["sources"], area)) for area in _above(view)}
        rows.append(
            (
                catalogue().indicator(row["indicator"]).name_zh,
                _measure(row),
                view.period_label(row["time_period"]),
                figure,
                figure.unit,
                rank_figure(view, row, whole),
                f"{row['of']}个",
                _moved(row["change"]),
                *(_lead(view, row, one) for one in lead.values()),
                _words(view, lead),
            )
        )
    if not rows:
        return None
    absent = {row["absent"] for row in own.to_dict("records") if row["absent"]}
    province, nation = (catalogue().area(code).name_zh for code in _above(view))
    table = Table(
        id="city_ranks",
        title=f"{view.area_name}在全省各市州中的位次",
        columns=(
            Column("指标", kind="text"),
            Column("量", kind="text"),
            Column("时期", kind="text"),
            Column(view.area_name),
            Column("单位", kind="text"),
            Column("位次"),
            Column("参加排位", kind="text"),
            Column("比上年", kind="text"),
            Column(f"比{province}±", "百分点"),
            Column(f"比{nation}±", "百分点"),
            Column("快慢", kind="text"),
        ),
        rows=tuple(rows),
        notes=(
            "位次为本报告按已公布的数排出，不是官方位次；同数并列，下一名顺延。括号里是印出的位数不能定的范围。",
            f"取最近一个至少{FEWEST}个市州有数的时期；没有数的市州不参加排位"
            + (f"（{'；'.join(sorted(absent))}）。" if absent else "。"),
            "总量用初次公布数，不取普查修订数；口径、核实程度不同的不排在一起。"
            "“比上年”只在两年参加排位的市州相同时才比。",
        ),
        source=view.source_of(rows),
    )
    # A page of ranks without one keeps the column that says why.
    return table.without_empty_columns() if any(isinstance(row[5], Figure) for row in rows) else table


def _above(view: View) -> tuple[str, str]:
    return view.province, catalogue().area(view.province).parent


def _beside(view: View, frame: pd.DataFrame) -> dict[tuple[str, str], Row]:
    """Return comparisons with province and nation by the address of the area's own figure."""
    found = comparisons(frame[frame["indicator"] != ""], view.area, _above(view), vintages="note")
    rows = found.to_dict("records")
    return {(str(row["sources"]).split("；")[0], str(row["other_area"])): row for row in rows}


def _lead(view: View, row: Row, found: Row | None) -> Maybe:
    if row["ranked"] != "yoy":
        return Missing("—", "总量不比快慢")
    if found is None or math.isnan(found["obs_value"]):
        return Missing("未见公布", str(found["comment_obs"]) if found else "")
    other = catalogue().area(str(found["other_area"])).name_zh
    what = f"{view.area_name}增速−{other}增速"
    if found["comment_obs"]:
        what += f"；{found['comment_obs']}"
    return computed(view, found, what=what, unit="百分点")


def _words(view: View, lead: dict[str, Row | None]) -> str:
    said = []
    for name, found in zip(("全省", "全国"), lead.values(), strict=True):
        if found is not None and found["movement"]:
            figure = computed(view, found, what="", unit="")
            size = figure.text().removeprefix("-") if isinstance(figure, Figure) else ""
            said.append(ACROSS[str(found["movement"])].format(name=name, points=size))
    return "；".join(said) or "—"


def _measure(row: Row) -> str:
    if row["ranked"] == "level":
        return "总量"
    nominal = row["price_base"] == "nominal"
    return (
        "名义增速"
        if nominal and catalogue().indicator(row["indicator"]).growth_price != "nominal"
        else "增速"
    )


def _moved(change: float) -> str:
    if math.isnan(change):
        return "—"
    return f"升{change:.0f}位" if change > 0 else f"降{-change:.0f}位" if change < 0 else "不变"
