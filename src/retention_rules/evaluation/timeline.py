"""The timeline of one customer: events in, findings and changes out."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from retention_rules.calendars import DayTable
from retention_rules.customers import Customer
from retention_rules.evaluation.bans import Wrong
from retention_rules.evaluation.foresight import Future
from retention_rules.evaluation.found import Viewpoint, finding, procedure_findings
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.obligations import Act
from retention_rules.evaluation.play import GroupKey, Play
from retention_rules.evaluation.present import NEVER
from retention_rules.evaluation.program import (
    Program,
)
from retention_rules.evaluation.races import Group
from retention_rules.evaluation.verdicts import Pair, pairs
from retention_rules.findings import Change, Finding, Note

WORTHWHILE = 64


class Timeline(Play):
    """One customer's events, what follows from them, and what was last reported of it."""

    def __init__(
        self,
        program: Program,
        customer: Customer,
        table: DayTable,
        history_from: date | None = None,
    ) -> None:
        super().__init__(program, customer, table, history_from)
        self.start_from: dict[str, Any] | None = None
        self.complete: int | None = None
        self.watch: Callable[[Finding, Any], None] | None = None
        self.reported: dict[str, Finding] = {}
        self.ticks = 0
        self.reset()

    def reset(self) -> None:
        """Forget what followed from events; the events stay."""
        super().reset()
        self.breaches: dict[GroupKey, set[str]] = {}
        self.anew = True
        self.wakes: list[tuple[int, int, str, Any]] = []
        if self.start_from is not None:
            from retention_rules.evaluation.state import read

            read(self, self.start_from)

    def again(self) -> Timeline:
        """Another one that starts as this one did, without events."""
        other = type(self)(self.program, self.customer, self.table, self.history_from)
        other.resume(self.start_from)
        other.knowing(self.complete)
        return other

    def knowing(self, complete: int | None) -> None:
        """Take it that events are complete up to an instant only; None: everything is in."""
        self.complete = complete

    # ---- events --------------------------------------------------------------------------

    def load(self, happenings: list[Happening]) -> None:
        """Take many events, in any order, before time passes."""
        self.log += happenings
        self.log.sort(key=_order)

    def add(self, happening: Happening) -> None:
        """Take one event; one that comes after its time makes all start anew."""
        if happening.first <= self.done:
            self.reset()
        if not self.log or self.log[-1].order < happening.order:
            self.log.append(happening)
        else:
            insort(self.log, happening, key=_order)

    def remove(self, happening: Happening) -> None:
        """Take an event back."""
        if happening.first <= self.done:
            self.reset()
        self.log = [one for one in self.log if one.order[1:] != happening.order[1:]]

    # ---- the horizon -----------------------------------------------------------------------

    def seal(self, before: int) -> list[Happening]:
        """Let go of what happened before an instant, but for what follows from it.

        Returns:
            The events that were let go of; none if there are too few to be worth the while.
        """
        size = bisect_left(self.log, before, key=_first)
        if size < max(WORTHWHILE, len(self.log) - size) or self.log[size - 1].first >= self.done:
            return []
        gone, done = self.log[:size], self.done
        past = self.again()
        past.load(gone)
        past.advance(before - 1)
        self.log = self.log[size:]
        self.resume(past.state())
        self.advance(done)
        kept = {one.key for one in self.findings()}
        self.reported = {key: one for key, one in self.reported.items() if key in kept}
        return gone

    def state(self) -> dict[str, Any]:
        """What is needed to go on without the events so far."""
        from retention_rules.evaluation.state import Writer

        return Writer(self).state()

    def resume(self, start: dict[str, Any] | None) -> None:
        """Go on from a state, without the events that led to it."""
        self.start_from = start
        self.reset()

    # ---- what changed ----------------------------------------------------------------------

    def report(self, at: int, origin: Any) -> list[Change]:
        """Let time pass, and say which findings differ from those last reported."""
        anew = self.anew
        self.advance(at)
        view = self.view(self.complete, origin)
        changes: list[Change] = []
        if anew:
            self.anew = False
            found = {one.key: (one, what) for one, what in self._found(view)}
            self._withdraw(self.reported.keys() - found.keys(), changes)
            for one, what in found.values():
                self._compare(one, changes, what, anew=True)
            self._forget_marks()
            return changes
        for group, pair in self._marked(at):
            future = self._future(group) if group.cluster.hears_stages else None
            found_now = finding(group, pair, self.done, view, future)
            self._compare(found_now, changes, (group, pair))
        for key, group in self.moved.items():
            if group.cluster.procedure is not None and (group.cases or group.twin is not None):
                breaches = {one.key: one for one in procedure_findings(group, self.done, view)}
                self._withdraw(self.breaches.get(key, set()) - breaches.keys(), changes)
                self.breaches[key] = set(breaches)
                for one in breaches.values():
                    self._compare(one, changes, (group, None))
        for stages in self.stages:
            for entry in stages.fresh:
                self._compare(stages.finding(entry, view.customer, view.zone, origin), changes)
        for wrong in self.fresh:
            self._compare(self._wrong(wrong, self.done, view), changes, wrong)
        self._forget_marks()
        return changes

    def _marked(self, at: int) -> Iterator[tuple[Group, Pair]]:
        """The obligations that something happened to, or whose time has come."""
        whole = [group for group in self.moved.values() if group.twin is not None]
        seen: set[int] = set()
        ready: list[tuple[Group, Pair]] = []
        while self.wakes and self.wakes[0][0] <= at:
            _, _, key, what = heapq.heappop(self.wakes)
            if what is None or not self._awaited(key, at):  # a stage, which time itself moves
                continue
            if isinstance(what, Wrong):
                self.fresh.append(what)
            elif what[1] is None or what[0].twin is not None:
                self.moved[what[0].cluster.index, what[0].values] = what[0]
                if what[0].twin is not None and what[0] not in whole:
                    whole.append(what[0])
            else:
                ready.append(what)
        if any(stages.fresh for stages in self.stages):
            # Another stage, another future: what will come of it may be another thing too.
            for group in self.hearing.values():
                if group.twin is not None:
                    whole += [] if group in whole else [group]
                else:
                    ready += [
                        (group, (one, one)) for one in group.unended() if one.born is not None
                    ]
            self.fresh += [wrong for wrong in self.wrongs if wrong.happening.last > at]
        for group in self.moved.values():
            if group.twin is None:
                ready += [(group, (one, one)) for one in group.touched if one.born is not None]
        for group, pair in ready:
            if id(pair[0]) not in seen:
                seen.add(id(pair[0]))
                yield group, pair
        for group in whole:
            for pair in pairs(group):
                yield group, pair

    def _withdraw(self, keys: Iterable[str], changes: list[Change]) -> None:
        for key in sorted(keys):
            changes.append(Change(key, self.reported.pop(key), None))

    def _compare(
        self, one: Finding, changes: list[Change], what: Any = None, *, anew: bool = False
    ) -> None:
        before = self.reported.get(one.key)
        if self.watch is not None:
            self.watch(one, what)
        if before != one:
            self.reported[one.key] = one
            changes.append(Change(one.key, before, one))
        elif not anew:
            return
        if one.next_change is not None:
            self.ticks += 1
            heapq.heappush(self.wakes, (one.next_change, self.ticks, one.key, what))

    def _forget_marks(self) -> None:
        for group in self.moved.values():
            for run in (group, group.twin):
                if run is not None:
                    run.touched = []
        self.moved = {}
        self.fresh = []
        for stages in self.stages:
            stages.fresh = []

    def _awaited(self, key: str, at: int) -> bool:
        """Whether a finding as last reported still changes at, or before, an instant."""
        one = self.reported.get(key)
        return one is not None and one.next_change is not None and one.next_change <= at

    def next_wake(self) -> int | None:
        """When it has something to do next, if nothing more is added."""
        ahead = self.log[self.ahead].first if self.ahead < len(self.log) else None
        while self.wakes and not self._awaited(self.wakes[0][2], self.wakes[0][0]):
            heapq.heappop(self.wakes)
        wakes = [self.wakes[0][0]] if self.wakes else []
        return min([*wakes, *([ahead] if ahead is not None else [])], default=None)

    def _future(self, group: Group) -> Callable[[int | None], Future] | None:
        """What stages that time out will bring to a group; None if it does not listen to any."""
        if self.timeout == NEVER:
            return None

        def future(limit: int | None) -> Future:
            real, self.stages = self.stages, [one.copy() for one in self.stages]
            # Once all stages have gone round without effect, they never will have any.
            idle = {id(one): 0 for one in self.stages if one.timeout is not None}
            rounds = {id(one): len(one.life.rule.stages) for one in self.stages}
            try:
                while True:
                    at = min((one.timeout or NEVER for one in self.stages), default=NEVER)
                    if at == NEVER or (limit is not None and at > limit):
                        return
                    acts: dict[GroupKey, tuple[Group, list[Act]]] = {}
                    derived: list[tuple[Happening, bool]] = []
                    for one in self.stages:
                        if one.timeout == at:
                            derived += one.time_out(at)
                            idle[id(one)] += 1
                        elif one.timeout is None:
                            idle.pop(id(one), None)
                    for happening, sure in derived:
                        route = self.program.routes.get(happening.kind)
                        if route is not None:
                            self._play(happening, sure, route, acts, only=group)
                    if acts:
                        idle = dict.fromkeys(idle, 0)
                        yield at, acts[group.cluster.index, group.values][1]
                    elif all(count > rounds[one] for one, count in idle.items()):
                        return
            finally:
                self.stages = real

        return future

    # ---- findings --------------------------------------------------------------------------

    def view(self, complete: int | None, origin: Any) -> Viewpoint:
        """From where this customer's findings are seen."""
        return Viewpoint(self.customer.id, self.table.zone, complete, origin)

    def findings(self, complete: int | None = None, origin: Any = None) -> Iterator[Finding]:
        """All findings at `done`."""
        for one, _ in self._found(self.view(complete, origin)):
            yield one

    def _found(self, view: Viewpoint) -> Iterator[tuple[Finding, Any]]:
        """All findings, each with what it comes from, to be asked again when its time comes."""
        at = self.done
        for key, group in self.groups.items():
            future = self._future(group) if group.cluster.hears_stages else None
            for pair in pairs(group):
                yield finding(group, pair, at, view, future), (group, pair)
            if group.cluster.procedure is not None and (group.cases or group.twin is not None):
                breaches = procedure_findings(group, at, view)
                self.breaches[key] = {one.key for one in breaches}
                for one in breaches:
                    yield one, (group, None)
        for stages in self.stages:
            for one in stages.findings(view.customer, view.zone, view.origin):
                yield one, None
        for wrong in self.wrongs:
            yield self._wrong(wrong, at, view), wrong

    def notes(self) -> Iterator[Note]:
        """What someone should look at in this customer's data."""
        for rule, happenings in self.uncorrelated.items():
            names = tuple(dict.fromkeys(one.name for one in happenings))
            text = f"{len(names)} events of `{self.customer.id}` lack what `{rule}` correlates on"
            yield Note("uncorrelated", text, names)


def _first(happening: Happening) -> int:
    return happening.first


def _order(happening: Happening) -> Any:
    return happening.order
