"""Questions in SQL: answered from the parts where they lie, and nothing but reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from songyuan_analysis.errors import StoreError, UsageError
from songyuan_analysis.observations.questions import sql
from songyuan_analysis.observations.store import load_observations


def test_a_question_is_answered_from_all_parts(store: Path) -> None:
    answer = sql("select count(*) as n, count(distinct file) as files from observations", store)
    everything = load_observations(store, vintages="all")
    assert answer.loc[0].tolist() == [len(everything), everything["file"].nunique()]
    one = sql(
        "select obs_value from observations where indicator = 'gdp' and measure = 'level' and ref_area = '220700' "
        "and time_period = '2024' and obs_value is not null",
        store,
    )
    assert one["obs_value"].tolist() == [1002.18]


def test_the_same_folder_opens_in_duckdb_itself(store: Path) -> None:
    import duckdb

    found = duckdb.sql(f"select count(*) from '{store.as_posix()}/*.parquet'").fetchall()
    assert found == [(len(load_observations(store, vintages="all")),)]


@pytest.mark.parametrize(
    "question",
    [
        "drop view observations",
        "select 1; select 2",
        "create table t as select 1",
        "",
        "copy observations to 'a.csv'",
    ],
)
def test_only_one_reading_question_is_taken(store: Path, question: str) -> None:
    with pytest.raises(UsageError, match="只能问一个问题"):
        sql(question, store)


def test_a_question_that_nobody_understands_says_why(store: Path) -> None:
    with pytest.raises(UsageError, match="看不懂") as caught:
        sql("select nothing_such from observations", store)
    assert "nothing_such" in caught.value.message


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="没有已处理的数据"):
        sql("select 1", tmp_path)
