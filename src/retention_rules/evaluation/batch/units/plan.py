"""Which rules the kernel takes, as arrays, and why it leaves the others to the pure evaluator."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import attrs

from retention_rules.calendars import Calendar
from retention_rules.conditions import (
    Condition,
    CustomerField,
    History,
    InStage,
    Pattern,
    Prior,
    walk,
)
from retention_rules.evaluation.batch.units.components import (
    asked,
    components,
    derived,
    not_drawn,
    premises,
)
from retention_rules.evaluation.batch.units.histories import nested, read_by, unsupported
from retention_rules.evaluation.batch.units.waiting import plain_steps
from retention_rules.evaluation.mentions import closure, further, parts_of, patterns
from retention_rules.evaluation.program import Ban, Cluster, Life, Program, Race
from retention_rules.evaluation.strata import Stratum
from retention_rules.events import CONCLUSION, RESERVED
from retention_rules.rulebook import Rulebook
from retention_rules.rules import (
    ALWAYS,
    Derivation,
    FollowUp,
    Holidays,
    Lifecycle,
    Prohibition,
    Timeout,
)
from retention_rules.windows import BusinessDays, CalendarDays, Elapsed, Field, Point, Trigger

FORBID, CLEAR, MOVE = 20, 21, 22
"""The parts that events play in prohibitions and lifecycles, beside those of `program`."""
SEPARATE, RESTART, IGNORE = range(3)
POLICIES = {"separate": SEPARATE, "restart": RESTART, "ignore": IGNORE}


@attrs.define(eq=False)
class Unit:
    """Rules that are evaluated together: a cluster, a ban, a lifecycle, or some conclusions.

    Attributes:
        index: Its place among the units.
        rules: The rules, with all versions.
        what: What they were lowered to.
        why_not: Why the kernel does not take it; None if it does.
        keys: The fields that make its groups.
        facts: Whether it reads facts of the customer.
        priors: The histories that it reads, those that others are made of first.
        hears: The lifecycles and conclusions whose coming and going plays a part in it.
        staged: Whether it hears of lifecycles.
        exact: Those of them that must not be in doubt: not all that it reads are counts.
    """

    index: int
    rules: list[Any]
    what: Cluster | Ban | Life | Stratum
    why_not: str | None
    keys: tuple[str, ...] = ()
    facts: bool = False
    priors: list[Prior] = attrs.Factory(list)
    exact: set[Prior] = attrs.Factory(set)
    hears: frozenset[str] = frozenset()
    staged: bool = False
    mentioned: set[str] = attrs.Factory(set)

    @property
    def name(self) -> str:
        """The ids of its rules."""
        return ", ".join(dict.fromkeys(rule.id for rule in self.rules))

    def alone(self, book: Rulebook) -> Rulebook:
        """A rulebook of its rules, and of those that they read."""
        wanted = closure(book, (rule.id for rule in self.rules))
        return Rulebook(rule for rule in book if rule.id in wanted)

    @property
    def decides_doubts(self) -> bool:
        """Whether the kernel knows what to make of events that play their parts only perhaps."""
        return isinstance(self.what, Cluster | Ban) and not self.stepped

    @property
    def stepped(self) -> bool:
        """Whether it is a procedure."""
        return isinstance(self.what, Cluster) and self.what.procedure is not None

    @property
    def follows(self) -> set[str]:
        """The rules whose findings, or coming and going, it turns on."""
        if not isinstance(self.what, Stratum):
            return set(self.hears)
        return {id for rule in self.rules for id in (*premises(rule), *asked(rule))}

    @property
    def tells_how(self) -> bool:
        """Whether its findings tell in which status each was at any time before."""
        if self.hears or self.contacts or self.compared or self.why_not is not None:
            return False
        return isinstance(self.what, Cluster) and self.what.races[0].flow in ("once", "every")

    @property
    def compared(self) -> str | None:
        """The field in which touches are compared with their triggers."""
        race = self.what.races[0] if isinstance(self.what, Cluster) else None
        return None if race is None else race.differs_on or race.same_on

    @property
    def contacts(self) -> bool:
        """Whether something is owed for each contact of a customer."""
        return isinstance(self.what, Cluster) and self.what.races[0].contacts is not None

    @property
    def openers(self) -> set[str]:
        """The kinds of events without which nothing is found; of what is derived, its prefix."""
        names = ("trigger", "opened_by", "starts", "forbids")
        found: set[str] = set()
        for rule in self.rules:
            if isinstance(rule, Derivation):
                found.add(CONCLUSION)
            for name in names:
                pattern = getattr(rule, name, None)
                found |= pattern.kinds if pattern is not None else set()
            for move in getattr(rule, "moves", ()):
                found |= move.on.kinds
        return found

    def kinds(self, book: Rulebook) -> set[str]:
        """The kinds of events that matter to it, through other rules and histories too."""
        if self.mentioned:
            return self.mentioned
        found = self.mentioned
        for rule in self.alone(book):
            found |= further(rule, book)
            for part in parts_of(rule):
                for node in walk(part):
                    if isinstance(node, Pattern):
                        found |= node.kinds
        return found


@lru_cache(maxsize=32)
def units_of(program: Program, calendar: Calendar) -> list[Unit]:
    """All units of a program."""
    found: list[Unit] = []
    for cluster in program.clusters:
        rules = list({id(race.rule): race.rule for race in cluster.races}.values())
        found.append(Unit(len(found), rules, cluster, None, cluster.trigger_keys))
    for ban in program.bans:
        found.append(Unit(len(found), [ban.rule], ban, None, ban.trigger_keys))
    for life in program.lives:
        found.append(Unit(len(found), [life.rule], life, None))
    if program.stratum is not None:
        for some in components(program):
            found.append(Unit(len(found), list(some), program.stratum, "conclusions"))
    for unit in found:
        _read(unit, program.rulebook)
    _decide(found, program.rulebook, calendar)
    return found


def _decide(units: list[Unit], book: Rulebook, calendar: Calendar) -> None:
    """Say which units the kernel leaves: first those from which conclusions may be drawn."""
    concluding = [unit for unit in units if isinstance(unit.what, Stratum)]
    others = [unit for unit in units if unit not in concluding]
    hearing = [unit for unit in others if _derivations(unit, book)]
    for unit in others:
        if unit not in hearing:
            unit.why_not = _why_not(unit, book, calendar)
    taken = [unit for unit in others if unit not in hearing and unit.why_not is None]
    enough = {rule.id for unit in taken if unit.tells_how for rule in unit.rules}
    stages = {unit.name for unit in taken if isinstance(unit.what, Life)}
    for unit in concluding:
        unit.why_not = not_drawn(unit.rules, enough, stages)
    drawn = {rule.id for unit in concluding if unit.why_not is None for rule in unit.rules}
    for unit in hearing:
        known = unit.hears <= drawn | stages and _hears_itself(unit, book)
        unit.why_not = _why_not(unit, book, calendar) if known else "conclusions"


def _derivations(unit: Unit, book: Rulebook) -> bool:
    return any(isinstance(rule, Derivation) for rule in unit.alone(book))


def _hears_itself(unit: Unit, book: Rulebook) -> bool:
    """Whether it hears of conclusions by itself, and not through a lifecycle or prohibition."""
    if isinstance(unit.what, Life):
        return False
    beside = [rule for rule in _own(unit, book) if rule not in unit.rules]
    named = {kind for rule in beside for one in patterns(rule) for kind in one.kinds}
    return not any(kind.startswith(CONCLUSION) for kind in named)


def _read(unit: Unit, book: Rulebook) -> None:
    """Note what a unit reads."""
    if not isinstance(unit.what, Stratum):
        named = {kind for rule in unit.rules for one in patterns(rule) for kind in one.kinds}
        kinds = {kind for kind in named if derived((kind,))}
        unit.hears = frozenset(kind.split(":")[1] for kind in kinds)
        unit.staged = any(kind.startswith(RESERVED) for kind in kinds)
    unit.facts = any(isinstance(one, CustomerField) for one in _terms(unit, book))
    terms = _histories(unit, book)
    unit.priors = nested(terms)
    every = [*terms, *read_by([prior.pattern for prior in unit.priors])]
    unit.exact = {term.of for term in every if term.aggregate != "count"}


def _histories(unit: Unit, book: Rulebook) -> list[History]:
    return read_by([part for rule in _own(unit, book) for part in parts_of(rule)])


def _terms(unit: Unit, book: Rulebook) -> list[Any]:
    found = [node for rule in _own(unit, book) for part in parts_of(rule) for node in walk(part)]
    for rule in unit.rules:
        contacts = getattr(rule, "for_each", None)
        if contacts is not None:
            found += walk(contacts.where)
    return found


def _own(unit: Unit, book: Rulebook) -> list[Any]:
    """Its rules and those that they read, but for what it only hears of."""
    below = closure(book, unit.hears)
    return [rule for rule in unit.alone(book) if rule in unit.rules or rule.id not in below]


def _why_not(unit: Unit, book: Rulebook, calendar: Calendar) -> str | None:
    terms = _terms(unit, book)
    if unsupported(_histories(unit, book)):
        return "history"
    if any(isinstance(one, InStage) for one in terms):
        return "stages"
    for one in terms:
        if isinstance(one, Pattern) and any(
            derived((part.kind,)) and part.condition is not None for part in one.alternatives
        ):
            return "conditions on stages"
    if any(map(_asks_of_stages, unit.rules)):
        return "conditions on stages"
    if unit.stepped and unit.hears:
        return "procedure"
    if isinstance(unit.what, Cluster) and len(unit.what.races) > 1 and unit.hears:
        return "versions"
    if (unit.contacts or unit.compared) and unit.hears:
        return "contacts in stages"
    lives = [one for one in unit.alone(book) if isinstance(one, Lifecycle)]
    if not all(simple(one) for one in lives):
        return "lifecycle"
    if isinstance(unit.what, Cluster):
        return _why_not_cluster(unit.what, book, calendar)
    assert not isinstance(unit.what, Stratum)
    if isinstance(unit.what, Life):
        return None if simple(unit.what.rule) else "lifecycle"
    same = unit.what.trigger_keys == unit.what.other_keys
    return None if same else "keys of two names"


def _asks_of_stages(rule: Any) -> bool:
    """Whether it turns on a prohibition's context at the time of a stage or a conclusion."""
    if isinstance(rule, Prohibition):
        return rule.context is not None and derived(rule.forbids.kinds)
    banned = isinstance(rule, FollowUp) and rule.unless_forbidden is not None
    return banned and derived(rule.trigger.kinds)


def _why_not_cluster(cluster: Cluster, book: Rulebook, calendar: Calendar) -> str | None:
    race = cluster.races[0]
    if cluster.procedure is not None:
        if cluster.trigger_keys != cluster.other_keys:
            return "keys of two names"
        return None if plain_steps(cluster) else "procedure"
    if race.flow == "dates":
        return None if unit_is_silent(race, calendar) else "recurring on dates"
    if race.flow == "every":
        return None if cluster.trigger_keys == cluster.other_keys else "keys of two names"
    if cluster.chained:
        return "chain"
    if len(cluster.races) > 1 and not all(map(_stands_alone, cluster.races)):
        return "versions"
    if cluster.clocks:
        return "pauses"
    if race.differs_on and race.same_on:
        return "two compared fields"
    if race.contacts and race.policy not in ("separate", "restart"):
        return "contacts"
    if cluster.trigger_keys != cluster.other_keys:
        return "keys of two names"
    if race.policy not in POLICIES:
        return "queue"
    banned = {getattr(one.rule, "unless_forbidden", None) for one in cluster.races}
    if any(one.id in banned and one.in_force != ALWAYS for one in book):
        return "versions"
    return None


def _stands_alone(race: Race) -> bool:
    """Whether what one version of a rule opened is nothing to the others."""
    compared = race.contacts or race.differs_on or race.same_on
    return race.policy == "separate" and not compared


def unit_is_silent(race: Race, calendar: Calendar) -> bool:
    """Whether a duty on dates has none: the calendar lacks its holidays."""
    on = getattr(race.rule, "on", None)
    if not isinstance(on, Holidays):
        return False
    return not any(not on.names or name in on.names for _, name in calendar.holidays)


def conditions_on(unit: Unit, kind: str, book: Rulebook) -> list[Condition]:
    """The conditions that a unit puts on events of a kind."""
    found: list[Condition] = []
    for rule in unit.rules:
        for part in parts_of(rule):
            if isinstance(part, Pattern):
                found += [
                    one.condition
                    for one in part.alternatives
                    if one.kind == kind and one.condition is not None
                ]
            elif isinstance(part, Condition):
                found.append(part)
        banned = getattr(rule, "unless_forbidden", None)
        for one in book if banned else ():
            if one.id == banned and isinstance(one, Prohibition) and one.context is not None:
                found.append(one.context)
    return found


def simple(life: Lifecycle) -> bool:
    """Whether its timeouts are counted from the entry alone, or lie where a field says."""
    return all(default_of(one) is not None for one in life.timeouts)


def default_of(timeout: Timeout) -> Point | None:
    """The point of a timeout that turns on the entry alone; None if it has none such."""
    after: Any = timeout.after
    if isinstance(after, Point) and isinstance(after.anchor, Field):
        after = after.anchor.default
    if not isinstance(after, Point) or not isinstance(after.anchor, Trigger):
        return None
    dated = isinstance(after.offset, CalendarDays | BusinessDays | Elapsed)
    return after if dated or after.offset is None else None
