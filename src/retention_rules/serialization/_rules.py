"""The shapes of rules, and rulebooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from retention_rules.errors import DefinitionError
from retention_rules.premises import Found, Happened
from retention_rules.rulebook import Rulebook
from retention_rules.rules import (
    Contacts,
    Derivation,
    FollowUp,
    Holidays,
    Item,
    Lifecycle,
    Move,
    Pause,
    Period,
    Procedure,
    Prohibition,
    Recurring,
    RRule,
    Shape,
    Stage,
    Step,
    Timeout,
)
from retention_rules.serialization._codec import (
    FLAG,
    NAMES,
    TEXT,
    WHOLE,
    Codec,
    Record,
    codec,
    inside,
    made,
    many,
    mapping,
    named,
    shown,
    unknown,
    wrong,
)
from retention_rules.serialization._conditions import CONDITION, PATTERN
from retention_rules.serialization._values import DATE
from retention_rules.serialization._windows import OFFSET, POINT, WINDOW
from retention_rules.texts import Citation, Text

BOTH = Record(Text, {"en": ("en", TEXT), "zh": ("zh", TEXT)})


def _encode_words(value: Text) -> Any:
    return BOTH.encode(value) if value.zh else value.en


def _decode_words(data: Any, path: str) -> Text:
    return Text(data) if isinstance(data, str) else BOTH.decode(data, path)


def _encode_key(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _decode_key(data: Any, path: str) -> Any:
    return NAMES.decode(data, path) if isinstance(data, list | tuple) else TEXT.decode(data, path)


def _encode_on(value: Any) -> Any:
    return {"rrule": value.text} if isinstance(value, RRule) else {"holidays": list(value.names)}


def _decode_on(data: Any, path: str) -> Any:
    data = mapping(data, path, "{'rrule': ...} or {'holidays': [...]}")
    record = RRULE if "rrule" in data else HOLIDAYS
    return record.decode(data, path)


RRULE = Record(RRule, {"rrule": ("text", TEXT)})
HOLIDAYS = Record(Holidays, {"holidays": ("names", NAMES)})
WORDS = Codec(_encode_words, _decode_words, named("words"))
KEYS = many(Codec(_encode_key, _decode_key, named("key")))
PERIOD = codec(Record(Period, {"start_on": ("start_on", DATE), "end_on": ("end_on", DATE)}))
CITATION = codec(
    Record(
        Citation,
        {"document": ("document", TEXT), "section": ("section", TEXT), "words": ("words", TEXT)},
    )
)
PAUSE = codec(
    Record(
        Pause,
        {
            "begin": ("begin", PATTERN),
            "end": ("end", PATTERN),
            "paired_on": ("paired_on", NAMES),
            "at_most": ("at_most", OFFSET),
        },
    )
)
ITEM = codec(Record(Item, {"id": ("id", TEXT), "text": ("text", WORDS)}))
CONTACTS = codec(Record(Contacts, {"where": ("where", CONDITION)}))
_TOLD = {"title": ("title", WORDS), "advice": ("advice", WORDS)}
_DONE = {"then": ("fulfilled_by", PATTERN)}
_FREED = {"unless": ("released_by", PATTERN)}
_CASE = {"correlate_on": ("correlate_on", KEYS)}
_PAUSED = {"paused_by": ("paused_by", PAUSE)}
_ABOUT = {
    "id": ("id", TEXT),
    **_TOLD,
    "checklist": ("checklist", many(ITEM)),
    "citations": ("citations", many(CITATION)),
    "reading": ("reading", WORDS),
    "adapted": ("adapted", NAMES),
    "strength": ("strength", TEXT),
    "strategy": ("strategy", TEXT),
    "in_force": ("in_force", PERIOD),
}
STEP_KEYS = Record(
    Step,
    {
        "name": ("name", TEXT),
        **_TOLD,
        **_DONE,
        "window": ("window", WINDOW),
        **_FREED,
        "same_on": ("same_on", TEXT),
        "each": ("each", PATTERN),
        "optional": ("optional", FLAG),
        "survives_closing": ("survives_closing", FLAG),
    },
)
STEP = codec(STEP_KEYS)
STAGE = codec(Record(Stage, {"name": ("name", TEXT), **_TOLD}))
MOVE = codec(Record(Move, {"on": ("on", PATTERN), "from": ("source", TEXT), "to": ("to", TEXT)}))
TIMEOUT = codec(
    Record(Timeout, {"from": ("source", TEXT), "after": ("after", POINT), "to": ("to", TEXT)})
)

_COUNTED = {
    "at_least": ("at_least", WHOLE),
    "distinct": ("distinct", TEXT),
    "customer_wide": ("customer_wide", FLAG),
}
FOUND = Record(
    Found,
    {
        "found": ("rule", TEXT),
        "status": ("statuses", NAMES),
        "part": ("part", TEXT),
        **_COUNTED,
    },
)
HAPPENED = Record(Happened, {"happened": ("pattern", PATTERN), **_COUNTED})


def _encode_premise(value: Any) -> Any:
    return (FOUND if isinstance(value, Found) else HAPPENED).encode(value)


def _decode_premise(data: Any, path: str) -> Any:
    data = mapping(data, path, "{'found': ...} or {'happened': ...}")
    record = HAPPENED if "happened" in data else FOUND
    return record.decode(data, path)


PREMISES = many(Codec(_encode_premise, _decode_premise, named("premise")))

SHAPES: dict[str, Record] = {
    "follow-up": Record(
        FollowUp,
        {
            **_ABOUT,
            "when": ("trigger", PATTERN),
            **_DONE,
            "window": ("window", WINDOW),
            **_FREED,
            **_CASE,
            "differs_on": ("differs_on", TEXT),
            "same_on": ("same_on", TEXT),
            "on_retrigger": ("on_retrigger", TEXT),
            **_PAUSED,
            "for_each": ("for_each", CONTACTS),
            "unless_forbidden": ("unless_forbidden", TEXT),
        },
        ("shape", "follow-up"),
    ),
    "procedure": Record(
        Procedure,
        {
            **_ABOUT,
            "opened_by": ("opened_by", PATTERN),
            "steps": ("steps", many(STEP)),
            "closed_by": ("closed_by", PATTERN),
            **_CASE,
            "ordered": ("ordered", FLAG),
            **_PAUSED,
        },
        ("shape", "procedure"),
    ),
    "recurring": Record(
        Recurring,
        {
            **_ABOUT,
            "starts": ("starts", PATTERN),
            **_DONE,
            "stops": ("stops", PATTERN),
            "every": ("every", OFFSET),
            "on": ("on", Codec(_encode_on, _decode_on, named("dates"))),
            "opens": ("opens", OFFSET),
            "due": ("due", OFFSET),
            "expires": ("expires", OFFSET),
            **_CASE,
        },
        ("shape", "recurring"),
    ),
    "lifecycle": Record(
        Lifecycle,
        {
            **_ABOUT,
            "stages": ("stages", many(STAGE)),
            "moves": ("moves", many(MOVE)),
            "timeouts": ("timeouts", many(TIMEOUT)),
        },
        ("shape", "lifecycle"),
    ),
    "prohibition": Record(
        Prohibition,
        {
            **_ABOUT,
            "forbids": ("forbids", PATTERN),
            "context": ("context", CONDITION),
            "unless_prior": ("unless_prior", PATTERN),
            **_CASE,
            "instead": ("instead", WORDS),
        },
        ("shape", "prohibition"),
    ),
    "derivation": Record(
        Derivation,
        {
            **{key: value for key, value in _ABOUT.items() if key != "in_force"},
            "given": ("given", PREMISES),
            "unless": ("unless", PREMISES),
            "where": ("where", CONDITION),
            "correlate_on": ("correlate_on", NAMES),
        },
        ("shape", "derivation"),
    ),
}
_NAMES = {record.build: name for name, record in SHAPES.items()}


def encode_rule(rule: Shape) -> dict[str, Any]:
    """A rule, its shape first."""
    return SHAPES[_NAMES[type(rule)]].encode(rule)


def decode_rule(data: Any, path: str) -> Shape:
    """The rule that an object describes."""
    data = mapping(data, path, "a rule")
    name = data.get("shape")
    if not isinstance(name, str) or name not in SHAPES:
        at = inside(path, "shape")
        raise wrong(at, f"{shown(name)} is no shape: choose one of {', '.join(SHAPES)}")
    return SHAPES[name].decode(data, path)  # type: ignore[no-any-return]


RULE = Codec(encode_rule, decode_rule, named("rule"))
_RULES = many(RULE)


def _decode_rulebook(data: Any, path: str) -> Rulebook:
    data = mapping(data, path, "a rulebook")
    for key in data:
        if key != "rules":
            raise unknown(key, ("rules",), path)
    if data.get("rules") is None:
        raise wrong(path, "`rules` is missing")
    place = inside(path, "rules")
    return joined(_RULES.decode(data["rules"], place), place)


def joined(rules: Sequence[Shape], path: str) -> Rulebook:
    """A rulebook; where two rules do not go together, the later one is the place."""
    try:
        return Rulebook(rules)
    except DefinitionError:
        for number in range(len(rules)):
            made(inside(path, number), Rulebook, rules[: number + 1])
        raise


RULEBOOK = Codec(lambda book: {"rules": [encode_rule(rule) for rule in book]}, _decode_rulebook)
