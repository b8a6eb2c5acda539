"""What is missing from a series, and releases that do not come in the order of their periods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from songyuan_analysis.checks.finding import NOTE, Hit
from songyuan_analysis.checks.material import Material
from songyuan_analysis.sheets.periods import Period

_FEWEST_YEARS, _FEWEST_PARTS = 5, 4
_COVERED = 0.75
_LINE = ["ref_area", "indicator", "measure", "price_base", "scope", "beat"]


def missing_periods(material: Material) -> Iterator[Hit]:
    """Find series that had every period of their beat and lack an inner one, or the newest of their table."""
    slots = _slots(material)
    present = set(zip(*(slots[name] for name in [*_LINE, "slot"]), strict=True))
    told: set[tuple[object, ...]] = set()
    for where in (["file", "sheet", "table"], []):
        rows = slots if where else slots[slots["beat"] != "A"]
        line = [*where, *_LINE]
        rows = rows.drop_duplicates([*line, "slot"]).sort_values([*line, "slot"], kind="stable")
        series = rows.groupby(line, sort=False)["slot"]
        count, first, last = series.transform("size"), series.transform("min"), series.transform("max")
        fewest = np.where(rows["beat"] == "A", _FEWEST_YEARS, _FEWEST_PARTS)
        steady = rows[(count >= fewest) & (count >= _COVERED * (last - first + 1))]
        gaps = _inner(steady, line)
        if where:
            gaps = pd.concat([gaps, _newest(steady, where, line)])
        # What another workbook has is not missing.
        gaps = gaps[~gaps["key"].isin(present)]
        gaps = gaps.assign(
            said=[_period(beat, slot) for beat, slot in zip(gaps["beat"], gaps["lack"], strict=True)]
        )
        for _, group in gaps.groupby([*where, "beat", "lack"], sort=True):
            hit = _gap_hit(material, group[~group["key"].isin(list(told))])
            if hit is not None:
                told |= set(group["key"])
                yield hit


def _inner(rows: pd.DataFrame, line: list[str]) -> pd.DataFrame:
    before = rows.groupby(line, sort=False)["slot"].shift()
    wide = rows.assign(hole=rows["slot"] - before)[rows["slot"] - before > 1]
    lacks = wide.loc[wide.index.repeat((wide["hole"] - 1).astype(int))]
    lacks = lacks.assign(lack=lacks["slot"] - 1 - lacks.groupby(level=0).cumcount())
    return _keyed(lacks)


def _newest(rows: pd.DataFrame, where: list[str], line: list[str]) -> pd.DataFrame:
    """Find complete series that stop one period before the other series of their table."""
    table = rows.groupby([*where, "beat"], sort=False)["slot"].transform("max")
    ends = rows[rows["slot"] == rows.groupby(line, sort=False)["slot"].transform("max")]
    stopped = ends[ends["slot"] == table[ends.index] - 1]
    return _keyed(stopped.assign(lack=stopped["slot"] + 1))


def _keyed(rows: pd.DataFrame) -> pd.DataFrame:
    keys: list[Any] = list(zip(*(rows[name] for name in [*_LINE, "lack"]), strict=True))
    return rows.assign(key=keys)


def _gap_hit(material: Material, group: pd.DataFrame) -> Hit | None:
    if group.empty:
        return None
    rows = tuple(material.observations.loc[at] for at in group["at"])
    names = [f"{material.area_name(r['ref_area'])}{material.item(r['indicator']).name_zh}" for r in rows]
    names = list(dict.fromkeys(names))
    more = f"等{len(names)}个序列" if len(names) > 3 else ""
    return Hit(
        rows[0],
        f"{'、'.join(names[:3])}{more}缺{group['said'].iloc[0]}的数，前后各期都有",
        rows,
        weight=len(names),
    )


def _slots(material: Material) -> pd.DataFrame:
    """Give every period of a series its number on the beat; a mark in place of a number says that the gap is known."""
    frame = material.observations
    known = (frame["indicator"] != "") & (frame["measure"] != "") & (frame["ref_area"] != "")
    rows = frame[known & (frame["time_period"] != "") & frame["freq"].isin(["A", "Q", "M", "YTD"])]
    rows = rows[~rows["measure"].isin(["target", "rank"])]
    year, month = rows["period_end"].str[:4].astype(int), rows["period_end"].str[5:7].astype(int)
    rows = rows[["file", "sheet", "table", *_LINE[:-1], "freq"]].assign(year=year, month=month, at=rows.index)
    line = [rows[name] for name in _LINE[:-1]]
    told = rows["freq"] == "YTD"
    # The year closes the chain of cumulative figures; where a chain only has quarters, quarters are its beat.
    cumulative = told.groupby(line).transform("any")
    monthly = (told & (rows["month"] % 3 != 0)).groupby(line).transform("any")
    years = rows[rows["freq"] == "A"].assign(beat="A", slot=rows["year"])
    chain = rows[told | (cumulative & (rows["freq"] == "A"))]
    by_month = chain[monthly[chain.index] & (chain["month"] > 1)]
    by_quarter = chain[~monthly[chain.index]]
    # January and February are published together: neither has a figure of its own.
    months = rows[(rows["freq"] == "M") & (rows["month"] > 2)]
    quarters = rows[rows["freq"] == "Q"]
    return pd.concat(
        [
            years,
            by_month.assign(beat="YM", slot=by_month["year"] * 11 + by_month["month"] - 2),
            by_quarter.assign(beat="YQ", slot=by_quarter["year"] * 4 + by_quarter["month"] // 3 - 1),
            months.assign(beat="M", slot=months["year"] * 10 + months["month"] - 3),
            quarters.assign(beat="Q", slot=quarters["year"] * 4 + quarters["month"] // 3 - 1),
        ]
    ).reset_index(drop=True)


def _period(beat: str, slot: int) -> str:
    slot = int(slot)
    if beat == "A":
        return f"{slot}年"
    if beat in {"YQ", "Q"}:
        year, quarter = slot // 4, slot % 4 + 1
        period = Period.quarter(year, quarter) if beat == "Q" else _to_date(year, 3 * quarter)
    elif beat == "YM":
        period = _to_date(slot // 11, slot % 11 + 2)
    else:
        period = Period.month(slot // 10, slot % 10 + 3)
    return period.label_zh()


def _to_date(year: int, month: int) -> Period:
    return Period.year(year) if month == 12 else Period.to_date(year, month)


def early_releases(material: Material) -> Iterator[Hit]:
    """Find figures that were released before their period was over, and are neither targets nor estimates."""
    rows = material.numbers
    rows = rows[
        (rows["vintage"] != "")
        & (rows["obs_status"] != "E")
        & ~rows["measure"].isin(["target", "completion"])
    ]
    early = rows[rows["vintage"].str[:7] < rows["period_end"]]
    for _, group in early.groupby(["file", "sheet", "time_period"], sort=True):
        row = group.iloc[0]
        cells = tuple(r for _, r in group.iterrows())
        # The stock of a year that is not over is the stock of a day; a flow cannot have been known.
        stocks = all(material.item(code).kind == "stock" for code in group["indicator"])
        yield Hit(
            row,
            f"{Period.parse(row['time_period']).label_zh()}的{len(group)}个数发布于{row['vintage']}，早于该时期结束"
            + ("（时点数，应是年内某日的数）" if stocks else ""),
            cells,
            accused=cells,
            severity=NOTE if stocks else "",
        )


def late_releases(material: Material) -> Iterator[Hit]:
    """Find issuers that seem to have released a later period before an earlier one of the same series."""
    rows = material.numbers
    rows = rows[(rows["vintage"] != "") & (rows["issuer"] != "") & ~rows["obs_status"].isin(["F", "R", "E"])]
    rows = rows[~rows["measure"].isin(["target", "rank"])]
    line = ["issuer", "ref_area", "indicator", "measure", "price_base", "scope", "freq"]
    # A file is the release of the newest period in it; what it repeats of the past says nothing about the order.
    ends = rows.sort_values("period_end", kind="stable").drop_duplicates([*line, "file"], keep="last")
    first = ends.sort_values([*line, "period_end", "vintage"], kind="stable").drop_duplicates(
        [*line, "period_end"]
    )
    later = first.assign(at=first.index)
    later["next_vintage"] = later.groupby(line, sort=False)["vintage"].shift(-1)
    later["next_at"] = later.groupby(line, sort=False)["at"].shift(-1)
    wrong = later[later["next_vintage"].notna() & (later["next_vintage"] < later["vintage"])]
    for _, group in wrong.groupby("file", sort=True):
        row, after = material.numbers.loc[group["at"].iloc[0]], material.numbers.loc[group["next_at"].iloc[0]]
        yield Hit(
            row,
            f"{row['issuer']}的{Period.parse(row['time_period']).label_zh()}数发布于{row['vintage']}，"
            f"{Period.parse(after['time_period']).label_zh()}数却在{after['vintage']}已发布",
            (row, after),
            accused=(row, after),
        )
