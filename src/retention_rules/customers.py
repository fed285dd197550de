"""What is known of customers beside their events: zone, facts, contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

import attrs

from retention_rules.errors import InvalidEvent
from retention_rules.events import Data


def _contacts(value: Iterable[Mapping[str, Any]] | None) -> tuple[Data, ...] | None:
    if value is None:
        return None
    found = tuple(one if isinstance(one, Data) else Data(one) for one in value)
    for one in found:
        if not isinstance(one.get("id"), str):
            raise InvalidEvent(f"the contact `{one!r}` has no `id`: give each contact one, as text")
    return found


def _on(value: date | str | None) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise InvalidEvent(f"`{value}` is no date: write 2026-03-02") from None


@attrs.frozen
class Customer:
    """An account.

    Args:
        id: The name that events use.
        zone: IANA zone of its local dates, such as ``Asia/Shanghai``; default: the calendar's.
        facts: Kind (person, company, government), country, consent, and what else rules read.
            A ``customer.changed`` event changes them from its instant on.
        contacts: The people of the account, each with an ``id``; None means not known.
        history_from: The date from which its events are complete; default: always.

    >>> Customer("lin", zone="Asia/Shanghai", facts={"kind": "person"}).facts["kind"]
    'person'
    """

    id: str
    zone: str | None = attrs.field(default=None, kw_only=True)
    facts: Data = attrs.field(
        factory=Data,
        kw_only=True,
        converter=lambda value: value if isinstance(value, Data) else Data(value),
    )
    contacts: tuple[Data, ...] | None = attrs.field(default=None, kw_only=True, converter=_contacts)
    history_from: date | None = attrs.field(default=None, kw_only=True, converter=_on)


Customers: TypeAlias = Mapping[str, Customer]


def customers(given: Iterable[Customer] | Customers) -> dict[str, Customer]:
    """Customers by id.

    Raises:
        InvalidEvent: one id is given twice with different content.
    """
    found: dict[str, Customer] = {}
    for one in given.values() if isinstance(given, Mapping) else given:
        if found.setdefault(one.id, one) != one:
            raise InvalidEvent(f"the customer `{one.id}` is given twice, with different content")
    return found
