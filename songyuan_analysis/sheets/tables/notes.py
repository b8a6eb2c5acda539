"""What stands around a table: titles, unit lines and period lines above it, notes and sources below it."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from songyuan_analysis.sheets import labels, marks, timewords, unitlines, units
from songyuan_analysis.sheets.tables.grid import Grid, is_note_text, is_source_text

_META = re.compile(r"^(数据库|时间|指标|地区|地區)\s*[:：]\s*(.*)$")
_NOTE_HEAD = re.compile(
    r"^\s*[(（\[【]?\s*(?:备\s*注|附\s*注|注释|注解|注|註|附註|说\s*明|說明|Notes?)\s*[)）\]】]?\s*[:：]?\s*",
    re.IGNORECASE,
)
_NOTE_KEY = re.compile(
    r"^\s*(\[\d+\]|［\d+］|〔\d+〕|[①-⑳]|[¹²³⁴⁵⁶⁷⁸⁹]+|[*†‡]+|※|[(（]\d{1,2}[)）]|\d{1,2}(?=[.、．）)]))\s*[.、．:：）)]?\s*"
)
_LAST_WORD = re.compile(r"\S*(?:[a-z]{3}|[\d%‰)])\.")
_LATIN = re.compile(r"[A-Za-z]{3}")
# The title of a table of its own, not of a part of one.
_OWN_TABLE = re.compile(
    r"^\s*(?:附?表\s*[\d一二三四五六七八九十]|table\s*\d)|"
    r"(?:表|情况|情況)\s*(?:[（(][^（）()]*[)）])?\s*$",
    re.IGNORECASE,
)


@dataclass
class Heading:
    """The lines above a table."""

    title: str = ""
    units: list[str] = field(default_factory=list)
    fragments: list[timewords.Fragment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Note:
    """One note under a table; `key` is its footnote sign, "" for a note on the whole table."""

    key: str
    text: str
    source: bool = False


def read_heading(grid: Grid, first: int, top: int, context: Heading | None) -> Heading:
    """Read the lines between the table before and the header; what is missing comes from `context`."""
    heading = Heading()
    lines: list[str] = []
    fragments: list[tuple[int, timewords.Fragment]] = []
    old = note_rows(grid, first, top) if context is not None else []
    for row in range(old[-1] + 1 if old else first, top):
        columns = grid.filled(row)
        cells = [grid.label(row, c) for c in columns]
        if not cells:
            continue
        found = grid.unit_lines(row)
        if found is not None:
            heading.units = heading.units or found
            cells = _beside_the_unit(grid, row, cells)
        elif units.is_measure(cells[-1]) or (len(cells) == 1 and units.is_unit(cells[0])):
            unit = cells.pop().strip("()（） ")
            heading.units = heading.units or [units.parse_unit(unit).text]
        cells = [c for c in cells if not unitlines.names_office(c) or timewords.title_fragment(c) is not None]
        text = "".join(cells) if all(labels.has_cjk(c) or c.isdigit() for c in cells) else " ".join(cells)
        text = _without_translation_of_unit(text) if found is not None else text
        translated = bool(lines) and labels.has_cjk(lines[0]) and not labels.has_cjk(text)
        if not text or (translated and _no_time(text)):
            continue
        # A title is no sentence, and the times in a sentence (推算自2020年普查) are seldom the table's.
        if is_note_text(text) or (lines and _is_sentence(text)):
            heading.remarks.append(text)
            continue
        meta = _META.match(text)
        if meta is not None and meta[1] == "指标":
            unit = units.split_unit(meta[2])[1]
            heading.units = heading.units or ([unit] if unit else [])
        if meta is not None and meta[1] == "时间":
            stated = timewords.parse_fragment(meta[2])  # 最近20年 is none
            fragments += [(0, stated)] if stated is not None else []
            continue
        fragment = timewords.title_fragment(text)
        if fragment is not None and not (meta is not None and meta[1] in ("指标", "数据库")):
            # A line that says nothing but the period speaks louder than a year inside a title.
            fragments.append((0 if timewords.parse_fragment(text) is not None else 1, fragment))
        if not (translated and _LATIN.search(text)):
            lines.append(text)
    heading.title = " ".join(line for line in lines if line)
    if lines and not heading.units:
        heading.units = _unit_at_end(lines)
    heading.fragments = [f for _, f in sorted(fragments, key=lambda pair: pair[0])]
    if context is not None:
        _inherit(heading, context, lines)
    return heading


def _beside_the_unit(grid: Grid, row: int, cells: list[str]) -> list[str]:
    """Return the cells of a unit line without the unit, which may stand in the last two of them."""
    columns = grid.filled(row)
    if len(columns) > 1 and grid.unit_text(row, columns[-2]) != grid.text(row, columns[-2]):
        return cells[:-2]
    return [c for c in cells if unitlines.unit_line(c) is None]


def _is_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does; n.e.c. and etc. end no sentence."""
    if text.rstrip().endswith("。"):
        return True
    words = text.split()
    return len(words) > 6 and words[-1] != "etc." and _LAST_WORD.fullmatch(words[-1]) is not None


def _inherit(heading: Heading, context: Heading, lines: list[str]) -> None:
    """Take what the lines above a table leave out from the table before it.

    A new table does not measure in the unit of the one above it; a part or a further page does.
    """
    heading.title = heading.title or context.title
    if not any(_OWN_TABLE.search(line) and "续" not in line and "續" not in line for line in lines):
        heading.units = heading.units or context.units
    heading.fragments = heading.fragments + context.fragments


def _no_time(text: str) -> bool:
    return timewords.title_fragment(text) is None


def _without_translation_of_unit(text: str) -> str:
    return text if labels.has_cjk(text) or timewords.title_fragment(text) is not None else ""


def _unit_at_end(lines: list[str]) -> list[str]:
    """Read a unit from the title's own brackets: ``地区生产总值（亿元）``, ``工业增速（%）（初步数）``."""
    for line in lines:
        brackets = re.search(r"(?:[(（][^()（）]*[)）]\s*)+$", line)
        for part in re.findall(r"[(（]([^()（）]{1,12})[)）]", brackets[0] if brackets else ""):
            if units.is_unit(part):
                return [units.parse_unit(part).text]
    return []


def notes_of(heading: Heading) -> list[Note]:
    """Return the notes that stand above a table."""
    return [Note("", _NOTE_HEAD.sub("", r), source=is_source_text(r)) for r in heading.remarks]


def read_notes(grid: Grid, first: int, end: int) -> list[Note]:
    """Read the notes between the last row of numbers and the header of the next table.

    A note may run over several rows, numbered or not.
    """
    pending: list[str] = []
    for row in note_rows(grid, first, end):
        texts = [grid.text(row, c).strip() for c in grid.filled(row) if grid.kinds[row][c] in ("t", "p")]
        text = " ".join(re.sub(r"\s*\n\s*", "\n", t) for t in texts)
        pending += [line.strip() for line in text.split("\n") if line.strip()]
    return _parse_notes(pending)


def note_rows(grid: Grid, first: int, end: int) -> list[int]:
    """Return the rows of notes from `first` on.

    At the end of a sheet everything is a note. Before another table, what opens no note and does not go on
    with one is the title of that table.
    """
    last = end == grid.n_rows
    rows: list[int] = []
    inside = False
    before = ""
    for row in range(first, end):
        columns = [c for c in grid.filled(row) if grid.kinds[row][c] in ("t", "p")]
        if not columns:
            inside = False
            continue
        text = grid.text(row, columns[0])
        opens = is_note_text(text) or _NOTE_KEY.match(text) is not None
        goes_on = inside and (text[:1] in " \u3000\xa0" or not before.rstrip().endswith(("。", ".", "；")))
        if not (opens or goes_on or last):
            break
        rows.append(row)
        inside, before = True, text
    return rows


def _parse_notes(lines: list[str]) -> list[Note]:
    """Cut note lines into notes: a line without head or key continues the note before it."""
    notes: list[Note] = []
    for line in lines:
        if is_source_text(line):
            notes.append(Note("", line, source=True))
            continue
        headless = _NOTE_HEAD.sub("", line) if is_note_text(line) else line
        pieces = _split_inline(headless)
        for piece in pieces:
            key = _NOTE_KEY.match(piece)
            if key is not None:
                notes.append(Note(_fold_key(key[1]), piece[key.end() :].strip() or piece))
            elif (
                is_note_text(line)
                or not notes
                or notes[-1].source
                or notes[-1].text.endswith(("。", ".", "；"))
            ):
                if piece:
                    notes.append(Note("", piece))
            else:
                joined = labels.join_wrapped([notes[-1].text, piece])
                notes[-1] = Note(notes[-1].key, joined)
    return notes


def _split_inline(text: str) -> list[str]:
    """Split ``[1] 甲。[2] 乙。`` into its notes."""
    parts = re.split(r"(?<=[。；;.])\s*(?=\[\d+\]|［\d+］|[①-⑳])", text)
    return [p.strip() for p in parts if p.strip()]


def _fold_key(key: str) -> str:
    folded = marks.footnote_keys(key)
    return folded[0] if folded else key.strip("()（） ")


def used_keys(texts: list[str]) -> set[str]:
    """Return the footnote signs that occur in a table's labels and numbers."""
    return {key for text in texts for key in marks.footnote_keys(text)}


def notes_for(notes: list[Note], here: AbstractSet[str], used: AbstractSet[str]) -> str:
    """Return the notes that apply to a cell, joined by ``；``.

    Parameters
    ----------
    notes : list of Note
    here : set of str
        The footnote signs of the cell's labels and of its number.
    used : set of str
        All signs of the table: a key that occurs nowhere (1. in a numbered list) is no footnote, and its
        note applies to the whole table.
    """
    bracketed = any(not n.key.isdecimal() and n.key for n in notes)

    def applies(note: Note) -> bool:
        if note.key == "":
            return True
        signs = {note.key}
        if note.key.isdecimal() and not bracketed:
            circled = chr(0x245F + int(note.key)) if 0 < int(note.key) < 21 else note.key
            signs |= {f"[{note.key}]", f"〔{note.key}〕", circled}
        return not (signs & used) or bool(signs & here)

    chosen = [note.text for note in notes if not note.source and applies(note)]
    return "；".join(dict.fromkeys(t.rstrip("。；; ") for t in chosen if t))
