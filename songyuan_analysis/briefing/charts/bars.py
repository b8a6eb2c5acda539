"""Charts made of upright bars: values by period or category, and structure."""

from __future__ import annotations

import altair as alt
import pandas as pd

from songyuan_analysis.briefing import theme
from songyuan_analysis.briefing.charts import canvas
from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.completion import share_of


def columns(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    unit: str = "",
    source: str = "",
    decimals: int = 1,
    width: int = canvas.WIDTH,
    height: int = canvas.HEIGHT,
) -> alt.VConcatChart:
    """Draw upright bars by period or category, with a zero line and the value at each bar.

    Parameters
    ----------
    frame : DataFrame
        One row per bar, in the order of the axis. Columns:

        - ``period`` (text: the label of the axis, a period or any category);
        - ``value`` (float, may be negative; a missing value leaves its place empty);
        - ``series`` (text, optional: bars of one period stand side by side);
        - ``label`` (text, optional: printed at the bar instead of the value).
    title, subtitle, unit, source : str
        Words around the chart; `unit` is printed as 单位：…, `source` under the chart as 资料来源：….
    decimals : int
        Decimals of the printed values.
    width, height : int
        Size of the plot in pixels.

    Returns
    -------
    VConcatChart
        The chart.
    """
    data = canvas.take(frame, "columns", ["period", "value"], ["series", "label"])
    canvas.refuse_twice(data, "columns", ["period", "series"])
    periods = canvas.periods_of(data)
    names = canvas.in_order(data["series"]) if "series" in data else [""]
    colours = canvas.styles(names, "columns")
    if "series" not in data:
        data["series"] = ""
    data["words"] = canvas.printed(data["value"], decimals)
    if "label" in data:
        data["words"] = data["label"].where(data["label"].notna() & (data["label"] != ""), data["words"])
    data = data.dropna(subset=["value"])
    axis = canvas.span(data["value"], zero=True)
    step = width / len(periods)
    x = alt.X(
        "period:O",
        sort=None,
        scale=alt.Scale(domain=periods, paddingInner=0.32, paddingOuter=0.16),
        axis=canvas.labels(periods, step, zero_line=True),
    )
    base = alt.Chart(data).encode(
        x=x,
        y=alt.Y(
            "value:Q", scale=axis.scale(), axis=alt.Axis(title=None, values=axis.ticks, format=axis.format)
        ),
    )
    grouped = len(names) > 1
    if grouped:
        base = base.encode(
            xOffset=alt.XOffset("series:N", sort=None, scale=alt.Scale(domain=names, paddingInner=0.08))
        )
    tooltip = [
        alt.Tooltip("period:O", title="项目"),
        *([alt.Tooltip("series:N", title="系列")] if grouped else []),
        alt.Tooltip("words:N", title=f"数值（{unit}）" if unit else "数值"),
    ]
    bars = base.mark_bar().encode(
        color=alt.Color(
            "series:N",
            scale=alt.Scale(domain=names, range=colours),
            legend=alt.Legend(symbolType="square") if grouped else None,
        ),
        tooltip=tooltip,
    )
    layers = [bars, canvas.zero_rule()]
    widest = max((canvas.ems(words) for words in data["words"]), default=0) * theme.SMALL
    # A number that is wider than its place would run into its neighbour: then only the pointer tells it.
    if widest <= 0.97 * step / len(names):
        for sign, dy in ((">= 0", -7), ("< 0", 9)):
            layers.append(
                base.mark_text(dy=dy).encode(text="words:N").transform_filter(f"datum.value {sign}")
            )
    return canvas.finish(
        layers, width=width, height=height, title=title, subtitle=subtitle, unit=unit, source=source
    )


def structure(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    unit: str = "%",
    source: str = "",
    decimals: int = 1,
    width: int = canvas.WIDTH,
    height: int = canvas.HEIGHT,
) -> alt.VConcatChart:
    """Draw bars of 100 % with the share printed in each part.

    Parameters
    ----------
    frame : DataFrame
        One row per period and part, in order; the first part stands at the bottom. Columns:

        - ``period`` (text: one bar each);
        - ``category`` (text: the parts, at most six);
        - ``share`` (float, percent, printed as it is) or, without that column, ``value`` (float, from which
          the shares are computed). Neither may be negative.
    title, subtitle, unit, source : str
        Words around the chart; `unit` is printed as 单位：…, `source` under the chart as 资料来源：….
    decimals : int
        Decimals of the printed shares.
    width, height : int
        Size of the plot in pixels.

    Returns
    -------
    VConcatChart
        The chart.

    Raises
    ------
    UsageError
        A part is negative, so that it is no part of a whole.
    """
    column = "share" if "share" in frame.columns else "value"
    data = canvas.take(frame, "structure", ["period", "category", column]).dropna(subset=[column])
    canvas.refuse_twice(data, "structure", ["period", "category"])
    if (data[column] < 0).any():
        raise UsageError("结构图的份额不能为负。", remedy="有负值的构成请改用 columns。")
    whole = data.groupby("period", sort=False)[column].transform("sum")
    data["portion"] = data[column] / whole
    data["share"] = data[column] if column == "share" else share_of(data[column], whole)
    data["top"] = data.groupby("period", sort=False)["portion"].cumsum()
    data["words"] = canvas.printed(data["share"], decimals)
    data["bottom"] = data["top"] - data["portion"]
    data["middle"] = (data["top"] + data["bottom"]) / 2
    periods, names = canvas.in_order(data["period"]), canvas.in_order(data["category"])
    colours = canvas.styles(names, "structure")
    x = alt.X(
        "period:O",
        sort=None,
        scale=alt.Scale(domain=periods, paddingInner=0.38, paddingOuter=0.2),
        axis=canvas.labels(periods, width / len(periods)),
    )
    scale = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(title=None, format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    base = alt.Chart(data).encode(x=x)
    bars = base.mark_bar(stroke=theme.PAPER, strokeWidth=1).encode(
        y=alt.Y("bottom:Q", scale=scale, axis=axis),
        y2="top:Q",
        color=alt.Color(
            "category:N", scale=alt.Scale(domain=names, range=colours), legend=alt.Legend(symbolType="square")
        ),
        tooltip=[
            alt.Tooltip("period:O", title="时期"),
            alt.Tooltip("category:N", title="构成"),
            alt.Tooltip("words:N", title="比重（%）"),
        ],
    )
    # A part lower than one line of text keeps its number for the pointer.
    shown = data[data["portion"] * height >= 13]
    words = [
        alt.Chart(part)
        .mark_text(color=ink)
        .encode(
            x=x,
            y=alt.Y("middle:Q", scale=scale, axis=axis),
            text="words:N",
        )
        for ink, part in canvas.by_ink(shown, "category", names, colours)
    ]
    return canvas.finish(
        [bars, *words], width=width, height=height, title=title, subtitle=subtitle, unit=unit, source=source
    )
