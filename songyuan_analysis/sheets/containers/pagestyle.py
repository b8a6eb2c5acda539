"""What the styles of a web page say of rows and cells: hidden, shown as percent, indented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from songyuan_analysis.sheets.containers.biff import shows_percent

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:\.([\w-]+))?")
_HIDDEN = re.compile(
    r"(?:^|[;\s])display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.I
)
_DISPLAYED = re.compile(r"(?:^|[;\s])display\s*:\s*(?!none)[a-z]", re.I)
_FORMAT = re.compile(
    r"mso-number-format\s*:\s*(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|(?:\\.|[^;\\])*)", re.I
)
_INDENT = re.compile(r"mso-char-indent-count\s*:\s*(\d+)", re.I)
_NUMBER = re.compile(r"[+-]?(?:\d[\d,]*(?:\.(\d*))?|\.(\d+))(%?)")


class Look(NamedTuple):
    """What the reading of a table takes from a style; None where the style says nothing of it."""

    hidden: bool = False
    percent: bool | None = None
    indent: int | None = None


PLAIN = Look()


class StyleSheet:
    """The rules of a page for elements, classes, and elements of a class."""

    def __init__(self) -> None:
        self._rules: dict[tuple[str, str], str] = {}

    def read(self, css: str) -> None:
        """Take the rules of a style element."""
        for selectors, body in _RULE.findall(_COMMENT.sub(" ", css)):
            for selector in selectors.lower().split(","):
                found = _SELECTOR.fullmatch(selector.strip())
                if found is not None and selector.strip():
                    key = (found[1] or "", found[2] or "")
                    self._rules[key] = f"{self._rules.get(key, '')};{body}"

    def look(self, tag: str, attrs: Mapping[str, str]) -> Look:
        """Return how an element looks: its own style goes before its classes, these before its name."""
        styles = [attrs.get("style", "")]
        classes = attrs.get("class", "").lower().split()
        styles += [self._rules[tag, name] for name in classes if (tag, name) in self._rules]
        styles += [self._rules["", name] for name in classes if ("", name) in self._rules]
        styles.append(self._rules.get((tag, ""), ""))
        if not any(styles) and "hidden" not in attrs:
            return PLAIN
        return Look(
            "hidden" in attrs or _first_hidden(styles),
            next((p for p in map(_percent, styles) if p is not None), None),
            next((int(found[1]) for found in map(_INDENT.search, styles) if found is not None), None),
        )


def _first_hidden(styles: list[str]) -> bool:
    for style in styles:
        if _HIDDEN.search(style):
            return True
        if _DISPLAYED.search(style):
            return False
    return False


def _percent(style: str) -> bool | None:
    found = _FORMAT.search(style)
    if found is None:
        return None
    code = found[1].strip().strip("\"'")
    if code.lower() == "percent":
        return True
    # The backslash of a style sheet; that of a number format is written \005C.
    code = re.sub(r"\\([0-9a-fA-F]{2,6}) ?", lambda m: chr(int(m[1], 16) % 0x110000), code)
    return shows_percent(re.sub(r"\\([^0-9a-fA-F])", r"\1", code))


class Stored(NamedTuple):
    """A number that a page keeps beside the text it shows, and whether it is shown as percent."""

    value: float
    percent: bool


def stored_number(stored: str, shown: str, look: Look) -> Stored | None:
    """Return the number behind a shown text, None if the text itself is what counts.

    The stored number counts only where the text shows the same number in fewer digits. Without one, a bare number
    under a percent format is what the format shows.

    >>> stored_number("1002.183", "1,002.2", PLAIN)
    Stored(value=1002.183, percent=False)
    >>> stored_number("0", "…", PLAIN) is None
    True
    """
    found = _NUMBER.fullmatch(shown.strip())
    if found is None:
        return None
    number = float(shown.strip().rstrip("%").replace(",", ""))
    percent = bool(found[3])
    if stored:
        try:
            value = float(stored)
        except ValueError:
            return None
        half = 0.5 * 10.0 ** -len(found[1] or found[2] or "")
        agrees = abs((value * 100 if percent else value) - number) <= half * 1.000001
        return Stored(value, percent) if agrees else None
    return Stored(number, percent=True) if look.percent and not percent else None
