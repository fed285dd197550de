"""Strategies for histories of customers, aimed at the rules they are drawn for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import attrs
from hypothesis import strategies as st

from retention_rules.calendars import Calendar, DayTable
from retention_rules.customers import Customer
from retention_rules.events import Event, Record, Retraction
from retention_rules.rulebook import Rulebook
from retention_rules.rules import Shape
from retention_rules.testing.draws import below, pick, rarely
from retention_rules.testing.places import BERLIN, STEADY, Place, dates, reached, ticks, zoned
from retention_rules.testing.roles import references
from retention_rules.testing.vocabulary import ABSENT, CASES, MOMENT, Use, Vocabulary, vocabulary

CUSTOMERS = ("lin", "wu", "zoe")
_WHO = ("lin",) * 5 + ("wu",) * 2 + ("zoe",)
_NAMES = (("", "m"), ("", "a"), ("", "z"), ("crm", "m"), ("crm", "a"))
_MISSES = (-1, 0, 1, 0)
_FEW = 8  # rules that one history is aimed at, beside those they need


def focused(draw: st.DrawFn, rules: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Two of many rules, and what they need; a small rulebook as it is."""
    if len(rules) <= _FEW:
        return rules
    wanted = {rules[below(draw, len(rules))].id for _ in range(2)}
    while True:
        more = {id for rule in rules if rule.id in wanted for id in references(rule)}
        if more <= wanted:
            return tuple(rule for rule in rules if rule.id in wanted)
        wanted |= more


class Clock:
    """The instants and dates of one history."""

    def __init__(self, draw: st.DrawFn, place: Place, table: DayTable, words: Vocabulary) -> None:
        self.draw = draw
        self.table = table
        self.offsets = words.offsets
        self.dates = dates(place)
        self.base = ticks(place)
        self.before: int | None = None
        self.ticks = list(self.base[:: (1, 2, 3, 5)[self.below(4)]])
        for _ in range(min(3, len(self.offsets))):
            found = self.deadline(self.base[self.below(len(self.base))])
            if found is not None:
                self.ticks.append(found)

    def below(self, stop: int) -> int:
        """A whole number below `stop`."""
        return below(self.draw, stop)

    def deadline(self, anchor: int) -> int | None:
        """A microsecond before, at or after where some offset of the rules leads."""
        if not self.offsets:
            return None
        found = reached(self.table, anchor, self.offsets[self.below(len(self.offsets))])
        return None if found is None else found + _MISSES[self.below(len(_MISSES))]

    def tick(self) -> int:
        """One of the few instants at which things happen here."""
        return self.ticks[self.below(len(self.ticks))]

    def instant(self) -> datetime:
        """The same as a datetime."""
        return zoned(self.table, self.tick())

    def moment(self, *, by_day: bool) -> datetime | date:
        """When an event happens: often at, or soon after, the moment of the one before.

        A quarter of the time only the day is known, or half.
        """
        how = self.below(6)
        if self.before is None or how > 3:
            self.before = self.tick()
        elif how > 0:
            soon = [tick for tick in sorted(self.ticks) if tick >= self.before]
            self.before = soon[self.below(min(4, len(soon)))]
        if rarely(self.draw, 2 if by_day else 4):
            day = self.table.to_date(self.table.day(self.before))
            return day if day in self.dates else self.dates[self.below(len(self.dates))]
        return zoned(self.table, self.before)

    def field(self) -> Any:
        """A value for the field of an `until`: mostly a date or instant, or text of one."""
        kind = self.below(9)
        if kind <= 2:
            return self.instant()
        if kind <= 4:
            return self.dates[self.below(len(self.dates))]
        if kind == 5:
            return self.instant().isoformat()
        if kind == 6:
            return str(self.dates[self.below(len(self.dates))])
        return ABSENT if kind == 7 else ("soon", 3, True)[self.below(3)]


class _Writer:
    """Draws the records of one history."""

    def __init__(self, draw: st.DrawFn, clock: Clock, words: Vocabulary, lone: bool) -> None:
        self.draw = draw
        self.clock = clock
        self.words = words
        self.lone = lone
        self.records: list[Record] = []

    def below(self, stop: int) -> int:
        return below(self.draw, stop)

    def name(self, letter: str = "") -> tuple[str, str]:
        source, first = _NAMES[self.below(len(_NAMES))]
        return source, f"{letter or first}{len(self.records)}"

    def recorded(self) -> datetime | None:
        return self.clock.instant() if self.below(3) == 2 else None

    def event(self) -> None:
        use = self.use()
        source, id = self.name()
        self.records.append(
            Event(
                id,
                use.kind,
                customer="lin" if self.lone else _WHO[self.below(len(_WHO))],
                occurred_at=self.clock.moment(by_day=use.by_day),
                data=self.data(use),
                recorded_at=self.recorded(),
                source=source,
            )
        )

    def use(self) -> Use:
        """What an event is aimed at; most histories begin with a trigger."""
        first = not self.records and self.words.triggers and not rarely(self.draw, 4)
        uses = self.words.triggers if first else self.words.uses
        return uses[self.below(len(uses))]

    def data(self, use: Use) -> dict[str, Any]:
        """Mostly what the pattern asks for; otherwise anything that is read of the kind."""
        wished = dict(use.wishes) if self.below(5) < 4 else {}
        found = {}
        for name, values in self.words.fields.get(use.kind, ()):
            if name in wished:
                found[name] = wished[name]
                continue
            at = self.below((3 if values[0] == CASES[0] else 2) * len(values) + 1)
            value = values[0] if at > len(values) else values[at] if at < len(values) else ABSENT
            found[name] = self.clock.field() if value is MOMENT else value
        return found

    def amendment(self) -> None:
        """A correction or a retraction of any earlier record; a retraction can be retracted."""
        target = self.records[self.below(len(self.records))]
        source, id = self.name("y" if self.below(2) else "b")
        kind = self.below(5)
        if not isinstance(target, Event) or kind >= 3:
            self.records.append(
                Retraction(
                    id,
                    target.customer,
                    retracts=target.ref,
                    source=source,
                    recorded_at=self.recorded(),
                )
            )
            return
        changes: dict[str, Any] = {"source": source, "recorded_at": self.recorded()}
        if kind != 1:
            changes["occurred_at"] = self.clock.moment(by_day=False)
        if kind != 0:
            use = self.use()
            changes |= {"kind": use.kind, "data": self.data(use)}
        self.records.append(target.corrected(id, **changes))

    def retry(self) -> None:
        """The same record once more, recorded at another time."""
        record = self.records[self.below(len(self.records))]
        self.records.append(attrs.evolve(record, recorded_at=self.recorded()))


@st.composite
def histories(
    draw: st.DrawFn,
    rulebook: Rulebook,
    *,
    place: Place = BERLIN,
    calendar: Calendar | None = None,
    max_events: int = 9,
    one_customer: bool = False,
    amendments: bool = True,
) -> list[Record]:
    """Records aimed at the rules of a rulebook, on a squeezed clock.

    The events are of the kinds that the rules mention, mostly with data that satisfies them. They
    happen at few instants (midnights, opening hours, changes of the clocks, the deadlines of these
    rules and a microsecond beside them) and on few dates, so that they collide. About a quarter is
    dated. Some records correct or retract others, some come twice, some were recorded later. Ids
    are unique but for retries.

    Args:
        draw: Given by Hypothesis.
        rulebook: The rules to aim at; of many rules, some are picked.
        place: The zone and the dates.
        calendar: The opening hours that the rules count in.
        max_events: How many events at most.
        one_customer: Whether all are of one customer.
        amendments: Whether some records amend others.
    """
    words = vocabulary(focused(draw, rulebook.rules))
    clock = Clock(draw, place, place.table(calendar), words)
    return _records(draw, clock, words, max_events, one_customer, amendments)


def _records(
    draw: st.DrawFn,
    clock: Clock,
    words: Vocabulary,
    max_events: int,
    one_customer: bool,
    amendments: bool,
) -> list[Record]:
    writer = _Writer(draw, clock, words, one_customer)
    sizes = (*range(1, max_events + 1), *range(max_events // 2 + 1, max_events + 1))
    for _ in range(pick(draw, sizes)):
        writer.event()
    if amendments:
        for _ in range(max(0, writer.below(6) - 2)):
            writer.amendment()
        if writer.below(4) == 3:
            writer.retry()
    return writer.records


def contact_lists(draw: st.DrawFn, words: Vocabulary) -> tuple[dict[str, Any], ...] | None:
    """The contacts of a customer: not known, none, or up to two with some of what is read."""
    if not words.has_contacts:
        return None
    found = []
    for id in ("ann", "bob")[: below(draw, 3)]:
        one: dict[str, Any] = {"id": id}
        for name, values in words.contacts:
            at = below(draw, len(values) + 1)
            if at < len(values):
                one[name] = values[at]
        found.append(one)
    return None if not found and rarely(draw, 2) else tuple(found)


def customer_tables(draw: st.DrawFn, place: Place, words: Vocabulary) -> tuple[Customer, ...]:
    """Entries for some of the customers, with the facts that the rules read."""
    given: list[Customer] = []
    for id in CUSTOMERS[: below(draw, 3) + (1 if words.has_contacts else 0)]:
        facts = {}
        for name, values in words.facts:
            at = below(draw, len(values) + 1)
            if at < len(values):
                facts[name] = values[at]
        zone = (place.zone, STEADY[0].zone)[below(draw, 2)] if rarely(draw, 4) else None
        given.append(
            Customer(
                id,
                zone=zone,
                facts=facts,
                contacts=contact_lists(draw, words),
                history_from=place.first if rarely(draw, 8) else None,
            )
        )
    return tuple(given)
