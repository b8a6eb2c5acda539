"""What is no readable workbook: each kind has its own words and its own remedy."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest
from xlwt import CompoundDoc

from songyuan_analysis.errors import EncryptedWorkbookError, NotAWorkbookError
from songyuan_analysis.sheets import read_workbook

FILES = Path(__file__).parent / "files"


def archive(*members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as box:
        for member in members:
            box.writestr(member, "<a/>")
    return buffer.getvalue()


def ole(stream: str) -> bytes:
    buffer = io.BytesIO()
    CompoundDoc.XlsDoc().save(buffer, b"\x00" * 5000)
    data = bytearray(buffer.getvalue())
    at = data.index("Workbook".encode("utf-16-le"))
    name = f"{stream}\0".encode("utf-16-le")
    data[at : at + 66] = name + b"\0" * (64 - len(name)) + len(name).to_bytes(2, "little")
    return bytes(data)


def database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (a)")
    return connection.serialize()


KINDS: dict[str, tuple[bytes, str, str]] = {
    "docx": (archive("word/document.xml", "[Content_Types].xml"), "Word", "复制"),
    "doc": (ole("WordDocument"), "Word", "复制"),
    "pptx": (archive("ppt/presentation.xml"), "演示文稿", "复制"),
    "ofd": (archive("OFD.xml", "Doc_0/Document.xml"), "OFD", "核对"),
    "zip": (archive("表.xls"), "压缩包", "解压"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF", "核对"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG", "转录"),
    "bmp": (b"BM\x36\x00\x0c\x00\x00\x00\x00\x00\x36\x00", "BMP", "转录"),
    "exe": (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00", "程序", "不要运行"),
    "db": (database(), "SQLite", "导出"),
    "json": (json.dumps([{"指标": "<table>", "2024年": 1.5}]).encode(), "JSON", "导出"),
    "cut json": (b'{"rows": [[1, 2', "JSON", "导出"),
    "html": (
        "<html><body><p>全市经济平稳运行，增长5.1%。</p></body></html>".encode(),
        "没有表格的网页",
        "浏览器",
    ),
    "xml": (
        "<?xml version='1.0' encoding='utf-8'?><数据集 a='1,2'><行>1</行></数据集>".encode(),
        "数据集",
        "导出",
    ),
    "noise": (bytes(range(7, 256)), "不是工作簿", "请提供"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_another_kind(tmp_path: Path, kind: str) -> None:
    data, word, remedy = KINDS[kind]
    path = tmp_path / "别的.xls"
    path.write_bytes(data)
    with pytest.raises(NotAWorkbookError, match="不是工作簿") as caught:
        read_workbook(path)
    assert word in str(caught.value)
    assert remedy in caught.value.remedy
    assert caught.value.file == "别的.xls"


@pytest.mark.parametrize("name", ["密码.xlsx", "密码.xls", "密码.ods"])
def test_passwords_of_real_programs(tmp_path: Path, name: str) -> None:
    """Check files that Excel's and LibreOffice's own encryption closed, under any name."""
    path = tmp_path / "报表.xls"
    shutil.copy(FILES / name, path)
    with pytest.raises(EncryptedWorkbookError, match="密码") as caught:
        read_workbook(path)
    assert "取消密码" in caught.value.remedy


def test_labels_that_look_like_first_bytes(tmp_path: Path) -> None:
    """Check that a text that begins with the letters of a picture or a program is read."""
    path = tmp_path / "表.csv"
    path.write_text("BMI,2023年,2024年\nMZ,1.5,2.5\n", encoding="utf-8")
    assert read_workbook(path)["value"].tolist() == [1.5, 2.5]
