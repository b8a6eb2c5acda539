"""The text of a ``NAME.layout.toml`` into values; every key and every value is checked with its line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from songyuan_analysis.errors import OverrideError
from songyuan_analysis.handwritten import parse, read_text
from songyuan_analysis.sheets.override.values import (
    NO_COLUMN,
    Area,
    Origin,
    Override,
    Said,
    SheetSaid,
    TableSaid,
)
from songyuan_analysis.sheets.override.words import (
    WrongValueError,
    area_of,
    areas_of,
    column_of,
    columns_of,
    digest_of,
    header_of,
    period_of,
    row_of,
    rows_of,
    text_of,
    texts_of,
    unit_of,
    units_of,
)

_AXIS_KEYS = ("unit", "period")
_SKIP_KEYS = ("skip", "skip_rows", "skip_columns", "expects")
_SHEET_KEYS = ("name", *_SKIP_KEYS)
_TABLE_KEYS = (
    *("sheet", "area", "header", "labels", "columns", "unit_column", "first", "last"),
    *("title", "unit", "period", *_SKIP_KEYS, "column", "row"),
)
_TOP_KEYS = ("sha256", "expects", "skip_sheets", "sheet", "table")

_HEADING = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w\-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w\-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w\-]+)""")

Value = TypeVar("Value")


def load_override(path: Path) -> Override:
    """Read and check an override; whether it fits its workbook is asked elsewhere.

    Raises
    ------
    OverrideError
        Names the line, the rule and the remedy.
    """
    return parse_override(read_text(path, OverrideError), path.name)


def parse_override(text: str, file: str) -> Override:
    """Read and check the text of an override."""
    data = parse(text, OverrideError, file)
    lines = _line_numbers(text)
    top = _Entry(data, Origin(file, "", lines))
    top.known(_TOP_KEYS)
    digest = top.get("sha256", digest_of)
    expects, at = top.expects("")
    tables, sheets = [], []
    for n, entry in enumerate(top.entries("table")):
        checked = _Entry(entry, Origin(file, f"table[{n}]", lines))
        table, more, places = _table(checked)
        tables.append(table)
        expects.update(more)
        at.update(places)
    for n, entry in enumerate(top.entries("sheet")):
        checked = _Entry(entry, Origin(file, f"sheet[{n}]", lines))
        sheet, more, places = _sheet(checked)
        sheets.append(sheet)
        expects.update(more)
        at.update(places)
    return Override(
        origin=top.origin,
        tables=tuple(tables),
        sheets=tuple(sheets),
        skip_sheets=top.get("skip_sheets", texts_of) or (),
        expects=expects,
        expected_at=at,
        sha256=digest or "",
    )


def _line_numbers(text: str) -> dict[str, int]:
    """Return the lines of headings and keys by path; tomllib parses, but does not tell."""
    found: dict[str, int] = {}
    counts: Counter[str] = Counter()
    heading, fence = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            fence = "" if fence in line else fence
        elif match := _HEADING.match(line):
            parts = _parts(match[2])
            if match[1] == "[[":
                counts[parts[0]] += 1
            if counts[parts[0]]:
                parts[0] = f"{parts[0]}[{counts[parts[0]] - 1}]"
            heading = ".".join(parts)
            found.setdefault(heading, number)
        elif match := _KEY.match(line):
            found.setdefault(".".join([heading, *_parts(match[1])] if heading else _parts(match[1])), number)
            fence = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
    return found


def _parts(dotted: str) -> list[str]:
    return [a or b or c for a, b, c in _PART.findall(dotted)]


class _Entry:
    """One table of the file with its checks."""

    def __init__(self, data: Mapping[str, Any], origin: Origin) -> None:
        self.data = data
        self.origin = origin

    def fail(self, key: str, message: str, remedy: str) -> NoReturn:
        sheet = self.data.get("sheet", self.data.get("name", ""))
        self.origin.fail(key, message, remedy, sheet=sheet if isinstance(sheet, str) else "")

    def known(self, keys: tuple[str, ...], prefix: str = "", data: Mapping[str, Any] | None = None) -> None:
        """Check that every key is one of those that can be said here."""
        for key in self.data if data is None else data:
            if key not in keys:
                near = get_close_matches(key, keys, n=1, cutoff=0.5)
                hint = f"是不是 {near[0]}？" if near else ""
                self.fail(prefix + key, f"不认识的键“{key}”。{hint}", f"这里可用的键：{'、'.join(keys)}。")

    def get(self, key: str, grammar: Callable[[Any], Value]) -> Value | None:
        """Return a checked value, None if the key is absent."""
        return self.read(key, self.data[key], grammar) if key in self.data else None

    def read(self, key: str, value: Any, grammar: Callable[[Any], Value]) -> Value:
        try:
            return grammar(value)
        except WrongValueError as error:
            what, how = error.args
            shown = f"“{value}”" if isinstance(value, str) else str(value)
            self.fail(key, f"{key} 写作 {shown}，{what}。", how)

    def entries(self, key: str) -> list[Mapping[str, Any]]:
        """Return the tables of an array of tables."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.fail(key, f"{key} 应是一组表。", f"每一项用两层方括号 [[{key}]] 起头。")
        return value

    def axis(self, key: str, grammar: Callable[[Any], tuple[int, ...]]) -> dict[int, Said]:
        """Return what is said about single rows or columns."""
        value = self.data.get(key, {})
        sample = "D" if key == "column" else "12"
        if not isinstance(value, dict):
            self.fail(key, f"{key} 应是表。", f'写成 [table.{key}.{sample}]，下面写 unit = "%"。')
        said: dict[int, Said] = {}
        for name, entry in value.items():
            path = f"{key}.{name}"
            if not isinstance(entry, dict):
                self.fail(path, f"{path} 应是表。", f'写成 [table.{path}]，下面写 unit = "%"。')
            self.known(_AXIS_KEYS, f"{path}.", entry)
            period = entry.get("period")
            one = Said(
                unit=self.read(f"{path}.unit", entry["unit"], unit_of) if "unit" in entry else "",
                period="" if period is None else str(self.read(f"{path}.period", period, period_of)),
            )
            for place in self.read(path, name, grammar):
                if place in said:
                    self.fail(path, f"{path} 与前面的重复。", "每一行、每一列只写一次。")
                said[place] = one
        return said

    def expects(self, sheet: str) -> tuple[dict[tuple[str, int, int], str | float], dict[Any, str]]:
        """Return the cells that must still say what they said, and where that is written."""
        value = self.data.get("expects", {})
        how = '写成 expects = { A3 = "指标" }；别的工作表写 "表名!A3"。'
        if not isinstance(value, dict):
            self.fail("expects", "expects 应是单元格和内容的对照。", how)
        found: dict[tuple[str, int, int], str | float] = {}
        for name, content in value.items():
            own, _, cell = name.rpartition("!")
            area = self.read("expects", cell, area_of)
            if area.top != area.bottom or area.left != area.right:
                self.fail("expects", f"expects 的“{name}”不是一个单元格。", how)
            if isinstance(content, bool) or not isinstance(content, str | int | float):
                self.fail("expects", f"expects 里 {name} 的内容应是文字或数。", how)
            found[own or sheet, area.top, area.left] = content
        line = f"第{self.origin.line('expects')}行 expects"
        return found, dict.fromkeys(found, line)

    def texts(self) -> dict[str, str]:
        """Return what was written by key, to be shown again."""
        return {key: _shown(value) for key, value in self.data.items() if not isinstance(value, dict)}


def _shown(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _table(entry: _Entry) -> tuple[TableSaid, dict[tuple[str, int, int], str | float], dict[Any, str]]:
    entry.known(_TABLE_KEYS)
    sheet = entry.get("sheet", text_of)
    header = entry.get("header", header_of)
    table = TableSaid(
        origin=entry.origin,
        sheet=sheet,
        area=entry.get("area", area_of),
        header=header,
        labels=entry.get("labels", columns_of),
        columns=entry.get("columns", columns_of),
        skip_columns=entry.get("skip_columns", columns_of) or (),
        unit_column=entry.get("unit_column", column_of),
        first=entry.get("first", row_of),
        last=entry.get("last", row_of),
        title=entry.get("title", text_of),
        units=entry.get("unit", units_of),
        period=entry.get("period", period_of),
        skip_rows=entry.get("skip_rows", rows_of) or (),
        skip=entry.get("skip", areas_of) or (),
        by_column=entry.axis("column", columns_of),
        by_row=entry.axis("row", rows_of),
        texts=entry.texts(),
    )
    _check_order(entry, table)
    return table, *entry.expects(sheet or "")


def _check_order(entry: _Entry, table: TableSaid) -> None:
    """Check what rows and columns say about each other, whatever the sheet holds."""
    if table.first is not None and table.last is not None and table.first > table.last:
        entry.fail(
            "last", f"末行（{table.last + 1}）在首行（{table.first + 1}）之上。", "改正 first 或 last。"
        )
    below = next((key for key in ("first", "last") if getattr(table, key) is not None), "")
    if table.header and below and table.header[-1] >= getattr(table, below):
        row = getattr(table, below) + 1
        entry.fail(
            "header",
            f"表头（到第{table.header[-1] + 1}行）不在数据（{below} 是第{row}行）之上。",
            "改正 header，或改正 first、last。",
        )
    claims: dict[int, str] = {}
    unit = () if table.unit_column in (None, NO_COLUMN) else (table.unit_column,)
    groups = {"labels": table.labels, "columns": table.columns, "unit_column": unit}
    for key, columns in (*groups.items(), ("skip_columns", table.skip_columns)):
        for c in columns or ():
            assert c is not None
            if c in claims:
                name = str(Area(0, c, 0, c))[:-1]
                entry.fail(key, f"{name} 列同时写在 {claims[c]} 和 {key} 里。", "一列只归一类，删去一处。")
            claims[c] = key


def _sheet(entry: _Entry) -> tuple[SheetSaid, dict[tuple[str, int, int], str | float], dict[Any, str]]:
    entry.known(_SHEET_KEYS)
    name = entry.get("name", text_of)
    sheet = SheetSaid(
        origin=entry.origin,
        name=name,
        skip_rows=entry.get("skip_rows", rows_of) or (),
        skip_columns=entry.get("skip_columns", columns_of) or (),
        skip=entry.get("skip", areas_of) or (),
        texts=entry.texts(),
    )
    return sheet, *entry.expects(name or "")
