"""Lines over a table that say its unit, told apart from those that say which office drew it up."""

from __future__ import annotations

import re

from songyuan_analysis.sheets.units import is_unit, split_units

# 计量单位 and its kind measure figures; 填报单位, 责任单位 and all others are offices.
_MEASURING = r"(?:计\s*[量算价]|計\s*[量算價]|金\s*[额額]|[数數]\s*量|货\s*币|貨\s*幣)"
_UNIT = re.compile(rf"(?P<measuring>{_MEASURING}\s*)?[单單]\s*位\s*[:：]\s*")
UNIT_WORD = re.compile(rf"\s*[(（]?(?:{_MEASURING}\s*)?[单單]\s*位\s*[:：]")
# 填 报 单 位 is one word, 收入情况 单位：万元 are two.
_WORD_BEFORE = re.compile(r"[\u4e00-\u9fff]$|(?:^|[\s(（])[\u4e00-\u9fff]\s+[\u4e00-\u9fff]\s+$")
_OFFICE = re.compile(r"\s*[(（]?(?:[\u4e00-\u9fff]\s*){2,8}[单單]\s*位\s*[:：]")


def unit_line(text: str) -> list[str] | None:
    """Return the units of a line such as ``单位：人、‰``, or None if the text is no unit line."""
    for match in _UNIT.finditer(text):
        body = text[match.end() :].strip()
        # 单位：人、‰(person，‰): the brackets repeat the units in a second language.
        plain = re.sub(r"[(（][^()（）]*[)）]", "", body).strip() or body.strip("()（）")
        listed = split_units(plain)
        if not plain:
            continue
        # 产量情况表单位：万吨 is a slip of the typist: nothing but units follows.
        measures = match["measuring"] or not _WORD_BEFORE.search(text[: match.start()])
        if measures or all(is_unit(unit) for unit in listed):
            return listed
    return None


def names_office(text: str) -> bool:
    """Whether a text says which office drew the table up or answers for it: ``填报单位：``."""
    return _OFFICE.match(text) is not None and unit_line(text) is None
