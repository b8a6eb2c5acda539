"""Runs the rules: what each finds, without what a graver finding has explained, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import pandas as pd

from songyuan_analysis.checks.finding import COLUMNS, SEVERITIES, Address, Finding, Hit, Rule, places
from songyuan_analysis.checks.material import Material
from songyuan_analysis.checks.rules import RULES
from songyuan_analysis.checks.series import spikes
from songyuan_analysis.observations.breaks import Break
from songyuan_analysis.observations.catalogue import Catalogue


def audit(
    observations: pd.DataFrame,
    breaks: Sequence[Break] = (),
    *,
    rules: Sequence[Rule] = RULES,
    words: Catalogue | None = None,
) -> pd.DataFrame:
    """Run every check over observations of all vintages.

    Parameters
    ----------
    observations : DataFrame
        As `load_observations(..., vintages="all")` returns them.
    breaks : sequence of Break
        Known breaks; no growth across them is held against the figures.
    rules : sequence of Rule
        Other rules than all.
    words : Catalogue, optional
        Another catalogue than the shipped one.

    Returns
    -------
    DataFrame
        One row a finding, what to do first on top: by severity, then in the order of the rules, then by size.
        A finding that another one explains (a wrong level makes the growth from it wrong) is left out.
    """
    material = Material(observations, breaks, words)
    hits = {rule.name: list(rule.check(material)) for rule in rules}
    accused: dict[str, set[Address]] = {
        name: {cell for hit in found for cell in hit.suspects()} for name, found in hits.items()
    }
    findings: list[tuple[tuple[object, ...], Finding]] = []
    for number, rule in enumerate(rules):
        explained = set().union(*(accused.get(name, set()) for name in rule.yields_to))
        for hit in _not_explained(hits[rule.name], explained):
            finding = _finding(material, rule, hit)
            order = (SEVERITIES.index(finding.severity), number, -hit.weight)
            findings.append(((*order, finding.ref_area, finding.indicator, finding.time_period), finding))
    findings.sort(key=lambda pair: pair[0])
    return pd.DataFrame([asdict(f) for _, f in findings], columns=list(COLUMNS)).astype("str")


def suspects(observations: pd.DataFrame, breaks: Sequence[Break] = ()) -> dict[Address, str]:
    """Return the levels that should be doubted, by address, with the reason."""
    material = Material(observations, breaks)
    named = ((hit, _named(material, hit)) for hit in spikes(material))
    return {next(iter(hit.suspects())): message for hit, message in named}


def _not_explained(hits: list[Hit], explained: set[Address]) -> Iterator[Hit]:
    for hit in hits:
        if not explained & hit.cells():
            yield hit


def _finding(material: Material, rule: Rule, hit: Hit) -> Finding:
    row = hit.row
    where = {key: str(row[key]) for key in ("ref_area", "indicator", "time_period", "file", "sheet", "cell")}
    return Finding(
        rule=rule.name,
        title=rule.title,
        severity=hit.severity or rule.severity,
        message=_named(material, hit),
        evidence=places((row, *hit.evidence)),
        remedy=hit.remedy or rule.remedy,
        **where,
    )


def _named(material: Material, hit: Hit) -> str:
    area = str(hit.row["ref_area"])
    return f"{material.area_name(area)}：{hit.message}" if area and not hit.names_area else hit.message
