"""A story to try things on: a small maker of bread ovens in Shanghai and Berlin, and its customers.

``events.csv`` and ``customers.jsonl`` lie beside this file; `AS_OF` is the morning of the story.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

AS_OF = "2026-03-12T09:00+01:00"
"""Thursday, 12 March 2026: nine in the morning in Berlin, four in the afternoon in Shanghai."""

FILES = ("events.csv", "customers.jsonl")


def story() -> dict[str, Traversable]:
    """The files of the story by their names.

    >>> sorted(story())
    ['customers.jsonl', 'events.csv']
    """
    here = files(__name__)
    return {name: here / name for name in FILES}
