"""Decomposition of a change into the effects of its factors: LMDI-I, additive and multiplicative.

A total is the sum over sectors of products of factors, such as energy use = Σ activity · structure · intensity. Effects
add up to its change, or multiply to its ratio, without a residual.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from songyuan_analysis.errors import UsageError

Array: TypeAlias = NDArray[np.float64]
Kind: TypeAlias = Literal["additive", "multiplicative"]


def logarithmic_mean(a: ArrayLike, b: ArrayLike) -> Array:
    """Return the logarithmic mean of two numbers of one sign.

    Formula: ``L(a, b) = (a − b) / ln(a / b)``, ``L(a, a) = a``, and 0 where one of them is 0. Source: Ang (2005). Numbers
    of opposite signs have none (NaN).
    """
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    with np.errstate(all="ignore"):
        mean = _mean(x, y, np.log(np.abs(x)) - np.log(np.abs(y)))
    return np.where(x * y < 0, np.nan, mean)


def terms(before: ArrayLike, after: ArrayLike) -> Array:
    """Return the additive effect of every factor of every sector.

    Formula: ``Z = L(v1, v0) · ln(x1 / x0)`` with ``v = ∏ x``. Where a product is zero at one time, it is the limit of small
    numbers in place of the zeros: the factors that are zero share the change equally, the others have no effect; where it
    is zero at both times, nothing has. Sources: Ang (2005); Ang, Zhang and Choi (1998), table 2; Wood and Lenzen (2006).

    Parameters
    ----------
    before, after : array_like
        Factors on the last axis; any axes before it. Both times in the same units.

    Returns
    -------
    ndarray of float64
        In the shape of the inputs. NaN for a whole product where a factor is missing or changes its sign: a logarithm
        cannot follow it. Factors that are negative at both times are allowed.
    """
    x0, x1 = np.broadcast_arrays(np.asarray(before, np.float64), np.asarray(after, np.float64))
    with np.errstate(all="ignore"):
        logs = np.log(np.abs(x1)) - np.log(np.abs(x0))
        v0, v1 = x0.prod(-1), x1.prod(-1)
        found = _mean(v1, v0, logs.sum(-1))[..., None] * logs
    zero0, zero1 = x0 == 0, x1 == 0
    none0, none1 = zero0.any(-1), zero1.any(-1)
    if none0.any() or none1.any():
        found[none0 | none1] = 0.0
        born, gone = none0 & ~none1, none1 & ~none0
        found[born] = zero0[born] * (v1[born] / zero0[born].sum(-1))[:, None]
        found[gone] = zero1[gone] * (-v0[gone] / zero1[gone].sum(-1))[:, None]
    bad = ((np.sign(x0) * np.sign(x1) < 0) | ~np.isfinite(x0) | ~np.isfinite(x1)).any(-1)
    if bad.any():
        found[bad] = np.nan
    return np.asarray(found + 0.0)  # a zero has no sign


def effects(before: ArrayLike, after: ArrayLike, kind: Kind = "additive") -> Array:
    """Return the effect of every factor on the total over sectors.

    Formula: additive ``Σ_i Z_ij``, which add up to the change of the total; multiplicative ``exp(Σ_i Z_ij / L(V1, V0))``,
    which multiply to its ratio. See `terms` for zeros and signs.

    Parameters
    ----------
    before, after : array_like
        Shape ``(..., sectors, factors)``.
    kind : {"additive", "multiplicative"}, optional

    Returns
    -------
    ndarray of float64
        Shape ``(..., factors)``. NaN where a sector has none; multiplicative also where the total is zero at one time or
        changes its sign, for then there is no ratio.
    """
    if kind not in {"additive", "multiplicative"}:
        raise UsageError(f"“{kind}”不是分解方式。", remedy="可用：additive、multiplicative。")
    x0, x1 = np.asarray(before, np.float64), np.asarray(after, np.float64)
    added: Array = np.asarray(terms(x0, x1).sum(-2))
    if kind == "additive":
        return added
    total0, total1 = x0.prod(-1).sum(-1), x1.prod(-1).sum(-1)
    with np.errstate(all="ignore"):
        ratio = np.exp(added / logarithmic_mean(total1, total0)[..., None])
    return np.where((total0 * total1 > 0)[..., None], ratio, np.nan)


def _mean(a: Array, b: Array, log_ratio: Array) -> Array:
    """Return the logarithmic mean; where the two are near each other their difference keeps more digits than logarithms."""
    near = np.abs(a - b) <= 0.5 * np.abs(b)
    mean = (a - b) / np.where(near, np.log1p((a - b) / b), log_ratio)
    return np.where(a == b, a, mean)
