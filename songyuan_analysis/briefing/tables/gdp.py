"""GDP: the period, the years, the prefectures, and what is known within the years."""

from __future__ import annotations

from songyuan_analysis.briefing.arithmetic import OWN, Maybe, difference, pull, pulls_together
from songyuan_analysis.briefing.figure import Cell, Figure, Missing
from songyuan_analysis.briefing.model import Column, Paragraph, Table
from songyuan_analysis.briefing.table import source_of_chart
from songyuan_analysis.briefing.tables.ranks import FEWEST, growth_of_areas, peers, rank_figure, ranked
from songyuan_analysis.briefing.view import View
from songyuan_analysis.observations.catalogue import catalogue

# What may be cut between two years, as the history table says it.
_CUT = (("总量", "gdp"), ("人均", "gdp_per_capita"))
INDUSTRIES = ("va_primary", "va_secondary", "va_tertiary")


def gdp_table(view: View) -> Table:
    """Tabulate GDP and the three industries of the period: level, share, growth, and approximate pull."""
    levels = {code: view.published(code) for code in ("gdp", *INDUSTRIES)}
    growth = {code: view.growth(code) for code in ("gdp", *INDUSTRIES)}
    parts = [(levels[code], growth[code]) for code in INDUSTRIES]
    formula = "各产业增加值−增加值÷(1+增速)，除以三次产业上年推算值之和"
    rows: list[tuple[Cell, ...]] = []
    pulls = [pull(parts, at, what=formula) for at in range(len(parts))]
    for code, of_gdp in zip(("gdp", *INDUSTRIES), (Missing("—"), *pulls), strict=True):
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
    total, whole = growth["gdp"], pulls_together(parts, what="三次产业拉动相加")
    if isinstance(total, Figure) and isinstance(whole, Figure):
        rest = difference(total, whole, what="公布的增速−三次产业拉动合计", unit="个百分点")
        if isinstance(rest, Figure):
            words = ("拉动为本报告按现价权数近似测算，三次产业合计", "，与公布的增速", "相差")
            said = (words[0], whole, words[1], total, words[2], rest)
            notes.append(Paragraph.of(*said, "（可能是固定价权数与现价权数不同所致），不作机械调整。"))
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
        source=view.source_of(rows),
    ).without_empty_columns()


def gdp_history(view: View, since: int = 2010) -> Table:
    """Tabulate GDP by year: level, growth at comparable prices, GDP per head, and the breaks in words."""
    rows: list[tuple[Cell, ...]] = []
    for year in map(str, range(since, view.last_year + 1)):
        level = view.published("gdp", period=year)
        growth = view.growth("gdp", period=year)
        if isinstance(level, Missing) and isinstance(growth, Missing):
            continue
        before = str(int(year) - 1)
        cut = [name for name, code in _CUT if view.break_before(code, before, year)]
        rows.append(
            (
                f"{year}年",
                level,
                growth,
                view.published("gdp_per_capita", period=year),
                f"{'、'.join(cut)}与上年不可比" if cut else "",
            )
        )
    notes = [
        f"{b.before}年与{b.after}年之间：{b.what}。"
        + (f"原因：{b.cause}。" if b.cause else "原因未找到资料。")
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
        source=view.source_of(rows),
    )


def gdp_areas(view: View, year: int) -> Table:
    """Tabulate GDP and growth of the province's prefectures in one year, the fastest first."""
    period = str(year)
    growth_rows = growth_of_areas(view)
    everyone = ranked(view, growth_rows[growth_rows["indicator"] == "gdp"])
    everyone = everyone[(everyone["time_period"] == period) & (everyone["price_base"] == "comparable")]
    places = {row["ref_area"]: rank_figure(view, row, everyone) for row in everyone.to_dict("records")}
    lines: list[tuple[str, Maybe, Maybe, Maybe]] = []
    for code in peers(view):
        level = view.first_published("gdp", area=code, period=period)
        growth = view.growth("gdp", area=code, period=period)
        if not (isinstance(level, Missing) and isinstance(growth, Missing)):
            place = places.get(code, Missing("—", "没有增速，不参加排位"))
            lines.append((catalogue().area(code).name_zh, level, growth, place))
    lines.sort(key=lambda line: -line[2].value if isinstance(line[2], Figure) else 1e9)
    province = catalogue().area(view.province)
    rows: list[tuple[Cell, ...]] = [
        (
            province.name_zh,
            view.first_published("gdp", area=province.code, period=period),
            view.growth("gdp", area=province.code, period=period),
            Missing("—", "全省不参加排位"),
        )
    ]
    rows += lines
    return Table(
        id="gdp_areas",
        title=f"{year}年吉林省及各市州地区生产总值",
        columns=(
            Column("地区", kind="text"),
            Column("绝对量", "亿元"),
            Column("增长（可比价）", "%"),
            Column("增速位次"),
        ),
        rows=tuple(rows),
        indents=(0, *([1] * len(lines))),
        notes=(
            f"位次按已公布增速由高到低，同速并列；{len(places)}个市州有增速（{OWN}）。括号里是印出的位数不能定的范围。",
            "总量不取普查修订数：全省的修订与各市州不是同一次，不放在一张表里。",
        ),
        source=view.source_of(rows),
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
        notes=("名义增速由现价总量算得，含价格因素，不能与可比价增速相比；没有列出的季度没有找到公布数。",),
        source=view.source_of(rows),
    )


def gdp_areas_so_far(view: View) -> Table | None:
    """Tabulate GDP of the prefectures within the year, the largest first; None for a whole year."""
    if view.period.is_year:
        return None
    lines = [
        (catalogue().area(code).name_zh, level, code)
        for code in peers(view)
        if isinstance(level := view.published("gdp", area=code), Figure)
    ]
    lines.sort(key=lambda line: -line[1].value)
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            level,
            view.published("gdp", "change", area=code),
            view.published("gdp", "yoy", area=code, price_base="nominal"),
            view.growth("gdp", area=code),
        )
        for name, level, code in lines
    ]
    if not rows:
        return None
    return Table(
        id="gdp_areas_so_far",
        title=f"{view.label}各市州地区生产总值",
        columns=(
            Column("地区", kind="text"),
            Column("绝对量", "亿元"),
            Column("增量", "亿元"),
            Column("名义增速", "%"),
            Column("可比价增速", "%"),
        ),
        rows=tuple(rows),
        notes=("按总量由大到小排列。名义增速含价格因素，不能当作可比价增速。",),
        source=view.source_of(rows),
    ).without_empty_columns()


def last_year_with_areas(view: View, fewest: int = FEWEST) -> int | None:
    """Return the latest year in which most prefectures have growth, so that a rank means something."""
    for year in range(view.last_year, view.last_year - 10, -1):
        growth = [view.growth("gdp", area=code, period=str(year)) for code in peers(view)]
        if sum(isinstance(figure, Figure) for figure in growth) >= fewest:
            return year
    return None


def gdp_industries_source(view: View, since: int) -> str:
    """Name the publications behind the levels of the three industries, and what was corrected in them."""
    years = map(str, range(since, view.last_year + 1))
    cells = [view.published(code, period=year) for year in years for code in INDUSTRIES]
    figures = [cell for cell in cells if isinstance(cell, Figure)]
    notes = dict.fromkeys(note for figure in figures for note in figure.corrections)
    return source_of_chart(view.source_line(figures), notes)
