"""Drawing small whole numbers quickly: all that the strategies are made of."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st


@cache
def _integers(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)


def below(draw: st.DrawFn, stop: int, least: int = 0) -> int:
    """A whole number from `least` up to before `stop`; it shrinks towards `least`."""
    return draw(_integers(least, stop - 1))


def pick(draw: st.DrawFn, choices: tuple[Any, ...]) -> Any:
    """One of some choices; it shrinks towards the first."""
    return choices[below(draw, len(choices))]


def rarely(draw: st.DrawFn, of: int = 4) -> bool:
    """True once in so many times."""
    return below(draw, of) == of - 1
