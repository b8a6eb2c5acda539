"""What methods are measured against: the same arithmetic in plain NumPy, on figures that lie beside each other already.

An analyst who wants the bounds of a result writes this: the bounds of every printed figure, and the formula at all their
corners. It knows no pairing, no refusals, no units and no cells; what a method takes beyond it is what these cost.
Nothing here calls the package, so that a change of the package does not change what it is measured by.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Triple = tuple[Array, Array, Array]
Work = Callable[[], object]
# A busy machine takes several times as long; a step that grows with the square takes a hundred times.
BUSY = 4
BOUND = 10.0


def bounds(values: Array, decimals: Array) -> Triple:
    """Return least, printed and greatest value of printed figures."""
    half = 0.5 * 10.0**-decimals
    return values - half, values, values + half


def exact(values: Array) -> Triple:
    """Return figures that nobody rounded."""
    return values, values, values


def corners(formula: Callable[..., Array], *inputs: Triple) -> Triple:
    """Return the least, middle and greatest value of a formula over the corners of its inputs."""
    mid = formula(*(one[1] for one in inputs))
    ends = [(one[1],) if one[0] is one[1] else (one[0], one[2]) for one in inputs]
    found = [formula(*corner) for corner in itertools.product(*ends)]
    return np.minimum.reduce([mid, *found]), mid, np.maximum.reduce([mid, *found])


def quickest(work: Work, runs: int = 3) -> float:
    """Return the least processor time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def measured(pairs: Mapping[str, tuple[Work, Work]]) -> dict[str, tuple[float, float]]:
    """Return the seconds of the bare arithmetic and of the method, by name."""
    return {name: (quickest(bare), quickest(method)) for name, (bare, method) in pairs.items()}


def table(times: Mapping[str, tuple[float, float]]) -> str:
    """Return the times as a table: milliseconds, and multiples of the bare arithmetic."""
    rows = [f"{'':34}{'bare, ms':>10}{'own, ms':>10}{'ratio':>8}"]
    rows += [f"{n:34}{a * 1e3:10.1f}{b * 1e3:10.1f}{b / a:8.1f}" for n, (a, b) in times.items()]
    return "\n".join(rows)


def too_slow(times: Mapping[str, tuple[float, float]], bound: float = BOUND) -> dict[str, float]:
    """Return what takes more than its bound on a machine that may be busy."""
    return {name: own / bare for name, (bare, own) in times.items() if own > BUSY * bound * bare}
