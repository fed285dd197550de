"""Evaluation at once: a pure function from a rulebook, records and an instant to findings."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from retention_rules.calendars import Calendar, instant
from retention_rules.customers import Customer, Customers
from retention_rules.evaluation.arguments import (
    Engine,
    checked_engine,
    checked_records,
    completeness,
)
from retention_rules.evaluation.monitor import Monitor
from retention_rules.events import Record, aware
from retention_rules.findings import Finding, Findings
from retention_rules.knowledge import resolve
from retention_rules.rulebook import Rulebook


def evaluate(
    rulebook: Rulebook,
    records: Iterable[Record],
    *,
    as_of: datetime | str,
    customers: Iterable[Customer] | Customers = (),
    zone: str | None = None,
    calendar: Calendar | None = None,
    known_at: datetime | str | None = None,
    complete: Mapping[str, datetime | str] | None = None,
    history_from: date | None = None,
    engine: Engine = "python",
) -> Findings:
    """What is owed to whom, by when, whether it was done, and why, at one instant.

    A pure function: no clock is read, nothing is stored, and the order of `records` is nothing.

    Args:
        rulebook: What is owed.
        records: All events, corrections and retractions, in any order; those after `as_of` wait.
        as_of: The instant asked about, aware; events at it are seen.
        customers: Zones, facts and contacts of customers.
        zone: The zone of customers that have none, and whose calendar has none.
        calendar: Opening hours and holidays. Default: Monday to Friday, 09:00 to 18:00.
        known_at: Use only what was recorded up to then (closed). Default: everything.
        complete: Per source, up to when its records are in; after the least of them absence is
            unknown. Default: everything is in.
        history_from: The date from which events are complete; before it, history is unknown.
            Default: what was handed over is everything.
        engine: Who decides. ``rete`` is durable-rules, which needs the extra of that name and is
            slower; its findings are equal.

    Raises:
        ConflictingEvents: two records share source and id, and differ.
        UnknownTarget: an amendment of something that was never handed over.
        UnknownZone: a customer has no zone, or one that is not known.
        InvalidEvent: a naive time, or an amendment that does not fit its target.
        MissingExtra: durable-rules is asked for and not installed.

    >>> from retention_rules import Event
    >>> from retention_rules.practices import handbook
    >>> deal = Event("o-17", "deal.closed", customer="lin", occurred_at="2026-03-02T15:00+08:00")
    >>> found = evaluate(handbook(), [deal], as_of="2026-03-05T09:00+08:00", zone="Asia/Shanghai")
    >>> found.get("thanks.handwritten", customer="lin").status
    'breached'
    """
    if checked_engine(engine) == "rete":
        from retention_rules.evaluation import rete  # here, since it is optional

        return rete.evaluate(
            rulebook,
            records,
            as_of=as_of,
            customers=customers,
            zone=zone,
            calendar=calendar,
            known_at=known_at,
            complete=complete,
            history_from=history_from,
        )
    now = aware(as_of)
    monitor = Monitor(
        rulebook, customers=customers, zone=zone, calendar=calendar, history_from=history_from
    )
    until = completeness(complete)
    origin, timelines = monitor._origin, monitor._timelines
    origin.complete = until
    at = monitor._now = instant(now)
    with uncollected():
        resolution = resolve(checked_records(records), known_at)
        monitor._fill(resolution)
        for timeline in timelines.values():
            timeline.knowing(until)
            timeline.advance(at)

    def findings() -> list[Finding]:
        with uncollected():
            every = timelines.values()
            return [one for timeline in every for one in timeline.findings(until, origin)]

    notes = [*resolution.notes, *monitor.notes()]
    return Findings(findings, as_of=now, notes=notes)


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the garbage collector rest while much is built and nothing is thrown away.

    It would look through everything again and again, which takes about a third of the time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
