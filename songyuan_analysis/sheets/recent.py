"""Answers that may be wanted again: the same table comes every month, and a yearbook repeats its stub.

Only the labels are remembered, never the numbers beside them.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Recent(Generic[Answer]):
    """A few answers by what was asked; when there are too many, all are forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[Hashable, Answer] = {}

    def get(self, asked: Hashable) -> Answer | None:
        """Return the answer if it is remembered."""
        return self._answers.get(asked)

    def keep(self, asked: Hashable, answer: Answer) -> None:
        """Remember an answer, which nobody may change from now on."""
        if len(self._answers) >= self._most:
            self._answers.clear()
        self._answers[asked] = answer
