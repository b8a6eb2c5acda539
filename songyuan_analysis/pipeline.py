"""Raw workbooks to processed parts: what changed is built, what is gone is removed."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from songyuan_analysis.errors import CorrectionError, OverrideError, SongyuanError, StoreError, WorkbookError
from songyuan_analysis.observations.corrected import correct, not_applied
from songyuan_analysis.observations.corrections import Correction, load_corrections, of_file, register_of
from songyuan_analysis.observations.observe import observe
from songyuan_analysis.observations.schema import empty, validate
from songyuan_analysis.observations.sources import card_path, load_card
from songyuan_analysis.observations.store import part_name, parts, read_part, unfinished_parts, write_part
from songyuan_analysis.sheets import read_workbook
from songyuan_analysis.sheets.precision import printed_decimals

SUFFIXES = frozenset({".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".et"})
# Tables of text: many a file with such a name is none, so that only those with a source card count.
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".htm", ".html", ".mht", ".xml"})

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class PartResult:
    """What became of one workbook."""

    name: str
    part: str
    rows: int
    unmapped: int
    error: SongyuanError | None = None


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    Attributes
    ----------
    written, unchanged, removed : tuple of str
        Names of the parts.
    failed : tuple of SongyuanError
        One error for each workbook that could not be loaded; the others are in the store.
    results : tuple of PartResult
        Rows and unknown labels of each workbook that was read in this build.
    corrections : int
        How many corrections are registered.
    idle : tuple of CorrectionError
        One finding for each correction that does not apply; its figure stands as published.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[SongyuanError, ...]
    results: tuple[PartResult, ...]
    corrections: int = 0
    idle: tuple[CorrectionError, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every workbook is in the store."""
        return not self.failed


def workbooks(raw: Path) -> list[Path]:
    """List the workbooks of a raw folder and its sub-folders, without the locks that Office leaves."""
    return sorted(
        p for p in raw.rglob("*") if p.is_file() and _is_workbook(p) and not p.name.startswith((".", "~$"))
    )


def _is_workbook(path: Path) -> bool:
    if path.suffix.lower() in TEXT_SUFFIXES and card_path(path).exists():
        # A card goes by the stem of its file: a workbook of that stem has it, not the text beside it.
        return not any(p.suffix.lower() in SUFFIXES for p in path.parent.glob(f"{glob.escape(path.stem)}.*"))
    return path.suffix.lower() in SUFFIXES


def build(
    raw: str | Path = "data/raw",
    processed: str | Path = "data/processed",
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Bring the processed parts into step with the raw workbooks.

    Parameters
    ----------
    raw, processed : path
        The two folders; ``processed`` is made if it is missing.
    executor : Executor, optional
        Anything with the interface of `concurrent.futures`; without it the workbooks are read one by one.
    progress : callable, optional
        Called with the name of a workbook, how many are done, and how many there are.

    Returns
    -------
    BuildReport
        A workbook that cannot be read is named there; the others are built all the same.

    Raises
    ------
    StoreError
        If there is no raw folder, or it holds no workbooks.
    CorrectionError
        If the register of corrections has a mistake; nothing is then built.
    """
    raw, processed = Path(raw), Path(processed)
    found = workbooks(raw) if raw.is_dir() else []
    if not found:
        raise StoreError(
            "没有找到工作簿。", file=str(raw), remedy="把统计局的工作簿放进 data/raw，再运行一次。"
        )
    corrections = load_corrections(register_of(raw))
    names = {path.relative_to(raw).as_posix(): path for path in found}
    wanted = {part_name(path, name, corrections): (name, path) for name, path in names.items()}
    have = {path.name for path in parts(processed)} if processed.is_dir() else set()
    # A part takes moments to write: what lay there unfinished before this build was left by one that was killed.
    left = unfinished_parts(processed)
    todo = [
        (str(path), name, str(processed / part), of_file(corrections, name))
        for part, (name, path) in wanted.items()
        if part not in have
    ]

    results: list[PartResult] = []
    for done, result in enumerate(_run(todo, executor), start=1):
        results.append(result)
        if progress:
            progress(result.name, done, len(todo))
    written = {r.part for r in results if r.error is None}
    keep = written | (have & set(wanted))
    removed = sorted(have - keep)
    for name in removed:
        (processed / name).unlink(missing_ok=True)
    for path in left:
        path.unlink(missing_ok=True)
    return BuildReport(
        written=tuple(sorted(written)),
        unchanged=tuple(sorted(have & set(wanted))),
        removed=tuple(removed),
        failed=tuple(r.error for r in results if r.error is not None),
        results=tuple(results),
        corrections=len(corrections),
        idle=_idle(corrections, names, processed),
    )


def corrections_of(
    raw: str | Path, processed: str | Path
) -> tuple[tuple[Correction, ...], tuple[CorrectionError, ...]]:
    """Return the registered corrections, and a finding for each that the processed parts do not show."""
    raw, processed = Path(raw), Path(processed)
    corrections = load_corrections(register_of(raw))
    names = {path.relative_to(raw).as_posix(): path for path in workbooks(raw)} if corrections else {}
    return corrections, _idle(corrections, names, processed)


def _idle(
    corrections: Sequence[Correction], names: dict[str, Path], processed: Path
) -> tuple[CorrectionError, ...]:
    """Ask the parts: what is in the store decides, not what a register says of it."""
    asked = {c.file for c in corrections} & set(names)
    built = (processed / part_name(names[name], name, corrections) for name in sorted(asked))
    frames = [read_part(part) for part in built if part.exists()]
    frame = pd.concat(frames, ignore_index=True) if frames else empty()
    return not_applied(corrections, frame, names)


def not_built(raw: str | Path, processed: str | Path) -> list[str]:
    """List the workbooks of a raw folder that the processed parts do not hold as they are now."""
    raw, processed = Path(raw), Path(processed)
    if not raw.is_dir():
        return []
    corrections = load_corrections(register_of(raw))
    have = {path.name for path in parts(processed)} if processed.is_dir() else set()
    named = {path.relative_to(raw).as_posix(): path for path in workbooks(raw)}
    return [name for name, path in named.items() if part_name(path, name, corrections) not in have]


_Job = tuple[str, str, str, tuple[Correction, ...]]


def _run(todo: list[_Job], executor: Executor | None) -> Iterable[PartResult]:
    return executor.map(_build_part, todo) if executor else map(_build_part, todo)


def _build_part(job: _Job) -> PartResult:
    """Build one part; every error of the workbook becomes data, so that the others go on."""
    path, name, target, corrections = job
    part = Path(target)
    try:
        frame = observe_workbook(Path(path), name, corrections)
    except SongyuanError as error:
        if error.file in {"", Path(name).name}:
            error.file = name  # the reader knows no folders
        elif isinstance(error, OverrideError):
            error.file = Path(name).with_name(error.file).as_posix()
        return PartResult(name, part.name, 0, 0, error)
    write_part(frame, part)
    unknown = frame["obs_value"].notna() & ((frame["indicator"] == "") | (frame["problem"] != ""))
    return PartResult(name, part.name, len(frame), int(unknown.sum()))


def observe_workbook(path: Path, name: str, corrections: Sequence[Correction] = ()) -> pd.DataFrame:
    """Read, observe and check one workbook that has a source card; apply its corrections.

    Raises
    ------
    SongyuanError
        If the card or the workbook is bad.
    """
    card = load_card(path, name=name)
    try:
        cells = read_workbook(path)
        decimals = printed_decimals(path)
    except SongyuanError:
        raise
    except Exception as error:
        # A workbook is foreign input: whatever it does to the reader must not stop the other workbooks.
        raise WorkbookError(
            f"读取时出现意外：{type(error).__name__}: {error}",
            file=name,
            remedy="在 WPS 或 Excel 里打开并另存为 .xlsx 再试；仍不行请把文件反馈给开发者。",
        ) from error
    frame = observe(cells, card, file=name, decimals=decimals)
    if corrections:
        frame = correct(frame, cells, corrections, card, file=name, decimals=decimals)
    return validate(frame)
