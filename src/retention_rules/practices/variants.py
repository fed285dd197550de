"""A practice: a rule with its named readings, or guidance that no rule can hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

import attrs

from retention_rules.conditions import Pattern
from retention_rules.errors import DefinitionError
from retention_rules.rules import Rule, Shape
from retention_rules.texts import Text
from retention_rules.windows import Window


def joined(*texts: Text) -> Text:
    """The sentences of several texts, one after the other."""
    return Text(" ".join(one.en for one in texts), "".join(one.zh for one in texts))


def choose(name: str | None, choices: Iterable[str | None], what: str) -> None:
    """Refuse a name that is not among the choices.

    Raises:
        DefinitionError: it is not; the message lists them.
    """
    if name not in (known := list(choices)):
        listed = ", ".join(f"`{one}`" for one in known)
        raise DefinitionError(f"`{name}` is no {what}: choose one of {listed}")


@attrs.frozen
class Reading:
    """One way to read a passage.

    Attributes:
        words: What it takes the passage to say; the rule's own `reading` begins with it.
        window: The window that follows from it, if another than the rule's.
        trigger: The trigger that follows from it, if another than the rule's.
        owed: Whether anything is owed under it.
        rule: What follows from it, where that differs in more than window and trigger: a rule
            of the same id, perhaps of another shape.
    """

    words: Text
    window: Window | None = None
    trigger: Pattern | None = None
    owed: bool = True
    rule: Shape | None = None


Nature: TypeAlias = Literal["advice", "benchmark", "measure", "organisation"]


@attrs.frozen
class Practice:
    """A practice that is evaluated.

    Attributes:
        rule: What is owed or forbidden.
        readings: The readings of its passage by name; the first one is the default.
        optional: Whether `handbook` leaves it out unless it is asked for, whatever its strength.
    """

    rule: Shape
    readings: Mapping[str, Reading] = MappingProxyType({})
    optional: bool = False

    @property
    def id(self) -> str:
        """The id of the rule."""
        return self.rule.id

    def owed(self, name: str | None = None) -> bool:
        """Whether anything is owed under the reading of this name."""
        return self._reading(name).owed if self.readings else True

    def _reading(self, name: str | None) -> Reading:
        return self.readings[name or next(iter(self.readings))]

    def read(self, name: str | None = None) -> Shape:
        """The rule under the reading of this name."""
        if not self.readings:
            return self.rule
        reading = self._reading(name)
        rule = reading.rule or self.rule
        changes: dict[str, Any] = {"reading": joined(reading.words, rule.reading)}
        changes |= {"window": reading.window} if reading.window else {}
        changes |= {"trigger": reading.trigger} if reading.trigger else {}
        return attrs.evolve(rule, **changes)


def _nature(_: object, __: Any, value: object) -> None:
    choose(value, get_args(Nature), "nature")  # type: ignore[arg-type]


@attrs.frozen(kw_only=True)
class Guidance(Rule):
    """A practice that is told and not evaluated: it has no event of its own to be checked by.

    Attributes:
        nature: Why: an attitude (``advice``), a quoted number (``benchmark``), something to be
            counted (``measure``), or something about the company itself (``organisation``).
    """

    nature: Nature = attrs.field(validator=_nature)
