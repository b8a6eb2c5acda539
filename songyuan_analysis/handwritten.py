"""TOML files that people write by hand: read as text, parsed with Chinese words for mistakes, and written back."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from songyuan_analysis.errors import SongyuanError

_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
# What tomllib says, by the beginning of its sentence; a sentence that is not here is left out.
_WORDS = (
    ("Cannot overwrite a value", "同一个键写了两次"),
    ("Duplicate inline table key", "同一个键写了两次"),
    ("Cannot declare", "同一个表写了两次"),
    ("Cannot redefine namespace", "同一个表写了两次"),
    ("Cannot mutate", "同一个表写了两次"),
    ("Expected '='", "键的后面缺少等号"),
    ("Expected ']", "方括号没有合上"),
    ("Unclosed array", "方括号没有合上"),
    ("Unclosed inline table", "花括号没有合上"),
    ("Unterminated string", "引号没有合上"),
    ("Illegal character", "引号没有合上，或有不能用的字符"),
    ("Unescaped", "引号里的反斜杠要写成两个，或改用单引号"),
    ("Expected newline", "一行里多出了文字"),
    ("Invalid value", "等号后面不是值：文字要带引号"),
    ("Invalid date", "日期不成立"),
    ("Invalid initial character", "键里有不能用的字符；中文的键要带引号"),
    ("Invalid statement", "这一行不是“键 = 值”；中文的键要带引号"),
)  # fmt: skip


def read_text(path: Path, error: type[SongyuanError], *, name: str = "") -> str:
    """Return the text of a file.

    Parameters
    ----------
    path : Path
    error : type of SongyuanError
        What is raised if the file is no UTF-8.
    name : str, optional
        How to call the file in messages.
    """
    raw = path.read_bytes()
    try:
        # Editors on Windows may put a byte order mark in front, which TOML does not know.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as mistake:
        line = raw[: mistake.start].count(b"\n") + 1
        raise error(
            "不是 UTF-8 编码的文字。", file=name or path.name, cell=f"第{line}行", remedy="在编辑器里另存为 UTF-8 编码。"
        ) from None  # fmt: skip


def parse(
    text: str, error: type[SongyuanError], name: str, *, parse_float: Callable[[str], Any] = float
) -> dict[str, Any]:
    """Return what a TOML text says.

    Parameters
    ----------
    text : str
    error : type of SongyuanError
        What is raised if the text is no TOML; it names the line, what is wrong there, and what to do.
    name : str
        How to call the file in messages.
    parse_float : callable, optional
        ``Decimal`` keeps the digits that were typed.
    """
    try:
        return tomllib.loads(text.replace("\r\n", "\n"), parse_float=parse_float)
    except tomllib.TOMLDecodeError as mistake:
        said = str(mistake)
        place = _PLACE.search(said)
        last = f"第{len(text.splitlines())}行（文件末尾）"
        where = f"第{place[1]}行第{place[2]}列" if place and place[1] else last
        why = next((zh for english, zh in _WORDS if said.startswith(english)), "")
        raise error(
            f"不合 TOML 语法{'：' if why else ''}{why}。",
            file=name,
            cell=where,
            remedy="检查这一行及上一行的引号、等号和括号；文字要带引号，数不带，一个键在一处只写一次。",
        ) from None


def quoted(text: str) -> str:
    """Return a text as a TOML string."""
    # A JSON text is a basic string of TOML, but for one sign that TOML forbids.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
