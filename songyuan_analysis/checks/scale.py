"""Scale: an index read as growth, growth a hundred times too big, and slips between 万 and 亿."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from songyuan_analysis.checks.disputes import printed_powers, printed_scales
from songyuan_analysis.checks.finding import ERROR, Hit, plain, said
from songyuan_analysis.checks.material import NOISE, SERIES, SPAN, Material, bands_of, rows_at
from songyuan_analysis.methods.bands import carry
from songyuan_analysis.methods.comparison import points
from songyuan_analysis.methods.growth import rate
from songyuan_analysis.sheets.periods import Period

_INDEX = (80.0, 130.0)
# Growth that no economy has: an indicator whose other rates never come near it does not have it either.
_WILD = 50.0
_POWERS = (2, 3, 4, 8)
_NEAR = 0.25  # of a power of ten; a factor of 1.8
_LINE = [*SERIES, *SPAN]


def index_as_growth(material: Material) -> Iterator[Hit]:
    """Find growth that looks like an index of 上年=100: alone, or because another cell prints the growth."""
    proved: set[object] = set()
    for used, other, kind in printed_scales(material):
        if kind == "index":
            wrong, right = (used, other) if used["value"] > other["value"] else (other, used)
            proved.add(wrong["index"])
            yield Hit(
                wrong,
                f"{Period.parse(wrong['time_period']).label_zh()}{material.item(wrong['indicator']).name_zh}增速{said(wrong)}"
                f"是“上年=100”的指数：另一处印为{said(right)}",
                (wrong, right),
                severity=ERROR,
            )
    rates = material.rates
    rows = rates[
        (rates["measure"] == "yoy") & rates["value"].between(*_INDEX) & ~rates.index.isin(list(proved))
    ]
    # Projects and new products do double: where other rates of the indicator are as wild, this one may be true.
    wild = rates[(rates["value"].abs() > _WILD) & ~rates["value"].between(*_INDEX)]
    rows = rows[~rows["indicator"].isin(set(wild["indicator"]))]
    for _, group in rows.groupby(["file", "sheet", "table", "column_label_path"], sort=True):
        first = group.iloc[0]
        many = f"等{len(group)}个数" if len(group) > 1 else ""
        yield Hit(
            first,
            f"{Period.parse(first['time_period']).label_zh()}{material.item(first['indicator']).name_zh}增速"
            f"{plain(first['obs_value'])}%{many}像是“上年=100”的指数",
            tuple(row for _, row in group.iterrows()),
            accused=tuple(row for _, row in group.iterrows()),
        )


def growth_scale(material: Material) -> Iterator[Hit]:
    """Find growth a hundred times too big or too small: against another print, or against the two levels."""
    told: set[object] = set()
    for used, other, kind in printed_scales(material):
        if kind == "hundredfold":
            told |= {used["index"], other["index"]}
            yield Hit(
                other,
                f"{Period.parse(used['time_period']).label_zh()}{material.item(used['indicator']).name_zh}增速两处相差100倍："
                f"{said(used)}与{said(other)}",
                (other, used),
                accused=(other, used),
            )
    levels = material.levels[material.levels["months"] <= 12]
    same = ["file", "obs_status", "ref_area", "indicator", "scope", *SPAN]
    columns = [*same, "price_base", "dim", "y0", "value", "low", "high", "at"]
    now = levels.reset_index(names="at")[columns]
    pairs = now.merge(
        now.assign(y0=now["y0"] + 1), on=[*same, "price_base", "dim", "y0"], suffixes=("", "_before")
    )
    pairs = pairs[pairs["low_before"] > 0]
    pairs = pairs[~material.broken(pairs.assign(year_before=pairs["y0"] - 1), "year_before", "y0")]
    rates = material.rates.reset_index(names="rate")[[*same, "y0", "value", "low", "high", "rate"]]
    # 0 times a hundred is 0: only a rate whose digits say something can be a hundred times another.
    rates = rates[rates["value"].abs() > 4 * (rates["high"] - rates["low"])]
    met = pairs.merge(rates, on=[*same, "y0"], suffixes=("", "_rate"))
    grown = carry(rate, bands_of(met), bands_of(met, "_before"))
    wrong = pd.Series(data=False, index=met.index)
    for factor in (0.01, 100.0):
        # A rate that is small by itself hides in the rounding of levels: it must be off by a point at least.
        scaled = (met["low_rate"] * factor <= grown.high + NOISE) & (
            met["high_rate"] * factor >= grown.low - NOISE
        )
        off = points(met["value_rate"], grown.mid).abs()
        wrong |= scaled & (off > np.maximum(1.0, grown.high - grown.low))
    for record in met[wrong & ~met["rate"].isin(list(told))].to_dict("records"):
        printed = material.rates.loc[record["rate"]]
        levels_of = tuple(material.numbers.loc[record[name]] for name in ("at", "at_before"))
        yield Hit(
            printed,
            f"{Period.parse(printed['time_period']).label_zh()}{material.item(printed['indicator']).name_zh}增速{said(printed)}，"
            f"同表两年总量相除为{rate(record['value'], record['value_before']):.2f}%，相差100倍",
            (printed, *levels_of),
        )


def unit_slips(material: Material) -> Iterator[Hit]:
    """Find levels that are off by 10², 10³, 10⁴ or 10⁸: against another print, or against their neighbours."""
    told = set()
    for hit in printed_powers(material):
        told |= hit.suspects()
        yield hit
    rows = material.latest_levels
    rows = rows[(rows["months"] <= 12) & (rows["value"] > 0)].sort_values([*_LINE, "y0"], kind="stable")
    keys = [rows[name] for name in _LINE]
    exponent = np.log10(rows["value"])
    jump = exponent.groupby(keys, sort=False).diff()
    near = np.zeros(len(rows), dtype=bool)
    for power in _POWERS:
        near |= ((jump.abs() - power).abs() < _NEAR).to_numpy()
    # Three firms may become three hundred; three hundred million do not become thirty thousand.
    near &= ~(rows["dim"].isin(["ITEM"]) & (jump.abs() < 3.5)).to_numpy()
    wild = rows[near].drop_duplicates(_LINE)[_LINE]
    if wild.empty:
        return
    lines = rows.assign(jump=jump.where(near).to_numpy(), at=rows.index).merge(wild, on=_LINE)
    for _, line in lines.groupby(_LINE, sort=True):
        for wrong, beside, power in _slipped(line):
            row, neighbour = rows_at(material.numbers, [wrong[0], beside])
            accused = rows_at(material.numbers, wrong)
            hit = Hit(
                row,
                f"{Period.parse(row['time_period']).label_zh()}{material.item(row['indicator']).name_zh}{said(row)}"
                + (f"等{len(wrong)}个数" if len(wrong) > 1 else "")
                + f"与相邻年份{said(neighbour)}相差约{10**power}倍，多半单位写错",
                (*accused, neighbour),
                accused=accused,
            )
            if not hit.suspects() & told:
                yield hit


def _slipped(line: pd.DataFrame) -> Iterator[tuple[list[int], int, int]]:
    """Split a series at its jumps; the shorter of the pieces at a jump has slipped, of equal ones the later."""
    piece = line["jump"].notna().cumsum().to_numpy()
    at, jumps = line["at"].tolist(), line["jump"].to_numpy()
    pieces = [[i for i, p in enumerate(piece) if p == number] for number in range(piece[-1] + 1)]
    used: set[int] = set()
    for number in range(1, len(pieces)):
        if number in used or number - 1 in used:
            continue
        left, right = pieces[number - 1], pieces[number]
        power = round(abs(float(jumps[right[0]])))
        if len(left) < len(right):
            used.add(number - 1)
            yield [at[i] for i in left], at[right[0]], power
        else:
            used.add(number)
            yield [at[i] for i in right], at[left[-1]], power
