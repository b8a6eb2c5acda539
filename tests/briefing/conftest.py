"""Reading pictures without a picture library."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest
import vl_convert


@pytest.fixture
def dark_pixels() -> Callable[[str], int]:
    """Return the function that counts the ink of an SVG."""
    return _dark_pixels


def _dark_pixels(svg: str) -> int:
    """Count the dark pixels of the picture, drawn at half its size."""
    data = vl_convert.svg_to_png(svg, scale=0.5)
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (depth, kind) == (8, 6), "vl-convert draws RGBA with 8 bits"
    at, packed = 8, b""
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + size] if name == b"IDAT" else b""
        at += size + 12
    raw, dark = zlib.decompress(packed), 0
    before = bytearray(4 * width)
    for row in range(height):
        begin = row * (4 * width + 1)
        line = _unfilter(raw[begin], bytearray(raw[begin + 1 : begin + 1 + 4 * width]), before)
        dark += sum(
            1
            for red, green, blue in zip(line[0::4], line[1::4], line[2::4], strict=True)
            if red + green + blue < 400
        )
        before = line
    return dark


def _unfilter(kind: int, line: bytearray, before: bytearray) -> bytearray:
    """Undo the filter of one PNG row."""
    for at in range(len(line) if kind else 0):
        left = line[at - 4] if at >= 4 else 0
        above, corner = before[at], before[at - 4] if at >= 4 else 0
        guess = left + above - corner
        paeth = min((left, above, corner), key=lambda near: abs(guess - near))
        line[at] = (line[at] + (0, left, above, (left + above) // 2, paeth)[kind]) & 255
    return line
