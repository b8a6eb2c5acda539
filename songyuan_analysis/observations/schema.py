"""The columns of a frame of observations, in the words of SDMX, and their check."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from songyuan_analysis.errors import SchemaError

MEASURES = (
    "",
    "level",
    "yoy",
    "share",
    "change",
    "gap",
    "rank",
    "mom",
    "two_year_average",
    "completion",
    "level_before",
    "index_py100",
    "contribution",
    "pull",
    "target",
)
PRICE_BASES = ("", "current", "comparable", "nominal")
STATUSES = ("A", "E", "P", "R", "F", "M")
FREQUENCIES = ("", "A", "S", "Q", "M", "YTD", "I")

_CLOSED = {
    "measure": MEASURES,
    "price_base": PRICE_BASES,
    "obs_status": STATUSES,
    "freq": FREQUENCIES,
}

COLUMNS: tuple[str, ...] = (
    "ref_area",
    "indicator",
    "measure",
    "price_base",
    "scope",
    "freq",
    "time_period",
    "period_start",
    "period_end",
    "cumulative",
    "obs_value",
    "decimals",
    "unit_measure",
    "unit_mult",
    "unit",
    "obs_status",
    "vintage",
    "conf_tier",
    "comment_obs",
    "mark",
    "title",
    "issuer",
    "source_title",
    "transcribed",
    "file",
    "sha256",
    "sheet",
    "cell",
    "row_label_path",
    "column_label_path",
    "table",
    "hidden",
    "problem",
)

# Every column that is not listed here is text.
_DTYPES = {
    **dict.fromkeys(COLUMNS, "str"),
    "cumulative": "bool",
    "obs_value": "float64",
    "decimals": "Int64",
    "unit_mult": "Int64",
    "transcribed": "bool",
    "table": "int64",
    "hidden": "bool",
}


def _schema() -> pa.DataFrameSchema:
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        checks = [pa.Check.isin(_CLOSED[name])] if name in _CLOSED else []
        if name == "sha256":
            checks.append(pa.Check.str_matches(r"^[0-9a-f]{64}$"))
        if name == "cell":
            checks.append(pa.Check.str_matches(r"^[A-Z]{1,3}[1-9][0-9]*$"))
        columns[name] = pa.Column(
            _DTYPES[name], checks=checks, nullable=name in {"obs_value", "decimals", "unit_mult"}
        )
    missing_has_a_mark = pa.Check(
        lambda frame: frame["obs_value"].notna() | (frame["obs_status"] == "M"),
        name="没有数值的观测必须标为 M",
    )
    return pa.DataFrameSchema(columns, checks=[missing_has_a_mark], strict=True, ordered=True)


def empty() -> pd.DataFrame:
    """Return a frame of observations without rows."""
    return as_observations(pd.DataFrame({name: [] for name in COLUMNS}))


def as_observations(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the columns of a frame into the order and types of observations."""
    return frame.loc[:, list(COLUMNS)].astype(_DTYPES).reset_index(drop=True)


def validate(frame: pd.DataFrame) -> pd.DataFrame:
    """Check a frame of observations; all failures are collected before anything is said.

    Raises
    ------
    SchemaError
        Naming file, sheet and cell of the first offending row and the number of the others.
    """
    try:
        return _schema().validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        case = cases.iloc[0]
        place: dict[str, str] = {}
        if pd.notna(case["index"]) and {"file", "sheet", "cell"} <= set(frame.columns):
            row = frame.loc[case["index"]]
            place = {key: str(row[key]) for key in ("file", "sheet", "cell")}
        raise SchemaError(
            f"观测表不合规：列“{case['column']}”未通过“{case['check']}”，值为“{case['failure_case']}”"
            f"（共 {len(cases)} 处）。",
            **place,
            remedy="这是程序或目录的问题，请连同该工作簿一起反馈。",
        ) from None
