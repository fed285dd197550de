"""Bad input: each kind is a clear error of ours, or a verdict that says what it does not know.

The rows are those of docs/bad-input.md. Files and streams are tested under tests/interop, the
command line under tests/cli.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from retention_rules import (
    AmendmentCycle,
    Calendar,
    ConflictingEvents,
    Customer,
    DecodingError,
    DefinitionError,
    Derivation,
    Event,
    Findings,
    FollowUp,
    InvalidEvent,
    Lifecycle,
    Monitor,
    Move,
    NotExplainable,
    OutOfRange,
    Pattern,
    Pause,
    Period,
    Procedure,
    Prohibition,
    Recurring,
    RetentionRulesError,
    Retraction,
    RRule,
    Rulebook,
    Stage,
    Step,
    Timeout,
    TooLate,
    UnknownTarget,
    UnknownZone,
    Window,
    business_days,
    concluded,
    contact,
    contacts,
    days,
    due,
    earliest,
    entered,
    evaluate,
    event,
    field,
    found,
    hours,
    in_stage,
    prior,
    seconds,
    step,
    touch,
    trigger,
    until,
    weeks,
)
from retention_rules import happened as seen
from retention_rules.interop import read_rulebook
from retention_rules.practices import handbook
from retention_rules.serialization import decode, encode, loads

NOON = "2026-03-05T12:00+08:00"
DUE = Window(due=days(3))


def happened(id: Any = "o-1", kind: Any = "deal.closed", **given: Any) -> Event:
    """An event, correct but for what is given."""
    fields: dict[str, Any] = {"customer": "lin", "occurred_at": "2026-03-02T15:00+08:00"}
    return Event(id, kind, **{**fields, **given})


def rule(**given: Any) -> FollowUp:
    """A rule, correct but for what is given."""
    fields: dict[str, Any] = {
        "id": "acme.call",
        "trigger": event("deal.closed"),
        "fulfilled_by": touch("call"),
        "window": DUE,
    }
    return FollowUp(**{**fields, **given})


def risk(*given: Any, **more: Any) -> Derivation:
    return Derivation(id="acme.risk", given=given, **more)


def life(**given: Any) -> Lifecycle:
    """A lifecycle of two stages, correct but for what is given."""
    fields: dict[str, Any] = {
        "id": "acme.life",
        "stages": (Stage(name="a"), Stage(name="b")),
        "moves": (Move(on=event("deal.closed"), to="a"),),
    }
    return Lifecycle(**{**fields, **given})


def timeout(source: str, after: Any, to: str) -> Timeout:
    return Timeout(source=source, after=after, to=to)


def case(*steps: Any) -> Procedure:
    return Procedure(id="acme.case", opened_by=event("case.opened"), steps=steps)


def part(name: str, window: Window = DUE, **given: Any) -> Step:
    return Step(name=name, fulfilled_by=event("step.done"), window=window, **given)


def ask(*records: Any, rules: Any = None, **given: Any) -> Findings:
    """What is found, with inputs that are correct but for what is given."""
    book = Rulebook(rule()) if rules is None else rules
    inputs: dict[str, Any] = {"as_of": NOON, "zone": "Asia/Shanghai"}
    return evaluate(book, records, **{**inputs, **given})


def monitor(**given: Any) -> Monitor:
    inputs: dict[str, Any] = {"zone": "Asia/Shanghai"}
    return Monitor(Rulebook(rule()), **{**inputs, **given})


def observed(*records: Any, **given: Any) -> Monitor:
    watching = monitor(**given)
    for one in records:
        watching.observe(one)
    return watching


def nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


Row = tuple[Callable[[], Any], type[RetentionRulesError], str, str]

TIMES: dict[str, Row] = {
    "naive text": (
        lambda: happened(occurred_at="2026-03-02T15:00"),
        InvalidEvent,
        "2026-03-02T15:00:00",
        "add an offset",
    ),
    "naive datetime": (
        lambda: happened(occurred_at=datetime(2026, 3, 2, 15)),
        InvalidEvent,
        "2026-03-02T15:00:00",
        "add an offset",
    ),
    "naive recorded_at": (
        lambda: happened(recorded_at="2026-03-02T15:00"),
        InvalidEvent,
        "2026-03-02T15:00:00",
        "add an offset",
    ),
    "naive as_of": (
        lambda: ask(as_of="2026-03-05T12:00"),
        InvalidEvent,
        "2026-03-05T12:00:00",
        "add an offset",
    ),
    "naive known_at": (
        lambda: ask(known_at="2026-03-05T12:00"),
        InvalidEvent,
        "2026-03-05T12:00:00",
        "add an offset",
    ),
    "naive time in a condition": (
        lambda: field("at") > datetime(2026, 3, 2),
        DefinitionError,
        "2026-03-02 00:00:00",
        "add an offset",
    ),
    "as_of is a day": (
        lambda: ask(as_of="2026-03-05"),
        InvalidEvent,
        "2026-03-05",
        "give an instant such as 2026-03-05T09:00+08:00",
    ),
    "as_of is None": (lambda: ask(as_of=None), InvalidEvent, "None", "give an aware datetime"),
    "now is a day": (
        lambda: monitor().advance("2026-03-05"),
        InvalidEvent,
        "2026-03-05",
        "give an instant",
    ),
    "no time at all": (
        lambda: happened(occurred_at="yesterday"),
        InvalidEvent,
        "yesterday",
        "write 2026-03-02T15:00+08:00",
    ),
    "a number for a time": (
        lambda: happened(occurred_at=1_772_434_800),
        InvalidEvent,
        "1772434800",
        "give an aware datetime",
    ),
    "a date that does not exist": (
        lambda: happened(occurred_at="2026-02-30"),
        InvalidEvent,
        "2026-02-30",
        "write 2026-03-02",
    ),
    "a year out of range": (
        lambda: ask(happened(occurred_at="1492-10-12T08:00+00:00")),
        OutOfRange,
        "1492-10-12 08:00:00+00:00",
        "give 1901 to 2998",
    ),
}

ZONES: dict[str, Row] = {
    "no zone": (lambda: ask(happened(), zone=None), UnknownZone, "lin", "`zone=` for all"),
    "no zone in a monitor": (
        lambda: observed(happened(), zone=None),
        UnknownZone,
        "lin",
        "`zone=` for all",
    ),
    "unknown zone": (
        lambda: ask(happened(), zone="Europe/Brlin"),
        UnknownZone,
        "Europe/Brlin",
        "such as `Europe/Berlin`",
    ),
    "an offset for a zone": (
        lambda: ask(happened(), zone="+08:00"),
        UnknownZone,
        "+08:00",
        "use an IANA name",
    ),
    "unknown zone of a customer": (
        lambda: ask(happened(), customers=[Customer("lin", zone="Asia/Shangai")]),
        UnknownZone,
        "Asia/Shangai",
        "such as `Asia/Shanghai`",
    ),
    "unknown zone of a calendar": (
        lambda: Calendar(zone="Asia/Shangai"),
        UnknownZone,
        "Asia/Shangai",
        "such as `Asia/Shanghai`",
    ),
}

IDENTITIES: dict[str, Row] = {
    "same id, different content": (
        lambda: ask(happened(data={"amount": 1}), happened(data={"amount": 2})),
        ConflictingEvents,
        "o-1",
        "give one another id, or send a correction",
    ),
    "same id, different content, in a monitor": (
        lambda: observed(happened(), happened(kind="deal.cancelled")),
        ConflictingEvents,
        "o-1",
        "give one another id, or send a correction",
    ),
    "correction of nothing": (
        lambda: ask(happened("c-1", corrects="o-9")),
        UnknownTarget,
        "o-9",
        "check the id and the source",
    ),
    "retraction of nothing": (
        lambda: ask(Retraction("r-1", "lin", retracts="o-9")),
        UnknownTarget,
        "o-9",
        "check the id and the source",
    ),
    "amendments in a circle": (
        lambda: ask(happened("a", corrects="b"), happened("b", corrects="a")),
        AmendmentCycle,
        "a",
        "retract one",
    ),
    "amendments in a circle, in a monitor": (
        lambda: observed(happened("a", corrects="b"), happened("b", corrects="a")),
        AmendmentCycle,
        "a",
        "retract one",
    ),
    "an event that corrects itself": (
        lambda: ask(happened("a", corrects="a")),
        AmendmentCycle,
        "a",
        "retract one",
    ),
    "a correction that moves the customer": (
        lambda: ask(happened(), happened("c-1", customer="li", corrects="o-1")),
        InvalidEvent,
        "li",
        "retract it and add a new event",
    ),
    "a correction that moves the customer, in a monitor": (
        lambda: observed(happened(), happened("c-1", customer="li", corrects="o-1")),
        InvalidEvent,
        "li",
        "retract it and add a new event",
    ),
    "a correction of a retraction": (
        lambda: ask(happened(), happened().retracted("r"), happened("c", corrects="r")),
        InvalidEvent,
        "r",
        "retract it",
    ),
}

RECORDS: dict[str, Row] = {
    "an empty id": (lambda: happened(""), InvalidEvent, "''", "give non-empty text"),
    "a number for an id": (lambda: happened(17), InvalidEvent, "17", "give non-empty text"),
    "an empty kind": (lambda: happened(kind=""), InvalidEvent, "''", "give non-empty text"),
    "no customer": (
        lambda: happened(customer=None),
        InvalidEvent,
        "None",
        "give non-empty text",
    ),
    "a reserved kind": (
        lambda: happened(kind="stage.entered"),
        InvalidEvent,
        "stage.entered",
        "stages and conclusions are derived, not sent",
    ),
    "a reserved kind of conclusions": (
        lambda: happened(kind="conclusion.concluded:acme.risk"),
        InvalidEvent,
        "conclusion.concluded:acme.risk",
        "stages and conclusions are derived, not sent",
    ),
    "a value that is not a number": (
        lambda: happened(data={"amount": float("nan")}),
        InvalidEvent,
        "nan",
        "give a finite number",
    ),
    "an infinite value": (
        lambda: happened(data={"amount": float("-inf")}),
        InvalidEvent,
        "-inf",
        "give a finite number",
    ),
    "an object as a value": (
        lambda: happened(data={"amount": object()}),
        InvalidEvent,
        "object",
        "use text, numbers",
    ),
    "a set as a value": (
        lambda: happened(data={"tags": {"vip"}}),
        InvalidEvent,
        "set",
        "use text, numbers",
    ),
    "a time of day as a value": (
        lambda: happened(data={"at": time(10)}),
        InvalidEvent,
        "time",
        "use text, numbers",
    ),
    "not a number, deep inside": (
        lambda: happened(data={"lines": [{"amount": float("nan")}]}),
        InvalidEvent,
        "nan",
        "give a finite number",
    ),
    "a field whose name is no text": (
        lambda: happened(data={5: "x"}),
        InvalidEvent,
        "5",
        "",
    ),
    "a naive time as a value": (
        lambda: happened(data={"ends": datetime(2026, 3, 2)}),
        InvalidEvent,
        "2026-03-02 00:00:00",
        "add an offset",
    ),
    "not a record": (
        lambda: ask({"id": "o-1"}),
        InvalidEvent,
        "{'id': 'o-1'}",
        "give an Event or a Retraction",
    ),
    "not a record, in a monitor": (
        lambda: observed("o-1"),
        InvalidEvent,
        "'o-1'",
        "give an Event or a Retraction",
    ),
    "a contact without id": (
        lambda: Customer("lin", contacts=[{"name": "Wei"}]),
        InvalidEvent,
        "Data(name='Wei')",
        "give each contact one",
    ),
    "a customer twice": (
        lambda: ask(customers=[Customer("lin"), Customer("lin", zone="Asia/Tokyo")]),
        InvalidEvent,
        "lin",
        "give it once",
    ),
    "history from no date": (
        lambda: Customer("lin", history_from="2026"),
        InvalidEvent,
        "2026",
        "write 2026-03-02",
    ),
    "a negative horizon": (
        lambda: monitor(horizon=timedelta(days=-1)),
        InvalidEvent,
        "-1 day, 0:00:00",
        "give how late records may be",
    ),
}

RULES: dict[str, Row] = {
    "two rules of one id": (
        lambda: Rulebook((rule(), rule(window=Window(due=days(4))))),
        DefinitionError,
        "acme.call",
        "rename one",
    ),
    "two versions on one day": (
        lambda: Rulebook(
            (
                rule(in_force=Period(end_on="2026-06-01")),
                rule(in_force=Period(start_on="2026-05-01")),
            )
        ),
        DefinitionError,
        "acme.call",
        "`in_force` days apart",
    ),
    "a conclusion drawn from itself": (
        lambda: ask(
            rules=Rulebook(
                [rule(trigger=concluded("acme.risk")), risk(found("acme.call", "missed"))]
            )
        ),
        DefinitionError,
        "acme.risk",
        "leave one premise or trigger out",
    ),
    "a conclusion drawn from an unknown rule": (
        lambda: ask(rules=Rulebook([rule(), risk(found("acme.cal", "missed"))])),
        DefinitionError,
        "acme.cal",
        "did you mean `acme.call`?",
    ),
    "a conclusion drawn from a status that is never found": (
        lambda: ask(rules=Rulebook([rule(), risk(found("acme.call", "violated"))])),
        DefinitionError,
        "violated",
        "choose from",
    ),
    "a derived kind in a pattern": (
        lambda: event("conclusion.withdrawn:acme.risk"),
        DefinitionError,
        "conclusion.withdrawn:acme.risk",
        "write `concluded(...)` or `withdrawn(...)`",
    ),
    "an unknown conclusion": (
        lambda: ask(rules=Rulebook(rule(trigger=concluded("acme.risk")))),
        DefinitionError,
        "acme.risk",
        "which the rulebook lacks",
    ),
    "a lifecycle that moves by a conclusion": (
        lambda: ask(
            rules=Rulebook(
                [
                    life(moves=[Move(on=concluded("acme.risk"), to="a")], timeouts=()),
                    risk(seen(event("deal.closed"))),
                ]
            )
        ),
        DefinitionError,
        "acme.life",
        "use records only",
    ),
    "an event's field in `where` of a conclusion": (
        lambda: risk(seen(event("deal.closed")), where=field("amount") > 3),
        DefinitionError,
        "acme.risk",
        "use `customer(...)`",
    ),
    "history in `where` of a conclusion": (
        lambda: risk(seen(event("deal.closed")), where=prior("deal.closed").count() > 3),
        DefinitionError,
        "acme.risk",
        "use `customer(...)`",
    ),
    "a conclusion about no case": (
        lambda: risk(found("acme.call", "missed", customer_wide=True), correlate_on="case"),
        DefinitionError,
        "acme.risk",
        "leave `correlate_on` out",
    ),
    "a conclusion from nothing": (
        risk,
        DefinitionError,
        "acme.risk",
        "give one premise or more",
    ),
    "days in force for a conclusion": (
        lambda: risk(seen(event("deal.closed")), in_force=Period(end_on="2026-06-01")),
        DefinitionError,
        "acme.risk",
        "leave `in_force` out",
    ),
    "a pattern for a premise": (
        lambda: risk(event("deal.closed")),
        DefinitionError,
        "event('deal.closed')",
        "write found(",
    ),
    "a status that no finding has": (
        lambda: found("acme.call", "mised"),
        DefinitionError,
        "'mised'",
        "did you mean `missed`?",
    ),
    "no status to be found in": (
        lambda: found("acme.call"),
        DefinitionError,
        "acme.call",
        "name it",
    ),
    "no number of findings": (
        lambda: found("acme.call", "missed", at_least=0),
        DefinitionError,
        "at_least=0",
        "1 or more",
    ),
    "an id with a space": (
        lambda: rule(id="acme call"),
        DefinitionError,
        "'acme call'",
        "use dotted words",
    ),
    "text for a pattern": (
        lambda: rule(trigger="deal.closed"),
        DefinitionError,
        "'deal.closed'",
        "write a pattern",
    ),
    "an offset for a window": (
        lambda: rule(window=days(3)),
        DefinitionError,
        "days(3)",
        "write Window(",
    ),
    "an unknown strength": (
        lambda: rule(strength="may"),
        DefinitionError,
        "strength='may'",
        "choose one of",
    ),
    "an unknown policy": (
        lambda: rule(on_retrigger="always"),
        DefinitionError,
        "on_retrigger='always'",
        "choose one of",
    ),
    "no field to correlate on": (
        lambda: rule(correlate_on=("",)),
        DefinitionError,
        "''",
        "name a field",
    ),
    "a number for a point": (
        lambda: Window(due=3),
        DefinitionError,
        "3",
        "write `days(2)`",
    ),
    "a timedelta for a point": (
        lambda: Window(due=timedelta(days=3)),
        DefinitionError,
        "datetime.timedelta(days=3)",
        "write `days(2)`",
    ),
    "half a day": (lambda: days(2.5), DefinitionError, "days(2.5)", "give a whole number"),
    "a million years": (lambda: weeks(52_000_000), DefinitionError, "364000000", "400 years"),
    "an hour that no clock shows": (
        lambda: business_days(1).at("25:00"),
        DefinitionError,
        "25:00",
        "write 09:30",
    ),
    "hours and days added": (
        lambda: trigger + days(1) + hours(3),
        DefinitionError,
        "hours(3)",
        "never mix",
    ),
    "a window that closes before it opens": (
        lambda: Window(opens=days(5), due=days(2)),
        DefinitionError,
        "days(5)",
        "let it open earlier",
    ),
    "a window that expires before it is due": (
        lambda: Window(due=days(5), expires=days(2)),
        DefinitionError,
        "days(2)",
        "count from `due`",
    ),
    "due counted from due": (
        lambda: Window(due=due + days(1)),
        DefinitionError,
        "due",
        "only `expires` can be",
    ),
    "the earliest of one": (
        lambda: earliest(days(1)),
        DefinitionError,
        "earliest",
        "two or more points",
    ),
    "no day in force": (
        lambda: Period("2026-05-01", "2026-05-01"),
        DefinitionError,
        "2026-05-01",
        "no day",
    ),
    "text for a rule": (
        lambda: Rulebook(["thanks"]),
        DefinitionError,
        "'thanks'",
        "or one of FollowUp",
    ),
    "stage timeouts round in no time": (
        lambda: life(timeouts=(timeout("a", hours(0), "b"), timeout("b", seconds(0), "a"))),
        DefinitionError,
        "acme.life",
        "give one of them a positive length",
    ),
    "a stage timeout into itself in no time": (
        lambda: life(timeouts=(timeout("a", hours(0), "a"),)),
        DefinitionError,
        "acme.life",
        "give one of them a positive length",
    ),
    "a stage timeout that may lack its date": (
        lambda: timeout("a", until("ends"), "b"),
        DefinitionError,
        "ends",
        "give a `default=`",
    ),
    "two timeouts for one stage": (
        lambda: life(timeouts=(timeout("a", days(1), "b"), timeout("a", days(2), "b"))),
        DefinitionError,
        "acme.life",
        "keep one",
    ),
    "a move to an unknown stage": (
        lambda: life(moves=(Move(on=event("x"), to="c"),)),
        DefinitionError,
        "c",
        "choose one of `a`, `b`",
    ),
    "a timeout to an unknown stage": (
        lambda: life(timeouts=(timeout("a", days(1), "c"),)),
        DefinitionError,
        "c",
        "choose one of `a`, `b`",
    ),
    "entering an unknown stage": (
        lambda: ask(rules=Rulebook((life(), rule(trigger=entered("acme.life", "c"))))),
        DefinitionError,
        "c",
        "which the rulebook lacks",
    ),
    "in a stage of an unknown lifecycle": (
        lambda: ask(
            rules=Rulebook(rule(trigger=event("deal.closed").where(in_stage("acme.live", "a"))))
        ),
        DefinitionError,
        "acme.live",
        "which the rulebook lacks",
    ),
    "counting from an unknown step": (
        lambda: case(part("one", Window(due=step("two") + days(1)))),
        DefinitionError,
        "two",
        "name an earlier step",
    ),
    "counting from an unknown rule": (
        lambda: ask(rules=Rulebook(rule(window=Window(due=step("acme.visit") + days(1))))),
        DefinitionError,
        "acme.visit",
        "no follow-up of the rulebook",
    ),
    "rules that count from each other": (
        lambda: ask(
            rules=Rulebook(
                (
                    rule(id="a", window=Window(due=step("b") + days(1))),
                    rule(id="b", window=Window(due=step("a") + days(1))),
                )
            )
        ),
        DefinitionError,
        "a",
        "break it",
    ),
    "giving way to an unknown rule": (
        lambda: ask(rules=Rulebook(rule(unless_forbidden="acme.no-call"))),
        DefinitionError,
        "acme.no-call",
        "which the rulebook lacks",
    ),
    "two steps of one name": (
        lambda: case(part("one"), part("one")),
        DefinitionError,
        "one",
        "",
    ),
    "a procedure without steps": (case, DefinitionError, "acme.case", "give one or more"),
    "a step for each event that counts from another": (
        lambda: case(
            part("one"),
            part("two", Window(due=step("one") + days(1)), each=event("promise.made")),
        ),
        DefinitionError,
        "two",
        "it counts from that",
    ),
    "recurring both ways": (
        lambda: Recurring(
            id="acme.touch",
            starts=event("deal.closed"),
            fulfilled_by=touch(),
            every=days(30),
            on=RRule("FREQ=MONTHLY"),
        ),
        DefinitionError,
        "acme.touch",
        "give one of the two",
    ),
    "no recurrence rule": (lambda: RRule("FREQ=NEVER"), DefinitionError, "FREQ=NEVER", ""),
    "a recurrence within the day": (
        lambda: RRule("FREQ=HOURLY"),
        DefinitionError,
        "FREQ=HOURLY",
        "give a daily or longer rule",
    ),
    "a pause that would move a date in the data": (
        lambda: rule(
            window=Window(due=until("ends")),
            paused_by=Pause(begin=event("a"), end=event("b")),
        ),
        DefinitionError,
        "acme.call",
        "count `due` from the trigger",
    ),
    "a contact outside for_each": (
        lambda: ask(
            rules=Rulebook(rule(trigger=event("deal.closed").where(contact("role") == "owner")))
        ),
        DefinitionError,
        "acme.call",
        "for_each",
    ),
    "for_each of nothing": (
        lambda: rule(for_each=True),
        DefinitionError,
        "True",
        "write contacts()",
    ),
    "text for a context": (
        lambda: Prohibition(id="acme.gift", forbids=touch("gift"), context="government"),
        DefinitionError,
        "'government'",
        "write a condition",
    ),
    "and for &": (
        lambda: (field("a") == 1) and (field("b") == 2),
        DefinitionError,
        "field('a') == 1",
        "combine conditions with `&`",
    ),
    "text for a condition": (
        lambda: event("deal.closed").where("amount > 3"),
        DefinitionError,
        "'amount > 3'",
        "compare a term",
    ),
    "a list compared with": (
        lambda: field("channel") == ["call"],
        DefinitionError,
        "['call']",
        "use text, numbers, dates",
    ),
    "not a number compared with": (
        lambda: field("amount") == float("nan"),  # noqa: PLW0177
        DefinitionError,
        "nan",
        "leave the comparison out",
    ),
    "a derived kind": (
        lambda: event("stage.entered"),
        DefinitionError,
        "stage.entered",
        "write `entered(...)`",
    ),
    "history since business days": (
        lambda: prior("deal.closed", since=business_days(2)),
        DefinitionError,
        "since=",
        "use elapsed or calendar time",
    ),
    "an unknown cadence": (
        lambda: handbook(cadence="1-3-8"),  # type: ignore[arg-type]
        DefinitionError,
        "1-3-8",
        "choose one of `1-3-7`",
    ),
    "an unknown reading": (
        lambda: handbook(reading="mine"),
        DefinitionError,
        "mine",
        "choose one of `from-sale`",
    ),
    "selecting an unknown rule": (
        lambda: handbook().select("thanks.never"),
        DefinitionError,
        "thanks.never",
        "`thanks.ever`",
    ),
    "adapting what a rule lacks": (
        lambda: handbook().adapt("thanks.ever", colour="red"),
        DefinitionError,
        "colour",
        "`window`",
    ),
}

CALENDARS: dict[str, Row] = {
    "hours without minutes": (
        lambda: Calendar(hours={"mon-fri": "9-18"}),
        DefinitionError,
        "9-18",
        "write it as `09:00-18:00`",
    ),
    "hours across midnight": (
        lambda: Calendar(hours={"mon": "22:00-06:00"}),
        DefinitionError,
        "22:00-06:00",
        "split a night at midnight",
    ),
    "an unknown weekday": (
        lambda: Calendar(hours={"tues": "09:00-18:00"}),
        DefinitionError,
        "tues",
        "use mon, tue",
    ),
    "never open": (lambda: Calendar(hours={}), DefinitionError, "hours", "give `hours`"),
    "a holiday without date": (
        lambda: Calendar(holidays=["Christmas"]),
        DefinitionError,
        "Christmas",
        "write it as `2026-12-24`",
    ),
}

ANSWERS: dict[str, Row] = {
    "a finding that is not there": (
        lambda: ask(happened()).get("acme.visit", customer="lin"),
        RetentionRulesError,
        "acme.visit",
        "its trigger may not have matched",
    ),
    "one finding asked for, two there": (
        lambda: ask(happened(), happened("o-2")).get("acme.call", customer="lin"),
        RetentionRulesError,
        "acme.call/lin/o-2",
        "ask for one of",
    ),
    "an engine that is not there": (
        lambda: ask(engine="ret"),
        DefinitionError,
        "'ret'",
        "did you mean `rete`?",
    ),
    "an unknown language": (
        lambda: ask(happened())[0].title("de"),
        DefinitionError,
        "de",
        "choose `en` or `zh`",
    ),
    "explaining a finding that was decoded": (
        lambda: decode(encode(ask(happened())[0])).explain(),
        NotExplainable,
        "acme.call/lin/o-1",
        "evaluate again",
    ),
    "too late for the horizon": (
        lambda: (
            watching := monitor(horizon=timedelta(days=1)),
            watching.advance(NOON),
            watching.observe(happened()),
        ),
        TooLate,
        "o-1",
        "it was not taken",
    ),
}

TEXTS: dict[str, Row] = {
    "no snapshot": (
        lambda: Monitor.restore(Rulebook(), "o-1"),
        DecodingError,
        "",
        "no snapshot of a monitor",
    ),
    "a snapshot of another version": (
        lambda: Monitor.restore(Rulebook(), '{"version": 99, "records": []}'),
        DecodingError,
        "99",
        "",
    ),
    "no JSON": (lambda: loads("{"), DecodingError, "", "line 1, column 2"),
    "an unknown key in a file": (
        lambda: read_rulebook("rules:\n- {shape: prohibition, fobids: x}\n"),
        DecodingError,
        "fobids",
        "did you mean `forbids`?",
    ),
    "a key twice in a file": (
        lambda: read_rulebook("rules: []\nrules: []\n"),
        DecodingError,
        "rules",
        "keep one",
    ),
    "a rule that the base lacks": (
        lambda: read_rulebook("base: handbook\nadapt:\n  thanks.evr: {}\n"),
        DecodingError,
        "thanks.evr",
        "did you mean `thanks.ever`?",
    ),
    "an anchor": (
        lambda: read_rulebook("rules: &a []\n"),
        DecodingError,
        "&a",
        "write it out",
    ),
    "a tab": (
        lambda: read_rulebook("rules:\n\t- a\n"),
        DecodingError,
        "",
        "indent with spaces",
    ),
    "a rulebook of two million letters": (
        lambda: read_rulebook("#\n" * 1_000_001),
        DecodingError,
        "",
        "no rulebook is",
    ),
    "an unknown key": (
        lambda: loads('{"rules": [{"shape": "follow-up", "id": "a", "wen": "deal.closed"}]}'),
        DecodingError,
        "wen",
        "did you mean `when`?",
    ),
    "a wrong type in a rulebook": (
        lambda: decode(
            {
                "rules": [
                    {
                        "shape": "follow-up",
                        "id": "a",
                        "when": "deal.closed",
                        "then": "touch.made",
                        "window": {"due": 3},
                    }
                ]
            }
        ),
        DecodingError,
        "rules[0].window.due",
        "such as {'days': 3}",
    ),
    "a key twice": (
        lambda: loads('{"id": "lin", "id": "li"}'),
        DecodingError,
        "id",
        "keep one",
    ),
    "not a number in JSON": (
        lambda: loads('{"id": "lin", "facts": {"size": NaN}}'),
        DecodingError,
        "NaN",
        "give a finite number",
    ),
    "another encoding": (
        lambda: loads("客户".encode("gbk")),
        DecodingError,
        "",
        "save it as UTF-8",
    ),
}

ROWS = {**TIMES, **ZONES, **IDENTITIES, **RECORDS, **RULES, **CALENDARS, **ANSWERS, **TEXTS}


@pytest.mark.parametrize("name", ROWS)
def test_bad_input_is_a_clear_error_of_ours(name: str) -> None:
    make, kind, shown, hint = ROWS[name]
    with pytest.raises(RetentionRulesError) as caught:
        make()
    told = str(caught.value)
    assert type(caught.value) is kind
    assert not told[0].isupper()
    assert "\n" not in told
    assert not shown or any(shown in part for part in told.split("`")[1::2]), told
    assert hint in told


def quoted() -> list[tuple[str, str]]:
    """The errors and messages in the tables of the page, but for those of files."""
    page = (Path(__file__).parents[2] / "docs" / "bad-input.md").read_text(encoding="utf-8")
    rows = [re.split(r"(?<!\\) \| ", line.strip("| \n")) for line in page.splitlines()]
    return [
        (row[1].strip("`"), row[2].replace("\\|", "|"))
        for row in rows
        if len(row) == 3 and row[1][1:2].isupper() and not row[2].startswith("`events.")
    ]


def test_the_page_quotes_what_is_said() -> None:
    said = []
    for make, *_ in ROWS.values():
        with pytest.raises(RetentionRulesError) as caught:
            make()
        said.append((type(caught.value).__name__, str(caught.value)))
    for name, message in quoted():
        pattern = re.escape(message).replace("…", ".*")
        assert any(kind == name and re.fullmatch(pattern, told) for kind, told in said), message
    assert len(quoted()) > 40


FOREIGN: dict[str, Callable[[], Any]] = {
    "a decimal that is not a number": lambda: happened(data={"amount": Decimal("NaN")}),
    "an infinite decimal": lambda: happened(data={"amount": Decimal("Infinity")}),
    "a decimal that is not a number, compared with": lambda: field("amount") == Decimal("sNaN"),
    "a number for a source": lambda: happened(source=3),
    "None for a source": lambda: happened(source=None),
    "a number to correct": lambda: happened(corrects=5),
    "three names to correct": lambda: happened(corrects=("a", "b", "c")),
    "nothing to retract": lambda: Retraction("r", "lin", retracts=None),  # type: ignore[arg-type]
    "a list for data": lambda: happened(data=[1, 2]),
    "text for data": lambda: happened(data="amount"),
    "data nested too deeply": lambda: happened(data={"a": nested(100_000)}),
    "a list for facts": lambda: Customer("lin", facts=[1]),  # type: ignore[arg-type]
    "text for a contact": lambda: Customer("lin", contacts=["Wei"]),  # type: ignore[list-item]
    "an empty customer id": lambda: Customer(""),
    "a rule for a rulebook": lambda: ask(rules=rule()),
    "a list for a rulebook": lambda: ask(rules=[rule()]),
    "a rule for a rulebook, in a monitor": lambda: Monitor([rule()]),  # type: ignore[arg-type]
    "nothing for a rulebook": lambda: Rulebook(None),  # type: ignore[arg-type]
    "an event for events": lambda: evaluate(
        Rulebook(rule()),
        happened(),  # type: ignore[arg-type]
        as_of=NOON,
        zone="UTC",
    ),
    "no date for history": lambda: ask(happened(), history_from="January"),
    "text for completeness": lambda: ask(happened(), complete=NOON),
    "a number for a horizon": lambda: monitor(horizon=30),
    "text for customers": lambda: ask(happened(), customers=["lin"]),
    "text for a step": lambda: case("one"),
    "text for a stage": lambda: life(stages=("a",)),
    "a number to correlate on": lambda: rule(correlate_on=5),
    "a number added to a point": lambda: trigger + 3,  # type: ignore[operator]
    "a number for a title": lambda: rule(title=5),
    "a number for a field": lambda: field(5),  # type: ignore[arg-type]
    "a number for a history": lambda: prior(5),  # type: ignore[arg-type]
    "one of nothing": lambda: field("channel").in_(),
    "every minus three days": lambda: Recurring(
        id="acme.touch", starts=event("deal.closed"), fulfilled_by=touch(), every=days(-3)
    ),
    "an unknown clock in a snapshot": lambda: Monitor.restore(
        Rulebook(), '{"version": 1, "now": "x", "refused": 0, "records": []}'
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_makes_no_sense_is_refused_by_us(name: str) -> None:
    with pytest.raises(RetentionRulesError):
        FOREIGN[name]()


# ---- what is no error, but a verdict that says so ------------------------------------------------


def the_one(*records: Event, **given: Any) -> Any:
    (found,) = ask(*records, **given)
    return found


def test_a_correction_of_nothing_waits_in_a_monitor() -> None:
    waiting = observed(happened("c-1", corrects="o-9"))
    assert list(waiting.findings()) == []
    assert [note.kind for note in waiting.findings().notes] == ["pending"]


LARGE: Pattern = event("deal.closed").where(field("amount") >= 1000)


@pytest.mark.parametrize("data", [{}, {"amount": "12000"}, {"amount": True}, {"amount": [12_000]}])
def test_a_missing_field_or_one_of_a_wrong_type_is_doubtful(data: dict[str, Any]) -> None:
    found = the_one(happened(data=data), rules=Rulebook(rule(trigger=LARGE)))
    assert (found.status, found.reason, found.leaning) == ("indeterminate", "doubtful", "open")
    assert found.to_clarify


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "missing-date"),
        ({"ends": "soon"}, "not-a-date"),
        ({"ends": 20_260_331}, "not-a-date"),
        ({"ends": "2026-03-31T10:00"}, "not-a-date"),
        ({"ends": "9999-12-31"}, "not-a-date"),
        ({"ends": "2025-03-31"}, "due-before-trigger"),
    ],
)
def test_a_due_date_that_cannot_be_is_indeterminate(data: dict[str, Any], reason: str) -> None:
    found = the_one(
        happened(data=data), rules=Rulebook(rule(window=Window(due=until("ends") + days(5))))
    )
    assert (found.status, found.reason, found.leaning) == ("indeterminate", reason, "open")
    assert found.due_at is None


def test_a_window_that_opens_after_it_is_due_is_indeterminate() -> None:
    window = Window(opens=until("from"), due=until("to"))
    data = {"from": date(2026, 3, 8), "to": date(2026, 3, 4)}
    found = the_one(happened(data=data), rules=Rulebook(rule(window=window)))
    assert (found.status, found.reason) == ("indeterminate", "opens-after-due")


def test_an_event_without_its_case_is_noted_and_owes_nothing() -> None:
    found = ask(happened(), rules=Rulebook(rule(correlate_on="contract")))
    assert list(found) == []
    assert len(found.notes) == 1


def test_a_late_record_is_counted_and_leaves_the_monitor_as_it_was() -> None:
    watching = monitor(horizon=timedelta(days=1))
    watching.advance(NOON)
    before = watching.findings()
    with pytest.raises(TooLate):
        watching.observe(happened())
    assert watching.refused == 1
    assert watching.findings() == before


def test_a_refused_record_leaves_the_monitor_as_it_was() -> None:
    watching = observed(happened(data={"amount": 1}))
    before = watching.snapshot()
    for bad in (
        happened(data={"amount": 2}),
        happened("c-1", customer="li", corrects="o-1"),
        happened("c-2", corrects="c-2"),
    ):
        with pytest.raises(RetentionRulesError):
            watching.observe(bad)
    assert watching.snapshot() == before


def test_time_in_a_zone_object_is_as_good_as_an_offset() -> None:
    moment = datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert happened(occurred_at=moment).at == happened().at


def test_contacts_that_are_not_known_owe_nothing_twice() -> None:
    found = ask(happened(), rules=Rulebook(rule(for_each=contacts())))
    assert all(one.status == "indeterminate" for one in found)
