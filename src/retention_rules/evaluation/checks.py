"""Checks: the single tests inside a condition, with what they found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from retention_rules.conditions import (
    AllOf,
    Condition,
    CustomerField,
    EventField,
    Term,
    shape,
    walk,
)


@attrs.frozen
class Check:
    """One test that an event had to pass.

    Attributes:
        condition: The test.
        result: True, false, or None where it could not be decided.
        values: What the event or the customer had in the fields that the test reads, as pairs of
            term and value; None for what was missing.
    """

    condition: Condition
    result: bool | None = None
    values: tuple[tuple[Term, Any], ...] = attrs.field(default=(), eq=shape)

    def read(self, result: bool | None, data: Mapping[str, Any], facts: Mapping[str, Any]) -> Check:
        """The test with its result, and the values that it saw."""
        found: dict[str, tuple[Term, Any]] = {}
        for node in walk(self.condition):
            if isinstance(node, EventField):
                found[repr(node)] = (node, data.get(node.name))
            elif isinstance(node, CustomerField):
                found[repr(node)] = (node, facts.get(node.name))
        return Check(self.condition, result, tuple(found.values()))


def checks(condition: Condition | None) -> Iterator[Check]:
    """The tests that must all hold."""
    if isinstance(condition, AllOf):
        for part in condition.of:
            yield from checks(part)
    elif condition is not None:
        yield Check(condition)
