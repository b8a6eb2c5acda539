"""Equal figures that stand twice; made-up numbers (虚构数据)."""

from __future__ import annotations

import numpy as np

from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.doubles import one_of_equals
from songyuan_analysis.methods.matching import Pool


def test_the_most_precise_print_stands_for_all_in_any_order() -> None:
    key, values, decimals = (
        np.array([7, 7, 3, 7]),
        np.array([5.0, 5.0, 4.0, 5.0]),
        np.array([1.0, 2.0, 0.0, 2.0]),
    )
    found = one_of_equals(Pool(key), Bands.from_printed(values, decimals))
    assert found.tolist() == [1, 1, 2, 1]
    turned = one_of_equals(Pool(key[::-1]), Bands.from_printed(values[::-1], decimals[::-1]))
    assert decimals[::-1][turned].tolist() == [2.0, 0.0, 2.0, 2.0]
    assert one_of_equals(Pool(np.arange(3)), Bands.exact([1.0, 2.0, 3.0])).tolist() == [0, 1, 2]
