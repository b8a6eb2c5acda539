"""Streams of .xls containers are those that xlrd finds; what is not plain is refused, not guessed. 虚构数据."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from songyuan_analysis.sheets.containers.biff import _STREAMS, _by_xlrd, open_ole
from songyuan_analysis.sheets.containers.ole import NotPlainError, read_streams

WriteBook = Callable[..., Path]


@pytest.fixture
def container(write_book: WriteBook) -> bytes:
    rows = [["示例市（虚构数据）", None], ["指标", "2024年"], *([f"指标{n}号", n * 1.5] for n in range(400))]
    return write_book(rows, name="表.xls").read_bytes()


def test_stream_is_that_of_xlrd(container: bytes) -> None:
    names, stream = read_streams(container, _STREAMS)
    assert stream == _by_xlrd(container)[1]
    assert "Workbook" in names
    assert open_ole(container).stream == stream


def test_sectors_out_of_order_are_followed(container: bytes) -> None:
    """Two sectors of the stream change places; the table of sectors says so."""
    first_table = struct.unpack_from("<I", container, 76)[0]
    at = 512 * (first_table + 1)
    start = next(
        struct.unpack_from("<I", container, p + 116)[0]
        for p in range(0, len(container), 128)
        if container[p : p + 18] == "Workbook\0".encode("utf-16-le")
    )
    one, two = start + 1, start + 3
    mixed = bytearray(container)
    for here, there in ((one, two), (two, one)):
        mixed[512 * (here + 1) : 512 * (here + 2)] = container[512 * (there + 1) : 512 * (there + 2)]
    for sector, after in ((start, two), (two, start + 2), (start + 2, one), (one, start + 4)):
        struct.pack_into("<I", mixed, at + 4 * sector, after)
    assert read_streams(bytes(mixed), _STREAMS)[1] == read_streams(container, _STREAMS)[1]


@pytest.mark.parametrize("length", [0, 100, 511, 600, 4096])
def test_cut_container_is_left_to_xlrd(container: bytes, length: int) -> None:
    with pytest.raises(NotPlainError):
        read_streams(container[:length], _STREAMS)
    assert open_ole(container[:length]).stream in (b"", _by_xlrd(container[:length])[1])


def test_ring_of_sectors_ends(container: bytes) -> None:
    first_table = struct.unpack_from("<I", container, 76)[0]
    table = bytearray(container)
    for sector in range(128):
        struct.pack_into("<I", table, 512 * (first_table + 1) + 4 * sector, sector ^ 1)
    with pytest.raises(NotPlainError):
        read_streams(bytes(table), _STREAMS)
