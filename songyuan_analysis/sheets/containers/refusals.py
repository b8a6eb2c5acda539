"""Files that are no readable workbooks: what each of them is, and what its reader can do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from songyuan_analysis.errors import (
    DamagedWorkbookError,
    EncryptedWorkbookError,
    NotAWorkbookError,
    StrayCellError,
)

_UNPACK = "解压后放入其中的表格文件。"
_TRANSCRIBE = "图片里的表需先转录成单元格，并逐个核对数字。"
_COPY = "打开后把其中的表格复制到 Excel 或 WPS 表格，另存为 .xlsx，再放入。"
_EXPORT = "用生成它的软件把数据表导出为 .xlsx 或 .csv，再放入。"
_ASK = "向报送单位索取表格文件（.xls、.xlsx 等）。"
_READABLE = "请提供 .xls、.xlsx、.xlsb、.ods 表格，或网页表格、制表符/逗号分隔的文本。"

# First bytes, what they are, what to do.
_BINARY: tuple[tuple[bytes, str, str], ...] = (
    (
        b"%PDF",
        "PDF 文件",
        "用 Excel（数据 → 获取数据 → 自 PDF）或 WPS 转成表格，逐个核对数字后另存为 .xlsx。",
    ),
    (b"\x89PNG", "PNG 图片", _TRANSCRIBE),
    (b"\xff\xd8\xff", "JPEG 图片", _TRANSCRIBE),
    (b"GIF8", "GIF 图片", _TRANSCRIBE),
    (b"BM", "BMP 图片", _TRANSCRIBE),
    (b"II*\x00", "TIFF 图片", _TRANSCRIBE),
    (b"MM\x00*", "TIFF 图片", _TRANSCRIBE),
    (b"Rar!", "RAR 压缩包", _UNPACK),
    (b"7z\xbc\xaf", "7z 压缩包", _UNPACK),
    (b"\x1f\x8b", "gzip 压缩包", _UNPACK),
    (b"{\\rtf", "RTF 文档", _COPY),
    (b"MZ", "程序文件", "不要运行它；" + _ASK),
    (b"\x7fELF", "程序文件", "不要运行它；" + _ASK),
    (b"SQLite format 3\x00", "SQLite 数据库", _EXPORT),
    (b"PAR1", "Parquet 数据文件", _EXPORT),
    (b"\x00\x01\x00\x00Standard", "Access 数据库", _EXPORT),
)
# A member of a zip archive by its beginning, what the archive is, what to do.
_ARCHIVES: tuple[tuple[str, str, str], ...] = (
    ("word/", "Word 文档（.docx）", _COPY),
    ("ppt/", "演示文稿（.pptx）", _COPY),
    ("OFD.xml", "OFD 版式文件", "用 WPS 或阅读器转成表格，逐个核对数字后另存为 .xlsx。"),
    ("Index/", "Numbers 表格", "用 Numbers 导出为 Excel（.xlsx），再放入。"),
)
_STREAMS: tuple[tuple[str, str, str], ...] = (
    ("WordDocument", "Word 文档（.doc）", _COPY),
    ("PowerPoint Document", "演示文稿（.ppt）", _COPY),
    ("__properties_version1.0", "Outlook 邮件", "打开邮件，把附件里的表格另存后放入。"),
)
_FRAMESET = re.compile(r"<frameset\b|<x:WorksheetSource\b", re.IGNORECASE)
_ROOT = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)*<(?:[\w.-]+:)?([\w.-]+)", re.DOTALL)


def damaged(name: str, detail: str) -> DamagedWorkbookError:
    """Say that a workbook is recognised but cannot be read."""
    return DamagedWorkbookError(
        f"文件是工作簿，但内容已损坏，读不出来（{detail.strip()[:80]}）。",
        file=name,
        remedy="用 Excel 或 WPS 打开并另存为 .xlsx；打不开就向报送单位重新索取。",
    )


def cut_off(name: str, detail: str) -> DamagedWorkbookError:
    """Say that a text ends in the middle of a table: its last number may have lost digits."""
    return DamagedWorkbookError(
        f"文件不完整，像是中途断开的下载，末尾的内容不可信（{detail}）。",
        file=name,
        remedy="重新下载或向报送单位重新索取；若内容确实完整，用 Excel 或 WPS 打开后另存为 .xlsx。",
    )


def stretched(name: str, reach: str) -> StrayCellError:
    """Return the error for a sheet that a stray cell makes too large to be laid out."""
    return StrayCellError(
        f"有一张工作表的内容一直伸展到 {reach}，多半是远处有零散的单元格，整张表大得放不进内存。",
        file=name,
        remedy="在 Excel 或 WPS 里按 Ctrl+End 找到最远的单元格，删去表格以外的行和列，另存后再放入。",
    )


def encrypted(name: str) -> EncryptedWorkbookError:
    """Say that a password closes the workbook."""
    return EncryptedWorkbookError(
        "工作簿设有打开密码，无法读取。",
        file=name,
        remedy="用 Excel、WPS 或 LibreOffice 打开，取消密码后另存，再放入。",
    )


def known_binary(data: bytes) -> bool:
    """Say whether the first bytes are those of a known file that is no text."""
    return any(data.startswith(magic) for magic, _, _ in _BINARY if len(magic) > 2) or (
        data.startswith((b"BM", b"MZ")) and b"\x00" in data[:64]
    )


def not_a_workbook(name: str, data: bytes, text: str | None) -> NotAWorkbookError:
    """Say what a file is instead of a workbook, from its first bytes or from its text."""
    if known_binary(data):
        what, remedy = next((w, r) for magic, w, r in _BINARY if data.startswith(magic))
    else:
        what, remedy = _kind_of_text(text) if text is not None else ("", _READABLE)
    message = (
        f"这是{what}，不是工作簿。" if what else "这个文件不是工作簿（文件头不属于任何一种已知的表格格式）。"
    )
    return NotAWorkbookError(message, file=name, remedy=remedy)


def _kind_of_text(text: str) -> tuple[str, str]:
    if _FRAMESET.search(text):
        return "分文件保存的网页的框架页，表格不在其中", (
            "用 Excel 或 WPS 打开它并另存为 .xlsx；或放入同名 .files 文件夹里的 sheet001.htm 等文件。"
        )
    if is_json(text):
        return "JSON 数据", _EXPORT
    root = _ROOT.match(text)
    if root is None:
        return "", _READABLE
    if re.search(r"<(?:html|body|div|p|span|script)\b", text, re.IGNORECASE):
        return (
            "没有表格的网页",
            "在浏览器里确认页面上有数字表格，另存整个网页；由脚本载入的表格需复制到 Excel 或 WPS。",
        )
    return f"另一种 XML 文件（根元素 {root[1][:40]}）", _EXPORT


def is_json(text: str) -> bool:
    """Say whether a text is JSON, whole or cut."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except ValueError:
        return bool(re.match(r'\s*[\[{]\s*(?:\{\s*)?"[^"\n]*"\s*:', text))
    return True


def other_archive(name: str, members: Collection[str]) -> NotAWorkbookError:
    """Say what a zip archive without a workbook is."""
    for start, what, remedy in _ARCHIVES:
        if any(member.startswith(start) for member in members):
            return NotAWorkbookError(f"这是 {what}，不是工作簿。", file=name, remedy=remedy)
    return NotAWorkbookError("这是压缩包或其他文档，不是工作簿。", file=name, remedy=_UNPACK)


def other_ole(name: str, streams: Collection[str]) -> NotAWorkbookError | None:
    """Say what an OLE container without a workbook is; None if it may be a damaged workbook."""
    for stream, what, remedy in _STREAMS:
        if stream in streams:
            return NotAWorkbookError(f"这是 {what}，不是工作簿。", file=name, remedy=remedy)
    return None
