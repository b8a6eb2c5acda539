"""What one text says about time: years, quarters, months, spans, the calendar of Taiwan, relative years.

A fragment may leave the year open (``1—9月``); `songyuan_analysis.sheets.periods.resolve` puts the
fragments of header, row label, title and sheet name together.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from songyuan_analysis.sheets.numerals import CN_DIGIT, cn_number, in_figures


@dataclass(frozen=True)
class Fragment:
    """What one text says about time; ``None`` stands for what it leaves open.

    kind is one of year, years, quarter, month, span (several months, from January unless `start` says
    otherwise), whole (all of the year, whatever months the title names), relative (this year, last year:
    `offset`; last month, last quarter: `months`) and split (see `split_year`).
    """

    kind: str
    year: int | None = None
    start: int | None = None
    end: int | None = None
    last_year: int | None = None
    offset: int = 0
    months: int = 0


_EN_MONTH = {
    m: i + 1
    for i, m in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    )
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
_QUARTERS = rf"第?[1一](?:季度)?{_DASH}第?(?P<qn>[2-4二三四])季度?"
_SPAN = r"(?P<span>上半年|下半年|前[一二三]季度|[一1]季度末?至今|前\d{1,2}个?月)"
_PIECES = rf"(?:{_QUARTERS}|{_QUARTER}|{_MONTHS}|{_MONTH}|{_SPAN}|(?P<all>全年))"
_FULL = (
    re.compile(rf"{_YEARPART}(?:{_DASH})?{_PIECES}?{_TAIL}{_FOOT}"),
    re.compile(rf"{_PIECES}{_TAIL}{_FOOT}"),
)
_LEAD = (
    re.compile(rf"(?:{_YEAR}|{_ROC})年度?{_PIECES}?"),
    re.compile(rf"(?:{_QUARTERS}|{_MONTHS}|{_SPAN}|第?(?P<q3>[一二三四])季度)"),
    # 9月同比增长 is of September, 3月龄 is no March.
    re.compile(rf"{_MONTH}(?=[末底止当同环比增累完实绝总余])"),
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
    "本年": 0,
    "本年度": 0,
    "今年": 0,
    "当年": 0,
    "上年": -1,
    "上年度": -1,
    "去年": -1,
    "前年": -2,
    "前年度": -2,
    "前次": -2,
    "前一年": -1,
}
_RELATIVE_LEAD = re.compile(
    r"(本年度|上年度|前年度|前次|前一年度|本年|上年|前年)(?:[預预決决]算|数|數|实际|實際|与|與|$)"
)
# A plan, a target or a budget is for the year, in a report of any month.
_PLAN = (
    r"(?:预期|主要|工作|总|收入|支出|调整)?(?:目标任务|目标|计划|预算|任务)"
    r"(?:总投资|投资额?|收入|支出|总量|总额|增速|增幅|数|值)?(?:[(（][^()（）]*[)）])?"
)
_PLAN_OF_YEAR = re.compile(
    rf"(?:(?P<y>(?:19|20)\d\d)年(?:度|全年|初)?|本?年度|全年|本年|年初|年|调整(?=预算)){_PLAN}"
)
# A share of the year's plan counts from January even where nothing says 累计.
_SHARE = re.compile(
    r"(?:为|占|完成)(?:年初|年度|全年|当年|\d{4}年)?(?:预算|计划|目标|任务).{0,6}|"
    r"(?:年度|计划|预算|目标|任务)?完成(?:率|进度|比例)|(?:时间|序时)进度"
)
_UP_TO = re.compile(rf"截[至止]到?(?:{_YEAR}年)?(?P<m>1[0-2]|[1-9])月(?:底|末|份)?")
# 上年同期累计, 去年同月, 上月末余额: other times than that of the table, told by their distance from it. What merely
# compares with them (比上年同期增长) begins otherwise.
_AGO = re.compile(
    r"(?:(?P<year>同期|[上去]年(?:同[期月季]|[本当]月|1[-—–~～至]本月))|(?P<month>上月)|(?P<quarter>上季度?))"
    r"(?:[止末底]|累计|完成|执行|实际|实绩|绝对|余额|数量?|[额量值]|总[额量])*"
)
# A stock at the end of a year is that year's.
_END_OF_LAST_YEAR = re.compile(r"(?:[上去]年[末底]|年初)(?:余额|数量?|[额量值])|[上去]年[末底]")
_CUMULATIVE = re.compile(
    r"累计|累計|年初至今|年初至本月|至本月|[1一][-—–－~～]本月|year to date|ytd", re.IGNORECASE
)
_SINGLE = re.compile(r"当季|當季|当月|當月|本月|当期|當期|本季|单月|同月|上月")
_ROC_YEAR = re.compile(r"(\d{2,3})年度?")
# A school year, a fiscal year: twelve months, but nobody says from which one.
_SPLIT_YEAR = re.compile(
    r"((?:19|20)\d\d)(?:/((?:19|20)?\d\d)(?!\d)|[-—–~至]((?:19|20)?\d\d)(?=[学學财財榨]))(?:[学學财財]年度?|榨季)?"
)
_STATED = re.compile(
    r"[(]([^()]+)[)]|截[至止]到?((?:19|20)\d\d年(?:\d{1,2}月)?[末底]?)|"
    r"(?<![比较較至到自从從以与與和对對同占为為超过過于於当當、/年\d])((?:19|20)\d\d年[末底度初]?)$"
)
_PRICES = re.compile(r"[价價]|=|为100|為100|基期")
_FOOT_SIGNS = re.compile("[¹²³⁴⁵⁶⁷⁸⁹①-⑳]+$")
_LOOSE_SPACES = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])|(?<=[A-Za-z])\s+(?=\d)")
_NO_DATE = re.compile(r"[^（(]*=\s*100")
_YEAR_LEAD = re.compile(r"(?:19|20)\d\d年(?!平均|末|底)")


def _fold(text: str) -> str:
    """Fold widths and drop white space, but keep it between two digits and between Latin words."""
    # Superscript footnote signs would fold to digits: Apr¹ is no Apr1.
    folded = unicodedata.normalize("NFKC", _FOOT_SIGNS.sub("", text.strip())).strip()
    return in_figures(_LOOSE_SPACES.sub("", folded))


# A stock at the end of a quarter is that of its last month.
_QUARTER_END = re.compile(r"(?:季度?)?[末底](?!至今)")


def _from_match(match: re.Match[str]) -> Fragment | None:
    got = match.groupdict()
    year = int(got["y"]) if got.get("y") else None
    if got.get("roc"):
        year = cn_number(got["roc"]) + 1911
    if got.get("qn"):
        return Fragment("span", year, 1, 3 * (CN_DIGIT.get(got["qn"]) or int(got["qn"])))
    quarter = got.get("q") or got.get("q2") or got.get("q3")
    if quarter:
        number = int(quarter) if quarter.isdigit() else CN_DIGIT[quarter]
        if _QUARTER_END.match(match.string, max(match.end(k) for k in ("q", "q2", "q3") if got.get(k))):
            return Fragment("month", year, 3 * number, 3 * number)
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
        last = 6 if span == "上半年" else int(months[0]) if months else 3 * CN_DIGIT.get(span[1], 1)
        return Fragment("span", year, 1, last) if 1 <= last <= 12 else None
    if got.get("all"):
        return Fragment("whole", year)
    return Fragment("year", year) if year is not None else None


@lru_cache(maxsize=4096)
def parse_fragment(text: str) -> Fragment | None:
    """Read a text that says a time and nothing else, such as ``2019年``, ``1—9月`` or ``民國47年``."""
    folded = _fold(text).strip("()[]【】〔〕:;,。、 ")
    if not folded or len(folded) > 30:
        return None
    if folded in _RELATIVE:
        return Fragment("relative", offset=_RELATIVE[folded])
    if match := _AGO.fullmatch(folded):
        return _ago(match)
    if _END_OF_LAST_YEAR.fullmatch(folded):
        return Fragment("whole", offset=-1)
    if folded.startswith(("上年", "去年")) and (rest := parse_fragment(folded[2:])) is not None:
        return replace(rest, offset=-1) if rest.year is None and rest.start is not None else None
    for pattern in (_INTERVAL, _YEARS):
        if match := pattern.fullmatch(folded):
            return _interval(match)
    for pattern in _FULL:
        match = pattern.fullmatch(folded)
        found = _from_match(match) if match else None
        if found is not None:
            return found
    if match := _ISO.fullmatch(folded):
        if re.fullmatch(r"\d{4}/\d\d", folded) and int(folded[-2:]) == (int(folded[:4]) + 1) % 100:
            return None  # 2004/05 is a fiscal year as likely as a month
        month = int(match["m"] or match["m3"])
        return Fragment("month", int(match["y"]), month, month)
    if match := _EN.fullmatch(folded):
        month = _EN_MONTH[match["mon"].lower()]
        year = match["y"] or match["y2"]
        return Fragment("month", int(year) if year else None, month, month)
    return None


def _ago(match: re.Match[str]) -> Fragment:
    if match["year"]:
        return Fragment("relative", offset=-1)
    return Fragment("relative", months=-1 if match["month"] else -3)


def _interval(match: re.Match[str]) -> Fragment | None:
    got = match.groupdict()
    first, last = int(got["y1"]), int(got["y2"])
    start, end = int(got.get("m1") or 1), int(got.get("m2") or 12)
    if (first, start) > (last, end) or not (1 <= start <= 12 and 1 <= end <= 12):
        return None
    return Fragment("years", first, start, end, last_year=last)


@lru_cache(maxsize=4096)
def split_year(text: str) -> Fragment | None:
    """Read a year that begins in one calendar year and ends in the next: ``2004/05``, ``2023-2024学年``.

    It is a fragment of the kind "split", which has no months: nothing else may fill in a year for it.
    """
    match = _SPLIT_YEAR.match(_fold(text))
    if match is None:
        return None
    first, second = int(match[1]), int(match[2] or match[3])
    return Fragment("split", first) if second in (first + 1, (first + 1) % 100) else None


@lru_cache(maxsize=4096)
def stated_fragment(text: str) -> Fragment | None:
    """Read the time that a label states in brackets or at its end: ``年末人口（2019年）``, ``人口2019年``.

    A year that prices or an index refer to, or that a figure is compared with, is not its time.
    """
    folded = _fold(text)
    if _PRICES.search(folded):
        return None
    for match in _STATED.finditer(folded):
        found = parse_fragment(match[1] or match[2] or match[3])
        if found is not None and found.kind != "relative":
            return found
    return None


@lru_cache(maxsize=4096)
def leading_fragment(text: str) -> Fragment | None:
    """Read the time at the head of a column label, such as ``2018年比2017年增长`` (2018)."""
    folded = _fold(text)
    whole = parse_fragment(text) or split_year(text)
    if whole is not None:
        return whole
    if match := _PLAN_OF_YEAR.fullmatch(folded):
        return Fragment("whole", int(match["y"]) if match["y"] else None)
    if match := _RELATIVE_LEAD.match(folded):
        return Fragment("relative", offset=_RELATIVE[match[1].removesuffix("度")])
    if match := _YEARS_LEAD.match(folded):
        return _interval(match)
    match = next((found for lead in _LEAD if (found := lead.match(folded))), None)
    if match is None:
        return None
    rest = folded[match.end() :]
    if rest.startswith(("=", "为基", "以来", "起", "以前", "以后")):
        return None
    return _from_match(match)


def is_last_year(text: str) -> bool:
    """Whether a label says 上年, 上年同期 or the like."""
    fragment = leading_fragment(text)
    return fragment is not None and fragment.kind == "relative" and fragment.offset == -1


@lru_cache(maxsize=1024)
def title_fragment(text: str) -> Fragment | None:
    """Find the time that a title, a period line or a sheet name speaks of."""
    folded = _fold(re.sub(r"[（(][^（）()]*=\s*100[^（）()]*[）)]", "", unicodedata.normalize("NFKC", text)))
    whole = parse_fragment(folded)
    if whole is not None:
        return whole
    for start in re.finditer(r"(?<!\d)(?=(?:19|20)\d\d\D)", folded):
        if (split := split_year(folded[start.start() :])) is not None:
            return split
    if match := _INTERVAL.search(folded):
        return _interval(match)
    if match := _YEARS.search(folded):
        return _interval(match)
    best: Fragment | None = None
    searches = (
        rf"(?:{_YEAR}|{_ROC})年度?{_PIECES}?",
        r"(?P<y>(?<!\d)(?:19|20)\d\d)[.-](?P<m>0[1-9]|1[0-2])(?!\d)",
        rf"[(]{_YEAR}(?:[,)])",
        rf"(?:^|[-—– ]){_YEAR}$",
        rf"^{_YEAR}(?!\d)",
        r"(?:^|[^\d])(?P<roc>\d{2,3})年度",
    )
    for pattern in searches:
        for match in re.finditer(pattern, folded):
            groups = match.groupdict()
            if groups.get("y") or groups.get("roc"):
                found = _from_match(match)
                if found is not None and (best is None or found.kind != "year"):
                    best = found
        if best is not None:
            return _up_to(folded, best)
    if (up_to := _UP_TO.search(folded)) is not None and up_to["y"] is None:
        return Fragment("span", None, 1, int(up_to["m"]))
    match_partial = re.search(rf"(?<![\d年])(?:{_MONTHS}|{_QUARTERS})|{_SPAN}", folded)
    return _from_match(match_partial) if match_partial else None


def _up_to(text: str, found: Fragment) -> Fragment:
    """Narrow a year by the month that the title says it is told up to: 2024年…（截至9月底）."""
    match = _UP_TO.search(text)
    if match is None:
        return found
    again = match["y"] is not None and f"{match['y']}年" in text[: match.start()]
    if again or (match["y"] is None and found.kind == "year"):
        return Fragment("span", found.year, 1, int(match["m"]))
    return found


def may_be_roc_years(texts: list[str]) -> bool:
    """Whether enough texts look like ``99年`` for an axis of years."""
    return sum(_ROC_YEAR.fullmatch(_fold(t)) is not None for t in texts) >= 3


def bare_roc_years(texts: list[str], around: str) -> list[Fragment | None]:
    """Read ``99年, 100年, 101年`` as years of the Republic, where an axis has nothing else.

    Only in a table in traditional characters: elsewhere two digits are no year that could be told.
    """
    found = [_ROC_YEAR.fullmatch(_fold(t)) for t in texts]
    if not may_be_roc_years(texts) or not re.search("[區縣單總萬數別歲圖]", around):
        return [None] * len(texts)
    return [Fragment("year", int(m[1]) + 1911) if m else None for m in found]


def date_fragment(value: dt.date, *, quarterly: bool = False) -> Fragment:
    """Return the month (or the quarter that ends with it) of a date cell."""
    if quarterly and value.month % 3 == 0:
        return Fragment("quarter", value.year, value.month - 2, value.month)
    return Fragment("month", value.year, value.month, value.month)


def says_sum(texts: Iterable[str]) -> bool | None:
    """Return what the first text that speaks of it says: True for 累计, False for 当月, None if none does.

    A share of the year's plan (为预算%) counts from January unless another text says 本月.
    """
    words = tuple(texts)
    spoken = next((found for text in words if (found := _sum_or_single(text)) is not None), None)
    if spoken is None and any(_SHARE.fullmatch(text) for text in words):
        return True
    return spoken


@lru_cache(maxsize=16384)
def _sum_or_single(text: str) -> bool | None:
    if _CUMULATIVE.search(text):
        return True
    return False if _SINGLE.search(text) else None


@lru_cache(maxsize=8192)
def part_fragment(part: str) -> Fragment | None:
    """Read what a part of a row's path says about time."""
    fragment = parse_fragment(part)
    if fragment is not None:
        return fragment
    leading = leading_fragment(part)
    if len(part) < 24 and _YEAR_LEAD.match(part):
        fragment = leading
    if fragment is None and leading is not None and leading.kind in ("relative", "split", "whole"):
        fragment = leading  # the section 前年度決算數 over its rows
    return fragment or stated_fragment(part)
