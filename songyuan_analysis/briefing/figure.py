"""One printed number, where it comes from, and what stands where no number was published.

A :class:`Figure` cannot exist without an origin: it is either a published number, copied as it stands, or our own
arithmetic with its formula and its inputs. That is checked when it is built, so that nothing downstream has to ask.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from songyuan_analysis.errors import BriefingError
from songyuan_analysis.methods.precision import round_half_up
from songyuan_analysis.observations.corrected import note_of
from songyuan_analysis.observations.schema import is_missing

STATUS_WORDS: Mapping[str, str] = {"P": "初步", "R": "修订", "F": "最终", "E": "预计", "M": "缺失", "A": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The address of one published number, and what it says.

    Parameters
    ----------
    indicator, name_zh : str
        Catalogue code and Chinese name.
    ref_area, area_name : str
        Area code and Chinese name.
    measure, time_period : str
        As in the observations, for instance ``"yoy"`` and ``"2024-01/2024-09"``.
    obs_value : float
        The number in the written unit.
    decimals : int or None
        Decimals as printed; None if the source does not tell.
    unit : str
        The unit as written.
    file, sheet, cell : str
        Where it stands; ``sha256`` pins the version of the file.
    obs_status, vintage, conf_tier, issuer, source_title, price_base, scope, comment : str
        What is known about it; empty if nothing is.
    transcribed : bool
        True if the workbook was typed in from a document and did not come from the issuer.
    published_value, correction : str
        What the cell says, and why ``obs_value`` is used instead; empty unless an analyst has corrected it.

    Raises
    ------
    BriefingError
        A correction without what was published, or the other way round.
    """

    indicator: str
    name_zh: str
    ref_area: str
    area_name: str
    measure: str
    time_period: str
    obs_value: float
    decimals: int | None
    unit: str
    file: str
    sheet: str
    cell: str
    sha256: str = ""
    obs_status: str = ""
    vintage: str = ""
    conf_tier: str = ""
    issuer: str = ""
    source_title: str = ""
    transcribed: bool = False
    price_base: str = ""
    scope: str = ""
    comment: str = ""
    published_value: str = ""
    correction: str = ""

    def __post_init__(self) -> None:
        if bool(self.published_value) != bool(self.correction):
            raise BriefingError(
                "更正数要同时写明公布值和更正的理由。",
                file=self.file,
                sheet=self.sheet,
                cell=self.cell,
                remedy="公布值写入 published_value，理由写入 correction。",
            )

    @classmethod
    def from_row(
        cls,
        row: Mapping[Any, Any],
        names: Mapping[str, str] | None = None,
        areas: Mapping[str, str] | None = None,
    ) -> Source:
        """Take a source from one row of the observations.

        Parameters
        ----------
        row : Mapping
            A row with the columns of an observation (a dict or a pandas Series).
        names, areas : Mapping, optional
            Chinese names of indicator codes and area codes; without an entry the row's own label, or the code,
            is used.

        Returns
        -------
        Source
        """

        def word(key: str) -> str:
            value = row.get(key)
            return "" if is_missing(value) else str(value)

        value, decimals = row.get("obs_value"), row.get("decimals")
        if is_missing(value):
            raise BriefingError(
                "这一格没有数值，不能作为数据来源。",
                file=word("file"),
                sheet=word("sheet"),
                cell=word("cell"),
                remedy="缺数请用 Missing 说明原因，不要用数值代替。",
            )
        indicator, area = word("indicator"), word("ref_area")
        return cls(
            indicator=indicator,
            name_zh=(names or {}).get(indicator) or word("row_label_path") or indicator,
            ref_area=area,
            area_name=(areas or {}).get(area, area),
            measure=word("measure"),
            time_period=word("time_period"),
            obs_value=float(str(value)),
            decimals=None if is_missing(decimals) else int(str(decimals)),
            unit=word("unit"),
            file=word("file"),
            sheet=word("sheet"),
            cell=word("cell"),
            sha256=word("sha256"),
            obs_status=word("obs_status"),
            vintage=word("vintage"),
            conf_tier=word("conf_tier"),
            issuer=word("issuer"),
            source_title=word("source_title"),
            transcribed=word("transcribed") in {"True", "1"},
            price_base=word("price_base"),
            scope=word("scope"),
            comment=word("comment_obs"),
            published_value=word("published_value"),
            correction=word("correction"),
        )

    @property
    def place(self) -> str:
        """The address ``file › sheet › cell``."""
        return " › ".join(part for part in (self.file, self.sheet, self.cell) if part)

    @property
    def correction_note(self) -> str:
        """Both values and the reason, if the figure was corrected; else ""."""
        if not self.correction:
            return ""
        row = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return note_of({**row, "row_label_path": self.name_zh})

    @property
    def status(self) -> str:
        """The status in one Chinese word, empty if unknown."""
        return STATUS_WORDS.get(self.obs_status, self.obs_status)


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula over other numbers of the same table.

    Parameters
    ----------
    template : str
        An Excel expression without ``=`` in which ``{0}``, ``{1}`` stand for the inputs: ``"{0}-{1}"``.
    inputs : tuple of (int, int)
        Row and column of each input within the table, counted from 0.
    """

    template: str
    inputs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number that will be printed.

    A published one has no other digits than its source: where the source was corrected, those to be used, and both
    values are told with it. Our own arithmetic on a corrected figure says so in its derivation.

    Parameters
    ----------
    value : float
        The number in ``unit``; our own arithmetic is kept unrounded.
    decimals : int
        Decimals to print.
    unit : str
        Chinese unit, ``""`` for a pure number.
    sources : tuple of Source
        One for a published number, all inputs for our own arithmetic.
    derivation : str, optional
        The formula of our own arithmetic in Chinese; empty for a published number.
    low, high : float, optional
        The interval that follows from the rounding of the inputs.
    status : str, optional
        初步, 修订, 最终, 预计 …; taken from the sources if they agree.
    suspect : str, optional
        Why the number should be doubted; it is then printed with ※ and the reason beneath the table.
    period, label : str, optional
        What the number is about, if the table's headings and the sources do not say it.
    prefix, suffix : str, optional
        Words printed with the number, such as 左右 or 以上.
    formula : Formula, optional
        Written into the Excel cell as a live formula with ``value`` as its cached result.

    Raises
    ------
    BriefingError
        The number has no origin, is not finite, or differs from the source that it claims to copy.
    """

    value: float
    decimals: int
    unit: str = ""
    sources: tuple[Source, ...] = ()
    derivation: str = ""
    low: float | None = None
    high: float | None = None
    status: str = ""
    suspect: str = ""
    period: str = ""
    label: str = ""
    prefix: str = ""
    suffix: str = ""
    formula: Formula | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.value) or self.decimals < 0:
            raise BriefingError(
                f"“{self.label or self.value}”不是可以印出的数。", remedy="缺数请用 Missing 说明原因。"
            )
        if not self.derivation:
            self._check_copy()
        for note in self.corrections:
            if self.derivation and note not in self.derivation:
                object.__setattr__(self, "derivation", f"{self.derivation}；其中{note}")
        if not self.status and len({source.status for source in self.sources}) == 1:
            object.__setattr__(self, "status", self.sources[0].status)
        if not self.period and len({source.time_period for source in self.sources}) == 1:
            object.__setattr__(self, "period", self.sources[0].time_period)

    def _check_copy(self) -> None:
        if not self.sources:
            raise BriefingError(
                f"数值 {self.value} 没有来源。", remedy="给出来源单元格，或写明测算公式（derivation）。"
            )
        source = self.sources[0]
        invented_digits = source.decimals is not None and self.decimals > source.decimals
        if self.value != source.obs_value or invented_digits:
            raise BriefingError(
                f"印出的数 {self.text()} 与来源的数 {source.obs_value} 不一致。",
                file=source.file,
                sheet=source.sheet,
                cell=source.cell,
                remedy="照原样转录，或把换算公式写入 derivation。",
            )

    @classmethod
    def published(cls, source: Source, *, suspect: str = "", prefix: str = "", suffix: str = "") -> Figure:
        """Copy a published number with its decimals, unit and status."""
        decimals = source.decimals
        if decimals is None:
            decimals = max(0, -int(Decimal(f"{source.obs_value:.15g}").normalize().as_tuple().exponent))
        return cls(
            value=source.obs_value,
            decimals=decimals,
            unit=source.unit,
            sources=(source,),
            suspect=suspect,
            prefix=prefix,
            suffix=suffix,
        )

    @property
    def corrections(self) -> tuple[str, ...]:
        """Both values and the reason for each corrected figure that the number is, or is made of."""
        notes = (source.correction_note for source in self.sources)
        return tuple(dict.fromkeys(note for note in notes if note))

    @property
    def mark(self) -> str:
        """The sign printed behind the number, explained beneath the table; "" for most."""
        return "※" if self.suspect or self.corrections else ""

    @property
    def derived(self) -> bool:
        """True if the number is our own arithmetic."""
        return bool(self.derivation)

    @property
    def rounded(self) -> Decimal:
        """The number as printed, without its words."""
        return round_half_up(self.value, self.decimals)

    def text(self, *, unit: bool = False, sign: bool = False) -> str:
        """Return the number as printed.

        Parameters
        ----------
        unit : bool, optional
            Append the unit.
        sign : bool, optional
            Print a plus before a positive number.
        """
        rounded = self.rounded
        plus = "+" if sign and rounded > 0 else ""
        return f"{self.prefix}{plus}{rounded}{self.unit if unit else ''}{self.suffix}"

    def interval_text(self) -> str:
        """Return ``[low, high]`` with one more decimal than printed, or an empty text."""
        if self.low is None or self.high is None:
            return ""
        return (
            f"[{round_half_up(self.low, self.decimals + 1)}, {round_half_up(self.high, self.decimals + 1)}]"
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that nobody published.

    Parameters
    ----------
    reason : str, optional
        A short reason, printed in place of the number: never blank, never 0.
    detail : str, optional
        A longer explanation, shown on hovering and on the page of explanations.
    correction : str, optional
        What was published and why it is not used, where an analyst has left it out; printed beneath the table.
    """

    reason: str = "未公布"
    detail: str = ""
    correction: str = ""

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise BriefingError("缺数必须写明原因。", remedy='例如 Missing("未公布")。')

    @property
    def is_gap(self) -> bool:
        """True if a number could stand here; a mere dash says that none belongs here."""
        return any(sign.isalnum() for sign in self.reason)


Cell = str | Figure | Missing
