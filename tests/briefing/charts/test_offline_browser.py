"""A real browser with the network off shows every chart and asks for nothing."""

# nbformat has no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from songyuan_analysis.briefing import charts
from songyuan_analysis.briefing.charts import fonts, offline
from songyuan_analysis.briefing.web.report import write_report

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
BROWSER = next((found for name in BROWSERS if (found := shutil.which(name))), "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BROWSER, reason=f"没有浏览器（找过 {'、'.join(BROWSERS)}），无法验证离线页面"),
    pytest.mark.skipif(not fonts.chinese_face(), reason="本机没有中文字体，图表没有静态图片"),
]


def figures() -> list[str]:
    """Return three charts as a notebook stores them."""
    years = ["2022年", "2023年", "2024年"]
    frame = pd.DataFrame({"period": years, "value": [-3.0, 5.4, 3.8]})
    against = pd.DataFrame({"category": ["增速", "投资"], "value": [3.8, 6.3], "target": [6.5, None]})
    made = [
        charts.trend(frame, title="甲", unit="%"),
        charts.columns(frame, title="乙", unit="%"),
        charts.versus(against, title="丙", unit="%"),
    ]
    return [offline.figure(offline.spec_of(chart)) for chart in made]


def browse(page: Path, folder: Path) -> tuple[str, list[str]]:
    """Return the document after its scripts ran, and the addresses that the browser asked the network for."""
    log = folder / "net.json"
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        f"--user-data-dir={folder / 'profile'}",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--log-net-log={log}",
        "--virtual-time-budget=10000",
        "--dump-dom",
        page.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    text = log.read_text(encoding="utf-8").rstrip().rstrip(",")
    # A browser that leaves in a hurry does not close its log.
    record = json.loads(text if text.endswith("}") and '"polledData"' in text else text.rstrip("]}") + "]}")
    # The browser also asks for updates of its own; those requests have no origin, those of the page have one.
    asked = [
        event["params"]["url"]
        for event in record["events"]
        if event.get("params", {}).get("initiator", "not an origin") != "not an origin"
    ]
    return done.stdout, [url for url in asked if re.match(r"(https?|wss?)://", url)]


def test_the_browser_would_be_caught_asking(tmp_path: Path) -> None:
    """Check that the log of requests does see a request: the other tests could not fail otherwise."""
    page = tmp_path / "asking.html"
    page.write_text('<img src="https://example.invalid/a.png">', encoding="utf-8")
    assert browse(page, tmp_path)[1]


def test_the_report_shows_every_chart_without_a_network(tmp_path: Path) -> None:
    """Check the page: all charts are drawn by Vega, all still pictures are put away, nothing is asked for."""
    outputs = [new_output("display_data", data={"text/html": html}) for html in figures()]
    notebook = new_notebook(cells=[new_code_cell("x", outputs=outputs, execution_count=1)])
    nbformat.write(notebook, tmp_path / "a.ipynb")
    page = write_report([tmp_path / "a.ipynb"], tmp_path / "page.html", title="经济运行分析")
    document, asked = browse(page, tmp_path)
    assert asked == []
    assert len(re.findall(r'<svg[^>]*class="marks"', document)) == 3
    assert len(re.findall(r'<img[^>]*style="display: none', document)) == 3
    assert "另存为 SVG" in document
    assert "vega.github.io/editor" not in re.sub(r"<script.*?</script>", "", document, flags=re.DOTALL)


def test_without_scripts_the_still_pictures_stay(tmp_path: Path) -> None:
    """Check that a reader who forbids scripts sees every chart."""
    page = tmp_path / "still.html"
    forbidden = """<meta http-equiv="Content-Security-Policy" content="script-src 'none'">"""
    page.write_text(
        f'<meta charset="utf-8">{forbidden}{offline.loader()}{"".join(figures())}', encoding="utf-8"
    )
    document, asked = browse(page, tmp_path)
    assert asked == []
    assert document.count('src="data:image/svg+xml;base64,') == 3
    assert 'class="marks"' not in document
    assert not re.findall(r'<img[^>]*style="display: none', document)


@pytest.mark.parametrize("order", ["loader first", "loader last", "loader twice"])
def test_charts_come_alive_in_separate_outputs(tmp_path: Path, order: str) -> None:
    """Check a notebook front end: each output is put into the page later, its scripts run one by one."""
    outputs = figures()
    outputs = {
        "loader first": [offline.loader(), *outputs],
        "loader last": [*outputs, offline.loader()],
        "loader twice": [offline.loader(), outputs[0], offline.loader(), *outputs[1:]],
    }[order]
    page = tmp_path / "lab.html"
    data = json.dumps(outputs).replace("</", "<\\/")
    # JupyterLab sets the HTML of an output and then replaces each script by a fresh one, so that it runs.
    page.write_text(
        '<meta charset="utf-8"><body><script>'
        f"const outputs = {data};"
        "for (const html of outputs) {"
        " const cell = document.createElement('div'); cell.innerHTML = html; document.body.append(cell);"
        " for (const old of cell.querySelectorAll('script')) {"
        "  const fresh = document.createElement('script');"
        "  for (const a of old.attributes) fresh.setAttribute(a.name, a.value);"
        "  fresh.textContent = old.textContent; old.parentNode.replaceChild(fresh, old); } }"
        "</script></body>",
        encoding="utf-8",
    )
    document, asked = browse(page, tmp_path)
    assert asked == []
    assert len(re.findall(r'<svg[^>]*class="marks"', document)) == 3
