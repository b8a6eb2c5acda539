"""``python -m songyuan_analysis.cli``."""

from __future__ import annotations

from songyuan_analysis.cli.start import main

if __name__ == "__main__":
    main()
