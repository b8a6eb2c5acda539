"""Blocks into rows: one row per data cell, with paths, period, unit, value, mark, title and notes.

A unit stands as it is written and, beside it, as what it means: ``亿元`` is CNY times ten to the 8.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.internals import create_dataframe_from_blocks  # type: ignore[import-not-found]

from songyuan_analysis.sheets import strings
from songyuan_analysis.sheets.captions import NO_POWER, SEPARATOR, captions_of
from songyuan_analysis.sheets.layout import Block
from songyuan_analysis.sheets.strings import Pieces, Text

__all__ = ["COLUMNS", "SEPARATOR", "Cells"]

COLUMNS = (
    "sheet", "cell", "row_label_path", "column_label_path", "period", "unit", "unit_measure", "unit_mult",
    "value", "mark", "table", "title", "note", "hidden",
)  # fmt: skip
_Column = pd.api.extensions.ExtensionArray | NDArray[Any]
_TEXTS = [name for name in COLUMNS if name not in ("unit_mult", "value", "table", "hidden")]


class Cells:
    """Columns of the labelled cells, collected over blocks and built into one frame at the end."""

    def __init__(self) -> None:
        self._texts: dict[str, Pieces] = {name: [] for name in _TEXTS}
        self._powers: list[NDArray[np.int8]] = []
        self._values: list[NDArray[np.float64]] = []
        self._tables: list[int] = []
        self._counts: list[int] = []
        self._hidden: list[NDArray[np.bool_]] = []

    def __len__(self) -> int:
        return sum(self._counts)

    def add(self, block: Block) -> None:
        """Add every data cell of a block."""
        captions = captions_of(block)
        if not captions.count:
            return
        units = captions.units(block)
        texts = {**captions.texts(block), "unit": units.written, "unit_measure": units.measures}
        for name, pieces in self._texts.items():
            pieces.extend(texts[name])
        self._powers.append(units.powers)
        self._values.append(captions.values(block))
        self._hidden.append(captions.hidden)
        self._tables.append(block.index)
        self._counts.append(captions.count)

    def frame(self, extra: dict[str, Iterable[tuple[str, int]]] | None = None) -> pd.DataFrame:
        """Build the frame; `extra` columns (the file) come first, given as texts with how often they stand."""
        powers = _joined(self._powers, np.int8)
        columns: dict[str, _Column] = {
            "unit_mult": pd.arrays.IntegerArray(powers.astype(np.int64), powers == NO_POWER),
            "value": _joined(self._values, np.float64),
            "table": np.repeat(np.array(self._tables, np.int64), self._counts),
            "hidden": _joined(self._hidden, np.bool_),
        }
        columns |= {name: strings.column(pieces) for name, pieces in self._texts.items()}
        for name, runs in (extra or {}).items():
            pieces = [Text.of([text]).repeated(count) for text, count in runs]
            columns[name] = strings.column([*chain.from_iterable(pieces)])
        return _frame({name: columns[name] for name in (*(extra or ()), *COLUMNS)})


def _joined(pieces: list[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(pieces) if pieces else np.empty(0, kind)


@lru_cache(maxsize=8)
def _names(names: tuple[str, ...]) -> pd.Index:
    return pd.Index(names)


def _frame(columns: dict[str, _Column]) -> pd.DataFrame:
    """Build a frame of columns that are known to be sound: to have each looked at takes four times as long."""
    blocks = [
        (column[np.newaxis] if isinstance(column, np.ndarray) else column, np.array([place]))
        for place, column in enumerate(columns.values())
    ]
    index = pd.RangeIndex(len(columns["value"]))
    names = _names(tuple(columns)).view()  # a view, because users may give it a name
    return create_dataframe_from_blocks(blocks, index=index, columns=names)  # type: ignore[no-any-return]
