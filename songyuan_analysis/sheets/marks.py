"""What stands in a number's place: numbers, numbers as text, damaged numbers, and marks for "no number"."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from songyuan_analysis.sheets.amounts import read_amount

CellValue = str | int | float | bool | dt.date | dt.time | dt.timedelta | None

# The closed vocabulary of marks, folded to half width, with what each says (shown to the reader of a table).
MARKS: dict[str, str] = {
    "-": "无数字或不适用",
    "--": "无数字或不适用",
    "---": "无数字或不适用",
    "—": "无数字或不适用",
    "——": "无数字或不适用",
    "–": "无数字或不适用",
    "‐": "无数字或不适用",
    "―": "无数字或不适用",
    "─": "无数字或不适用",
    "ー": "无数字或不适用",
    "...": "数字不足最小单位或暂缺",
    "......": "数字不足最小单位或暂缺",
    "…": "数字不足最小单位或暂缺",
    "……": "数字不足最小单位或暂缺",
    "···": "数字不足最小单位或暂缺",
    "..": "数据不可得",
    ".": "数据不可得",
    "*": "数据保密或不足",
    "**": "数据保密或不足",
    "***": "数据保密或不足",
    "x": "数据保密",
    "×": "数据保密",
    "#": "其中的主要项",
    "/": "不适用",
    "\\": "不适用",
    ":": "数据不可得",
    "z": "不适用",
    "na": "数据不可得",
    "n/a": "数据不可得",
    "n.a.": "数据不可得",
    "nan": "数据不可得",
    "none": "数据不可得",
    "null": "数据不可得",
    "无": "无数字",
    "暂无": "无数字",
    "缺": "数据缺失",
    "空": "无数字",
    "不详": "数据不可得",
    "未公布": "未公布",
    "持平": "与上期持平（文字）",
    "#n/a": "公式错误",
    "#div/0!": "公式错误",
    "#ref!": "公式错误",
    "#value!": "公式错误",
    "#name?": "公式错误",
    "#null!": "公式错误",
    "#num!": "公式错误",
}

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([, ])\d{3})(?:\1\d{3})*(?:\.\d+)?")
_FOOTNOTE = re.compile(r"(?:\s*(?:[*†‡]+|[①-⑳]|[¹²³⁴⁵⁶⁷⁸⁹]+|\[\d+\]|[(（]注\d*[)）]|注\d*))+$")
_FOLDING = re.compile("[①-⑳¹²³⁴⁵⁶⁷⁸⁹⁰½¼¾₀-₉⑴-⒛㈠-㈩]")
_SPACES = re.compile(r"\s+")
_DIGITS_AND_GAPS = re.compile(r"[+-]?\d[\d ]*(?:\.[\d ]*\d)?")
# Targets and bounds in words: 6左右, 120以上, 与经济同步. They stay words; no number is read out of them.
# Labels that merely hold such words (规模以上工业, 65岁以上) must not match.
_AMOUNT = (
    r"[+-]?\d[\d.,]*\s*(?:%|‰|个?百分点|[十百千万亿]*(?:元|美元|人|吨|户|个|斤|千瓦|千瓦时|公顷|吨标准煤)?)"
)
_BEFORE = (
    r"(?:约|近|接近|超过?|突破|逾|达到?|不低于|不高于|不超过|不少于|高于|低于|"
    r"力争|控制在|确保|完成|增长|下降|提高|降低)"
)
_AFTER = r"(?:左右|以上|以下|以内|上下|余|多|[~～—–-]\s*" + _AMOUNT + ")"
_WORDED = re.compile(
    rf"(?:{_BEFORE}+\s*{_AMOUNT}{_AFTER}?|{_AMOUNT}{_AFTER}|[<>≤≥]=?\s*{_AMOUNT}|"
    r"(?:与|和|同).{1,14}(?:同步|持平|一致|相当)|(?:基本)?(?:同步|持平|稳定)(?:增长)?|"
    r"(?:实现|保持)?(?:正增长|负增长|稳定增长|平稳增长|稳步增长|较快增长|只降不升|只减不增))"
)
# 12.3（第2位）, 12.3（2）: a figure with its place among others. The second is one only if the table says so.
_RANKED = re.compile(r"([+-]?[\d,.]+) ?\( ?((?:位次|排名|并列)?第?)(\d{1,2})(位|名)? ?\)")
RANK_REASON = "括号内是位次，不是数值的一部分"
_SUPERSCRIPTS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹", "123456789")


@dataclass(frozen=True)
class Reading:
    """How one cell was read.

    kind is number, repaired (a damaged text with one possible reading), mark, text or empty; `value` is NaN
    unless there is a number; `mark` is what the cell said where it says more than the number; `unit` is a
    percent sign or another unit that stood in the cell.
    """

    kind: str
    value: float = math.nan
    mark: str = ""
    reason: str = ""
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Whether a number was read."""
        return self.kind in ("number", "repaired")


EMPTY = Reading("empty")


def read_cell(value: CellValue) -> Reading:
    """Read one cell where a number is expected.

    Examples
    --------
    >>> read_cell("1,002.18").value, read_cell("…").kind, read_cell("6.3S").value
    (1002.18, 'mark', nan)
    """
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return Reading("text", mark=str(value))
    if isinstance(value, int | float):
        return Reading("number", float(value)) if math.isfinite(value) else Reading("mark", mark=str(value))
    if isinstance(value, str):
        return _read_text(value)
    return Reading("text", mark=str(value))


@lru_cache(maxsize=16384)
def _read_text(raw: str) -> Reading:
    written = raw.strip().strip("\u3000\xa0\u200b")
    if not written:
        return EMPTY
    text = unicodedata.normalize("NFKC", written.replace("−", "-").replace("﹣", "-")).strip()
    text = _SPACES.sub(" ", text)
    if text.lower().replace(" ", "") in MARKS or written in MARKS:
        return Reading(
            "mark", mark=written, reason=MARKS.get(text.lower().replace(" ", ""), MARKS.get(written, ""))
        )
    # Superscript and circled footnote signs would fold to digits (123① is 123, not 1231): look at them first.
    foot = _FOOTNOTE.search(written)
    if foot and foot.start() > 0:
        number = _plain(unicodedata.normalize("NFKC", written[: foot.start()].strip()))
        if number is not None:
            return Reading("repaired", number, mark=written, reason=f"数字后带脚注符号“{foot[0].strip()}”")
    if _FOLDING.search(written):
        return Reading("text", mark=written)
    number = _plain(text)
    if number is not None:
        return Reading("number", number)
    if text.endswith("%") and (number := _plain(text[:-1].strip())) is not None:
        return Reading("number", number, unit="%")
    if (ranked := _RANKED.fullmatch(text)) is not None:
        return _read_bracketed(ranked, written)
    amount = read_amount(text)
    if amount is not None:
        if amount.value is None:
            return Reading("mark", mark=written, reason="一格有区间或两种计量，不取数")
        return Reading("number", amount.value, unit=amount.unit)
    if _WORDED.fullmatch(text):
        return Reading("mark", mark=written, reason="文字目标或区间，不取数")
    repaired = _repair(text)
    if repaired is not None:
        return Reading("repaired", repaired, mark=written, reason="原文数字残损，仅有一种读法")
    if _looks_damaged(text):
        return Reading("mark", mark=written, reason="不是数字，原样保留")
    return Reading("text", mark=written)


def _read_bracketed(ranked: re.Match[str], written: str) -> Reading:
    """Read a figure with a small number in brackets: only 第2位 says by itself what that number is."""
    number = _plain(ranked[1])
    if number is not None and (ranked[2] or ranked[4]):
        return Reading("repaired", number, mark=written, reason=RANK_REASON)
    return Reading("mark", mark=written, reason="括号内的数字没有说明，不取数")


def read_ranked(reading: Reading) -> Reading:
    """Read ``12.3（2）`` again for a table that says that its brackets hold ranks.

    Examples
    --------
    >>> read_cell("12.3（2）").value, read_ranked(read_cell("12.3（2）")).value
    (nan, 12.3)
    """
    text = unicodedata.normalize("NFKC", reading.mark.replace("−", "-")).strip()
    ranked = _RANKED.fullmatch(text) if reading.kind == "mark" else None
    number = _plain(ranked[1]) if ranked is not None else None
    if number is None:
        return reading
    return Reading("repaired", number, mark=reading.mark, reason=RANK_REASON)


def _plain(text: str) -> float | None:
    if re.fullmatch(r"0\d+", text):
        return None  # a code such as 01 or 000000
    if _NUMBER.fullmatch(text):
        return float(text)
    if _GROUPED.fullmatch(text):
        return float(re.sub("[, ]", "", text))
    return None


def _repair(text: str) -> float | None:
    """Read a text whose only damage is white space inside the number: ``317 4``, ``8. 46``, ``- 3.2``."""
    squeezed = text.replace(" ", "")
    if " " not in text or not re.fullmatch(r"[+-]?\d+(?:\.\d+)?", squeezed):
        return None
    # "12 13" may be two numbers: pieces of equal length, or a few digits only, have two readings.
    pieces = text.lstrip("+- ").split(" ")
    if (
        len(pieces) > 1
        and "." not in text
        and (len(squeezed.lstrip("+-")) < 4 or len({len(p) for p in pieces}) == 1)
    ):
        return None
    return float(squeezed) if _DIGITS_AND_GAPS.fullmatch(re.sub(r"^([+-]) ", r"\1", text)) else None


def _looks_damaged(text: str) -> bool:
    """Whether the text is mostly a number, so that it stands for a value and not for a label."""
    if len(text) > 16:
        return False
    digits = sum(c.isdigit() for c in text)
    letters = sum(c.isalpha() for c in text)
    if not text.isascii() and any("\u3400" <= c <= "\u9fff" for c in text):
        return False  # 99年, 30层: a label
    return digits > 0 and text[0] in "+-.0123456789(<>~△▲▼↑↓" and letters <= 1 and digits >= letters


def is_number_text(text: str) -> bool:
    """Whether a text cell is a clean or repairable number."""
    return _read_text(text).is_number


@lru_cache(maxsize=8192)
def footnote_keys(text: str) -> tuple[str, ...]:
    """Return the footnote signs glued to a label or a number, such as ``[1]``, ``①``, ``¹`` or ``*``."""
    keys = re.findall(r"\[\d+\]|［\d+］|〔\d+〕|[①-⑳]|[¹²³⁴⁵⁶⁷⁸⁹]+|[*†‡]+|※", text)
    return tuple(unicodedata.normalize("NFKC", k) if k[0] in "［" else k.translate(_SUPERSCRIPTS) if k[0] in
                 "¹²³⁴⁵⁶⁷⁸⁹" else k for k in keys)  # fmt: skip
