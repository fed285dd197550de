"""A monitor: records in any order, time when told, and what changed."""

import itertools
import json
from datetime import timedelta

import attrs
import pytest
from tests.semantics.story import (
    LAST,
    WAITING,
    ZONE,
    Q,
    deal,
    follow_up,
    happened,
    instant,
    statuses,
    touched,
)

from retention_rules import (
    ConflictingEvents,
    DecodingError,
    InvalidEvent,
    Lifecycle,
    Monitor,
    Move,
    Procedure,
    Prohibition,
    Recurring,
    RRule,
    Rulebook,
    Stage,
    Step,
    Timeout,
    TooLate,
    UnknownZone,
    Window,
    business_days,
    days,
    entered,
    evaluate,
    event,
    hours,
    step,
    touch,
)

DEAL = deal("d1", "03-02 15:00")
BOOK = Rulebook(follow_up(days(2)))


def monitor_of(book=BOOK, /, *records, at=None, **how):
    monitor = Monitor(book, zone=ZONE, **how)
    for record in records:
        monitor.observe(record)
    if at is not None:
        monitor.advance(instant(at))
    return monitor


def brief(changes):
    """Key, status before and after."""
    return [
        (one.key, one.before and one.before.status, one.after and one.after.status)
        for one in changes
    ]


# ------------------------------------------------------------- what changed


def test_observe_says_what_is_new():
    monitor = monitor_of(at="03-02 15:00")
    assert brief(monitor.observe(DEAL)) == [("call/lin/d1", None, "open")]


def test_observe_with_now_lets_time_pass_first_and_reports_once():
    monitor = monitor_of()
    assert brief(monitor.observe(DEAL, now=instant("03-05 10:00"))) == [
        ("call/lin/d1", None, "breached")
    ]
    assert monitor.now == instant("03-05 10:00")


def test_observe_says_what_became_of_what_was():
    monitor = monitor_of(BOOK, DEAL, at="03-03 10:00")
    changes = monitor.observe(touched("t", "03-03 10:00"))
    assert brief(changes) == [("call/lin/d1", "open", "fulfilled")]


def test_observe_and_now_report_the_changes_of_both():
    monitor = monitor_of(BOOK, DEAL, at="03-03 10:00")
    changes = monitor.observe(
        deal("d2", "03-05 09:00", customer="wang"), now=instant("03-05 10:00")
    )
    assert sorted(brief(changes)) == [
        ("call/lin/d1", "open", "breached"),
        ("call/wang/d2", None, "open"),
    ]


def test_the_same_again_is_no_news():
    monitor = monitor_of(BOOK, DEAL, at="03-03 10:00")
    assert monitor.observe(DEAL) == []
    assert monitor.observe(deal("d1", "03-02 15:00", recorded="03-09 10:00")) == []


def test_what_no_rule_mentions_is_no_news():
    monitor = monitor_of(BOOK, DEAL, at="03-03 10:00")
    assert monitor.observe(happened("n", "newsletter.sent", "03-03 09:00")) == []


def test_advance_says_what_changed_and_nothing_the_second_time():
    monitor = monitor_of(BOOK, DEAL, at=f"03-04 {LAST}")
    assert brief(monitor.advance(instant("03-05 00:00"))) == [("call/lin/d1", "open", "breached")]
    assert monitor.advance(instant("03-05 00:00")) == []
    assert brief(monitor.advance(instant("03-20 00:00"))) == [("call/lin/d1", "breached", "lapsed")]


def test_time_does_not_go_back():
    monitor = monitor_of(BOOK, DEAL, at="03-05 00:00")
    assert monitor.advance(instant("03-03 00:00")) == []
    assert monitor.observe(touched("x", "03-01 10:00"), now=instant("03-03 00:00")) == []
    assert monitor.now == instant("03-05 00:00")


def test_before_time_was_told_there_is_nothing():
    monitor = monitor_of(BOOK, DEAL)
    assert (monitor.now, list(monitor.findings())) == (None, [])


def test_a_record_ahead_of_the_clock_waits():
    monitor = monitor_of(at="03-02 14:00")
    assert monitor.observe(DEAL) == []
    assert list(monitor.findings()) == []
    assert monitor.next_change_at == instant("03-02 15:00")
    assert brief(monitor.advance(instant("03-02 15:00"))) == [("call/lin/d1", None, "open")]


def test_a_dated_record_is_there_from_the_start_of_its_day():
    monitor = monitor_of(at=f"03-01 {LAST}")
    assert monitor.observe(deal("d1", "03-02")) == []
    assert brief(monitor.advance(instant("03-02 00:00"))) == [("call/lin/d1", None, "open")]


def test_a_naive_now_is_an_error():
    with pytest.raises(InvalidEvent, match="naive"):
        monitor_of().advance("2026-03-02T15:00")


def test_customers_are_independent():
    monitor = monitor_of(BOOK, DEAL, deal("d2", "03-02 15:00", customer="wang"), at="03-02 15:00")
    changes = monitor.observe(touched("t", "03-02 15:00", customer="wang"))
    assert brief(changes) == [("call/wang/d2", "open", "fulfilled")]


# ------------------------------------------------------------- waking up


LIFE = Lifecycle(
    id="life",
    stages=(Stage(name="new"), Stage(name="keep")),
    moves=(Move(on=event("deal.closed"), to="new"),),
    timeouts=(Timeout(source="new", after=days(3), to="keep"),),
)
RICH = Rulebook(
    [
        LIFE,
        follow_up(days(1), id="first"),
        follow_up(step("first") + business_days(2), id="second", target=step("first") + days(1)),
        follow_up(hours(60), id="paused", paused_by=WAITING, expires=hours(100)),
        follow_up(days(5), id="settled", trigger=entered("life", "keep"), opens=days(2)),
        follow_up(days(2), id="calm", on_retrigger="ignore"),
        follow_up(hours(30), id="queue", on_retrigger="queue"),
        Recurring(
            id="weekly",
            starts=event("deal.closed"),
            fulfilled_by=touch(),
            on=RRule("FREQ=WEEKLY"),
            opens=days(-2),
            due=days(1),
        ),
        Recurring(id="again", starts=event("deal.closed"), fulfilled_by=touch(), every=days(6)),
        Procedure(
            id="case",
            opened_by=event("case.opened"),
            closed_by=event("case.closed"),
            correlate_on="case",
            steps=(
                Step(name="listen", fulfilled_by=event("listened"), window=Window(due=hours(4))),
                Step(
                    name="plan",
                    fulfilled_by=event("planned"),
                    window=Window(due=step("listen") + days(2)),
                ),
                Step(
                    name="check",
                    fulfilled_by=event("checked"),
                    window=Window(due=step("plan") + days(3)),
                    survives_closing=True,
                ),
            ),
        ),
        Prohibition(id="gift", forbids=event("gift"), unless_prior=event("cleared")),
    ]
)
STORY = (
    DEAL,
    happened("o", "case.opened", "03-02 16:00", case="c1"),
    happened("p", "planned", "03-02 18:00", case="c1"),
    touched("t1", "03-03"),
    happened("w", "wait.begun", "03-03 10:00"),
    happened("g", "gift", "03-04"),
    happened("v", "wait.ended", "03-04 22:00"),
    deal("d2", "03-05 09:00"),
    happened("z", "case.closed", "03-05 10:00", case="c1"),
    touched("t2", "03-09 12:00"),
    touched("t3", "03-16 00:00"),
    happened("k", "checked", "03-20 00:00", case="c1"),
)
WINTER, SPRING = instant("03-01 00:00"), instant("04-05 00:00")


def seen_at(record):
    """When it happened; a dated record, in the evening of its day."""
    return instant(f"{record.occurred_at}T23:00+08:00") if record.dated else record.occurred_at


def test_from_wake_up_to_wake_up_it_finds_what_evaluate_finds():
    monitor = monitor_of(RICH, *STORY)
    monitor.advance(WINTER)
    changed = 0
    while (wake := monitor.next_change_at) is not None and wake < SPRING:
        assert monitor.now < wake
        changed += monitor.advance(wake) != []
        assert monitor.findings() == evaluate(RICH, STORY, as_of=wake, zone=ZONE)
    assert changed > 30


def test_told_of_each_record_when_it_happens_it_never_wakes_up_for_nothing():
    monitor = monitor_of(RICH)
    for record in (*STORY, None):
        now = seen_at(record) if record else SPRING
        while (wake := monitor.next_change_at) is not None and wake <= now:
            assert monitor.advance(wake) != [], "it woke up for nothing"
        assert monitor.advance(now) == [], "it overslept"
        if record:
            monitor.observe(record)


def test_nothing_changes_before_the_wake_up():
    monitor = monitor_of(RICH, *STORY)
    monitor.advance(WINTER)
    while (wake := monitor.next_change_at) is not None and wake < SPRING:
        before = monitor.findings()
        assert monitor.advance(wake - Q) == []
        assert monitor.findings() == before == evaluate(RICH, STORY, as_of=wake - Q, zone=ZONE)
        monitor.advance(wake)


def test_at_instants_between_it_finds_what_evaluate_finds():
    monitor = monitor_of(RICH, *STORY)
    at = WINTER
    while at < SPRING:
        monitor.advance(at)
        assert monitor.findings() == evaluate(RICH, STORY, as_of=at, zone=ZONE)
        at += timedelta(hours=7)


def test_told_of_each_record_when_it_happens_it_finds_what_evaluate_finds():
    monitor, state = monitor_of(RICH), {}
    for number, record in enumerate(STORY, 1):
        for change in monitor.observe(record, now=seen_at(record)):
            assert state.get(change.key) == change.before
            state[change.key] = change.after
        now = monitor.now
        known = STORY[:number]
        assert monitor.findings() == evaluate(RICH, known, as_of=now, zone=ZONE)
    assert {key: one for key, one in state.items() if one} == {
        one.key: one for one in monitor.findings()
    }


def test_without_anything_left_to_come_it_sleeps_for_ever():
    monitor = monitor_of(BOOK, DEAL, touched("t", "03-03 10:00"), at="03-03 10:00")
    assert monitor.next_change_at is None


def test_after_a_touch_there_is_nothing_to_wake_up_for():
    monitor = monitor_of()
    monitor.observe(DEAL, now=instant("03-02 15:00"))
    monitor.observe(touched("t", "03-03 10:00"), now=instant("03-03 10:00"))
    assert monitor.findings().next_change_at is None
    assert monitor.next_change_at is None


def test_the_next_change_of_the_findings_is_the_least_of_theirs():
    found = evaluate(RICH, STORY, as_of=instant("03-03 12:00"), zone=ZONE)
    assert found.next_change_at == min(one.next_change_at for one in found if one.next_change)


# ------------------------------------------------------------- late records


def test_a_late_record_revises():
    monitor = monitor_of(BOOK, DEAL, at="03-20 10:00")
    assert brief(monitor.observe(touched("t", "03-03 10:00"))) == [
        ("call/lin/d1", "lapsed", "fulfilled")
    ]


def test_a_late_record_may_take_a_finding_away():
    monitor = monitor_of(BOOK, DEAL, at="03-20 10:00")
    assert brief(monitor.observe(DEAL.retracted("r"))) == [("call/lin/d1", "lapsed", None)]


def test_a_late_trigger_brings_one_that_is_lapsed_already():
    monitor = monitor_of(BOOK, at="03-20 10:00")
    assert brief(monitor.observe(DEAL)) == [("call/lin/d1", None, "lapsed")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_order_of_arrival_does_not_matter(order):
    paid = touched("t", "03-03 10:00")
    story = (
        DEAL,
        paid,
        paid.corrected("s", occurred_at=instant("03-05 10:00")),
        deal("d2", "03-04"),
    )
    monitor = monitor_of(BOOK, at="03-03 12:00")
    for number in order:
        monitor.observe(story[number])
    monitor.advance(instant("03-05 12:00"))
    assert monitor.findings() == evaluate(BOOK, story, as_of=instant("03-05 12:00"), zone=ZONE)


# ------------------------------------------------------------- the horizon


def test_a_record_beyond_the_horizon_is_refused_and_counted():
    monitor = monitor_of(BOOK, at="03-20 10:00", horizon=timedelta(days=7))
    with pytest.raises(TooLate, match="d1"):
        monitor.observe(DEAL)
    assert (monitor.refused, list(monitor.findings())) == (1, [])
    assert [note.kind for note in monitor.findings().notes] == ["refused"]


def test_a_record_at_the_horizon_is_taken():
    monitor = monitor_of(BOOK, at="03-09 15:00", horizon=timedelta(days=7))
    monitor.observe(DEAL)
    assert (monitor.refused, len(monitor.findings())) == (0, 1)


def test_an_amendment_that_would_move_something_beyond_the_horizon_is_refused():
    monitor = monitor_of(BOOK, DEAL, at="03-20 10:00", horizon=timedelta(days=7))
    before = monitor.findings()
    with pytest.raises(TooLate):
        monitor.observe(DEAL.corrected("b", occurred_at=instant("03-19 10:00")))
    assert list(monitor.findings()) == list(before)


def test_a_retry_from_beyond_the_horizon_is_no_news_and_no_error():
    monitor = monitor_of(BOOK, DEAL, at="03-20 10:00", horizon=timedelta(days=7))
    assert monitor.observe(DEAL) == []


def test_the_count_of_refused_records_survives_a_snapshot():
    monitor = monitor_of(BOOK, at="03-20 10:00", horizon=timedelta(days=7))
    with pytest.raises(TooLate):
        monitor.observe(DEAL)
    again = Monitor.restore(BOOK, monitor.snapshot(), zone=ZONE, horizon=timedelta(days=7))
    assert again.refused == 1


# ------------------------------------------------------------- errors leave it as it was


@pytest.mark.parametrize(
    ("record", "error"),
    [
        (deal("d1", "03-02 16:00"), ConflictingEvents),
        (DEAL.corrected("b", customer="wang"), InvalidEvent),
        (DEAL.retracted("t"), ConflictingEvents),
        ("d1", InvalidEvent),
    ],
    ids=["a conflict", "another customer", "a conflict of an amendment", "no record"],
)
def test_an_observe_that_fails_leaves_everything_as_it_was(record, error):
    monitor = monitor_of(BOOK, DEAL, touched("t", "03-05 10:00"), at="03-03 10:00")
    before = (monitor.snapshot(), monitor.findings(), monitor.next_change_at)
    with pytest.raises(error):
        monitor.observe(record, now=instant("03-10 10:00"))
    assert (monitor.snapshot(), monitor.findings(), monitor.next_change_at) == before
    assert monitor.now == instant("03-03 10:00")
    assert brief(monitor.advance(instant("03-05 12:00"))) == [("call/lin/d1", "open", "repaired")]


def test_a_customer_without_a_zone_is_an_error_and_not_taken():
    monitor = Monitor(BOOK)
    before = monitor.snapshot()
    with pytest.raises(UnknownZone, match="lin"):
        monitor.observe(DEAL)
    assert monitor.snapshot() == before


def test_an_amendment_that_fails_leaves_everything_as_it_was():
    monitor = monitor_of(BOOK, DEAL, DEAL.retracted("r"), at="03-03 10:00")
    before = monitor.snapshot()
    with pytest.raises(InvalidEvent):
        monitor.observe(attrs.evolve(DEAL, id="c", corrects=("", "r")))
    assert monitor.snapshot() == before
    assert list(monitor.findings()) == []


def test_after_a_conflict_the_first_record_still_counts():
    monitor = monitor_of(BOOK, DEAL, at="03-03 10:00")
    with pytest.raises(ConflictingEvents):
        monitor.observe(deal("d1", "03-02 16:00"))
    assert monitor.observe(DEAL) == []


# ------------------------------------------------------------- snapshots


@pytest.mark.parametrize("cut", range(len(STORY) + 1))
def test_a_restored_monitor_goes_on_as_if_nothing_had_been(cut):
    monitor = monitor_of(RICH, *STORY[:cut], at="03-06 10:00")
    again = Monitor.restore(RICH, monitor.snapshot(), zone=ZONE)
    assert (again.now, again.next_change_at) == (monitor.now, monitor.next_change_at)
    assert again.findings() == monitor.findings()
    assert again.snapshot() == monitor.snapshot()
    for record in STORY[cut:]:
        assert brief(again.observe(record)) == brief(monitor.observe(record))
    assert brief(again.advance(SPRING)) == brief(monitor.advance(SPRING))
    assert again.findings() == monitor.findings()


def test_a_restored_monitor_reports_nothing_twice():
    monitor = monitor_of(BOOK, DEAL, at="03-05 10:00")
    again = Monitor.restore(BOOK, monitor.snapshot(), zone=ZONE)
    assert again.advance(instant("03-05 10:00")) == []
    assert again.advance(instant("03-05 10:01")) == []
    assert again.observe(DEAL) == []


def test_a_snapshot_of_nothing_is_restored():
    again = Monitor.restore(BOOK, Monitor(BOOK).snapshot(), zone=ZONE)
    assert (again.now, list(again.findings())) == (None, [])


def test_a_snapshot_does_not_depend_on_the_order_of_arrival():
    there = monitor_of(RICH, *STORY, at="03-06 10:00").snapshot()
    assert monitor_of(RICH, *reversed(STORY), at="03-06 10:00").snapshot() == there


def test_a_snapshot_may_be_restored_under_another_rulebook():
    monitor = monitor_of(BOOK, DEAL, at="03-04 10:00")
    stricter = Rulebook(follow_up(days(1)))
    again = Monitor.restore(stricter, monitor.snapshot(), zone=ZONE)
    assert statuses(again.findings()) == {"d1": "breached"}


def test_a_record_ahead_of_the_clock_survives_a_snapshot():
    monitor = monitor_of(BOOK, DEAL, at="03-01 10:00")
    again = Monitor.restore(BOOK, monitor.snapshot(), zone=ZONE)
    assert again.next_change_at == instant("03-02 15:00")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", json.dumps({"version": 99}), '{"version": 1}']
)
def test_what_is_no_snapshot_is_an_error(text):
    with pytest.raises(DecodingError):
        Monitor.restore(BOOK, text, zone=ZONE)
