"""Evaluation: a rulebook, events and an instant in; findings out."""

from retention_rules.evaluation.at_once import evaluate
from retention_rules.evaluation.monitor import Monitor

__all__ = ["Monitor", "evaluate"]
