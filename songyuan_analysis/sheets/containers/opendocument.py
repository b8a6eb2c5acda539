"""What calamine does not say of an .ods file: merges, percents, indents, hidden rows and columns, comments.

Merges matter most: a header of several levels cannot be told without them. A cell has no address here; it stands
where the cells before it and their repetitions leave off.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException, ElementTree

from songyuan_analysis.sheets.containers.biff import Formats

PART = "content.xml"
_MATTERS = re.compile(
    rb"number-(?:columns|rows)-spanned=|value-type=\"percentage\"|:visibility=|margin-left=|:annotation\b"
)
_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _STYLE, _TEXT = (_SPACE % name for name in ("table", "office", "style", "text"))
_MARGIN = _SPACE % "xsl-fo-compatible" + "margin-left"
_LENGTH = re.compile(r"([\d.]+)(in|cm|mm|pt)")
_POINTS = {"in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pt": 1.0}
# The step of an indent in a table of cells.
_INDENT_POINTS = 10.0
_HIDDEN = frozenset({"collapse", "filter"})
# Of 16,384 columns and a million rows, the repeated empty ones at the end belong to no table.
_FARTHEST = 20_000
# A cell repeated more often than this fills a sheet and says nothing of its own.
_MOST_REPEATED = 100_000


def has_ods_formats(content: bytes) -> bool:
    """Say from the bytes of the content whether there is anything to find."""
    return _MATTERS.search(content) is not None


def ods_formats(data: bytes) -> dict[str, Formats]:
    """Return merges and formats by sheet name; values without them are better than nothing."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(PART) as content:
            return dict(_tables(ElementTree.iterparse(content, events=("start", "end"))))
    except (ElementTree.ParseError, DefusedXmlException, KeyError, ValueError):
        return {}


def _tables(events: Iterator[tuple[str, Element]]) -> Iterator[tuple[str, Formats]]:
    """Yield name and formats of every table; rows are let go as soon as they are read."""
    indents: dict[str, int] = {}
    formats, depth, row, column = Formats(), 0, 0, 0
    for event, element in events:
        tag = element.tag
        if event == "start":
            if tag == f"{_TABLE}table":
                depth += 1
                if depth == 1:
                    formats, row, column = Formats(), 0, 0
        elif tag == f"{_TABLE}table":
            depth -= 1
            if depth == 0:
                yield element.get(f"{_TABLE}name", ""), formats
                element.clear()
        elif tag == f"{_STYLE}style":
            _read_style(element, indents)
        elif depth == 1 and tag == f"{_TABLE}table-column":
            count = _count(element, "number-columns-repeated")
            if element.get(f"{_TABLE}visibility") in _HIDDEN:
                formats.hidden_columns.update(range(column, min(column + count, _FARTHEST)))
            column += count
        elif depth == 1 and tag == f"{_TABLE}table-row":
            count = _count(element, "number-rows-repeated")
            if element.get(f"{_TABLE}visibility") in _HIDDEN and count < _FARTHEST:
                formats.hidden_rows.update(range(row, row + count))
            _read_row(element, row, min(count, _FARTHEST), formats, indents)
            row += count
            element.clear()


def _read_style(style: Element, indents: dict[str, int]) -> None:
    paragraph = style.find(f"{_STYLE}paragraph-properties")
    length = _LENGTH.fullmatch("" if paragraph is None else paragraph.get(_MARGIN, ""))
    if length is not None:
        steps = round(float(length[1]) * _POINTS[length[2]] / _INDENT_POINTS)
        if steps > 0:
            indents[style.get(f"{_STYLE}name", "")] = steps


def _read_row(line: Element, row: int, repeated: int, formats: Formats, indents: dict[str, int]) -> None:
    column = 0
    for cell in line:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        count = _count(cell, "number-columns-repeated")
        if cell.tag == f"{_TABLE}table-cell" and (cell.attrib or len(cell)) and count < _FARTHEST:
            _read_cell(cell, row, range(row, row + repeated), range(column, column + count), formats, indents)
        column += count


def _read_cell(
    cell: Element, row: int, rows: range, columns: range, formats: Formats, indents: dict[str, int]
) -> None:
    """Read one cell, which stands at every place of `rows` and `columns`."""
    height, width = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
    if height > 1 or width > 1:
        formats.merges.append((row, columns[0], row + height - 1, columns[0] + width - 1))
    kind = cell.get(f"{_OFFICE}value-type")
    if kind is None:
        return
    indent = indents.get(cell.get(f"{_TABLE}style-name", ""), 0)
    comment = cell.find(f"{_OFFICE}annotation")
    if (not indent and comment is None and kind != "percentage") or len(rows) * len(columns) > _MOST_REPEATED:
        return
    text = "" if comment is None else "\n".join("".join(p.itertext()) for p in comment.iter(f"{_TEXT}p"))
    for place in ((r, c) for r in rows for c in columns):
        if indent:
            formats.indents[place] = indent
        if kind == "percentage":
            formats.percents.add(place)
        if text.strip():
            formats.comments[place] = text.strip()


def _count(element: Element, name: str) -> int:
    return max(int(element.get(f"{_TABLE}{name}", "1")), 1)
