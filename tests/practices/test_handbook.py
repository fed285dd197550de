"""The handbook as a text: complete, sourced, in two languages, and built only when asked for."""

import re
import subprocess
import sys

import pytest
from attrs import evolve

from retention_rules.conditions import Comparison, CustomerField, EventField, History, walk
from retention_rules.errors import DefinitionError
from retention_rules.evaluation import evaluate
from retention_rules.events import CONCLUSION, RESERVED
from retention_rules.practices import handbook, practices, readings
from retention_rules.practices.cadences import WINDOWS
from retention_rules.practices.listing import IDS, SEVERAL
from retention_rules.practices.parameters import PARAMETERS
from retention_rules.practices.sources import DOCUMENTS, STRATEGIES
from retention_rules.practices.variants import Guidance, Practice
from retention_rules.practices.vocabulary import CHANNELS, DATA, FACTS, FIELDS, KINDS, PURPOSES
from retention_rules.rules import Item, Lifecycle, Procedure, Prohibition, Rule, Stage, Step
from retention_rules.texts import Text
from retention_rules.windows import Field

RULES = {id: one for id, one in practices().items() if isinstance(one, Practice)}
GUIDANCE = [one for one in practices().values() if isinstance(one, Guidance)]
FIRST = [f"cadence.1-3-7.day-{day}" for day in (1, 3, 7)]
SECOND = [f"cadence.0-3-10-20.day-{day}" for day in (0, 3, 10, 20)]

EVERY_RULE = [one.rule for one in RULES.values()]
EVERY_READING = [(id, name) for id, named in readings().items() for name in named]
EVERY_BOOK = [
    handbook(cadence="both", window=window, variants={id: name}, also=RULES)
    for id, name in EVERY_READING
    for window in ((None, *WINDOWS) if id.startswith("cadence.1-3-7") else (None,))
]


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def both_languages(text: Text) -> bool:
    return bool(text.en) and not has_chinese(text.en) and has_chinese(text.zh)


def nodes(*objects):
    """Every pattern, condition, term and point inside rules, steps and moves."""
    for one in objects:
        for name in getattr(type(one), "__attrs_attrs__", ()):
            value = getattr(one, name.name)
            for part in value if isinstance(value, tuple) else (value,):
                if hasattr(part, "__attrs_attrs__"):
                    yield part
                    yield from nodes(part)


def ends(rule):
    """What ends the duties of a rule, whether it is done or not."""
    found = getattr(rule, "released_by", None) or getattr(rule, "closed_by", None)
    return set() if found is None else found.kinds


def test_what_ends_with_a_deal_ends_with_the_customer_and_says_so():
    of_a_deal = [rule for book in EVERY_BOOK for rule in book if "deal.cancelled" in ends(rule)]
    assert of_a_deal
    for rule in of_a_deal:
        assert "customer.lost" in ends(rule), rule.id
        assert "a cancelled deal or a lost customer" in rule.reading.en.lower(), rule.id
        assert "交易取消或客户流失即" in rule.reading.zh, rule.id


# ---------------------------------------------------------------- what is there


def ids_of(**chosen):
    return [rule.id for rule in handbook(**chosen)]


def test_the_default_handbook_holds_what_must_and_should_be():
    listed = [
        id
        for id, one in RULES.items()
        if one.rule.strength != "example" and not one.optional and one.owed()
    ]
    assert ids_of() == listed


def test_examples_are_taken_in_if_asked_for():
    more = set(ids_of(examples=True)) - set(ids_of())
    assert {RULES[id].rule.strength for id in more} == {"example"}


def test_everything_can_be_had():
    owed = [id for id, one in RULES.items() if one.owed()]
    assert ids_of(also=RULES) == owed


def test_a_practice_that_is_left_out_can_be_had_alone():
    assert set(ids_of(also=["thanks.project-letter"])) - set(ids_of()) == {"thanks.project-letter"}


def test_the_order_is_that_of_the_list():
    for book in (handbook(), handbook(cadence="both", examples=True), handbook(cadence=None)):
        places = [IDS.index(rule.id) for rule in book]
        assert places == sorted(places)


@pytest.mark.parametrize(
    ("cadence", "there"),
    [("1-3-7", FIRST), ("0-3-10-20", SECOND), ("both", FIRST + SECOND), (None, [])],
)
def test_a_cadence_is_chosen(cadence, there):
    assert [id for id in ids_of(cadence=cadence) if id in FIRST + SECOND] == there


VISITED = ["growth.second-product", "growth.second-product.put-right-first"]


@pytest.mark.parametrize("cadence", ["0-3-10-20", None])
def test_what_is_drawn_from_a_cadence_is_left_out_without_it(cadence):
    assert set(VISITED) <= set(ids_of())
    assert not set(VISITED) & set(ids_of(cadence=cadence))


def test_what_it_is_drawn_from_can_be_had_with_it():
    more = ids_of(cadence=None, also=["growth.second-product", "cadence.1-3-7.day-7"])
    assert set(VISITED) <= set(more)


def test_a_conclusion_without_what_it_is_drawn_from_is_refused():
    with pytest.raises(DefinitionError, match=r"drawn from `cadence.1-3-7.day-7`, which is not"):
        handbook(cadence=None, also=["growth.second-product"])


@pytest.mark.parametrize("cadence", ["1-3-7", "0-3-10-20", "both", None])
def test_every_handbook_can_be_evaluated(cadence):
    for examples in (False, True):
        book = handbook(cadence=cadence, examples=examples)
        assert not list(evaluate(book, [], as_of="2026-03-02T10:00Z"))


# ---------------------------------------------------------------- what each says of itself


EVERYTHING = [*EVERY_RULE, *GUIDANCE]


@pytest.mark.parametrize("rule", EVERYTHING, ids=lambda rule: rule.id)
@pytest.mark.parametrize("name", ["title", "advice", "reading"])
def test_every_practice_speaks_both_languages(rule, name):
    assert both_languages(getattr(rule, name))


@pytest.mark.parametrize("rule", EVERYTHING, ids=lambda rule: rule.id)
def test_every_item_of_a_checklist_speaks_both_languages(rule):
    assert all(both_languages(item.text) for item in rule.checklist)


def chinese(value):
    """Every Chinese text in a rule, its steps, stages and checklist."""
    if isinstance(value, Text):
        yield value.zh
    elif isinstance(value, tuple):
        for one in value:
            yield from chinese(one)
    elif isinstance(value, Rule | Step | Stage | Item):
        for name in ("title", "advice", "reading", "instead", "text"):
            yield from chinese(getattr(value, name, None))
        for name in ("checklist", "steps", "stages"):
            yield from chinese(getattr(value, name, None))


@pytest.mark.parametrize("rule", EVERYTHING, ids=lambda rule: rule.id)
def test_chinese_has_its_own_punctuation(rule):
    for text in chinese(rule):
        outside = "".join(text.split("`")[::2])
        assert not re.search(r"[,;:?!()]", outside), text


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_every_part_of_a_practice_speaks_both_languages(rule):
    parts: tuple[Step | Stage, ...] = ()
    if isinstance(rule, Procedure):
        parts = rule.steps
    elif isinstance(rule, Lifecycle):
        parts = rule.stages
    for part in parts:
        assert both_languages(part.title), part.name
        assert both_languages(part.advice), part.name


def test_every_prohibition_says_what_to_do_instead():
    for rule in EVERY_RULE:
        if isinstance(rule, Prohibition):
            assert both_languages(rule.instead), rule.id


@pytest.mark.parametrize("rule", EVERYTHING, ids=lambda rule: rule.id)
def test_every_practice_cites_a_passage_from_the_closed_list(rule):
    assert rule.citations or (isinstance(rule, Guidance) and rule.nature == "measure")
    for citation in rule.citations:
        assert citation.section in DOCUMENTS[citation.document].sections


@pytest.mark.parametrize("rule", EVERYTHING, ids=lambda rule: rule.id)
def test_a_citation_holds_signal_words_only(rule):
    for citation in rule.citations:
        assert all(len(word) <= 6 for word in citation.words.split())


@pytest.mark.parametrize("rule", EVERYTHING, ids=lambda rule: rule.id)
def test_every_practice_serves_one_of_the_four_strategies(rule):
    assert rule.strategy in STRATEGIES


def test_every_parameter_says_what_it_measures_and_where_it_comes_from():
    for name, parameter in PARAMETERS.items():
        assert both_languages(parameter.about), name
        if parameter.source != "ours":
            assert parameter.source.section in DOCUMENTS[parameter.source.document].sections


# ---------------------------------------------------------------- readings


@pytest.mark.parametrize(("id", "name"), EVERY_READING)
def test_every_reading_begins_the_reading_of_its_rules(id, name):
    book = handbook(cadence="both", variants={id: name}, also=RULES)
    words = readings()[id][name]
    found = [rule for rule in book if rule.id == id or rule.id in SEVERAL.get(id, ())]
    assert found or not RULES[id].owed(name)
    assert both_languages(words)
    for rule in found:
        assert rule.reading.en.startswith(words.en)
        assert rule.reading.zh.startswith(words.zh)


def test_the_first_reading_is_the_default():
    first = {id: next(iter(named)) for id, named in readings().items()}
    assert handbook(cadence="both", variants=first) == handbook(cadence="both")


def test_readings_of_one_practice_differ():
    for id, one in RULES.items():
        read = [one.read(name) if one.owed(name) else None for name in one.readings]
        told = [rule and evolve(rule, reading="") for rule in read]
        assert len(set(told)) == len(told), id


FIGURES = {
    "from-sale": [("Trigger", 1, 1), ("Trigger", 2, 3), ("Trigger", 4, 7)],
    "gaps-from-sale": [("Trigger", 1, 2), ("Trigger", 3, 4), ("Trigger", 5, 8)],
    "chained": [("Trigger", 1, 1), ("StepEnd", 1, 3), ("StepEnd", 1, 7)],
    "chained-gaps": [("Trigger", 1, 2), ("StepEnd", 1, 4), ("StepEnd", 1, 8)],
    "chained-gaps-next-day": [("Trigger", 1, 1), ("StepEnd", 1, 4), ("StepEnd", 1, 8)],
    "stated-figures": [("Trigger", 1, 1), ("Trigger", 5, 7), ("Trigger", 14, 16)],
}


@pytest.mark.parametrize("reading", FIGURES)
def test_the_days_of_1_3_7_are_those_of_its_reading(reading):
    rules = handbook(reading=reading).select("cadence.1-3-7.")
    assert [
        (
            type(rule.window.due.anchor).__name__,
            rule.window.opens.offset.days,
            rule.window.due.offset.days,
        )
        for rule in rules
    ] == FIGURES[reading]


def test_exactly_these_readings_of_1_3_7_are_offered():
    assert set(readings()["cadence.1-3-7"]) == set(FIGURES)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("by-day", [(1, 1), (2, 3), (4, 7)]),
        ("exact-day", [(1, 1), (3, 3), (7, 7)]),
        ("about", [(1, 1), (2, 4), (6, 8)]),
    ],
)
def test_early_and_late_are_read_as_asked(window, expected):
    rules = handbook(window=window).select("cadence.1-3-7.")
    found = [(rule.window.opens.offset.days, rule.window.due.offset.days) for rule in rules]
    assert found == expected


# ---------------------------------------------------------------- vocabulary


def kinds_of(book):
    found = set()
    for node in nodes(*book):
        found |= getattr(node, "kinds", frozenset())
    return {kind for kind in found if not kind.startswith((RESERVED, CONCLUSION))}


@pytest.mark.parametrize("book", EVERY_BOOK, ids=lambda _: "")
def test_every_kind_that_a_practice_reads_is_in_the_vocabulary(book):
    assert kinds_of(book) <= set(KINDS)


def test_the_vocabulary_holds_no_kind_that_nothing_reads():
    read = set().union(*(kinds_of(book) for book in EVERY_BOOK))
    assert set(KINDS) - read == {"touch.attempted", "customer.changed"}


def fields_of(book):
    found = set()
    for node in nodes(*book):
        for inner in walk(node):
            if isinstance(inner, EventField):
                found.add(inner.name)
            elif isinstance(inner, History):
                found.update(inner.of.same, {inner.field} - {None})
        if isinstance(node, Field):
            found.add(node.name)
    for rule in book:
        for key in getattr(rule, "correlate_on", ()):
            found.update({key} if isinstance(key, str) else key)
    return found


@pytest.mark.parametrize("book", EVERY_BOOK, ids=lambda _: "")
def test_every_field_that_a_practice_reads_is_in_the_vocabulary(book):
    assert fields_of(book) <= set(FIELDS)


def test_the_vocabulary_holds_no_field_that_is_only_kept():
    read = set().union(*(fields_of(book) for book in EVERY_BOOK))
    assert set(FIELDS) - read == {"cause", "doubt", "reason"}


def test_every_fact_that_a_practice_reads_is_in_the_vocabulary():
    found = {
        inner.name
        for node in nodes(*EVERY_RULE)
        for inner in walk(node)
        if isinstance(inner, CustomerField)
    }
    assert found == set(FACTS)


@pytest.mark.parametrize("book", EVERY_BOOK, ids=lambda _: "")
def test_channels_and_purposes_are_those_of_the_vocabulary(book):
    for node in nodes(*book):
        for inner in walk(node):
            term = getattr(inner, "term", getattr(inner, "left", None))
            values = getattr(inner, "values", (getattr(inner, "right", None),))
            if isinstance(term, EventField) and term.name == "channel":
                assert set(values) <= set(CHANNELS)
            if isinstance(term, EventField) and term.name == "purpose" and None not in values:
                assert set(values) <= set(PURPOSES)


def test_the_steps_of_the_vocabulary_are_those_that_are_recorded():
    steps = [step for rule in EVERY_RULE if isinstance(rule, Procedure) for step in rule.steps]
    recorded = {
        part.right
        for step in steps
        for one in step.fulfilled_by.alternatives
        if one.kind == "step.recorded"
        for part in walk(one.condition)
        if isinstance(part, Comparison)
    }
    assert set(DATA["step"].values) == recorded


def test_the_vocabulary_speaks_both_languages():
    for name, text in [
        *KINDS.items(),
        *((name, one.about) for name, one in (*DATA.items(), *FACTS.items())),
    ]:
        assert both_languages(text), name


# ---------------------------------------------------------------- how it is built


def test_importing_the_practices_builds_none():
    code = (
        "import sys, retention_rules.practices\n"
        "built = [name for name in sys.modules if name.startswith('retention_rules.practices.')]\n"
        "assert not built, built\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_same_choices_give_the_same_rulebook():
    assert handbook() is handbook(reading="from-sale", variants={})


def test_a_rulebook_is_hashable():
    assert hash(handbook()) == hash(handbook(cadence="1-3-7"))


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            {"cadence": "1-3-8"},
            "`1-3-8` is no cadence: choose one of `1-3-7`, `0-3-10-20`, `both`, `None`",
        ),
        ({"reading": "gaps"}, "`gaps` is no reading of `cadence.1-3-7`: choose one of `from-sale`"),
        (
            {"window": "strict"},
            "`strict` is no window: choose one of `None`, `by-day`, `exact-day`, `about`",
        ),
        (
            {"variants": {"thanks.ever": "soon"}},
            "`thanks.ever` is no practice with several readings: choose one of `thanks.after-deal`",
        ),
        (
            {"also": ["thanks.late"]},
            "`thanks.late` is no practice that a rulebook can hold: choose one of `thanks.ever`",
        ),
        (
            {"variants": {"thanks.after-deal": "soon"}},
            "`soon` is no reading of `thanks.after-deal`: choose one of `two-days`, `next-day`, "
            "`48-hours`",
        ),
    ],
)
def test_an_unknown_choice_is_refused_with_the_choices(choice, message):
    with pytest.raises(DefinitionError) as caught:
        handbook(**choice)
    assert str(caught.value).startswith(message)
