"""The look of printed tables: fonts, sizes, colours and state words, read from ``style.toml``."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

# Ambiguous in Unicode, but drawn as wide as a Chinese character by every Chinese font.
_WIDE = set("“”‘’—…·※●▲■○±×÷≥≤①②③④⑤⑥⑦⑧⑨")


@dataclass(frozen=True, slots=True)
class Font:
    """A font by the name that the reader's machine knows, with what to fall back to."""

    name: str
    family: int
    size: float


@dataclass(frozen=True, slots=True)
class State:
    """How a state word is printed: a shape before it, and a colour that repeats it."""

    shape: str
    colour: str
    fill: str


@dataclass(frozen=True, slots=True)
class Style:
    """All of the style file."""

    fonts: Mapping[str, Font]
    colours: Mapping[str, str]
    page: Mapping[str, float]
    states: Mapping[str, State]

    def state(self, word: str) -> State | None:
        """Return how to print a state word; the longest known word that it begins with decides."""
        known = [name for name in self.states if word.startswith(name)]
        return self.states[max(known, key=len)] if known else None


@cache
def load_style() -> Style:
    """Read the style file of the package."""
    data: dict[str, Any] = tomllib.loads(files(__package__).joinpath("style.toml").read_text("utf-8"))
    return Style(
        fonts={name: Font(**font) for name, font in data["fonts"].items()},
        colours=data["colours"],
        page=data["page"],
        states={
            word: State(state["shape"], state["colour"], state["fill"])
            for state in data["states"]
            for word in state["words"]
        },
    )


def state_text(word: str) -> str:
    """Return a state word with its shape before it."""
    state = load_style().state(word)
    return f"{state.shape} {word}" if state else word


def text_width(text: str, size: float) -> float:
    """Return about how many pixels the longest line of a text takes, at a font size in points."""
    return max((sum(map(_em, line)) for line in text.split("\n")), default=0.0) * size * 4 / 3


def line_count(text: str, size: float, width: float) -> int:
    """Return into how many lines a text breaks in a cell of so many pixels."""
    # Punctuation may not begin a line and words are not broken, so a line is never quite full.
    usable = max(width - 8 - 0.6 * size, size) * 0.98
    return sum(max(1, -int(-text_width(line, size) // usable)) for line in text.split("\n"))


def balanced(text: str, size: float, width: float) -> str:
    """Break a heading into lines of about equal length, instead of leaving one sign alone on the last line."""
    lines = line_count(text, size, width)
    if lines == 1 or " " in text:
        return text
    cuts, each = [], len(text) / lines
    for number in range(1, lines):
        at = round(each * number)
        near = (at + step for step in (0, 1, -1, 2, -2) if 0 < at + step < len(text))
        at = next((a for a in near if text[a] in "±（(" or text[a - 1] in "）)、"), at)
        # A closing bracket may not begin a line, an opening one may not end it.
        while at < len(text) and (text[at] in "）)、，±%％" or text[at - 1] in "（("):
            at += 1
        cuts.append(at)
    edges = [0, *cuts, len(text)]
    return "\n".join(part for a, b in pairwise(edges) if (part := text[a:b]))


def _em(sign: str) -> float:
    return 1.0 if sign in _WIDE or unicodedata.east_asian_width(sign) in "WF" else 0.52
