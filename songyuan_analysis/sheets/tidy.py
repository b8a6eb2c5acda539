"""Blocks into rows: one row per data cell, with paths, period, unit, value, mark, title and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from songyuan_analysis.sheets import marks, periods, timewords, units
from songyuan_analysis.sheets.heads import ColumnHead
from songyuan_analysis.sheets.layout import Block
from songyuan_analysis.sheets.notes import notes_for, used_keys
from songyuan_analysis.sheets.reader import address
from songyuan_analysis.sheets.rows import RowHead

COLUMNS = (
    "sheet", "cell", "row_label_path", "column_label_path", "period", "unit", "value", "mark",
    "table", "title", "note", "hidden",
)  # fmt: skip
SEPARATOR = " / "

_CUMULATIVE = re.compile(r"累计|累計|年初至今|至本月|-本月|—本月|year to date|ytd", re.IGNORECASE)
_SINGLE = re.compile(r"当季|當季|当月|當月|本月|当期|當期|本季|单月")
_RATE_WORD = re.compile(r"率$|率[（(]|比重|比例|占比|构成|百分比|增速$|增长$|增減|增减|增幅|％|%")
_COUNT_WORD = re.compile(r"[数數量额額]$|人口$|户$")
_STRONG_RATE = re.compile(
    r"(?:百分比|增加率|增减率|增減率|增长率|增長率|增长速度|增速|同比增长|比重|占比|[%％]|同比|环比|比上年增长|比上年同期增长|比去年同期增长)"
)


class Cells:
    """Arrays of the labelled cells, collected over blocks and built into one frame at the end."""

    def __init__(self) -> None:
        self._columns: dict[str, list[object]] = {name: [] for name in COLUMNS}
        self.reports: list[tuple[str, str, str, str]] = []

    def __len__(self) -> int:
        return len(self._columns["cell"])

    def add(self, block: Block) -> None:
        """Add every data cell of a block."""
        out = self._columns
        sheet = block.sheet
        loose = _loose_quarters(block)
        label_notes: dict[str, str] = {}
        used = used_keys([h.raw for h in block.rows.values()] + [h.raw for h in block.columns.values()])
        for r in block.body:
            row = block.rows.get(r)
            if row is None or not row.has_data:
                continue
            row_path = SEPARATOR.join(row.path)
            for c in block.data_columns:
                column = block.columns[c]
                reading = marks.read_cell(sheet.values[r][c])
                if (r, c) in sheet.percents and reading.is_number:
                    # What the reader of the sheet sees is 7.5%; the cell stores 0.075.
                    reading = replace(reading, value=float(f"{reading.value * 100:.12g}"), unit="%")
                column_path = SEPARATOR.join(column.path)
                period = _period(block, row, column, loose=loose)
                out["sheet"].append(sheet.name)
                out["cell"].append(address(r, c))
                out["row_label_path"].append(row_path)
                out["column_label_path"].append(column_path)
                out["period"].append(str(period) if period is not None else "")
                out["unit"].append(reading.unit or _unit(block, row, column))
                out["value"].append(reading.value)
                mark = reading.mark
                if reading.kind == "repaired":
                    mark = f"{reading.mark}（{reading.reason}）"
                out["mark"].append(mark)
                out["table"].append(block.index)
                out["title"].append(block.heading.title)
                key = f"{row.raw}\n{column.raw}\n{reading.mark}"
                if key not in label_notes:
                    label_notes[key] = notes_for(block.notes, [row.raw, column.raw, reading.mark], used)
                note = label_notes[key]
                comment = sheet.comments.get((r, c))
                out["note"].append(f"{note}；{comment}" if note and comment else comment or note)
                out["hidden"].append(sheet.hidden or r in sheet.hidden_rows or c in sheet.hidden_columns)

    def frame(self, extra: dict[str, list[str]] | None = None) -> pd.DataFrame:
        """Build the frame; `extra` columns (the file) come first."""
        columns: dict[str, pd.Series] = {}
        for name, texts in (extra or {}).items():
            columns[name] = pd.Series(texts, dtype="str")
        for name, values in self._columns.items():
            dtype = {"value": "float64", "table": "int64", "hidden": "bool"}.get(name, "str")
            columns[name] = pd.Series(values, dtype=dtype)
        return pd.DataFrame(columns)


def _loose_quarters(block: Block) -> bool:
    """Whether an axis of the block holds single quarters: a second quarter, and no half-year."""
    for heads in (block.columns.values(), block.rows.values()):
        found = [f for head in heads for f in head.fragments]
        later = any(f.kind == "quarter" and (f.start or 1) > 1 for f in found)
        spans = any(f.kind == "span" for f in found)
        if later and not spans:
            return True
    return False


def _cumulative(texts: Iterable[str]) -> bool | None:
    for text in texts:
        if _CUMULATIVE.search(text):
            return True
        if _SINGLE.search(text):
            return False
    return None


def _period(block: Block, row: RowHead, column: ColumnHead, *, loose: bool) -> periods.Period | None:
    """Resolve what column, row, title and sheet name say about the time of a number."""
    cumulative = _cumulative([*reversed(column.path), *reversed(row.path)])
    outer = [*block.heading.fragments]
    name = timewords.title_fragment(block.sheet.name)
    if name is not None:
        outer.append(name)
    own = [*column.fragments, *row.fragments]
    if cumulative is False and not any(f.kind not in {"year", "relative"} for f in own):
        # 本月 under a title of 1—9月 is September alone.
        outer = [
            timewords.Fragment("month", f.year, f.end, f.end) if f.kind == "span" and f.end else f
            for f in outer
        ]
    return periods.resolve(
        [*own, *outer], cumulative=cumulative, quarterly=column.quarterly, loose_quarters=loose
    )


def _unit(block: Block, row: RowHead, column: ColumnHead) -> str:
    """Choose the unit: the column's own, the row's own, one that the label implies, the title's."""
    if column.unit:
        return column.unit
    leaf = column.path[-1] if column.path else ""
    if leaf in ("百分比", "％", "%"):
        return "%"
    if row.unit:
        implied = _STRONG_RATE.fullmatch(leaf)
        known = units.parse_unit(row.unit)
        return "%" if implied and known.known and not known.is_rate else row.unit
    listed = block.heading.units
    rates = [u for u in listed if units.parse_unit(u).is_rate]
    amounts = [u for u in listed if u not in rates]
    if (
        leaf
        and units.is_unit(leaf)
        and not units.parse_unit(leaf).dimension.startswith(("YEAR", "MONTH", "DAY"))
    ):
        return leaf
    if len(listed) > 1 and rates:
        # 单位：人、‰: rates take the one, counts the other; the nearest label that tells decides.
        for part in [*reversed(column.path), *reversed(row.path)]:
            if _COUNT_WORD.search(part) and amounts:
                return amounts[0]
            if _RATE_WORD.search(part):
                return rates[0]
        return (amounts or listed)[0]
    if listed and not rates and (_STRONG_RATE.fullmatch(leaf)):
        return "%"
    return listed[0] if listed else ""
