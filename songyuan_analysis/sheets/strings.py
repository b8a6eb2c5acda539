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


class Text:
    """Some texts, encoded: to be repeated and laid one after another.

    Attributes
    ----------
    data : bytes
    count : int
    size : int or None
        How long every one of them is, if all are equally long: a column of such texts needs no lengths.
    """

    __slots__ = ("_lengths", "count", "data", "size")

    def __init__(self, data: bytes, count: int, lengths: NDArray[np.int32] | int) -> None:
        self.data = data
        self.count = count
        self.size = lengths if isinstance(lengths, int) else None
        self._lengths = None if isinstance(lengths, int) else lengths

    @property
    def lengths(self) -> NDArray[np.int32]:
        """How long each text is, in bytes."""
        return np.full(self.count, self.size, np.int32) if self._lengths is None else self._lengths

    @classmethod
    def of(cls, texts: Sequence[str]) -> Text:
        """Encode texts."""
        pieces = [text.encode() for text in texts]
        sizes = list(map(len, pieces))
        equal = sizes.count(sizes[0]) == len(sizes) if sizes else False
        return cls(b"".join(pieces), len(sizes), sizes[0] if equal else np.array(sizes, np.int32))

    @classmethod
    def sparse(cls, count: int, texts: Mapping[int, str]) -> Text:
        """Encode a few texts, given by place, among empty ones."""
        if not texts:
            return cls(b"", count, 0)
        lengths = np.zeros(count, np.int32)
        pieces = []
        for place in sorted(texts):
            pieces.append(texts[place].encode())
            lengths[place] = len(pieces[-1])
        return cls(b"".join(pieces), count, lengths)

    @classmethod
    def constant(cls, text: str, count: int) -> Text:
        """Repeat one text."""
        piece = text.encode()
        return cls(piece * count, count, len(piece))

    @classmethod
    def each(cls, texts: Sequence[str], times: int) -> Text:
        """Repeat each text: the labels of the rows, over the columns."""
        pieces = [text.encode() for text in texts]
        sizes = np.array(list(map(len, pieces)), np.int32)
        return cls(b"".join([piece * times for piece in pieces]), len(pieces) * times, sizes.repeat(times))

    def tiled(self, times: int) -> Text:
        """Repeat the texts as a whole: the labels of the columns, over the rows."""
        if times == 1:
            return self
        lengths = self.size if self._lengths is None else np.concatenate([self._lengths] * times)
        assert lengths is not None
        return Text(self.data * times, self.count * times, lengths)


class TextColumn:
    """One string column on its way into a frame."""

    def __init__(self) -> None:
        self._texts: list[Text] = []

    def add(self, text: Text) -> None:
        """Lay texts behind those that are here."""
        self._texts.append(text)

    def array(self) -> pd.arrays.ArrowStringArray:
        """Build the column; what it was made of is given back to memory."""
        texts, self._texts = self._texts, []
        count = sum([text.count for text in texts])
        sizes = {text.size for text in texts}
        size = sizes.pop() if len(sizes) == 1 else None
        end = (count + 1) * (size or 0)
        offsets = np.arange(0, end, size, dtype=np.int64) if size else np.zeros(count + 1, np.int64)
        if size is None and texts:
            # Widened first and summed in place: a sum that widens as it goes takes twice the time.
            np.concatenate([text.lengths for text in texts], out=offsets[1:])
            np.cumsum(offsets, out=offsets)
        data = b"".join([text.data for text in texts])
        buffers = (pa.py_buffer(offsets), pa.py_buffer(data))
        chunk = pa.LargeStringArray.from_buffers(count, *buffers, null_count=0)
        dtype = pd.StringDtype(na_value=np.nan)
        return pd.arrays.ArrowStringArray(pa.chunked_array([chunk]), dtype=dtype)  # type: ignore[call-arg]
