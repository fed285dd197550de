"""Tools for testing rules and evaluators: Hypothesis strategies, the laws, worked timelines.

Strategies and laws need the extra ``testing``. `retention_rules.testing.timelines` does not: it
needs the extra ``yaml``.
"""

try:
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
except ModuleNotFoundError as missing:
    if missing.name != "hypothesis":
        raise

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
