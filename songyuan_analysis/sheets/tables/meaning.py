"""What the labels of a cell mean together: its period, its unit, the notes that apply.

A block has few distinct labels and many cells: every answer is worked out once for all rows that say the same, and
such rows get the same tuple, so that they can be told by identity.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

from songyuan_analysis.sheets import marks, timewords, units
from songyuan_analysis.sheets.layout import Block
from songyuan_analysis.sheets.periods import Period, resolve
from songyuan_analysis.sheets.tables.heads import ColumnHead
from songyuan_analysis.sheets.tables.notes import notes_for, used_keys
from songyuan_analysis.sheets.tables.rows import RowHead
from songyuan_analysis.sheets.tables.titled import Label, YearsOfMonths, names_times, years_of_months

_RATE_WORD = re.compile(r"率$|率[（(]|比重|比例|占比|构成|百分比|增速$|增长$|增減|增减|增幅|％|%")
_COUNT_WORD = re.compile(r"[数數量额額]$|人口$|户$")
_STRONG_RATE = re.compile(
    r"(?:百分比|增加率|增减率|增減率|增长率|增長率|增长速度|增速|同比增长|比重|占比|[%％]|同比|环比|[比较較]上年(?:同期)?增[长長]|[比较較]去年(?:同期)?增[长長]|"
    r"(?:percentage|%) change.*)",
    re.IGNORECASE,
)
# A place in an order has no unit, whatever the title says.
_PLACE = re.compile(r".*(?:位次|名次|排名|排位)")


class Meaning:
    """The answers for the cells of one block."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self._mid_quarter = _only_mid_quarters(block)
        self._outer = around(block)
        said = block.place.said
        self._period = said.period if said is not None else None
        self._periods: dict[object, tuple[str, ...]] = {}
        self._units: dict[object, tuple[str, ...]] = {}
        self._notes: dict[object, tuple[str, ...]] = {}
        self._single_notes: dict[frozenset[str], str] = {}

    @cached_property
    def _loose(self) -> bool:
        return _loose_quarters(self._block)

    @cached_property
    def _years(self) -> YearsOfMonths | None:
        # A period said by hand is that of the cells that say none.
        return years_of_months(_axes(self._block), self._outer) if self._period is None else None

    @cached_property
    def _range_of_axis(self) -> bool:
        """Whether the title names the years that an axis runs through: no cell is of all of them."""
        title = next((f for f in self._outer if f.year is not None), None)
        return title is not None and title.kind == "years" and any(names_times(a) for a in _axes(self._block))

    @cached_property
    def _used(self) -> set[str]:
        rows, columns = self._block.rows.values(), self._block.columns.values()
        return used_keys([head.raw for head in rows] + [head.raw for head in columns])

    @cached_property
    def _column_sums(self) -> dict[int, bool | None]:
        # Labels said by hand speak before what was lent from the column beside.
        spoken = {c: timewords.says_sum(reversed(h.path)) for c, h in self._block.columns.items()}
        return {c: self._block.columns[c].sums if own is None else own for c, own in spoken.items()}

    @cached_property
    def _column_keys(self) -> dict[int, tuple[str, ...]]:
        return {c: marks.footnote_keys(h.raw) for c, h in self._block.columns.items()}

    @cached_property
    def _rows_decide(self) -> bool:
        listed = self._block.heading.units
        return len(listed) > 1 and any(units.parse_unit(u).is_rate for u in listed)

    def periods(self, row: RowHead, columns: list[int]) -> tuple[str, ...]:
        """Return the period texts of a row."""
        key = (row.spoken, row.sums, row.said)
        found = self._periods.get(key)
        if found is None:
            sums = [self._column_sums[c] for c in columns]
            found = tuple(
                self._period_text(row, self._block.columns[c], cumulative=row.sums if own is None else own)
                for c, own in zip(columns, sums, strict=True)
            )
            self._periods[key] = found
        return found

    def units(self, row: RowHead, columns: list[int]) -> tuple[str, ...]:
        """Return the units of a row."""
        rate, place = _is_rate(row), bool(row.path) and _PLACE.fullmatch(row.path[-1]) is not None
        key = (row.unit, row.parent_unit, rate, place, tuple(row.path) if self._rows_decide else (), row.said)
        found = self._units.get(key)
        if found is None:
            found = self._units[key] = tuple(_unit(self._block, row, self._block.columns[c]) for c in columns)
        return found

    def notes(self, row: RowHead, columns: list[int]) -> tuple[str, ...]:
        """Return the notes that the labels of the cells of a row call."""
        key = row.footnotes if self._block.notes else ()
        found = self._notes.get(key)
        if found is None:
            found = self._notes[key] = tuple(self.note(row, c) for c in columns)
        return found

    def note(self, row: RowHead, column: int, said: str = "") -> str:
        """Return the notes that apply to a cell, given what it says beside its number."""
        if not self._block.notes:
            return ""
        keys = (*row.footnotes, *self._column_keys[column], *marks.footnote_keys(said))
        here = frozenset(keys)
        if here not in self._single_notes:
            self._single_notes[here] = notes_for(self._block.notes, here, self._used)
        return self._single_notes[here]

    def _period_text(self, row: RowHead, column: ColumnHead, *, cumulative: bool | None) -> str:
        """Return the period that is said by hand for the column, the row or the table, else the resolved one."""
        if column.said.period or row.said.period:
            return column.said.period or row.said.period
        whole = self._period
        if whole is not None and cumulative in (None, whole.cumulative):
            # 2024年 over a column of a table of 2024年1—9月 says no other time; 2023年 does.
            own = [*column.fragments, *row.fragments]
            if all(f.kind == "year" and f.year == whole.start[0] == whole.end[0] for f in own):
                return str(whole)
        period = self._resolve(row, column, cumulative=cumulative)
        return "" if period is None else str(period)

    def _resolve(self, row: RowHead, column: ColumnHead, *, cumulative: bool | None) -> Period | None:
        """Resolve what column, row, title and sheet name say about the time of a number."""
        outer = self._outer
        own = [*column.fragments, *row.fragments]
        if self._years is not None:
            narrowed = self._years.narrowed
            own = [*narrowed(column.path, column.fragments), *narrowed(row.path, row.fragments)]
            own = [_last_month(f) for f in own] if cumulative is False else own
        if self._range_of_axis and all(f.kind == "relative" for f in own):
            return None
        if cumulative is False and not any(f.kind not in {"year", "relative"} for f in own):
            # 本月 under a title of 1—9月 is September alone.
            outer = tuple(_last_month(f) for f in outer)
        if column.quarterly and self._mid_quarter:
            own = [replace(f, start=f.end + 1, end=f.end + 1) if f.end else f for f in own]
        return resolve(
            [*own, *outer], cumulative=cumulative, quarterly=column.quarterly, loose_quarters=self._loose
        )


def _axes(block: Block) -> list[list[Label]]:
    """Return the labels of the columns and those of the rows."""
    return [[(h.path, h.fragments) for h in heads.values()] for heads in (block.columns, block.rows)]


def _last_month(fragment: timewords.Fragment) -> timewords.Fragment:
    """Return the last month of a span; other fragments stay."""
    if fragment.kind != "span" or not fragment.end:
        return fragment
    return timewords.Fragment("month", fragment.year, fragment.end, fragment.end)


def around(block: Block) -> tuple[timewords.Fragment, ...]:
    """Return what the lines above a block say about time and, unless that is said by hand, the sheet's name."""
    said = block.place.said
    by_hand = said is not None and said.period is not None
    name = None if by_hand else timewords.title_fragment(block.sheet.name)
    return (*block.heading.fragments, *([] if name is None else [name]))


def _loose_quarters(block: Block) -> bool:
    """Whether an axis of the block holds single quarters: a second quarter, and no half-year."""
    for heads in (block.columns.values(), block.rows.values()):
        found = [f for head in heads for f in head.fragments]
        later = any(f.kind == "quarter" and (f.start or 1) > 1 for f in found)
        spans = any(f.kind == "span" for f in found)
        if later and not spans:
            return True
    return False


def _only_mid_quarters(block: Block) -> bool:
    """Whether all dated rows stand at the middle month of a quarter (surveys of February, May, ...)."""
    dated = [f for head in block.rows.values() for f in head.fragments if f.kind == "month" and f.year]
    return len(dated) >= 4 and all(f.end is not None and f.end % 3 == 2 for f in dated)


def _is_rate(row: RowHead) -> bool:
    """Whether the row, or a section over it, says 比上年增长 or the like: a title's 万元 is not its unit."""
    return any(_STRONG_RATE.fullmatch(part) for part in row.path)


def _unit_named(column: ColumnHead) -> str:
    """Return the unit that a label itself is: 上年同月=100, 增减百分点, 百分比."""
    leaf = column.path[-1] if column.path else ""
    base = next((part for part in column.path if part.endswith("=100") and units.is_unit(part)), "")
    if base:
        return base
    return "百分点" if leaf.endswith("百分点") else "%" if leaf in ("百分比", "％", "%") else ""


def _unit(block: Block, row: RowHead, column: ColumnHead) -> str:
    """Choose the unit: what is said by hand, the column's own, the row's own, one that the label implies, the title's."""
    if column.said.unit or row.said.unit:
        return column.said.unit or row.said.unit
    leaf = column.path[-1] if column.path else ""
    if column.unit:
        ranks = units.is_rank(leaf) and units.parse_unit(column.unit).dimension != "RANK"
        return "" if ranks else column.unit  # whatever the band over a rank measures in
    if units.is_rank(leaf) or (row.path and not row.unit and units.is_rank(row.path[-1])):
        return ""
    if named := _unit_named(column):
        return named
    listed = block.heading.units
    rates = [u for u in listed if units.parse_unit(u).is_rate]
    if row.unit:
        known = units.parse_unit(row.unit)
        if not known.known or known.is_rate:
            return row.unit
        # 单位：亿元、% over a row of its own unit: its growth still takes the %.
        growth = rates and _RATE_WORD.search(leaf) and not _COUNT_WORD.search(leaf)
        return "%" if _STRONG_RATE.fullmatch(leaf) else rates[0] if growth else row.unit
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
    if _PLACE.fullmatch(leaf) or (row.path and _PLACE.fullmatch(row.path[-1])):
        return ""
    if (listed or row.parent_unit) and not rates and (_STRONG_RATE.fullmatch(leaf) or _is_rate(row)):
        return "%"
    return listed[0] if listed else row.parent_unit
