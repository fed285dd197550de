"""The rulebooks that the laws are tried on, and samples of questions."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from retention_rules.rulebook import Rulebook
from retention_rules.testing import Evaluation, evaluations

T = TypeVar("T")


def built_in() -> Rulebook:
    from retention_rules.practices import handbook

    return handbook()


BOOKS: dict[str, Callable[[], Rulebook | None]] = {"drawn": lambda: None, "handbook": built_in}
CONCLUDING = "concluding"
"""Drawn rulebooks that all conclude something, for the laws that conclusions make harder."""


def asked_of(book: str, **options: object) -> st.SearchStrategy[Evaluation]:
    if book == CONCLUDING:
        return evaluations(concluding=True, **options)
    return evaluations(BOOKS[book](), **options)


def sample(strategy: st.SearchStrategy[T], number: int, start: int = 0) -> list[T]:
    """Values of a strategy, others for each start.

    They come in runs of 25, since Hypothesis mostly varies what it has drawn in the same run.
    """
    found: list[T] = []

    @settings(
        max_examples=25,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def take(value: T) -> None:
        found.append(value)

    for run in range(number // 25):
        seed(1_000 * start + run)(take)()
    return found[:number]
