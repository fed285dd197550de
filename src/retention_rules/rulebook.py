"""A rulebook: rules chosen and combined, as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from retention_rules.errors import DefinitionError, near, shown
from retention_rules.rules import (
    FollowUp,
    Lifecycle,
    Procedure,
    Prohibition,
    Recurring,
    Rule,
    Shape,
)

_ENDS = ("opens", "due", "expires", "target")
SHAPES = (FollowUp, Procedure, Recurring, Lifecycle, Prohibition)


def _rules(value: Iterable[Shape] | Shape) -> tuple[Shape, ...]:
    given: Any = value
    several = isinstance(given, Iterable) and not isinstance(given, str | Mapping)
    found = tuple(given) if several else (given,)
    for one in found:
        if not isinstance(one, SHAPES):
            names = ", ".join(shape.__name__ for shape in SHAPES)
            raise DefinitionError(f"{shown(one)} is no rule: give a Rulebook, or one of {names}")
    return found


@attrs.frozen
class Rulebook:
    """Rules that are evaluated together, in the order in which they are given.

    Raises:
        DefinitionError: two rules share an id and a day on which they are in force, or something
            is no rule.

    >>> from retention_rules.conditions import event, touch
    >>> from retention_rules.windows import Window, days
    >>> call = FollowUp(id="acme.call", trigger=event("deal.closed"), fulfilled_by=touch("call"),
    ...                 window=Window(due=days(2)))
    >>> [rule.id for rule in Rulebook() | call]
    ['acme.call']
    """

    rules: tuple[Shape, ...] = attrs.field(default=(), converter=_rules)

    def __attrs_post_init__(self) -> None:
        seen: dict[str, list[Shape]] = {}
        for one in self.rules:
            for other in seen.setdefault(one.id, []):
                _versions(other, one)
            seen[one.id].append(one)

    def __iter__(self) -> Iterator[Shape]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __or__(self, other: Rulebook | Shape) -> Rulebook:
        """Both; a rule that stands in both, equally, stands once."""
        more = other.rules if isinstance(other, Rulebook) else _rules(other)
        return Rulebook((*self.rules, *(one for one in more if one not in self.rules)))

    def __getitem__(self, id: str) -> Shape:
        """The (latest version of the) rule with this id.

        Raises:
            KeyError: there is none.
        """
        for one in reversed(self.rules):
            if one.id == id:
                return one
        raise KeyError(id)

    def select(self, *ids: str) -> Rulebook:
        """Only these rules; an id that ends in ``.`` stands for all that begin with it."""
        return self._where(ids, True)

    def without(self, *ids: str) -> Rulebook:
        """All but these rules; an id that ends in ``.`` stands for all that begin with it."""
        return self._where(ids, False)

    def _where(self, ids: tuple[str, ...], keep: bool) -> Rulebook:
        tests: list[Callable[[Rule], bool]] = []
        for id in ids:
            if not isinstance(id, str):
                raise DefinitionError(f"{shown(id)} is no id of a rule: give text")
            tests.append(_begins(id) if id.endswith(".") else _named(id))
            if not any(tests[-1](one) for one in self.rules):
                raise self._lacking(id)
        return Rulebook(one for one in self.rules if any(test(one) for test in tests) is keep)

    def _lacking(self, id: str) -> DefinitionError:
        ids = [one.id for one in self.rules]
        if id.endswith("."):
            return DefinitionError(f"no rule of the rulebook begins with `{id}`")
        return DefinitionError(f"the rulebook has no rule `{id}`: {near(id, ids)}")

    def adapt(self, id: str, **changes: Any) -> Rulebook:
        """The same rulebook with one rule changed; ``due=`` and the like change its window."""
        if not any(one.id == id for one in self.rules):
            raise self._lacking(id)
        return Rulebook(_adapted(one, changes) if one.id == id else one for one in self.rules)


def rulebook(given: Rulebook | Shape | Iterable[Shape]) -> Rulebook:
    """A rulebook as it is; a rule, or several, as a rulebook.

    Raises:
        DefinitionError: it is none of them.
    """
    return given if isinstance(given, Rulebook) else Rulebook(given)


def _begins(prefix: str) -> Callable[[Rule], bool]:
    return lambda rule: rule.id.startswith(prefix)


def _named(id: str) -> Callable[[Rule], bool]:
    return lambda rule: rule.id == id


def _adapted(rule: Shape, changes: dict[str, Any]) -> Shape:
    ends_too = _ENDS if isinstance(rule, FollowUp) else ()
    known = [field.name for field in attrs.fields(type(rule))]
    for name in changes:
        if name not in known and name not in ends_too:
            there = [*known, *ends_too]
            raise DefinitionError(
                f"`{rule.id}` has no `{name}` to adapt: {near(name, there, most=len(there))}"
            )
    if isinstance(rule, FollowUp):
        ends = {name: changes[name] for name in _ENDS if name in changes}
        changes = {name: value for name, value in changes.items() if name not in ends}
        if ends:
            base = changes.get("window", rule.window)
            changes["window"] = attrs.evolve(base, **ends)
    return attrs.evolve(rule, **changes)


def _versions(one: Shape, other: Shape) -> None:
    if one.in_force.overlaps(other.in_force):
        raise DefinitionError(
            f"two rules are named `{one.id}`: rename one, or give them `in_force` days apart"
        )
    same = type(one) is type(other) and all(
        getattr(one, name, None) == getattr(other, name, None)
        for name in ("correlate_on", "on_retrigger", "for_each")
    )
    if not same or isinstance(one, Lifecycle | Procedure | Recurring):
        raise DefinitionError(
            f"the versions of `{one.id}` differ in shape, `correlate_on`, `on_retrigger`, "
            "`for_each` or `paused_by`, or are a lifecycle, procedure or recurring duty: give the "
            "new one an id of its own"
        )
