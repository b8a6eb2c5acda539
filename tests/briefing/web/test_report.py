"""The page: chapters, contents, folded code, one library, equal bytes, and no way out to a network."""

# nbformat has no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from songyuan_analysis.briefing.web import sealed
from songyuan_analysis.briefing.web.report import write_report
from songyuan_analysis.errors import UsageError

SETUP = "import pandas as pd\nfrom songyuan_analysis.briefing import charts\ncharts.use_theme()"
CHART = (
    'frame = pd.DataFrame({"period": ["2023年", "2024年"], "value": [5.4, 3.8]})\n'
    'charts.trend(frame, title="增速", unit="%", source="统计公报")'
)


def markdown(text: str) -> Any:
    """Return a cell of words."""
    return new_markdown_cell(text)


def code(source: str, *outputs: Any, tags: tuple[str, ...] = (), count: int | None = 1) -> Any:
    """Return an executed cell of code."""
    return new_code_cell(source, outputs=list(outputs), execution_count=count, metadata={"tags": list(tags)})


def shown(**data: str) -> Any:
    """Return an output by kind, such as ``html="…"``."""
    kinds = {"html": "text/html", "plain": "text/plain", "png": "image/png", "svg": "image/svg+xml"}
    return new_output("display_data", data={kinds[kind]: text for kind, text in data.items()})


def save(folder: Path, name: str, *cells: Any) -> Path:
    """Write a notebook of these cells."""
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def page(folder: Path, *notebooks: Path, **words: str) -> str:
    """Return the text of the page of these notebooks."""
    written = write_report(list(notebooks), folder / "page.html", **{"title": "经济运行分析", **words})
    return written.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a notebook of two code cells that a kernel has run."""
    folder = tmp_path_factory.mktemp("executed")
    notebook = new_notebook(
        cells=[markdown("# 地区生产总值\n\n## 增速"), new_code_cell(SETUP), new_code_cell(CHART)]
    )
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    path = folder / "01_gdp.ipynb"
    nbformat.write(notebook, path)
    return path


def test_an_executed_notebook_becomes_a_page_of_its_own(executed: Path, tmp_path: Path) -> None:
    """Check a real notebook: words, chart and library are in one file that asks for nothing."""
    html = page(tmp_path, executed, subtitle="2024年", front="<p>摘要</p>")
    assert html.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert '<meta charset="utf-8">' in html
    assert sealed.fetched(html) == []
    assert html.count("<figure") == html.count('alt="增速。单位：%"') == 1
    assert html.count("songyuan-charts-loader") == 1
    assert "default-src 'none'" in html
    assert "<p>摘要</p>" in html
    assert "require.min.js" not in html
    assert "mathjax" not in html.lower()
    assert len(html) < 1_200_000


def test_two_notebooks_share_one_library(executed: Path, tmp_path: Path) -> None:
    """Check that the loader of each notebook is dropped and the page has one, after all charts."""
    second = tmp_path / "02_again.ipynb"
    second.write_bytes(executed.read_bytes())
    html = page(tmp_path, executed, second)
    assert html.count("songyuan-charts-loader") == 1
    assert html.rindex("</figure>") < html.index("songyuan-charts-loader")


def test_a_page_without_charts_carries_no_library(tmp_path: Path) -> None:
    """Check that a page of words stays small."""
    assert len(page(tmp_path, save(tmp_path, "a", markdown("# 甲")))) < 20_000


def test_equal_outputs_give_equal_bytes(executed: Path, tmp_path: Path) -> None:
    """Check that names of cells, their numbers and their times do not reach the page."""
    notebook = nbformat.read(executed, as_version=4)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"other-{number}"
        if cell.cell_type == "code":
            cell["execution_count"] = 70 + number
            cell["metadata"]["execution"] = {"iopub.execute_input": f"2030-01-01T00:00:0{number}Z"}
            for output in cell.outputs:
                if "execution_count" in output:
                    output["execution_count"] = 70 + number
    notebook.metadata["papermill"] = {"duration": 3.14, "start_time": "2030-01-01"}
    (tmp_path / "other").mkdir()
    again = tmp_path / "other" / executed.name
    nbformat.write(notebook, again)
    assert page(tmp_path, executed) == page(tmp_path, again)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (shown(plain="<Foo object at 0x7f0123456789>"), shown(plain="<Foo object at 0x7fabcdef0123>")),
        (
            new_output(
                "stream", name="stderr", text="/tmp/ipykernel_11/22.py:3: UserWarning: 只有增速\n  warn()\n"
            ),
            new_output(
                "stream", name="stderr", text="C:\\x\\ipykernel_1\\2.py:9: UserWarning: 只有增速\n  warn()\n"
            ),
        ),
        (
            shown(
                html='<style>#T_0a1b2 td{color:red}</style><table id="T_0a1b2"><tr><td>1</td></tr></table>'
            ),
            shown(
                html='<style>#T_ffeed td{color:red}</style><table id="T_ffeed"><tr><td>1</td></tr></table>'
            ),
        ),
    ],
    ids=["address", "warning", "styled table"],
)
def test_what_differs_from_run_to_run_is_left_out(tmp_path: Path, one: Any, other: Any) -> None:
    """Check that addresses, kernel files and random names give equal bytes."""
    first = page(tmp_path, save(tmp_path, "a", code("x", one)))
    assert page(tmp_path, save(tmp_path, "a", code("x", other))) == first
    assert "ipykernel" not in first


def test_a_warning_keeps_its_words(tmp_path: Path) -> None:
    """Check that a reader sees what was warned of, without the file of the kernel."""
    warned = new_output(
        "stream", name="stderr", text="/tmp/ipykernel_1/2.py:3: UserWarning: 只有增速\n  warn()\n"
    )
    html = page(tmp_path, save(tmp_path, "a", code("x", warned)))
    assert '<pre class="notice">提示：只有增速</pre>' in html


def test_an_unexecuted_notebook_is_refused(tmp_path: Path) -> None:
    """Check that code without results does not become a page."""
    with pytest.raises(UsageError, match="还没有运行") as refusal:
        page(tmp_path, save(tmp_path, "a", code("1 + 1", count=None)))
    assert refusal.value.file == "a.ipynb"


def test_a_failed_notebook_is_refused(tmp_path: Path) -> None:
    """Check that an error in a cell stops the page and is told."""
    failed = new_output("error", ename="PeriodError", evalue="看不懂的时期", traceback=[])
    with pytest.raises(UsageError, match="PeriodError: 看不懂的时期"):
        page(tmp_path, save(tmp_path, "a", code("x", failed)))


@pytest.mark.parametrize(
    "html",
    ['<script src="https://cdn.example.com/vega@6"></script>', '<img src="a.png">', '<link href="a.css">'],
)
def test_an_output_that_needs_the_network_is_refused(tmp_path: Path, html: str) -> None:
    """Check that Altair's own renderer, and files beside the page, are refused with the remedy."""
    with pytest.raises(UsageError, match=r"charts\.use_theme") as refusal:
        page(tmp_path, save(tmp_path, "a", code("x", shown(html=html))))
    assert refusal.value.file == "a.ipynb"


def test_a_refused_page_leaves_the_old_one(tmp_path: Path) -> None:
    """Check that a failing run does not damage what was there."""
    (tmp_path / "page.html").write_text("旧的", encoding="utf-8")
    with pytest.raises(UsageError):
        page(tmp_path, save(tmp_path, "a", code("x", shown(html='<img src="a.png">'))))
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "旧的"


def test_an_interrupted_write_leaves_the_old_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that the new page takes its place at once or not at all."""
    notebook = save(tmp_path, "a", markdown("# 甲"))
    (tmp_path / "page.html").write_text("旧的", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        page(tmp_path, notebook)
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "旧的"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.ipynb", "page.html"]


def test_two_notebooks_of_one_name_are_refused(tmp_path: Path) -> None:
    """Check that chapters cannot share an anchor."""
    notebook = save(tmp_path, "a", markdown("# 甲"))
    with pytest.raises(UsageError, match="同名"):
        page(tmp_path, notebook, notebook)


def test_code_is_folded_with_what_follows_it(tmp_path: Path) -> None:
    """Check that cells without output share one fold, which stands before the next output."""
    notebook = save(
        tmp_path, "a", code("first = 1"), code("second = 2", shown(html="<b>结果</b>")), code("third = 3")
    )
    html = page(tmp_path, notebook)
    folds = re.findall(r'<details class="code"><summary>代码</summary>(.*?)</details>', html, re.DOTALL)
    assert len(folds) == 2
    assert "first" in folds[0]
    assert "second" in folds[0]
    assert html.index("second") < html.index("<b>结果</b>") < html.index("third")


def test_tags_hide_code_and_output(tmp_path: Path) -> None:
    """Check the usual tags."""
    secret = code("hidden_code", shown(html="<b>显示</b>"), tags=("hide-input",))
    silent = code("shown_code", shown(html="<b>隐藏</b>"), tags=("hide-output",))
    html = page(tmp_path, save(tmp_path, "a", secret, silent))
    assert "hidden_code" not in html
    assert "<b>显示</b>" in html
    assert "shown_code" in html
    assert "隐藏" not in html


def test_parameters_are_told_in_words_and_without_places_of_the_machine(tmp_path: Path) -> None:
    """Check that injected values win, known names are Chinese, and paths stay out."""
    html = page(
        tmp_path,
        save(
            tmp_path,
            "a",
            markdown("# 甲"),
            code('period = "2023"  # 或 2024Q2\nas_of = ""\nraw = "../data"', tags=("parameters",)),
            code('# Parameters\nperiod = "2024"\nraw = "/srv/data"\nn = 3', tags=("injected-parameters",)),
        ),
    )
    assert '<p class="parameters">本次运行参数：报告期 2024；数据发布截至 （未设）；n 3</p>' in html
    assert "/srv" not in html
    assert "# Parameters" not in html


def test_contents_lead_to_every_chapter_and_section(tmp_path: Path) -> None:
    """Check that every link inside the page has its target, and no identifier comes twice."""
    one = save(
        tmp_path,
        "a",
        markdown("# 甲\n\n## 总体\n\n## 总体\n\n见[下](#总体)、[乙](b.ipynb#总体)、[丙](c.ipynb)"),
    )
    two = save(tmp_path, "b", markdown("# 乙\n\n## 总体"), code("x", shown(html='<table id="t"></table>')))
    html = page(tmp_path, one, two, front='<table id="t"></table>')
    reader = Anchors()
    reader.feed(html)
    assert len(reader.ids) == len(set(reader.ids))
    assert set(reader.links) <= set(reader.ids)
    assert {"front", "a", "a-总体", "a-总体-2", "b", "b-总体"} <= set(reader.links)
    assert "c.ipynb" not in html
    assert [int(level) for level in re.findall(r"<h(\d)", html)] == [1, 2, 3, 3, 2, 3]


class Anchors(HTMLParser):
    """Collects identifiers and inner links."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the identifier and the inner link of a tag."""
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "href" and (value or "").startswith("#"):
                self.links.append((value or "")[1:])


def test_tables_scroll_and_bring_their_style_once(tmp_path: Path) -> None:
    """Check that each table has its own scroll box, and equal style sheets are kept once."""
    table = "<style>.sy-table{margin:1em}</style><table class='sy-table'><tr><td>1</td></tr></table>"
    html = page(tmp_path, save(tmp_path, "a", code("x", shown(html=table), shown(html=table))))
    assert html.count('<div class="scroll"><table') == 2
    assert html.count(".sy-table{margin:1em}") == 1


def test_pictures_are_embedded(tmp_path: Path) -> None:
    """Check that pictures of other libraries and pasted ones stand in the page."""
    pasted = markdown("![图](attachment:a.png)")
    pasted["attachments"] = {"a.png": {"image/png": "QUJD"}}
    html = page(tmp_path, save(tmp_path, "a", pasted, code("x", shown(png="QUJD\n"), shown(svg="<svg/>"))))
    assert html.count('src="data:image/png;base64,QUJD"') == 2
    assert 'src="data:image/svg+xml;base64,PHN2Zy8+"' in html


def test_text_outputs_are_escaped(tmp_path: Path) -> None:
    """Check that printed text stays text."""
    html = page(
        tmp_path, save(tmp_path, "a", code("x", new_output("stream", name="stdout", text="a < b & <c>\n")))
    )
    assert '<pre class="text">a &lt; b &amp; &lt;c&gt;</pre>' in html


def test_titles_are_escaped(tmp_path: Path) -> None:
    """Check that the words of the page cannot become markup."""
    html = page(tmp_path, save(tmp_path, "a", markdown("正文")), title="甲 & <乙>", subtitle="<丙> $x")
    assert "<title>甲 &amp; &lt;乙&gt;</title>" in html
    assert "<p>&lt;丙&gt; $x</p>" in html
    assert "<h2>a</h2>" in html  # a notebook without heading is named after its file
