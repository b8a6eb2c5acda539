"""The guard: which two levels may be set against each other, and which may not.

The rule behind it: take published growth; compute growth from levels only where both stand on the same
ground. Levels of two vintages of Songyuan's GDP (892.72 and 1002.18) give +12.3 %, where the bulletin
says +3.8 %.
"""

from __future__ import annotations

from collections.abc import Iterable

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    CatalogueError,
    ComparabilityError,
    DenominatorMismatchError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
    UnknownBaseError,
    VintageMismatchError,
)
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.observations.breaks import Break
from songyuan_analysis.observations.catalogue import indicator

_USE_PUBLISHED = "请改用同一来源公布的增速。"


def require_same_series(now: Datum, before: Datum, breaks: Iterable[Break] = ()) -> None:
    """Refuse two levels that are not figures of one series on one ground.

    Two figures are of one family if they stand in the same file, or were released on the same known
    date. Edge cases: a file without checksum and date is of no family; a break counts even inside one file.

    Raises
    ------
    ComparabilityError
        If indicator, area or measure differ, or one of them is no level.
    UnitMismatchError, PriceBaseMismatchError, ScopeMismatchError, VintageMismatchError, DenominatorMismatchError
        The first ground on which they differ; the message names both cells.
    """
    both = f"{now.said} 与 {before.said}"
    if now.measure != "level" or before.measure != "level":
        raise _refusal(ComparabilityError, now, f"{both} 不都是总量", "只有总量可以相减、相除。")
    if (now.indicator, now.ref_area) != (before.indicator, before.ref_area):
        raise _refusal(ComparabilityError, now, f"{both} 不是同一地区的同一指标", "换成同一序列的数。")
    if now.unit_measure != before.unit_measure:
        raise _refusal(UnitMismatchError, now, f"{both} 的计量单位不同类", "换成同类单位的数。")
    if now.price_base != before.price_base:
        raise _refusal(PriceBaseMismatchError, now, f"{both} 的价格口径不同", _USE_PUBLISHED)
    if now.scope != before.scope:
        what = f"{both} 的统计口径不同（“{now.scope or '未注'}”与“{before.scope or '未注'}”）"
        raise _refusal(ScopeMismatchError, now, what, _USE_PUBLISHED)
    same_file = bool(now.sha256) and now.sha256 == before.sha256
    same_release = bool(now.vintage) and now.vintage == before.vintage
    if not same_file and not same_release:
        raise _refusal(
            VintageMismatchError, now, f"{both} 出自不同版次", f"{_USE_PUBLISHED}或找到同一版次里的两个数。"
        )
    for item in breaks:
        if item.lies_between(now.ref_area, now.indicator, before.time_period, now.time_period):
            kind = DenominatorMismatchError if item.kind == "denominator" else VintageMismatchError
            raise _refusal(kind, now, f"{both} 之间有口径断点（{item.what}）", _USE_PUBLISHED)


def require_comparable(now: Datum, before: Datum, breaks: Iterable[Break] = ()) -> None:
    """Refuse two levels from which growth must not be computed.

    Besides the rules of `require_same_series`: the indicator's growth must not be published on a comparable
    base that its levels do not show (investment), both must span the same months of the year, and neither may be
    a percentage, whose change is one of percentage points. `grounds.judge` does the same for a whole frame.

    Raises
    ------
    UnknownBaseError
        For investment and its kin, whatever else is equal.
    AccumulationMismatchError
        If a cumulative figure meets one of a single period, or other months.
    ComparabilityError
        See `require_same_series`.
    """
    both = f"{now.said} 与 {before.said}"
    if now.indicator == before.indicator and has_hidden_base(now.indicator):
        what = f"{both} 不能相除：该指标的增速按可比口径计算，上年公布数不是它的基数"
        raise _refusal(UnknownBaseError, now, what, "只能使用公布的增速。")
    require_same_series(now, before, breaks)
    months = (now.period_start[5:], now.period_end[5:])
    if now.months != before.months or months != (before.period_start[5:], before.period_end[5:]):
        raise _refusal(AccumulationMismatchError, now, f"{both} 的时期不对应", "换成上年同一段月份的数。")
    if now.unit_measure == "PT":
        raise _refusal(ComparabilityError, now, f"{both} 都是百分数，不算增速", "比较相差几个百分点。")


def has_hidden_base(code: str) -> bool:
    """Whether an indicator's growth is published on a base that its levels do not show."""
    try:
        return indicator(code).growth_base == "comparable"
    except CatalogueError:
        return False  # an indicator that the catalogue does not know makes no promise about its base


def _refusal(kind: type[ComparabilityError], now: Datum, what: str, remedy: str) -> ComparabilityError:
    return kind(f"{what}。", file=now.file, sheet=now.sheet, cell=now.cell, remedy=remedy)
