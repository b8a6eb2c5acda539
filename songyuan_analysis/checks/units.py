"""What labels say of numbers, against the numbers: units, direction of a reduction, and single months."""

from __future__ import annotations

import re
from collections.abc import Iterator

from songyuan_analysis.checks.finding import Hit, said
from songyuan_analysis.checks.material import Material
from songyuan_analysis.sheets.doubts import COUNTS, find_doubts, may_be_doubted
from songyuan_analysis.sheets.periods import Period

_FALL = re.compile("降低率|下降率|降低幅度|下降幅度|降幅|比上年降低|比上年下降|同比下降|同比降低")
_BOTH = re.compile("升降|上升|增长|增减|增速|涨跌|变动|±|[+＋]")


def unit_doubts(material: Material) -> Iterator[Hit]:
    """Find units that contradict their numbers, table by table."""
    frame = material.observations
    frame = frame[frame["obs_value"].notna() & frame["unit_measure"].isin([*COUNTS, "PT", "INDEX"])]
    frame = frame.rename(columns={"obs_value": "value"})
    frame = frame[may_be_doubted(frame, ["file", "sheet", "table"])]
    for file, cells in frame.groupby("file", sort=True):
        for doubt in find_doubts(cells):
            first = cells[(cells["sheet"] == doubt.sheet) & (cells["cell"] == doubt.cells.split()[0])].index[
                0
            ]
            row = material.observations.loc[first]
            yield Hit(
                row,
                f"{file} › {doubt.sheet} › {doubt.cells}：{doubt.said}，{doubt.seen}；{doubt.perhaps}",
                (row,),
            )


def reduction_signs(material: Material) -> Iterator[Hit]:
    """Find reduction rates (降低率) of intensities: read as growth, a positive one says that the intensity rose."""
    wanted = {i.code for i in material.words if i.good == "down" and i.kind == "rate" and i.dimension != "PT"}
    rates = material.rates
    rates = rates[rates["indicator"].isin(list(wanted)) & (rates["measure"] == "yoy") & (rates["value"] != 0)]
    paths = rates["row_label_path"] + " / " + rates["column_label_path"]
    silent = ~paths.str.contains(_FALL) & ~paths.str.contains(_BOTH)
    words = paths.where(~silent, rates["title"])
    rates = rates[words.str.contains(_FALL) & ~words.str.contains(_BOTH)]
    for _, group in rates.groupby(["file", "sheet", "table", "column_label_path"], sort=True):
        row = group.iloc[0]
        many = f"等{len(group)}个数" if len(group) > 1 else ""
        rows = tuple(r for _, r in group.iterrows())
        positive = row["value"] > 0
        yield Hit(
            row,
            f"{Period.parse(row['time_period']).label_zh()}{material.item(row['indicator']).name_zh}的表头说的是降低率，"
            f"印为{said(row)}{many}，按增速读成了{'上升' if positive else '下降'}"
            + ("" if positive else "；降低率为负的本意是上升"),
            rows,
            accused=rows,
        )


def single_months(material: Material) -> Iterator[Hit]:
    """Find figures of a single month or quarter for indicators that are only published since January."""
    wanted = {i.code for i in material.words if i.only_cumulative}
    rows = material.numbers
    rows = rows[rows["indicator"].isin(list(wanted)) & rows["freq"].isin(["M", "Q"]) & (rows["m0"] > 1)]
    for _, group in rows.groupby(["file", "sheet", "table"], sort=True):
        row = group.iloc[0]
        names = list(dict.fromkeys(material.item(code).name_zh for code in group["indicator"]))
        more = f"等{len(names)}项" if len(names) > 3 else ""
        cells = tuple(r for _, r in group.iterrows())
        yield Hit(
            row,
            f"{'、'.join(names[:3])}{more}只按年初至今累计公布，表中却是{Period.parse(row['time_period']).label_zh()}单期的数"
            f"（{len(group)}个格）",
            cells,
            accused=cells,
        )
