"""Corrections on observations: applied where their cell still says what they expect, and told in words that name both.

They are applied when a part is built, so that every reader of the store finds both values in one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from songyuan_analysis.errors import CorrectionError, PeriodError
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.observations.corrections import REGISTER, Correction, same_number
from songyuan_analysis.observations.observe import observe
from songyuan_analysis.observations.schema import is_missing
from songyuan_analysis.observations.sources import SourceCard
from songyuan_analysis.sheets.periods import Period
from songyuan_analysis.sheets.precision import Decimals

# What stands in ``published_value`` for a cell that was empty.
EMPTY = "空格"
LEFT_OUT = "按更正不用"

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_MEASURES = {
    "level": "",
    "yoy": "增速",
    "share": "比重",
    "change": "增减",
    "gap": "之差",
    "index_py100": "指数（上年=100）",
    "contribution": "贡献率",
    "pull": "拉动",
    "rank": "位次",
    "mom": "环比",
    "two_year_average": "两年平均增速",
    "completion": "完成率",
    "level_before": "上年同期数",
    "target": "目标",
}


def correct(
    frame: pd.DataFrame,
    cells: pd.DataFrame,
    corrections: Sequence[Correction],
    card: SourceCard,
    *,
    file: str,
    decimals: Decimals | None = None,
) -> pd.DataFrame:
    """Apply the corrections of one workbook to its observations.

    Parameters
    ----------
    frame : DataFrame
        Observations as published, one row a cell, in the order of the cells.
    cells : DataFrame
        The labelled cells that they were made of.
    corrections : sequence of Correction
        Those of this workbook.
    card, file, decimals
        As for `observe`.

    Returns
    -------
    DataFrame
        The observations. A corrected one has the value and the decimals that are to be used, no mark, and in
        ``published_value`` and ``correction`` what was published and why it is not used. What depends on there
        being a number, such as the status, is what it would be had the number been printed.
    """
    by_place = {(c.sheet, c.cell): c for c in corrections}
    places = list(zip(frame["sheet"], frame["cell"], strict=True))
    hits = {
        row: by_place[place]
        for row, place in enumerate(places)
        if place in by_place
        and not frame.iloc[row]["correction"]
        and by_place[place].expects(*_standing(frame.iloc[row]))
    }
    if not hits:
        return frame
    rows = list(hits)
    changed = cells.iloc[rows].reset_index(drop=True)
    changed["value"] = [np.nan if c.value is None else c.value for c in hits.values()]
    changed["mark"] = ""
    typed = {(c.sheet, c.cell): c.decimals for c in hits.values() if c.value is not None}
    again = observe(changed, card, file=file, decimals={**(decimals or {}), **typed})
    again["published_value"] = [published_text(frame.iloc[row]) for row in rows]
    again["correction"] = [c.words for c in hits.values()]
    again.index = frame.index[rows]
    untouched = frame.drop(index=frame.index[rows])
    return pd.concat([untouched, again]).sort_index(kind="stable")


def _standing(row: pd.Series) -> tuple[float | None, str]:
    value = row["obs_value"]
    return (None if pd.isna(value) else float(value)), str(row["mark"])


def published_text(row: pd.Series) -> str:
    """Return what a cell says as it is printed: its number with its decimals, or its text."""
    value, mark = _standing(row)
    if value is None:
        return " ".join(mark.split()) or EMPTY
    text = f"{value:.{max(int(row['decimals']), 0)}f}"
    return text if same_number(float(text), value) else f"{Decimal(f'{value:.15g}'):f}"


def not_applied(
    corrections: Iterable[Correction], observations: pd.DataFrame, workbooks: Iterable[str]
) -> tuple[CorrectionError, ...]:
    """Find the corrections that do nothing, and say of each what stands in its cell now.

    Parameters
    ----------
    corrections : iterable of Correction
    observations : DataFrame
        What was built, at least of the workbooks that the corrections name.
    workbooks : iterable of str
        Names of the workbooks of the raw folder.

    Returns
    -------
    tuple of CorrectionError
        Findings; the figures stand as published.
    """
    names = list(workbooks)
    return tuple(error for c in corrections if (error := _why_not(c, observations, names)) is not None)


def _why_not(correction: Correction, observations: pd.DataFrame, names: list[str]) -> CorrectionError | None:
    there = observations[observations["file"] == correction.file]
    sheet = there[there["sheet"] == correction.sheet]
    rows = sheet[sheet["cell"] == correction.cell]
    if len(rows) and (rows["correction"] == correction.words).any():
        return None
    was = f"“{correction.expected}”" if correction.expected else EMPTY
    if correction.file not in names:
        what = f"data/raw 里没有工作簿“{correction.file}”{_nearest(correction.file, names)}"
    elif there.empty:
        what = f"工作簿“{correction.file}”没有入库"
    elif sheet.empty:
        sheets = list(dict.fromkeys(there["sheet"]))
        what = f"工作表“{correction.sheet}”不在了，或者里面没有表{_nearest(correction.sheet, sheets)}"
    elif rows.empty:
        what = f"{correction.cell} 已不是数据格"
    else:
        now = published_text(rows.iloc[0])
        what = f"该格现在是{now if now == EMPTY else f'“{now}”'}"
    return CorrectionError(
        f"这条更正没有用上：登记时该格是{was}，要改用“{correction.use}”；{what}。数仍照工作簿。",
        file=REGISTER,
        sheet=correction.entry,
        cell=" › ".join(correction.address),
        remedy="来源已经改好就删去这一条；挪了位置就改 file、sheet、cell；仍然有误就按现在的数改 expected。",
    )


def _nearest(name: str, names: list[str]) -> str:
    near = get_close_matches(name, names, n=1)
    return f"（相近的有“{near[0]}”）" if near else ""


# --- in words ------------------------------------------------------------------------------------


def note_of(row: Mapping[Any, Any]) -> str:
    """Say of a corrected observation what was published, what is used, and why; "" of any other.

    Parameters
    ----------
    row : mapping
        The columns of an observation.
    """
    correction = _word(row, "correction")
    if not correction:
        return ""
    code, area = _word(row, "indicator"), _word(row, "ref_area")
    what = "".join(
        (
            catalogue().area(area).name_zh if area else "",
            _period(_word(row, "time_period")),
            catalogue().indicator(code).name_zh if code else _word(row, "row_label_path"),
            _MEASURES.get(_word(row, "measure"), ""),
        )
    )
    value, decimals = row.get("obs_value"), row.get("decimals")
    used = None
    if not is_missing(value):
        used = (
            f"{float(str(value)):g}"
            if is_missing(decimals)
            else f"{float(str(value)):.{int(str(decimals))}f}"
        )
    return words(what, used, _word(row, "unit"), _word(row, "published_value"), correction)


def words(what: str, used: str | None, unit: str, published: str, correction: str) -> str:
    """Name both values and the reason in one sentence.

    >>> words("松原市2020年某数", "176.20", "亿元", "76.20", "漏一位（张三，2025-01-02）")
    '松原市2020年某数公布数为76.20亿元，更正为176.20亿元：漏一位（张三，2025-01-02）'
    """
    if _NUMBER.fullmatch(published):
        was = f"公布数为{published}{unit}"
    else:
        was = f"原为{published}" if published == EMPTY else f"原为“{published}”"
    return f"{what}{was}，" + (f"更正为{used}{unit}" if used is not None else LEFT_OUT) + f"：{correction}"


def as_published(frame: pd.DataFrame) -> pd.DataFrame:
    """Return observations with the figures that offices published, corrected or not.

    Where a text stood, or the figure is left out, there is none: its status as a release is not known.
    """
    touched = (frame["correction"] != "") & frame["obs_value"].notna()
    left = frame[(frame["correction"] == "") | touched].copy()
    touched = touched.loc[left.index]
    for index in left.index[touched]:
        text = str(left.loc[index, "published_value"])
        number = _NUMBER.fullmatch(text) is not None
        left.loc[index, "obs_value"] = float(text) if number else np.nan
        left.loc[index, "decimals"] = len(text.partition(".")[2]) if number else pd.NA
    return left[left["obs_value"].notna() | ~touched]


def _word(row: Mapping[Any, Any], key: str) -> str:
    value = row.get(key)
    return "" if is_missing(value) else str(value)


def _period(text: str) -> str:
    try:
        return Period.parse(text).label_zh() if text else ""
    except PeriodError:
        return text
