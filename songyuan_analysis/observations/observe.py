"""Labelled cells in, observations out: which indicator, area, measure, period and price a number has.

Nothing is guessed. Where a label, an area or a measure is not known, the row is kept with an empty
code and ``problem`` says what is missing, so that the audit can list it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd

from songyuan_analysis.observations.catalogue import (
    RELATIVE_AREAS,
    Catalogue,
    brackets,
    catalogue,
    normalise,
    same_dimension,
)
from songyuan_analysis.observations.entries import MeasureWord
from songyuan_analysis.observations.schema import as_observations, empty
from songyuan_analysis.observations.sources import SourceCard
from songyuan_analysis.sheets.periods import Period, parse_fragment
from songyuan_analysis.sheets.precision import Decimals
from songyuan_analysis.sheets.timewords import is_last_year
from songyuan_analysis.sheets.units import parse_unit

_GROWTH_WORDS = ("增长", "增速", "增幅", "升降", "上升", "下降", "降低率", "增减", "涨跌", "同比")
_PERCENT = "PT"
# Statistics are not printed with more decimals; what a cell stores beyond is the tail of a computation.
_MOST_DECIMALS = 4


@dataclass(frozen=True)
class _Meaning:
    """What the labels of a cell say, before its number is looked at."""

    indicator: str = ""
    area: str = ""
    measure: str = ""
    price_base: str = ""
    scope: str = ""
    status: str = ""
    problem: str = ""


def observe(
    cells: pd.DataFrame,
    card: SourceCard,
    *,
    file: str,
    decimals: Decimals | None = None,
    words: Catalogue | None = None,
) -> pd.DataFrame:
    """Turn the labelled cells of one workbook into observations.

    Parameters
    ----------
    cells : DataFrame
        Labelled cells as `songyuan_analysis.read_workbook` returns them.
    card : SourceCard
        Where the workbook comes from.
    file : str
        Name of the workbook relative to the raw folder, as it appears in the addresses.
    decimals : mapping, optional
        Decimals as printed, from (sheet, cell), as `songyuan_analysis.sheets.precision` reads them; without an
        entry the digits of the value count.
    words : Catalogue, optional
        Another catalogue than the shipped one.

    Returns
    -------
    DataFrame
        One row a cell, in the columns of `songyuan_analysis.observations.schema`. Values keep the
        unit they are printed in; ``unit_measure`` and ``unit_mult`` say what it means.
    """
    words = words or catalogue()
    reading = _Reading(words, card, decimals or {})
    rows = [reading.row(cell) for cell in cells.to_dict("records")]
    if not rows:
        return empty()
    frame = pd.DataFrame(rows)
    frame["file"] = file
    return as_observations(frame)


class _Reading:
    """Reads the cells of one workbook; labels repeat, so their meaning is worked out once."""

    def __init__(self, words: Catalogue, card: SourceCard, decimals: Decimals) -> None:
        self.words = words
        self.card = card
        self.decimals = decimals
        self._meanings: dict[Hashable, _Meaning] = {}

    def row(self, cell: dict[Hashable, Any]) -> dict[str, Any]:
        key = (cell["row_label_path"], cell["column_label_path"], cell["title"], cell["sheet"], cell["unit"])
        if key not in self._meanings:
            self._meanings[key] = self._meaning(cell, cell["unit_measure"])
        meaning = self._meanings[key]
        value = cell["value"]
        missing = pd.isna(value)
        period = _period(cell["period"])
        stock = bool(meaning.indicator) and self.words.indicator(meaning.indicator).kind == "stock"
        status = meaning.status or self.card.sheet_status.get(cell["sheet"], self.card.status)
        problems = [meaning.problem] if meaning.problem else []
        if period is None:
            problems.append("没有时期")
        return {
            "ref_area": meaning.area,
            "indicator": meaning.indicator,
            # 累计增长 over several years is a change over a span, not growth on the year before.
            "measure": "change" if meaning.measure == "yoy" and _is_long(period) else meaning.measure,
            "price_base": meaning.price_base,
            "scope": meaning.scope,
            **_period_columns(period, stock=stock),
            "obs_value": value,
            "decimals": pd.NA if missing else self._decimals(cell["sheet"], cell["cell"], float(value)),
            "unit_measure": cell["unit_measure"],
            "unit_mult": cell["unit_mult"],
            "unit": cell["unit"],
            "obs_status": "M" if missing else status,
            "vintage": self.card.release_date,
            "conf_tier": self.card.tier,
            "comment_obs": cell["note"],
            "mark": cell["mark"],
            "published_value": "",
            "correction": "",
            "title": cell["title"],
            "issuer": self.card.issuer,
            "source_title": self.card.title,
            "transcribed": self.card.transcribed,
            "sha256": self.card.sha256,
            "sheet": cell["sheet"],
            "cell": cell["cell"],
            "row_label_path": cell["row_label_path"],
            "column_label_path": cell["column_label_path"],
            "table": cell["table"],
            "hidden": cell["hidden"],
            "problem": "；".join(problems),
        }

    def _decimals(self, sheet: str, cell: str, value: float) -> int:
        stored = decimals_of(value)
        shown = self.decimals.get((sheet, cell))
        # A format with fewer decimals than were stored hides digits that are there: the value is known better.
        return stored if shown is None else max(shown, min(stored, _MOST_DECIMALS))

    def _meaning(self, cell: dict[Hashable, Any], dimension: str) -> _Meaning:
        """Read labels and title; the labels beat the title, the title beats the source card."""
        labels = _Labels(self.words)
        for path in ("row_label_path", "column_label_path"):
            for part in _parts(cell[path]):
                labels.read(part, row=path == "row_label_path")
        title = f"{cell['title']} {cell['sheet']}"
        own = self._own_area(title)
        indicator, measure = labels.indicator(cell["title"])
        if labels.relative:
            labels.areas.append(self.words.find_relative_area(labels.relative, own))
        area = next((a for a in reversed(labels.areas) if a), "") if labels.areas else own
        if not indicator and not labels.row_parts and not labels.column_parts:
            indicator = self._indicator_of_title(cell["title"])
        meaning = _Meaning(
            indicator=indicator,
            area=area,
            scope="，".join(dict.fromkeys([*labels.scopes, *self._title_words(title, self.words.scopes)])),
            status=next(iter([*labels.statuses, *self._title_words(title, self.words.statuses)]), ""),
            problem="" if indicator else labels.complaint(),
        )
        return self._with_measure(meaning, measure or labels.measure, cell, dimension)

    def _own_area(self, title: str) -> str:
        named = self.words.areas_named_in(title)
        # 松原市经开区 is not 松原市, whatever the source card says.
        if self.words.names_a_part(title):
            return ""
        return named[0] if len(named) == 1 else self.card.ref_area

    def _indicator_of_title(self, title: str) -> str:
        """Find the one indicator that a title names whole, for tables of areas by years; "" if several."""
        text = normalise(title)
        found: list[str] = []
        names = {normalise(n): i.code for i in self.words for n in (i.name_zh, *i.aliases) if "/" not in n}
        for name in sorted(names, key=len, reverse=True):
            if name in text:
                text = text.replace(name, "\0")
                found.append(names[name])
        return found[0] if len(set(found)) == 1 else ""

    def _title_words(self, title: str, vocabulary: dict[str, str]) -> list[str]:
        return [vocabulary[normalise(b)] for b in brackets(title)[1] if normalise(b) in vocabulary]

    def _with_measure(
        self, meaning: _Meaning, word: MeasureWord | None, cell: dict[Hashable, Any], dimension: str
    ) -> _Meaning:
        if not meaning.indicator:
            return meaning
        item = self.words.indicator(meaning.indicator)
        if word is None:
            word = _measure_from_unit(
                item.dimension, dimension, f"{cell['title']}{cell['column_label_path']}"
            )
        if word is None:
            return replace(meaning, problem="看不出是总量、增速还是比重")
        measure = word.measure
        if measure == "yoy_or_change":
            measure = "yoy" if dimension in {"", _PERCENT} else "change"
        if measure == "yoy" and dimension == "PP":
            measure = "change"
        if measure == "yoy" and dimension not in {"", _PERCENT, "PM", "INDEX"}:
            # The unit of the title was taken for a column that is a rate: nobody knows which of the two is wrong.
            return replace(meaning, indicator="", problem=f"增速的单位却是“{cell['unit']}”")
        if measure in {"level", "yoy"} and dimension == "INDEX" and item.dimension != "INDEX":
            measure = "index_py100"
        if measure == "level" and dimension and not same_dimension(item.dimension, dimension):
            problem = f"单位“{cell['unit']}”与指标“{item.name_zh}”不符"
            return replace(meaning, indicator="", problem=problem)
        price = word.price_base
        if not price and measure in {"level", "change"}:
            price = item.level_price
        elif not price and measure in {"yoy", "index_py100", "gap", "target"}:
            price = item.growth_price
        problem = "" if meaning.area else "没有地区"
        return replace(meaning, measure=measure, price_base=price, problem=problem)


class _Labels:
    """Sorts the parts of the label paths into areas, measures, scopes and names of indicators."""

    def __init__(self, words: Catalogue) -> None:
        self.words = words
        self.areas: list[str] = []
        self.relative = ""
        self.measure: MeasureWord | None = None
        self.scopes: list[str] = []
        self.statuses: list[str] = []
        self.strange = ""
        self.row_parts: list[str] = []
        self.column_parts: list[str] = []

    def read(self, part: str, *, row: bool) -> None:
        outside, inside = brackets(part)
        known = [self._bracket(text) for text in inside]
        text = outside if inside and all(known) else part
        if not normalise(text) or (_is_period(text) and not self._is_base(text)):
            return
        area = self.words.find_area(text)
        if area:
            self.areas.append(area)
        elif normalise(text) in RELATIVE_AREAS:
            self.relative = text
        elif (prefixed := self._measure_of_an_area(text)) is not None:
            self.relative, self.measure = prefixed
        elif self._is_base(text):
            self.measure = self.words.find_measure("上年同期")
        elif (word := self.words.find_measure(text) or self._measure_of_a_time(text)) is not None:
            # 本月 or 绝对量 says less than 增速, on whichever axis it stands.
            if self.measure is None or word.measure != "level":
                self.measure = word
        else:
            (self.row_parts if row else self.column_parts).append(text)

    def complaint(self) -> str:
        """Say why no indicator was found, naming the label that is not understood."""
        if self.strange:
            return f"标签“{self.strange}”不认识，不知道它把指标变成了什么"
        return "指标名称不在目录里"

    def _is_base(self, text: str) -> bool:
        """Whether a time is that of the base of a growth rate, which may be restated: 上年同期."""
        word = self.words.find_measure(text)
        listed = word is not None and word.measure == "level_before"
        return listed or ("同" in text and is_last_year(text))

    def _measure_of_an_area(self, text: str) -> tuple[str, MeasureWord] | None:
        """Read 全省增速: a word for the area above and a word of measure. 全省位次 is a measure by itself."""
        if self.words.find_measure(text) is not None:
            return None
        label = normalise(text)
        for name in RELATIVE_AREAS:
            word = self.words.find_measure(label.removeprefix(name)) if label.startswith(name) else None
            if word is not None:
                return name, word
        return None

    def _measure_of_a_time(self, text: str) -> MeasureWord | None:
        """Read 2021—2025年累计目标: a time and a word of measure, nothing else."""
        halves = self.words.split_measure(text)
        return halves[1] if halves and _is_period(halves[0]) else None

    def _bracket(self, text: str) -> bool:
        """Take in what a bracket says; False where its words are not all known."""
        pieces = [normalise(piece) for piece in text.replace(",", "，").replace("、", "，").split("，")]
        for piece in pieces:
            if piece in self.words.scopes:
                self.scopes.append(self.words.scopes[piece])
            elif piece in self.words.statuses:
                self.statuses.append(self.words.statuses[piece])
            elif not (parse_unit(piece).known or _is_period(piece) or self.words.is_heading(piece)):
                return False
        return True

    def indicator(self, title: str) -> tuple[str, MeasureWord | None]:
        """Find the indicator, looking at rows below columns first; and the measure in its name."""
        rows, columns = self.row_parts, self.column_parts
        # The name of the indicator ends one axis; whatever else stands above or beside it must be understood too.
        for own, other in (
            ((rows, columns), (columns, rows)) if rows and columns else ((rows or columns, []),)
        ):
            if not own:
                continue
            code, word = self._named(own, other, title)
            # 税收收入 below 一般公共预算收入 is what it says; below 经开区 it is not the city's.
            strange = [
                *(p for p in other if not (self.words.belongs(p, code) if code else self.words.is_known(p))),
                *(p for p in own[:-1] if not self.words.may_head(p, own[-1], code)),
            ]
            if code and not strange:
                return code, word
            self.strange = self.strange or next(iter(strange), "")
        return "", None

    def _named(self, own: list[str], other: list[str], title: str) -> tuple[str, MeasureWord | None]:
        path = [*other, *own]
        if code := self.words.find_indicator(path):
            return code, None
        halves = self.words.split_measure(path[-1])
        if halves and (code := self.words.find_indicator([*path[:-1], halves[0]])):
            return code, halves[1]
        area, rest = self.words.split_area(path[-1])
        if area and (code := self.words.find_indicator([*path[:-1], rest])):
            self.areas.append(area)
            return code, None
        return (self.words.spelled_out(path[0], title) if len(path) == 1 else ""), None


def _parts(path: str) -> list[str]:
    return [part for part in path.split(" / ") if part]


def _is_period(text: str) -> bool:
    return parse_fragment(text) is not None


def _is_long(period: Period | None) -> bool:
    return period is not None and period.months > 12


def _period(text: str) -> Period | None:
    return Period.parse(text) if text else None


def _period_columns(period: Period | None, *, stock: bool) -> dict[str, Any]:
    """Name a period. A stock stands at the end of its period, so it never counts as cumulative."""
    if period is None:
        return {"freq": "", "time_period": "", "period_start": "", "period_end": "", "cumulative": False}
    (y0, m0), (y1, m1) = period.start, period.end
    whole_year = y0 == y1 and (m0, m1) == (1, 12)
    months = (y1 - y0) * 12 + m1 - m0 + 1
    if whole_year:
        freq, text = "A", f"{y0}"
    elif period.cumulative or (y0 == y1 and m0 == 1 and months in (2, 6, 9)):
        freq, text = "YTD", str(period)
    else:
        freq, text = {1: "M", 3: "Q", 6: "S"}.get(months, "I"), str(period)
    return {
        "freq": freq,
        "time_period": text,
        "period_start": f"{y0}-{m0:02d}",
        "period_end": f"{y1}-{m1:02d}",
        "cumulative": freq == "YTD" and not stock,
    }


def _measure_from_unit(own: str, dimension: str, context: str) -> MeasureWord | None:
    if dimension == "INDEX" and own != "INDEX":
        return MeasureWord("index_py100")
    if dimension == "PP":
        return MeasureWord("change")
    if dimension == _PERCENT and own != _PERCENT:
        return MeasureWord("yoy") if any(word in context for word in _GROWTH_WORDS) else None
    return MeasureWord("level")


def decimals_of(value: float) -> int:
    """Count the decimals of a number as it is stored; the tail of binary fractions does not count.

    >>> decimals_of(1002.18), decimals_of(5.0)
    (2, 0)
    """
    exponent = Decimal(repr(round(value, 10))).normalize().as_tuple().exponent
    return max(0, -int(exponent))
