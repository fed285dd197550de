"""Lowering: from the rules that people write to the program that evaluators run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import attrs

from retention_rules.conditions import (
    Condition,
    ContactField,
    History,
    InStage,
    Pattern,
    Prior,
    walk,
)
from retention_rules.errors import DefinitionError, near
from retention_rules.evaluation.bits import Bit, Test, compile_condition, compile_pattern
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.program import (
    BEGIN,
    CLOSE,
    END,
    FREE,
    OPEN,
    PAY,
    SKIP,
    TRIGGER,
    Ban,
    ByDay,
    Cluster,
    Flow,
    Life,
    Listener,
    Program,
    Race,
    Route,
    in_force,
)
from retention_rules.events import CUSTOMER_CHANGED, RESERVED
from retention_rules.rulebook import Rulebook
from retention_rules.rules import (
    FollowUp,
    Key,
    Lifecycle,
    Pause,
    Procedure,
    Prohibition,
    Recurring,
    Rule,
)
from retention_rules.windows import (
    BusinessDays,
    CalendarDays,
    Due,
    Earliest,
    Field,
    Point,
    StepEnd,
    Trigger,
    Window,
)


@lru_cache(maxsize=64)
def compiled(rulebook: Rulebook) -> Program:
    """The program of a rulebook.

    Raises:
        DefinitionError: a rule refers to another that is not there or does not fit.
    """
    return _Compiler(rulebook).program()


class _Compiler:
    def __init__(self, rulebook: Rulebook) -> None:
        self.book = rulebook
        self.priors: dict[Prior, int] = {}
        self.routes: dict[str, Route] = {}
        self.lifecycles = {rule.id: rule for rule in rulebook if isinstance(rule, Lifecycle)}
        self.bans = {rule.id: rule for rule in rulebook if isinstance(rule, Prohibition)}
        self.in_force: dict[int, Rule] = {}

    def program(self) -> Program:
        for rule in self.book:
            self._check(rule)
        clusters: list[Cluster] = []
        lives: list[Life] = []
        bans: list[Ban] = []
        for chain in self._chains():
            clusters.append(self._follow_ups(len(clusters), chain))
        for rule in self.book:
            if isinstance(rule, Procedure):
                clusters.append(self._procedure(len(clusters), rule))
            elif isinstance(rule, Recurring):
                clusters.append(self._recurring(len(clusters), rule))
            elif isinstance(rule, Lifecycle):
                lives.append(self._lifecycle(len(lives), rule))
            elif isinstance(rule, Prohibition):
                bans.append(self._ban(len(bans), rule))
        done = 0
        while done < len(self.priors):
            # Compiling a history's own pattern may ask for further histories.
            for prior, number in list(self.priors.items())[done:]:
                for kind, test in compile_pattern(prior.pattern, self.priors).items():
                    self._route(kind).priors.append((number, test))
                done = number + 1
        fields = _fields_read(self.book)
        read = [tuple(sorted(fields.get(prior, {}).items())) for prior in self.priors]
        relevant = frozenset((*self.routes, CUSTOMER_CHANGED))
        return Program(
            self.book,
            clusters,
            lives,
            bans,
            self.priors,
            read,
            list(self.priors),
            self.routes,
            relevant,
        )

    def _route(self, kind: str) -> Route:
        return self.routes.setdefault(kind, Route())

    def _check(self, rule: Rule) -> None:
        for part in _parts(rule):
            for node in walk(part):
                if isinstance(node, InStage):
                    self._known_stage(rule, node.lifecycle, node.stage)
                    if isinstance(rule, Lifecycle):
                        raise DefinitionError(f"`{rule.id}` moves by a stage: use events only")
                elif isinstance(node, ContactField):
                    raise DefinitionError(
                        f"`{rule.id}` reads a contact outside `for_each`: "
                        "use `contact(...)` in `contacts(...)` only"
                    )
                elif isinstance(node, Pattern):
                    self._known_kinds(rule, node)

    def _known_kinds(self, rule: Rule, pattern: Pattern) -> None:
        for kind in pattern.kinds:
            if kind.startswith(RESERVED):
                _, lifecycle, stage = kind.split(":", 2)
                self._known_stage(rule, lifecycle, stage)
                if isinstance(rule, Lifecycle):
                    raise DefinitionError(f"`{rule.id}` moves by `{kind}`: use records only")

    def _known_stage(self, rule: Rule, lifecycle: str, stage: str) -> None:
        life = self.lifecycles.get(lifecycle)
        if life is None or stage not in [one.name for one in life.stages]:
            raise DefinitionError(
                f"`{rule.id}` refers to stage `{stage}` of `{lifecycle}`, "
                "which the rulebook lacks: "
                + near(stage, [one.name for one in life.stages] if life else [])
            )

    def _chains(self) -> list[list[FollowUp]]:
        """Follow-ups that share groups: the versions of one rule, and what is chained to it."""
        rules = [rule for rule in self.book if isinstance(rule, FollowUp)]
        leader: dict[str, str] = {rule.id: rule.id for rule in rules}

        def find(id: str) -> str:
            while leader[id] != id:
                id = leader[id]
            return id

        for rule in rules:
            for name in rule.window.steps():
                if name not in leader:
                    raise DefinitionError(
                        f"`{rule.id}` counts from `{name}`, which is no follow-up of the rulebook: "
                        + near(name, leader)
                    )
                leader[find(rule.id)] = find(name)
        chains: dict[str, list[FollowUp]] = {}
        for rule in rules:
            chains.setdefault(find(rule.id), []).append(rule)
        return list(chains.values())

    def _follow_ups(self, index: int, rules: list[FollowUp]) -> Cluster:
        first = rules[0]
        by_id = {rule.id: place for place, rule in enumerate(rules)}
        chained = len(by_id) > 1
        races: list[Race] = []
        for place, rule in enumerate(rules):
            if chained:
                _fits_chain(first, rule, len(rules) > len(by_id))
            family = next(i for i, other in enumerate(rules) if other.id == rule.id)
            contacts = rule.for_each
            race = Race(
                place,
                family,
                rule,
                None,
                rule.window,
                policy=rule.on_retrigger,
                needs=tuple(sorted((by_id[name], name) for name in rule.window.steps())),
                follows=bool(rule.window.steps()),
                differs_on=rule.differs_on,
                same_on=rule.same_on,
                contacts=contacts,
                contact_test=compile_condition(contacts.where, self.priors) if contacts else None,
            )
            races.append(race)
        cluster = _cluster(index, races, first.correlate_on, [rule.paused_by for rule in rules])
        cluster.chained = chained
        for race, rule in zip(races, rules, strict=True):
            self._listen(cluster, race, TRIGGER, rule.trigger, self._unless(rule))
            self._listen(cluster, race, PAY, rule.fulfilled_by)
            self._listen(cluster, race, FREE, rule.released_by)
        self._pauses(cluster)
        return cluster

    def _unless(self, rule: FollowUp) -> Test | None:
        """Unless the context of a prohibition holds, in the version of the event's day."""
        if rule.unless_forbidden is None:
            return None
        bans = [
            (one, compile_condition(one.context, self.priors))
            for one in self.book
            if one.id == rule.unless_forbidden and isinstance(one, Prohibition)
        ]
        if not bans:
            raise DefinitionError(
                f"`{rule.id}` is owed unless `{rule.unless_forbidden}`, which the rulebook lacks: "
                + near(rule.unless_forbidden, self.bans)
            )

        def test(happening: Happening, situation: Any) -> Bit:
            day = situation.table.day(happening.first)
            for ban, context in bans:
                if in_force(ban, day):
                    bit = context(happening, situation) if context else True
                    return None if bit is None else not bit
            return True

        return test

    def _procedure(self, index: int, rule: Procedure) -> Cluster:
        by_name = {step.name: place for place, step in enumerate(rule.steps)}
        races = [
            Race(
                place,
                place,
                rule,
                step.name,
                step.window,
                flow="each" if step.each else "step",
                needs=tuple(sorted((by_name[name], name) for name in step.window.steps())),
                early=not _counts_from_step(step.window.opens),
                follows=_counts_from_step(step.window.opens),
                required=not step.optional and step.each is None,
                survives=step.survives_closing,
                same_on=step.same_on,
            )
            for place, step in enumerate(rule.steps)
        ]
        cluster = _cluster(index, races, rule.correlate_on, [rule.paused_by] * len(races))
        cluster.chained = True
        for race, step in zip(races, rule.steps, strict=True):
            self._listen(cluster, race, TRIGGER, step.each or rule.opened_by)
            self._listen(cluster, race, PAY, step.fulfilled_by)
            self._listen(cluster, race, SKIP, step.released_by)
        self._listen(cluster, races[0], OPEN, rule.opened_by)
        self._listen(cluster, races[0], CLOSE, rule.closed_by)
        self._pauses(cluster)
        return cluster

    def _recurring(self, index: int, rule: Recurring) -> Cluster:
        flow: Flow = "every" if rule.every is not None else "dates"
        policy = "restart" if flow == "every" else "separate"
        race = Race(0, 0, rule, None, rule.window(), flow=flow, policy=policy)
        cluster = _cluster(index, [race], rule.correlate_on, [None])
        self._listen(cluster, race, TRIGGER, rule.starts)
        self._listen(cluster, race, PAY, rule.fulfilled_by)
        self._listen(cluster, race, FREE, rule.stops)
        return cluster

    def _lifecycle(self, index: int, rule: Lifecycle) -> Life:
        moves: dict[str, list[tuple[int, Test | None]]] = {}
        for place, move in enumerate(rule.moves):
            for kind, test in compile_pattern(move.on, self.priors).items():
                moves.setdefault(kind, []).append((place, test))
        life = Life(index, rule, moves)
        for kind, options in moves.items():
            self._route(kind).lives.append((life, options))
        return life

    def _ban(self, index: int, rule: Prohibition) -> Ban:
        forbids = compile_pattern(rule.forbids, self.priors)
        clears = compile_pattern(rule.unless_prior, self.priors)
        context = compile_condition(rule.context, self.priors)
        ban = Ban(index, rule, context, forbids, clears, *_keys(rule.correlate_on))
        for kind, test in clears.items():
            self._route(kind).clearing.append((ban, test))
        for kind, test in forbids.items():
            self._route(kind).forbidden.append((ban, test))
        return ban

    def _listen(
        self,
        cluster: Cluster,
        race: Race,
        role: int,
        pattern: Pattern | None,
        also: Test | None = None,
    ) -> None:
        for kind, test in compile_pattern(pattern, self.priors, also).items():
            listeners = self._route(kind).listeners
            if not listeners or listeners[-1].cluster is not cluster:
                listeners.append(Listener(cluster))
            listeners[-1].add(race.index, role, test)
            cluster.hears_stages = cluster.hears_stages or kind.startswith(RESERVED)

    def _pauses(self, cluster: Cluster) -> None:
        for clock, pause in cluster.clocks:
            self._listen(cluster, cluster.races[clock], BEGIN, pause.begin)
            self._listen(cluster, cluster.races[clock], END, pause.end)


def _counts_from_step(point: Point | Earliest | None) -> bool:
    parts = () if point is None else point.parts()
    return any(isinstance(part.anchor, StepEnd) for part in parts)


def _fits_chain(first: FollowUp, rule: FollowUp, versions: bool) -> None:
    same = (
        "trigger",
        "correlate_on",
        "on_retrigger",
        "paused_by",
        "for_each",
        "in_force",
        "unless_forbidden",
    )
    for name in same:
        if getattr(rule, name) != getattr(first, name):
            raise DefinitionError(
                f"`{rule.id}` is chained to `{first.id}`, but their `{name}` differ: make it equal"
            )
    if versions:
        raise DefinitionError(f"`{rule.id}` is chained, and so cannot have versions")
    if rule.on_retrigger not in ("separate", "restart", "ignore"):
        raise DefinitionError(f"`{rule.id}` is chained, and so cannot be a queue")


def _cluster(
    index: int, races: list[Race], correlate_on: tuple[Key, ...], pauses: list[Pause | None]
) -> Cluster:
    for race in races:
        race.by_day = _by_day(race.window, race.flow)
        race.feeds = tuple(
            other.index for other in races if race.index in [need for need, _ in other.needs]
        )
    order: list[int] = []
    while len(order) < len(races):
        ready = [
            race.index
            for race in races
            if race.index not in order and all(need in order for need, _ in race.needs)
        ]
        if not ready:
            raise DefinitionError(f"`{races[0].rule.id}` is chained in a circle: break it")
        order += ready
    fine = any(race.may_be_fine for race in races)
    for race, pause in zip(races, pauses, strict=True):
        race.clock = None if pause is None else pauses.index(pause)
    clocks = [(at, one) for at, one in enumerate(pauses) if one and pauses.index(one) == at]
    cluster = Cluster(index, races, *_keys(correlate_on), tuple(clocks), tuple(order), fine)
    cluster.plain = not clocks and all(race.is_plain for race in races)
    cluster.plain = cluster.plain and cluster.trigger_keys == cluster.other_keys
    return cluster


def _keys(correlate_on: tuple[Key, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pairs = [key if isinstance(key, tuple) else (key, key) for key in correlate_on]
    return tuple(one for one, _ in pairs), tuple(other for _, other in pairs)


def _by_day(window: Window, flow: Flow) -> ByDay | None:
    """What a window needs to know, if it follows from the local dates of its anchors alone."""
    bare = isinstance(window.opens, Point) and isinstance(window.opens.anchor, StepEnd)
    bare = bare and window.opens.offset is None  # type: ignore[union-attr]
    ends = [window.due, window.expires, window.target, None if bare else window.opens]
    parts = [part for end in ends if isinstance(end, Point | Earliest) for part in end.parts()]
    if flow == "dates" or not all(_follows_dates(part) for part in parts):
        return None
    return ByDay(
        opens=window.opens is not None and not bare,
        trigger=any(isinstance(part.anchor, Trigger) for part in parts),
        business=any(isinstance(part.offset, BusinessDays) for part in parts),
    )


def _follows_dates(part: Point) -> bool:
    if isinstance(part.anchor, Due):
        return part.offset is not None
    dates = isinstance(part.offset, CalendarDays | BusinessDays)
    return dates and not isinstance(part.anchor, Field)


def _parts(rule: Rule) -> list[Any]:
    """The patterns and conditions of a rule, but for the conditions on contacts."""
    found: list[Any] = []
    holders: list[Any] = [rule, *getattr(rule, "steps", ()), *getattr(rule, "moves", ())]
    pause = getattr(rule, "paused_by", None)
    holders += [pause] if pause else []
    for holder in holders:
        for field in attrs.fields(type(holder)):
            value = getattr(holder, field.name)
            if isinstance(value, Pattern | Condition):
                found.append(value)
    return found


def _fields_read(book: Rulebook) -> Mapping[Prior, dict[str, bool]]:
    """Which fields are aggregated from each history."""
    found: dict[Prior, dict[str, bool]] = {}

    def note(node: Any) -> None:
        for inner in walk(node):
            if isinstance(inner, History):
                fields = found.setdefault(inner.of, {})
                if inner.field is not None:
                    summed = inner.aggregate == "sum" or fields.get(inner.field, False)
                    fields[inner.field] = summed
                note(inner.of.pattern)

    for rule in book:
        for part in _parts(rule):
            note(part)
        contacts = getattr(rule, "for_each", None)
        if contacts is not None and contacts.where is not None:
            note(contacts.where)
    return found
