"""Look-ups by codes; all rows are made up (虚构数据)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from songyuan_analysis.methods.addresses import listed, listed_at, texts_at
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.codes import UNKNOWN, earlier_spans
from songyuan_analysis.methods.matching import Pool


def codes(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def test_the_first_of_equal_rows_is_found_and_what_is_unknown_equals_nothing() -> None:
    pool = Pool(codes(3, 1, 3, UNKNOWN), codes(0, 0, 0, 0))
    assert pool.exact(codes(3, 1, 2, UNKNOWN), codes(0, 1, 0, 0)).tolist() == [0, UNKNOWN, UNKNOWN, UNKNOWN]
    assert Pool(codes()).exact(codes(1)).tolist() == [UNKNOWN]
    groups = pool.groups()
    assert groups[0] == groups[2] and len(set(groups.tolist())) == 3


def test_different_numbers_contradict_and_missing_ones_do_not_contradict_each_other() -> None:
    pool = Pool(codes(1, 1, 2, 2, 3, 3, 4))
    found = pool.contradicted(np.array([5.0, 5.1, 7.0, 7.0, np.nan, np.nan, 1.0]))
    assert found.tolist() == [True, True, False, False, False, False, False]
    assert Pool(codes(1, 1)).contradicted(np.array([np.nan, 1.0])).all()


def test_an_accumulation_goes_back_to_the_january_of_the_earlier_end() -> None:
    september, june = 2024 * 12 + 8, 2024 * 12 + 5
    start, end = earlier_spans(codes(2024 * 12, september, UNKNOWN), codes(september, september, june), 3)
    assert (start.tolist(), end.tolist()) == ([2024 * 12, june, UNKNOWN], [june, june, UNKNOWN])


def test_addresses_are_joined_once_each_and_rows_without_any_stay() -> None:
    cells, index = pd.Series(["A", "B", "A"], dtype="str"), pd.RangeIndex(4)
    found = listed_at(cells, [codes(0, 0, -1, -1), codes(1, 2, 1, -1)], index)
    assert isinstance(found, pd.Series) and found.tolist() == ["A；B", "A", "B", ""]
    assert listed_at(cells, [codes(-1)], pd.RangeIndex(1)) == ""
    assert listed_at(pd.Series(["", ""], dtype="str"), [codes(0, 1)], pd.RangeIndex(2)) == ""
    assert texts_at(cells, codes(1, -1), pd.RangeIndex(2)).tolist() == ["B", ""]
    one, other = (pd.Series(texts, dtype="str") for texts in (["A", "", "A"], ["A", "B", "C"]))
    joined = listed(one, "", other)
    assert isinstance(joined, pd.Series) and joined.tolist() == ["A", "B", "A；C"]


def test_prints_that_only_touch_are_two_figures() -> None:
    """Check 2.2 and 2.3 (they share 2.25), 5.0 and 5.04, and an exact 5.05 beside 5.0."""
    pool = Pool(np.zeros(2, np.int64))
    for values, digits, clash in (
        ((2.2, 2.3), (1, 1), True),
        ((5.0, 5.04), (1, 2), False),
        ((5.0, 5.05), (1, np.nan), False),
        ((5.0, 5.1), (np.nan, np.nan), True),
    ):
        assert pool.clashes(Bands.from_printed(values, digits)).tolist() == [clash] * 2
