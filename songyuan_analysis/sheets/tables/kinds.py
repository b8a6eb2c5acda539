"""What each cell of a sheet is: empty, number, year, mark, text, time or date.

A printed table has many cells and few kinds of rows. Rows whose cells are of the same kinds share one `Pattern`,
so that whatever depends on kinds alone is worked out once per pattern and not once per row.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from songyuan_analysis.sheets import marks, timewords

EMPTY, NUMBER, YEAR, MARK, TEXT, TIME, DATE = "", "n", "y", "m", "t", "p", "d"
# Only the sheet knows this one: a text of white space alone, which is taken out of the values.
_BLANK = " "

_CODE_TEXT = re.compile(r"0\d+")
_YEAR_TEXT = re.compile(r"(?:19|20)\d\d")
_AS_FLOAT: Callable[[type, type], type] = {int: float}.get  # type: ignore[assignment]
# Larger sheets are not remembered, in cells.
_LARGEST_FORM = 50_000
_Row = list[Any]  # of CellValue; calamine promises a little less than that


class Pattern:
    """The kinds of the cells of a row, and what follows from them.

    Attributes
    ----------
    kinds : tuple of str
    filled : list of int
        Columns of the cells that are not empty.
    texts : list of int
        Columns of texts, times and dates.
    numbers : list of int
        Columns of numbers, years and marks.
    plain : list of int
        Columns of numbers and marks right of the first filled cell: what can be no label and no year.
    years : list of int
        Columns of years and times.
    has_number : bool
        Whether a number has a filled cell to its left, which can label it.
    """

    __slots__ = ("filled", "has_number", "kinds", "numbers", "plain", "texts", "years")

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        self.filled = [c for c, kind in enumerate(kinds) if kind]
        self.texts = [c for c in self.filled if kinds[c] in "tpd"]
        self.numbers = [c for c in self.filled if kinds[c] in "nym"]
        self.plain = [c for c in self.filled[1:] if kinds[c] in "nm"]
        self.years = [c for c in self.filled if kinds[c] in "yp"]
        self.has_number = any(kinds[c] in "ny" for c in self.filled[1:])


@lru_cache(maxsize=4096)
def pattern_of(kinds: tuple[str, ...]) -> Pattern:
    """Return the one pattern of these kinds (one as long as it is remembered; equality is that of kinds)."""
    return Pattern(kinds)


class Form(NamedTuple):
    """The cells of a sheet but for its numbers, and for its title as far as kinds tell.

    Attributes
    ----------
    title_rows : int
        How many rows at the top hold one text at most.
    shapes : tuple
        The Python types of the cells, row by row.
    words : tuple of str
        The kinds of the texts.
    contents : tuple
        What is neither number nor empty, below the title.
    years : bytes
        Which of the numbers may be years.
    """

    title_rows: int
    shapes: tuple[object, ...]
    words: tuple[str, ...]
    contents: tuple[object, ...]
    years: bytes


@dataclass
class CellTable:
    """The cells of a sheet down to the last used one.

    Attributes
    ----------
    values : list of list
        Rows of equal length; an empty cell is None.
    patterns : list of Pattern
        One per row.
    numbers : ndarray
        The number cells as float64, NaN elsewhere.
    form : Form or None
        What the sheet has in common with others; None if it is too large to be remembered, or if it has numbers
        that were typed as text: only labels are remembered.
    """

    values: list[_Row]
    patterns: list[Pattern] = field(default_factory=list)
    numbers: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    form: Form | None = None


class _Shape:
    """Rows whose cells have the same Python types: all that is left to ask is what their texts say."""

    __slots__ = ("contents", "foreign", "kinds", "texts")

    def __init__(self, types: tuple[type, ...]) -> None:
        self.kinds = [_kind_of_type(t) for t in types]
        self.texts = [c for c, t in enumerate(types) if t is str]
        self.contents = [c for c, kind in enumerate(self.kinds) if kind and kind != NUMBER]
        self.foreign = [c for c, kind in enumerate(self.kinds) if kind != NUMBER]


_canonical_shape = lru_cache(maxsize=1024)(_Shape)


@lru_cache(maxsize=1024)
def _shape_of(types: tuple[type, ...]) -> _Shape:
    """Return the shape of a row; whole numbers may come as int or as float, in any mixture."""
    return _canonical_shape(tuple(map(_AS_FLOAT, types, types)))


@lru_cache(maxsize=4096)
def _fill(shape: _Shape, words: tuple[str, ...]) -> tuple[Pattern, int]:
    """Return the pattern of a row whose texts are of these kinds, and the row's used width."""
    kinds = shape.kinds.copy()
    for c, word in zip(shape.texts, words, strict=True):
        kinds[c] = EMPTY if word == _BLANK else word
    blank = {c for c, word in zip(shape.texts, words, strict=True) if word == _BLANK}
    used = [c for c, kind in enumerate(shape.kinds) if kind and c not in blank]
    return pattern_of(tuple(kinds)), used[-1] + 1 if used else 0


def classify(rows: Iterable[_Row]) -> CellTable:
    """Classify every cell; blank texts become None in the rows given, and unused rows and columns go."""
    values = list(rows)
    shapes = [_shape_of(tuple(map(type, row))) for row in values]
    words = [
        tuple([_kind_of_text(row[c]) for c in shape.texts]) for row, shape in zip(values, shapes, strict=True)
    ]
    filled = list(map(_fill, shapes, words))
    full = len(values[0]) if values else 0
    form = None
    if len(values) * full <= _LARGEST_FORM:  # before blank texts go: they are part of the shapes
        title_rows = next(
            (r for r, (row, _) in enumerate(filled) if len(row.filled) > 1 or DATE in row.kinds), 0
        )
        form = _form(values, shapes, words, title_rows)
    height = max((r + 1 for r, (_, used) in enumerate(filled) if used), default=0)
    width = max((used for _, used in filled), default=0)
    numbers = array("d")
    for row, shape, said in zip(values, shapes, words, strict=True):
        if _BLANK in said:
            for c, word in zip(shape.texts, said, strict=True):
                if word == _BLANK:
                    row[c] = None
        plain = row
        if shape.foreign:
            plain = row.copy()
            for c in shape.foreign:
                plain[c] = math.nan
        numbers.fromlist(plain)
    matrix = np.frombuffer(numbers, dtype=np.float64).reshape(len(values), full)[:height, :width]
    patterns = [pattern for pattern, _ in filled[:height]]
    if width < full:
        values = [row[:width] for row in values[:height]]
        cut = {id(p): pattern_of(p.kinds[:width]) for p in set(patterns)}
        patterns = [cut[id(p)] for p in patterns]
    else:
        values = values[:height]
    years = _mark_years(patterns, matrix)
    return CellTable(values, patterns, matrix, None if form is None else form._replace(years=years))


def _form(
    values: list[_Row], shapes: list[_Shape], words: list[tuple[str, ...]], title_rows: int
) -> Form | None:
    """Return the form of a sheet, if it is to be remembered; its years are not known yet."""
    kinds = tuple(chain.from_iterable(words))
    if NUMBER in kinds:
        return None
    body = zip(values[title_rows:], shapes[title_rows:], strict=True)
    return Form(
        title_rows, tuple(shapes), kinds, tuple([row[c] for row, shape in body for c in shape.contents]), b""
    )


def _mark_years(patterns: list[Pattern], numbers: NDArray[np.float64]) -> bytes:
    """Give rows with whole numbers from 1900 to 2100 the pattern that says so: they may be years."""
    found = (numbers >= 1900) & (numbers <= 2100)
    if not found.any():
        return b""
    rows, columns = np.nonzero(found & (numbers == np.floor(numbers)))
    years: dict[int, list[int]] = {}
    for r, c in zip(rows.tolist(), columns.tolist(), strict=True):
        years.setdefault(r, []).append(c)
    for r, cells in years.items():
        kinds = list(patterns[r].kinds)
        for c in cells:
            kinds[c] = YEAR
        patterns[r] = pattern_of(tuple(kinds))
    return rows.tobytes() + columns.tobytes()


def _kind_of_type(cell: type) -> str:
    """Classify what needs no look at the value; a number may yet be a year."""
    if cell is float or cell is int:
        return NUMBER
    if cell is type(None):
        return EMPTY
    return DATE if issubclass(cell, dt.date) else TEXT


@lru_cache(maxsize=65536)
def _kind_of_text(text: str) -> str:
    """Classify a text cell."""
    if not text.strip("\u3000\xa0\u200b \t\r\n"):
        return _BLANK
    if _CODE_TEXT.fullmatch(text.strip()):
        return TEXT  # 01, 000000: a code, not a number
    reading = marks.read_cell(text)
    if reading.kind == "number" and not reading.unit:
        return YEAR if _YEAR_TEXT.fullmatch(text.strip()) else NUMBER
    if timewords.parse_fragment(text) is not None:
        return TIME
    if reading.is_number:
        return NUMBER
    if reading.kind == "mark":
        return MARK
    return EMPTY if reading.kind == "empty" else TEXT
