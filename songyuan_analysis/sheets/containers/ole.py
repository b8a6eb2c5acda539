"""The streams of a plain OLE container, which is the file system inside an .xls file.

xlrd does the same at three times the cost. What is not plain (more than seven megabytes, large sectors, short
streams that share sectors, two streams of one name, chains that lead nowhere) is left to it.
"""

from __future__ import annotations

import struct

_SECTOR = 512
# Sector shift, number of sectors that hold the table of sectors, first sector of the directory, size of the
# shortest stream that has sectors of its own, number of further lists of sectors.
_HEADER = struct.Struct("<30xH12xII4xI12xI")
_LISTED, _MOST_LISTED = 76, 109
_ENTRY = struct.Struct("<64sHB49xII4x")  # name, its length, type, first sector, size
_STREAM = 2


class NotPlainError(Exception):
    """A container that needs more than is read here."""


def read_streams(data: bytes, wanted: tuple[str, ...]) -> tuple[list[str], bytes]:
    """Return the names of all entries, and the first of the wanted streams that there is."""
    try:
        shift, count, directory, shortest, more = _HEADER.unpack_from(data)
        if shift != 9 or more or count > _MOST_LISTED:
            raise NotPlainError
        sectors = struct.unpack_from(f"<{count}I", data, _LISTED)
        table = b"".join([_sectors(data, n, 1) for n in sectors])
        after = struct.unpack(f"<{len(table) // 4}I", table)
        entries: dict[str, tuple[int, int]] = {}
        for name, length, kind, start, size in _ENTRY.iter_unpack(_chain(data, after, directory)):
            text = name[: max(0, length - 2)].decode("utf-16-le")
            if text in wanted and (text in entries or kind != _STREAM or size < shortest):
                raise NotPlainError
            entries[text] = (start, size)
        found = next((entries[name] for name in wanted if name in entries), None)
        stream = b"" if found is None else _chain(data, after, found[0])[: found[1]]
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise NotPlainError from error
    if found is None or len(stream) != found[1]:
        raise NotPlainError
    return list(entries), stream


def _chain(data: bytes, after: tuple[int, ...], start: int) -> bytes:
    """Return the sectors from one on, each followed by the one that the table names; most lie in a row."""
    pieces = []
    for _ in after:
        last = start
        while after[last] == last + 1:
            last += 1
        pieces.append(_sectors(data, start, last + 1 - start))
        start = after[last]
        if start >= len(after):  # a mark instead of a sector: the end
            return b"".join(pieces)
    raise NotPlainError  # a ring


def _sectors(data: bytes, first: int, count: int) -> bytes:
    return data[(first + 1) * _SECTOR : (first + count + 1) * _SECTOR]
