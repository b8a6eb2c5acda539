"""Known breaks in series: places over which no growth may be computed from levels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from songyuan_analysis.errors import CatalogueError
from songyuan_analysis.handwritten import parse, read_text
from songyuan_analysis.observations.catalogue import catalogue

_KEYS = {"ref_area", "indicators", "before", "after", "what", "kind", "cause", "source"}
KINDS = ("basis", "denominator", "territory")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Break:
    """A break between two adjacent years of one area.

    Attributes
    ----------
    before, after : str
        The last year on the old basis and the first on the new one.
    what : str
        What changed, as far as it can be seen from the figures.
    kind : {"basis", "denominator", "territory"}
        Whether the way of accounting changed, what a figure per head is divided by, or what the area comprises.
    cause : str
        Why, or "" where no source says so.
    """

    ref_area: str
    indicators: tuple[str, ...]
    before: str
    after: str
    what: str
    kind: str = "basis"
    cause: str = ""
    source: str = ""

    def lies_between(self, ref_area: str, indicator: str, earlier: str, later: str) -> bool:
        """Say whether the break lies between two years (texts that begin with the year)."""
        return (
            ref_area == self.ref_area
            and indicator in self.indicators
            and earlier[:4] <= self.before
            and later[:4] >= self.after
        )


def load_breaks(path: str | Path) -> tuple[Break, ...]:
    """Read a register of breaks (``breaks.toml``); a missing file means that none are known.

    Raises
    ------
    CatalogueError
        If an entry has an unknown, missing or malformed key, or names an unknown area or indicator.
    """
    path = Path(path)
    if not path.exists():
        return ()
    text = read_text(path, CatalogueError)
    entries = parse(text, CatalogueError, path.name).get("break", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CatalogueError("断点要用双方括号。", file=path.name, remedy="每一个断点都以 [[break]] 开头。")
    return tuple(
        _break(entry, f"第{number}个断点", path.name) for number, entry in enumerate(entries, start=1)
    )


def _break(entry: dict[str, Any], place: str, name: str) -> Break:
    unknown = sorted(set(entry) - _KEYS)
    missing = sorted({"ref_area", "indicators", "before", "after", "what"} - set(entry))
    if unknown or missing:
        what = f"有不认识的键 {'、'.join(unknown)}" if unknown else f"缺少 {'、'.join(missing)}"
        raise _mistake(what, place, name, f"可用的键：{'、'.join(sorted(_KEYS))}。")
    if not isinstance(entry["indicators"], list):
        raise _mistake("indicators 应是一列指标代码", place, name, '写成 ["gdp"] 的样子。')
    for key in sorted(_KEYS & set(entry) - {"indicators"}):
        if not isinstance(entry[key], str):
            raise _mistake(f"{key} 应是带引号的文字", place, name, "加上双引号。")
    years = (entry["before"], entry["after"])
    if not all(_YEAR.fullmatch(year) for year in years) or years[0] >= years[1]:
        raise _mistake(
            f"before“{years[0]}”和 after“{years[1]}”不是先后两个年份",
            place,
            name,
            '写成 "2018" 和 "2019" 的样子。',
        )
    if entry.get("kind", "basis") not in KINDS:
        raise _mistake(f"kind“{entry['kind']}”不认识", place, name, f"可用 {'、'.join(KINDS)}。")
    try:
        catalogue().area(entry["ref_area"])
        for code in entry["indicators"]:
            catalogue().indicator(code)
    except CatalogueError as error:
        error.file, error.sheet = name, place
        raise
    return Break(**{**entry, "indicators": tuple(entry["indicators"])})


def _mistake(what: str, place: str, name: str, remedy: str) -> CatalogueError:
    return CatalogueError(f"{what}。", file=name, sheet=place, remedy=remedy)
