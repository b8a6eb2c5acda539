"""What the store says about the progress of the plan."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from songyuan_analysis.cli.application import DONE, PROCESSED, RAW, Lights, Processed, Raw, out
from songyuan_analysis.cli.building import say_not_built

if TYPE_CHECKING:
    from songyuan_analysis.briefing.tables.lights import Lit

NO_QUANTITY = "无数量要求"


def status(
    period: Annotated[str, typer.Argument(help="时期：2024、2024Q2、2025H1。")] = "2024",
    raw: Raw = RAW,
    processed: Processed = PROCESSED,
    every: Annotated[bool, typer.Option("--all", help="列出全部承诺，包括没有数量要求的。")] = False,
    lights: Lights = "",
    outlook: Annotated[bool, typer.Option("--outlook", help="年中：再说全年展望（本报告测算）。")] = False,
) -> int:
    """在终端里显示计划完成情况。"""
    from songyuan_analysis.briefing import remarks
    from songyuan_analysis.briefing.prose import gdp_sentence, overview
    from songyuan_analysis.briefing.tables.lights import lit, rules_text
    from songyuan_analysis.briefing.view import open_view
    from songyuan_analysis.observations.corrected import LEFT_OUT

    view = open_view(period, processed=processed, raw=raw, lights=lights)
    say_not_built(raw, processed)
    out.print(f"[bold]{view.area_name}{view.label}[/]")
    progress = view.progress
    if progress is None:
        for paragraph in (*overview(view), *remarks.lights(view)):
            out.print(escape(str(paragraph)))
        return DONE
    out.print(escape(str(gdp_sentence(view))))
    table = Table(title=f"{view.year}年计划完成情况", title_justify="left", show_lines=False)
    found = {one.id: one for one in lit(view)}
    for name in ("事项", "目标", "结果", "差距", "状态", *(("亮灯",) if view.lights else ())):
        table.add_column(name, overflow="fold", justify="right" if name in {"结果", "差距"} else "left")
    for row in progress.to_dict("records"):
        if not (every or row["measurable"]):
            continue
        table.add_row(
            escape(row["name_zh"]),
            escape(row["target_text"]),
            _number(row["outcome"], row["outcome_unit"]) + _mark(row),
            _gap(row),
            _coloured(row["state"], row["state_zh"] if row["measurable"] else NO_QUANTITY),
            *((_light(found.get(row["id"])),) if view.lights else ()),
        )
    out.print(table, soft_wrap=False)
    for one in found.values():
        out.print(escape(f"· {one.name}：{one.word}（{one.against}）；{one.why}"))
    for paragraph in (*remarks.lights(view), *(rules_text(view) if found else ())):
        out.print(escape(str(paragraph)))
    for row in progress.to_dict("records"):
        if row["state"] not in {"no_outcome"} or LEFT_OUT in row["reason"]:
            out.print(escape(f"· {row['name_zh']}：{row['reason']}"))
            if row["own_arithmetic"]:
                out.print(escape(f"  {row['own_arithmetic']}"))
    if outlook:
        for paragraph in remarks.outlook(view):
            out.print(escape(str(paragraph)))
    silent = int((~progress["measurable"].astype(bool)).sum())
    if silent and not every:
        out.print(f"另有 {silent} 项没有数量要求（--all 列出）。结果未公布不等于没有完成。")
    return DONE


def _number(value: float, unit: str, *, sign: bool = False) -> str:
    if math.isnan(value):
        return "—"
    return f"{round(value, 2):+g}{unit}" if sign else f"{value:.10g}{unit}"


def _light(one: Lit | None) -> str:
    """Print a light as its shape and word; the colour only repeats them."""
    from songyuan_analysis.briefing.style import state_text

    if one is None:
        return "—"
    colour = {"green": "green", "yellow": "yellow", "red": "red"}.get(one.colour, "dim")
    return f"[{colour}]{state_text(one.word)}[/]"


def _mark(row: dict[Hashable, Any]) -> str:
    """Mark an outcome that was corrected; the lines below the table name both values."""
    corrected = any(source["role"] == "outcome" and source["correction"] for source in row["sources"])
    return "※" if corrected else ""


def _gap(row: dict[Hashable, Any]) -> str:
    """Print the gap; within the year that of an amount is the gap to the share of the year that has passed."""
    text = _number(row["gap"], row["gap_unit"], sign=True)
    passed = row["time_progress_pct"]
    if math.isnan(row["gap"]) or math.isnan(passed) or passed >= 100:
        return text
    return f"{text}（比时间进度{passed:.0f}%）"


def _coloured(state: str, words: str) -> str:
    colour = {"met": "green", "ahead": "green", "missed": "red", "behind": "yellow"}.get(state, "dim")
    return f"[{colour}]{words}[/]"
