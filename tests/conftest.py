"""What all tests share: the project's own data, built once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import settings

from songyuan_analysis.briefing import compose
from songyuan_analysis.briefing.model import Briefing
from songyuan_analysis.briefing.view import View, open_view
from songyuan_analysis.observations.schema import as_observations
from songyuan_analysis.observations.sources import write_card
from songyuan_analysis.pipeline import build

# A busy machine must not fail a property: how long an example takes is measured in the benchmarks.
settings.register_profile("songyuan", deadline=None)
settings.load_profile("songyuan")

ROOT = Path(__file__).resolve().parent.parent

_ROW: dict[str, Any] = {
    "ref_area": "220700",
    "indicator": "gdp",
    "measure": "level",
    "price_base": "current",
    "scope": "",
    "freq": "A",
    "time_period": "2024",
    "period_start": "2024-01",
    "period_end": "2024-12",
    "cumulative": False,
    "obs_value": 1002.18,
    "decimals": 2,
    "unit_measure": "CNY",
    "unit_mult": 8,
    "unit": "亿元",
    "obs_status": "P",
    "vintage": "2025-03-20",
    "conf_tier": "1",
    "comment_obs": "",
    "mark": "",
    "published_value": "",
    "correction": "",
    "title": "松原市主要经济指标",
    "issuer": "松原市统计局",
    "source_title": "示例",
    "transcribed": True,
    "file": "公报.xlsx",
    "sha256": "a" * 64,
    "sheet": "表",
    "cell": "B3",
    "row_label_path": "地区生产总值",
    "column_label_path": "2024年",
    "table": 1,
    "hidden": False,
    "problem": "",
}


@pytest.fixture(scope="session")
def raw() -> Path:
    return ROOT / "data" / "raw"


@pytest.fixture(scope="session")
def store(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The processed parts of data/raw."""
    folder = tmp_path_factory.mktemp("processed")
    report = build(raw, folder)
    assert report.ok, [str(error) for error in report.failed]
    return folder


@pytest.fixture
def bulletin() -> list[list[Any]]:
    """The rows of a small table that everybody understands: two numbers and a mark."""
    return [
        ["松原市2024年主要经济指标"],
        ["指标", "单位", "2024年", "比上年增长（%）"],
        ["地区生产总值", "亿元", 1002.18, 3.8],
        ["地方级财政收入", "亿元", "…", 17.5],
    ]


@pytest.fixture
def put_workbook(bulletin: list[list[Any]]) -> Callable[..., Path]:
    """Write a workbook and, unless told not to, its card; keywords change values of the card."""

    def put(
        path: Path, rows: Sequence[Sequence[Any]] | None = None, *, card: bool = True, **values: Any
    ) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("表")
            for number, row in enumerate(bulletin if rows is None else rows):
                sheet.write_row(number, 0, row)
        if card:
            known = {
                "issuer": "松原市统计局",
                "title": "松原市2024年主要经济指标",
                "release_date": "2025-03-20",
                "status": "preliminary",
                "read_from": "公报",
                "tier": "1",
                "transcribed": True,
            }
            write_card(path, {**known, **values})
        return path

    return put


@pytest.fixture(scope="session")
def view_of(raw: Path, store: Path) -> Callable[[str], View]:
    """Open the project's own data for a period; a view that was opened once is given again."""
    opened: dict[str, View] = {}

    def view(period: str) -> View:
        if period not in opened:
            opened[period] = open_view(period, processed=store, raw=raw)
        return opened[period]

    return view


@pytest.fixture(scope="session")
def briefing_of(view_of: Callable[[str], View]) -> Callable[[str], Briefing]:
    """Compose the briefing of a period; one that was composed once is given again."""
    composed: dict[str, Briefing] = {}

    def briefing(period: str) -> Briefing:
        if period not in composed:
            composed[period] = compose.briefing(view_of(period))
        return composed[period]

    return briefing


@pytest.fixture
def observations() -> Callable[..., pd.DataFrame]:
    """Make observations; each dict changes columns of the same row, and a year names its period."""

    def make(*rows: dict[str, Any]) -> pd.DataFrame:
        made = []
        for number, columns in enumerate(rows):
            row = {**_ROW, "cell": f"B{number + 1}", **columns}
            if "time_period" in columns and "period_start" not in columns:
                row |= {"period_start": f"{row['time_period']}-01", "period_end": f"{row['time_period']}-12"}
            made.append(row)
        return as_observations(pd.DataFrame(made))

    return make
