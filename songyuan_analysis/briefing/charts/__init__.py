"""The charts of notebooks and briefings: one call to set them up, then one verb for each purpose."""

from __future__ import annotations

import altair as alt

from songyuan_analysis.briefing import theme
from songyuan_analysis.briefing.charts import offline
from songyuan_analysis.briefing.charts.bars import columns, structure
from songyuan_analysis.briefing.charts.lines import scenario, trend
from songyuan_analysis.briefing.charts.offline import to_png, to_svg
from songyuan_analysis.briefing.charts.rows import ranking, versus
from songyuan_analysis.briefing.charts.states import states

__all__ = [
    "columns",
    "ranking",
    "scenario",
    "states",
    "structure",
    "to_png",
    "to_svg",
    "trend",
    "use_theme",
    "versus",
]


def use_theme() -> None:
    """Make Altair draw in the house look and without any network, in this session.

    Call it in the first code cell of a notebook: its output carries the drawing library, and every chart
    after it is stored as a static picture that this library makes live.
    """
    # The theme is data of our own; Altair types it key by key.
    alt.theme.register(theme.NAME, enable=True)(lambda: alt.theme.ThemeConfig(config=theme.config()))  # type: ignore[typeddict-item]
    alt.renderers.register(theme.NAME, offline.mimebundle)
    alt.renderers.enable(theme.NAME)
    _show(offline.loader())


def _show(loader: str) -> None:
    # Outside a notebook there is nobody to show it to.
    try:
        from IPython import display, get_ipython
    except ModuleNotFoundError:
        return
    if get_ipython() is not None:
        display.display(display.HTML(loader))
