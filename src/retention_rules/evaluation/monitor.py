"""The monitor: it takes records in any order, lets time pass when told, and says what changed."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import cast

from retention_rules.calendars import Calendar, instant
from retention_rules.customers import Customer, Customers, local_date
from retention_rules.customers import customers as by_id
from retention_rules.errors import InvalidEvent, TooLate
from retention_rules.evaluation.arguments import (
    at_home,
    checked_calendar,
    checked_horizon,
    checked_rulebook,
    completeness,
)
from retention_rules.evaluation.happenings import placed
from retention_rules.evaluation.lowering import compiled
from retention_rules.evaluation.origin import Origin
from retention_rules.evaluation.reasoning import timeline_of
from retention_rules.evaluation.timeline import Timeline
from retention_rules.events import Event, Record, Ref, Retraction, aware
from retention_rules.findings import Change, Finding, Findings, Note, moment, named
from retention_rules.knowledge import Resolution, amended, merged
from retention_rules.rulebook import Rulebook

_BEGINNING = -(2**63)


class Monitor:
    """Findings kept up to date, event by event.

    It reads no clock: time passes when `advance`, or `observe` with `now`, says so. Records may
    come in any order; one that comes late makes its customer start anew, and what changed is
    reported. Without a horizon it keeps every record.

    Args:
        rulebook: What is owed.
        customers: What is known of customers beside their events.
        zone: The zone of customers that have none, and whose calendar has none.
        calendar: Opening hours and holidays. Default: Monday to Friday, 09:00 to 18:00.
        history_from: The date from which events are complete. Default: what comes is everything.
        horizon: How late a record may come; older state is then let go. Default: for ever.

    >>> from retention_rules import Event
    >>> from retention_rules.practices import handbook
    >>> monitor = Monitor(handbook(), zone="Asia/Shanghai")
    >>> deal = Event("o-17", "deal.closed", customer="lin", occurred_at="2026-03-02T15:00+08:00")
    >>> changes = monitor.observe(deal, now="2026-03-02T16:00+08:00")
    >>> "thanks.handwritten/lin/o-17" in [change.key for change in changes]
    True
    """

    def __init__(
        self,
        rulebook: Rulebook,
        *,
        customers: Iterable[Customer] | Customers = (),
        zone: str | None = None,
        calendar: Calendar | None = None,
        history_from: date | None = None,
        horizon: timedelta | None = None,
    ) -> None:
        self.rulebook = checked_rulebook(rulebook)
        self.program = compiled(rulebook)
        self.customers = by_id(customers)
        self.zone = zone
        self.calendar = checked_calendar(calendar)
        self.history_from = local_date(history_from)
        self.horizon = checked_horizon(horizon)
        self.refused = 0
        self._now = _BEGINNING
        self._seen: dict[Ref, Record] = {}
        self._effective: dict[Ref, Event] = {}
        self._amending: dict[Ref, set[Ref]] = {}
        self._chains: dict[Ref, tuple[Ref, ...]] = {}
        self._timelines: dict[str, Timeline] = {}
        self._wakes: list[tuple[int, str]] = []
        self._origin = Origin(self._timelines, self.program, self._chains)

    @property
    def now(self) -> datetime | None:
        """The instant up to which time has passed; None before it was told."""
        return None if self._now == _BEGINNING else moment(self._now, "UTC")

    @property
    def next_change_at(self) -> datetime | None:
        """When to call `advance` next if nothing more is observed; None for never.

        Nothing changes before it. Events that lie ahead of the clock count.
        """
        while self._wakes:
            at, name = self._wakes[0]
            if self._timelines[name].next_wake() == at:
                return moment(at, "UTC")
            heapq.heappop(self._wakes)
        return None

    # ---- taking records ------------------------------------------------------------------

    def observe(self, record: Record, now: datetime | str | None = None) -> list[Change]:
        """Take one record and, if `now` is given, let time pass up to it.

        Args:
            record: An event or a retraction; the same one again is no news.
            now: The present instant. Without it the clock stays: an event ahead of it waits.

        Returns:
            The findings that changed.

        Raises:
            ConflictingEvents: the same source and id with other content was seen before.
            InvalidEvent: an amendment that does not fit its target.
            TooLate: it lies before what the horizon lets change; it is counted in `refused`.
            UnknownZone: its customer has no zone.
        """
        affected = self._take(record)
        if now is not None:
            at = instant(aware(now))
            changes = self._advance(at) if at > self._now else []
        else:
            changes = []
        for name in affected:
            changes += self._report(name)
        return changes

    def advance(self, now: datetime | str) -> list[Change]:
        """Let time pass up to `now` (closed), and say which findings changed.

        An earlier instant than before changes nothing: time does not go back.
        """
        return self._advance(instant(aware(now)))

    def _advance(self, at: int) -> list[Change]:
        if at <= self._now:
            return []
        self._now = at
        due = set()
        while self._wakes and self._wakes[0][0] <= at:
            due.add(heapq.heappop(self._wakes)[1])
        changes: list[Change] = []
        for name in sorted(due):
            changes += self._report(name)
        if self.horizon is not None:
            self._seal()
        return changes

    def _report(self, name: str) -> list[Change]:
        timeline = self._timelines[name]
        changes = timeline.report(self._now, self._origin)
        wake = timeline.next_wake()
        if wake is not None:
            heapq.heappush(self._wakes, (wake, name))
        return changes

    def _take(self, record: Record) -> list[str]:
        """Keep a record; the customers whose events changed."""
        if not isinstance(record, Event | Retraction):
            raise InvalidEvent(f"`{record!r}` is no record: give an Event or a Retraction")
        ref = record.ref
        known = self._seen.get(ref)
        if known is not None:
            self._seen[ref] = merged(known, record)
            if self._seen[ref] is known or ref not in self._amending:
                if record.amends is None:
                    return []
        if record.amends is None and ref not in self._amending:
            assert isinstance(record, Event)
            if record.kind not in self.program.relevant:
                self._seen[ref] = self._effective[ref] = record
                return []
            timeline = self._timeline(record.customer)
            happening = placed(record, timeline.table)
            self._refuse_late(happening.first, record)
            self._seen[ref] = record
            self._effective[ref] = record
            timeline.add(happening)
            return [record.customer]
        return self._amend(record)

    def _amend(self, record: Record) -> list[str]:
        """Take an amendment, or the target of one: resolve what hangs together."""
        before = self._seen.get(record.ref)
        self._seen[record.ref] = record if before is None else before
        if record.amends is not None:
            self._amending.setdefault(record.amends, set()).add(record.ref)
        try:
            together = self._together(record.ref)
            resolution = amended({ref: self._seen[ref] for ref in together})
            self._check_late(resolution, together, record)
            for event in resolution.events:
                if event.kind in self.program.relevant:
                    self._timeline(event.customer)
        except Exception:
            if before is None:
                del self._seen[record.ref]
                if record.amends is not None:
                    self._amending[record.amends].discard(record.ref)
            raise
        return self._exchange(together, resolution)

    def _exchange(self, together: set[Ref], resolution: Resolution) -> list[str]:
        """Put the events now in effect in the place of those that were."""
        present = {event.ref: event for event in resolution.events}
        names = set()
        for ref in sorted(together):
            self._chains.pop(ref, None)
            old, new = self._effective.get(ref), present.get(ref)
            if old == new:
                continue
            relevant = self.program.relevant
            if old is not None:
                del self._effective[ref]
                if old.kind in relevant:
                    timeline = self._timelines[old.customer]
                    timeline.remove(placed(old, timeline.table))
                    names.add(old.customer)
            if new is not None:
                self._effective[ref] = new
                if new.kind in relevant:
                    timeline = self._timelines[new.customer]
                    timeline.add(placed(new, timeline.table))
                    names.add(new.customer)
        self._chains.update(resolution.chains)
        return sorted(names)

    def _together(self, ref: Ref) -> set[Ref]:
        """All records that amend each other, directly or not."""
        found: set[Ref] = set()
        ahead = [ref]
        while ahead:
            at = ahead.pop()
            if at in found or at not in self._seen:
                continue
            found.add(at)
            target = self._seen[at].amends
            ahead += [*self._amending.get(at, ()), *([target] if target else [])]
        return found

    def _timeline(self, name: str) -> Timeline:
        timeline = self._timelines.get(name)
        if timeline is None:
            customer, table = at_home(name, self.customers, self.calendar, self.zone)
            timeline = timeline_of(self.program, customer, table, self.history_from)
            self._timelines[name] = timeline
        return timeline

    # ---- asking ----------------------------------------------------------------------------

    def findings(self, complete: Mapping[str, datetime | str] | None = None) -> Findings:
        """All findings at `now`.

        Args:
            complete: Per source, up to when its records are in; after the least of them absence
                is unknown. Default: everything is in.
        """
        until = completeness(complete)
        found: list[Finding] = []
        for timeline in self._timelines.values():
            timeline.advance(self._now)
            found += timeline.findings(until, self._origin)
        return Findings(found, as_of=self.now, notes=self.notes())

    def notes(self) -> list[Note]:
        """What someone should look at: pending amendments, uncorrelated events, shared cases."""
        notes = [
            Note("pending", f"`{named(ref)}` amends what has not come yet", (named(ref),))
            for target, refs in sorted(self._amending.items())
            if target not in self._seen
            for ref in sorted(refs)
        ]
        if self.refused:
            notes.append(Note("refused", f"{self.refused} records came after the horizon"))
        for name in sorted(self._timelines):
            notes += self._timelines[name].notes()
        return notes + shared_cases({name: one.groups for name, one in self._timelines.items()})

    # ---- keeping it --------------------------------------------------------------------------

    def snapshot(self) -> str:
        """Everything it knows, as JSON text of a documented, versioned form."""
        from retention_rules.evaluation.snapshots import written

        return written(self)

    @classmethod
    def restore(
        cls,
        rulebook: Rulebook,
        snapshot: str,
        *,
        customers: Iterable[Customer] | Customers = (),
        zone: str | None = None,
        calendar: Calendar | None = None,
        history_from: date | None = None,
        horizon: timedelta | None = None,
    ) -> Monitor:
        """A monitor as it was when the snapshot was taken, under the same or another rulebook.

        Raises:
            DecodingError: `snapshot` is no snapshot of a monitor, or of another version.
        """
        from retention_rules.evaluation.snapshots import Snapshot

        state = Snapshot.read(snapshot, rulebook)
        monitor = cls(
            rulebook,
            customers=customers,
            zone=zone,
            calendar=calendar,
            history_from=history_from,
            horizon=horizon,
        )
        monitor.refused = state.refused
        for name, start in state.sealed.items():
            timeline = monitor._timeline(name)
            timeline.resume(start)
        monitor.load(state.records)
        monitor._now = _BEGINNING if state.now is None else state.now
        for name in monitor._timelines:
            monitor._report(name)
        return monitor

    def load(self, records: Iterable[Record], known_at: datetime | str | None = None) -> None:
        """Take many records at once, before time passes; amendments may lack their target."""
        for record in records:
            self._seen[record.ref] = record
            if record.amends is not None:
                self._amending.setdefault(record.amends, set()).add(record.ref)
        if self._amending:
            self._fill(amended(self._seen))
        else:
            self._fill(Resolution(cast(list[Event], list(self._seen.values())), {}))

    def _fill(self, resolution: Resolution) -> None:
        per_customer: dict[str, list[Event]] = {}
        relevant = self.program.relevant
        for event in resolution.events:
            if event.kind in relevant:
                per_customer.setdefault(event.customer, []).append(event)
        for name in sorted(per_customer):
            timeline = self._timeline(name)
            timeline.load([placed(event, timeline.table) for event in per_customer[name]])
        self._effective = {event.ref: event for event in resolution.events}
        self._chains.update(resolution.chains)

    # ---- the horizon ---------------------------------------------------------------------------

    def _refuse_late(self, first: int, record: Record) -> None:
        if self.horizon is not None and first < self._now - self.horizon:
            self.refused += 1
            raise TooLate(
                f"`{named(record.ref)}` happened before the horizon of {self.now}: it was not taken"
            )

    def _check_late(self, resolution: Resolution, together: set[Ref], record: Record) -> None:
        if self.horizon is None:
            return
        present = {event.ref: event for event in resolution.events}
        for ref in together:
            old, new = self._effective.get(ref), present.get(ref)
            if old != new:
                for event in (old, new):
                    if event is not None:
                        table = self._timeline(event.customer).table
                        self._refuse_late(placed(event, table).first, record)

    def _seal(self) -> None:
        """Let go of what no record within the horizon can change any more."""
        assert self.horizon is not None
        before = self._now - self.horizon
        for name, timeline in self._timelines.items():
            gone = timeline.seal(before)
            if gone:
                for one in gone:
                    if one.derived:
                        continue
                    ref = (one.order[2], one.order[3])
                    for part in (ref, *self._chains.pop(ref, ())):
                        self._seen.pop(part, None)
                        self._effective.pop(part, None)
                        self._amending.pop(part, None)
                self._report(name)


def shared_cases(groups: Mapping[str, Iterable[tuple[int, tuple[str, ...]]]]) -> list[Note]:
    """Correlation values that occur under more than one customer, whose groups are given."""
    seen: dict[tuple[int, tuple[str, ...]], list[str]] = {}
    for name in sorted(groups):
        for key in groups[name]:
            if key[1]:
                seen.setdefault(key, []).append(name)
    notes = {
        (values, tuple(names)): Note(
            "shared-case", f"case `{'/'.join(values)}` belongs to {', '.join(names)}: kept apart"
        )
        for (_, values), names in seen.items()
        if len(names) > 1
    }
    return list(notes.values())
