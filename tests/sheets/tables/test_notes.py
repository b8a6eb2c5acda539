"""Notes below a table, and the signs that lead to them."""

from __future__ import annotations

import pytest

from songyuan_analysis.sheets.tables.notes import Note, notes_for


@pytest.mark.parametrize("sign", ["①", "[1]", "※", "1"])
def test_a_note_belongs_to_its_sign(sign: str) -> None:
    """Check that a note with any sign is called by it and by no other label."""
    notes = [Note(sign, "初步核算数。"), Note("", "全表适用。")]
    used = {"①", "[1]", "※"}
    assert notes_for(notes, {"[1]" if sign == "1" else sign}, used) == "初步核算数；全表适用"
    assert notes_for(notes, {"②"}, used) == "全表适用"
