"""Progress through the year: completion beside the calendar and the season, gaps in points and in money."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from songyuan_analysis.briefing.arithmetic import Maybe
from songyuan_analysis.briefing.computed import Row, computed
from songyuan_analysis.briefing.figure import Cell, Figure, Missing
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.scorecard import target_figure
from songyuan_analysis.briefing.view import View
from songyuan_analysis.methods.outcomes import OWN as OWN_TARGET
from songyuan_analysis.methods.outcomes import PLANNED, PROVINCE, REALISED
from songyuan_analysis.methods.precision import Interval, decimals_of
from songyuan_analysis.methods.tracking import track

LEVELS = ("count", "amount")
READINGS = {
    OWN_TARGET: "",
    PLANNED: "（比经济计划增速）",
    REALISED: "（比经济实际增速）",
    PROVINCE: "（比全省增速）",
}
_REQUIRED_BY = (
    "后期须增长按上年同期占全年的比重推算（见“全年展望”），不用季节进度的三年平均，用表中数复算会略有出入。"
)
_NO_SEASON = Missing("无往年数", "没有找到前三年同期数和全年数，算不出季节进度")


def tracked(view: View) -> pd.DataFrame:
    """Return the targets that have an outcome in the report's period, everything side by side; see `track`."""
    return view.once(_tracked)


def _tracked(view: View) -> pd.DataFrame:
    if view.plan is None:
        return pd.DataFrame()
    found = track(
        view.sound, view.plan.targets(), province=view.province, breaks=view.breaks, vintages="note"
    )
    year, month = view.period.end
    found = found[found["outcome"].notna() & (found["period_end"] == f"{year}-{month:02d}")]
    # A figure without words about its scope comes first, as everywhere in the briefing.
    order = found.assign(worded=found["scope"] != "").sort_values("worded", kind="stable")
    return order.drop_duplicates(["id", "reading"]).drop(columns="worded").sort_index()


def progress(view: View) -> Table | None:
    """Tabulate completion of counts and amounts beside the calendar's and the season's share; None if nothing is known."""
    found = tracked(view)
    if found.empty or not found["kind"].isin(LEVELS).any():
        return None
    within = not view.period.is_year
    rows: list[tuple[Cell, ...]] = []
    for row in found[found["kind"].isin(LEVELS)].to_dict("records"):
        part = Part(view, row)
        calendar: list[Cell] = [
            part.number("time_progress", "已过月数÷12", "%", 1),
            part.number(
                "seasonal", f"前三年同期占全年的平均（{row['seasonal_years']}年）", "%", 1, _NO_SEASON
            ),
            part.number("ahead_of_time", "完成率−序时进度", "百分点", 1),
            part.number("ahead_of_season", "完成率−季节进度", "百分点", 1, _NO_SEASON),
        ]
        gap = "累计−目标×已过月数÷12" if within else "全年−目标"
        rows.append(
            (
                part.name,
                str(row["unit"]),
                part.target(),
                part.outcome(),
                part.number("completion", "累计÷目标", "%", 1, Missing("—", "控制类目标没有完成率")),
                *(calendar if within else []),
                # The calendar's part of a count is no whole number.
                part.number("gap", gap, str(row["unit"]), max(1, _decimals(row))),
                str(row["gap_amount_price"]) or "—",
            )
        )
    calendar_columns = (
        Column("序时", "%", group="进度"),
        Column("季节", "%", group="进度"),
        Column("序时", "百分点", group="完成率比"),
        Column("季节", "百分点", group="完成率比"),
    )
    return Table(
        id="progress",
        title=f"{view.label}数量和金额目标的进度",
        columns=(
            Column("事项", kind="text"),
            Column("单位", kind="text"),
            Column("年度目标"),
            Column("累计完成" if within else "全年完成"),
            Column("完成率", "%"),
            *(calendar_columns if within else ()),
            Column("比序时应完成±" if within else "比目标±"),
            Column("价格", kind="text"),
        ),
        rows=tuple(rows),
        notes=(
            "序时进度按月份平均，不知道季节；季节进度是前三年同期占全年的平均。两个一起看："
            "只落后于序时、不落后于季节的，是季节使然。",
            "完成率、进度和差距均为本报告测算。",
            *_remarks(view, found[found["kind"].isin(LEVELS)]),
        ),
        source=view.source_of(rows),
    )


def progress_rates(view: View) -> Table | None:
    """Tabulate targets for rates: the gap in points, and in money at the prices of the level; None if nothing is known."""
    found = tracked(view)
    found = found[~found["kind"].isin(LEVELS)] if len(found) else found
    if found.empty:
        return None
    within = not view.period.is_year
    rows: list[tuple[Cell, ...]] = []
    for row in found.to_dict("records"):
        part = Part(view, row)
        nothing = Missing("—", "没有同口径、同一来源的总量，或不是增速目标")
        money = part.number(
            "gap_amount", "总量−总量÷(1+增速)×(1+目标增速)", row["gap_amount_unit"], 2, nothing
        )
        if isinstance(money, Figure):  # amounts of several units may stand in the column
            money = replace(money, suffix=money.unit)
        season = part.number("seasonal", "前三年同期占全年的平均", "%", 1, _NO_SEASON)
        needed = Missing("不能推算", str(row["comment_obs"]) or "没有上年同期占全年的比重")
        rows.append(
            (
                part.name + READINGS[row["reading"]],
                "%",
                part.target(),
                part.outcome(),
                part.number("gap", "增速−目标", "百分点", _decimals(row)),
                money,
                str(row["gap_amount_price"]) or "—",
                *(
                    (season, part.number("required", "(目标−比重×累计增速)÷(1−比重)", "%", 1, needed))
                    if within
                    else ()
                ),
            )
        )
    return Table(
        id="progress_rates",
        title=f"{view.label}增速目标的差距",
        columns=(
            Column("事项", kind="text"),
            Column("单位", kind="text"),
            Column("目标"),
            Column("公布数"),
            Column("差距", "百分点"),
            Column("折合金额"),
            Column("价格", kind="text"),
            *((Column("季节进度", "%"), Column("后期须增长", "%")) if within else ()),
        ),
        rows=tuple(rows),
        notes=(
            "折合金额＝公布的总量−按目标增速应有的总量，为本报告测算；只用同一来源的总量和增速，按总量的价格。",
            *((_REQUIRED_BY,) if within else ()),
            *_remarks(view, found),
        ),
        source=view.source_of(rows),
    )


class Part:
    """One row of `tracked` as figures."""

    def __init__(self, view: View, row: Row) -> None:
        assert view.plan is not None
        self.view, self.row = view, row
        self.item = view.plan.get(str(row["id"]))
        self.name = self.item.name_zh
        found = target_figure(view, self.item)
        self.plan = found.sources if isinstance(found, Figure) else ()

    def number(self, name: str, what: str, unit: str, decimals: int, missing: Missing | None = None) -> Maybe:
        """Return one column of the row."""
        more = () if name in {"time_progress", "seasonal"} else self.plan
        return computed(
            self.view,
            self.row,
            name=name,
            what=what,
            unit=unit,
            decimals=decimals,
            missing=missing,
            more=more,
        )

    def target(self) -> Maybe:
        """Return the plan's number, or what the target is tied to."""
        own = target_figure(self.view, self.item)
        if isinstance(own, Figure) and own.value == self.row["target"]:
            return own
        assert self.view.plan is not None
        if self.row["reading"] == PLANNED:
            return target_figure(self.view, self.view.plan.get(self.item.reference))
        if self.row["reading"] == REALISED:
            return self.view.growth(self.item.relative_to)
        return self.view.growth(self.item.indicator, area=self.view.province)

    def outcome(self) -> Maybe:
        """Return the outcome as published where it has the target's unit, else converted."""
        first = self.view.figures_at(str(self.row["sources"]))
        if first and first[0].value == self.row["outcome"]:
            return first[0]
        unit = str(self.row["unit"])
        return self.number("outcome", f"公布数换算为{unit}或由指数减100", unit, _decimals(self.row))


def _decimals(row: Row) -> int:
    """Return the decimals that the print of the outcome allows."""
    return decimals_of(Interval(*(float(row[name]) for name in ("outcome_low", "outcome", "outcome_high"))))


def _remarks(view: View, found: pd.DataFrame) -> tuple[str, ...]:
    """Say what the methods remarked, with the name of the target before it."""
    assert view.plan is not None
    said = []
    for row in found[found["comment_obs"] != ""].to_dict("records"):
        if not view.period.is_year:
            said.append(f"{view.plan.get(row['id']).name_zh}：{row['comment_obs'].rstrip('。')}。")
    return tuple(dict.fromkeys(said))
