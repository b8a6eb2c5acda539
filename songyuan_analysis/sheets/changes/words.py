"""What two labels have in common: a label without its time, its footnote sign, its numbering and its unit.

The next release of a table says 2024年1—6月 where this one says 2024年1—3月; that is no change. A base year
(2020年不变价, 上年=100) is none of the time of a figure and stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from songyuan_analysis.sheets import labels, timewords, units

_DASH = r"\s*[-—–－~～至到―]+\s*"
_YEAR = r"(?<![\d.])(?:19|20)\d\d(?!\d)"
_BASE = r"(?!\s*(?:价|年?\s*(?:不变价|可比价|价格|现价)|年?\s*[=＝]|年?为(?:基|100)|年?(?:以来|以前|以后|之前|之后|及以前|及以后|起)))"
_MONTH = r"\d{1,2}\s*月(?:份|末|底)?"
_PART = rf"(?:第?[一二三四1-4]\s*季度?|\d{{1,2}}\s*月?{_DASH}{_MONTH}|{_MONTH}|上半年|下半年|前[一二三]季度|全年|[QqHh][1-4](?!\w))"
_DAY = r"(?:\d{1,2}\s*日)?"
_ROC = r"(?:中[華华])?民[國国](?:\d{1,3}|[一二三四五六七八九十百○〇零]{1,5})年度?(?:底|末)?"
_EN = (
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DATED = r"(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])(?:[-./]\d{1,2})?(?!\d)"
_TIMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _ROC,
        rf"(?<!\d){_DATED}(?:{_DASH}{_DATED})?",
        rf"{_YEAR}\s*年?{_DASH}{_YEAR}\s*年?度?(?:末|底)?{_BASE}",
        rf"{_YEAR}\s*年度?\s*{_BASE}(?:{_PART}{_DAY}(?:{_DASH}{_PART}{_DAY})?)?(?:末|底|份)?",
        rf"^\W*{_YEAR}\W*$",  # nothing but a year
        rf"[(（\[【]\s*{_YEAR}\s*[)）\]】]",
        rf"{_EN}\s*[,-]?\s*{_YEAR}|{_YEAR}\s*[,-]?\s*{_EN}",
        rf"(?<![^\s,(（]){_YEAR}(?=[\s,.)）]|$)(?!\s*[=＝])(?![\s]*[元人吨户个万])",
        rf"{_YEAR}[QqHh][1-4](?!\w)",
        rf"(?<![\d年]){_PART}(?!生)",
        rf"^\W*{_EN}\W*$",
    )
)
_FOOTNOTE = re.compile(r"\s*(?:\[\d+\]|［\d+］|〔\d+〕|[①-⑳]|[¹²³⁴⁵⁶⁷⁸⁹]+|[*†‡]+|※)")
_NUMBERING = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}\s*[、.．,，]|[(（][一二三四五六七八九十\d]{1,3}[)）]|[IVX]{1,5}\s*[、.．]|\d{1,2}\s*[、.．](?!\d))\s*"
)
_TABLE_NUMBER = re.compile(r"^\s*(?:表|附表|Table)?\s*\d+(?:\s*[-—–.．]\s*\d+)*[、.．:：]?\s*", re.IGNORECASE)
_NOISE = re.compile(r"[\s·•,，、.。;；:：()（）\[\]【】〔〕“”\"'‘’<>《》〈〉\-—–_]+")
# What a figure covers, or how it is valued: another word of these and the figures are no longer the same series.
_SCOPE = re.compile(
    r"口径|口徑|修订|修訂|调整|可比|不变价|现价|当年价|价格|普查|范围|规模以上|限额以上|更正|勘误|不含|包括|剔除|不再|改为|改按"
    r"|基期|=\s*100|revis|coverage|comparab|constant price|census",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_NUMERALS = re.compile(r"[\d一二三四五六七八九十]")
_OPPOSITES = (
    "男女", "城乡", "进出", "收支", "内外", "上下", "公私", "东西", "南北", "存贷", "增减", "轻重", "生死", "入出",
)  # fmt: skip


@lru_cache(maxsize=16384)
def timeless(text: str) -> str:
    """Take the time out of a text.

    Examples
    --------
    >>> timeless("松原市2024年1—3月主要指标"), timeless("2020年不变价")
    ('松原市主要指标', '2020年不变价')
    """
    for pattern in _TIMES:
        text = pattern.sub("", text)
    return labels.squeeze(re.sub(r"[(（\[【]\s*[)）\]】]", "", text))


@lru_cache(maxsize=16384)
def plain(label: str) -> str:
    """Fold a label to what is compared: no footnote sign, numbering, unit, punctuation, width or case."""
    text = _FOOTNOTE.sub("", label) or label
    text = units.split_unit(text)[0] or text
    folded = unicodedata.normalize("NFKC", _NUMBERING.sub("", text) or text).casefold()
    return _NOISE.sub("", folded) or _NOISE.sub("", label) or folded.strip()


@lru_cache(maxsize=16384)
def letters(text: str) -> str:
    """Fold a text to its letters and digits."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=16384)
def core(label: str) -> str:
    """Fold a label without its time; "" if it says nothing else, as 2024年 and 上年 do."""
    if timewords.parse_fragment(label) is not None:
        return ""
    rest = timeless(label)
    return plain(rest) if rest else ""


def core_title(title: str) -> str:
    """Fold a title without its time and its table number."""
    rest = timeless(_TABLE_NUMBER.sub("", title))
    return plain(rest) if rest else ""


def speaks_of_scope(text: str) -> bool:
    """Whether a text speaks of what figures cover or how they are valued or revised."""
    return _SCOPE.search(text) is not None


def scope_differs(old: str, new: str) -> bool:
    """Whether two texts differ in a word of scope, or only one of them has any."""
    return Counter(_SCOPE.findall(old)) != Counter(_SCOPE.findall(new))


def same_but_digits(old: str, new: str) -> bool:
    """Whether two texts differ only in their numbers, such as this year's sampling fraction."""
    return bool(_DIGITS.search(old)) and _DIGITS.sub("", core(old)) == _DIGITS.sub("", core(new))


def glued_units(old: str, new: str) -> tuple[str, str]:
    """Return the units that end two labels that are else the same: 常住人口人 and 常住人口万人; "" without."""
    common = 0
    while common < min(len(old), len(new)) and old[common] == new[common]:
        common += 1
    ends = old[common:], new[common:]
    return ends if units.is_unit(ends[0]) and units.is_unit(ends[1]) else ("", "")


def likeness(old: str, new: str) -> float:
    """Return the share of characters that two texts have in common, 0 to 1, the same in both directions."""
    if not old or not new:
        return 0.0
    common = sum((Counter(old) & Counter(new)).values())
    return 2 * common / (len(old) + len(new))


def inside(old: str, new: str) -> float:
    """Return how much of the shorter of two texts is in the longer one, 0 to 1."""
    if not old or not new:
        return 0.0
    return sum((Counter(old) & Counter(new)).values()) / min(len(old), len(new))


def may_be_renamed(old: str, new: str) -> bool:
    """Whether one folded label may be another wording of the other.

    第一产业 and 第二产业, 男 and 女 are close in letters and never the same thing.
    """
    if likeness(old, new) < 0.6:
        return False
    if _NUMERALS.sub("", old) == _NUMERALS.sub("", new):
        return False
    gone = "".join((Counter(old) - Counter(new)).elements())
    come = "".join((Counter(new) - Counter(old)).elements())
    return not any(
        (pair[0] in gone and pair[1] in come) or (pair[1] in gone and pair[0] in come) for pair in _OPPOSITES
    )
