"""Events, retractions, customers and calendars."""

from __future__ import annotations

from typing import Any

from retention_rules.calendars import Calendar
from retention_rules.customers import Customer
from retention_rules.events import Event, Ref, Retraction
from retention_rules.serialization._codec import (
    TEXT,
    Codec,
    Record,
    codec,
    inside,
    made,
    many,
    mapping,
    unknown,
    wrong,
)
from retention_rules.serialization._values import DATA, DATE, INSTANT, MOMENT

_TARGET = ("source", "id")


def _encode_target(value: Ref) -> Any:
    return {"source": value[0], "id": value[1]}


def _decode_target(data: Any, path: str) -> str | Ref:
    if isinstance(data, str):
        return data  # of the same source: the record itself completes it
    data = mapping(data, path, "an id, or an object of source and id")
    for key in data:
        if key not in _TARGET:
            raise unknown(key, _TARGET, path)
    if len(data) < len(_TARGET):
        raise wrong(path, "give `source` and `id`, or the id alone")
    source, id = (TEXT.decode(data[key], inside(path, key)) for key in _TARGET)
    return source, id


_REF = Codec(_encode_target, _decode_target)
_EVENT = Record(
    Event,
    {
        "id": ("id", TEXT),
        "kind": ("kind", TEXT),
        "customer": ("customer", TEXT),
        "occurred_at": ("occurred_at", MOMENT),
        "recorded_at": ("recorded_at", INSTANT),
        "source": ("source", TEXT),
        "corrects": ("corrects", _REF),
        "data": ("data", DATA),
    },
)
_RETRACTION = Record(
    Retraction,
    {
        "id": ("id", TEXT),
        "customer": ("customer", TEXT),
        "retracts": ("retracts", _REF),
        "recorded_at": ("recorded_at", INSTANT),
        "source": ("source", TEXT),
    },
)


def _recorded(record: Record, key: str) -> Codec:
    """A record whose target is written as an id alone where it has the record's own source."""

    def encode(value: Any) -> dict[str, Any]:
        out = record.encode(value)
        if value.amends is not None and value.amends[0] == value.source:
            out[key] = value.amends[1]
        return out

    return Codec(encode, record.decode)


EVENT = _recorded(_EVENT, "corrects")
RETRACTION = _recorded(_RETRACTION, "retracts")
CUSTOMER = codec(
    Record(
        Customer,
        {
            "id": ("id", TEXT),
            "zone": ("zone", TEXT),
            "facts": ("facts", DATA),
            "contacts": ("contacts", many(DATA)),
            "history_from": ("history_from", DATE),
        },
    )
)


def _decode_calendar(data: Any, path: str) -> Any:
    return made(path, Calendar.from_dict, mapping(data, path, "a calendar"))


CALENDAR = Codec(Calendar.to_dict, _decode_calendar)
