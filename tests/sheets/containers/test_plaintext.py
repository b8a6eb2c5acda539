"""Delimited text under any name, in the encodings that are met."""

from __future__ import annotations

from pathlib import Path

import pytest

from songyuan_analysis.errors import NotAWorkbookError
from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.containers.decoding import decode

LINES = ["指标{0}2023年{0}2024年", "地区生产总值（亿元）{0}900.5{0}1002.18", "增长（%）{0}5.0{0}…"]


@pytest.mark.parametrize("delimiter", ["\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_delimited_text(tmp_path: Path, delimiter: str, encoding: str) -> None:
    """Check text under an .xls name, as database clients write it."""
    path = tmp_path / "文本.xls"
    path.write_bytes("\r\n".join(LINES).format(delimiter).encode(encoding))
    frame = read_workbook(path)
    assert set(frame["sheet"]) == {"文本"}
    assert frame["cell"].tolist() == ["B2", "C2", "B3", "C3"]
    assert frame["value"].tolist()[:3] == [900.5, 1002.18, 5.0]
    assert frame["period"].tolist() == ["2023", "2024"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "松原市，经济运行平稳。\n投资增长，消费回升。",
        "One, two, three.\nNo table here, is there?",
    ],
)
def test_prose_is_no_table(tmp_path: Path, text: str) -> None:
    """Check that sentences with commas, are refused by name."""
    path = tmp_path / "文章.xls"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NotAWorkbookError, match="不是工作簿"):
        read_workbook(path)


def test_blank_lines_and_quoted_cells_keep_their_addresses(tmp_path: Path) -> None:
    """Check that a cell with a line end, a thousands sign and an old program's line ends lead to no other address."""
    path = tmp_path / "数据.csv"
    lines = ["虚构数据", "", "指标,2024年", '"地区生产总值\n（亿元）","1,002.18"', "第一产业,3"]
    path.write_bytes("\r".join(lines).encode("gb18030"))
    frame = read_workbook(path).set_index("cell")
    assert frame["value"].to_dict() == {"B4": 1002.18, "B5": 3.0}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("模式±1".encode(), "模式±1"),
        ("增长·率".encode("gb18030"), "增长·率"),
        ("模".encode("gb18030"), "模"),  # also two bytes of UTF-8 for a letter with a cedilla
        ("10±2²·".encode(), "10±2²·"),
        ("㎡ 𠮷".encode("gb18030"), "㎡ 𠮷"),
        ('<meta charset="big5">臺灣'.encode("cp950"), '<meta charset="big5">臺灣'),
        ('<meta charset="gb2312">松原'.encode(), '<meta charset="gb2312">松原'),
        ('<meta charset="utf-8">松原'.encode("gb18030"), '<meta charset="utf-8">松原'),
        ("甲\t1\n".encode("utf-16-le"), "甲\t1\n"),
        ("甲\t1\n".encode("utf-16-be"), "甲\t1\n"),
        ("甲,1\x1a".encode(), "甲,1"),
    ],
)
def test_encodings_are_told_by_their_bytes(data: bytes, text: str) -> None:
    assert decode(data) == (text, True)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_half_a_character_is_noticed(encoding: str) -> None:
    data = "松原市主要指标".encode(encoding)
    found = decode(data[:-1])
    assert found is not None and not found.whole and found.text == "松原市主要指"


def test_bytes_that_are_no_text() -> None:
    assert decode(bytes(range(256))) is None
