"""What is known of customers beside their events: zone, facts, contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

import attrs

from retention_rules.errors import InvalidEvent, shown
from retention_rules.events import Data


def _contacts(value: Iterable[Mapping[str, Any]] | None) -> tuple[Data, ...] | None:
    if value is None:
        return None
    given: Any = value
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise InvalidEvent(
            f"the contacts {shown(value)} are no list: write something like [{{'id': 'wei'}}]"
        )
    found = tuple(_contact(one) for one in given)
    names = [one["id"] for one in found]
    for name in names:
        if names.count(name) > 1:
            raise InvalidEvent(f"two contacts have the id `{name}`: give each its own")
    return found


def _contact(value: Any) -> Data:
    if not isinstance(value, Mapping):
        raise InvalidEvent(
            f"the contact {shown(value)} is no mapping: write something like {{'id': 'wei'}}"
        )
    found = value if isinstance(value, Data) else Data(value)
    if not isinstance(found.get("id"), str) or not found["id"]:
        raise InvalidEvent(
            f"the contact {shown(found)} has no `id`: give each contact one, as text"
        )
    return found


def local_date(value: date | str | None) -> date | None:
    """The date that `value` is or spells; None stays None.

    Raises:
        InvalidEvent: it is no date, or a datetime, which is more than one.
    """
    given: Any = value
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise InvalidEvent(f"{shown(value)} is no date: write 2026-03-02") from None
    if given is not None and (not isinstance(given, date) or isinstance(given, datetime)):
        raise InvalidEvent(f"{shown(value)} is no date: give a date, or write 2026-03-02")
    return given


def _facts(value: Mapping[str, Any]) -> Data:
    return value if isinstance(value, Data) else Data(value)


def _id(_: object, __: Any, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise InvalidEvent(f"the customer {shown(value)} is not a name: give non-empty text")


def _zone(_: object, __: Any, value: Any) -> None:
    if value is not None and (not isinstance(value, str) or not value):
        raise InvalidEvent(
            f"the zone {shown(value)} is no name: write something like 'Asia/Shanghai'"
        )


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

    id: str = attrs.field(validator=_id)
    zone: str | None = attrs.field(default=None, kw_only=True, validator=_zone)
    facts: Data = attrs.field(factory=Data, kw_only=True, converter=_facts)
    contacts: tuple[Data, ...] | None = attrs.field(default=None, kw_only=True, converter=_contacts)
    history_from: date | None = attrs.field(default=None, kw_only=True, converter=local_date)


Customers: TypeAlias = Mapping[str, Customer]


def _several(given: object) -> bool:
    return isinstance(given, Iterable) and not isinstance(given, str | Customer)


def customers(given: Iterable[Customer] | Customers) -> dict[str, Customer]:
    """Customers by id.

    Raises:
        InvalidEvent: one id is given twice with different content, or under another key, or
            something is no customer.
    """
    if not _several(given):
        raise InvalidEvent(
            f"the customers {shown(given)} are no list: write something like [Customer('lin')]"
        )
    found: dict[str, Customer] = {}
    for one in given.values() if isinstance(given, Mapping) else given:
        if not isinstance(one, Customer):
            raise InvalidEvent(
                f"{shown(one)} is no customer: write something like Customer('lin', zone=...)"
            )
        if found.setdefault(one.id, one) != one:
            raise InvalidEvent(
                f"the customer `{one.id}` is given twice, with different content: give it once"
            )
    for name, one in given.items() if isinstance(given, Mapping) else ():
        if name != one.id:
            raise InvalidEvent(f"the customer `{one.id}` stands under {shown(name)}: use its id")
    return found
