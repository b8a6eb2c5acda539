"""The store: one Parquet part per workbook, named by what it was built from."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from songyuan_analysis.errors import StoreError, UsageError
from songyuan_analysis.observations.corrections import Correction, of_file
from songyuan_analysis.observations.schema import as_observations, empty
from songyuan_analysis.observations.sources import card_path
from songyuan_analysis.sheets.override.values import override_path

PART_SUFFIX = ".parquet"

# What makes two figures the same number, published more than once.
KEY = ["ref_area", "indicator", "measure", "price_base", "scope", "time_period", "unit_measure"]

# A final figure supersedes a revised one, and that every first one. A status that nobody named (A) may well be a
# first figure, so that release date and trust tier decide between the two; an estimate gives way to all.
STATUS_RANK = {"F": 3, "R": 2, "P": 1, "A": 1, "E": 0, "M": -1}
TIER_RANK = {"1": 3, "1-2": 2, "2": 1, "3": 0}


@cache
def code_version() -> str:
    """Hash the code and the data of ``sheets`` and ``observations``: what a part depends on."""
    digest = hashlib.sha256()
    for room in ("songyuan_analysis.sheets", "songyuan_analysis.observations"):
        root = Path(str(resources.files(room)))
        for entry in sorted(p for p in root.rglob("*") if p.suffix in {".py", ".toml"}):
            digest.update(entry.relative_to(root).as_posix().encode())
            digest.update(entry.read_bytes())
    return digest.hexdigest()


def part_name(workbook: Path, name: str, corrections: Iterable[Correction] = ()) -> str:
    """Name the part of a workbook after its bytes, those of its card and its layout, its place and the code.

    Of the corrections those of this workbook count, and what they say: not where in the register they stand.
    """
    digest = hashlib.sha256(code_version().encode())
    digest.update(name.encode())
    digest.update(workbook.read_bytes())
    card = card_path(workbook)
    if card.exists():
        digest.update(card.read_bytes())
    layout = override_path(workbook)
    if layout is not None:
        digest.update(b"\0layout\0" + layout.name.encode() + layout.read_bytes())
    for content in sorted(c.content for c in of_file(corrections, name)):
        digest.update(f"\0correction\0{content!r}".encode())
    return f"{workbook.stem}.{digest.hexdigest()[:12]}{PART_SUFFIX}"


def write_part(frame: pd.DataFrame, path: Path) -> None:
    """Write one part; it appears under its name only when it is complete.

    Raises
    ------
    StoreError
        If the folder cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), unfinished)
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(
            f"已处理的数据写不进去（{error.strerror or error}）。",
            file=path.name,
            remedy="检查磁盘空间和文件夹的写入权限，再运行 songyuan build。",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def unfinished_parts(processed: Path) -> list[Path]:
    """List what `write_part` had begun when its process was killed, or is just writing."""
    return sorted(processed.glob(f".*{PART_SUFFIX}.*.tmp"))


def parts(processed: Path) -> list[Path]:
    """List the parts of a store, in the order of their names."""
    return sorted(p for p in processed.glob(f"*{PART_SUFFIX}") if not p.name.startswith("."))


def load_observations(
    processed: str | Path = "data/processed",
    *,
    as_of: str | None = None,
    area: str | Iterable[str] | None = None,
    indicator: str | Iterable[str] | None = None,
    measure: str | Iterable[str] | None = None,
    vintages: str = "latest",
) -> pd.DataFrame:
    """Load the observations of a store.

    Parameters
    ----------
    processed : path, default ``data/processed``
        The folder that ``songyuan build`` has filled.
    as_of : str, optional
        An ISO date. Only figures that are known to have been released by that day are returned;
        figures without a known release date are left out, because nobody can say that they were known.
    area, indicator, measure : str or iterable of str, optional
        Codes to keep.
    vintages : {"latest", "all"}
        ``latest`` keeps one row for each number: the highest status (final over revised over first
        or unknown over estimate), then the latest release date (no date is the oldest), then the better
        trust tier, then the more precise print. ``all`` keeps every release.

    Returns
    -------
    DataFrame
        Observations, sorted by area, indicator, measure and period. A corrected one has the value to use in
        ``obs_value`` and what was published in ``published_value``, whatever ``as_of`` says: a cell that is wrong
        was so on every day.

    Raises
    ------
    StoreError
        If the folder holds no parts, or a part cannot be read.
    UsageError
        If `as_of` is no day of the calendar, written as 2025-03-31.
    """
    if as_of is not None:
        _check_day(as_of)
    folder = Path(processed)
    files = parts(folder) if folder.is_dir() else []
    if not files:
        raise StoreError("没有已处理的数据。", file=str(folder), remedy="先运行 songyuan build。")
    frames = [read_part(path) for path in files]
    filled = [frame for frame in frames if len(frame)]
    frame = pd.concat(filled, ignore_index=True) if filled else empty()
    for column, wanted in (("ref_area", area), ("indicator", indicator), ("measure", measure)):
        if wanted is not None:
            values = [wanted] if isinstance(wanted, str) else list(wanted)
            frame = frame[frame[column].isin(values)]
    if as_of is not None:
        frame = frame[(frame["vintage"] != "") & (frame["vintage"] <= as_of)]
    if vintages == "latest":
        frame = select_latest(frame)
    order = ["ref_area", "indicator", "measure", "period_start", "period_end", "file", "sheet", "cell"]
    return frame.sort_values(order, kind="stable").reset_index(drop=True)


def _check_day(text: str) -> None:
    """Refuse what is no day: days are compared as texts, and 2025-3-31 would let in what came later."""
    try:
        real = dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        real = False
    if not real:
        raise UsageError(f"“{text}”不是一个日期。", remedy="写成 2025-03-31 这样：四位年、两位月、两位日。")


def select_latest(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep one row for each number; rows whose meaning is not fully known are all kept."""
    known = (frame["indicator"] != "") & (frame["measure"] != "") & (frame["time_period"] != "")
    ranked = frame[known].assign(
        _status=frame["obs_status"].map(STATUS_RANK),
        _tier=frame["conf_tier"].map(TIER_RANK),
        _digits=frame["decimals"].fillna(-1) + frame["unit_mult"].fillna(0) * -1,
    )
    order = ["_status", "vintage", "_tier", "_digits", "file", "sheet", "cell"]
    chosen = ranked.sort_values(order, kind="stable").drop_duplicates(KEY, keep="last")
    return pd.concat([chosen[frame.columns], frame[~known]]).sort_index()


def read_part(path: Path) -> pd.DataFrame:
    """Read one part, or raise `StoreError`."""
    try:
        return as_observations(pq.read_table(path).to_pandas())
    except (OSError, pa.ArrowInvalid, KeyError) as error:
        raise StoreError(
            f"已处理的数据读不出来：{error}", file=path.name, remedy="删去这个文件，再运行 songyuan build。"
        ) from None
