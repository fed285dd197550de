"""What callers hand over, checked before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

from retention_rules.calendars import Calendar, DayTable, day_table, instant
from retention_rules.customers import Customer, Customers
from retention_rules.errors import DefinitionError, InvalidEvent, UnknownZone, near, shown
from retention_rules.events import Event, Record, Retraction, aware
from retention_rules.rulebook import Rulebook

Engine: TypeAlias = Literal["python", "rete"]
"""Who decides: this library itself, or durable-rules."""
ENGINES: tuple[str, ...] = get_args(Engine)


def checked_engine(value: object) -> str:
    """The name of an engine.

    Raises:
        DefinitionError: there is no such engine.
    """
    if isinstance(value, str) and value in ENGINES:
        return value
    raise DefinitionError(f"there is no engine {shown(value)}: {near(value, ENGINES)}")


def checked_rulebook(value: object) -> Rulebook:
    """A rulebook, and nothing else.

    Raises:
        DefinitionError: it is something else, such as a rule or a list of rules.
    """
    if isinstance(value, Rulebook):
        return value
    raise DefinitionError(f"{shown(value)} is no rulebook: write `Rulebook([rule, ...])`")


def checked_records(value: object) -> Iterable[Record]:
    """Several records; which of them are any good is not looked at here.

    Raises:
        InvalidEvent: it is one record, or nothing to go through.
    """
    if isinstance(value, Event | Retraction | str) or not isinstance(value, Iterable):
        raise InvalidEvent(f"{shown(value)} is no list of records: put it into one, `[record]`")
    return value


def checked_calendar(value: object) -> Calendar:
    """A calendar; None stands for Monday to Friday, 09:00 to 18:00.

    Raises:
        InvalidEvent: it is something else.
    """
    if value is None:
        return Calendar()
    if not isinstance(value, Calendar):
        raise InvalidEvent(f"{shown(value)} is no calendar: give a `Calendar(...)`")
    return value


def checked_horizon(value: timedelta | None) -> int | None:
    """A horizon in microseconds.

    Raises:
        InvalidEvent: it is negative, or no duration.
    """
    if value is None:
        return None
    duration: object = value
    if not isinstance(duration, timedelta):
        raise InvalidEvent(f"the horizon {shown(value)} is no duration: give `timedelta(days=30)`")
    if value < timedelta(0):
        raise InvalidEvent(f"the horizon `{value}` is negative: give how late records may be")
    return value // timedelta(microseconds=1)


def completeness(complete: Mapping[str, datetime | str] | None) -> int | None:
    """The least of the instants up to which sources are complete.

    Raises:
        InvalidEvent: it is no mapping, or an instant in it is naive.
    """
    if complete is None:
        return None
    if not isinstance(complete, Mapping):
        raise InvalidEvent(
            f"`complete` is {shown(complete)}: give an instant per source, "
            "such as {'crm': '2026-03-31T24:00+08:00'}"
        )
    return min((instant(aware(at)) for at in complete.values()), default=None)


def at_home(
    name: str, known: Customers, calendar: Calendar, zone: str | None
) -> tuple[Customer, DayTable]:
    """A customer, and the day table by which its dates are reckoned.

    Raises:
        UnknownZone: it has no zone.
    """
    customer = known.get(name) or Customer(name)
    where = customer.zone or calendar.zone or zone
    if where is None:
        raise UnknownZone(
            f"the customer `{name}` has no zone: give one with the customer, the calendar, "
            "or `zone=` for all"
        )
    return customer, day_table(where, calendar)
