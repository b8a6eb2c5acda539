"""How well real workbooks of other offices are read: a score against facts that were typed by hand.

The workbooks are other people's files and are not part of this project; where they do not lie beside it, the test
says so and is skipped.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT.parent / "shared" / "tools" / "score_corpus.py"
FLOOR = 0.97


@pytest.mark.skipif(
    not TOOL.exists(), reason="the collection of real workbooks does not lie beside the project"
)
def test_real_workbooks_are_read_right() -> None:
    """Check the share of facts that are wholly right, and that no number is wrong."""
    run = subprocess.run(
        [sys.executable, str(TOOL), "--json"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    score = json.loads(run.stdout)
    total, missed = score["total"], [file for file in score["files"] if file["missed"]]
    assert total["facts"] > 0
    assert total["wrong"] == 0, missed
    assert total["failed"] == 0, missed
    assert total["right"] >= FLOOR * total["facts"], missed
