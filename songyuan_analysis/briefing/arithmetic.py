"""Figures through the formulas of `songyuan_analysis.methods`: every result names its formula and keeps its inputs.

Nothing is computed here: a method's formula is carried through the intervals of the printed inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from songyuan_analysis.briefing.figure import Figure, Formula, Missing, Source
from songyuan_analysis.methods import growth
from songyuan_analysis.methods.completion import share_of
from songyuan_analysis.methods.contribution import pulls_of_parts
from songyuan_analysis.methods.precision import Interval, propagate

Maybe = Figure | Missing
# Level and growth of one part of a total.
Part = tuple[Maybe, Maybe]

OWN = "本报告测算"


def _sources(*figures: Figure) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for figure in figures for source in figure.sources))


def _missing(*cells: Maybe) -> Missing | None:
    return next((cell for cell in cells if isinstance(cell, Missing)), None)


def interval_of(figure: Figure) -> Interval:
    """Return what a figure stands for: the interval of its print, or the one that our own arithmetic gave it.

    A target is what it says: nobody rounded it. A figure that is shown with fewer decimals than its source has is as
    precise as its source.
    """
    if figure.sources and all(source.measure == "target" for source in figure.sources):
        return Interval.exact(figure.value)
    if figure.low is not None and figure.high is not None:
        return Interval(figure.low, figure.value, figure.high)
    shown = figure.sources[0].decimals if figure.sources and not figure.derived else None
    return Interval.from_printed(figure.value, figure.decimals if shown is None else shown)


def difference(
    a: Maybe, b: Maybe, *, what: str, unit: str = "百分点", formula: Formula | None = None
) -> Maybe:
    """Subtract two figures; the interval follows from their printed decimals.

    Parameters
    ----------
    a, b : Figure or Missing
        If either is missing, so is the difference, for the same reason.
    what : str
        The formula in words, such as 松原增速−全省增速.
    formula : Formula, optional
        The same as a live formula of the table.
    """
    gap = _missing(a, b)
    if gap or not isinstance(a, Figure) or not isinstance(b, Figure):
        return gap or Missing()
    found = propagate(growth.difference, interval_of(a), interval_of(b))
    return _own(found, (a, b), max(a.decimals, b.decimals), unit, what, formula)


def ratio(a: Maybe, b: Maybe, *, what: str, decimals: int = 1, formula: Formula | None = None) -> Maybe:
    """Divide two figures of one unit and give the result in %; over what may be zero there is none."""
    gap = _missing(a, b)
    if gap or not isinstance(a, Figure) or not isinstance(b, Figure):
        return gap or Missing()
    below = interval_of(b)
    if below.contains(0.0):
        return Missing("不能相除", "除数印出的精度含零")
    found = propagate(lambda x, y: float(share_of(x, y)), interval_of(a), below)
    return _own(found, (a, b), decimals, "%", what, formula)


def pull(parts: Sequence[Part], at: int, *, what: str) -> Maybe:
    """Return the approximate pull of one part on the growth of the whole, in percentage points.

    Formula: `songyuan_analysis.methods.contribution.pulls_of_parts`. Weights are current prices of the year, so that
    the pulls do not add up to the published growth exactly; the rest is shown, not spread.

    Parameters
    ----------
    parts : sequence of (level, growth)
        All parts of the whole; if a cell is missing, so is the pull, for the same reason.
    at : int
        Which of them.
    what : str
        The formula in words.
    """
    return _of_parts(parts, lambda *pulls: pulls[at], what, "百分点", first=parts[at])


def pulls_together(parts: Sequence[Part], *, what: str, unit: str = "个百分点") -> Maybe:
    """Return the sum of the approximate pulls of all parts: the growth of the whole that they imply."""
    return _of_parts(parts, lambda *pulls: sum(pulls), what, unit)


def naive_growth(now: Figure, before: Figure, *, what: str) -> Figure:
    """Return what the division of two levels gives that must not be divided; it has no interval, for it means nothing."""
    return Figure(
        value=growth.rate(now.value, before.value),
        decimals=1,
        unit="%",
        sources=(*now.sources, *before.sources),
        derivation=f"{what}（{OWN}）",
    )


def fall(figure: Figure) -> Figure:
    """Return a fall as it is said in words: 下降0.7%, not −0.7%."""
    if figure.value >= 0:
        return figure
    return Figure(
        value=-figure.value,
        decimals=figure.decimals,
        unit=figure.unit,
        sources=figure.sources,
        derivation=figure.derivation or "原数为负，文字写作下降",
        status=figure.status,
        suspect=figure.suspect,
    )


def _own(
    found: Interval, inputs: Sequence[Figure], decimals: int, unit: str, what: str, formula: Formula | None = None
) -> Figure:  # fmt: skip
    return Figure(
        value=found.mid,
        decimals=decimals,
        unit=unit,
        sources=_sources(*inputs),
        derivation=f"{what}（{OWN}）",
        low=found.low,
        high=found.high,
        formula=formula,
    )


def _of_parts(
    parts: Sequence[Part], taken: Callable[..., float], what: str, unit: str, first: Sequence[Maybe] = ()
) -> Maybe:
    """Carry levels and growth of all parts through their pulls; the part asked for comes first among the sources."""
    cells = [*first, *(cell for pair in parts for cell in pair)]
    figures = [cell for cell in cells if isinstance(cell, Figure)]
    if len(figures) < len(cells):
        return _missing(*cells) or Missing()
    count = len(parts)
    levels, rates = zip(*parts, strict=True)
    inputs = [interval_of(cell) for cell in (*levels, *rates) if isinstance(cell, Figure)]
    found = propagate(lambda *x: float(taken(*pulls_of_parts(x[:count], x[count:]))), *inputs)
    return _own(found, figures, 2, unit, what)
