"""Our own arithmetic on printed figures: every result names its formula and keeps its inputs."""

from __future__ import annotations

from songyuan_analysis.briefing.figure import Figure, Formula, Missing, Source
from songyuan_analysis.methods.growth import base_level

Maybe = Figure | Missing

OWN = "本报告测算"


def _sources(*figures: Figure) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for figure in figures for source in figure.sources))


def _missing(*cells: Maybe) -> Missing | None:
    return next((cell for cell in cells if isinstance(cell, Missing)), None)


def half_unit(figure: Figure) -> float:
    """Return half a unit of the last printed digit: how far the true value may be away.

    A target is what it says: nobody rounded it.
    """
    if figure.sources and all(source.measure == "target" for source in figure.sources):
        return 0.0
    return 0.5 * 10.0**-figure.decimals


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
    value = a.value - b.value
    margin = half_unit(a) + half_unit(b)
    return Figure(
        value=value,
        decimals=max(a.decimals, b.decimals),
        unit=unit,
        sources=_sources(a, b),
        derivation=f"{what}（{OWN}）",
        low=value - margin,
        high=value + margin,
        formula=formula,
    )


def ratio(a: Maybe, b: Maybe, *, what: str, decimals: int = 1, formula: Formula | None = None) -> Maybe:
    """Divide two figures of one unit and give the result in %."""
    gap = _missing(a, b)
    if gap or not isinstance(a, Figure) or not isinstance(b, Figure):
        return gap or Missing()
    low = (a.value - half_unit(a)) / (b.value + half_unit(b))
    high = (a.value + half_unit(a)) / (b.value - half_unit(b))
    return Figure(
        value=a.value / b.value * 100,
        decimals=decimals,
        unit="%",
        sources=_sources(a, b),
        derivation=f"{what}（{OWN}）",
        low=low * 100,
        high=high * 100,
        formula=formula,
    )


def pull(part: Maybe, part_growth: Maybe, parts: list[tuple[Maybe, Maybe]], *, what: str) -> Maybe:
    """Return the approximate pull of one part on the growth of the whole, in percentage points.

    The base of every part is taken back from its level and its growth, C = Y / (1 + g); the pull is the part's
    increment over the sum of the bases. Weights are current prices of the year, so that the pulls do not add
    up to the published growth exactly; the rest is shown, not spread.
    """
    cells = [cell for pair in parts for cell in pair]
    pairs = [(a, b) for a, b in parts if isinstance(a, Figure) and isinstance(b, Figure)]
    if isinstance(part, Missing) or isinstance(part_growth, Missing) or len(pairs) < len(parts):
        return _missing(part, part_growth, *cells) or Missing()
    figures = [cell for pair in pairs for cell in pair]
    base = sum(base_level(a.value, b.value) for a, b in pairs)
    own = base_level(part.value, part_growth.value)
    return Figure(
        value=(part.value - own) / base * 100,
        decimals=2,
        unit="百分点",
        sources=_sources(part, part_growth, *figures),
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
