"""Tables that are text: web pages saved under an .xls name, and delimited text, in UTF-8 or GB18030."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

_BREAKS = {"br", "p", "div"}
_DELIMITERS = "\t,;|"


def decode(data: bytes) -> str | None:
    """Decode a text file; None if the bytes are no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if re.search(r"[\x00-\x08\x0e-\x1f]", text) else text
    return None


Merge = tuple[int, int, int, int]
TextTable = tuple[list[list[str | None]], list[Merge]]


def read_tables(data: bytes) -> list[TextTable]:
    """Return the tables of a text file as rows of cells with their merges; empty if it holds none."""
    text = decode(data)
    if text is None:
        return []
    if re.search(r"<table\b", text[:200_000], re.IGNORECASE):
        parser = _Tables()
        parser.feed(text)
        return [table for table in parser.tables if table[0]]
    rows = _delimited(text)
    return [(rows, [])] if rows else []


def _delimited(text: str) -> list[list[str | None]]:
    """Read delimited text; prose that merely holds commas has no steady number of them."""
    lines = [line for line in text.splitlines() if line.strip()]
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        steady = max(set(counts), key=counts.count, default=0)
        if steady < 1 or len(lines) < 2 or sum(c == steady for c in counts) < 0.5 * len(lines):
            continue
        rows = [list[str | None](row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
        if any(re.search(r"\d", cell or "") for row in rows for cell in row[1:]):
            width = max(len(row) for row in rows)
            return [[*row, *[None] * (width - len(row))] for row in rows]
    return []


class _Tables(HTMLParser):
    """Collects the outermost tables of a page; spans become merges."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[TextTable] = []
        self._cells: dict[tuple[int, int], str] = {}
        self._taken: set[tuple[int, int]] = set()
        self._merges: list[Merge] = []
        self._depth = 0
        self._row = -1
        self._at: tuple[int, int] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
        elif tag == "tr" and self._depth == 1:
            self._close_cell()
            self._row += 1
        elif tag in ("td", "th") and self._depth == 1 and self._row >= 0:
            self._close_cell()
            self._open_cell({name: value or "" for name, value in attrs})
        elif tag in _BREAKS and self._text:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr") and self._depth == 1:
            self._close_cell()
        elif tag == "table" and self._depth:
            self._depth -= 1
            if self._depth == 0:
                self._close_table()

    def handle_data(self, data: str) -> None:
        if self._at is not None:
            self._text.append(data)

    def _open_cell(self, attrs: dict[str, str]) -> None:
        column = 0
        while (self._row, column) in self._taken:
            column += 1
        down, across = _span(attrs.get("rowspan", "")), _span(attrs.get("colspan", ""))
        self._at = (self._row, column)
        self._taken.update((self._row + i, column + j) for i in range(down) for j in range(across))
        if down * across > 1:
            self._merges.append((self._row, column, self._row + down - 1, column + across - 1))

    def _close_cell(self) -> None:
        if self._at is not None:
            # Line breaks of the source are layout; leading non-breaking spaces are indents.
            text = re.sub(r"[ \t\r\n]*\n[ \t\r\n]*", "\n", "".join(self._text)).strip(" \t\r\n")
            self._cells[self._at] = text
        self._at, self._text = None, []

    def _close_table(self) -> None:
        self._close_cell()
        rows = 1 + max((r for r, _ in self._taken), default=-1)
        width = 1 + max((c for _, c in self._taken), default=-1)
        grid = [[self._cells.get((r, c)) for c in range(width)] for r in range(rows)]
        self.tables.append((grid, self._merges))
        self._cells, self._taken, self._merges, self._row = {}, set(), [], -1


def _span(text: str) -> int:
    return min(max(int(text), 1), 1000) if text.isdigit() else 1
