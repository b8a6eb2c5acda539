"""The outlook of the year's end, target by target: what the methods say, and what they lack."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import pandas as pd

from songyuan_analysis.briefing.arithmetic import Maybe
from songyuan_analysis.briefing.figure import Figure, Missing
from songyuan_analysis.briefing.scorecard import headline_targets, target_figure
from songyuan_analysis.briefing.view import View
from songyuan_analysis.errors import (
    ComparabilityError,
    PriceBaseMismatchError,
    ScopeMismatchError,
    VintageMismatchError,
)
from songyuan_analysis.methods.backtest import backtest
from songyuan_analysis.methods.comparable import has_hidden_base, require_same_series
from songyuan_analysis.methods.datum import Datum
from songyuan_analysis.methods.differences import (
    ALL_YEARS,
    UNUSUAL,
    describe_differences,
    differences_to_year,
    without_words,
)
from songyuan_analysis.methods.indices import with_growth_of_indices
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.required import required_growth
from songyuan_analysis.methods.scenario import TARGETS, scenarios
from songyuan_analysis.methods.targets import reached_from
from songyuan_analysis.methods.year_end import MIN_YEARS, year_ends
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.plan import Commitment

SAMPLES = (ALL_YEARS, without_words(UNUSUAL))
_GROUNDS: dict[type[ComparabilityError], str] = {
    VintageMismatchError: "今年和上年的总量出自不同版次，或中间有断点",
    ScopeMismatchError: "今年和上年的总量统计口径不同",
    PriceBaseMismatchError: "今年和上年的总量价格口径不同",
}
LOOK_BACK = 8  # years that are named as missing; with fewer than six there is no probability


def prospects(view: View) -> tuple[Prospect, ...]:
    """Return the area's targets for growth within the year; none for a whole year or without a plan.

    Ceilings and cuts are left out: the methods ask how likely it is to get up to a target.
    """
    return view.once(_prospects)


def _prospects(view: View) -> tuple[Prospect, ...]:
    if view.period.is_year or view.plan is None:
        return ()
    found = []
    for item in headline_targets(view).values():
        own = item.kind == "growth" and not item.ceiling
        tied = item.kind == "relational" and item.operator == "in step with" and bool(item.reference)
        goal = target_figure(view, view.plan.get(item.reference) if tied else item)
        if (own or tied) and isinstance(goal, Figure):
            found.append(Prospect(view, item, goal, tied))
    return tuple(found)


@dataclass(frozen=True)
class Prospect:
    """One target for growth, the growth so far, and what past years say.

    Attributes
    ----------
    view : View
    item : Commitment
    target : Figure
        The plan's growth; that of what the target is tied to where it has none of its own.
    tied : bool
        Whether it is that of another indicator.
    """

    view: View
    item: Commitment
    target: Figure
    tied: bool

    @property
    def name(self) -> str:
        """Name of the indicator, as the plan writes it."""
        return self.item.name_zh

    @property
    def month(self) -> int:
        """The month that growth is known to."""
        return self.view.period.end[1]

    @property
    def goal(self) -> float:
        """The growth that counts as reaching the target: 左右 leaves half a unit of the last digit."""
        return reached_from(self.target.value, self.item.operator, self.item.decimals)

    @cached_property
    def growth(self) -> Maybe:
        """Growth so far as published, at the prices that the target is set in."""
        found = self.view.growth(self.item.indicator)
        if isinstance(found, Figure) and found.suspect:
            return Missing("存疑", found.suspect)
        prices = self.item.price_base
        if isinstance(found, Figure) and prices and found.sources[0].price_base not in {prices, ""}:
            return Missing("口径不同", "公布的累计增速与目标的价格口径不同")
        return found

    @cached_property
    def history(self) -> pd.DataFrame:
        """Growth of the series in all periods, and levels; indices count as growth, 预计数 are no outcomes."""
        frame = self.view.sound
        frame = frame[(frame["ref_area"] == self.item.area) & (frame["indicator"] == self.item.indicator)]
        frame = with_growth_of_indices(frame[frame["obs_status"] != "E"])
        prices, scope = catalogue().indicator(self.item.indicator).growth_price, ""
        if isinstance(self.growth, Figure):
            prices, scope = self.growth.sources[0].price_base, self.growth.sources[0].scope
        series = (frame["measure"] == "yoy") & (frame["price_base"] == prices) & (frame["scope"] == scope)
        return frame[series | (frame["measure"] == "level")]

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Past years with growth to this month and of the whole year, and their differences."""
        return self._of_month(differences_to_year(self.history)).sort_values("year")

    @property
    def years(self) -> tuple[int, ...]:
        """The years of `pairs`."""
        return tuple(int(year) for year in self.pairs["year"] if year < self.view.year)

    @property
    def enough(self) -> bool:
        """Whether there are growth so far and years enough for a probability."""
        return isinstance(self.growth, Figure) and len(self.years) >= MIN_YEARS

    @cached_property
    def spread(self) -> pd.DataFrame:
        """Mean, standard deviation, least and greatest of the differences, by sample."""
        return self._of_month(describe_differences(self.history, year=self.view.year))

    @cached_property
    def ends(self) -> pd.DataFrame:
        """What past years say about the year's end, by sample; probabilities of reaching `goal`."""
        found = year_ends(self.history, self.goal, year=self.view.year)
        return found[found["known_to"] == self.view.period_text]

    def tried(self, sample: str) -> pd.DataFrame:
        """Return the back-test of a sample, one row for each rule; past years only."""
        past = self.history[self.history["period_end"] < f"{self.view.year}-01"]
        leave_out = () if sample == ALL_YEARS else UNUSUAL
        return self._of_month(backtest(past, leave_out=leave_out))

    @cached_property
    def scenarios(self) -> pd.DataFrame:
        """The growth that the rest of the year needs by share, one row for each assumed year's end."""
        goals = tuple(sorted({*TARGETS, self.goal}))
        found = scenarios(self.history, year=self.view.year, targets=goals, vintages="note")
        return found[found["known_to"] == self.view.period_text]

    def by_levels(self, goal: float) -> Interval | str:
        """Return the growth that the rest of the year needs from levels, or why levels do not allow it."""
        if not isinstance(self.growth, Figure):
            return self.growth.reason
        if has_hidden_base(self.item.indicator):
            return "增速按可比口径计算，上年公布的总量不是它的基数"
        if self.growth.sources[0].price_base != "nominal":
            return "增速按可比价格，总量按现价，不能按总量推算"
        year, month = self.view.year, self.month
        spans = ((year - 1, 12), (year - 1, month), (year, month))
        rows = [self._level(*span) for span in spans]
        if any(row is None for row in rows):
            return "没有今年和上年的总量"
        whole, part, now = (Datum.from_row(row) for row in rows if row is not None)
        try:
            require_same_series(part, whole, self.view.breaks)
            require_same_series(now, part, self.view.breaks)
        except ComparabilityError as error:
            return _GROUNDS.get(type(error), "今年和上年的总量不是同一序列")
        return required_growth(whole.base_interval, part.base_interval, now.base_interval, goal)

    def levels(self) -> str:
        """Return the addresses of the levels behind `by_levels`."""
        year, month = self.view.year, self.month
        rows = [self._level(*span) for span in ((year - 1, 12), (year - 1, month), (year, month))]
        return "；".join(Datum.from_row(row).place for row in rows if row is not None)

    def _level(self, year: int, month: int) -> pd.Series | None:
        rows = self.history[(self.history["measure"] == "level") & (self.history["scope"] == "")]
        rows = rows[(rows["period_start"] == f"{year}-01") & (rows["period_end"] == f"{year}-{month:02d}")]
        return None if rows.empty else rows.iloc[0]

    def _of_month(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["month"] == self.month].reset_index(drop=True)


def years_text(years: Iterable[int]) -> str:
    """Say years in runs: 2016—2018、2020年.

    >>> years_text([2016, 2017, 2018, 2020])
    '2016—2018、2020年'
    """
    runs = [[y for _, y in run] for _, run in groupby(enumerate(sorted(years)), key=lambda at: at[1] - at[0])]
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs) + "年"
