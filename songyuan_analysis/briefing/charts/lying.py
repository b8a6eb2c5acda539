"""The axes of charts with lying bars, and the room that their labels and numbers take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import altair as alt

from songyuan_analysis.briefing import theme
from songyuan_analysis.briefing.charts import canvas
from songyuan_analysis.briefing.charts.canvas import Span

# Chinese characters in one line of a label.
_LABEL = 14.0


def labels(names: Sequence[str], field: str, *, bold: str = "false") -> alt.Y:
    """Return the upright axis of a chart with lying bars.

    Parameters
    ----------
    names : sequence of str
        Categories from top to bottom.
    field : str
        Column that holds them.
    bold : str
        Vega expression on ``datum.value`` that tells which labels are bold.

    Returns
    -------
    Y
        The encoding.
    """
    axis = alt.Axis(
        title=None,
        labelExpr=canvas.label_expression({name: "\n".join(canvas.wrap(name, _LABEL)) for name in names}),
        labelLimit=0,
        labelColor=theme.INK,
        labelLineHeight=15,
        labelFontWeight=alt.condition(bold, alt.value("bold"), alt.value("normal")),
        grid=False,
    )
    scale = alt.Scale(domain=list(names), paddingInner=0, paddingOuter=0)
    return alt.Y(f"{field}:N", sort=None, scale=scale, axis=axis)


def labels_width(names: Sequence[str]) -> float:
    """Return the pixels that the labels of lying bars take on the left."""
    return max(canvas.ems(line) for name in names for line in canvas.wrap(name, _LABEL)) * theme.TEXT + 10


def height(names: Sequence[str]) -> int:
    """Return the height that a chart with lying bars needs."""
    lines = max(len(canvas.wrap(name, _LABEL)) for name in names)
    return len(names) * (30 if lines == 1 else 16 * lines + 10)


def values(field: str, axis: Span, length: float) -> alt.X:
    """Return the value axis of lying bars, `length` pixels long; the room beyond is for numbers."""
    return alt.X(
        f"{field}:Q",
        scale=alt.Scale(domain=[axis.low, axis.high], range=[0, length], nice=False),
        axis=alt.Axis(
            title=None, values=axis.ticks, format=axis.format, grid=True, domain=False, ticks=False
        ),
    )


def number_width(texts: Iterable[str]) -> float:
    """Return the pixels that a column of numbers takes."""
    return max(map(canvas.ems, texts), default=0.0) * theme.TEXT + 14
