"""Knowledge: from the records that were handed over to the events that are in effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs

from retention_rules.calendars import instant
from retention_rules.errors import (
    AmendmentCycle,
    ConflictingEvents,
    InvalidEvent,
    UnknownTarget,
)
from retention_rules.events import Event, Record, Ref, Retraction, aware, canonical
from retention_rules.findings import Note, named

_NEVER = -(2**63)


def recorded(record: Record) -> int:
    """When it was recorded, in microseconds; absent counts as ever since."""
    return _NEVER if record.recorded_at is None else instant(record.recorded_at)


def content(record: Record) -> object:
    """All that a retry must repeat: everything but when it was recorded."""
    if isinstance(record, Retraction):
        return ("retraction", record.customer, record.retracts)
    return (
        "event",
        record.customer,
        record.kind,
        ("on", str(record.occurred_at)) if record.at is None else ("at", record.at),
        record.corrects,
        canonical(record.data),
    )


def merged(one: Record, other: Record) -> Record:
    """The one record that two deliveries of it make: the earliest recorded.

    Raises:
        ConflictingEvents: they differ in content.
    """
    if content(one) != content(other):
        first, second = sorted((one, other), key=lambda record: repr(content(record)))
        raise ConflictingEvents(
            f"two records are `{named(one.ref)}` and differ: {_brief(first)} and {_brief(second)}; "
            "give one another id, or send a correction"
        )
    return min(one, other, key=lambda record: (recorded(record), _spelling(record)))


def _spelling(record: Record) -> str:
    return f"{record.recorded_at} {getattr(record, 'occurred_at', '')}"


def _brief(record: Record) -> str:
    if isinstance(record, Retraction):
        return f"a retraction of `{named(record.retracts)}` for `{record.customer}`"
    return f"`{record.kind}` of `{record.customer}` at `{record.occurred_at}` with `{record.data}`"


@attrs.frozen
class Resolution:
    """What is in effect.

    Attributes:
        events: The effective events; a corrected one keeps the identity of the first.
        chains: For each amended event, the amendments that decided, in order.
        pending: Amendments whose target is not there.
    """

    events: list[Event]
    chains: dict[Ref, tuple[Ref, ...]]
    pending: tuple[Ref, ...] = ()
    notes: tuple[Note, ...] = ()


def resolve(records: Iterable[Record], known_at: datetime | str | None = None) -> Resolution:
    """The effective events of a complete set of records, in no particular order.

    Args:
        records: All that was handed over, in any order, with duplicates.
        known_at: Only what was recorded up to then (closed). Default: all.

    Raises:
        ConflictingEvents: one identity, different content.
        UnknownTarget: an amendment of something never handed over.
        AmendmentCycle: amendments in a circle.
        InvalidEvent: a correction that moves the customer, or corrects a retraction.
    """
    given = records if isinstance(records, list | tuple) else list(records)
    cut = None if known_at is None else instant(aware(known_at))
    seen: dict[Ref, Record] = {}
    amending = False
    variants: dict[Ref, list[Record]] = {}
    for record in given:
        if not isinstance(record, Event | Retraction):
            raise InvalidEvent(f"`{record!r}` is no record: give an Event or a Retraction")
        if cut is not None and recorded(record) > cut:
            continue
        ref = record.ref
        other = seen.get(ref)
        if other is None:
            seen[ref] = record
        elif other is not record:
            if content(other) == content(record):
                seen[ref] = merged(other, record)
            else:
                variants.setdefault(ref, [other]).append(record)
        amending = amending or record.amends is not None
    for ref in sorted(variants):
        # Whichever came first, the error names the same two.
        differing = {repr(content(record)): record for record in variants[ref]}
        first, second, *_ = (differing[text] for text in sorted(differing))
        merged(first, second)
    if not amending:
        return Resolution(list(seen.values()), {})  # type: ignore[arg-type]
    return amended(seen, {record.ref for record in given})


def amended(seen: Mapping[Ref, Record], handed_over: set[Ref] | None = None) -> Resolution:
    """The effective events of deduplicated records, some of which amend others.

    Args:
        seen: Records by identity.
        handed_over: What was handed over in all, so that a missing target is an error unless it
            is only not known yet; None: a missing target is awaited.
    """
    amendments: dict[Ref, list[Record]] = {}
    pending: list[Ref] = []
    notes: list[Note] = []
    for record in sorted(seen.values(), key=lambda record: record.ref):
        target = record.amends
        if target is None:
            continue
        if target in seen:
            _check_target(record, seen[target])
            amendments.setdefault(target, []).append(record)
        elif handed_over is not None and target not in handed_over:
            raise UnknownTarget(
                f"`{named(record.ref)}` amends `{named(target)}`, which was never handed over: "
                "check the id and the source, or hand over the first record too"
            )
        else:
            pending.append(record.ref)
            text = f"`{named(record.ref)}` amends `{named(target)}`, which is not known yet"
            notes.append(Note("pending", text, (named(record.ref),)))
    _refuse_cycles(seen)
    values: dict[Ref, tuple[Record | None, tuple[Ref, ...]]] = {}

    def value(ref: Ref) -> tuple[Record | None, tuple[Ref, ...]]:
        """What a record stands for in the end, or None, and the amendments on the way."""
        if ref not in values:
            in_force = [one for one in amendments.get(ref, ()) if value(one.ref)[0] is not None]
            winner = max(in_force, key=lambda one: (recorded(one), one.ref), default=None)
            if winner is None:
                values[ref] = (seen[ref], ())
            else:
                end, way = value(winner.ref)
                gone = isinstance(winner, Retraction)
                values[ref] = (None if gone else end, (winner.ref, *way))
        return values[ref]

    events: list[Event] = []
    chains: dict[Ref, tuple[Ref, ...]] = {}
    for ref, record in seen.items():
        if record.amends is not None:
            continue
        end, way = value(ref)
        if way:
            chains[ref] = way
        if isinstance(end, Event):
            root: Event = record
            events.append(
                end
                if end is root
                else attrs.evolve(
                    end, id=root.id, source=root.source, corrects=None, recorded_at=root.recorded_at
                )
            )
    return Resolution(events, chains, tuple(pending), tuple(notes))


def _check_target(record: Record, target: Record) -> None:
    if record.customer != target.customer:
        raise InvalidEvent(
            f"`{named(record.ref)}` amends `{named(target.ref)}` of another customer "
            f"(`{record.customer}`, `{target.customer}`): retract it and add a new event"
        )
    if isinstance(record, Event) and isinstance(target, Retraction):
        raise InvalidEvent(
            f"`{named(record.ref)}` corrects the retraction `{named(target.ref)}`: retract it"
        )


def _refuse_cycles(seen: Mapping[Ref, Record]) -> None:
    for ref in sorted(seen):
        at: Ref | None = seen[ref].amends
        steps = {ref}
        while at is not None and at in seen:
            if at in steps:
                raise AmendmentCycle(f"`{named(min(steps))}` amends itself in the end: retract one")
            steps.add(at)
            at = seen[at].amends
