"""Charts made of lines: a series over time, and one quantity as a function of another."""

from __future__ import annotations

from typing import Literal

import altair as alt
import pandas as pd

from songyuan_analysis.briefing import theme
from songyuan_analysis.briefing.charts import canvas


def trend(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    unit: str = "",
    source: str = "",
    decimals: int = 1,
    zero: bool = False,
    labels: Literal["auto", "all", "last", "none"] = "auto",
    width: int = canvas.WIDTH,
    height: int = canvas.HEIGHT,
) -> alt.VConcatChart:
    """Draw one or more series over ordered periods; breaks of comparability are never bridged.

    Parameters
    ----------
    frame : DataFrame
        One row per period and series, in time order. Columns:

        - ``period`` (text as printed, ``"2024年上半年"``; the order of the rows is that of the axis);
        - ``value`` (float; a missing value leaves a gap in the line);
        - ``series`` (text, optional: the name in the legend, at most six different ones);
        - ``segment`` (optional: rows of one series with different segments are not joined, and a dashed rule
          stands before the first period of the new segment);
        - ``label`` (text, optional: the words at that rule, taken from the first row of the new segment;
          without it the segment itself is printed).
    title, subtitle, unit, source : str
        Words around the chart; `unit` is printed as 单位：…, `source` under the chart as 资料来源：….
    decimals : int
        Decimals of the printed values.
    zero : bool
        Whether the value axis must begin at zero.
    labels : {"auto", "all", "last", "none"}
        Which points carry their value; ``"auto"`` labels all points of one short series, else the
        last of each.
    width, height : int
        Size of the plot in pixels.

    Returns
    -------
    VConcatChart
        The chart; nothing is drawn before it is displayed.
    """
    data = canvas.take(frame, "trend", ["period", "value"], ["series", "segment", "label"])
    canvas.refuse_twice(data, "trend", ["period", "series"])
    periods = canvas.periods_of(data)
    names = canvas.in_order(data["series"]) if "series" in data else [""]
    grid, breaks = _segments(data, periods, names)
    grid["words"] = canvas.printed(grid["value"], decimals)
    axis = canvas.span(grid["value"], zero=zero)
    step = width / len(periods)
    colours = canvas.styles(names, "trend")
    legend = alt.Legend(offset=26 if len(breaks) else 10) if len(names) > 1 else None

    crossing = axis.low < 0 <= axis.high
    x = alt.X(
        "period:O",
        sort=None,
        scale=alt.Scale(domain=periods, type="band"),
        axis=canvas.labels(periods, step, zero_line=crossing),
    )
    y = alt.Y("value:Q", scale=axis.scale(), axis=alt.Axis(title=None, values=axis.ticks, format=axis.format))
    shapes = alt.Scale(domain=names, range=list(theme.SHAPES[: len(names)]))
    base = alt.Chart(grid).encode(
        x=x, y=y, color=alt.Color("series:N", scale=alt.Scale(domain=names, range=colours), legend=legend)
    )
    # One layer for each series keeps the dashes out of the legend, where they would fray the symbols.
    lines = [
        alt.Chart(grid[grid["series"] == name])
        .mark_line(color=colour, strokeDash=dash)
        .encode(x=x, y=y, detail="run:N")
        for name, colour, dash in zip(names, colours, theme.DASHES, strict=False)
    ]
    points = (
        base.mark_point(filled=True, size=46, opacity=1)
        .encode(
            shape=alt.Shape("series:N", scale=shapes, legend=legend),
            tooltip=[
                alt.Tooltip("period:O", title="时期"),
                *([alt.Tooltip("series:N", title="系列")] if len(names) > 1 else []),
                alt.Tooltip("words:N", title=f"数值（{unit}）" if unit else "数值"),
            ],
        )
        .transform_filter("isValid(datum.value)")
    )
    if labels == "auto":
        labels = "all" if len(names) == 1 and step >= 38 else "last"
    known = grid.dropna(subset=["value"])
    if labels == "all":
        words = [
            alt.Chart(part).mark_text(dx=dx, dy=dy).encode(x=x, y=y, text="words:N")
            for dx, dy, part in _beside(grid)
        ]
    elif labels == "last":
        words = [
            alt.Chart(end).mark_text(align="left", dx=8, dy=dy).encode(x=x, y=y, text="words:N")
            for end, dy in _ends(known, axis, height)
        ]
    else:
        words = []
    return canvas.finish(
        [*([canvas.zero_rule()] if crossing else []), *_rules(breaks, periods, x), *lines, points, *words],
        width=width,
        height=height,
        title=title,
        subtitle=subtitle,
        unit=unit,
        source=source,
    )


def _segments(
    data: pd.DataFrame, periods: list[str], names: list[str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return every period of every series with the number of its run, and the words at each break."""
    rows: list[dict[str, object]] = []
    breaks: dict[str, list[str]] = {}
    for name in names:
        own = data[data["series"].astype(str) == name] if "series" in data else data
        by_period = {str(row["period"]): row for row in own.to_dict("records")}
        run, segment = 0, None
        for period in periods:
            row = by_period.get(period)
            # A period without a row becomes a missing value: the line must not jump over it.
            value = None if row is None or pd.isna(row["value"]) else float(row["value"])
            if row is not None and "segment" in data:
                here = "" if pd.isna(row["segment"]) else str(row["segment"])
                if segment not in (None, here):
                    run += 1
                    words = row.get("label")
                    breaks.setdefault(period, []).append(words if isinstance(words, str) and words else here)
                segment = here
            rows.append({"period": period, "series": name, "value": value, "run": run})
    return pd.DataFrame(rows), {period: "；".join(dict.fromkeys(words)) for period, words in breaks.items()}


def _rules(breaks: dict[str, str], periods: list[str], x: alt.X) -> list[alt.Chart]:
    """Return the dashed rules between the periods, and their words above the plot."""
    if not breaks:
        return []
    edge = x.copy()
    edge["bandPosition"] = 0
    data = pd.DataFrame({"period": list(breaks), "words": list(breaks.values())})
    rules = [alt.Chart(data).mark_rule(strokeDash=[3, 3], strokeWidth=1.2).encode(x=edge)]
    # Words near the right end would run out of the picture if they were centred on their rule.
    late = data["period"].map(periods.index) >= 0.8 * len(periods)
    sides: list[tuple[Literal["center", "right"], pd.DataFrame]]
    sides = [("center", data[~late]), ("right", data[late])]
    for align, part in sides:
        if len(part):
            words = alt.Chart(part).mark_text(align=align, baseline="bottom", color=theme.QUIET)
            rules.append(words.encode(x=edge, y=alt.value(-5), text="words:N"))
    return rules


def _beside(grid: pd.DataFrame) -> list[tuple[int, int, pd.DataFrame]]:
    """Return the points by the side on which their number is out of the way of the line."""
    joined = grid.groupby(["series", "run"], sort=False)["value"]
    before, after = joined.shift(1), joined.shift(-1)
    here = grid["value"]
    low = (
        ((before > here) | before.isna()) & ((after > here) | after.isna()) & ~(before.isna() & after.isna())
    )
    falling = (before > here) & (after < here)
    rising = (before < here) & (after > here)
    sides = [(0, 14, low), (12, -9, falling), (-12, -9, rising), (0, -12, ~(low | falling | rising))]
    return [
        (dx, dy, grid[chosen & here.notna()]) for dx, dy, chosen in sides if (chosen & here.notna()).any()
    ]


def _ends(known: pd.DataFrame, axis: canvas.Span, height: int) -> list[tuple[pd.DataFrame, float]]:
    """Return the last row of each series with the shift that keeps neighbouring numbers apart."""
    last = known.groupby("series", sort=False).tail(1).sort_values("value")
    ends: list[tuple[pd.DataFrame, float]] = []
    floor = float("-inf")
    for at in range(len(last)):
        row = last.iloc[at : at + 1]
        here = axis.pixel(float(row["value"].iloc[0]), height)
        floor = max(here, floor + 14)
        ends.append((row, here - floor))
    return ends


def scenario(
    frame: pd.DataFrame,
    *,
    title: str,
    x_title: str,
    y_title: str,
    subtitle: str = "",
    unit: str = "",
    source: str = "",
    references: pd.DataFrame | None = None,
    decimals: int = 1,
    width: int = canvas.WIDTH,
    height: int = canvas.HEIGHT,
) -> alt.VConcatChart:
    """Draw one quantity as a function of another, with reference lines.

    Parameters
    ----------
    frame : DataFrame
        One row per computed point. Columns: ``x`` (float), ``y`` (float), ``series`` (text, optional, at
        most six different ones).
    title, subtitle, unit, source : str
        Words around the chart; `unit` is printed as 单位：…, `source` under the chart as 资料来源：….
    x_title, y_title : str
        What the two axes show, with their units.
    references : DataFrame, optional
        One row per line. Columns: ``axis`` (``"x"`` for an upright line, ``"y"`` for a level one),
        ``at`` (float), ``label`` (text).
    decimals : int
        Decimals of the values shown by the pointer.
    width, height : int
        Size of the plot in pixels.

    Returns
    -------
    VConcatChart
        The chart.
    """
    data = canvas.take(frame, "scenario", ["x", "y"], ["series"])
    if "series" not in data:
        data["series"] = ""
    names = canvas.in_order(data["series"])
    colours = canvas.styles(names, "scenario")
    marks = canvas.take(references, "scenario", ["axis", "at", "label"]) if references is not None else None
    extra = {key: list(marks.loc[marks["axis"] == key, "at"]) if marks is not None else [] for key in "xy"}
    across = canvas.span([*data["x"], *extra["x"]], zero=False, ticks=8)
    upward = canvas.span([*data["y"], *extra["y"]], zero=False)
    legend = alt.Legend(offset=26 if extra["x"] else 10) if len(names) > 1 else None
    x = alt.X(
        "x:Q", scale=across.scale(), axis=alt.Axis(title=x_title, values=across.ticks, format=across.format)
    )
    y = alt.Y(
        "y:Q",
        scale=upward.scale(),
        axis=alt.Axis(
            title=y_title,
            titleAngle=0,
            titleAlign="left",
            titleAnchor="end",
            titleX=0,
            titleY=-24,
            values=upward.ticks,
            format=upward.format,
        ),
    )
    base = alt.Chart(data).encode(x=x, y=y)
    lines = base.mark_line().encode(
        color=alt.Color("series:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
        strokeDash=alt.StrokeDash(
            "series:N",
            scale=alt.Scale(domain=names, range=[list(dash) for dash in theme.DASHES[: len(names)]]),
            legend=legend,
        ),
    )
    touch = base.mark_point(size=60, opacity=0).encode(
        tooltip=[
            *([alt.Tooltip("series:N", title="系列")] if len(names) > 1 else []),
            alt.Tooltip("x:Q", title=x_title, format=f",.{decimals}f"),
            alt.Tooltip("y:Q", title=y_title, format=f",.{decimals}f"),
        ]
    )
    layers = [lines, touch]
    if marks is not None:
        upright, level = marks[marks["axis"] == "x"], marks[marks["axis"] == "y"]
        if len(upright):
            here = alt.X("at:Q", scale=across.scale(), axis=x["axis"])
            layers.append(alt.Chart(upright).mark_rule(strokeDash=[4, 3], strokeWidth=1.3).encode(x=here))
            words = alt.Chart(upright).mark_text(baseline="bottom", color=theme.QUIET)
            layers.append(words.encode(x=here, y=alt.value(-5), text="label:N"))
        if len(level):
            there = alt.Y("at:Q", scale=upward.scale(), axis=y["axis"])
            layers.append(alt.Chart(level).mark_rule(strokeDash=[4, 3], strokeWidth=1.3).encode(y=there))
            words = alt.Chart(level).mark_text(align="right", dx=-4, dy=-8, color=theme.QUIET)
            layers.append(words.encode(y=there, x=alt.value(width), text="label:N"))
    return canvas.finish(
        layers, width=width, height=height, title=title, subtitle=subtitle, unit=unit, source=source
    )
