"""Rows without a single number: heads of the rows below them, or items of a list that have no data.

By place alone the two look alike. What the label says decides: a month between months, an area between areas
and an age between ages are items; 构成, 在总人口中 and 户籍人口情况 are heads.
"""

from __future__ import annotations

import re
from functools import lru_cache

from songyuan_analysis.sheets import timewords

_AREA = re.compile(r"[\u3400-\u9fff]+(?:省|市|区|區|县|縣|州|旗|盟|乡|鄉|镇|鎮|街道)")
# Kinds and parts of areas (市辖区, 县级市, 中部地区) head the areas of that kind.
_KIND_OF_AREA = re.compile(
    r"(?![东東西南北中][区區]$)(?:直辖|直轄|自治|合计|合計|小计|小計|地区|地區|板块|沿海|内陆|经济|街道|开发|各|所属|其他|"
    r"[省市县縣区區州旗盟乡鄉镇鎮村辖轄地级級城郊农農新东東中西南北部山、和及])+"
)
_HEAD = re.compile(r"按.*|.*(?:分|分组|分類|分类|中|情况|情況|构成|構成|结构|指标|方面|数|數|门|門|[:：])")
_PLAIN_NAME = re.compile(r"[\u3400-\u9fff]{2,8}|[A-Z][a-z]+(?:[ -][A-Z]?[a-z]+){0,3}")
_TOTAL = re.compile(
    r"(?:全[国國省市县縣区區州旗])?(?:总计|總計|合计|合計)|\S{0,8}总[数量]|總數|(?:grand )?total", re.I
)
_TRADE = re.compile(r"[\u3400-\u9fff、()]+业")
_AREA_CORNER = re.compile(
    r"(?:各)?(?:地区|地區|区域|区、县|区县|县区|县市|市县|市州|省市|城市|省份|国家|县市区|县\(市、区\)|"
    r"区、县级市|市\(州\)|县\(市\)|縣市|縣市別|县（市、区）|市（州）|县（市）|Region|Province|City|County|District|Country)(?:别|名称)?"
)
_NUMBER = re.compile(r"\d{1,3}岁?")


@lru_cache(maxsize=256)
def lists_areas(corner: str) -> bool:
    """Whether the corner label says that the rows are areas."""
    return _AREA_CORNER.fullmatch(corner) is not None


@lru_cache(maxsize=4096)
def is_head(text: str) -> bool:
    """Whether the words of a label can only head other rows."""
    return _HEAD.fullmatch(text) is not None and _TOTAL.fullmatch(text) is None


@lru_cache(maxsize=4096)
def is_total(text: str) -> bool:
    """Whether a label is a total: the rows below are set in where it is their parent."""
    return _TOTAL.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def is_item(text: str, before: str, after: str, *, areas: bool) -> bool:
    """Whether a label without numbers is of one kind with the labels around it.

    Parameters
    ----------
    text, before, after : str
        The label, and those of the rows with numbers above and below it.
    areas : bool
        Whether the corner label says that the rows are areas, so that their names need not end in 市 or 县.

    Examples
    --------
    >>> is_item("2019年2月", "2018年12月", "2019年3月", areas=False)
    True
    >>> is_item("2019年", "2018年12月", "1月", areas=False)
    False
    """
    if _NUMBER.fullmatch(text) and _NUMBER.fullmatch(after):
        return True
    time, next_time = timewords.parse_fragment(text), timewords.parse_fragment(after)
    if time is not None or next_time is not None:
        return time is not None and next_time is not None and time.kind == next_time.kind
    if is_head(text) or _KIND_OF_AREA.fullmatch(text):
        return False
    if all(_TRADE.fullmatch(label) for label in (before, text, after)):
        return True
    named = _AREA if not areas else _PLAIN_NAME
    return named.fullmatch(text) is not None and named.fullmatch(after) is not None
