"""The store: what names a part, what is loaded, and which of several releases is used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from songyuan_analysis.errors import StoreError, UsageError
from songyuan_analysis.observations import store
from songyuan_analysis.observations.sources import card_path
from songyuan_analysis.observations.store import (
    load_observations,
    part_name,
    parts,
    select_latest,
    write_part,
)

Make = Callable[..., pd.DataFrame]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "公报.xlsx"
    path.write_bytes(b"workbook")
    card_path(path).write_bytes(b"card")
    return path


def test_a_part_is_named_after_its_workbook_and_what_it_was_built_from(workbook: Path) -> None:
    name = part_name(workbook, "公报.xlsx")
    assert name == part_name(workbook, "公报.xlsx")
    assert name.startswith("公报.") and name.endswith(".parquet")


def test_another_content_card_place_or_code_gives_another_part(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [part_name(workbook, "公报.xlsx"), part_name(workbook, "旧/公报.xlsx")]
    card_path(workbook).write_bytes(b"another card")
    names.append(part_name(workbook, "公报.xlsx"))
    card_path(workbook).unlink()
    names.append(part_name(workbook, "公报.xlsx"))
    workbook.write_bytes(b"another workbook")
    names.append(part_name(workbook, "公报.xlsx"))
    monkeypatch.setattr(store, "code_version", lambda: "another code")
    names.append(part_name(workbook, "公报.xlsx"))
    assert len(set(names)) == len(names)


def test_what_is_written_is_loaded_again(observations: Make, tmp_path: Path) -> None:
    frame = observations({"time_period": "2023"}, {"obs_value": float("nan"), "obs_status": "M", "mark": "…"})
    write_part(frame, tmp_path / "p.parquet")
    pd.testing.assert_frame_equal(load_observations(tmp_path), frame)


def test_a_part_appears_whole_or_not_at_all(
    observations: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(table: object, path: Path) -> None:
        path.write_bytes(b"PAR1 half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.pq, "write_table", half)
    with pytest.raises(StoreError, match="写不进去") as caught:
        write_part(observations({}), tmp_path / "公报.0.parquet")
    assert list(tmp_path.iterdir()) == []
    assert caught.value.file == "公报.0.parquet" and "磁盘" in caught.value.remedy


def test_a_half_written_part_of_a_killed_build_is_not_read(observations: Make, tmp_path: Path) -> None:
    write_part(observations({}), tmp_path / "a.parquet")
    (tmp_path / ".b.parquet.17.tmp").write_bytes(b"half")
    (tmp_path / ".c.parquet").write_bytes(b"half")
    assert [path.name for path in parts(tmp_path)] == ["a.parquet"]
    assert len(load_observations(tmp_path)) == 1


@pytest.mark.parametrize("make", [False, True])
def test_an_empty_store_says_what_to_run(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "processed"
    if make:
        folder.mkdir()
    with pytest.raises(StoreError, match="没有已处理的数据") as caught:
        load_observations(folder)
    assert "songyuan build" in caught.value.remedy


def test_a_damaged_part_is_named(observations: Make, tmp_path: Path) -> None:
    write_part(observations({}), tmp_path / "好.parquet")
    (tmp_path / "坏.parquet").write_bytes((tmp_path / "好.parquet").read_bytes()[:-20])
    with pytest.raises(StoreError, match="读不出来") as caught:
        load_observations(tmp_path)
    assert caught.value.file == "坏.parquet"
    assert "songyuan build" in caught.value.remedy


def test_a_part_of_other_columns_is_damaged(tmp_path: Path) -> None:
    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "坏.parquet")
    with pytest.raises(StoreError) as caught:
        load_observations(tmp_path)
    assert caught.value.file == "坏.parquet"


def test_areas_indicators_and_measures_are_picked(observations: Make, tmp_path: Path) -> None:
    rows = [
        {},
        {"indicator": "fai"},
        {"ref_area": "220000"},
        {"measure": "yoy", "unit_measure": "PT", "price_base": "comparable"},
    ]
    write_part(observations(*rows), tmp_path / "p.parquet")
    assert len(load_observations(tmp_path)) == 4
    assert len(load_observations(tmp_path, area="220700", indicator=["gdp"], measure="level")) == 1
    assert len(load_observations(tmp_path, area=("220700", "220000"))) == 4
    assert load_observations(tmp_path, indicator="nothing").empty


def test_all_vintages_are_kept_on_demand(observations: Make, tmp_path: Path) -> None:
    write_part(observations({}, {"obs_value": 1000.0, "vintage": "2025-12-01"}), tmp_path / "p.parquet")
    assert load_observations(tmp_path)["obs_value"].tolist() == [1000.0]
    assert len(load_observations(tmp_path, vintages="all")) == 2


def test_what_was_known_then_leaves_out_later_and_undated_figures(observations: Make, tmp_path: Path) -> None:
    rows = [
        {"vintage": "2024-03-01", "obs_value": 1.0},
        {"vintage": "2025-03-01", "obs_value": 2.0},
        {"vintage": "", "obs_value": 3.0, "obs_status": "F"},
    ]
    write_part(observations(*rows), tmp_path / "p.parquet")
    assert load_observations(tmp_path, as_of="2024-03-01")["obs_value"].tolist() == [1.0]
    assert load_observations(tmp_path, as_of="2025-03-01")["obs_value"].tolist() == [2.0]
    assert load_observations(tmp_path, as_of="2024-02-29").empty
    assert load_observations(tmp_path)["obs_value"].tolist() == [3.0]


_DATES = st.dates().map(str)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(_DATES, st.just("")), min_size=1, max_size=6), _DATES, _DATES)
def test_nothing_that_was_known_is_forgotten_later(
    observations: Make, tmp_path: Path, vintages: list[str], one: str, other: str
) -> None:
    rows = [{"vintage": v, "obs_value": float(i)} for i, v in enumerate(vintages)]
    write_part(observations(*rows), tmp_path / "p.parquet")
    early, late = sorted([one, other])
    before = set(load_observations(tmp_path, as_of=early, vintages="all")["obs_value"])
    after = set(load_observations(tmp_path, as_of=late, vintages="all")["obs_value"])
    assert before <= after
    assert before == {float(i) for i, v in enumerate(vintages) if v and v <= early}


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"obs_status": "P", "vintage": "2025-12-01"}, {"obs_status": "R", "vintage": "2025-03-01"}),
        ({"obs_status": "R"}, {"obs_status": "F"}),
        ({"obs_status": "P"}, {"obs_status": "A", "vintage": "2025-12-01"}),
        ({"obs_status": "A"}, {"obs_status": "P", "vintage": "2025-12-01"}),
        ({"obs_status": "P", "conf_tier": "2"}, {"obs_status": "A", "conf_tier": "1"}),
        ({"obs_status": "A", "conf_tier": "2"}, {"obs_status": "P", "conf_tier": "1"}),
        ({"obs_status": "A", "vintage": ""}, {"obs_status": "P", "conf_tier": "3"}),
        ({"obs_status": "A", "vintage": "2026-12-01"}, {"obs_status": "R", "vintage": ""}),
        ({"obs_status": "E", "vintage": "2025-12-01"}, {"obs_status": "A"}),
        ({"obs_status": "M", "obs_value": float("nan")}, {"obs_status": "E"}),
        ({"vintage": "2025-03-01"}, {"vintage": "2025-03-02"}),
        ({"vintage": ""}, {"vintage": "2000-01-01"}),
        ({"conf_tier": "3"}, {"conf_tier": "2"}),
        ({"conf_tier": "1-2"}, {"conf_tier": "1"}),
        ({"conf_tier": "3", "decimals": 4}, {"conf_tier": "1", "decimals": 0}),
        ({"decimals": 0}, {"decimals": 2}),
        ({"unit": "亿元", "unit_mult": 8, "decimals": 2}, {"unit": "万元", "unit_mult": 4, "decimals": 0}),
    ],
)
def test_of_two_releases_the_better_one_is_used(
    observations: Make, worse: dict[str, object], better: dict[str, object]
) -> None:
    for rows in ([worse, better], [better, worse]):
        frame = observations(*[{**row, "comment_obs": str(row is better)} for row in rows])
        assert select_latest(frame)["comment_obs"].tolist() == ["True"]


@pytest.mark.parametrize(
    "column",
    [
        {"ref_area": "220000"},
        {"indicator": "fai"},
        {"measure": "yoy"},
        {"price_base": "nominal"},
        {"scope": "可比口径"},
        {"time_period": "2024Q4"},
        {"unit_measure": "PT"},
    ],
)
def test_different_numbers_do_not_supersede_each_other(observations: Make, column: dict[str, str]) -> None:
    assert len(select_latest(observations({}, column))) == 2


def test_rows_of_unknown_meaning_are_all_kept(observations: Make) -> None:
    rows = [{"indicator": ""}, {"indicator": ""}, {"measure": ""}, {"measure": ""}, {}, {}]
    assert len(select_latest(observations(*rows))) == 5


def test_equal_releases_are_decided_by_their_address(observations: Make) -> None:
    frame = observations({"file": "甲.xlsx"}, {"file": "乙.xlsx"})
    shuffled = frame.iloc[::-1].reset_index(drop=True)
    assert select_latest(frame)["file"].tolist() == select_latest(shuffled)["file"].tolist()


@pytest.mark.parametrize("day", ["2025", "2025-3-31", "2025-02-30", "20250331", "昨天", ""])
def test_a_day_that_is_none_is_refused(tmp_path: Path, day: str) -> None:
    with pytest.raises(UsageError, match="不是一个日期") as caught:
        load_observations(tmp_path, as_of=day)
    assert "2025-03-31" in str(caught.value)
