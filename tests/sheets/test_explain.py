"""The picture of how a sheet was understood."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from songyuan_analysis.sheets import explain

WriteBook = Callable[..., Path]

ROWS = [
    ["示例市主要指标"],
    ["指标", "单位", "2024年"],
    ["地区生产总值<初步>", "亿元", 1002.18],
    ["户籍人口", "人", "2 481903"],
    ["粮食产量", "亿斤", "…"],
    ["注：按现价计算。"],
]


def test_roles_of_cells(write_book: WriteBook) -> None:
    """Check that every filled cell has the role that it was read with."""
    picture = explain(write_book(ROWS))
    roles = picture.roles(picture.sheets[0])
    assert roles == {
        (0, 0): "title",
        (1, 0): "header", (1, 1): "unit", (1, 2): "header",
        (2, 0): "label", (2, 1): "unit", (2, 2): "number",
        (3, 0): "label", (3, 1): "unit", (3, 2): "repaired",
        (4, 0): "label", (4, 1): "unit", (4, 2): "mark",
        (5, 0): "note",
    }  # fmt: skip


def test_terminal_picture(write_book: WriteBook) -> None:
    """Check that the text names the decisions and their reasons."""
    text = explain(write_book(ROWS)).to_terminal()
    assert "单位列：B3 所在列" in text
    assert "N:1002.18" in text
    assert "注：按现价计算。" in text


def test_page_stands_alone(write_book: WriteBook) -> None:
    """Check that the page needs nothing from elsewhere and that cell texts are escaped."""
    page = explain(write_book(ROWS))._repr_html_()
    assert not any(word in page for word in ("http", "<script", "<link", "url("))
    assert "地区生产总值&lt;初步&gt;" in page
    assert 'title="C3 数据 地区生产总值&lt;初步&gt; × 2024年"' in page
