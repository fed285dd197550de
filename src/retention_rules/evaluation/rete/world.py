"""One customer as of one instant: what the engine decided, and what is found.

`next_change` is asked of the same facts at later instants. Where stages end by themselves and
something listens to them, the engine decides anew what is so when their time is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import attrs

from retention_rules.calendars import DayTable
from retention_rules.customers import Customer
from retention_rules.evaluation.found import Viewpoint
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.program import OPEN, TRIGGER, Cluster, Program
from retention_rules.evaluation.rete.bans import Judgement
from retention_rules.evaluation.rete.conclusions import Conclusions
from retention_rules.evaluation.rete.duty import Duty
from retention_rules.evaluation.rete.outcomes import Breach, Pair, offspring, pairs
from retention_rules.evaluation.rete.races import Run
from retention_rules.evaluation.rete.stages import Machine, Stay
from retention_rules.evaluation.rete.sweep import Heard, Sweep
from retention_rules.events import CONCLUSION, RESERVED
from retention_rules.findings import FINAL, Finding, escaped

_MOST_TIMEOUTS = 40  # what stages bring comes round
Entries = dict[tuple[Any, ...], "Pair | Breach"]


class World:
    """One customer, the visible records in order, and how things stand `now`."""

    def __init__(
        self,
        program: Program,
        customer: Customer,
        table: DayTable,
        history_from: date | None,
        records: Sequence[Happening],
        now: int,
        concluded: Conclusions | None = None,
    ) -> None:
        self.program, self.customer, self.table = program, customer, table
        self.history_from, self.records, self.now = history_from, records, now
        self.concluded = concluded
        self.sweep = Sweep(program, customer, table, history_from)
        options = self.sweep.moves(records) if program.lives else []
        self.machines = [
            Machine(life, table, [one for one in options if one.life == life.index])
            for life in program.lives
        ]
        for machine in self.machines:
            machine.decide(now)
        turns = [turn for machine in self.machines for turn in machine.turns]
        self.sweep.parts(records, options, turns)
        self.events = sorted(self.sweep.index, key=lambda one: one.order)
        self._entries: dict[int | None, Entries] = {}
        self._later: dict[int, World] = {}

    # ---- what the engine decides -------------------------------------------------------------

    def entries(self, index: int | None) -> Entries:
        """What is found of a cluster, or (None) of prohibitions, at any instant."""
        if index not in self._entries:
            found = self._banned() if index is None else self._raced(self.program.clusters[index])
            self._entries[index] = {one.identity: one for one in found}
        return self._entries[index]

    def _raced(self, cluster: Cluster) -> Iterator[Pair | Breach]:
        heard = self.sweep.heard.get(cluster.index, [])
        if not any(_opens(one) for one in heard):
            return
        lo = self._run(cluster, heard, False)
        owed = lo.decide()
        if _doubtful(cluster, heard):
            hi = self._run(cluster, heard, True)
            yield from pairs(owed, hi.decide())
        else:
            hi = lo
            yield from pairs(owed, owed)
        if cluster.procedure is not None:
            for key in {**lo.breaches, **hi.breaches}:
                part, values, e = key
                yield Breach(
                    cluster.procedure.id,
                    cluster.trigger_keys,
                    values,
                    e,
                    part,
                    lo.breaches.get(key),
                    hi.breaches.get(key),
                )

    def _run(self, cluster: Cluster, heard: Sequence[Heard], maybe: bool) -> Run:
        recurs = cluster.races[0].flow in ("every", "dates")
        kind = Duty if recurs else Run
        return kind(cluster, self.table, heard, self.events, maybe, self.now)

    def _banned(self) -> Iterator[Breach]:
        judgement = Judgement(self.sweep.forbidden, self.sweep.clearing)
        partial = self.sweep.history_start is not None
        for one, sure in judgement.decide():
            since = (one.happening.first, sure)
            rule, clears = one.ban.rule, one.ban.rule.unless_prior is not None
            yield Breach(
                rule.id,
                one.ban.trigger_keys,
                one.values,
                one.happening,
                None,
                since,
                since,
                clears,
                partial,
            )

    # ---- findings ----------------------------------------------------------------------------

    def told(self, view: Viewpoint) -> Iterator[tuple[Finding, Pair | Breach | None]]:
        """All findings now, each with what it is made of; stages and conclusions without."""
        for cluster in self.program.clusters:
            for one in self.entries(cluster.index).values():
                yield from self._finding(one, cluster, view)
        for one in self.entries(None).values():
            yield from self._finding(one, None, view)
        for machine in self.machines:
            for stay in machine.stays:
                yield _stay(machine.life.rule.id, stay, view), None
        if self.concluded is not None:
            for found in self.concluded.findings(self.now):
                yield attrs.evolve(found, origin=view.origin), None

    def _finding(
        self, one: Pair | Breach, cluster: Cluster | None, view: Viewpoint
    ) -> Iterator[tuple[Finding, Pair | Breach]]:
        found = one.finding(self.now, view, cluster)  # type: ignore[arg-type]
        if found is not None:
            change = None
            if found.status not in FINAL:
                change = self._change(one, cluster, view, found)
            yield attrs.evolve(found, next_change=change), one

    # ---- when a finding changes --------------------------------------------------------------

    def _change(
        self, one: Pair | Breach, cluster: Cluster | None, view: Viewpoint, found: Finding
    ) -> int | None:
        """The least later instant at which it differs, or bears another, if nothing happens."""
        index = None if cluster is None else cluster.index
        ahead = {c for c in one.ahead(self.now) if c > self.now}
        ahead |= {c for heir in self._heirs(one, index) for c in _births(heir) if c > self.now}
        there = self._born(one, index, self.now)
        timeouts: list[int] = []
        if self._hears(cluster):
            timeouts = self._timeouts(max(ahead, default=self.now))
            ahead |= set(timeouts)
        done: set[int] = set()
        while ahead - done:
            c = min(ahead - done)
            done.add(c)
            world = self._at(c, timeouts)
            now = world.entries(index).get(one.identity)
            if now is None or now.finding(c, view, cluster) != found:  # type: ignore[arg-type]
                return c
            if world._born(now, index, c) - there:
                return c
            if c in timeouts:
                ahead |= {later for later in now.ahead(c) if later > c}
                ahead |= {b for heir in world._heirs(now, index) for b in _births(heir) if b > c}
        return None

    def _heirs(self, one: Pair | Breach, index: int | None) -> list[Pair]:
        if index is None or isinstance(one, Breach):
            return []
        race = one.either.race
        if not race.feeds and race.flow != "dates":
            return []
        every = [other for other in self.entries(index).values() if isinstance(other, Pair)]
        return offspring(one, every)

    def _born(self, one: Pair | Breach, index: int | None, t: int) -> set[Any]:
        heirs = self._heirs(one, index)
        return {heir.identity for heir in heirs if any(at <= t for at in _births(heir))}

    def _hears(self, cluster: Cluster | None) -> bool:
        if not any(machine.stays for machine in self.machines):
            return False
        if cluster is not None:
            return cluster.hears_stages
        return any(kind.startswith(RESERVED) for ban in self.program.bans for kind in ban.clears)

    def _timeouts(self, until: int) -> list[int]:
        """When stages end by themselves: as long as it may matter, and at least once round."""
        found: set[int] = set()
        for machine in self.machines:
            now, options = machine, list(machine.options.values())
            for n in range(_MOST_TIMEOUTS):
                at = now.stays[-1].timeout if now.stays and not now.lost else None
                if at is None or (n > 2 * len(machine.life.rule.stages) and at > until):
                    break
                found.add(at)
                now = Machine(machine.life, self.table, options)
                now.decide(at)
        return sorted(found)

    def _at(self, c: int, timeouts: Sequence[int]) -> World:
        passed = [at for at in timeouts if at <= c]
        if not passed:
            return self
        if passed[-1] not in self._later:
            self._later[passed[-1]] = World(
                self.program,
                self.customer,
                self.table,
                self.history_from,
                self.records,
                passed[-1],
                self.concluded,
            )
        return self._later[passed[-1]]


def world_of(
    program: Program,
    customer: Customer,
    table: DayTable,
    history_from: date | None,
    complete: int | None,
    records: Sequence[Happening],
    now: int,
    concluded: Conclusions | None = None,
) -> World:
    """A customer as of an instant, with the conclusions that are drawn about it until then.

    Args:
        program: What is owed.
        customer: Whom it concerns.
        table: By which its dates are reckoned.
        history_from: The date from which events are complete.
        complete: Up to when they are.
        records: What happened by then, in order.
        now: The instant.
        concluded: What is concluded, if that is known already.
    """
    if program.stratum is not None and concluded is None:

        def make(below: Program, visible: Any, at: int, drawn: Conclusions | None) -> World:
            return world_of(below, customer, table, history_from, complete, visible, at, drawn)

        view = Viewpoint(customer.id, table.zone, complete, None)
        concluded = Conclusions(program.stratum, make, records, view, now)
    if concluded is not None and any(kind.startswith(CONCLUSION) for kind in program.routes):
        records = sorted([*records, *concluded.moments(now)], key=lambda one: one.order)
    return World(program, customer, table, history_from, records, now, concluded)


def _opens(one: Heard) -> bool:
    return any(role in (TRIGGER, OPEN) for _, role, _ in one.parts)


def _doubtful(cluster: Cluster, heard: Sequence[Heard]) -> bool:
    """Whether two runs may differ."""
    if any(race.contacts or race.differs_on or race.same_on for race in cluster.races):
        return True
    return any(
        not sure or (one.happening.dated and cluster.may_be_fine)
        for one in heard
        for _, _, sure in one.parts
    )


def _births(pair: Pair) -> list[int]:
    return [run.born for run in (pair.lo, pair.hi) if run is not None]


def _stay(life: str, stay: Stay, view: Viewpoint) -> Finding:
    left = stay.left
    return Finding(
        key=f"{escaped(life)}/{view.name}/{stay.stage}@{stay.cause}",
        rule=life,
        nature="stage",
        customer=view.customer,
        status="indeterminate" if stay.lost else "left" if left else "current",
        trigger=stay.cause,
        zone=view.zone,
        part=stay.stage,
        opens=stay.first,
        ended=left[0] if left else None,
        ended_by=left[1] if left else None,
        reason="doubtful" if stay.lost else None,
        next_change=None if stay.lost or left else stay.timeout,
        origin=view.origin,
    )
