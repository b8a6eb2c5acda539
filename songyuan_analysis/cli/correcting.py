"""A correction is written into the register."""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from songyuan_analysis.cli.application import DONE, RAW, Raw, out
from songyuan_analysis.errors import CorrectionError, UsageError

if TYPE_CHECKING:
    import pandas as pd


def correct(
    file: Annotated[Path, typer.Argument(help="工作簿：data/raw 以下的路径。")],
    sheet: Annotated[str, typer.Argument(help="工作表。")],
    cell: Annotated[str, typer.Argument(help="单元格，如 B15。")],
    use: Annotated[str, typer.Option("--use", help="改用的数，照资料上的位数写；不用这个数就写“缺”。")] = "",
    reason: Annotated[str, typer.Option("--reason", help="为什么要改。")] = "",
    author: Annotated[str, typer.Option("--author", help="谁改的。")] = "",
    source: Annotated[str, typer.Option("--source", help="正确的数见于哪里。")] = "",
    raw: Raw = RAW,
) -> int:
    """登记一条更正：某一格的数有误，改用另一个数；工作簿不动，两个数都留着。"""
    from songyuan_analysis.observations.corrected import EMPTY, published_text, words
    from songyuan_analysis.observations.corrections import (
        LEAVE_OUT,
        append_correction,
        load_corrections,
        register_of,
    )
    from songyuan_analysis.pipeline import observe_workbook

    for option, value in (("--use", use), ("--reason", reason), ("--author", author)):
        if not value.strip():
            raise UsageError(f"没有写 {option}。", remedy="改用的数、理由和更正人都要写明，才能登记。")
    register = register_of(raw)
    name, path = _workbook(file, raw)
    place = cell.replace("$", "").upper()
    for entry in load_corrections(register):
        if entry.address == (name, sheet, place):
            raise CorrectionError(
                f"这一格已经有更正，改用“{entry.use}”。",
                file=register.name,
                sheet=entry.entry,
                cell=" › ".join(entry.address),
                remedy="要再改，就编辑那一条。",
            )
    row = _row(observe_workbook(path, name), name, sheet, place)
    now = published_text(row)
    added = append_correction(
        register,
        {
            "file": name,
            "sheet": sheet,
            "cell": place,
            "expected": "" if now == EMPTY and not row["mark"] else now,
            "use": use.strip(),
            "reason": reason,
            "author": author,
            "date": date.today().isoformat(),  # noqa: DTZ011 - the analyst's own day
            **({"source": source} if source.strip() else {}),
        },
    )
    used = None if added.use == LEAVE_OUT else added.use
    out.print(f"已登记 {escape(str(register))} {added.entry}：")
    out.print(f"  位置：{escape(' › '.join(added.address))}")
    out.print(f"  标签：{escape(row['row_label_path'])} × {escape(row['column_label_path'])}")
    out.print(f"  时期：{escape(row['time_period'] or '不明')}；单位：{escape(row['unit'] or '不明')}")
    out.print(f"  {escape(words('', used, row['unit'], now, added.words))}")
    out.print("运行 songyuan build 入库后起作用；登记错了就从文件里删去这一条。")
    return DONE


def _workbook(file: Path, raw: Path) -> tuple[str, Path]:
    """Find a workbook by its path, or by its path below the raw folder."""
    from songyuan_analysis.pipeline import workbooks

    known = {path.resolve(): path.relative_to(raw).as_posix() for path in workbooks(raw)}
    for path in (raw / file, file):
        if path.resolve() in known:
            return known[path.resolve()], path
    near = get_close_matches(file.as_posix(), list(known.values()), n=1)
    raise UsageError(
        f"{raw} 里没有这个工作簿。",
        file=str(file),
        remedy=f"是不是“{near[0]}”？"
        if near
        else "写 data/raw 以下的路径；新的工作簿先用 songyuan add 登记。",
    )


def _row(frame: pd.DataFrame, name: str, sheet: str, cell: str) -> pd.Series:
    """Return the one observation of a cell."""
    if not re.fullmatch(r"[A-Z]{1,3}[1-9][0-9]*", cell):
        raise UsageError(f"“{cell}”不是单元格地址。", file=name, sheet=sheet, remedy="写成 B15 的样子。")
    there = frame[frame["sheet"] == sheet]
    if there.empty:
        sheets = "、".join(f"“{s}”" for s in dict.fromkeys(frame["sheet"]))
        raise UsageError(
            f"没有“{sheet}”这个工作表，或者里面没有表。", file=name, remedy=f"有数的工作表：{sheets}。"
        )
    rows = there[there["cell"] == cell]
    if rows.empty:
        raise UsageError(
            "这一格不是数据格，没有可更正的数。",
            file=name,
            sheet=sheet,
            cell=cell,
            remedy=f"运行 songyuan explain {name} 看哪些格是数据。",
        )
    return rows.iloc[0]
