"""Charts in a notebook: the look, the fonts, and outputs that need no network."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import altair as alt
import pandas as pd
import pytest

from songyuan_analysis.briefing import charts, theme
from songyuan_analysis.briefing.charts import fonts, offline


def test_font_list_ends_in_a_chinese_face_and_a_generic_one() -> None:
    """Check the order that keeps vl-convert from erasing texts."""
    assert theme.FONTS[-1] == "sans-serif"
    assert {"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei"} <= set(theme.FONTS)
    assert theme.config()["font"] == ", ".join(theme.FONTS)


def test_a_face_that_is_not_there_is_seen_to_be_missing() -> None:
    """Check that the test of fonts by ink can fail."""
    assert not fonts.visible("没有这种字体")
    if fonts.chinese_face():
        assert fonts.visible(fonts.chinese_face())


def test_without_a_chinese_face_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that a chart without readable words is left out with a warning, and described in words."""
    monkeypatch.setattr(fonts, "chinese_face", lambda: "")
    with pytest.warns(UserWarning, match="没有中文字体"):
        figure = offline.figure(offline.spec_of(bar()))
    assert "<img" not in figure
    assert "<p>地区生产总值增速。松原市　单位：%</p>" in figure


def bar(label: str = "2024年") -> alt.VConcatChart:
    """Return the smallest chart."""
    frame = pd.DataFrame({"period": [label], "value": [3.8]})
    return charts.columns(frame, title="地区生产总值增速", subtitle="松原市", unit="%")


@pytest.fixture
def _altair_as_it_was() -> Iterator[None]:
    yield
    alt.theme.enable("default")
    alt.renderers.enable("default")


def test_importing_changes_nothing() -> None:
    """Check that Altair keeps its own look until use_theme is called."""
    code = (
        "import altair as alt; before = (alt.theme.active, alt.renderers.active);"
        "from songyuan_analysis.briefing import charts;"
        "assert (alt.theme.active, alt.renderers.active) == before;"
        "charts.use_theme();"
        "assert (alt.theme.active, alt.renderers.active) == ('songyuan', 'songyuan')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.usefixtures("_altair_as_it_was")
def test_any_altair_chart_is_shown_offline() -> None:
    """Check that a chart which an analyst writes himself gets the same look and the same output."""
    charts.use_theme()
    own = (
        alt.Chart(pd.DataFrame({"x": ["甲"], "y": [1]}))
        .mark_bar()
        .encode(x="x:N", y="y:Q")
        .properties(title="自绘")
    )
    bundle = own._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "[图] 自绘"
    assert "http" not in bundle["text/html"]
    assert theme.FONT in bundle["text/html"]


def test_the_data_of_a_chart_cannot_end_its_script() -> None:
    """Check that a label with markup stays data, and arrives unchanged."""
    nasty = "</script><b>&\"'<!-- "
    figure = offline.figure(
        offline.spec_of(charts.columns(pd.DataFrame({"period": [nasty], "value": [1]}), title="图"))
    )
    data = re.findall(r'<script type="application/json">(.*?)</script>', figure, re.DOTALL)[0]
    assert nasty in json.dumps(json.loads(data), ensure_ascii=False).replace('\\"', '"')
    assert figure.count("</script>") == 2


def test_the_library_may_come_twice() -> None:
    """Check that the loader is one script whose names stay inside."""
    loader = offline.loader()
    assert loader.startswith('<script class="songyuan-charts-loader">(function(){if(window.songyuanCharts')
    assert loader.endswith("})();</script>")
    assert loader.lower().count("</script") == 1
