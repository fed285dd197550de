"""Evaluation: a rulebook, events and an instant in; findings out."""

from retention_rules.evaluation.monitor import Monitor, evaluate

__all__ = ["Monitor", "evaluate"]
