"""Units of measure as Chinese tables write them: a power of ten, a base, perhaps a denominator.

A new unit is one line in `_BASES`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Base -> (dimension code, power of ten that the base itself carries).
_BASES: dict[str, tuple[str, int]] = {
    "元": ("CNY", 0),
    "人民币元": ("CNY", 0),
    "圆": ("CNY", 0),
    "美元": ("USD", 0),
    "欧元": ("EUR", 0),
    "港元": ("HKD", 0),
    "日元": ("JPY", 0),
    "新臺幣元": ("TWD", 0),
    "新台币元": ("TWD", 0),
    "新臺幣": ("TWD", 0),
    "TL": ("TRY", 0),
    "%": ("PT", 0),
    "百分比": ("PT", 0),
    "‰": ("PM", 0),
    "百分点": ("PP", 0),
    "个百分点": ("PP", 0),
    "千分点": ("PPM", 0),
    "个千分点": ("PPM", 0),
    "人": ("PERS", 0),
    "口": ("PERS", 0),
    "名": ("PERS", 0),
    "人次": ("VISIT", 0),
    "人天": ("PERS_DAY", 0),
    "人年": ("PERS_YEAR", 0),
    "人公里": ("PERS_KM", 0),
    "个": ("ITEM", 0),
    "項": ("PROJ", 0),
    "项": ("PROJ", 0),
    "件": ("PIECE", 0),
    "种": ("KIND", 0),
    "種": ("KIND", 0),
    "户": ("HH", 0),
    "戶": ("HH", 0),
    "家": ("ENT", 0),
    "场": ("EVENT", 0),
    "次": ("TIME", 0),
    "所": ("SITE", 0),
    "座": ("SITE", 0),
    "处": ("SITE", 0),
    "處": ("SITE", 0),
    "幢": ("BLDG", 0),
    "栋": ("BLDG", 0),
    "套": ("SET", 0),
    "间": ("ROOM", 0),
    "床": ("BED", 0),
    "张": ("SHEET", 0),
    "台": ("MACHINE", 0),
    "辆": ("VEHICLE", 0),
    "艘": ("SHIP", 0),
    "部": ("VOLUME", 0),
    "册": ("VOLUME", 0),
    "篇": ("PAPER", 0),
    "份": ("COPY", 0),
    "头": ("HEAD", 0),
    "只": ("HEAD", 0),
    "羽": ("HEAD", 0),
    "匹": ("HEAD", 0),
    "株": ("PLANT", 0),
    "条": ("LINE", 0),
    "门": ("LINE", 0),
    "宗": ("CASE", 0),
    "起": ("CASE", 0),
    "例": ("CASE", 0),
    "对": ("PAIR", 0),
    "批": ("LOT", 0),
    "吨标准煤": ("TCE", 0),
    "吨标煤": ("TCE", 0),
    "千克标准煤": ("TCE", -3),
    "tce": ("TCE", 0),
    "克标准煤": ("TCE", -6),
    "千瓦时": ("KWH", 0),
    "千瓦小时": ("KWH", 0),
    "千瓦·时": ("KWH", 0),
    "度": ("KWH", 0),
    "KWH": ("KWH", 0),
    "千瓦": ("KW", 0),
    "焦耳": ("J", 0),
    "千焦": ("J", 3),
    "千卡": ("KCAL", 0),
    "百万千焦": ("J", 9),
    "焦": ("J", 0),
    "吨": ("T", 0),
    "公吨": ("T", 0),
    "千克": ("T", -3),
    "公斤": ("T", -3),
    "克": ("T", -6),
    "微克": ("T", -12),
    "斤": ("JIN", 0),
    "担": ("JIN", 2),
    "吨公里": ("T_KM", 0),
    "载重吨": ("DWT", 0),
    "标准箱": ("TEU", 0),
    "重量箱": ("CASE", 0),
    "公顷": ("HA", 0),
    "亩": ("MU", 0),
    "平方米": ("M2", 0),
    "平方公里": ("KM2", 0),
    "平方千米": ("KM2", 0),
    "立方米": ("M3", 0),
    "升": ("L", 0),
    "毫升": ("L", -3),
    "毫米": ("M", -3),
    "厘米": ("M", -2),
    "米": ("M", 0),
    "公里": ("KM", 0),
    "千米": ("KM", 0),
    "海里": ("NMILE", 0),
    "摄氏度": ("CEL", 0),
    "℃": ("CEL", 0),
    "岁": ("AGE", 0),
    "年": ("YEAR", 0),
    "月": ("MONTH", 0),
    "日": ("DAY", 0),
    "天": ("DAY", 0),
    "小时": ("HOUR", 0),
    "分": ("SCORE", 0),
    "倍": ("RATIO", 0),
    "位": ("RANK", 0),
    "时": ("HOUR", 0),
    "指数": ("INDEX", 0),
    "秒": ("SEC", 0),
    "分钟": ("MIN", 0),
    "箱": ("BOX", 0),
    "瓶": ("BOTTLE", 0),
    "person": ("PERS", 0),
    "persons": ("PERS", 0),
    "people": ("PERS", 0),
    "hours": ("HOUR", 0),
    "hour": ("HOUR", 0),
    "yuan": ("CNY", 0),
    "tons": ("T", 0),
    "tonnes": ("T", 0),
    "percent": ("PT", 0),
    "per cent": ("PT", 0),
    "tn": ("T", 0),
    "cu.m": ("M3", 0),
    "cum": ("M3", 0),
    "kwh": ("KWH", 0),
    "kw·h": ("KWH", 0),
    "kw•h": ("KWH", 0),
    "households": ("HH", 0),
    "hectares": ("HA", 0),
    "ha": ("HA", 0),
    "units": ("ITEM", 0),
    "index": ("INDEX", 0),
    "usd": ("USD", 0),
    "us$": ("USD", 0),
    "$": ("$", 0),
    "£": ("GBP", 0),
    "€": ("EUR", 0),
    "kg": ("T", -3),
    "kgce": ("TCE", -3),
    "kcal": ("KCAL", 0),
    "kj": ("J", 3),
    "kjoule": ("J", 3),
    "mj": ("J", 6),
    "mjoule": ("J", 6),
    "km": ("KM", 0),
    "sq.km": ("KM2", 0),
    "sqkm": ("KM2", 0),
}

_POWERS: dict[str, int] = {
    "万亿": 12,
    "兆": 12,
    "千亿": 11,
    "百亿": 10,
    "十亿": 9,
    "亿": 8,
    "億": 8,
    "千万": 7,
    "千萬": 7,
    "百万": 6,
    "百萬": 6,
    "十万": 5,
    "万": 4,
    "萬": 4,
    "千": 3,
    "百": 2,
}
_ENGLISH_POWERS: dict[str, int] = {
    "100 million": 8,
    "billion": 9,
    "10 million": 7,
    "million": 6,
    "10 000": 4,
    "10000": 4,
    "10,000": 4,
    "104": 4,
    "108": 8,
    "1000": 3,
    "thousand": 3,
    "thousands": 3,
    "000": 3,
    "'000": 3,
    "millions": 6,
}

# Units whose meaning is "so many parts of another figure": they never come from a title that also names a
# real unit, unless the label speaks of a rate.
_TIME_DIMENSIONS = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "MIN", "SEC", "AGE"})
RATE_DIMENSIONS = frozenset({"PT", "PM", "PP", "PPM", "INDEX"})


@dataclass(frozen=True)
class Unit:
    """A unit as written, its dimension code ("" if unknown) and its power of ten."""

    text: str
    dimension: str = ""
    mult: int = 0

    @property
    def known(self) -> bool:
        """Whether the unit is in the table."""
        return self.dimension != ""

    @property
    def is_rate(self) -> bool:
        """Whether the unit relates a figure to another one (%, ‰, 百分点, index)."""
        return self.dimension in RATE_DIMENSIONS


RANK_WORD = re.compile(r"位\s*次|名\s*次|排\s*名|排\s*位|排\s*序|序\s*位")
_RANK = re.compile(rf".{{0,8}}(?:{RANK_WORD.pattern})(?:变化|升降|变动)?(?:[(（].*[)）])?")


def is_rank(label: str) -> bool:
    """Whether a label names a place among others (位次, 全省排名): the unit of the table is not its unit."""
    return _RANK.fullmatch(label.strip()) is not None


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip()
    return re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])", "", folded).strip()


def _simple(text: str) -> tuple[str, int] | None:
    """Read a unit without denominator."""
    if text in _BASES:
        return _BASES[text]
    for prefix, power in _POWERS.items():
        base = text[len(prefix) :]
        if text.startswith(prefix) and base in _BASES:
            code, own = _BASES[base]
            # 万% or 亿年 are no units: rates and time take no power of ten.
            return (
                None if code in RATE_DIMENSIONS or base in {"年", "月", "日", "时"} else (code, own + power)
            )
    if text.startswith(("新臺幣", "新台幣")):
        amount = _simple(text[3:])
        return ("TWD", amount[1]) if amount else None
    lowered = text.lower()
    if lowered[:1] in "$£€" and lowered[1:].strip() in _ENGLISH_POWERS:  # £ million
        return _BASES[lowered[0]][0], _ENGLISH_POWERS[lowered[1:].strip()]
    if lowered in _BASES:
        return _BASES[lowered]
    if lowered in ("thousands", "millions", "thousand", "million"):
        return "ITEM", _ENGLISH_POWERS[lowered]
    for prefix, power in _ENGLISH_POWERS.items():
        if lowered.startswith(prefix):
            base = lowered[len(prefix) :].strip()
            if base in _BASES:
                return _BASES[base][0], _BASES[base][1] + power
    return None


def _denominator_code(dimension: str, mult: int) -> str:
    """Name a denominator; its power of ten is part of the name (吨标准煤/万元 is never mixed with /元)."""
    names = {0: "", 2: "100", 3: "K", 4: "10K", 6: "M", 8: "100M"}
    return f"{names.get(mult, f'E{mult}_')}{dimension}"


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """Read a unit; an unknown one keeps its text and has the dimension "".

    Examples
    --------
    >>> parse_unit("亿元").mult, parse_unit("吨标准煤/万元").dimension
    (8, 'TCE_PER_10KCNY')
    """
    written = text.strip()
    folded = _fold(text).strip("()[]【】").strip()
    if not folded:
        return Unit(written)
    if re.fullmatch(r"[^=()（）:：]{1,14}(?:=|为)100(?:\.0+)?", folded):
        return Unit(written, "INDEX", 0)
    if re.fullmatch(r"[+\-、,/±増增减減长長升降 或和]*%", folded):
        return Unit("%", "PT", 0)
    if re.fullmatch(r"%\s?(?:of|aged|under)\s[a-z0-9 ]+", written.lower()):
        return Unit(written, "PT", 0)  # the base of the percentage belongs to it: % of cohort
    simple = _simple(folded)
    if simple is not None:
        return Unit(written, *simple)
    upper, slash, lower = folded.partition("/")
    if slash and "/" not in lower:
        above, below = _simple(upper), _simple(lower)
        if above is not None and below is not None:
            return Unit(written, f"{above[0]}_PER_{_denominator_code(*below)}", above[1])
    return Unit(written)


def is_unit(text: str) -> bool:
    """Whether the text is a known unit and nothing else."""
    return 0 < len(text) <= 40 and parse_unit(text).known


def is_measure(text: str) -> bool:
    """Whether the text is a known unit of figures, not one of time such as 年 or 日."""
    return is_unit(text) and parse_unit(text).dimension not in _TIME_DIMENSIONS


def unit_of_cell(text: str) -> str:
    """Return the known unit that a cell says, alone or before its translation (``亿元 100 million yuan``), or ""."""
    whole = text.strip()
    if is_unit(whole):
        return parse_unit(whole.strip("()（）[]【】 ")).text
    pieces = whole.split()
    for k in range(len(pieces) - 1, 0, -1):
        first = "".join(pieces[:k])
        if not first.isascii() and is_unit(first):
            return parse_unit(first.strip("()（）[]【】 ")).text
    return ""


_LIST = re.compile(r"[、;；,，]|(?<=\S)\s{1,}(?=\S)")


def split_units(text: str) -> list[str]:
    """Split ``人、‰`` into its units; a text that is one known unit stays whole."""
    body = text.strip()
    if is_unit(body):
        return [parse_unit(body).text]
    return [part.strip() for part in _LIST.split(body) if part and part.strip()]


_BRACKETS = re.compile(r"[(（\[【]\s*([^()（）\[\]【】]{1,30})\s*[)）\]】]")
# 为预算%, 增减±%: what follows a word as its sign is its unit.
_TRAILING_PERCENT = re.compile(r"[\u4e00-\u9fff±]\s*[±+\-、]*\s*[%％]$")


@lru_cache(maxsize=8192)
def split_unit(label: str) -> tuple[str, str]:
    """Cut the unit out of a label: ``煤炭 (万吨)`` is ``煤炭`` and ``万吨``.

    Brackets that hold no known unit, such as ``(含18岁)``, stay; so do words that merely end like units.
    """
    unit = ""
    spans: list[tuple[int, int]] = []
    for match in _BRACKETS.finditer(label):
        inner = match[1].strip()
        found = parse_unit(inner)
        if not found.known and re.search(r"[,，、;；]", inner):
            units = [part for part in split_units(inner) if is_unit(part)]
            found = parse_unit(units[0]) if units and len(units) == len(split_units(inner)) else found
        # A bare letter-word such as (年) or (度) in brackets is a remark more often than a unit.
        if found.known:
            unit = unit or found.text
            spans.append(match.span())
    if not spans:
        if _TRAILING_PERCENT.search(label.strip()):
            return re.sub(r"\s*[±+\-、]*\s*[%％]$", "", label.strip()), "%"
        return label, ""
    kept = label
    for start, end in reversed(spans):
        kept = kept[:start] + kept[end:]
    return kept.strip(), unit
