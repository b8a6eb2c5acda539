"""What moved in the layout of one table: its lines, header, units, places, decimals and hidden lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from songyuan_analysis.sheets import units
from songyuan_analysis.sheets.changes import words
from songyuan_analysis.sheets.changes.align import Alignment, Pair, Rename, out_of_order
from songyuan_analysis.sheets.changes.finding import HINT, IMPORTANT, NOTICE, Finding, found
from songyuan_analysis.sheets.changes.release import Line, Table, usual
from songyuan_analysis.sheets.reader import address

_FEW = 3
_ENOUGH = 5
Place = tuple[int, int]


@dataclass(frozen=True)
class Match:
    """A table in both releases with the correspondence of its lines.

    `hidden` says whether both containers tell what is hidden.
    """

    old: Table
    new: Table
    rows: Alignment
    columns: Alignment
    hidden: bool = True

    def old_cell(self, cell: str) -> str:
        """Return an address in the old file, with its sheet where that had another name."""
        return cell if not cell or self.old.sheet == self.new.sheet else f"{self.old.sheet}!{cell}"

    def found(self, kind: str, old_cell: str = "", new_cell: str = "", **what: str) -> Finding:
        """Make a finding about this table."""
        return found(kind, self.new.sheet, cell_old=self.old_cell(old_cell), cell_new=new_cell, **what)


def shape_findings(match: Match) -> Iterator[Finding]:
    """Compare the layout of a table."""
    yield from _titles(match)
    yield from _header(match)
    yield from _lines(match, match.rows, "行")
    yield from _lines(match, match.columns, "列")
    yield from _units(match)
    yield from _places(match)
    yield from _decimals(match)
    yield from _hidden(match)


def _titles(match: Match) -> Iterator[Finding]:
    old, new = (units.split_unit(words.timeless(t.title))[0] for t in (match.old, match.new))
    if words.plain(old) == words.plain(new):
        return
    text = {"old": match.old.title, "new": match.new.title}
    cells = match.old.title_cell, match.new.title_cell
    if words.core_title(match.old.title) == words.core_title(match.new.title):
        yield match.found("表号改变", *cells, **text)
        return
    severity = IMPORTANT if words.scope_differs(old, new) else HINT if words.same_but_digits(old, new) else ""
    yield match.found("标题改变", *cells, severity=severity, **text)


def _header(match: Match) -> Iterator[Finding]:
    old, new = len(match.old.block.header), len(match.new.block.header)
    if old != new:
        cells = match.old.corner, match.new.corner
        yield match.found("表头层数改变", *cells, old=f"{old} 行", new=f"{new} 行")


def _lines(match: Match, lines: Alignment, axis: str) -> Iterator[Finding]:
    """Report what came, went, was renamed, was moved or changed its order along an axis."""
    if lines.bands is not None:
        old, new = lines.bands
        severity, detail = "", f"{axis}标签的共同上级"
        if not lines.same_band:
            severity, detail = IMPORTANT, f"{detail}；数没有比较"
        yield match.found("共同上级改变", old=old, new=new, detail=detail, severity=severity)
    for guess in lines.renamed:
        yield _renamed(match, guess, axis)
    for old_line, new_line in lines.moved:
        yield match.found("换了上级", old_line.cell, new_line.cell, old=old_line.label, new=new_line.label)
    for same in _by_time(lines.gone):
        line, blank = same[0], match.new.blank_rows if axis == "行" else {}
        if line.path in blank:
            what = {"old": line.label, "new": line.label, "detail": "整行没有了数字"}
            yield match.found("数字消失", line.cell, blank[line.path], **what)
        else:
            yield match.found(f"减少{axis}", line.cell, old=line.label, detail=_how_many(same, axis))
    for same in _by_time(lines.come):
        line, blank = same[0], match.old.blank_rows if axis == "行" else {}
        if line.path in blank:
            what = {"old": line.label, "new": line.label, "detail": "整行有了数字"}
            yield match.found("补上数字", blank[line.path], line.cell, **what)
        else:
            hidden = f"这一{axis}是隐藏的" if line.hidden else ""
            detail = "；".join(part for part in (_how_many(same, axis), hidden) if part)
            yield match.found(f"新增{axis}", "", line.cell, new=line.label, detail=detail)
    yield from _order(match, lines, axis)


def _by_time(lines: list[Line]) -> list[list[Line]]:
    """Put lines together that differ in time only: a new indicator brings all its years."""
    groups: dict[object, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.path if line.stamp else line.place, []).append(line)
    return list(groups.values())


def _how_many(lines: list[Line], axis: str) -> str:
    return f"各期共 {len(lines)} {axis}，到“{lines[-1].label}”" if len(lines) > 1 else ""


def _renamed(match: Match, guess: Rename, axis: str) -> Finding:
    """Report a guess; another word of scope or another unit in the bargain makes it important."""
    severity = IMPORTANT if words.scope_differs(guess.old_label, guess.new_label) else ""
    detail = f"推测的依据：{guess.why}"
    sides = ((match.old, guess.old), (match.new, guess.new))
    written = [str((t.units[x.place] if axis == "行" else t.units[:, x.place])[0]) for t, x in sides]
    glued = words.glued_units(guess.old_label, guess.new_label)
    for old, new in (written, glued):
        one, other = units.parse_unit(old), units.parse_unit(new)
        if old and new and (one.dimension, one.mult) != (other.dimension, other.mult):
            severity, detail = IMPORTANT, f"{detail}；单位也变了：{old} → {new}"
            break
    return match.found(
        "可能改名", guess.old.cell, guess.new.cell, severity=severity,
        old=guess.old_label, new=guess.new_label, detail=detail,
    )  # fmt: skip


def _order(match: Match, lines: Alignment, axis: str) -> Iterator[Finding]:
    moved = out_of_order(lines.same)
    if not moved:
        return
    shown = "、".join(old.label for old, _ in moved[:_FEW])
    more = f"等 {len(moved)} {axis}" if len(moved) > _FEW else ""
    yield match.found(
        f"{axis}顺序改变", moved[0][0].cell, moved[0][1].cell, detail=f"换了位置的：{shown}{more}"
    )


# --- units --------------------------------------------------------------------------------------


def _units(match: Match) -> Iterator[Finding]:
    """Report each change from one unit to another once, with how many lines it concerns."""
    changes: dict[tuple[str, str], list[tuple[Pair, Pair]]] = {}
    for row in match.rows.matched:
        for column in match.columns.matched:
            old = str(match.old.units[row[0].place, column[0].place])
            new = str(match.new.units[row[1].place, column[1].place])
            if old != new:
                changes.setdefault((old, new), []).append((row, column))
    for (old, new), cells in changes.items():
        if not _has_numbers(match, cells):
            continue  # the unit of an empty cell is nobody's concern
        kind, detail = _kind_of_unit_change(old, new)
        row, column = cells[0]
        yield match.found(
            kind,
            match.old.cells[row[0].place, column[0].place],
            match.new.cells[row[1].place, column[1].place],
            old=old,
            new=new,
            detail=f"{detail}；{len(cells)} 个单元格" + _whose(match, cells),
        )


def _has_numbers(match: Match, cells: list[tuple[Pair, Pair]]) -> bool:
    old = any(match.old.digits[row[0].place, column[0].place] >= 0 for row, column in cells)
    return old and any(match.new.digits[row[1].place, column[1].place] >= 0 for row, column in cells)


def _kind_of_unit_change(old: str, new: str) -> tuple[str, str]:
    one, other = units.parse_unit(old), units.parse_unit(new)
    if not old:
        return "单位写明", "旧表没有写单位"
    if not new:
        return "单位不再写明", "新表没有写单位"
    if one.known and one.dimension == other.dimension:
        power = one.mult - other.mult
        if power == 0:
            return "单位写法改变", "同一个单位"
        return "单位改变", f"同一个数印出来会相差 10{_superscript(abs(power))} 倍"
    return "单位改变", "不是同一种量，不能换算" if one.known and other.known else "有一个单位不认识，不能换算"


def _superscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _whose(match: Match, cells: list[tuple[Pair, Pair]]) -> str:
    """Name the rows or the column that a change of unit is confined to."""
    rows = {row[0].place: row[0].label for row, _ in cells}
    columns = {column[0].place: column[0].label for _, column in cells}
    if len(columns) < min(len(rows), len(match.columns.matched)):
        named, axis = columns, "列"
    elif len(rows) < len(match.rows.matched):
        named, axis = rows, "行"
    else:
        return "，全表"
    shown = "、".join(list(named.values())[:_FEW])
    return f"，{axis}：{shown}" + (f"等 {len(named)} {axis}" if len(named) > _FEW else "")


# --- places, decimals, hidden lines -------------------------------------------------------------


def _places(match: Match) -> Iterator[Finding]:
    """Report columns that stand elsewhere, for those whose formulas go by address."""
    old, new = match.old, match.new
    labels_old = [c - old.left for c in old.block.label_columns]
    labels_new = [c - new.left for c in new.block.label_columns]
    if labels_old != labels_new:
        yield match.found(
            "标签列移动", old=_letters(old.block.label_columns), new=_letters(new.block.label_columns)
        )
    places = [None if t.block.unit_column is None else t.block.unit_column - t.left for t in (old, new)]
    if places[0] != places[1]:
        named = [[] if t.block.unit_column is None else [t.block.unit_column] for t in (old, new)]
        yield match.found("单位列移动", old=_letters(named[0]), new=_letters(named[1]))
    same_header = len(old.block.header) == len(new.block.header)
    if old.block.index == new.block.index == 1 and old.corner != new.corner and same_header:
        yield match.found("表的位置移动", old.corner, new.corner, old=old.corner, new=new.corner)


def _letters(columns: list[int]) -> str:
    return "、".join(f"{address(0, c)[:-1]} 列" for c in columns) or "（无）"


def _decimals(match: Match) -> Iterator[Finding]:
    """Compare the decimals of numbers of the same unit, where there are enough of them to tell."""
    for unit in sorted(set(match.old.usual_digits) & set(match.new.usual_digits)):
        here = _numbers_of(match, unit)
        if min(len(places) for places in here) < _ENOUGH:
            continue
        sides = list(zip((match.old, match.new), here, strict=True))
        old, new = (usual([int(table.digits[place]) for place in places]) for table, places in sides)
        if old != new:
            cells = [str(table.cells[places[0]]) for table, places in sides]
            yield match.found(
                "小数位数改变", *cells, old=f"{old} 位", new=f"{new} 位",
                detail=f"单位为{unit or '（没写）'}的数", severity=NOTICE if new < old else HINT,
            )  # fmt: skip


def _numbers_of(match: Match, unit: str) -> tuple[list[Place], list[Place]]:
    """Return the numbers of a unit: those of the same period, or all where the releases have too few in common."""
    both: tuple[list[Place], list[Place]] = [], []
    for row in match.rows.matched:
        for column in match.columns.matched:
            old, new = (row[0].place, column[0].place), (row[1].place, column[1].place)
            numbers = match.old.digits[old] >= 0 and match.new.digits[new] >= 0
            units_agree = match.old.units[old] == match.new.units[new] == unit
            if numbers and units_agree and match.old.periods[old] == match.new.periods[new]:
                both[0].append(old)
                both[1].append(new)
    if len(both[0]) >= _ENOUGH:
        return both
    old_all, new_all = (
        [(r, c) for r, c in np.argwhere((t.units == unit) & (t.digits >= 0)).tolist()]
        for t in (match.old, match.new)
    )
    return old_all, new_all


def _hidden(match: Match) -> Iterator[Finding]:
    axes = (("行", match.rows), ("列", match.columns)) if match.hidden else ()
    for axis, lines in axes:
        for old, new in lines.matched:
            if old.hidden != new.hidden:
                yield match.found(
                    "新隐藏" if new.hidden else "取消隐藏",
                    old.cell,
                    new.cell,
                    old=old.label,
                    new=new.label,
                    detail=axis,
                )
    if match.old.block.index == match.new.block.index == 1:
        hidden = match.old.block.sheet.hidden, match.new.block.sheet.hidden
        if hidden[0] != hidden[1]:
            kind = "新隐藏" if hidden[1] else "取消隐藏"
            yield match.found(kind, old=match.old.sheet, new=match.new.sheet, detail="工作表")
