"""How far the cells of a worksheet reach: a table in a corner and one cell a million rows below it fill no memory.

calamine lays a sheet out as one rectangle; a stray cell near XFD1048576 would make it ask for more memory than any machine
has, which ends the whole program. What is asked here is answered by looking for bytes, not by parsing.
"""

from __future__ import annotations

import re

# A rectangle of this many cells takes about a gigabyte and a half.
MOST_CELLS = 50_000_000
_WORKSHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_ROW = re.compile(rb'<row [^>]*?\br="(\d+)"')
# Columns, with the number of the last one that has a name of one, two or three letters.
_LAST_OF = (26, 702, 16_384)
_CELLS_IN = tuple(re.compile(rb'<c r="([A-Z]{%d})\d+"[^>]*[^/]>' % size) for size in (1, 2, 3))


def too_large(member: str, content: bytes) -> str:
    """Say how far a worksheet reaches if it reaches beyond `MOST_CELLS`: ``XFD1048576``; "" if it does not.

    Parameters
    ----------
    member, content : str, bytes
        A part of a workbook.
    """
    if not _WORKSHEET.fullmatch(member):
        return ""
    rows = _last_row(content)
    for size in (3, 2, 1):
        if rows * _LAST_OF[size - 1] <= MOST_CELLS:
            return ""
        names = {match[1] for match in _CELLS_IN[size - 1].finditer(content)}
        if names:
            last = max(names)
            return f"{last.decode()}{rows}" if rows * _number(last) > MOST_CELLS else ""
    return ""


def _last_row(content: bytes) -> int:
    """Return the number of the last row that has a value; empty formatted rows below it cost nothing."""
    value = max(content.rfind(mark) for mark in (b"<v>", b"<v ", b"<is>"))
    start = content.rfind(b"<row ", 0, max(value, 0))
    found = _ROW.match(content, start) if start >= 0 else None
    return int(found[1]) if found is not None else 0


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
