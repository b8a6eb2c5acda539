"""The guard by the column: `comparable.require_comparable` for every row of a frame at once.

Each level looks for its figure of the year before. Where there is one on the same ground they may be divided; where
there is one on other ground, the row names the refusal that `require_comparable` would raise; where there is none, the
row is a gap and no refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from songyuan_analysis.errors import (
    ComparabilityError,
    DenominatorMismatchError,
    UnknownBaseError,
    VintageMismatchError,
)
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.codes import (
    UNKNOWN,
    Flags,
    Ints,
    aligned,
    codes,
    dense,
    families,
    marked,
    months,
)
from songyuan_analysis.methods.comparable import has_hidden_base
from songyuan_analysis.methods.frames import NO_REFUSAL, RESULT, places, printed, require_columns
from songyuan_analysis.methods.matching import Pool, at, kept, powers, scaled, taken
from songyuan_analysis.methods.reasons import FAMILY, LADDER, SPAN, Reasons
from songyuan_analysis.observations.breaks import Break

NEEDED = (
    "ref_area", "indicator", "measure", "price_base", "scope", "unit_measure", "period_start", "period_end", "obs_value",
)  # fmt: skip


def level_rows(
    observations: pd.DataFrame, measure: str = "level", price_base: str | None = None
) -> pd.DataFrame:
    """Return the rows of one measure (and, where it is given, price base) that have a number, indicator and period."""
    require_columns(observations, NEEDED)
    known = (observations["measure"] == measure) & (observations["indicator"] != "")
    known &= np.isfinite(observations["obs_value"].to_numpy(np.float64, na_value=np.nan))
    known &= observations["period_end"] != ""
    if price_base is not None:
        known &= observations["price_base"] == price_base
    return kept(observations, known.to_numpy(bool, na_value=False))


class Levels:
    """Figures of a frame as numbers: their labels, months, values, and the pool in which they find each other."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.areas, self.area_words = codes(frame["ref_area"])
        self.indicators, self.indicator_words = codes(frame["indicator"])
        self.units, self.unit_words = codes(frame["unit_measure"])
        self.prices, self.price_words = codes(frame["price_base"])
        self.scopes, self.scope_words = codes(frame["scope"])
        self.start, self.end = months(frame["period_start"]), months(frame["period_end"])
        self.span = np.where((self.start < 0) | (self.end < 0), UNKNOWN, self.end - self.start)
        self.values, self.powers = printed(frame), powers(frame)
        self.file, self.file_words = families(frame, "sha256")

    @cached_property
    def pool(self) -> Pool:
        """The pool in which the rows find each other, by all grounds and within one file."""
        return Pool(*self._parts(0, self.file))

    def only(self, keep: Flags) -> Levels:
        """Return the rows to keep; the same object where that is all of them."""
        if keep.all():
            return self
        rows, part = np.flatnonzero(keep), object.__new__(Levels)
        for name, own in self.__dict__.items():
            part.__dict__[name] = own[rows] if isinstance(own, np.ndarray) else own
        part.__dict__.pop("pool", None)
        part.frame, part.values = self.frame.take(rows), taken(self.values, rows)
        return part

    def __len__(self) -> int:
        return len(self.frame)

    def _parts(self, back: int, family: Ints) -> list[Ints]:
        end = np.where(self.end < 0, UNKNOWN, self.end - back) if back else self.end
        # Area, indicator and month are one level: without any of them two figures have nothing to do with each other.
        return [self.areas, self.indicators, end, self.units, self.prices, self.scopes, family, self.span]

    def earlier(
        self, back: int, span: Ints | None = None, indicators: Ints | None = None
    ) -> tuple[Ints, Ints]:
        """Find each row's figure some months earlier.

        Parameters
        ----------
        back : int
            Months between the ends of the two.
        span : array of int, optional
            Months less one of the figure that is sought; those of the row itself by default.
        indicators : array of int, optional
            Codes of the indicators that are sought; that of the row itself by default.

        Returns
        -------
        rows, depth : array of int
            Position of the other figure, and how far down the grounds the two agree (`WHOLE` is all).
        """
        wanted = self.span if span is None else span
        asked = [*self._parts(back, self.file)[:-1], wanted]
        asked[1] = asked[1] if indicators is None else indicators
        rows, depth = self.pool.find(*asked)
        # One released date is as good as one file, and asked only where the file does not hold the figure.
        unmet = (depth - 2 == FAMILY) | (depth - 2 == SPAN)
        left = np.flatnonzero(unmet if span is None else unmet & (span >= 0))
        if len(left):
            dates, _ = families(self.frame, "vintage")
            again = Pool(*self._parts(0, dates))
            asked[6] = dates
            other, deeper = again.find(*(part[left] for part in asked))
            better = deeper > depth[left]
            rows[left[better]], depth[left[better]] = other[better], deeper[better]
        depth -= 2
        np.maximum(depth, 0, out=depth)
        rows[depth == 0] = UNKNOWN
        return rows, depth

    def matching(self, other: Levels, back: int = 0, *, one_family: bool = True, sure: bool = True) -> Ints:
        """Find for the rows of another frame (growth, say) the figure here of the same thing and the same months.

        Prices and units may differ, for growth and level have their own. Where a level stands at current and at constant
        prices, the one at current prices is found, which is what formulas ask for.

        Parameters
        ----------
        other : Levels
        back : int
            Months between the ends of the two.
        one_family : bool
            Whether both must stand in one file, or in releases of one known date.
        sure : bool
            Whether one of several that differ is none.

        Returns
        -------
        array of int
            Positions; `UNKNOWN` where there is none, and (`sure`) where there are several that differ.
        """
        found = np.full(len(other), UNKNOWN, np.int64)
        asked = [
            aligned(other.areas, other.area_words, self.area_words),
            aligned(other.indicators, other.indicator_words, self.indicator_words),
            aligned(other.scopes, other.scope_words, self.scope_words),
            np.where(other.end < 0, UNKNOWN, other.end - back),
            other.span,
        ]
        own = [self.areas, self.indicators, self.scopes, self.end, self.span]
        if not one_family:
            pool = Pool(*self._at_current_prices(own))
            rows, depth = pool.find(*asked)
            return np.where((depth == len(own)) & ~(sure & self._unsure(pool, rows)), rows, UNKNOWN)
        for column in ("vintage", "sha256"):
            (mine, words), (theirs, others) = families(self.frame, column), families(other.frame, column)
            pool = Pool(*self._at_current_prices([*own, mine]))
            rows, depth = pool.find(*asked, aligned(theirs, others, words))
            found = np.where((depth > len(own)) & ~(sure & self._unsure(pool, rows)), rows, found)
        return found

    def _at_current_prices(self, parts: list[Ints]) -> list[Ints]:
        """Return the codes of rows; a level at constant prices beside the same one at current prices has none."""
        if not {"current", "comparable"} <= {*self.price_words}:
            return parts
        group, groups = dense(parts)
        current = np.zeros(groups, bool)
        current[group[self.prices == _code(self.price_words, "current")]] = True
        spare = current[group] & (self.prices == _code(self.price_words, "comparable"))
        return [np.where(spare, UNKNOWN, parts[0]), *parts[1:]]

    def clashes(self) -> Flags:
        """Mark the rows of one family that print numbers of one thing which cannot agree."""
        return self.pool.clashes(self.base_values() if self.pool.twins else self.values)

    def _unsure(self, pool: Pool, rows: Ints) -> Flags:
        """Mark rows beside which another one stands that says something else: their order must not decide."""
        clash = pool.clashes(self.base_values())
        return clash[rows] if clash.any() else np.zeros(len(rows), bool)

    def base_values(self) -> Bands:
        """Return the figures in the base unit."""
        if not self.powers.any():
            return self.values
        scale = 10.0**self.powers
        return Bands(*(part * scale for part in (self.values.low, self.values.mid, self.values.high)))

    def where_indicator(self, codes_wanted: Iterable[str]) -> Flags:
        """Mark the rows of some indicators."""
        wanted = set(codes_wanted)
        table = np.array([word in wanted for word in self.indicator_words] or [False], bool)
        found: Flags = table[self.indicators]
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of each row: the position of its other figure, the refusal, and the reason of gap or refusal."""

    before: Ints
    refusal: pd.Series | str
    reason: pd.Series | str
    good: Flags


def judge(levels: Levels, back: int, breaks: Sequence[Break] = ()) -> Verdict:
    """Judge for each level whether it may be divided by the one some months earlier.

    The grounds and their order are those of `comparable.require_comparable`; besides, two different numbers for one
    period in one family are refused, and so is a base that is not surely positive.
    """
    said = Reasons(len(levels))
    before, _ = refuse_pairs(levels, back, breaks, said)
    low = at(levels.values.low, before)
    said.say((before >= 0) & (low <= 0), ComparabilityError, "相除的基数不是正数，算不出增速")
    index = levels.frame.index
    reason = said.reason(index)
    if any(said.rules) and isinstance(reason, pd.Series):
        refused = np.array([rule != NO_REFUSAL for rule in said.rules])[said.found]
        here = places(levels.frame)
        reason[refused] = (
            here[refused]
            + " 与 "
            + here.iloc[before[refused]].set_axis(index[refused])
            + " "
            + reason[refused]
        )
    return Verdict(before, said.refusal(index), reason, said.nothing)


def refuse_pairs(levels: Levels, back: int, breaks: Sequence[Break], said: Reasons) -> tuple[Ints, Ints]:
    """Find each level's figure some months earlier, and refuse the pairs on different grounds; see `Levels.earlier`."""
    before, depth = levels.earlier(back)
    paired = depth > 0
    if paired.any():
        hidden = levels.where_indicator(w for w in levels.indicator_words if has_hidden_base(w))
        said.say(
            paired & hidden, UnknownBaseError, "不能相除：该指标的增速按可比口径计算，上年公布数不是它的基数"
        )
    for level, (kind, text) in enumerate(LADDER[: FAMILY + 1]):
        said.say(depth == level, kind, text)
    for item in breaks:
        between = _over(levels, item, before, back)
        kind = DenominatorMismatchError if item.kind == "denominator" else VintageMismatchError
        said.say(between, kind, f"之间有口径断点（{item.what}）")
    said.say(depth == SPAN, *LADDER[SPAN])
    percent = levels.units == _code(levels.unit_words, "PT")
    said.say(percent, ComparabilityError, "都是百分数，不算增速，只比较百分点")
    clash = levels.clashes()
    if clash.any():
        said.say(
            clash | (paired & clash[before]), ComparabilityError, "在同一版次里有两个不同的数，不知用哪一个"
        )
    return before, depth


def _over(levels: Levels, item: Break, before: Ints, back: int) -> Flags:
    concerned: Flags = (levels.areas == _code(levels.area_words, item.ref_area)) & (before >= 0)
    if not concerned.any():
        return concerned
    concerned &= levels.where_indicator(item.indicators)
    year = levels.start // 12
    crossed: Flags = concerned & ((year - back // 12) <= int(item.before)) & (year >= int(item.after))
    return crossed


def _code(words: Sequence[str], word: str) -> int:
    return words.index(word) if word in words else UNKNOWN


def one_ground(frame: pd.DataFrame, one: Ints, other: Ints) -> Flags:
    """Mark the pairs of rows that stand in one file or were released on one known day; a row below zero is none."""
    same = np.zeros(len(one), bool)
    for column in ("sha256", "vintage"):
        if column in frame and len(frame):
            found = families(frame, column)[0]
            same |= (at(found, one) == at(found, other)) & (at(found, one) >= 0)
    return same & (one >= 0) & (other >= 0)


def in_base_unit(frame: pd.DataFrame) -> Bands:
    """Return figures in the base unit, so that 亿元 and 万元 meet."""
    values, exponent = printed(frame), powers(frame)
    if len(exponent) and (exponent == exponent[0]).all():
        exponent = exponent[:1]
    return scaled(values, exponent)


def relevant(
    observations: pd.DataFrame, areas: Iterable[pd.Series], indicators: Iterable[pd.Series]
) -> Flags:
    """Mark the rows whose area and whose indicator stand in one of some columns each."""
    mine = np.ones(len(observations), bool)
    for name, columns in (("ref_area", areas), ("indicator", indicators)):
        every = pd.concat([one.drop_duplicates().astype("str") for one in columns]).to_numpy(object)
        wanted = pa.array(every, pa.large_string())
        texts = pa.array(observations[name].array, pa.large_string())
        mine &= pc.is_in(texts, value_set=wanted).to_numpy(zero_copy_only=False)
    return mine


def levels_about(observations: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the levels of the areas and indicators of some rows, with the columns that methods ask for."""
    asked = observations[[name for name in observations.columns if name in _ASKED]]
    mine = kept(asked, relevant(asked, [rows["ref_area"]], [rows["indicator"]]))
    there = ~np.isnan(mine["obs_value"].to_numpy(np.float64))
    return kept(mine, there & marked(mine["measure"], "level".__eq__))


_ASKED = {*RESULT, "decimals", "vintage", "sha256", "file", "sheet", "cell"}
