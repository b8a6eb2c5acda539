"""Periods as intervals of whole months.

A *fragment* is what one text says about time (``1—9月`` says months but no year); a *period* is what a number
refers to. Fragments of header, row label, title and sheet name are put together by `resolve`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering

from songyuan_analysis.errors import PeriodError
from songyuan_analysis.sheets.timewords import Fragment, date_fragment, parse_fragment

__all__ = ["Fragment", "Period", "date_fragment", "parse_fragment", "parse_period", "resolve"]

YearMonth = tuple[int, int]

_TEXT_FORM = re.compile(r"(\d{4})(?:Q([1-4])|H([12])|-(\d{2})(?:/(\d{4})-(\d{2}))?)?")
_PIECES = ("quarter", "month", "span", "whole")
_QUARTER_ZH = "一二三四"


@total_ordering
@dataclass(frozen=True)
class Period:
    """An interval of whole months; ``cumulative`` when it was published as "January up to this month".

    A cumulative value and a single period are different series, therefore ``2024-01/2024-12`` (a sum that
    grew month by month) and ``2024`` are not equal, though they span the same months.

    Examples
    --------
    >>> str(Period.parse("2024H1")), Period.parse("2024Q3").label_zh()
    ('2024-01/2024-06', '2024年三季度')
    """

    start: YearMonth
    end: YearMonth
    cumulative: bool = False

    def __post_init__(self) -> None:
        months_ok = 1 <= self.start[1] <= 12 and 1 <= self.end[1] <= 12
        if not months_ok or self.start > self.end:
            raise PeriodError(
                f"“{self.start}—{self.end}”不是有效的时期。", remedy="月份应为1至12，起始不晚于结束。"
            )
        if self.cumulative and (self.start[1] != 1 or self.start[0] != self.end[0]):
            raise PeriodError("累计时期必须从当年1月开始。", remedy="改用同一年度内从1月起的时期。")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a text form: ``2024``, ``2024Q2``, ``2024H1``, ``2024-03`` or ``2024-01/2024-09``.

        Raises
        ------
        PeriodError
            If the text is none of these.
        """
        match = _TEXT_FORM.fullmatch(text.strip()) if isinstance(text, str) else None
        if match is None:
            raise PeriodError(
                f"“{text}”不是时期。",
                remedy="写成 2024、2024Q2、2024H1、2024-03 或 2024-01/2024-09 的形式。",
            )
        year = int(match[1])
        if match[2]:
            return cls.quarter(year, int(match[2]))
        if match[3]:
            return cls.half(year, int(match[3]))
        if match[4] is None:
            return cls.year(year)
        start = (year, int(match[4]))
        if match[5] is None:
            return cls(start, start)
        end = (int(match[5]), int(match[6]))
        return cls(start, end, cumulative=start[1] == 1 and start[0] == end[0])

    @classmethod
    def year(cls, year: int) -> Period:
        """Return the full calendar year."""
        return cls((year, 1), (year, 12))

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        """Return a single quarter."""
        return cls((year, 3 * quarter - 2), (year, 3 * quarter))

    @classmethod
    def half(cls, year: int, half: int) -> Period:
        """Return a half-year; the first one is a cumulative period."""
        return cls.to_date(year, 6) if half == 1 else cls((year, 7), (year, 12))

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """Return a single month."""
        return cls((year, month), (year, month))

    @classmethod
    def to_date(cls, year: int, month: int) -> Period:
        """Return January up to the given month."""
        return cls((year, 1), (year, month), cumulative=True)

    @property
    def months(self) -> int:
        """How many months the period has."""
        return (self.end[0] - self.start[0]) * 12 + self.end[1] - self.start[1] + 1

    def earlier(self, months: int) -> Period | None:
        """Return the same kind of period some months earlier; None where there is none (上月 beside a year)."""
        if months % 12 and self.cumulative:
            last = self.end[1] - months
            return Period.to_date(self.end[0], last) if 1 <= last <= 12 else None
        if months % 12 and months % self.months:
            return None
        first, last = (y * 12 + m - 1 - months for y, m in (self.start, self.end))
        return Period((first // 12, first % 12 + 1), (last // 12, last % 12 + 1), self.cumulative)

    @property
    def is_year(self) -> bool:
        """Whether the months are those of one calendar year."""
        return self.start[1] == 1 and self.months == 12

    @property
    def is_quarter(self) -> bool:
        """Whether this is a single quarter."""
        return not self.cumulative and self.months == 3 and self.start[1] % 3 == 1

    def __str__(self) -> str:
        if not self.cumulative:
            if self.is_year:
                return f"{self.start[0]:04d}"
            if self.is_quarter:
                return f"{self.start[0]:04d}Q{self.end[1] // 3}"
            if self.months == 1:
                return f"{self.start[0]:04d}-{self.start[1]:02d}"
        return f"{self.start[0]:04d}-{self.start[1]:02d}/{self.end[0]:04d}-{self.end[1]:02d}"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.end, self.start, self.cumulative) < (other.end, other.start, other.cumulative)

    def label_zh(self) -> str:
        """Return the period as a Chinese text prints it, such as ``2024年上半年``."""
        year, last = self.end
        if self.cumulative:
            return f"{year}年上半年" if last == 6 else f"{year}年1—{last}月" if last > 1 else f"{year}年1月"
        if self.is_year:
            return f"{year}年"
        if self.is_quarter:
            return f"{year}年{_QUARTER_ZH[last // 3 - 1]}季度"
        if self.months == 1:
            return f"{year}年{last}月"
        if self.start == (year, 7) and last == 12:
            return f"{year}年下半年"
        if self.start[0] == year:
            return f"{year}年{self.start[1]}—{last}月"
        if self.start[1] == 1 and last == 12:
            return f"{self.start[0]}—{year}年"
        return f"{self.start[0]}年{self.start[1]}月—{year}年{last}月"


def resolve(
    fragments: Iterable[Fragment],
    *,
    cumulative: bool | None = None,
    quarterly: bool = False,
    loose_quarters: bool = False,
) -> Period | None:
    """Put the fragments of one cell together, nearest to the number first.

    Parameters
    ----------
    fragments : iterable of Fragment
        Column label, row label, title, sheet name, in this order.
    cumulative : bool, optional
        True where a label says 累计, False where one says 当季 or 当月, None where none speaks.
    quarterly : bool
        A month stands for the quarter that ends with it (a frequency row says 季).
    loose_quarters : bool
        The axis holds single quarters (一季度 beside 二季度), so 一季度 is not "January to March so far".
    """
    listed = list(fragments)
    period = _together(listed, cumulative=cumulative, quarterly=quarterly, loose_quarters=loose_quarters)
    months = next((f.months for f in listed if f.months), 0)
    return period if period is None or not months else period.earlier(-months)


def _together(
    fragments: list[Fragment], *, cumulative: bool | None, quarterly: bool, loose_quarters: bool
) -> Period | None:
    year, piece = _gather(fragments)
    if year is None:
        return None
    if piece is None:
        return Period.year(year)
    if piece.kind == "years":
        return Period((piece.year or year, piece.start or 1), (piece.last_year or year, piece.end or 12))
    if piece.kind == "whole":
        return Period.year(year)
    first, last = piece.start or 1, piece.end
    if last is None:
        return None
    if piece.kind == "span":
        return Period.to_date(year, last) if first == 1 and last > 1 else Period((year, first), (year, last))
    if piece.kind == "quarter":
        single = cumulative is False or (cumulative is None and (first > 1 or loose_quarters))
        return Period.quarter(year, last // 3) if single else Period.to_date(year, last)
    if cumulative:
        return Period.to_date(year, last)
    if quarterly and last % 3 == 0:
        return Period.quarter(year, last // 3)
    return Period.month(year, last)


def _gather(fragments: list[Fragment]) -> tuple[int | None, Fragment | None]:
    """Return the year, and the piece that names the months; the first one that speaks has the word."""
    year: int | None = None
    offset = 0
    piece: Fragment | None = None
    for fragment in fragments:
        offset = offset or fragment.offset
        if fragment.kind == "relative":
            continue
        if fragment.kind == "split":
            if year is None:
                return None, None
            continue
        if piece is None and year is None and fragment.kind in (*_PIECES, "years"):
            piece = fragment
        elif piece is None and fragment.kind in _PIECES and fragment.year is None:
            piece = fragment  # rows 一季度 under a column 2023年
        elif piece is not None and piece.kind == "span" and piece.end is None and fragment.end is not None:
            piece = Fragment("span", piece.year, piece.start, fragment.end)  # 1—本月
        if year is None and fragment.year is not None:
            year = fragment.last_year if fragment.kind == "years" and piece is not fragment else fragment.year
    return (None if year is None else year + offset), piece


def parse_period(
    text: str | int | dt.date,
    *,
    year: int | None = None,
    cumulative: bool | None = None,
    quarterly: bool = False,
) -> Period | None:
    """Read one period text as tables print it.

    Parameters
    ----------
    text : str, int or date
        ``2024年1—9月``, ``上半年``, ``2020年第三季度``, ``民國110年``, ``Sept 2014``, 2019 ...
    year : int, optional
        The year for texts that leave it open.
    cumulative, quarterly
        See `resolve`.

    Returns
    -------
    Period or None
        None if the text is no period, or leaves the year open and none is given.

    Examples
    --------
    >>> str(parse_period("前三季度", year=2024))
    '2024-01/2024-09'
    """
    if isinstance(text, dt.date):
        fragment: Fragment | None = date_fragment(text, quarterly=quarterly)
    elif isinstance(text, int):
        fragment = Fragment("year", text) if 1900 <= text <= 2100 else None
    else:
        fragment = parse_fragment(text)
    if fragment is None:
        return None
    context = [Fragment("year", year)] if year is not None else []
    return resolve([fragment, *context], cumulative=cumulative, quarterly=quarterly)
