"""Merges in .xlsb files, which calamine does not give.

They stand behind the cells of a sheet as records of fixed size, so that a search finds them without a walk over
every cell; what only looks like them does not have the form that their count promises.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator

from defusedxml import DefusedXmlException, ElementTree

from songyuan_analysis.sheets.containers.biff import Formats

BOOK = "xl/workbook.bin"
_MERGES = re.compile(rb"\xb1\x01\x04(.{4})((?:\xb0\x01\x10.{16})+)\xb2\x01\x00", re.DOTALL)
_MERGE_SIZE = 19
_AREA = struct.Struct("<3xIIII")
_BUNDLE_SHEET = 156


def xlsb_formats(data: bytes) -> dict[str, Formats]:
    """Return the merges by sheet name; values without them are better than nothing."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.bin.rels"))
            targets = {r.get("Id"): posixpath.join("/xl", r.get("Target", "")).lstrip("/") for r in relations}
            parts = {name: targets.get(relation, "") for relation, name in _sheets(archive.read(BOOK))}
            return {
                name: Formats(merges=_merges(archive.read(part)))
                for name, part in parts.items()
                if part in names
            }
    except (ElementTree.ParseError, DefusedXmlException, KeyError, ValueError, struct.error, IndexError):
        return {}


def _merges(sheet: bytes) -> list[tuple[int, int, int, int]]:
    for found in _MERGES.finditer(sheet):
        if int.from_bytes(found[1], "little") * _MERGE_SIZE == len(found[2]):
            return [(r0, c0, r1, c1) for r0, r1, c0, c1 in _AREA.iter_unpack(found[2])]
    return []


def _sheets(book: bytes) -> Iterator[tuple[str, str]]:
    """Yield relation and name of each sheet."""
    for kind, body in _records(book):
        if kind == _BUNDLE_SHEET:
            relation, at = _text(body, 8)
            name, _ = _text(body, at)
            yield relation, name


def _text(body: bytes, at: int) -> tuple[str, int]:
    end = at + 4 + 2 * struct.unpack_from("<I", body, at)[0]
    return body[at + 4 : end].decode("utf-16-le"), end


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and body; both kind and length are written in sevens of bits."""
    position = 0
    while position < len(stream):
        kind, position = stream[position], position + 1
        if kind & 0x80:
            kind, position = kind & 0x7F | stream[position] << 7, position + 1
        length = shift = 0
        while True:
            byte, position = stream[position], position + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, stream[position : position + length]
        position += length
