"""The whole handbook over columns: the batch evaluator beside `evaluate`, and beside a sort.

The CRM of `world` is made once, and is there several times over under other names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from bench.batch import AGENDA, DUCKDB_SORT, OURS, POLARS_SORT, show
from bench.chart import Panel
from bench.timing import Different, clocked, rounds
from bench.world import World, customers, events, world

BASE = 10_000
"""So many events are made; more are copies."""
_NAMES = ("id", "customer", "case", "promise", "order")
"""What is another one in each copy."""
_EVALUATE = "evaluate"


def frames(given: World, times: int = 1) -> tuple[Any, Any]:
    """The events and the customers as Arrow tables, several times over under other names."""
    import pyarrow as pa
    import pyarrow.compute as pc

    fields = sorted({name for row in given.rows for name in row.data})
    happened = pa.table(
        {
            "id": [row.id for row in given.rows],
            "kind": [row.kind for row in given.rows],
            "customer": [row.customer for row in given.rows],
            "occurred_at": pa.array([row.at for row in given.rows], pa.timestamp("us", "UTC")),
            **{name: pa.array([row.data.get(name) for row in given.rows]) for name in fields},
        }
    )
    people = pa.table(
        {
            "id": list(given.zones),
            "zone": list(given.zones.values()),
            "kind": [given.kinds[name] for name in given.zones],
        }
    )

    def again(one: Any, number: int) -> Any:
        for name in [some for some in _NAMES if number and some in one.column_names]:
            renamed = pc.binary_join_element_wise(one.column(name), str(number), "-")
            one = one.set_column(one.column_names.index(name), name, renamed)
        return one

    many = [
        pa.concat_tables([again(one, number) for number in range(times)]).combine_chunks()
        for one in (happened, people)
    ]
    return many[0], many[1]


def main(size: int, times: int) -> Panel:
    """The handbook at one size, and `evaluate` on the first copy.

    Raises:
        Different: answers are not equal.
    """
    from retention_rules import evaluate
    from retention_rules.evaluation.batch import evaluate_frame
    from retention_rules.practices import handbook

    book, given = handbook(), world(min(BASE, size))
    happened, known = events(given), customers(given)

    def theirs() -> Any:
        return list(evaluate(book, happened, as_of=given.as_of, customers=known))

    def ours(happened: Any, people: Any) -> Any:
        return evaluate_frame(book, happened, as_of=given.as_of, customers=people)

    expected = theirs()
    _compare(ours(*frames(given)), expected)
    copies = max(1, size // len(given.rows))
    frame, people = frames(given, copies)
    size = frame.num_rows
    found = ours(frame, people)
    counts = Counter((one.rule, one.status) for one in expected)
    if found.by_status() != {key: copies * count for key, count in counts.items()}:
        raise Different(f"{copies} copies have other findings than one")
    asked = sum(one["customers"] for one in found.share)
    taken = sum(one["kernel"] for one in found.share)
    title = (
        f"Whole handbook, {size:,} events, {len(found):,} findings, equal; the kernel left "
        f"{asked - taken:,} of {asked:,} pairs of rules and customers to `evaluate`"
    )
    del found
    works: dict[str, Callable[[], Any]] = {
        OURS: lambda: _columns(ours(frame, people)),
        AGENDA: lambda: ours(frame, people).agenda(*_LIVE),
        **_sorts(frame),
        _EVALUATE: theirs,
    }
    took = rounds({name: clocked(work) for name, work in works.items()}, times)
    return show(title, f"Whole handbook, {size:,} events", size, took, {_EVALUATE: len(happened)})


_LIVE = ("rule", "customer", "trigger", "due_at", "status")


def _compare(found: Any, expected: list[Any]) -> None:
    """All findings in all fields, and which of them are on the agenda."""
    theirs = {one.key: one for one in expected}
    mine = {one.key: one for one in found.findings()}
    differing = [key for key in mine.keys() | theirs if mine.get(key) != theirs.get(key)]
    if differing:
        raise Different(f"{len(differing)} findings, such as `{min(differing)}`")
    agenda = Counter(found.agenda("key").column("key").to_pylist())
    live = [one.key for one in expected if one.status in ("open", "breached") or one.to_clarify]
    if agenda != Counter(live):
        raise Different(f"the agenda: {agenda.total()} rows, not {len(live)}")


def _columns(found: Any) -> Any:
    """The answer, its columns made, as those of the twelve rules are."""
    made = [(part.trigger, part.opens, part.due, part.status, part.ended) for part in found.parts]
    return found, made


def _sorts(frame: Any) -> dict[str, Callable[[], Any]]:
    """Others merely sort the same events by customer and time."""
    import duckdb as db
    import polars as pl

    theirs = pl.from_arrow(frame)
    con = db.connect()
    con.execute("SET threads = 2")
    con.register("given", frame)
    con.execute("CREATE TABLE events AS SELECT * FROM given")
    query = "CREATE OR REPLACE TABLE s AS FROM events ORDER BY customer, occurred_at"
    return {
        POLARS_SORT: lambda: theirs.sort("customer", "occurred_at"),
        DUCKDB_SORT: lambda: con.execute(query),
    }
