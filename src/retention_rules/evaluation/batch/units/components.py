"""Conclusions that bear on each other, and whether what the kernel finds is enough to draw them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from retention_rules.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    CustomerField,
    EventField,
    In,
    InStage,
    Known,
    Not,
    Pattern,
)
from retention_rules.evaluation.batch.units.histories import shallow
from retention_rules.evaluation.program import Program
from retention_rules.events import CONCLUSION, RESERVED
from retention_rules.premises import Found, Happened, Premise
from retention_rules.rules import Derivation

_PLAIN = (AllOf, AnyOf, Comparison, CustomerField, EventField, In, Known, Not)


def components(program: Program) -> list[list[Derivation]]:
    """The derivations in groups, each with all that are drawn from it or that it is drawn from.

    Within a group each comes after those that it is drawn from.
    """
    ordered: list[Derivation] = []
    stratum = program.stratum
    while stratum is not None:
        ordered = [*stratum.derivations, *ordered]
        stratum = stratum.program.stratum
    group = {rule.id: rule.id for rule in ordered}
    for rule in ordered:
        for id in premises(rule):
            if id in group:
                mine, other = group[rule.id], group[id]
                group = {one: mine if of == other else of for one, of in group.items()}
    return [
        [rule for rule in ordered if group[rule.id] == name]
        for name in dict.fromkeys(group.values())
    ]


def premises(rule: Derivation) -> list[str]:
    """The rules whose findings a conclusion is drawn from."""
    return [one.rule for one in (*rule.given, *rule.unless) if isinstance(one, Found)]


def asked(rule: Derivation) -> set[str]:
    """The lifecycles whose present stage a conclusion asks for."""
    return {node.lifecycle for node in shallow(rule.where) if isinstance(node, InStage)}


def plain(pattern: Pattern) -> bool:
    """Whether it is known of an event by itself, and of its customer, whether it matches."""
    conditions = [one.condition for one in pattern.alternatives if one.condition is not None]
    return not derived(pattern.kinds) and all(map(_is_plain, conditions))


def derived(kinds: Iterable[str]) -> bool:
    """Whether some of these events are no records, but stages or conclusions."""
    return any(kind.startswith((RESERVED, CONCLUSION)) for kind in kinds)


def _is_plain(condition: Condition) -> bool:
    return all(isinstance(node, _PLAIN) for node in shallow(condition))


def not_drawn(rules: list[Derivation], enough: set[str], stages: set[str]) -> str | None:
    """Why the conclusions of a group are left to the pure evaluator; None if they are not.

    Args:
        rules: The derivations.
        enough: The rules whose findings tell how they came to be as they are.
        stages: The lifecycles whose stays are known.
    """
    own = {rule.id for rule in rules}

    def known(premise: Premise) -> bool:
        if isinstance(premise, Happened):
            return plain(premise.pattern)
        return premise.rule in own or (premise.part is None and premise.rule in enough)

    for rule in rules:
        if not all(known(one) for one in (*rule.given, *rule.unless)):
            return "premises"
        if not asked(rule) <= stages:
            return "stages"
    return None


class Present:
    """What a conclusion may ask of its customer at an instant."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.stages: dict[str, str | None] = {}

    @classmethod
    def of(cls, facts: Mapping[str, tuple[Any, list[Any]]], who: int) -> Present:
        """For one customer, from codes of facts by customer, and what codes stand for."""
        known = {
            name: values[codes[who]] for name, (codes, values) in facts.items() if codes[who] >= 0
        }
        return cls(known)

    def stage(self, lifecycle: str) -> str | None:
        """The present stage; None if it is not known, empty if there is none."""
        return self.stages.get(lifecycle, "")
