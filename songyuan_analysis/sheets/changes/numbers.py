"""What changed in the numbers: the same label, the same period, another value.

Numbers of different units are compared where the units measure the same thing. A number that was only printed with
fewer decimals did not change.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median

from songyuan_analysis.sheets.changes.align import Path, Rename
from songyuan_analysis.sheets.changes.finding import IMPORTANT, KINDS, NUMBERS, Finding
from songyuan_analysis.sheets.changes.release import Line, Table
from songyuan_analysis.sheets.changes.shape import Match
from songyuan_analysis.sheets.periods import Period
from songyuan_analysis.sheets.units import Unit

Key = tuple[Path, Path, str]
Place = tuple[int, int]

# A factor this near to a power of ten (in decimal logarithms) is no revision.
_NEAR = 0.01
_UNIT_STEPS = (3, 4, 8)
_LARGE_PERCENT, _LARGE_POINTS = 10.0, 1.0


@dataclass(frozen=True)
class _Twins:
    """The same cell in both releases; the numbers in base units where the units allow it."""

    old: Place
    new: Place
    key: Key
    before: float
    after: float
    tolerance: float


def number_findings(match: Match) -> tuple[list[Finding], int]:
    """Compare the numbers of a table; return what was found, and how many numbers could be compared."""
    pairs = _same_cells(match)
    findings = list(_lost_and_filled(match, pairs))
    twins = [twin for old, new, key in pairs if (twin := _twins(match, old, new, key)) is not None]
    changed = [t for t in twins if abs(t.after - t.before) > t.tolerance]
    undated = bool(twins) and all(t.key[2] == "" for t in twins)
    if undated and len(twins) >= 6 and len(changed) > 0.6 * len(twins):
        findings.append(_undated(match, changed, len(twins)))
        return findings, len(twins)
    slips = _slips(match, changed)
    slipped = {twin.new for group in slips.values() for twin in group}
    findings += [_slip(match, power, group) for power, group in slips.items()]
    findings += [_revision(match, twin) for twin in changed if twin.new not in slipped]
    if not twins:
        findings += _jump(match)
    return findings, len(twins)


class LineNumbers:
    """The numbers of the lines of a table by what stands across and the period, to tell lines by their numbers."""

    def __init__(self, old: Table, new: Table, axis: int) -> None:
        self._sides = old, new
        self._axis = axis
        self._known: dict[tuple[int, int], dict[tuple[Path, str], float]] = {}

    def agree(self, old: Line, new: Line) -> bool | None:
        """Whether two lines hold the same numbers; None if they have no period in common, or too little to tell."""
        one, other = self._numbers(0, old.place), self._numbers(1, new.place)
        both = [key for key in one if key in other]
        if not both:
            return None
        equal = sum(math.isclose(one[key], other[key], rel_tol=1e-9) for key in both)
        if not equal:
            return False
        return True if len(both) >= 2 and equal > 0.5 * len(both) else None

    def told(self, guess: Rename) -> Rename:
        """Return a rename that says 数字相同 only if all numbers are equal."""
        one, other = self._numbers(0, guess.old.place), self._numbers(1, guess.new.place)
        if one.keys() == other.keys() and all(math.isclose(one[k], other[k], rel_tol=1e-9) for k in one):
            return guess
        return replace(guess, why=guess.why.replace("数字相同", "多数数字相同"))

    def _numbers(self, side: int, place: int) -> dict[tuple[Path, str], float]:
        known = self._known.get((side, place))
        if known is None:
            table = self._sides[side]
            known = self._known[side, place] = {}
            for line in table.columns if self._axis == 0 else table.rows:
                at = (place, line.place) if self._axis == 0 else (line.place, place)
                value, period = float(table.values[at]), str(table.periods[at])
                if period and value and not math.isnan(value):
                    known[line.path, period] = value
        return known


# --- which cells are the same -------------------------------------------------------------------


def _same_cells(match: Match) -> list[tuple[Place, Place, Key]]:
    """Return the cells with the same labels and period; where several say the same, none are compared."""
    if not (match.rows.same_band and match.columns.same_band):
        return []
    old = _by_key(match.old, match.rows.old_paths, match.columns.old_paths)
    new = _by_key(match.new, match.rows.new_paths, match.columns.new_paths)
    pairs: list[tuple[Place, Place, Key]] = []
    for key, places in old.items():
        others = new.get(key, [])
        doubtful = key[0] in match.rows.doubtful or key[1] in match.columns.doubtful
        if len(places) == len(others) and not doubtful:
            # The same label twice under one heading: in the order in which they stand.
            renamed = key[0] in match.rows.guessed or key[1] in match.columns.guessed
            pairs.extend(
                (one, other, key)
                for one, other in zip(places, others, strict=True)
                # Another unit under another name: the rename says so, and the numbers prove nothing.
                if not (renamed and match.old.units[one] != match.new.units[other])
            )
    return pairs


def _by_key(table: Table, rows: dict[int, Path], columns: dict[int, Path]) -> dict[Key, list[Place]]:
    cells: dict[Key, list[Place]] = defaultdict(list)
    for r, row in rows.items():
        for c, column in columns.items():
            cells[row, column, str(table.periods[r, c])].append((r, c))
    return cells


def _twins(match: Match, old: Place, new: Place, key: Key) -> _Twins | None:
    before, after = float(match.old.values[old]), float(match.new.values[new])
    if math.isnan(before) or math.isnan(after):
        return None
    one, other = match.old.unit(*old), match.new.unit(*new)
    shift = _powers(one, other)
    if shift is None:
        return None
    grain = _grain(match.old, old, shift[0]), _grain(match.new, new, shift[1])
    before, after = before * 10.0 ** shift[0], after * 10.0 ** shift[1]
    # A number of fewer decimals stands for all that round to it.
    blur = 0.0 if math.isclose(*grain) else max(grain) / 2
    return _Twins(old, new, key, before, after, blur + 1e-9 * max(abs(before), abs(after)))


def _powers(old: Unit, new: Unit) -> tuple[int, int] | None:
    """Return the powers of ten that make two units one; None if they measure different things."""
    if old.known and old.dimension == new.dimension:
        return old.mult, new.mult
    return (0, 0) if old.text == new.text or not old.text or not new.text else None


def _grain(table: Table, place: Place, power: int) -> float:
    usual = table.usual_digits.get(str(table.units[place]), 0)
    return float(10.0 ** (power - max(int(table.digits[place]), usual)))


# --- findings -----------------------------------------------------------------------------------


def _lost_and_filled(match: Match, pairs: list[tuple[Place, Place, Key]]) -> Iterator[Finding]:
    for old, new, key in pairs:
        before, after = float(match.old.values[old]), float(match.new.values[new])
        if math.isnan(before) == math.isnan(after):
            continue
        marks = str(match.old.marks[old]), str(match.new.marks[new])
        if math.isnan(before):
            yield _found(match, "补上数字", old, new, key, before=marks[0], after=_text(match.new, new))
        else:
            kind = "数字变为符号" if marks[1] else "数字消失"
            yield _found(match, kind, old, new, key, before=_text(match.old, old), after=marks[1])


def _revision(match: Match, twin: _Twins) -> Finding:
    unit = match.new.unit(*twin.new)
    power = (_powers(match.old.unit(*twin.old), unit) or (0, 0))[1]
    gap = float(f"{(twin.after - twin.before) / 10.0**power:.10g}")
    percent = None if unit.is_rate or not twin.before else 100 * (twin.after / twin.before - 1)
    texts = _text(match.old, twin.old), _text(match.new, twin.new)
    if same_print := texts[0] == texts[1]:
        # Only behind the number format did anything change: show the digits that the cells hold.
        texts = f"{float(match.old.values[twin.old]):.12g}", f"{float(match.new.values[twin.new]):.12g}"
    turned = twin.before * twin.after < 0
    large = abs(gap) >= _LARGE_POINTS if percent is None else abs(percent) >= _LARGE_PERCENT
    return _found(
        match, "修订", twin.old, twin.new, twin.key,
        before=texts[0], after=texts[1],
        severity=IMPORTANT if turned or large else "",
        difference=gap if same_print else _rounded(gap, match, twin), percent=None if percent is None else round(percent, 2),
        remark="正负号变了" if turned else "印出来的数没有变" if same_print else "",
    )  # fmt: skip


def _rounded(gap: float, match: Match, twin: _Twins) -> float:
    """Cut the noise of binary fractions off a difference."""
    digits = max(int(match.old.digits[twin.old]), int(match.new.digits[twin.new]))
    same_unit = match.old.units[twin.old] == match.new.units[twin.new]
    return round(gap, digits) if same_unit else gap


def _slips(match: Match, changed: list[_Twins]) -> dict[int, list[_Twins]]:
    """Group numbers that became 10, 100 ... times what they were: nearly exactly, and not by chance."""
    groups: dict[int, list[_Twins]] = defaultdict(list)
    for twin in changed:
        if twin.before and twin.after and twin.before * twin.after > 0:
            size = math.log10(twin.after / twin.before)
            if round(size) and abs(size - round(size)) < _NEAR:
                groups[round(size)].append(twin)
    return {
        power: group
        for power, group in groups.items()
        if len(group) > 1 or _telling_digits(match, group[0]) >= 3 or _between_units(power, group[0])
    }


def _between_units(power: int, twin: _Twins) -> bool:
    """Whether a number jumps by exactly what lies between 千, 万 or 亿 and one: 8000 that becomes 80000000."""
    return abs(power) in _UNIT_STEPS and math.isclose(twin.after, twin.before * 10.0**power, rel_tol=1e-9)


def _telling_digits(match: Match, twin: _Twins) -> int:
    """Count the digits without zeros around them: 1 to 10 happens, 123.4 to 1234 does not."""
    values = float(match.old.values[twin.old]), float(match.new.values[twin.new])
    return min(len(f"{abs(v):.9e}".split("e", maxsplit=1)[0].replace(".", "").strip("0")) for v in values)


def _slip(match: Match, power: int, group: list[_Twins]) -> Finding:
    first = group[0]
    times = f"10{_superscript(abs(power))} 倍" if power > 0 else f"10{_superscript(abs(power))} 分之一"
    many = f"{len(group)} 个数都变为原来的 {times}" if len(group) > 1 else f"变为原来的 {times}，只有这一个数"
    return _found(
        match, "疑似单位差错", first.old, first.new, first.key,
        before=_text(match.old, first.old), after=_text(match.new, first.new), remark=many,
    )  # fmt: skip


def _superscript(number: int) -> str:
    return "" if number == 1 else str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _jump(match: Match) -> list[Finding]:
    """Compare a table with that of another period: no indicator grows a hundredfold, let alone all of them."""
    sizes: list[tuple[float, Place, Place]] = []
    for row in match.rows.matched:
        ratios = []
        for column in match.columns.matched:
            old, new = (row[0].place, column[0].place), (row[1].place, column[1].place)
            twin = _twins(match, old, new, ((), (), ""))
            if twin is not None and not match.old.unit(*old).is_rate and twin.before * twin.after > 0:
                ratios.append((math.log10(twin.after / twin.before), old, new))
        if ratios:
            sizes.append((median(r[0] for r in ratios), *ratios[0][1:]))
    if len(sizes) < 3:
        return []
    power = round(median(s[0] for s in sizes))
    alike = [s for s in sizes if abs(s[0] - power) < 0.5]
    if abs(power) < 2 or len(alike) < 0.8 * len(sizes):
        return []
    _, old, new = alike[0]
    times = f"10{_superscript(abs(power))} 倍" if power > 0 else f"10{_superscript(abs(power))} 分之一"
    key = match.rows.new_paths[new[0]], match.columns.new_paths[new[1]], str(match.new.periods[new])
    remark = f"{len(alike)} 行的数都约为上一期的 {times}，而写明的单位解释不了"
    return [
        _found(
            match,
            "疑似单位差错",
            old,
            new,
            key,
            before=_text(match.old, old),
            after=_text(match.new, new),
            remark=remark,
        )
    ]


def _undated(match: Match, changed: list[_Twins], compared: int) -> Finding:
    first = changed[0]
    return _found(
        match, "时期不明", first.old, first.new, first.key,
        before=_text(match.old, first.old), after=_text(match.new, first.new),
        remark=f"比较了 {compared} 个数，{len(changed)} 个不同",
    )  # fmt: skip


def _text(table: Table, place: Place) -> str:
    value = float(table.values[place])
    unit = str(table.units[place])
    gap = " " if unit[:1].isascii() and unit not in ("", "%") else ""
    return f"{value:.{max(int(table.digits[place]), 0)}f}{gap}{unit}"


def _found(
    match: Match,
    kind: str,
    old: Place,
    new: Place,
    key: Key,
    *,
    before: str,
    after: str,
    severity: str = "",
    difference: float | None = None,
    percent: float | None = None,
    remark: str = "",
) -> Finding:
    _, usual, remedy = KINDS[kind]
    row, column = match.new.rows[new[0]].label, match.new.columns[new[1]].label
    what = f"{row} × {column}".strip(" ×")
    period = Period.parse(key[2]).label_zh() if key[2] else ""
    value = [float(t.values[p]) for t, p in ((match.old, old), (match.new, new))]
    return Finding(
        NUMBERS,
        kind,
        severity or usual,
        match.new.sheet,
        match.old_cell(str(match.old.cells[old])),
        str(match.new.cells[new]),
        before,
        after,
        "；".join(part for part in (what, "" if period in what else period, remark) if part),
        remedy,
        None if math.isnan(value[0]) else value[0],
        None if math.isnan(value[1]) else value[1],
        difference,
        percent,
        str(match.new.units[new]),
    )
