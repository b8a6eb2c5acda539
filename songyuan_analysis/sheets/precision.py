"""How many decimals a cell shows: 209 with the format 0.00 was printed 209.00.

The value alone does not say it, and the precision of every derived figure rests on it. Only number formats are
read here, by a pass over the bytes; loading the workbook for them would cost many times the reading itself.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import xlrd
from defusedxml import ElementTree

from songyuan_analysis.sheets.containers.formatting import sheet_parts

Decimals = Mapping[tuple[str, str], int]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CELL = re.compile(rb"<c\s([^>]*?)/?>")
_ADDRESS = re.compile(rb'\br="([A-Z]+[0-9]+)"')
_STYLE = re.compile(rb'\bs="([0-9]+)"')
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_BUILT_IN = {1: 0, 2: 2, 3: 0, 4: 2, 37: 0, 38: 0, 39: 2, 40: 2}


def decimals_of_format(code: str) -> int | None:
    """Count the decimals that a number format shows; None if it does not fix them.

    >>> decimals_of_format("#,##0.00;[Red]-#,##0.00"), decimals_of_format("General")
    (2, None)
    """
    section = _LITERAL.sub("", code.split(";", maxsplit=1)[0])
    if not re.search("[0#]", section) or re.search("[%eEyYdDhHsS?]", section):
        return None
    digits = re.search(r"\.([0#]+)", section)
    if digits is None:
        return 0
    # A # shows a digit only where there is one, so it fixes nothing.
    return len(digits[1]) if "#" not in digits[1] else None


def printed_decimals(path: str | Path) -> dict[tuple[str, str], int]:
    """Read the decimals that the number formats of a workbook fix.

    Parameters
    ----------
    path : str or Path
        The workbook; containers other than .xlsx and .xls carry no formats that are read here.

    Returns
    -------
    dict
        From (sheet, cell) to decimals; cells with the format General are absent.
    """
    path = Path(path)
    head = path.read_bytes()[:8]
    if head.startswith(b"PK"):
        return _of_xlsx(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _of_xls(path)
    return {}


def _of_xlsx(path: Path) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        styles = _styles(archive.read("xl/styles.xml"))
        if not any(d is not None for d in styles):
            return {}
        for name, part in sheet_parts(archive).items():
            for match in _CELL.finditer(archive.read(part)):
                style, address = _STYLE.search(match[1]), _ADDRESS.search(match[1])
                index = int(style[1]) if style else 0
                decimals = styles[index] if index < len(styles) else None
                if address and decimals is not None:
                    found[(name, address[1].decode())] = decimals
    return found


def _styles(xml: bytes) -> list[int | None]:
    """Return the decimals of each cell style, in the order of their numbers."""
    root = ElementTree.fromstring(xml)
    own = {f.get("numFmtId"): f.get("formatCode", "") for f in root.iter(f"{_MAIN}numFmt")}
    formats = root.find(f"{_MAIN}cellXfs")
    numbers = [] if formats is None else [xf.get("numFmtId", "0") for xf in formats]
    return [decimals_of_format(own[n]) if n in own else _BUILT_IN.get(int(n)) for n in numbers]


def _of_xls(path: Path) -> dict[tuple[str, str], int]:
    book = xlrd.open_workbook(path, formatting_info=True, on_demand=True)
    found: dict[tuple[str, str], int] = {}
    for name in book.sheet_names():
        sheet = book.sheet_by_name(name)
        for row in range(sheet.nrows):
            for column in range(sheet.ncols):
                if sheet.cell_type(row, column) != xlrd.XL_CELL_NUMBER:
                    continue
                style = book.xf_list[sheet.cell_xf_index(row, column)]
                decimals = decimals_of_format(book.format_map[style.format_key].format_str)
                if decimals is not None:
                    found[(name, f"{xlrd.colname(column)}{row + 1}")] = decimals
    return found
