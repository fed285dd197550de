"""Lanes: the obligations of one run of a group, and what will happen to them by itself."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from typing import Any, Self, TypeAlias

from retention_rules.calendars import DayTable
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.obligations import Act, Case, Obligation
from retention_rules.evaluation.points import Interval
from retention_rules.evaluation.program import Cluster, Race
from retention_rules.findings import escaped

PAYMENT, RELEASE, BIRTH, RESUME = range(4)
_NONE: Any = ()  # what few groups have, and so makes no list for each
Timer: TypeAlias = tuple[int, int, int, Any]
"""When, what, a serial number, and what it is about."""


class Lanes:
    """The obligations of one customer and one set of correlation values.

    Attributes:
        values: The correlation values, as text; `path` the same as part of a key.
        correlation: The same, with the names of their fields.
        maybe: Whether everything doubtful counts here.
        doubt: The first instant of an event with a doubtful part, by contact (None: for all);
            `dated` of a dated one.
        lacks: For which contacts a trigger lacks a field that payments are compared by.
        obligations: All of them, in trigger order.
        live: By race, those that can be paid; `waiting` those that open later.
        timers: What will happen if nothing more happens.
        recent: Dated events whose day may not be over.
        put_off: In an instant, until all births are over: what frees those that are not born yet,
            since a payment at birth comes before it.
    """

    maybe = False
    doubt: Mapping[str | None, int] = {}
    lacks: frozenset[str | None] = frozenset()
    dated: Mapping[str | None, int] = {}
    recent: Sequence[Act] = ()
    acts: Sequence[Act] = ()
    put_off: list[tuple[Obligation, Happening, int, bool]] | None = None
    pauses: Mapping[int | None, Sequence[Interval]] = {}
    pausing: Mapping[tuple[Any, ...], int] = {}
    used: frozenset[Any] = frozenset()
    timers: list[Timer] = _NONE
    cases: list[Case] = _NONE
    closing: list[Case] = _NONE
    was_open = running = False
    start: Happening | None = None
    last_day = 0
    serial = count = 0

    def __init__(self, cluster: Cluster, table: DayTable, values: tuple[str, ...]) -> None:
        self.cluster = cluster
        self.table = table
        self.values = values
        self.path = "".join(f"/{escaped(value)}" for value in values) if values else ""
        self.correlation = tuple(zip(cluster.trigger_keys, values, strict=True)) if values else ()
        self.obligations: list[Obligation] = []
        self.touched: list[Obligation] = []
        self.live: list[list[Obligation]] = [[] for _ in cluster.races]
        self.waiting: list[list[tuple[int, int, Obligation]]] = [[] for _ in cluster.races]

    def _later(self, at: int, what: int, payload: Any) -> None:
        self.serial += 1
        self.timers = self.timers or []
        heapq.heappush(self.timers, (at, what, self.serial, payload))

    def _create(self, race: Race, trigger: Happening, contact: str | None) -> Obligation:
        one = Obligation(race, trigger, self.count, contact)
        self.count += 1
        self.obligations.append(one)
        return one

    def unended(self) -> list[Obligation]:
        """Those that can be paid, and those that open later."""
        found = [one for lane in self.live for one in lane]
        return found + [item[2] for lane in self.waiting for item in lane]

    def _contacts(self, act: Act, race: Race) -> list[str | None]:
        if race.contacts is None:
            return [None]
        some = (act.contacts or {}).get(race.index, ())
        return [name for name, sure in some if sure or self.maybe]

    def _trim(self, index: int, at: int) -> None:
        lane, waiting = self.live[index], self.waiting[index]
        if lane:
            self.live[index] = [one for one in lane if not one.ended(at)]
        if waiting and any(item[2].ended(at) for item in waiting):
            self.waiting[index] = [item for item in waiting if not item[2].ended(at)]
            heapq.heapify(self.waiting[index])

    # ---- another way -----------------------------------------------------------------------

    def copy(self) -> Self:
        """The same group, to go another way; without its twin."""
        group = type(self)(self.cluster, self.table, self.values)
        twins = {id(one): one.copy() for one in self.obligations}
        group.obligations = [twins[id(one)] for one in self.obligations]
        group.live = [[twins[id(one)] for one in lane] for lane in self.live]
        group.waiting = [
            [(at, seq, twins[id(one)]) for at, seq, one in lane] for lane in self.waiting
        ]
        cases: dict[int, Case] = {}
        for case in self.cases:
            steps = [None if one is None else twins[id(one)] for one in case.steps]
            other = cases[id(case)] = Case(case.trigger, steps)
            other.closed, other.fresh = case.closed, case.fresh
        group.cases = list(cases.values())
        group.closing = [cases[id(case)] for case in self.closing]
        for one in group.obligations:
            one.case = cases.get(id(one.case))
        timers: list[Timer] = []
        for at, what, serial, payload in self.timers:
            if isinstance(payload, Obligation):
                payload = twins[id(payload)]
            elif what in (PAYMENT, RELEASE):
                payload = (twins[id(payload[0])], *payload[1:])
            timers.append((at, what, serial, payload))
        group.timers = timers
        for name in ("maybe", "doubt", "lacks", "dated", "was_open", "running", "serial"):
            setattr(group, name, getattr(self, name))
        for name in ("recent", "pauses", "pausing", "used", "start", "last_day", "count"):
            setattr(group, name, getattr(self, name))
        return group
