"""One tree of errors; each names file › sheet › cell, the rule that was broken, and what to do about it.

The texts are read by analysts and are therefore Chinese; class names and attributes are for code.
"""

from __future__ import annotations


class SongyuanError(Exception):
    """Base of every error that this package raises on purpose.

    Parameters
    ----------
    message : str
        What is wrong, in one Chinese sentence.
    file, sheet, cell : str, optional
        Where it is wrong; as much of the address as is known.
    remedy : str, optional
        What the reader of the message can do about it.

    Attributes
    ----------
    rule : str
        A stable English name of the broken rule, for logs and tests.
    exit_code : int
        What the command line returns: 2 for bad input or usage.
    """

    rule = "general"
    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        sheet: str = "",
        cell: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = str(file)
        self.sheet = str(sheet)
        self.cell = str(cell)
        self.remedy = remedy

    @property
    def place(self) -> str:
        """The address ``file › sheet › cell``, as far as it is known."""
        return " › ".join(part for part in (self.file, self.sheet, self.cell) if part)

    def to_dict(self) -> dict[str, str]:
        """Return the error as plain data, for JSON and for tables of errors."""
        return {
            "rule": self.rule,
            "message": self.message,
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "remedy": self.remedy,
        }

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders by pickle, which would lose keyword-only arguments.
        return _rebuild, (type(self), self.message, self.file, self.sheet, self.cell, self.remedy)

    def __str__(self) -> str:
        text = f"{self.place}：{self.message}" if self.place else self.message
        return f"{text} 处理办法：{self.remedy}" if self.remedy else text


def _rebuild(
    kind: type[SongyuanError], message: str, file: str, sheet: str, cell: str, remedy: str
) -> SongyuanError:
    return kind(message, file=file, sheet=sheet, cell=cell, remedy=remedy)


class UsageError(SongyuanError):
    """The command or function was asked for something that it does not offer."""

    rule = "usage"


# --- reading workbooks -------------------------------------------------------------------------


class WorkbookError(SongyuanError):
    """A file cannot be read as a workbook with tables."""

    rule = "workbook"


class NotAWorkbookError(WorkbookError):
    """The first bytes belong to none of the known containers."""

    rule = "not-a-workbook"


class EmptyFileError(WorkbookError):
    """The file has no bytes, or no cell with content."""

    rule = "empty-file"


class EncryptedWorkbookError(WorkbookError):
    """The workbook is protected by a password."""

    rule = "encrypted-workbook"


class DamagedWorkbookError(WorkbookError):
    """The container is recognised but its content cannot be read."""

    rule = "damaged-workbook"


class StrayCellError(WorkbookError):
    """Cells far away from everything stretch a sheet beyond what memory holds."""

    rule = "stray-cell"


class NoTableError(WorkbookError):
    """No sheet of the workbook holds a table of numbers."""

    rule = "no-table"


class OverrideError(SongyuanError):
    """A ``NAME.layout.toml`` has a mistake, or was written for another state of its workbook."""

    rule = "layout-override"


# --- words with a closed grammar ---------------------------------------------------------------


class PeriodError(SongyuanError):
    """A text is not a period."""

    rule = "period"


class UnitError(SongyuanError):
    """A text is not a known unit, or a unit does not fit what it is used for."""

    rule = "unit"


# --- cards, catalogue, store -------------------------------------------------------------------


class SourceCardError(SongyuanError):
    """A ``NAME.source.toml`` is missing, malformed, or does not match its workbook."""

    rule = "source-card"


class CatalogueError(SongyuanError):
    """The catalogue of indicators or areas contradicts itself."""

    rule = "catalogue"


class CorrectionError(SongyuanError):
    """The register of corrections has a mistake, or one of its entries does not apply any more."""

    rule = "correction"


class StoreError(SongyuanError):
    """The processed data are missing, stale or unreadable."""

    rule = "store"


class SchemaError(SongyuanError):
    """A frame is not a frame of observations."""

    rule = "schema"


class PlanError(SongyuanError):
    """The plan register has a mistake."""

    rule = "plan"


class PlanWarning(UserWarning):
    """A target of a plan register is hard to believe; it is used as written."""


class LightsError(SongyuanError):
    """A file of rules for traffic lights has a mistake."""

    rule = "lights"


# --- briefing ----------------------------------------------------------------------------------


class BriefingError(SongyuanError):
    """A briefing contradicts itself (a number without origin, a ragged table), or cannot be written."""

    rule = "briefing"


# --- refusals: arithmetic that the figures do not allow -----------------------------------------


class ComparabilityError(SongyuanError):
    """Two figures must not be combined; the message names both cells and what would be allowed."""

    rule = "comparability"


class VintageMismatchError(ComparabilityError):
    """The figures belong to different vintages, or a known break lies between them."""

    rule = "vintage-mismatch"


class PriceBaseMismatchError(ComparabilityError):
    """The figures are in different prices."""

    rule = "price-base-mismatch"


class ScopeMismatchError(ComparabilityError):
    """The figures have different scopes (for instance energy with and without feedstock)."""

    rule = "scope-mismatch"


class AccumulationMismatchError(ComparabilityError):
    """A cumulative figure meets one of a single period, or the spans differ."""

    rule = "accumulation-mismatch"


class UnknownBaseError(ComparabilityError):
    """Growth is published on a comparable base that the published levels do not show."""

    rule = "unknown-base"


class UnitMismatchError(ComparabilityError):
    """The figures have units of different dimensions."""

    rule = "unit-mismatch"


class DenominatorMismatchError(UnitMismatchError):
    """The figures are per head, and the heads were counted in another way (registered, then resident)."""

    rule = "denominator-mismatch"


class SeriesGapError(ComparabilityError):
    """Periods are missing from a series that must run without gaps, or stand in it twice."""

    rule = "series-gap"


class SampleTooSmallError(ComparabilityError):
    """There are too few years to say anything from experience."""

    rule = "sample-too-small"
