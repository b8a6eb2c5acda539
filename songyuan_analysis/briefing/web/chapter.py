"""One executed notebook as one chapter of the page."""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat

from songyuan_analysis.briefing.charts import offline
from songyuan_analysis.errors import UsageError

_HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.DOTALL)
_ANCHOR = re.compile(r'<a class="anchor-link".*?</a>', re.DOTALL)
_ID = re.compile(r'\bid="([^"]*)"')
_NOT_IN_ID = re.compile(r"[\s#\"'<>&%]+")
_TAG = re.compile(r"<[^>]+>")
# Python prints a warning between its file (temporary, or of this machine) and the line that it arose from.
_WARNING = re.compile(r"^\S+\.py:\d+: \w*Warning: (.*)\n(?:  .*\n?)?", re.MULTILINE)
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
# pandas names a styled table at random.
_STYLER = re.compile(r"\bT_[0-9a-f]{5}(?![0-9a-f])")
_NAMES = {"period": "报告期", "as_of": "数据发布截至"}
_PANDAS_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A line of the table of contents.

    Attributes
    ----------
    level : int
        2 for the chapter, 3 for its sections.
    anchor : str
        Identifier in the page.
    text : str
        Words without markup.
    """

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """A notebook rendered as HTML.

    Attributes
    ----------
    anchor : str
        Identifier of the chapter, from the name of the notebook.
    title : str
        Its first heading, or the name of the notebook.
    headings : tuple of Heading
        Sections for the table of contents.
    body : str
        HTML.
    """

    anchor: str
    title: str
    headings: tuple[Heading, ...]
    body: str


def read_chapter(path: Path, chapters: Sequence[str], used: set[str]) -> Chapter:
    """Render an executed notebook.

    Parameters
    ----------
    path : Path
        An executed ``.ipynb``.
    chapters : sequence of str
        Names of all notebooks of the page without suffix: links to them become links inside the page.
    used : set of str
        Identifiers that the page already has; grows by those of this chapter.

    Returns
    -------
    Chapter
        The chapter; equal outputs give equal text, whatever the kernel called its cells.

    Raises
    ------
    UsageError
        The notebook was not executed, or one of its cells failed.
    """
    notebook = nbformat.read(path, as_version=4)
    _refuse_unfinished(notebook.cells, path)
    writer = _Writer(path.stem, tuple(chapters), used)
    parameters = _parameters(notebook.cells)
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(writer.fold() + writer.markdown(cell.source, cell.get("attachments", {})))
        elif cell.cell_type == "code" and not _tags(cell) & {"parameters", "injected-parameters"}:
            parts.append(writer.code(cell))
    parts.append(writer.fold())
    title = writer.title or path.stem
    head = "" if writer.title else f"<h2>{escape(title)}</h2>"
    body = _after_first_heading(head + "\n".join(parts), parameters)
    return Chapter(path.stem, title, tuple(writer.headings), body)


def _refuse_unfinished(cells: Sequence[Any], path: Path) -> None:
    code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
    if code and not any(cell.outputs or cell.execution_count for cell in code):
        raise UsageError("这个笔记本还没有运行。", file=path.name, remedy="请先运行它，再生成网页。")
    for cell in code:
        for output in cell.outputs:
            if output.output_type == "error":
                raise UsageError(
                    f"笔记本中有一个单元运行出错：{output.ename}: {output.evalue}",
                    file=path.name,
                    remedy="请改正后重新运行；带着错误的笔记本不会进入网页。",
                )


def _tags(cell: Any) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _parameters(cells: Sequence[Any]) -> str:
    """Return the values that this run was given, in one line."""
    values: dict[str, object] = {}
    for cell in cells:
        if cell.cell_type == "code" and _tags(cell) & {"parameters", "injected-parameters"}:
            values |= _assignments(cell.source)
    # A place on the machine that made the page means nothing to its reader.
    shown = {name: value for name, value in values.items() if not _is_place(value)}
    if not shown:
        return ""
    listed = "；".join(
        f"{escape(_NAMES.get(name, name))} {escape(_printed(value))}" for name, value in shown.items()
    )
    return f'<p class="parameters">本次运行参数：{listed}</p>'


def _assignments(source: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for node in ast.parse(source).body:
        target: ast.expr | None = None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
        elif isinstance(node, ast.AnnAssign):
            target = node.target
        if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            try:
                found[target.id] = ast.literal_eval(node.value)
            except ValueError:
                found[target.id] = ast.unparse(node.value)
    return found


def _is_place(value: object) -> bool:
    return isinstance(value, str) and bool(re.match(r"\.{0,2}[/\\]|[A-Za-z]:[/\\]", value))


def _printed(value: object) -> str:
    if value is None or value == "":
        return "（未设）"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _after_first_heading(body: str, insert: str) -> str:
    end = body.find("</h2>")
    return body[: end + 5] + insert + body[end + 5 :] if end >= 0 else insert + body


class _Writer:
    """Renders cells and remembers the headings of the chapter."""

    def __init__(self, anchor: str, chapters: tuple[str, ...], used: set[str]) -> None:
        self.anchor = anchor
        self.chapters = chapters
        self.title = ""
        self.headings: list[Heading] = []
        self._used = used
        self._styled = 0
        self._folded: list[str] = []

    def markdown(self, source: str, attachments: Mapping[str, Mapping[str, str]]) -> str:
        from nbconvert.filters import markdown2html  # slow to import, and only a page needs it

        for name, bundle in attachments.items():
            kind, data = next(iter(bundle.items()))
            source = source.replace(f"attachment:{name}", f"data:{kind};base64,{data}")
        html = _HEADING.sub(self._heading, _ANCHOR.sub("", markdown2html(source)))
        html = re.sub(r'<a href="([^"]*)">(.*?)</a>', self._link, html, flags=re.DOTALL)
        return f'<div class="prose">{in_scroller(html)}</div>'

    def _heading(self, found: re.Match[str]) -> str:
        # The page has the one h1; the first heading of a notebook is that of its chapter.
        level = min(int(found[1]) + 1, 6)
        text = unescape(_TAG.sub("", found[3])).strip()
        if level == 2 and not self.title:
            self.title = text
            return f"<h2>{found[3]}</h2>"
        slug = _free(f"{self.anchor}-{re.sub(_NOT_IN_ID, '-', text)}", self._used)
        if level <= 3:
            self.headings.append(Heading(3, slug, text))
        return f'<h{max(level, 3)} id="{escape(slug)}">{found[3]}</h{max(level, 3)}>'

    def _link(self, found: re.Match[str]) -> str:
        target, words = unquote(unescape(found[1])), found[2]
        if target.startswith("#"):
            return f'<a href="#{escape(self.anchor)}-{escape(target[1:])}">{words}</a>'
        notebook = re.fullmatch(r"(?:\./)?([^/#]+)\.ipynb(?:#(.*))?", target)
        if notebook is None:
            return found[0]
        if notebook[1] not in self.chapters:
            return words
        return f'<a href="#{escape("-".join(part for part in notebook.groups() if part))}">{words}</a>'

    def code(self, cell: Any) -> str:
        if cell.source.strip() and not _tags(cell) & {"hide-input", "remove-input"}:
            self._folded.append(cell.source)
        if _tags(cell) & {"hide-output", "remove-output"}:
            return ""
        shown = "\n".join(filter(None, map(self._output, cell.outputs)))
        return self.fold() + shown if shown else ""

    def fold(self) -> str:
        """Return the code since the last output, folded away."""
        if not self._folded:
            return ""
        from nbconvert.filters import Highlight2HTML

        source = "\n\n".join(self._folded)
        self._folded.clear()
        coloured = Highlight2HTML(pygments_lexer="ipython3")(source)
        return f'<details class="code"><summary>代码</summary>{coloured}</details>\n'

    def _output(self, output: Any) -> str:
        if output.output_type == "stream":
            return _printed_text(output.text, "notice" if output.name == "stderr" else "text")
        data = output.get("data", {})
        if "text/html" in data:
            return self._html(data["text/html"])
        if "text/markdown" in data:
            return self.markdown(data["text/markdown"], {})
        for kind in ("image/svg+xml", "image/png", "image/jpeg"):
            if kind in data:
                raw = data[kind]
                coded = (
                    base64.b64encode(raw.encode()).decode() if kind.endswith("xml") else raw.replace("\n", "")
                )
                return f'<figure><img alt="" src="data:{kind};base64,{coded}"></figure>'
        return _printed_text(data.get("text/plain", ""), "text")

    def _html(self, html: str) -> str:
        if offline.LOADER_MARK in html:
            return ""  # the page carries the library once, at its end
        if offline.CHART_CLASS in html:
            return html
        self._styled += 1
        html = _STYLER.sub(f"T_{self.anchor}_{self._styled}", _PANDAS_STYLE.sub("", html))
        return f'<div class="output">{in_scroller(unique_ids(html, self._used))}</div>'


def in_scroller(html: str) -> str:
    """Put each table into a box of its own that scrolls sideways on a narrow screen."""
    return re.sub(
        r"<table\b.*?</table>",
        lambda found: f'<div class="scroll">{found[0]}</div>',
        html,
        flags=re.DOTALL,
    )


def _printed_text(text: str, kind: str) -> str:
    from nbconvert.filters import strip_ansi

    clean = strip_ansi(text)
    clean = _ADDRESS.sub("", _WARNING.sub(r"提示：\1\n", clean)).strip("\n")
    return f'<pre class="{kind}">{escape(clean)}</pre>' if clean else ""


def unique_ids(html: str, used: set[str]) -> str:
    """Give each identifier that the page already has a number, so that no two elements share one.

    Parameters
    ----------
    html : str
        A part of the page.
    used : set of str
        Identifiers of the page so far; grows.

    Returns
    -------
    str
        The part with its own identifiers, and its inner references following them.
    """
    for name in dict.fromkeys(_ID.findall(html)):
        new = _free(name, used)
        if new != name:
            html = re.sub(rf'(\bid="|#){re.escape(name)}(?![\w-])', rf"\g<1>{new}", html)
    return html


def _free(name: str, used: set[str]) -> str:
    """Return the name, with a number if it is taken, and take it."""
    free, number = name, 2
    while free in used:
        free, number = f"{name}-{number}", number + 1
    used.add(free)
    return free
