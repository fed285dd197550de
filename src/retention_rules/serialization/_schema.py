"""The JSON Schema of rules, made from the codecs that read and write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from retention_rules.serialization._codec import closed
from retention_rules.serialization._conditions import (
    AGGREGATES,
    FIELDS,
    JOINED,
    OPERATORS,
    PRIOR,
    TERMS,
    TESTS,
)
from retention_rules.serialization._rules import BOTH, FOUND, HAPPENED, HOLIDAYS, RRULE, SHAPES
from retention_rules.serialization._values import TAGS
from retention_rules.serialization._windows import DAYTIME, UNITS
from retention_rules.windows import BusinessDays, CalendarDays

_TEXT: dict[str, Any] = {"type": "string"}
_NAME: dict[str, Any] = {"type": "string", "minLength": 1}
_CLOCK = "^([01][0-9]|2[0-4]):[0-5][0-9](:[0-5][0-9])?$"


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _either(*schemas: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": list(schemas)}


def _list(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


def _beside(*keys: str) -> dict[str, Any]:
    """No other keys than these."""
    return {"propertyNames": {"enum": list(keys)}}


def _needs_one_of(keys: Iterable[str]) -> dict[str, Any]:
    return {"anyOf": [{"required": [key]} for key in keys]}


def _amounts(anchors: dict[str, Any]) -> dict[str, Any]:
    """An offset, with the anchors that may stand beside it."""
    beside = {}
    for unit, (family, _, _) in UNITS.items():
        daytime: tuple[str, ...] = DAYTIME if family is BusinessDays else ()
        daytime = DAYTIME[:1] if family is CalendarDays else daytime
        alike = (one for one, (other, _, _) in UNITS.items() if other is family)
        beside[unit] = _beside(*alike, *daytime, *anchors)
    dated = [unit for unit, (kind, _, _) in UNITS.items() if kind in (CalendarDays, BusinessDays)]
    beside |= {"at": _needs_one_of(dated), "closing": {"required": ["business_days"]}}
    keys: dict[str, Any] = {unit: {"type": "integer"} for unit in UNITS}
    keys |= {"at": _either({"type": "string", "pattern": _CLOCK}, {"type": "integer"})}
    keys |= {"closing": {"type": "boolean"}}
    return {**closed({**anchors, **keys}), "minProperties": 1, "dependentSchemas": beside}


def _point() -> dict[str, Any]:
    anchors = {
        "from": {"enum": ["trigger", "due"]},
        "until": _NAME,
        "step": _NAME,
        "default": _ref("point"),
    }
    one = _amounts(anchors)
    for key in ("from", "until", "step"):
        others = [name for name in ("from", "until", "step") if name != key]
        one["dependentSchemas"][key] = {
            "not": _needs_one_of(others if key == "until" else [*others, "default"])
        }
    one["dependentSchemas"]["default"] = {"required": ["until"]}
    return _either(one, closed({"earliest": _list(_ref("point"), minItems=2)}, ["earliest"]))


def _terms() -> dict[str, Any]:
    fields: dict[str, Any] = dict.fromkeys(FIELDS, _NAME)
    return fields | {
        "prior": _ref("pattern"),
        "same": _list(_NAME),
        "since": _ref("offset"),
        "aggregate": {"enum": list(AGGREGATES)},
        "of": _NAME,
        "times": _ref("constant"),
    }


def _term(tests: dict[str, Any]) -> dict[str, Any]:
    """A term, with the tests that may stand beside it."""
    found = closed({**_terms(), **tests})
    beside = {name: _beside(name, *tests) for name in FIELDS}
    beside["prior"] = {"required": ["aggregate"], **_beside(*PRIOR, *tests)}
    return {**found, **_needs_one_of(TERMS), "dependentSchemas": beside}


def _condition() -> dict[str, Any]:
    operand = _either(_ref("constant"), _ref("term"))
    tests: dict[str, Any] = dict.fromkeys(OPERATORS, operand)
    tests |= {"in": _list(_ref("constant")), "known": {"const": True}}
    test = _term(tests)
    test["oneOf"] = [{"required": [name]} for name in TESTS]
    joined = [closed({word: _list(_ref("condition"))}, [word]) for word in JOINED]
    return _either(
        test,
        *joined,
        closed({"not": _ref("condition")}, ["not"]),
        closed({"lifecycle": _TEXT, "in_stage": _TEXT}, ["lifecycle", "in_stage"]),
    )


def _pattern() -> dict[str, Any]:
    one = closed({"event": _NAME, "where": _ref("condition")}, ["event"])
    alternative = _either(_NAME, one)
    return _either(_NAME, one, closed({"one_of": _list(alternative)}, ["one_of"]))


def _constant() -> dict[str, Any]:
    tagged = (closed({tag: _TEXT}, [tag]) for tag in TAGS)
    return _either({"type": ["string", "number", "boolean"]}, *tagged)


def _rule() -> dict[str, Any]:
    """A rule; what else it holds depends on its shape."""
    shapes = [
        {"if": {"properties": {"shape": {"const": name}}}, "then": _ref(name)} for name in SHAPES
    ]
    return {
        "type": "object",
        "properties": {"shape": {"enum": list(SHAPES)}},
        "required": ["shape"],
        "allOf": shapes,
    }


def definitions() -> dict[str, Any]:
    """The schemas that others refer to, by their names."""
    found = {
        "rule": _rule(),
        **{name: record.schema() for name, record in SHAPES.items()},
        "words": _either(_TEXT, BOTH.schema()),
        "key": _either(_NAME, _list(_NAME, minItems=2, maxItems=2)),
        "dates": _either(RRULE.schema(), HOLIDAYS.schema()),
        "premise": _either(FOUND.schema(), HAPPENED.schema()),
        "pattern": _pattern(),
        "condition": _condition(),
        "term": _term({}),
        "constant": _constant(),
        "point": _point(),
        "end": _either({"const": "never"}, _ref("point")),
        "offset": _amounts({}),
    }
    for name in SHAPES:
        found[name]["properties"]["id"]["pattern"] = r"^[^\s/%]+$"
    return found
