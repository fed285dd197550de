"""`python -m bench batch`: the batch evaluator beside the same rules by hand, and beside a sort."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

import numpy as np

from bench import columns, pairs, rete
from bench.chart import Bar, Panel
from bench.timing import Cost, Different, clocked, ratios, rounds, spread, table

OURS, AGENDA = "this library", "this library, the agenda alone"
DURABLE = "durable-rules"
POLARS_SORT, DUCKDB_SORT = "Polars' sort alone", "DuckDB's sort alone"
CANDIDATES: Mapping[str, Callable[[columns.Table], Callable[[], Any]]] = {
    OURS: columns.ours,
    "Polars, join_asof by rule": columns.polars,
    "DuckDB, ASOF join by rule": columns.duckdb,
    "NumPy, bisection": columns.numpy,
    "plain Python": columns.python,
}
FLOORS: Mapping[str, Callable[[columns.Table], Callable[[], Any]]] = {
    POLARS_SORT: columns.polars_sort,
    DUCKDB_SORT: columns.duckdb_sort,
}
PARTIAL: Mapping[str, Callable[[columns.Table], Callable[[], Any]]] = {AGENDA: columns.our_agenda}
"""What answers less than all, and is told beside the floors."""
SLOW = {"NumPy, bisection": 2_000_000, "plain Python": 200_000}
"""The most events that a candidate is given."""
_MEGABYTE = 1024
_BEST = ("Polars, join_asof by rule", "DuckDB, ASOF join by rule")


def main(size: int, times: int, python: str | None) -> Panel:
    """The twelve rules at one size, by all who can; by durable-rules too if a Python is named.

    Raises:
        Different: answers are not equal.
    """
    events = columns.generate(size)
    makers = {**CANDIDATES, **PARTIAL, **FLOORS}
    works = {n: make(events) for n, make in makers.items() if size <= SLOW.get(n, size)}
    answers = {n: columns.digest(columns.plain(works[n]())) for n in works if n in CANDIDATES}
    first = answers[OURS]
    for name, answer in answers.items():
        if answer != first:
            raise Different(f"{OURS}: {first}\n{name}: {answer}")
    live, agenda = columns.live(columns.plain(works[OURS]())), works[AGENDA]()
    if len(agenda) != live:
        raise Different(f"{AGENDA}: {len(agenda)} rows, not {live}")
    del agenda
    sizes, took = {}, rounds({name: clocked(work) for name, work in works.items()}, times)
    if python is not None and (found := _durable(events, times, python)):
        sizes[DURABLE], took[DURABLE] = found
    title = f"12 rules, {size:,} events, {first[0]:,} obligations, equal: " + ", ".join(
        f"{s} {n:,}" for s, n in zip(columns.STATUSES, first[1], strict=True)
    )
    panel = show(title, f"12 rules, {size:,} events", size, took, sizes)
    best = min(_BEST, key=lambda name: median(one.wall for one in took[name]))
    beside = [a.wall / b.wall for a, b in zip(took[OURS], took[best], strict=True)]
    print(f"  {OURS} beside {best}: {spread(beside, '.2f')} of its wall time")
    return panel


def _durable(events: columns.Table, times: int, python: str) -> tuple[int, list[Cost]] | None:
    """How many events durable-rules was asked about, and what that took."""
    customer = events["customer"]
    _, counts = np.unique(customer, return_counts=True)
    number = int(np.searchsorted(np.cumsum(counts), pairs.FEW)) + 1
    mine = np.isin(customer, np.unique(customer)[:number])
    few = {name: column[mine] for name, column in events.items()}
    few["row"] = np.arange(mine.sum())
    kinds = [columns.KINDS[code] for code in few["kind"]]
    listed = [few[name].tolist() for name in ("row", "customer", "at")]
    rows = list(zip(*listed, kinds, few["case"].tolist(), strict=True))
    given = {"what": "follow-ups", "rules": columns.RULES, "rows": rows, "as_of": columns.AS_OF}
    try:
        worker = rete.Worker(python, given)
    except rete.Missing:
        print(f"\n{DURABLE}: skipped, `{python}` has none; see bench/README.md, or use --rete")
        return None
    try:
        answer = np.array(worker.answers(), np.int64).T
        names = ("rule", "trigger", "opens", "due", "status", "ended")
        theirs = columns.digest(dict(zip(names, answer, strict=True)))
        ours = columns.digest(columns.plain(columns.ours(few)()))
        if theirs != ours:
            raise Different(f"{len(rows)} events\n{OURS}: {ours}\n{DURABLE}: {theirs}")
        return len(rows), [worker.cost() for _ in range(times)]
    except RuntimeError as problem:
        print(f"\n{DURABLE}: broke off, {problem}")
        return None
    finally:
        worker.close()


def show(
    title: str,
    short: str,
    size: int,
    took: Mapping[str, list[Cost]],
    sizes: Mapping[str, int],
) -> Panel:
    """Print what candidates took, and return it for a chart.

    Args:
        title: Above the table; `short` is for the chart.
        size: How many events there are.
        took: By candidate, both sorts among them, what each round took.
        sizes: Of whoever was asked about some of the events only, how many.
    """
    walls = {n: [c.wall / sizes.get(n, size) for c in some] for n, some in took.items()}
    cpus = {n: [c.cpu / sizes.get(n, size) for c in some] for n, some in took.items()}
    lines, bars = [], []
    for name, some in took.items():
        wall, cpu = walls[name], cpus[name]
        told = f"{name}, {sizes[name]:,} events only" if name in sizes else name
        lines.append(
            [
                told,
                spread([one.wall for one in some], ".3f"),
                spread([one.cpu for one in some], ".3f"),
                f"{median(wall) * 1e9:,.0f}",
                spread(ratios(wall, walls[POLARS_SORT]), ",.2f"),
                spread(ratios(cpu, cpus[DUCKDB_SORT]), ",.2f"),
            ]
        )
        sort = "ours" if name.startswith(OURS) else "floor" if name in FLOORS else "other"
        bars.append(Bar(told, median(wall), sort))
    head = ("", "wall s", "CPU s", "wall ns/event", "wall × Polars' sort", "CPU × DuckDB's sort")
    table(title, head, lines)
    if sizes:
        print("  whoever was asked about some events only is compared by the event")
    return Panel(short, bars)


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
