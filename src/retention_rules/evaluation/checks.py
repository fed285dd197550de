"""Checks: the single tests inside a condition, with what they found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from retention_rules.conditions import (
    AllOf,
    Comparison,
    Condition,
    CustomerField,
    EventField,
    In,
    Known,
)


@attrs.frozen
class Check:
    """One test that an event had to pass.

    Attributes:
        condition: The test.
        result: True, false, or None where it could not be decided.
        value: What the event or the customer had there, if it is a field; None if missing.
    """

    condition: Condition
    result: bool | None = None
    value: Any = None

    def read(self, data: Mapping[str, Any], facts: Mapping[str, Any]) -> Any:
        """The value that the test looks at."""
        condition = self.condition
        term: Any = None
        if isinstance(condition, Comparison):
            term = condition.left
        elif isinstance(condition, In | Known):
            term = condition.term
        if isinstance(term, EventField):
            return data.get(term.name)
        return facts.get(term.name) if isinstance(term, CustomerField) else None


def checks(condition: Condition | None) -> Iterator[Check]:
    """The tests that must all hold."""
    if isinstance(condition, AllOf):
        for part in condition.of:
            yield from checks(part)
    elif condition is not None:
        yield Check(condition)
