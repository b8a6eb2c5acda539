"""Tables that are delimited text, as Excel's "Unicode text" and database clients write them."""

from __future__ import annotations

import csv
import io
import re

from songyuan_analysis.sheets.containers.decoding import Decoded
from songyuan_analysis.sheets.containers.rawsheet import RawSheet, stem
from songyuan_analysis.sheets.containers.refusals import cut_off

_DELIMITERS = "\t,;|"
_Rows = list[list[str]]


def read_delimited(decoded: Decoded, file: str) -> RawSheet | None:
    """Read delimited text; prose that merely holds commas has no steady number of them.

    Raises
    ------
    DamagedWorkbookError
        If the text breaks off within its last line: a number there may have lost digits.
    """
    text = decoded.text
    for delimiter in _DELIMITERS:
        rows = _rows(text, delimiter)
        counts = [len(row) - 1 for row in rows if any(cell.strip() for cell in row)]
        steady = max(set(counts), key=counts.count, default=0)
        if steady < 1 or len(counts) < 2 or sum(c == steady for c in counts) < 0.5 * len(counts):
            continue
        if any(re.search(r"\d", cell) for row in rows for cell in row[1:]):
            detail = _unfinished(rows, steady, decoded)
            if detail:
                raise cut_off(file, detail)
            return RawSheet(stem(file), [[cell or None for cell in row] for row in rows])
    return None


def _rows(text: str, delimiter: str) -> _Rows:
    try:
        # Line ends are those of the file: old programs write a lone carriage return.
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return []


def _unfinished(rows: _Rows, steady: int, decoded: Decoded) -> str:
    """Return how the last line shows that something is missing behind it, "" if it does not.

    A text without a line end behind its last line is common and mostly whole; one that breaks off between two
    digits of its very last cell, in a column of numbers of different lengths, cannot be told from it.
    """
    if not decoded.whole:
        return "最后一个字不完整"
    text = decoded.text
    if text.endswith(("\n", "\r")) or not rows:
        return ""
    last = rows[-1]
    if text.count('"') % 2:
        return "最后一行的引号没有结束"
    if 1 < len(last) < steady + 1:
        return "最后一行比其他行短"
    if len(last) != steady + 1:
        return ""
    above = [row[steady].strip() for row in rows[:-1] if len(row) == steady + 1]
    if not last[steady].strip() and 2 * sum(map(bool, above)) > len(above):
        return "最后一行缺少末格"
    decimals = [count for count in map(_decimals, above) if count >= 0]
    own = _decimals(last[steady].strip())
    if len(decimals) > 2 and 0 <= own < min(decimals) == max(decimals):
        return "最后一个数的小数位比同列其他数少"
    return "最后一个数以小数点结束" if last[steady].strip().endswith(".") else ""


def _decimals(cell: str) -> int:
    """Count the decimals of a number, -1 for what is none."""
    found = re.fullmatch(r"[+-]?[\d,]+(?:\.(\d*))?", cell)
    return -1 if found is None else len(found[1] or "")
