"""Play: the records of one customer in time order, and everything that listens to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

from retention_rules.calendars import DayTable
from retention_rules.customers import Customer
from retention_rules.evaluation.bans import Bans
from retention_rules.evaluation.bits import Bit
from retention_rules.evaluation.happenings import DRAWN, Happening, values_of
from retention_rules.evaluation.obligations import Act
from retention_rules.evaluation.present import NEVER
from retention_rules.evaluation.program import (
    Ban,
    Cluster,
    Listener,
    Part,
    Program,
    Route,
    in_force,
)
from retention_rules.evaluation.races import Group
from retention_rules.events import CUSTOMER_CHANGED

BEGINNING = -(2**63)
GroupKey: TypeAlias = tuple[int, tuple[str, ...]]


class Play(Bans):
    """The state that follows from a customer's events up to `done`.

    Attributes:
        log: The happenings, sorted; those before `ahead` have been taken.
        done: The instant up to which time has passed.
        groups: The obligations, by cluster and correlation values; `timed` those to which
            something happens by itself, `hearing` those to which stages do, `moved` those to which
            something has since last asked.
        awake: By cluster, the groups without correlation values to which something may be owed.
        look: What is shown every record just before it is taken, with this state.
    """

    def __init__(
        self, program: Program, customer: Customer, table: DayTable, history_from: date | None
    ) -> None:
        super().__init__(program, customer, table, history_from)
        self.log: list[Happening] = []
        self.look: Callable[[Happening, Any], None] | None = None

    def reset(self) -> None:
        """Forget what followed from events; the events stay."""
        super().reset()
        self.ahead = 0
        self.done = BEGINNING
        self.groups: dict[GroupKey, Group] = {}
        self.awake: dict[int, Group] = {}
        self.timed: dict[GroupKey, Group] = {}
        self.hearing: dict[GroupKey, Group] = {}
        self.moved: dict[GroupKey, Group] = {}

    def advance(self, at: int) -> None:
        """Let time pass up to an instant (closed)."""
        log, index, size = self.log, self.ahead, len(self.log)
        while True:
            now = log[index].first if index < size else NEVER
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
                    self._note(key, group)
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
        plain = records
        if records and records[-1].order[1] == DRAWN:
            plain = [one for one in records if one.order[1] < DRAWN]
        for record in plain:
            if record.kind == CUSTOMER_CHANGED:
                self._learn(record)
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
        for drawn in records[len(plain) :]:  # conclusions come after all else of their instant
            if self.look is not None:
                self.look(drawn, self)
            self._derived([(drawn, True)], acts, clearing, forbidden)
        if self.stages:
            self.timeout = min((one.timeout or NEVER for one in self.stages), default=NEVER)
        if clearing or forbidden:
            self._judge_bans(clearing, forbidden)
        for key, (group, some) in acts.items():
            group.step(at, some)
            self._note(key, group)
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
        if not single or happening.first != happening.last:
            for listener in route.listeners:
                if only is None or only.cluster is listener.cluster:
                    self._hear(listener, happening, sure, acts, False, only)
            return
        # What only pays or frees matters only where something is owed: mostly nowhere.
        for listener in route.active:
            alone = not (moving and listener.cluster.hears_stages)
            self._hear(listener, happening, sure, acts, alone)
        for index in tuple(self.awake) if route.passive else ():
            passive = route.passive.get(index)
            if passive is None:
                continue
            alone = not (moving and passive.cluster.hears_stages)
            if not alone or not self.awake[index].quiet(happening.first):
                self._hear(passive, happening, sure, acts, alone)
            else:
                del self.awake[index]
        if moving:
            for listener in route.passive.values():
                if listener.cluster.hears_stages and listener.cluster.index not in self.awake:
                    self._hear(listener, happening, sure, acts, False)
        for names, tied in route.tied:
            values = values_of(happening.data, names)
            for listener in tied if values is not None else ():
                alone = not (moving and listener.cluster.hears_stages)
                group = self.groups.get((listener.cluster.index, values))  # type: ignore[arg-type]
                if not alone or (group is not None and not group.quiet(happening.first)):
                    self._hear(listener, happening, sure, acts, alone)

    def _hear(
        self,
        listener: Listener,
        happening: Happening,
        sure: bool,
        acts: dict[GroupKey, tuple[Group, list[Act]]],
        alone: bool,
        only: Group | None = None,
    ) -> None:
        """Let a cluster hear of an event, which is `alone` if it hears of nothing else now."""
        cluster = listener.cluster
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
            return
        if alone and certain and cluster.plain:
            if self._quick(happening, listener, played):
                return
        doubt = listener.delicate or not certain
        if cluster.trigger_keys == cluster.other_keys:
            self._join(happening, cluster, cluster.trigger_keys, played, acts, doubt, only)
            return
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
            values = values_of(happening.data, cluster.trigger_keys)
            if values is None:
                if any(cluster.starts(part) for part in played):
                    self._note_uncorrelated(happening, cluster.races[0].rule.id)
                return True
            key = (cluster.index, values)
        group = self.groups.get(key)
        if group is None:
            group = self._group(cluster, key[1])
        elif not group.plain():
            return False
        group.quick(happening.first, happening, played)
        self._note(key, group)
        return True

    def _note(self, key: GroupKey, group: Group) -> None:
        """Something happened to a group."""
        self.moved[key] = group
        if not key[1]:
            self.awake[key[0]] = group

    def _group(self, cluster: Cluster, values: tuple[str, ...]) -> Group:
        """A new group, for its first event."""
        key = (cluster.index, values)
        group = self.groups[key] = Group(cluster, self.table, values)
        if cluster.hears_stages:
            self.hearing[key] = group
        return group

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
        values = values_of(happening.data, names) if names else ()
        if values is None:
            if any(cluster.starts(part) for part in played):
                self._note_uncorrelated(happening, cluster.races[0].rule.id)
            return
        key = (cluster.index, values)
        group = self.groups.get(key)
        if only is not None and group is not only:
            return
        if group is None:
            group = self._group(cluster, values)
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
