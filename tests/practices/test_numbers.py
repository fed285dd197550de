"""Every number of the handbook is a parameter, is given by a reading's words, or counts to one."""

import re

import attrs
import pytest

from retention_rules.conditions import Comparison, History, event, field, prior, touch
from retention_rules.practices import handbook, practices, readings
from retention_rules.practices.cadences import WINDOWS
from retention_rules.practices.listing import SEVERAL
from retention_rules.practices.parameters import PARAMETERS
from retention_rules.practices.variants import Practice
from retention_rules.premises import Counted, happened
from retention_rules.rules import (
    Derivation,
    FollowUp,
    Lifecycle,
    Procedure,
    Recurring,
    Stage,
    Step,
    Timeout,
)
from retention_rules.windows import OFFSETS, BusinessDays, CalendarDays, Window, days, hours

SECOND = 1_000_000


def numbers(value):
    """Every number in a rule with its unit: in its offsets, conditions and shares."""
    if isinstance(value, OFFSETS):
        yield from _of_offset(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from numbers(one)
    elif hasattr(type(value), "__attrs_attrs__"):
        if isinstance(value, Comparison) and _is_number(value.right):
            counted = isinstance(value.left, History) and value.left.aggregate == "count"
            yield "count" if counted else "amount", value.right
        if isinstance(value, Counted) and value.at_least != 1:
            yield "count", value.at_least
        if isinstance(value, History) and value.factor != 1:
            yield "share", value.factor
        for one in attrs.fields(type(value)):
            yield from numbers(getattr(value, one.name))


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _of_offset(value):
    if isinstance(value, CalendarDays | BusinessDays):
        unit = "business days" if isinstance(value, BusinessDays) else "days"
        months = getattr(value, "months", 0)
        amount = value.count if isinstance(value, BusinessDays) else value.days
        if months:
            yield "months", abs(months)
        if amount or not months:
            yield unit, abs(amount)
        if value.clock is not None:
            yield "seconds", value.clock // SECOND
    else:
        yield "seconds", abs(value.microseconds) // SECOND


def of_parameters():
    for one in PARAMETERS.values():
        if isinstance(one.value, str):
            hour, minute = one.value.split(":")
            yield "seconds", int(hour) * 3600 + int(minute) * 60
        elif _is_number(one.value):
            yield from ((unit, one.value) for unit in ("amount", "share", "count"))
        else:
            yield from numbers(one.value)


CITED = {*of_parameters(), ("count", 0), ("count", 1)}
SPELLED = {
    0: r"the same|of the deal",
    1: r"one|next|the hour|the day after|is its day|on its day",
    2: "two",
    4: "four",
    6: "six",
    7: "seven|seventh|a week",
    15: "fifteen|fifteenth",
}


def given(text):
    """The numbers that English words give."""
    found = {int(one) for one in re.findall(r"\b\d+\b", text)}
    return found | {n for n, word in SPELLED.items() if re.search(rf"\b({word})\b", text.lower())}


def told(unit, number, words):
    """Whether words give a number, in its unit or in a larger one: 48 hours, two weeks, a day."""
    sizes = {"seconds": (1, 60, 3600, 86_400), "days": (1, 7)}.get(unit, (1,))
    return any(number % size == 0 and number // size in words for size in sizes)


def uncited(rule, words=frozenset()):
    """The numbers of a rule that neither a parameter nor these words give."""
    return {one for one in numbers(rule) if one not in CITED and not told(*one, words)}


def words_of(practice, name):
    """The numbers that the words of a named reading give."""
    return given(practice.readings[name].words.en) if name else set()


RULES = [
    pytest.param(one.read(name), words_of(one, name), id=f"{id}-{name}")
    for id, one in practices().items()
    if isinstance(one, Practice) and not id.startswith(("cadence.1-3-7", "cadence.0-3-10-20"))
    for name in one.readings or (None,)
]


@pytest.mark.parametrize(("rule", "words"), RULES)
def test_every_number_of_a_rule_is_a_parameter_or_in_the_words_of_its_reading(rule, words):
    assert not uncited(rule, words)


CADENCES = [
    pytest.param(id, name, window, id=f"{id}-{name}-{window}")
    for id, named in readings().items()
    if id.startswith(("cadence.1-3-7", "cadence.0-3-10-20"))
    for name in named
    for window in WINDOWS
]


@pytest.mark.parametrize(("id", "name", "window"), CADENCES)
def test_every_number_of_a_cadence_is_in_the_words_of_its_reading(id, name, window):
    """Or lies between two of them, or a day beside one: so the windows say of early and late."""
    book = handbook(cadence="both", variants={id: name}, window=window)
    figures = given(readings()[id][name].en)
    apart = {abs(one - other) for one in figures for other in figures}
    beside = {one + by for one in figures | apart for by in (-1, 0, 1)}
    for rule in book:
        if rule.id in SEVERAL.get(id, (id,)):
            assert not uncited(rule, beside), rule.id


DEAL = event("deal.closed")
CALL = FollowUp(
    id="acme.call",
    trigger=event("deal.closed"),
    fulfilled_by=touch("call"),
    window=Window(due=days(2)),
)
UNCITED = {
    "due": attrs.evolve(CALL, window=Window(due=days(17))),
    "opens": attrs.evolve(CALL, window=Window(due=days(30), opens=days(17))),
    "hours": attrs.evolve(CALL, window=Window(due=hours(5))),
    "clock": attrs.evolve(CALL, window=Window(due=days(1).at("09:17"))),
    "amount": attrs.evolve(CALL, trigger=event("deal.closed").where(field("amount") > 777)),
    "count": attrs.evolve(
        CALL, trigger=event("deal.closed").where(prior("deal.closed").count() >= 3)
    ),
    "share": attrs.evolve(
        CALL,
        trigger=DEAL.where(field("amount") < prior(DEAL).sum("amount") * 0.3),
    ),
    "since": attrs.evolve(
        CALL, trigger=event("deal.closed").where(prior("deal.closed", since=days(17)).count() == 0)
    ),
    "at least": Derivation(id="acme.busy", given=happened(DEAL, at_least=17)),
    "every": Recurring(
        id="acme.word", starts=event("deal.closed"), fulfilled_by=touch(), every=days(17)
    ),
    "step": Procedure(
        id="acme.case",
        opened_by=event("complaint.received"),
        steps=Step(name="answer", fulfilled_by=touch(), window=Window(due=days(17))),
    ),
    "timeout": Lifecycle(
        id="acme.stages",
        stages=(Stage(name="new"), Stage(name="old")),
        moves=(),
        timeouts=Timeout(source="new", after=days(17), to="old"),
    ),
}
"""Made up: a rule with a number that nobody gave, at each place where a rule can have one."""


@pytest.mark.parametrize("place", UNCITED)
def test_a_number_that_nobody_gave_is_noticed(place):
    assert len(uncited(UNCITED[place])) == 1


def test_a_number_that_the_reading_gives_is_none_of_them():
    assert not uncited(UNCITED["due"], given("Within 17 days."))
    assert not uncited(UNCITED["hours"], given("It is 5 elapsed hours."))


def test_a_parameter_is_none_of_them():
    assert not uncited(CALL)
