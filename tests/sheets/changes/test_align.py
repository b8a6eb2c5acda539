"""Lines of two releases: the same, renamed, moved, gone or new, whichever release comes first."""

from __future__ import annotations

import pytest

from songyuan_analysis.sheets.changes.align import Alignment, align, out_of_order
from songyuan_analysis.sheets.changes.release import Line


def lines(*labels: str) -> list[Line]:
    """Lines of labels such as ``工业 / 采矿业``; what follows @ is the time."""
    made = []
    for place, label in enumerate(labels):
        text, _, time = label.partition("@")
        path = tuple(part for part in text.split(" / ") if part)
        made.append(Line(place, path, (time,) if time else (), text, f"A{place + 1}", hidden=False))
    return made


def aligned(old: list[Line], new: list[Line], numbers: bool | None = None) -> Alignment:
    return align(old, new, lambda one, other: numbers)


def names(result: Alignment) -> dict[str, list[object]]:
    """What was found, in words."""
    return {
        "renamed": [(r.old_label, r.new_label) for r in result.renamed],
        "moved": [(a.label, b.label) for a, b in result.moved],
        "gone": [x.label for x in result.gone],
        "come": [x.label for x in result.come],
    }


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (["甲", "乙"], ["甲", "乙"], {}),
        (["甲", "乙"], ["甲"], {"gone": ["乙"]}),
        (["甲", "老产品产量", "乙"], ["甲", "新产品产量", "乙"], {"renamed": [("老产品产量", "新产品产量")]}),
        (["甲", "粮食", "乙"], ["甲", "用电", "乙"], {"renamed": [("粮食", "用电")]}),
        (["甲", "粮食", "棉花", "乙"], ["甲", "用电", "运输", "乙"], {"gone": ["粮食", "棉花"], "come": ["用电", "运输"]}),
        (["农 / 甲", "农 / 乙", "工 / 丙"], ["农 / 甲", "工 / 乙", "工 / 丙"], {"moved": [("农 / 乙", "工 / 乙")]}),
        (["粮食 / 甲", "用电"], ["粮食", "用电 / 甲"], {"moved": [("粮食 / 甲", "用电 / 甲")], "gone": ["用电"], "come": ["粮食"]}),
        (["甲@1", "甲@2"], ["甲@2", "甲@3"], {}),
        (["", "甲"], ["", "甲"], {}),
        (["甲@1", "@2"], ["甲@1", "@2"], {}),
    ],
)  # fmt: skip
def test_what_is_found_there_and_back(old: list[str], new: list[str], found: dict[str, list[object]]) -> None:
    empty: dict[str, list[object]] = {"renamed": [], "moved": [], "gone": [], "come": []}
    assert names(aligned(lines(*old), lines(*new))) == {**empty, **found}
    back = {key: [(b, a) for a, b in value] for key, value in found.items() if key in ("renamed", "moved")}
    back |= {"gone": found.get("come", []), "come": found.get("gone", [])}
    assert names(aligned(lines(*new), lines(*old))) == {**empty, **back}


def test_a_label_that_went_elsewhere_was_not_renamed() -> None:
    old, new = (
        lines("粮食产量", "农业 / 甲", "农业 / 乙"),
        lines("粮食总产量", "农业 / 甲", "农业 / 乙", "农业 / 粮食产量"),
    )
    assert names(aligned(old, new))["renamed"] == []


def test_other_numbers_speak_against_a_rename_by_place_alone() -> None:
    old, new = lines("甲", "粮食", "乙"), lines("甲", "用电", "乙")
    assert names(aligned(old, new, numbers=False))["renamed"] == []
    assert aligned(old, new, numbers=True).renamed[0].why == "数字相同、前后的行列相同"


def test_rows_below_a_renamed_parent_are_the_same() -> None:
    result = aligned(lines("农业产值", "农业产值 / 甲"), lines("农业总产值", "农业总产值 / 甲"))
    assert [(a.label, b.label) for a, b in result.same] == [("农业产值 / 甲", "农业总产值 / 甲")]


def test_far_too_much_that_is_new_is_not_guessed_at() -> None:
    old = lines(*[f"产量{chr(0x4E00 + i)}{chr(0x5000 + i)}" for i in range(201)])
    new = lines(*[f"产量{chr(0x6000 + i)}{chr(0x5000 + i)}" for i in range(201)])
    assert aligned(old, new).renamed == []


@pytest.mark.parametrize(
    ("new", "moved"),
    [("甲乙丙丁", ""), ("乙丙丁甲", "甲"), ("丁甲乙丙", "丁"), ("乙甲丁丙", "甲丙"), ("", "")],
)
def test_the_fewest_lines_that_are_out_of_order(new: str, moved: str) -> None:
    old, after = lines(*sorted(new, key="甲乙丙丁".index)), {line.label: line for line in lines(*new)}
    pairs = [(line, after[line.label]) for line in old]
    assert len(out_of_order(pairs)) == len(moved)
