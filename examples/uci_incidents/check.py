"""Every finding of the library against every row of the SQL, field by field."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
from examples.uci_incidents.expected import Expected
from examples.uci_incidents.log import events, read
from examples.uci_incidents.rules import RULEBOOK

from retention_rules import Event, Finding, evaluate
from retention_rules.findings import named

MIDDLE = datetime(2016, 4, 13, 11, 6, tzinfo=UTC)
"""Half of the log's updates lie before it; an instant at which something happens."""
END = datetime(2017, 2, 18, 15, 0, tzinfo=UTC)
"""The instant of the last update."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    """An instant in microseconds since 1970."""
    delta = instant - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


@attrs.frozen
class Outcome:
    """One comparison.

    Attributes:
        as_of: The instant.
        statuses: How many findings there are by rule and status, as the library has them.
        mismatches: The findings, as the library and as SQL has them, that differ.
        seconds: How long the library took, and SQL.
    """

    as_of: datetime
    statuses: Counter[tuple[str, str]]
    mismatches: list[tuple[Finding | None, Finding | None]]
    seconds: tuple[float, float]

    @property
    def findings(self) -> int:
        """How many findings the library has."""
        return sum(self.statuses.values())


def compare(happened: Sequence[Event], expected: Expected, as_of: datetime) -> Outcome:
    """All findings at an instant, ours and theirs."""
    started = time.perf_counter()
    found = list(evaluate(RULEBOOK, happened, as_of=as_of, zone="UTC"))
    between = time.perf_counter()
    rows = list(expected.findings(microseconds(as_of)))
    ended = time.perf_counter()
    ours = {one.key: one for one in found}
    theirs = {row["key"]: _finding(**row) for row in rows}
    if len(ours) < len(found) or len(theirs) < len(rows):
        raise ValueError("two findings share a key")
    pairs = [(ours.get(key), theirs.get(key)) for key in sorted(ours.keys() | theirs.keys())]
    return Outcome(
        as_of,
        Counter((one.rule, one.status) for one in ours.values()),
        [(our, their) for our, their in pairs if our != their],
        (between - started, ended - between),
    )


def _finding(incident: str, **fields: Any) -> Finding:
    correlation = (("incident", incident),)
    return Finding(nature="obligation", zone="UTC", correlation=correlation, **fields)


def same_events(happened: Sequence[Event], expected: Expected) -> bool:
    """Whether the library's events are those of the SQL, each with the same content."""
    ours = sorted(
        (named(one.ref), one.kind, one.customer, one.at, one.data["incident"]) for one in happened
    )
    return ours == sorted(expected.events())


def run(instants: Sequence[datetime] = (MIDDLE, END)) -> int:
    """Compare at these instants, print a summary, and return 1 on any difference."""
    started = time.perf_counter()
    seen: Counter[str] = Counter()
    happened = list(events(read(), seen))
    expected = Expected()
    for what, number in seen.items():
        print(f"{number:>8,} {what}")
    failed = not same_events(happened, expected)
    failed |= seen["updates overtaken in their minute"] != expected.count("overtaken")
    print("events: not those of the SQL" if failed else "events: the same as the SQL's")
    for as_of in instants:
        outcome = compare(happened, expected, as_of)
        _show(outcome)
        failed |= bool(outcome.mismatches) or not outcome.findings
    print(f"\n{time.perf_counter() - started:.1f} s in all")
    return int(failed)


def _show(outcome: Outcome) -> None:
    ours, theirs = outcome.seconds
    statuses = sorted({status for _, status in outcome.statuses})
    print(f"\nas of {outcome.as_of.isoformat()}: {outcome.findings:,} findings in {ours:.1f} s")
    print(f"SQL in {theirs:.1f} s: {len(outcome.mismatches):,} differ")
    print(" " * 24 + "".join(f"{status:>12}" for status in statuses))
    for rule in RULEBOOK:
        counts = "".join(f"{outcome.statuses[rule.id, status]:>12,}" for status in statuses)
        print(f"  {rule.id:<22}{counts}")
    for our, their in outcome.mismatches[:5]:
        print(f"  ours   {our}\n  theirs {their}")
