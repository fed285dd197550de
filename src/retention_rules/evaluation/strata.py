"""Strata: which rules must be known before a conclusion can be drawn from what they find."""

from __future__ import annotations

import attrs

from retention_rules.conditions import Pattern
from retention_rules.errors import DefinitionError, near
from retention_rules.evaluation.bits import Test, compile_condition
from retention_rules.evaluation.chaining import Place
from retention_rules.evaluation.mentions import closure, mentioned
from retention_rules.evaluation.program import Program
from retention_rules.premises import Found, Happened
from retention_rules.rulebook import Rulebook
from retention_rules.rules import Derivation, Lifecycle, Procedure, Prohibition, Rule

WATCH = "happened:"
"""Premises about events are prohibitions in disguise: each event that matches is a finding."""


@attrs.define(eq=False)
class Stratum:
    """Conclusions that can be drawn together, from what one program finds.

    Attributes:
        derivations: In an order in which each comes after those that it is drawn from.
        program: What must be found for them, events included.
        listening: By the id of a rule of that program, which premises it bears on.
        tests: What each asks of the customer.
    """

    derivations: tuple[Derivation, ...]
    program: Program
    listening: dict[str, list[Place]]
    tests: tuple[Test | None, ...]


def stratum(book: Rulebook) -> Stratum | None:
    """What is concluded in a rulebook, and from what; None if nothing is.

    Raises:
        DefinitionError: a conclusion is drawn from itself, or from a rule that is not there.
    """
    derivations = [rule for rule in book if isinstance(rule, Derivation)]
    if not derivations:
        return None
    for rule in derivations:
        _refers(rule, book)
    ordered = _ordered(book, derivations)
    # What is found may be concluded here; what is heard of as an event comes from below.
    beside = {rule.id for rule in derivations} - {id for rule in derivations for id in _heard(rule)}
    below = closure(book, {id for rule in derivations for id in mentioned(rule)} - beside)
    here = tuple(rule for rule in ordered if rule.id not in below)
    watched: dict[Pattern, str] = {}
    listening: dict[str, list[Place]] = {}
    names = {rule.id for rule in here}
    for number, rule in enumerate(here):
        for place, premise in enumerate((*rule.given, *rule.unless)):
            if isinstance(premise, Happened):
                id = watched.setdefault(premise.pattern, f"{WATCH}{len(watched)}")
            elif premise.rule in names:
                continue
            else:
                id = premise.rule
            listening.setdefault(id, []).append((number, place))
    from retention_rules.evaluation.lowering import compiled

    needed = closure(book, [id for rule in here for id in mentioned(rule) if id not in names])
    watches = [Prohibition(id=id, forbids=pattern) for pattern, id in watched.items()]
    stages = {id for one in watches for id in closure(book, mentioned(one))}
    kept = [rule for rule in book if rule.id in needed | stages]
    program = compiled(Rulebook((*kept, *watches)))
    tests = tuple(compile_condition(rule.where, {}) for rule in here)
    return Stratum(here, program, listening, tests)


def _heard(rule: Derivation) -> set[str]:
    """The rules whose stages and conclusions a derivation hears of as events."""
    watched = [one.pattern for one in (*rule.given, *rule.unless) if isinstance(one, Happened)]
    return {id for one in watched for id in mentioned(Prohibition(id=WATCH, forbids=one))}


def _refers(rule: Derivation, book: Rulebook) -> None:
    ids = [other.id for other in book]
    for premise in (*rule.given, *rule.unless):
        if not isinstance(premise, Found):
            continue
        others = [other for other in book if other.id == premise.rule]
        if not others:
            raise DefinitionError(
                f"`{rule.id}` is drawn from `{premise.rule}`, which the rulebook lacks: "
                + near(premise.rule, ids)
            )
        possible = set().union(*(_statuses_of(other) for other in others))
        for status in sorted(premise.accepted - possible):
            raise DefinitionError(
                f"`{rule.id}` is drawn from `{premise.rule}` being `{status}`, which it never is: "
                f"choose from {', '.join(sorted(possible))}"
            )


_OWED = frozenset({"upcoming", "open", "fulfilled", "breached", "repaired", "lapsed", "released"})


def _statuses_of(rule: Rule) -> frozenset[str]:
    """The statuses that findings of a rule may have, but for indeterminate."""
    if isinstance(rule, Derivation):
        return frozenset({"holds"})
    if isinstance(rule, Lifecycle):
        return frozenset({"current", "left"})
    if isinstance(rule, Prohibition):
        return frozenset({"violated"})
    return _OWED | {"violated"} if isinstance(rule, Procedure) else _OWED


def _ordered(book: Rulebook, derivations: list[Derivation]) -> list[Derivation]:
    """Each after those on which it depends, however indirectly."""
    below = {rule.id: closure(book, mentioned(rule)) for rule in derivations}
    found: list[Derivation] = []
    for rule in derivations:
        if rule.id in below[rule.id]:
            through = [id for id in sorted(mentioned(rule)) if rule.id in closure(book, [id])]
            raise DefinitionError(
                f"`{rule.id}` is concluded from itself, by way of `{through[0]}`: nothing may feed "
                "back; leave one premise or trigger out"
            )
    while len(found) < len(derivations):
        done = {rule.id for rule in found}
        waiting = below.keys() - done
        found += [
            rule for rule in derivations if rule.id in waiting and not below[rule.id] & waiting
        ]
    return found
