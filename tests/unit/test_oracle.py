"""Small worked examples for the oracle: each can be checked by hand against docs/semantics.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.oracle import denote

from retention_rules.conditions import contact, customer, entered, event, field, left, prior, touch
from retention_rules.customers import Customer
from retention_rules.errors import AmendmentCycle, ConflictingEvents, InvalidEvent, UnknownTarget
from retention_rules.events import Event, Record
from retention_rules.findings import Finding
from retention_rules.rulebook import Rulebook
from retention_rules.rules import (
    FollowUp,
    Lifecycle,
    Move,
    Pause,
    Procedure,
    Prohibition,
    Recurring,
    RRule,
    Shape,
    Stage,
    Step,
    Timeout,
    contacts,
)
from retention_rules.windows import Window, days, hours, step, until

ZONE = "Etc/UTC"


def at(text: str) -> str:
    """A time in March 2026: "02" is a day, "02 10:00" an instant."""
    day, _, clock = text.partition(" ")
    return f"2026-03-{day}T{clock}+00:00" if clock else f"2026-03-{day}"


def ev(id: str, kind: str, when: str, **data: Any) -> Event:
    return Event(id, kind, customer="c", occurred_at=at(when), data=data)


def found(rules: Shape | list[Shape], records: Sequence[Record], as_of: str, **more: Any) -> Any:
    return {
        one.key: one for one in denote(Rulebook(rules), records, as_of=at(as_of), zone=ZONE, **more)
    }


def statuses(
    rules: Shape | list[Shape], records: Sequence[Record], as_of: str, **more: Any
) -> dict[str, str]:
    return {key: one.status for key, one in found(rules, records, as_of, **more).items()}


def when(finding: Finding, name: str) -> str:
    return str(getattr(finding, name).strftime("%d %H:%M:%S.%f"))


def call(**changes: Any) -> FollowUp:
    given: dict[str, Any] = {
        "id": "call",
        "trigger": event("deal"),
        "fulfilled_by": event("call"),
        "window": Window(due=hours(24), expires=hours(48)),
    }
    return FollowUp(**{**given, **changes})


@pytest.mark.parametrize(
    ("as_of", "status", "change"),
    [
        ("02 10:00", "open", "03 10:00:00.000001"),
        ("03 10:00", "open", "03 10:00:00.000001"),
        ("03 10:01", "breached", "04 10:00:00.000001"),
        ("04 10:00", "breached", "04 10:00:00.000001"),
        ("04 10:01", "lapsed", None),
    ],
)
def test_time_passes(as_of: str, status: str, change: str | None) -> None:
    one = found(call(), [ev("1", "deal", "02 10:00")], as_of)["call/c/1"]
    assert one.status == status
    assert (one.next_change and when(one, "next_change_at")) == change


def test_payment_wins_the_tie_against_a_release() -> None:
    rule = call(released_by=event("cancel"))
    both = [ev("1", "deal", "02 10:00"), ev("2", "cancel", "02 11:00"), ev("3", "call", "02 11:00")]
    assert statuses(rule, both, "05 00:00") == {"call/c/1": "fulfilled"}
    assert statuses(rule, both[:2], "05 00:00") == {"call/c/1": "released"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("separate", {"1": "fulfilled", "2": "fulfilled"}),
        ("restart", {"1": "released", "2": "fulfilled"}),
        ("ignore", {"1": "fulfilled"}),
        ("queue", {"1": "fulfilled", "2": "open"}),
    ],
)
def test_retriggers(mode: Any, expected: dict[str, str]) -> None:
    records: list[Record] = [
        ev("1", "deal", "02 10:00"),
        ev("2", "deal", "02 11:00"),
        ev("3", "call", "02 12:00"),
    ]
    got = statuses(call(on_retrigger=mode), records, "02 13:00")
    assert got == {f"call/c/{id}": status for id, status in expected.items()}


def test_dated_touch_in_a_finer_window_is_only_possible() -> None:
    records: list[Record] = [ev("1", "deal", "02 10:00"), ev("2", "call", "03")]
    assert statuses(call(), records, "03 09:00") == {"call/c/1": "open"}
    one = found(call(), records, "04 00:00")["call/c/1"]
    assert (one.status, one.leaning, one.reason) == ("indeterminate", "repaired", "doubtful")
    whole = call(window=Window(due=days(1)))
    assert statuses(whole, records, "03 09:00") == {"call/c/1": "fulfilled"}


def test_a_pause_moves_due_and_hides_it() -> None:
    rule = call(paused_by=Pause(begin=event("hold"), end=event("go")))
    records: list[Record] = [ev("1", "deal", "02 10:00"), ev("2", "hold", "02 12:00")]
    one = found(rule, records, "09 00:00")["call/c/1"]
    assert (one.status, one.due, one.next_change) == ("open", None, None)
    assert when(one, "paused_since_at") == "02 12:00:00.000000"
    one = found(rule, [*records, ev("3", "go", "02 13:00")], "02 14:00")["call/c/1"]
    assert when(one, "due_at") == "03 11:00:00.000000"
    assert when(one, "expires_at") == "04 11:00:00.000000"


def test_missing_date_leans_to_open_until_paid() -> None:
    rule = call(window=Window(due=until("by")))
    records: list[Record] = [ev("1", "deal", "02 10:00")]
    one = found(rule, records, "20 00:00")["call/c/1"]
    assert (one.status, one.leaning, one.reason) == ("indeterminate", "open", "missing-date")
    one = found(rule, [*records, ev("2", "call", "03 10:00")], "20 00:00")["call/c/1"]
    assert (one.status, one.leaning, one.ended) == ("indeterminate", "fulfilled", None)


def test_a_chain_counts_from_touch_or_due() -> None:
    second = call(id="next", window=Window(due=step("call") + days(1)))
    records: list[Record] = [ev("1", "deal", "02 10:00")]
    assert statuses([call(), second], records, "03 10:00") == {"call/c/1": "open"}
    one = found([call(), second], records, "03 10:01")["next/c/1"]
    assert (one.status, when(one, "opens_at")) == ("open", "03 10:00:00.000001")
    assert when(one, "due_at") == "04 23:59:59.999999"
    paid = [*records, ev("2", "call", "02 12:00")]
    got = found([call(), second], paid, "02 12:00")
    assert [got[key].status for key in ("call/c/1", "next/c/1")] == ["fulfilled", "upcoming"]


def test_one_obligation_per_contact() -> None:
    rule = call(for_each=contacts(contact("role") == "buyer"))
    lin = Customer(
        "c", contacts=[{"id": "a", "role": "buyer"}, {"id": "b"}, {"id": "x", "role": "other"}]
    )
    records: list[Record] = [ev("1", "deal", "02 10:00"), ev("2", "call", "02 11:00", contact="a")]
    got = found(rule, records, "02 12:00", customers=[lin])
    assert {key: one.status for key, one in got.items()} == {
        "call/c/1/a": "fulfilled",
        "call/c/1/b": "indeterminate",
    }
    assert set(statuses(rule, records, "02 12:00")) == {"call/c/1/?"}


def test_prohibitions() -> None:
    rule = Prohibition(
        id="gift",
        forbids=touch("gift"),
        context=customer("kind") == "government",
        unless_prior=event("cleared"),
        correlate_on="case",
    )
    gift = ev("2", "touch.made", "03 10:00", channel="gift", case=7)
    office = [Customer("c", facts={"kind": "government"})]
    assert statuses(rule, [gift], "04 00:00") == {"gift/c/7/2": "indeterminate"}
    assert statuses(rule, [gift], "04 00:00", customers=office) == {"gift/c/7/2": "violated"}
    cleared = ev("1", "cleared", "03 10:00", case="7")
    assert statuses(rule, [gift, cleared], "04 00:00", customers=office) == {}
    dated = ev("1", "cleared", "03", case="7")
    assert statuses(rule, [gift, dated], "04 00:00", customers=office) == {
        "gift/c/7/2": "indeterminate"
    }


LIFE = Lifecycle(
    id="life",
    stages=[Stage(name="new"), Stage(name="old")],
    moves=[Move(on=event("deal"), to="new")],
    timeouts=[Timeout(source="new", after=hours(1), to="old")],
)


def test_stages_and_what_they_trigger() -> None:
    rule = call(trigger=entered("life", "new"), released_by=left("life", "new"))
    records: list[Record] = [ev("1", "deal", "02 10:00")]
    got = found([LIFE, rule], records, "02 10:30")
    assert {key: one.status for key, one in got.items()} == {
        "life/c/new@1": "current",
        "call/c/life:new@1": "open",
    }
    assert {when(one, "next_change_at") for one in got.values()} == {"02 11:00:00.000001"}
    got = found([LIFE, rule], records, "02 12:00")
    assert {key: one.status for key, one in got.items()} == {
        "life/c/new@1": "left",
        "life/c/old@1+": "current",
        "call/c/life:new@1": "released",
    }
    assert got["call/c/life:new@1"].ended_by == "life:-new@1+"


CASE = Procedure(
    id="case",
    opened_by=event("opened"),
    closed_by=event("closed"),
    steps=[
        Step(name="one", fulfilled_by=event("one"), window=Window(due=days(1))),
        Step(
            name="two",
            fulfilled_by=event("two"),
            window=Window(due=step("one") + days(1)),
            released_by=event("skip"),
        ),
        Step(
            name="kept", fulfilled_by=event("kept"), window=Window(due=days(1)), each=event("ask")
        ),
    ],
)


def test_a_procedure_out_of_order_and_closed_without() -> None:
    records: list[Record] = [ev("0", "opened", "02 10:00"), ev("2", "two", "02 11:00")]
    assert statuses(CASE, records, "02 12:00") == {
        "case/c/0/one": "open",
        "case/c/2/out-of-order%3Atwo": "violated",
    }
    closed = [*records, ev("9", "closed", "02 13:00")]
    assert statuses(CASE, closed, "02 14:00") == {
        "case/c/0/one": "released",
        "case/c/2/out-of-order%3Atwo": "violated",
        "case/c/9/closed-without%3Aone": "violated",
    }
    done = [*records, ev("1", "one", "02 12:00"), ev("a", "ask", "02 12:30")]
    assert statuses(CASE, done, "02 14:00") == {
        "case/c/0/one": "fulfilled",
        "case/c/0/two": "fulfilled",
        "case/c/2/out-of-order%3Atwo": "violated",
        "case/c/a/kept": "open",
    }


def test_recurring_every() -> None:
    rule = Recurring(
        id="visit", starts=event("deal"), stops=event("end"), fulfilled_by=touch(), every=days(7)
    )
    records: list[Record] = [
        ev("1", "deal", "02 10:00"),
        ev("2", "touch.made", "02 10:00"),
        ev("3", "touch.made", "20 10:00"),
        ev("4", "end", "21 10:00"),
    ]
    assert statuses(rule, records, "30 00:00") == {
        "visit/c/1": "fulfilled",
        "visit/c/2": "repaired",
        "visit/c/3": "released",
    }


def test_recurring_on_dates() -> None:
    rule = Recurring(
        id="greet",
        starts=event("deal"),
        fulfilled_by=touch(),
        on=RRule("FREQ=WEEKLY"),
        opens=days(-2),
    )
    records: list[Record] = [ev("1", "deal", "02 10:00"), ev("2", "touch.made", "08 10:00")]
    one = found(rule, records[:1], "03 00:00")["greet/c/1/2026-03-09"]
    assert (one.status, when(one, "next_change_at")) == ("upcoming", "07 00:00:00.000000")
    assert statuses(rule, records, "08 10:00") == {
        "greet/c/1/2026-03-09": "fulfilled",
        "greet/c/1/2026-03-16": "upcoming",
    }


def test_history() -> None:
    rule = call(trigger=event("deal").where(prior("deal").count() == 0))
    records: list[Record] = [ev("1", "deal", "02 10:00"), ev("2", "deal", "02 11:00")]
    assert statuses(rule, records, "02 12:00") == {"call/c/1": "open"}
    day = Customer("c", history_from="2026-03-01")
    assert statuses(rule, records, "02 12:00", customers=[day]) == {"call/c/1": "indeterminate"}
    most = call(trigger=event("deal").where(field("n") > prior("deal").max("n")))
    records = [ev("1", "deal", "02 10:00", n=1), ev("2", "deal", "02 11:00", n=2)]
    assert statuses(most, records, "02 12:00") == {"call/c/2": "open"}


def test_incomplete_sources() -> None:
    records: list[Record] = [ev("1", "deal", "02 10:00")]
    for complete, expected in [
        ("03 09:00", "indeterminate"),
        ("03 10:00", "breached"),
        ("04 10:00", "lapsed"),
    ]:
        got = statuses(call(), records, "09 00:00", complete={"crm": at(complete)})
        assert got == {"call/c/1": expected}


def test_amendments() -> None:
    deal, paid = ev("1", "deal", "02 10:00"), ev("2", "call", "02 11:00")
    gone = paid.retracted("3", recorded_at=at("05 00:00"))
    assert statuses(call(), [deal, paid, gone], "02 12:00") == {"call/c/1": "open"}
    assert statuses(call(), [deal, paid, gone], "02 12:00", known_at=at("04 00:00")) == {
        "call/c/1": "fulfilled"
    }
    moved = deal.corrected("4", occurred_at=at("02 12:00"))
    assert found(call(), [deal, moved], "03 00:00")["call/c/1"].opens_at.hour == 12
    with pytest.raises(UnknownTarget):
        statuses(call(), [gone], "02 12:00")
    with pytest.raises(ConflictingEvents):
        statuses(call(), [deal, ev("1", "call", "02 10:00")], "02 12:00")
    with pytest.raises(InvalidEvent):
        statuses(call(), [deal, deal.corrected("5", customer="d")], "02 12:00")
    one = Event("a", "deal", customer="c", occurred_at=at("02"), corrects="b")
    other = Event("b", "deal", customer="c", occurred_at=at("02"), corrects="a")
    with pytest.raises(AmendmentCycle):
        statuses(call(), [one, other], "02 12:00")
