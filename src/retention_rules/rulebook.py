"""A rulebook: rules chosen and combined, as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from retention_rules.errors import DefinitionError, near, shown
from retention_rules.rules import (
    Derivation,
    FollowUp,
    Lifecycle,
    Procedure,
    Prohibition,
    Recurring,
    Rule,
    Shape,
    Step,
)
from retention_rules.windows import Window

_ENDS = ("opens", "due", "expires", "target")
_KEYS = {"trigger": "when", "fulfilled_by": "then", "released_by": "unless"}
"""Attributes that a rulebook file calls otherwise."""

_SHORT = 12
SHAPES = (FollowUp, Procedure, Recurring, Lifecycle, Prohibition, Derivation)


def _rules(value: Iterable[Shape] | Shape) -> tuple[Shape, ...]:
    given: Any = value
    several = isinstance(given, Iterable) and not isinstance(given, str | Mapping)
    found = tuple(given) if several else (given,)
    for one in found:
        if not isinstance(one, SHAPES):
            names = ", ".join(shape.__name__ for shape in SHAPES)
            raise DefinitionError(f"{shown(one)} is no rule: give a Rulebook, or one of {names}")
    return found


@attrs.frozen(cache_hash=True)  # as a key it is looked up with each evaluation
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
        """The same rulebook with one rule changed.

        A rule that cites documents keeps its citations, and is marked: `Rule.adapted` says in what
        it no longer follows them.

        Args:
            id: The rule.
            changes: New values by attribute. ``due=`` and the like change its window, and
                ``steps={"listen": {"due": days(2)}}`` single steps of a procedure.

        Raises:
            DefinitionError: there is no such rule, attribute or step, or the change is refused.

        >>> from retention_rules.practices import handbook
        >>> from retention_rules.windows import days
        >>> handbook().adapt("thanks.handwritten", due=days(3))["thanks.handwritten"].adapted
        ('due',)
        """
        if not any(one.id == id for one in self.rules):
            raise self._lacking(id)
        return Rulebook(_adapted(one, changes) if one.id == id else one for one in self.rules)

    @property
    def digest(self) -> str:
        """A fingerprint of the content: SHA-256, in hexadecimal digits.

        Equal rulebooks have the same one, in every process and under every version of Python; it
        names the rulebook that a verdict comes from.

        >>> Rulebook().digest[:8]
        'da506c8a'
        """
        from retention_rules.serialization import digest

        return digest(self)

    @property
    def short_digest(self) -> str:
        """The first 12 digits of `digest`, enough for people."""
        return self.digest[:_SHORT]


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


def changed(before: Shape | Step, after: Shape | Step) -> tuple[str, ...]:
    """In what two versions of a rule differ, in the words of a rulebook file.

    >>> from retention_rules.practices import handbook
    >>> book = handbook()
    >>> after = book.adapt("thanks.ever", title="Thank them", due=book["thanks.ever"].window.due)
    >>> changed(book["thanks.ever"], after["thanks.ever"])
    ('title',)
    """
    if type(before) is not type(after):
        return ("shape",)
    names: list[str] = []
    for field in attrs.fields(type(before)):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if field.name == "adapted" or one == other:
            continue
        if isinstance(one, Window):
            names += [end for end in _ENDS if getattr(one, end) != getattr(other, end)]
        elif field.name == "steps" and [step.name for step in one] == [step.name for step in other]:
            for step, now in zip(one, other, strict=True):
                names += [f"steps.{step.name}.{name}" for name in changed(step, now)]
        else:
            names.append(_KEYS.get(field.name, field.name))
    return tuple(names)


def _adapted(rule: Shape, changes: dict[str, Any]) -> Shape:
    found: Shape = _evolved(rule, rule.id, changes)
    if not rule.citations or "adapted" in changes:
        return found
    marks = dict.fromkeys((*rule.adapted, *changed(rule, found)))
    return attrs.evolve(found, adapted=tuple(marks))


def _evolved(one: Any, name: str, changes: Mapping[str, Any]) -> Any:
    """A rule or step with some attributes, ends of its window or steps replaced."""
    ends_too = _ENDS if isinstance(one, FollowUp | Step) else ()
    known = [field.name for field in attrs.fields(type(one))]
    for given in changes:
        if given not in known and given not in ends_too:
            there = [*known, *ends_too]
            raise DefinitionError(
                f"`{name}` has no `{given}` to adapt: {near(given, there, most=len(there))}"
            )
    fields = dict(changes)
    if ends_too:
        ends = {end: fields.pop(end) for end in _ENDS if end in fields}
        if ends:
            fields["window"] = attrs.evolve(fields.get("window", one.window), **ends)
    if isinstance(fields.get("steps"), Mapping):
        fields["steps"] = _steps(one, fields["steps"])
    return attrs.evolve(one, **fields)


def _steps(rule: Procedure, changes: Mapping[str, Any]) -> list[Step]:
    names = [step.name for step in rule.steps]
    for name, fields in changes.items():
        if name not in names:
            raise DefinitionError(f"`{rule.id}` has no step `{name}` to adapt: {near(name, names)}")
        if not isinstance(fields, Mapping):
            raise DefinitionError(
                f"{shown(fields)} changes no step: write {{'{name}': {{'due': days(2)}}}}"
            )
    return [_evolved(one, f"{rule.id}/{one.name}", changes.get(one.name, {})) for one in rule.steps]


def _versions(one: Shape, other: Shape) -> None:
    if one.in_force.overlaps(other.in_force):
        raise DefinitionError(
            f"two rules are named `{one.id}`: rename one, or give them `in_force` days apart"
        )
    same = type(one) is type(other) and all(
        getattr(one, name, None) == getattr(other, name, None)
        for name in ("correlate_on", "on_retrigger", "for_each")
    )
    if not same or isinstance(one, Lifecycle | Procedure | Recurring | Derivation):
        raise DefinitionError(
            f"the versions of `{one.id}` differ in shape, `correlate_on`, `on_retrigger`, "
            "`for_each` or `paused_by`, or are neither follow-ups nor prohibitions: give the new "
            "one an id of its own"
        )
