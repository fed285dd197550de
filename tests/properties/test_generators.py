"""The strategies draw a fair share of everything: what is never drawn is never tested."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from tests.properties.books import BOOKS, asked_of, sample

from retention_rules.conditions import AllOf, AnyOf, CustomerField, History, InStage, Known, Not
from retention_rules.evaluation import evaluate
from retention_rules.events import CONCLUSION, RESERVED, Event, Record, Retraction
from retention_rules.knowledge import resolve
from retention_rules.premises import Found, Happened
from retention_rules.rules import (
    ALWAYS,
    Derivation,
    FollowUp,
    Lifecycle,
    Pause,
    Procedure,
    Prohibition,
    Recurring,
    RRule,
    Shape,
)
from retention_rules.testing import STEADY, Evaluation
from retention_rules.testing.roles import conditions, patterns, points
from retention_rules.windows import Never

NUMBER = 1000


@cache
def questions() -> list[Evaluation]:
    return sample(asked_of("drawn"), NUMBER)


@cache
def shares() -> Counter[str]:
    """In how many questions something occurs."""
    return Counter(name for asked in questions() for name in set(traits(asked)))


def traits(asked: Evaluation) -> Iterator[str]:
    for rule in asked.rulebook:
        yield from rule_traits(rule)
    yield from history_traits(asked)


def rule_traits(rule: Shape) -> Iterator[str]:
    yield type(rule).__name__
    for node in conditions(rule):
        if isinstance(node, AllOf | AnyOf | Not | Known | InStage | CustomerField):
            yield type(node).__name__
        if isinstance(node, History):
            yield f"prior {node.aggregate}"
            yield from ["prior same"] * bool(node.of.same)
            yield from ["prior since"] * bool(node.of.since)
    for point in points(rule):
        yield type(point.offset).__name__
        yield f"from {type(point.anchor).__name__}"
        yield from ["clock"] * (getattr(point.offset, "clock", None) is not None)
        yield from ["closing"] * getattr(point.offset, "to_closing", False)
    if isinstance(rule, FollowUp):
        yield rule.on_retrigger
        for name in ("differs_on", "for_each", "unless_forbidden", "released_by", "correlate_on"):
            yield from [name] * bool(getattr(rule, name))
        yield from ["pair"] * any(isinstance(key, tuple) for key in rule.correlate_on)
        yield from ["version"] * (rule.in_force != ALWAYS)
        yield from ["chained"] * bool(rule.window.steps())
        yield from ["never"] * isinstance(rule.window.expires, Never)
    pause = getattr(rule, "paused_by", None)
    if isinstance(pause, Pause):
        yield f"{type(rule).__name__} paused"
        yield from ["paired"] * bool(pause.paired_on)
        yield from ["at most"] * bool(pause.at_most)
    if isinstance(rule, Procedure):
        for step in rule.steps:
            yield from ["each"] * bool(step.each)
            yield from ["optional"] * step.optional
            yield from ["survives"] * step.survives_closing
            yield from ["step chained"] * bool(step.window.steps())
    if isinstance(rule, Recurring):
        kind = "every" if rule.every else "rrule" if isinstance(rule.on, RRule) else "holidays"
        yield kind
    if isinstance(rule, Lifecycle):
        yield from ["timeout"] * bool(rule.timeouts)
    if isinstance(rule, Prohibition):
        yield from ["context"] * (rule.context is not None)
        yield from ["clearance"] * (rule.unless_prior is not None)
    if isinstance(rule, Derivation):
        yield from conclusion_traits(rule)
    kinds = {kind for pattern in patterns(rule) for kind in pattern.kinds}
    if isinstance(rule, FollowUp | Recurring):
        yield from {kind.partition(":")[0] for kind in kinds if kind.startswith(CONCLUSION)}
    yield from ["stage pattern"] * any(
        kind.startswith(RESERVED) for pattern in patterns(rule) for kind in pattern.kinds
    )


def conclusion_traits(rule: Derivation) -> Iterator[str]:
    for one in (*rule.given, *rule.unless):
        yield from ["wide"] * one.customer_wide
        yield from ["distinct"] * (one.distinct is not None)
        yield f"at least {one.at_least}"
        if isinstance(one, Found):
            yield from (f"found {status}" for status in one.statuses)
            yield from ["found part"] * (one.part is not None)
        if isinstance(one, Happened):
            derived = one.pattern.kinds
            yield from ["heard below"] * any(kind.startswith(CONCLUSION) for kind in derived)
            yield from ["entry seen"] * any(kind.startswith(RESERVED) for kind in derived)
    yield from ["unless"] * bool(rule.unless)
    yield from ["where"] * (rule.where is not None)
    yield from ["case of conclusions"] * bool(rule.correlate_on)
    yield from ["premises"] * (len(rule.given) > 1)


def history_traits(asked: Evaluation) -> Iterator[str]:
    records = asked.records
    events = [one for one in records if isinstance(one, Event)]
    effective = resolve(records, asked.known_at).events
    firsts = Counter((one.customer, asked.first(one)) for one in effective)
    yield from ["collision"] * any(number > 1 for number in firsts.values())
    yield from ["dated"] * any(one.dated for one in events)
    yield from ["correction"] * any(one.corrects for one in events)
    yield from ["retraction"] * any(isinstance(one, Retraction) for one in records)
    yield from ["amended amendment"] * any(amended_twice(records))
    yield from ["retry"] * (len({one.ref for one in records}) < len(records))
    yield from ["recorded"] * any(one.recorded_at for one in records)
    yield from ["fact"] * any(one.kind == "customer.changed" for one in events)
    yield from ["two customers"] * (len({one.customer for one in records}) > 1)
    yield from ["future"] * any(asked.first(one) > asked.now for one in effective)
    yield from ["clocks change"] * (asked.zone not in [place.zone for place in STEADY])
    for name in ("known_at", "complete", "history_from"):
        yield from [name] * (getattr(asked, name) is not None)


def amended_twice(records: tuple[Record, ...]) -> Iterator[bool]:
    amended = {one.amends for one in records}
    return (one.amends is not None and one.ref in amended for one in records)


COMMON = {
    **dict.fromkeys(["FollowUp", "dated", "two customers", "recorded"], 0.40),
    **dict.fromkeys(["Elapsed", "CalendarDays", "clocks change", "collision"], 0.30),
    **dict.fromkeys(["correlate_on", "released_by", "future"], 0.20),
    **dict.fromkeys(["Procedure", "Recurring", "Lifecycle", "Prohibition"], 0.10),
    **dict.fromkeys(["separate", "ignore", "restart", "queue"], 0.08),
    **dict.fromkeys(["BusinessDays", "WorkingTime", "from Field", "clock"], 0.05),
    **dict.fromkeys(["correction", "retraction", "retry", "clearance", "context"], 0.05),
    **dict.fromkeys(["known_at", "complete", "history_from", "FollowUp paused"], 0.03),
    **dict.fromkeys(["prior count", "CustomerField", "Not", "fact", "InStage", "Known"], 0.02),
    **dict.fromkeys(["stage pattern", "timeout", "every", "rrule", "holidays"], 0.02),
    **dict.fromkeys(["paired", "at most", "for_each", "differs_on", "Procedure paused"], 0.02),
    **dict.fromkeys(["version", "chained", "step chained", "from StepEnd", "pair"], 0.015),
    **dict.fromkeys(["each", "optional", "survives", "never", "from Due", "closing"], 0.01),
    **dict.fromkeys(["unless_forbidden", "amended amendment", "AnyOf", "AllOf"], 0.01),
    **dict.fromkeys(["prior same", "prior since", "prior max", "prior min"], 0.01),
    **dict.fromkeys(["prior sum", "prior last"], 0.01),
    **dict.fromkeys(["Derivation", "at least 1", "conclusion.concluded"], 0.15),
    **dict.fromkeys(["unless", "premises", "case of conclusions", "distinct", "at least 2"], 0.05),
    **dict.fromkeys(["found missed", "where", "at least 3", "conclusion.withdrawn"], 0.03),
    **dict.fromkeys(["found open", "found fulfilled", "wide", "found violated"], 0.02),
    **dict.fromkeys(["found holds", "heard below", "found part", "found current"], 0.01),
    **dict.fromkeys(["found left", "found released", "entry seen"], 0.005),
}


@pytest.mark.parametrize("name", COMMON)
def test_rulebooks_and_histories_have_their_share_of(name):
    assert shares()[name] / NUMBER >= COMMON[name]


def test_a_quarter_of_the_events_is_dated():
    events = [one for asked in questions() for one in asked.records if isinstance(one, Event)]
    assert 0.15 <= sum(one.dated for one in events) / len(events) <= 0.4


def test_only_few_instants_and_dates_occur():
    for asked in questions():
        events = [one for one in asked.records if isinstance(one, Event)]
        assert len({one.occurred_at for one in events if one.dated}) <= 4
        assert len({one.at for one in events if not one.dated}) <= 20


@cache
def found() -> Counter[str]:
    """How many findings there are of each status, and of what else is worth finding."""
    counted: Counter[str] = Counter()
    for asked in questions():
        findings = asked.ask(evaluate)
        counted["question"] += 1
        counted["without findings"] += not findings
        edges = {edge for one in findings for edge in (one.opens, one.due, one.expires, one.ended)}
        counted["as_of at an edge"] += any(asked.now - by in edges for by in (-1, 0, 1))
        for one in findings:
            counted["finding"] += 1
            counted[one.status] += 1
            counted[f"leaning {one.leaning}"] += 1
            counted[f"because {one.reason}"] += 1
            counted["paused"] += one.paused_since is not None
            counted["part"] += one.nature == "obligation" and one.part is not None
            counted["out of order"] += (one.part or "").startswith("out-of-order:")
            counted["closed without"] += (one.part or "").startswith("closed-without:")
            counted["waits"] += one.next_change is not None
            concluded = one.trigger.partition("@")[0]
            above = "@" in one.trigger and ":" not in concluded
            counted["heard"] += above and one.nature == "obligation"
            counted["may hold"] += one.nature == "conclusion" and one.status == "indeterminate"
    return counted


FOUND = {
    **dict.fromkeys(["upcoming", "open", "breached", "lapsed", "fulfilled"], 0.03),
    **dict.fromkeys(["violated", "current", "left"], 0.02),
    **dict.fromkeys(["released", "leaning open", "leaning breached", "leaning lapsed"], 0.01),
    **dict.fromkeys(["because doubtful", "because incomplete", "because missing-date"], 0.01),
    **dict.fromkeys(["paused", "repaired", "because due-before-trigger"], 0.002),
    **dict.fromkeys(["out of order", "closed without", "because opens-after-due"], 0.001),
    **dict.fromkeys(["holds", "may hold"], 0.01),
    "heard": 0.004,
    "indeterminate": 0.08,
    "part": 0.05,
    "waits": 0.25,
}


@pytest.mark.parametrize("name", FOUND)
def test_findings_have_their_share_of(name):
    assert found()[name] / found()["finding"] >= FOUND[name]


def test_most_questions_have_findings_and_many_stand_at_an_edge():
    assert found()["without findings"] / found()["question"] <= 0.35
    assert found()["as_of at an edge"] / found()["question"] >= 0.15
    assert found()["finding"] / found()["question"] >= 1.5


@pytest.mark.parametrize("book", BOOKS)
def test_hardly_anything_is_discarded(book):
    tried, taken = 0, 0

    @settings(max_examples=200, database=None, suppress_health_check=list(HealthCheck))
    @given(asked_of(book))
    def take(asked: Evaluation) -> None:
        nonlocal tried, taken
        tried += 1
        taken += not isinstance(asked.outcome(), str)

    take()
    assert tried >= 190
    assert taken >= 0.95 * tried


def test_histories_of_the_handbook_meet_its_rules():
    asked = sample(asked_of("handbook"), 200)
    some = [one.ask(evaluate) for one in asked]
    assert sum(bool(found) for found in some) / len(some) >= 0.7
    rules = {finding.rule for found in some for finding in found}
    assert len(rules) >= 0.3 * len({rule.id for rule in asked[0].rulebook})
