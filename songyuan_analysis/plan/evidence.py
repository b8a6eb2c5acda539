"""Which observations speak for a commitment, and which of several is taken."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from songyuan_analysis.errors import PeriodError, PlanError
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.growth import rate_of_index
from songyuan_analysis.observations.catalogue import indicator
from songyuan_analysis.observations.corrected import note_of
from songyuan_analysis.observations.store import STATUS_RANK, TIER_RANK
from songyuan_analysis.plan.commitment import same_count
from songyuan_analysis.sheets.periods import Period

# Without these columns no observation can be told from another, or traced.
_NEEDED = (
    *("ref_area", "indicator", "measure", "price_base", "scope", "time_period", "period_start", "period_end"),
    *("obs_value", "decimals", "unit_measure", "unit_mult", "unit", "obs_status", "vintage", "conf_tier"),
    *("file", "sha256", "sheet", "cell"),
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """The months that progress is measured over: January to the end of the asked period."""

    text: str
    year: int
    month: int

    @classmethod
    def of(cls, period: str) -> Span:
        """Read a period; 2024Q2, 2024H1, 2024-06 and 2024-01/2024-06 all mean January to June.

        Raises
        ------
        PeriodError
            If the text is no period.
        PlanError
            If the period runs over two years.
        """
        parsed = Period.parse(period)
        if parsed.start[0] != parsed.end[0]:
            raise PlanError(f"时期“{period}”跨了年度。", remedy="计划按年度检查，请给一年之内的时期。")
        year, month = parsed.end
        return cls(f"{year}" if month == 12 else f"{year}-01/{year}-{month:02d}", year, month)

    @property
    def whole_year(self) -> bool:
        """Whether the year is over."""
        return self.month == 12

    @property
    def end(self) -> str:
        """Last month, ``2024-06``."""
        return f"{self.year}-{self.month:02d}"


@dataclass(frozen=True)
class Evidence:
    """One observation with the words that explain why it was taken.

    Attributes
    ----------
    datum : Datum
    row : mapping
        The observation itself.
    choice : str
        Chinese sentence about other candidates; "" if there was only one.
    how : str
        Chinese words about how the value was read from the row; "" if it stands there.
    """

    datum: Datum
    row: Row
    choice: str = ""
    how: str = ""

    def source(self, role: str) -> dict[str, Any]:
        """Return what leads back to the cell."""
        keys = ("file", "sheet", "cell", "sha256", "ref_area", "indicator", "measure", "price_base", "scope")
        more = ("time_period", "obs_value", "decimals", "unit", "obs_status", "vintage", "conf_tier")
        corrected = {key: self.row.get(key, "") for key in ("published_value", "correction")}
        return {"role": role, **{key: self.row[key] for key in (*keys, *more)}, **corrected}


class Archive:
    """The observations of one span, ready to be asked.

    Parameters
    ----------
    observations : DataFrame
        Observations as the store returns them.
    span : Span

    Raises
    ------
    PlanError
        If the frame lacks columns of observations.
    """

    def __init__(self, observations: pd.DataFrame, span: Span) -> None:
        lacking = [name for name in _NEEDED if name not in observations.columns]
        if lacking:
            raise PlanError(
                f"观测表缺少列：{'、'.join(lacking)}。", remedy="请传入 load_observations() 返回的观测表。"
            )
        self.span = span
        in_year = observations["period_end"].str.startswith(str(span.year))
        # A bulletin may repeat the target; that is the other side of the comparison.
        speaking = (observations["indicator"] != "") & (observations["measure"] != "target")
        self._rows: dict[tuple[str, str], list[Row]] = {}
        for row in observations.loc[in_year & speaking].to_dict("records"):
            self._rows.setdefault((row["ref_area"], row["indicator"]), []).append(
                {str(key): value for key, value in row.items()}
            )

    def rate(self, area: str, code: str, price_base: str = "") -> Evidence | None:
        """Find the growth of an indicator over the span, in %.

        Parameters
        ----------
        area, code : str
            Area and indicator.
        price_base : str
            Prices that the growth must have; those of the catalogue, or unnamed ones, without it.
        """
        wanted = {price_base} if price_base else {indicator(code).growth_price, ""}
        fitting = [row for row in self._spanning(area, code) if row["price_base"] in wanted]
        published = [
            row for row in fitting if row["measure"] in {"yoy", "change"} and row["unit_measure"] == "PT"
        ]
        if found := self._choose(published):
            return found
        # 上年=100 says the same growth in another way; it is only taken where the rate itself is not printed.
        index = self._choose([row for row in fitting if row["measure"] == "index_py100"])
        return _read_as(index, rate_of_index, "由上年=100的指数减100得到") if index else None

    def level(self, area: str, code: str, dimension: str) -> Evidence | None:
        """Find the level of an indicator over the span, or at its end for a stock."""
        rows = [row for row in self._spanning(area, code) if row["measure"] == "level"]
        return self._choose([row for row in rows if same_count(row["unit_measure"], dimension)])

    def share(self, area: str, code: str) -> Evidence | None:
        """Find a percentage that is itself the indicator."""
        rows = [row for row in self._spanning(area, code) if row["measure"] in {"share", "level"}]
        return self._choose([row for row in rows if row["unit_measure"] == "PT"])

    def cut(self, area: str, code: str, price_base: str = "") -> Evidence | None:
        """Find a change that counts as a reduction: negative is a fall.

        For an indicator that is itself the size of a cut (catalogue dimension %), its level is taken with the
        sign turned.
        """
        if indicator(code).dimension != "PT":
            return self.rate(area, code, price_base)
        found = self.share(area, code)
        return _read_as(found, operator.neg, "公布的是缩短幅度，按下降记为负数") if found else None

    def level_beside(self, growth: Evidence) -> Evidence | None:
        """Find the level that was published together with a growth rate: same file, scope, area and span."""
        own = growth.row
        rows = [
            row
            for row in self._spanning(own["ref_area"], own["indicator"])
            if row["measure"] == "level" and row["sha256"] == own["sha256"] and row["scope"] == own["scope"]
        ]
        return self._choose(rows)

    def missing(self, area: str, code: str) -> str:
        """Say in Chinese why nothing was found: a mark in the cell, other periods, or nothing at all."""
        rows = self._rows.get((area, code), [])
        for row in rows:
            if self._covers(row, code) and _no_number(row):
                if note := note_of(row):
                    return f"的结果有更正：{note}（{row['file']} › {row['sheet']} › {row['cell']}）"
                mark = f"标记“{row['mark']}”" if row.get("mark") else "空格"
                return f"的来源里该格是{mark}，没有数值（{row['file']} › {row['sheet']} › {row['cell']}）"
        others = dict.fromkeys(_said(row["time_period"]) for row in rows if not self._covers(row, code))
        if others:
            return f"只有{'、'.join(others)}的数，时期口径不同，不能代替"
        if rows:
            kinds = "、".join(sorted({f"{row['measure']}（{row['unit']}）" for row in rows}))
            return f"已有的数（{kinds}）不是目标所要的量，不能代替"
        return "没有找到公布的结果"

    def _covers(self, row: Row, code: str) -> bool:
        if row["period_end"] != self.span.end:
            return False
        # A stock is counted at the end of its period, whenever that began.
        return indicator(code).kind == "stock" or row["period_start"] == f"{self.span.year}-01"

    def _spanning(self, area: str, code: str) -> list[Row]:
        rows = self._rows.get((area, code), [])
        return [row for row in rows if self._covers(row, code) and not _no_number(row)]

    def _choose(self, rows: Iterable[Row]) -> Evidence | None:
        ranked = _ranked(rows)
        if not ranked:
            return None
        best = ranked[0]
        return Evidence(Datum.from_row(best), best, _choice(best, ranked[1:]))


def _ranked(rows: Iterable[Row]) -> list[Row]:
    """Order as the store does: status, then latest vintage (no date is the oldest), then source."""
    fixed = sorted(rows, key=lambda row: (_tier(row), row["scope"], row["file"], row["sheet"], row["cell"]))
    dated = sorted(fixed, key=lambda row: str(row["vintage"]), reverse=True)
    return sorted(dated, key=_status)


def _status(row: Row) -> int:
    return -STATUS_RANK.get(row["obs_status"], -1)


def _tier(row: Row) -> int:
    return -TIER_RANK.get(row["conf_tier"], -1)


def _choice(best: Row, others: list[Row]) -> str:
    different = [
        row for row in others if row["obs_value"] != best["obs_value"] or row["unit"] != best["unit"]
    ]
    if not different:
        return ""
    listed = "、".join(
        f"{row['obs_value']:g}{row['unit']}（{row['file']}，{row['vintage'] or '发布日期不明'}{_noted(row)}）"
        for row in different
    )
    picked = f"{best['file']}，{best['vintage'] or '发布日期不明'}"
    return f"同一指标另有 {listed}；按核实程度、版次、来源依次取 {picked}"


def _noted(row: Row) -> str:
    note = note_of(row)
    return f"，{note}" if note else ""


def _said(time_period: str) -> str:
    try:
        return Period.parse(time_period).label_zh()
    except PeriodError:
        return time_period


def _read_as(found: Evidence, reading: Callable[[float], float], how: str) -> Evidence:
    datum = found.datum
    places = datum.decimals if datum.decimals is not None else 10
    value = round(reading(datum.value), max(places, 0))
    return Evidence(replace(datum, value=value, unit="%"), found.row, found.choice, how)


def _no_number(row: Row) -> bool:
    value = row["obs_value"]
    return value is None or math.isnan(value)
