"""The few parts that every format is made of: a codec, and codecs made of codecs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from inspect import cleandoc
from typing import Any, Literal, get_args, get_origin, get_type_hints

import attrs

from retention_rules.errors import DecodingError, RetentionRulesError


@attrs.frozen
class Codec:
    """A pair of functions; `decode` is also told where in the input it reads.

    Attributes:
        schema: Makes the JSON Schema of what `encode` returns; an empty one says nothing of it.
    """

    encode: Callable[[Any], Any]
    decode: Callable[[Any, str], Any]
    schema: Callable[[], dict[str, Any]] = attrs.field(default=dict, eq=False)


def wrong(path: str, problem: str, *, key: str | None = None) -> DecodingError:
    """The error for a place in the input, or for one `key` of the object there."""
    told = f"at `{path}`: {problem}" if path else problem
    return DecodingError(told, path=path, problem=problem, key=key)


def inside(path: str, key: str | int) -> str:
    """The place of a key or list entry.

    >>> inside(inside("rules", 0), "window")
    'rules[0].window'
    """
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def shown(value: object) -> str:
    """A value in an error, not longer than a line."""
    text = repr(value)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def mapping(data: object, path: str, what: str = "an object") -> dict[str, Any]:
    """`data` if it is a JSON object."""
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise wrong(path, f"{shown(data)} is not {what}")
    return dict(data)


def sequence(data: object, path: str) -> list[Any]:
    """`data` if it is a JSON list."""
    if not isinstance(data, list | tuple):
        raise wrong(path, f"{shown(data)} is not a list")
    return list(data)


def unknown(key: str, known: Collection[str], path: str) -> DecodingError:
    """The error for a key that has no meaning at this place."""
    close = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(sorted(known))}"
    return wrong(path, f"unknown key `{key}`: {hint}", key=key)


def made(path: str, build: Callable[..., Any], *args: Any, **fields: Any) -> Any:
    """`build(...)`, with whatever it refuses told together with the place."""
    try:
        return build(*args, **fields)
    except DecodingError:
        raise
    except RetentionRulesError as problem:
        raise wrong(path, str(problem)) from problem
    except (TypeError, ValueError, AttributeError, OverflowError) as problem:
        raise wrong(path, f"cannot be read: {problem}") from problem


def _typed(kind: type, what: str, name: str) -> Codec:
    def decode(data: object, path: str) -> object:
        if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
            raise wrong(path, f"{shown(data)} is not {what}")
        return data

    return Codec(lambda value: value, decode, lambda: {"type": name})


TEXT = _typed(str, "text", "string")
FLAG = _typed(bool, "true or false", "boolean")
WHOLE = _typed(int, "a whole number", "integer")


def many(codec: Codec) -> Codec:
    """A tuple, as a list."""
    return Codec(
        lambda values: [codec.encode(value) for value in values],
        lambda data, path: tuple(
            codec.decode(item, inside(path, index))
            for index, item in enumerate(sequence(data, path))
        ),
        lambda: {"type": "array", "items": codec.schema()},
    )


NAMES = many(TEXT)


@attrs.frozen
class Record:
    """An attrs class as an object with a closed set of keys; what has its default is left out.

    In reading, null is the same as left out.

    Attributes:
        build: The class.
        keys: For each key: the attribute, and the codec of its value.
        tag: A key and value that name the class, if it is one of several.
    """

    build: type[Any]
    keys: dict[str, tuple[str, Codec]]
    tag: tuple[str, str] | None = None

    def schema(self) -> dict[str, Any]:
        """A closed object; what the class says of its attributes describes the keys."""
        given, about = attrs.fields_dict(self.build), self._about()
        hints = get_type_hints(self.build)
        keys: dict[str, Any] = {}
        if self.tag:
            keys[self.tag[0]] = {"const": self.tag[1]}
        for key, (name, codec) in self.keys.items():
            literal = get_origin(hints.get(name)) is Literal
            part = {"enum": list(get_args(hints[name]))} if literal else codec.schema()
            keys[key] = {**part, "description": about[name]} if name in about else part
        needed = [self.tag[0]] if self.tag else []
        needed += [
            key for key, (name, _) in self.keys.items() if given[name].default is attrs.NOTHING
        ]
        return closed(keys, needed)

    def _about(self) -> dict[str, str]:
        told = (described(kind.__doc__) for kind in reversed(self.build.__mro__))
        return {name: words for one in told for name, words in one.items()}

    def encode(self, value: Any) -> dict[str, Any]:
        """The object for a value of the class."""
        given = attrs.fields_dict(self.build)
        out: dict[str, Any] = dict([self.tag] if self.tag else [])
        for key, (name, codec) in self.keys.items():
            part = getattr(value, name)
            if not _is_default(part, given[name].default):
                out[key] = codec.encode(part)
        return out

    def decode(self, data: Any, path: str) -> Any:
        """The value that an object describes."""
        data = {key: item for key, item in mapping(data, path).items() if item is not None}
        if self.tag:
            data.pop(self.tag[0], None)
        for key in data:
            if key not in self.keys:
                raise unknown(key, self.keys, path)
        given = attrs.fields_dict(self.build)
        for key, (name, _) in self.keys.items():
            if key not in data and given[name].default is attrs.NOTHING:
                raise wrong(path, f"`{key}` is missing")
        fields = {
            name: codec.decode(data[key], inside(path, key))
            for key, (name, codec) in self.keys.items()
            if key in data
        }
        return made(path, self.build, **fields)


def _is_default(value: object, default: Any) -> bool:
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        default = default.factory()
    return type(value) is type(default) and bool(value == default)


def codec(record: Record) -> Codec:
    """A record as a codec."""
    return Codec(record.encode, record.decode, record.schema)


def named(name: str) -> Callable[[], dict[str, Any]]:
    """The schema that stands under `name` among the definitions."""
    return lambda: {"$ref": f"#/$defs/{name}"}


def closed(keys: Mapping[str, Any], needed: Collection[str] = ()) -> dict[str, Any]:
    """The schema of an object that has these keys and no others.

    >>> closed({"a": {"type": "string"}})["additionalProperties"]
    False
    """
    out: dict[str, Any] = {"type": "object", "properties": dict(keys)}
    if needed:
        out["required"] = list(needed)
    return {**out, "additionalProperties": False}


_ENTRY = re.compile(r"(?:(?<=\n)|^) {4}(\w+): (.*?)(?=\n {4}\S|\n\n|\n\S|\Z)", re.DOTALL)


def described(told: str | None) -> dict[str, str]:
    """What a docstring says of each attribute or argument."""
    found: dict[str, str] = {}
    for heading in ("Attributes:\n", "Args:\n"):
        # Python 3.13 takes the indentation away, those before it leave it.
        _, _, entries = cleandoc(told or "").partition(heading)
        for name, words in _ENTRY.findall(entries.rstrip()):
            found[name] = " ".join(words.replace("``", "`").split())
    return found
