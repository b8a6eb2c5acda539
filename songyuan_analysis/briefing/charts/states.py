"""The chart of commitments by state."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from songyuan_analysis.briefing import theme
from songyuan_analysis.briefing.charts import canvas, lying
from songyuan_analysis.briefing.style import load_style

# The colours of printed states (green, amber, red, grey) in the tones that stay apart on a grey printer.
_BY_SHAPE = {"●": theme.PALETTE[2], "▲": theme.PALETTE[1], "■": theme.PALETTE[4], "○": theme.PALETTE[3]}


def states(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    unit: str = "项",
    source: str = "",
    order: Sequence[str] | None = None,
    width: int = canvas.OUTER,
) -> alt.VConcatChart:
    """Draw for each section how many commitments stand in which state; words tell the state, not only colour.

    Parameters
    ----------
    frame : DataFrame
        One row per section and state. Columns: ``section`` (text, from top to bottom), ``state`` (text, at
        most six different ones), ``count`` (number of commitments; zero draws nothing).
    title, subtitle, unit, source : str
        Words around the chart; `unit` is printed as 单位：…, `source` under the chart as 资料来源：….
    order : sequence of str, optional
        States from left to right; default is from done over behind to unknown, as tables colour them.
    width : int
        Width of the whole drawing in pixels.

    Returns
    -------
    VConcatChart
        The chart.
    """
    data = canvas.take(frame, "states", ["section", "state", "count"])
    canvas.refuse_twice(data, "states", ["section", "state"])
    sections = canvas.in_order(data["section"])
    first = list(order or ())
    names = first + sorted((n for n in canvas.in_order(data["state"]) if n not in first), key=_goodness)
    colours = _colours(names)
    data["rank"] = data["state"].map({name: at for at, name in enumerate(names)})
    data = data.sort_values("rank", kind="stable")
    data["end"] = data.groupby("section", sort=False)["count"].cumsum()
    data["begin"] = data["end"] - data["count"]
    data["middle"] = (data["begin"] + data["end"]) / 2
    totals = data.groupby("section", sort=False)["count"].sum().reset_index()
    data = data[data["count"] > 0]
    longest = max(float(totals["count"].max()), 1.0)
    length = round(width - lying.labels_width(sections) - 34)
    data["words"] = [
        _fitting(str(state), count, count / longest * length)
        for state, count in zip(data["state"], data["count"], strict=True)
    ]
    scale = alt.Scale(domain=[0, longest], nice=False)
    y = lying.labels(sections, "section")
    base = alt.Chart(data).encode(y=y)
    bars = base.mark_bar(height={"band": 0.7}, stroke=theme.PAPER, strokeWidth=1).encode(
        x=alt.X("begin:Q", scale=scale, axis=None),
        x2="end:Q",
        color=alt.Color(
            "state:N",
            scale=alt.Scale(domain=names, range=colours),
            legend=alt.Legend(symbolType="square"),
        ),
        tooltip=[
            alt.Tooltip("section:N", title="部分"),
            alt.Tooltip("state:N", title="状态"),
            alt.Tooltip("count:Q", title=f"数量（{unit}）" if unit else "数量"),
        ],
    )
    words = [
        alt.Chart(part)
        .mark_text(color=ink)
        .encode(y=y, x=alt.X("middle:Q", scale=scale, axis=None), text="words:N")
        for ink, part in canvas.by_ink(data, "state", names, colours)
    ]
    total = (
        alt.Chart(totals)
        .mark_text(align="left", dx=6, fontWeight="bold")
        .encode(y=y, x=alt.X("count:Q", scale=scale, axis=None), text="count:Q")
    )
    return canvas.finish(
        [bars, *words, total],
        width=length,
        height=lying.height(sections),
        title=title,
        subtitle=subtitle,
        unit=unit,
        source=source,
    )


def _goodness(state: str) -> int:
    """Return the place of a state between done and unknown; words without a shape come last."""
    known = load_style().state(state)
    return list(_BY_SHAPE).index(known.shape) if known and known.shape in _BY_SHAPE else len(_BY_SHAPE)


def _colours(names: Sequence[str]) -> list[str]:
    """Return one colour for each state; the first word of a shape takes the colour of that shape."""
    free = canvas.styles(names, "states") and [theme.HAIRLINE, *theme.PALETTE]
    chosen: dict[str, str] = {}
    for name in names:
        known = load_style().state(name)
        colour = _BY_SHAPE.get(known.shape, "") if known else ""
        if colour in free:
            chosen[name] = colour
            free.remove(colour)
    # A state that judges nothing takes the palest colour.
    return [chosen[name] if name in chosen else free.pop(0) for name in names]


def _fitting(state: str, count: float, room: float) -> str:
    """Return word and number if they fit into the bar, else the number, else nothing."""
    fitting = (
        words for words in (f"{state} {count:g}", f"{count:g}") if canvas.ems(words) * theme.SMALL + 6 <= room
    )
    return next(fitting, "")
