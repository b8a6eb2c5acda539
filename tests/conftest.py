"""What all tests share: the project's own data, built once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from songyuan_analysis.observations.sources import write_card
from songyuan_analysis.pipeline import build

ROOT = Path(__file__).resolve().parent.parent


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
