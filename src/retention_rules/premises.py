"""Premises: what a conclusion is drawn from - findings of other rules, and events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

import attrs

from retention_rules.conditions import Pattern
from retention_rules.errors import DefinitionError, near, shown
from retention_rules.findings import Status
from retention_rules.validation import field_name, identifier, is_a, names_of

MISSED: frozenset[str] = frozenset({"breached", "repaired", "lapsed"})
"""The statuses of what was not done in time, whatever became of it since."""

_KNOWN = (*(one for one in get_args(Status) if one != "indeterminate"), "missed")


def _statuses(value: Iterable[str] | str) -> tuple[str, ...]:
    names = names_of(value)
    for name in names:
        if name not in _KNOWN:
            raise DefinitionError(f"{shown(name)} is no status to draw from: {near(name, _KNOWN)}")
    return names


def _number(_: object, __: Any, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise DefinitionError(f"`at_least={value!r}`: give a whole number, 1 or more")


@attrs.frozen(kw_only=True)
class Counted:
    """How many of something a conclusion needs.

    Attributes:
        at_least: How many.
        distinct: A field; what is equal in it counts once, and what lacks it does not count.
        customer_wide: Whether those of all the customer's cases count, not only of the one that
            the conclusion is about.
    """

    at_least: int = attrs.field(default=1, validator=_number)
    distinct: str | None = attrs.field(default=None, validator=field_name)
    customer_wide: bool = attrs.field(default=False, validator=is_a(bool))


@attrs.frozen(kw_only=True, repr=False)
class Found(Counted):
    """Findings of a rule that have one of these statuses.

    Attributes:
        rule: The id of the rule.
        statuses: Of which one is enough; ``missed`` stands for breached, repaired and lapsed.
        part: The step, stage or contact; default: any.
    """

    rule: str = attrs.field(validator=identifier)
    statuses: tuple[str, ...] = attrs.field(converter=_statuses)
    part: str | None = attrs.field(default=None, validator=is_a(str, optional=True))

    def __attrs_post_init__(self) -> None:
        if not self.statuses:
            raise DefinitionError(f"`{self.rule}` is found in some status: name it, or several")

    def __repr__(self) -> str:
        return _code("found", [self.rule, *self.statuses], self, part=self.part)

    @property
    def accepted(self) -> frozenset[str]:
        """The statuses, with ``missed`` written out."""
        plain = frozenset(self.statuses) - {"missed"}
        return plain | MISSED if "missed" in self.statuses else plain


@attrs.frozen(kw_only=True, repr=False)
class Happened(Counted):
    """Events that match a pattern; once they have happened they always have.

    Attributes:
        pattern: The events.
    """

    pattern: Pattern = attrs.field(validator=is_a(Pattern))

    def __repr__(self) -> str:
        return _code("happened", [self.pattern], self)


def _code(name: str, given: list[Any], one: Counted, **more: Any) -> str:
    """A premise as people write it."""
    fields = {**more, "distinct": one.distinct}
    fields |= {"at_least": one.at_least} if one.at_least > 1 else {}
    fields |= {"customer_wide": True} if one.customer_wide else {}
    parts = [f"{key}={value!r}" for key, value in fields.items() if value is not None]
    return f"{name}({', '.join([*map(repr, given), *parts])})"


Premise = Found | Happened


def found(
    rule: str,
    *statuses: str,
    part: str | None = None,
    at_least: int = 1,
    distinct: str | None = None,
    customer_wide: bool = False,
) -> Found:
    """Findings of another rule, as a premise of a `Derivation`.

    Args:
        rule: The id of the rule, which may be a derivation itself.
        statuses: Of which one is enough: a status of the glossary, or ``missed`` for what was not
            done in time, whatever became of it since.
        part: The step, stage or contact; default: any.
        at_least: How many of them.
        distinct: A field; what is equal in it counts once.
        customer_wide: Whether those of all the customer's cases count.

    Raises:
        DefinitionError: a status is not known, or none is given.

    >>> found("promise.kept", "missed", at_least=2).at_least
    2
    """
    return Found(
        rule=rule,
        statuses=statuses,
        part=part,
        at_least=at_least,
        distinct=distinct,
        customer_wide=customer_wide,
    )


def happened(
    pattern: Pattern,
    *,
    at_least: int = 1,
    distinct: str | None = None,
    customer_wide: bool = False,
) -> Happened:
    """Events, as a premise of a `Derivation`.

    Args:
        pattern: Which ones; what must hold of their past is a condition with `prior(...)`.
        at_least: How many of them.
        distinct: A field; what is equal in it counts once.
        customer_wide: Whether those of all the customer's cases count.

    >>> from retention_rules.conditions import event
    >>> happened(event("complaint.opened")).at_least
    1
    """
    return Happened(
        pattern=pattern, at_least=at_least, distinct=distinct, customer_wide=customer_wide
    )
