"""What the numbers of a table were read as, in a line, and what of a sheet is hidden; for `explain`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

import pandas as pd

from songyuan_analysis.sheets import units
from songyuan_analysis.sheets.layout import Block
from songyuan_analysis.sheets.reader import Sheet, address
from songyuan_analysis.sheets.tidy import SEPARATOR, Cells

# A long series has hundreds of months: the most frequent tell what they are.
_MOST = 8


def overview(block: Block) -> Iterator[str]:
    """Yield the periods and units of the numbers of a table with their counts, then what has none of them."""
    cells = Cells()
    cells.add(block)
    frame = cells.frame()
    numbers = frame[frame["value"].notna()]
    if numbers.empty:
        yield "没有读出数字"
        return
    yield f"期 {_counted(numbers['period'])}；单位 {_counted(numbers['unit'])}"
    yield from _without("时期", numbers.loc[numbers["period"] == "", "cell"])
    bare = numbers[numbers["unit"] == ""]
    paths = zip(bare["row_label_path"], bare["column_label_path"], strict=True)
    ranks = [_is_rank(row) or _is_rank(column) for row, column in paths]
    if any(ranks):
        yield f"位次不带单位：{sum(ranks)}格"
    yield from _without("单位", bare.loc[[not rank for rank in ranks], "cell"])


def hidden_parts(sheet: Sheet) -> str:
    """Return which rows and columns of a sheet, or whether all of it, are hidden; "" if nothing is."""
    rows = [r for r in sheet.hidden_rows if r < sheet.n_rows]
    columns = [c for c in sheet.hidden_columns if c < sheet.n_columns]
    parts = (
        "整张工作表" if sheet.hidden else "",
        f"第{_runs(rows, lambda r: str(r + 1))}行" if rows else "",
        f"{_runs(columns, lambda c: address(0, c)[:-1])}列" if columns else "",
    )
    said = "；".join(filter(None, parts))
    return f"！隐藏：{said}" if said else ""


def _counted(texts: pd.Series[str]) -> str:
    counts = texts[texts != ""].value_counts(sort=False)
    if counts.empty:
        return "（没有）"
    most = counts.sort_values(ascending=False, kind="stable")[:_MOST]
    shown = "、".join(f"{text}（{count}格）" for text, count in most.items())
    return shown if len(counts) <= _MOST else f"{shown} 等共{len(counts)}种"


def _without(what: str, cells: pd.Series[str]) -> Iterator[str]:
    if len(cells):
        yield f"！没有{what}：{len(cells)}格，如 {cells.iloc[0]}"


def _is_rank(path: str) -> bool:
    return units.is_rank(path.rsplit(SEPARATOR, 1)[-1])


def _runs(places: Iterable[int], name: Callable[[int], str]) -> str:
    """Return places in few words: ``3、5—7``."""
    found: list[str] = []
    for _, group in groupby(enumerate(sorted(places)), lambda pair: pair[1] - pair[0]):
        run = [place for _, place in group]
        found.append(name(run[0]) if len(run) == 1 else f"{name(run[0])}—{name(run[-1])}")
    return "、".join(found)
