"""What a total and its average say of the number that they were divided by."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value", float, NDArray[np.float64])


def population(total: Value, per_head: Value) -> Value:
    """Return the population behind a total and its value per head: ``total / per head``, both in base units.

    Source: definition (人均地区生产总值 is the total over the average population of the year). Since offices went from
    registered to resident population, it tells which one a printed figure per head was made with.
    """
    return total / per_head
