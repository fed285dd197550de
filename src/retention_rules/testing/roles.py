"""What a rule is made of: its patterns in their roles, conditions, windows, and needed rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from retention_rules.conditions import History, InStage, Pattern, walk
from retention_rules.events import CONCLUSION, RESERVED
from retention_rules.premises import Found, Happened
from retention_rules.rules import (
    Derivation,
    FollowUp,
    Lifecycle,
    Pause,
    Procedure,
    Prohibition,
    Recurring,
    Shape,
)
from retention_rules.windows import Earliest, Point, Window


def references(rule: Shape) -> frozenset[str]:
    """The ids of the rules that a rule needs: lifecycles, earlier steps, premises."""
    found: set[str] = set()
    for pattern in patterns(rule):
        found |= _derived_from(pattern)
    for node in conditions(rule):
        if isinstance(node, InStage):
            found.add(node.lifecycle)
        elif isinstance(node, History):
            found |= _derived_from(node.of.pattern)
    if isinstance(rule, Derivation):
        found |= {one.rule for one in (*rule.given, *rule.unless) if isinstance(one, Found)}
    if isinstance(rule, FollowUp):
        found |= rule.window.steps()
        if rule.unless_forbidden is not None:
            found.add(rule.unless_forbidden)
    return frozenset(found)


def _derived_from(pattern: Pattern) -> set[str]:
    """The rules whose stages and conclusions are the events of a pattern."""
    derived = [kind for kind in pattern.kinds if kind.startswith((RESERVED, CONCLUSION))]
    return {kind.split(":")[1] for kind in derived}


def patterns(rule: Shape) -> Iterator[Pattern]:
    """Every pattern of a rule."""
    return (pattern for pattern, _, _ in roles(rule))


def conditions(rule: Shape) -> Iterator[Any]:
    """Every condition and term of a rule."""
    for pattern in patterns(rule):
        yield from walk(pattern)
    if isinstance(rule, Prohibition):
        yield from walk(rule.context)
    if isinstance(rule, Derivation):
        yield from walk(rule.where)
    if isinstance(rule, FollowUp) and rule.for_each is not None:
        yield from walk(rule.for_each.where)


def roles(rule: Shape) -> Iterator[tuple[Pattern, int, str]]:
    """Patterns, how often each should be met, and whether it is a trigger or another event."""
    optional: list[tuple[Pattern | None, int, str]] = []
    if isinstance(rule, FollowUp):
        optional += [(rule.trigger, 4, "trigger"), (rule.fulfilled_by, 4, "other")]
        optional += [(rule.released_by, 1, "other"), *_pause(rule.paused_by)]
    elif isinstance(rule, Procedure):
        optional += [(rule.opened_by, 5, "trigger"), (rule.closed_by, 4, "other")]
        for step in rule.steps:
            optional += [(step.fulfilled_by, 4, "other"), (step.released_by, 1, "other")]
            optional += [(step.each, 3, "trigger")]
        optional += _pause(rule.paused_by)
    elif isinstance(rule, Recurring):
        optional += [(rule.starts, 3, "trigger"), (rule.fulfilled_by, 4, "other")]
        optional += [(rule.stops, 1, "other")]
    elif isinstance(rule, Lifecycle):
        optional += [(move.on, 2, "trigger") for move in rule.moves]
    elif isinstance(rule, Derivation):
        premises = (*rule.given, *rule.unless)
        optional += [(one.pattern, 4, "trigger") for one in premises if isinstance(one, Happened)]
    else:
        optional += [(rule.forbids, 4, "trigger"), (rule.unless_prior, 4, "other")]
    for pattern, weight, role in optional:
        if pattern is not None:
            yield pattern, weight, role


def _pause(pause: Pause | None) -> list[tuple[Pattern | None, int, str]]:
    return [] if pause is None else [(pause.begin, 4, "pause"), (pause.end, 2, "pause")]


def windows(rule: Shape) -> Iterator[Window]:
    """Every window of a rule."""
    if isinstance(rule, FollowUp):
        yield rule.window
    elif isinstance(rule, Procedure):
        yield from (step.window for step in rule.steps)
    elif isinstance(rule, Recurring):
        yield rule.window()


def points(rule: Shape) -> Iterator[Point]:
    """Every point of a rule's windows and timeouts."""
    for window in windows(rule):
        for end in (window.due, window.opens, window.expires, window.target):
            if isinstance(end, Point | Earliest):
                yield from end.parts()
    if isinstance(rule, Lifecycle):
        for timeout in rule.timeouts:
            yield from timeout.after.parts()
