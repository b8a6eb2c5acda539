"""The register of corrections: figures that an analyst knows to be wrong, each with what shall be used instead.

The workbook stays as it was received. An entry names a cell and what stands there; `corrected` applies it as long as
that is so, and says so when it is not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from songyuan_analysis.errors import CorrectionError
from songyuan_analysis.handwritten import parse, quoted, read_text
from songyuan_analysis.observations.lines import LineIndex

REGISTER = "corrections.toml"
LEAVE_OUT = "缺"
REQUIRED = ("file", "sheet", "cell", "expected", "use", "reason", "author", "date")
OPTIONAL = ("source",)

_TABLE = "correction"
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]*")
_BARE = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
# What a float holds for certain, and what Excel works with.
_MOST_DIGITS = 15
_HEADING = "# 更正登记：工作簿原样不动；expected 是那一格现在的数，变了这一条就不再起作用。\n"

Address = tuple[str, str, str]


@dataclass(frozen=True)
class Correction:
    """One entry of the register.

    Attributes
    ----------
    file, sheet, cell : str
        Address of the cell; the file relative to the raw folder.
    expected : str
        What stands there, as the register says it: a number, a text, or "" for an empty cell.
    use : str
        The number to use with its digits as typed, or 缺.
    reason, author, date, source : str
        Why, who, when, and where the right value stands ("" if no source says so).
    number, line : int
        Where the entry stands in the register.
    """

    file: str
    sheet: str
    cell: str
    expected: str
    use: str
    reason: str
    author: str
    date: str
    source: str = ""
    number: int = 0
    line: int = 0

    @property
    def address(self) -> Address:
        """File, sheet and cell."""
        return self.file, self.sheet, self.cell

    @property
    def content(self) -> tuple[str, ...]:
        """What the entry says, wherever in the register it stands: what a part depends on."""
        said = (self.expected, self.use, self.reason, self.author, self.date, self.source)
        return (*self.address, *said)

    @property
    def value(self) -> float | None:
        """The number to use; None where the figure is to be left out."""
        return None if self.use == LEAVE_OUT else float(self.use)

    @property
    def decimals(self) -> int:
        """Decimals of the number to use, as typed."""
        return len(self.use.partition(".")[2])

    @property
    def words(self) -> str:
        """Reason, author, date and source in one line."""
        source = f"；依据：{self.source}" if self.source else ""
        return f"{self.reason}（{self.author}，{self.date}{source}）"

    @property
    def entry(self) -> str:
        """Name the entry for a message."""
        return f"第{self.number}条（第{self.line}行）"

    def expects(self, value: float | None, mark: str) -> bool:
        """Whether a cell still holds what the entry was written for: its number, or its text where it holds none."""
        if value is None:
            return " ".join(self.expected.split()) == " ".join(mark.split())
        return bool(_NUMBER.fullmatch(self.expected)) and same_number(float(self.expected), value)


def same_number(a: float, b: float) -> bool:
    """Whether two numbers agree in all the digits that a cell can hold."""
    return f"{a:.{_MOST_DIGITS}g}" == f"{b:.{_MOST_DIGITS}g}"


def register_of(raw: str | Path) -> Path:
    """Return where the corrections of a raw folder stand."""
    return Path(raw) / REGISTER


def load_corrections(path: str | Path, *, today: date | None = None) -> tuple[Correction, ...]:
    """Read and check a register of corrections; a missing file means that there are none.

    Whether an entry fits its workbook is not asked here: the day the workbook is repaired or gone is no mistake of
    the register, and is told with the build.

    Parameters
    ----------
    path : path
        ``data/raw/corrections.toml``.
    today : date, optional
        The last day that an entry may bear; today without it.

    Raises
    ------
    CorrectionError
        Names the entry, its line and its key, the rule and the remedy.
    """
    path = Path(path)
    if not path.exists():
        return ()
    return parse_corrections(read_text(path, CorrectionError), path.name, today=today)


def parse_corrections(
    text: str, file: str = REGISTER, *, today: date | None = None
) -> tuple[Correction, ...]:
    """Read and check the text of a register of corrections."""
    # Decimal keeps the digits that were typed: 76.20 has two decimals.
    data = parse(text, CorrectionError, file, parse_float=Decimal)
    lines = LineIndex(text)
    for key in data:
        if key != _TABLE:
            line_number = lines.table(key) if key in lines.names else lines.key("", key)
            raise CorrectionError(
                f"有不认识的表或键 {key}。",
                file=file,
                cell=f"第{line_number}行",
                remedy="只能有 [[correction]]；每一条更正都以它开头。",
            )
    entries = data.get(_TABLE, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CorrectionError(
            "更正要用双方括号。",
            file=file,
            cell=f"第{lines.table(_TABLE)}行",
            remedy="每一条更正都以 [[correction]] 开头。",
        )
    found: list[Correction] = []
    seen: dict[Address, Correction] = {}
    for nth, entry in enumerate(entries):
        check = _Check(entry, nth, lines, file, today or date.today())  # noqa: DTZ011 - the analyst's own day
        correction = check.correction()
        first = seen.setdefault(correction.address, correction)
        if first is not correction:
            check.fail("cell", f"与第{first.number}条（第{first.line}行）是同一格", "一格只留一条更正。")
        found.append(correction)
    return tuple(found)


def append_correction(path: Path, values: Mapping[str, str]) -> Correction:
    """Add an entry at the end of the register; what stands there stays byte for byte.

    Parameters
    ----------
    path : Path
        The register; it is made if it is missing.
    values : mapping
        The keys of an entry as text; numbers keep their digits.

    Returns
    -------
    Correction
        The entry as it was read back.

    Raises
    ------
    CorrectionError
        If the register with the new entry would break a rule; it is then left alone.
    """
    before = read_text(path, CorrectionError) if path.exists() else _HEADING
    rows = [
        f"{key} = {_toml(key, values[key])}" for key in (*REQUIRED, *OPTIONAL) if values.get(key) is not None
    ]
    gap = "" if not before or before.endswith("\n") else "\n"
    text = before + gap + "\n[[correction]]\n" + "\n".join(rows) + "\n"
    added = parse_corrections(text, path.name)[-1]
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return added


def of_file(corrections: Iterable[Correction], name: str) -> tuple[Correction, ...]:
    """Return the corrections of one workbook."""
    return tuple(c for c in corrections if c.file == name)


def _toml(key: str, value: str) -> str:
    if key == "expected" and _BARE.fullmatch(value):
        return value
    return quoted(value)


class _Check:
    """The checks of one entry."""

    def __init__(self, entry: Mapping[str, Any], nth: int, lines: LineIndex, file: str, today: date) -> None:
        self.entry, self.nth, self.lines, self.file, self.today = entry, nth, lines, file, today

    def fail(self, key: str, what: str, remedy: str) -> NoReturn:
        """Raise `CorrectionError` at a key."""
        line = self.lines.key(_TABLE, key, self.nth)
        raise CorrectionError(
            f"{key} {what}。" if key else f"{what}。",
            file=self.file,
            sheet=f"第{self.nth + 1}条（第{line}行）",
            cell=key,
            remedy=remedy,
        ) from None

    def correction(self) -> Correction:
        """Check all keys and return the entry."""
        self._keys()
        expected, use = self._expected(), self._use()
        if _NUMBER.fullmatch(expected) and use != LEAVE_OUT and same_number(float(expected), float(use)):
            self.fail("use", f"= {use} 与 expected 是同一个数", "没有要更正的就删去这一条。")
        if not expected and use == LEAVE_OUT:
            self.fail("use", f"= “{LEAVE_OUT}”，而那一格本来就是空的", "没有要更正的就删去这一条。")
        return Correction(
            file=self._file(),
            sheet=self._words("sheet"),
            cell=self._cell(),
            expected=expected,
            use=use,
            reason=self._words("reason"),
            author=self._words("author"),
            date=self._date(),
            source=self._words("source") if "source" in self.entry else "",
            number=self.nth + 1,
            line=self.lines.table(_TABLE, self.nth),
        )

    def _keys(self) -> None:
        known = (*REQUIRED, *OPTIONAL)
        for key in self.entry:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"是不是 {near[0]}？" if near else ""
                self.fail(key, "是不认识的键", f"{hint}改正拼写或删去；可用的键：{'、'.join(known)}。")
        for key in REQUIRED:
            if key not in self.entry:
                self.fail("", f"缺少键 {key}", f"在这一条里补上 {key} = …。")

    def _words(self, key: str) -> str:
        value = self.entry[key]
        if not isinstance(value, str):
            self.fail(key, "应是带引号的文字", f'写成 {key} = "…"。')
        if not value.strip():
            self.fail(
                key, "是空的", f"写明 {key}；不写明就不更正。" if key in REQUIRED else "写明，或删去这一行。"
            )
        # A sheet's name counts as it is; everything else is printed in one line.
        return value if key in {"sheet", "file"} else " ".join(value.split())

    def _file(self) -> str:
        name = self._words("file").strip()
        place = PurePosixPath(name)
        if "\\" in name or place.is_absolute() or ".." in place.parts or re.match(r"[A-Za-z]:", name):
            self.fail(
                "file",
                f"“{name}”不是 data/raw 以下的路径",
                "写相对 data/raw 的路径，用斜杠 / 分隔，如 2024/公报.xls。",
            )
        return place.as_posix()

    def _cell(self) -> str:
        cell = self._words("cell").replace("$", "").upper()
        if not _CELL.fullmatch(cell):
            self.fail("cell", f"“{cell}”不是单元格地址", "写成 B15 的样子。")
        return cell

    def _expected(self) -> str:
        value = self.entry["expected"]
        return value.strip() if isinstance(value, str) else self._digits("expected", value)

    def _use(self) -> str:
        value = self.entry["use"]
        if not isinstance(value, str):
            return self._digits("use", value)
        text = value.strip()
        if text != LEAVE_OUT and not _NUMBER.fullmatch(text):
            self.fail(
                "use",
                f"“{text}”不是数",
                f"写成 76.20 的样子，不带单位和千分号；要去掉这个数就写“{LEAVE_OUT}”。",
            )
        return text if text == LEAVE_OUT else self._digits("use", Decimal(text))

    def _digits(self, key: str, value: object) -> str:
        """Return a number as it was typed."""
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not Decimal(value).is_finite():
            self.fail(key, "应是一个数或带引号的文字", f'写成 {key} = 76.20 或 {key} = "76.20"。')
        text = f"{Decimal(value):f}"
        if len(text.lstrip("-0.").replace(".", "")) > _MOST_DIGITS:
            self.fail(
                key, f"{text} 超过{_MOST_DIGITS}位有效数字", "单元格放不下这么多位，请照资料上的位数写。"
            )
        return text

    def _date(self) -> str:
        value = self.entry["date"]
        text = value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value
        try:
            day = date.fromisoformat(text)
        except (TypeError, ValueError):
            day = None
        if day is None or day.isoformat() != text:
            self.fail("date", f"“{value}”不是日期", '写成 date = "2025-03-20" 的样子。')
        if day > self.today:
            self.fail("date", f"{text} 在今天（{self.today.isoformat()}）以后", "写登记这条更正的日子。")
        return day.isoformat()
