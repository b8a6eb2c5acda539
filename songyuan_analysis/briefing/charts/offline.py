"""Charts as HTML that needs no network: a static picture, and the drawing library once per page."""

from __future__ import annotations

import base64
import html
import json
import warnings
from functools import cache
from importlib import resources
from typing import Any, Final

import altair as alt
import vl_convert

from songyuan_analysis.briefing import theme
from songyuan_analysis.briefing.charts import fonts

_GLOBALS: Final = "window.vegaEmbed = vegaEmbed;"
# The report finds the loader in executed notebooks by this mark and puts it into the page once.
LOADER_MARK: Final = "songyuan-charts-loader"
CHART_CLASS: Final = "songyuan-chart"
AnyChart = alt.Chart | alt.LayerChart | alt.VConcatChart | alt.HConcatChart | alt.ConcatChart | alt.FacetChart


def spec_of(chart: AnyChart) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart in the house look, without any address.

    Parameters
    ----------
    chart : altair chart
        What a chart verb returned, or any other Altair chart.

    Returns
    -------
    dict
        The specification with the house configuration; settings of the chart itself win.
    """
    return plain(chart.to_dict())


def plain(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification without its schema address and with the house configuration under its own."""
    kept = {key: value for key, value in spec.items() if key != "$schema"}
    given = kept.get("config", {})
    house = theme.config()
    merged = {**house, **given}
    for key, value in house.items():
        if isinstance(value, dict) and isinstance(given.get(key), dict):
            # Altair's default theme sets two sizes of the view; they must not push out our other settings.
            merged[key] = {**value, **given[key]}
    kept["config"] = merged
    return kept


def to_svg(chart: AnyChart) -> str:
    """Draw a chart as SVG text; empty if this machine has no Chinese typeface.

    Parameters
    ----------
    chart : altair chart
        The chart.

    Returns
    -------
    str
        The picture. Equal charts give equal texts.
    """
    return _svg(spec_of(chart))


def to_png(chart: AnyChart, scale: float = 2.0) -> bytes:
    """Draw a chart as PNG bytes; empty if this machine has no Chinese typeface."""
    svg = to_svg(chart)
    return bytes(vl_convert.svg_to_png(svg, scale=scale)) if svg else b""


def _svg(spec: dict[str, Any]) -> str:
    if not fonts.chinese_face():
        warnings.warn(
            "本机没有中文字体，图表不附静态图片（否则图上的文字会全部丢失）。"
            "请安装 fonts 附加包（pip install 'songyuan-analysis[fonts]'）或 Noto Sans CJK 字体。",
            stacklevel=2,
        )
        return ""
    return str(vl_convert.vegalite_to_svg(json.dumps(spec, ensure_ascii=False), allowed_base_urls=[]))


@cache
def library() -> str:
    """Return the script text that draws all charts of a page: Vega, Vega-Lite, vega-embed and our glue."""
    glue = resources.files(__package__).joinpath("charts.js").read_text(encoding="utf-8")
    # The bundle declares names at the top level: without a scope of its own, a second run in one page fails.
    bundle = vl_convert.javascript_bundle(_GLOBALS)
    # The bundle cannot be escaped (regular expressions hold the same signs), so there must be no need to.
    assert "</script" not in bundle.lower(), "the bundle would end its own script element"
    return (
        "(function(){if(window.songyuanCharts&&window.songyuanCharts.ready)return;\n"
        f"{bundle}\n{glue}\n}})();"
    )


def loader() -> str:
    """Return the HTML that brings the library into a page or a notebook, once."""
    return f'<script class="{LOADER_MARK}">{library()}</script>'


def figure(spec: dict[str, Any]) -> str:
    """Return a chart as an HTML figure: the static picture, its data, and the call that makes it live.

    Where scripts do not run (an untrusted notebook, a mail), the picture stays.

    Parameters
    ----------
    spec : dict
        A Vega-Lite specification.

    Returns
    -------
    str
        A ``<figure>`` element without any address to fetch.
    """
    spec = plain(spec)
    svg = _svg(spec)
    words = html.escape(describe(spec), quote=True)
    picture = base64.b64encode(svg.encode()).decode()
    still = f'<img alt="{words}" src="data:image/svg+xml;base64,{picture}">' if svg else f"<p>{words}</p>"
    data = _inside_script(json.dumps(spec, ensure_ascii=False, separators=(",", ":")))
    return (
        f'<figure class="{CHART_CLASS}" style="margin:1em 0;overflow-x:auto">{still}'
        f'<script type="application/json">{data}</script>'
        "<script>(window.songyuanCharts=window.songyuanCharts||[]).push(document.currentScript.parentNode)</script>"
        "</figure>"
    )


def describe(spec: dict[str, Any]) -> str:
    """Return the title of a chart in one line, for those who cannot see it."""
    title = spec.get("title", "")
    parts = [title.get("text", ""), title.get("subtitle", "")] if isinstance(title, dict) else [title]
    return (
        "。".join("".join(part) if isinstance(part, list) else str(part) for part in parts if part) or "图表"
    )


def mimebundle(spec: dict[str, Any], **_: object) -> dict[str, str]:
    """Return what a notebook stores for a chart: HTML that works offline, and the title as plain text."""
    return {"text/html": figure(spec), "text/plain": f"[图] {describe(spec)}"}


def _inside_script(data: str) -> str:
    # These two would end or upset the script element; in JSON they occur only inside strings.
    return data.replace("</", "\\u003c/").replace("<!--", "\\u003c!--")
