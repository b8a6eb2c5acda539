"""Corrections: what the register may say, where an entry applies, and that both values stay. 虚构数据."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songyuan_analysis.checks.run import audit, suspects
from songyuan_analysis.errors import CorrectionError, SchemaError
from songyuan_analysis.observations import store
from songyuan_analysis.observations.corrected import (
    as_published,
    correct,
    not_applied,
    note_of,
    published_text,
)
from songyuan_analysis.observations.corrections import (
    Correction,
    append_correction,
    load_corrections,
    parse_corrections,
)
from songyuan_analysis.observations.observe import observe
from songyuan_analysis.observations.revisions import revisions, triangle
from songyuan_analysis.observations.schema import validate
from songyuan_analysis.observations.sources import SourceCard

Observations = Callable[..., pd.DataFrame]

TODAY = date(2025, 6, 1)
ENTRY = {
    "file": '"公报.xlsx"',
    "sheet": '"表"',
    "cell": '"B3"',
    "expected": "76.2",
    "use": '"176.20"',
    "reason": '"漏录一位（虚构数据）"',
    "author": '"张三"',
    "date": '"2025-05-01"',
}


def toml(**changes: str | None) -> str:
    """One entry as text; None takes a key out."""
    entry: dict[str, str | None] = {**ENTRY, **changes}
    return "[[correction]]\n" + "".join(
        f"{key} = {value}\n" for key, value in entry.items() if value is not None
    )


def one(**changes: str | None) -> Correction:
    (found,) = parse_corrections(toml(**changes), today=TODAY)
    return found


def cells(*numbers: tuple[float, str]) -> pd.DataFrame:
    """Labelled cells B3, B4 …, one a year from 2020 on."""
    return pd.DataFrame(
        [
            {
                "sheet": "表", "cell": f"B{3 + n}", "row_label_path": "地方级财政收入", "column_label_path": f"{2020 + n}年",
                "period": str(2020 + n), "unit": "亿元", "unit_measure": "CNY", "unit_mult": 8, "value": value,
                "mark": mark, "table": 1, "title": "松原市财政收支", "note": "", "hidden": False,
            }
            for n, (value, mark) in enumerate(numbers)
        ]
    )  # fmt: skip


# --- the register --------------------------------------------------------------------------------


def test_no_register_means_no_corrections(tmp_path: Path) -> None:
    assert load_corrections(tmp_path / "corrections.toml") == ()


def test_an_entry_keeps_the_digits_that_were_typed() -> None:
    found = one()
    assert (found.use, found.value, found.decimals, found.number, found.line) == ("176.20", 176.2, 2, 1, 1)
    assert one(use="176.20").decimals == 2, "a TOML number has digits too"
    assert one(use="176").decimals == 0
    assert one(use='"-0.50"').value == -0.5
    assert one(use='"缺"').value is None
    assert found.words == "漏录一位（虚构数据）（张三，2025-05-01）"
    assert one(source='"年鉴第5页"').words.endswith("（张三，2025-05-01；依据：年鉴第5页）")
    assert one(date="2025-05-01").date == "2025-05-01", "a TOML date is a date"
    assert one(cell='"$b$3"').cell == "B3"


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"resaon": '"x"'}, "resaon", "不认识的键.*是不是 reason"),
        ({"reason": None}, "", "缺少键 reason"),
        ({"expected": None}, "", "缺少键 expected"),
        ({"reason": '"  "'}, "reason", "是空的"),
        ({"author": '""'}, "author", "是空的"),
        ({"source": '""'}, "source", "是空的"),
        ({"reason": "5"}, "reason", "带引号的文字"),
        ({"use": "true"}, "use", "应是一个数"),
        ({"use": "inf"}, "use", "应是一个数"),
        ({"use": "[1]"}, "use", "应是一个数"),
        ({"use": '"1,002.18"'}, "use", "不是数.*千分号"),
        ({"use": '"176亿元"'}, "use", "不是数"),
        ({"use": '"76.20"'}, "use", "同一个数"),
        ({"use": "12345678901234567890"}, "use", "有效数字"),
        ({"expected": '""', "use": '"缺"'}, "use", "本来就是空的"),
        ({"expected": "nan"}, "expected", "应是一个数"),
        ({"cell": '"第3行"'}, "cell", "不是单元格地址"),
        ({"file": '"/etc/公报.xlsx"'}, "file", "data/raw 以下"),
        ({"file": '"../公报.xlsx"'}, "file", "data/raw 以下"),
        ({"file": r"'2024\公报.xlsx'"}, "file", "斜杠"),
        ({"date": '"2025-06-02"'}, "date", "以后"),
        ({"date": '"2025年5月"'}, "date", "不是日期"),
        ({"date": "20250501"}, "date", "不是日期"),
        ({"date": "2025-05-01T08:00:00"}, "date", "不是日期"),
    ],
)
def test_a_mistake_names_entry_line_key_rule_and_remedy(
    changes: dict[str, str | None], key: str, words: str
) -> None:
    text = "# 说明\n" + toml(cell='"A1"') + "\n" + toml(**changes)
    with pytest.raises(CorrectionError, match=words) as caught:
        parse_corrections(text, today=TODAY)
    error = caught.value
    lines = text.splitlines()
    at = next((n for n, line in enumerate(lines, 1) if n > 12 and key and line.startswith(f"{key} =")), 12)
    assert (error.file, error.sheet, error.cell) == ("corrections.toml", f"第2条（第{at}行）", key)
    assert error.remedy and error.rule == "correction"


def test_one_cell_has_one_correction() -> None:
    with pytest.raises(CorrectionError, match=r"与第1条（第1行）是同一格") as caught:
        parse_corrections(toml() + toml(use='"5"'), today=TODAY)
    assert caught.value.sheet.startswith("第2条")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[correction]\n", "不合 TOML 语法"),
        ("[correction]\nfile = 'a'\n", "双方括号"),
        ("[[corection]]\n", "不认识的表或键 corection"),
        ("加 = 1\n", "不合 TOML 语法"),
    ],
)
def test_a_register_that_is_none_says_so(text: str, words: str) -> None:
    with pytest.raises(CorrectionError, match=words):
        parse_corrections(text, today=TODAY)


def test_a_register_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "corrections.toml").write_bytes("# a\n# 说明\n".encode("gbk"))
    with pytest.raises(CorrectionError, match="UTF-8") as caught:
        load_corrections(tmp_path / "corrections.toml")
    assert caught.value.cell == "第2行"


@settings(max_examples=50)
@given(reason=st.text(min_size=1).filter(lambda text: text.strip()), expected=st.text())
def test_what_is_appended_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, reason: str, expected: str
) -> None:
    # A text file holds no halves of a surrogate pair.
    reason, expected = (text.encode(errors="ignore").decode() for text in (reason, expected))
    path = tmp_path_factory.mktemp("raw") / "corrections.toml"
    values = {"file": "a.xls", "sheet": "表", "cell": "A1", "expected": expected, "use": "7.50", "author": "张三",
              "reason": reason or "x", "date": "2025-05-01"}  # fmt: skip
    try:
        added = append_correction(path, values)
    except CorrectionError:
        assert not path.exists(), "a register that would be wrong is not written"
        return
    assert load_corrections(path) == (added,)
    assert added.reason == " ".join(values["reason"].split())
    assert added.use == "7.50"


def test_appending_leaves_what_stands_there(tmp_path: Path) -> None:
    path = tmp_path / "corrections.toml"
    before = "# 我的话\r\n" + toml().replace("\n", "\r\n").rstrip("\r\n")
    path.write_text(before, encoding="utf-8", newline="")
    values = {"file": "公报.xlsx", "sheet": "表", "cell": "B4", "expected": "007", "use": "缺", "reason": "不可信",
              "author": "张三", "date": "2025-05-01"}  # fmt: skip
    append_correction(path, values)
    assert path.read_bytes().decode().startswith(before)
    assert [c.cell for c in load_corrections(path)] == ["B3", "B4"]
    with pytest.raises(CorrectionError, match="同一格"):
        append_correction(path, values)
    assert len(load_corrections(path)) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["corrections.toml"]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "data/raw/README.md"])
def test_the_example_of_the_readme_is_understood(raw: Path, name: str) -> None:
    text = (raw.parent.parent / name).read_text(encoding="utf-8")
    (example,) = [e for e in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "[[correction]]" in e]
    (found,) = parse_corrections(re.sub(r"^# ", "", example, flags=re.MULTILINE))
    assert (found.cell, found.expected, found.use, found.decimals) == ("B15", "76.2", "176.20", 2)


def test_no_figure_of_data_raw_is_corrected_today(raw: Path) -> None:
    assert load_corrections(raw / "corrections.toml") == ()


# --- on observations -----------------------------------------------------------------------------


def apply(card: SourceCard, found: pd.DataFrame, *entries: Correction) -> pd.DataFrame:
    frame = observe(found, card, file="公报.xlsx")
    return validate(correct(frame, found, entries, card, file="公报.xlsx"))


def test_both_values_stand_in_one_row(card: SourceCard) -> None:
    frame = apply(card, cells((76.2, ""), (80.0, "")), one())
    row, other = frame.iloc[0], frame.iloc[1]
    assert (row["obs_value"], row["decimals"]) == (176.2, 2)
    assert (row["published_value"], row["correction"]) == ("76.2", "漏录一位（虚构数据）（张三，2025-05-01）")
    assert (row["unit"], row["unit_mult"], row["obs_status"], row["vintage"]) == (
        "亿元",
        8,
        "P",
        "2025-03-20",
    )
    assert (other["obs_value"], other["published_value"], other["correction"]) == (80.0, "", "")
    assert note_of(row.to_dict()) == (
        "松原市2020年地方级财政收入公布数为76.2亿元，更正为176.20亿元：漏录一位（虚构数据）（张三，2025-05-01）"
    )
    assert note_of(other.to_dict()) == ""


def test_a_damaged_number_is_replaced_and_its_mark_is_kept_as_published(card: SourceCard) -> None:
    frame = apply(card, cells((np.nan, "7b.2")), one(expected='"7b.2"'))
    row = frame.iloc[0]
    assert (row["obs_value"], row["mark"], row["published_value"]) == (176.2, "", "7b.2")
    assert row["obs_status"] == "P", "as if the number had been printed"
    assert "原为“7b.2”，更正为176.20亿元" in note_of(row.to_dict())


def test_an_empty_cell_may_be_filled(card: SourceCard) -> None:
    row = apply(card, cells((np.nan, "")), one(expected='""')).iloc[0]
    assert (row["obs_value"], row["published_value"], row["obs_status"]) == (176.2, "空格", "P")


def test_a_figure_may_be_left_out(card: SourceCard) -> None:
    row = apply(card, cells((76.2, "")), one(use='"缺"')).iloc[0]
    assert pd.isna(row["obs_value"]) and pd.isna(row["decimals"])
    assert (row["obs_status"], row["mark"], row["published_value"]) == ("M", "", "76.2")
    assert "公布数为76.2亿元，按更正不用：" in note_of(row.to_dict())


def test_what_is_not_understood_stays_so(card: SourceCard) -> None:
    strange = cells((76.2, "")).assign(row_label_path="某某指标")
    before, row = observe(strange, card, file="公报.xlsx").iloc[0], apply(card, strange, one()).iloc[0]
    assert row["problem"] == before["problem"] != ""
    assert row["obs_value"] == 176.2
    assert "某某指标公布数为76.2亿元" in note_of(row.to_dict())


@pytest.mark.parametrize(
    ("value", "mark", "expected", "applies"),
    [
        (76.2, "", "76.2", True),
        (76.2, "76.2*（脚注）", "76.2", True),
        (76.2, "", '"76.20"', True),
        (float(np.nextafter(76.2, 77)), "", "76.2", True),
        (76.21, "", "76.2", False),
        (-76.2, "", "76.2", False),
        (np.nan, "…", '"…"', True),
        (np.nan, "超过\n 900", '"超过 900"', True),
        (np.nan, "", '"…"', False),
        (76.2, "", '"…"', False),
        (np.nan, "", "76.2", False),
        (76.2, "", '""', False),
    ],
)
def test_it_applies_only_where_the_expected_still_stands(
    card: SourceCard, value: float, mark: str, expected: str, applies: bool
) -> None:
    found = cells((value, mark))
    frame, entry = apply(card, found, one(expected=expected)), one(expected=expected)
    assert (frame["correction"] != "").tolist() == [applies]
    if not applies:
        pd.testing.assert_frame_equal(frame, observe(found, card, file="公报.xlsx"))
    findings = not_applied([entry], frame, ["公报.xlsx"])
    assert len(findings) == (not applies)
    if not applies:
        now = f"该格现在是{'空格' if published_text(frame.iloc[0]) == '空格' else '“'}"
        assert now in findings[0].message and "176.20" in findings[0].message


values = st.floats(-1e9, 1e9).map(lambda x: round(x, 2))


@settings(max_examples=25)
@given(numbers=st.lists(values, min_size=1, max_size=6), new=values)
def test_properties_of_applying(numbers: list[float], new: float) -> None:
    own = SourceCard(Path("a"), "某局", "示例", "", "A", "示例", "1", True, "a" * 64, ref_area="220700")
    found = cells(*((n, "") for n in numbers))
    frame = observe(found, own, file="公报.xlsx")
    pd.testing.assert_frame_equal(correct(frame, found, (), own, file="公报.xlsx"), frame)
    entry = Correction(
        "公报.xlsx", "表", "B3", f"{numbers[0]:.2f}", f"{new:.2f}", "理由", "张三", "2025-05-01"
    )
    once = validate(correct(frame, found, [entry], own, file="公报.xlsx"))
    again = correct(once, found, [entry], own, file="公报.xlsx")
    pd.testing.assert_frame_equal(again, once)
    pd.testing.assert_frame_equal(once.iloc[1:], frame.iloc[1:])
    assert once.loc[0, "obs_value"] == float(entry.use)
    assert float(once.loc[0, "published_value"]) == numbers[0]
    unchanged = [
        c for c in frame.columns if c not in {"obs_value", "decimals", "published_value", "correction"}
    ]
    pd.testing.assert_frame_equal(once[unchanged], frame[unchanged])
    assert not_applied([entry], once, ["公报.xlsx"]) == ()


def test_a_correction_that_lost_its_place_says_what_is_there(card: SourceCard) -> None:
    frame = apply(card, cells((76.5, "")))

    def message(**changes: str | None) -> CorrectionError:
        (error,) = not_applied([one(**changes)], frame, ["公报.xlsx", "坏.xlsx"])
        assert error.file == "corrections.toml" and error.sheet == "第1条（第1行）" and error.remedy
        return error

    assert "登记时该格是“76.2”，要改用“176.20”；该格现在是“76.5”" in message().message
    assert "没有工作簿“公告.xlsx”（相近的有“公报.xlsx”）" in message(file='"公告.xlsx"').message
    assert "工作簿“坏.xlsx”没有入库" in message(file='"坏.xlsx"').message
    assert "工作表“表二”不在了" in message(sheet='"表二"').message
    assert "B9 已不是数据格" in message(cell='"B9"').message
    assert message().cell == "公报.xlsx › 表 › B3"


def test_the_schema_wants_both_or_neither(observations: Observations) -> None:
    validate(observations({"published_value": "1", "correction": "理由"}))
    for half in ({"published_value": "1"}, {"correction": "理由"}):
        with pytest.raises(SchemaError, match="公布值和更正"):
            validate(observations(half))


# --- the store, the audit, the revisions ---------------------------------------------------------


def test_only_the_part_of_the_corrected_workbook_gets_another_name(
    put_workbook: Callable[..., Path], tmp_path: Path
) -> None:
    path = put_workbook(tmp_path / "公报.xlsx")
    plain = store.part_name(path, "公报.xlsx")
    assert store.part_name(path, "公报.xlsx", [one(file='"别的.xlsx"')]) == plain
    assert store.part_name(path, "公报.xlsx", [one()]) != plain
    assert store.part_name(path, "公报.xlsx", [one(reason='"另一个理由"')]) != store.part_name(
        path, "公报.xlsx", [one()]
    )
    moved = parse_corrections("\n\n" + toml(file='"别的.xlsx"') + toml(), today=TODAY)
    assert store.part_name(path, "公报.xlsx", moved) == store.part_name(path, "公报.xlsx", [one()])


CORRECTED = {"published_value": "76.20", "correction": "漏录（张三，2025-05-01）"}


def test_a_corrected_value_is_no_new_release(observations: Observations) -> None:
    first = {"obs_value": 176.2, "vintage": "2024-03-01", "file": "旧.xlsx", **CORRECTED}
    final = {"obs_value": 177.0, "obs_status": "F", "file": "新.xlsx"}
    frame = observations(first, final)
    steps = revisions(frame)
    assert steps[["old", "new"]].to_numpy().tolist() == [[76.2, 177.0]], "what was published was revised"
    assert store.select_latest(frame)["obs_value"].tolist() == [177.0]
    alone = observations(
        {**first, "obs_value": 176.2}, {"obs_value": 76.2, "vintage": "2025-03-01", "file": "新.xlsx"}
    )
    assert revisions(alone).empty, "published twice alike: no revision"
    wide = triangle(frame, indicator="gdp", area="220700")
    assert wide.loc["2024"].tolist() == [76.2, 177.0]


def test_what_was_published_comes_back(observations: Observations) -> None:
    frame = observations(
        {},
        {"obs_value": 176.2, **CORRECTED},
        {"obs_value": 1.0, "published_value": "7b.2", "correction": "损坏"},
        {"obs_value": np.nan, "obs_status": "M", **CORRECTED},
        {"obs_value": np.nan, "obs_status": "M", "mark": "…"},
    )
    back = as_published(frame)
    assert back["cell"].tolist() == ["B1", "B2", "B5"]
    assert back["obs_value"].tolist()[:2] == [1002.18, 76.2] and back["decimals"].tolist()[1] == 2


def test_a_corrected_cell_is_suspect_no_more(observations: Observations) -> None:
    levels = [100, 105, 110, 116, 122, 300, 134, 141, 148]

    def series(**changes: Any) -> pd.DataFrame:
        rows = [{"time_period": str(2010 + n), "obs_value": float(v)} for n, v in enumerate(levels)]
        rows[5] |= changes
        return observations(*rows)

    assert [row["time_period"] for row in _suspected(series())] == ["2015"]
    assert _suspected(series(obs_value=128.0, **CORRECTED)) == []
    assert _suspected(series(**CORRECTED)) == [], "somebody has looked at it"


def _suspected(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    cells = {cell for _, _, cell in suspects(frame)}
    return frame[frame["cell"].isin(cells)].to_dict("records")


def test_the_audit_lists_corrections_and_marks_them_as_evidence(observations: Observations) -> None:
    frame = observations({"obs_value": 176.2, **CORRECTED}, {"obs_value": 200.0, "file": "乙.xlsx"})
    found = audit(frame)
    (row,) = found[found["rule"] == "correction"].to_dict("records")
    assert row["severity"] == "提示" and (row["file"], row["cell"]) == ("公报.xlsx", "B1")
    assert "公布数为76.20亿元，更正为176.20亿元：漏录" in row["message"]
    (conflict,) = found[found["rule"] == "conflict"].to_dict("records")
    assert "公报.xlsx › 表 › B1（松原市2024年地区生产总值公布数为76.20亿元" in conflict["evidence"]
