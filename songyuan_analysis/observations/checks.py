"""The audit: what the figures say against themselves, by rule, with the cells that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from songyuan_analysis.observations.breaks import Break
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.observations.corrected import note_of
from songyuan_analysis.observations.store import KEY, STATUS_RANK, select_latest
from songyuan_analysis.sheets.periods import Period

ERROR, WARNING, NOTE = "错误", "警示", "提示"

# Robust z-scores above this are called outliers (Iglewicz and Hoaglin 1993).
_OUTLIER_Z = 3.5
_FEWEST_STEPS = 6
_GAPS = ("", "…", "-", "—", "－", "..", "...", "*", "/")
# How far a growth rate may lie from what the levels give before somebody should look.
_NOMINAL_TOLERANCE = 3.0
_DEFLATOR_RANGE = (-8.0, 12.0)
_POPULATION_STEP = 0.08
# A fifth up and a fifth down again, ten points away from what was published as growth.
_SPIKE_STEP = float(np.log(1.2))
_SPIKE_CONTRADICTION = 10.0


@dataclass(frozen=True)
class Finding:
    """One finding of the audit.

    Attributes
    ----------
    rule : str
        Stable English name of the rule.
    severity : str
        错误 (cannot be right), 警示 (read it before you use it) or 提示 (good to know).
    message, evidence, remedy : str
        What was found, the cells that show it, and what to do.
    """

    rule: str
    severity: str
    message: str
    evidence: str
    remedy: str
    ref_area: str = ""
    indicator: str = ""
    time_period: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""


_ADDRESS = ("ref_area", "indicator", "time_period", "file", "sheet", "cell")
COLUMNS = tuple(Finding.__dataclass_fields__)


def audit(observations: pd.DataFrame, breaks: Sequence[Break] = ()) -> pd.DataFrame:
    """Run every check over observations of all vintages.

    Parameters
    ----------
    observations : DataFrame
        As `load_observations(..., vintages="all")` returns them.
    breaks : sequence of Break
        Known breaks; no growth across them is held against the figures.

    Returns
    -------
    DataFrame
        One row a finding, the gravest first.
    """
    latest = select_latest(observations)
    findings = [
        *_unmapped(observations),
        *_incomplete(observations),
        *_index_as_growth(observations),
        *_corrections(observations),
        *_conflicts(observations),
        *_parts_and_total(latest),
        *spikes(latest, breaks),
        *_growth_against_levels(latest, breaks),
        *_denominator(latest, breaks),
    ]
    order = {ERROR: 0, WARNING: 1, NOTE: 2}
    findings.sort(key=lambda f: (order[f.severity], f.rule, f.ref_area, f.indicator, f.time_period))
    return pd.DataFrame([asdict(f) for f in findings], columns=list(COLUMNS)).astype("str")


def place(row: pd.Series) -> str:
    """Name a row's address: file › sheet › cell; both values where it was corrected."""
    note = note_of(row.to_dict())
    return f"{row['file']} › {row['sheet']} › {row['cell']}" + (f"（{note}）" if note else "")


def _finding(row: pd.Series, rule: str, severity: str, message: str, evidence: str, remedy: str) -> Finding:
    if row["ref_area"]:
        message = f"{catalogue().area(row['ref_area']).name_zh}：{message}"
    where = {key: str(row[key]) for key in _ADDRESS}
    return Finding(rule, severity, message, evidence, remedy, **where)


def _unmapped(frame: pd.DataFrame) -> Iterator[Finding]:
    # A gap under an unknown label says nothing; a number, or a text in place of one, does.
    unknown = frame[(frame["indicator"] == "") & (frame["obs_value"].notna() | ~frame["mark"].isin(_GAPS))]
    for labels, rows in unknown.groupby(["row_label_path", "column_label_path", "problem"], sort=True):
        row_label, column_label, problem = labels
        yield _finding(
            rows.iloc[0],
            "unmapped",
            NOTE,
            f"未识别的标签“{row_label} × {column_label}”（{len(rows)}个格）：{problem}",
            place(rows.iloc[0]),
            "数据已保留、不参加计算；要使用它，请在目录（indicators.toml、areas.toml 或 measures.toml）里加上这个名称。",
        )


def _incomplete(frame: pd.DataFrame) -> Iterator[Finding]:
    rows = frame[(frame["indicator"] != "") & (frame["problem"] != "")]
    for (problem, file, sheet), group in rows.groupby(["problem", "file", "sheet"], sort=True):
        yield _finding(
            group.iloc[0],
            "incomplete",
            WARNING,
            f"{len(group)}个格{problem}，不参加计算（{file} › {sheet}）",
            "；".join(place(row) for _, row in group.head(3).iterrows()),
            "在标题或表头写明，或在来源卡里补 ref_area。",
        )


def _corrections(frame: pd.DataFrame) -> Iterator[Finding]:
    for _, row in frame[frame["correction"] != ""].iterrows():
        yield Finding(
            "correction",
            NOTE,
            f"用更正数：{note_of(row.to_dict())}",
            f"{row['file']} › {row['sheet']} › {row['cell']}",
            "原工作簿没有改动；取得更正后的原件，用它换下工作簿，再删去这一条更正。",
            **{key: str(row[key]) for key in _ADDRESS},
        )


def _index_as_growth(frame: pd.DataFrame) -> Iterator[Finding]:
    rows = frame[(frame["measure"] == "yoy") & frame["obs_value"].between(80, 130)]
    for _, row in rows.iterrows():
        yield _finding(
            row,
            "index-as-growth",
            NOTE,
            f"增速{row['obs_value']:g}%像是“上年=100”的指数",
            place(row),
            "核对原表；若是指数，单位应写“上年=100”。",
        )


def _conflicts(frame: pd.DataFrame) -> Iterator[Finding]:
    """Find numbers printed differently; equal at the coarser rounding is equal."""
    known = frame[(frame["indicator"] != "") & (frame["measure"] != "") & frame["obs_value"].notna()]
    # A revision differs from what it revises, an outcome from its estimate: only equals are held together.
    rank = known["obs_status"].map(STATUS_RANK).rename("rank")
    for _, group in known.groupby([*KEY, rank], sort=True):
        rows = group.drop_duplicates(["file", "sheet", "cell"])
        if len(rows) < 2:
            continue
        for number in range(1, len(rows)):
            other = rows.iloc[number]
            # Against all before it: 1001.51 and 1002.49 both agree with a rounded 1002, and not with each other.
            earlier = (rows.iloc[i] for i in range(number))
            first = next((row for row in earlier if not _same_at_coarser_rounding(row, other)), None)
            if first is not None:
                yield _finding(
                    other,
                    "conflict",
                    WARNING,
                    f"同一指标同一时期有两个数：{first['obs_value']:g}{first['unit']}"
                    f"与{other['obs_value']:g}{other['unit']}",
                    f"{place(first)}；{place(other)}",
                    "查明哪个是后发布的；默认采用状态更高、发布更晚、来源更可靠的一个。",
                )


def _same_at_coarser_rounding(a: pd.Series, b: pd.Series) -> bool:
    scale_a, scale_b = _power(a["unit_mult"]), _power(b["unit_mult"])
    half = [0.5 * s * 10.0 ** -int(r["decimals"]) for r, s in ((a, scale_a), (b, scale_b))]
    return bool(abs(a["obs_value"] * scale_a - b["obs_value"] * scale_b) <= sum(half) * (1 + 1e-9))


def _power(mult: object) -> float:
    return 10.0 ** int(str(mult)) if str(mult).lstrip("-").isdigit() else 1.0


def _levels(frame: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Annual levels, one series at a time, in one unit and in order of years."""
    rows = frame[
        (frame["measure"] == "level")
        & (frame["freq"] == "A")
        & frame["obs_value"].notna()
        & (frame["scope"] == "")
        & (frame["indicator"] != "")
    ].copy()
    rows["_value"] = rows["obs_value"] * rows["unit_mult"].map(_power)
    for key, series in rows.groupby(["ref_area", "indicator"], sort=True):
        yield (str(key[0]), str(key[1])), series.sort_values("time_period")


def _parts_and_total(frame: pd.DataFrame) -> Iterator[Finding]:
    levels = frame[(frame["measure"] == "level") & frame["obs_value"].notna()]
    divisions = {(item.part_of, item.division) for item in catalogue() if item.part_of}
    for total, division in sorted(divisions):
        members = [i.code for i in catalogue() if (i.part_of, i.division) == (total, division)]
        for _, group in levels.groupby(["ref_area", "time_period", "scope", "file"], sort=True):
            parts = group[group["indicator"].isin(members)].drop_duplicates("indicator")
            whole = group[group["indicator"] == total]
            if len(parts) != len(members) or whole.empty or parts["file"].nunique() > 1:
                continue
            row = whole[whole["file"] == parts.iloc[0]["file"]]
            if row.empty:
                continue
            yield from _sum_finding(row.iloc[0], parts)


def _sum_finding(total: pd.Series, parts: pd.DataFrame) -> Iterator[Finding]:
    if parts["unit_mult"].nunique() > 1 or parts.iloc[0]["unit_mult"] != total["unit_mult"]:
        return
    digits = min(int(total["decimals"]), *(int(d) for d in parts["decimals"]))
    tolerance = 0.5 * 10.0**-digits * (len(parts) + 1)
    difference = float(parts["obs_value"].sum() - total["obs_value"])
    if abs(difference) > tolerance * (1 + 1e-6):
        cells = "；".join(place(row) for _, row in parts.iterrows())
        yield _finding(
            total,
            "parts-and-total",
            WARNING,
            f"{Period.parse(total['time_period']).label_zh()}各部分之和{parts['obs_value'].sum():g}与合计{total['obs_value']:g}"
            f"相差{difference:+.4g}{total['unit']}，超过舍入能解释的{tolerance:g}",
            f"{place(total)}；{cells}",
            "核对原表；不要自行调平。",
        )


def spikes(frame: pd.DataFrame, breaks: Sequence[Break] = ()) -> Iterator[Finding]:
    """Find single years that jump away from both neighbours and back.

    The steps into a year and out of it must have opposite signs. It is suspect when both are outliers
    (robust z-score of the logarithmic steps, median absolute deviation, 3.5), or when both exceed a
    fifth and the growth published for that year contradicts the level. A lasting step is no spike, and a figure
    that an analyst has corrected was looked at already.
    """
    for (area, indicator), series in _levels(frame):
        if len(series) <= _FEWEST_STEPS or (series["_value"] <= 0).any():
            continue
        years = series["time_period"].astype(int).to_numpy()
        steps = np.diff(np.log(series["_value"].to_numpy())) / np.diff(years)
        broken = np.array(
            [
                any(b.lies_between(area, indicator, str(y0), str(y1)) for b in breaks)
                for y0, y1 in pairwise(years)
            ]
        )
        clean = steps[~broken]
        spread = 1.4826 * np.median(np.abs(clean - np.median(clean))) if len(clean) else 0.0
        z = (steps - np.median(clean)) / spread if spread > 0 else np.zeros(len(steps))
        for i in range(len(steps) - 1):
            if broken[i] or broken[i + 1] or steps[i] * steps[i + 1] >= 0:
                continue
            row, before, after = series.iloc[i + 1], series.iloc[i], series.iloc[i + 2]
            if row["correction"]:
                continue
            outlier = len(clean) >= _FEWEST_STEPS and min(abs(z[i]), abs(z[i + 1])) > _OUTLIER_Z
            rate = _published_growth(frame, area, indicator, int(years[i + 1]))
            denied = (
                rate is not None
                and min(abs(steps[i]), abs(steps[i + 1])) > _SPIKE_STEP
                and abs((np.exp(steps[i]) - 1) * 100 - rate["obs_value"]) > _SPIKE_CONTRADICTION
            )
            if outlier or denied:
                why = f"，而公布的当年增速是{rate['obs_value']:g}%" if denied and rate is not None else ""
                yield _finding(
                    row,
                    "spike",
                    WARNING,
                    f"{row['time_period']}年{catalogue().indicator(indicator).name_zh}"
                    f"{row['obs_value']:.2f}{row['unit']}存疑：前一年{before['obs_value']:.2f}{before['unit']}、"
                    f"后一年{after['obs_value']:.2f}{after['unit']}{why}",
                    "；".join(place(r) for r in (row, before, after, rate) if r is not None),
                    "使用前查原始年鉴；不要据此计算增速。",
                )


def _published_growth(frame: pd.DataFrame, area: str, indicator: str, year: int) -> pd.Series | None:
    rows = frame[
        (frame["ref_area"] == area)
        & (frame["indicator"] == indicator)
        & (frame["measure"] == "yoy")
        & (frame["time_period"] == str(year))
        & frame["obs_value"].notna()
        & (frame["scope"] == "")
    ]
    return None if rows.empty else rows.iloc[0]


def _growth_against_levels(frame: pd.DataFrame, breaks: Sequence[Break]) -> Iterator[Finding]:
    growth = frame[(frame["measure"] == "yoy") & (frame["freq"] == "A") & frame["obs_value"].notna()]
    for (area, indicator), series in _levels(frame):
        item = catalogue().indicator(indicator)
        if item.growth_base == "comparable" or item.kind == "rate":
            continue
        by_year = {int(row["time_period"]): row for _, row in series.iterrows()}
        rates = growth[(growth["ref_area"] == area) & (growth["indicator"] == indicator)]
        for _, rate in rates.iterrows():
            year = int(rate["time_period"])
            now, before = by_year.get(year), by_year.get(year - 1)
            if now is None or before is None or rate["scope"]:
                continue
            if any(b.lies_between(area, indicator, str(year - 1), str(year)) for b in breaks):
                continue
            implied = (now["_value"] / before["_value"] - 1) * 100
            if rate["price_base"] == "comparable":
                price = ((1 + implied / 100) / (1 + rate["obs_value"] / 100) - 1) * 100
                wrong = not _DEFLATOR_RANGE[0] <= price <= _DEFLATOR_RANGE[1]
                what = f"隐含价格变动{price:+.1f}%，不合常理"
            else:
                wrong = abs(implied - rate["obs_value"]) > _NOMINAL_TOLERANCE
                what = f"相差{implied - rate['obs_value']:+.1f}个百分点"
            if wrong:
                yield _finding(
                    now,
                    "growth-against-levels",
                    WARNING,
                    f"{year}年{item.name_zh}公布增速{rate['obs_value']:g}%，两年总量相除为{implied:.1f}%，{what}",
                    f"{place(rate)}；{place(now)}；{place(before)}",
                    "采用公布的增速；两年总量可能口径不同或有一个有误。",
                )


def _denominator(frame: pd.DataFrame, breaks: Sequence[Break]) -> Iterator[Finding]:
    """GDP divided by GDP per head is a population; a jump in it means another denominator."""
    series = dict(_levels(frame))
    for (area, indicator), heads in series.items():
        if indicator != "gdp_per_capita" or (area, "gdp") not in series:
            continue
        gdp = series[(area, "gdp")].set_index("time_period")["_value"]
        per_head = heads.set_index("time_period")
        years = [y for y in per_head.index if y in gdp.index]
        people = {y: gdp[y] / per_head.loc[y, "_value"] for y in years}
        for y0, y1 in pairwise(years):
            step = people[y1] / people[y0] - 1
            level_break = any(b.lies_between(area, "gdp", y0, y1) for b in breaks)
            if int(y1) - int(y0) == 1 and abs(step) > _POPULATION_STEP and not level_break:
                yield _finding(
                    per_head.reset_index().set_index("time_period", drop=False).loc[y1],
                    "denominator",
                    WARNING,
                    f"由总量和人均值反推的人口从{y0}年的{people[y0] / 1e4:.1f}万人变为{y1}年的"
                    f"{people[y1] / 1e4:.1f}万人，分母多半换了口径（户籍、常住）",
                    f"{place(per_head.loc[y0])}；{place(per_head.loc[y1])}",
                    "两年的人均值不可相除。",
                )
