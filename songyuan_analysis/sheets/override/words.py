"""The grammars of a ``NAME.layout.toml``: rows as the numbers at the left, columns as letters, cells as A1.

Each function takes a value as TOML gives it, and says what is wrong with it and how to write it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from songyuan_analysis.errors import PeriodError
from songyuan_analysis.sheets import units
from songyuan_analysis.sheets.override.values import NO_COLUMN, Area
from songyuan_analysis.sheets.periods import Period

_NONE = ("无", "none")
_LARGEST_ROW, _LARGEST_COLUMN = 1_048_576, 16_384
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_RANGE = re.compile(r"(\w+)\s*[:\-—–~～至]\s*(\w+)")


class WrongValueError(Exception):
    """A value breaks the grammar of its key: what it should be, and how to write it."""


def text_of(value: Any) -> str:
    """Read a text."""
    if not isinstance(value, str) or not value.strip():
        raise WrongValueError("应是带引号的文字", '写成 "…"，两边加英文双引号。')
    return value


def texts_of(value: Any) -> tuple[str, ...]:
    """Read one text or a list of texts."""
    if isinstance(value, str):
        return (text_of(value),)
    if not isinstance(value, list):
        raise WrongValueError("应是一组带引号的文字", '写成 ["封面", "说明"]。')
    return tuple(text_of(part) for part in value)


def digest_of(value: Any) -> str:
    """Read a SHA-256."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-fA-F]{64}", value.strip()):
        raise WrongValueError("不是 SHA-256 校验码", "应是 64 位十六进制数字；不知道就删去这一行。")
    return value.strip().lower()


_ROW_HELP = '行号写左边印着的数：5；连着的几行写 "3:4"，分开的写 [3, 7]。'
_COLUMN_HELP = '列写上边印着的字母：["A", "B"]；连着的几列写 "C:F"。'


def row_of(value: Any) -> int:
    """Read one row."""
    rows = rows_of(value)
    if len(rows) != 1:
        raise WrongValueError("应是一个行号", "写左边印着的数，例如 5。")
    return rows[0]


def rows_of(value: Any) -> tuple[int, ...]:
    """Read ``5``, ``"5"``, ``"3:4"`` or a list of them."""
    if isinstance(value, list):
        return tuple(sorted({row for part in value for row in rows_of(part)}))
    if isinstance(value, int) and not isinstance(value, bool):
        first = last = value
    else:
        text = _folded(value, "应是行号", _ROW_HELP)
        match = _RANGE.fullmatch(text)
        ends = (match[1], match[2]) if match else (text, text)
        if not all(re.fullmatch(r"\d{1,7}", end) for end in ends):
            raise WrongValueError("不是行号", _ROW_HELP)
        first, last = int(ends[0]), int(ends[1])
    if first < 1 or last > _LARGEST_ROW:
        raise WrongValueError("行号从 1 起，最大 1048576", _ROW_HELP)
    if first > last:
        raise WrongValueError("范围的头尾颠倒了", _ROW_HELP)
    return tuple(range(first - 1, last))


def header_of(value: Any) -> tuple[int, ...]:
    """Read the rows of a header; 无 for none."""
    if isinstance(value, str) and value.strip().lower() in _NONE:
        return ()
    rows = rows_of(value)
    if not rows:
        raise WrongValueError("没有写行号", f'{_ROW_HELP}没有表头写 "无"。')
    return rows


def columns_of(value: Any) -> tuple[int, ...]:
    """Read ``"C"``, ``"C:F"`` or a list of them."""
    if isinstance(value, list):
        if not value:
            raise WrongValueError("没有写列", _COLUMN_HELP)
        return tuple(sorted({column for part in value for column in columns_of(part)}))
    text = _folded(value, "应是列的字母", _COLUMN_HELP)
    match = _RANGE.fullmatch(text)
    first, last = (_letter(match[1]), _letter(match[2])) if match else (_letter(text), _letter(text))
    if first > last:
        raise WrongValueError("范围的头尾颠倒了", _COLUMN_HELP)
    return tuple(range(first, last + 1))


def column_of(value: Any) -> int:
    """Read one column; 无 for none."""
    if isinstance(value, str) and value.strip().lower() in _NONE:
        return NO_COLUMN
    columns = columns_of(value)
    if len(columns) != 1:
        raise WrongValueError("应是一列", '写一个字母，例如 "B"；没有这一列写 "无"。')
    return columns[0]


def _letter(text: str) -> int:
    number = 0
    if not re.fullmatch(r"[A-Z]{1,3}", text):
        raise WrongValueError("不是列的字母", _COLUMN_HELP)
    for letter in text:
        number = number * 26 + ord(letter) - 64
    if number > _LARGEST_COLUMN:
        raise WrongValueError("列超出了 XFD", _COLUMN_HELP)
    return number - 1


def area_of(value: Any) -> Area:
    """Read an area such as ``A1:H40``."""
    how = '写成 "A1:H40"，左上角和右下角的单元格。'
    text = _folded(value, "应是单元格范围", how)
    first, _, last = text.partition(":")
    ends = [_CELL.fullmatch(part.strip()) for part in (first, last or first)]
    if ends[0] is None or ends[1] is None or (":" in text and not last):
        raise WrongValueError("不是单元格范围", how)
    top, bottom = (row_of(int(end[2])) for end in ends if end)
    left, right = (_letter(end[1]) for end in ends if end)
    if top > bottom or left > right:
        raise WrongValueError("范围的头尾颠倒了", how)
    return Area(top, left, bottom, right)


def areas_of(value: Any) -> tuple[Area, ...]:
    """Read one area or a list of areas."""
    return tuple(area_of(part) for part in value) if isinstance(value, list) else (area_of(value),)


def _folded(value: Any, what: str, how: str) -> str:
    """Return a text in half-width capitals: an input method may leave Ａ or ： behind."""
    if not isinstance(value, str) or not value.strip():
        raise WrongValueError(what, how)
    return unicodedata.normalize("NFKC", value).strip().upper()


def unit_of(value: Any) -> str:
    """Read one unit, which must be known."""
    text = text_of(value).strip()
    if not units.is_unit(text):
        raise WrongValueError("不是认识的计量单位", "写成表上常见的样子，如 亿元、万人、%、吨标准煤/万元。")
    return units.parse_unit(text).text


def units_of(value: Any) -> tuple[str, ...]:
    """Read the units of a whole table, such as ``人、‰``."""
    parts = units.split_units(text_of(value))
    return tuple(unit_of(part) for part in parts)


def period_of(value: Any) -> Period:
    """Read a period in the notation of `Period`."""
    how = '写成 "2024"、"2024Q2"、"2024H1"、"2024-03" 或 "2024-01/2024-09"。'
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    try:
        return Period.parse(text_of(value))
    except PeriodError:
        raise WrongValueError("不是时期", how) from None
