"""A file that breaks off is refused; only a text may lose whole lines at its end. Never other numbers, never other errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from songyuan_analysis.errors import WorkbookError
from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.reader import sheets_from_bytes

WriteBook = Callable[..., Path]

# 虚构数据
ROWS: list[list[object]] = [
    ["示例市主要指标（2024年）", None, None],
    ["指标", "绝对量（亿元）", "增长（%）"],
    *[[f"虚构指标{r}", 100.25 + r, 3.25 + r] for r in range(40)],
    ["注：虚构数据。", None, None],
]
CONTAINERS = [".xlsx", ".xls", ".ods", ".xlsb", ".xml", ".htm", ".mht", ".csv", ".txt", ".xls95", ".bare"]
TEXTS = (".htm", ".csv", ".txt")


def figures(data: bytes) -> list[tuple[str, tuple[object, ...]]]:
    """Return the rows with numbers, their texts read as numbers."""
    found = []
    for sheet in sheets_from_bytes(data, "表.xls"):
        for row in sheet.values:
            if len(row) > 2 and row[1] is not None and str(row[0]).startswith("虚构"):
                found.append((str(row[0]), tuple(float(str(v)) for v in row[1:] if v is not None)))
    return found


def unless_refused(read: Callable[[], Any]) -> Any:
    """Return what is read, None if an error with a name and a remedy refuses it."""
    try:
        return read()
    except WorkbookError as error:
        if not error.remedy:
            raise
        return None


@pytest.mark.parametrize("container", CONTAINERS)
def test_cut_anywhere(write_book: WriteBook, container: str) -> None:
    path = write_book(ROWS, name=f"表{container}")
    data = path.read_bytes()
    whole = figures(data)
    assert len(whole) == 40
    assert whole[3] == ("虚构指标3", (103.25, 6.25))

    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(data) - 1))
    def cut(size: int) -> None:
        found = unless_refused(lambda: figures(data[:size]))
        if found is None:
            return
        if container in TEXTS and len(found) < 4:
            # Behind the first few rows nothing shows yet how many decimals the others have.
            assert found[:-1] == whole[: max(len(found) - 1, 0)]
        elif container in TEXTS:
            assert found == whole[: len(found)]
        else:
            assert found == whole

    cut()


# Not .xls: calamine takes the place of a spoilt cell for the size of its sheet, and that memory is not there.
@pytest.mark.parametrize("container", [c for c in CONTAINERS if c != ".xls"])
def test_noise_is_no_unnamed_error(write_book: WriteBook, container: str) -> None:
    """Check that bytes that changed on the way lead to figures or to an error with a name."""
    path = write_book(ROWS, name=f"表{container}")
    data = path.read_bytes()

    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(data) - 8), st.binary(min_size=1, max_size=8))
    def spoil(at: int, noise: bytes) -> None:
        path.write_bytes(data[:at] + noise + data[at + len(noise) :])
        unless_refused(lambda: read_workbook(path))

    spoil()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("指标,2023年,2024年\n甲,1.25,2.25\n乙,3.2", "比其他行短"),
        ("指标,2023年,2024年\n甲,1.25,2.25\n乙,3.25,4.25\n丙,3.25,4.75\n丁,1.25,10.2", "小数位"),
        ("指标,2023年,2024年\n甲,1.25,2.25\n乙,3.25,4.", "小数点"),
        ("指标,2023年,2024年\n甲,1.25,2.25\n乙,3.25,", "末格"),
        ('指标,2023年,2024年\n甲,1.25,2.25\n乙,3.25,"1,00', "引号"),
    ],
)
def test_what_shows_that_a_text_breaks_off(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "断.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WorkbookError, match=why):
        read_workbook(path)
    path.write_text(f"{text}\n".replace('"1,00', "1.5"), encoding="utf-8")
    assert read_workbook(path)["value"].count() >= 3


def test_a_text_without_a_last_line_end_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "整.csv"
    path.write_text("指标,2023年,2024年\n甲,1.25,2.5\n乙,3.25,4.75\n丙,3,4", encoding="utf-8")
    assert read_workbook(path)["value"].tolist() == [1.25, 2.5, 3.25, 4.75, 3.0, 4.0]
