"""The catalogue: indicators, areas and the words of measure, read from three TOML files.

Matching is exact on normalised texts. A label that is not in the catalogue is never guessed at:
the caller keeps it as it is and reports it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from songyuan_analysis.errors import CatalogueError
from songyuan_analysis.observations.entries import (
    Area,
    Indicator,
    MeasureWord,
    read_area,
    read_indicator,
)

_SPACE = re.compile(r"\s+")
# [1], 【1】, ①, ¹, trailing asterisks: marks that lead to a note and are no part of a name.
_FOOTNOTE = re.compile(r"[\[【]\s*(?:\d{1,2}|注\d*)\s*[\]】]|[①-⑳¹²³⁴-⁹†‡※]|\*+$")
_OF_WHICH = re.compile(r"^(?:其中[:：]?|其中|#)+")
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十\d]+[)）]|\d{1,2}[.．、](?!\d))"
)
_SECTION = re.compile(r"^(?:[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十]+[)）])")
_AREA_LIKE = re.compile("(?:区|县|市|州|旗|乡|镇|街道|园)$")
_PART = re.compile("开发区|经开区|高新区|示范区|园区|旅游区|度假区|本级|街道办")
_CENSUS = re.compile("全国(?:人口|经济|农业)普查")
_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]")


def normalise(text: str) -> str:
    """Return a label as the catalogue compares it: width folded, spaces, marks and numbering gone.

    >>> normalise("  其中：第一产业[2]")
    '第一产业'
    """
    text = _FOOTNOTE.sub("", text)
    text = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    text = _OF_WHICH.sub("", text)
    text = _NUMBERING.sub("", text)
    return text.strip(":;,。、-—").casefold()


def is_section(text: str) -> bool:
    """Whether a label is the numbered heading of a section, such as 一、综合 or （二）工业.

    Rows are numbered too (1.经开区, 一、经开区): neither Arabic numbers nor names of areas make a section.
    """
    return bool(_SECTION.match(_SPACE.sub("", unicodedata.normalize("NFKC", text)))) and not (
        _AREA_LIKE.search(normalise(text))
    )


def brackets(text: str) -> tuple[str, tuple[str, ...]]:
    """Split a label into the text outside its brackets and the texts inside them.

    >>> brackets("地方级财政收入（可比口径）")
    ('地方级财政收入', ('可比口径',))
    """
    return _BRACKET.sub("", text), tuple(_BRACKET.findall(text))


# Words for "the whole of this table's own area", by the level of area that they mean.
RELATIVE_AREAS: Mapping[str, str] = {"全市": "prefecture", "全省": "province", "全县": "county"}

# Measure words tell how Chinese counts a thing, not which thing: 20户, 20家 and 20个 firms are one number.
COUNTED = frozenset({"ITEM", "PROJ", "PIECE", "ENT", "HH", "EVENT", "TIME", "SITE"})
_ALIKE = (
    COUNTED,
    frozenset({"T", "JIN"}),
    frozenset({"HA", "MU", "KM2", "M2"}),
)


def same_dimension(one: str, other: str) -> bool:
    """Whether two unit dimensions measure the same thing (count, mass, land), so that either fits an indicator."""
    return one == other or any({one, other} <= group for group in _ALIKE)


class Catalogue:
    """Indicators, areas and measure words with their look-ups.

    Parameters
    ----------
    indicators, areas, measures : mapping
        The three parsed TOML documents.

    Raises
    ------
    CatalogueError
        If a key is missing, a parent does not exist, or one alias names two indicators.
    """

    def __init__(
        self, indicators: Mapping[str, Any], areas: Mapping[str, Any], measures: Mapping[str, Any]
    ) -> None:
        self.indicators = {code: read_indicator(code, entry) for code, entry in indicators.items()}
        self.areas = {code: read_area(code, entry) for code, entry in areas.items()}
        self.scopes = {normalise(k): str(v) for k, v in measures.get("scopes", {}).items()}
        self.statuses = {normalise(k): str(v) for k, v in measures.get("statuses", {}).items()}
        self._headings = {normalise(text) for text in measures.get("headings", {}).get("texts", ())}
        self._measures = {
            normalise(text): MeasureWord(entry.get("measure", code), entry.get("price_base", ""))
            for code, entry in measures.items()
            if code not in {"scopes", "statuses", "headings"}
            for text in entry["texts"]
        }
        self._aliases = self._index_aliases()
        self._short = self._index_short()
        self._area_names = self._index_areas()
        self._current = {was.code: item.code for item in self.areas.values() for was in item.former}

    def _index_aliases(self) -> dict[str, str]:
        index: dict[str, str] = {}
        for item in self.indicators.values():
            for reference in (item.parent, item.part_of):
                if reference and reference not in self.indicators:
                    raise CatalogueError(
                        f"指标“{item.code}”引用了不存在的指标“{reference}”。", file="indicators.toml"
                    )
            for alias in (item.name_zh, *item.aliases):
                key = "/".join(normalise(part) for part in alias.split("/"))
                if index.setdefault(key, item.code) != item.code:
                    raise CatalogueError(
                        f"名称“{alias}”同时属于指标“{index[key]}”和“{item.code}”。",
                        file="indicators.toml",
                        remedy="一个名称只能对应一个指标，请改其中之一。",
                    )
        return index

    def _index_short(self) -> dict[str, str]:
        index: dict[str, str] = {}
        for item in self:
            for text in item.short:
                key = normalise(text)
                if index.setdefault(key, item.code) != item.code:
                    raise CatalogueError(
                        f"简称“{text}”同时属于指标“{index[key]}”和“{item.code}”。",
                        file="indicators.toml",
                        remedy="一个简称只能对应一个指标，请改其中之一。",
                    )
        return index

    def _index_areas(self) -> dict[str, str]:
        index: dict[str, str] = {}
        for item in self.areas.values():
            if item.parent and item.parent not in self.areas:
                raise CatalogueError(
                    f"地区“{item.code}”引用了不存在的地区“{item.parent}”。", file="areas.toml"
                )
            for name in (item.name_zh, *item.aliases):
                if index.setdefault(normalise(name), item.code) != item.code:
                    raise CatalogueError(f"地区名称“{name}”对应两个代码。", file="areas.toml")
        return index

    def indicator(self, code: str) -> Indicator:
        """Return the indicator of a code, or raise `CatalogueError`."""
        try:
            return self.indicators[code]
        except KeyError:
            raise CatalogueError(
                f"指标目录里没有代码“{code}”。", remedy="在 indicators.toml 里加一个表，或改正代码。"
            ) from None

    def area(self, code: str) -> Area:
        """Return the area of a code, also of a former one, or raise `CatalogueError`."""
        try:
            return self.areas[self._current.get(code, code)]
        except KeyError:
            raise CatalogueError(
                f"地区目录里没有代码“{code}”。", remedy="在 areas.toml 里加一个表，或改正代码。"
            ) from None

    def find_indicator(self, path: Sequence[str]) -> str:
        """Return the code of the indicator that a path of labels names, or "".

        Parameters
        ----------
        path : sequence of str
            Labels from the outermost to the one beside the figure, without those that name an area,
            a period or a measure.

        Notes
        -----
        A path alias (固定资产投资/第一产业) beats the last label alone. A short name counts only where
        every label above it is an indicator of the same branch: 第一产业 below an unknown 用电量 is not
        the value added of the primary industry.
        """
        parts = [normalise(part) for part in path if normalise(part)]
        if not parts:
            return ""
        *heads, leaf = parts
        for head in reversed(heads):
            code = self._aliases.get(f"{head}/{leaf}")
            if code:
                return code
        if leaf in self._aliases:
            return self._aliases[leaf]
        code = self._short.get(leaf, "")
        branch = self._branch(code)
        return code if all(self._aliases.get(head) in branch for head in heads) else ""

    def is_heading(self, text: str) -> bool:
        """Whether a text is a heading that says nothing of its own."""
        return normalise(text) in self._headings

    def may_head(self, part: str, leaf: str, code: str) -> bool:
        """Whether a label may stand above the full name of an indicator without changing it.

        A mere heading, the indicator itself or one above it in the tree, or a label that the catalogue lists with
        the name (全社会用电量/第一产业). 猪肉产量 below 居民消费价格 is not what it says.
        """
        if self.belongs(part, code) or is_section(part):
            return True
        return self._aliases.get(f"{normalise(part)}/{normalise(leaf)}") == code

    def belongs(self, part: str, code: str) -> bool:
        """Whether a label beside an indicator's name changes nothing about it.

        It does not where it names the indicator, one above it, or is a heading that says nothing (合计,
        三次产业增加值). Anything else, such as 位次, 经开区 or 民营, may turn the figure into another one.
        """
        text = normalise(part)
        named = self._aliases.get(text) or self._short.get(text)
        return self.is_heading(text) or named in self._branch(code)

    def is_known(self, part: str) -> bool:
        """Whether a label names an indicator, or heads others."""
        return self.is_heading(part) or is_section(part) or bool(self.find_indicator([part]))

    def _branch(self, code: str) -> set[str]:
        branch: set[str] = set()
        while code and code not in branch:
            branch.add(code)
            code = self.indicators[code].parent
        return branch

    def spelled_out(self, leaf: str, title: str) -> str:
        """Return the indicator whose name ends in a label and stands whole in the title, or "".

        平均工资 under the title 城镇非私营单位在岗职工平均工资 is short for it, and for nothing else.
        """
        short, text = normalise(leaf), normalise(title)
        found = {code for name, code in self._aliases.items() if name.endswith(short) and name in text}
        return found.pop() if len(short) > 2 and len(found) == 1 else ""

    def find_area(self, text: str) -> str:
        """Return the code of the area that a label names whole, or ""."""
        return self._area_names.get(normalise(brackets(text)[0]), "")

    def areas_named_in(self, text: str) -> list[str]:
        """Return the codes of all areas whose full name stands somewhere in a text, in order.

        A name inside a longer name (吉林 in 吉林省) does not count for itself, and neither do the
        short forms, which are too common inside other words.
        """
        # 第七次全国人口普查 is about the census, not about the nation.
        text = _CENSUS.sub("", normalise(text))
        names = sorted((normalise(a.name_zh) for a in self.areas.values()), key=len, reverse=True)
        found: list[tuple[int, str]] = []
        for name in names:
            position = text.find(name)
            while position >= 0:
                found.append((position, self._area_names[name]))
                text = text[:position] + "\0" * len(name) + text[position + len(name) :]
                position = text.find(name)
        return list(dict.fromkeys(code for _, code in sorted(found)))

    def names_a_part(self, text: str) -> bool:
        """Whether a title speaks of a zone or a level that is part of an area and is none of the catalogue's."""
        text = normalise(text)
        for name in sorted(self._area_names, key=len, reverse=True):
            text = text.replace(name, "")
        return _PART.search(text) is not None

    def split_area(self, text: str) -> tuple[str, str]:
        """Split a label that begins with an area (吉林省万元GDP能耗) into the area's code and the rest."""
        label = normalise(text)
        for name in sorted(self._area_names, key=len, reverse=True):
            if len(name) > 2 and label.startswith(name) and len(label) > len(name):
                return self._area_names[name], label[len(name) :]
        return "", text

    def find_relative_area(self, text: str, own: str) -> str:
        """Resolve 全市, 全省 or 全县 from the area that the table itself is about, or return ""."""
        level = RELATIVE_AREAS.get(normalise(text), "")
        while level and own:
            area = self.areas.get(own)
            if area is None:
                return ""
            if area.level == level:
                return area.code
            own = area.parent
        return ""

    def find_measure(self, text: str) -> MeasureWord | None:
        """Return what a word of measure says, or None if the text is no such word."""
        return self._measures.get(normalise(text))

    def split_measure(self, text: str) -> tuple[str, MeasureWord] | None:
        """Split a label that ends in a word of measure (地区生产总值增速) into its two halves."""
        label = normalise(text)
        for word in sorted(self._measures, key=len, reverse=True):
            if label.endswith(word) and len(label) > len(word):
                return label[: -len(word)], self._measures[word]
        return None

    def vocabulary(self) -> dict[str, str]:
        """Return every name that is known, normalised, with the code of what it names: for people to look through."""
        measures = {text: word.measure for text, word in self._measures.items()}
        return {**self.scopes, **measures, **self._area_names, **self._short, **self._aliases}

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.indicators.values())


def _read(name: str) -> dict[str, Any]:
    text = resources.files("songyuan_analysis.observations").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that ships with the package; read once."""
    return Catalogue(_read("indicators.toml"), _read("areas.toml"), _read("measures.toml"))


def indicator(code: str) -> Indicator:
    """Return one indicator of the shipped catalogue, or raise `CatalogueError`."""
    return catalogue().indicator(code)


def area(code: str) -> Area:
    """Return one area of the shipped catalogue, or raise `CatalogueError`."""
    return catalogue().area(code)
