"""Tables that came before: a bureau prints the same one every month, and only the numbers are new.

What is found on a sheet follows from its form (kinds of the cells, words, merges, formats) and from the few numbers
and lines above the table that somebody looked at. These looks are written down as questions with their answers. A
sheet of the same form that gives all the same answers would be gone through step by step in the same way: what was
found on the sheet before is found on it too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from types import NoneType
from typing import Any, NamedTuple, TypeVar

from songyuan_analysis.sheets.reader import Sheet
from songyuan_analysis.sheets.tables.recent import Recent

Found = TypeVar("Found")
Answer = TypeVar("Answer")
_Question = tuple[Callable[[str], Any], int, int]

_MOST_QUESTIONS = 200
# What may be remembered, in cells: some megabytes.
_MOST_CELLS = 200_000


class _Watched(Sheet):
    """A sheet that writes down what is asked of the cells that its form does not hold."""

    answers: dict[_Question, Any]
    _title_rows: int

    @classmethod
    def of(cls, sheet: Sheet) -> _Watched:
        watched = cls(**vars(sheet))
        watched.answers = {}
        watched._title_rows = sheet.form.title_rows if sheet.form is not None else 0
        return watched

    def text(self, row: int, column: int) -> str:
        """Return the cell as text."""
        return self.ask(str, row, column) if self._is_open(row, column) else super().text(row, column)

    def ask(self, question: Callable[[str], Answer], row: int, column: int) -> Answer:
        """Answer a question, and remember it."""
        answer = question(super().text(row, column))
        if self._is_open(row, column):
            self.answers[question, row, column] = answer
        return answer

    def _is_open(self, row: int, column: int) -> bool:
        """Whether the form leaves open what a cell says; texts and empty cells below the title are part of it."""
        return row < self._title_rows or type(self.values[row][column]) not in (str, NoneType)


class _Known(NamedTuple):
    answers: dict[_Question, Any]
    found: Any


_known: Recent[list[_Known]] = Recent(_MOST_CELLS)


def answer(sheet: Sheet, find: Callable[[Sheet], list[Found]]) -> list[Found]:
    """Return what `find` finds on a sheet, which nobody may change."""
    form = _form(sheet)
    if form is None:
        return find(sheet)
    before = _known.get(form) or []
    for known in before:
        if all(sheet.ask(*question) == answer for question, answer in known.answers.items()):
            return known.found  # type: ignore[no-any-return]
    watched = _Watched.of(sheet)
    found = find(watched)
    if len(watched.answers) <= _MOST_QUESTIONS:
        _known.keep(form, [*before[-3:], _Known(watched.answers, found)], sheet.n_rows * sheet.n_columns)
    return found


def _form(sheet: Sheet) -> Hashable | None:
    if sheet.form is None:
        return None
    return (
        sheet.form,
        tuple(sheet.merges),
        frozenset(sheet.indents.items()),
        frozenset(sheet.comments.items()),
        frozenset(sheet.percents),
        sheet.hidden_rows,
        sheet.hidden_columns,
        sheet.hidden,
    )
