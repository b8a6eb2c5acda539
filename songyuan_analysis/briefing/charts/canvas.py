"""What all chart verbs share: checked frames, widths of Chinese text, round scales, title and source line."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from songyuan_analysis.briefing import theme
from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.rounding import round_column

# Plot size; with its labels a chart is about 680 wide, which fits the text column of a page and of A4 paper.
WIDTH = 640
HEIGHT = 280
OUTER = 676


def take(frame: pd.DataFrame, verb: str, needed: Sequence[str], optional: Sequence[str] = ()) -> pd.DataFrame:
    """Return the columns that a chart uses, or refuse with the names of those that are missing.

    Parameters
    ----------
    frame : DataFrame
        Tidy data.
    verb : str
        Name of the chart, for the message.
    needed, optional : sequence of str
        Columns that must, and that may, be there.

    Returns
    -------
    DataFrame
        A copy with a fresh index, so that a chart never changes what it was given.

    Raises
    ------
    UsageError
        A needed column is missing, or there is no row to draw.
    """
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise UsageError(
            f"图表 {verb} 缺少列：{'、'.join(missing)}。",
            remedy=f"请提供 {'、'.join(needed)} 各列；现有列：{'、'.join(map(str, frame.columns))}。",
        )
    if frame.empty:
        raise UsageError(f"图表 {verb} 没有可画的数据。", remedy="请检查筛选条件是否把数据全部去掉了。")
    return frame[[*needed, *(name for name in optional if name in frame.columns)]].reset_index(drop=True)


def refuse_twice(data: pd.DataFrame, verb: str, keys: Sequence[str]) -> None:
    """Refuse two rows for one place of the chart: one of them would silently hide the other."""
    present = [key for key in keys if key in data.columns]
    twice = data[data.duplicated(present)]
    if len(twice):
        place = "、".join(str(value) for value in twice.iloc[0][present])
        raise UsageError(
            f"图表 {verb} 在同一位置有两个数值：{place}。",
            remedy="请先按发布日期、口径等筛选，使每个位置只留一个数值。",
        )


def in_order(values: Iterable[object]) -> list[str]:
    """Return the different texts in the order in which they first appear."""
    return list(dict.fromkeys(str(value) for value in values))


def periods_of(data: pd.DataFrame) -> list[str]:
    """Return the periods of all series in one order, although a series may lack some of them.

    Parameters
    ----------
    data : DataFrame
        Columns ``period`` and, perhaps, ``series``; each series in its own order of time.

    Returns
    -------
    list of str
        A period that only one series has stands behind the one before it in that series.
    """
    if "series" not in data:
        return in_order(data["period"])
    own = [in_order(part["period"]) for _, part in data.groupby("series", sort=False)]
    longest = max(own, key=len)
    merged = list(longest)
    for periods in own:
        for at, period in enumerate(periods):
            if period not in merged:
                merged.insert(merged.index(periods[at - 1]) + 1 if at else 0, period)
    return merged


def styles(names: Sequence[str], verb: str) -> list[str]:
    """Return one colour for each name, or refuse more names than can be told apart."""
    if len(names) > len(theme.PALETTE):
        raise UsageError(
            f"图表 {verb} 有 {len(names)} 个系列，超过 {len(theme.PALETTE)} 个，印出来分不清。",
            remedy="请减少系列，或分成几张图。",
        )
    return list(theme.PALETTE[: len(names)])


def by_ink(
    data: pd.DataFrame, field: str, names: Sequence[str], colours: Sequence[str]
) -> list[tuple[str, pd.DataFrame]]:
    """Return the rows in one part for each text colour that can be read on the colour of their name."""
    inks = data[field].astype(str).map(dict(zip(names, map(theme.ink_on, colours), strict=True)))
    return [(str(ink), data[inks == ink]) for ink in sorted(inks.unique())]


def ems(text: str) -> float:
    """Return the width of a text in widths of one Chinese character."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.58 for char in text)


def wrap(text: str, limit: float) -> list[str]:
    """Break a text into lines of at most `limit` Chinese characters; words and numbers stay whole.

    Closing punctuation never begins a line, and an opening bracket never ends one.
    """
    lines = [""]
    for piece in _pieces(text):
        full = lines[-1] and ems(lines[-1] + piece) > limit
        if full and not piece.isspace() and piece not in "，。、；：）》」”%":
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for char in text:
        # Words and numbers stay whole, and an opening bracket stays with what it opens.
        if pieces and (pieces[-1][-1] in "（《「“‘" or (_narrow(char) and _narrow(pieces[-1][-1]))):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _narrow(char: str) -> bool:
    return unicodedata.east_asian_width(char) not in "WF" and not char.isspace()


@dataclass(frozen=True)
class Span:
    """A numeric axis with round ends.

    Attributes
    ----------
    low, high : float
        Ends of the axis.
    step : float
        Distance of the ticks.
    """

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> list[float]:
        """The values to print on the axis."""
        return [
            round(self.low + k * self.step, 10) for k in range(round((self.high - self.low) / self.step) + 1)
        ]

    @property
    def format(self) -> str:
        """Number format with just the decimals that the ticks need."""
        decimals = next((k for k in range(10) if abs(round(self.step, k) - self.step) < 1e-9 * self.step), 10)
        return f",.{decimals}f"

    def scale(self) -> alt.Scale:
        """Return the Vega-Lite scale."""
        return alt.Scale(domain=[self.low, self.high], nice=False, zero=False)

    def pixel(self, value: float, length: float) -> float:
        """Return where `value` lies on an axis of `length` pixels, counted from the low end."""
        return (value - self.low) / (self.high - self.low) * length


def span(values: Iterable[float], *, zero: bool, ticks: int = 5) -> Span:
    """Return round ends around the values.

    Parameters
    ----------
    values : iterable of float
        Missing values are passed over.
    zero : bool
        Whether zero must lie on the axis (always for bars).
    ticks : int
        About how many steps.

    Returns
    -------
    Span
        Ends and step; never empty, even for a single value.
    """
    known = [float(value) for value in values if pd.notna(value)]
    known += [0.0] if zero or not known else []
    low, high = min(known), max(known)
    if low == high:
        low, high = low - 1, high + 1
    raw = (high - low) / ticks
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw * 0.999)
    return Span(math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step)


def labels(texts: Sequence[str], step: float, *, lines: int = 3, zero_line: bool = False) -> alt.Axis:
    """Return a category axis whose labels stand upright and do not touch.

    The zh-CN locale of Vega prints 三月 for 3月, so periods are plain texts here. Long labels are broken
    into lines, after 年 first; when they still touch, every second (third, …) is printed, counted from the
    last one.

    Parameters
    ----------
    texts : sequence of str
        All labels in order.
    step : float
        Pixels from one label to the next.
    lines : int
        How many lines a label may have.
    zero_line : bool
        Whether the chart draws a line at zero, so that the axis needs none of its own.

    Returns
    -------
    Axis
        A horizontal axis without title.
    """
    broken = {text: _break_label(text, step, lines) for text in texts}
    widest = max(ems(line) for parts in broken.values() for line in parts) * theme.TEXT + 6
    every = max(1, math.ceil(widest / step))
    return alt.Axis(
        title=None,
        labelAngle=0,
        labelExpr=label_expression({text: "\n".join(parts) for text, parts in broken.items()}),
        labelOverlap=False,
        labelLimit=0,
        domain=not zero_line,
        labelLineHeight=15,
        ticks=False,
        values=list(reversed(list(reversed(texts))[::every])) if every > 1 else alt.Undefined,
    )


def _break_label(text: str, step: float, lines: int) -> list[str]:
    room = (step - 6) / theme.TEXT
    if ems(text) <= room:
        return [text]
    year, mark, rest = text.partition("年")
    if mark and year.isdigit():
        return [year + mark, rest] if rest else [text]
    wrapped = wrap(text, max(room, 4))
    return wrapped if len(wrapped) <= lines else wrap(text, ems(text) / lines + 1)


def label_expression(texts: dict[str, str]) -> str:
    """Return the Vega expression that prints each label as given here, with line breaks."""
    return f"split({json.dumps(texts, ensure_ascii=False)}[datum.value], '\\n')"


def zero_rule() -> alt.Chart:
    """Return the level line at zero."""
    line: alt.Chart = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=theme.INK).encode(y="zero:Q")
    return line


def finish(
    layers: Sequence[alt.Chart],
    *,
    width: float,
    height: float,
    title: str,
    subtitle: str,
    unit: str,
    source: str,
) -> alt.VConcatChart:
    """Lay the drawings over each other, and put title, subtitle with unit, and the source line around them.

    Vega-Lite has no footer, but the title of an inner view may hang below it: hence a column of one chart.

    Parameters
    ----------
    layers : sequence of Chart
        The drawings, from the bottom up.
    width, height : float
        Size of the plot in pixels.
    title, subtitle : str
        Heading; the subtitle may be empty.
    unit : str
        Printed after the subtitle as 单位：…; may be empty.
    source : str
        Printed under the chart as 资料来源：…; may be empty.

    Returns
    -------
    VConcatChart
        The finished chart.
    """
    lines = wrap("　".join(part for part in (subtitle, f"单位：{unit}" if unit else "") if part), 54)
    plot = alt.LayerChart(layer=list(layers), width=width, height=height)
    if source:
        footer = alt.TitleParams(
            text=wrap(source if source.startswith("资料来源") else f"资料来源：{source}", 60),
            orient="bottom",
            anchor="start",
            frame="bounds",
            fontSize=theme.SMALL,
            fontWeight="normal",
            color=theme.QUIET,
            lineHeight=16,
            offset=10,
        )
        plot = plot.properties(title=footer)
    heading = alt.TitleParams(text=wrap(title, 40), subtitle=lines if any(lines) else alt.Undefined)
    return alt.vconcat(plot).properties(title=heading)


def printed(values: Iterable[float], decimals: int) -> list[str]:
    """Return numbers as text, rounded half up as in the tables, with a true minus sign; — for a missing one."""
    rounded = round_column(pd.Series(list(values), dtype="float64"), decimals)
    return [
        "—" if pd.isna(value) else f"{value:,.{max(decimals, 0)}f}".replace("-", "−") for value in rounded
    ]
