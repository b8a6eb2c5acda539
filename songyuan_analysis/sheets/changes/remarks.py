"""What moved in the notes under a table, and in its source line."""

from __future__ import annotations

from collections.abc import Iterator

from songyuan_analysis.sheets.changes import words
from songyuan_analysis.sheets.changes.finding import HINT, IMPORTANT, Finding
from songyuan_analysis.sheets.changes.shape import Match
from songyuan_analysis.sheets.tables.notes import Note


def remark_findings(match: Match) -> Iterator[Finding]:
    """Compare notes without their time; which of them changed is told by what they have in common."""
    old, new = match.old.block.notes, match.new.block.notes
    yield from _compare(match, [n for n in old if not n.source], [n for n in new if not n.source])
    sources = [[n for n in notes if n.source] for notes in (old, new)]
    texts = ["；".join(n.text for n in side) for side in sources]
    if words.core(texts[0]) != words.core(texts[1]):
        cells = match.old.note_cell(texts[0]), match.new.note_cell(texts[1])
        yield match.found("资料来源改变", *cells, old=texts[0], new=texts[1])


def _compare(match: Match, old: list[Note], new: list[Note]) -> Iterator[Finding]:
    cores = {words.core(n.text) for n in old}, {words.core(n.text) for n in new}
    gone = [n for n in old if words.core(n.text) not in cores[1]]
    come = [n for n in new if words.core(n.text) not in cores[0]]
    pairs = sorted(
        (-words.likeness(one.text, other.text), i + j, min(i, j), i, j)
        for i, one in enumerate(gone)
        for j, other in enumerate(come)
        if words.likeness(one.text, other.text) >= 0.5 or words.inside(one.text, other.text) >= 0.8
    )
    mate: dict[int, int] = {}
    for *_, i, j in pairs:
        if i not in mate and j not in mate.values():
            mate[i] = j
    for i, note in enumerate(gone):
        if i in mate:
            yield _changed(match, note, come[mate[i]])
        else:
            yield match.found(
                "减少注释", match.old.note_cell(note.text), old=note.text, severity=_weight(note.text)
            )
    for j, note in enumerate(come):
        if j not in mate.values():
            yield match.found(
                "新增注释", "", match.new.note_cell(note.text), new=note.text, severity=_weight(note.text)
            )


def _changed(match: Match, old: Note, new: Note) -> Finding:
    severity = HINT if words.same_but_digits(old.text, new.text) else _weight(old.text + new.text)
    cells = match.old.note_cell(old.text), match.new.note_cell(new.text)
    return match.found("注释改变", *cells, old=old.text, new=new.text, severity=severity)


def _weight(text: str) -> str:
    """Return the severity of a note: what it says of scope and revision changes what the figures mean."""
    return IMPORTANT if words.speaks_of_scope(text) else ""
