"""What rules mention: their patterns, and the points of their windows that decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from retention_rules.conditions import Condition, History, InStage, Pattern, Prior, walk
from retention_rules.evaluation.obligations import Obligation
from retention_rules.evaluation.points import Setting, place
from retention_rules.events import RESERVED
from retention_rules.rulebook import Rulebook
from retention_rules.rules import FollowUp, Procedure, Recurring, Rule
from retention_rules.windows import (
    Due,
    Earliest,
    Field,
    Point,
    Window,
)


def deciding(point: Point | Earliest, setting: Setting) -> Point | None:
    """The simple point that decided where a point lies; None if it lies nowhere."""
    if isinstance(point, Earliest):
        places = [(place(one, setting), one) for one in point.points]
        if any(isinstance(found, str) for found, _ in places):
            return None
        _, least = min(places, key=lambda pair: pair[0].high)  # type: ignore[union-attr]
        return deciding(least, setting)
    anchor = point.anchor
    if isinstance(anchor, Field) and setting.data.get(anchor.name) is None:
        return None if anchor.default is None else deciding(anchor.default, setting)
    return point


def start_of(point: Point, setting: Setting) -> int | None:
    """The first instant of what a point counts from."""
    if isinstance(point.anchor, Due) and setting.due is None:
        return None
    found = place(Point(point.anchor), setting)
    if isinstance(found, str):
        return None
    return found.low


def ended_by(one: Obligation, at: int) -> bool:
    """Whether what paid or freed an obligation was over by an instant."""
    decided = one.paid or one.freed
    return decided is not None and decided[1].last <= at


def wanted(rule: Rule, part: str | None) -> Pattern:
    """What pays a rule, or one step of it."""
    if isinstance(rule, Procedure):
        return next(step.fulfilled_by for step in rule.steps if step.name == part)
    assert isinstance(rule, FollowUp | Recurring)
    return rule.fulfilled_by


def trigger_pattern(rule: Rule, part: str | None) -> Pattern:
    """What starts a rule, or one step of it."""
    if isinstance(rule, Procedure):
        step = next(step for step in rule.steps if step.name == part)
        return step.each or rule.opened_by
    if isinstance(rule, Recurring):
        return rule.starts
    assert isinstance(rule, FollowUp)
    return rule.trigger


def patterns(rule: Rule) -> Iterator[Pattern]:
    """Every pattern that a rule mentions."""
    holders: list[Any] = [rule, *getattr(rule, "steps", ()), *getattr(rule, "moves", ())]
    pause = getattr(rule, "paused_by", None)
    holders += [pause] if pause else []
    for holder in holders:
        for field in attrs.fields(type(holder)):
            value = getattr(holder, field.name)
            if isinstance(value, Pattern):
                yield value


def further(rule: Rule, rulebook: Rulebook) -> set[str]:
    """The kinds of events on which a rule depends through others, and through history."""
    kinds: set[str] = set()
    seen: set[str] = set()
    ahead: list[Rule] = [rule]
    while ahead:
        one = ahead.pop()
        needed: set[Any] = {getattr(one, "unless_forbidden", None)}
        window = getattr(one, "window", None)
        if isinstance(window, Window):
            needed |= window.steps()
        for node in (node for pattern in patterns(one) for node in walk(pattern)):
            if isinstance(node, Pattern):
                kinds |= node.kinds
                needed |= {kind.split(":")[1] for kind in node.kinds if kind.startswith(RESERVED)}
            elif isinstance(node, InStage):
                needed.add(node.lifecycle)
        for node in walk(getattr(one, "context", None)):
            if isinstance(node, InStage):
                needed.add(node.lifecycle)
            elif isinstance(node, Pattern):
                kinds |= node.kinds
        fresh = needed - seen
        seen |= fresh
        ahead += [other for other in rulebook if other.id in fresh]
    return kinds


def parts_of(rule: Rule) -> list[Any]:
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


def fields_read(book: Rulebook) -> Mapping[Prior, dict[str, bool]]:
    """Which fields are aggregated from each history, and whether they are summed."""
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
        for part in parts_of(rule):
            note(part)
        contacts = getattr(rule, "for_each", None)
        if contacts is not None and contacts.where is not None:
            note(contacts.where)
    return found
