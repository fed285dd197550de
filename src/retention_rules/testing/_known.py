"""Which kinds of events, fields and facts a timeline may name: a misspelt one proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import attrs

from retention_rules.conditions import (
    Alternative,
    ContactField,
    CustomerField,
    EventField,
    History,
    Prior,
)
from retention_rules.events import CONCLUSION, CUSTOMER_CHANGED, RESERVED
from retention_rules.practices.vocabulary import DATA, FACTS, KINDS
from retention_rules.rulebook import Rulebook
from retention_rules.windows import Field

_NAMING = ("differs_on", "same_on", "distinct")
_FREE = frozenset({"note", "contact"})


@attrs.frozen
class Known:
    """The words that mean something to a rulebook, or to the practices."""

    kinds: frozenset[str]
    fields: frozenset[str]
    facts: frozenset[str]


@lru_cache(maxsize=32)
def known(rulebook: Rulebook) -> Known:
    """The words of a rulebook, beside those of the practices."""
    kinds, fields, facts = {*KINDS, CUSTOMER_CHANGED}, {*DATA, *_FREE}, {*FACTS, "name"}
    for part in _parts(rulebook):
        if isinstance(part, Alternative):
            if not part.kind.startswith((RESERVED, CONCLUSION)):
                kinds.add(part.kind)
        elif isinstance(part, EventField | ContactField | Field):
            fields.add(part.name)
        elif isinstance(part, CustomerField):
            facts.add(part.name)
        elif isinstance(part, Prior):
            fields |= set(part.same)
        elif isinstance(part, History) and part.field is not None:
            fields.add(part.field)
        fields |= {name for key in _NAMING if (name := getattr(part, key, None))}
        fields |= {item.id for item in getattr(part, "checklist", ())}
        for key in getattr(part, "correlate_on", ()):
            fields |= {key} if isinstance(key, str) else set(key)
    return Known(frozenset(kinds), frozenset(fields), frozenset(facts))


def _parts(value: Any) -> Iterator[Any]:
    """A value of the library, and all that it is made of."""
    if attrs.has(type(value)):
        yield value
        for one in attrs.fields(type(value)):
            yield from _parts(getattr(value, one.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _parts(one)
