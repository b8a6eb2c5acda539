"""The command audit: findings grouped by rule, as a list for the eye or as a table for other programs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from songyuan_analysis.cli.application import DONE, FINDINGS, PROCESSED, RAW, Processed, Raw, out
from songyuan_analysis.cli.building import say_idle, say_not_built
from songyuan_analysis.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

_COLOURS = {"错误": "bold red", "警示": "yellow", "提示": "dim"}


def audit(
    raw: Raw = RAW,
    processed: Processed = PROCESSED,
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="名称", help="只列这一项检查（英文名，可重复）；名称见表末。"),
    ] = None,
    severity: Annotated[
        list[str] | None,
        typer.Option("--severity", metavar="等级", help="只列这一级：错误、警示或提示（可重复）。"),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="把结果写成 CSV 文件（UTF-8，Excel 可直接打开）。")
    ] = None,
    notes: Annotated[bool, typer.Option("--notes", help="连同“提示”一级一起列出。")] = False,
    unmapped: Annotated[
        bool, typer.Option("--unmapped", help="列出未识别的标签、个数和目录里最接近的三个名称。")
    ] = False,
) -> int:
    """检查已入库的数据：单位、加总、增速、口径、缺期、互相矛盾的数、未识别的标签。"""
    from songyuan_analysis.checks.finding import SEVERITIES
    from songyuan_analysis.checks.rules import RULES
    from songyuan_analysis.checks.run import audit as run_audit
    from songyuan_analysis.observations.breaks import load_breaks
    from songyuan_analysis.observations.store import load_observations
    from songyuan_analysis.pipeline import corrections_of

    _known(rule, [item.name for item in RULES], "检查")
    _known(severity, SEVERITIES, "等级")
    observations = load_observations(processed, vintages="all")
    if unmapped:
        return _list_labels(observations, csv)
    corrections, idle = corrections_of(raw, processed)
    found = run_audit(observations, load_breaks(raw / "breaks.toml"))
    if rule:
        found = found[found["rule"].isin(rule)]
    if severity:
        found = found[found["severity"].isin(severity)]
    if csv is not None:
        _write(found, csv)
    _print_findings(found, quiet=not (notes or rule or severity))
    say_not_built(raw, processed)
    say_idle(idle, len(corrections))
    counts = {name: int((found["severity"] == name).sum()) for name in SEVERITIES}
    unknown = int(((observations["indicator"] == "") & observations["obs_value"].notna()).sum())
    listed = notes or rule or severity or not counts["提示"]
    out.print(
        f"检查了 {len(observations)} 个观测：" + "，".join(f"{k} {v} 条" for k, v in counts.items()) + "；"
        f"标签未识别的数 {unknown} 个" + ("。" if listed else "（--notes 逐条列出）。")
    )
    return FINDINGS if counts["错误"] or counts["警示"] or idle else DONE


def _known(given: Iterable[str] | None, names: Iterable[str], what: str) -> None:
    strange = sorted(set(given or ()) - set(names))
    if strange:
        raise UsageError(f"没有{what}“{'、'.join(strange)}”。", remedy=f"可用的：{'、'.join(names)}。")


def _print_findings(found: pd.DataFrame, *, quiet: bool) -> None:
    # A correction is told without being asked for: a number is used that nobody published.
    shown = found[(found["severity"] != "提示") | (found["rule"] == "correction")] if quiet else found
    for (severity, _, title), rows in shown.groupby(["severity", "rule", "title"], sort=False):
        out.print(f"[{_COLOURS[str(severity)]}]{severity}[/] [bold]{title}[/]（{len(rows)}条）")
        for finding in rows.to_dict("records"):
            out.print(f"  · {escape(finding['message'])}")
            out.print(f"    依据：{escape(finding['evidence'])}", style="dim")
        for remedy in rows["remedy"].unique():
            out.print(f"  处理：{escape(remedy)}")
        out.print()
    if found.empty:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("等级", "检查", "名称", "条数"):
        table.add_column(heading, justify="right" if heading == "条数" else "left")
    for (severity, name, title), rows in found.groupby(["severity", "rule", "title"], sort=False):
        table.add_row(f"[{_COLOURS[str(severity)]}]{severity}[/]", str(title), str(name), str(len(rows)))
    out.print(table)


def _list_labels(observations: pd.DataFrame, csv: Path | None) -> int:
    from songyuan_analysis.checks.labels import unknown_labels

    labels = unknown_labels(observations)
    if csv is not None:
        _write(labels, csv)
    for row in labels.to_dict("records"):
        out.print(f"[bold]{escape(row['label'])}[/]（{row['count']}个格）：{escape(row['problem'])}")
        out.print(f"    首见：{escape(' › '.join((row['file'], row['sheet'], row['cell'])))}", style="dim")
        out.print(f"    相近名称（仅供参考，不用于识别）：{escape(row['nearest'])}")
    out.print(
        f"未识别的标签 {len(labels)} 个，{int(labels['count'].sum())} 个格。"
        + ("确认同义后，在 indicators.toml、areas.toml 或 measures.toml 里加上。" if len(labels) else "")
    )
    return DONE


def _write(frame: pd.DataFrame, path: Path) -> None:
    # With the mark of byte order Excel knows that it is UTF-8.
    frame.to_csv(path, index=False, encoding="utf-8-sig")
    out.print(f"已写出 {escape(str(path))}（{len(frame)} 行）。")
