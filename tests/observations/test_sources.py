"""Source cards: a good one is read whole, and each kind of bad one says where it is wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from songyuan_analysis.errors import SourceCardError
from songyuan_analysis.observations.sources import card_path, load_card, sha256_of, write_card

VALUES: dict[str, object] = {
    "issuer": "松原市统计局",
    "title": '松原市2024年“主要"数据"”',
    "release_date": "2025-03-20",
    "status": "preliminary",
    "read_from": "公报\n第二页，C:\\数据",
    "tier": "1-2",
    "transcribed": True,
}
LINES = {
    "issuer": '"松原市统计局"',
    "title": '"2024年公报"',
    "release_date": '"2025-03-20"',
    "status": '"preliminary"',
    "read_from": '"公报"',
    "tier": '"1"',
    "transcribed": "true",
}
WriteLines = Callable[..., Path]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "公报.xlsx"
    path.write_bytes(b"any bytes: a card does not look inside")
    return path


@pytest.fixture
def lines(workbook: Path) -> WriteLines:
    """Write a card line by line; a keyword changes a line, None leaves it out."""

    def write(extra: str = "", **changed: str | None) -> Path:
        entries = {**LINES, "sha256": f'"{sha256_of(workbook)}"', **changed}
        text = "\n".join(f"{key} = {value}" for key, value in entries.items() if value is not None)
        card_path(workbook).write_text(f"{text}\n{extra}", encoding="utf-8")
        return workbook

    return write


def test_a_card_lies_beside_its_workbook_under_the_same_name() -> None:
    assert card_path(Path("raw/2024.10.xls")) == Path("raw/2024.10.source.toml")


def test_what_is_written_is_read_again(workbook: Path) -> None:
    write_card(workbook, VALUES)
    card = load_card(workbook)
    assert (card.issuer, card.title, card.read_from) == (
        VALUES["issuer"],
        VALUES["title"],
        VALUES["read_from"],
    )
    assert (card.release_date, card.status, card.tier, card.transcribed) == ("2025-03-20", "P", "1-2", True)
    assert card.sha256 == sha256_of(workbook)


def test_an_existing_card_is_never_overwritten(workbook: Path) -> None:
    path = write_card(workbook, VALUES)
    before = path.read_bytes()
    with pytest.raises(SourceCardError, match="已经存在"):
        write_card(workbook, {**VALUES, "title": "别的"})
    assert path.read_bytes() == before


def test_an_unknown_date_is_no_date(lines: WriteLines) -> None:
    assert load_card(lines(release_date='"unknown"')).release_date == ""


def test_a_sheet_may_have_a_status_of_its_own(lines: WriteLines) -> None:
    card = load_card(lines('[sheets."2020年"]\nstatus = "final"\n'))
    assert card.status == "P"
    assert card.sheet_status == {"2020年": "F"}


def test_a_byte_order_mark_of_a_windows_editor_is_no_mistake(lines: WriteLines) -> None:
    path = card_path(lines())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_card(path.with_name("公报.xlsx")).issuer == "松原市统计局"


def test_a_workbook_without_a_card_is_told_how_to_get_one(workbook: Path) -> None:
    with pytest.raises(SourceCardError, match="没有来源卡") as caught:
        load_card(workbook, name="2024/公报.xlsx")
    assert caught.value.file == "2024/公报.xlsx"
    assert "songyuan add" in caught.value.remedy


@pytest.mark.parametrize(
    ("changed", "place", "words"),
    [
        ({"tier": '"4"'}, "第6行", "1、1-2、2、3"),
        ({"status": '"good"'}, "第4行", "preliminary"),
        ({"release_date": '"2025-13-01"'}, "第3行", "2025-03-20"),
        ({"release_date": '"2025年3月"'}, "第3行", "unknown"),
        ({"release_date": '"20250320"'}, "第3行", "2025-03-20"),
        ({"release_date": "2025-03-20"}, "第3行", "双引号"),
        ({"transcribed": '"yes"'}, "第7行", "true"),
        ({"tier": "1"}, "第6行", "双引号"),
        ({"colour": '"red"'}, "第9行", "拼写"),
        ({"ref_area": '"999999"'}, "第9行", "地区"),
        ({"notes": "7"}, "第9行", "双引号"),
    ],
)
def test_a_bad_line_is_named_with_its_number(
    lines: WriteLines, changed: dict[str, str], place: str, words: str
) -> None:
    with pytest.raises(SourceCardError) as caught:
        load_card(lines(**changed), name="2024/公报.xlsx")
    assert caught.value.file == f"2024/公报.source.toml {place}"
    assert words in caught.value.message + caught.value.remedy
    assert caught.value.remedy


def test_a_missing_key_is_named(lines: WriteLines) -> None:
    with pytest.raises(SourceCardError, match="issuer、tier") as caught:
        load_card(lines(issuer=None, tier=None))
    assert caught.value.file == "公报.source.toml"
    assert caught.value.remedy


def test_a_changed_workbook_does_not_fit_its_card(lines: WriteLines) -> None:
    path = lines()
    path.write_bytes(b"changed")
    with pytest.raises(SourceCardError, match="不符") as caught:
        load_card(path)
    assert caught.value.file == "公报.source.toml 第8行"
    assert sha256_of(path) in caught.value.remedy


@pytest.mark.parametrize(
    "sheets", ['sheets = "x"', '[sheets]\n"2020年" = "final"', '[sheets."一"]\nstatus = "x"']
)
def test_a_bad_status_of_a_sheet_is_a_mistake(lines: WriteLines, sheets: str) -> None:
    with pytest.raises(SourceCardError, match=r"status|sheets") as caught:
        load_card(lines(sheets))
    assert caught.value.file.startswith("公报.source.toml")
    assert "preliminary" in caught.value.remedy


def test_what_is_no_toml_says_so_with_its_line(lines: WriteLines) -> None:
    with pytest.raises(SourceCardError, match="TOML") as caught:
        load_card(lines(tier="1 2"))
    assert "第6行" in caught.value.place
    assert caught.value.remedy


def test_a_card_in_another_encoding_is_told_to_be_saved_as_utf8(lines: WriteLines) -> None:
    path = card_path(lines())
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(SourceCardError, match="UTF-8") as caught:
        load_card(path.with_name("公报.xlsx"))
    assert "第1行" in caught.value.place
    assert "UTF-8" in caught.value.remedy


def test_every_workbook_of_the_project_has_a_good_card(raw: Path) -> None:
    cards = [load_card(path) for path in raw.iterdir() if path.suffix in {".xls", ".xlsx"}]
    assert len(cards) > 50
    assert {card.tier for card in cards} == {"1", "1-2", "2", "3"}
