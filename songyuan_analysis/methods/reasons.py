"""What is said of each row: which rule refuses it, or why it is a gap; the first word counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
    VintageMismatchError,
)
from songyuan_analysis.methods.codes import Flags, Ints, worded
from songyuan_analysis.methods.frames import NO_REFUSAL

# Nested: area, indicator and last month make two figures a pair at all; what they differ in first, refuses them.
LADDER: tuple[tuple[type[ComparabilityError] | None, str], ...] = (
    (None, "没有对应时期的数"),
    (UnitMismatchError, "的计量单位不同类"),
    (PriceBaseMismatchError, "的价格口径不同"),
    (ScopeMismatchError, "的统计口径不同"),
    (VintageMismatchError, "出自不同版次"),
    (AccumulationMismatchError, "的时期不对应"),
    (None, ""),
)
FAMILY, SPAN, WHOLE = 4, 5, 6


class Reasons:
    """Refusals and reasons of rows, written down as they are found; the first one that is said of a row stays."""

    def __init__(self, rows: int) -> None:
        self.found = np.zeros(rows, np.int64)
        self.rules, self.texts = [NO_REFUSAL], [""]

    def say(self, where: Flags, kind: type[ComparabilityError] | None, text: str) -> None:
        """Refuse the rows that are marked (or call them a gap, with no kind), unless something was said of them."""
        if not where.any():
            return
        self.found[where & (self.found == 0)] = len(self.rules)
        self.rules.append(NO_REFUSAL if kind is None else kind.rule)
        self.texts.append(text)

    @property
    def nothing(self) -> Flags:
        """Rows of which nothing was said."""
        nothing: Flags = self.found == 0
        return nothing

    def of(self, rows: Ints) -> Reasons:
        """Return the book of some rows."""
        other = Reasons(0)
        other.found, other.rules, other.texts = self.found[rows], [*self.rules], [*self.texts]
        return other

    def copy(self) -> Reasons:
        """Return a second book that begins with the same reasons."""
        return self.of(np.arange(len(self.found)))

    def adopt(self, other: Reasons, rows: Ints, prefix: str) -> None:
        """Say what another book says of rows; a row below zero is none."""
        found = np.where(rows >= 0, other.found.take(rows, mode="clip"), 0) if len(other.found) else rows * 0
        for number, (rule, text) in enumerate(zip(other.rules, other.texts, strict=True)):
            if number and (where := found == number).any():
                self.found[where & (self.found == 0)] = len(self.rules)
                self.rules.append(rule)
                self.texts.append(prefix + text)

    def put(self, where: Flags, kind: type[ComparabilityError], text: str) -> None:
        """Refuse the rows that are marked, whatever was said of them."""
        self.found[where] = 0
        self.say(where, kind, text)

    def say_ladder(self, depth: Ints) -> None:
        """Refuse by how far down the grounds two figures agree; see `Levels.earlier`."""
        for level, (kind, text) in enumerate(LADDER[:WHOLE]):
            self.say(depth == level, kind, text)

    def say_each(
        self, rows: Ints, kind: type[ComparabilityError] | None, which: Ints, texts: Sequence[str]
    ) -> None:
        """Say to each of some rows its own of several texts, unless something was said of it."""
        fresh = self.found[rows] == 0
        self.found[rows[fresh]] = len(self.rules) + which[fresh]
        self.rules += [NO_REFUSAL if kind is None else kind.rule] * len(texts)
        self.texts += texts

    @property
    def refused(self) -> Flags:
        """Rows that are refused; a gap is none."""
        refused: Flags = np.array([rule != NO_REFUSAL for rule in self.rules])[self.found]
        return refused

    def refusal(self, index: pd.Index) -> pd.Series | str:
        """Return the rule of each row."""
        return worded(self.found, self.rules, index) if any(self.rules) else NO_REFUSAL

    def reason(self, index: pd.Index) -> pd.Series | str:
        """Return the reason of each row."""
        return worded(self.found, self.texts, index) if any(self.texts) else ""
