"""Labels: white space, markers (其中, #), numbering, indents and second languages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_CJK = r"\u2e80-\u2fdf\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_CJK_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_GAP = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")
_SPACES = re.compile(r"\s+")
_LATIN_TAIL = re.compile(
    r"(?:\s*[\r\n]+\s*|\s+|(?<=[)）]))[A-Za-z][a-z]+[A-Za-z ,.&;:'’\-/()（）0-9‰%•\r\n]*$"
)
_MARKER = re.compile(r"^(?:其\s*中\s*[:：]?|[#＃](?!\d)|of which\s*:?)\s*", re.IGNORECASE)
_AGE = re.compile(r"\d{1,3}岁?")
_AGES = re.compile(r"(\d{1,3})\s*[-—～~－–]\s*(\d{1,3})\s*岁?")
_CLOSING = re.compile(
    r"(?:其他|其它|其余|其餘|合计|合計|小计|小計|总计|總計|共计|others?\b|total\b)", re.IGNORECASE
)
_NUMBERING: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(r"^[一二三四五六七八九十]{1,3}\s*[、.．,，]")),
    (0, re.compile(r"^[IVX]{1,5}\s*[、.．]")),
    (1, re.compile(r"^[(（][一二三四五六七八九十]{1,3}[)）]")),
    (2, re.compile(r"^\d{1,2}\s*[、.．](?!\d)")),
    (3, re.compile(r"^[(（]\d{1,2}[)）]")),
    (4, re.compile(r"^[①-⑳]")),
)


@lru_cache(maxsize=16384)
def has_cjk(text: str) -> bool:
    """Whether the text has a Chinese character."""
    return _CJK_WORD.search(text) is not None


@lru_cache(maxsize=16384)
def squeeze(text: str) -> str:
    """Trim, drop white space beside Chinese characters (``全  市``), squeeze the rest to one space."""
    flat = text.replace("\xa0", " ").replace("\u200b", "").strip().strip("\u3000 ")
    flat = _SPACES.sub(" ", _GAP.sub("", flat))
    return flat.strip().strip("\u3000")


@lru_cache(maxsize=8192)
def first_language(text: str) -> str:
    """Keep the Chinese part of a cell that says the same in Chinese and English.

    Upper-case words (GDP, R&D) are terms, not translations, and stay.
    """
    if not has_cjk(text):
        return text
    match = _LATIN_TAIL.search(text)
    while match and has_cjk(text[match.start() :]):
        match = _LATIN_TAIL.search(text, match.start() + 1)
    return text[: match.start()] if match and has_cjk(text[: match.start()]) else text


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """Return the label as a path part: first language, no line breaks, no spaces inside Chinese words."""
    return squeeze(first_language(text))


@lru_cache(maxsize=8192)
def numbering_rank(text: str) -> int | None:
    """Rank the numbering of a label: 一、 is 0, (一) is 1, 1. is 2, (1) is 3, ① is 4; None without one."""
    folded = text.strip().strip("\u3000\xa0 ")
    for rank, pattern in _NUMBERING:
        if pattern.match(folded):
            return rank
    return None


_SERIALS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(r"[一二三四五六七八九十]{1,3}[、.．]?")),
    (1, re.compile(r"[(（][一二三四五六七八九十]{1,3}[)）]")),
    (2, re.compile(r"\d{1,2}[、.．]?")),
    (3, re.compile(r"[(（]\d{1,2}[)）]|\d{1,2}[.．][1-9]\d?")),
    (4, re.compile(r"[①-⑳]|\d{1,2}(?:[.．][1-9]\d?){2}")),
)


@lru_cache(maxsize=4096)
def serial_rank(text: str) -> int | None:
    """Rank a number that stands alone in a column 序号, like `numbering_rank`; None if it is none."""
    folded = squeeze(text)
    return next((rank for rank, pattern in _SERIALS if pattern.fullmatch(folded)), None)


def width(text: str) -> int:
    """Return the printed width: Chinese characters and full-width spaces count two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def age_group(text: str, above: list[str]) -> str | None:
    """Return the age group among the labels above that holds a single age: ``15-19`` over ``15``."""
    if not _AGE.fullmatch(text):
        return None
    age = int(re.sub(r"\D", "", text))
    for label in reversed(above):
        match = _AGES.fullmatch(label)
        if match is not None:
            return label if int(match[1]) <= age <= int(match[2]) else None
    return None


@dataclass(frozen=True)
class Stub:
    """The pieces of a row label: leading width, marker (其中 or #) with its width, and the text after it."""

    indent: int
    marker: str
    marker_width: int
    text: str


@lru_cache(maxsize=8192)
def split_label(raw: str) -> Stub:
    """Split a row label into indent, marker and text.

    Examples
    --------
    >>> split_label("  其中：第一产业").marker
    '其中'
    """
    body = raw.lstrip(" \t\u3000\xa0\r\n")
    indent = width(raw[: len(raw) - len(body)])
    match = _MARKER.match(body)
    if match is None or match.end() == 0:
        return Stub(indent, "", 0, clean(body))
    rest = body[match.end() :]
    marker = "#" if match[0][0] in "#＃" else "其中"
    # Two markers in a row (其中：# 住宅) are one.
    second = _MARKER.match(rest)
    if second is not None and second.end() > 0:
        rest = rest[second.end() :]
    return Stub(indent, marker, width(match[0]), clean(rest))


def is_marker(text: str) -> bool:
    """Whether a header cell is only the marker 其中."""
    return squeeze(text).strip(":： ") in ("其中", "其 中", "#")


def join_wrapped(parts: list[str]) -> str:
    """Join a label that was cut over several cells: Chinese without a space, English with one."""
    joined = ""
    for part in parts:
        piece = squeeze(part)
        if not joined:
            joined = piece
        elif has_cjk(joined[-1:]) or has_cjk(piece[:1]) or joined.endswith("-") or piece[:1] in ")）、，":
            joined = joined.removesuffix("-") if joined.endswith("-") and not has_cjk(piece[:1]) else joined
            joined += piece
        else:
            joined += " " + piece
    return squeeze(joined)


def closes_list(text: str) -> bool:
    """Whether a label closes a list of its equals (其他支出, 小计) and is no part of the one before it."""
    return _CLOSING.match(squeeze(text)) is not None
