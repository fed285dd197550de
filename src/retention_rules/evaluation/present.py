"""The present of one customer: what conditions look at beside an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from retention_rules.calendars import DayTable
from retention_rules.conditions import History, Prior
from retention_rules.customers import Customer
from retention_rules.evaluation.acting import UNKNOWN_CONTACT
from retention_rules.evaluation.happenings import Happening, alike
from retention_rules.evaluation.history import UNKNOWN, Range, Tally
from retention_rules.evaluation.lifecycles import Stages
from retention_rules.evaluation.program import (
    TRIGGER,
    Cluster,
    Part,
    Program,
    Route,
)
from retention_rules.windows import Elapsed

NEVER = 2**63 - 1
NO_CONTACT: Mapping[str, Any] = {}
_EMPTY = Tally(False)


class Present:
    """Facts, contacts, stages and histories, as they stand just before an event.

    Attributes:
        history_start: From when histories are complete; None for always.
        facts: What is known of the customer; `known_contacts` whom one may reach there.
        contact: The contact that a condition is asked about, while it is.
        tallies: The histories, by number and by the values that tie their events.
    """

    def __init__(
        self, program: Program, customer: Customer, table: DayTable, history_from: date | None
    ) -> None:
        self.program = program
        self.customer = customer
        self.table = table
        self.history_from = history_from
        since = customer.history_from or history_from
        self.history_start = None if since is None else table.start(since.toordinal())

    def reset(self) -> None:
        """Forget what followed from events."""
        self.facts: Mapping[str, Any] = self.customer.facts._items
        self.known_contacts = self.customer.contacts
        self.contact = NO_CONTACT
        self.tallies: list[dict[tuple[Any, ...], Tally]] = [{} for _ in self.program.priors]
        self.stages = [Stages(life, self.table) for life in self.program.lives]
        self.timeout = NEVER

    def stage(self, lifecycle: str) -> str | None:
        """The present stage; None if unknown, empty if there is none."""
        for one in self.stages:
            if one.life.rule.id == lifecycle:
                return one.stage
        return None

    def history(self, number: int, term: History, happening: Happening) -> Range:
        """An aggregate over the events so far."""
        prior = term.of
        same = _shared(happening, prior.same)
        if same is None:
            return UNKNOWN
        tally = self.tallies[number].get(same)
        start = None if prior.since is None else self._since(prior, happening)
        complete = self.history_start is None or (start is not None and start >= self.history_start)
        if tally is None:
            tally = _EMPTY
        elif start is not None:
            tally = tally.since(start, self.program.fields[number])
        return tally.range(term, complete)

    def count(self, number: int, term: History, happening: Happening) -> int | None:
        """How often it happened, where that is certain and no window is to be looked through."""
        prior = term.of
        if prior.since is not None or prior.same or self.history_start is not None:
            return None
        tally = self.tallies[number].get(())
        if tally is None:
            return 0
        return None if tally.possible else tally.certain

    def _since(self, prior: Prior, happening: Happening) -> int:
        offset = prior.since
        if isinstance(offset, Elapsed):
            return happening.first - offset.microseconds
        assert offset is not None
        day = self.table.day(happening.first)
        moved = date.fromordinal(day) - relativedelta(months=offset.months, days=offset.days)
        return self.table.start(moved.toordinal())

    def _remember(self, happening: Happening, sure: bool, route: Route) -> None:
        """Count an event in the histories that it belongs to; it is not prior to itself."""
        found = [(number, test(happening, self) if test else True) for number, test in route.priors]
        for number, bit in found:
            if bit is False:
                continue
            prior = self.program.numbered[number]
            same = _shared(happening, prior.same)
            if same is None:
                continue
            tally = self.tallies[number].get(same)
            if tally is None:
                tally = self.tallies[number][same] = Tally(prior.since is not None)
            tally.add(happening, sure and bit is True, self.program.fields[number])

    def _learn(self, record: Happening) -> None:
        """Take facts that changed."""
        self.facts = {**self.facts, **record.data}
        said = record.data.get("contacts")
        if _are_contacts(said):
            self.known_contacts = said

    def _contacts(
        self, happening: Happening, cluster: Cluster, index: int
    ) -> list[tuple[str, bool]]:
        known = self.known_contacts
        if known is None:
            return [(UNKNOWN_CONTACT, False)]
        test = cluster.races[index].contact_test
        found = []
        for contact in known:
            name = contact["id"]
            self.contact = contact
            bit = test(happening, self) if test else True
            if bit is not False:
                found.append((name, bit is True))
        self.contact = NO_CONTACT
        return found

    def _fan_out(
        self, happening: Happening, cluster: Cluster, played: list[Part]
    ) -> tuple[dict[int, list[tuple[str, bool]]], list[Part]]:
        """The contacts that each race begins for, and the parts that are left then."""
        found: dict[int, list[tuple[str, bool]]] = {}
        kept = []
        for index, role, sure in played:
            if role == TRIGGER:
                some = self._contacts(happening, cluster, index)
                if not some:
                    continue
                found[index] = [(name, certain and sure) for name, certain in some]
            kept.append((index, role, sure))
        return found, kept


def _are_contacts(value: Any) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(one, Mapping) and isinstance(one.get("id"), str) for one in value
    )


def _shared(happening: Happening, names: Iterable[str]) -> tuple[Any, ...] | None:
    """The values that tie events in a history; None if one is missing."""
    found = tuple(happening.data.get(name) for name in names)
    return None if None in found else tuple(alike(value) for value in found)
