"""Workbooks into the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from songyuan_analysis.cli.application import (
    BAD_INPUT,
    DONE,
    FINDINGS,
    PROCESSED,
    RAW,
    Processed,
    Raw,
    err,
    out,
    progress_bar,
    say_error,
)
from songyuan_analysis.errors import CorrectionError


def build(raw: Raw = RAW, processed: Processed = PROCESSED) -> int:
    """把 data/raw 的工作簿读入 data/processed；只处理有变化的。"""
    return build_store(raw, processed)


def build_store(raw: Path, processed: Path) -> int:
    """Build the store under a bar, say what was done, and return the exit code."""
    from songyuan_analysis import pipeline

    with progress_bar() as bar:
        task = bar.add_task("读入工作簿", total=None)

        def progress(name: str, done: int, total: int) -> None:
            bar.update(task, description=f"读入 {escape(name)}", completed=done, total=total)

        report = pipeline.build(raw, processed, progress=progress)
    for error in report.failed:
        say_error(error)
    rows = sum(result.rows for result in report.results)
    unmapped = sum(result.unmapped for result in report.results)
    out.print(
        f"入库：新建 {len(report.written)} 份（{rows} 个数），未变 {len(report.unchanged)} 份，"
        f"移除 {len(report.removed)} 份，失败 {len(report.failed)} 份。"
    )
    say_idle(report.idle, report.corrections)
    if unmapped:
        out.print(f"有 {unmapped} 个数的含义没有弄清，已保留、不参加计算；运行 songyuan audit 查看。")
    if report.failed:
        return BAD_INPUT
    return FINDINGS if report.idle else DONE


def say_idle(idle: Sequence[CorrectionError], registered: int) -> None:
    """Say how many corrections apply, and of each of the others why it does not."""
    for finding in idle:
        out.print(f"[yellow]警示[/] {escape(finding.place)}")
        out.print(f"    {escape(finding.message)}")
        out.print(f"    处理：{escape(finding.remedy)}")
    if registered:
        out.print(f"更正：登记 {registered} 条，用上 {registered - len(idle)} 条，没有用上 {len(idle)} 条。")


def say_not_built(raw: Path, processed: Path) -> None:
    """Warn where data/raw holds workbooks that the processed data do not: what follows would leave them out."""
    from songyuan_analysis.pipeline import not_built

    if missing := not_built(raw, processed):
        more = f"等 {len(missing)} 个" if len(missing) > 1 else ""
        err.print(
            f"[yellow]注意：[/]{escape(missing[0])} {more}没有入库，以下不含其中的数。请先运行 songyuan build。"
        )
