"""``python -m songyuan_analysis``."""

from __future__ import annotations

from songyuan_analysis.cli import main

if __name__ == "__main__":
    main()
