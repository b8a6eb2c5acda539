"""Title, unit and period that an analyst says, put where the guess keeps what the sheet says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from songyuan_analysis.sheets import timewords
from songyuan_analysis.sheets.override.values import BY_HAND, NOTHING, OnSheet, Said, TableSaid, fragments_of
from songyuan_analysis.sheets.reader import address
from songyuan_analysis.sheets.tables.heads import ColumnHead
from songyuan_analysis.sheets.tables.notes import Heading
from songyuan_analysis.sheets.tables.rows import RowHead

_WORDS = {
    "sheet": "工作表",
    "area": "范围",
    "header": "表头行",
    "labels": "行名称列",
    "columns": "数据列",
    "skip_columns": "不取的列",
    "unit_column": "单位列",
    "first": "首行",
    "last": "末行",
    "title": "标题",
    "unit": "单位",
    "period": "时期",
    "skip_rows": "不取的行",
    "skip": "不取的范围",
}


def say_heading(said: TableSaid, heading: Heading) -> None:
    """Put title, units and period of the whole table in the place of what stands above it."""
    if said.title is not None and said.title != heading.title:
        heading.title = said.title
        spoken = timewords.title_fragment(said.title)
        heading.fragments = [*([spoken] if spoken is not None else []), *heading.fragments]
    if said.units is not None:
        heading.units = list(said.units)
    if said.period is not None:
        heading.fragments = fragments_of(said.period)


def say_axes(
    said: TableSaid,
    sheet: str,
    data: Sequence[int],
    columns: dict[int, ColumnHead],
    rows: dict[int, RowHead],
) -> tuple[dict[int, ColumnHead], dict[int, RowHead]]:
    """Give rows and columns what is said about them; heads are shared with other tables and are copied."""
    for c in said.columns or ():
        if c not in data:
            said.origin.fail(
                "columns",
                f"{_letter(c)} 列没有表头名称，不知道数的含义。",
                '把写有名称的行放进 header；确实没有表头就写 header = "无"。',
                sheet=sheet,
            )
    for c in said.by_column:
        if c not in data:
            letters = "、".join(map(_letter, data))
            said.origin.fail(
                f"column.{_letter(c)}",
                f"{_letter(c)} 列不是这张表的数据列。",
                f"数据列有 {letters}。",
                sheet=sheet,
            )
    for r in said.by_row:
        if r not in rows or not rows[r].has_data:
            said.origin.fail(
                f"row.{r + 1}",
                f"第{r + 1}行不是这张表的数据行。",
                "改正行号，或核对 first、last。",
                sheet=sheet,
            )
    return (
        {c: replace(h, said=said.by_column.get(c, NOTHING)) for c, h in columns.items()},
        {r: replace(h, said=said.by_row.get(r, NOTHING)) for r, h in rows.items()},
    )


def _letter(column: int) -> str:
    return address(0, column)[:-1]


def evidence_of(said: TableSaid) -> Iterator[tuple[str, str, str]]:
    """Yield what, where and why for every decision that was said."""
    for key, word in _WORDS.items():
        if key in said.texts:
            note = {"unit": "（行、列另有单位的除外）", "period": "（行、列另有时期的除外）"}.get(key, "")
            yield BY_HAND, f"{word} {said.texts[key]}{note}", said.origin.why(key)
    for c, one in said.by_column.items():
        yield BY_HAND, f"{_letter(c)} 列 {_shown(one)}", said.origin.why(f"column.{_letter(c)}")
    for r, one in said.by_row.items():
        yield BY_HAND, f"第{r + 1}行 {_shown(one)}", said.origin.why(f"row.{r + 1}")


def _shown(said: Said) -> str:
    words = (f"单位 {said.unit}" if said.unit else "", f"时期 {said.period}" if said.period else "")
    return "、".join(filter(None, words))


def evidence_of_sheet(said: OnSheet) -> Iterator[tuple[str, str, str]]:
    """Yield the same for what is said about a sheet as a whole."""
    if said.left_out:
        yield BY_HAND, "整张工作表不取", said.origin.why("skip_sheets")
    for entry in said.skips:
        for key in ("skip_rows", "skip_columns", "skip"):
            if key in entry.texts:
                yield BY_HAND, f"{_WORDS[key]} {entry.texts[key]}", entry.origin.why(key)
