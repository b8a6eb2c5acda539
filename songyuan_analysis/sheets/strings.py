"""String columns as Arrow lays them out: the bytes of all texts in a row, and where each text ends.

A table repeats few texts over many cells. Repeating bytes costs a fraction of making a Python object per cell and
having each of them encoded again; the column that pandas gets is the same. Arrow's arrays never change, so that a
column of labels that is wanted again stands in several frames and once in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

_DTYPE = pd.StringDtype(na_value=np.nan)
# Arrow goes through a column piece by piece: below this mean length, looking at pieces would cost more than texts.
_SHORT = 4096
_LONG = 8192
Pieces = list[pa.LargeStringArray]


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
    def each(cls, texts: Sequence[str], times: int) -> Text:
        """Repeat each text: the labels of the rows, over the columns."""
        pieces = [text.encode() for text in texts]
        sizes = np.array(list(map(len, pieces)), np.int32)
        return cls(b"".join([piece * times for piece in pieces]), len(pieces) * times, sizes.repeat(times))

    @classmethod
    def joined(cls, texts: Sequence[Text]) -> Text:
        """Lay texts one behind the other."""
        if len(texts) == 1:
            return texts[0]
        lengths = np.concatenate([text.lengths for text in texts])
        return cls(b"".join([text.data for text in texts]), len(lengths), lengths)

    def tiled(self, times: int) -> Text:
        """Repeat the texts as a whole: the labels of the columns, over the rows."""
        if times == 1:
            return self
        lengths = self.size if self._lengths is None else np.concatenate([self._lengths] * times)
        assert lengths is not None
        return Text(self.data * times, self.count * times, lengths)

    def repeated(self, times: int) -> Pieces:
        """Repeat the texts as a whole; of a long column, a piece stands in memory once and in the column often."""
        at_once = max(1, _LONG // max(1, self.count))
        if times <= at_once:
            return [self.tiled(times).array()]
        piece = self.tiled(at_once).array()
        whole, rest = divmod(times, at_once)
        return [*[piece] * whole, *([piece.slice(0, rest * self.count)] if rest else [])]

    def array(self) -> pa.LargeStringArray:
        """Return the texts as Arrow has them."""
        offsets = np.zeros(self.count + 1, np.int64)
        if self.size:
            offsets = np.arange(0, (self.count + 1) * self.size, self.size, dtype=np.int64)
        elif self._lengths is not None:
            # Widened first and summed in place: a sum that widens as it goes takes twice the time.
            offsets[1:] = self._lengths
            np.cumsum(offsets, out=offsets)
        buffers = (pa.py_buffer(offsets), pa.py_buffer(self.data))
        return pa.LargeStringArray.from_buffers(self.count, *buffers, null_count=0)


def column(pieces: Sequence[pa.LargeStringArray]) -> pd.arrays.ArrowStringArray:
    """Build a string column from its pieces; long ones are not copied."""
    texts = pa.chunked_array(pieces, type=pa.large_string())
    if len(pieces) > 1 and len(texts) < _SHORT * len(pieces):
        texts = pa.chunked_array([texts.combine_chunks()])
    return pd.arrays.ArrowStringArray(texts, dtype=_DTYPE)  # type: ignore[call-arg]
