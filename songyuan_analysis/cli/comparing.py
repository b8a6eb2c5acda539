"""Two releases of a workbook in the terminal: what moved, what changed, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from songyuan_analysis.cli.application import DONE, FINDINGS, PROCESSED, Processed, out
from songyuan_analysis.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from songyuan_analysis.sheets import Changes, Finding

# More of one kind on one sheet than this are counted, not listed: the morning is short.
_LISTED = 8
_LONGEST = 60
_COLOURS = {"重要": "bold red", "注意": "yellow", "提示": "dim"}
# Excel would run a text that begins so.
_FORMULA = re.compile(r"[=+@\t\r]|-(?![\d.])")


def diff(
    old: Annotated[Path | None, typer.Argument(help="旧的一期；两个文件都不写，就列出库里的修订。")] = None,
    new: Annotated[Path | None, typer.Argument(help="新的一期。")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="把全部发现另存为 CSV（Excel 可直接打开）。")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="逐条列出，包括“提示”一级。")] = False,
    processed: Processed = PROCESSED,
) -> int:
    """比较同一张表的两期：先列版式的变动，再列数字的变动；有“重要”的变动时退出码为 1。不写文件则列出库里的修订。"""
    from songyuan_analysis.sheets import diff as compare

    if old is None:
        return _diff_vintages(processed, csv)
    if new is None:
        raise UsageError("只给了一个文件。", remedy="写上旧、新两期；两个都不写，就列出库里的修订。")
    if csv is not None and any(csv.resolve() == path.resolve() for path in (old, new)):
        raise UsageError("CSV 不能写到要比较的文件上。", file=str(csv), remedy="换一个文件名。")
    changes = compare(old, new)
    out.print(f"旧：{escape(str(old))}\n新：{escape(str(new))}")
    for finding in changes.layout:
        if finding.kind == "期间推进":
            out.print(f"期间推进：{_shift(finding)}")
    for part, findings in (("版式", changes.layout), ("数字", changes.numbers)):
        _show(part, [f for f in findings if f.kind != "期间推进"], every=every)
    _show_remedies(changes, every=every)
    if csv is not None:
        _write(changes, csv)
        out.print(f"已写出 {escape(str(csv))}")
    out.print(changes.summary())
    return FINDINGS if changes.important else DONE


def _diff_vintages(processed: Path, csv: Path | None) -> int:
    """List what later releases in the store changed, the largest first."""
    from songyuan_analysis.observations.catalogue import catalogue
    from songyuan_analysis.observations.revisions import HEADS_ZH, revisions
    from songyuan_analysis.observations.store import load_observations
    from songyuan_analysis.sheets.periods import Period

    found = revisions(load_observations(processed, vintages="all"))
    if csv is not None:
        _save(found.rename(columns=HEADS_ZH), csv)
        out.print(f"已写出 {escape(str(csv))}")
    if found.empty:
        out.print("库里没有修订：凡有几次发布的数，各次相同。")
        return DONE
    words = catalogue()
    for row in found.to_dict("records"):
        unit = "个百分点" if row["unit"] == "%" else row["unit"]
        percent = (
            ""
            if row["percent"] is None or row["percent"] != row["percent"]
            else f"（{row['percent']:+.2f}%）"
        )
        name = f"{words.area(row['ref_area']).name_zh}{Period.parse(row['time_period']).label_zh()}"
        measure = "" if row["measure"] == "level" else f"（{row['measure']}）"
        out.print(
            f"{escape(name)}{words.indicator(row['indicator']).name_zh}{measure}："
            f"{row['old']:.10g} → {row['new']:.10g}{row['unit']}，{row['difference']:+.10g}{unit}{percent}"
        )
        out.print(f"    旧：{escape(_release(row, 'old'))}\n    新：{escape(_release(row, 'new'))}")
    out.print(f"共 {len(found)} 处修订。")
    return DONE


def _release(row: dict[Hashable, Any], which: str) -> str:
    return f"{row[f'{which}_place']}（{row[f'{which}_vintage'] or '发布日期不明'}，{row[f'{which}_status']}）"


def _shift(finding: Finding) -> str:
    arrow = " → ".join(escape(text) for text in (finding.old, finding.new) if text)
    return arrow + (f"（{escape(finding.detail)}）" if finding.detail else "")


def _show(part: str, findings: list[Finding], *, every: bool) -> None:
    """Print one part as a table: the first of each kind and sheet, and how many more there are."""
    if not findings:
        return
    table = Table(title=part, title_justify="left")
    for name in ("轻重", "类别", "位置", "旧", "新", "说明"):
        table.add_column(name, overflow="fold", no_wrap=name in {"轻重", "类别"})
    hints = 0
    for (severity, kind, sheet), group in groupby(
        _by_kind(findings), lambda f: (f.severity, f.kind, f.sheet)
    ):
        same = list(group)
        if severity == "提示" and not every:
            hints += len(same)
            continue
        shown = same if every or len(same) <= _LISTED + 1 else same[:_LISTED]
        for finding in shown:
            colour = _COLOURS[severity]
            table.add_row(
                f"[{colour}]{severity}[/]", kind, escape(_place(finding)),
                *(escape(text) for text in _cut(finding.old, finding.new, every=every)),
                escape(_what(finding)),
            )  # fmt: skip
        if len(shown) < len(same):
            table.add_row("", "", escape(sheet), "", "", f"另有 {len(same) - len(shown)} 条{kind}")
    if table.row_count:
        out.print(table, soft_wrap=False)
    if hints:
        out.print(f"{part}另有“提示”{hints} 条（--all 列出）。")


def _by_kind(findings: list[Finding]) -> list[Finding]:
    """Put findings of a kind on a sheet together where the first of them stands; large revisions first."""
    first = {key: i for i, key in reversed(list(enumerate(_key(f) for f in findings)))}
    return sorted(findings, key=lambda f: (first[_key(f)], -_size(f)))


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.severity, finding.kind, finding.sheet


def _size(finding: Finding) -> float:
    return abs(finding.difference or 0.0) if finding.percent is None else abs(finding.percent)


def _place(finding: Finding) -> str:
    """Say where it stands; a cell that is in one file only says in which."""
    old, new = finding.cell_old, finding.cell_new
    if not new:
        return f"旧 {old if '!' in old else f'{finding.sheet} › {old}'}" if old else finding.sheet
    cells = f"新 {finding.sheet} › {new}" if not old else f"{finding.sheet} › {new}"
    return cells if old in ("", new) else f"{cells}（旧 {old}）"


def _what(finding: Finding) -> str:
    """Say how far a number moved, then what the finding says beside it."""
    gap = ""
    if finding.difference is not None:
        unit = "个百分点" if finding.unit == "%" else finding.unit
        gap = f"{finding.difference:+.10g}{' ' if unit[:1].isascii() and unit != '%' else ''}{unit}"
        gap += "" if finding.percent is None else f"（{finding.percent:+.2f}%）"
    return "；".join(part for part in (gap, finding.detail) if part)


def _cut(old: str, new: str, *, every: bool) -> tuple[str, str]:
    """Cut long texts to the place where they begin to differ."""
    if every or max(len(old), len(new)) <= _LONGEST:
        return old, new
    same = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    start = max(0, same - 12) if old and new else 0
    cut = [("…" if start else "") + t[start : start + _LONGEST] for t in (old, new)]
    shown = [c + ("…" if len(t) > start + _LONGEST else "") for c, t in zip(cut, (old, new), strict=True)]
    return (shown[0] if old else ""), (shown[1] if new else "")


def _show_remedies(changes: Changes, *, every: bool) -> None:
    told: dict[str, str] = {}
    for finding in changes.findings:
        if finding.kind != "期间推进" and (every or finding.severity != "提示"):
            told.setdefault(finding.kind, finding.remedy)
    if told:
        out.print("怎么办：")
    for kind, remedy in told.items():
        out.print(f"  {kind}：{remedy}")


def _write(changes: Changes, path: Path) -> None:
    """Write all findings with Chinese heads, so that Excel shows them as they are."""
    from songyuan_analysis.sheets.changes.finding import HEADS_ZH

    frame = changes.to_frame()
    for name in _texts(frame.columns):
        frame[name] = [f"'{text}" if _FORMULA.match(text) else text for text in frame[name]]
    _save(frame.rename(columns=HEADS_ZH), path)


def _save(frame: pd.DataFrame, path: Path) -> None:
    try:
        frame.to_csv(path, index=False, encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"写不进去（{error.strerror or error}）。",
            file=str(path),
            remedy="换一个能写的文件夹；文件若在 Excel 中打开，请先关闭。",
        ) from None


def _texts(columns: Iterable[str]) -> list[str]:
    return [name for name in columns if name in {"sheet", "old", "new", "detail", "unit"}]
