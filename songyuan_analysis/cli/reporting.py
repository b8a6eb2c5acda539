"""What is made of the store: the report of a period, and the notebooks at hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from songyuan_analysis.cli.application import (
    BAD_INPUT,
    FINDINGS,
    PROCESSED,
    RAW,
    Lights,
    Processed,
    Raw,
    out,
    progress_bar,
)
from songyuan_analysis.cli.building import build_store


def report(
    period: Annotated[str, typer.Argument(help="时期：2024、2024Q2、2025H1。")],
    raw: Raw = RAW,
    processed: Processed = PROCESSED,
    reports: Annotated[Path, typer.Option("--reports", help="报告放在哪个文件夹。")] = Path("reports"),
    notebooks: Annotated[Path, typer.Option("--notebooks", help="分析笔记本所在文件夹。")] = Path(
        "notebooks"
    ),
    lights: Lights = "",
) -> int:
    """入库并写出 reports/时期/：Excel 简报、执行过的笔记本、离线 HTML 报告和清单。"""
    from songyuan_analysis import publication

    built = build_store(raw, processed)
    with progress_bar() as bar:
        task = bar.add_task("写报告", total=None)

        def progress(name: str, done: int, total: int) -> None:
            bar.update(task, description=escape(name), completed=done, total=total)

        made = publication.publish(
            period,
            raw=raw,
            processed=processed,
            reports=reports,
            notebooks=notebooks,
            lights=lights,
            progress=progress,
        )
    out.print(f"已写出 {made.folder}：")
    for name in made.files:
        out.print(f"  {name}")
    if made.gaps:
        out.print(f"没有找到公布数、因而报告里没有的，例如：{made.gaps[0]}全部见简报的“说明”表。")
    if built == BAD_INPUT:
        out.print("[yellow]有工作簿没能入库（见上），报告不含它们的数。[/]")
    if built == FINDINGS:
        out.print("[yellow]有更正没有用上（见上），报告里是工作簿原来的数。[/]")
    return built


def lab(
    notebooks: Annotated[Path, typer.Option("--notebooks", help="笔记本所在文件夹。")] = Path("notebooks"),
) -> int:
    """在浏览器里打开 JupyterLab。"""
    import subprocess

    return subprocess.call([sys.executable, "-m", "jupyter", "lab", str(notebooks)])
