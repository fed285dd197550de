"""Tools for testing rules and evaluators: Hypothesis strategies, and the laws as functions."""

from retention_rules.testing import laws
from retention_rules.testing.strategies import (
    PLACES,
    STEADY,
    Evaluation,
    Place,
    evaluations,
    histories,
    rulebooks,
)

__all__ = [
    "PLACES",
    "STEADY",
    "Evaluation",
    "Place",
    "evaluations",
    "histories",
    "laws",
    "rulebooks",
]
