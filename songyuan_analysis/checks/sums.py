"""Sums: parts and their total, shares and the levels behind them, single periods and the year that they make."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from songyuan_analysis.checks.finding import Hit, plain, said
from songyuan_analysis.checks.material import NOISE, PRINT, Material, bands_of, rows_at
from songyuan_analysis.methods.bands import carry
from songyuan_analysis.methods.comparison import points
from songyuan_analysis.methods.completion import share_of
from songyuan_analysis.methods.growth import rate
from songyuan_analysis.sheets.periods import Period

_WHEN = ["time_period", "freq"]
_WHOLE = [name for name in PRINT if name != "indicator"]
_TWELVE = re.compile(r"1\s*[-—－~～至]+\s*12\s*月|一至十二月|本月止累计|1-本月")


def parts_and_total(material: Material) -> Iterator[Hit]:
    """Hold parts against their total: the difference may be what rounding explains, and no more."""
    key = [*_WHOLE, *_WHEN]
    added = material.numbers[material.numbers["measure"].isin(["level", "change"])]
    added = added.drop_duplicates([*key, "measure", "indicator"])
    key = [*key, "measure"]
    have = set(added["indicator"])
    for (total, _), members in sorted(material.divisions.items()):
        if total not in have or not members <= have:
            continue
        parts = added[added["indicator"].isin(list(members))]
        whole = added[added["indicator"] == total]
        sums = parts.groupby(key, sort=True).agg(
            count=("value", "size"), low=("low", "sum"), high=("high", "sum"), value=("value", "sum")
        )
        sums = sums[sums["count"] == len(members)].reset_index()
        met = sums.merge(
            whole.reset_index(names="at")[[*key, "at", "low", "high"]], on=key, suffixes=("", "_whole")
        )
        noise = NOISE * met["value"].abs()
        met = met[(met["low"] > met["high_whole"] + noise) | (met["high"] < met["low_whole"] - noise)]
        members_of = met[[*key, "at"]].merge(parts.reset_index(names="part")[[*key, "part"]], on=key)
        for at, labels in members_of.groupby("at", sort=True)["part"]:
            total_row, *part_rows = rows_at(added, [at, *labels])
            yield _sum_hit(total_row, tuple(part_rows))


def _sum_hit(row: pd.Series, parts: tuple[pd.Series, ...]) -> Hit:
    total, sum_ = row["obs_value"], sum(part["value"] for part in parts) / row["factor"]
    slack = sum(item["high"] - item["low"] for item in (row, *parts)) / 2 / row["factor"]
    measure = "各部分之和" if row["measure"] == "level" else "各部分增量之和"
    return Hit(
        row,
        f"{Period.parse(row['time_period']).label_zh()}{measure}{plain(sum_)}与合计{plain(total)}"
        f"相差{plain(points(sum_, total), 4, sign=True)}{row['unit']}，超过舍入能解释的{plain(slack, 3)}",
        (row, *parts),
        accused=(row, *parts),
        weight=abs(rate(sum_, total)) if total else 100.0,
    )


def shares(material: Material) -> Iterator[Hit]:
    """Hold shares against the levels of the same table: one of the totals above must give the printed share."""
    numbers = material.numbers
    rows = numbers[(numbers["measure"] == "share") & (numbers["dim"] == "PT")].reset_index(names="at")
    above = pd.DataFrame(
        [(code, total) for code, chain in material.ancestors.items() for total in chain],
        columns=["indicator", "total"],
    )
    where = ["file", "obs_status", "ref_area", *_WHEN]
    level = material.levels[
        [*where, "indicator", "price_base", "scope", "dim", "value", "low", "high"]
    ].reset_index(names="level_at")
    asked = rows[[*where, "indicator", "scope", "value", "low", "high", "at"]].merge(above, on="indicator")
    parts = asked.merge(level, on=[*where, "indicator", "scope"], suffixes=("", "_part"))
    pairs = parts.merge(
        level, left_on=[*where, "total", "price_base", "scope", "dim"],
        right_on=[*where, "indicator", "price_base", "scope", "dim"], suffixes=("", "_total"),
    )  # fmt: skip
    pairs = pairs[(pairs["low_total"] > 0) & (pairs["low_part"] >= 0)]
    given = carry(share_of, bands_of(pairs, "_part"), bands_of(pairs, "_total"))
    noise = NOISE * 100
    pairs["agrees"] = (given.low <= pairs["high"] + noise) & (pairs["low"] <= given.high + noise)
    denied = ~pairs.groupby("at")["agrees"].transform("any")
    denied &= ~pairs["at"].isin(
        _balanced(material, rows[rows["file"].isin(pairs.loc[denied, "file"].unique())])
    )
    for labels in (
        pairs[denied].drop_duplicates("at")[["at", "level_at", "level_at_total"]].to_numpy().tolist()
    ):
        row, part, total = rows_at(numbers, labels)
        computed = share_of(part["value"], total["value"])
        yield Hit(
            row,
            f"{Period.parse(row['time_period']).label_zh()}{material.item(row['indicator']).name_zh}占"
            f"{material.item(total['indicator']).name_zh}的比重印为{said(row)}，"
            f"由总量算得{computed:.2f}%",
            (row, part, total),
            weight=abs(points(float(row["value"]), computed)),
        )
    yield from _shares_of_a_whole(material, rows.set_index("at"))


def _balanced(material: Material, rows: pd.DataFrame) -> list[int]:
    """Return the shares of tables whose printed shares make 100 exactly: offices move the last digit of one for that.

    A share that is off by more than its last digit is not excused: all of a table are, or none.
    """
    key = ["file", "obs_status", "ref_area", "scope", *_WHEN]
    excused: list[int] = []
    levels = material.levels[material.levels["file"].isin(rows["file"].unique())]
    for (total, _), members in material.divisions.items():
        parts = rows[rows["indicator"].isin(list(members))].drop_duplicates([*key, "indicator"])
        for _, group in _complete(parts, key, len(members)):
            if abs(group["value"].sum() - 100) < NOISE * 100:
                excused += _off_by_a_digit(levels, group, total)
    return excused


def _off_by_a_digit(levels: pd.DataFrame, shares: pd.DataFrame, total: str) -> list[int]:
    first = shares.iloc[0]
    here = (
        levels[["file", "ref_area", "time_period"]] == [first[n] for n in ("file", "ref_area", "time_period")]
    ).all(axis=1)
    values = levels[here].drop_duplicates("indicator").set_index("indicator")["value"]
    if total not in values.index:
        return []
    return [
        row["at"]
        for row in shares.to_dict("records")
        if row["indicator"] in values.index
        and abs(points(share_of(values[row["indicator"]], values[total]), row["value"]))
        < row["high"] - row["low"] + NOISE
    ]


def _shares_of_a_whole(material: Material, rows: pd.DataFrame) -> Iterator[Hit]:
    """Hold the shares of all parts against 100 %."""
    key = ["file", "obs_status", "ref_area", "scope", *_WHEN]
    have = set(rows["indicator"])
    for (total, _), members in sorted(material.divisions.items()):
        if not members <= have:
            continue
        parts = rows[rows["indicator"].isin(list(members))].drop_duplicates([*key, "indicator"])
        for _, group in _complete(parts, key, len(members)):
            if group["low"].sum() > 100 + NOISE or group["high"].sum() < 100 - NOISE:
                cells = tuple(row for _, row in group.iterrows())
                yield Hit(
                    cells[0],
                    f"{Period.parse(cells[0]['time_period']).label_zh()}{material.item(total).name_zh}各部分比重之和为"
                    f"{plain(group['value'].sum(), 4)}%，舍入不能解释与100%的差",
                    cells,
                    accused=cells,
                )


def _complete(parts: pd.DataFrame, key: list[str], count: int) -> Iterator[tuple[object, pd.DataFrame]]:
    if len(parts) < count or parts.empty:
        return
    full = parts[parts.groupby(key)["value"].transform("size") == count]
    yield from full.groupby(key, sort=True)


def year_and_periods(material: Material) -> Iterator[Hit]:
    """Hold a year against its 1—12月, and a longer period against the single ones that it is made of."""
    flows = material.levels[material.levels["indicator"].isin(list(material.codes(kind="flow")))]
    flows = flows[flows["y0"] == flows["y1"]]
    yield from _twelve_months(material, flows)
    singles = flows[flows["freq"].isin(["M", "Q", "S"])].drop_duplicates([*PRINT, "time_period"])
    sums = flows[(flows["m0"] == 1) & (flows["months"] > 1)].drop_duplicates([*PRINT, "time_period"])
    key = [*PRINT, "y0"]
    for length in (1, 3, 6):
        same = singles[singles["months"] == length]
        if same.empty:
            continue
        # A sum that begins with January and so many singles from January on: they must be all that it has.
        asked = sums[sums["months"] > length].reset_index(names="at")
        met = asked[[*key, "at", "m1", "low", "high"]].merge(
            same.reset_index(names="part")[[*key, "part", "m1", "low", "high"]],
            on=key,
            suffixes=("", "_part"),
        )
        met = met[met["m1_part"] <= met["m1"]]
        totals = met.groupby("at").agg(
            count=("part", "size"), low=("low_part", "sum"), high=("high_part", "sum"),
            end=("m1", "first"), least=("low", "first"), most=("high", "first"),
        )  # fmt: skip
        totals = totals[totals["count"] * length == totals["end"]]
        noise = NOISE * totals["most"].abs()
        wrong = totals[(totals["low"] > totals["most"] + noise) | (totals["high"] < totals["least"] - noise)]
        for at in wrong.index:
            row, parts = flows.loc[at], rows_at(flows, list(met[met["at"] == at]["part"]))
            total = sum(part["value"] for part in parts) / row["factor"]
            yield Hit(
                row,
                f"{Period.parse(row['time_period']).label_zh()}{material.item(row['indicator']).name_zh}印为{said(row)}，"
                f"而其中{len(parts)}个单期之和为{total:.10g}{row['unit']}",
                (row, *parts),
                accused=(row, *parts),
            )


def _twelve_months(material: Material, flows: pd.DataFrame) -> Iterator[Hit]:
    """Find a year that is printed twice in one file, once as 1—12月, with two numbers."""
    years = flows[flows["freq"] == "A"]
    years = years[years.duplicated([*PRINT, "time_period"], keep=False)]
    paths = years["row_label_path"] + " / " + years["column_label_path"]
    marked = years.assign(summed=paths.str.contains(_TWELVE))
    for _, group in marked.groupby([*PRINT, "time_period"], sort=True):
        summed, whole = group[group["summed"]], group[~group["summed"]]
        if summed.empty or whole.empty:
            continue
        one, other = whole.iloc[0], summed.iloc[0]
        if max(one["low"], other["low"]) > min(one["high"], other["high"]) + NOISE * abs(one["value"]):
            yield Hit(
                other,
                f"{one['time_period']}年{material.item(one['indicator']).name_zh}全年为{said(one)}，1—12月为{said(other)}",
                (other, one),
                accused=(other, one),
            )


def cumulative_falls(material: Material) -> Iterator[Hit]:
    """Find cumulative flows that are smaller than they were earlier in the year."""
    signed = {i.code for i in material.words if _MAY_FALL.search(i.name_zh)}
    flows = material.latest_levels
    flows = flows[flows["indicator"].isin(list(material.codes(kind="flow") - signed))]
    flows = flows[(flows["freq"].isin(["YTD", "A"])) & (flows["m0"] == 1) & (flows["y0"] == flows["y1"])]
    key = ["ref_area", "indicator", "price_base", "scope", "dim", "y0"]
    flows = flows.sort_values([*key, "m1"], kind="stable")
    before = flows.groupby(key, sort=False)[["low"]].shift()
    label = (
        pd.Series(flows.index, index=flows.index).groupby([flows[name] for name in key], sort=False).shift()
    )
    falls = flows[(flows["high"] < before["low"] - NOISE * before["low"].abs()) & (flows["low"] > -np.inf)]
    for at in falls.index:
        row, earlier = flows.loc[at], flows.loc[label[at]]
        yield Hit(
            row,
            f"{material.item(row['indicator']).name_zh}累计数变小：{Period.parse(earlier['time_period']).label_zh()}"
            f"{said(earlier)}，{Period.parse(row['time_period']).label_zh()}{said(row)}",
            (row, earlier),
            accused=(row, earlier),
            weight=-float(rate(row["value"], earlier["value"])) if earlier["value"] else 0.0,
        )


# Profits, net and changing quantities may be negative in a month, so that their sum since January may fall.
_MAY_FALL = re.compile("利润|盈|亏|净|差额|顺差|逆差|变动|增减|存货|新增.*[存贷]款")
