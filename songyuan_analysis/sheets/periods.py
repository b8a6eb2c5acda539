"""Periods as intervals of whole months, and the many ways in which tables write them.

A *fragment* is what one text says about time (`1—9月` says months but no year); a *period* is what a number
refers to. Fragments of header, row label, title and sheet name are put together by `resolve`.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, total_ordering

from songyuan_analysis.errors import PeriodError

YearMonth = tuple[int, int]

_TEXT_FORM = re.compile(r"(\d{4})(?:Q([1-4])|H([12])|-(\d{2})(?:/(\d{4})-(\d{2}))?)?")
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
        return f"{self.start[0]}年{self.start[1]}月—{year}年{last}月"


@dataclass(frozen=True)
class Fragment:
    """What one text says about time; ``None`` stands for what it leaves open.

    kind is one of year, years, quarter, month, span (several months, from January unless `start` says
    otherwise) and relative (this year, last year: `offset`).
    """

    kind: str
    year: int | None = None
    start: int | None = None
    end: int | None = None
    last_year: int | None = None
    offset: int = 0


_CN_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "兩": 2}
_EN_MONTH = {
    m: i + 1
    for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())
}
_DASH = r"[-—–－~～至到―]+"
_FOOT = r"(?:[†‡*¹²³⁴⁵⁶⁷⁸⁹①-⑳#]|\[\d+\]|\((?:r|p|e|预|初|初步)\))*"
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_ROC = r"(?:中[華华])?民[國国](?P<roc>\d{1,3}|[一二三四五六七八九十百○〇零]{1,5})"
_TAIL = r"(?:度|末|底|份|止|全年|预计|预期|实际|初步数|快报数|累计|當期|当期)*"
_YEARPART = rf"(?:{_YEAR}|{_ROC})年?度?"
_QUARTER = r"(?:第?(?P<q>[一二三四1-4])季度?|[Qq](?P<q2>[1-4]))"
_MONTHS = rf"(?P<m1>\d{{1,2}})月?份?{_DASH}(?P<m2>\d{{1,2}}|本)月份?"
_MONTH = r"(?P<m>\d{1,2})月份?"
_SPAN = r"(?P<span>上半年|下半年|前[一二三]季度|[一1]季度末?至今|前\d{1,2}个?月)"
_PIECES = rf"(?:{_QUARTER}|{_MONTHS}|{_MONTH}|{_SPAN}|(?P<all>全年))"
_FULL = (
    re.compile(rf"{_YEARPART}(?:{_DASH})?{_PIECES}?{_TAIL}{_FOOT}"),
    re.compile(rf"{_PIECES}{_TAIL}{_FOOT}"),
)
_LEAD = (
    re.compile(rf"(?:{_YEAR}|{_ROC})年度?{_PIECES}?"),
    re.compile(rf"(?:{_MONTHS}|{_SPAN}|第?(?P<q3>[一二三四])季度)"),
)
_ISO = re.compile(
    rf"(?P<y>(?:19|20)\d\d)(?:[-./年](?P<m>0?[1-9]|1[0-2])(?:[-./月](?P<d>\d{{1,2}})日?)?|(?P<m3>0[1-9]|1[0-2])){_FOOT}"
)
_INTERVAL = re.compile(
    rf"(?P<y1>(?:19|20)\d\d)[.年](?P<m1>\d{{1,2}})[.月](?:\d{{1,2}}日?)?{_DASH}"
    r"(?P<y2>(?:19|20)\d\d)[.年](?P<m2>\d{1,2})(?:[.月]\d{0,2}日?)?"
)
_YEARS = re.compile(rf"(?P<y1>(?:19|20)\d\d)年?{_DASH}(?P<y2>(?:19|20)\d\d)年?{_TAIL}{_FOOT}")
_YEARS_LEAD = re.compile(rf"(?P<y1>(?:19|20)\d\d)年?{_DASH}(?P<y2>(?:19|20)\d\d)年")
_EN = re.compile(
    r"(?:(?P<y>(?:19|20)\d\d)[ -]?)?(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    rf"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?(?:[ -]?(?P<y2>(?:19|20)\d\d))?{_FOOT}",
    re.IGNORECASE,
)
_RELATIVE = {
    "本年": 0, "本年度": 0, "今年": 0, "当年": 0, "上年": -1, "上年度": -1, "去年": -1, "前年": -2, "前年度": -2,
    "前次": -2, "前一年": -1,
}  # fmt: skip
_RELATIVE_LEAD = re.compile(r"(本年度|上年度|前年度|前次|前一年度|本年|上年|前年)(?:[預预決决]算|数|數|实际|實際|与|與|$)")
_NO_DATE = re.compile(r"[^（(]*=\s*100")


def _fold(text: str) -> str:
    """Fold widths and drop white space, but keep it between two digits and between Latin words."""
    # Superscript footnote signs would fold to digits: Apr¹ is no Apr1.
    folded = unicodedata.normalize("NFKC", re.sub("[¹²³⁴⁵⁶⁷⁸⁹①-⑳]+$", "", text.strip())).strip()
    return re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])|(?<=[A-Za-z])\s+(?=\d)", "", folded)


def _cn_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if not any(c in text for c in "十百"):
        return int("".join(str(_CN_DIGIT[c]) for c in text))
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _CN_DIGIT[char]
    return total + digit


def _from_match(match: re.Match[str]) -> Fragment | None:
    got = match.groupdict()
    year = int(got["y"]) if got.get("y") else None
    if got.get("roc"):
        year = _cn_number(got["roc"]) + 1911
    quarter = got.get("q") or got.get("q2") or got.get("q3")
    if quarter:
        number = int(quarter) if quarter.isdigit() else _CN_DIGIT[quarter]
        return Fragment("quarter", year, 3 * number - 2, 3 * number)
    if got.get("m1"):
        first = int(got["m1"])
        if got["m2"] == "本":
            return Fragment("span", year, first, None)
        last = int(got["m2"])
        return Fragment("span", year, first, last) if 1 <= first <= last <= 12 else None
    if got.get("m"):
        month = int(got["m"])
        return Fragment("month", year, month, month) if 1 <= month <= 12 else None
    span = got.get("span")
    if span:
        if span == "下半年":
            return Fragment("span", year, 7, 12)
        months = re.search(r"\d+", span)
        last = 6 if span == "上半年" else int(months[0]) if months else 3 * _CN_DIGIT.get(span[1], 1)
        return Fragment("span", year, 1, last) if 1 <= last <= 12 else None
    if got.get("all"):
        return Fragment("year", year)
    return Fragment("year", year) if year is not None else None


@lru_cache(maxsize=4096)
def parse_fragment(text: str) -> Fragment | None:
    """Read a text that says a time and nothing else, such as ``2019年``, ``1—9月`` or ``民國47年``."""
    folded = _fold(text).strip("()[]【】〔〕:;,。、 ")
    if not folded or len(folded) > 30:
        return None
    if folded in _RELATIVE:
        return Fragment("relative", offset=_RELATIVE[folded])
    for pattern in (_INTERVAL, _YEARS):
        if match := pattern.fullmatch(folded):
            return _interval(match)
    for pattern in _FULL:
        match = pattern.fullmatch(folded)
        found = _from_match(match) if match else None
        if found is not None:
            return found
    if match := _ISO.fullmatch(folded):
        month = int(match["m"] or match["m3"])
        return Fragment("month", int(match["y"]), month, month)
    if match := _EN.fullmatch(folded):
        month = _EN_MONTH[match["mon"].lower()]
        year = match["y"] or match["y2"]
        return Fragment("month", int(year) if year else None, month, month)
    return None


def _interval(match: re.Match[str]) -> Fragment | None:
    got = match.groupdict()
    first, last = int(got["y1"]), int(got["y2"])
    start, end = int(got.get("m1") or 1), int(got.get("m2") or 12)
    if (first, start) > (last, end) or not (1 <= start <= 12 and 1 <= end <= 12):
        return None
    return Fragment("years", first, start, end, last_year=last)


@lru_cache(maxsize=4096)
def leading_fragment(text: str) -> Fragment | None:
    """Read the time at the head of a column label, such as ``2018年比2017年增长`` (2018)."""
    folded = _fold(text)
    whole = parse_fragment(text)
    if whole is not None:
        return whole
    if match := _RELATIVE_LEAD.match(folded):
        return Fragment("relative", offset=_RELATIVE[match[1].removesuffix("度")])
    if match := _YEARS_LEAD.match(folded):
        return _interval(match)
    match = _LEAD[0].match(folded) or _LEAD[1].match(folded)
    if match is None:
        return None
    rest = folded[match.end() :]
    if rest.startswith(("=", "为基", "以来", "起", "以前", "以后")):
        return None
    return _from_match(match)


@lru_cache(maxsize=1024)
def title_fragment(text: str) -> Fragment | None:
    """Find the time that a title, a period line or a sheet name speaks of."""
    folded = _fold(re.sub(r"[（(][^（）()]*=\s*100[^（）()]*[）)]", "", unicodedata.normalize("NFKC", text)))
    whole = parse_fragment(folded)
    if whole is not None:
        return whole
    if match := _INTERVAL.search(folded):
        return _interval(match)
    if match := _YEARS.search(folded):
        return _interval(match)
    best: Fragment | None = None
    searches = (
        rf"(?:{_YEAR}|{_ROC})年度?{_PIECES}?",
        rf"(?P<y>(?<!\d)(?:19|20)\d\d)[.-](?P<m>0[1-9]|1[0-2])(?!\d)",
        rf"[(]{_YEAR}(?:[,)])",
        rf"(?:^|[-—– ]){_YEAR}$",
        rf"^{_YEAR}(?!\d)",
        r"(?:^|[^\d])(?P<roc>\d{2,3})年度",
    )
    for pattern in searches:
        for match in re.finditer(pattern, folded):
            if match["y"] if "y" in match.groupdict() else match["roc"]:
                found = _from_match(match)
                if found is not None and (best is None or found.kind != "year"):
                    best = found
        if best is not None:
            return best
    match_partial = re.search(rf"(?<![\d年]){_MONTHS}|{_SPAN}", folded)
    return _from_match(match_partial) if match_partial else None


def date_fragment(value: dt.date, *, quarterly: bool = False) -> Fragment:
    """Return the month (or the quarter that ends with it) of a date cell."""
    if quarterly and value.month % 3 == 0:
        return Fragment("quarter", value.year, value.month - 2, value.month)
    return Fragment("month", value.year, value.month, value.month)


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
    year: int | None = None
    offset = 0
    piece: Fragment | None = None
    for fragment in fragments:
        if fragment.kind == "relative":
            offset = offset or fragment.offset
            continue
        if piece is None and year is None and fragment.kind in ("quarter", "month", "span", "years"):
            piece = fragment
        elif piece is None and fragment.kind in ("quarter", "month", "span") and fragment.year is None:
            piece = fragment  # rows 一季度 under a column 2023年
        elif piece is not None and piece.kind == "span" and piece.end is None and fragment.end is not None:
            piece = Fragment("span", piece.year, piece.start, fragment.end)  # 1—本月
        if year is None and fragment.year is not None:
            year = fragment.last_year if fragment.kind == "years" and piece is not fragment else fragment.year
    if year is None:
        return None
    year += offset
    if piece is None:
        return Period.year(year)
    if piece.kind == "years":
        start = (piece.year or year, piece.start or 1)
        return Period(start, (piece.last_year or year, piece.end or 12))
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
