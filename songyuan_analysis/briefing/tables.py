"""The tables of the briefing and the notebooks, each built from traced figures.

Every function takes a `View` and returns a `Table`; what was not published is a `Missing`, never a blank.
"""

from __future__ import annotations

from collections.abc import Sequence

from songyuan_analysis.briefing.arithmetic import OWN, Maybe, difference, pull, ratio
from songyuan_analysis.briefing.figure import Cell, Figure, Formula, Missing
from songyuan_analysis.briefing.model import Column, Table
from songyuan_analysis.briefing.view import View
from songyuan_analysis.methods.energy import energy_change
from songyuan_analysis.observations.catalogue import catalogue

INDUSTRIES = ("va_primary", "va_secondary", "va_tertiary")


def _source(view: View, rows: Sequence[Sequence[Cell]]) -> str:
    return view.source_line(cell for row in rows for cell in row if isinstance(cell, Figure))


def gdp_table(view: View) -> Table:
    """Tabulate GDP and the three industries of the period: level, share, growth, and approximate pull."""
    levels = {code: view.published(code) for code in ("gdp", *INDUSTRIES)}
    growth = {code: view.growth(code) for code in ("gdp", *INDUSTRIES)}
    parts = [(levels[code], growth[code]) for code in INDUSTRIES]
    formula = "各产业增加值−增加值÷(1+增速)，除以三次产业上年推算值之和"
    rows: list[tuple[Cell, ...]] = []
    for code in ("gdp", *INDUSTRIES):
        of_gdp: Maybe = Missing("—")
        if code != "gdp":
            of_gdp = pull(levels[code], growth[code], parts, what=formula)
        rows.append(
            (
                catalogue().indicator(code).name_zh,
                levels[code],
                view.published(code, "share") if code != "gdp" else Missing("—"),
                growth[code],
                of_gdp,
            )
        )
    notes = ["总量按现价计算，增速按可比价格计算。"]
    pulls = [row[4] for row in rows[1:] if isinstance(row[4], Figure)]
    total = growth["gdp"]
    if len(pulls) == len(INDUSTRIES) and isinstance(total, Figure):
        together = sum(p.value for p in pulls)
        notes.append(
            f"拉动为本报告按现价权数近似测算，三次产业合计{together:.2f}个百分点，与公布的增速{total.text()}%"
            f"相差{total.value - together:.2f}个百分点（固定价权数不同所致），不作机械调整。"
        )
    return Table(
        id="gdp",
        title=f"{view.label}地区生产总值及三次产业",
        columns=(
            Column("指标", kind="text"),
            Column("绝对量", "亿元"),
            Column("比重", "%"),
            Column("增长", "%"),
            Column("拉动（近似）", "百分点"),
        ),
        rows=tuple(rows),
        indents=(0, 1, 1, 1),
        notes=tuple(notes),
        source=_source(view, rows),
    ).without_empty_columns()


def gdp_history(view: View, since: int = 2010) -> Table:
    """Tabulate GDP by year: level, growth at comparable prices, GDP per head, and the breaks in words."""
    rows: list[tuple[Cell, ...]] = []
    for year in map(str, range(since, view.year + 1)):
        level = view.published("gdp", period=year)
        growth = view.growth("gdp", period=year)
        if isinstance(level, Missing) and isinstance(growth, Missing):
            continue
        found = view.break_before("gdp", str(int(year) - 1), year)
        rows.append(
            (
                f"{year}年",
                level,
                growth,
                view.published("gdp_per_capita", period=year),
                "与上年总量不可比" if found else "",
            )
        )
    notes = [
        f"{b.before}年与{b.after}年之间：{b.what}。" + (f"原因：{b.cause}。" if b.cause else "原因未找到资料。")
        for b in view.breaks
        if b.ref_area == view.area and int(b.after) <= view.year
    ]
    return Table(
        id="gdp_history",
        title=f"{view.area_name}地区生产总值（{since}年以来）",
        columns=(
            Column("年份", kind="text"),
            Column("地区生产总值", "亿元"),
            Column("增长（可比价）", "%"),
            Column("人均地区生产总值", "元"),
            Column("断点", kind="text"),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        source=_source(view, rows),
    )


def gdp_areas(view: View, year: int) -> Table:
    """Tabulate GDP and growth of the province's prefectures in one year, the fastest first."""
    areas = [a for a in catalogue().areas.values() if a.parent == view.province and a.level == "prefecture"]
    period = str(year)
    lines: list[tuple[str, Maybe, Maybe]] = []
    for area in areas:
        level = view.first_published("gdp", area=area.code, period=period)
        growth = view.growth("gdp", area=area.code, period=period)
        if not (isinstance(level, Missing) and isinstance(growth, Missing)):
            lines.append((area.name_zh, level, growth))
    lines.sort(key=lambda line: -line[2].value if isinstance(line[2], Figure) else 1e9)
    province = catalogue().area(view.province)
    rows: list[tuple[Cell, ...]] = [
        (
            province.name_zh,
            view.first_published("gdp", area=province.code, period=period),
            view.growth("gdp", area=province.code, period=period),
            "—",
        )
    ]
    values = [line[2].value for line in lines if isinstance(line[2], Figure)]
    for name, level, growth in lines:
        place = str(1 + sum(v > growth.value for v in values)) if isinstance(growth, Figure) else "—"
        rows.append((name, level, growth, place))
    return Table(
        id="gdp_areas",
        title=f"{year}年吉林省及各市州地区生产总值",
        columns=(
            Column("地区", kind="text"),
            Column("绝对量", "亿元"),
            Column("增长（可比价）", "%"),
            Column("增速位次", kind="text"),
        ),
        rows=tuple(rows),
        indents=(0, *([1] * len(lines))),
        notes=(
            f"位次按已公布增速由高到低，同速并列；{len(values)}个市州有增速（{OWN}）。",
            "总量均为首次公布数；全省的普查修订数与各市州不是同一次修订，不放在一张表里。",
        ),
        source=_source(view, rows),
    )


def gdp_cumulative(view: View) -> Table | None:
    """Tabulate GDP within the years, cumulative from January, as far as it was published; None if never."""
    found = view.rows("gdp", freq="YTD")
    rows: list[tuple[Cell, ...]] = []
    for _, row in found.iterrows():
        period = str(row["time_period"])
        rows.append(
            (
                view.period_label(period),
                view.figure(row),
                view.published("gdp", "change", period=period),
                view.published("gdp", "yoy", period=period, price_base="nominal"),
                view.growth("gdp", period=period),
            )
        )
    if not rows:
        return None
    return Table(
        id="gdp_cumulative",
        title=f"{view.area_name}地区生产总值（累计）",
        columns=(
            Column("时期", kind="text"),
            Column("绝对量", "亿元"),
            Column("增量", "亿元"),
            Column("名义增速", "%"),
            Column("可比价增速", "%"),
        ),
        rows=tuple(rows),
        notes=("名义增速由现价总量算得，含价格因素，不能与可比价增速相比；其余季度没有公布。",),
        source=_source(view, rows),
    )


def investment_history(view: View, since: int = 2010) -> Table:
    """Tabulate fixed-asset and real-estate investment: levels as long as they were published, growth after that."""
    rows: list[tuple[Cell, ...]] = []
    for year in map(str, range(since, view.year + 1)):
        rows.append(
            (
                f"{year}年",
                view.published("fai", period=year),
                view.growth("fai", period=year),
                view.published("real_estate_investment", period=year),
            )
        )
    return Table(
        id="investment_history",
        title=f"{view.area_name}固定资产投资（{since}年以来）",
        columns=(
            Column("年份", kind="text"),
            Column("固定资产投资", "亿元"),
            Column("增长", "%"),
            Column("房地产开发投资", "亿元"),
        ),
        rows=tuple(rows),
        notes=(
            "2017年起只公布固定资产投资增速，不公布总量；2020年为工作报告预计数。",
            "投资增速按可比口径计算，两年总量相除不是增速，本表不作此计算。",
        ),
        source=_source(view, rows),
    )


def revenue_history(view: View, since: int = 2010) -> Table:
    """Tabulate local revenue and expenditure, growth as published, revenue over GDP and over expenditure."""
    rows: list[tuple[Cell, ...]] = []
    for year in map(str, range(since, view.year + 1)):
        revenue = view.published("fiscal_rev_local", period=year)
        sound: Maybe = revenue
        if isinstance(revenue, Figure) and revenue.suspect:
            sound = Missing("存疑不算", revenue.suspect)
        spent = view.published("fiscal_expenditure", period=year)
        at = len(rows)
        rows.append(
            (
                f"{year}年",
                revenue,
                view.growth("fiscal_rev_local", period=year),
                spent,
                ratio(
                    sound,
                    view.published("gdp", period=year),
                    what="地方级财政收入÷地区生产总值",
                ),
                ratio(
                    sound,
                    spent,
                    what="地方级财政收入÷一般公共预算支出",
                    formula=Formula("{0}/{1}*100", ((at, 1), (at, 3))),
                ),
            )
        )
    notes = [
        "2023年及以前的总量来自汇编（3级），汇编所称“地方财政一般预算内收入”与地方级财政收入的对应未见官方原文。",
        "2024年增速按可比口径计算，与以前各年总量不能互相推算；2020年增速为工作报告预计数。",
    ]
    return Table(
        id="revenue_history",
        title=f"{view.area_name}地方级财政收支（{since}年以来）",
        columns=(
            Column("年份", kind="text"),
            Column("地方级财政收入", "亿元"),
            Column("增长", "%"),
            Column("一般公共预算支出", "亿元"),
            Column("收入占GDP", "%"),
            Column("收支自给率", "%"),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        source=_source(view, rows),
    )


def energy_changes(view: View, since: int = 2006) -> Table:
    """Tabulate published changes of energy per 10,000 yuan of GDP: nation, province, city, by year and scope."""
    nation = catalogue().area(view.province).parent
    rows: list[tuple[Cell, ...]] = []
    for year in range(since, view.year + 1):
        for scope in _scopes(view, str(year), (nation, view.province, view.area)):
            cells = [_in_scope(view, a, str(year), scope) for a in (nation, view.province, view.area)]
            rows.append((f"{year}年", *cells, scope or "—"))
    return Table(
        id="energy_changes",
        title="万元地区生产总值能耗比上年变动",
        unit="单位：%，负数为下降",
        columns=(
            Column("年份", kind="text"),
            Column("全国"),
            Column(catalogue().area(view.province).name_zh),
            Column(view.area_name),
            Column("口径", kind="text"),
        ),
        rows=tuple(rows),
        notes=("不同口径（全口径、扣除原料用能、再扣除非化石能源）的数不能接成一条序列。",),
        source=_source(view, rows),
    )


def _scopes(view: View, year: str, areas: Sequence[str]) -> list[str]:
    frame = view.observations
    own = frame[
        (frame["indicator"] == "energy_intensity")
        & (frame["measure"] == "yoy")
        & (frame["time_period"] == year)
        & frame["ref_area"].isin(areas)
        & frame["obs_value"].notna()
    ]
    return sorted(own["scope"].unique()) or [""]


def _in_scope(view: View, area: str, year: str, scope: str) -> Maybe:
    rows = view.rows("energy_intensity", "yoy", area=area)
    rows = rows[(rows["time_period"] == year) & (rows["scope"] == scope)]
    return Missing("未公布") if rows.empty else view.figure(rows.iloc[-1])


def energy_scenario(view: View, cut: Figure, growths: Sequence[float] = (3.0, 3.8, 4.0, 5.0, 6.0, 7.0)) -> Table:
    """Tabulate what a cut in energy intensity leaves for energy use at several rates of growth of GDP."""
    rows: list[tuple[Cell, ...]] = []
    for g in growths:
        change = energy_change(g, cut.value)
        rows.append(
            (
                f"{g:g}%",
                Figure(
                    value=change,
                    decimals=2,
                    unit="%",
                    sources=cut.sources,
                    derivation=f"(1+{g:g}%)×(1{cut.value:+g}%)−1（{OWN}，增速{g:g}%为假设或已公布）",
                ),
            )
        )
    return Table(
        id="energy_scenario",
        title=f"万元地区生产总值能耗{cut.text(sign=True)}%时，能源消费总量可以变动多少",
        columns=(Column("地区生产总值增速", kind="text"), Column("能源消费总量变动", "%")),
        rows=tuple(rows),
        notes=("能源消费总量变动 =（1+地区生产总值增速）×（1+能耗强度变动）−1，增速按可比价格。",),
        source=_source(view, rows),
    )


def compare_growth(view: View, indicator: str, since: int = 2015) -> Table:
    """Tabulate growth of the city and of the province, year by year, and the gap in percentage points."""
    province = catalogue().area(view.province)
    rows: list[tuple[Cell, ...]] = []
    for year in map(str, range(since, view.year + 1)):
        own = view.growth(indicator, period=year)
        above = view.growth(indicator, area=province.code, period=year)
        if isinstance(own, Missing) and isinstance(above, Missing):
            continue
        both = isinstance(own, Figure) and isinstance(above, Figure)
        formula = Formula("{0}-{1}", ((len(rows), 1), (len(rows), 2))) if both else None
        gap = difference(own, above, what=f"{view.area_name}增速−{province.name_zh}增速", formula=formula)
        rows.append((f"{year}年", own, above, gap))
    name = catalogue().indicator(indicator).name_zh
    return Table(
        id=f"compare_{indicator}",
        title=f"{name}增速：{view.area_name}与{province.name_zh}",
        columns=(
            Column("年份", kind="text"),
            Column(view.area_name, "%"),
            Column(province.name_zh, "%"),
            Column("高（低）于全省", "百分点"),
        ),
        rows=tuple(rows),
        source=_source(view, rows),
    )


def last_year_with_areas(view: View, fewest: int = 7) -> int | None:
    """Return the latest year in which most prefectures have growth, so that a rank means something."""
    areas = [a for a in catalogue().areas.values() if a.parent == view.province and a.level == "prefecture"]
    for year in range(view.year, view.year - 10, -1):
        known = sum(isinstance(view.growth("gdp", area=a.code, period=str(year)), Figure) for a in areas)
        if known >= fewest:
            return year
    return None


def gdp_industries_source(view: View, since: int) -> str:
    """Name the publications behind the levels of the three industries."""
    years = map(str, range(since, view.year + 1))
    cells = [view.published(code, period=year) for year in years for code in INDUSTRIES]
    return view.source_line(cell for cell in cells if isinstance(cell, Figure))


def electricity(view: View) -> Table:
    """Tabulate electricity use as published: level, growth, and the gap to the province."""
    rows: list[tuple[Cell, ...]] = []
    for code in ("electricity_total", "electricity_industry"):
        for period in dict.fromkeys(view.rows(code, freq=None)["time_period"]):
            rows.append(
                (
                    catalogue().indicator(code).name_zh,
                    view.period_label(str(period)),
                    view.published(code, period=str(period)),
                    view.growth(code, period=str(period)),
                    view.published(code, "gap", period=str(period)),
                )
            )
    if not rows:
        rows = [("全社会用电量", view.label, *[Missing("未公布")] * 3)]
    return Table(
        id="electricity",
        title=f"{view.area_name}用电量（到{view.label}为止公布过的）",
        columns=(
            Column("指标", kind="text"),
            Column("时期", kind="text"),
            Column("绝对量", "亿千瓦时"),
            Column("增长", "%"),
            Column("高（低）于全省", "百分点"),
        ),
        rows=tuple(rows),
        source=_source(view, rows),
    )


def province_projects(view: View) -> Table:
    """Tabulate project figures that the province published, for reference only."""
    frame = view.observations
    found = frame[
        (frame["ref_area"] == view.province)
        & frame["indicator"].str.startswith("projects_")
        & frame["measure"].isin(["level", "yoy"])
        & frame["obs_value"].notna()
    ]
    rows: list[tuple[Cell, ...]] = []
    for indicator, period in dict.fromkeys(zip(found["indicator"], found["time_period"], strict=True)):
        level = view.published(indicator, area=view.province, period=period)
        rows.append(
            (
                catalogue().indicator(indicator).name_zh,
                view.period_label(period),
                level,
                level.unit if isinstance(level, Figure) else "—",
                view.growth(indicator, area=view.province, period=period),
            )
        )
    return Table(
        id="province_projects",
        title=f"{catalogue().area(view.province).name_zh}公布过的项目数（到{view.label}为止）",
        columns=(
            Column("指标", kind="text"),
            Column("时期", kind="text"),
            Column("数量"),
            Column("单位", kind="text"),
            Column("增长", "%"),
        ),
        rows=tuple(rows),
        notes=("各时点、各档次的口径不同，只供查阅，不与松原市的目标相比。",),
        source=_source(view, rows),
    )
