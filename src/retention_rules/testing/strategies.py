"""Hypothesis strategies: rulebooks, histories aimed at them, and whole questions."""

from retention_rules.testing.evaluations import Evaluation, Evaluator, evaluations
from retention_rules.testing.histories import histories
from retention_rules.testing.places import PLACES, STEADY, Place
from retention_rules.testing.rulebooks import rulebooks

__all__ = [
    "PLACES",
    "STEADY",
    "Evaluation",
    "Evaluator",
    "Place",
    "evaluations",
    "histories",
    "rulebooks",
]
