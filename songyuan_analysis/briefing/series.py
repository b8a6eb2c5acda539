"""Tidy frames for the charts: period, series, value, and where a line must be cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from songyuan_analysis.briefing.figure import Figure
from songyuan_analysis.briefing.view import View
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
            for year in range(since, view.year + 1):
                figure = view.growth(code, area=area, period=str(year))
                if isinstance(figure, Figure):
                    rows.append({"period": f"{year}年", "series": name, "value": figure.value})
    return _ordered(rows)


def by_area(view: View, areas: Mapping[str, Figure]) -> pd.DataFrame:
    """Return one row an area for a ranking: area, value."""
    names = [catalogue().area(code).name_zh for code in areas]
    return pd.DataFrame({"area": names, "value": [figure.value for figure in areas.values()]})


def shares(view: View, indicators: Sequence[str], *, since: int = 2010) -> pd.DataFrame:
    """Return the levels of the parts of a whole, for years in which all parts are published."""
    frame = levels(view, indicators, since=since)
    whole = frame.dropna(subset=["value"]).groupby("period")["series"].transform("count") == len(indicators)
    kept = frame.loc[whole[whole].index]
    return kept.rename(columns={"series": "category"})[["period", "category", "value"]]


def cumulative(view: View, indicator: str, measure: str = "level", *, area: str | None = None) -> pd.DataFrame:
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
