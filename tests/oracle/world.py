"""All that is known of one customer: what the other modules quantify over."""

from __future__ import annotations

from typing import Any

import attrs
from tests.oracle import stages
from tests.oracle.happenings import Happening

from retention_rules.calendars import DayTable
from retention_rules.customers import Customer
from retention_rules.rulebook import Rulebook
from retention_rules.rules import Lifecycle, Rule


@attrs.frozen(eq=False)
class World:
    """One customer and its visible records, in order, as things stand at `now`."""

    rulebook: Rulebook
    customer: Customer
    table: DayTable
    records: tuple[Happening, ...]
    history_start: int | None  # before it, history is unknown
    complete: int | None  # after it, absence is unknown
    now: int
    concluded: tuple[Happening, ...] = ()  # the moments of conclusions, as they are known now
    memo: dict[Any, Any] = attrs.field(factory=dict)
    events: tuple[Happening, ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        derived = tuple(
            one for life in self.lives() for one in stages.final(self, life, self.now).derived
        )
        events = sorted((*self.records, *derived, *self.concluded), key=lambda one: one.order)
        object.__setattr__(self, "events", tuple(events))

    def lives(self) -> list[Lifecycle]:
        """The lifecycles."""
        return [rule for rule in self.rulebook if isinstance(rule, Lifecycle)]

    def later(self, now: int) -> World:
        """The same records, at a later time."""
        return attrs.evolve(self, now=now)

    def in_force(self, rule: Rule, e: Happening) -> bool:
        """Whether this version of a rule is in force on the day of an event."""
        period = rule.in_force
        if period.start_on is None and period.end_on is None:
            return True
        day = self.table.to_date(e.day)
        return (period.start_on is None or period.start_on <= day) and (
            period.end_on is None or day < period.end_on
        )
