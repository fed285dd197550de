"""The timeline of one customer: events in order, and everything that listens to them."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

import attrs
from dateutil.relativedelta import relativedelta

from retention_rules.calendars import DayTable
from retention_rules.conditions import History, Pattern, Prior
from retention_rules.customers import Customer
from retention_rules.evaluation.bits import Bit
from retention_rules.evaluation.happenings import Happening, alike
from retention_rules.evaluation.history import UNKNOWN, Range, Tally
from retention_rules.evaluation.lifecycles import Stages
from retention_rules.evaluation.obligations import Act
from retention_rules.evaluation.program import (
    TRIGGER,
    Ban,
    Cluster,
    Listener,
    Part,
    Program,
    Route,
    in_force,
)
from retention_rules.evaluation.races import UNKNOWN_CONTACT, Group
from retention_rules.evaluation.verdicts import (
    Future,
    Pair,
    Viewpoint,
    finding,
    pairs,
    procedure_findings,
    violation,
)
from retention_rules.events import CUSTOMER_CHANGED, RESERVED
from retention_rules.findings import Change, Finding, Note
from retention_rules.windows import Elapsed

_NEVER = 2**63 - 1
_BEGINNING = -(2**63)
GroupKey: TypeAlias = tuple[int, tuple[str, ...]]
_NO_CONTACT: Mapping[str, Any] = {}


@attrs.define(eq=False)
class Wrong:
    """An event that a prohibition forbids."""

    ban: Ban
    values: tuple[str, ...]
    happening: Happening
    sure: bool


class Timeline:
    """One customer's events and the state that follows from them, up to `done`.

    Attributes:
        log: The happenings, sorted; those before `ahead` have been taken.
        look: What is shown every record just before it is taken, with this timeline.
        done: The instant up to which time has passed.
    """

    def __init__(
        self,
        program: Program,
        customer: Customer,
        table: DayTable,
        history_from: date | None = None,
    ) -> None:
        self.program = program
        self.customer = customer
        self.table = table
        since = customer.history_from or history_from
        self.history_start = None if since is None else table.start(since.toordinal())
        self.history_from = history_from
        self.look: Callable[[Happening, Timeline], None] | None = None
        self.log: list[Happening] = []
        self.start_from: dict[str, Any] | None = None
        self.reported: dict[str, Finding] = {}
        self.ticks = 0
        self.reset()

    def reset(self) -> None:
        """Forget what followed; the events stay."""
        self.ahead = 0
        self.done = _BEGINNING
        self.facts: Mapping[str, Any] = self.customer.facts._items
        self.known_contacts = self.customer.contacts
        self.contact = _NO_CONTACT
        self.tallies: list[dict[tuple[Any, ...], Tally]] = [{} for _ in self.program.priors]
        self.stages = [Stages(life, self.table) for life in self.program.lives]
        self.groups: dict[GroupKey, Group] = {}
        self.timed: dict[GroupKey, Group] = {}
        self.moved: dict[GroupKey, Group] = {}
        self.timeout = _NEVER
        self.clearances: dict[tuple[int, tuple[str, ...]], list[tuple[Happening, bool]]] = {}
        self.cleared: dict[tuple[int, tuple[str, ...]], tuple[int, int]] = {}
        self.wrongs: list[Wrong] = []
        self.uncorrelated: dict[str, list[Happening]] = {}
        self.breaches: dict[GroupKey, set[str]] = {}
        self.anew = True
        self.fresh: list[Wrong] = []
        self.wakes: list[tuple[int, int, str, Any]] = []
        if self.start_from is not None:
            from retention_rules.evaluation.state import read

            read(self, self.start_from)

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
        self.log = [one for one in self.log if one.order[2:] != happening.order[2:]]

    # ---- the horizon -----------------------------------------------------------------------

    def seal(self, before: int) -> list[Happening]:
        """Let go of what happened before an instant, but for what follows from it.

        Returns:
            The events that were let go of; none if there are too few to be worth the while.
        """
        size = bisect_left(self.log, before, key=_first)
        if size < max(WORTHWHILE, len(self.log) - size) or self.log[size - 1].first >= self.done:
            return []
        from retention_rules.evaluation.state import Writer

        gone, done = self.log[:size], self.done
        past = Timeline(self.program, self.customer, self.table, self.history_from)
        past.start_from = self.start_from
        past.reset()
        past.load(gone)
        past.advance(before - 1)
        self.start_from = Writer(past).state()
        self.log = self.log[size:]
        self.reset()
        self.advance(done)
        kept = {one.key for one in self.findings()}
        self.reported = {key: one for key, one in self.reported.items() if key in kept}
        return gone

    # ---- the passing of time ----------------------------------------------------------------

    def advance(self, at: int) -> None:
        """Let time pass up to an instant (closed)."""
        log, index, size = self.log, self.ahead, len(self.log)
        while True:
            now = log[index].first if index < size else _NEVER
            now = min(now, self.timeout)
            if now > at:
                break
            start = index
            while index < size and log[index].first == now:
                index += 1
            self._instant(now, log[start:index])
        self.ahead = index
        if at > self.done:
            self.done = at
            if self.timed:
                for key, group in list(self.timed.items()):
                    if not group.is_due(at):
                        continue
                    group.advance(at)
                    self.moved[key] = group
                    if not group.timed():
                        del self.timed[key]

    def _instant(self, at: int, records: list[Happening]) -> None:
        routes = self.program.routes
        single = len(records) == 1 and self.timeout > at
        acts: dict[GroupKey, tuple[Group, list[Act]]] = {}
        hits: dict[int, list[tuple[Happening, list[tuple[int, Bit]]]]] = {}
        clearing: list[tuple[Ban, Happening, bool]] = []
        forbidden: list[tuple[Ban, Happening, bool]] = []
        if self.timeout <= at:
            over = [one for one in self.stages if one.timeout is not None and one.timeout <= at]
            passed = [found for one in over for found in one.time_out(at)]
            self._derived(passed, acts, clearing, forbidden)
        for record in records:
            if record.kind == CUSTOMER_CHANGED:
                self.facts = {**self.facts, **record.data}
                said = record.data.get("contacts")
                if _are_contacts(said):
                    self.known_contacts = said
            if self.look is not None:
                self.look(record, self)
            route = routes.get(record.kind)
            if route is None:
                continue
            for life, moves in route.lives:
                if not in_force(life.rule, self.table.day(record.first)):
                    continue
                found = [(place, test(record, self) if test else True) for place, test in moves]
                if any(bit is not False for _, bit in found):
                    hits.setdefault(life.index, []).append((record, found))
            if route.listeners:
                self._play(record, True, route, acts, single, bool(hits))
            if route.clearing or route.forbidden:
                self._bans(record, True, route, clearing, forbidden)
            if route.priors:
                self._remember(record, True, route)
        if hits:
            derived = []
            for index, moving in hits.items():
                derived += self.stages[index].move(moving)
            self._derived(derived, acts, clearing, forbidden)
        if self.stages:
            self.timeout = min((one.timeout or _NEVER for one in self.stages), default=_NEVER)
        if clearing or forbidden:
            self._judge_bans(clearing, forbidden)
        for key, (group, some) in acts.items():
            group.step(at, some)
            self.moved[key] = group
            if (group.timers or group.twin is not None) and group.timed():
                self.timed[key] = group

    def _derived(
        self,
        derived: list[tuple[Happening, bool]],
        acts: dict[GroupKey, tuple[Group, list[Act]]],
        clearing: list[tuple[Ban, Happening, bool]],
        forbidden: list[tuple[Ban, Happening, bool]],
    ) -> None:
        for happening, sure in sorted(derived, key=lambda found: found[0].order):
            route = self.program.routes.get(happening.kind)
            if route is not None:
                self._play(happening, sure, route, acts)
                self._bans(happening, sure, route, clearing, forbidden)
                self._remember(happening, sure, route)

    def _play(
        self,
        happening: Happening,
        sure: bool,
        route: Route,
        acts: dict[GroupKey, tuple[Group, list[Act]]],
        single: bool = False,
        moving: bool = False,
        only: Group | None = None,
    ) -> None:
        """Find the groups in which an event plays a part.

        It is `single` if it is the only record of its instant and nothing times out at it, and
        `moving` if stage entries or exits will follow from it; `only` looks for one group.
        """
        single = single and happening.first == happening.last
        groups = self.groups
        for listener in route.listeners:
            cluster = listener.cluster
            if only is not None and cluster is not only.cluster:
                continue
            alone = single and not (moving and cluster.hears_stages)
            if alone and listener.passive:
                # What only pays or frees matters only where something is owed.
                key = listener.key
                if key is None:
                    values = self._values(happening, cluster.other_keys)
                    if values is None:
                        continue
                    key = (cluster.index, values)
                group = groups.get(key)
                if group is None or group.quiet():
                    continue
            played: list[Part] = []
            certain = sure
            for test, surely, perhaps in listener.roles:
                bit = True if test is None else test(happening, self)
                if bit is not False:
                    if bit and sure:
                        played.append(surely)
                    else:
                        played.append(perhaps)
                        certain = False
            if not played:
                continue
            if alone and certain and cluster.plain:
                if self._quick(happening, listener, played):
                    continue
            doubt = listener.delicate or not certain
            if cluster.trigger_keys == cluster.other_keys:
                self._join(happening, cluster, cluster.trigger_keys, played, acts, doubt, only)
                continue
            starts = [part for part in played if cluster.starts(part)]
            others = [part for part in played if not cluster.starts(part)]
            if starts:
                self._join(happening, cluster, cluster.trigger_keys, starts, acts, doubt, only)
            if others:
                self._join(happening, cluster, cluster.other_keys, others, acts, doubt, only)

    def _quick(self, happening: Happening, listener: Listener, played: list[Part]) -> bool:
        """Let one certain event act in a plain group at once; False if the group is not plain."""
        cluster, key = listener.cluster, listener.key
        if key is None:
            values = self._values(happening, cluster.trigger_keys)
            if values is None:
                if any(cluster.starts(part) for part in played):
                    self._note_uncorrelated(happening, cluster.races[0].rule.id)
                return True
            key = (cluster.index, values)
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Group(cluster, self.table, key[1])
        elif not group.plain():
            return False
        group.quick(happening.first, happening, played)
        self.moved[key] = group
        return True

    def _join(
        self,
        happening: Happening,
        cluster: Cluster,
        names: tuple[str, ...],
        played: list[Part],
        acts: dict[GroupKey, tuple[Group, list[Act]]],
        doubt: bool,
        only: Group | None = None,
    ) -> None:
        values = self._values(happening, names) if names else ()
        if values is None:
            if any(cluster.starts(part) for part in played):
                self._note_uncorrelated(happening, cluster.races[0].rule.id)
            return
        key = (cluster.index, values)
        group = self.groups.get(key)
        if only is not None and group is not only:
            return
        if group is None:
            group = self.groups[key] = Group(cluster, self.table, values)
        contacts = None
        if cluster.races[0].contacts is not None:
            contacts, played = self._fan_out(happening, cluster, played)
            if not played:
                return
        act = Act(happening, played, contacts)
        act.doubt = doubt
        entry = acts.get(key)
        if entry is None:
            acts[key] = (group, [act])
        elif entry[1][-1].happening is happening:
            # It names the same case as trigger and as anything else.
            both = entry[1][-1]
            both.roles = [*both.roles, *played]
            both.contacts = both.contacts or contacts
            both.doubt = both.doubt or doubt
        else:
            entry[1].append(act)

    def _values(self, happening: Happening, names: tuple[str, ...]) -> tuple[str, ...] | None:
        """The correlation values of an event as text; None if it belongs to no case."""
        data = happening.data
        found = []
        for name in names:
            value = data.get(name)
            if isinstance(value, str):
                found.append(value)
            elif isinstance(value, int) and not isinstance(value, bool):
                found.append(str(value))
            else:
                return None
        return tuple(found)

    def _note_uncorrelated(self, happening: Happening, rule: str) -> None:
        """Remember an event that would begin something, but belongs to no case."""
        if not happening.derived:
            self.uncorrelated.setdefault(rule, []).append(happening)

    def _fan_out(
        self, happening: Happening, cluster: Cluster, played: list[Part]
    ) -> tuple[dict[int, list[tuple[str, bool]]], list[Part]]:
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
        self.contact = _NO_CONTACT
        return found

    # ---- what conditions look at ---------------------------------------------------------------

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

    # ---- prohibitions ----------------------------------------------------------------------

    def _bans(
        self,
        happening: Happening,
        sure: bool,
        route: Route,
        clearing: list[tuple[Ban, Happening, bool]],
        forbidden: list[tuple[Ban, Happening, bool]],
    ) -> None:
        for ban, test in route.clearing:
            bit = test(happening, self) if test else True
            if bit is not False:
                clearing.append((ban, happening, sure and bit is True))
        for ban, test in route.forbidden:
            bit = test(happening, self) if test else True
            if bit is False:
                continue
            if not in_force(ban.rule, self.table.day(happening.first)):
                continue
            context = ban.context(happening, self) if ban.context else True
            if context is not False:
                certain = sure and bit is True and context is True
                forbidden.append((ban, happening, certain))

    def _judge_bans(
        self,
        clearing: list[tuple[Ban, Happening, bool]],
        forbidden: list[tuple[Ban, Happening, bool]],
    ) -> None:
        cleared: list[tuple[Ban, tuple[str, ...], Happening, bool]] = []
        for ban, e, sure in clearing:
            values = self._values(e, ban.other_keys)
            if values is not None:
                cleared.append((ban, values, e, sure))
                for wrong in self.wrongs:
                    if wrong.happening.last >= e.first and wrong.happening is not e:
                        if wrong.ban is ban and wrong.values == values:
                            wrong.sure = False
                            self.fresh.append(wrong)
        for ban, e, sure in forbidden:
            values = self._values(e, ban.trigger_keys)
            if values is None:
                self._note_uncorrelated(e, ban.rule.id)
                continue
            others = [
                (one, certain)
                for other, with_, one, certain in cleared
                if other is ban and with_ == values and one is not e
            ]
            last, first = self.cleared.get((ban.index, values), (_NEVER, _NEVER))
            last = min([last, *(one.last for one, certain in others if certain)])
            first = min([first, *(one.first for one, _ in others)])
            if last > e.first:
                wrong = Wrong(ban, values, e, sure and first > e.last)
                self.wrongs.append(wrong)
                self.fresh.append(wrong)
        for ban, values, e, sure in cleared:
            last, first = self.cleared.get((ban.index, values), (_NEVER, _NEVER))
            last = min(last, e.last) if sure else last
            self.cleared[ban.index, values] = (last, min(first, e.first))

    # ---- what changed ----------------------------------------------------------------------

    def report(self, at: int, origin: Any) -> list[Change]:
        """Let time pass, and say which findings differ from those last reported."""
        anew = self.anew
        self.advance(at)
        view = self.view(None, origin)
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
        if self.timeout == _NEVER:
            return None

        def future(limit: int | None) -> Future:
            real, self.stages = self.stages, [one.copy() for one in self.stages]
            # Once all stages have gone round without effect, they never will have any.
            idle = {id(one): 0 for one in self.stages if one.timeout is not None}
            rounds = {id(one): len(one.life.rule.stages) for one in self.stages}
            try:
                while True:
                    at = min((one.timeout or _NEVER for one in self.stages), default=_NEVER)
                    if at == _NEVER or (limit is not None and at > limit):
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

    def _wrong(self, wrong: Wrong, at: int, view: Viewpoint) -> Finding:
        rule = wrong.ban.rule
        clearable = rule.unless_prior is not None
        correlation = tuple(zip(wrong.ban.trigger_keys, wrong.values, strict=True))
        partial = self.history_start is not None
        sure = wrong.sure and not self._clears_itself(wrong, at)
        return violation(
            rule.id, correlation, wrong.happening, None, sure, clearable, at, view, partial
        )

    def _clears_itself(self, wrong: Wrong, at: int) -> bool:
        """Whether a stage that times out within the day of a dated event will leave it doubtful."""
        last = wrong.happening.last
        if self.timeout > last or last <= at:
            return False
        if not any(kind.startswith(RESERVED) for kind in _kinds(wrong.ban.rule.unless_prior)):
            return False
        real, self.stages = self.stages, [one.copy() for one in self.stages]
        try:
            while True:
                now = min((one.timeout or _NEVER for one in self.stages), default=_NEVER)
                if now > last:
                    return False
                over = [one for one in self.stages if one.timeout == now]
                for happening, _ in [found for one in over for found in one.time_out(now)]:
                    if self._may_clear(wrong, happening):
                        return True
        finally:
            self.stages = real

    def _may_clear(self, wrong: Wrong, e: Happening) -> bool:
        route = self.program.routes.get(e.kind)
        for ban, test in () if route is None else route.clearing:
            if ban is wrong.ban and (test is None or test(e, self) is not False):
                return self._values(e, ban.other_keys) == wrong.values
        return False

    def notes(self) -> Iterator[Note]:
        """What someone should look at in this customer's data."""
        for rule, happenings in self.uncorrelated.items():
            names = tuple(dict.fromkeys(one.name for one in happenings))
            text = f"{len(names)} events of `{self.customer.id}` lack what `{rule}` correlates on"
            yield Note("uncorrelated", text, names)


WORTHWHILE = 64


def _kinds(pattern: Pattern | None) -> frozenset[str]:
    return frozenset() if pattern is None else pattern.kinds


def _are_contacts(value: Any) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(one, Mapping) and isinstance(one.get("id"), str) for one in value
    )


def _first(happening: Happening) -> int:
    return happening.first


def _order(happening: Happening) -> Any:
    return happening.order


def _shared(happening: Happening, names: Iterable[str]) -> tuple[Any, ...] | None:
    """The values that tie events in a history; None if one is missing."""
    found = tuple(happening.data.get(name) for name in names)
    return None if None in found else tuple(alike(value) for value in found)


_EMPTY = Tally(False)
__all__ = ["Timeline"]
