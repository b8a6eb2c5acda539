"""How far the year has come, and what the rest of it must bring."""

from __future__ import annotations

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.precision import Interval, propagate


def completion(done: float, target: float) -> float:
    """Return the rate of completion, in %.

    Formula: ``100 · Y_k / A*``. Source: a half-year report of the city (760 of 1790 is printed 42.5 %).
    Refuses a target that is not positive; targets of growth have no rate of completion.
    """
    if target <= 0:
        raise UsageError(
            f"目标 {target:g} 不是正数，没有完成率。", remedy="增速目标请比较增速，不要算完成率。"
        )
    return 100 * done / target


def time_progress(month: int, months: int = 12) -> float:
    """Return the share of the year that has passed by the end of a month, in %.

    Formula: ``100 · k / 12``, the calendar share that published bulletins use.
    It knows no seasons: Songyuan makes about 40 % of its GDP in the first half.
    """
    if not 1 <= month <= months:
        raise UsageError(f"第 {month} 期不在 1 至 {months} 之内。", remedy="检查月份。")
    return 100 * month / months


def schedule_gap(done: float, target: float, month: int) -> float:
    """Return how far completion runs ahead of the calendar, in percentage points; negative is behind.

    Formula: ``completion − time progress``. Source: a city budget report of 2010 (74 % by August is
    7.33 ahead).
    """
    return completion(done, target) - time_progress(month)


def required_growth(
    base_year: Interval, base_so_far: Interval, so_far: Interval, target_growth: float
) -> Interval:
    """Return the growth that the rest of the year needs, from levels, in %.

    Formula: ``(A* − Y_k) / (L0 − Y0_k) − 1`` with ``A* = L0 · (1 + g*)``. Source: definition. All
    levels must be of one price base and one vintage: the caller sees to it.

    Parameters
    ----------
    base_year, base_so_far : Interval
        Last year's level, and its cumulative level at this time of the year.
    so_far : Interval
        This year's cumulative level.
    target_growth : float
        Exact, in %.

    Raises
    ------
    UsageError
        If last year leaves nothing for the rest of the year.
    """
    if base_year.low - base_so_far.high <= 0:
        raise UsageError("上年剩余时期的基数不是正数。", remedy="检查上年全年数与累计数。")

    def rate(whole: float, part: float, now: float) -> float:
        return 100 * ((whole * (1 + target_growth / 100) - now) / (whole - part) - 1)

    return propagate(rate, base_year, base_so_far, so_far)


def required_growth_by_share(growth_so_far: Interval, share: Interval, target_growth: float) -> Interval:
    """Return the growth that the rest of the year needs, where only growth is published, in %.

    Formula: ``(g* − s·g_k) / (1 − s)``, ``s`` the share of last year's level that had been reached by
    now. Source: the form by levels, divided by last year's level. Refuses a share outside (0, 1): with
    nothing left of the year nothing can be required of it.
    """
    if not 0 < share.low <= share.high < 1:
        raise UsageError("上年同期占全年的比重应在 0 与 1 之间。", remedy="比重以小数给出，如 0.403。")
    return propagate(lambda g, s: (target_growth - s * g) / (1 - s), growth_so_far, share)
