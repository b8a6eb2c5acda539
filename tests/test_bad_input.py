"""Bad input, typed at the command line: one message with place and remedy, code 2, nothing half-written."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from xlwt import CompoundDoc

from songyuan_analysis import cli, publication
from songyuan_analysis.observations.sources import card_path, write_card
from songyuan_analysis.observations.store import load_observations

Put = Callable[..., Path]
CARD = {
    "issuer": "松原市统计局",
    "title": "坏表",
    "release_date": "unknown",
    "status": "unknown",
    "read_from": "公报",
    "tier": "3",
    "transcribed": False,
}
NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


class Answer(NamedTuple):
    code: object
    output: str
    errors: str


@pytest.fixture
def project(tmp_path: Path, put_workbook: Put, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one good workbook and an old report."""
    monkeypatch.chdir(tmp_path)
    put_workbook(tmp_path / "data" / "raw" / "好.xlsx")
    (tmp_path / "reports" / "2024").mkdir(parents=True)
    (tmp_path / "reports" / "2024" / "旧.txt").write_text("旧报告", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    def songyuan(*arguments: object) -> Answer:
        with pytest.raises(SystemExit) as stopped:
            cli.main([str(argument) for argument in arguments])
        return Answer(stopped.value.code, *capsys.readouterr())

    return songyuan


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


def one_message(errors: str, place: str, words: str) -> None:
    """Check that there is one message: where, what, and what to do, in Chinese and without a traceback."""
    lines = errors.splitlines()
    assert [line.split("：")[0] for line in lines[-2:]] == ["错误", "处理办法"], errors
    assert len(lines) == (3 if place else 2), errors
    assert not place or place in lines[0]
    assert words in lines[-2]
    assert all(chinese(line.split("：", 1)[1]) for line in lines[-2:])


def encrypted() -> bytes:
    """The container that Excel writes for a protected .xlsx: OLE with a stream EncryptedPackage."""
    buffer = io.BytesIO()
    CompoundDoc.XlsDoc().save(buffer, b"\x00" * 5000)
    name = "EncryptedPackage\x00".encode("utf-16-le")
    data = bytearray(buffer.getvalue())
    at = data.index("Workbook".encode("utf-16-le"))
    data[at : at + 66] = name + b"\x00" * (64 - len(name)) + len(name).to_bytes(2, "little")
    return bytes(data)


def damaged_zip(good: bytes) -> bytes:
    return good[: len(good) // 2]


def wrong_checksum(good: bytes) -> bytes:
    """Change a byte inside the first sheet, so that the zip opens and its content does not."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    return good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :]


BAD_BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "not a workbook": (lambda _: "松原市经济平稳运行。".encode() * 50, "不是工作簿"),
    "a picture": (lambda _: b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "PNG"),
    "password": (lambda _: encrypted(), "密码"),
    "empty": (lambda _: b"", "空"),
    "damaged zip": (damaged_zip, "损坏"),
    "wrong checksum": (wrong_checksum, "损坏"),
}


@pytest.mark.parametrize("kind", BAD_BYTES)
def test_a_bad_file_is_named_and_the_others_still_load(
    project: Path, run: Callable[..., Answer], kind: str
) -> None:
    spoil, words = BAD_BYTES[kind]
    bad = project / "data" / "raw" / "坏.xlsx"
    bad.write_bytes(spoil((project / "data" / "raw" / "好.xlsx").read_bytes()))
    write_card(bad, CARD)
    answer = run("build")
    assert answer.code == 2
    one_message(answer.errors, "坏.xlsx", words)
    assert "新建 1 份" in answer.output and "失败 1 份" in answer.output
    processed = project / "data" / "processed"
    assert set(load_observations(processed)["file"]) == {"好.xlsx"}
    assert len(files(processed)) == 1


@pytest.mark.parametrize("kind", BAD_BYTES)
@pytest.mark.parametrize("command", ["explain", "add"])
def test_a_bad_file_is_refused_by_every_command(
    project: Path, run: Callable[..., Answer], kind: str, command: str
) -> None:
    spoil, words = BAD_BYTES[kind]
    bad = project / "坏.xlsx"
    bad.write_bytes(spoil((project / "data" / "raw" / "好.xlsx").read_bytes()))
    before = files(project)
    answer = run(command, bad)
    assert (answer.code, answer.output) == (2, "")
    one_message(answer.errors, "坏.xlsx", words)
    assert files(project) == before


def test_a_workbook_of_words_has_no_table(
    project: Path, run: Callable[..., Answer], put_workbook: Put
) -> None:
    put_workbook(project / "data" / "raw" / "坏.xlsx", [["经济运行情况"], ["全市经济平稳运行。"]])
    answer = run("build")
    assert answer.code == 2
    one_message(answer.errors, "坏.xlsx", "没有找到数据表")
    assert "失败 1 份" in answer.output


def test_a_card_that_does_not_fit_its_workbook_is_named_with_its_line(
    project: Path, run: Callable[..., Answer], put_workbook: Put
) -> None:
    changed = put_workbook(
        project / "data" / "raw" / "坏.xlsx", [["指标", "2024年"], ["地区生产总值（亿元）", 1]]
    )
    card = card_path(changed)
    text = card.read_text(encoding="utf-8")
    card.write_text(re.sub('sha256 = ".*"', f'sha256 = "{"0" * 64}"', text), encoding="utf-8")
    answer = run("build")
    assert answer.code == 2
    one_message(answer.errors, "坏.source.toml 第8行", "sha256")
    assert set(load_observations("data/processed")["file"]) == {"好.xlsx"}


PLAN = """[plan]
title = "示例计划"
year = 2024
area = "220700"
issuer = "松原市人民政府"
source_title = "示例"
release_date = "2024-01-10"
conf_tier = "1"
due = "2024-12-31"
sections = ["主要目标"]

[[commitment]]
id = "headline.gdp"
section = "主要目标"
name_zh = "地区生产总值"
name_en = "GDP"
indicator = "gdp"
kind = "growth"
price_base = "comparable"
operator = "="
value = 6
unit = "%"
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('unit = "%"', 'unit = "万人"', "第22行"),
        ('operator = "="', 'operator = "!"', "第20行"),
        ('name_en = "GDP"', 'name_en = "GDP"\ncolour = "red"', "第17行"),
        ("value = 6", "value = 六", "第21行"),
    ],
)
@pytest.mark.parametrize("command", ["status", "report"])
def test_a_plan_with_a_mistake_is_named_with_its_line(
    project: Path, run: Callable[..., Answer], command: str, old: str, new: str, line: str
) -> None:
    plan = project / "data" / "raw" / "plan" / "2024.toml"
    plan.parent.mkdir()
    plan.write_text(PLAN.replace(old, new), encoding="utf-8")
    run("build")
    answer = run(command, "2024")
    assert answer.code == 2
    one_message(answer.errors, f"2024.toml › {line}", "")
    assert files(project / "reports") == {"2024/旧.txt"}


def test_the_plan_of_these_tests_is_good_before_it_is_spoilt(
    project: Path, run: Callable[..., Answer]
) -> None:
    plan = project / "data" / "raw" / "plan" / "2024.toml"
    plan.parent.mkdir()
    plan.write_text(PLAN, encoding="utf-8")
    run("build")
    answer = run("status", "2024")
    assert (answer.code, answer.errors) == (0, "")
    assert "未完成" in answer.output


@pytest.mark.parametrize(
    "period", ["2024X", "去年", "24", "2024-06", "2024Q5", "2024H3", "2024-01/2024-06", "", "../2024"]
)
@pytest.mark.parametrize("command", ["status", "report"])
def test_a_bad_period_says_how_to_write_one(
    project: Path, run: Callable[..., Answer], command: str, period: str
) -> None:
    run("build")
    before = files(project)
    answer = run(command, period)
    assert answer.code == 2
    one_message(answer.errors, "", f"“{period}”")
    assert "2024Q2" in answer.errors
    assert files(project) == before


@pytest.mark.parametrize("command", ["status", "audit"])
def test_without_a_store_the_command_says_what_to_run_first(
    project: Path, run: Callable[..., Answer], command: str
) -> None:
    answer = run(command)
    assert (answer.code, answer.output) == (2, "")
    one_message(answer.errors, "processed", "没有已处理的数据")
    assert "songyuan build" in answer.errors


@pytest.mark.parametrize("command", [("build",), ("report", "2024")])
def test_without_raw_data_nothing_is_made(
    project: Path, run: Callable[..., Answer], command: tuple[str, ...]
) -> None:
    answer = run(*command, "--raw", "没有")
    assert (answer.code, answer.output) == (2, "")
    one_message(answer.errors, "没有", "没有找到工作簿")
    assert not (project / "data" / "processed").exists()
    assert files(project / "reports") == {"2024/旧.txt"}


def test_without_notebooks_the_old_report_stays(project: Path, run: Callable[..., Answer]) -> None:
    answer = run("report", "2024")
    assert answer.code == 2
    one_message(answer.errors, "notebooks", "没有找到分析笔记本")
    assert files(project / "reports") == {"2024/旧.txt"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("biuld",), "没有命令 biuld，是不是 build？"),
        (("撰写",), "没有命令 撰写。"),
        (("build", "--rwa", "x"), "没有选项 --rwa，是不是 --raw？"),
        (("build", "--raw"), "选项 --raw 后面要跟一个值"),
        (("status", "--all=1"), "选项 --all 后面不跟值"),
        (("status", "2024", "2025"), "多出了参数：2025"),
        (("explain",), "缺少参数 file"),
    ],
)
def test_a_mistyped_command_is_answered_in_chinese(
    run: Callable[..., Answer], arguments: tuple[str, ...], words: str
) -> None:
    answer = run(*arguments)
    assert (answer.code, answer.output) == (2, "")
    first, remedy = answer.errors.splitlines()
    assert first.startswith("用法不对：") and words in first
    assert remedy.startswith("处理办法：") and "--help" in remedy


def test_a_damaged_store_says_what_to_delete(project: Path, run: Callable[..., Answer]) -> None:
    run("build")
    (part,) = (project / "data" / "processed").iterdir()
    part.write_bytes(part.read_bytes()[:100])
    answer = run("status")
    assert answer.code == 2
    one_message(answer.errors, part.name, "读不出来")


def test_a_register_of_breaks_with_a_mistake_is_named(project: Path, run: Callable[..., Answer]) -> None:
    run("build")
    (project / "data" / "raw" / "breaks.toml").write_text(
        '[[break]]\nref_area = "220700"\n', encoding="utf-8"
    )
    answer = run("audit")
    assert (answer.code, answer.output) == (2, "")
    one_message(answer.errors, "breaks.toml › 第1个断点", "缺少")


def fail(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["write_workbook", "run_notebook", "write_report", "_write_manifest"])
def test_a_report_that_fails_half_way_leaves_the_old_one(
    project: Path, run: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Every step before the failing one writes a file; none of them may be seen afterwards."""

    def touch(*arguments: object, **_: object) -> Path:
        path = next((a for a in arguments if isinstance(a, Path) and ".2024.new" in a.as_posix()), Path("x"))
        if path.name != "x" and not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("新", encoding="utf-8")
        return path

    class InThisProcess:
        def __init__(self, *_: object, **__: object) -> None: ...

        def __enter__(self) -> InThisProcess:
            return self

        def __exit__(self, *_: object) -> None: ...

        map = staticmethod(map)

    steps = ("write_workbook", "run_notebook", "write_report", "_write_manifest")
    monkeypatch.setattr(publication, "ProcessPoolExecutor", InThisProcess)
    for name in steps:
        monkeypatch.setattr(publication, name, fail if name == step else touch)
    answer = run("report", "2024", "--notebooks", NOTEBOOKS)
    assert answer.code == 2
    one_message(answer.errors, "2024", "No space left on device")
    assert files(project / "reports") == {"2024/旧.txt"}
    assert [path.name for path in (project / "reports").iterdir()] == ["2024"]
