"""One published figure with everything that decides what it may be combined with, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.observations.corrected import note_of
from songyuan_analysis.observations.schema import is_missing


@dataclass(frozen=True, kw_only=True)
class Datum:
    """A figure as the arithmetic sees it: a row of observations, frozen.

    The fields are the columns of the frame of observations; the value of a corrected figure is the one to use.
    ``decimals`` None means that the print is not known; the figure then counts as exact.
    """

    value: float
    unit: str = ""
    decimals: int | None = None
    unit_measure: str = ""
    unit_mult: int = 0
    ref_area: str = ""
    indicator: str = ""
    measure: str = "level"
    price_base: str = ""
    scope: str = ""
    time_period: str = ""
    period_start: str = ""
    period_end: str = ""
    cumulative: bool = False
    obs_status: str = ""
    vintage: str = ""
    conf_tier: str = ""
    file: str = ""
    sha256: str = ""
    sheet: str = ""
    cell: str = ""
    row_label_path: str = ""
    published_value: str = ""
    correction: str = ""

    @classmethod
    def from_row(cls, row: Mapping[Any, Any] | pd.Series[Any]) -> Datum:
        """Build a figure from a row of observations.

        Parameters
        ----------
        row : mapping or Series
            Needs at least ``obs_value``; missing columns keep their defaults.

        Raises
        ------
        UsageError
            If the row has no number.
        """
        names = [name for name in cls.__dataclass_fields__ if name != "value"]
        fields = {name: row[name] for name in names if name in row and not is_missing(row[name])}
        value = row["obs_value"]
        if is_missing(value):
            raise UsageError(
                f"{fields.get('time_period', '')} {fields.get('indicator', '')} 没有数值。",
                file=str(fields.get("file", "")),
                sheet=str(fields.get("sheet", "")),
                cell=str(fields.get("cell", "")),
                remedy="缺数不能参与计算。",
            )
        for name in ("decimals", "unit_mult"):
            if name in fields:
                fields[name] = int(fields[name])
        if "cumulative" in fields:
            fields["cumulative"] = bool(fields["cumulative"])
        return cls(value=float(value), **fields)

    @property
    def place(self) -> str:
        """The address ``file › sheet › cell``, as far as it is known."""
        return " › ".join(part for part in (self.file, self.sheet, self.cell) if part)

    @property
    def said(self) -> str:
        """The figure for a message: period, number, unit and address."""
        number = f"{self.value:g}" if self.decimals is None else f"{self.value:.{max(self.decimals, 0)}f}"
        text = f"{self.time_period} {number}{self.unit}".strip()
        text = f"{text}（{self.place}）" if self.place else text
        return f"{text}（{self.correction_note}）" if self.correction else text

    @property
    def correction_note(self) -> str:
        """Both values and the reason, if the figure was corrected; else ""."""
        return note_of({**vars(self), "obs_value": self.value})

    @property
    def interval(self) -> Interval:
        """What the printed number stands for, in its written unit."""
        if self.decimals is None:
            return Interval.exact(self.value)
        return Interval.from_printed(self.value, self.decimals)

    @property
    def base_interval(self) -> Interval:
        """The interval in the base unit, so that 亿元 and 万元 meet."""
        factor = 10.0**self.unit_mult
        own = self.interval
        return Interval(own.low * factor, own.mid * factor, own.high * factor)

    @property
    def months(self) -> int:
        """Number of months that the figure spans; 0 if its period is not known."""
        if not (self.period_start and self.period_end):
            return 0
        (y0, m0), (y1, m1) = (
            tuple(map(int, text.split("-"))) for text in (self.period_start, self.period_end)
        )
        return (y1 - y0) * 12 + m1 - m0 + 1
