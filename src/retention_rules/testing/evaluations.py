"""A strategy for whole questions: a rulebook, records, an instant, and what else is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

import attrs
from hypothesis import strategies as st

from retention_rules.calendars import Calendar, DayTable, day_table, instant
from retention_rules.customers import Customer
from retention_rules.errors import RetentionRulesError
from retention_rules.evaluation import evaluate
from retention_rules.events import Event, Record
from retention_rules.findings import Finding
from retention_rules.rulebook import Rulebook
from retention_rules.serialization import dumps
from retention_rules.testing.draws import below
from retention_rules.testing.histories import Clock, _records, customer_tables, focused
from retention_rules.testing.places import PLACES, Place, zoned
from retention_rules.testing.rulebooks import rulebooks
from retention_rules.testing.vocabulary import vocabulary

Evaluator: TypeAlias = Callable[..., Sequence[Finding]]
"""Anything with the arguments of `retention_rules.evaluate`."""


def _records_of(given: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(given)


def _customers_of(given: Iterable[Customer]) -> tuple[Customer, ...]:
    return tuple(given)


@attrs.frozen(kw_only=True)
class Evaluation:
    """Everything that `evaluate` is asked with, as one value.

    Attributes:
        rulebook: The rules.
        records: Events, corrections and retractions, in the order in which they came.
        as_of: The instant that is asked about.
        customers: What is known of customers beside their events.
        zone: The zone of customers without one.
        calendar: Opening hours and holidays.
        known_at: Only what was recorded up to then.
        complete: Until when each source is complete.
        history_from: Since when history is complete.
    """

    rulebook: Rulebook
    records: tuple[Record, ...] = attrs.field(converter=_records_of)
    as_of: datetime
    customers: tuple[Customer, ...] = attrs.field(default=(), converter=_customers_of)
    zone: str | None = None
    calendar: Calendar | None = None
    known_at: datetime | None = None
    complete: Mapping[str, datetime] | None = None
    history_from: date | None = None

    def but(self, **changes: Any) -> Evaluation:
        """The same question, but for `changes`."""
        return attrs.evolve(self, **changes)

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of `evaluate`, without those that are not given."""
        named = attrs.asdict(self, recurse=False)
        del named["rulebook"], named["records"]
        return {name: value for name, value in named.items() if value is not None}

    def ask(self, evaluator: Evaluator | None = None) -> list[Finding]:
        """The answer of an evaluator, by default of `evaluate`."""
        asking = evaluate if evaluator is None else evaluator
        return list(asking(self.rulebook, list(self.records), **self.arguments()))

    def outcome(self, evaluator: Evaluator | None = None) -> list[Finding] | str:
        """The answer, or the error in words."""
        try:
            return self.ask(evaluator)
        except RetentionRulesError as problem:
            return f"{type(problem).__name__}: {problem}"

    def table(self, customer: str) -> DayTable:
        """The day table by which the dates of a customer are reckoned."""
        calendar = self.calendar or Calendar()
        own = next((one.zone for one in self.customers if one.id == customer), None)
        zone = own or calendar.zone or self.zone
        if zone is None:
            raise ValueError(f"`{customer}` has no zone")
        return day_table(zone, calendar)

    def first(self, event: Event) -> int:
        """The first instant of an event: its own, or the start of its local day."""
        if event.at is not None:
            return event.at
        return self.table(event.customer).start(event.occurred_at.toordinal())

    def last(self, event: Event) -> int:
        """The last instant of an event: its own, or the end of its local day."""
        if event.at is not None:
            return event.at
        return self.table(event.customer).end(event.occurred_at.toordinal())

    @property
    def now(self) -> int:
        """`as_of` in microseconds."""
        return instant(self.as_of)

    def later(self, microseconds: int) -> Evaluation:
        """The same question, asked that much later."""
        utc = self.as_of.astimezone(UTC) + timedelta(microseconds=microseconds)
        return self.but(as_of=utc.astimezone(self.as_of.tzinfo))

    def at(self, asked: int) -> Evaluation:
        """The same question, asked as of an instant in microseconds."""
        return self.later(asked - self.now)

    def told(self) -> list[str]:
        """The question in a few lines, for messages: rules and records as JSON."""
        rest = {name: value for name, value in self.arguments().items() if name != "as_of"}
        if self.calendar is not None:
            rest["calendar"] = self.calendar.to_dict()
        few = len(self.rulebook) <= 8
        return [
            f"as of {self.as_of.isoformat()}, {rest}",
            *([dumps(rule) for rule in self.rulebook] if few else [f"{len(self.rulebook)} rules"]),
            *(dumps(record) for record in self.records),
        ]

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """Print it in a few lines where Hypothesis shows an example."""
        printer.text("\n    ".join(["Evaluation", *self.told()]))


@st.composite
def evaluations(
    draw: st.DrawFn,
    rulebook: Rulebook | None = None,
    *,
    places: Sequence[Place] = PLACES,
    max_events: int = 9,
    max_rules: int = 3,
    concluding: bool = False,
    one_customer: bool = False,
    amendments: bool = True,
    cuts: bool = True,
) -> Evaluation:
    """Whole questions: a rulebook, records, customers, zone, calendar, an instant near a deadline.

    Args:
        draw: Given by Hypothesis.
        rulebook: The rules; default: drawn too.
        places: Zones and dates to choose from.
        max_events: How many events at most.
        max_rules: How many rules at most, if they are drawn.
        concluding: Whether something is always concluded from them.
        one_customer: Whether all records are of one customer.
        amendments: Whether some records amend others.
        cuts: Whether `known_at`, `complete` and `history_from` are sometimes given.
    """
    place = places[below(draw, len(places))]
    book = rulebook
    if book is None:
        book = draw(rulebooks(around=place.first, max_rules=max_rules, concluding=concluding))
    calendar = place.calendars[below(draw, len(place.calendars))]
    words = vocabulary(focused(draw, book.rules))
    table = place.table(calendar)
    clock = Clock(draw, place, table, words)
    records = _records(draw, clock, words, max_events, one_customer, amendments)
    asked = Evaluation(
        rulebook=book,
        records=records,
        as_of=zoned(table, _as_of(draw, clock, records)),
        customers=customer_tables(draw, place, words),
        zone=place.zone,
        calendar=calendar,
    )
    return _cut(draw, clock, place, asked) if cuts else asked


def _as_of(draw: st.DrawFn, clock: Clock, records: list[Record]) -> int:
    """Some tick, or close to where a rule's offset leads from some event, or much later."""
    kind = clock.below(8)
    if kind <= 1:
        return clock.tick()
    if kind == 2:
        return clock.base[-1] + (0, 1, 24, 240, 960)[clock.below(5)] * 3_600_000_000
    record = records[clock.below(len(records))]
    anchor = clock.tick()
    if isinstance(record, Event):
        dated = record.occurred_at.toordinal()
        anchor = clock.table.start(dated) if record.at is None else record.at
    found = clock.deadline(anchor)
    return max(anchor if found is None else found, clock.base[0])


def _cut(draw: st.DrawFn, clock: Clock, place: Place, asked: Evaluation) -> Evaluation:
    changes: dict[str, Any] = {}
    if clock.below(6) == 5:
        changes["known_at"] = clock.instant()
    if clock.below(5) == 4:
        upto = {source: min(clock.instant(), asked.as_of) for source in ("", "crm")}
        changes["complete"] = upto
    if clock.below(8) == 7:
        changes["history_from"] = clock.dates[clock.below(len(clock.dates))]
    return asked.but(**changes) if changes else asked
