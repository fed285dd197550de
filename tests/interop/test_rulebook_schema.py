"""The JSON Schema of rulebook files says what the reader takes."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.interop import values

from retention_rules.errors import RetentionRulesError
from retention_rules.interop import rulebook_schema
from retention_rules.interop._bases import decode_file
from retention_rules.practices import handbook
from retention_rules.rules import Step
from retention_rules.serialization import encode
from retention_rules.serialization._rules import SHAPES, STEP_KEYS
from retention_rules.testing import strategies


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(rulebook_schema())


def allowed(data: object) -> bool:
    return validator().is_valid(data)


def test_the_shipped_schema_is_up_to_date():
    shipped = files("retention_rules.interop").joinpath("rulebook.schema.json")
    told = "run `python docs/make_schema.py`"
    assert json.loads(shipped.read_text(encoding="utf-8")) == rulebook_schema(), told


def test_the_schema_is_one():
    Draft202012Validator.check_schema(rulebook_schema())


def test_every_object_with_keys_is_closed():
    def open_ones(part: Any, path: str = "") -> list[str]:
        if isinstance(part, list):
            return [one for at, item in enumerate(part) for one in open_ones(item, f"{path}/{at}")]
        if not isinstance(part, dict):
            return []
        named = part.get("type") == "object" and "additionalProperties" not in part
        found = [path] if named and "allOf" not in part else []  # a rule is closed by its shape
        return found + [one for key in part for one in open_ones(part[key], f"{path}/{key}")]

    assert open_ones(rulebook_schema()) == []


@pytest.mark.parametrize("shape", [*SHAPES, "step"])
def test_every_attribute_has_a_key_in_the_file(shape):
    record = STEP_KEYS if shape == "step" else SHAPES[shape]
    names = {field.name for field in attrs.fields(Step if shape == "step" else record.build)}
    names -= {"in_force"} if shape == "derivation" else set()  # it may not be given
    assert {name for name, _ in record.keys.values()} == names


def test_the_handbook_is_valid():
    assert allowed(encode(handbook(cadence="both")))


@given(strategies.rulebooks() | values.rulebooks)
def test_every_rulebook_is_valid(book):
    problems = list(validator().iter_errors(encode(book)))
    assert problems == []


def parts(data: Any) -> list[tuple[Any, Any]]:
    """Every place in the data, as a container and a key of it."""
    if not isinstance(data, dict | list):
        return []
    keys = list(data) if isinstance(data, dict) else list(range(len(data)))
    return [one for key in keys for one in [(data, key), *parts(data[key])]]


def in_constant(held: Any, key: Any) -> bool:
    """Places where other types stand for something too."""
    constants = ("==", "!=", "<", "<=", ">", ">=", "in", "times")
    return key in constants or isinstance(held, list)


@given(strategies.rulebooks() | values.rulebooks, st.data())
def test_an_unknown_key_anywhere_is_invalid(book, data):
    form = json.loads(json.dumps(encode(book)))
    objects = [form] + [held[key] for held, key in parts(form) if isinstance(held[key], dict)]
    data.draw(st.sampled_from(objects))["x-unknown"] = 1
    assert not allowed(form)
    with pytest.raises(RetentionRulesError):
        decode_file(form)


@given(strategies.rulebooks().filter(len), st.data())
def test_a_value_of_a_wrong_type_is_invalid(book, data):
    form = json.loads(json.dumps(encode(book)))
    places = [(held, key) for held, key in parts(form) if not in_constant(held, key)]
    held, key = data.draw(st.sampled_from(places))
    wrong = [value for value in ({"x": 1}, 2.5, "?", True) if type(value) is not type(held[key])]
    held[key] = data.draw(st.sampled_from([one for one in wrong if not fits(key, one)]))
    assert not allowed(form)


def fits(key: Any, value: object) -> bool:
    """Whether a value of another type means something under this key, too."""
    words = ("title", "advice", "reading", "instead")
    patterns = ("when", "then", "unless", "event", "each", "begin", "end", "opened_by", "closed_by")
    patterns += ("starts", "stops", "on", "forbids", "unless_prior", "prior", "happened")
    return isinstance(value, str) and key in (*words, *patterns)


@given(strategies.rulebooks(), st.data())
def test_what_the_schema_takes_the_reader_reads(book, data):
    """Up to what only the meaning of the rules forbids, which no error of shape tells."""
    form = json.loads(json.dumps(encode(book)))
    held, key = data.draw(st.sampled_from(parts(form)))
    held[key] = data.draw(st.sampled_from([1, "x", True, [], {}, {"days": 1}, "trigger", None]))
    if not allowed(form):
        return
    told = ""
    try:
        decode_file(form)
    except RetentionRulesError as problem:
        told = str(problem)
    shapeless = ("unknown key", "is missing", "is not text", "is not a whole", "is not a list")
    assert not any(words in told for words in shapeless)


BASED = {
    "base": "handbook",
    "cadence": "both",
    "variants": {"thanks.after-deal": "next-day"},
    "without": ["thanks.ever"],
    "adapt": {
        "thanks.after-deal": {"due": {"days": 1}, "target": None, "title": "Thanks"},
        "recovery.six-step": {"steps": {"listen": {"due": {"days": 1}}}},
        "cadence.never-silent": {"every": {"days": 21}},
    },
}


def test_a_file_on_a_base_is_valid():
    assert allowed(BASED)
    assert allowed({"base": "handbook", "cadence": "none"})


@pytest.mark.parametrize(
    "changed",
    [
        {"base": "other"},
        {"cadence": "1-3-8"},
        {"without": "thanks.ever"},
        {"adapt": {"thanks.ever": {"deu": {"days": 1}}}},
        {"adapt": {"thanks.ever": {"due": {"dais": 1}}}},
        {"adapt": {"recovery.six-step": {"steps": {"listen": {"name": "x"}}}}},
        {"unknown": 1},
    ],
)
def test_a_wrong_file_on_a_base_is_invalid(changed):
    assert not allowed({**BASED, **changed})


@pytest.mark.parametrize("data", [{}, {"without": []}, [], {"rules": {}}, {"rules": [{}]}])
def test_what_is_no_rulebook_is_invalid(data):
    assert not allowed(data)
