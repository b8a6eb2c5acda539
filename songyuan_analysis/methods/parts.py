"""Contribution and pull by the column: of all parts of a total in the catalogue, and the check of printed ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from songyuan_analysis.errors import ComparabilityError, VintageMismatchError
from songyuan_analysis.methods.addresses import joined_lists, with_cells
from songyuan_analysis.methods.bands import Array, Bands, carry, either
from songyuan_analysis.methods.codes import UNKNOWN, Flags, Ints, aligned, dense, families, worded
from songyuan_analysis.methods.completion import share_of
from songyuan_analysis.methods.contribution import pull
from songyuan_analysis.methods.frames import Refusals, places, result, settle
from songyuan_analysis.methods.grounds import Levels, level_rows
from songyuan_analysis.methods.growth import base_level
from songyuan_analysis.methods.matching import Pool, kept, taken
from songyuan_analysis.methods.reasons import Reasons
from songyuan_analysis.methods.totals import Totals, members, place_of, with_total
from songyuan_analysis.observations.catalogue import catalogue

OF_WHICH = "其中项，不与其他各项相加"
_NO_BASE = "上年各部分之和不是正数，算不出拉动"
_IMPLIED = ["各部分拉动之和，与公布的增速之差不分摊"]
_IMPLIED += [f"{_IMPLIED[0]}；各部分的总量之和与公布的总量不符，超过舍入能解释的"]
FLAT = "总量可能没有增减，贡献率没有意义，只看拉动"
FALLING = "总量下降：贡献率为正表示拖累"
_LACKING = "各部分不齐，算不出贡献率"
_NO_RATE, _NO_LEVEL, _TWICE, _THERE = 0, 1, 2, 3
_STATES = ("缺{}的增速", "缺{}的总量", "{}的总量有几个不同的数")
_BY_LAST_YEAR, _BY_THIS_YEAR = 0, 1
_METHODS = ("contributions_by_base_share", "contributions_by_implied_base")


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
    rates = with_total(Levels(level_rows(observations, "yoy", "comparable")))
    levels = Levels(level_rows(observations))
    book = _Book(rates, levels)
    said = Reasons(len(rates))
    book.judge(said)
    totals, group = book.totals, book.group
    change, base = (taken(values, group) for values in book.sums)
    rest = Bands(*(a - b for a, b in zip(_three(change), _three(book.increment), strict=True)))
    # An "of which" lies inside another part: the sum does not move with it.
    share = _choose(
        lambda: carry(_share_of_sum, book.increment, rest),
        lambda: carry(share_of, book.increment, change),
        totals.addend,
    )
    moved = carry(share_of, book.increment, base)
    good = said.nothing
    said.say(good & ~totals.addend, None, OF_WHICH)
    flat = good & (change.low <= 0) & (change.high >= 0)
    of_share = said.copy()
    of_share.put(flat, ComparabilityError, FLAT)
    of_share.say(good & (change.high < 0), None, FALLING)
    first = totals.firsts()
    first = first[good[first]]
    implied = carry(share_of, *(taken(values, group[first]) for values in book.sums))
    index, method = rates.frame.index, worded(book.way, _METHODS, rates.frame.index)
    common: dict[str, Any] = {"unit_mult": 0, "unit_measure": "PT", "price_base": "comparable"}
    found = [
        result(
            rates.frame,
            values,
            method=method,
            sources=book.sources,
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
    if len(first):
        found.append(
            result(
                rates.frame.iloc[first],
                implied,
                method=method.iloc[first],
                measure="growth_implied",
                unit="%",
                indicator=worded(totals.code[first], totals.words, index[first]),
                comment=worded(book.apart(first).astype(np.int64), _IMPLIED, index[first]),
                **common,
            )
        )
    return settle(together(found), refusals)


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
    shares, pulls = (Levels(level_rows(observations, measure)) for measure in ("contribution", "pull"))
    rates = Levels(level_rows(observations, "yoy", "comparable"))
    found = [
        _sums(shares, None, "contribution_sum"),
        _sums(pulls, rates, "pull_sum"),
        _products(shares, pulls, rates),
    ]
    return together(found)


def together(found: list[pd.DataFrame]) -> pd.DataFrame:
    """Return frames of results below one another; empty ones would spoil the types of columns."""
    return pd.concat([frame for frame in found if len(frame)] or found[:1])


class _Book:
    """Increments and bases of all parts, and their sums by total."""

    def __init__(self, rates: Levels, levels: Levels) -> None:
        self.rates, self.levels = rates, levels
        self.last, self.now = levels.matching(rates, 12, one_family=False), levels.matching(rates)
        last, now = self.last, self.now
        self.totals = Totals(rates)
        self.group, self.groups = self.totals.group, self.totals.groups
        # A rate that was printed twice counts once.
        self.twice = self.totals.pool.clashes(rates.values)
        self.kin = kin = _kin(levels)
        self.mixed = np.zeros(self.groups, bool)
        by_last = self._one_ground(last, kin)
        self.way = np.where(by_last, _BY_LAST_YEAR, _BY_THIS_YEAR).astype(np.int64)
        self.chosen = np.where(by_last, last, now)
        # An "of which" is measured as the parts of its total are, or not at all.
        led = np.zeros(self.groups, bool)
        led[self.group[by_last & self.totals.addend]] = True
        self.whole: Flags = np.where(led[self.group], by_last, self._one_ground(now, kin))
        level = taken(levels.base_values(), self.chosen)
        g = rates.values
        self.increment = _choose(
            lambda: carry(growth_of_base, level, g), lambda: carry(growth_of_level, level, g), by_last
        )
        self.base = _choose(lambda: level, lambda: carry(base_level, level, g), by_last)
        self.sums = self.totals.sums(self.increment), self.totals.sums(self.base)
        self.sources = with_cells(places(rates.frame), levels.frame, self.chosen)

    def _one_ground(self, rows: Ints, kin: Ints) -> Flags:
        """Mark the rows whose total has all its parts, each with a level, and all of one vintage and one price base."""
        counted = self.totals.counted[rows[self.totals.counted] >= 0]
        number = np.bincount(self.group[counted], minlength=self.groups)
        kinds = kin.take(rows, mode="clip") if len(kin) else np.full(len(rows), UNKNOWN, np.int64)
        lowest, highest = np.full(self.groups, 2**62), np.full(self.groups, -2)
        np.minimum.at(lowest, self.group[counted], kinds[counted])
        np.maximum.at(highest, self.group[counted], kinds[counted])
        good = (lowest == highest) & (lowest >= 0)
        size = np.zeros(self.groups, np.int64)
        size[self.group] = self.totals.size
        self.mixed |= (number == size) & ~good
        complete = (number[self.group] == self.totals.size) & good[self.group] & (rows >= 0)
        # An "of which" must stand on the ground of the parts.
        found: Flags = complete & (kinds == lowest[self.group])
        return found

    def judge(self, said: Reasons) -> None:
        """Say which rows get no contribution, and why."""
        self._say_group(said, self.twice, ComparabilityError, "同一部分有两个不同的增速，先选定一个版次")
        said.say(
            ~self.whole & self.mixed[self.group], VintageMismatchError, "各部分的总量不全在同一版次、同一口径"
        )
        self._say_what_lacks(said, np.flatnonzero(~self.whole & said.nothing))
        said.say(~self.whole, None, _LACKING)
        self._say_group(said, self.rates.values.low <= -100, ComparabilityError, "增速低到 -100%，算不出基数")
        said.say((self.sums[1].low <= 0)[self.group], ComparabilityError, _NO_BASE)

    def _say_what_lacks(self, said: Reasons, rows: Ints) -> None:
        """Say to rows of totals that are not whole which parts lack growth or a level, and which have two levels."""
        if not len(rows):
            return
        counted, rates = self.totals.counted, self.rates
        by = [
            np.bincount(self.group[counted], side[counted] >= 0, self.groups)
            for side in (self.last, self.now)
        ]
        earlier = (by[0] >= by[1])[self.group]
        level = np.where(earlier, self.last, self.now) >= 0
        doubled, levels = np.full(len(rates), UNKNOWN), self.levels
        if Pool(levels.areas, levels.indicators, levels.scopes, levels.end, levels.span).twins:
            then = levels.matching(rates, 12, one_family=False, sure=False)
            doubled = np.where(earlier, then, levels.matching(rates, sure=False))
        state = np.where(level, _THERE, np.where(doubled >= 0, _TWICE, _NO_LEVEL))
        concerned = np.zeros(self.groups, bool)
        concerned[self.group[rows]] = True
        parts = counted[concerned[self.group[counted]]]
        places = [place_of(word) for word in rates.indicator_words]
        for total, division in sorted({(p.total, p.division) for p in places if p is not None}):
            codes = members(total, division)
            found = np.full((self.groups, len(codes)), _NO_RATE, np.int64)
            mine = np.zeros(self.groups, bool)
            for column, code in enumerate(codes):
                if code in rates.indicator_words:
                    own = parts[rates.indicators[parts] == rates.indicator_words.index(code)]
                    found[self.group[own], column], mine[self.group[own]] = state[own], True
            which = rows[mine[self.group[rows]]]
            pattern, count = dense([*found[self.group[which]].T])
            first = np.zeros(count, np.int64)
            first[pattern[::-1]] = np.arange(len(which))[::-1]
            said.say_each(which, None, pattern, [_lacking(codes, found[g]) for g in self.group[which[first]]])

    def apart(self, first: Ints) -> Flags:
        """Mark the totals (by their first part) whose own level, on the ground of the parts, is not the sum of theirs."""
        levels, totals, chosen = self.levels, self.totals, self.chosen[first]
        code = aligned(totals.code[first], totals.words, levels.indicator_words)
        if (code < 0).all():
            return np.zeros(len(first), bool)
        own = [levels.areas, levels.scopes, levels.end, levels.span, self.kin]
        row = Pool(levels.indicators, *own).exact(code, *(part[chosen] for part in own))
        values = levels.base_values()
        parts = taken(totals.sums(taken(values, self.chosen)), self.group[first])
        return _disagree(parts, taken(values, row))

    def _say_group(self, said: Reasons, where: Flags, kind: type[ComparabilityError], text: str) -> None:
        if where.any():
            hit = np.zeros(self.groups, bool)
            hit[self.group[where]] = True
            said.say(hit[self.group], kind, text)


def _lacking(codes: tuple[str, ...], states: Ints) -> str:
    names = catalogue().indicators
    told = [
        _STATES[s].format(names[c].name_zh)
        for c, s in zip(codes, states.tolist(), strict=True)
        if s != _THERE
    ]
    return f"{_LACKING}：{'，'.join(told)}" if told else f"{_LACKING}：缺自身的总量"


def growth_of_base(base: Array, growth: Array) -> Array:
    """Return by how much a level of the year before grew: ``b · g / 100``."""
    return base * growth / 100


def growth_of_level(level: Array, growth: Array) -> Array:
    """Return by how much a level has grown: ``y − y / (1 + g / 100)``."""
    return level - base_level(level, growth)


def _share_of_sum(part: Array, rest: Array) -> Array:
    # Part and rest move apart from each other; the sum would hold the part twice.
    return 100 * part / (part + rest)


def _three(values: Bands) -> tuple[Array, Array, Array]:
    return values.low, values.mid, values.high


def _choose(one: Callable[[], Bands], other: Callable[[], Bands], where: Flags) -> Bands:
    """Return the first figures where a mark stands, the others elsewhere; what nobody needs is not computed."""
    if where.all():
        return one()
    if not where.any():
        return other()
    return either(one(), other(), where)


def _kin(levels: Levels) -> Ints:
    """Return codes of vintage, prices and unit: what may be added up."""
    dates, words = families(levels.frame, "vintage")
    family = np.where(dates >= 0, dates, np.where(levels.file >= 0, levels.file + len(words), UNKNOWN))
    wide = len(levels.price_words) * len(levels.unit_words) + 1
    known = family * wide + levels.prices * len(levels.unit_words) + levels.units
    return np.where(family < 0, UNKNOWN, known)


def _sums(rows: Levels, rates: Levels | None, method: str) -> pd.DataFrame:
    """Hold the sum of printed parts against the growth of their total, or against 100."""
    addends = [word for word in rows.indicator_words if (p := place_of(word)) is not None and p.addend]
    parts = rows.only(rows.where_indicator(addends))
    kin = _kin(parts)
    totals = Totals(parts, kin)
    first, number = totals.firsts(), np.bincount(totals.group[totals.counted], minlength=totals.groups)
    full = first[(number[totals.group[first]] == totals.size[first]) & (kin[first] >= 0)]
    values = taken(totals.sums(parts.values), totals.group[full])
    like = parts.frame.iloc[full]
    named = worded(totals.code[full], totals.words, like.index)
    against = Bands.exact(np.full(len(full), 100.0))
    if rates is not None:
        against = _growth_of(rates, like.assign(indicator=named))
    frame = result(
        like,
        values,
        method=method,
        indicator=named,
        comment=_agreement(values, against, like.index),
        sources=_cells_of(parts.frame, totals, full).set_axis(like.index),
    )
    return kept(frame, ~np.isnan(against.mid))


def _growth_of(rates: Levels, like: pd.DataFrame) -> Bands:
    return taken(rates.values, rates.matching(Levels(like)))


def _cells_of(frame: pd.DataFrame, totals: Totals, wanted: Ints) -> pd.Series:
    """Join the cells of all parts of the totals of some rows."""
    cells = places(frame)
    if not (cells != "").any():
        return cells.iloc[wanted]
    group = totals.group[totals.counted]
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=totals.groups))
    return joined_lists(cells, totals.counted[order], ends).iloc[totals.group[wanted]]


def _products(shares: Levels, pulls: Levels, rates: Levels) -> pd.DataFrame:
    named = {c: (p.total if (p := place_of(c)) else c) for c in pulls.indicator_words}
    like = pulls.frame.assign(
        indicator=worded(pulls.indicators, [named[c] for c in pulls.indicator_words], pulls.frame.index)
    )
    rows = shares.matching(pulls)
    growth = _growth_of(rates, like)
    values = carry(pull, growth, taken(shares.values, rows))
    known = ~np.isnan(values.mid)
    comment = _agreement(values, pulls.values, pulls.frame.index)
    frame = result(
        pulls.frame,
        values,
        method="pull_product",
        comment=comment,
        sources=with_cells(places(pulls.frame), shares.frame, rows),
    )
    return kept(frame, known)


def _agreement(values: Bands, printed: Bands, index: pd.Index) -> pd.Series:
    apart = _disagree(values, printed)
    return worded(apart.astype(np.int64), ["", "与公布的数不符，超过舍入能解释的"], index)


def _disagree(values: Bands, printed: Bands) -> Flags:
    noise = 1e-9 * (1 + np.abs(values.mid))
    apart: Flags = (values.low > printed.high + noise) | (values.high < printed.low - noise)
    return apart
