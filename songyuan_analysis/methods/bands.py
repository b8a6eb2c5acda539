"""Many numbers with their precision at once: arrays of low, mid and high, and functions carried through them.

What `Interval` is for one figure, `Bands` is for a column of figures. One formula serves both: it is written on plain
numbers, works on arrays because NumPy does, and `carry` evaluates it at all corners of its inputs.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
_MOST = 30
# Half a unit of the last decimal, from 30 places before the point to 30 behind it; looking up is cheaper than powers.
_HALVES = np.append(0.5 * 10.0 ** -np.arange(-_MOST, _MOST + 1, dtype=np.float64), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Arrays of one shape; where a figure is missing all three are NaN.

    Attributes
    ----------
    low, mid, high : ndarray of float64
    """

    low: Array
    mid: Array
    high: Array

    @classmethod
    def exact(cls, values: ArrayLike) -> Bands:
        """Return numbers without imprecision, such as targets and counts."""
        array = np.asarray(values, np.float64)
        return cls(array, array, array)

    @classmethod
    def from_printed(cls, values: ArrayLike, decimals: ArrayLike) -> Bands:
        """Return what printed numbers stand for; an unknown number of decimals (NaN) makes a figure exact.

        Parameters
        ----------
        values, decimals : array_like
            The figures, and how many decimals were printed of each.
        """
        array = np.asarray(values, np.float64)
        digits = np.asarray(decimals, np.float64)
        one = digits[:1] if digits.ndim and (digits == digits[:1]).all() else digits
        places = np.nan_to_num(one + _MOST, nan=len(_HALVES)).astype(np.int64)
        half = _HALVES.take(places, mode="clip")
        return cls(array - half, array, array + half)

    def __len__(self) -> int:
        return len(self.mid)

    def where(self, keep: NDArray[np.bool_]) -> Bands:
        """Return the bands with everything else missing."""
        return Bands(*(np.where(keep, part, np.nan) for part in (self.low, self.mid, self.high)))


def either(one: Bands, other: Bands, where: NDArray[np.bool_]) -> Bands:
    """Return the first figures where a mark stands, the others elsewhere."""
    if not where.any():
        return other
    if where.all():
        return one
    pairs = zip((one.low, one.mid, one.high), (other.low, other.mid, other.high), strict=True)
    return Bands(*(np.where(where, a, b) for a, b in pairs))


def carry(formula: Callable[..., Array], *inputs: Bands) -> Bands:
    """Carry bands through a formula by its values at all corners.

    Parameters
    ----------
    formula : callable
        Takes as many arrays as there are inputs; monotone in each while the others stand still (see
        `precision.propagate`).
    *inputs : Bands

    Returns
    -------
    Bands
        Where the formula gives nothing finite (a division by nothing), all three are NaN.

    Notes
    -----
    Exact inputs have one corner, so that a formula of one printed figure and four targets is evaluated twice and not 32
    times.
    """
    with np.errstate(all="ignore"):
        mid = np.asarray(formula(*(band.mid for band in inputs)), np.float64)
        low, high = mid.copy(), mid.copy()
        ends = [(b.mid,) if b.low is b.high else (b.low, b.high) for b in inputs]
        for corner in itertools.product(*ends):
            value = formula(*corner)
            np.minimum(low, value, out=low)
            np.maximum(high, value, out=high)
    bad = ~(np.isfinite(low) & np.isfinite(mid) & np.isfinite(high))
    if bad.any():
        for part in (low, mid, high):
            part[bad] = np.nan
    return Bands(low, mid, high)
