"""What is known about one area up to one period: the desk on which briefing and notebooks are written.

Everything that is printed is taken from here, so that every number keeps the address of its cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from songyuan_analysis.briefing.figure import Cell, Figure, Missing, Source
from songyuan_analysis.checks.run import audit, suspects
from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.frames import places
from songyuan_analysis.methods.growth import rate_of_index
from songyuan_analysis.methods.indices import INDEX
from songyuan_analysis.methods.light_sets import choose_lights
from songyuan_analysis.methods.lights import Rules
from songyuan_analysis.observations.breaks import Break, load_breaks
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.observations.corrected import LEFT_OUT, note_of
from songyuan_analysis.observations.store import load_observations, select_latest
from songyuan_analysis.plan import Plan, load_plan
from songyuan_analysis.sheets.periods import Period

T = TypeVar("T")
SONGYUAN = "220700"
# Somebody may well have published it: what is known here is only that nothing was found.
NOT_SEEN = Missing("未见公布", "没有找到公布数；可能已经公布而没有收录")
_MOST_NAMED = 3
_REPORTED = re.compile(r"\d{4}(?:Q[1-4]|H[12])?")


def report_period(text: str) -> Period:
    """Read the period of a report: a quarter or half-year means everything from January to its end.

    >>> str(report_period("2024Q2")), str(report_period("2024Q4")), str(report_period("2025H1"))
    ('2024-01/2024-06', '2024', '2025-01/2025-06')
    """
    period = Period.parse(text)
    year, month = period.end
    if not _REPORTED.fullmatch(text):
        raise UsageError(f"“{text}”不能作报告期。", remedy="写成年、季或半年，例如 2024、2024Q2、2025H1。")
    return Period.year(year) if month == 12 else Period.to_date(year, month)


def as_growth(figure: Figure) -> Figure:
    """Return an index (上年=100) as growth; growth is growth already."""
    if figure.sources[0].measure != INDEX:
        return figure
    value = rate_of_index(figure.value)
    return replace(figure, value=value, unit="%", derivation="上年=100的指数减100", suspect="")


@dataclass(frozen=True)
class View:
    """Observations of all areas up to a period, with the plan of the period's year.

    Attributes
    ----------
    period : Period
        A year, or January up to the end of a quarter.
    releases : DataFrame
        Observations of every vintage up to the period.
    plan : Plan or None
        The plan of the period's year, where there is one.
    lights : tuple of Rules
        The rules of traffic lights that somebody has asked for; none unless asked.
    """

    area: str
    period: Period
    releases: pd.DataFrame
    breaks: tuple[Break, ...] = ()
    plan: Plan | None = None
    lights: tuple[Rules, ...] = ()
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, make: Callable[[View], T]) -> T:
        """Return what a function makes of this view; several tables and sentences share it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @property
    def year(self) -> int:
        """The year of the period."""
        return self.period.end[0]

    @property
    def last_year(self) -> int:
        """The last year that is over: annual tables end there."""
        return self.year if self.period.is_year else self.year - 1

    @property
    def period_text(self) -> str:
        """The period in its text form; a year is a year."""
        return str(self.period)

    @property
    def label(self) -> str:
        """The period as it is printed."""
        return self.period.label_zh()

    @staticmethod
    def period_label(period: str) -> str:
        """Print any period text, 2024-01/2024-09 as 2024年1—9月."""
        return Period.parse(period).label_zh()

    @property
    def area_name(self) -> str:
        """Chinese name of the area."""
        return catalogue().area(self.area).name_zh

    @property
    def province(self) -> str:
        """Code of the area above."""
        return catalogue().area(self.area).parent

    @cached_property
    def observations(self) -> pd.DataFrame:
        """One row a number: the release that is used."""
        return select_latest(self.releases).reset_index(drop=True)

    @cached_property
    def _series(self) -> dict[tuple[str, str, str], pd.DataFrame]:
        """Published numbers by area, indicator and measure, in order of time: hundreds are asked for."""
        known = self.observations[self.observations["obs_value"].notna()]
        known = known.sort_values(["period_start", "period_end", "scope"], kind="stable")
        found = known.groupby(["ref_area", "indicator", "measure"], sort=False)
        return {(str(a), str(i), str(m)): rows for (a, i, m), rows in found}

    @cached_property
    def _names(self) -> tuple[dict[str, str], dict[str, str]]:
        areas = {code: area.name_zh for code, area in catalogue().areas.items()}
        return {item.code: item.name_zh for item in catalogue()}, areas

    @cached_property
    def suspects(self) -> dict[tuple[str, str, str], str]:
        """Why a cell should be doubted, by its address."""
        return suspects(self.observations, self.breaks)

    @cached_property
    def sound(self) -> pd.DataFrame:
        """Published numbers that arithmetic may use: without those under suspicion."""
        return self.without_suspects(self.observations[self.observations["obs_value"].notna()])

    def without_suspects(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Leave the cells under suspicion out of a frame of observations."""
        cells = zip(frame["file"], frame["sheet"], frame["cell"], strict=True)
        # A plain list would be taken for names of columns where it is empty.
        return frame[np.array([cell not in self.suspects for cell in cells], np.bool_)]

    @cached_property
    def _rows_at(self) -> dict[str, int]:
        known = places(self.releases)
        return {place: at for at, place in reversed(list(enumerate(known)))}

    def figures_at(self, addresses: str) -> tuple[Figure, ...]:
        """Return the printed numbers behind the ``sources`` of a method's result, in their order."""
        found: list[Figure] = []
        name = ""
        for part in addresses.split("；"):
            name = f"{name}；{part}" if name else part  # a file's name may have the sign too
            if name in self._rows_at:
                if name not in self._made:
                    self._made[name] = self.figure(self.releases.iloc[self._rows_at[name]])
                found.append(self._made[name])
                name = ""
        return tuple(dict.fromkeys(found))

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What the audit finds in the area's own figures up to the period."""
        found = audit(self.releases, self.breaks)
        return found[found["ref_area"] == self.area].reset_index(drop=True)

    @cached_property
    def progress(self) -> pd.DataFrame | None:
        """The plan's commitments with their outcomes, or None where there is no plan for the year."""
        if self.plan is None:
            return None
        return self.plan.progress(self.observations, period=self.period_text, province=self.province)

    def rows(
        self,
        indicator: str,
        measure: str = "level",
        *,
        area: str | None = None,
        price_base: str | None = None,
        freq: str | None = "A",
    ) -> pd.DataFrame:
        """Return one series as observations in order of time; scopes are kept apart by the caller."""
        found = self._series.get((self.area if area is None else area, indicator, measure))
        if found is None:
            return self.observations.iloc[:0]
        if price_base is not None:
            found = found[found["price_base"] == price_base]
        return found if freq is None else found[found["freq"] == freq]

    def published(
        self,
        indicator: str,
        measure: str = "level",
        *,
        area: str | None = None,
        period: str | None = None,
        price_base: str | None = None,
    ) -> Figure | Missing:
        """Return one published number, or that nobody published it.

        A figure without a scope is preferred to one with a scope (可比口径), which keeps its words.
        """
        rows = self.rows(indicator, measure, area=area, price_base=price_base, freq=None)
        rows = rows[rows["time_period"] == (period or self.period_text)]
        if rows.empty:
            return self.gap(
                indicator, measure, area=area, period=period or self.period_text, price_base=price_base
            )
        plain = rows[rows["scope"] == ""]
        return self.figure((plain if len(plain) else rows).iloc[-1])

    def gap(
        self, indicator: str, measure: str, *, area: str | None, period: str, price_base: str | None = None
    ) -> Missing:
        """Say why there is no number: an analyst has left it out, or none was seen."""
        found = self._left_out
        found = found[
            (found["ref_area"] == (self.area if area is None else area))
            & (found["indicator"] == indicator)
            & (found["measure"] == measure)
            & (found["time_period"] == period)
        ]
        if price_base is not None:
            found = found[found["price_base"] == price_base]
        if found.empty:
            return NOT_SEEN
        note = note_of(found.iloc[-1].to_dict())
        return Missing(LEFT_OUT, note, correction=note)

    @cached_property
    def _left_out(self) -> pd.DataFrame:
        frame = self.observations
        return frame[frame["obs_value"].isna() & (frame["correction"] != "")]

    def first_published(self, indicator: str, *, area: str, period: str) -> Figure | Missing:
        """Return the level as it was first published, so that areas of one table share a vintage.

        A province's census revision beside its prefectures' first figures would compare two bases.
        """
        rows = self.releases
        rows = rows[
            (rows["ref_area"] == area)
            & (rows["indicator"] == indicator)
            & (rows["measure"] == "level")
            & (rows["time_period"] == period)
            & (rows["scope"] == "")
            & rows["obs_value"].notna()
            & ~rows["obs_status"].isin(["R", "F"])
        ]
        if rows.empty:
            return self.gap(indicator, "level", area=area, period=period)
        return self.figure(select_latest(rows).iloc[-1])

    def figure(self, row: pd.Series) -> Figure:
        """Make the printed number of one observation; 左右 and 以上 stay with it."""
        source = Source.from_row(row.to_dict(), *self._names)
        words = str(row["scope"]).split("，")
        figure = Figure.published(
            source,
            suspect=self.suspects.get((source.file, source.sheet, source.cell), ""),
            prefix="".join(w for w in ("约", "超过") if w in words),
            suffix="".join(w for w in ("左右", "以上") if w in words),
        )
        # Amounts of money are printed with two decimals, as bureaus do; the value itself keeps all it has.
        if row["unit_measure"] == "CNY" and figure.decimals > 2:
            return replace(figure, decimals=2)
        return figure

    def figure_at(self, file: str, sheet: str, cell: str) -> Figure | None:
        """Return the printed number of one cell, if it is among the observations that are used."""
        frame = self.observations
        found = frame[(frame["file"] == file) & (frame["sheet"] == sheet) & (frame["cell"] == cell)]
        return None if found.empty else self.figure(found.iloc[0])

    def growth(
        self, indicator: str, *, area: str | None = None, period: str | None = None
    ) -> Figure | Missing:
        """Return growth as published; where only an index (上年=100) is, the index less one hundred.

        Nominal growth of an indicator whose growth is at comparable prices is not taken for it.
        """
        price = catalogue().indicator(indicator).growth_price or None
        found = self.published(indicator, "yoy", area=area, period=period, price_base=price)
        if isinstance(found, Figure):
            return found
        index = self.published(indicator, INDEX, area=area, period=period, price_base=price)
        if isinstance(index, Missing):
            return found
        return as_growth(index)

    def break_before(self, indicator: str, earlier: str, later: str, area: str | None = None) -> Break | None:
        """Return the known break between two periods of a series, if there is one."""
        own = self.area if area is None else area
        return next((b for b in self.breaks if b.lies_between(own, indicator, earlier, later)), None)

    def source_of(self, rows: Iterable[Iterable[Cell]]) -> str:
        """Name the publications behind the figures in the rows of a table."""
        return self.source_line(cell for row in rows for cell in row if isinstance(cell, Figure))

    def source_line(self, figures: Iterable[Figure]) -> str:
        """Name the publications that numbers were taken from; of many, the most trusted, and how many more."""
        sources = [s for f in figures for s in f.sources]
        sources.sort(key=lambda s: (s.conf_tier, s.source_title))
        names = list(dict.fromkeys(f"{s.issuer}《{s.source_title}》（{s.conf_tier}级）" for s in sources))
        if len(names) <= _MOST_NAMED + 1:
            return "；".join(names)
        worst = max(s.conf_tier for s in sources)
        return (
            "；".join(names[:_MOST_NAMED])
            + f"；等{len(names)}种资料，来源等级最低为{worst}级，逐数见简报的“溯源”表"
        )


def open_view(
    period: str,
    *,
    processed: str | Path = "data/processed",
    raw: str | Path = "data/raw",
    area: str = SONGYUAN,
    lights: str | Path = "",
) -> View:
    """Open the data for one period.

    Parameters
    ----------
    period : str
        ``2024``, ``2024Q2`` or ``2025H1``.
    processed, raw : path
        The store, and the folder with the plans and the breaks.
    area : str
        Code of the area.
    lights : str or path
        Rules of traffic lights, see `songyuan_analysis.methods.light_sets.choose_lights`; none without it.

    Returns
    -------
    View

    Raises
    ------
    UsageError, PeriodError
        If the period is none.
    StoreError
        If nothing has been built.
    PlanError, LightsError
        If the plan of the year, or the file of rules, has a mistake.
    """
    wanted = report_period(period)
    releases = load_observations(processed, vintages="all")
    year, month = wanted.end
    limit = f"{year}-{month:02d}"
    over = (releases["period_end"] != "") & (releases["period_end"] <= limit)
    # A target is known from the start of the span that it is set for.
    ahead = (releases["measure"] == "target") & (releases["period_start"] <= limit)
    known = releases[over | ahead]
    plan_path = Path(raw) / "plan" / f"{year}.toml"
    return View(
        area=area,
        period=wanted,
        releases=known.reset_index(drop=True),
        breaks=load_breaks(Path(raw) / "breaks.toml"),
        plan=load_plan(plan_path) if plan_path.exists() else None,
        lights=choose_lights(lights) if str(lights) else (),
    )
