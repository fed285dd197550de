"""Conclusions, drawn at one instant after the other ("Conclusions")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs
from tests.oracle import stages
from tests.oracle.claims import UNKNOWN_CONTACT, claims
from tests.oracle.conditions import Truth, both, family, holds, matches, opposite
from tests.oracle.happenings import Happening, Q
from tests.oracle.verdicts import Obligation, state
from tests.oracle.violations import Violation
from tests.oracle.world import World

from retention_rules.conditions import InStage, Pattern
from retention_rules.errors import DefinitionError
from retention_rules.events import Data
from retention_rules.findings import Finding, escaped
from retention_rules.premises import MISSED, Found, Happened
from retention_rules.rulebook import Rulebook
from retention_rules.rules import Derivation

if TYPE_CHECKING:
    from tests.oracle.denote import Stay

Values = tuple[str, ...]
RANK = 3


@attrs.frozen(eq=False)
class Fact:
    """Something that a premise counts at an instant."""

    key: str  # of a finding; of an event its name
    fields: Mapping[str, Any]
    counts: Truth
    cause: str
    place: tuple[Any, ...]  # among the facts that come at one instant
    lineage: object | None  # of what brought it about at this instant, if anything did
    since: int = 0  # when it came

    @property
    def sure(self) -> bool:
        return self.counts is True

    @property
    def came(self) -> tuple[Any, ...]:
        return (self.since, *self.place)


@attrs.frozen(eq=False)
class Held:
    """A conclusion that holds, or may hold."""

    opens: int
    cause: str
    lineage: object | None  # of what brought it about at `opens`
    name: str | None  # of its being drawn; None while it never certainly held
    sure: bool
    reasons: tuple[str, ...]
    absent: bool  # needs the absence of events


@attrs.frozen(eq=False)
class Story:
    """What became of one derivation: its conclusions since each instant, and their moments."""

    rule: Derivation
    states: tuple[tuple[int, Mapping[Values, Held]], ...]
    moments: tuple[Happening, ...]

    def at(self, s: int) -> Mapping[Values, Held]:
        """What holds, or may hold, at an instant."""
        known = [held for since, held in self.states if since <= s]
        return known[-1] if known else {}

    def findings(self, world: World) -> Iterator[Finding]:
        """What is found at the present instant of a world."""
        c, t = world.complete, world.now
        for values, one in self.at(t).items():
            ends = c is not None and one.sure and one.absent
            yield Finding(
                key=_key(self.rule, world, values),
                rule=self.rule.id,
                nature="conclusion",
                customer=world.customer.id,
                correlation=tuple(zip(self.rule.correlate_on, values, strict=True)),
                status="holds" if one.sure else "indeterminate",
                trigger=one.cause,
                zone=world.table.zone,
                opens=one.opens,
                reason=None if one.sure else "doubtful",
                next_change=c + Q if ends and c is not None else None,
                reasons=one.reasons,
            )


def _key(rule: Derivation, world: World, values: Values) -> str:
    return "/".join(escaped(one) for one in (rule.id, world.customer.id, *values))


def stories(world: World) -> list[Story]:
    """What became of all derivations up to now, lower ones first."""
    found: dict[str, Story] = {}
    waiting = [rule for rule in world.rulebook if isinstance(rule, Derivation)]
    below = {rule.id: _below(world.rulebook, rule.id) for rule in waiting}
    ids = set(below)
    while waiting:
        ready = [rule for rule in waiting if below[rule.id] & ids <= found.keys()]
        if not ready:
            raise DefinitionError(f"`{waiting[0].id}` is concluded from itself")
        for rule in ready:
            found[rule.id] = _Walk(world, rule, below[rule.id], found).story()
        waiting = [rule for rule in waiting if rule.id not in found]
    return list(found.values())


def _below(book: Rulebook, id: str) -> set[str]:
    """All on which a rule depends, however indirectly."""
    found: set[str] = set()
    ahead = {id}
    while ahead:
        more = {name for rule in book if rule.id in ahead for name in _named(rule)}
        ahead = more - found
        found |= more
    return found


def _named(part: Any) -> set[str]:
    """The ids of rules that some part of a rule names."""
    if isinstance(part, tuple):
        return {id for one in part for id in _named(one)}
    found: set[str] = set()
    if isinstance(part, Found):
        found.add(part.rule)
    if isinstance(part, InStage):
        found.add(part.lifecycle)
    if isinstance(part, Pattern):
        found |= {kind.split(":")[1] for kind in part.kinds if ":" in kind}
    for name in ("unless_forbidden",):
        found |= {one for one in [getattr(part, name, None)] if one is not None}
    if hasattr(part, "window") and attrs.has(type(part.window)):
        found |= part.window.steps() if hasattr(part, "trigger") else set()
    if attrs.has(type(part)):
        for one in attrs.fields(type(part)):
            found |= _named(getattr(part, one.name))
    return found


class _Walk:
    """One derivation, from the first instant to the present one."""

    def __init__(
        self, world: World, rule: Derivation, below: set[str], lower: Mapping[str, Story]
    ) -> None:
        self.world, self.rule, self.lower = world, rule, lower
        self.book = Rulebook(one for one in world.rulebook if one.id in below)
        self.moments = sorted(
            (one for story in lower.values() for one in story.moments if story.rule.id in below),
            key=lambda one: one.order,
        )
        self.premises = (*rule.given, *rule.unless)
        self.counted: dict[tuple[int, str], Fact] = {}
        self.changed: dict[int, list[Fact]] = {}
        self.drawn_by: dict[tuple[Values, str], int] = {}
        self.derived: list[Happening] = []

    def story(self) -> Story:
        """Each instant at which something may change."""
        held: dict[Values, Held] = {}
        states = []
        s = self.world.records[0].first if self.world.records else None
        while s is not None and s <= self.world.now:
            world = self._world(s)
            held = self._decided(world, s, held)
            states.append((s, held))
            s = self._next(world, s)
        return Story(self.rule, tuple(states), tuple(self.derived))

    def _world(self, s: int) -> World:
        """What is known below, after all that happens at an instant."""
        return attrs.evolve(
            self.world,
            rulebook=self.book,
            records=tuple(one for one in self.world.records if one.first <= s),
            concluded=tuple(one for one in self.moments if one.first <= s),
            now=s,
            memo={},
        )

    def _next(self, world: World, s: int) -> int | None:
        from tests.oracle.denote import cases

        ahead = {one.first for one in self.world.records} | {one.first for one in self.moments}
        for id, story in self.lower.items():
            if any(isinstance(one, Found) and one.rule == id for one in self.premises):
                ahead |= {since for since, _ in story.states}
        if self.world.complete is not None:
            ahead.add(self.world.complete + Q)
        for id in {one.rule for one in self.premises if isinstance(one, Found)}:
            for case in cases(world, id).values():
                ahead.update(case.candidates(s))
        for life in world.lives():
            at = stages.timeout(world, life, stages.final(world, life, s))
            ahead |= set() if at is None else {at[0]}
        return min((one for one in ahead if one > s), default=None)

    # what is counted

    def _facts(self, world: World, number: int, s: int) -> list[Fact]:
        """The facts of a premise, each with the instant at which it came."""
        premise = self.premises[number]
        if isinstance(premise, Happened):
            now = list(_happened(world, premise, s))
        elif premise.rule in self.lower:
            now = list(_concluded(world, premise, self.lower[premise.rule], s))
        else:
            now = list(_found(world, premise, s))
        found = []
        self.changed[number] = []
        for fact in now:
            if premise.distinct is not None and fact.fields.get(premise.distinct) is None:
                continue
            before = self.counted.get((number, fact.key))
            if (False if before is None else before.counts) is not fact.counts:
                self.changed[number].append(fact)
                before = attrs.evolve(fact, since=s)
            if before is not None and before.counts is not False:
                found.append(before)
        self.counted = {
            **{at: one for at, one in self.counted.items() if at[0] != number},
            **{(number, one.key): one for one in found},
        }
        return found

    def _case(self, fact: Fact) -> Values | None:
        values = []
        for name in self.rule.correlate_on:
            value = fact.fields.get(name)
            if isinstance(value, bool) or not isinstance(value, str | int):
                return None
            values.append(str(value))
        return tuple(values)

    def _decided(self, world: World, s: int, held: Mapping[Values, Held]) -> dict[Values, Held]:
        facts = [self._facts(world, number, s) for number in range(len(self.premises))]
        known = {
            self._case(fact)
            for premise, some in zip(self.premises, facts, strict=True)
            for fact in some
            if not premise.customer_wide or not self.rule.correlate_on
        }
        found: dict[Values, Held] = {}
        for values in sorted(one for one in known | set(held) if one is not None):
            one = self._case_decided(world, s, values, facts, held.get(values))
            if one is not None:
                found[values] = one
        return found

    def _case_decided(
        self, world: World, s: int, values: Values, facts: list[list[Fact]], before: Held | None
    ) -> Held | None:
        truths: list[Truth] = []
        reasons: list[Fact] = []
        absent = False
        for number, premise in enumerate(self.premises):
            mine = [
                one for one in facts[number] if premise.customer_wide or self._case(one) == values
            ]
            counted = _distinct(mine, premise.distinct)
            sure = sum(one.sure for one in counted)
            n = premise.at_least
            truth: Truth = True if sure >= n else None if len(counted) >= n else False
            if number >= len(self.rule.given):
                if isinstance(premise, Happened) and truth is False:
                    absent = True
                    c = world.complete
                    if world.history_start is not None or (c is not None and s > c):
                        truth = None
                truth = opposite(truth)
            else:
                reasons += counted[:n]
            truths.append(truth)
        truths.append(self._where(world, s))
        truth = both(*truths)
        lineage = self._lineage(values)
        drawn = before is not None and before.name is not None
        if truth is False:
            if before is not None and before.name is not None:
                self._moment(world, "withdrawn", f"-{before.name}", values, s, lineage)
            return None
        names = tuple(dict.fromkeys(one.key for one in reasons))
        if before is not None and (drawn or truth is None):
            return attrs.evolve(before, sure=truth is True, reasons=names, absent=absent)
        last = max(reasons, key=lambda one: one.came)
        name = None
        if truth is True:
            times = self.drawn_by.get((values, last.cause), 0)
            self.drawn_by[values, last.cause] = times + 1
            about = "/".join(escaped(one) for one in (self.rule.id, *values))
            name = f"{about}@{last.cause}{'+' * times}"
            self._moment(world, "concluded", name, values, s, lineage)
        return Held(s, last.cause, lineage, name, truth is True, names, absent)

    def _lineage(self, values: Values) -> object | None:
        """Of what brought about the last change among the facts of a case, but for time."""
        changed = [
            fact
            for number, premise in enumerate(self.premises)
            for fact in self.changed[number]
            if fact.lineage is not None and (premise.customer_wide or self._case(fact) == values)
        ]
        return max(changed, key=lambda one: one.place).lineage if changed else None

    def _where(self, world: World, s: int) -> Truth:
        return True if self.rule.where is None else holds(world, self.rule.where, _at(world, s))

    def _moment(
        self, world: World, what: str, name: str, values: Values, s: int, lineage: object | None
    ) -> None:
        data = Data(dict(zip(self.rule.correlate_on, values, strict=True)))
        kind = f"conclusion.{what}:{self.rule.id}"
        self.derived.append(
            attrs.evolve(
                _at(world, s),
                kind=kind,
                data=data,
                order=(s, RANK, "", name),
                name=name,
                lineage=("conclusion", name) if lineage is None else lineage,
            )
        )


def _at(world: World, s: int) -> Happening:
    """Nothing in particular, after all else of an instant."""
    return Happening("", Data({}), False, s, s, world.table.day(s), (s, RANK, "", ""), "", None)


def _distinct(facts: list[Fact], name: str | None) -> list[Fact]:
    """What counts, in the order in which it came, certain ones first."""
    found: list[Fact] = []
    for fact in sorted(facts, key=lambda one: (not one.sure, one.came)):
        value = None if name is None else fact.fields.get(name)
        if name is not None and value is None:
            continue
        if name is None or not any(_same(value, other.fields[name]) for other in found):
            found.append(fact)
    return found


def _same(one: Any, other: Any) -> bool:
    return family(one) == family(other) and bool(one == other)


def _happened(world: World, premise: Happened, s: int) -> Iterator[Fact]:
    for e in world.events:
        if e.kind in premise.pattern.kinds and e.first <= s:
            truth = matches(world, premise.pattern, e)
            if truth is not False:
                lineage = e.lineage if e.first == s else None
                yield Fact(e.name, e.data, truth, e.name, (0, *e.order), lineage)


def _counts(premise: Found, finding: Finding) -> Truth:
    accepted = {*premise.statuses, *(MISSED if "missed" in premise.statuses else ())}
    if premise.part is not None and finding.part != premise.part:
        return False
    return None if finding.status == "indeterminate" else finding.status in accepted


def _concluded(world: World, premise: Found, story: Story, s: int) -> Iterator[Fact]:
    here = attrs.evolve(world, now=s)
    for finding in story.findings(here):
        held = story.at(s)[tuple(value for _, value in finding.correlation)]
        lineage = held.lineage
        if held.name is not None and lineage is None:
            lineage = ("conclusion", held.name)
        yield Fact(
            finding.key,
            dict(finding.correlation),
            _counts(premise, finding),
            finding.trigger,
            (2, finding.key),
            lineage if held.opens == s else None,
        )
    held_now = story.at(s)
    for moment in story.moments:
        values = tuple(moment.data[name] for name in story.rule.correlate_on)
        if moment.first == s and "withdrawn" in moment.kind and values not in held_now:
            key = _key(story.rule, world, values)
            yield Fact(key, moment.data, False, "", (2, key), moment.lineage)


def _found(world: World, premise: Found, s: int) -> Iterator[Fact]:
    from tests.oracle.denote import cases

    for case in cases(world, premise.rule).values():
        finding = case.finding(s)
        if finding is not None:
            truth = _counts(premise, finding)
            fields = {**_behind(world, case, finding), **dict(finding.correlation)}
            place, lineage = (1, finding.key), _lineage(world, case, finding, s)
            yield Fact(finding.key, fields, truth, finding.trigger, place, lineage)


def _behind(
    world: World, case: Obligation | Violation | Stay, finding: Finding
) -> Mapping[str, Any]:
    """The data of the event behind a finding, with the contact that it is owed to."""
    if isinstance(case, Violation):
        return case.event.data if finding.part is None else {}
    if not isinstance(case, Obligation):
        return {}
    one = case.lo or case.hi
    assert one is not None
    owed = [
        claim.contact
        for claim in claims(world, finding.rule)
        if claim.trigger is one.trigger and claim.part == one.part and claim.contact is not None
    ]
    named = {"contact": owed[0]} if owed and owed[0] != UNKNOWN_CONTACT else {}
    return {**one.trigger.data, **named}


def _lineage(
    world: World, case: Obligation | Violation | Stay, finding: Finding, s: int
) -> object | None:
    """The lineage of what brought a finding about, if that happened at this instant."""
    if isinstance(case, Violation):
        return case.event.lineage if case.event.first == s else None
    if isinstance(case, Obligation):
        one = case.lo if case.lo is not None and case.lo.birth <= s else case.hi
        assert one is not None
        if finding.ended == s and state(one, s)[1] is not None:
            act = one.paid or one.freed
            assert act is not None
            return act[1].lineage
        return one.trigger.lineage if one.trigger.first == s else None
    names = []
    if finding.ended == s:
        names.append(f"{finding.rule}:-{finding.part}@{finding.ended_by}")
    elif finding.opens == s:
        names.append(f"{finding.rule}:{finding.part}@{finding.trigger}")
    return next((one.lineage for one in world.events if one.name in names), None)
