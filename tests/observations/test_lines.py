"""Finding the lines of tables and keys."""

from songyuan_analysis.observations.lines import LineIndex

TEXT = '''# head
[plan]
title = "x"
note = """
[[commitment]]
id = "inside a string"
"""
[[commitment]]
"id" = "a"
  value=1
[[commitment]]
id = "b" # [[commitment]]
'''


def test_tables_and_keys_are_found_by_name_and_number() -> None:
    """Check the lines of repeated tables, quoted and indented keys."""
    lines = LineIndex(TEXT)
    assert lines.table("plan") == 2
    assert [lines.table("commitment", nth) for nth in (0, 1)] == [8, 11]
    assert lines.key("commitment", "id", 0) == 9
    assert lines.key("commitment", "value", 0) == 10
    assert lines.key("commitment", "id", 1) == 12


def test_what_looks_like_a_table_inside_a_string_is_text() -> None:
    """Check that a multi-line string hides its content."""
    assert LineIndex(TEXT).names == {"", "plan", "commitment"}
    assert LineIndex(TEXT).key("plan", "note") == 4


def test_a_missing_key_gives_the_line_of_its_table() -> None:
    """Check that the place of an absence is the table that should have had it."""
    lines = LineIndex(TEXT)
    assert lines.key("commitment", "unit", 1) == 11
    assert lines.table("base") == 1
