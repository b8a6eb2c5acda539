"""The members of a zip container, each held against its checksum.

zipfile does the same at twice the cost for small workbooks: it makes objects and file handles per member. What is
not a plain archive (comments, prefixes, passwords, large-file records) is left to it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

_END = struct.Struct("<4sHHHHIIH")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL_HEADER = 30
_STORED, _DEFLATED = 0, 8
# No deflate stream unpacks to more than this many times its size: what claims more is left to zipfile.
_LARGEST_RATIO = 1032


class _Member(NamedTuple):
    name: bytes
    method: int
    checksum: int
    packed: int
    size: int
    header: int


def unpack(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every member.

    Raises
    ------
    zipfile.BadZipFile, zlib.error
        If the archive is damaged. A RuntimeError says, as zipfile does, that a member is encrypted.
    """
    directory = _directory(data)
    if directory is None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)
        return
    view = memoryview(data)
    for member in directory:
        yield member.name.decode("ascii"), _content(view, member)


def _directory(data: bytes) -> list[_Member] | None:
    """Read the directory of a plain archive; None if it is anything else."""
    if len(data) < _END.size:
        return None
    magic, disk, first_disk, here, count, _, at, comment = _END.unpack_from(data, len(data) - _END.size)
    if magic != b"PK\x05\x06" or disk or first_disk or comment or here != count:
        return None
    members: list[_Member] = []
    for _ in range(count):
        if at + _ENTRY.size > len(data):
            return None
        (
            magic, _, _, flags, method, _, _, checksum, packed, size,
            name_length, extra, remark, _, _, _, header,
        ) = _ENTRY.unpack_from(data, at)  # fmt: skip
        name = data[at + _ENTRY.size : at + _ENTRY.size + name_length]
        plain = magic == b"PK\x01\x02" and not flags & 1 and method in (_STORED, _DEFLATED) and name.isascii()
        if not plain or b"\x00" in name or size > _LARGEST_RATIO * packed + 1024:
            return None
        members.append(_Member(name, method, checksum, packed, size, header))
        at += _ENTRY.size + name_length + extra + remark
    return members


def _content(view: memoryview, member: _Member) -> bytes:
    start = member.header + _LOCAL_HEADER
    if bytes(view[member.header : member.header + 4]) != b"PK\x03\x04" or start > len(view):
        raise zipfile.BadZipFile(f"{member.name.decode('ascii')} 缺少文件头")
    name_length, extra = struct.unpack_from("<HH", view, start - 4)
    begin = start + name_length + extra
    packed = view[begin : begin + member.packed]
    # One byte of room beyond the end lets zlib see the end without growing its buffer.
    content = bytes(packed) if member.method == _STORED else zlib.decompress(packed, -15, member.size + 1)
    if bytes(view[start : start + name_length]) != member.name or zlib.crc32(content) != member.checksum:
        raise zipfile.BadZipFile(f"{member.name.decode('ascii')} 校验不符")
    return content
