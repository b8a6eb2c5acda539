"""Hold what an analyst says against the workbook that is there: sheets, rows and columns, expected cells.

An override written for another state of the workbook is refused, never applied in part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

from songyuan_analysis.sheets import labels
from songyuan_analysis.sheets.override.values import NO_COLUMN, Area, OnSheet, Origin, Override, TableSaid
from songyuan_analysis.sheets.reader import Sheet, address


def fit(override: Override, sheets: Sequence[Sheet], workbook: Path) -> dict[str, OnSheet]:
    """Return what is said about each sheet by its name.

    Raises
    ------
    OverrideError
        If the workbook is not the one that the override was written for, or does not have what it names.
    """
    _check_bytes(override, workbook)
    by_name = {sheet.name: sheet for sheet in sheets}
    for name in override.skip_sheets:
        _known_sheet(override.origin, "skip_sheets", name, by_name)
    _check_expected(override, by_name)
    tables: dict[str, list[TableSaid]] = {}
    for table in override.tables:
        name = _sheet_name(table.origin, "sheet", table.sheet, by_name)
        if name in override.skip_sheets:
            table.origin.fail("sheet", f"工作表“{name}”写在 skip_sheets 里。", "删去其中一处。", sheet=name)
        _check_size(table, by_name[name])
        tables.setdefault(name, []).append(table)
    skips: dict[str, list[int]] = {}
    for n, entry in enumerate(override.sheets):
        name = _sheet_name(entry.origin, "name", entry.name, by_name)
        for key in ("skip_rows", "skip_columns", "skip"):
            _within(entry.origin, key, by_name[name], _areas_of(key, getattr(entry, key), by_name[name]))
        skips.setdefault(name, []).append(n)
    for name, listed in tables.items():
        _check_overlap(listed, name)
    return {
        name: OnSheet(
            tables=tuple(tables.get(name, ())),
            skips=tuple(override.sheets[n] for n in skips.get(name, ())),
            left_out=name in override.skip_sheets,
            origin=override.origin,
        )
        for name in {*tables, *skips, *override.skip_sheets}
    }


def _check_bytes(override: Override, workbook: Path) -> None:
    if override.sha256 and hashlib.sha256(workbook.read_bytes()).hexdigest() != override.sha256:
        override.origin.fail(
            "sha256",
            f"工作簿“{workbook.name}”在写这个版式文件之后改动过（sha256 不符）。",
            "对照现在的工作簿核对各处行列，再改正或删去 sha256。",
        )


def _check_expected(override: Override, by_name: dict[str, Sheet]) -> None:
    for (sheet_name, row, column), text in override.expects.items():
        line, _, key = override.expected_at[sheet_name, row, column].partition(" ")
        origin = Origin(override.origin.file, "", {key: int(line.strip("第行"))})
        name = _sheet_name(origin, key, sheet_name or None, by_name)
        sheet = by_name[name]
        inside = row < sheet.n_rows and column < sheet.n_columns
        found = labels.squeeze(sheet.text(row, column)) if inside else ""
        if found != _as_shown(text):
            origin.fail(
                key,
                f"{address(row, column)} 应是“{text}”，现在是“{found}”：工作簿在写这个版式文件之后改动过。",
                "对照现在的工作簿核对各处行列，再改正 expects；版式不再适用就删去这个文件。",
                sheet=name,
            )


def _as_shown(value: str | float) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return labels.squeeze(str(value))


def _known_sheet(origin: Origin, key: str, name: str, by_name: dict[str, Sheet]) -> None:
    if name not in by_name:
        origin.fail(key, f"没有工作表“{name}”。", f"工作簿里有：{'、'.join(by_name)}。", sheet=name)


def _sheet_name(origin: Origin, key: str, name: str | None, by_name: dict[str, Sheet]) -> str:
    if name is not None:
        _known_sheet(origin, key, name, by_name)
        return name
    if len(by_name) != 1:
        how = f'写上 {key} = "…"，工作簿里有：{"、".join(by_name)}。'
        origin.fail("" if key == "sheet" else key, "有不止一张工作表，没有写明是哪一张。", how)
    return next(iter(by_name))


def _areas_of(key: str, value: Iterable[int] | Iterable[Area], sheet: Sheet) -> list[Area]:
    """Return rows, columns or areas as areas; rows and columns reach over the whole sheet."""
    last_row, last_column = sheet.n_rows - 1, sheet.n_columns - 1
    found: list[Area] = []
    for part in value:
        if isinstance(part, Area):
            found.append(part)
        elif "column" in key or key == "labels":
            found.append(Area(0, part, last_row, part))
        else:
            found.append(Area(part, 0, part, last_column))
    return found


def _within(origin: Origin, key: str, sheet: Sheet, areas: Iterable[Area], limit: Area | None = None) -> None:
    """Check that everything named by a key is on the sheet, and inside the area of its table."""
    for area in areas:
        if area.bottom >= sheet.n_rows:
            origin.fail(
                key,
                f"第{area.bottom + 1}行超出了工作表，只用到第{sheet.n_rows}行。",
                "改正行号；工作簿换过新版的，重新核对各处行列。",
                sheet=sheet.name,
            )
        if area.right >= sheet.n_columns:
            last = address(0, max(0, sheet.n_columns - 1))[:-1]
            origin.fail(
                key,
                f"{address(0, area.right)[:-1]} 列超出了工作表，只用到 {last} 列。",
                "改正列的字母；工作簿换过新版的，重新核对各处行列。",
                sheet=sheet.name,
            )
        if limit is not None and not limit.meets(area):
            origin.fail(
                key, f"{key} 不在 area（{limit}）之内。", "改正 area，或改正这一处。", sheet=sheet.name
            )


def _check_size(table: TableSaid, sheet: Sheet) -> None:
    """Check the rows and columns of a table against its sheet and its area."""
    origin, limit = table.origin, table.area
    if limit is not None:
        _within(origin, "area", sheet, [limit])
    one = {"first": table.first, "last": table.last}
    unit = () if table.unit_column in (None, NO_COLUMN) else (table.unit_column,)
    several: dict[str, Iterable[int] | Iterable[Area]] = {
        **{key: () if row is None else (row,) for key, row in one.items()},
        "header": table.header or (),
        "labels": table.labels or (),
        "columns": table.columns or (),
        "unit_column": [c for c in unit if c is not None],
        "skip_columns": table.skip_columns,
        "skip_rows": table.skip_rows,
        "skip": table.skip,
    }
    for key, value in several.items():
        _within(origin, key, sheet, _areas_of(key, value, sheet), limit)
    for c in table.by_column:
        key = f"column.{address(0, c)[:-1]}"
        _within(origin, key, sheet, _areas_of("column", [c], sheet), limit)
    for r in table.by_row:
        _within(origin, f"row.{r + 1}", sheet, _areas_of("row", [r], sheet), limit)


def _check_overlap(tables: list[TableSaid], sheet: str) -> None:
    if len(tables) > 1:
        for table in tables:
            if table.area is None:
                table.origin.fail(
                    "", "同一张工作表写了几张表，这一张没有写 area。", '写上 area = "A1:H40"。', sheet=sheet
                )
    for one, other in combinations(tables, 2):
        if one.area is not None and other.area is not None and one.area.meets(other.area):
            line = one.origin.line("area")
            other.origin.fail(
                "area",
                f"范围 {other.area} 与第{line}行的 {one.area} 重叠。",
                "一个单元格只属于一张表，改小其中一个。",
                sheet=sheet,
            )
