"""Plain values: what JSON cannot hold is tagged, everything else stands as it is."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from retention_rules.errors import DecodingError
from retention_rules.events import Data
from retention_rules.serialization._codec import (
    Codec,
    inside,
    made,
    mapping,
    named,
    shown,
    wrong,
)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ZONED = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]")


def encode_moment(value: date | datetime) -> str:
    """A date or an aware datetime as ISO text, a zone's name in brackets after it (RFC 9557).

    >>> encode_moment(datetime(2026, 3, 2, 15, tzinfo=ZoneInfo("Asia/Shanghai")))
    '2026-03-02T15:00:00+08:00[Asia/Shanghai]'
    """
    zone = value.tzinfo if isinstance(value, datetime) else None
    key = zone.key if isinstance(zone, ZoneInfo) else None
    return f"{value.isoformat()}[{key}]" if key else value.isoformat()


def decode_moment(data: object, path: str) -> date | datetime:
    """The date or aware datetime that ISO text spells."""
    if isinstance(data, str):
        try:
            if _DATE.fullmatch(data):
                return date.fromisoformat(data)
            zoned = _ZONED.fullmatch(data)
            found = datetime.fromisoformat(zoned[1] if zoned else data)
        except ValueError:
            pass
        else:
            if found.utcoffset() is None:
                raise wrong(path, f"the time `{data}` is naive: add an offset, such as +08:00")
            return _in_zone(found, zoned[2], path) if zoned else found
    raise wrong(path, f"{shown(data)} is no time: write 2026-03-02T15:00+08:00, or 2026-03-02")


def _in_zone(found: datetime, name: str, path: str) -> datetime:
    try:
        zone = ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise wrong(path, f"unknown time zone `{name}`") from None
    for fold in (0, 1):  # the wall time as written, also in a gap, where two readings of it exist
        wall = found.replace(tzinfo=zone, fold=fold)
        if wall.utcoffset() == found.utcoffset():
            return wall
    return found.astimezone(zone)


def decode_instant(data: object, path: str) -> datetime:
    """The aware datetime that ISO text spells; a bare date is refused."""
    found = decode_moment(data, path)
    if not isinstance(found, datetime):
        raise wrong(path, f"`{data}` is a day: give an instant such as {data}T09:00+08:00")
    return found


def decode_date(data: object, path: str) -> date:
    """The date that ISO text spells."""
    if isinstance(data, str) and _DATE.fullmatch(data):
        return made(path, date.fromisoformat, data)  # type: ignore[no-any-return]
    raise wrong(path, f"{shown(data)} is no date: write 2026-03-02")


def _decode_decimal(data: object, path: str) -> Decimal:
    try:
        if isinstance(data, str):
            return Decimal(data)
    except InvalidOperation:
        pass
    raise wrong(path, f"{shown(data)} is no decimal number: write it as text, such as `12.50`")


def _decode_float(data: object, path: str) -> float:
    if data in ("inf", "-inf", "nan"):
        return float(str(data))
    raise wrong(path, f"{shown(data)} is not inf, -inf or nan")


TAGS = {
    "@date": decode_date,
    "@time": decode_instant,
    "@decimal": _decode_decimal,
    "@float": _decode_float,
}
_MAP = "@map"


def encode_value(value: Any) -> Any:
    """A plain value as JSON can hold it.

    >>> encode_value(Data(price=Decimal("9.50"), on=date(2026, 3, 2), tags=("new",)))
    {'price': {'@decimal': '9.50'}, 'on': {'@date': '2026-03-02'}, 'tags': ['new']}
    """
    if isinstance(value, Mapping):
        inner = {key: encode_value(item) for key, item in value.items()}
        tagged = len(inner) == 1 and next(iter(inner)) in (*TAGS, _MAP)
        return {_MAP: inner} if tagged else inner
    if isinstance(value, tuple | list):
        return [encode_value(item) for item in value]
    if isinstance(value, datetime):
        return {"@time": encode_moment(value)}
    if isinstance(value, date):
        return {"@date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"@decimal": str(value)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"@float": str(value)}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise DecodingError(f"{shown(value)} has no place in JSON: use text, numbers, dates or lists")


def decode_value(data: Any, path: str) -> Any:
    """The plain value that `encode_value` wrote."""
    if isinstance(data, Mapping):
        if len(data) == 1:
            ((tag, inner),) = data.items()
            if tag in TAGS:
                return TAGS[tag](inner, inside(path, tag))
            if tag == _MAP:
                return decode_data(inner, inside(path, tag))
        return decode_data(data, path)
    if isinstance(data, list | tuple):
        return tuple(decode_value(item, inside(path, at)) for at, item in enumerate(data))
    return data


def encode_data(value: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an event or the facts of a customer, as an object."""
    return {key: encode_value(item) for key, item in value.items()}


def decode_data(data: Any, path: str) -> Data:
    """The fields that an object holds; null is absent."""
    fields = {
        key: decode_value(item, inside(path, key)) for key, item in mapping(data, path).items()
    }
    return made(path, Data, fields)  # type: ignore[no-any-return]


def _decode_constant(data: Any, path: str) -> Any:
    found = decode_value(data, path)
    if found is None or isinstance(found, Data | tuple):
        raise wrong(path, f"{shown(data)} is nothing to compare with: give text, a number, a date")
    return found


VALUE = Codec(encode_value, decode_value)
CONSTANT = Codec(encode_value, _decode_constant, named("constant"))
DATA = Codec(encode_data, decode_data)
MOMENT = Codec(encode_moment, decode_moment)
INSTANT = Codec(encode_moment, decode_instant)
DATE = Codec(
    lambda value: value.isoformat(),
    decode_date,
    lambda: {"type": "string", "pattern": f"^{_DATE.pattern}$"},
)
