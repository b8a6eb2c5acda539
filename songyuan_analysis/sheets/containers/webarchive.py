"""Web pages saved as one file (.mht): Excel's frame page, and a page for every sheet."""

from __future__ import annotations

import email
import email.policy
import html
import re
from email.message import Message

from songyuan_analysis.sheets.containers.decoding import Decoded, decode
from songyuan_analysis.sheets.containers.rawsheet import RawSheet
from songyuan_analysis.sheets.containers.refusals import cut_off
from songyuan_analysis.sheets.containers.webpage import is_page, read_page

_START = re.compile(rb"\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,12}?MIME-Version:", re.IGNORECASE)
_SHEET = re.compile(
    r"<x:ExcelWorksheet>\s*<x:Name>([^<]+)</x:Name>\s*<x:WorksheetSource\s+HRef=\"([^\"]+)\"", re.IGNORECASE
)


def is_archive(data: bytes) -> bool:
    """Say whether the first lines are those of a message, which is what such a file is."""
    return _START.match(data[:4096]) is not None


def read_archive(data: bytes, file: str) -> list[RawSheet]:
    """Read the pages with tables, each as a sheet under the name that the frame page gives it."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
    boundary = message.get_boundary()
    if boundary is not None and f"--{boundary}--".encode() not in data[-1000:]:
        raise cut_off(file, "网页归档没有结束")
    pages = {
        _location(part): _page(part) for part in message.walk() if part.get_content_type() == "text/html"
    }
    names: dict[str, str] = {}
    for page in pages.values():
        for name, source in _SHEET.findall(page.text if page is not None else ""):
            names[html.unescape(source).rpartition("/")[2]] = html.unescape(name).strip()
    sheets = []
    for location, page in pages.items():
        if page is None or not is_page(page.text):
            continue
        sheet = read_page(page, file)
        if sheet is not None:
            sheet.name = names.get(location.rpartition("/")[2], sheet.name)
            sheets.append(sheet)
    return sheets


def _page(part: Message) -> Decoded | None:
    content = part.get_payload(decode=True)
    return decode(content) if isinstance(content, bytes) else None


def _location(part: Message) -> str:
    return str(part.get("Content-Location", part.get("Content-ID", id(part))))
