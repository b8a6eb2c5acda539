"""Observations leave the store and come back the same, whoever reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import sdmx

from songyuan_analysis.errors import StoreError, UsageError
from songyuan_analysis.observations.export import FORMATS, sdmx_period, structure, write_export
from songyuan_analysis.observations.schema import COLUMNS, MEANINGS

Observations = Callable[..., pd.DataFrame]


def definition_of(file: Path) -> Any:
    with file.open("rb") as content:
        return sdmx.read_sdmx(content).structure["OBSERVATIONS"]


@pytest.fixture
def some(observations: Observations) -> pd.DataFrame:
    return observations(
        {"obs_value": 1002.18},
        {"obs_value": 240.07, "time_period": "2025-01/2025-03", "freq": "YTD", "cumulative": True,
         "period_start": "2025-01", "period_end": "2025-03", "comment_obs": "初步核算数。\n以年报为准。"},
        {"obs_value": np.nan, "obs_status": "M", "mark": "…", "time_period": "2025"},
        {"obs_value": 5.0, "indicator": "", "measure": "", "problem": "标签“某某”不认识"},
    )  # fmt: skip


def test_sdmx_reads_back_every_understood_number(some: pd.DataFrame, tmp_path: Path) -> None:
    files = write_export(some, tmp_path / "观测.csv", "sdmx-csv")
    assert [file.name for file in files] == ["观测.csv", "观测.structure.xml"]
    with files[0].open("rb") as content:
        message = sdmx.read_sdmx(content, format="csv", structure=definition_of(files[1]))
    read = {str(o.dimension["TIME_PERIOD"].value): o for o in message.data[0].obs}
    assert set(read) == {"2024", "2025-01-01/P3M", "2025"}
    assert [read[p].value for p in ("2024", "2025-01-01/P3M", "2025")] == ["1002.18", "240.07", ""]
    one = read["2024"]
    assert {k: str(v.value) for k, v in one.dimension.values.items() if k not in ("SOURCE", "TIME_PERIOD")} == {
        "FREQ": "A", "REF_AREA": "220700", "INDICATOR": "gdp", "MEASURE": "level", "PRICE_BASE": "current",
        "SCOPE": "_Z", "UNIT_MEASURE": "CNY", "VINTAGE": "2025-03-20",
    }  # fmt: skip
    assert str(one.dimension["SOURCE"].value) == "公报.xlsx#表!B1"
    assert str(one.attached_attribute["UNIT_MULT"].value) == "8"
    assert str(read["2025"].attached_attribute["OBS_STATUS"].value) == "M"


def test_the_structure_names_every_column(some: pd.DataFrame, tmp_path: Path) -> None:
    header = write_export(some, tmp_path / "a.csv", "sdmx-csv")[0].read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "s.xml").write_bytes(structure())
    found = definition_of(tmp_path / "s.xml")
    parts = [c.id for group in (found.dimensions, found.measures, found.attributes) for c in group.components]
    assert set(header.split(",")) == {"STRUCTURE", "STRUCTURE_ID", "ACTION", *parts}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024", "2024"),
        ("2024Q2", "2024-Q2"),
        ("2024H1", "2024-01-01/P6M"),
        ("2024-03", "2024-03"),
        ("2024-01/2024-02", "2024-01-01/P2M"),
        ("2024-01/2024-12", "2024-01-01/P12M"),
        ("2021-01/2025-12", "2021-01-01/P60M"),
    ],
)
def test_periods_in_the_words_of_sdmx(text: str, written: str) -> None:
    assert sdmx_period(text) == written


def test_csv_opens_in_excel_and_reads_back(some: pd.DataFrame, tmp_path: Path) -> None:
    file = write_export(some, tmp_path / "观测.csv", "csv")[0]
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(file, dtype={"ref_area": "str"}, keep_default_na=False, na_values={"obs_value": [""]})
    assert back["obs_value"].tolist()[:2] == [1002.18, 240.07]
    assert back["comment_obs"].tolist() == some["comment_obs"].tolist()


def test_parquet_reads_back_the_same(some: pd.DataFrame, tmp_path: Path) -> None:
    back = pd.read_parquet(write_export(some, tmp_path / "a.parquet", "parquet")[0])
    pd.testing.assert_frame_equal(back, some)


def test_the_workbook_speaks_chinese_and_explains_its_columns(some: pd.DataFrame, tmp_path: Path) -> None:
    file = write_export(some, tmp_path / "观测.xlsx", "xlsx")[0]
    book = openpyxl.load_workbook(file)
    rows = list(book["观测"].iter_rows(values_only=True))
    assert rows[0][:4] == ("地区", "指标", "度量", "价格口径")
    assert rows[1][:2] == ("松原市", "地区生产总值")
    place = COLUMNS.index("obs_value")
    assert [row[place] for row in rows[1:]] == [1002.18, 240.07, None, 5]
    assert [row[1] for row in book["列的含义"].iter_rows(values_only=True)][1:] == list(COLUMNS)
    assert file.read_bytes() == write_export(some, tmp_path / "again.xlsx", "xlsx")[0].read_bytes()


def test_every_column_has_a_meaning() -> None:
    assert list(MEANINGS) == list(COLUMNS)
    assert all("：" in text for text in MEANINGS.values())


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_to_export_is_said(some: pd.DataFrame, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="没有可以导出的观测"):
        write_export(some.iloc[:0], tmp_path / "a", name)
    assert list(tmp_path.iterdir()) == []


def test_only_unknown_labels_are_no_sdmx(some: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有含义弄清了的观测"):
        write_export(some.iloc[3:], tmp_path / "a.csv", "sdmx-csv")


def test_an_unknown_format_names_the_known_ones(some: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="sdmx-csv、csv、xlsx、parquet"):
        write_export(some, tmp_path / "a", "dta")


def test_a_folder_in_the_way_is_an_error_with_a_name(some: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(StoreError, match="写不进去"):
        write_export(some, tmp_path / "a.csv", "csv")
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
