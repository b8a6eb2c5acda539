"""String columns as Arrow lays them out: the bytes of all texts in a row, and how long each text is.

A table repeats few texts over many cells. Repeating bytes costs a fraction of making a Python object per cell and
having each of them encoded again; the column that pandas gets is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Lengths = NDArray[np.int32]


class Text:
    """Some texts, encoded: to be repeated and laid one after another."""

    __slots__ = ("data", "lengths")

    def __init__(self, data: bytes, lengths: Lengths) -> None:
        self.data = data
        self.lengths = lengths

    @classmethod
    def of(cls, texts: Sequence[str]) -> Text:
        """Encode texts."""
        joined = "".join(texts)
        encoded = joined.encode()
        if len(encoded) == len(joined):
            return cls(encoded, np.fromiter(map(len, texts), np.int32, len(texts)))
        sizes = [len(text.encode()) for text in texts]
        return cls(encoded, np.array(sizes, np.int32))

    @classmethod
    def each(cls, texts: Sequence[str], times: int) -> Text:
        """Repeat each text: the labels of the rows, over the columns."""
        pieces = [text.encode() for text in texts]
        sizes = np.fromiter(map(len, pieces), np.int32, len(pieces))
        return cls(b"".join([piece * times for piece in pieces]), np.repeat(sizes, times))

    @classmethod
    def sparse(cls, count: int, texts: Mapping[int, str]) -> Text:
        """Encode a few texts, given by place, among empty ones."""
        lengths = np.zeros(count, np.int32)
        pieces = []
        for place in sorted(texts):
            pieces.append(texts[place].encode())
            lengths[place] = len(pieces[-1])
        return cls(b"".join(pieces), lengths)

    def tiled(self, times: int) -> Text:
        """Repeat the texts as a whole: the labels of the columns, over the rows."""
        if times == 1:
            return self
        return Text(self.data * times, np.concatenate([self.lengths] * times))


class TextColumn:
    """One string column on its way into a frame."""

    def __init__(self) -> None:
        self._data: list[bytes] = []
        self._lengths: list[Lengths] = []

    def add(self, text: Text) -> None:
        """Lay texts behind those that are here."""
        self._data.append(text.data)
        self._lengths.append(text.lengths)

    def array(self) -> pd.arrays.ArrowStringArray:
        """Build the column; what it was made of is given back to memory."""
        data = self._data[0] if len(self._data) == 1 else b"".join(self._data)
        count = sum(map(len, self._lengths))
        offsets = np.zeros(count + 1, np.int64)
        if count:
            lengths = self._lengths[0] if len(self._lengths) == 1 else np.concatenate(self._lengths)
            np.cumsum(lengths, out=offsets[1:])
        self._data, self._lengths = [], []
        return _array(count, offsets, data)


def _array(count: int, offsets: NDArray[np.int64], data: bytes) -> pd.arrays.ArrowStringArray:
    chunk = pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(data))
    return pd.arrays.ArrowStringArray(pa.chunked_array([chunk]), dtype=pd.StringDtype(na_value=np.nan))
