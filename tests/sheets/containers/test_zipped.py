"""Members of zip containers: the same as zipfile gives, and refused where it refuses."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from songyuan_analysis.sheets.containers.zipped import unpack

PARTS = {"xl/workbook.xml": b"<a/>" * 500, "xl/empty.xml": b"", "docProps/app.xml": "虚构".encode()}


def archive(compression: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in PARTS.items():
            file.writestr(name, content)
        file.comment = comment
    return buffer.getvalue()


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize(("before", "comment"), [(b"", b""), (b"", b"remark"), (b"junk", b"")])
def test_members(compression: int, before: bytes, comment: bytes) -> None:
    assert dict(unpack(before + archive(compression, comment))) == PARTS


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_flipped_bit_of_a_content_is_noticed(compression: int) -> None:
    data = archive(compression)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        member = file.getinfo("xl/workbook.xml")
    start = member.header_offset + 30 + len(member.filename)
    for position in range(start, start + member.compress_size, 7):
        damaged = bytearray(data)
        damaged[position] ^= 4
        with pytest.raises((zipfile.BadZipFile, zlib.error)):
            list(unpack(bytes(damaged)))


def test_lost_header_is_noticed() -> None:
    data = bytearray(archive())
    data[0:2] = b"XX"
    with pytest.raises(zipfile.BadZipFile):
        list(unpack(bytes(data)))
