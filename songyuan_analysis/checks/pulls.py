"""Contributions (贡献率) and pulls (拉动) of the parts, held against the growth of their total by interval arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from songyuan_analysis.checks.finding import Hit, plain, said
from songyuan_analysis.checks.material import NOISE, Material
from songyuan_analysis.methods.comparison import points
from songyuan_analysis.methods.contribution import growth_behind, pull, pull_agrees
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.sheets.periods import Period

_WHERE = ["file", "obs_status", "ref_area", "scope", "time_period", "freq"]


def pull_and_contribution(material: Material) -> Iterator[Hit]:
    """Find pulls that cannot be growth times contribution, whatever stands behind the printed digits."""
    table = _table(material)
    growth, roots = _growth(material), _roots(material, table)
    wide = table[table["measure"] == "pull"].merge(
        table[table["measure"] == "contribution"], on=[*_WHERE, "indicator"], suffixes=("", "_share")
    )
    for record in wide.to_dict("records"):
        total = _total_growth(material, growth, roots, record)
        if total is None or record["indicator"] == total["indicator"]:
            continue
        row, share = material.numbers.loc[record["at"]], material.numbers.loc[record["at_share"]]
        if pull_agrees(_interval(total), _interval(share), _interval(row)):
            continue
        product = pull(total["value"], share["value"])
        yield Hit(
            row,
            f"{Period.parse(row['time_period']).label_zh()}{material.item(row['indicator']).name_zh}拉动印为{said(row)}，"
            f"而{material.item(total['indicator']).name_zh}增速{plain(total['value'], 4)}%乘贡献率{said(share)}"
            f"为{plain(product, 3)}个百分点（由拉动反推增速"
            f"{plain(growth_behind(row['value'], share['value']), 4)}%）",
            (row, share, total),
            weight=abs(float(points(row["value"], product))),
        )


def sums_of_pulls(material: Material) -> Iterator[Hit]:
    """Hold the pulls of all parts against the growth, and their contributions against 100 %."""
    table, growth = _table(material), _growth(material)
    have = set(table["indicator"])
    for (total, _), members in sorted(material.divisions.items()):
        if not members <= have:
            continue
        parts = table[table["indicator"].isin(list(members))]
        complete = parts[parts.groupby([*_WHERE, "measure"])["at"].transform("size") == len(members)]
        for (*where, measure), group in complete.groupby([*_WHERE, "measure"], sort=True):
            rows = tuple(material.numbers.loc[at] for at in group["at"])
            low, high = group["low"].sum(), group["high"].sum()
            when = Period.parse(rows[0]["time_period"]).label_zh()
            name = material.item(total).name_zh
            if measure == "contribution" and not low - NOISE <= 100 <= high + NOISE:
                message = (
                    f"{when}{name}各部分贡献率之和为{plain(group['value'].sum(), 5)}%，舍入不能解释与100%的差"
                )
                yield Hit(rows[0], message, rows, accused=rows)
            if measure != "pull":
                continue
            rate = growth.get((*where, total))
            if rate is not None and not (low <= rate["high"] + NOISE and rate["low"] <= high + NOISE):
                message = f"{when}各部分拉动之和为{plain(group['value'].sum(), 4)}个百分点，而{name}增速为{plain(rate['value'], 4)}%"
                yield Hit(rows[0], message, (*rows, rate), accused=(*rows, rate))


def _table(material: Material) -> pd.DataFrame:
    rows = material.numbers[material.numbers["measure"].isin(["pull", "contribution"])]
    rows = rows.drop_duplicates([*_WHERE, "indicator", "measure"]).reset_index(names="at")
    return rows[[*_WHERE, "indicator", "measure", "low", "high", "value", "at"]]


def _growth(material: Material) -> dict[tuple[object, ...], pd.Series]:
    """Growth by file and period; a total's own pull is its growth. Comparable growth goes before nominal."""
    numbers = material.numbers
    files = numbers.loc[numbers["measure"].isin(["pull", "contribution"]), "file"].unique()
    if not len(files):
        return {}
    rates = material.rates[material.rates["file"].isin(files)].sort_values("price_base", kind="stable")
    own = numbers[(numbers["measure"] == "pull") & numbers["file"].isin(files)]
    own = own[~own["indicator"].isin([code for code, above in material.ancestors.items() if above])]
    found: dict[tuple[object, ...], pd.Series] = {}
    for frame in (rates, own):
        for _, row in frame.iterrows():
            found.setdefault((*(row[name] for name in _WHERE), row["indicator"]), row)
    return found


def _total_growth(
    material: Material, growth: dict[tuple[object, ...], pd.Series], roots: dict[tuple[object, ...], set[str]],
    record: dict[Any, Any],
) -> pd.Series | None:  # fmt: skip
    """Return the growth of the outermost total above an indicator: 工业 pulls the GDP, not the secondary industry.

    An indicator that the catalogue puts below nothing is held against the one total of its table.
    """
    where = tuple(record[name] for name in _WHERE)
    above = material.ancestors[record["indicator"]] or tuple(roots.get(where, ()))
    if not material.ancestors[record["indicator"]] and len(above) != 1:
        return None
    for code in reversed(above):
        row = growth.get((*where, code))
        if row is not None:
            return row
    return None


def _roots(material: Material, table: pd.DataFrame) -> dict[tuple[object, ...], set[str]]:
    """Return the outermost totals of the indicators of each table and period."""
    found: dict[tuple[object, ...], set[str]] = {}
    for *where, code in table[[*_WHERE, "indicator"]].drop_duplicates().itertuples(index=False):
        above = material.ancestors[str(code)]
        if above:
            found.setdefault(tuple(where), set()).add(above[-1])
    return found


def _interval(row: pd.Series) -> Interval:
    return Interval(float(row["low"]), float(row["value"]), float(row["high"]))
