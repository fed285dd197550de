"""A practice and its named readings, where the text of its source allows more than one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from retention_rules.conditions import Pattern
from retention_rules.errors import DefinitionError
from retention_rules.rules import Shape
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
    """

    words: Text
    window: Window | None = None
    trigger: Pattern | None = None


@attrs.frozen
class Practice:
    """A rule, and the readings of its passage by name; the first one is the default."""

    rule: Shape
    readings: Mapping[str, Reading] = MappingProxyType({})

    def read(self, name: str | None = None) -> Shape:
        """The rule under the reading of this name."""
        if not self.readings:
            return self.rule
        reading = self.readings[name or next(iter(self.readings))]
        changes: dict[str, Any] = {"reading": joined(reading.words, self.rule.reading)}
        changes |= {"window": reading.window} if reading.window else {}
        changes |= {"trigger": reading.trigger} if reading.trigger else {}
        return attrs.evolve(self.rule, **changes)
