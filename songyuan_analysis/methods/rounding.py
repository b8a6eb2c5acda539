"""Rounding whole columns, with the digits that `round_half_up` and `round_half_even` give one by one.

Binary floats are no decimals: 28.175 lies a hair below the tie and must still go up. Almost all numbers are far from any
tie and are rounded by arithmetic; those that are the float of a tie are decided by the rule; the few that are neither are
given to `Decimal`. A printed number is rounded once, from the number itself (GB/T 8170-2008): see `looks_chained`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.precision import Number, round_half_even, round_half_up

Rule: TypeAlias = Literal["half-up", "half-even"]
_BY_RULE = {"half-up": round_half_up, "half-even": round_half_even}
_POWERS = np.array([float(f"1e{k}") for k in range(23)])  # exact as floats
_SAFE = 1e13  # beyond, a tie and its neighbours share their 15 digits


def round_column(values: ArrayLike, decimals: ArrayLike = 0, rule: Rule = "half-up") -> NDArray[np.float64]:
    """Round a column as yearbooks do (half up) or as GB/T 8170-2008 does (half even).

    Formula: that of `precision.round_half_up` and `precision.round_half_even`, whose results these are as floats.

    Parameters
    ----------
    values : array_like
        Missing figures (NaN) stay missing.
    decimals : int or array_like of int, optional
        For all, or for each; negative for tens and hundreds.
    rule : {"half-up", "half-even"}, optional

    Returns
    -------
    ndarray of float64
        The floats nearest to the rounded decimals; no negative zeros.

    Raises
    ------
    UsageError
        For infinite values, and more than 22 decimals.

    Examples
    --------
    >>> round_column([28.175, 0.625, -0.04, float("nan")], 2).tolist()
    [28.18, 0.63, -0.04, nan]
    """
    if rule not in _BY_RULE:
        raise UsageError(f"“{rule}”不是修约规则。", remedy="可用：half-up、half-even。")
    places, given = np.asarray(decimals, np.int64), np.asarray(values, np.float64)
    array, every = np.broadcast_arrays(np.atleast_1d(given), places)
    if np.isinf(array).any() or (np.abs(places) >= len(_POWERS)).any():
        raise UsageError("有无穷大的数，或小数位数超出范围，不能取整。", remedy="先找出算出无穷大的地方。")
    power, up = _POWERS[np.abs(places)], places >= 0
    sizes = np.abs(array)
    scaled = sizes * power if up.all() else np.where(up, sizes * power, sizes / power)
    rounded = np.floor(scaled)
    rest = scaled - rounded
    rest -= 0.5
    rounded += rest >= 0
    near = np.abs(rest, out=rest) <= np.multiply(scaled, 2e-14, out=sizes)
    near |= scaled >= _SAFE
    rounded = rounded / power if up.all() else np.where(up, rounded / power, rounded * power)
    np.copysign(rounded, array, out=rounded)
    rounded += 0.0  # a zero has no sign
    if near.any():
        _settle_ties(rounded, array, scaled, every, near, rule)
    return np.asarray(rounded.reshape(np.broadcast_shapes(given.shape, places.shape)))


def _settle_ties(
    rounded: NDArray[np.float64],
    array: NDArray[np.float64],
    scaled: NDArray[np.float64],
    places: NDArray[np.int64],
    near: NDArray[np.bool_],
    rule: Rule,
) -> None:
    """Decide the numbers at a tie in place."""
    value, digits = array[near], places[near]
    power, up = _POWERS[np.abs(digits)], digits >= 0
    below = np.round(scaled[near] - 0.5)
    odd_halves = 2 * below + 1
    tie = np.where(up, odd_halves / (2 * power), odd_halves / 2 * power)
    is_tie = (np.abs(value) == tie) & (scaled[near] < _SAFE)
    to = below + 1 if rule == "half-up" else below + below % 2
    found = np.copysign(np.where(up, to / power, to * power), value) + 0.0
    for k in np.flatnonzero(~is_tie):  # neighbours of ties, and numbers with more digits than floats have
        found[k] = float(_BY_RULE[rule](float(value[k]), int(digits[k]))) + 0.0
    rounded[near] = found


def looks_chained(value: Number, stated: Number, decimals: int) -> bool:
    """Whether a stated figure can only come of rounding twice: 8.53459 to 8.535 to 8.54.

    True if neither rule gives it in one step, and some rounding to more decimals before gives it. Source: GB/T 8170-2008,
    which forbids it (不允许连续修约): 8.53459 is 8.53, not 8.535 and then 8.54.

    >>> looks_chained("8.53459", "8.54", 2), looks_chained("8.53459", "8.53", 2)
    (True, False)
    """
    goal = Decimal(str(stated))
    rules = (round_half_up, round_half_even)
    if any(rule(value, decimals) == goal for rule in rules):
        return False
    reached = {Decimal(str(value))}
    exponent = next(iter(reached)).as_tuple().exponent
    finest = -exponent if isinstance(exponent, int) else decimals
    for step in range(finest - 1, decimals - 1, -1):
        reached |= {rule(number, step) for number in reached for rule in rules}
    return goal in reached
