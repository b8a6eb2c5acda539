"""From the raw folder to the store: one bad workbook, a second build, a change, a failure, an executor."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import songyuan_analysis as sy
from songyuan_analysis import pipeline
from songyuan_analysis.errors import StoreError, WorkbookError
from songyuan_analysis.observations import store as store_module
from songyuan_analysis.observations.sources import card_path, write_card
from songyuan_analysis.observations.store import load_observations
from songyuan_analysis.pipeline import build, not_built, workbooks

Put = Callable[..., Path]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "raw", tmp_path / "processed"


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_a_workbook_becomes_a_part_with_all_its_numbers(
    folders: tuple[Path, Path], put_workbook: Put
) -> None:
    raw, processed = folders
    put_workbook(raw / "2024" / "公报.xlsx")
    report = build(raw, processed)
    assert report.ok and len(report.written) == 1
    assert [(r.name, r.rows, r.unmapped) for r in report.results] == [("2024/公报.xlsx", 4, 0)]
    frame = load_observations(processed)
    assert set(frame["file"]) == {"2024/公报.xlsx"}
    assert sorted(frame["obs_value"].dropna()) == [3.8, 17.5, 1002.18]
    assert frame[frame["obs_status"] == "M"][["cell", "mark"]].to_numpy().tolist() == [["C4", "…"]]


def test_numbers_of_incomplete_meaning_are_counted_and_gaps_are_not(
    folders: tuple[Path, Path], put_workbook: Put
) -> None:
    raw, processed = folders
    rows = [
        ["主要经济指标"],
        ["指标", "2023年", "2024年"],
        ["地区生产总值（亿元）", 1.5, "…"],
        ["共享单车骑行量（万件）", "…", 2.5],
    ]
    put_workbook(raw / "无地区.xlsx", rows)
    put_workbook(raw / "有地区.xlsx", rows, ref_area="220700")
    counted = {r.name: (r.rows, r.unmapped) for r in build(raw, processed).results}
    assert counted == {"无地区.xlsx": (4, 2), "有地区.xlsx": (4, 1)}


def test_what_is_not_built_is_named(folders: tuple[Path, Path], put_workbook: Put) -> None:
    raw, processed = folders
    assert not_built(raw, processed) == []
    put_workbook(raw / "一.xlsx")
    put_workbook(raw / "2024" / "二.xlsx")
    assert not_built(raw, processed) == ["2024/二.xlsx", "一.xlsx"]
    build(raw, processed)
    assert not_built(raw, processed) == []
    put_workbook(raw / "三.xlsx")
    assert not_built(raw, processed) == ["三.xlsx"]


def test_a_workbook_or_card_that_changed_is_not_built(folders: tuple[Path, Path], put_workbook: Put) -> None:
    raw, processed = folders
    for name in ("一", "二", "三"):
        put_workbook(raw / f"{name}.xlsx")
    build(raw, processed)
    (raw / "一.xlsx").write_bytes((raw / "一.xlsx").read_bytes() + b"x")
    card_path(raw / "三.xlsx").unlink()
    assert not_built(raw, processed) == ["一.xlsx", "三.xlsx"]


def test_asking_what_is_not_built_builds_nothing(folders: tuple[Path, Path], put_workbook: Put) -> None:
    raw, processed = folders
    put_workbook(raw / "一.xlsx")
    not_built(raw, processed)
    assert not processed.exists()


def test_an_unknown_label_is_counted_and_kept(folders: tuple[Path, Path], put_workbook: Put) -> None:
    raw, processed = folders
    rows = [["指标", "2024年"], ["地区生产总值（亿元）", 1.5], ["共享单车骑行量（万件）", 2.5]]
    put_workbook(raw / "公报.xlsx", rows, ref_area="220700")
    report = build(raw, processed)
    assert [(r.rows, r.unmapped) for r in report.results] == [(2, 1)]
    assert 2.5 in set(load_observations(processed)["obs_value"])


def test_a_second_build_does_nothing(folders: tuple[Path, Path], put_workbook: Put) -> None:
    raw, processed = folders
    put_workbook(raw / "一.xlsx")
    put_workbook(raw / "二.xlsx")
    first = build(raw, processed)
    before = stamps(processed)
    second = build(raw, processed)
    assert (second.written, second.removed, second.results) == ((), (), ())
    assert second.unchanged == first.written
    assert stamps(processed) == before


def test_only_what_changed_is_built_again(folders: tuple[Path, Path], put_workbook: Put) -> None:
    raw, processed = folders
    for name in ("一", "二"):
        put_workbook(raw / f"{name}.xlsx")
    build(raw, processed)
    card_path(raw / "一.xlsx").unlink()
    put_workbook(raw / "一.xlsx", [["指标", "2024年"], ["地区生产总值（亿元）", 7.5]])
    report = build(raw, processed)
    assert [r.name for r in report.results] == ["一.xlsx"]
    assert (len(report.written), len(report.unchanged), len(report.removed)) == (1, 1, 1)
    assert len(list(processed.iterdir())) == 2
    assert 7.5 in set(load_observations(processed)["obs_value"])


def test_the_part_of_a_workbook_that_is_gone_goes_too(folders: tuple[Path, Path], put_workbook: Put) -> None:
    raw, processed = folders
    put_workbook(raw / "一.xlsx")
    gone = put_workbook(raw / "二.xlsx")
    build(raw, processed)
    gone.unlink()
    report = build(raw, processed)
    assert [name.split(".")[0] for name in report.removed] == ["二"]
    assert set(load_observations(processed)["file"]) == {"一.xlsx"}


def test_one_bad_workbook_is_named_and_the_others_are_built(
    folders: tuple[Path, Path], put_workbook: Put
) -> None:
    raw, processed = folders
    put_workbook(raw / "好.xlsx")
    bad = put_workbook(raw / "2024" / "坏.xlsx", card=False)
    bad.write_bytes(bad.read_bytes()[:300])
    put_workbook(raw / "无卡.xlsx", card=False)
    card_path(put_workbook(raw / "乱码.xlsx")).write_bytes("发布".encode("gb18030"))
    from songyuan_analysis.observations.sources import write_card

    card = {"issuer": "局", "title": "表", "release_date": "unknown", "status": "unknown", "read_from": "表"}
    write_card(bad, {**card, "tier": "3", "transcribed": False})
    report = build(raw, processed)
    assert not report.ok
    assert sorted(error.file for error in report.failed) == [
        "2024/坏.xlsx", "乱码.source.toml", "无卡.xlsx",
    ]  # fmt: skip
    assert all(error.remedy for error in report.failed)
    assert set(load_observations(processed)["file"]) == {"好.xlsx"}
    assert len(list(processed.iterdir())) == 1


def test_whatever_the_reader_does_becomes_an_error_of_the_workbook(
    folders: tuple[Path, Path], put_workbook: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, processed = folders
    for name in ("一", "二"):
        put_workbook(raw / f"{name}.xlsx")
    read = pipeline.read_workbook

    def fragile(path: Path) -> pd.DataFrame:
        if path.name == "一.xlsx":
            raise IndexError("list index out of range")
        return read(path)

    monkeypatch.setattr(pipeline, "read_workbook", fragile)
    report = build(raw, processed)
    assert [type(error) for error in report.failed] == [WorkbookError]
    assert report.failed[0].file == "一.xlsx"
    assert "IndexError" in report.failed[0].message
    assert len(report.written) == 1


def test_a_workbook_that_turned_bad_leaves_no_old_numbers(
    folders: tuple[Path, Path], put_workbook: Put
) -> None:
    raw, processed = folders
    put_workbook(raw / "一.xlsx")
    changed = put_workbook(raw / "二.xlsx")
    build(raw, processed)
    changed.write_bytes(changed.read_bytes() + b"x")
    report = build(raw, processed)
    assert ["不符" in error.message for error in report.failed] == [True]
    assert set(load_observations(processed)["file"]) == {"一.xlsx"}


def test_a_full_disk_leaves_no_half_written_part(
    folders: tuple[Path, Path], put_workbook: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, processed = folders
    put_workbook(raw / "公报.xlsx")

    def half(table: object, path: Path) -> None:
        path.write_bytes(b"PAR1 half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(store_module.pq, "write_table", half)
        with pytest.raises(StoreError, match="写不进去"):
            build(raw, processed)
    assert list(processed.iterdir()) == []
    assert build(raw, processed).ok


@pytest.mark.parametrize("content", [None, "README.md"])
def test_a_raw_folder_without_workbooks_says_what_to_do(tmp_path: Path, content: str | None) -> None:
    raw = tmp_path / "raw"
    if content:
        raw.mkdir()
        (raw / content).write_text("说明", encoding="utf-8")
    with pytest.raises(StoreError, match="没有找到工作簿") as caught:
        build(raw, tmp_path / "processed")
    assert "data/raw" in caught.value.remedy
    assert not (tmp_path / "processed").exists()


def test_locks_of_office_and_hidden_files_are_no_workbooks(tmp_path: Path) -> None:
    for name in ("b.XLS", "a.xlsx", "~$a.xlsx", ".a.xlsx", "a.source.toml", "a.csv", "sub/c.ods"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [path.relative_to(tmp_path).as_posix() for path in workbooks(tmp_path)] == [
        "a.xlsx",
        "b.XLS",
        "sub/c.ods",
    ]


def test_progress_counts_to_the_end(folders: tuple[Path, Path], put_workbook: Put) -> None:
    raw, processed = folders
    for name in ("一", "二", "三"):
        put_workbook(raw / f"{name}.xlsx")
    told: list[tuple[str, int, int]] = []
    build(raw, processed, progress=lambda *step: told.append(step))
    assert [(done, total) for _, done, total in told] == [(1, 3), (2, 3), (3, 3)]
    assert {name for name, _, _ in told} == {"一.xlsx", "二.xlsx", "三.xlsx"}


def test_an_executor_gives_the_same_store(
    folders: tuple[Path, Path], put_workbook: Put, tmp_path: Path
) -> None:
    raw, processed = folders
    for name in ("一", "二", "三"):
        put_workbook(raw / f"{name}.xlsx")
    put_workbook(raw / "无卡.xlsx", card=False)
    alone = build(raw, processed)
    with ThreadPoolExecutor(2) as executor:
        together = sy.build(raw, tmp_path / "other", executor=executor)
    assert together.written == alone.written
    assert [str(error) for error in together.failed] == [str(error) for error in alone.failed]
    for name in alone.written:
        assert (tmp_path / "other" / name).read_bytes() == (processed / name).read_bytes()


def test_a_new_a_changed_and_a_removed_layout_build_their_workbook_again(
    folders: tuple[Path, Path], put_workbook: Put
) -> None:
    raw, processed = folders
    for name in ("一", "二"):
        put_workbook(raw / f"{name}.xlsx")
    layout = raw / "一.layout.toml"
    build(raw, processed)
    values = []
    for text in ("[[table]]\nskip_columns = 'D'\n", "[[table]]\nskip_columns = 'C'\n", None):
        if text is None:
            layout.unlink()
        else:
            layout.write_text(text, encoding="utf-8")
        assert not_built(raw, processed) == ["一.xlsx"]
        report = build(raw, processed)
        assert [r.name for r in report.results] == ["一.xlsx"] and len(report.removed) == 1
        assert not_built(raw, processed) == []
        frame = load_observations(processed, vintages="all")
        values.append(sorted(frame.loc[frame["file"] == "一.xlsx", "obs_value"].dropna()))
    assert values == [[1002.18], [3.8, 17.5], [3.8, 17.5, 1002.18]]


def test_a_bad_layout_stops_its_workbook_only_and_is_named_with_its_folder(
    folders: tuple[Path, Path], put_workbook: Put
) -> None:
    raw, processed = folders
    put_workbook(raw / "2024" / "一.xlsx")
    put_workbook(raw / "二.xlsx")
    (raw / "2024" / "一.layout.toml").write_text("[[table]]\nlast = 99\n", encoding="utf-8")
    report = build(raw, processed)
    assert [(e.file, e.cell) for e in report.failed] == [("2024/一.layout.toml", "第2行 last")]
    assert set(load_observations(processed)["file"]) == {"二.xlsx"}
    assert [p.name for p in workbooks(raw)] == ["一.xlsx", "二.xlsx"]


def test_tables_of_text_count_where_they_have_a_card(tmp_path: Path) -> None:
    """A note beside the workbooks is no workbook; a table of text that was registered is one."""
    raw = tmp_path / "raw"
    raw.mkdir()
    text = "松原市2024年主要经济指标（虚构数据）\n指标\t单位\t2024年\n地区生产总值\t亿元\t100.5\n地方级财政收入\t亿元\t5.5\n"
    (raw / "说明.txt").write_text("先看这个。", encoding="utf-8")
    (raw / "公报.txt").write_bytes(text.encode("gb18030"))
    assert workbooks(raw) == []
    card = {"issuer": "松原市统计局", "title": "公报", "release_date": "unknown", "status": "unknown"}
    write_card(raw / "公报.txt", {**card, "read_from": "公报", "tier": "1", "transcribed": False})
    assert [path.name for path in workbooks(raw)] == ["公报.txt"]
    build(raw, tmp_path / "processed")
    assert load_observations(tmp_path / "processed")["obs_value"].tolist() == [5.5, 100.5]
