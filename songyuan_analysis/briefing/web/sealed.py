"""Finds what a browser would fetch, so that a page that needs the network is never written."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Attributes that a browser follows by itself; the href of a plain link waits for a click and is free.
_FETCHED = {"src", "srcset", "poster", "background", "data", "xlink:href", "formaction", "action"}
_LINKED = {"link", "use", "image", "base"}
_HARMLESS = ("data:", "blob:", "#", "about:")
_STYLE = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"])\s*([^'")\s;]+)""", re.IGNORECASE)


def fetched(html: str) -> list[str]:
    """Return the addresses that a browser would fetch to show this HTML.

    Scripts are not read: the page forbids them to fetch by its Content-Security-Policy.

    Parameters
    ----------
    html : str
        A page or a part of one.

    Returns
    -------
    list of str
        Addresses in order; empty for HTML that stands on its own.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            if name in _FETCHED or (name == "href" and tag in _LINKED):
                candidates = [value or ""] if name != "srcset" else (value or "").split(",")
                self._note(*candidates)
            elif name == "style":
                self._note(*_STYLE.findall(value or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._in_style = False

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._note(*_STYLE.findall(data))

    def _note(self, *addresses: str) -> None:
        for address in addresses:
            clean = address.strip()
            if clean and not clean.lower().startswith(_HARMLESS):
                self.found.append(clean)
