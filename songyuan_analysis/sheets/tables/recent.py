"""Answers that may be wanted again: the same table comes every month, and a yearbook repeats its stub.

Only the labels are remembered, never the numbers beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Recent(Generic[Answer]):
    """A few answers by what was asked; when there are too many, all are forgotten.

    Parameters
    ----------
    most : int
        How many answers are kept or, where answers have weights, how much they may weigh together.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._answers: dict[Hashable, Answer] = {}

    def get(self, asked: Hashable) -> Answer | None:
        """Return the answer if it is remembered."""
        return self._answers.get(asked)

    def keep(self, asked: Hashable, answer: Answer, weight: int = 1) -> None:
        """Remember an answer, which nobody may change from now on."""
        if self._weight + weight > self._most:
            self._answers.clear()
            self._weight = 0
        if weight <= self._most:
            self._answers[asked] = answer
            self._weight += weight

    def once(self, asked: Hashable, work: Callable[[], Answer]) -> Answer:
        """Return the remembered answer, or work it out and remember it."""
        answer = self._answers.get(asked)
        if answer is None:
            answer = work()
            self.keep(asked, answer)
        return answer
