"""`python -m bench batch`: the batch evaluator beside the same rules by hand, and beside a sort."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from bench import columns
from bench.timing import spread, table

CANDIDATES: Mapping[str, Callable[[columns.Table], Callable[[], Any]]] = {
    "this library": columns.ours,
    "Polars, join_asof by rule": columns.polars,
    "DuckDB, ASOF join by rule": columns.duckdb,
    "NumPy, bisection": columns.numpy,
    "plain Python": columns.python,
}
FLOORS: Mapping[str, Callable[[columns.Table], Callable[[], Any]]] = {
    "Polars' sort alone": columns.polars_sort,
    "DuckDB's sort alone": columns.duckdb_sort,
}
_AGENDA = "this library, the agenda alone"
PARTIAL: Mapping[str, Callable[[columns.Table], Callable[[], Any]]] = {_AGENDA: columns.our_agenda}
"""What answers less than all, and is told beside the floors."""
SLOW = {"NumPy, bisection": 2_000_000, "plain Python": 200_000}
"""The most events that a candidate is given."""
_MEGABYTE = 1024
_BEST = ("Polars, join_asof by rule", "DuckDB, ASOF join by rule")


def main(sizes: Sequence[int], times: int) -> str | None:
    """Measure at each size; what differs, if answers do."""
    for size in sizes:
        events = columns.generate(size)
        works = {
            name: make(events)
            for name, make in {**CANDIDATES, **PARTIAL, **FLOORS}.items()
            if size <= SLOW.get(name, size)
        }
        answers = {
            name: columns.digest(columns.plain(work()))
            for name, work in works.items()
            if name in CANDIDATES
        }
        first = answers["this library"]
        for name, answer in answers.items():
            if answer != first:
                return f"this library: {first}\n{name}: {answer}"
        live, agenda = columns.live(columns.plain(works["this library"]())), works[_AGENDA]()
        if len(agenda) != live:
            return f"{_AGENDA}: {len(agenda)} rows, not {live}"
        wall: dict[str, list[float]] = {name: [] for name in works}
        cpu: dict[str, list[float]] = {name: [] for name in works}
        for number in range(times):
            names = list(works)
            shift = number % len(names)
            for name in names[shift:] + names[:shift]:
                gc.collect()
                begun, used = time.perf_counter(), time.process_time()
                found = works[name]()
                wall[name].append(time.perf_counter() - begun)
                cpu[name].append(time.process_time() - used)
                del found
        _show(size, first, wall, cpu)
    return None


def _show(
    size: int,
    answer: tuple[int, tuple[int, ...], int],
    wall: Mapping[str, list[float]],
    cpu: Mapping[str, list[float]],
) -> None:
    lines = []
    for name, seconds in wall.items():
        beside = [
            spread([one / other for one, other in zip(took[name], took[base], strict=True)], ".2f")
            for took, base in ((wall, "Polars' sort alone"), (cpu, "DuckDB's sort alone"))
        ]
        lines.append([name, spread(seconds, ".3f"), spread(cpu[name], ".3f"), *beside])
    title = f"12 rules, {size:,} events, {answer[0]:,} obligations, equal: " + ", ".join(
        f"{s} {n:,}" for s, n in zip(columns.STATUSES, answer[1], strict=True)
    )
    head = ("", "wall s", "CPU s", "wall × Polars' sort", "CPU × DuckDB's sort")
    table(title, head, lines)
    best = min(_BEST, key=lambda name: median(wall[name]))
    ratio = [a / b for a, b in zip(wall["this library"], wall[best], strict=True)]
    print(f"  this library beside {best}: {spread(ratio, '.2f')} of its wall time")


def whole_handbook(size: int, times: int) -> str | None:
    """The handbook over a frame, beside `evaluate` over objects; what differs, if answers do."""
    import pyarrow as pa

    from bench.timing import rounds, timed
    from bench.world import customers, events, world
    from retention_rules import evaluate
    from retention_rules.evaluation.batch import evaluate_frame
    from retention_rules.practices import handbook

    book, given = handbook(), world(size)
    rows, happened, known = given.rows, events(given), customers(given)
    fields = sorted({name for row in rows for name in row.data})
    frame = pa.table(
        {
            "id": [row.id for row in rows],
            "kind": [row.kind for row in rows],
            "customer": [row.customer for row in rows],
            "occurred_at": pa.array([row.at for row in rows], pa.timestamp("us", "UTC")),
            **{name: pa.array([row.data.get(name) for row in rows]) for name in fields},
        }
    )
    people = pa.table(
        {
            "id": list(given.zones),
            "zone": list(given.zones.values()),
            "kind": [given.kinds[name] for name in given.zones],
        }
    )

    def ours() -> Any:
        return evaluate_frame(book, frame, as_of=given.as_of, customers=people)

    def theirs() -> Any:
        return list(evaluate(book, happened, as_of=given.as_of, customers=known))

    found, expected = ours(), {one.key: one for one in theirs()}
    mine = {one.key: one for one in found.findings()}
    differing = [key for key in mine.keys() | expected if mine.get(key) != expected.get(key)]
    if differing:
        return f"{len(differing)} findings, such as `{min(differing)}`"
    took = rounds({"evaluate_frame": timed(ours), "evaluate": timed(theirs)}, times)
    lines = [
        [
            name,
            spread(seconds, ".2f"),
            spread([a / b for a, b in zip(seconds, took["evaluate"], strict=True)], ".2f"),
        ]
        for name, seconds in took.items()
    ]
    asked = sum(one["customers"] for one in found.share)
    taken = sum(one["kernel"] for one in found.share)
    table(
        f"Whole handbook, {size:,} events, {len(mine):,} findings, equal; the kernel took "
        f"{taken / asked:.1%} of rules and customers, {sum(p.size for p in found.parts):,} of them",
        ("", "CPU s", "× evaluate"),
        lines,
    )
    return None


def memory(size: int, name: str) -> float:
    """The most memory that a candidate takes beyond the events, in MB, in a process of its own."""
    code = (
        "import resource, sys\n"
        "from bench import batch, columns\n"
        f"events = columns.generate({size})\n"
        f"work = {{**batch.CANDIDATES, **batch.FLOORS}}[{name!r}](events)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "found = work()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(said.stdout) / _MEGABYTE


def memories(size: int) -> None:
    """Print how much memory each candidate takes."""
    names = [name for name in (*CANDIDATES, *FLOORS) if size <= SLOW.get(name, size)]
    found = [(name, memory(size, name)) for name in names]
    table(
        f"Memory beyond the events, each in a process of its own: {size:,} events",
        ("", "MB", "bytes per event"),
        [[name, f"{mb:,.0f}", f"{mb * 1024 * _MEGABYTE / size:,.0f}"] for name, mb in found],
    )
