"""The register of breaks: read whole or refused by name, and asked whether it lies between two years."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from songyuan_analysis.errors import CatalogueError
from songyuan_analysis.observations.breaks import Break, load_breaks

GOOD = 'ref_area = "220700"\nindicators = ["gdp"]\nbefore = "2018"\nafter = "2019"\nwhat = "换了基础"\n'
WriteBreaks = Callable[[str], Path]


@pytest.fixture
def register(tmp_path: Path) -> WriteBreaks:
    def write(text: str) -> Path:
        path = tmp_path / "breaks.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_register_of_the_project_is_good(raw: Path) -> None:
    found = load_breaks(raw / "breaks.toml")
    own = {(b.before, b.after) for b in found if b.ref_area == "220700" and "gdp" in b.indicators}
    assert own == {("2016", "2017"), ("2018", "2019"), ("2023", "2024")}


def test_no_register_means_no_known_break(tmp_path: Path) -> None:
    assert load_breaks(tmp_path / "breaks.toml") == ()


def test_an_entry_is_read_with_what_is_known_of_its_cause(register: WriteBreaks) -> None:
    first, second = load_breaks(
        register(f'[[break]]\n{GOOD}[[break]]\n{GOOD}cause = "普查"\nsource = "公报"\n')
    )
    assert (first.cause, second.cause, second.source) == ("", "普查", "公报")
    assert first.indicators == ("gdp",)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('what = "换了基础"', 'what = "换了基础"\ncolour = 1', "colour"),
        ('what = "换了基础"', "", "what"),
        ('"220700"', '"999999"', "999999"),
        ('["gdp"]', '["nothing"]', "nothing"),
        ('["gdp"]', '"gdp"', "indicators"),
        ('"2018"', "2018", "before"),
        ('"2018"', '"2018年"', "before"),
        ('"2018"', '"2019"', "before"),
    ],
)
def test_a_mistake_is_named_with_file_and_entry(register: WriteBreaks, old: str, new: str, word: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        load_breaks(register(f"[[break]]\n{GOOD}[[break]]\n{GOOD.replace(old, new)}"))
    assert caught.value.place == "breaks.toml › 第2个断点"
    assert word in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(("text", "words"), [(f"[break]\n{GOOD}", "[[break]]"), ("[[break]\n", "TOML")])
def test_a_file_of_another_shape_is_named(register: WriteBreaks, text: str, words: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        load_breaks(register(text))
    assert caught.value.file == "breaks.toml"
    assert words in str(caught.value)
    assert caught.value.remedy


def test_another_encoding_is_a_mistake_of_the_file(register: WriteBreaks) -> None:
    path = register(f"[[break]]\n{GOOD}")
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(CatalogueError, match="UTF-8"):
        load_breaks(path)


@pytest.mark.parametrize(
    ("area", "indicator", "earlier", "later", "between"),
    [
        ("220700", "gdp", "2018", "2019", True),
        ("220700", "gdp", "2010", "2024", True),
        ("220700", "gdp", "2018", "2019-01/2019-06", True),
        ("220700", "gdp", "2019", "2020", False),
        ("220700", "gdp", "2017", "2018", False),
        ("220700", "fai", "2018", "2019", False),
        ("220000", "gdp", "2018", "2019", False),
    ],
)
def test_a_break_lies_between_two_years_of_its_own_series(
    area: str, indicator: str, earlier: str, later: str, between: bool
) -> None:
    found = Break("220700", ("gdp", "va_primary"), "2018", "2019", "换了基础")
    assert found.lies_between(area, indicator, earlier, later) is between
