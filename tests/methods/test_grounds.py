"""The guard by the column refuses what the guard of two figures refuses, row by row and under the same name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songyuan_analysis.errors import (
    AccumulationMismatchError,
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    UnitMismatchError,
    UnknownBaseError,
    UsageError,
    VintageMismatchError,
)
from songyuan_analysis.methods import codes as keys
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.codes import codes, month_texts, months
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.grounds import Levels, judge
from songyuan_analysis.methods.growth import growth, growth_from_levels
from songyuan_analysis.methods.matching import Pool
from songyuan_analysis.observations.breaks import Break

Figures = Callable[..., pd.DataFrame]
OTHER = {"sha256": "b" * 64, "vintage": "2023-10-18", "file": "old.xlsx"}
BREAKS = (
    Break("100000", ("gdp",), "2018", "2019", "虚构断点"),
    Break("100000", ("gdp_per_capita",), "2018", "2019", "虚构分母", kind="denominator"),
)


@pytest.mark.parametrize(
    ("both", "own", "error"),
    [
        ({}, OTHER, VintageMismatchError),
        ({}, {"price_base": "comparable"}, PriceBaseMismatchError),
        ({}, {"scope": "可比口径"}, ScopeMismatchError),
        ({}, {"unit_measure": "TCE"}, UnitMismatchError),
        ({}, {"first": 4}, AccumulationMismatchError),
        ({"indicator": "fai"}, {}, UnknownBaseError),
        ({"indicator": "fai"}, OTHER, UnknownBaseError),
        ({"unit_measure": "PT"}, {}, ComparabilityError),
    ],
)
def test_each_ground_has_its_own_refusal(
    figures: Figures, both: dict[str, str], own: dict[str, object], error: type[ComparabilityError]
) -> None:
    """Check the rule of the row, both cells in its reason, and that no number comes out (虚构数据)."""
    rows = figures((2023, 6, 100, own), (2024, 6, 110), **both)
    marked = growth(rows, refusals="mark").iloc[1]
    assert marked["refusal"] == error.rule
    assert np.isnan(marked["obs_value"]) and np.isnan(marked["low"]) and np.isnan(marked["high"])
    assert "› B2 与 " in marked["comment_obs"] and "› B1 " in marked["comment_obs"]
    with pytest.raises(error) as caught:
        growth(rows)
    assert type(caught.value) is error


def test_breaks_and_denominators_lie_between_their_years_only(figures: Figures) -> None:
    """Check both kinds, another area, and the years after (虚构数据)."""
    rows = figures(
        *((year, 12, 100 + year - 2017) for year in (2018, 2019, 2020)),
        *((year, 12, 5, {"indicator": "gdp_per_capita"}) for year in (2018, 2019)),
        *((year, 12, 5, {"ref_area": "220000"}) for year in (2018, 2019)),
        cumulative=False,
    )
    marked = growth(rows, breaks=BREAKS, refusals="mark")
    assert marked["refusal"].tolist() == ["", "vintage-mismatch", "", "", "denominator-mismatch", "", ""]
    assert marked["obs_value"].notna().tolist() == [False, False, True, False, False, False, True]
    with pytest.raises(VintageMismatchError, match="虚构断点"):
        growth(rows, breaks=BREAKS)


def test_the_figure_on_the_same_ground_is_found_among_others(figures: Figures) -> None:
    """Check that a fitting figure wins over all that do not fit, in whatever order they stand (虚构数据)."""
    strange = [
        (2023, 6, 1, OTHER),
        (2023, 6, 2, {"scope": "可比口径"}),
        (2023, 6, 3, {"price_base": "comparable"}),
        (2023, 6, 4, {"unit_measure": "TCE"}),
        (2023, 6, 5, {"first": 6}),
        (2022, 6, 6),
        (2023, 3, 7),
    ]
    for place in range(len(strange) + 1):
        rows = figures((2024, 6, 110), *strange[:place], (2023, 6, 100), *strange[place:])
        assert growth(rows, refusals="mark")["obs_value"].iloc[0] == pytest.approx(10)


def test_one_release_date_is_as_good_as_one_file(figures: Figures) -> None:
    """Check the family by date, also beside a file that holds only another span (虚构数据)."""
    dated = {"sha256": "b" * 64}
    assert growth(figures((2023, 6, 100, dated), (2024, 6, 110)))["obs_value"].iloc[1] == pytest.approx(10)
    beside = figures((2023, 6, 60, {"first": 4}), (2023, 6, 100, dated), (2024, 6, 110))
    assert growth(beside, refusals="mark")["obs_value"].iloc[2] == pytest.approx(10)


def test_without_file_and_date_there_is_no_family(figures: Figures) -> None:
    unknown = {"sha256": "", "vintage": ""}
    rows = figures((2023, 6, 100), (2024, 6, 110), **unknown)
    assert growth(rows, refusals="mark")["refusal"].tolist() == ["", "vintage-mismatch"]
    with pytest.raises(UsageError, match="版次"):
        growth(rows.drop(columns=["sha256", "vintage"]))


@pytest.mark.parametrize("base", [0, -5, 0.4])
def test_a_base_that_is_not_surely_positive_is_refused(figures: Figures, base: float) -> None:
    """Check zero, a negative base, and one that rounding may have made (虚构数据)."""
    with pytest.raises(ComparabilityError, match="不是正数"):
        growth(figures((2023, 6, base), (2024, 6, 10)))


ROW = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from(["gdp", "gdp", "gdp", "fai", "gdp_per_capita"]),
        "unit_measure": st.sampled_from(["CNY", "CNY", "TCE", "PT"]),
        "price_base": st.sampled_from(["current", "current", "comparable"]),
        "scope": st.sampled_from(["", "", "可比口径"]),
        "sha256": st.sampled_from(["a" * 64, "b" * 64, ""]),
        "vintage": st.sampled_from(["2024-01-01", "2024-01-01", ""]),
        "months": st.sampled_from([("01", "06"), ("01", "06"), ("04", "06")]),
        "value": st.integers(-1, 50),
    }
)


@settings(max_examples=150)
@given(now=ROW, before=ROW, year=st.sampled_from([2019, 2024]))
def test_two_rows_are_judged_as_two_figures(now: dict, before: dict, year: int) -> None:
    """Check rule and number against `growth_from_levels` for every mixture of differences (虚构数据)."""
    rows = []
    for number, (row, when) in enumerate(((now, year), (before, year - 1))):
        start, end = (f"{when}-{month}" for month in row["months"])
        columns = {key: value for key, value in row.items() if key not in {"months", "value"}}
        rows.append(
            columns
            | {
                "ref_area": "100000", "measure": "level", "period_start": start, "period_end": end, "unit_mult": 8,
                "time_period": f"{start}/{end}", "obs_value": float(row["value"]), "decimals": 0, "unit": "亿元",
                "file": "虚构.xlsx", "sheet": "表", "cell": f"B{number + 1}", "cumulative": start.endswith("01"),
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    found = growth(frame, breaks=BREAKS, refusals="mark").iloc[0]
    one, other = (Datum.from_row(row) for _, row in frame.iterrows())
    if one.indicator != other.indicator:
        assert found["refusal"] == "" and np.isnan(found["obs_value"])  # two series: a gap
        return
    rule, alone = "", None
    try:
        alone = growth_from_levels(one, other, BREAKS)
    except ComparabilityError as error:
        rule = error.rule
    assert found["refusal"] == rule
    numbers = [np.nan] * 3 if alone is None else [alone.low, alone.mid, alone.high]
    assert found[["low", "obs_value", "high"]].astype(float).tolist() == pytest.approx(numbers, nan_ok=True)


def test_levels_can_be_judged_without_growth(figures: Figures) -> None:
    """Check that the verdict names positions."""
    verdict = judge(Levels(figures((2024, 6, 2), (2023, 6, 1))), 12)
    assert verdict.before.tolist() == [1, -1]
    assert verdict.good.tolist() == [True, False]


CODE = st.integers(-1, 3)


@given(
    pool=st.lists(st.tuples(CODE, CODE, CODE), min_size=1, max_size=12),
    query=st.tuples(st.integers(-1, 5), CODE, CODE),
    narrow=st.booleans(),
)
def test_a_pool_finds_the_longest_agreement(
    pool: list[tuple[int, ...]], query: tuple[int, ...], narrow: bool
) -> None:
    """Check against a search through all rows; with narrow keys the codes are packed in steps."""
    highest = keys.HIGHEST_KEY
    keys.HIGHEST_KEY = 20 if narrow else highest
    try:
        columns = [np.array(column, np.int64) for column in zip(*pool, strict=True)]
        rows, depth = Pool(*columns).find(*(np.array([code], np.int64) for code in query))
    finally:
        keys.HIGHEST_KEY = highest

    def agreement(row: tuple[int, ...]) -> int:
        for level, (own, asked) in enumerate(zip(row, query, strict=True)):
            if own != asked or asked < 0:
                return level
        return len(row)

    best = max(map(agreement, pool))
    if best == len(query):
        assert depth[0] == best and agreement(pool[rows[0]]) == best
    elif not narrow:
        assert depth[0] == best
        assert best == 0 or agreement(pool[rows[0]]) == best
    else:
        assert depth[0] < len(query)


def test_equal_rows_clash_where_their_numbers_cannot_agree() -> None:
    pool = Pool(np.array([1, 1, 2, 2, 3]))
    values = Bands.from_printed([5.0, 5.04, 7.0, 9.0, 1.0], [1, 2, 0, 0, 0])
    assert pool.clashes(values).tolist() == [False, False, True, True, False]
    assert pool.first_of_equals().tolist() == [True, False, True, False, True]


def test_labels_and_months_become_numbers() -> None:
    column = pd.Series(["乙", None, "", "甲"], dtype="str")
    found, words = codes(column)
    assert [words[code] for code in found] == ["乙", "", "", "甲"]
    found = months(pd.Series(["2024-01", "2023-12", "", "2024"], dtype="str"))
    assert found.tolist() == [24288, 24287, -1, -1]
    assert month_texts(found[:2], pd.RangeIndex(2)).tolist() == ["2024-01", "2023-12"]
