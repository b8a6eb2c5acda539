"""A build that dies anywhere leaves every part old or new, never half; and the next build finishes the work."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from songyuan_analysis.observations.store import load_observations, parts, write_part
from songyuan_analysis.pipeline import build, observe_workbook

PutWorkbook = Callable[..., Path]
ROWS = [
    ["松原市2024年主要经济指标（虚构数据）"],
    ["指标", "单位", "2024年", "比上年增长（%）"],
    ["地区生产总值", "亿元", 1000.0, 3.8],
]


def contents(processed: Path) -> dict[str, tuple[int, float]]:
    """Read every part that is visible; a half-written one would fail here."""
    return {
        path.name: (table.num_rows, sum(v or 0 for v in table["obs_value"].to_pylist()))
        for path in parts(processed)
        if (table := pq.read_table(path))
    }


@pytest.fixture
def two_states(
    tmp_path: Path, put_workbook: PutWorkbook
) -> tuple[Path, Path, Callable[[int], None], list[set[str]]]:
    """A raw folder that can be turned from its old into its new state, and the names of the parts of both."""
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    for state in (0, 1):
        for number in range(3):
            rows = [*ROWS[:2], ["地区生产总值", "亿元", 1000.0 + 100 * number + state, 3.8]]
            put_workbook(tmp_path / str(state) / f"表{number}.xlsx", rows)

    def turn(state: int) -> None:
        shutil.copytree(tmp_path / str(state), raw, dirs_exist_ok=True)

    names = []
    for state in (0, 1):
        turn(state)
        build(raw, processed)
        names.append(set(contents(processed)))
    return raw, processed, turn, names


@pytest.mark.slow
def test_a_build_stopped_between_any_two_steps_leaves_whole_parts(
    two_states: tuple[Path, Path, Callable[[int], None], list[set[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stop the build at each of its dealings with the disk, one after another, 200 times in all."""
    raw, processed, turn, names = two_states
    turn(0)
    build(raw, processed)

    class StopError(BaseException):
        """Not an Exception: nothing may catch it, as nothing catches a kill."""

    left = 10**9

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **more: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise StopError
            return real(*args, **more)

        return step

    for owner, name in ((pq, "write_table"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir")):
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))
    stopped = 0
    for attempt in range(200):
        state, left = attempt % 2, 10**9
        turn(1 - state)
        left = random.Random(attempt).randrange(14)
        try:
            build(raw, processed)
        except StopError:
            stopped += 1
        seen = contents(processed)
        assert set(seen) <= names[0] | names[1]
        assert {name.split(".")[0] for name in seen} == {"表0", "表1", "表2"}
        assert all(rows == 2 for rows, _ in seen.values())
        left = 10**9
        if attempt % 10 == 0:
            build(raw, processed)
            assert set(contents(processed)) == names[1 - state]
    assert stopped > 100


def test_what_a_killed_build_left_unfinished_is_cleared_away(
    two_states: tuple[Path, Path, Callable[[int], None], list[set[str]]],
) -> None:
    raw, processed, turn, _ = two_states
    turn(0)
    build(raw, processed)
    left = processed / f".{next(iter(contents(processed)))}.4711.tmp"
    left.write_bytes(b"PAR1")
    before = contents(processed)
    build(raw, processed)
    assert not left.exists() and contents(processed) == before


@pytest.mark.slow
def test_a_killed_process_leaves_whole_parts(
    two_states: tuple[Path, Path, Callable[[int], None], list[set[str]]],
) -> None:
    """Kill real processes at random moments: the store opens, and the next build brings it up to date."""
    raw, processed, turn, names = two_states
    code = (
        "import sys; from songyuan_analysis.pipeline import build\n"
        "print('ready', flush=True); sys.stdin.readline(); build(sys.argv[1], sys.argv[2])"
    )
    chance = random.Random(7)
    for attempt in range(12):
        turn(attempt % 2)
        with subprocess.Popen(
            [sys.executable, "-c", code, str(raw), str(processed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        ) as process:
            assert process.stdin
            assert process.stdout
            process.stdout.readline()
            process.stdin.write(b"\n")
            process.stdin.flush()
            time.sleep(chance.uniform(0, 0.25))
            process.send_signal(signal.SIGKILL)
        assert {name.split(".")[0] for name in contents(processed)} == {"表0", "表1", "表2"}
        assert len(load_observations(processed, vintages="all")) >= 6
        build(raw, processed)
        assert set(contents(processed)) == names[attempt % 2]
        assert [p.name for p in processed.iterdir() if p.name.endswith(".tmp")] == []


def test_writing_one_part_is_all_or_nothing(tmp_path: Path, put_workbook: PutWorkbook) -> None:
    book = put_workbook(tmp_path / "raw" / "表.xlsx", ROWS)
    frame = observe_workbook(book, "表.xlsx")
    write_part(frame, tmp_path / "p" / "表.parquet")
    assert [p.name for p in (tmp_path / "p").iterdir()] == ["表.parquet"]
