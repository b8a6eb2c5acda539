"""Tidy frames for the charts: period, series, value, and where a line must be cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from songyuan_analysis.briefing.figure import Figure
from songyuan_analysis.briefing.model import Table
from songyuan_analysis.briefing.scorecard import RATES, headline_targets, target_figure
from songyuan_analysis.briefing.tables.ranks import peers
from songyuan_analysis.briefing.view import View
from songyuan_analysis.methods.energy import energy_change
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.sheets.periods import Period

_COLUMNS = ["period", "series", "value", "segment", "label"]


def levels(
    view: View, indicators: Sequence[str], *, since: int = 2010, suspects: bool = False
) -> pd.DataFrame:
    """Return annual levels of one area; a new segment begins after every known break.

    Parameters
    ----------
    view : View
    indicators : sequence of str
        Catalogue codes; the Chinese names become the series.
    since : int
        First year.
    suspects : bool
        Keep figures under suspicion; without it they leave a gap.

    Returns
    -------
    DataFrame
        Columns period (2010年 …), series, value (in the printed unit), segment (int), label (text at a break).
    """
    rows: list[dict[str, object]] = []
    for code in indicators:
        segment, before = 0, ""
        for _, row in view.rows(code).iterrows():
            year = str(row["time_period"])
            if int(year) < since or row["scope"]:
                continue
            figure = view.figure(row)
            broken = bool(before) and view.break_before(code, before, year) is not None
            segment += broken
            before = year
            doubtful = bool(figure.suspect) and not suspects
            rows.append(
                {
                    "period": f"{year}年",
                    "series": catalogue().indicator(code).name_zh,
                    "value": float("nan") if doubtful else figure.value,
                    "segment": segment,
                    "label": "口径变动" if broken else "",
                }
            )
    return _ordered(rows)


def growth(view: View, indicators: Sequence[str], areas: Sequence[str], *, since: int = 2010) -> pd.DataFrame:
    """Return published annual growth in %, by area or by indicator, whichever has several members.

    Growth needs no cut at a break: it is published year by year on its own base.
    """
    rows: list[dict[str, object]] = []
    for code in indicators:
        for area in areas:
            name = catalogue().area(area).name_zh if len(areas) > 1 else catalogue().indicator(code).name_zh
            for year in range(since, view.last_year + 1):
                figure = view.growth(code, area=area, period=str(year))
                if isinstance(figure, Figure):
                    rows.append({"period": f"{year}年", "series": name, "value": figure.value})
    return _ordered(rows)


def area_growth(view: View, year: int) -> pd.DataFrame:
    """Return growth of GDP of the province's prefectures in one year: area, value."""
    names = {code: catalogue().area(code).name_zh for code in peers(view)}
    found = {name: view.growth("gdp", area=code, period=str(year)) for code, name in names.items()}
    rows = [{"area": name, "value": f.value} for name, f in found.items() if isinstance(f, Figure)]
    return pd.DataFrame(rows, columns=["area", "value"])


def province_growth(view: View, year: int) -> dict[str, float]:
    """Return the province's growth as a reference line, if it was published."""
    growth = view.growth("gdp", area=view.province, period=str(year))
    return {"全省": growth.value} if isinstance(growth, Figure) else {}


def energy_history(view: View) -> pd.DataFrame:
    """Return published changes of energy intensity of full scope, nation and province: period, series, value."""
    rows = []
    nation = catalogue().area(view.province).parent
    for area in (nation, view.province, view.area):
        found = view.rows("energy_intensity", "yoy", area=area)
        for _, row in found[found["scope"] == ""].iterrows():
            name = catalogue().area(area).name_zh
            rows.append({"period": f"{row['time_period']}年", "series": name, "value": row["obs_value"]})
    return _ordered(rows)


def shares(view: View, indicators: Sequence[str], *, since: int = 2010) -> pd.DataFrame:
    """Return the levels of the parts of a whole, for years in which all parts are published."""
    frame = levels(view, indicators, since=since)
    whole = frame.dropna(subset=["value"]).groupby("period")["series"].transform("count") == len(indicators)
    kept = frame.loc[whole[whole].index]
    return kept.rename(columns={"series": "category"})[["period", "category", "value"]]


def targets(view: View) -> pd.DataFrame:
    """Return growth and target of the plan's main targets in %: category, value, target."""
    rows = []
    main = view.plan.sections[0] if view.plan else ""
    for code, item in headline_targets(view).items():
        if item.section != main or item.kind not in RATES:
            continue
        growth, target = view.growth(code), target_figure(view, item)
        rows.append(
            {
                "category": item.name_zh,
                "value": growth.value if isinstance(growth, Figure) else float("nan"),
                "target": target.value if isinstance(target, Figure) else float("nan"),
            }
        )
    return pd.DataFrame(rows, columns=["category", "value", "target"])


def energy_room(cuts: Sequence[float], *, highest: float = 8.0) -> pd.DataFrame:
    """Return the growth of energy use that cuts in intensity leave, by growth of GDP: x, y, series."""
    steps = np.linspace(0.0, highest, 17).tolist()
    rows = [
        {"x": g, "y": energy_change(g, cut), "series": f"能耗强度{cut:+g}%"} for cut in cuts for g in steps
    ]
    return pd.DataFrame(rows)


def project_bases(view: View) -> pd.DataFrame:
    """Return targets and the bases that they imply, one row a bar: period, series, value."""
    rows = []
    for item in view.plan or ():
        if item.kind in {"count", "amount"} and item.implied_base is not None:
            name = f"{item.name_zh}（{item.unit}）"
            rows.append({"period": name, "series": "隐含上年基数", "value": item.implied_base})
            rows.append({"period": name, "series": "计划目标", "value": item.value})
    return pd.DataFrame(rows, columns=["period", "series", "value"])


def table_column(table: Table, keys: Sequence[str], *, label: str = "") -> pd.DataFrame:
    """Return number columns of a table as series over its rows: period, series, value."""
    frame = table.to_frame()
    label = label or table.columns[table.label_column].key
    parts = [
        pd.DataFrame({"period": frame[label], "series": key.split(" / ")[-1], "value": frame[key]})
        for key in keys
    ]
    return pd.concat(parts, ignore_index=True)


def cumulative(
    view: View, indicator: str, measure: str = "level", *, area: str | None = None
) -> pd.DataFrame:
    """Return cumulative figures within years, as far as any were published."""
    found = view.rows(indicator, measure, area=area, freq="YTD")
    return pd.DataFrame(
        {
            "period": [Period.parse(text).label_zh() for text in found["time_period"]],
            "value": found["obs_value"].to_numpy(),
        }
    )


def _ordered(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Put every series on the same axis of years, in order of time."""
    frame = pd.DataFrame(rows, columns=[c for c in _COLUMNS if not rows or c in rows[0]])
    return frame.sort_values("period", kind="stable").reset_index(drop=True)
