"""What rules mention: their patterns, and the points of their windows that decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from retention_rules.conditions import Condition, History, InStage, Pattern, Prior, walk
from retention_rules.evaluation.obligations import Obligation
from retention_rules.evaluation.points import Setting, place
from retention_rules.events import CONCLUSION, RESERVED
from retention_rules.premises import Found
from retention_rules.rulebook import Rulebook
from retention_rules.rules import Derivation, FollowUp, Procedure, Recurring, Rule
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
    return (part for part in parts_of(rule) if isinstance(part, Pattern))


def parts_of(rule: Rule) -> list[Pattern | Condition]:
    """The patterns and conditions of a rule, but for the conditions on contacts."""
    holders: list[Any] = [rule, *getattr(rule, "steps", ()), *getattr(rule, "moves", ())]
    pause = getattr(rule, "paused_by", None)
    holders += [pause] if pause else []
    if isinstance(rule, Derivation):
        holders += [*rule.given, *rule.unless]
    values = [getattr(one, field.name) for one in holders for field in attrs.fields(type(one))]
    return [value for value in values if isinstance(value, Pattern | Condition)]


def mentioned(rule: Rule) -> set[str]:
    """The ids of the rules on which a rule depends directly."""
    found: set[str] = set()
    window = getattr(rule, "window", None)
    if isinstance(window, Window):
        found |= window.steps()
    if isinstance(rule, FollowUp) and rule.unless_forbidden is not None:
        found.add(rule.unless_forbidden)
    if isinstance(rule, Derivation):
        found |= {one.rule for one in (*rule.given, *rule.unless) if isinstance(one, Found)}
    for node in _nodes(rule):
        if isinstance(node, InStage):
            found.add(node.lifecycle)
        elif isinstance(node, Pattern):
            for kind in node.kinds:
                if kind.startswith(CONCLUSION):
                    found.add(kind.partition(":")[2])
                elif kind.startswith(RESERVED):
                    found.add(kind.split(":")[1])
    return found


def _nodes(rule: Rule) -> Iterator[Any]:
    contacts = getattr(rule, "for_each", None)
    for part in (*parts_of(rule), None if contacts is None else contacts.where):
        yield from walk(part)


def closure(book: Rulebook, ids: Iterable[str]) -> set[str]:
    """These rules, and all on which they depend."""
    found: set[str] = set()
    ahead = set(ids)
    while ahead:
        found |= ahead
        ahead = {id for rule in book if rule.id in ahead for id in mentioned(rule)} - found
    return found


def further(rule: Rule, rulebook: Rulebook) -> set[str]:
    """The kinds of events on which a rule depends: its own, through others, and by history."""
    ids = closure(rulebook, mentioned(rule))
    nodes = (
        node for one in (rule, *rulebook) if one is rule or one.id in ids for node in _nodes(one)
    )
    return {kind for node in nodes if isinstance(node, Pattern) for kind in node.kinds}


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
