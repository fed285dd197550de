"""What happened: effective events ("Records and knowledge"), placed in time ("Instants")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from retention_rules.calendars import DayTable, instant
from retention_rules.errors import (
    AmendmentCycle,
    ConflictingEvents,
    InvalidEvent,
    UnknownTarget,
)
from retention_rules.events import CUSTOMER_CHANGED, Data, Event, Record, Ref, Retraction
from retention_rules.findings import named

Q = 1


@attrs.frozen(eq=False)
class Happening:
    """A record, or the entry or exit of a stage."""

    kind: str
    data: Data
    dated: bool
    first: int
    last: int
    day: int
    order: tuple[int, int, str, str]
    name: str  # as it stands in keys and in `ended_by`
    lineage: object  # the record (or timeout) that it is, or is a consequence of
    doubt: bool = False  # a stage entry or exit that happened only perhaps

    @property
    def derived(self) -> bool:
        return self.kind.startswith("stage.")


def placed(event: Event, table: DayTable) -> Happening:
    """A record at its place in the order."""
    if event.at is None:
        day = table.roll(event.occurred_at.toordinal())
        first, last = table.start(event.occurred_at.toordinal()), table.end(day)
    else:
        first = last = event.at
        day = table.day(first)
    rank = 0 if event.kind == CUSTOMER_CHANGED else 1
    return Happening(
        event.kind,
        event.data,
        event.dated,
        first,
        last,
        day,
        (first, rank, event.source, event.id),
        named(event.ref),
        event.ref,
    )


def _recorded(record: Record) -> tuple[int, int]:
    """When it was typed in; absent is earliest of all."""
    at = record.recorded_at
    return (0, 0) if at is None else (1, instant(at))


def _content(record: Record) -> Record:
    return attrs.evolve(record, recorded_at=None)


def distinct(records: Iterable[Record]) -> dict[Ref, Record]:
    """One record per identity, with its earliest `recorded_at`."""
    found: dict[Ref, Record] = {}
    for record in records:
        other = found.setdefault(record.ref, record)
        if other is not record:
            if type(other) is not type(record) or _content(other) != _content(record):
                raise ConflictingEvents(f"`{other}` and `{record}`")
            found[record.ref] = min(other, record, key=_recorded)
    return found


def effective(records: Sequence[Record], known_at: int | None) -> list[Event]:
    """The events that remain, each with the identity of the first one and its last content."""
    known = distinct(
        record for record in records if known_at is None or _recorded(record) <= (1, known_at)
    )
    handed_over = {record.ref for record in records}
    about: dict[Ref, list[Record]] = {}
    for record in known.values():
        if record.amends is not None:
            about.setdefault(record.amends, []).append(record)
    _check(known, handed_over)

    def in_force(amendment: Record) -> bool:
        return not isinstance(winner(amendment), Retraction)

    def winner(record: Record) -> Record | None:
        strong = [one for one in about.get(record.ref, ()) if in_force(one)]
        return max(strong, key=lambda one: (_recorded(one), one.source, one.id), default=None)

    def content(record: Event) -> Event | None:
        best = winner(record)
        if best is None:
            return record
        return None if isinstance(best, Retraction) else content(best)

    found: list[Event] = []
    for record in known.values():
        if isinstance(record, Event) and record.corrects is None:
            now = content(record)
            if now is not None:
                changes: dict[str, Any] = {"id": record.id, "source": record.source}
                found.append(now if now is record else attrs.evolve(now, **changes, corrects=None))
    return found


def _check(known: dict[Ref, Record], handed_over: set[Ref]) -> None:
    for record in known.values():
        if record.amends is not None and record.amends not in handed_over:
            raise UnknownTarget(f"`{record}` amends what was never handed over")
    for record in known.values():
        seen: set[Ref] = set()
        at: Record | None = record
        while at is not None and at.amends is not None:
            if at.ref in seen:
                raise AmendmentCycle(f"`{record}` amends itself in a circle")
            seen.add(at.ref)
            at = known.get(at.amends)
    for record in known.values():
        target = known.get(record.amends) if record.amends is not None else None
        if isinstance(record, Event) and target is not None:
            if isinstance(target, Retraction):
                raise InvalidEvent(f"`{record}` corrects a retraction")
            if target.customer != record.customer:
                raise InvalidEvent(f"`{record}` moves its target to another customer")
