"""Validation: what the parts of rules must be, and how to mend what is not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeAlias

from retention_rules.errors import DefinitionError, shown
from retention_rules.texts import Citation

Key: TypeAlias = str | tuple[str, str]
"""A field that ties two events; a pair when the trigger and the other event name it differently."""

_ID = re.compile(r"[^\s/%]+")


_HOW = {
    "Condition": "write a condition, such as field('amount') > 100",
    "Contacts": "write contacts() or contacts(contact('role') == 'buyer')",
    "Holidays": "write RRule('FREQ=MONTHLY') or Holidays()",
    "Item": "write Item('credit', 'How do they stand with their bank?')",
    "Move": "write Move(on=event('deal.closed'), to='bought')",
    "Pattern": "write a pattern, such as event('deal.closed')",
    "Pause": "write Pause(begin=event('case.held'), end=event('case.resumed'))",
    "Period": "write Period('2026-01-01', '2027-01-01')",
    "RRule": "write RRule('FREQ=MONTHLY') or Holidays()",
    "Stage": "write Stage(name='new')",
    "Step": "write Step(name='listen', fulfilled_by=..., window=...)",
    "Timeout": "write Timeout(source='new', after=days(30), to='settled')",
    "Window": "write Window(due=days(2))",
    "CalendarDays": "give local dates, such as days(3)",
    "Elapsed": "give an elapsed time, such as hours(48)",
    "bool": "give True or False",
    "str": "give text",
}


def identifier(self: object, _: Any, value: Any) -> None:
    """Validate the id of something."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise DefinitionError(
            f"{shown(value)} is no id: use dotted words without spaces, `/` or `%`"
        )


def field_name(self: object, attribute: Any, value: Any) -> None:
    """Validate the name of a field, if there is one."""
    if value is not None and (not isinstance(value, str) or not value):
        raise DefinitionError(f"`{attribute.name}={value!r}`: name one field, such as 'promise'")


def is_a(*kinds: type, optional: bool = False) -> Any:
    """A validator: a value of one of these kinds."""
    names = [kind.__name__ for kind in kinds]
    how = "give an offset, such as days(30)" if len(kinds) > 2 else _HOW[names[0]]

    def check(self: object, attribute: Any, value: object) -> None:
        if not (isinstance(value, kinds) or (optional and value is None)):
            name = getattr(self, "id", None) or getattr(self, "name", type(self).__name__)
            raise DefinitionError(f"`{attribute.name}` of `{name}` is {shown(value)}: {how}")

    return check


def one_of(*choices: str) -> Any:
    """A validator: one of these words."""

    def check(self: Any, attribute: Any, value: object) -> None:
        if value not in choices:
            listed = ", ".join(f"`{one}`" for one in choices)
            raise DefinitionError(f"`{attribute.name}={value!r}`: choose one of {listed}")

    return check


def local_day(value: date | str | None) -> date | None:
    """A date as it is, or as ISO text writes it."""
    given: Any = value
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise DefinitionError(f"{shown(value)} is no date: write 2026-03-02") from None
    if given is not None and (not isinstance(given, date) or isinstance(given, datetime)):
        raise DefinitionError(f"{shown(value)} is no date: give a date, or write 2026-03-02")
    return given


def many(value: Any, one: Any) -> tuple[Any, ...]:
    """A single thing or several, as a tuple."""
    if isinstance(value, one) or not isinstance(value, Iterable):
        return (value,)
    return tuple(value)


def names_of(value: Iterable[str] | str) -> tuple[str, ...]:
    """Names as a tuple; one name alone is the only one."""
    names = many(value, str)
    for name in names:
        if not isinstance(name, str) or not name:
            raise DefinitionError(f"{shown(name)} is no name: give non-empty text")
    return names


def keys_of(value: Iterable[Key] | str) -> tuple[Key, ...]:
    """Fields, or pairs of fields, as a tuple; one alone is the only one."""
    keys = many(value, str)
    for key in keys:
        pair = key if isinstance(key, tuple) else (key, key)
        if len(pair) != 2 or not all(isinstance(name, str) and name for name in pair):
            raise DefinitionError(f"{shown(key)} ties nothing: name a field, or a pair of fields")
    return keys


def citations_of(value: Iterable[Citation] | Citation) -> tuple[Citation, ...]:
    """Citations as a tuple; one alone is the only one."""
    found = many(value, Citation)
    for one in found:
        if not isinstance(one, Citation):
            raise DefinitionError(
                f"{shown(one)} is no citation: write Citation('D0', 'the art of thanks')"
            )
    return found


def each_one(value: Any, kind: type) -> tuple[Any, ...]:
    """Things of one kind as a tuple; one alone is the only one."""
    found = many(value, kind)
    for one in found:
        if not isinstance(one, kind):
            name = kind.__name__
            raise DefinitionError(f"{shown(one)} is no {name}: {_HOW[name]}")
    return found
