"""The flow of a web page: its texts with their breaks, and its tables, whose cells hold flows again.

What a page does not show is left out, or marked hidden where it is a table, a row or a cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from songyuan_analysis.sheets.containers.pagestyle import Look, StyleSheet

_BLOCKS = frozenset(
    {
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "center",
        "pre",
        "hr",
    }
    | {"blockquote", "form", "section", "article", "header", "footer", "main", "nav", "address", "fieldset"}
)
_UNSEEN = frozenset(
    {"script", "style", "title", "template", "noscript", "select", "textarea", "button", "object", "comment"}
)
_GROUPS = frozenset({"thead", "tbody", "tfoot", "colgroup"})
_PARTS = frozenset({"tr", "td", "th", "col", "caption"}) | _GROUPS
_CLOSED_BY_THE_NEXT = frozenset({"p", "li", "dt", "dd"})
_VOID = frozenset(["br", "hr", "img", "input", "meta", "link", "col", "wbr"])
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
# In a flow of text: the end of a line, and that of a paragraph. White space of the source is neither.
LINE, BLOCK = "\n", "\r"


@dataclass
class Cell:
    """A cell with its spans (a height of 0 is that of the table) and the number that stands behind its text."""

    down: int
    across: int
    look: Look
    stored: str
    flow: Flow = field(default_factory=list)
    comment: str = ""


@dataclass
class Row:
    """A row of cells."""

    hidden: bool
    cells: list[Cell] = field(default_factory=list)


@dataclass
class Table:
    """A table; `columns` says of the first ones whether they are hidden."""

    hidden: bool
    caption: Flow = field(default_factory=list)
    columns: list[bool] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def frames(self) -> bool:
        """Whether this is no table of data but the frame of one: a cell to the row, and a table in some cell."""
        return all(len(row.cells) < 2 for row in self.rows) and any(
            isinstance(item, Table) for row in self.rows for cell in row.cells for item in cell.flow
        )


Flow = list[str | Table]


@dataclass
class _Open:
    """A table that is open, with the cell that is open in it, and the flow of that cell or of its caption."""

    table: Table
    cell: Cell | None = None
    flow: Flow | None = None
    hidden_group: bool = False


@dataclass
class _Covered:
    """A hidden block: its text is not seen, its tables are hidden ones."""

    tag: str
    tables: int
    depth: int = 1


class Page(HTMLParser):
    """Collects the flow of a page: texts with their breaks, and tables, whose cells hold flows again."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.flow: Flow = []
        self._open: list[_Open] = []
        self._styles = StyleSheet()
        self._unseen, self._depth = "", 0
        self._covered: _Covered | None = None
        self._scripts: list[str] = []

    @property
    def in_table(self) -> bool:
        """Whether a table is still open."""
        return bool(self._open)

    def close_tables(self) -> None:
        """Close what the page left open."""
        while self._open:
            self.handle_endtag("table")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if self._unseen:
            self._depth += tag == self._unseen
            return
        given = {name: value or "" for name, value in attrs}
        look = self._styles.look(tag, given)
        if self._covered is not None and tag == self._covered.tag and tag not in _CLOSED_BY_THE_NEXT:
            self._covered.depth += 1
        if tag == "table":
            hidden = look.hidden or self._covered is not None or any(o.table.hidden for o in self._open)
            self._open.append(_Open(Table(hidden)))
        elif self._open and tag in _PARTS:
            self._open_part(tag, given, look)
        elif tag in _UNSEEN or (look.hidden and tag not in _BLOCKS | _VOID | {"body"}):
            self._unseen, self._depth = tag, 1
        elif tag == "br":
            self._add(LINE)
        elif tag in _BLOCKS:
            self._add(BLOCK)
            if self._covered is not None and tag == self._covered.tag and tag in _CLOSED_BY_THE_NEXT:
                self._covered = None
            if look.hidden and self._covered is None and tag not in _VOID:
                self._covered = _Covered(tag, len(self._open))
        elif tag in ("sup", "sub"):
            self._scripts.append(tag)

    def _open_part(self, tag: str, given: dict[str, str], look: Look) -> None:
        top = self._open[-1]
        table = top.table
        if tag == "col":
            table.columns.extend([look.hidden] * max(_span(given.get("span", "")), 1))
            return
        self._close_cell()
        if tag == "caption":
            top.flow = table.caption
        elif tag in _GROUPS:
            top.hidden_group = look.hidden
        elif tag == "tr":
            table.rows.append(Row(look.hidden or table.hidden or top.hidden_group))
        else:
            if not table.rows:
                table.rows.append(Row(table.hidden))
            stored = given.get("x:num") or given.get("sdval", "")
            down, across = _span(given.get("rowspan", "")), max(_span(given.get("colspan", "")), 1)
            top.cell = Cell(down, across, look, stored)
            table.rows[-1].cells.append(top.cell)
            top.flow = top.cell.flow

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if self._unseen:
            self._depth -= tag == self._unseen
            if not self._depth:
                self._unseen = ""
            return
        if self._covered is not None and tag == self._covered.tag:
            self._covered.depth -= 1
            if not self._covered.depth:
                self._covered = None
        if self._open and tag in _PARTS:
            self._close_cell()
            if tag in _GROUPS:
                self._open[-1].hidden_group = False
        elif tag == "table" and self._open:
            self._close_cell()
            table = self._open.pop().table
            self._current().append(table)
        elif tag in _BLOCKS:
            self._add(BLOCK)
        elif tag in ("sup", "sub") and self._scripts:
            self._scripts.pop()

    def _close_cell(self) -> None:
        """Close the cell or the caption that is open in the innermost table."""
        self._scripts.clear()
        self._open[-1].cell = self._open[-1].flow = None

    def handle_data(self, data: str) -> None:
        """Take a text; the parser has put together what stands between two tags."""
        if self._unseen == "style":
            self._styles.read(data)
        elif self._unseen == "comment":
            if self._open and (cell := self._open[-1].cell) is not None:
                cell.comment += data
        elif not self._unseen:
            text = re.sub(r"[ \t\r\n\f]+", " ", data)
            if self._scripts:
                # A raised 1 behind a number is the call of a note, not its last digit.
                text = text.translate(_RAISED if self._scripts[-1] == "sup" else _LOWERED)
            self._add(text)

    def _add(self, text: str) -> None:
        if self._covered is None or len(self._open) > self._covered.tables:
            self._current().append(text)

    def _current(self) -> Flow:
        """Return the flow of the innermost open cell; texts between the cells of a table go before it."""
        return next((top.flow for top in reversed(self._open) if top.flow is not None), self.flow)


def _span(text: str) -> int:
    """Return how far a cell reaches; a height of 0 is that of the table."""
    found = re.match(r"\s*(\d{1,6})", text)
    return 1 if found is None else min(int(found[1]), 1000)
