"""The plan register: a TOML file in, a checked and frozen plan out."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from songyuan_analysis.errors import PlanError, PlanWarning
from songyuan_analysis.handwritten import parse, read_text
from songyuan_analysis.observations.lines import LineIndex
from songyuan_analysis.plan.check import TableCheck, check_base, check_commitment, check_head, doubts_about
from songyuan_analysis.plan.commitment import BaseFigure, Commitment
from songyuan_analysis.plan.progress import progress_of

_TOP = ("plan", "commitment", "base")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan with all its commitments; iterating gives the commitments in the register's order.

    Attributes
    ----------
    year : int
        The year that the plan is for.
    title, issuer, source_title, publisher, address, release_date, conf_tier, note : str
        What the plan is, where it was read and how far that source can be trusted.
    area, due : str
        Area and date that hold for a commitment which names none.
    sections : tuple of str
    commitments : tuple of Commitment
    base : tuple of BaseFigure
        Figures of the year before, as the same document states them.
    doubts : tuple of str
        Chinese sentences about targets that are hard to believe; they were used as written.
    path : Path
    sha256 : str
        Checksum of the register file.
    """

    year: int
    title: str
    area: str
    issuer: str
    source_title: str
    release_date: str
    conf_tier: str
    due: str
    sections: tuple[str, ...]
    commitments: tuple[Commitment, ...]
    base: tuple[BaseFigure, ...]
    path: Path
    sha256: str
    publisher: str = ""
    address: str = ""
    note: str = ""
    doubts: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.commitments)

    def __iter__(self) -> Iterator[Commitment]:
        return iter(self.commitments)

    def get(self, commitment_id: str) -> Commitment:
        """Return the commitment of an id.

        Raises
        ------
        PlanError
            If the plan has no such commitment.
        """
        for item in self.commitments:
            if item.id == commitment_id:
                return item
        raise PlanError(
            f"计划里没有“{commitment_id}”这一项。", file=self.path.name, remedy="用 to_frame() 查看全部 id。"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per commitment, with the words of its target."""
        rows = [{**asdict(item), "target_text": item.target_text} for item in self.commitments]
        return pd.DataFrame(rows).astype({"value": "float64", "growth": "float64"})

    def base_frame(self) -> pd.DataFrame:
        """Return one row per figure of the year before."""
        return pd.DataFrame([asdict(item) for item in self.base]).astype({"value": "float64"})

    def targets(self) -> pd.DataFrame:
        """Return the measurable commitments as a frame of targets, as the methods on frames take them.

        The columns are those of `songyuan_analysis.methods.targets.check_targets`; a relational target brings the
        planned growth of what it is tied to, and ``source`` is the line of the register.
        """
        rows = []
        for item in self:
            if item.measurable:
                planned = self.get(item.reference).value if item.reference else None
                keys = (
                    "id",
                    "indicator",
                    "kind",
                    "operator",
                    "value",
                    "unit",
                    "decimals",
                    "price_base",
                    "growth",
                )
                row = {key: getattr(item, key) for key in (*keys, "relative_to")}
                place = f"{self.path.name} › 第{item.line}行"
                rows.append(
                    {**row, "ref_area": item.area, "year": self.year, "planned": planned, "source": place}
                )
        return pd.DataFrame(rows).astype(dict.fromkeys(("value", "growth", "planned"), "float64"))

    def progress(
        self, observations: pd.DataFrame, period: str | None = None, province: str = "220000"
    ) -> pd.DataFrame:
        """Set the observations against the plan, one row per commitment.

        Parameters
        ----------
        observations : DataFrame
            Observations as the store returns them.
        period : str, optional
            A period of the plan's year, ``"2024"``, ``"2024Q2"``, ``"2024H1"``, ``"2024-05"`` or
            ``"2024-01/2024-06"``; the whole year without it. Within the year the figures cumulated to the end
            of the period are used, never those of a single quarter or month.
        province : str, optional
            Area that "above the province" is measured by.

        Returns
        -------
        DataFrame
            See :mod:`songyuan_analysis.plan.progress` for the columns.

        Raises
        ------
        PlanError
            If the period is not in the plan's year, or is no period.
        """
        return progress_of(self, observations, period or str(self.year), province)


def load_plan(path: str | Path) -> Plan:
    """Read and check a plan register.

    Parameters
    ----------
    path : str or Path
        A TOML file such as ``data/raw/plan/2024.toml``.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        If the file cannot be read, or breaks a rule; the message names the line and what to do.

    Warns
    -----
    PlanWarning
        For a target that is hard to believe, such as growth above 50 %; it names file and line.
    """
    path = Path(path)
    try:
        text = read_text(path, PlanError)
    except OSError as error:
        raise PlanError(
            "读不到计划登记簿。",
            file=str(path),
            remedy="检查路径；计划登记簿放在 data/raw/plan/ 下，如 2024.toml。",
        ) from error
    # Decimal keeps the digits as written: 5 and 5.0 are different precisions.
    document = parse(text, PlanError, path.name, parse_float=Decimal)
    lines = LineIndex(text)
    for key in document:
        if key not in _TOP:
            line = lines.key("", key) if key not in lines.names else lines.table(key)
            raise PlanError(
                f"有不认识的表或键 {key}。",
                file=path.name,
                cell=f"第{line}行",
                remedy="只能有 [plan]、[[commitment]] 和 [[base]]。",
            )
    head = _table(document, "plan", path.name)
    check_head(TableCheck(head, "plan", 0, lines, path.name))
    seen: dict[str, int] = {}
    commitments: list[Commitment] = []
    doubted: list[str] = []
    for nth, entry in enumerate(_tables(document, "commitment", path.name)):
        check = TableCheck(entry, "commitment", nth, lines, path.name)
        check_commitment(check, head["sections"], seen)
        doubted += doubts_about(check, path.name)
        commitments.append(Commitment(**_fields(entry, head), line=check.line()))
    if not commitments:
        raise PlanError("计划里一项承诺也没有。", file=path.name, remedy="至少写一个 [[commitment]]。")
    _check_references(commitments, _tables(document, "commitment", path.name), lines, path.name)
    base = []
    for nth, entry in enumerate(_tables(document, "base", path.name)):
        check = TableCheck(entry, "base", nth, lines, path.name)
        check_base(check, seen)
        fields = _fields(entry, head)
        del fields["due"]
        base.append(BaseFigure(**fields, line=check.line()))
    for doubt in doubted:
        warnings.warn(doubt, PlanWarning, stacklevel=2)
    known = {key: value for key, value in head.items() if key != "sections"}
    return Plan(
        **known,
        sections=tuple(head["sections"]),
        commitments=tuple(commitments),
        base=tuple(base),
        doubts=tuple(doubted),
        path=path,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _table(document: Mapping[str, Any], name: str, file: str) -> dict[str, Any]:
    head = document.get(name)
    if not isinstance(head, dict):
        raise PlanError(f"缺少 [{name}] 一表。", file=file, cell="第1行", remedy=f"在文件开头写 [{name}]。")
    return head


def _tables(document: Mapping[str, Any], name: str, file: str) -> list[dict[str, Any]]:
    entries = document.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise PlanError(f"{name} 要用双方括号。", file=file, remedy=f"每一条都以 [[{name}]] 开头。")
    return entries


def _fields(entry: Mapping[str, Any], head: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {"area": head["area"], "due": head["due"], **entry}
    if "value" in entry:
        exponent = Decimal(entry["value"]).as_tuple().exponent
        fields["decimals"] = max(0, -exponent) if isinstance(exponent, int) else 0
        fields["value"] = float(entry["value"])
    if "growth" in entry:
        fields["growth"] = float(entry["growth"])
    return fields


def _check_references(
    commitments: list[Commitment], entries: list[dict[str, Any]], lines: LineIndex, file: str
) -> None:
    by_id = {item.id: item for item in commitments}
    for nth, (item, entry) in enumerate(zip(commitments, entries, strict=True)):
        if not item.reference:
            continue
        check = TableCheck(entry, "commitment", nth, lines, file)
        target = by_id.get(item.reference)
        if target is None:
            check.fail("reference", f"的 reference = “{item.reference}”不在计划里", "改成计划里已有的 id。")
        if target.kind != "growth" or target.indicator != item.relative_to:
            check.fail(
                "reference",
                f"的 reference = “{item.reference}”不是指标 {item.relative_to} 的增速目标",
                "reference 应指向 relative_to 那个指标的增速目标，或改正 relative_to。",
            )
