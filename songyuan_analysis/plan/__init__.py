"""The plan register and the progress against it."""

from songyuan_analysis.plan.commitment import BaseFigure, Commitment
from songyuan_analysis.plan.register import Plan, load_plan

__all__ = ["BaseFigure", "Commitment", "Plan", "load_plan"]
