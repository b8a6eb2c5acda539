"""Files that are text, whatever their suffix: workbooks in XML, web pages, archives of pages, delimited lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from songyuan_analysis.sheets.containers import refusals
from songyuan_analysis.sheets.containers.decoding import decode
from songyuan_analysis.sheets.containers.plaintext import read_delimited
from songyuan_analysis.sheets.containers.rawsheet import RawSheet
from songyuan_analysis.sheets.containers.spreadsheetml import is_spreadsheetml, read_spreadsheetml
from songyuan_analysis.sheets.containers.webarchive import is_archive, read_archive
from songyuan_analysis.sheets.containers.webpage import is_page, read_page


def read_text_file(data: bytes, file: str) -> Iterator[RawSheet]:
    """Yield the sheets of a text file.

    Raises
    ------
    NotAWorkbookError
        If it is no text, or holds no table; the message says what it is instead.
    DamagedWorkbookError
        If it breaks off within a table.
    """
    decoded = None if refusals.known_binary(data) else decode(data)
    sheets: Iterable[RawSheet | None] = ()
    if decoded is None:
        pass
    elif is_spreadsheetml(decoded.text):
        sheets = read_spreadsheetml(decoded, file)
    elif is_archive(data):
        sheets = read_archive(data, file)
    elif refusals.is_json(decoded.text):
        pass
    elif is_page(decoded.text):
        sheets = (read_page(decoded, file),)
    elif not decoded.text.lstrip().startswith("<"):
        sheets = (read_delimited(decoded, file),)
    found = False
    for sheet in sheets:
        if sheet is not None:
            found = True
            yield sheet
    if not found:
        raise refusals.not_a_workbook(file, data, decoded.text if decoded is not None else None)
