"""Observations for other programs: SDMX-CSV 2.0 with its structure, plain CSV, a workbook, Parquet."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

import pandas as pd

from songyuan_analysis import __version__
from songyuan_analysis.errors import StoreError, UsageError
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.observations.schema import MEANINGS
from songyuan_analysis.sheets.periods import Period

AGENCY, FLOW = "SONGYUAN", "OBSERVATIONS"
_VERSION = "1.0"
_DIMENSIONS = (
    "freq",
    "ref_area",
    "indicator",
    "measure",
    "price_base",
    "scope",
    "unit_measure",
    "vintage",
    "source",
)
_ATTRIBUTES = (
    "unit_mult",
    "decimals",
    "obs_status",
    "conf_tier",
    "unit",
    "title",
    "issuer",
    "comment_obs",
    "mark",
    "published_value",
    "correction",
)
_NOTHING = "_Z"  # SDMX's code for "not applicable"
_EXCEL_ROWS = 1_048_575


def write_export(observations: pd.DataFrame, path: str | Path, kind: str) -> list[Path]:
    """Write observations for another program.

    Parameters
    ----------
    observations : DataFrame
    path : path
        The file to write; it is replaced only when the new one is complete.
    kind : {"sdmx-csv", "csv", "xlsx", "parquet"}
        ``sdmx-csv`` also writes the structure beside the data, as NAME.structure.xml (SDMX-ML 2.1), and leaves out
        what is not `understood`. ``csv`` begins with a byte order mark, so that Excel and WPS show Chinese.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    UsageError
        If the kind is unknown, or there is nothing to export.
    StoreError
        If a file cannot be written.
    """
    target = Path(path)
    if kind not in _WRITERS:
        raise UsageError(f"没有“{kind}”这种格式。", remedy=f"可用的格式：{'、'.join(_WRITERS)}。")
    if observations.empty:
        raise UsageError(
            "没有可以导出的观测。", remedy="放宽地区、指标或日期的限制，或先运行 songyuan build。"
        )
    return [_replace(name, content) for name, content in _WRITERS[kind](observations, target).items()]


def _replace(path: Path, content: bytes) -> Path:
    unfinished = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(
            f"写不进去（{error.strerror or error}）。",
            file=str(path),
            remedy="关掉打开它的程序，或换一个能写的文件夹。",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return path


# --- SDMX ----------------------------------------------------------------------------------------


def sdmx_period(text: str) -> str:
    """Write a period as SDMX does.

    Examples
    --------
    >>> sdmx_period("2024"), sdmx_period("2024Q2"), sdmx_period("2024-01/2024-09")
    ('2024', '2024-Q2', '2024-01-01/P9M')
    """
    period = Period.parse(text)
    (year, month), months = period.start, period.months
    if text.isdigit():
        return text
    if months == 1:
        return f"{year}-{month:02d}"
    if not period.cumulative and months == 3 and month % 3 == 1:
        return f"{year}-Q{(month + 2) // 3}"
    return f"{year}-{month:02d}-01/P{months}M"


def understood(observations: pd.DataFrame) -> pd.Series:
    """Say of each observation whether indicator, measure and period are known: what SDMX can carry."""
    return (
        (observations["indicator"] != "")
        & (observations["measure"] != "")
        & (observations["time_period"] != "")
    )


def _sdmx_frame(observations: pd.DataFrame) -> pd.DataFrame:
    frame = observations[understood(observations)]
    if frame.empty:
        raise UsageError(
            "没有含义弄清了的观测可以导出。", remedy="运行 songyuan audit 查看是哪些标签没有识别。"
        )
    place = frame["file"] + "#" + frame["sheet"] + "!" + frame["cell"]
    columns: dict[str, object] = {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": f"{AGENCY}:{FLOW}({_VERSION})",
        "ACTION": "I",
    }
    for name in _DIMENSIONS:
        values = place if name == "source" else frame[name]
        columns[name.upper()] = values.where(values != "", _NOTHING).map(_one_line)
    columns["TIME_PERIOD"] = frame["time_period"].map(sdmx_period)
    columns["OBS_VALUE"] = frame["obs_value"].map(lambda value: "" if pd.isna(value) else f"{value:.15g}")
    for name in _ATTRIBUTES:
        columns[name.upper()] = frame[name].map(lambda value: "" if pd.isna(value) else _one_line(str(value)))
    return pd.DataFrame(columns, index=frame.index)


def _one_line(text: str) -> str:
    return re.sub(r"\s*[\r\n\x0b\x0c\x85\u2028\u2029]+\s*", " ", text)


def _write_sdmx(observations: pd.DataFrame, path: Path) -> Mapping[Path, bytes]:
    # SDMX-CSV is UTF-8 without a byte order mark.
    return {
        path: _csv(_sdmx_frame(observations)).encode(),
        path.with_name(f"{path.stem}.structure.xml"): structure(),
    }


def structure() -> bytes:
    """Return the data structure definition of the export as SDMX-ML 2.1; a test holds that it names every column."""
    return resources.files("songyuan_analysis.observations").joinpath("sdmx_structure.xml").read_bytes()


# --- tables for people ---------------------------------------------------------------------------


def _csv(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False, lineterminator="\n")


def _write_csv(observations: pd.DataFrame, path: Path) -> Mapping[Path, bytes]:
    return {path: _csv(observations).encode("utf-8-sig")}


def _write_parquet(observations: pd.DataFrame, path: Path) -> Mapping[Path, bytes]:
    return {path: observations.to_parquet(index=False)}


def _write_xlsx(observations: pd.DataFrame, path: Path) -> Mapping[Path, bytes]:
    """Write a sheet of figures with Chinese names, and a sheet that says what the columns mean."""
    import xlsxwriter  # noqa: PLC0415 - only workbooks need it

    if len(observations) > _EXCEL_ROWS:
        raise UsageError(
            f"有 {len(observations)} 个观测，一张工作表放不下。",
            remedy="加上地区、指标或日期的限制，或导出为 csv。",
        )
    words = catalogue()
    named = observations.assign(
        ref_area=[words.area(code).name_zh if code else "" for code in observations["ref_area"]],
        indicator=[words.indicator(code).name_zh if code else "" for code in observations["indicator"]],
    )
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, "nan_inf_to_errors": False}) as book:
        book.set_properties({"created": _CREATED, "comments": f"songyuan {__version__}"})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("观测")
        for c, name in enumerate(named.columns):
            sheet.write_string(0, c, MEANINGS[name].partition("：")[0], bold)
            sheet.set_column(c, c, _WIDTHS.get(name, 12))
            for r, value in enumerate(named[name].tolist(), start=1):
                if isinstance(value, str):
                    sheet.write_string(r, c, value)
                elif not pd.isna(value):
                    sheet.write(r, c, value)
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, len(named), len(named.columns) - 1)
        meanings = book.add_worksheet("列的含义")
        meanings.set_column(0, 1, 18)
        meanings.set_column(2, 2, 90)
        meanings.write_row(0, 0, ["列名", "代码", "含义"], bold)
        for r, name in enumerate(named.columns, start=1):
            title, _, meaning = MEANINGS[name].partition("：")
            meanings.write_row(r, 0, [title, name, meaning])
    return {path: memory.getvalue()}


_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - equal data give equal bytes
_WIDTHS = {
    "indicator": 30,
    "title": 40,
    "file": 40,
    "row_label_path": 40,
    "column_label_path": 30,
    "comment_obs": 40,
    "correction": 40,
}
_WRITERS: dict[str, Callable[[pd.DataFrame, Path], Mapping[Path, bytes]]] = {
    "sdmx-csv": _write_sdmx,
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}
FORMATS = tuple(_WRITERS)
