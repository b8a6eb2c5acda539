"""Charts made of lying bars: outcome against target, and ranking of areas."""

from __future__ import annotations

import json
from collections.abc import Mapping

import altair as alt
import pandas as pd

from songyuan_analysis.briefing import theme
from songyuan_analysis.briefing.charts import canvas, lying
from songyuan_analysis.methods.ranking import competition_rank


def versus(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    unit: str = "",
    source: str = "",
    value_name: str = "实际",
    target_name: str = "目标",
    decimals: int = 1,
    width: int = canvas.OUTER,
) -> alt.VConcatChart:
    """Draw one bar per category with a tick at its target, and both numbers in columns beside it.

    Parameters
    ----------
    frame : DataFrame
        One row per category, from top to bottom, all in one unit. Columns:

        - ``category`` (text);
        - ``value`` (float: the bar; missing prints —);
        - ``target`` (float: the tick; missing means that there is no target and prints —).
    title, subtitle, unit, source : str
        Words around the chart; `unit` is printed as 单位：…, `source` under the chart as 资料来源：….
    value_name, target_name : str
        What bar and tick are, such as 松原 and 全省.
    decimals : int
        Decimals of the printed values.
    width : int
        Width of the whole drawing in pixels.

    Returns
    -------
    VConcatChart
        The chart.
    """
    data = canvas.take(frame, "versus", ["category", "value", "target"])
    canvas.refuse_twice(data, "versus", ["category"])
    names = canvas.in_order(data["category"])
    heads = {"value": (value_name, "■", theme.ACCENT), "target": (target_name, "┃", theme.MARKER)}
    for column in heads:
        data[f"{column}_words"] = canvas.printed(data[column], decimals)
    room = {
        column: lying.number_width([f"{sign} {head}", *data[f"{column}_words"]])
        for column, (head, sign, _) in heads.items()
    }
    length = round(width - lying.labels_width(names) - sum(room.values()))
    axis = canvas.span([*data["value"], *data["target"]], zero=True)
    x, goal, zero = (lying.values(field, axis, length) for field in ("value", "target", "zero"))
    base = alt.Chart(data).encode(
        y=lying.labels(names, "category"),
        tooltip=[
            alt.Tooltip("category:N", title="项目"),
            alt.Tooltip("value_words:N", title=value_name),
            alt.Tooltip("target_words:N", title=target_name),
        ],
    )
    layers = [
        base.mark_bar(height={"band": 0.56}, color=theme.ACCENT).encode(x=x),
        base.mark_tick(thickness=4, height={"band": 0.86}, color=theme.MARKER, opacity=1)
        .encode(x=goal)
        .transform_filter("isValid(datum.target)"),
        alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=theme.INK).encode(x=zero),
    ]
    right: float = length
    for column, (head, sign, colour) in heads.items():
        right += room[column]
        layers.append(
            base.mark_text(align="right", fontSize=theme.TEXT).encode(
                x=alt.value(right), text=f"{column}_words:N"
            )
        )
        header = alt.Chart(pd.DataFrame({"head": [head], "sign": [sign]})).encode(y=alt.value(-12))
        layers.append(
            header.mark_text(align="right", fontSize=theme.TEXT, fontWeight="bold").encode(
                x=alt.value(right), text="head:N"
            )
        )
        layers.append(
            header.mark_text(align="right", fontSize=theme.TEXT, color=colour).encode(
                x=alt.value(right - canvas.ems(head) * theme.TEXT - 3), text="sign:N"
            )
        )
    return canvas.finish(
        layers,
        width=length,
        height=lying.height(names),
        title=title,
        subtitle=subtitle,
        unit=unit,
        source=source,
    )


def ranking(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    unit: str = "",
    source: str = "",
    highlight: str = "松原",
    references: Mapping[str, float] | None = None,
    ascending: bool = False,
    decimals: int = 1,
    width: int = canvas.OUTER,
) -> alt.VConcatChart:
    """Draw areas in order of their value, with their places, one of them highlighted.

    Parameters
    ----------
    frame : DataFrame
        One row per area, in any order. Columns: ``area`` (text), ``value`` (float; areas without it are
        left out).
    title, subtitle, unit, source : str
        Words around the chart; `unit` is printed as 单位：…, `source` under the chart as 资料来源：….
    highlight : str
        Areas whose name contains this text stand out by colour and bold type.
    references : mapping of str to float, optional
        Dashed lines with a name, such as ``{"全省": 4.3}``.
    ascending : bool
        Whether the smallest value takes the first place (energy intensity).
    decimals : int
        Decimals of the printed values.
    width : int
        Width of the whole drawing in pixels.

    Returns
    -------
    VConcatChart
        The chart.
    """
    data = canvas.take(frame, "ranking", ["area", "value"]).dropna(subset=["value"])
    canvas.refuse_twice(data, "ranking", ["area"])
    data = data.sort_values("value", ascending=ascending, kind="stable").reset_index(drop=True)
    data["area"] = data["area"].astype(str)
    data["place"] = competition_rank(data["value"], ascending=ascending).astype(int)
    data["own"] = data["area"].str.contains(highlight, regex=False) if highlight else False
    data["words"] = canvas.printed(data["value"], decimals)
    names = canvas.in_order(data["area"])
    own = (
        " || ".join(f"datum.value === {json.dumps(area)}" for area in data.loc[data["own"], "area"])
        or "false"
    )
    labels = lying.labels_width(names)
    numbers = lying.number_width(data["words"])
    length = round(width - labels - 24 - numbers)
    axis = canvas.span([*data["value"], *(references or {}).values()], zero=True)
    base = alt.Chart(data).encode(
        y=lying.labels(names, "area", bold=own),
        tooltip=[
            alt.Tooltip("place:Q", title="位次"),
            alt.Tooltip("area:N", title="地区"),
            alt.Tooltip("words:N", title=f"数值（{unit}）" if unit else "数值"),
        ],
    )
    layers = [
        base.mark_bar(height={"band": 0.66}).encode(
            x=lying.values("value", axis, length),
            color=alt.condition("datum.own", alt.value(theme.ACCENT), alt.value(theme.MUTED)),
        ),
        alt.Chart(pd.DataFrame({"zero": [0]}))
        .mark_rule(color=theme.INK)
        .encode(x=lying.values("zero", axis, length)),
        base.mark_text(align="right", fontSize=theme.TEXT).encode(
            x=alt.value(length + numbers), text="words:N"
        ),
        base.mark_text(align="right", fontSize=theme.TEXT, color=theme.QUIET).encode(
            x=alt.value(-labels - 4), text="place:Q"
        ),
    ]
    if references:
        words = [
            f"{name} {text}"
            for name, text in zip(references, canvas.printed(references.values(), decimals), strict=True)
        ]
        lines = alt.Chart(pd.DataFrame({"at": list(references.values()), "words": words}))
        lines = lines.encode(x=lying.values("at", axis, length))
        layers.append(lines.mark_rule(strokeDash=[4, 3], strokeWidth=1.4, color=theme.INK))
        layers.append(lines.mark_text(baseline="bottom").encode(y=alt.value(-4), text="words:N"))
    return canvas.finish(
        layers,
        width=length,
        height=lying.height(names),
        title=title,
        subtitle=subtitle,
        unit=unit,
        source=source,
    )
