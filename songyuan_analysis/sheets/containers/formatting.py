"""Cell formats that carry meaning in .xlsx files: indents, percents, hidden rows and columns, comments.

Most workbooks have none; the bytes that are held against their checksums say so. Where there are some, they are
searched for in the XML of the sheets: a model of the whole workbook, as openpyxl builds it, costs twenty times the
reading of the values and is built only for comments and for cells without addresses.
"""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
from defusedxml import DefusedXmlException, ElementTree

from songyuan_analysis.sheets.containers.biff import BUILT_IN_PERCENTS, Formats, shows_percent

_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_PERCENT_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s[^>]*?numFmtId=\"(\d+)\"[^>]*?formatCode=\"[^\"]*%")
_NUMBER_FORMAT = re.compile(rb"\bnumFmtId=\"(\d+)\"")
_INDENT = re.compile(rb"\sindent=\"[1-9]")
_HIDDEN = re.compile(rb"<(?:\w+:)?(row|col)\s[^>]*\bhidden=\"(?:1|true)\"[^>]*>")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ADDRESS = re.compile(rb"\sr=\"([A-Z]{1,3})(\d{1,7})\"")
_ROW_NUMBER = re.compile(rb"\sr=\"(\d{1,7})\"")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s+ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
_SPAN = re.compile(rb"\s(min|max)=\"(\d{1,5})\"")


def has_formats(part: str, content: bytes) -> bool:
    """Say from the bytes of one part of an .xlsx file whether there is any format to find."""
    if not part.startswith("xl/"):
        return False
    if "comments" in part.lower():
        return True
    if part == "xl/styles.xml":
        return _styles_matter(content)
    # The plain search costs next to nothing and is almost always all that is needed.
    return b"hidden=" in content and _SHEET_PART.fullmatch(part) is not None and bool(_HIDDEN.search(content))


def _styles_matter(styles: bytes) -> bool:
    """Whether a style that cells can have carries an indent or a percent format."""
    cells = _CELL_STYLES.search(styles)
    if cells is None:
        return False
    percents = {b"%d" % n for n in BUILT_IN_PERCENTS} | set(_PERCENT_FORMAT.findall(styles))
    return not percents.isdisjoint(_NUMBER_FORMAT.findall(cells[0])) or _INDENT.search(cells[0]) is not None


def xlsx_formats(data: bytes) -> dict[str, Formats]:
    """Return the formats by sheet name; values without formats are better than nothing."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any("comments" in name.lower() and name.startswith("xl/") for name in archive.namelist()):
                return _by_openpyxl(data)
            styles = _styles(archive.read("xl/styles.xml")) if "xl/styles.xml" in archive.namelist() else {}
            return {name: _search(archive.read(part), styles) for name, part in sheet_parts(archive).items()}
    except _NoAddressError:
        return _by_openpyxl(data)
    except (ElementTree.ParseError, DefusedXmlException, KeyError, ValueError):
        return {}


class _NoAddressError(Exception):
    """A cell or a row does not say where it stands: only its place among the others does."""


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return from the name of each sheet to the part that holds it."""
    names = set(archive.namelist())
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target", "") for r in relations}
    parts = {}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            parts[sheet.get("name", "")] = part
    return parts


def _styles(xml: bytes) -> dict[int, tuple[int, bool]]:
    """Return indent and percent sign of the cell styles that have one of them, by the number of the style."""
    root = ElementTree.fromstring(xml)
    own = {f.get("numFmtId"): f.get("formatCode", "") for f in root.iter(f"{_MAIN}numFmt")}
    percents = {str(n) for n in BUILT_IN_PERCENTS if str(n) not in own} | {
        n for n in own if shows_percent(own[n])
    }
    found = {}
    for number, style in enumerate(root.find(f"{_MAIN}cellXfs") or ()):
        alignment = style.find(f"{_MAIN}alignment")
        indent = 0 if alignment is None else int(alignment.get("indent") or 0)
        percent = style.get("numFmtId") in percents
        if indent or percent:
            found[number] = (indent, percent)
    return found


def _search(xml: bytes, styles: dict[int, tuple[int, bool]]) -> Formats:
    """Search a sheet for cells of the given styles and for hidden rows and columns."""
    formats = Formats()
    for match in _HIDDEN.finditer(xml):
        if match[1] == b"row":
            number = _ROW_NUMBER.search(match[0])
            if number is None:
                raise _NoAddressError
            formats.hidden_rows.add(int(number[1]) - 1)
        else:
            ends = {end[1]: int(end[2]) for end in _SPAN.finditer(match[0])}
            first = ends.get(b"min", 1)
            formats.hidden_columns.update(range(first - 1, min(ends.get(b"max", first), 16384)))
    if not styles:
        return formats
    choice = b"|".join(b"%d" % number for number in styles)
    # Style 0 is also that of the cells that name none.
    named = rb"(?:[^>]*?\ss=\"(%s)\"|(?![^>]*\ss=\"))" if 0 in styles else rb"[^>]*?\ss=\"(%s)\""
    for match in re.finditer(rb"<(?:\w+:)?c(?=[\s>])" + named % choice + rb"[^>]*>", xml):
        tag = match[0]
        if tag.endswith(b"/>"):
            continue  # an empty cell
        address = _ADDRESS.search(tag)
        if address is None:
            raise _NoAddressError
        indent, percent = styles[int(match[1] or 0)]
        place = _place(address[1], address[2])
        if indent:
            formats.indents[place] = indent
        if percent and (b' t="' not in tag or b' t="n"' in tag):
            formats.percents.add(place)
    for merge in _MERGE.finditer(xml):
        _forget_covered(formats, _place(merge[1], merge[2]), _place(merge[3], merge[4]))
    return formats


def _place(letters: bytes, number: bytes) -> tuple[int, int]:
    column = 0
    for letter in letters:
        column = 26 * column + letter - 64
    return int(number) - 1, column - 1


def _forget_covered(formats: Formats, first: tuple[int, int], last: tuple[int, int]) -> None:
    """Forget the formats of cells under a merge: only those of its first cell are seen."""
    (top, left), (bottom, right) = first, last
    if (bottom - top + 1) * (right - left + 1) > len(formats.indents) + len(formats.percents):
        places = {*formats.indents, *formats.percents}
        covered = {p for p in places if top <= p[0] <= bottom and left <= p[1] <= right}
    else:
        covered = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    for place in covered - {first}:
        formats.indents.pop(place, None)
        formats.percents.discard(place)


def _by_openpyxl(data: bytes) -> dict[str, Formats]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception:  # noqa: BLE001 - openpyxl is stricter than calamine; values without formats are better than nothing
        return {}
    found: dict[str, Formats] = {}
    for sheet in book.worksheets:
        formats = Formats()
        for row, dimension in sheet.row_dimensions.items():
            if dimension.hidden:
                formats.hidden_rows.add(row - 1)
        for dimension in sheet.column_dimensions.values():
            if dimension.hidden:
                first, last = dimension.min or 1, dimension.max or 1
                # A hidden tail of 16,000 empty columns is a user's way to grey out the rest.
                formats.hidden_columns.update(range(first - 1, min(last, sheet.max_column)))
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.has_style and cell.alignment.indent:
                    formats.indents[cell.row - 1, cell.column - 1] = int(cell.alignment.indent)
                if isinstance(cell.value, int | float) and shows_percent(str(cell.number_format)):
                    formats.percents.add((cell.row - 1, cell.column - 1))
                if cell.comment is not None:
                    formats.comments[cell.row - 1, cell.column - 1] = str(cell.comment.text).strip()
        found[sheet.title] = formats
    return found
