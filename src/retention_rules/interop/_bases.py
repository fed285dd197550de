"""Files that hold a rulebook, whole or as changes to the built-in handbook; and their schema."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

import attrs

from retention_rules import practices
from retention_rules.errors import RetentionRulesError, near
from retention_rules.practices import handbook
from retention_rules.rulebook import Rulebook
from retention_rules.rules import FollowUp, Shape
from retention_rules.serialization._codec import (
    FLAG,
    NAMES,
    TEXT,
    Codec,
    Record,
    closed,
    described,
    inside,
    made,
    many,
    mapping,
    shown,
    unknown,
    wrong,
)
from retention_rules.serialization._rules import RULE, RULEBOOK, SHAPES, STEP_KEYS, joined
from retention_rules.serialization._schema import definitions
from retention_rules.serialization._windows import ENDS
from retention_rules.windows import Window

BASES = ("handbook",)
CHOSEN = ("select", "without", "adapt", "rules")
"""Keys beside those of the base, in the order in which they act."""

_BY_SHAPE = {record.build: record for record in SHAPES.values()}
_NONE = "none"
_ID = ("id", "shape", "adapted")


def _names_by_name(data: Any, path: str) -> dict[str, str]:
    return {
        name: TEXT.decode(value, inside(path, name)) for name, value in mapping(data, path).items()
    }


def _listed(data: Any, path: str) -> tuple[str, ...]:
    return NAMES.decode([data] if isinstance(data, str) else data, path)  # type: ignore[no-any-return]


_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
_LIST = {"type": "array", "items": {"type": "string"}}


def _argument(annotation: Any) -> Codec:
    """How an argument of the handbook is written in a file, by its type."""
    plain = get_origin(annotation) in (Literal, Mapping, Iterable)
    kinds = (annotation,) if plain else get_args(annotation) or (annotation,)
    for kind in kinds:
        if get_origin(kind) is Literal:
            return _choice(*get_args(kind), *([_NONE] if type(None) in kinds else []))
        if get_origin(kind) is Mapping:
            return Codec(dict, _names_by_name, lambda: _TEXTS)
        if get_origin(kind) is Iterable:
            return Codec(list, _listed, lambda: _LIST)
        if kind is bool:
            return FLAG
    return TEXT


def _choice(*names: str) -> Codec:
    return Codec(str, TEXT.decode, lambda: {"enum": list(names)})


def arguments() -> dict[str, Codec]:
    """What the handbook can be asked for, from its signature.

    >>> list(arguments())[:3]
    ['cadence', 'reading', 'window']
    """
    given = inspect.signature(handbook).parameters
    return {
        name: _argument(eval(str(one.annotation), vars(practices)))  # our own source text
        for name, one in given.items()
    }


def decode_file(data: Any) -> Rulebook:
    """The rulebook that the data of a file describe.

    >>> book = decode_file({"base": "handbook", "adapt": {"thanks.ever": {"due": {"days": 7}}}})
    >>> book["thanks.ever"].adapted
    ('due',)
    """
    data = mapping(data, "", "a rulebook: write `rules:`, or `base: handbook`")
    based = data.get("base")
    given = arguments()
    keys = ("base", *given, *CHOSEN)
    for key in data:
        if key not in keys:
            raise unknown(key, keys if based is not None else ("rules", "base"), "")
        if based is None and key not in ("rules", "base"):
            raise wrong("", f"`{key}` changes a base: add `base: handbook`", key=key)
    if based is None:
        if data.get("rules") is None:
            raise wrong("", "no rulebook: write `rules:`, or `base: handbook`")
        found: Rulebook = RULEBOOK.decode({"rules": data["rules"]}, "")
        return found
    if based not in BASES:
        raise wrong("base", f"{shown(based)} is no base: {near(based, BASES)}")
    book = _base({key: data[key] for key in given if data.get(key) is not None}, given)
    book = _chosen(book, data)
    return _with_own(book, data.get("rules"))


def _base(data: Mapping[str, Any], given: Mapping[str, Codec]) -> Rulebook:
    asked: dict[str, Any] = {}
    for key, value in data.items():
        found = given[key].decode(value, key)
        asked[key] = None if key == "cadence" and found == _NONE else found
        made(key, handbook, **{key: asked[key]})  # alone first: so the error has its place
    return made("base", handbook, **asked)  # type: ignore[no-any-return]


def _chosen(book: Rulebook, data: Mapping[str, Any]) -> Rulebook:
    for key in ("select", "without"):
        if data.get(key) is None:
            continue
        choose = book.select if key == "select" else book.without
        ids = _listed(data[key], key)
        for number, id in enumerate(ids):
            made(inside(key, number), choose, id)  # one by one: so the error has its place
        book = choose(*ids)
    for id, changes in mapping(data.get("adapt") or {}, "adapt").items():
        place = inside("adapt", id)
        if not any(one.id == id for one in book):
            hint = near(id, [one.id for one in book])
            raise wrong("adapt", f"the base has no rule `{id}`: {hint}", key=id)
        book = made(place, book.adapt, id, **_changes(book[id], changes, place))
    return book


def _changes(rule: Shape, data: Any, path: str) -> dict[str, Any]:
    """New values by attribute; null takes a value away."""
    record = _BY_SHAPE[type(rule)]
    found: dict[str, Any] = {}
    data = mapping(data, path, "what to change, such as {'due': {'days': 3}}")
    steps = data.get("steps")
    if isinstance(steps, Mapping) and "steps" in record.keys:
        place = inside(path, "steps")
        data = {key: value for key, value in data.items() if key != "steps"}
        found["steps"] = {
            name: _fields(STEP_KEYS, ENDS, one, inside(place, name), ("name",))
            for name, one in steps.items()
        }
    ends = ENDS if isinstance(rule, FollowUp) else None
    return {**_fields(record, ends, data, path, _ID), **found}


def _fields(
    record: Record, ends: Record | None, data: Any, path: str, fixed: tuple[str, ...]
) -> dict[str, Any]:
    keys = {**record.keys, **(ends.keys if ends else {})}
    known = [key for key in keys if key not in fixed]
    found: dict[str, Any] = {}
    for key, value in mapping(data, path).items():
        if key not in known:
            raise unknown(key, known, path)
        name, codec = keys[key]
        place = inside(path, key)
        found[name] = _nothing(record, name, place) if value is None else codec.decode(value, place)
    return found


def _nothing(record: Record, name: str, path: str) -> Any:
    """What an attribute is when it is not given."""
    of = record.build if name in attrs.fields_dict(record.build) else Window
    default = attrs.fields_dict(of)[name].default
    if default is attrs.NOTHING:
        raise wrong(path, "it cannot be taken away: give a value, or leave the key out")
    return default


def _with_own(book: Rulebook, data: Any) -> Rulebook:
    """The rules of the file itself, after those of the base."""
    if data is None:
        return book
    own = many(RULE).decode(data, "rules")
    new = [one for one in own if one not in book.rules]
    for number, one in enumerate(own):
        if one in new and any(
            other.id == one.id and other.in_force.overlaps(one.in_force) for other in book
        ):
            raise wrong(
                inside("rules", number),
                f"the base has a rule `{one.id}` too: change it under `adapt`, or take it out "
                "under `without`",
            )
    try:
        return book | Rulebook(new)
    except RetentionRulesError:
        joined(own, "rules")
        made("rules", joined, [*book.rules, *new], "rules")
        raise


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a rulebook file.

    It is a little stricter than the reader: a key with nothing after it has no place there.

    >>> list(schema()["properties"])[:3]
    ['base', 'cadence', 'reading']
    """
    about = described(handbook.__doc__)
    given = {
        name: {**one.schema(), "description": about[name]} for name, one in arguments().items()
    }
    ids = {"type": "array", "items": {"type": "string"}}
    keys = {
        "base": {"enum": list(BASES), "description": "What the file builds on."},
        **given,
        "select": {
            **ids,
            "description": "Only these rules of the base; `thanks.` for all of them.",
        },
        "without": {**ids, "description": "All but these rules of the base."},
        "adapt": {
            "type": "object",
            "additionalProperties": {"$ref": "#/$defs/adaptation"},
            "description": "Changes to rules of the base, by their ids.",
        },
        "rules": {
            "type": "array",
            "items": {"$ref": "#/$defs/rule"},
            "description": "Rules written out.",
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rulebook of retention_rules",
        **closed(keys),
        "anyOf": [{"required": ["rules"]}, {"required": ["base"]}],
        "dependentRequired": {key: ["base"] for key in keys if key not in ("base", "rules")},
        "$defs": {**definitions(), "adaptation": _adaptation(), "adapted-step": _adapted_step()},
    }


def _adaptation() -> dict[str, Any]:
    """What may be changed of a rule, of whatever shape."""
    parts: dict[str, list[Any]] = {}
    for record in (*SHAPES.values(), ENDS):
        for key, one in record.schema()["properties"].items():
            if key not in _ID:
                schemas = parts.setdefault(key, [])
                schemas += [{**one}] if one not in schemas else []
    parts["steps"].append(
        {"type": "object", "additionalProperties": {"$ref": "#/$defs/adapted-step"}}
    )
    return closed({key: _or_null(schemas) for key, schemas in parts.items()})


def _adapted_step() -> dict[str, Any]:
    found = {**STEP_KEYS.schema()["properties"], **ENDS.schema()["properties"]}
    return closed({key: _or_null([one]) for key, one in found.items() if key != "name"})


def _or_null(schemas: list[Any]) -> dict[str, Any]:
    return {"anyOf": [*schemas, {"type": "null"}]}
