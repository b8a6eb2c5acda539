"""Bytes of a text file to text: UTF-8, UTF-16 and GB18030, told by the bytes and only then by what a page declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_CODECS = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030", "big5": "cp950"}
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")
# What GB18030 bytes look like when they happen to be valid UTF-8: letters that no bureau prints.
_STRANGE = re.compile(r"[\u0100-\u0390\u0400-\u07ff]")
_WIDE = re.compile(r"[\u0800-\U0010ffff]")
_LONGEST_CHARACTER = 4


class Decoded(NamedTuple):
    """A text, and whether its bytes end with a whole character."""

    text: str
    whole: bool


def decode(data: bytes) -> Decoded | None:
    """Decode a text file; None if the bytes are no text."""
    for codec, start in _candidates(data):
        found = _decode(data[start:], codec)
        if found is not None and not _CONTROLS.search(found.text):
            return found
    return None


def _candidates(data: bytes) -> Iterator[tuple[str, int]]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            yield codec, len(mark)
            return
    if b"\x00" in data:
        # No other encoding has zero bytes: where they stand among line ends and tabs says in which order.
        little = sum(data.count(sign + b"\x00") for sign in (b"\n", b"\t", b","))
        big = sum(data.count(b"\x00" + sign) for sign in (b"\n", b"\t", b","))
        yield from ((codec, 0) for codec in ("utf-16-le", "utf-16-be")[:: 1 if little >= big else -1])
        return
    declared = _DECLARED.search(data[:4096])
    named = _CODECS.get(declared[1].decode("ascii").lower(), "") if declared is not None else ""
    codecs = ["utf-8", named or "gb18030", "gb18030"]
    utf8 = _decode(data, "utf-8")
    if utf8 is not None and not _WIDE.search(utf8.text) and _STRANGE.search(utf8.text):
        codecs.reverse()
    yield from ((codec, 0) for codec in codecs)


def _decode(data: bytes, codec: str) -> Decoded | None:
    try:
        return Decoded(data.decode(codec).removesuffix("\x1a"), whole=True)
    except UnicodeDecodeError as error:
        # A file that broke off may end within a character.
        if error.start < len(data) - _LONGEST_CHARACTER or error.start == 0 or error.end < len(data):
            return None
        return Decoded(data[: error.start].decode(codec), whole=False)
