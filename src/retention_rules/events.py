"""Records: what happened with a customer, and what was later said about it.

A stream consists of `Event` and `Retraction`. An `Event` with `corrects` carries the full new
content of an earlier one; a `Retraction` says that a record should never have been there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import attrs

from retention_rules.calendars import instant
from retention_rules.errors import InvalidEvent, shown

Ref: TypeAlias = tuple[str, str]
"""The identity of a record: its source and its id."""

RESERVED = "stage."
CONCLUSION = "conclusion."
CUSTOMER_CHANGED = "customer.changed"
_PLAIN = frozenset({str, bool, int})
_SCALARS = (str, bool, int, float, Decimal, date, datetime)
_DEPTH = 64
_OWN = "\0"
_MIDNIGHT = r".{10}[T ]24(:00(:00(\.0+)?)?)?($|[Z+-])"


class Data(Mapping[str, Any]):
    """An immutable, hashable mapping of plain values: the `data` of an event.

    Values are text, booleans, numbers, dates, aware datetimes, and tuples or mappings of them.
    ``None`` means that the field is absent, and is dropped.

    >>> Data(amount=120, tags=["new", "vip"])
    Data(amount=120, tags=('new', 'vip'))
    """

    __slots__ = ("_hash", "_items")

    def __init__(self, items: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        if not isinstance(items, Mapping | None):
            raise InvalidEvent(
                f"the fields {shown(items)} are no mapping: write something like {{'amount': 120}}"
            )
        taken = {**(items or {}), **more}
        self._items: dict[str, Any] = {
            key: _plain(key, value) for key, value in taken.items() if value is not None
        }
        self._hash: int | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Data, (self._items,)  # without the hash, which is another one elsewhere

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a field, or `default` where there is none."""
        return self._items.get(key, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(canonical(self))
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Data):
            return NotImplemented
        return self._items == other._items and canonical(self) == canonical(other)

    def __repr__(self) -> str:
        return f"Data({', '.join(f'{key}={value!r}' for key, value in self._items.items())})"


def _plain(key: str, value: Any, depth: int = 0) -> Any:
    if type(key) is str and type(value) in _PLAIN:
        return value
    if not isinstance(key, str):
        raise InvalidEvent(f"the field name {shown(key)} is not text")
    if isinstance(value, _SCALARS):
        return _scalar(key, value)
    if depth >= _DEPTH:
        raise InvalidEvent(f"field `{key}` is nested more than {_DEPTH} deep: flatten it")
    if isinstance(value, Mapping):
        inner = Data()
        inner._items = {k: _plain(k, v, depth + 1) for k, v in value.items() if v is not None}
        return inner
    if isinstance(value, list | tuple):
        return tuple(_plain(key, item, depth + 1) for item in value)
    raise InvalidEvent(
        f"field `{key}` holds a `{type(value).__name__}`: use text, numbers, booleans, dates, "
        "aware datetimes, lists or mappings of them"
    )


def _scalar(key: str, value: Any) -> Any:
    finite = (
        math.isfinite(value)
        if isinstance(value, float)
        else value.is_finite()
        if isinstance(value, Decimal)
        else True
    )
    if not finite:
        raise InvalidEvent(f"field `{key}` is `{value}`: give a finite number, or leave it out")
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise InvalidEvent(f"field `{key}` is the naive time `{value}`: add an offset or a zone")
    return value


def canonical(value: Any) -> Any:
    """A hashable form in which equal content is equal and ``1``, ``1.0`` and ``True`` differ."""
    if isinstance(value, Data):
        return ("map", *sorted((key, canonical(item)) for key, item in value._items.items()))
    if isinstance(value, tuple):
        return ("list", *(canonical(item) for item in value))
    if isinstance(value, datetime):
        return ("datetime", str(instant(value)))
    return (type(value).__name__, str(value))


def _moment(value: object) -> datetime | date:
    if isinstance(value, str):
        value = _read(value)
    if isinstance(value, datetime):
        return aware(value)
    if isinstance(value, date):
        return value
    raise InvalidEvent(f"{shown(value)} is no time: give an aware datetime, a date, or ISO text")


def _read(given: str) -> datetime | date:
    """The time or date that ISO text spells; ``24:00`` is the end of a day."""
    text = given.strip()
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        if "T" in text or ":" in text:
            if text[11:13] == "24" and re.match(_MIDNIGHT, text):
                return datetime.fromisoformat(f"{text[:10]}T00{text[13:]}") + timedelta(days=1)
            return datetime.fromisoformat(text)
        day = date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise InvalidEvent(
            f"`{given[:40]}` is no time: write 2026-03-02T15:00+08:00, or 2026-03-02 for a day"
        ) from None
    raise InvalidEvent(f"`{given[:40]}` is not how days are written here: write {day}")


def aware(value: datetime | str) -> datetime:
    """The aware datetime that `value` is or spells.

    Raises:
        InvalidEvent: it is naive, or not a time at all.
    """
    if isinstance(value, str):
        moment = _moment(value)
        if not isinstance(moment, datetime):
            raise InvalidEvent(f"`{value}` is a day: give an instant such as {value}T09:00+08:00")
        return moment
    if not isinstance(value, datetime):
        raise InvalidEvent(f"{shown(value)} is no instant: give an aware datetime or ISO text")
    if value.utcoffset() is None:
        raise InvalidEvent(f"the time `{value.isoformat()}` is naive: add an offset or a zone")
    return value


def _optional_aware(value: datetime | str | None) -> datetime | None:
    return None if value is None else aware(value)


def _name(what: str) -> Any:
    def check(_: object, __: object, value: object) -> None:
        if not isinstance(value, str) or not value:
            raise InvalidEvent(f"the {what} {shown(value)} is not a name: give non-empty text")

    return check


def _source(_: object, __: Any, value: Any) -> None:
    if not isinstance(value, str):
        raise InvalidEvent(f"the source {shown(value)} is not text: name the system, or leave it")


def _target(value: str | Ref | None) -> Ref | None:
    """The record named; an id alone goes with the source of the record that names it."""
    return None if value is None else _ref(value)


def _ref(value: str | Ref) -> Ref:
    pair: Any = (_OWN, value) if isinstance(value, str) else value
    if isinstance(pair, tuple | list) and len(pair) == 2:
        source, id = pair
        if isinstance(source, str) and isinstance(id, str) and id:
            return source, id
    raise InvalidEvent(f"{shown(value)} names no record: give its id, or its source and id")


def _data(value: Mapping[str, Any]) -> Data:
    return value if isinstance(value, Data) else Data(value)


@attrs.frozen(kw_only=True)
class Event:
    """Something that happened with a customer.

    Args:
        id: Unique within `source`; a retry repeats it.
        kind: Dotted, such as ``deal.closed`` or ``touch.made``. ``stage.`` is reserved.
        customer: The account; its contacts are data.
        occurred_at: An aware datetime, or a date where only the day is known. ISO text of either
            is accepted.
        data: Amount, channel, case, and whatever else the rules read.
        recorded_at: When it was typed in; absent means that it was always known.
        source: The system that keeps it.
        corrects: The id (or source and id) of the record whose content this one replaces.

    Raises:
        InvalidEvent: a naive time, a reserved kind, an empty name, or a value of a wrong type.

    >>> Event("o-17", "deal.closed", customer="lin", occurred_at="2026-03-02T15:00+08:00").dated
    False
    """

    id: str = attrs.field(kw_only=False, validator=_name("id"))
    kind: str = attrs.field(kw_only=False, validator=_name("kind"))
    customer: str = attrs.field(validator=_name("customer"))
    occurred_at: datetime | date = attrs.field(converter=_moment)
    data: Data = attrs.field(factory=Data, converter=_data)
    recorded_at: datetime | None = attrs.field(default=None, converter=_optional_aware)
    source: str = attrs.field(default="", validator=_source)
    corrects: Ref | None = attrs.field(default=None, converter=_target)
    at: int | None = attrs.field(init=False, eq=False, repr=False)
    """Microseconds since 1970 in UTC; None for a dated event, whose place depends on its zone."""

    def __attrs_post_init__(self) -> None:
        if self.kind.startswith((RESERVED, CONCLUSION)):
            raise InvalidEvent(
                f"the kind `{self.kind}` is reserved: stages and conclusions are derived, not sent"
            )
        moment = self.occurred_at
        at = instant(moment) if isinstance(moment, datetime) else None
        object.__setattr__(self, "at", at)
        if self.corrects is not None and self.corrects[0] == _OWN:
            object.__setattr__(self, "corrects", (self.source, self.corrects[1]))

    @property
    def ref(self) -> Ref:
        """Source and id."""
        return (self.source, self.id)

    @property
    def dated(self) -> bool:
        """Whether only the local day is known."""
        return not isinstance(self.occurred_at, datetime)

    @property
    def amends(self) -> Ref | None:
        """The record that this one is about, if it is an amendment."""
        return self.corrects

    def corrected(self, id: str, **changes: Any) -> Event:
        """A correction of this event: the same content but for `changes`.

        >>> deal = Event("o-1", "deal.closed", customer="lin", occurred_at="2026-03-02")
        >>> deal.corrected("o-1b", data={"amount": 900}).corrects
        ('', 'o-1')
        """
        changes.setdefault("recorded_at", None)
        return attrs.evolve(self, id=id, corrects=self.ref, **changes)

    def retracted(self, id: str, *, recorded_at: datetime | str | None = None) -> Retraction:
        """A record that takes this event back."""
        return Retraction(
            id, self.customer, retracts=self.ref, source=self.source, recorded_at=recorded_at
        )


@attrs.frozen(kw_only=True)
class Retraction:
    """Says that a record should never have been there; retracting a retraction restores it.

    Args:
        id: Unique within `source`, among events and retractions alike.
        customer: The customer of the record that is taken back.
        retracts: The id (or source and id) of that record.
        source: The system that keeps it.
        recorded_at: When it was typed in; absent means that it was always known.
    """

    id: str = attrs.field(kw_only=False, validator=_name("id"))
    customer: str = attrs.field(kw_only=False, validator=_name("customer"))
    source: str = attrs.field(default="", validator=_source)
    retracts: Ref = attrs.field(converter=_ref)
    recorded_at: datetime | None = attrs.field(default=None, converter=_optional_aware)

    def __attrs_post_init__(self) -> None:
        if self.retracts[0] == _OWN:
            object.__setattr__(self, "retracts", (self.source, self.retracts[1]))

    @property
    def ref(self) -> Ref:
        """Source and id."""
        return (self.source, self.id)

    @property
    def amends(self) -> Ref:
        """The record that this one is about."""
        return self.retracts


Record: TypeAlias = Event | Retraction
