"""What the catalogue holds: one indicator, one area, one word of measure, as the TOML files state them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from songyuan_analysis.errors import CatalogueError

_INDICATOR_KINDS = ("flow", "stock", "rate")


@dataclass(frozen=True)
class Indicator:
    """One indicator of the catalogue; see the head of ``indicators.toml`` for the fields."""

    code: str
    name_zh: str
    name_en: str
    dimension: str
    kind: str
    level_price: str = ""
    growth_price: str = ""
    growth_base: str = ""
    parent: str = ""
    part_of: str = ""
    division: str = ""
    only_cumulative: bool = False
    good: str = "up"
    aliases: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    alias_sources: Mapping[str, str] = field(default_factory=dict)
    definition_source: str = ""
    note: str = ""


@dataclass(frozen=True)
class FormerArea:
    """What an area was before: its code, name and parent until a month (``2020-06``)."""

    code: str
    until: str
    parent: str
    name_zh: str = ""


@dataclass(frozen=True)
class Area:
    """One area, by its code of GB/T 2260."""

    code: str
    name_zh: str
    name_en: str
    level: str
    parent: str = ""
    aliases: tuple[str, ...] = ()
    former: tuple[FormerArea, ...] = ()
    note: str = ""

    def parent_in(self, month: str) -> str:
        """Return the code of the area that this one belonged to in a month (``2019-12``)."""
        return next((was.parent for was in self.former if month < was.until), self.parent)


@dataclass(frozen=True)
class MeasureWord:
    """What a word such as 同比增长 says of a figure."""

    measure: str
    price_base: str = ""


def read_indicator(code: str, entry: Mapping[str, Any]) -> Indicator:
    """Read the table of one indicator, or raise `CatalogueError` naming the key that is wrong."""
    known = {name for name in Indicator.__dataclass_fields__ if name not in {"code", "alias_sources"}}
    unknown = sorted(set(entry) - known)
    missing = [key for key in ("name_zh", "name_en", "dimension", "kind") if not entry.get(key)]
    if unknown or missing:
        what = f"有不认识的键 {unknown}" if unknown else f"缺少 {missing}"
        raise CatalogueError(f"指标“{code}”{what}。", file="indicators.toml")
    if entry["kind"] not in _INDICATOR_KINDS:
        raise CatalogueError(
            f"指标“{code}”的 kind“{entry['kind']}”不在 {_INDICATOR_KINDS} 之内。", file="indicators.toml"
        )
    fields = dict(entry)
    texts: list[str] = []
    sources: dict[str, str] = {}
    for alias in fields.pop("aliases", ()):
        text = alias if isinstance(alias, str) else alias["text"]
        texts.append(text)
        if not isinstance(alias, str):
            sources[text] = alias["source"]
    short = tuple(fields.pop("short", ()))
    return Indicator(code=code, aliases=tuple(texts), short=short, alias_sources=sources, **fields)


def read_area(code: str, entry: Mapping[str, Any]) -> Area:
    """Read the table of one area, or raise `CatalogueError`."""
    fields = dict(entry)
    try:
        former = tuple(FormerArea(**was) for was in fields.pop("former", ()))
        return Area(code=code, aliases=tuple(fields.pop("aliases", ())), former=former, **fields)
    except TypeError as error:
        raise CatalogueError(f"地区“{code}”的键不对：{error}。", file="areas.toml") from None
