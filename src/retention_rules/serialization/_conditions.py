"""Terms, conditions and patterns."""

from __future__ import annotations

from typing import Any

from retention_rules.conditions import (
    AllOf,
    Alternative,
    AnyOf,
    Comparison,
    Condition,
    ContactField,
    CustomerField,
    EventField,
    History,
    In,
    InStage,
    Known,
    Not,
    Pattern,
    Prior,
    Term,
)
from retention_rules.serialization._codec import (
    NAMES,
    TEXT,
    Codec,
    inside,
    made,
    mapping,
    named,
    sequence,
    shown,
    unknown,
    wrong,
)
from retention_rules.serialization._values import CONSTANT
from retention_rules.serialization._windows import OFFSET

OPERATORS = ("==", "!=", "<", "<=", ">", ">=")
TESTS = (*OPERATORS, "in", "known")
JOINED: dict[str, type[Any]] = {"all": AllOf, "any": AnyOf}
FIELDS: dict[str, type[Any]] = {
    "field": EventField,
    "customer": CustomerField,
    "contact": ContactField,
}
TERMS = (*FIELDS, "prior")
AGGREGATES = ("count", "max", "min", "sum", "last")
PRIOR = ("prior", "same", "since", "aggregate", "of", "times")


def encode_term(term: Term) -> dict[str, Any]:
    """A term.

    >>> from retention_rules.conditions import prior
    >>> encode_term(prior("deal.closed").max("amount"))
    {'prior': 'deal.closed', 'aggregate': 'max', 'of': 'amount'}
    """
    for key, kind in FIELDS.items():
        if type(term) is kind:
            return {key: term.name}  # type: ignore[attr-defined]
    if not isinstance(term, History):
        raise made("", _refuse, term)
    out: dict[str, Any] = {"prior": encode_pattern(term.of.pattern)}
    if term.of.same:
        out["same"] = list(term.of.same)
    if term.of.since is not None:
        out["since"] = OFFSET.encode(term.of.since)
    out["aggregate"] = term.aggregate
    if term.field is not None:
        out["of"] = term.field
    if type(term.factor) is not int or term.factor != 1:
        out["times"] = CONSTANT.encode(term.factor)
    return out


def _refuse(value: object) -> None:
    raise wrong("", f"{shown(value)} has no form in JSON")


def decode_term(data: Any, path: str) -> Term:
    """The term that an object describes."""
    data = mapping(data, path, "a term, such as {'field': 'amount'}")
    if "prior" in data:
        return _decode_history(data, path)
    for key, kind in FIELDS.items():
        if key in data:
            for other in data:
                if other != key:
                    raise unknown(other, [key, *TESTS], path)
            return kind(TEXT.decode(data[key], inside(path, key)))  # type: ignore[no-any-return]
    raise wrong(path, f"{shown(data)} names no term: give one of {', '.join(TERMS)}")


def _decode_history(data: dict[str, Any], path: str) -> History:
    for key in data:
        if key not in PRIOR:
            raise unknown(key, (*PRIOR, *TESTS), path)
    aggregate = data.get("aggregate")
    if aggregate not in AGGREGATES:
        place = inside(path, "aggregate")
        raise wrong(place, f"{shown(aggregate)}: choose one of {', '.join(AGGREGATES)}")
    of, since = data.get("of"), data.get("since")
    times = CONSTANT.decode(data["times"], inside(path, "times")) if "times" in data else 1
    if isinstance(times, bool) or not hasattr(times, "__mul__") or isinstance(times, str):
        raise wrong(inside(path, "times"), f"{shown(times)} is not a number")
    earlier = Prior(
        decode_pattern(data["prior"], inside(path, "prior")),
        NAMES.decode(data.get("same", []), inside(path, "same")),
        None if since is None else OFFSET.decode(since, inside(path, "since")),
    )
    field = None if of is None else TEXT.decode(of, inside(path, "of"))
    return History(earlier, aggregate, field, times)


def encode_condition(condition: Condition) -> dict[str, Any]:
    """A condition.

    >>> from retention_rules.conditions import field
    >>> encode_condition((field("amount") >= 1000) & ~field("vip").is_known())
    {'all': [{'field': 'amount', '>=': 1000}, {'not': {'field': 'vip', 'known': True}}]}
    """
    if isinstance(condition, AllOf | AnyOf):
        word = "all" if isinstance(condition, AllOf) else "any"
        return {word: [encode_condition(one) for one in condition.of]}
    if isinstance(condition, Not):
        return {"not": encode_condition(condition.of)}
    if isinstance(condition, InStage):
        return {"lifecycle": condition.lifecycle, "in_stage": condition.stage}
    if isinstance(condition, Known):
        return {**encode_term(condition.term), "known": True}
    if isinstance(condition, In):
        values = [CONSTANT.encode(value) for value in condition.values]
        return {**encode_term(condition.term), "in": values}
    if not isinstance(condition, Comparison):
        raise made("", _refuse, condition)
    right = condition.right
    other = encode_term(right) if isinstance(right, Term) else CONSTANT.encode(right)
    return {**encode_term(condition.left), condition.operator: other}


def decode_condition(data: Any, path: str) -> Condition:
    """The condition that an object describes."""
    data = mapping(data, path, "a condition, such as {'field': 'amount', '>=': 1000}")
    for word in (*JOINED, "not"):
        if word in data:
            for key in data:
                if key != word:
                    raise wrong(path, f"`{key}` beside `{word}`: put it into the condition")
            place = inside(path, word)
            if word == "not":
                return Not(decode_condition(data[word], place))
            parts = enumerate(sequence(data[word], place))
            return JOINED[word](  # type: ignore[no-any-return]
                decode_condition(one, inside(place, at)) for at, one in parts
            )
    if "in_stage" in data:
        for key in data:
            if key not in ("in_stage", "lifecycle"):
                raise unknown(key, ("in_stage", "lifecycle"), path)
        if "lifecycle" not in data:
            raise wrong(path, "`lifecycle` is missing")
        names = (TEXT.decode(data[key], inside(path, key)) for key in ("lifecycle", "in_stage"))
        return InStage(*names)
    return _decode_test(data, path)


def _decode_test(data: dict[str, Any], path: str) -> Condition:
    tests = [key for key in TESTS if key in data]
    if len(tests) != 1:
        problem = "tests nothing" if not tests else "tests two things: join them with `all`"
        raise wrong(path, f"{shown(data)} {problem}; a test is one of {', '.join(TESTS)}")
    (test,) = tests
    place, given = inside(path, test), data[test]
    term = decode_term({key: value for key, value in data.items() if key != test}, path)
    if test == "known":
        if given is not True:
            raise wrong(place, f"{shown(given)}: write true, and `not` around it for the opposite")
        return Known(term)
    if test == "in":
        values = enumerate(sequence(given, place))
        constants = tuple(CONSTANT.decode(one, inside(place, at)) for at, one in values)
        return made(place, In, term, constants)  # type: ignore[no-any-return]
    is_term = isinstance(given, dict) and any(key in given for key in TERMS)
    right = decode_term(given, place) if is_term else CONSTANT.decode(given, place)
    return made(place, Comparison, term, test, right)  # type: ignore[no-any-return]


def encode_pattern(pattern: Pattern, *, full: bool = False) -> Any:
    """A pattern: a kind, a kind under a condition, or a choice of them.

    >>> from retention_rules.conditions import event
    >>> encode_pattern(event("deal.closed", amount=5) | event("order.placed"))
    {'one_of': [{'event': 'deal.closed', 'where': {'field': 'amount', '==': 5}}, 'order.placed']}
    """
    if len(pattern.alternatives) != 1:
        return {"one_of": [_encode_alternative(one) for one in pattern.alternatives]}
    return _encode_alternative(pattern.alternatives[0], full=full)


def _encode_alternative(one: Alternative, *, full: bool = False) -> Any:
    if one.condition is not None:
        return {"event": one.kind, "where": encode_condition(one.condition)}
    return {"event": one.kind} if full else one.kind


def decode_pattern(data: Any, path: str) -> Pattern:
    """The pattern that a kind or an object describes."""
    if isinstance(data, dict) and "one_of" in data:
        for key in data:
            if key != "one_of":
                raise unknown(key, ["one_of"], path)
        place = inside(path, "one_of")
        listed = enumerate(sequence(data["one_of"], place))
        return Pattern(_decode_alternative(one, inside(place, at)) for at, one in listed)
    return Pattern((_decode_alternative(data, path),))


def _decode_alternative(data: Any, path: str) -> Alternative:
    if isinstance(data, str):
        return made(path, Alternative, data)  # type: ignore[no-any-return]
    data = mapping(data, path, "a kind of event, such as `deal.closed`")
    for key in data:
        if key not in ("event", "where"):
            raise unknown(key, ("event", "where", "one_of"), path)
    if "event" not in data:
        raise wrong(path, "`event` is missing")
    where = data.get("where")
    condition = None if where is None else decode_condition(where, inside(path, "where"))
    return made(path, Alternative, data["event"], condition)  # type: ignore[no-any-return]


CONDITION = Codec(encode_condition, decode_condition, named("condition"))
PATTERN = Codec(encode_pattern, decode_pattern, named("pattern"))
TERM = Codec(encode_term, decode_term, named("term"))
