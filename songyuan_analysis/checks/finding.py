"""What a check finds: the cells in question, the words for it, and the cells that prove it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from songyuan_analysis.observations.corrected import note_of

if TYPE_CHECKING:
    from songyuan_analysis.checks.material import Material

ERROR, WARNING, NOTE = "错误", "警示", "提示"
SEVERITIES = (ERROR, WARNING, NOTE)
_MOST_PLACES = 8

Row = Mapping[Any, Any] | pd.Series
Address = tuple[str, str, str]


@dataclass(frozen=True)
class Finding:
    """One finding of the audit.

    Attributes
    ----------
    rule, title : str
        Stable English name of the rule, and its name in Chinese.
    severity : str
        错误 (cannot be right), 警示 (read it before you use it) or 提示 (good to know).
    message, evidence, remedy : str
        What was found, the cells that show it, and what to do.
    """

    rule: str
    title: str
    severity: str
    message: str
    evidence: str
    remedy: str
    ref_area: str = ""
    indicator: str = ""
    time_period: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""


COLUMNS = tuple(Finding.__dataclass_fields__)


@dataclass(frozen=True, eq=False)
class Hit:
    """What a rule yields: rows and words; the rule's name, severity and remedy are added by the audit.

    Attributes
    ----------
    row : mapping
        The observation in question; the finding stands at its cell.
    evidence : tuple of mapping
        All observations that prove it, the one in question among them.
    accused : tuple of mapping
        Observations that may be wrong; only ``row`` where it is empty.
    severity, remedy : str
        Instead of the rule's own.
    weight : float
        Of two findings of one rule the heavier comes first.
    names_area : bool
        Whether the message says by itself which area it speaks of.
    """

    row: Row
    message: str
    evidence: tuple[Row, ...]
    accused: tuple[Row, ...] = ()
    severity: str = ""
    remedy: str = ""
    weight: float = 0.0
    names_area: bool = False

    def suspects(self) -> set[Address]:
        """Return the addresses of the cells that may be wrong."""
        return {address(row) for row in self.accused or (self.row,)}

    def cells(self) -> set[Address]:
        """Return the addresses of all cells of the evidence."""
        return {address(row) for row in self.evidence} | self.suspects()


@dataclass(frozen=True)
class Rule:
    """One check of the audit.

    Attributes
    ----------
    name, title : str
        Stable English name; name in Chinese.
    severity : str
        Of its findings, unless a finding says otherwise.
    needs : str
        What must be there for it to speak.
    check : callable
        Yields its hits.
    remedy : str
        What to do about a finding.
    yields_to : tuple of str
        Rules whose findings explain this one's: where one of them has accused a cell of the evidence, this
        rule is silent, so that one mistake is reported once.
    """

    name: str
    title: str
    severity: str
    needs: str
    check: Callable[[Material], Iterator[Hit]]
    remedy: str
    yields_to: tuple[str, ...] = ()


def address(row: Row) -> Address:
    """Return file, sheet and cell of a row."""
    return str(row["file"]), str(row["sheet"]), str(row["cell"])


def place(row: Row) -> str:
    """Name a row's address: file › sheet › cell; both values where it was corrected."""
    note = note_of(dict(row))
    return " › ".join(address(row)) + (f"（{note}）" if note else "")


def places(rows: Iterable[Row]) -> str:
    """Name the addresses of rows, each once; of very many, the first and how many there are."""
    named = list(dict.fromkeys(place(row) for row in rows))
    more = f"；等{len(named)}个格" if len(named) > _MOST_PLACES else ""
    return "；".join(named[:_MOST_PLACES]) + more


def said(row: Row) -> str:
    """Print the number of a row with its decimals and its unit."""
    value, decimals = float(row["obs_value"]), row["decimals"]
    number: str = plain(value) if pd.isna(decimals) else f"{value:.{max(int(decimals), 0)}f}"
    return f"指数{number}" if row["unit_measure"] == "INDEX" else f"{number}{row['unit']}"


def plain(value: float, digits: int = 10, *, sign: bool = False) -> str:
    """Print a number with so many significant digits, never with an exponent.

    Examples
    --------
    >>> plain(9_000_000.0), plain(1234.5678, 3), plain(0.00001234, 2)
    ('9000000', '1235', '0.000012')
    """
    size = math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0
    text = f"{value:{'+' if sign else ''}.{max(digits - 1 - size, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
