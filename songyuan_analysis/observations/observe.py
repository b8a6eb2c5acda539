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
    COUNTED,
    Catalogue,
    brackets,
    catalogue,
    normalise,
    same_dimension,
)
from songyuan_analysis.observations.entries import MeasureWord
from songyuan_analysis.observations.labelparts import LabelParts
from songyuan_analysis.observations.schema import as_observations, empty
from songyuan_analysis.observations.sources import SourceCard
from songyuan_analysis.sheets.periods import Period
from songyuan_analysis.sheets.precision import Decimals

_GROWTH_WORDS = ("增长", "增速", "增幅", "升降", "上升", "下降", "降低率", "增减", "涨跌", "同比")
_PERCENT = "PT"
_TARGET = MeasureWord("target")
# What is counted or is a rate can be read without a unit; an amount cannot.
_NO_UNIT_NEEDED = frozenset({"", _PERCENT, "PP", "PM", "INDEX", "TIMES", *COUNTED})
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
        elif status == "E" and _of_another_year_part(cell, period):
            # 全年（预计） in a table of nine months: the forecast is not of the period that the table gives.
            meaning = replace(meaning, indicator="", measure="", price_base="")
            problems = ["是全年的预计数，不是公布的结果"]
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
        labels = LabelParts(self.words)
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
        if refused := labels.refusal():
            return replace(meaning, indicator="", problem=refused)
        word = measure or labels.measure
        if labels.planned and word is None:
            word = _TARGET
        meaning = self._with_measure(meaning, word, cell, dimension)
        # Growth and amount below 2025年计划 are the plan's; how much of it is done is not.
        if labels.planned and meaning.measure not in {"", "completion"}:
            return replace(meaning, measure="target")
        return meaning

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
        if measure == "level" and not cell["unit"] and item.dimension not in _NO_UNIT_NEEDED:
            return replace(meaning, indicator="", problem="没有计量单位")
        price = word.price_base
        if not price and measure in {"level", "change"}:
            price = item.level_price
        elif not price and measure in {"yoy", "index_py100", "gap", "target"}:
            price = item.growth_price
        problem = "" if meaning.area else "没有地区"
        return replace(meaning, measure=measure, price_base=price, problem=problem)


def _parts(path: str) -> list[str]:
    return [part for part in path.split(" / ") if part]


def _of_another_year_part(cell: dict[Hashable, Any], period: Period) -> bool:
    said = f"{cell['row_label_path']}{cell['column_label_path']}"
    return "全年" in said and period.months < 12


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
