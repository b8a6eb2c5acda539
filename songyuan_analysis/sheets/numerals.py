"""Numbers and dates in Chinese numerals."""

from __future__ import annotations

import re

CN_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "兩": 2}
_CN_DATE = re.compile(
    r"(?P<y>[一二][〇○零ОO一二三四五六七八九]{3}|(?:19|20)\d\d)年"
    r"(?:(?P<m1>十[一二]?|[一二三四五六七八九])月?[-—–~～至到](?P<m2>十[一二]?|[一二三四五六七八九])月|(?P<m>十[一二]?|[一二三四五六七八九])月)?"
)


def cn_number(text: str) -> int:
    """Read 二十三, 二〇二四 or figures."""
    if text.isdigit():
        return int(text)
    if not any(c in text for c in "十百"):
        return int("".join(str(CN_DIGIT[c]) for c in text))
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = CN_DIGIT[char]
    return total + digit


def _arabic(match: re.Match[str]) -> str:
    """Write a date in Chinese numerals, 二〇二四年四月, in figures."""
    year = match["y"] if match["y"].isdigit() else cn_number(re.sub("[ОO]", "〇", match["y"]))
    months = "-".join(str(cn_number(match[k])) for k in ("m1", "m2", "m") if match[k])
    return f"{year}年{months}月" if months else f"{year}年"


def in_figures(text: str) -> str:
    """Write the dates in Chinese numerals in figures: 二〇二四年四月 is 2024年4月."""
    return _CN_DATE.sub(_arabic, text) if "年" in text else text
