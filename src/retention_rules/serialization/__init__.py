"""Plain data and JSON text for rulebooks, records, customers, calendars and findings.

``decode(encode(x)) == x``, and what is encoded again is the same data. The formats are closed: an
unknown key is an error that names it and its place. What JSON cannot hold is tagged: ``{"@date":
"2026-03-02"}``, ``{"@time": ...}``, ``{"@decimal": "9.50"}``, ``{"@float": "inf"}``, and ``{"@map":
...}`` around a mapping that looks like one of these.

>>> from retention_rules.rules import FollowUp, Window, days, event, touch
>>> call = FollowUp(id="acme.call", trigger=event("deal.closed"), fulfilled_by=touch("call"),
...                 window=Window(due=days(3)))
>>> encode(call)["window"]
{'due': {'days': 3}}
>>> decode(encode(call)) == call
True
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from retention_rules.calendars import Calendar
from retention_rules.conditions import Condition, Pattern, Term
from retention_rules.customers import Customer
from retention_rules.errors import DecodingError
from retention_rules.events import Event, Retraction
from retention_rules.findings import Change, Finding, Findings, Note
from retention_rules.rulebook import Rulebook
from retention_rules.rules import Shape
from retention_rules.serialization._codec import Codec, inside, shown, wrong
from retention_rules.serialization._conditions import (
    CONDITION,
    PATTERN,
    TERM,
    TERMS,
    TESTS,
    encode_pattern,
)
from retention_rules.serialization._digest import digest_of
from retention_rules.serialization._findings import CHANGE, FINDING, FINDINGS, NOTE
from retention_rules.serialization._records import CALENDAR, CUSTOMER, EVENT, RETRACTION
from retention_rules.serialization._rules import RULE, RULEBOOK
from retention_rules.serialization._windows import (
    ANCHORS,
    END,
    OFFSET,
    UNITS,
    WINDOW,
    encode_point,
)
from retention_rules.windows import OFFSETS, Earliest, Never, Point, Window

__all__ = ["decode", "digest", "dumps", "encode", "loads"]

# In this order: the first whose class fits encodes, the first with a key of its own decodes.
_CODECS: tuple[tuple[Any, frozenset[str], Codec], ...] = (
    (Rulebook, frozenset({"rules"}), RULEBOOK),
    (Findings, frozenset({"findings"}), FINDINGS),
    (Shape, frozenset({"shape"}), RULE),
    (Finding, frozenset({"nature"}), FINDING),
    (Event, frozenset({"occurred_at"}), EVENT),
    (Retraction, frozenset({"retracts"}), RETRACTION),
    (Change, frozenset({"before", "after"}), CHANGE),
    (Note, frozenset({"text"}), NOTE),
    (Window, frozenset({"due"}), WINDOW),
    (
        Pattern,
        frozenset({"event", "one_of"}),
        Codec(lambda value: encode_pattern(value, full=True), PATTERN.decode),
    ),
    (Condition, frozenset({"all", "any", "not", "in_stage", *TESTS}), CONDITION),
    (Term, frozenset(TERMS), TERM),
    (
        Point | Earliest | Never,
        frozenset(ANCHORS),
        Codec(lambda value: encode_point(value, full=True), END.decode),
    ),
    (Calendar, frozenset({"hours"}), CALENDAR),
    (OFFSETS, frozenset(UNITS), OFFSET),
    (Customer, frozenset({"id"}), CUSTOMER),
)


def encode(value: Any) -> Any:
    """Plain data, ready for JSON, for a value of this library or a list of such values.

    Raises:
        DecodingError: it is no such value.

    >>> from retention_rules.events import Event
    >>> encode(Event("o-1", "deal.closed", customer="lin", occurred_at="2026-03-02"))
    {'id': 'o-1', 'kind': 'deal.closed', 'customer': 'lin', 'occurred_at': '2026-03-02'}
    """
    for kind, _, codec in _CODECS:
        if isinstance(value, kind):
            return codec.encode(value)
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    raise DecodingError(f"{shown(value)} has no form here: give a rulebook, event, finding, ...")


def decode(data: Any, *, path: str = "") -> Any:
    """The value, or list of values, that plain data describes.

    Args:
        data: What `encode` returned, or the same written by hand.
        path: Where `data` stands in something larger; errors name places from there.

    Raises:
        DecodingError: an unknown key, a missing one, or a value of a wrong type or meaning.

    >>> decode({"shape": "follow-up", "id": "a", "wen": "deal.closed"})
    Traceback (most recent call last):
    retention_rules.errors.DecodingError: unknown key `wen`: did you mean `when`?
    """
    if isinstance(data, list | tuple):
        return [decode(item, path=inside(path, at)) for at, item in enumerate(data)]
    if data == "never":
        return Never()
    if isinstance(data, Mapping):
        for _, keys, codec in _CODECS:
            if not keys.isdisjoint(data) and not (codec is CALENDAR and _counts(data["hours"])):
                return codec.decode(data, path)
    raise wrong(path, f"{shown(data)} describes nothing known: see `encode` for the forms")


def _counts(hours: object) -> bool:
    """Whether ``hours`` is an amount of them, not those in which a business is open."""
    return isinstance(hours, int | float)


def dumps(value: Any, *, indent: int | None = None) -> str:
    """JSON text of `encode(value)`; in one line, unless `indent` is given."""
    data = encode(value)
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which no file can hold
        text = json.dumps(data, allow_nan=False, indent=indent)
    return text


def loads(text: str | bytes) -> Any:
    """The value that JSON text describes.

    Raises:
        DecodingError: it is no JSON, or `decode` refuses it.

    >>> loads('{"id": "lin", "zone": "Asia/Shanghai"}').zone
    'Asia/Shanghai'
    """
    return decode(parse(text))


def digest(value: Any) -> str:
    """SHA-256 of what `encode` makes of a value, in hexadecimal digits; equal for equal values.

    >>> digest(Rulebook()) == Rulebook().digest
    True
    """
    return digest_of(encode(value))


def parse(text: str | bytes) -> Any:
    """Plain data from JSON text, stricter than `json.loads`: no NaN, and no key twice."""
    try:
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise DecodingError(f"no JSON at {where}: {problem.msg.lower()}") from None
    except UnicodeDecodeError:
        raise DecodingError("the text is not UTF-8: save it as UTF-8") from None
    except RecursionError:
        raise DecodingError("the JSON is nested too deeply to be meant") from None
    except ValueError as problem:
        raise DecodingError(f"no JSON: {problem}") from None


def _refuse(constant: str) -> Any:
    raise DecodingError(f"`{constant}` is no JSON: give a finite number, or leave the field out")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise DecodingError(f"the key `{key}` stands twice in one object: keep one")
            seen.add(key)
    return found
