"""Figures out of the store: for other programs, and as an answer to a question in SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from songyuan_analysis.cli.application import DONE, PROCESSED, RAW, Processed, Raw, out
from songyuan_analysis.cli.building import say_not_built

_SUFFIXES = {".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}


def export(
    file: Annotated[Path, typer.Argument(help="写到哪个文件。")],
    form: Annotated[str, typer.Option("--format", help="sdmx-csv、csv、xlsx、parquet；不写则看后缀。")] = "",
    area: Annotated[
        list[str] | None, typer.Option("--area", help="只要这个地区（代码或全名）；可写多次。")
    ] = None,
    indicator: Annotated[
        list[str] | None, typer.Option("--indicator", help="只要这个指标（代码或全名）；可写多次。")
    ] = None,
    as_of: Annotated[str, typer.Option("--as-of", help="只用这一天以前发布的数，如 2025-03-31。")] = "",
    every: Annotated[bool, typer.Option("--all", help="连同被取代的各版次。")] = False,
    raw: Raw = RAW,
    processed: Processed = PROCESSED,
) -> int:
    """把已入库的数导出给别的程序：SDMX-CSV、CSV、Excel、Parquet。"""
    from songyuan_analysis.errors import UsageError
    from songyuan_analysis.observations.catalogue import catalogue
    from songyuan_analysis.observations.export import FORMATS, understood, write_export
    from songyuan_analysis.observations.store import load_observations

    kind = form or _SUFFIXES.get(file.suffix.lower(), "")
    if not kind:
        raise UsageError(
            f"看不出“{file.name}”是哪种格式。",
            remedy=f"后缀写 {'、'.join(_SUFFIXES)}，或加上 --format（{'、'.join(FORMATS)}）。",
        )
    words = catalogue()
    areas = [words.area(words.find_area(text) or text).code for text in area] if area else None
    # Only the full name: an alias may be short for something else where nothing stands around it.
    names = {item.name_zh: item.code for item in words}
    codes = [words.indicator(names.get(text, text)).code for text in indicator] if indicator else None
    vintages = "all" if every else "latest"
    observations = load_observations(
        processed, as_of=as_of or None, area=areas, indicator=codes, vintages=vintages
    )
    if as_of:
        undated = load_observations(processed, area=areas, indicator=codes, vintages="all")["vintage"] == ""
        if undated.any():
            out.print(f"有 {int(undated.sum())} 个观测的发布日期不明，不知道那一天有没有公布，没有采用。")
    say_not_built(raw, processed)
    written = write_export(observations, file, kind)
    count = int(understood(observations).sum()) if kind == "sdmx-csv" else len(observations)
    out.print(f"已导出 {count} 个观测：{'、'.join(escape(str(path)) for path in written)}")
    if count < len(observations):
        out.print(f"另有 {len(observations) - count} 个标签没有识别的，SDMX 里没有它们的位置，未导出。")
    return DONE


def ask(
    question: Annotated[str, typer.Argument(help="一条 SQL，如 select … from observations …。")],
    processed: Processed = PROCESSED,
) -> int:
    """用一条 SQL 查询已入库的数。"""
    import pandas as pd

    from songyuan_analysis.observations.questions import sql

    answer = sql(question, processed)
    with pd.option_context("display.max_rows", 200, "display.max_columns", None, "display.width", 200):
        print("没有符合的行。" if answer.empty else answer.to_string(index=False))
    return DONE
