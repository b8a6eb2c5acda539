"""Files in, sheets out: addresses, containers by their first bytes, and bad files by name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.comments import Comment
from xlwt import CompoundDoc

from songyuan_analysis.errors import (
    DamagedWorkbookError,
    EmptyFileError,
    EncryptedWorkbookError,
    NoTableError,
    NotAWorkbookError,
    UsageError,
)
from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.reader import address, read_sheets

WriteBook = Callable[..., Path]

ROWS = [["指标", "2023年", "2024年"], ["地区生产总值（亿元）", 10.5, 11.25], ["第一产业（亿元）", 3, "…"]]


@pytest.mark.parametrize("name", ["表.xlsx", "表.xls"])
def test_addresses_are_those_of_the_sheet(write_book: WriteBook, name: str) -> None:
    """Check that a table far from A1 keeps its addresses."""
    frame = read_workbook(write_book(ROWS, name=name, at=(4, 2)))
    assert frame["cell"].tolist() == ["D6", "E6", "D7", "E7"]
    assert frame["value"].tolist()[:3] == [10.5, 11.25, 3.0]
    assert frame["mark"].tolist() == ["", "", "", "…"]


def test_letters_of_columns() -> None:
    """Check addresses beyond Z."""
    assert [address(0, c) for c in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]


@pytest.mark.parametrize(("written", "named"), [("表.xlsx", "表.xls"), ("表.xls", "表.xlsx")])
def test_the_suffix_is_not_believed(write_book: WriteBook, written: str, named: str) -> None:
    """Check that a workbook under a wrong suffix is read as what it is."""
    path = write_book(ROWS, name=written)
    assert read_workbook(path.rename(path.with_name("改名" + named)))["value"].count() == 3


def test_empty_sheet_beside_a_good_one(write_book: WriteBook) -> None:
    """Check that an empty sheet is skipped."""
    path = write_book({"空表": [], "数据": ROWS}, {})
    assert set(read_workbook(path)["sheet"]) == {"数据"}


def _with_password(tmp_path: Path, rows: list[list[object]]) -> Path:
    """Save a BIFF workbook whose stream opens with a FILEPASS record, as Excel's own encryption does."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    stream = book.get_biff_data()
    first = 4 + int.from_bytes(stream[2:4], "little")
    stream = stream[:first] + b"\x2f\x00\x36\x00" + b"\x01" * 54 + stream[first:]
    path = tmp_path / "加密.xls"
    with path.open("wb") as file:
        CompoundDoc.XlsDoc().save(file, stream)
    return path


def test_password_in_xls(tmp_path: Path) -> None:
    """Check that a password is named as such."""
    path = _with_password(tmp_path, ROWS)
    with pytest.raises(EncryptedWorkbookError, match="密码") as caught:
        read_workbook(path)
    assert caught.value.file == "加密.xls"
    assert caught.value.remedy


def test_password_in_xlsx(tmp_path: Path) -> None:
    """Check the container that Excel writes for a protected .xlsx: OLE with a stream EncryptedPackage."""
    path = tmp_path / "加密.xlsx"
    buffer = io.BytesIO()
    CompoundDoc.XlsDoc().save(buffer, b"\x00" * 5000)
    name = "EncryptedPackage\x00".encode("utf-16-le")
    data = bytearray(buffer.getvalue())
    at = data.index("Workbook".encode("utf-16-le"))
    data[at : at + 66] = name + b"\x00" * (64 - len(name)) + len(name).to_bytes(2, "little")
    path.write_bytes(bytes(data))
    with pytest.raises(EncryptedWorkbookError, match="密码"):
        read_workbook(path)


def test_cell_text_is_no_password(write_book: WriteBook) -> None:
    """Check that the word EncryptedPackage in a cell does not make a workbook encrypted."""
    path = write_book([*ROWS, ["EncryptedPackage", 1, 2]], name="表.xls")
    assert read_workbook(path)["value"].count() == 5


@pytest.mark.parametrize(
    ("content", "error", "word"),
    [
        (b"", EmptyFileError, "空"),
        (b"%PDF-1.7 ...", NotAWorkbookError, "PDF"),
        (b"\x89PNG\r\n\x1a\n....", NotAWorkbookError, "PNG"),
        ("松原市经济平稳运行。\n全年完成投资若干。".encode(), NotAWorkbookError, "不是工作簿"),
        (b"PK\x03\x04 and nothing behind", DamagedWorkbookError, "损坏"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, DamagedWorkbookError, "损坏"),
    ],
)
def test_bad_files(tmp_path: Path, content: bytes, error: type[Exception], word: str) -> None:
    """Check that each kind of bad file has its own error, with file and remedy."""
    path = tmp_path / "坏文件.xls"
    path.write_bytes(content)
    with pytest.raises(error, match=word) as caught:
        read_workbook(path)
    assert "坏文件.xls" in str(caught.value)
    assert "处理办法" in str(caught.value)


@pytest.mark.parametrize("name", ["表.xlsx", "表.xls"])
def test_cut_files(write_book: WriteBook, name: str) -> None:
    """Check that a download that broke off is damaged, wherever it broke off, and never half read."""
    path = write_book([[f"指标{r}", *range(9)] for r in range(200)], name=name)
    data = path.read_bytes()
    for share in (0.1, 0.5, 0.9):
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(DamagedWorkbookError):
            read_workbook(path)


def test_one_wrong_byte_is_noticed(write_book: WriteBook) -> None:
    """Check that a sheet with a flipped bit is damaged, though it may still unpack to other numbers."""
    path = write_book([[f"指标{r}", *range(r, r + 9)] for r in range(300)])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
    start = member.header_offset + 30 + len(member.filename)
    for share in (0.2, 0.5, 0.8):
        damaged = bytearray(data)
        damaged[start + int(member.compress_size * share)] ^= 4
        path.write_bytes(bytes(damaged))
        with pytest.raises(DamagedWorkbookError):
            read_workbook(path)


def test_password_in_ods(tmp_path: Path) -> None:
    """Check the manifest by which an .ods says that it is encrypted."""
    path = tmp_path / "加密.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", b"\x93\x11\x80")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(EncryptedWorkbookError, match="密码"):
        read_workbook(path)


def test_other_zip_files(tmp_path: Path) -> None:
    """Check that a zip file of something else is no workbook."""
    path = tmp_path / "包.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    with pytest.raises(NotAWorkbookError):
        read_workbook(path)


def test_no_table(write_book: WriteBook) -> None:
    """Check a workbook of words only."""
    with pytest.raises(NoTableError, match="没有找到数据表"):
        read_workbook(write_book([["经济运行情况说明"], ["全市经济平稳运行。"]]))


def test_missing_file(tmp_path: Path) -> None:
    """Check that a wrong path is a mistake of usage."""
    with pytest.raises(UsageError, match="找不到"):
        read_workbook(tmp_path / "没有.xlsx")


def test_formats_of_xlsx(tmp_path: Path) -> None:
    """Check indent by format, hidden rows and columns, and comments."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["指标", "2023年", "2024年"], ["总计", 3, 4], ["男", 1, 2], ["女", 2, 2]]:
        sheet.append(row)
    sheet["A3"].alignment = openpyxl.styles.Alignment(indent=1)
    sheet["A4"].alignment = openpyxl.styles.Alignment(indent=1)
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet["C2"].comment = Comment("初步核算数", "统计局")
    path = tmp_path / "格式.xlsx"
    book.save(path)
    frame = read_workbook(path).set_index("cell")
    assert frame.loc["C3", "row_label_path"] == "总计 / 男"
    assert frame.loc["C2", "note"] == "初步核算数"
    assert frame["hidden"].to_dict() == {
        "B2": True, "C2": False, "B3": True, "C3": False, "B4": True, "C4": True,
    }  # fmt: skip


def test_formats_of_xls(tmp_path: Path) -> None:
    """Check the same in BIFF, read from the records themselves."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("一")
    inset = xlwt.easyxf("align: indent 1")
    for r, row in enumerate([["指标", "2023年", "2024年"], ["总计", 3, 4], ["男", 1, 2], ["女", 2, 2]]):
        for c, value in enumerate(row):
            sheet.write(r, c, value, inset if r > 1 and c == 0 else xlwt.Style.default_style)
    sheet.row(3).hidden = True
    sheet.col(1).hidden = True
    path = tmp_path / "格式.xls"
    book.save(str(path))
    read = read_sheets(path)[0]
    assert read.indents == {(2, 0): 1, (3, 0): 1}
    assert (read.hidden_rows, read.hidden_columns) == (frozenset({3}), frozenset({1}))
    assert read_workbook(path).set_index("cell").loc["B3", "row_label_path"] == "总计 / 男"


@pytest.mark.parametrize("name", ["百分比.xlsx", "百分比.xls"])
def test_percent_formats(tmp_path: Path, name: str) -> None:
    """Check that a cell that shows 7.5% is 7.5 with the unit %, whatever number it stores."""
    path = tmp_path / name
    rows = [["指标", "2023年", "2024年"], ["第一产业比重", 0.075, 0.241], ["总量", 0.5, 3]]
    if name.endswith(".xls"):
        old = xlwt.Workbook()
        sheet = old.add_sheet("一")
        percent = xlwt.easyxf(num_format_str="0.0%")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value, percent if r == 1 and c else xlwt.Style.default_style)
        old.save(str(path))
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.active["B2"].number_format = book.active["C2"].number_format = "0.0%"
        book.save(path)
    frame = read_workbook(path)
    assert frame["value"].tolist() == [7.5, 24.1, 0.5, 3.0]
    assert frame["unit"].tolist() == ["%", "%", "", ""]
