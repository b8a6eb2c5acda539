"""Contribution and pull by the column: of all parts of a total in the catalogue, and the check of printed ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, VintageMismatchError
from songyuan_analysis.methods.bands import Array, Bands, carry
from songyuan_analysis.methods.frames import RESULT, Refusals, joined, result, settle
from songyuan_analysis.methods.grounds import Levels, Reasons, level_rows
from songyuan_analysis.methods.growth import base_level
from songyuan_analysis.methods.matching import (
    UNKNOWN,
    Flags,
    Ints,
    Pool,
    cells_of,
    families,
    kept,
    taken,
    worded,
)
from songyuan_analysis.observations.catalogue import catalogue

_BY_LAST_YEAR, _BY_THIS_YEAR = 0, 1
_METHODS = ("contributions_by_base_share", "contributions_by_implied_base")


@dataclass(frozen=True)
class Place:
    """Where an indicator stands in a total: the total, the division, how many parts that has, and whether it is one."""

    total: str
    division: str
    parts: int
    addend: bool


@cache
def place_of(code: str) -> Place | None:
    """Return the total to which an indicator contributes, by the catalogue; None where there is none.

    Members with the same ``part_of`` and ``division`` add up. An indicator with a parent but no ``part_of`` is an "of
    which" of the first total above it: it contributes, and is never added.
    """
    known = catalogue().indicators
    item = known.get(code)
    if item is None:
        return None
    sizes: dict[tuple[str, str], int] = {}
    for other in known.values():
        if other.part_of:
            sizes[other.part_of, other.division] = sizes.get((other.part_of, other.division), 0) + 1
    if item.part_of:
        return Place(item.part_of, item.division, sizes[item.part_of, item.division], addend=True)
    above, seen = item.parent, {code}
    while above and above not in seen:
        seen.add(above)
        if (above, "") in sizes and sizes[above, ""] > 1:
            return Place(above, "", sizes[above, ""], addend=False)
        above = known[above].part_of or known[above].parent
    return None


def contributions(observations: pd.DataFrame, *, refusals: Refusals = "raise") -> pd.DataFrame:
    """Return contribution (贡献率, %) and pull (拉动, percentage points) of the parts of every total.

    Formulas: with ``b`` the part's level of the year before and ``g`` its growth at comparable prices, the increment is
    ``d = b·g/100``, the contribution ``100·d / Σd``, the pull ``100·d / Σb``. Where no level of the year before stands
    in one vintage for all parts, ``b = y / (1 + g)`` from this year's level. Sources: 广州市统计局, note on 贡献率;
    青海统计年鉴2020, table 4-15, note ③, on 拉动.

    Parameters
    ----------
    observations : DataFrame
        Growth (``yoy``, comparable) of the parts with levels of the year before or of the same period.
    refusals : {"raise", "mark"}
        See `frames.settle`.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`: two rows for each part and period, ``contribution`` and ``pull``, and of each
        total one of ``growth_implied``, the sum of the pulls. That need not be the published growth, for levels are at
        current prices (within about 0.2 points): report the difference, never spread it. ``method`` says which base
        was used.

    Raises
    ------
    ComparabilityError
        If the increments may add up to nothing: over no growth there are no contributions. Also for growth
        of −100 %, and for two different numbers of one part.

    Notes
    -----
    Contributions add up to 100 only over parts with the same ``part_of`` and ``division``; an "of which" (工业 in the
    secondary industry) gets its own and is never added. A total with a part missing gives nothing. Values beyond
    [0, 100] are normal; where the total falls, a positive contribution pulls it down, and the row says so.
    """
    rows = level_rows(observations, "yoy")
    comparable = (rows["price_base"] == "comparable").to_numpy(bool)
    placed = rows["indicator"].map({c: place_of(c) is not None for c in rows["indicator"].unique()})
    rates = Levels(kept(rows, comparable & placed.to_numpy(bool)))
    levels = Levels(level_rows(observations))
    book = _Book(rates, levels)
    said = Reasons(len(rates))
    book.judge(said)
    total_rest = Bands(*(a - b for a, b in zip(book.total("d"), _three(book.increment), strict=True)))
    share = carry(_share_of_sum, book.increment, total_rest)
    if not book.addend.all():
        # An "of which" lies inside another part: the sum does not move with it.
        whole = Bands(*book.total("d"))
        share = _choose(share, carry(lambda d, s: 100 * d / s, book.increment, whole), book.addend)
    moved = carry(lambda d, b: 100 * d / b, book.increment, Bands(*book.total("b")))
    good, change = said.nothing, Bands(*book.total("d"))
    said.say(good & ~book.addend, None, "其中项，不与其他各项相加")
    flat = good & (change.low <= 0) & (change.high >= 0)
    of_share = said.copy()
    of_share.put(flat, ComparabilityError, "总量可能没有增减，贡献率没有意义，只看拉动")
    of_share.say(good & (change.high < 0), None, "总量下降：贡献率为正表示拖累")
    common: dict[str, Any] = {"unit_mult": 0, "unit_measure": "PT", "price_base": "comparable"}
    index = rates.frame.index
    method = worded(book.way, _METHODS, index)
    common["sources"] = book.sources
    found = [
        result(
            rates.frame,
            values,
            method=method,
            measure=measure,
            unit=unit,
            refusal=why.refusal(index),
            comment=why.reason(index),
            **common,
        )
        for values, measure, unit, why in (
            (share.where(good & ~flat), "contribution", "%", of_share),
            (moved.where(good), "pull", "个百分点", said),
        )
    ]
    first = good & book.first_of_group()
    implied = carry(lambda d, b: 100 * d / b, Bands(*book.total("d")), Bands(*book.total("b"))).where(good)
    totals = result(
        rates.frame,
        implied,
        method=method,
        measure="growth_implied",
        unit="%",
        indicator=worded(book.total_code, book.total_words, index),
        comment="各部分拉动之和，与公布的增速之差不分摊",
        **{**common, "sources": ""},
    )
    if first.any():
        found.append(kept(totals, first))
    return settle(pd.concat([frame for frame in found if len(frame)] or found[:1]), refusals)


def check_contributions(observations: pd.DataFrame) -> pd.DataFrame:
    """Check printed contributions and pulls against each other and against printed growth, by intervals.

    Rules: contributions of the parts of one division add up to 100; pulls add up to the growth of the total; each pull
    is growth times contribution (``a·g/100``). Sources: notes on 贡献率 and 拉动 in yearbooks. A printed figure stands
    for an interval: what rounding can explain agrees. Figures of one file or release date are held together.

    Returns
    -------
    DataFrame
        With the columns `frames.RESULT`, one row for each rule that could be checked: what the parts give, ``method``
        (``contribution_sum``, ``pull_sum``, ``pull_product``), the cells, and ``comment_obs``, "" where they agree.
    """
    found = [
        _sums(observations, "contribution", "contribution_sum"),
        _sums(observations, "pull", "pull_sum"),
        _products(observations),
    ]
    filled = [frame for frame in found if len(frame)] or found[:1]
    return pd.concat(filled)[list(RESULT)]


class _Book:
    """Increments and bases of all parts, and their sums by total."""

    def __init__(self, rates: Levels, levels: Levels) -> None:
        self.rates, self.levels = rates, levels
        places = [place_of(word) or Place("", "", 0, addend=False) for word in rates.indicator_words]
        own = rates.indicators
        self.addend = np.array([p.addend for p in places] or [False], bool)[own]
        self.size = np.array([p.parts for p in places] or [0], np.int64)[own]
        self.total_words = sorted({p.total for p in places}) or [""]
        self.total_code = np.array([self.total_words.index(p.total) for p in places] or [0], np.int64)[own]
        divisions = sorted({p.division for p in places})
        division = np.array([divisions.index(p.division) for p in places] or [0], np.int64)[own]
        last, now = levels.matching(rates, 12, one_family=False), levels.matching(rates)
        group = [rates.areas, rates.scopes, rates.end, rates.span, self.total_code, division]
        # A rate that was printed twice counts once.
        self.pool = Pool(*group, rates.indicators)
        self.twice = self.pool.clashes(rates.values)
        self.single = self.pool.first_of_equals()
        self.group = _dense(group)
        self.groups = int(self.group.max(initial=-1)) + 1
        kin, self.mixed = _kin(levels), np.zeros(self.groups, bool)
        by_last = self._one_ground(last, kin)
        self.way = np.where(by_last, _BY_LAST_YEAR, _BY_THIS_YEAR).astype(np.int64)
        self.chosen = np.where(by_last, last, now)
        # An "of which" is measured as the parts of its total are, or not at all.
        led = np.zeros(self.groups, bool)
        led[self.group[by_last & self.addend]] = True
        self.whole: Flags = np.where(led[self.group], by_last, self._one_ground(now, kin))
        level = taken(levels.base_values(), self.chosen)
        g = rates.values
        by_share, by_base = (
            carry(lambda b, r: b * r / 100, level, g),
            carry(lambda y, r: y - base_level(y, r), level, g),
        )
        self.increment = _choose(by_share, by_base, by_last)
        self.base = _choose(level, carry(base_level, level, g), by_last)
        cells = cells_of(levels.frame)
        self.sources = cells_of(rates.frame)
        if len(levels) and (self.chosen >= 0).any():
            more = cells.take(np.maximum(self.chosen, 0)).set_axis(self.sources.index)
            self.sources = self.sources.where(
                (self.chosen < 0) | (more == ""), joined([self.sources, more], "；")
            )

    def _one_ground(self, rows: Ints, kin: Ints) -> Flags:
        """Mark the rows whose total has all its parts, each with a level, and all of one vintage and one price base."""
        counted = self.single & self.addend & (rows >= 0)
        number = np.bincount(self.group[counted], minlength=self.groups)
        kinds = kin.take(rows, mode="clip") if len(kin) else np.full(len(rows), UNKNOWN, np.int64)
        lowest, highest = np.full(self.groups, 2**62), np.full(self.groups, -2)
        np.minimum.at(lowest, self.group[counted], kinds[counted])
        np.maximum.at(highest, self.group[counted], kinds[counted])
        good = (lowest == highest) & (lowest >= 0)
        size = np.zeros(self.groups, np.int64)
        size[self.group] = self.size
        self.mixed |= (number == size) & ~good
        complete = (number[self.group] == self.size) & good[self.group] & (rows >= 0)
        # An "of which" must stand on the ground of the parts.
        found: Flags = complete & (kinds == lowest[self.group])
        return found

    def total(self, what: str) -> tuple[Array, Array, Array]:
        """Return the sum of increments (``d``) or bases (``b``) of each row's total: low, mid, high."""
        values = self.increment if what == "d" else self.base
        counted = self.single & self.addend
        sums = [
            np.bincount(self.group[counted], part[counted], self.groups)[self.group].astype(np.float64)
            for part in _three(values)
        ]
        return sums[0], sums[1], sums[2]

    def judge(self, said: Reasons) -> None:
        """Say which rows get no contribution, and why."""
        self._say_group(said, self.twice, ComparabilityError, "同一部分有两个不同的增速，先选定一个版次")
        said.say(
            ~self.whole & self.mixed[self.group], VintageMismatchError, "各部分的总量不全在同一版次、同一口径"
        )
        said.say(~self.whole, None, "各部分不齐，算不出贡献率")
        self._say_group(said, self.rates.values.low <= -100, ComparabilityError, "增速低到 -100%，算不出基数")

    def _say_group(self, said: Reasons, where: Flags, kind: type[ComparabilityError], text: str) -> None:
        if where.any():
            hit = np.zeros(self.groups, bool)
            hit[self.group[where]] = True
            said.say(hit[self.group], kind, text)

    def first_of_group(self) -> Flags:
        """Mark one addend of each total."""
        first = np.zeros(len(self.rates), bool)
        rows = np.flatnonzero(self.single & self.addend)
        first[rows[np.unique(self.group[rows], return_index=True)[1]]] = True
        return first


def _share_of_sum(part: Array, rest: Array) -> Array:
    # Part and rest move apart from each other; the sum would hold the part twice.
    return 100 * part / (part + rest)


def _pull(growth: Array, contribution: Array) -> Array:
    return growth * contribution / 100


def _three(values: Bands) -> tuple[Array, Array, Array]:
    return values.low, values.mid, values.high


def _choose(one: Bands, other: Bands, where: Flags) -> Bands:
    return Bands(*(np.where(where, a, b) for a, b in zip(_three(one), _three(other), strict=True)))


def _kin(levels: Levels) -> Ints:
    """Return codes of vintage, prices and unit: what may be added up."""
    dates, words = families(levels.frame, "vintage")
    family = np.where(dates >= 0, dates, np.where(levels.file >= 0, levels.file + len(words), UNKNOWN))
    wide = len(levels.price_words) * len(levels.unit_words) + 1
    known = family * wide + levels.prices * len(levels.unit_words) + levels.units
    return np.where(family < 0, UNKNOWN, known)


def _dense(parts: list[Ints]) -> Ints:
    group = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        group = pd.factorize(group * (int(part.max(initial=0)) + 2) + part + 1)[0].astype(np.int64)
    return group


def _sums(observations: pd.DataFrame, measure: str, method: str) -> pd.DataFrame:
    rows = level_rows(observations, measure)
    places = {code: place_of(code) for code in rows["indicator"].unique()}
    addends = {code for code, where in places.items() if where is not None and where.addend}
    parts = Levels(kept(rows, rows["indicator"].isin(addends).to_numpy(bool)))
    if not len(parts):
        return result(parts.frame, parts.values, method=method)
    book = _Book(parts, Levels(level_rows(observations).iloc[:0]))
    kin = _kin(parts)
    group = _dense([book.group, kin])
    single = Pool(group, parts.indicators).first_of_equals()
    number = np.bincount(group[single])
    sums = [np.bincount(group[single], weights=part[single]) for part in _three(parts.values)]
    rows_of = np.flatnonzero(single)
    first = rows_of[np.unique(group[rows_of], return_index=True)[1]]
    full = first[(number[group[first]] == book.size[first]) & (kin[first] >= 0)]
    values = Bands(*(part[group[full]] for part in sums))
    like = parts.frame.iloc[full]
    totals = worded(book.total_code[full], book.total_words, like.index)
    against = Bands.exact(np.full(len(full), 100.0))
    if measure == "pull":
        against = _growth_of(observations, like.assign(indicator=totals))
    comment = _agreement(values, against)
    known = ~np.isnan(against.mid)
    frame = result(
        like,
        values,
        method=method,
        indicator=totals,
        comment=pd.Series(comment, index=like.index, dtype="str"),
        sources=_cells_of(parts.frame, group, single, group[full], like.index),
    )
    return kept(frame, known)


def _growth_of(observations: pd.DataFrame, like: pd.DataFrame) -> Bands:
    yoy = level_rows(observations, "yoy")
    rates = Levels(kept(yoy, (yoy["price_base"] == "comparable").to_numpy(bool)))
    return taken(rates.values, rates.matching(Levels(like)))


def _cells_of(frame: pd.DataFrame, group: Ints, single: Flags, wanted: Ints, index: pd.Index) -> pd.Series:
    cells = cells_of(frame).to_numpy()
    together = pd.Series(cells[single]).groupby(group[single]).agg("；".join)
    return together.reindex(wanted).set_axis(index).astype("str")


def _products(observations: pd.DataFrame) -> pd.DataFrame:
    pulls = Levels(level_rows(observations, "pull"))
    shares = Levels(level_rows(observations, "contribution"))
    named = {c: (p.total if (p := place_of(c)) else c) for c in pulls.indicator_words}
    like = pulls.frame.assign(indicator=pulls.frame["indicator"].map(named).astype("str"))
    rows = shares.matching(pulls)
    growth = _growth_of(observations, like)
    values = carry(_pull, growth, taken(shares.values, rows))
    known = ~np.isnan(values.mid)
    comment = _agreement(values, pulls.values)
    sources = cells_of(pulls.frame)
    if known.any():
        cells = cells_of(shares.frame)
        more = cells.take(np.maximum(rows, 0)).set_axis(sources.index)
        sources = joined([sources, more], "；")
    frame = result(
        pulls.frame,
        values,
        method="pull_product",
        comment=pd.Series(comment, index=pulls.frame.index, dtype="str"),
        sources=sources,
    )
    return kept(frame, known)


def _agreement(values: Bands, printed: Bands) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    noise = 1e-9 * (1 + np.abs(values.mid))
    apart = (values.low > printed.high + noise) | (values.high < printed.low - noise)
    return np.where(apart, "与公布的数不符，超过舍入能解释的", "").astype(object)
