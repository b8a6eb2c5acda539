"""Frames of results: their columns, and refusals that are raised or marked."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
import pytest

from songyuan_analysis.errors import SeriesGapError, UnknownBaseError, UsageError
from songyuan_analysis.methods import frames
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.frames import (
    COMPUTED_MEASURES,
    RESULT,
    places,
    printed,
    require_columns,
    result,
    settle,
)
from songyuan_analysis.observations.schema import MEASURES

ROWS = pd.DataFrame(
    {
        "ref_area": "220700",
        "indicator": "gdp",
        "measure": "level",
        "price_base": "current",
        "scope": "",
        "time_period": ["2023", "2024"],
        "obs_value": [892.72, 1002.18],
        "decimals": pd.array([2, None], dtype="Int64"),
        "file": "公报.xlsx",
        "sheet": "表",
        "cell": ["B3", "C3"],
    }
)


def test_a_raised_refusal_names_its_cell_and_what_helps_against_it() -> None:
    refused = result(
        ROWS, Bands.exact([1.0, 2.0]).where(pd.Series([False, True]).to_numpy()), method="m",
        sources="公报.xlsx › 表 › B3；公报.xlsx › 表 › C3",
        refusal=pd.Series(["series-gap", ""]), comment=pd.Series(["这一期之前有缺期", ""]),
    )  # fmt: skip
    with pytest.raises(SeriesGapError) as caught:
        settle(refused, "raise")
    error = caught.value
    assert (error.file, error.sheet, error.cell) == ("公报.xlsx", "表", "B3")
    assert "补上缺的时期" in str(error) and "2023：这一期之前有缺期（共 1 处）" in str(error)


def test_every_measure_that_methods_write_has_a_name() -> None:
    """Check all words that stand for ``measure`` in the room's code against the schema's and the computed ones."""
    written: set[str] = set()
    for path in Path(frames.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named: list[ast.expr] = []
            if isinstance(node, ast.keyword | ast.Assign):
                targets = (
                    [node.arg]
                    if isinstance(node, ast.keyword)
                    else [getattr(t, "id", "") for t in node.targets]
                )
                named = [node.value] if "measure" in targets else []
            elif isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                named = [value for key, value in pairs if getattr(key, "value", "") == "measure"]
            for value in named:
                ends = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                written |= {
                    end.value for end in ends if isinstance(end, ast.Constant) and isinstance(end.value, str)
                }
    assert {"deflator", "growth", "average", "growth_implied", "ratio", "mom"} <= written
    assert written <= {*MEASURES, *COMPUTED_MEASURES}
    assert not {*MEASURES} & {*COMPUTED_MEASURES}


def test_printed_figures_and_their_places() -> None:
    band = printed(ROWS)
    assert band.low.tolist() == pytest.approx([892.715, 1002.18])
    assert places(ROWS).tolist() == ["公报.xlsx › 表 › B3", "公报.xlsx › 表 › C3"]
    assert places(ROWS.drop(columns="file")).tolist() == ["", ""]


def test_results_have_the_same_columns_whatever_computed_them() -> None:
    found = result(ROWS, Bands.exact([1.0, 2.0]), method="示例", measure="yoy", unit="%")
    assert tuple(found.columns) == RESULT
    assert found["measure"].tolist() == ["yoy", "yoy"]
    assert found["indicator"].tolist() == ["gdp", "gdp"]


def test_refusals_are_raised_as_what_they_are_or_marked() -> None:
    refusal = pd.Series(["", "unknown-base"])
    found = result(
        ROWS,
        Bands.exact([1.0, float("nan")]),
        method="示例",
        refusal=refusal,
        comment=pd.Series(["", "理由"]),
    )
    assert settle(found, "mark") is found
    with pytest.raises(UnknownBaseError, match="2024：理由（共 1 处）"):
        settle(found, "raise")


def test_missing_columns_are_named() -> None:
    with pytest.raises(UsageError, match="decimals、cell"):
        require_columns(ROWS.drop(columns=["decimals", "cell"]), ["decimals", "cell", "file"])
