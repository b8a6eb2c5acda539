"""TOML that people write: mistakes are told in Chinese with their line, and values come back as they were."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.errors import CatalogueError
from songyuan_analysis.handwritten import parse, quoted, read_text


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('a = 1\nb = "x\n', "第2行", "引号没有合上"),
        ("a = 1\na = 2\n", "第2行", "同一个键写了两次"),
        ("[t]\na = 1\n[t]\n", "第3行", "同一个表写了两次"),
        ("a 1\n", "第1行", "缺少等号"),
        ("a = 松原\n", "第1行", "文字要带引号"),
        ("[[t]\n", "第1行", "方括号没有合上"),
        ("a = [1\n", "第1行（文件末尾）", "方括号没有合上"),
        ('a = "D:\\数据"\n', "第1行", "反斜杠"),
        ("地区 = 1\n", "第1行", "中文的键要带引号"),
        ("a = 1 b = 2\n", "第1行", "多出了文字"),
        ("a = 2024-02-30\n", "第1行", "日期不成立"),
    ],
)
def test_a_mistake_is_told_in_chinese_with_its_line(text: str, line: str, why: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse(text, CatalogueError, "手写.toml")
    said = str(caught.value)
    assert line in said
    assert why in said
    assert not any("a" <= letter <= "z" for letter in said.replace("手写.toml", ""))


def test_digits_and_lines_of_windows_are_kept() -> None:
    found = parse("a = 76.20\r\nb = 1\r\n", CatalogueError, "手写.toml", parse_float=Decimal)
    assert found == {"a": Decimal("76.20"), "b": 1}
    assert str(found["a"]) == "76.20"


def test_a_byte_order_mark_is_no_text_and_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "手写.toml"
    file.write_bytes("名".encode("utf-8-sig"))
    assert read_text(file, CatalogueError) == "名"
    file.write_bytes("a = 1\nb = '松原'\n".encode("gb18030"))
    with pytest.raises(CatalogueError, match=r"第2行.*UTF-8"):
        read_text(file, CatalogueError)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_quoted_text_comes_back(text: str) -> None:
    assert tomllib.loads(f"a = {quoted(text)}")["a"] == text
