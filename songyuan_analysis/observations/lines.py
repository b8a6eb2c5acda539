"""Where in a TOML text a table or a key stands: tomllib parses, but does not tell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TABLE = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
_KEY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_\-]+))\s*=""")


@dataclass
class _Block:
    name: str
    line: int
    keys: dict[str, int] = field(default_factory=dict)


class LineIndex:
    """Line numbers of the tables and keys of a TOML text that tomllib has already accepted.

    Parameters
    ----------
    text : str
        The whole text.
    """

    def __init__(self, text: str) -> None:
        self._blocks = [_Block("", 1)]
        fence = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if fence:
                # Inside a multi-line string nothing is a key, however much it looks like one.
                fence = "" if fence in line else fence
                continue
            if match := _TABLE.match(line):
                self._blocks.append(_Block(match[2], number))
            elif match := _KEY.match(line):
                self._blocks[-1].keys[match[1] or match[2] or match[3]] = number
                fence = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")

    @property
    def names(self) -> frozenset[str]:
        """Names of all tables."""
        return frozenset(block.name for block in self._blocks)

    def table(self, name: str, nth: int = 0) -> int:
        """Return the line of the nth table of a name; 1 if there is none."""
        return self._block(name, nth).line

    def key(self, name: str, key: str, nth: int = 0) -> int:
        """Return the line of a key in the nth table of a name; the table's line if the key is not there."""
        block = self._block(name, nth)
        return block.keys.get(key, block.line)

    def _block(self, name: str, nth: int) -> _Block:
        found = [block for block in self._blocks if block.name == name]
        return found[nth] if nth < len(found) else self._blocks[0]
