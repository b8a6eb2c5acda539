"""Numbers that are printed differently: as a slip of unit, of sign or of scale where they show one, else as a conflict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from songyuan_analysis.checks.finding import NOTE, Hit, said
from songyuan_analysis.checks.material import NOISE, Material
from songyuan_analysis.observations.store import TIER_RANK
from songyuan_analysis.sheets.periods import Period

Record: TypeAlias = dict[Any, Any]
POWERS = (2, 3, 4, 8)
# A difference of half a per mille is what a compiler's rounding makes of a level.
_TRIFLE = 5e-4
_MOST_PRINTS = 60
_MEASURES = {
    "yoy": "增速",
    "share": "比重",
    "change": "增减量",
    "contribution": "贡献率",
    "pull": "拉动",
    "target": "目标",
}
_KEY = ["ref_area", "indicator", "measure", "price_base", "scope", "time_period", "dim"]


@dataclass(frozen=True, eq=False)
class Dispute:
    """Two prints of one number that cannot both be right; ``rows`` are all prints that agree with either."""

    kind: str
    used: Record
    other: Record
    rows: tuple[Record, ...]
    power: int = 0


def conflicts(material: Material) -> Iterator[Hit]:
    """Find numbers printed differently; equal at the coarser rounding is equal. Two sheets that differ are named once."""
    pairs: dict[tuple[object, ...], list[Dispute]] = {}
    for dispute in _disputes(material):
        if dispute.kind == "conflict":
            sheets = frozenset((row["file"], row["sheet"]) for row in (dispute.used, dispute.other))
            series = tuple(dispute.used[name] for name in ("ref_area", "indicator", "measure", "scope"))
            pairs.setdefault((*series, sheets), []).append(dispute)
    for disputes in pairs.values():
        size, worst = max(((_difference(d), d) for d in disputes), key=lambda pair: pair[0])
        used, other = worst.used, worst.other
        name = material.item(used["indicator"]).name_zh + _MEASURES.get(used["measure"], "")
        rest = [d.used["time_period"] for d in disputes if d is not worst]
        yield Hit(
            other,
            f"{_when(used)}{name}有两个数：{said(used)}与{said(other)}，现采用{said(used)}"
            + (f"；同样两处不同的还有{'、'.join(Period.parse(p).label_zh() for p in rest)}" if rest else ""),
            tuple(row for d in (worst, *(d for d in disputes if d is not worst)) for row in d.rows),
            accused=tuple(row for d in disputes for row in (d.used, d.other)),
            severity=NOTE if used["measure"] == "level" and size < _TRIFLE else "",
            weight=size,
        )


def _difference(dispute: Dispute) -> float:
    one, other = float(dispute.used["value"]), float(dispute.other["value"])
    return abs(one - other) / max(abs(one), abs(other))


def _when(row: Record) -> str:
    return Period.parse(row["time_period"]).label_zh()


def sign_slips(material: Material) -> Iterator[Hit]:
    """Find rates printed once as a rise and once as an equal fall."""
    for dispute in _disputes(material):
        if dispute.kind == "sign":
            used, other = dispute.used, dispute.other
            name = material.item(used["indicator"]).name_zh
            yield Hit(
                other,
                f"{_when(used)}{name}一处是{said(used)}，一处是{said(other)}，正负相反",
                (used, other),
                accused=(used, other),
            )


def printed_powers(material: Material) -> Iterator[Hit]:
    """Find levels that differ by a power of ten between two prints."""
    groups: dict[tuple[object, ...], list[Dispute]] = {}
    for dispute in _disputes(material):
        if dispute.kind == "power":
            key = (dispute.used["file"], dispute.other["file"], dispute.used["indicator"], dispute.power)
            groups.setdefault(key, []).append(dispute)
    for (*_, power), members in groups.items():
        used, other = members[0].used, members[0].other
        count = f"（同样的共{len(members)}个数）" if len(members) > 1 else ""
        name = material.item(used["indicator"]).name_zh
        yield Hit(
            other,
            f"{_when(used)}{name}两处相差{10 ** abs(int(str(power)))}倍："
            f"{said(used)}与{said(other)}{count}，多半有一处单位写错",
            tuple(row for member in members for row in (member.other, member.used)),
            accused=tuple(row for member in members for row in (member.used, member.other)),
            weight=len(members),
        )


def printed_scales(material: Material) -> Iterator[tuple[Record, Record, str]]:
    """Yield rates that another print shows to be an index, or a hundred times too big or too small."""
    for dispute in _disputes(material):
        if dispute.kind in {"index", "hundredfold"}:
            yield dispute.used, dispute.other, dispute.kind


def _disputes(material: Material) -> list[Dispute]:
    return material.once("disputes", _found)


def _found(material: Material) -> list[Dispute]:
    figures = pd.concat(
        [
            material.numbers[~material.numbers["measure"].isin(["yoy", "index_py100"])],
            material.rates.assign(measure="yoy", dim="PT"),
        ]
    )
    figures = figures[figures.duplicated(_KEY, keep=False)]
    if figures.empty:
        return []
    figures = figures.assign(key=figures.groupby(_KEY, sort=True).ngroup())
    # Numbers that all have something in common with each other are one number: none of these can be disputed.
    groups = figures.groupby("key", sort=True)
    low, high = groups["low"].max(), groups["high"].min()
    apart = low > high + NOISE * np.maximum(low.abs(), high.abs())
    chosen = figures[figures["key"].isin(apart[apart].index)]
    chosen = chosen.drop_duplicates(["key", "low", "high", "rank", "file", "sheet"])
    records: dict[int, list[Record]] = {}
    for index, record in zip(chosen.index, chosen.to_dict("records"), strict=True):
        records.setdefault(record["key"], []).append({**record, "index": index})
    return [dispute for key in sorted(records) for dispute in _of_one_number(records[key][:_MOST_PRINTS])]


def _of_one_number(rows: list[Record]) -> Iterator[Dispute]:
    """Hold every print of one number against the one that is used; what a higher status has replaced is history."""
    used = max(rows, key=_preference)
    told: list[Record] = []
    for other in rows:
        kind, power = _kind(used, other)
        replaced = kind == "conflict" and (used["rank"] != other["rank"] or _revised(used, other))
        if kind != "same" and not replaced and not any(_same(other, before) for before in told):
            told.append(other)
            alike = tuple(row for row in rows if _same(other, row) or _same(used, row))
            yield Dispute(kind, used, other, alike, power)
    if told:
        return
    # 1001.51 and 1002.49 both agree with a rounded 1002, and not with each other.
    equals = [row for row in rows if row["rank"] == used["rank"]]
    one, other = max(equals, key=lambda row: row["low"]), min(equals, key=lambda row: row["high"])
    if not _same(one, other) and not _revised(one, other):
        yield Dispute("conflict", one, other, tuple(equals))


def _preference(row: Record) -> tuple[Any, ...]:
    """Order prints as `select_latest` does."""
    # Nullable columns give NA, which cannot be ordered: as in `select_latest`, unknown decimals are -1.
    decimals, mult = row["decimals"], row["unit_mult"]
    digits: int = (-1 if pd.isna(decimals) else decimals) - (0 if pd.isna(mult) else mult)
    where = (row["file"], row["sheet"], row["cell"])
    return row["rank"], row["vintage"], TIER_RANK.get(row["conf_tier"], 0), digits, *where


def _kind(used: Record, other: Record) -> tuple[str, int]:
    if _same(used, other):
        return "same", 0
    if used["obs_status"] == "E" or other["obs_status"] == "E":
        return "conflict", 0  # an estimate may miss by anything
    a, b = float(used["value"]), float(other["value"])
    if used["measure"] in {"level", "change", "level_before"} and a * b > 0:
        for power in (*POWERS, *(-p for p in POWERS)):
            if _meets(other["low"] * 10.0**power, other["high"] * 10.0**power, used["low"], used["high"]):
                return "power", power
    if used["measure"] == "yoy":
        if any(
            _meets(other["low"] + by, other["high"] + by, used["low"], used["high"]) for by in (-100, 100)
        ):
            return "index", 0
        if max(abs(a), abs(b)) > 50 * min(abs(a), abs(b)) > 0:
            for power in (2, -2):
                if _meets(other["low"] * 10.0**power, other["high"] * 10.0**power, used["low"], used["high"]):
                    return "hundredfold", power
        if a * b < 0 and _meets(-other["high"], -other["low"], used["low"], used["high"]):
            return "sign", 0
    return "conflict", 0


def _same(one: Record, other: Record) -> bool:
    return _meets(one["low"], one["high"], other["low"], other["high"])


def _meets(low: float, high: float, other_low: float, other_high: float) -> bool:
    noise = NOISE * max(abs(low), abs(high), abs(other_low), abs(other_high))
    return bool(low <= other_high + noise and other_low <= high + noise)


def _revised(one: Record, other: Record) -> bool:
    """Whether one issuer is known to have released the two on different days: that is a revision."""
    dated = bool(one["vintage"]) and bool(other["vintage"]) and one["vintage"] != other["vintage"]
    return dated and one["issuer"] == other["issuer"]
