"""Known breaks in series: places over which no growth may be computed from levels."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from songyuan_analysis.errors import CatalogueError
from songyuan_analysis.observations.catalogue import catalogue

_KEYS = {"ref_area", "indicators", "before", "after", "what", "cause", "source"}


@dataclass(frozen=True)
class Break:
    """A break between two adjacent years of one area.

    Attributes
    ----------
    before, after : str
        The last year on the old basis and the first on the new one.
    what : str
        What changed, as far as it can be seen from the figures.
    cause : str
        Why, or "" where no source says so.
    """

    ref_area: str
    indicators: tuple[str, ...]
    before: str
    after: str
    what: str
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
        If an entry has an unknown or missing key, or names an unknown area or indicator.
    """
    path = Path(path)
    if not path.exists():
        return ()
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("break", [])
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"不是有效的 TOML：{error}。", file=path.name) from None
    return tuple(_break(entry, number, path.name) for number, entry in enumerate(entries, start=1))


def _break(entry: dict[str, Any], number: int, name: str) -> Break:
    unknown = sorted(set(entry) - _KEYS)
    missing = sorted({"ref_area", "indicators", "before", "after", "what"} - set(entry))
    if unknown or missing:
        what = f"有不认识的键 {unknown}" if unknown else f"缺少 {missing}"
        raise CatalogueError(f"第{number}个断点{what}。", file=name)
    catalogue().area(entry["ref_area"])
    for code in entry["indicators"]:
        catalogue().indicator(code)
    return Break(**{**entry, "indicators": tuple(entry["indicators"])})
