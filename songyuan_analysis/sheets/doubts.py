"""Units that contradict their numbers: reported with the cells, never repaired.

A bureau's table that says 人 and prints 12.35, or says 增长（%） and prints 106.2, is wrong in one of the two; which one
only its author knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from songyuan_analysis.sheets.reader import span_of

COUNTS = frozenset({"PERS", "HH", "ENT", "PIECE", "SITE", "VEHICLE", "SET", "BLDG", "CASE", "VISIT", "PROJ"})
_AVERAGE = re.compile(r"平均|[人户戶]均|每|密度|比$|率|系数|指数|弹性")
_SHARE = re.compile(r"比重|占比|构成|構成")
_GROWTH = re.compile(r"增长|增長|增速|增幅|增减|增減|涨幅|同比|环比|升降")
_FEWEST = 4
_TO_INDEX, _FROM_INDEX = (80.0, 140.0), (-30.0, 40.0)
_MOST_ROUNDING = 0.1  # parts of a share may add up to 100.1


@dataclass(frozen=True)
class Doubt:
    """A unit that its numbers contradict.

    Attributes
    ----------
    sheet, cells : str
        Where; ``D5 等 3 格`` where there are more than one.
    said, seen : str
        What the labels say, and what the numbers show.
    perhaps : str
        What may have been meant.
    """

    sheet: str
    cells: str
    said: str
    seen: str
    perhaps: str

    def __str__(self) -> str:
        return f"{self.cells}：{self.said}，{self.seen}；{self.perhaps}"


def find_doubts(cells: pd.DataFrame) -> list[Doubt]:
    """Find the units that contradict their numbers.

    Parameters
    ----------
    cells : DataFrame
        Labelled cells of one workbook, as `read_workbook` returns them.

    Returns
    -------
    list of Doubt
        In the order of the tables.
    """
    numbers = cells[cells["value"].notna()]
    if numbers.empty:
        return []
    found: list[Doubt] = []
    for _, table in numbers.groupby(["sheet", "table"], sort=False):
        labels = (table["row_label_path"] + " / " + table["column_label_path"]).to_numpy(str)
        found += _broken_counts(table, labels)
        found += _impossible_shares(table, labels)
        found += _series(table)
    return found


def may_be_doubted(cells: pd.DataFrame, table: list[str]) -> pd.Series:
    """Mark the cells of tables in which `find_doubts` may find something: one pass over many tables at once.

    Parameters
    ----------
    cells : DataFrame
        Labelled cells of any number of tables.
    table : list of str
        Columns that tell the tables apart.
    """
    value, measure = cells["value"], cells["unit_measure"]
    rate, index = measure == "PT", measure == "INDEX"
    odd = measure.isin(list(COUNTS)) & (cells["unit_mult"].fillna(0) == 0) & (value % 1 != 0)
    outside = cells[rate & ((value < 0) | (value > 100 + _MOST_ROUNDING))]
    labels = (outside["row_label_path"] + " / " + outside["column_label_path"]).tolist()
    odd[outside.index] |= _saying(_SHARE, labels) & ~_saying(_GROWTH, labels)
    rates = cells[(rate | index) & value.notna()]
    for axis in ("column_label_path", "row_label_path"):
        groups = rates.groupby([*table, axis, "unit", "unit_measure"], sort=False)["value"]
        low, high = groups.transform("min"), groups.transform("max")
        kind = rates["unit_measure"] == "INDEX"
        strange = kind & (low >= _FROM_INDEX[0]) & (high <= _FROM_INDEX[1])
        strange |= ~kind & (((low >= _TO_INDEX[0]) & (high <= _TO_INDEX[1])) | ((low > -1) & (high < 1)))
        strange &= groups.transform("size") >= _FEWEST
        odd[strange[strange].index] = True
    return odd.groupby([cells[name] for name in table], sort=False).transform("any")


def _broken_counts(table: pd.DataFrame, labels: Iterable[str]) -> Iterator[Doubt]:
    """Find counts of persons or firms with a fraction, unless the label says that they are averages."""
    broken = table["unit_measure"].isin(COUNTS) & (table["unit_mult"] == 0) & (table["value"] % 1 != 0)
    broken &= ~_saying(_AVERAGE, labels)
    for unit, rows in table[broken].groupby("unit", sort=False):
        yield Doubt(
            rows["sheet"].iloc[0], span_of(rows["cell"]), f"单位是“{unit}”", f"却有小数（{rows['value'].iloc[0]:g}）",
            f"可能是万{unit}，或是平均数",
        )  # fmt: skip


def _impossible_shares(table: pd.DataFrame, labels: Iterable[str]) -> Iterator[Doubt]:
    """Find shares of a whole below 0 or above 100 %."""
    outside = (table["value"] < 0) | (table["value"] > 100 + _MOST_ROUNDING)
    outside &= (table["unit_measure"] == "PT") & _saying(_SHARE, labels)
    outside &= ~_saying(_GROWTH, labels)
    rows = table[outside]
    if not rows.empty:
        yield Doubt(
            rows["sheet"].iloc[0], span_of(rows["cell"]), "名称说的是占总体的比重（%）",
            f"却不在 0 和 100 之间（{rows['value'].iloc[0]:g}）", "可能是增长或增减，或者数字有误",
        )  # fmt: skip


def _series(table: pd.DataFrame) -> Iterator[Doubt]:
    """Find columns and rows whose numbers are of another kind than their unit: index for growth, and the like."""
    seen: set[str] = set()
    for axis in ("column_label_path", "row_label_path"):
        for (label, unit, measure), rows in table.groupby([axis, "unit", "unit_measure"], sort=False):
            if len(rows) < _FEWEST or seen.issuperset(rows["cell"]):
                continue
            doubt = _doubt_of(str(label), str(unit), str(measure), rows)
            if doubt is not None:
                seen.update(rows["cell"])
                yield doubt


def _doubt_of(label: str, unit: str, measure: str, rows: pd.DataFrame) -> Doubt | None:
    values = rows["value"].to_numpy()
    low, high = values.min(), values.max()
    where = rows["sheet"].iloc[0], span_of(rows["cell"])
    between = f"{len(values)} 个数都在 {low:g} 和 {high:g} 之间"
    growth = _GROWTH.search(label) is not None
    if measure == "PT" and growth and low >= _TO_INDEX[0] and high <= _TO_INDEX[1]:
        return Doubt(*where, f"“{label}”的单位是 %", between, "可能是以上年为 100 的指数")
    if measure == "INDEX" and low >= _FROM_INDEX[0] and high <= _FROM_INDEX[1]:
        return Doubt(*where, f"“{label}”的单位是“{unit}”", between, "可能是增长率（%）")
    if measure == "PT" and (growth or _SHARE.search(label)) and low > -1 and high < 1:
        fine = np.mean(np.round(values, 2) != np.round(values, 6))
        if fine >= 0.75:  # most of them have three decimals or more
            return Doubt(*where, f"“{label}”的单位是 %", between, "可能是小数（0.062 即 6.2%）")
    return None


def _saying(pattern: re.Pattern[str], labels: Iterable[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return for each label whether it says a word."""
    return np.array([pattern.search(label) is not None for label in labels], np.bool_)
