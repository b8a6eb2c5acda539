"""The command line: what is typed, what the terminal answers, and with which code it ends."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from songyuan_analysis import __version__, cli
from songyuan_analysis.observations.sources import card_path, load_card
from songyuan_analysis.observations.store import load_observations

Put = Callable[..., Path]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command in this process: its code, its output and its errors.

    It runs in an empty folder, so that a folder which a test forgot to name is not the project's own.
    """
    monkeypatch.chdir(tmp_path)
    for console in (cli.out, cli.err):
        monkeypatch.setattr(console, "width", 200)

    def songyuan(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            cli.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return stopped.value.code, printed.out, printed.err

    return songyuan


@pytest.fixture
def folders(tmp_path: Path) -> tuple[object, ...]:
    """An empty raw folder and a processed one, as options."""
    (tmp_path / "raw").mkdir()
    return "--raw", tmp_path / "raw", "--processed", tmp_path / "processed"


def places(output: str, label: str) -> list[str]:
    """The cells of the one table row that begins with a label."""
    (row,) = [
        line for line in output.splitlines() if line.startswith("│") and line.split("│")[1].strip() == label
    ]
    return [cell.strip() for cell in row.strip("│").split("│")]


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"songyuan {__version__}\n", "")


COMMANDS = ("build", "audit", "status", "report", "explain", "diff", "add", "correct", "lab")


@pytest.mark.parametrize("command", [(), *[(name,) for name in COMMANDS]], ids=str)
def test_help_is_chinese(run: Run, command: tuple[str, ...]) -> None:
    code, output, _ = run(*command, "--help")
    assert code == 0
    assert output.startswith("用法：songyuan")
    assert not re.search(r"Usage|Options|Commands|Arguments|Show this|default|required|ARGS|OPTIONS", output)
    if not command:
        assert all(re.search(rf"^  {name} +[^\x00-\x7f]", output, re.MULTILINE) for name in COMMANDS)


def test_nothing_typed_shows_the_help(run: Run) -> None:
    code, output, errors = run()
    assert (code, output) == (2, "")
    assert errors.startswith("用法：songyuan [选项] 命令")


def test_build_says_what_it_did_and_does_nothing_twice(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    put_workbook(raw / "公报.xlsx")
    put_workbook(raw / "快递.xlsx", [["指标", "2024年"], ["共享单车骑行量（万件）", 2.5]])
    code, output, _ = run("build", "--raw", raw, "--processed", processed)
    assert code == 0
    assert "新建 2 份（5 个数），未变 0 份，移除 0 份，失败 0 份" in output
    assert "有 1 个数的含义没有弄清" in output and "songyuan audit" in output
    code, output, _ = run("build", "--raw", raw, "--processed", processed)
    assert (code, output) == (0, "入库：新建 0 份（0 个数），未变 2 份，移除 0 份，失败 0 份。\n")


def test_build_names_what_failed_and_keeps_the_rest(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    put_workbook(raw / "好.xlsx")
    put_workbook(raw / "无卡.xlsx", card=False)
    code, output, errors = run("build", "--raw", raw, "--processed", processed)
    assert code == 2
    assert "新建 1 份" in output and "失败 1 份" in output
    assert errors.splitlines()[0] == "无卡.xlsx"
    assert "错误：" in errors and "处理办法：运行 songyuan add" in errors


def test_status_of_2024_is_the_scorecard(run: Run, raw: Path, store: Path) -> None:
    code, output, _ = run("status", "2024", "--raw", raw, "--processed", store)
    assert code == 0
    assert output.startswith("松原市2024年\n")
    assert places(output, "地区生产总值") == ["地区生产总值", "增长6%", "3.8%", "-2.2个百分点", "未完成"]
    assert places(output, "地方级财政收入") == [
        "地方级财政收入", "与经济同步", "17.5%", "+11.5个百分点", "已完成",
    ]  # fmt: skip
    assert places(output, "全社会固定资产投资") == ["全社会固定资产投资", "增长5%", "—", "—", "结果未公布"]
    assert places(output, "万元地区生产总值能耗") == [
        "万元地区生产总值能耗",
        "下降3.5%",
        "—",
        "—",
        "结果未公布",
    ]
    assert "≈-21.24亿元" in output and "本报告测算，非公布数" in output
    assert "结果未公布不等于没有完成" in output


def test_status_lists_every_commitment_on_demand(run: Run, raw: Path, store: Path) -> None:
    _, short, _ = run("status", "2024", "--raw", raw, "--processed", store)
    _, long, _ = run("status", "2024", "--all", "--raw", raw, "--processed", store)
    silent = int(re.search(r"另有 (\d+) 项没有数量要求", short)[1])  # type: ignore[index]
    rows = [sum(line.startswith("│") for line in text.splitlines()) for text in (short, long)]
    assert rows[1] - rows[0] == silent > 0
    assert "另有" not in long


def test_status_lights_nothing_unless_asked(run: Run, raw: Path, store: Path, tmp_path: Path) -> None:
    _, plain, _ = run("status", "2024", "--raw", raw, "--processed", store)
    assert "亮灯" not in plain and "灯" not in plain
    own = tmp_path / "own.toml"
    own.write_text(
        '[[rules]]\nid = "own"\nname_zh = "试行（虚构）"\nsource = "虚构数据"\nkinds = ["growth"]\n'
        '[[rules.band]]\nlight = "green"\nlead = { at_least = 0 }\n'
        '[[rules.band]]\nlight = "red"\nlead = { below = -5 }\n',
        encoding="utf-8",
    )
    code, output, _ = run("status", "2024", "--lights", own, "--raw", raw, "--processed", store)
    assert code == 0 and places(output, "地区生产总值")[-1] == "○ 未定义"
    assert places(output, "全社会固定资产投资")[-1] == "—"
    assert "规则没有规定这一段" in output and "试行（虚构）" in output
    code, output, _ = run("status", "2024", "--lights", "yinchuan", "--raw", raw, "--processed", store)
    assert code == 0 and "没有一项有可用的公布数，不亮灯" in output
    code, _, errors = run("status", "2024", "--lights", "beijing", "--raw", raw, "--processed", store)
    assert code == 2 and "没有名为“beijing”的亮灯规则" in errors and "yinchuan" in errors


def test_status_says_the_outlook_on_demand(run: Run, raw: Path, store: Path) -> None:
    _, plain, _ = run("status", "2024Q2", "--raw", raw, "--processed", store)
    code, output, _ = run("status", "2024Q2", "--outlook", "--raw", raw, "--processed", store)
    assert code == 0 and "展望" not in plain
    assert "没有找到松原市2024年上半年的累计增速，不作展望" in output and "样本不足" in output


def test_status_without_a_plan_says_so(run: Run, raw: Path, store: Path) -> None:
    code, output, _ = run("status", "2025H1", "--raw", raw, "--processed", store)
    assert code == 0
    lines = output.splitlines()
    assert lines[0] == "松原市2025年上半年"
    assert "427.06亿元" in lines[1] and "5.69%" in lines[1] and "没有找到可比价增速" in lines[1]
    assert any("没有登记2025年的政府计划" in line for line in lines)
    assert not any(word in output for word in ("已完成", "未完成", "│"))


def test_status_says_which_commitments_ask_for_no_quantity(run: Run, raw: Path, store: Path) -> None:
    _, output, _ = run("status", "2024", "--all", "--raw", raw, "--processed", store)
    rows = [line.split("│") for line in output.splitlines() if line.startswith("│")]
    states = [row[5].strip() for row in rows]
    assert states.count("无数量要求") == 38
    assert {row[3].strip() for row in rows if row[5].strip() == "无数量要求"} == {"—"}


def test_status_breaks_no_number_and_no_line_of_text(
    run: Run, raw: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, wide, _ = run("status", "2024", "--raw", raw, "--processed", store)
    for console in (cli.out, cli.err):
        monkeypatch.setattr(console, "width", 40)
    _, narrow, _ = run("status", "2024", "--raw", raw, "--processed", store)

    def text(output: str) -> list[str]:
        return [line for line in output.splitlines() if line.startswith(("2024年，", "·", "  本报告测算"))]

    assert text(narrow) == text(wide) != []
    assert max(len(line) for line in text(narrow)) > 40


@pytest.mark.parametrize("command", [("status", "2024"), ("audit",)])
def test_workbooks_that_are_not_built_are_warned_of(
    run: Run, put_workbook: Put, tmp_path: Path, folders: tuple[object, ...], command: tuple[str, ...]
) -> None:
    put_workbook(tmp_path / "raw" / "公报.xlsx")
    run("build", *folders)
    assert run(*command, *folders)[2] == ""
    put_workbook(tmp_path / "raw" / "乙.xlsx", [["指标", "2024年"], ["地区生产总值（亿元）", 1]])
    code, output, errors = run(*command, *folders)
    assert code == 0 and "没有入库" not in output
    assert errors.startswith("注意：乙.xlsx 没有入库") and "songyuan build" in errors
    put_workbook(tmp_path / "raw" / "甲.xlsx", [["指标", "2024年"], ["地区生产总值（亿元）", 2]])
    assert "等 2 个没有入库" in run(*command, *folders)[2]


def test_status_within_the_year_never_says_done(run: Run, raw: Path, store: Path) -> None:
    code, output, _ = run("status", "2024Q2", "--raw", raw, "--processed", store)
    assert code == 0
    assert places(output, "地区生产总值")[2:] == ["—", "—", "结果未公布"]
    assert "已完成" not in output and "未完成" not in output


def test_audit_prints_findings_and_ends_with_one(run: Run, raw: Path, store: Path) -> None:
    code, output, _ = run("audit", "--raw", raw, "--processed", store)
    assert code == 1
    lines = output.splitlines()
    at = next(i for i, line in enumerate(lines) if re.search(r"地方级财政收入76\.20?亿元存疑", line))
    assert lines[at - 1] == "警示 跳离前后两年（1条）" and lines[at].startswith("  · 松原市：2020年")
    assert lines[at + 1].startswith("    依据：松原市地方财政收支（2010—2023年）.xlsx › 财政收支 › B15；")
    assert lines[at + 2].startswith("  处理：")
    (row,) = [line.split() for line in lines if " spike " in line]
    assert row == ["警示", "跳离前后两年", "spike", "1"]
    assert re.fullmatch(
        r"检查了 \d+ 个观测：错误 0 条，警示 \d+ 条，提示 \d+ 条；标签未识别的数 \d+ 个.*", lines[-1]
    )
    assert "未识别的标签“" not in output


def test_audit_lists_unknown_labels_on_demand(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    rows = [
        ["指标", "2023年", "2024年"],
        ["共享单车骑行量（万件）", 2.5, 3.5],
        ["地区生产总值（亿元）", 1, 2],
    ]
    put_workbook(tmp_path / "raw" / "快递.xlsx", rows, ref_area="220700")
    folders = ("--raw", tmp_path / "raw", "--processed", tmp_path / "processed")
    run("build", *folders)
    code, short, _ = run("audit", *folders)
    assert code == 0 and "标签未识别的数 2 个（--notes 逐条列出）。" in short and "快递" not in short
    code, long, _ = run("audit", "--notes", *folders)
    assert code == 0 and long.count("松原市：未识别的标签“共享单车骑行量") == 2
    assert "提示 未识别的标签（2条）" in long
    assert "快递.xlsx › 表 › B2" in long


def test_audit_shows_one_rule_or_severity_and_writes_a_table(
    run: Run, raw: Path, store: Path, tmp_path: Path
) -> None:
    folders = ("--raw", raw, "--processed", store)
    code, output, _ = run("audit", "--rule", "known-break", *folders)
    assert code == 0 and "跨越已登记的断点（13条）" in output and "spike" not in output
    table = tmp_path / "检查.csv"
    code, output, _ = run("audit", "--severity", "警示", "--csv", table, *folders)
    assert code == 1 and f"已写出 {table}" in output
    written = pd.read_csv(table, encoding="utf-8-sig")
    assert set(written["severity"]) == {"警示"} and {"rule", "file", "sheet", "cell", "evidence"} <= set(
        written
    )
    code, _, errors = run("audit", "--rule", "spikes", *folders)
    assert code == 2 and "没有检查“spikes”" in errors and "spike、" in errors


def test_audit_lists_unknown_labels_with_the_nearest_names(
    run: Run, put_workbook: Put, tmp_path: Path
) -> None:
    put_workbook(tmp_path / "raw" / "快递.xlsx", [["指标", "2024年"], ["快递业务辆（万件）", 2.5]])
    folders = ("--raw", tmp_path / "raw", "--processed", tmp_path / "processed")
    run("build", *folders)
    code, output, _ = run("audit", "--unmapped", *folders)
    assert code == 0
    assert "快递业务量（express_parcels）" in output and "快递.xlsx › 表 › B2" in output
    assert output.splitlines()[-1].startswith("未识别的标签 1 个，1 个格。")


def test_audit_of_clean_figures_ends_with_zero(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    put_workbook(tmp_path / "raw" / "公报.xlsx")
    folders = ("--raw", tmp_path / "raw", "--processed", tmp_path / "processed")
    run("build", *folders)
    assert run("audit", *folders)[:2] == (
        0, "检查了 4 个观测：错误 0 条，警示 0 条，提示 0 条；标签未识别的数 0 个。\n",
    )  # fmt: skip


def test_explain_shows_how_a_workbook_was_understood(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    path = put_workbook(tmp_path / "公报.xlsx", card=False)
    code, output, _ = run("explain", path)
    assert code == 0
    assert "公报.xlsx" in output and "松原市2024年主要经济指标" in output and "1002.18" in output
    page = tmp_path / "看.html"
    code, output, _ = run("explain", path, "--html", page)
    assert code == 0 and str(page) in output
    assert "1002.18" in page.read_text(encoding="utf-8")


def test_explain_that_cannot_be_written_says_where(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    path = put_workbook(tmp_path / "公报.xlsx", card=False)
    code, _, errors = run("explain", path, "--html", tmp_path / "没有" / "看.html")
    assert code == 2
    assert str(tmp_path / "没有" / "看.html") in errors and "处理办法" in errors


def test_explain_writes_the_layout_that_an_analyst_starts_from(
    run: Run, put_workbook: Put, tmp_path: Path
) -> None:
    path = put_workbook(tmp_path / "公报.xlsx", card=False)
    layout = tmp_path / "公报.layout.toml"
    code, output, _ = run("explain", path, "--write-layout")
    assert code == 0 and f"已写出 {layout}" in output
    written = layout.read_text(encoding="utf-8")
    assert 'header = "2"' in written and 'unit_column = "B"' in written
    code, output, _ = run("explain", path)
    assert code == 0 and "人工指定：表头行 2，见 公报.layout.toml" in output
    code, _, errors = run("explain", path, "--write-layout")
    assert code == 2 and "版式文件已经存在" in errors and "处理办法" in errors
    assert layout.read_text(encoding="utf-8") == written


def test_explain_names_the_line_of_a_mistake_in_a_layout(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    path = put_workbook(tmp_path / "公报.xlsx", card=False)
    (tmp_path / "公报.layout.toml").write_text("[[table]]\nheadre = 2\n", encoding="utf-8")
    code, _, errors = run("explain", path)
    assert code == 2 and "公报.layout.toml › 第2行 headre" in errors and "是不是 header？" in errors


def listing(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_add_copies_the_workbook_writes_its_card_and_builds(
    run: Run, put_workbook: Put, tmp_path: Path, folders: tuple[object, ...]
) -> None:
    file, raw = put_workbook(tmp_path / "下载" / "公报.xlsx", card=False), tmp_path / "raw"
    code, output, _ = run("add", file, "--issuer", "松原市统计局", "--released", "2025-03-20", *folders)
    assert code == 0
    assert "已登记 公报.xlsx：1 个工作表，3 个数，0 个含义不全。" in output
    assert "入库：新建 1 份（4 个数）" in output
    assert set(load_observations(tmp_path / "processed")["file"]) == {"公报.xlsx"}
    assert (raw / "公报.xlsx").read_bytes() == file.read_bytes()
    card = load_card(raw / "公报.xlsx")
    assert (card.issuer, card.title, card.release_date) == (
        "松原市统计局",
        "松原市2024年主要经济指标",
        "2025-03-20",
    )
    assert card.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert not card.transcribed and card.tier == "1"
    assert run("build", *folders)[:2] == (0, "入库：新建 0 份（0 个数），未变 1 份，移除 0 份，失败 0 份。\n")


def test_add_says_which_numbers_it_does_not_understand_and_why(
    run: Run, put_workbook: Put, tmp_path: Path, folders: tuple[object, ...]
) -> None:
    rows = [
        ["松原市2024年主要经济指标"],
        ["指标", "单位", "2024年", "排队"],
        ["地区生产总值", "亿元", 1002.18, 3],
        ["共享单车骑行量", "万件", 3.5, "…"],
    ]
    code, output, _ = run("add", put_workbook(tmp_path / "公报.xlsx", rows, card=False), *folders)
    assert code == 0
    assert "1 个工作表，3 个数，2 个含义不全。" in output
    assert "  1 个：标签“排队”不认识，不知道它把指标变成了什么（如 表 › D3）\n" in output
    assert "  1 个：指标名称不在目录里（如 表 › C4）\n" in output


def test_add_asks_for_the_issuer_that_was_not_given(
    run: Run, put_workbook: Put, tmp_path: Path, folders: tuple[object, ...]
) -> None:
    file = put_workbook(tmp_path / "公报.xlsx", card=False)
    code, output, _ = run("add", file, *folders)
    assert code == 0 and "请补发布单位" in output
    assert load_card(tmp_path / "raw" / "公报.xlsx").issuer == "未注明"


def test_add_registers_a_workbook_that_lies_in_the_raw_folder_already(
    run: Run, put_workbook: Put, tmp_path: Path
) -> None:
    file = put_workbook(tmp_path / "raw" / "2024" / "公报.xlsx", card=False)
    assert run("add", file, "--raw", tmp_path / "raw", "--processed", tmp_path / "processed")[0] == 0
    assert sorted(listing(tmp_path / "raw")) == ["2024/公报.source.toml", "2024/公报.xlsx"]


def test_add_brings_the_layout_of_the_workbook(
    run: Run, put_workbook: Put, tmp_path: Path, folders: tuple[object, ...]
) -> None:
    raw = tmp_path / "raw"
    file = put_workbook(tmp_path / "公报.xlsx", card=False)
    layout = tmp_path / "公报.layout.toml"
    layout.write_text('[[table]]\nskip_columns = "D"\n', encoding="utf-8")
    assert run("add", file, *folders)[0] == 0
    assert listing(raw)["公报.layout.toml"] == layout.read_bytes()
    frame = load_observations(tmp_path / "processed")
    assert sorted(frame["obs_value"].dropna()) == [1002.18]


def test_add_refuses_where_another_layout_would_speak(
    run: Run, put_workbook: Put, tmp_path: Path, folders: tuple[object, ...]
) -> None:
    raw = tmp_path / "raw"
    (raw / "公报.layout.toml").write_text("[[table]]\nskip_rows = 3\n", encoding="utf-8")
    before = listing(raw)
    code, _, errors = run("add", put_workbook(tmp_path / "公报.xlsx", card=False), *folders)
    assert code == 2 and "已有这个名字的版式文件" in errors
    assert listing(raw) == before


def test_a_failed_add_takes_the_layout_back(
    run: Run, put_workbook: Put, tmp_path: Path, folders: tuple[object, ...]
) -> None:
    file = put_workbook(tmp_path / "公报.xlsx", card=False)
    (tmp_path / "公报.layout.toml").write_text("[[table]]\n", encoding="utf-8")
    assert run("add", file, *folders, "--released", "2025年3月")[0] == 2
    assert listing(tmp_path / "raw") == {}


def test_add_refuses_what_is_there_already(
    run: Run, put_workbook: Put, tmp_path: Path, folders: tuple[object, ...]
) -> None:
    raw = tmp_path / "raw"
    first = put_workbook(tmp_path / "公报.xlsx", card=False)
    run("add", first, *folders)
    before = listing(raw)
    same_content = first.rename(tmp_path / "改名.xlsx")
    same_name = put_workbook(
        tmp_path / "公报.xlsx", [["指标", "2024年"], ["地区生产总值（亿元）", 1]], card=False
    )
    same_stem = put_workbook(
        tmp_path / "公报.xlsm", [["指标", "2024年"], ["地区生产总值（亿元）", 2]], card=False
    )
    for file, words in (
        (same_content, "同样内容的工作簿已经在库里：公报.xlsx"),
        (same_name, "已有同名的另一个工作簿"),
        (same_stem, "来源卡已经存在"),
        (raw / "公报.xlsx", "来源卡已经存在"),
    ):
        code, _, errors = run("add", file, *folders)
        assert code == 2
        assert words in errors and "处理办法" in errors
        assert listing(raw) == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--released", "2025年3月"), "发布日期"),
        (("--tier", "5"), "等级可用 1、1-2、2、3"),
        (("--status", "good"), "状态可用 preliminary"),
        (("--area", "999999"), "999999"),
    ],
)
def test_add_with_a_mistake_leaves_nothing_behind(
    run: Run,
    put_workbook: Put,
    tmp_path: Path,
    folders: tuple[object, ...],
    options: tuple[str, str],
    words: str,
) -> None:
    file, raw = put_workbook(tmp_path / "公报.xlsx", card=False), tmp_path / "raw"
    code, output, errors = run("add", file, *folders, *options)
    assert (code, output) == (2, "")
    assert words in errors and "处理办法" in errors
    assert listing(raw) == {} and not (tmp_path / "processed").exists()


@pytest.mark.parametrize("options", [("--tier", "5"), ("--status", "good")])
def test_add_looks_at_its_options_before_it_copies(
    run: Run,
    put_workbook: Put,
    tmp_path: Path,
    folders: tuple[object, ...],
    options: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copied: list[object] = []
    monkeypatch.setattr(shutil, "copyfile", lambda *files: copied.append(files))
    assert run("add", put_workbook(tmp_path / "公报.xlsx", card=False), *folders, *options)[0] == 2
    assert copied == []


def test_add_makes_no_raw_folder(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    file = put_workbook(tmp_path / "公报.xlsx", card=False)
    code, output, errors = run("add", file, "--raw", tmp_path / "拼错", "--processed", tmp_path / "processed")
    assert (code, output) == (2, "")
    assert (
        errors.startswith(f"{tmp_path / '拼错'}\n") and "没有原始数据文件夹" in errors and "--raw" in errors
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["公报.xlsx"]


def test_add_with_a_full_disk_leaves_nothing_behind(
    run: Run,
    put_workbook: Put,
    tmp_path: Path,
    folders: tuple[object, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, raw = put_workbook(tmp_path / "公报.xlsx", card=False), tmp_path / "raw"

    def half(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", half)
    code, _, errors = run("add", file, *folders)
    assert code == 2
    assert "No space left on device" in errors and "处理办法" in errors
    assert listing(raw) == {}


def test_add_refuses_a_name_that_the_build_would_pass_over(
    run: Run, put_workbook: Put, tmp_path: Path
) -> None:
    file = put_workbook(tmp_path / "公报.xlsx", card=False).rename(tmp_path / "公报.dat")
    code, _, errors = run("add", file, "--raw", tmp_path / "raw", "--processed", tmp_path / "processed")
    assert code == 2
    assert ".dat" in errors and ".xlsx" in errors
    assert not (tmp_path / "raw").exists()


def test_add_refuses_what_is_no_workbook(run: Run, tmp_path: Path, folders: tuple[object, ...]) -> None:
    (tmp_path / "公报.xlsx").write_text("松原市经济平稳运行。", encoding="utf-8")
    for name, words in (("公报.xlsx", "不是工作簿"), ("没有.xlsx", "找不到这个文件")):
        code, _, errors = run("add", tmp_path / name, *folders)
        assert code == 2
        assert words in errors and "处理办法" in errors
    assert listing(tmp_path / "raw") == {} and not (tmp_path / "processed").exists()


def test_add_keeps_a_card_that_it_did_not_write(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    file = put_workbook(tmp_path / "raw" / "公报.xlsx")
    before = card_path(file).read_bytes()
    assert run("add", file, "--raw", tmp_path / "raw", "--processed", tmp_path / "processed")[0] == 2
    assert card_path(file).read_bytes() == before


# --- diff ---------------------------------------------------------------------------------------


def revised(rows: list[list[object]]) -> list[list[object]]:
    """The small table as it might come back: a revised number, and a unit that moved the point. 虚构数据"""
    return [*rows[:2], ["地区生产总值", "亿元", 1011.52, 3.8], ["地方级财政收入", "万元", 612345, 17.5]]


def test_diff_lists_layout_before_numbers(
    run: Run, put_workbook: Put, bulletin: list, tmp_path: Path
) -> None:
    rows = [*bulletin[:3], ["地方级财政收入", "亿元", 61.5, 17.5]]
    old = put_workbook(tmp_path / "旧.xlsx", rows, card=False)
    new = put_workbook(tmp_path / "新.xlsx", revised(rows), card=False)
    code, output, errors = run("diff", old, new)
    assert (code, errors) == (1, "")
    assert output.index("单位改变") < output.index("修订")
    assert "+9.34亿元（+0.93%）" in output
    assert "怎么办：" in output
    assert output.endswith("对上 1 张表、4 个数：重要 1 条，注意 2 条，提示 0 条。\n")


def test_diff_of_nothing_says_so(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    files = [put_workbook(tmp_path / name, card=False) for name in ("旧.xlsx", "新.xlsx")]
    code, output, errors = run("diff", *files)
    assert (code, errors) == (0, "")
    assert output.splitlines()[-1] == "对上 1 张表、3 个数：版式和数字都没有变化。"


def test_diff_without_anything_important_is_no_failure(
    run: Run, put_workbook: Put, bulletin: list, tmp_path: Path
) -> None:
    old = put_workbook(tmp_path / "旧.xlsx", card=False)
    new = put_workbook(
        tmp_path / "新.xlsx", [*bulletin[:2], ["地区生产总值", "亿元", 1003.18, 3.8], bulletin[3]], card=False
    )
    assert run("diff", old, new)[0] == 0


def test_diff_folds_what_is_long_and_lists_it_on_demand(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    def rows(shift: float) -> list[list[object]]:
        body = [[f"第{i}区产量", 100.5 + i + shift, 3.5] for i in range(20)]  # 虚构数据
        return [["示例市2024年产量"], ["地区", "产量（吨）", "增长（%）"], *body]

    old = put_workbook(tmp_path / "旧.xlsx", rows(0), card=False)
    new = put_workbook(tmp_path / "新.xlsx", rows(2), card=False)
    short, full = run("diff", old, new)[1], run("diff", old, new, "--all")[1]
    assert "另有 12 条修订" in short and "第19区产量" not in short
    assert "另有" not in full and "第19区产量" in full


def test_diff_saves_a_table_for_excel(run: Run, put_workbook: Put, tmp_path: Path) -> None:
    old = put_workbook(tmp_path / "旧.xlsx", card=False)
    rows = [
        ["=cmd|' /C calc'!A0 2024年"],
        ["指标", "单位", "2024年", "比上年增长（%）"],
        ["地区生产总值", "亿元", 1011.52, 3.8],
    ]
    new = put_workbook(tmp_path / "新.xlsx", rows, card=False)
    target = tmp_path / "变动.csv"
    code, output, _ = run("diff", old, new, "--csv", target)
    assert code == 1 and f"已写出 {target}" in output
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(target)
    assert list(frame.columns[:4]) == ["部分", "类别", "轻重", "工作表"]
    assert {"减少行", "修订", "标题改变"} <= set(frame["类别"])
    assert not any(str(text).startswith("=") for text in frame["新"])


@pytest.mark.parametrize("given", ["same", "missing", "broken", "folder", "overwrite"])
def test_diff_refuses(run: Run, put_workbook: Put, tmp_path: Path, given: str) -> None:
    old, new = (put_workbook(tmp_path / name, card=False) for name in ("旧.xlsx", "新.xlsx"))
    (tmp_path / "坏.xls").write_bytes(b"\x01\x02\x03")
    arguments: dict[str, tuple[object, ...]] = {
        "same": (old, tmp_path / "." / "旧.xlsx"),
        "missing": (old, tmp_path / "无.xlsx"),
        "broken": (old, tmp_path / "坏.xls"),
        "folder": (old, new, "--csv", tmp_path / "无" / "变动.csv"),
        "overwrite": (old, new, "--csv", new),
    }
    before = new.read_bytes()
    code, _, errors = run("diff", *arguments[given])
    assert code == 2
    assert "错误：" in errors and "处理办法：" in errors
    assert new.read_bytes() == before


def test_export_writes_what_other_programs_read(run: Run, raw: Path, store: Path, tmp_path: Path) -> None:
    where = ("--area", "220700", "--raw", raw, "--processed", store)
    code, out, _ = run("export", tmp_path / "松原.csv", "--format", "sdmx-csv", *where)
    assert code == 0
    assert "已导出" in out
    assert (tmp_path / "松原.structure.xml").exists()
    code, out, _ = run("export", tmp_path / "松原.xlsx", *where)
    assert (code, (tmp_path / "松原.xlsx").exists()) == (0, True)
    code, _, err = run("export", tmp_path / "松原.dta", "--format", "dta", *where)
    assert (code, "没有“dta”这种格式" in err) == (2, True)
    code, _, err = run("export", tmp_path / "松原.dta", *where)
    assert (code, "看不出“松原.dta”是哪种格式" in err) == (2, True)
    for option, text in (("--area", "999999"), ("--indicator", "gpd"), ("--as-of", "2025-3")):
        code, _, err = run("export", tmp_path / "松.csv", option, text, "--processed", store)
        assert (code, text in err, (tmp_path / "松.csv").exists()) == (2, True, False)
    names = ("--area", "松原市", "--indicator", "地区生产总值", "--as-of", "2025-12-31")
    assert run("export", tmp_path / "松.csv", *names, "--raw", raw, "--processed", store)[0] == 0
    assert set(pd.read_csv(tmp_path / "松.csv")["indicator"]) == {"gdp"}


def test_a_question_in_sql_is_answered(run: Run, store: Path) -> None:
    question = (
        "select obs_value from observations where indicator = 'gdp' and ref_area = '220700' and measure = 'level' "
        "and time_period = '2024' and obs_value > 0"
    )
    code, out, _ = run("ask", question, "--processed", store)
    assert (code, "1002.18" in out) == (0, True)
    code, _, err = run("ask", "drop table observations", "--processed", store)
    assert (code, "只能问一个问题" in err) == (2, True)
    assert run("ask", "select 1 where false", "--processed", store)[1].strip() == "没有符合的行。"


def test_diff_without_files_lists_the_revisions_in_the_store(run: Run, store: Path, tmp_path: Path) -> None:
    """The census revision of Jilin's GDP of 2023, with both cells; in yuan and in per cent."""
    code, out, _ = run("diff", "--processed", store, "--csv", tmp_path / "修订.csv")
    assert code == 0
    assert "吉林省2023年地区生产总值：13531.19 → 13942.7亿元，+411.51亿元（+3.04%）" in out
    assert "吉林省地区生产总值（五经普修订后）.xlsx" in out
    saved = pd.read_csv(tmp_path / "修订.csv")
    assert list(saved.columns[6:9]) == ["旧值", "新值", "差"]
    code, _, err = run("diff", "only.xlsx", "--processed", store)
    assert (code, "只给了一个文件" in err) == (2, True)
