"""The ``songyuan`` command: what an analyst types, and what the terminal answers."""

from __future__ import annotations

from songyuan_analysis.cli.application import err, out
from songyuan_analysis.cli.start import main

__all__ = ["err", "main", "out"]
