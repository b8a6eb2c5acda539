"""Labels that the catalogue does not know, rows whose meaning is not complete, and names that come near."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pandas as pd
from rapidfuzz import fuzz, process

from songyuan_analysis.checks.finding import Hit
from songyuan_analysis.checks.material import Material
from songyuan_analysis.observations.catalogue import Catalogue, catalogue, normalise
from songyuan_analysis.observations.corrected import note_of

UNKNOWN_COLUMNS = ("label", "count", "problem", "nearest", "file", "sheet", "cell")
_GAPS = ("", "…", "-", "—", "－", "..", "...", "*", "/")
_NAMED = re.compile("标签“(.+?)”不认识")
_NEAREST = 3


def unmapped(material: Material) -> Iterator[Hit]:
    """List labels without an indicator; a gap below one says nothing, a number or a text does."""
    unknown = _unknown(material.observations)
    for labels, rows in unknown.groupby(["row_label_path", "column_label_path", "problem"], sort=True):
        row_label, column_label, problem = labels
        first = rows.iloc[0]
        message = f"未识别的标签“{row_label} × {column_label}”（{len(rows)}个格）：{problem}"
        yield Hit(first, message, (first,), weight=len(rows))


def incomplete(material: Material) -> Iterator[Hit]:
    """List rows with an indicator whose area, measure or period is not known, sheet by sheet."""
    frame = material.observations
    rows = frame[(frame["indicator"] != "") & (frame["problem"] != "")]
    for (problem, file, sheet), group in rows.groupby(["problem", "file", "sheet"], sort=True):
        message = f"{len(group)}个格{problem}，不参加计算（{file} › {sheet}）"
        evidence = tuple(row for _, row in group.head(3).iterrows())
        yield Hit(group.iloc[0], message, evidence, weight=len(group))


def corrections(material: Material) -> Iterator[Hit]:
    """List the numbers that an analyst has put in place of published ones."""
    frame = material.observations
    for _, row in frame[frame["correction"] != ""].iterrows():
        yield Hit(row, f"用更正数：{note_of(row.to_dict())}", (row,), names_area=True)


def unknown_labels(observations: pd.DataFrame, words: Catalogue | None = None) -> pd.DataFrame:
    """Return the labels that the catalogue does not know, the most frequent first.

    Parameters
    ----------
    observations : DataFrame
    words : Catalogue, optional
        Another catalogue than the shipped one.

    Returns
    -------
    DataFrame
        Label, number of cells, the reason, the three names of the catalogue that look most like it, and the
        address of the first cell. The names are for the eye of whoever adds the label; nothing is matched by them.
    """
    unknown = _unknown(observations)
    labels = [
        _label(*texts)
        for texts in zip(
            unknown["problem"], unknown["row_label_path"], unknown["column_label_path"], strict=True
        )
    ]
    rows = []
    for label, group in unknown.assign(label=labels).groupby("label", sort=True):
        first = group.iloc[0]
        near = "、".join(nearest(str(label), words))
        rows.append((label, len(group), first["problem"], near, first["file"], first["sheet"], first["cell"]))
    frame = pd.DataFrame(rows, columns=list(UNKNOWN_COLUMNS))
    return frame.sort_values(["count", "label"], ascending=[False, True], ignore_index=True)


def nearest(label: str, words: Catalogue | None = None) -> list[str]:
    """Return the three names of the catalogue that look most like a label, each with its code."""
    names = _vocabulary() if words is None else words.vocabulary()
    found = process.extract(normalise(label), list(names), scorer=fuzz.ratio, limit=12)
    codes = dict.fromkeys(names[name] for name, _, _ in found)
    first = {code: next(name for name, _, _ in found if names[name] == code) for code in codes}
    return [f"{name}（{code}）" for code, name in first.items()][:_NEAREST]


@cache
def _vocabulary() -> dict[str, str]:
    return catalogue().vocabulary()


def _unknown(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame["indicator"] == "") & (frame["obs_value"].notna() | ~frame["mark"].isin(_GAPS))]


def _label(problem: str, row_path: str, column_path: str) -> str:
    """Return the label that is not understood: the one that the problem names, else the innermost of the row."""
    named = _NAMED.search(problem)
    if named:
        return named[1]
    return (row_path or column_path).split(" / ")[-1]
