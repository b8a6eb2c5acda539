"""Processed parts to ``reports/PERIOD``: briefing, executed notebooks, one offline HTML page, manifest.

Everything is written into a folder beside the final one and moved into place when it is complete, so that a
report is either the old one or the new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from songyuan_analysis import __version__
from songyuan_analysis.briefing.compose import briefing
from songyuan_analysis.briefing.excel.workbook import write_workbook
from songyuan_analysis.briefing.view import View, open_view
from songyuan_analysis.briefing.web.report import write_report
from songyuan_analysis.briefing.web.table_html import table_html
from songyuan_analysis.errors import BriefingError, UsageError
from songyuan_analysis.observations.corrections import register_of
from songyuan_analysis.observations.sources import card_path
from songyuan_analysis.pipeline import Progress, workbooks

MANIFEST = "manifest.json"
_PACKAGES = (
    "altair",
    "nbconvert",
    "pandas",
    "papermill",
    "pyarrow",
    "python-calamine",
    "vl-convert-python",
    "XlsxWriter",
)


@dataclass(frozen=True)
class Published:
    """What a report consists of.

    Attributes
    ----------
    folder : Path
        Where it stands.
    files : tuple of str
        Names relative to the folder.
    gaps : tuple of str
        What was not published and is therefore not in it.
    """

    folder: Path
    files: tuple[str, ...]
    gaps: tuple[str, ...]


def publish(
    period: str,
    *,
    raw: Path,
    processed: Path,
    reports: Path,
    notebooks: Path,
    lights: str = "",
    progress: Progress | None = None,
) -> Published:
    """Write the report of a period.

    Parameters
    ----------
    period : str
        ``2024``, ``2024Q2`` or ``2025H1``; the folder is named after it.
    raw, processed, reports, notebooks : Path
        The project's folders.
    lights : str, optional
        Rules of traffic lights, by name or file; none without it.
    progress : callable, optional
        Called with what is being done, how many steps are done, and how many there are.

    Raises
    ------
    SongyuanError
        If the period, the plan or the data are bad; the old report then still stands.
    """
    view = open_view(period, processed=processed, raw=raw, lights=lights)
    sources = sorted(notebooks.glob("[0-9]*.ipynb"))
    if not sources:
        raise UsageError("没有找到分析笔记本。", file=str(notebooks), remedy="在项目文件夹里运行本命令。")
    tell = _counter(progress, total=len(sources) + 3)
    content = briefing(view)
    with _replacing(reports / period) as folder:
        tell("写 Excel 简报")
        write_workbook(content, folder / f"{content.title}.xlsx")
        jobs = [
            (source, folder / "notebooks" / source.name, period, raw, processed, lights) for source in sources
        ]
        executed = []
        # Processes, not threads: papermill changes the working directory while a notebook runs.
        with ProcessPoolExecutor(_at_once(), mp_context=get_context("spawn")) as pool:
            for path in pool.map(run_notebook, *zip(*jobs, strict=True)):
                tell(f"执行笔记本 {path.name}")
                executed.append(path)
        tell("写 HTML 报告")
        front = "".join(f"<p>{_escape(p)}</p>" for p in content.chapters[0].paragraphs)
        front += "".join(table_html(table) for table in content.chapters[0].tables)
        write_report(
            executed,
            folder / f"{content.title}.html",
            title=content.title,
            subtitle=content.subtitle,
            front=front,
        )
        tell("写清单")
        _write_manifest(folder, view, period, raw, sources, lights)
        files = tuple(sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()))
    return Published(reports / period, files, content.gaps)


def run_notebook(
    source: Path, target: Path, period: str, raw: Path, processed: Path, lights: str = ""
) -> Path:
    """Execute one notebook through papermill with the period and the folders as its parameters.

    The folders are handed over relative to the notebook's own, so that no path of this machine is stored.

    Raises
    ------
    BriefingError
        Naming the notebook and its error, if a cell fails.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    home = source.parent.resolve()
    parameters = {
        "period": period,
        "processed": Path(os.path.relpath(processed.resolve(), home)).as_posix(),
        "raw": Path(os.path.relpath(raw.resolve(), home)).as_posix(),
    }
    if lights and "lights" in papermill.inspect_notebook(str(source)):
        own = Path(os.path.relpath(Path(lights).resolve(), home)).as_posix()
        parameters["lights"] = own if Path(lights).suffix == ".toml" else lights
    target.parent.mkdir(parents=True, exist_ok=True)
    # Papermill reports every cell through logging; the terminal has a progress bar for that.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        papermill.execute_notebook(
            str(source),
            str(target),
            parameters=parameters,
            cwd=str(home),
            progress_bar=False,
            kernel_name="python3",
            # The kernel warns on every start that it listens on the loopback address, and calls the interrupt that
            # comes before its shutdown an error; nobody can act on either. What a cell raises is not logged here.
            extra_arguments=["--IPKernelApp.log_level=50"],
        )
    except PapermillExecutionError as error:
        raise BriefingError(
            f"笔记本执行失败：{error.ename}: {error.evalue}",
            file=source.name,
            cell=f"第{error.exec_count}个代码单元",
            remedy="用 songyuan lab 打开这个笔记本，运行到出错的单元查看。",
        ) from None
    _forget_the_run(target)
    return target


def _at_once() -> int:
    """How many notebooks run side by side: a kernel and its driver keep about one core busy."""
    return max(1, min(4, os.cpu_count() or 1))


def _forget_the_run(path: Path) -> None:
    """Take times and paths of the run out of an executed notebook: equal inputs give equal files."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"].pop("papermill", None)
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] = {k: v for k, v in cell["metadata"].items() if k == "tags"}
        cell["id"] = f"cell-{number:02d}"
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_manifest(
    folder: Path, view: View, period: str, raw: Path, notebooks: list[Path], lights: str
) -> None:
    books = workbooks(raw)
    registers = [raw / "breaks.toml", register_of(raw), *([view.plan.path] if view.plan else [])]
    found = [p for p in (*books, *map(card_path, books), *registers) if p.exists()]
    inputs = {p.relative_to(raw).as_posix(): p for p in found}
    parameters = {"area": view.area, "period": view.period_text}
    if lights:
        own = Path(lights)
        parameters["lights"] = own.name if own.suffix == ".toml" else lights
        inputs |= {own.name: own} if own.suffix == ".toml" else {}
    manifest = {
        "period": period,
        "parameters": parameters,
        "inputs": _digests(inputs),
        "notebooks": _digests({p.name: p for p in notebooks}),
        "outputs": _digests({p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}),
        "versions": {"songyuan_analysis": __version__, **{name: version(name) for name in _PACKAGES}},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _digests(files: Mapping[str, Path]) -> dict[str, str]:
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(files.items())}


@contextlib.contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write into; it takes the place of the old one only if nothing went wrong."""
    fresh, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    try:
        _restore(old, folder)  # what a run left that was killed between its two renames
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh.mkdir(parents=True)
        yield fresh
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except PermissionError as error:
        raise BriefingError(
            "报告文件夹正被别的程序占用，或没有写入权限。",
            file=str(folder),
            remedy="关闭打开着的简报（Excel、WPS、浏览器）再试。",
        ) from error
    except OSError as error:
        raise BriefingError(
            f"报告写不进去（{error.strerror or error}）。",
            file=str(folder),
            remedy="检查磁盘空间和文件夹再试。",
        ) from error
    finally:
        _restore(old, folder)
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _restore(old: Path, folder: Path) -> None:
    """Put the old report back where no new one has taken its place."""
    if old.exists() and not folder.exists():
        old.rename(folder)


def _counter(progress: Progress | None, total: int) -> Callable[[str], None]:
    steps = iter(range(total))

    def tell(name: str) -> None:
        if progress:
            progress(name, next(steps), total)

    return tell


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
