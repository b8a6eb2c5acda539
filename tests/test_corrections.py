"""Corrections from the command line to the store and back: what is typed, built, told and refused. 虚构数据."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from songyuan_analysis import cli
from songyuan_analysis.errors import CorrectionError
from songyuan_analysis.observations.corrections import load_corrections
from songyuan_analysis.observations.sources import card_path
from songyuan_analysis.observations.store import load_observations
from songyuan_analysis.pipeline import build, corrections_of, not_built

Put = Callable[..., Path]
Run = Callable[..., tuple[int, str, str]]

WHY = ("--use", "1020.10", "--reason", "抄错一位（虚构数据）", "--author", "张三")


@pytest.fixture
def folders(tmp_path: Path, put_workbook: Put) -> tuple[Path, Path]:
    """A raw folder with two workbooks, and a processed one."""
    put_workbook(tmp_path / "raw" / "公报.xlsx")
    put_workbook(
        tmp_path / "raw" / "2023" / "旧报.xlsx",
        [["松原市"], ["指标", "2023年"], ["地区生产总值（亿元）", 900]],
    )
    return tmp_path / "raw", tmp_path / "processed"


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folders: tuple[Path, Path]
) -> Run:
    """Run the command on the folders."""
    monkeypatch.chdir(folders[0].parent)
    for console in (cli.out, cli.err):
        monkeypatch.setattr(console, "width", 200)

    def songyuan(command: str, *arguments: object) -> tuple[int, str, str]:
        options = ("--raw", "raw") if command == "correct" else ("--raw", "raw", "--processed", "processed")
        with pytest.raises(SystemExit) as stopped:
            cli.main([command, *map(str, arguments), *options])
        printed = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return stopped.value.code, printed.out, printed.err

    return songyuan


def write(raw: Path, **changes: Any) -> None:
    values = {
        "file": "公报.xlsx", "sheet": "表", "cell": "C3", "expected": 1002.18, "use": "1020.10",
        "reason": "抄错一位（虚构数据）", "author": "张三", "date": "2025-05-01", **changes,
    }  # fmt: skip
    lines = [f"{key} = {value!r}" for key, value in values.items()]
    (raw / "corrections.toml").write_text("\n".join(["[[correction]]", *lines, ""]), encoding="utf-8")


def gdp(processed: Path) -> dict[str, Any]:
    frame = load_observations(processed, indicator="gdp", measure="level")
    return dict(frame[frame["file"] == "公报.xlsx"].iloc[0])


def test_the_store_holds_both_values(folders: tuple[Path, Path]) -> None:
    raw, processed = folders
    write(raw)
    report = build(raw, processed)
    assert report.ok and (report.corrections, report.idle) == (1, ())
    row = gdp(processed)
    assert (row["obs_value"], row["decimals"], row["published_value"]) == (1020.1, 2, "1002.18")
    assert row["correction"] == "抄错一位（虚构数据）（张三，2025-05-01）"


def test_only_the_corrected_workbook_is_built_again(folders: tuple[Path, Path]) -> None:
    raw, processed = folders
    build(raw, processed)
    write(raw)
    assert not_built(raw, processed) == ["公报.xlsx"]
    with ThreadPoolExecutor(2) as pool:
        assert [r.name for r in build(raw, processed, executor=pool).results] == ["公报.xlsx"]
    assert build(raw, processed).written == ()
    write(raw, reason="另一个理由")
    assert [r.name for r in build(raw, processed).results] == ["公报.xlsx"]
    (raw / "corrections.toml").unlink()
    build(raw, processed)
    assert (gdp(processed)["obs_value"], gdp(processed)["correction"]) == (1002.18, "")


def test_an_empty_register_changes_no_part(folders: tuple[Path, Path]) -> None:
    raw, processed = folders
    before = build(raw, processed).written
    (raw / "corrections.toml").write_text("# 没有更正\n", encoding="utf-8")
    report = build(raw, processed)
    assert (report.written, report.unchanged, report.corrections) == ((), before, 0)


def test_once_the_source_is_repaired_the_published_value_is_used_and_told(
    folders: tuple[Path, Path], put_workbook: Put, bulletin: list[list[Any]]
) -> None:
    raw, processed = folders
    write(raw)
    build(raw, processed)
    bulletin[2][2] = 1020.2
    card_path(raw / "公报.xlsx").unlink()
    put_workbook(raw / "公报.xlsx", bulletin)
    for report in (build(raw, processed), build(raw, processed)):
        (finding,) = report.idle
        assert report.ok, "the workbook is in the store"
        assert "登记时该格是“1002.18”" in finding.message and "现在是“1020.2" in finding.message
    assert (gdp(processed)["obs_value"], gdp(processed)["correction"]) == (1020.2, "")


def test_a_workbook_that_is_gone_leaves_a_finding(folders: tuple[Path, Path]) -> None:
    raw, processed = folders
    write(raw)
    (raw / "公报.xlsx").unlink()
    assert "没有工作簿“公报.xlsx”" in build(raw, processed).idle[0].message
    write(raw, file="2023/旧报.xlsx", cell="B3", expected=900)
    card_path(raw / "2023" / "旧报.xlsx").unlink()
    report = build(raw, processed)
    assert len(report.failed) == 1 and "没有入库" in report.idle[0].message


def test_a_bad_register_builds_nothing(folders: tuple[Path, Path]) -> None:
    raw, processed = folders
    write(raw, use="一千")
    with pytest.raises(CorrectionError, match="不是数"):
        build(raw, processed)
    assert not processed.exists()
    with pytest.raises(CorrectionError):
        corrections_of(raw, processed)


# --- the command line ----------------------------------------------------------------------------


def test_correct_appends_an_entry_and_shows_what_it_is_about(run: Run, folders: tuple[Path, Path]) -> None:
    code, output, errors = run("correct", "公报.xlsx", "表", "C3", *WHY, "--source", "统计年鉴第5页")
    assert (code, errors) == (0, "")
    for words in (
        "corrections.toml 第1条", "公报.xlsx › 表 › C3", "地区生产总值", "2024", "亿元",
        "公布数为1002.18亿元，更正为1020.10亿元：抄错一位（虚构数据）（张三，", "依据：统计年鉴第5页", "songyuan build",
    ):  # fmt: skip
        assert words in output
    (entry,) = load_corrections(folders[0] / "corrections.toml")
    assert (entry.expected, entry.use, entry.date) == ("1002.18", "1020.10", str(date.today()))  # noqa: DTZ011
    assert run("build")[0] == 0
    assert gdp(folders[1])["obs_value"] == 1020.1


def test_correct_takes_a_path_and_a_mark(run: Run, folders: tuple[Path, Path]) -> None:
    assert run("correct", folders[0] / "公报.xlsx", "表", "c4", "--use", "45.60", *WHY[2:])[0] == 0
    assert run("correct", "2023/旧报.xlsx", "表", "B3", "--use", "缺", *WHY[2:])[0] == 0
    mark, left = load_corrections(folders[0] / "corrections.toml")
    assert (mark.file, mark.cell, mark.expected) == ("公报.xlsx", "C4", "…")
    assert (left.file, left.expected, left.use) == ("2023/旧报.xlsx", "900", "缺")
    code, output, _ = run("build")
    assert code == 0 and "更正：登记 2 条，用上 2 条，没有用上 0 条。" in output
    frame = load_observations(folders[1]).set_index(["file", "cell"])
    assert frame.loc[("公报.xlsx", "C4"), ["obs_value", "mark", "published_value"]].tolist() == [
        45.6,
        "",
        "…",
    ]
    assert frame.loc[("2023/旧报.xlsx", "B3"), "obs_status"] == "M"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("公告.xlsx", "表", "C3", *WHY), "是不是“公报.xlsx”"),
        (("公报.xlsx", "表二", "C3", *WHY), "没有“表二”这个工作表"),
        (("公报.xlsx", "表", "A1", *WHY), "不是数据格"),
        (("公报.xlsx", "表", "三", *WHY), "不是单元格地址"),
        (("公报.xlsx", "表", "C3", *WHY[2:]), "没有写 --use"),
        (("公报.xlsx", "表", "C3", *WHY[:2], *WHY[4:]), "没有写 --reason"),
        (("公报.xlsx", "表", "C3", *WHY[:4]), "没有写 --author"),
        (("公报.xlsx", "表", "C3", "--use", "约1000", *WHY[2:]), "不是数"),
        (("公报.xlsx", "表", "C3", "--use", "1002.18", *WHY[2:]), "同一个数"),
    ],
)
def test_correct_refuses_and_writes_nothing(
    run: Run, folders: tuple[Path, Path], arguments: tuple[str, ...], words: str
) -> None:
    code, output, errors = run("correct", *arguments)
    assert (code, output) == (2, "") and words in errors and "处理办法：" in errors
    assert not (folders[0] / "corrections.toml").exists()


def test_correct_refuses_a_second_entry_for_a_cell(run: Run, folders: tuple[Path, Path]) -> None:
    run("correct", "公报.xlsx", "表", "C3", *WHY)
    before = (folders[0] / "corrections.toml").read_bytes()
    code, _, errors = run("correct", "公报.xlsx", "表", "$C$3", "--use", "5", *WHY[2:])
    assert code == 2 and "已经有更正" in errors and "第1条" in errors
    assert (folders[0] / "corrections.toml").read_bytes() == before


def test_build_and_audit_say_which_no_longer_apply(run: Run, folders: tuple[Path, Path]) -> None:
    write(folders[0], expected=1000)
    for command in ("build", "audit", "build"):
        code, output, _ = run(command)
        assert code == 1
        assert "corrections.toml › 第1条（第1行） › 公报.xlsx › 表 › C3" in output
        assert "登记时该格是“1000”" in output and "该格现在是“1002.18”" in output and "数仍照工作簿" in output
        assert "登记 1 条，用上 0 条，没有用上 1 条" in output
    assert gdp(folders[1])["obs_value"] == 1002.18


def test_audit_and_status_name_both_values(run: Run, folders: tuple[Path, Path], raw: Path) -> None:
    write(folders[0])
    both = "松原市2024年地区生产总值公布数为1002.18亿元，更正为1020.10亿元：抄错一位（虚构数据）（张三，2025-05-01）"
    run("build")
    code, output, _ = run("audit")
    assert code == 0, "a correction that applies is nothing to repair"
    assert f"提示 采用更正数（1条）\n  · 用更正数：{both}\n" in output
    code, output, _ = run("status", "2024")
    assert code == 0 and "地区生产总值1020.10亿元" in output and both in output
    write(folders[0], cell="D3", expected=3.8, use="6.10")
    (folders[0] / "plan").mkdir()
    (folders[0] / "plan" / "2024.toml").write_bytes((raw / "plan" / "2024.toml").read_bytes())
    run("build")
    _, output, _ = run("status", "2024")
    assert "6.1%※" in output and "更正数为增长6.10%" in output
    assert output.count("增速公布数为3.8%，更正为6.10%：抄错一位") >= 3, (
        "in the sentence, the reason and the arithmetic"
    )
    write(folders[0], cell="D3", expected=3.8, use="缺")
    run("build")
    _, output, _ = run("status", "2024")
    assert "增速公布数为3.8%，按更正不用：抄错一位" in output


def test_a_bad_register_stops_every_command_that_would_need_it(run: Run, folders: tuple[Path, Path]) -> None:
    run("build")
    write(folders[0], reason=" ")
    for command in ("build", "audit"):
        code, _, errors = run(command)
        assert code == 2
        assert errors.startswith("corrections.toml › 第1条（第7行） › reason")


@pytest.mark.skipif(os.name == "nt", reason="modes of files")
def test_nothing_is_left_beside_a_register_that_cannot_be_written(
    run: Run, folders: tuple[Path, Path]
) -> None:
    (folders[0] / "corrections.toml").mkdir()
    code, _, errors = run("correct", "公报.xlsx", "表", "C3", *WHY)
    assert code == 2 and "读写文件失败" in errors
    assert not [p for p in folders[0].iterdir() if p.name.endswith(".tmp")]
