"""What was revised: releases of one number side by side, the differences between them, and the triangle."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from songyuan_analysis.errors import UnitMismatchError, UsageError
from songyuan_analysis.observations.corrected import as_published
from songyuan_analysis.observations.store import KEY, STATUS_RANK
from songyuan_analysis.sheets.conversion import factor_between

COLUMNS = (
    "ref_area", "indicator", "measure", "price_base", "scope", "time_period", "old", "new", "difference", "percent",
    "unit", "old_status", "new_status", "old_vintage", "new_vintage", "old_place", "new_place",
)  # fmt: skip
HEADS_ZH = dict(
    zip(
        COLUMNS,
        (
            "地区", "指标", "度量", "价格口径", "统计口径", "时期", "旧值", "新值", "差", "差（%）", "单位", "旧状态", "新状态",
            "旧发布日期", "新发布日期", "旧出处", "新出处",
        ),
        strict=True,
    )
)  # fmt: skip
UNKNOWN_VINTAGE = "日期不明"


def revisions(observations: pd.DataFrame) -> pd.DataFrame:
    """List every step from one release of a number to the next that changed it.

    Parameters
    ----------
    observations : DataFrame
        Observations of all vintages, as ``load_observations(..., vintages="all")`` returns them.

    Returns
    -------
    DataFrame
        One row a step: the two values in the unit of the new one, their difference in that unit (points where
        the unit is %), the difference in per cent of the old value (missing for rates and where the old value is
        not positive), status, release date and address of both. A figure printed more coarsely than before,
        and equal at that rounding, is no revision; neither are two of one status of which nobody knows which
        came first (`audit` lists those as conflicts). Only what was published counts: a figure that an analyst
        has corrected stands here with its published value, and one that is left out does not stand here.
    """
    observations = as_published(observations)
    known = observations[
        (observations["indicator"] != "")
        & (observations["measure"] != "")
        & (observations["time_period"] != "")
        & observations["obs_value"].notna()
    ].assign(_rank=lambda frame: frame["obs_status"].map(STATUS_RANK))
    steps = []
    for _, group in known.groupby(KEY, sort=True):
        if len(group) < 2 or group["file"].nunique() < 2:
            continue
        ordered = group.sort_values(["_rank", "vintage", "file", "sheet", "cell"], kind="stable")
        for old, new in pairwise(row for _, row in ordered.iterrows()):
            if _comes_later(old, new):
                step = _step(old, new)
                if step is not None:
                    steps.append(step)
    return pd.DataFrame(steps, columns=list(COLUMNS))


def _comes_later(old: pd.Series, new: pd.Series) -> bool:
    """Whether a release is known to come after another: by its status, or by both dates."""
    if old["file"] == new["file"]:
        return False
    if new["_rank"] != old["_rank"]:
        return bool(new["_rank"] > old["_rank"])
    return bool(old["vintage"] and new["vintage"] > old["vintage"])


def _step(old: pd.Series, new: pd.Series) -> dict[str, object] | None:
    before = float(old["obs_value"] * factor_between(old["unit"], new["unit"]))
    after = float(new["obs_value"])
    difference = after - before
    if abs(difference) <= _coarser_half(old, new) * (1 + 1e-9):
        return None
    rate = str(new["unit_measure"]) in {"PT", "PM", "PP", "INDEX"}
    percent = None if rate or before <= 0 else difference / before * 100
    return {
        **{
            name: new[name]
            for name in ("ref_area", "indicator", "measure", "price_base", "scope", "time_period")
        },
        "old": before,
        "new": after,
        "difference": round(difference, 10),
        "percent": percent,
        "unit": new["unit"],
        "old_status": old["obs_status"],
        "new_status": new["obs_status"],
        "old_vintage": old["vintage"],
        "new_vintage": new["vintage"],
        "old_place": _place(old),
        "new_place": _place(new),
    }


def _coarser_half(old: pd.Series, new: pd.Series) -> float:
    """Return half a unit of the last digit of the coarser print, in the unit of the new one."""
    halves = [
        0.5 * 10.0 ** -int(row["decimals"]) * float(factor_between(row["unit"], new["unit"]))
        for row in (old, new)
        if pd.notna(row["decimals"])
    ]
    return max(halves, default=0.0)


def _place(row: pd.Series) -> str:
    return f"{row['file']} › {row['sheet']} › {row['cell']}"


def triangle(
    observations: pd.DataFrame,
    *,
    indicator: str,
    area: str,
    measure: str = "level",
    price_base: str | None = None,
) -> pd.DataFrame:
    """Return the revision triangle of one series.

    Parameters
    ----------
    observations : DataFrame
        Observations of all vintages.
    indicator, area, measure : str
        Codes of the series.
    price_base : str, optional
        Which one, where the series was published in more than one.

    Returns
    -------
    DataFrame
        Indexed by ``time_period``, one column a release date in order of time, ``日期不明`` first where some
        release has no date; all values as published, in the unit of the latest release.

    Raises
    ------
    UsageError
        If there is no such series, or it has more than one price base or scope.
    UnitMismatchError
        If its releases have units that cannot be converted into each other.
    """
    observations = as_published(observations)
    rows = observations[
        (observations["indicator"] == indicator)
        & (observations["ref_area"] == area)
        & (observations["measure"] == measure)
        & (observations["scope"] == "")
        & observations["obs_value"].notna()
    ]
    if price_base is not None:
        rows = rows[rows["price_base"] == price_base]
    if rows.empty:
        raise UsageError(
            f"库里没有 {area} 的 {indicator}（{measure}）。", remedy="用 songyuan audit 查看库里有哪些序列。"
        )
    if rows["price_base"].nunique() > 1:
        raise UsageError(
            f"{indicator} 有几种价格口径：{'、'.join(sorted(rows['price_base'].unique()))}。",
            remedy="用 price_base 指明其中一种。",
        )
    if rows["unit_measure"].nunique() > 1:
        raise UnitMismatchError(
            f"{indicator} 各版次的计量单位不同类：{'、'.join(sorted(rows['unit'].unique()))}。",
            remedy="分开比较。",
        )
    unit = rows.sort_values("vintage").iloc[-1]["unit"]
    factors = [float(factor_between(text, unit)) for text in rows["unit"]]
    wide = rows.assign(
        obs_value=rows["obs_value"] * factors,
        vintage=rows["vintage"].where(rows["vintage"] != "", UNKNOWN_VINTAGE),
    ).pivot_table(index="time_period", columns="vintage", values="obs_value", aggfunc="last")
    dated = sorted(name for name in wide.columns if name != UNKNOWN_VINTAGE)
    first = [UNKNOWN_VINTAGE] if UNKNOWN_VINTAGE in wide.columns else []
    return wide[[*first, *dated]].sort_index()
