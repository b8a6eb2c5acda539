"""Statistics-bureau workbooks of Songyuan (松原市) into tidy, traceable figures, set against the plan.

The names below are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "SongyuanError": "songyuan_analysis.errors",
    "read_workbook": "songyuan_analysis.sheets",
    "read_workbooks": "songyuan_analysis.sheets",
    "explain": "songyuan_analysis.sheets",
    "diff": "songyuan_analysis.sheets",
    "load_observations": "songyuan_analysis.observations.store",
    "load_breaks": "songyuan_analysis.observations.breaks",
    "load_corrections": "songyuan_analysis.observations.corrections",
    "audit": "songyuan_analysis.checks.run",
    "revisions": "songyuan_analysis.observations.revisions",
    "sql": "songyuan_analysis.observations.questions",
    "triangle": "songyuan_analysis.observations.revisions",
    "write_export": "songyuan_analysis.observations.export",
    "load_plan": "songyuan_analysis.plan",
    "open_view": "songyuan_analysis.briefing.view",
    "build": "songyuan_analysis.pipeline",
}

__all__ = [
    "SongyuanError",
    "__version__",
    "audit",
    "build",
    "diff",
    "explain",
    "load_breaks",
    "load_corrections",
    "load_observations",
    "load_plan",
    "open_view",
    "read_workbook",
    "read_workbooks",
    "revisions",
    "sql",
    "triangle",
    "write_export",
]

if TYPE_CHECKING:
    from songyuan_analysis.briefing.view import open_view
    from songyuan_analysis.checks.run import audit
    from songyuan_analysis.errors import SongyuanError
    from songyuan_analysis.observations.breaks import load_breaks
    from songyuan_analysis.observations.corrections import load_corrections
    from songyuan_analysis.observations.export import write_export
    from songyuan_analysis.observations.questions import sql
    from songyuan_analysis.observations.revisions import revisions, triangle
    from songyuan_analysis.observations.store import load_observations
    from songyuan_analysis.pipeline import build
    from songyuan_analysis.plan import load_plan
    from songyuan_analysis.sheets import diff, explain, read_workbook, read_workbooks


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
