"""The sweep: which part each event of a customer plays, as its conditions say.

Conditions are bits on events, and do not depend on what is owed; so they are decided before any
rule matches. Stages are an input here: the engine has decided them from the bits on moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import attrs

from retention_rules.evaluation.happenings import DRAWN, Happening, values_of
from retention_rules.evaluation.present import Present
from retention_rules.evaluation.program import (
    Ban,
    Cluster,
    Listener,
    Part,
    Route,
    in_force,
)
from retention_rules.events import CUSTOMER_CHANGED
from retention_rules.findings import Note

Values = tuple[str, ...]


@attrs.frozen(eq=False)
class Heard:
    """The parts that one event plays in one group of a cluster.

    Attributes:
        contacts: For each race that fans out, the contacts it triggers for, and how surely.
    """

    values: Values
    happening: Happening
    parts: list[Part]
    contacts: dict[int, list[tuple[str, bool]]] | None = None


@attrs.frozen(eq=False)
class Option:
    """A record that may cause a move of a lifecycle."""

    life: int
    move: int
    record: Happening
    sure: bool


@attrs.frozen(eq=False)
class Turn:
    """A change of stage, as the engine decided it.

    Attributes:
        at: When; `caused` whether by a record rather than by time.
        stage: The stage from then on; None if it is not known.
        derived: The entry and exit that it is, each with whether it is certain.
    """

    life: str
    at: int
    caused: bool
    stage: str | None
    derived: list[tuple[Happening, bool]]


@attrs.frozen(eq=False)
class Judged:
    """An event that a prohibition forbids, or that clears others of it."""

    ban: Ban
    values: Values
    happening: Happening
    sure: bool


class Sweep(Present):
    """One customer's events in time order, and the parts they play.

    Attributes:
        heard: By cluster, who plays a part.
        groups: The groups that there are, by cluster and correlation values.
        uncorrelated: Events that belong to no case, by the rule that they concern.
    """

    def moves(self, records: Sequence[Happening]) -> list[Option]:
        """What may move the customer from stage to stage."""
        self.reset()
        found: list[Option] = []
        for record in records:
            if record.kind == CUSTOMER_CHANGED:
                self._learn(record)
            route = self.program.routes.get(record.kind)
            for life, moves in () if route is None else route.lives:
                if in_force(life.rule, self.table.day(record.first)):
                    for place, test in moves:
                        bit = test(record, self) if test else True
                        if bit is not False:
                            found.append(Option(life.index, place, record, bit is True))
            if route is not None and route.priors:
                self._remember(record, True, route)
        return found

    def parts(
        self, records: Sequence[Happening], options: Iterable[Option], turns: Iterable[Turn]
    ) -> None:
        """Let all happen, with the stages as given, and note who plays a part."""
        self.reset()
        self.moving = {one.record.order for one in options}
        self.known: dict[str, str | None] = {one.rule.id: "" for one in self.program.lives}
        self.heard: dict[int, list[Heard]] = {}
        self.groups: dict[tuple[int, Values], None] = {}
        self.uncorrelated: dict[str, list[Happening]] = {}
        self.clearing: list[Judged] = []
        self.forbidden: list[Judged] = []
        self.index: list[Happening] = []
        both: list[Happening | Turn] = [*records, *turns]
        both.sort(key=_at)
        for _, some in groupby(both, key=_at):
            now = list(some)
            self._instant(
                [one for one in now if isinstance(one, Happening)],
                [one for one in now if isinstance(one, Turn)],
            )

    def stage(self, lifecycle: str) -> str | None:
        """The present stage; None if unknown, empty if there is none."""
        return self.known.get(lifecycle)

    def notes(self) -> Iterable[Note]:
        """What someone should look at in this customer's data."""
        for rule, happenings in self.uncorrelated.items():
            names = tuple(dict.fromkeys(one.name for one in happenings))
            text = f"{len(names)} events of `{self.customer.id}` lack what `{rule}` correlates on"
            yield Note("uncorrelated", text, names)

    def _instant(self, records: list[Happening], turns: list[Turn]) -> None:
        passed = [one for one in turns if not one.caused]
        caused = [one for one in turns if one.caused]
        self._turn(passed)
        single = len(records) == 1 and not passed
        drawn = [one for one in records if one.order[1] == DRAWN]
        for record in records[: len(records) - len(drawn)]:
            if record.kind == CUSTOMER_CHANGED:
                self._learn(record)
            alone = single and record.first == record.last
            self._take(record, True, alone, record.order in self.moving)
        self._turn(caused)
        for moment in drawn:  # conclusions come after all else of their instant
            self._take(moment, True, False, False)

    def _turn(self, turns: list[Turn]) -> None:
        for one in turns:
            self.known[one.life] = one.stage
        derived = [found for one in turns for found in one.derived]
        for happening, sure in sorted(derived, key=lambda found: found[0].order):
            self._take(happening, sure, False, False)

    def _take(self, happening: Happening, sure: bool, alone: bool, moving: bool) -> None:
        self.index.append(happening)
        route = self.program.routes.get(happening.kind)
        if route is None:
            return
        for listener in route.listeners:
            # Groups are noted where they are shared between customers: as events found them.
            heard = not alone or not listener.passive
            heard = heard or (moving and listener.cluster.hears_stages)
            self._hear(listener, happening, sure, heard)
        self._bans(route, happening, sure)
        if route.priors:
            self._remember(happening, sure, route)

    def _hear(self, listener: Listener, happening: Happening, sure: bool, begins: bool) -> None:
        cluster = listener.cluster
        played: list[Part] = []
        for test, surely, perhaps in listener.roles:
            bit = True if test is None else test(happening, self)
            if bit is not False:
                played.append(surely if bit and sure else perhaps)
        if not played:
            return
        if cluster.trigger_keys == cluster.other_keys:
            self._join(happening, cluster, cluster.trigger_keys, played, begins)
            return
        starts = [part for part in played if cluster.starts(part)]
        others = [part for part in played if not cluster.starts(part)]
        if starts:
            self._join(happening, cluster, cluster.trigger_keys, starts, begins)
        if others:
            self._join(happening, cluster, cluster.other_keys, others, begins)

    def _join(
        self,
        happening: Happening,
        cluster: Cluster,
        names: tuple[str, ...],
        played: list[Part],
        begins: bool,
    ) -> None:
        values = values_of(happening.data, names)
        if values is None:
            if any(cluster.starts(part) for part in played):
                self._lacks(happening, cluster.races[0].rule.id)
            return
        if begins:
            self.groups[cluster.index, values] = None
        contacts = None
        if cluster.races[0].contacts is not None:
            contacts, played = self._fan_out(happening, cluster, played)
        if played:
            heard = Heard(values, happening, played, contacts)
            self.heard.setdefault(cluster.index, []).append(heard)

    def _bans(self, route: Route, happening: Happening, sure: bool) -> None:
        for ban, test in route.clearing:
            bit = test(happening, self) if test else True
            values = values_of(happening.data, ban.other_keys)
            if bit is not False and values is not None:
                self.clearing.append(Judged(ban, values, happening, sure and bit is True))
        for ban, test in route.forbidden:
            bit = test(happening, self) if test else True
            if bit is False or not in_force(ban.rule, self.table.day(happening.first)):
                continue
            context = ban.context(happening, self) if ban.context else True
            if context is False:
                continue
            values = values_of(happening.data, ban.trigger_keys)
            if values is None:
                self._lacks(happening, ban.rule.id)
                continue
            certain = sure and bit is True and context is True
            self.forbidden.append(Judged(ban, values, happening, certain))

    def _lacks(self, happening: Happening, rule: str) -> None:
        if not happening.derived:
            self.uncorrelated.setdefault(rule, []).append(happening)


def _at(one: Happening | Turn) -> int:
    return one.at if isinstance(one, Turn) else one.first
