"""CPU time of several candidates, in turn, and what it comes to."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple, TypeAlias, TypeVar

Candidate: TypeAlias = Callable[[], float]
"""Does the work once and returns the CPU seconds that it took."""
T = TypeVar("T")


class Different(Exception):
    """Two candidates do not give the same answers, so that their speeds mean nothing."""


class Cost(NamedTuple):
    """What some work took once, in seconds."""

    wall: float
    cpu: float


def timed(work: Callable[[], Any]) -> Candidate:
    """The CPU time of some work in this process, garbage of before not counted."""

    def run() -> float:
        gc.collect()
        start = time.process_time()
        result = work()
        took = time.process_time() - start
        del result
        return took

    return run


def clocked(work: Callable[[], Any]) -> Callable[[], Cost]:
    """The same by both clocks, for work that several threads may do."""

    def run() -> Cost:
        gc.collect()
        begun, used = time.perf_counter(), time.process_time()
        result = work()
        took = Cost(time.perf_counter() - begun, time.process_time() - used)
        del result
        return took

    return run


def rounds(candidates: Mapping[str, Callable[[], T]], times: int) -> dict[str, list[T]]:
    """Run all candidates `times` times, interleaved, each round begun by another one."""
    took: dict[str, list[T]] = {name: [] for name in candidates}
    names = list(candidates)
    for number in range(times):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            took[name].append(candidates[name]())
    return took


def ratios(took: Sequence[float], base: Sequence[float]) -> list[float]:
    """How many times as long as another candidate, round by round."""
    return [one / other for one, other in zip(took, base, strict=True)]


def spread(values: Sequence[float], form: str = ",.0f") -> str:
    """Median, and least to greatest."""
    low, high = min(values), max(values)
    return f"{median(values):{form}} ({low:{form}} to {high:{form}})"


def table(title: str, head: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Print lines under a head; the first column is text, the others are figures."""
    widths = [max(len(line[place]) for line in (head, *lines)) for place in range(len(head))]
    print(f"\n{title}")
    for line in (head, ["-" * width for width in widths], *lines):
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("  " + "  ".join(cells).rstrip())
    sys.stdout.flush()
