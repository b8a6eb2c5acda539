"""Source cards: who published a workbook, when, how far it can be trusted, and its checksum."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from songyuan_analysis.errors import SourceCardError
from songyuan_analysis.handwritten import parse, quoted, read_text
from songyuan_analysis.observations.catalogue import catalogue

SUFFIX = ".source.toml"
TIERS = ("1", "1-2", "2", "3")
STATUSES: Mapping[str, str] = {
    "preliminary": "P",
    "revised": "R",
    "final": "F",
    "estimate": "E",
    "unknown": "A",
}
_REQUIRED = ("issuer", "title", "release_date", "status", "read_from", "tier", "transcribed", "sha256")
_OPTIONAL = ("notes", "ref_area", "sheets")


@dataclass(frozen=True)
class SourceCard:
    """What is known about where a workbook comes from.

    Attributes
    ----------
    release_date : str
        ISO date, or "" where the card says ``unknown``.
    status : str
        SDMX observation status of its figures: P, R, F, E, or A where unknown.
    tier : str
        "1" official text, "1-2", "2" secondary, "3" compilation.
    ref_area : str
        Area of figures for which the workbook prints none; "" if it prints all.
    sheet_status : mapping of str to str
        Status by sheet where a sheet differs from the workbook.
    """

    path: Path
    issuer: str
    title: str
    release_date: str
    status: str
    read_from: str
    tier: str
    transcribed: bool
    sha256: str
    notes: str = ""
    ref_area: str = ""
    sheet_status: Mapping[str, str] = field(default_factory=dict)


def card_path(workbook: Path) -> Path:
    """Return where the card of a workbook lies: beside it, under the same stem."""
    return workbook.with_name(workbook.stem + SUFFIX)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_card(workbook: Path, *, name: str | None = None) -> SourceCard:
    """Read and check the source card of a workbook.

    Parameters
    ----------
    workbook : Path
        The workbook; its card is looked for beside it.
    name : str, optional
        How to call the workbook in messages.

    Raises
    ------
    SourceCardError
        If there is no card, a key is missing, unknown or malformed, or the checksum is not that of
        the workbook.
    """
    path = card_path(workbook)
    shown = Path(name).with_name(path.name).as_posix() if name else path.name
    if not path.exists():
        raise SourceCardError(
            f"工作簿“{workbook.name}”没有来源卡。",
            file=name or workbook.name,
            remedy=f'运行 songyuan add "{workbook.name}" 生成来源卡，再填写发布单位、标题和发布日期。',
        )
    text = read_text(path, SourceCardError, name=shown)
    data = parse(text, SourceCardError, shown)
    _check_keys(data, text, shown)
    actual = sha256_of(workbook)
    if data["sha256"] != actual:
        raise SourceCardError(
            f"来源卡的 sha256 与工作簿“{workbook.name}”不符，工作簿在登记之后被改动过。",
            file=_at(shown, text, "sha256"),
            remedy=f"确认改动无误后，把来源卡的 sha256 改为 {actual}；否则换回原来的文件。",
        )
    return SourceCard(
        path=path,
        issuer=data["issuer"],
        title=data["title"],
        release_date="" if data["release_date"] == "unknown" else data["release_date"],
        status=STATUSES[data["status"]],
        read_from=data["read_from"],
        tier=data["tier"],
        transcribed=data["transcribed"],
        sha256=actual,
        notes=data.get("notes", ""),
        ref_area=data.get("ref_area", ""),
        sheet_status={name: STATUSES[e["status"]] for name, e in data.get("sheets", {}).items()},
    )


def write_card(workbook: Path, values: Mapping[str, Any]) -> Path:
    """Write the card of a workbook with its checksum; an existing card is never overwritten.

    Parameters
    ----------
    workbook : Path
        The workbook, already in its place.
    values : mapping
        ``issuer``, ``title``, ``release_date``, ``status``, ``read_from``, ``tier``, ``transcribed``
        and, where known, ``ref_area`` and ``notes``.

    Raises
    ------
    SourceCardError
        If the card exists already.
    """
    path = card_path(workbook)
    if path.exists():
        raise SourceCardError("来源卡已经存在。", file=path.name, remedy="直接编辑它，或先改名。")
    rows = {**values, "sha256": sha256_of(workbook)}
    lines = [f"{key} = {_toml(value)}" for key, value in rows.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def _check_keys(data: Mapping[str, Any], text: str, shown: str) -> None:
    missing = [key for key in _REQUIRED if key not in data]
    if missing:
        raise SourceCardError(
            f"来源卡缺少 {'、'.join(missing)}。", file=shown, remedy="不知道的日期写 unknown，其余须填写。"
        )
    for key in data:
        if key not in _REQUIRED and key not in _OPTIONAL:
            raise SourceCardError(
                f"来源卡有不认识的键“{key}”。", file=_at(shown, text, key), remedy="改正拼写或删去这一行。"
            )
    for key in (*_REQUIRED, "notes", "ref_area"):
        if key != "transcribed" and not isinstance(data.get(key, ""), str):
            raise SourceCardError(
                f"来源卡的“{key}”应是带引号的文字。", file=_at(shown, text, key), remedy="加上双引号。"
            )
    _check_choice(data, "tier", TIERS, text, shown)
    _check_choice(data, "status", tuple(STATUSES), text, shown)
    if not isinstance(data["transcribed"], bool):
        raise SourceCardError(
            "来源卡的“transcribed”应是 true 或 false。",
            file=_at(shown, text, "transcribed"),
            remedy="不带引号地写 true（转录）或 false（原表）。",
        )
    if data["release_date"] != "unknown" and not _is_date(data["release_date"]):
        raise SourceCardError(
            f"发布日期“{data['release_date']}”不是日期。",
            file=_at(shown, text, "release_date"),
            remedy="写成 2025-03-20 的样子；不知道就写 unknown。",
        )
    if data.get("ref_area") and data["ref_area"] not in catalogue().areas:
        raise SourceCardError(
            f"地区目录里没有代码“{data['ref_area']}”。",
            file=_at(shown, text, "ref_area"),
            remedy="改正地区代码（松原市是 220700），或在 areas.toml 里加一个地区。",
        )
    _check_sheets(data.get("sheets", {}), text, shown)


def _check_sheets(sheets: object, text: str, shown: str) -> None:
    remedy = f'写成 [sheets."工作表名"] 一表，里面写 status，可用：{"、".join(STATUSES)}。'
    if not isinstance(sheets, dict):
        raise SourceCardError("来源卡的“sheets”应是表。", file=_at(shown, text, "sheets"), remedy=remedy)
    for name, entry in sheets.items():
        if not isinstance(entry, dict) or entry.get("status") not in STATUSES:
            raise SourceCardError(f"工作表“{name}”的 status 不对。", file=shown, remedy=remedy)


def _is_date(text: str) -> bool:
    """Say whether a text is a date in the one form that sorts as text: not 20250320, not 2025-W12-4."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_choice(data: Mapping[str, Any], key: str, allowed: tuple[str, ...], text: str, shown: str) -> None:
    if data[key] not in allowed:
        raise SourceCardError(
            f"来源卡的“{key}”写作“{data[key]}”，不在可用的值之内。",
            file=_at(shown, text, key),
            remedy=f"可用：{'、'.join(allowed)}。",
        )


def _at(shown: str, text: str, key: str) -> str:
    """Name the line of a key, counting from one."""
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(rf"\s*{re.escape(key)}\s*=", line):
            return f"{shown} 第{number}行"
    return shown


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(str(value))
