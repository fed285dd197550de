"""From the log's updates to events: who opened which incident, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from pyarrow import parquet

from retention_rules import Event

LOG = Path(__file__).parents[1] / "data" / "uci498_incident_event_log.parquet"
SOURCE = "itsm"

WAITING, RESOLVED, CLOSED = "Awaiting User Info", "Resolved", "Closed"
DONE = (RESOLVED, CLOSED)
MISSING = "?"


class Update(NamedTuple):
    """One row of the log: an incident as one of its updates left it."""

    incident: str
    at: datetime
    nth: int
    state: str
    opened: datetime
    caller: str
    assignee: str
    priority: str


@cache
def minute(text: str) -> datetime:
    """The instant of a time such as ``29/2/2016 01:16``, taken as UTC: the log names no zone."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def read(path: Path = LOG) -> list[Update]:
    """All updates, incident by incident, each in the order of time and then of its own count."""
    columns = (
        "number", "sys_updated_at", "sys_mod_count", "ident_state",
        "opened_at", "caller_id", "assigned_to", "priority",
    )  # fmt: skip
    table = parquet.read_table(path, columns=list(columns))
    rows = zip(*(table.column(name).to_pylist() for name in columns), strict=True)
    updates = [
        Update(number, minute(at), int(count), state, minute(opened), *rest)
        for number, at, count, state, opened, *rest in rows
    ]
    return sorted(updates, key=attrgetter("incident", "at", "nth"))


def events(updates: Iterable[Update], seen: Counter[str] | None = None) -> Iterator[Event]:
    """The events of sorted updates.

    Args:
        updates: As `read` gives them.
        seen: Counts what is odd in them, and what gives no event.
    """
    seen = Counter() if seen is None else seen
    for _, group in groupby(updates, key=attrgetter("incident")):
        yield from _incident(list(group), seen)


def _incident(updates: Sequence[Update], seen: Counter[str]) -> Iterator[Event]:
    first = updates[0]
    customer = f"caller-{first.caller}"
    if first.caller == MISSING:
        customer = f"caller-of-{first.incident}"
    opened = min(first.opened, first.at)

    seen["updates"] += len(updates)
    seen["incidents"] += 1
    seen["incidents without a caller"] += first.caller == MISSING
    seen["incidents whose caller changed"] += len({one.caller for one in updates}) > 1
    seen["incidents whose priority changed"] += len({one.priority for one in updates}) > 1
    seen["incidents updated before they were opened"] += first.at < first.opened

    def tell(what: str, of: Update, at: datetime, **data: str) -> Event:
        seen["events"] += 1
        return Event(
            f"{of.incident}.{of.nth}.{what}",
            f"incident.{what}",
            customer=customer,
            occurred_at=at,
            data={"incident": of.incident, **data},
            source=SOURCE,
        )

    yield tell("opened", first, opened, priority=first.priority)
    told = {first}
    taken_up = next((one for one in updates if _in_hand(one)), None)
    if taken_up is not None:
        yield tell("taken-up", taken_up, taken_up.at)
        told.add(taken_up)
    before = ""
    kept = _steady(updates)
    for one in kept:
        for what in _moves(before, one.state):
            yield tell(what, one, one.at)
            told.add(one)
        before = one.state
    seen["updates overtaken in their minute"] += len(updates) - len(kept)
    seen["updates that give no event"] += len(updates) - len(told)
    seen["incidents never taken up"] += taken_up is None


def _in_hand(one: Update) -> bool:
    return one.state == "Active" or one.assignee != MISSING


def _steady(updates: Sequence[Update]) -> list[Update]:
    """The updates without those between leaving a state and being back in it within one minute.

    Events of one instant have no order. A wait that ends and begins anew in one minute would be
    a begin and an end, and so no wait from then on; in truth it went on. The same holds for an
    incident that is reopened and resolved, or closed, again.
    """
    kept: list[Update] = []
    before: list[Update] = []
    for _, group in groupby(updates, key=attrgetter("at")):
        near = [*before, *group]
        for place in range(len(before), len(near)):
            around = _states(near[:place]) & _states(near[place + 1 :]) & {WAITING, *DONE}
            if around <= {near[place].state}:
                kept.append(near[place])
        before = near[-1:]
    return kept


def _states(updates: Iterable[Update]) -> set[str]:
    return {one.state for one in updates}


def _moves(before: str, state: str) -> Iterator[str]:
    """What it means that an incident came from one state into another."""
    if before == state:
        return
    if before == WAITING:
        yield "wait-ended"
    if before in DONE and state not in DONE:
        yield "reopened"
    if state == WAITING:
        yield "wait-began"
    if state == RESOLVED:
        yield "resolved"
    if state == CLOSED:
        yield "closed"
