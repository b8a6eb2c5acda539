"""The frame of observations, and what is said when a frame is none."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from songyuan_analysis.errors import SchemaError
from songyuan_analysis.observations.schema import COLUMNS, as_observations, empty, validate

Make = Callable[..., pd.DataFrame]


def test_a_good_frame_passes_unchanged(observations: Make) -> None:
    frame = observations({}, {"time_period": "2023"})
    pd.testing.assert_frame_equal(validate(frame), frame)


def test_an_empty_frame_has_all_columns_and_types(observations: Make) -> None:
    assert tuple(empty().columns) == COLUMNS
    assert empty().dtypes.to_dict() == observations({}).dtypes.to_dict()


def test_columns_come_in_one_order(observations: Make) -> None:
    frame = observations({})
    assert tuple(as_observations(frame[list(reversed(frame.columns))]).columns) == COLUMNS


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("measure", "speed"),
        ("price_base", "cheap"),
        ("obs_status", "X"),
        ("freq", "W"),
        ("sha256", "abc"),
        ("cell", "3B"),
    ],
)
def test_a_violation_names_file_sheet_cell_and_column(observations: Make, column: str, value: str) -> None:
    bad = {"file": "坏.xlsx", "sheet": "表二", "cell": "C9", column: value}
    with pytest.raises(SchemaError, match=column) as caught:
        validate(observations({}, bad))
    assert caught.value.place == f"坏.xlsx › 表二 › {value if column == 'cell' else 'C9'}"
    assert value in caught.value.message
    assert caught.value.remedy


def test_a_row_without_a_number_must_be_marked_missing(observations: Make) -> None:
    with pytest.raises(SchemaError, match="没有数值") as caught:
        validate(observations({"obs_value": float("nan"), "cell": "C9"}))
    assert "C9" in caught.value.place
    good = observations({"obs_value": float("nan"), "obs_status": "M", "mark": "…"})
    assert len(validate(good)) == 1


def test_all_violations_are_counted(observations: Make) -> None:
    with pytest.raises(SchemaError, match="共 3 处"):
        validate(observations({"measure": "x"}, {"measure": "y"}, {"freq": "W"}))


def test_a_frame_of_other_columns_is_none(observations: Make) -> None:
    with pytest.raises(SchemaError, match="colour"):
        validate(observations({}).assign(colour="red"))
    with pytest.raises(SchemaError, match="measure"):
        validate(observations({}).drop(columns="measure"))


def test_a_violation_of_types_names_the_first_row_that_has_it(observations: Make) -> None:
    frame = observations({}, {"file": "坏.xlsx", "sheet": "表二", "cell": "C9"})
    frame["decimals"] = frame["decimals"].astype(object)
    frame.loc[1, "decimals"] = "两位"
    with pytest.raises(SchemaError, match="decimals") as caught:
        validate(frame)
    assert caught.value.place == "坏.xlsx › 表二 › C9"
