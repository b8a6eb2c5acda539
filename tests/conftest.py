"""What all tests share: the project's own data, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

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
