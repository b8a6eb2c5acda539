"""The house look of the charts: colours, dashes, shapes, fonts and the Vega-Lite configuration."""

from __future__ import annotations

from typing import Any, Final

NAME: Final = "songyuan"

# vl-convert takes the first installed face of the list, and silently erases every text when it finds none:
# named Chinese faces of Linux, Windows and macOS first, then any face at all.
FONTS: Final = ("Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "sans-serif")
FONT: Final = ", ".join(FONTS)

INK: Final = "#1C2733"
QUIET: Final = "#5B6875"
HAIRLINE: Final = "#D5DBE1"
PAPER: Final = "#FFFFFF"

# Six colours and no more. Their lightness L* is 32, 65, 48, 73, 16, 40: they stay apart on a grey printer.
PALETTE: Final = ("#1F4E79", "#E08A2E", "#2A7F62", "#AEB7C1", "#46152B", "#A8323E")
ACCENT: Final = PALETTE[0]
MARKER: Final = PALETTE[1]
MUTED: Final = PALETTE[3]

# Colour is never the only sign of a series: each also has a dash and a shape.
DASHES: Final = ([1, 0], [7, 3], [2, 2], [10, 3, 2, 3], [4, 4], [12, 4])
SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

TEXT: Final = 12
SMALL: Final = 11


def lightness(colour: str) -> float:
    """Return the CIE lightness L* (0 black, 100 white) of a colour such as ``"#1F4E79"``.

    Parameters
    ----------
    colour : str
        Six hexadecimal digits after ``#``.

    Returns
    -------
    float
        What remains of the colour on a grey printer.
    """
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return float(116 * luminance ** (1 / 3) - 16) if luminance > 0.008856 else luminance * 903.3


def ink_on(colour: str) -> str:
    """Return the text colour, white or ink, that can be read on `colour`."""
    return PAPER if lightness(colour) < 55 else INK


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration of the house."""
    axis = {
        "labelColor": QUIET,
        "labelFontSize": TEXT,
        "titleColor": QUIET,
        "titleFontSize": TEXT,
        "titleFontWeight": "normal",
        "domainColor": QUIET,
        "tickColor": HAIRLINE,
        "gridColor": HAIRLINE,
        "gridOpacity": 0.6,
        "labelPadding": 6,
        "labelFlush": False,
    }
    return {
        "background": PAPER,
        # Vega would describe each mark in English, with rounded values; the figure says it in Chinese.
        "aria": False,
        "font": FONT,
        "padding": {"left": 4, "right": 8, "top": 4, "bottom": 4},
        "view": {"stroke": "transparent"},
        "axis": axis,
        "axisX": {"grid": False, "labelFlush": False},
        "axisY": {"domain": False, "ticks": False},
        "concat": {"spacing": 0},
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "color": INK,
            "fontSize": 16,
            "fontWeight": "bold",
            "subtitleColor": QUIET,
            "subtitleFontSize": TEXT,
            "subtitlePadding": 5,
            "offset": 12,
        },
        "legend": {
            "orient": "top",
            "direction": "horizontal",
            "title": None,
            "labelColor": INK,
            "labelFontSize": TEXT,
            "labelLimit": 280,
            "symbolSize": 90,
            "symbolStrokeWidth": 2,
            "columnPadding": 18,
            "offset": 10,
        },
        "range": {"category": list(PALETTE), "symbol": list(SHAPES)},
        "mark": {"color": ACCENT},
        "line": {"strokeWidth": 2.2},
        "rule": {"color": QUIET},
        "text": {"color": INK, "fontSize": SMALL},
    }
