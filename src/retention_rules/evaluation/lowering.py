"""Lowering: from the rules that people write to the program that evaluators run."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from retention_rules.conditions import (
    ContactField,
    InStage,
    Pattern,
    Prior,
    walk,
)
from retention_rules.errors import DefinitionError, near
from retention_rules.evaluation.bits import Bit, Test, compile_condition, compile_pattern
from retention_rules.evaluation.clustering import cluster_of, counts_from_step, fits_chain, keys_of
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.mentions import fields_read, parts_of
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
    Cluster,
    Flow,
    Life,
    Listener,
    Program,
    Race,
    Route,
    in_force,
)
from retention_rules.evaluation.strata import stratum
from retention_rules.events import CONCLUSION, CUSTOMER_CHANGED, RESERVED
from retention_rules.rulebook import Rulebook
from retention_rules.rules import (
    Derivation,
    FollowUp,
    Lifecycle,
    Procedure,
    Prohibition,
    Recurring,
    Rule,
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
        fields = fields_read(self.book)
        read = [tuple(sorted(fields.get(prior, {}).items())) for prior in self.priors]
        for route in self.routes.values():
            route.sort()
        concluded = stratum(self.book)
        further = () if concluded is None else concluded.program.relevant
        relevant = frozenset((*self.routes, CUSTOMER_CHANGED, *further))
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
            concluded,
        )

    def _route(self, kind: str) -> Route:
        return self.routes.setdefault(kind, Route())

    def _check(self, rule: Rule) -> None:
        for part in parts_of(rule):
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
            if kind.startswith(CONCLUSION):
                self._known_conclusion(rule, kind.partition(":")[2])
            elif kind.startswith(RESERVED):
                _, lifecycle, stage = kind.split(":", 2)
                self._known_stage(rule, lifecycle, stage)
                if isinstance(rule, Lifecycle):
                    raise DefinitionError(f"`{rule.id}` moves by `{kind}`: use records only")

    def _known_conclusion(self, rule: Rule, name: str) -> None:
        conclusions = [one.id for one in self.book if isinstance(one, Derivation)]
        if name not in conclusions:
            raise DefinitionError(
                f"`{rule.id}` refers to the conclusion `{name}`, which the rulebook lacks: "
                + near(name, conclusions)
            )
        if isinstance(rule, Lifecycle):
            raise DefinitionError(f"`{rule.id}` moves by the conclusion `{name}`: use records only")

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
                fits_chain(first, rule, len(rules) > len(by_id))
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
        cluster = cluster_of(index, races, first.correlate_on, [rule.paused_by for rule in rules])
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
                early=not counts_from_step(step.window.opens),
                follows=counts_from_step(step.window.opens),
                required=not step.optional and step.each is None,
                survives=step.survives_closing,
                same_on=step.same_on,
            )
            for place, step in enumerate(rule.steps)
        ]
        cluster = cluster_of(index, races, rule.correlate_on, [rule.paused_by] * len(races))
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
        cluster = cluster_of(index, [race], rule.correlate_on, [None])
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
        ban = Ban(index, rule, context, forbids, clears, *keys_of(rule.correlate_on))
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
