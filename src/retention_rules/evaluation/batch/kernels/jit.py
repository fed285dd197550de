"""The one place that compiles: Numba, with what it made kept for the next process.

Each function is compiled in one way only: a serial and a parallel build of one function would share
an entry of the cache, and the wrong one might run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The function as machine code, for one thread."""
    return numba.njit(cache=True)(function)  # type: ignore[no-any-return]


def parallel(function: F) -> F:
    """The function as machine code, its `prange` loops spread over threads."""
    return numba.njit(cache=True, parallel=True)(function)  # type: ignore[no-any-return]
