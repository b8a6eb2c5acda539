"""Executed notebooks as one HTML file that works without any network."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from html import escape
from importlib import resources
from pathlib import Path
from string import Template

from songyuan_analysis.briefing.charts import offline
from songyuan_analysis.briefing.web import sealed
from songyuan_analysis.briefing.web.chapter import Chapter, in_scroller, read_chapter, unique_ids
from songyuan_analysis.errors import UsageError

_STYLE = re.compile(r"<style[^>]*>.*?</style>\s*", re.DOTALL)
_FRONT = "front"


def write_report(
    notebooks: Sequence[Path], path: Path, *, title: str, subtitle: str = "", front: str = ""
) -> Path:
    """Write executed notebooks as one page: contents, one chapter each, live charts, code folded away.

    The file holds all that it shows. Equal inputs give equal bytes: neither time, nor machine, nor the
    numbers that a kernel gives to its cells are in it.

    Parameters
    ----------
    notebooks : sequence of Path
        Executed notebooks in the order of the chapters; their names become anchors.
    path : Path
        The ``.html`` file; replaced as a whole when it is complete.
    title, subtitle : str
        Heading of the page.
    front : str
        HTML that stands before the first chapter, such as the table of main indicators.

    Returns
    -------
    Path
        The written file.

    Raises
    ------
    UsageError
        Two notebooks have one name, one was not executed or failed, or an output would need the network.
    """
    names = [notebook.stem for notebook in notebooks]
    if len(set(names)) != len(names):
        raise UsageError("有两个笔记本同名，网页中的章节无法区分。", remedy="请改名后再生成。")
    used = {_FRONT, *names}
    opening = in_scroller(unique_ids(front, used))
    _refuse_fetching(opening, "front")
    chapters = []
    for notebook in notebooks:
        chapter = read_chapter(notebook, names, used)
        _refuse_fetching(chapter.body, notebook.name)
        chapters.append(chapter)
    parts = [f'<section id="{_FRONT}">\n{opening}\n</section>'] if front else []
    parts += [f'<section id="{escape(c.anchor)}">\n{c.body}\n</section>' for c in chapters]
    body = _styles_once("\n".join(parts))
    page = Template(_asset("page.html")).substitute(
        title=escape(title),
        subtitle=f"<p>{escape(subtitle)}</p>" if subtitle else "",
        style=_asset("page.css").strip(),
        contents=_contents(chapters, with_front=bool(front)),
        body=body,
        library=offline.loader() if offline.CHART_CLASS in body else "",
    )
    _write(path, page)
    return path


def _refuse_fetching(html: str, name: str) -> None:
    addresses = sealed.fetched(html)
    if addresses:
        raise UsageError(
            f"有内容要从别处取来才能显示：{addresses[0][:120]}",
            file=name,
            remedy="图表请在笔记本第一个代码单元先运行 charts.use_theme()；图片请直接嵌入笔记本。",
        )


def _contents(chapters: Sequence[Chapter], *, with_front: bool) -> str:
    items = [f'<li><a href="#{_FRONT}">主要指标</a></li>'] if with_front else []
    for chapter in chapters:
        inner = "".join(
            f'<li><a href="#{escape(heading.anchor)}">{escape(heading.text)}</a></li>'
            for heading in chapter.headings
        )
        items.append(
            f'<li><a href="#{escape(chapter.anchor)}">{escape(chapter.title)}</a>'
            f"{f'<ol>{inner}</ol>' if inner else ''}</li>"
        )
    return f"<ol>{''.join(items)}</ol>"


def _styles_once(html: str) -> str:
    """Keep the first of equal style sheets: each table brings its own along."""
    seen: set[str] = set()

    def keep(found: re.Match[str]) -> str:
        fresh = found[0] not in seen
        seen.add(found[0])
        return found[0] if fresh else ""

    return _STYLE.sub(keep, html)


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A reader never sees half a page: the new file takes the place of the old one at once.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
