"""XML Spreadsheet 2003, which statistics offices' systems write under an .xls name.

A row or a cell without an index stands behind the one before it; merges reach over the places of cells that are
not written.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException, ElementTree

from songyuan_analysis.sheets.containers.biff import shows_percent
from songyuan_analysis.sheets.containers.decoding import Decoded
from songyuan_analysis.sheets.containers.rawsheet import RawSheet
from songyuan_analysis.sheets.containers.refusals import damaged
from songyuan_analysis.sheets.marks import CellValue

_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_SS, _X = f"{{{_NAMESPACE}}}", "{urn:schemas-microsoft-com:office:excel}"
_PROLOG = re.compile(r"\s*<\?xml[^>]*\?>")
_IS_BOOK = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>\s*)*<(?:\w+:)?Workbook\b[^>]*"
    + _NAMESPACE,
    re.DOTALL,
)
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
# A hidden tail of a million empty rows belongs to no table.
_LONGEST_TAIL = 20_000
_FALSE = frozenset({"", "0", "false", "False"})


def is_spreadsheetml(text: str) -> bool:
    """Say whether a text is a workbook in XML."""
    return _IS_BOOK.match(text) is not None


def read_spreadsheetml(decoded: Decoded, file: str) -> Iterator[RawSheet]:
    """Yield the sheets of a workbook in XML.

    Raises
    ------
    DamagedWorkbookError
        If the XML is broken, broken off, or defines entities.
    """
    # The text is decoded already, and the parser knows fewer encodings than offices write.
    source = io.BytesIO(_PROLOG.sub("", decoded.text, count=1).encode("utf-8", "surrogatepass"))
    try:
        yield from _sheets(ElementTree.iterparse(source, events=("start", "end"), forbid_dtd=True))
    except (ElementTree.ParseError, DefusedXmlException, ValueError, OverflowError) as error:
        raise damaged(file, str(error) or type(error).__name__) from error


def _sheets(events: Iterator[tuple[str, Element]]) -> Iterator[RawSheet]:
    styles = _Styles()
    sheet, row, column = RawSheet("", []), 0, 0
    found: list[RawSheet] = []
    for event, element in events:
        tag = element.tag
        if event == "start":
            if tag == f"{_SS}Worksheet":
                sheet, row, column = RawSheet(element.get(f"{_SS}Name", ""), []), 0, 0
                styles.of_columns.clear()
        elif tag == f"{_SS}Style":
            styles.read(element)
        elif tag == f"{_SS}Column":
            column = _index(element, column)
            last = min(column + _number(element, "Span"), _MOST_COLUMNS - 1)
            if element.get(f"{_SS}StyleID"):
                styles.of_columns.update(
                    dict.fromkeys(range(column, last + 1), element.get(f"{_SS}StyleID", ""))
                )
            if element.get(f"{_SS}Hidden", "") not in _FALSE:
                sheet.formats.hidden_columns.update(range(column, last + 1))
            column = last + 1
        elif tag == f"{_SS}Row":
            row = _index(element, row)
            if row >= _MOST_ROWS:
                raise ValueError("行号超出范围")
            span = _number(element, "Span")
            if element.get(f"{_SS}Hidden", "") not in _FALSE and span < _LONGEST_TAIL:
                sheet.formats.hidden_rows.update(range(row, row + span + 1))
            _read_row(element, row, sheet, styles)
            row += span + 1
            element.clear()
        elif tag == f"{_X}Visible":
            sheet.hidden = (element.text or "").strip() in ("SheetHidden", "SheetVeryHidden")
        elif tag == f"{_SS}Worksheet":
            # Only a file that ends as it should gives values: the end may be missing behind any sheet.
            found.append(sheet)
            element.clear()
    yield from found


def _read_row(line: Element, row: int, sheet: RawSheet, styles: _Styles) -> None:
    column = 0
    of_row = line.get(f"{_SS}StyleID", "")
    for cell in line.iter(f"{_SS}Cell"):
        column = _index(cell, column)
        if column >= _MOST_COLUMNS:
            raise ValueError("列号超出范围")
        across, down = _number(cell, "MergeAcross"), _number(cell, "MergeDown")
        if across or down:
            sheet.formats.merges.append((row, column, row + down, column + across))
        _read_cell(
            cell,
            (row, column),
            sheet,
            styles,
            cell.get(f"{_SS}StyleID", of_row or styles.of_columns.get(column, "Default")),
        )
        column += across + 1


def _read_cell(cell: Element, place: tuple[int, int], sheet: RawSheet, styles: _Styles, style: str) -> None:
    data, comment = cell.find(f"{_SS}Data"), cell.find(f"{_SS}Comment")
    if comment is not None:
        text = "".join("".join(part.itertext()) for part in comment.iter(f"{_SS}Data")).strip()
        if text:
            sheet.formats.comments[place] = text
    if data is None:
        return
    value = _value(data)
    if value is None or value == "":
        return
    sheet.put(*place, value)
    if indent := styles.indents.get(style, 0):
        sheet.formats.indents[place] = indent
    if isinstance(value, float) and styles.percents.get(style, False):
        sheet.formats.percents.add(place)


def _value(data: Element) -> CellValue:
    kind, text = data.get(f"{_SS}Type", "String"), "".join(data.itertext())
    if kind == "Number":
        return float(text) if math.isfinite(float(text)) else text
    if kind == "Boolean":
        return text.strip() not in _FALSE
    if kind == "DateTime":
        moment = dt.datetime.fromisoformat(text.strip())
        return moment.date() if moment.time() == dt.time() else moment
    return text


class _Styles:
    """Indents and percent formats by the name of the style; what a style does not say its parent says."""

    def __init__(self) -> None:
        self.indents: dict[str, int] = {}
        self.percents: dict[str, bool] = {}
        # The style of a cell that names none, where its row names none either.
        self.of_columns: dict[int, str] = {}

    def read(self, style: Element) -> None:
        name, parent = style.get(f"{_SS}ID", ""), style.get(f"{_SS}Parent", "Default")
        alignment, look = style.find(f"{_SS}Alignment"), style.find(f"{_SS}NumberFormat")
        self.indents[name] = (
            self.indents.get(parent, 0) if alignment is None else _number(alignment, "Indent")
        )
        if look is None:
            self.percents[name] = self.percents.get(parent, False)
        else:
            code = look.get(f"{_SS}Format", "")
            self.percents[name] = code == "Percent" or shows_percent(code)


def _index(element: Element, following: int) -> int:
    """Return the place of a row, column or cell: its own index, or the one behind its forerunner."""
    index = element.get(f"{_SS}Index")
    if index is None:
        return following
    if int(index) - 1 < following:
        raise ValueError("行号或列号往回走")
    return int(index) - 1


def _number(element: Element, name: str) -> int:
    return max(int(float(element.get(f"{_SS}{name}", "0"))), 0)
