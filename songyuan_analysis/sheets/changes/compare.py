"""Two releases set side by side: sheets, then tables, then lines, then numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from songyuan_analysis.sheets.changes.align import align
from songyuan_analysis.sheets.changes.finding import LAYOUT, SEVERITIES, Changes, Finding, found
from songyuan_analysis.sheets.changes.numbers import LineNumbers, number_findings
from songyuan_analysis.sheets.changes.pairing import Paired, pair_tables
from songyuan_analysis.sheets.changes.release import Table
from songyuan_analysis.sheets.changes.remarks import remark_findings
from songyuan_analysis.sheets.changes.shape import Match, shape_findings
from songyuan_analysis.sheets.changes.words import core
from songyuan_analysis.sheets.periods import Period
from songyuan_analysis.sheets.timewords import title_fragment

# What a program calls a sheet that nobody named.
_UNNAMED = re.compile(r"(?:Sheet|工作表|表)\s*\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Release:
    """One file to compare.

    Attributes
    ----------
    name : str
    sheets : list of str
        The sheets that hold anything.
    tables : list of Table
    """

    name: str
    sheets: list[str]
    tables: list[Table]


def compare(old: Release, new: Release, *, hidden: bool) -> Changes:
    """Compare two releases; `hidden` says whether both containers tell what is hidden."""
    paired = pair_tables(old.tables, new.tables)
    findings: list[Finding] = []
    compared = 0
    further = _next_sheets(old, new, paired)
    findings += _sheets(old, new, paired, further)
    findings += _periods(paired, further)
    for one, other in paired.both:
        match = _match(one, other, hidden=hidden)
        findings += shape_findings(match)
        findings += remark_findings(match)
        changed, count = number_findings(match)
        findings += changed
        compared += count
    findings.sort(key=lambda f: (f.part != LAYOUT, SEVERITIES.index(f.severity)))
    return Changes(old.name, new.name, tuple(findings), len(paired.both), compared)


def _match(old: Table, new: Table, *, hidden: bool) -> Match:
    in_rows, in_columns = LineNumbers(old, new, 0), LineNumbers(old, new, 1)
    rows = align(old.rows, new.rows, in_rows.agree)
    columns = align(old.columns, new.columns, in_columns.agree)
    rows.renamed = [in_rows.told(guess) for guess in rows.renamed]
    columns.renamed = [in_columns.told(guess) for guess in columns.renamed]
    return Match(old, new, rows, columns, hidden)


# --- sheets and tables --------------------------------------------------------------------------


def _next_sheets(old: Release, new: Release, paired: Paired) -> list[str]:
    """Return the new sheets that only add a period to a row of sheets, one per period, of the same make."""
    row = {core(name) for name in old.sheets if title_fragment(name) is not None}
    made: dict[str, frozenset[str]] = {t.sheet: t.words for t in old.tables}
    return [
        name
        for name in new.sheets
        if name not in old.sheets
        and title_fragment(name) is not None
        and core(name) in row
        and name not in {other.sheet for _, other in paired.both}
        and any(
            2 * len(t.words & words) >= len(t.words | words) > 0
            for t in paired.come
            if t.sheet == name
            for words in made.values()
        )
    ]


def _sheets(old: Release, new: Release, paired: Paired, further: list[str]) -> Iterator[Finding]:
    """Report sheets and tables that came, went or were renamed; a sheet that went takes its tables along."""
    went_to: dict[str, list[str]] = defaultdict(list)
    came_from: dict[str, list[str]] = defaultdict(list)
    for one, other in paired.both:
        went_to[one.sheet].append(other.sheet)
        came_from[other.sheet].append(one.sheet)
    told: set[str] = set()
    for name in old.sheets:
        if name in new.sheets:
            continue
        heirs = [s for s in went_to[name] if s not in old.sheets]
        if heirs:
            told.add(heirs[0])
            if core(name) != core(heirs[0]) and not (
                _UNNAMED.fullmatch(name) and _UNNAMED.fullmatch(heirs[0])
            ):
                yield found("工作表改名", heirs[0], old=name, new=heirs[0], detail="按内容对上的")
        elif not went_to[name]:
            yield found("减少工作表", name, old=name, detail=_titles(paired.gone, name))
    for name in new.sheets:
        if not (name in old.sheets or name in told or name in further or came_from[name]):
            yield found("新增工作表", name, new=name, detail=_titles(paired.come, name))
    for table in paired.gone:
        if table.sheet in new.sheets or went_to[table.sheet]:
            yield found("减少表", table.sheet, cell_old=table.corner, old=_name(table))
    for table in paired.come:
        if table.sheet in old.sheets or came_from[table.sheet]:
            yield found("新增表", table.sheet, cell_new=table.corner, new=_name(table))


def _name(table: Table) -> str:
    return table.title or f"{table.sheet} 的第 {table.block.index} 张表"


def _titles(tables: list[Table], sheet: str) -> str:
    return "；".join(dict.fromkeys(t.title for t in tables if t.sheet == sheet and t.title))


# --- periods ------------------------------------------------------------------------------------


def _periods(paired: Paired, further: list[str]) -> Iterator[Finding]:
    """Report how the periods moved on: one line for all tables that moved alike."""
    shifts: dict[tuple[str, str, str, str], list[Table]] = defaultdict(list)
    for one, other in paired.both:
        if one.times and other.times and one.times != other.times:
            kind, detail = _shift(one.times, other.times)
            shifts[kind, _span(one.times), _span(other.times), detail].append(other)
    for (kind, before, after, detail), tables in shifts.items():
        many = f"{len(tables)} 张表" if len(tables) > 1 else ""
        sheet = tables[0].sheet if len({t.sheet for t in tables}) == 1 else ""
        yield found(
            kind, sheet, old=before, new=after, detail="；".join(part for part in (many, detail) if part)
        )
    for name in further:
        yield found("期间推进", name, new=name, detail="新增一期的工作表")


def _shift(old: frozenset[Period], new: frozenset[Period]) -> tuple[str, str]:
    """Name the kind of shift, and the periods that are missing where others of their kind go on."""
    if max(new) < max(old):
        return "期间倒退", ""
    lost = [p for p in old - new if _surrounded(p, new)]
    if lost or (max(new) == max(old) and min(new) > min(old)):
        gone = sorted(lost or (p for p in old - new))
        shown = "、".join(p.label_zh() for p in gone[:6]) + (f"等 {len(gone)} 期" if len(gone) > 6 else "")
        return "期间减少", f"没有了 {shown}"
    return "期间推进", ""


def _surrounded(period: Period, others: frozenset[Period]) -> bool:
    alike = [p for p in others if p.months == period.months and p.cumulative == period.cumulative]
    return any(p < period for p in alike) and any(p > period for p in alike)


def _span(periods: frozenset[Period]) -> str:
    first, last = min(periods), max(periods)
    return last.label_zh() if first == last else f"{first.label_zh()}至{last.label_zh()}"
