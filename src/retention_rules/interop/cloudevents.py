"""CloudEvents 1.0, structured mode, JSON: in and out.

| record | CloudEvents attribute |
| --- | --- |
| `id`, `kind`, `customer` | `id`, `type`, `subject` |
| `source` | `source`, which must not be empty and is a URI reference: ``""`` is `UNNAMED`; a name that is no URI reference is percent-encoded, and stands as it is in the extension `sourcename` |
| `occurred_at` | `time`; a bare date is the extension `dated`, without `time` |
| `recorded_at` | the extension `recordedat` |
| `corrects`, `retracts` | the extensions `corrects`, `retracts` (the id) and, for another source, `correctssource`, `retractssource` |
| `data` | `data`, tagged as in `retention_rules.serialization` where JSON cannot hold a value |

A retraction has the type `RETRACTION`; what else an incoming retraction carries is passed over.
Whatever else an incoming event carries (extensions, `dataschema`, a content type other than JSON,
data that is no object, nulls, the spelling of a time) lies in ``event.data["cloudevents"]``, and
goes out again from there.
"""  # noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from retention_rules.errors import DecodingError, InvalidEvent
from retention_rules.events import Event, Record, Ref, Retraction
from retention_rules.serialization import decode, encode

UNNAMED = "urn:retention-rules:unnamed"
"""The source that stands for none."""

RETRACTION = "retention-rules.retraction"
"""The type of a retraction."""

EXTRAS = "cloudevents"
"""The field of an event's data that holds what an `Event` has no place for."""

_JSON = "application/json"
_OWN = {
    "specversion", "id", "source", "type", "subject", "time", "data", "datacontenttype",
    "recordedat", "corrects", "correctssource", "retracts", "retractssource", "dated",
    "sourcename",
}  # fmt: skip
_KEPT = {"nulls", "data", "data_base64", "datacontenttype", "time", "recordedat", "sourcename"}
_NAME = re.compile(r"[a-z0-9]+")
_SAFE = "/:?#[]@!$&'()*+,;=%-._~"
_TIMES = {"time": "occurred_at", "recordedat": "recorded_at"}


def to_cloudevent(record: Record) -> dict[str, Any]:
    """The CloudEvent, as plain data, of an event or retraction.

    Raises:
        InvalidEvent: `data` that came as no object has had fields added, or what lies in
            ``data["cloudevents"]`` can be no extension.

    >>> deal = Event("o-1", "deal.closed", customer="lin", occurred_at="2026-03-02T15:00+08:00")
    >>> to_cloudevent(deal)["source"], to_cloudevent(deal)["time"]
    ('urn:retention-rules:unnamed', '2026-03-02T15:00:00+08:00')
    """
    out: dict[str, Any] = {"specversion": "1.0", "id": record.id, **_source(record.source)}
    if isinstance(record, Retraction):
        out |= {"type": RETRACTION, "subject": record.customer}
        out |= _target("retracts", record.retracts, record.source)
    else:
        out |= {"type": record.kind, "subject": record.customer}
        moment = record.occurred_at
        key = "time" if isinstance(moment, datetime) else "dated"
        out[key] = _spelled(moment)
        if record.corrects is not None:
            out |= _target("corrects", record.corrects, record.source)
    if record.recorded_at is not None:
        out["recordedat"] = _spelled(record.recorded_at)
    return out if isinstance(record, Retraction) else _with_data(out, record)


def _source(source: str) -> dict[str, str]:
    if not source:
        return {"source": UNNAMED}
    uri = quote(source, safe=_SAFE)
    if uri == source != UNNAMED:
        return {"source": source}
    return {"source": uri, "sourcename": source}


def _target(word: str, target: Ref, source: str) -> dict[str, str]:
    return {word: target[1], **({f"{word}source": target[0]} if target[0] != source else {})}


def _spelled(moment: date | datetime) -> str:
    if isinstance(moment, datetime) and (moment.utcoffset() or timedelta()).seconds % 60:
        moment = moment.astimezone(UTC)  # local mean time: RFC 3339 has no seconds in an offset
    text = moment.isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _with_data(out: dict[str, Any], event: Event) -> dict[str, Any]:
    fields: dict[str, Any] = encode(event).get("data", {})
    extras = fields.pop(EXTRAS, {})
    for key in extras if isinstance(extras, dict) else [EXTRAS]:
        if key not in _KEPT and (key in _OWN or not _NAME.fullmatch(key) or key == EXTRAS):
            raise InvalidEvent(f"`{key}` in `data.{EXTRAS}` of `{event.id}` is no extension")
    nulls = extras.pop("nulls", ())
    for key, name in _TIMES.items():  # as it came, unless it was changed since
        was = extras.pop(key, None)
        if was is not None and _read(was) == getattr(event, name):
            out[key] = was
    whole = {key: extras.pop(key) for key in ("data", "data_base64") if key in extras}
    if whole and fields:
        raise InvalidEvent(
            f"the data of `{event.id}` came as no object, and cannot also hold `{min(fields)}`"
        )
    out |= {key: value for key, value in extras.items() if key != "datacontenttype"}
    if fields:
        whole = {"data": fields}
    for path in nulls:
        _put_null(whole, path)
    if "data" in whole or "datacontenttype" in extras:
        out["datacontenttype"] = extras.get("datacontenttype", _JSON)
    return out | whole


def _put_null(whole: dict[str, Any], path: list[str]) -> None:
    inner: Any = whole
    for key in ("data", *path)[:-1]:
        inner = inner.setdefault(key, {}) if isinstance(inner, dict) else None
    if isinstance(inner, dict):
        inner.setdefault(("data", *path)[-1], None)


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def from_cloudevent(data: Mapping[str, Any], *, path: str = "") -> Record:
    """The event or retraction that a CloudEvent, as plain data, carries.

    Args:
        data: The parsed JSON of one CloudEvent.
        path: Where it stands in something larger; errors name it.

    Raises:
        DecodingError: an attribute is missing, or holds a value of a wrong type.

    >>> from_cloudevent({"specversion": "1.0", "id": "o-1", "source": "/shop", "subject": "lin",
    ...                  "type": "deal.closed", "time": "2026-03-02T07:00:00Z"}).ref
    ('/shop', 'o-1')
    """
    try:
        return _record(data)
    except DecodingError as problem:
        where = f"at `{path}`: " if path else ""
        raise DecodingError(f"{where}CloudEvent {_known_as(data)}: {problem}") from None


def _known_as(data: Mapping[str, Any]) -> str:
    id = data.get("id")
    return f"`{id}`" if isinstance(id, str) else "without `id`"


def _record(data: Mapping[str, Any]) -> Record:
    if data.get("specversion") != "1.0":
        raise DecodingError(f"`specversion` is `{data.get('specversion')}`: only `1.0` is read")
    for key in ("id", "source", "type"):
        _text(data, key, "is required")
    customer = _text(data, "subject", "names the customer here")
    out: dict[str, Any] = {"id": data["id"], "customer": customer, "source": _named_source(data)}
    if data.get("recordedat") is not None:
        out["recorded_at"] = _text(data, "recordedat", "is a time")
    if data.get("retracts") is not None:
        return decode({**out, **_amends(data, "retracts", out["source"])})  # type: ignore[no-any-return]
    if data.get("corrects") is not None:
        out |= _amends(data, "corrects", out["source"])
    key = "dated" if data.get("dated") is not None else "time"
    if key == "dated" and data.get("time") is not None:
        raise DecodingError("`dated` and `time`: give the one that is known")
    moment = _text(data, key, "says when it happened; or `dated`, if only the day is known")
    event: Event = decode({**out, "kind": data["type"], "occurred_at": moment})
    if key == "dated" and not event.dated:
        raise DecodingError(f"`dated` is `{moment}`: give a date, or `time` instead")
    if key == "time" and event.dated:
        raise DecodingError(f"`time` is `{moment}`: give an instant, or `dated` instead")
    return _with_fields(out | {"kind": data["type"], "occurred_at": moment}, data, event)


def _text(data: Mapping[str, Any], key: str, why: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise DecodingError(f"`{key}` is `{value!r}`, not text: it {why}")
    return value


def _named_source(data: Mapping[str, Any]) -> str:
    source: str = data["source"]
    name = data.get("sourcename")
    if isinstance(name, str) and quote(name, safe=_SAFE) == source:
        return name
    return "" if source == UNNAMED else source


def _amends(data: Mapping[str, Any], word: str, source: str) -> dict[str, Any]:
    target = {"id": _text(data, word, "is an id"), "source": data.get(f"{word}source", source)}
    return {word: target}


def _with_fields(out: dict[str, Any], data: Mapping[str, Any], event: Event) -> Event:
    extras: dict[str, Any] = {}
    for key, value in data.items():
        if key in _OWN and key != "sourcename":
            continue
        if value is None or (key == "sourcename" and value == event.source):
            continue
        if key == "data_base64" or _NAME.fullmatch(key):
            extras[key] = _extension(key, value)
        else:
            raise DecodingError(f"`{key}` is no attribute name: use lower-case letters and digits")
    for key, name in _TIMES.items():
        if data.get(key) is not None and _spelled(getattr(event, name)) != data[key]:
            extras[key] = data[key]
    content = data.get("datacontenttype")
    if content is not None and (content != _JSON or "data" not in data):
        extras["datacontenttype"] = _text(data, "datacontenttype", "is a media type")
    fields: Any = data.get("data")
    nulls = list(_nulls(fields)) if "data" in data else []
    if not isinstance(fields, Mapping) or not (fields or nulls):
        if "data" in data and not nulls:
            extras["data"] = fields
        fields = {}
    if nulls:
        extras["nulls"] = [list(path) for path in nulls]
    if EXTRAS in fields:
        raise DecodingError(f"`data` has a field `{EXTRAS}` of its own: that name is taken here")
    try:
        found = decode({**out, "data": {**fields, **({EXTRAS: extras} if extras else {})}})
    except InvalidEvent as problem:
        raise DecodingError(str(problem)) from None
    return found  # type: ignore[no-any-return]


def _extension(key: str, value: Any) -> Any:
    if isinstance(value, Mapping | list):
        raise DecodingError(f"the attribute `{key}` is `{value!r}`: give text, a number, a boolean")
    return value


def _nulls(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where nulls stand in objects; `Data` drops them."""
    if value is None:
        yield path
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _nulls(item, (*path, key))
