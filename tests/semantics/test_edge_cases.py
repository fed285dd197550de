"""The edge cases that were settled when the library was designed, one after the other."""

import pytest
from tests.semantics.story import (
    LAST,
    WAITING,
    Q,
    deal,
    follow_up,
    happened,
    instant,
    statuses,
    touched,
    verdict,
    written,
)

from retention_rules import (
    FollowUp,
    InvalidEvent,
    Lifecycle,
    Monitor,
    Move,
    Period,
    Procedure,
    Prohibition,
    Recurring,
    RRule,
    Rulebook,
    Stage,
    Step,
    Timeout,
    Window,
    days,
    entered,
    event,
    hours,
    left,
    seconds,
    touch,
    until,
)

DEAL = deal("d1", "03-02 15:00")


# ------------------------------------------------------------------- as_of = due, not done


def test_as_of_due_and_not_done_is_open_and_changes_a_microsecond_later(ask):
    one = ask(follow_up(days(2)), DEAL, as_of=f"03-04 {LAST}").get("call/lin/d1")
    assert one.status == "open"
    assert one.due_at == instant(f"03-04 {LAST}")
    assert one.next_change_at == instant("03-05 00:00")


def test_a_microsecond_after_due_it_is_breached(ask):
    assert ask(follow_up(days(2)), DEAL, as_of="03-05 00:00").get("call/lin/d1").status == (
        "breached"
    )


# ------------------------------------------------------------------- as_of = opens


@pytest.mark.parametrize(
    ("as_of", "status"), [(f"03-02 {LAST}", "upcoming"), ("03-03 00:00", "open")]
)
def test_as_of_opens_is_open(ask, as_of, status):
    rule = follow_up(days(2), opens=days(1))
    assert ask(rule, DEAL, as_of=as_of).get("call/lin/d1").status == status


# ------------------------------------------------------------------- pay and release same instant


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_pay_and_release_at_the_same_instant_is_fulfilled(ask, names):
    rule = follow_up(days(2), released_by=event("deal.cancelled"))
    pays, frees = names
    story = (
        DEAL,
        touched(pays, "03-03 10:00"),
        happened(frees, "deal.cancelled", "03-03 10:00"),
    )
    one = ask(rule, *story, as_of="03-03 10:00").get("call/lin/d1")
    assert (one.status, one.ended_by) == ("fulfilled", pays)


# ------------------------------------------------- order.placed and order.cancelled same second


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_order_placed_and_order_cancelled_the_same_second_is_released(ask, names):
    rule = follow_up(days(2), trigger=event("order.placed"), released_by=event("order.cancelled"))
    placed, cancelled = names
    story = (
        happened(placed, "order.placed", "03-02 15:00"),
        happened(cancelled, "order.cancelled", "03-02 15:00"),
    )
    one = ask(rule, *story, as_of="03-02 15:00").get(f"call/lin/{placed}")
    assert (one.status, one.ended_by) == ("released", cancelled)


# ------------------------------------------------- two visits at one instant, visit owes visit


def test_of_two_visits_at_one_instant_the_second_pays_the_first_and_one_stays_live(ask):
    rule = follow_up(days(30), trigger=touch("visit"), fulfilled_by=touch("visit"))
    story = (
        touched("v1", "03-02 15:00", channel="visit"),
        touched("v2", "03-02 15:00", channel="visit"),
    )
    found = ask(rule, *story, as_of="03-02 15:00")
    assert statuses(found) == {"v1": "fulfilled", "v2": "open"}


# ------------------------------------------- deal triggers and releases older deals' obligations


def test_a_deal_that_releases_older_deals_does_not_release_its_own(ask):
    rule = follow_up(days(2), released_by=event("deal.closed"))
    found = ask(rule, DEAL, deal("d2", "03-03 10:00"), as_of="03-03 10:00")
    assert statuses(found) == {"d1": "released", "d2": "open"}


# ------------------------------- deal -> entered(stage 1): deal pays/frees the entry's obligation


LIFE = Lifecycle(
    id="life",
    stages=(Stage(name="new"), Stage(name="keep")),
    moves=(Move(on=event("deal.closed"), to="new"),),
    timeouts=(Timeout(source="new", after=days(2), to="keep"),),
)


@pytest.mark.parametrize("part", ["fulfilled_by", "released_by"])
def test_a_deal_neither_pays_nor_frees_what_its_stage_entry_triggers(ask, part):
    rule = follow_up(days(2), trigger=entered("life", "new"), **{part: event("deal.closed")})
    found = ask([LIFE, rule], DEAL, as_of="03-02 15:00")
    assert [one.status for one in found.select("call")] == ["open"]


# ----------------------------------- trigger while open, ignore, thanks at that same instant


def test_with_ignore_a_trigger_at_the_instant_of_the_thanks_is_accepted(ask):
    rule = follow_up(days(2), on_retrigger="ignore")
    story = (DEAL, touched("t1", "03-03 10:00"), deal("d2", "03-03 10:00"))
    found = ask(rule, *story, as_of="03-03 10:00")
    assert set(statuses(found)) == {"d1", "d2"}


def test_with_ignore_a_trigger_a_microsecond_before_the_thanks_is_not(ask):
    rule = follow_up(days(2), on_retrigger="ignore")
    story = (DEAL, touched("t1", "03-03 10:00"), deal("d2", "03-03 09:59:59.999999"))
    assert statuses(ask(rule, *story, as_of="03-03 10:00")) == {"d1": "fulfilled"}


# ------------------------------------------------------------------- restart when breached


def test_restart_when_breached_lapses_the_old_one_and_opens_another_key(ask):
    rule = follow_up(days(2), on_retrigger="restart")
    found = ask(rule, DEAL, deal("d2", "03-05 10:00"), as_of="03-05 10:00")
    assert statuses(found) == {"d1": "lapsed", "d2": "open"}
    assert found.get("call/lin/d1").ended_by == "d2"


# --------------------------------------------------------- case closed while a step is breached


CASE = Procedure(
    id="case",
    opened_by=event("case.opened"),
    closed_by=event("case.closed"),
    correlate_on="case",
    steps=(Step(name="call", fulfilled_by=touch("call"), window=Window(due=days(1))),),
)


def test_closing_a_case_while_a_step_is_breached_lapses_it(ask):
    story = (
        happened("o", "case.opened", "03-02 15:00", case="c1"),
        happened("x", "case.closed", "03-04 10:00", case="c1"),
    )
    assert ask(CASE, *story, as_of="03-04 10:00").get("case/lin/c1/o/call").status == "lapsed"


def test_closing_a_case_while_a_step_is_open_releases_it(ask):
    story = (
        happened("o", "case.opened", "03-02 15:00", case="c1"),
        happened("x", "case.closed", "03-03 10:00", case="c1"),
    )
    assert ask(CASE, *story, as_of="03-03 10:00").get("case/lin/c1/o/call").status == "released"


# ------------------------------------- deal 15:00, thanks dated that day, window in days


def test_a_thanks_dated_the_day_of_the_deal_pays_a_window_in_days(ask):
    story = (DEAL, touched("t1", "03-02"))
    one = ask(follow_up(days(2)), *story, as_of="03-02 15:00").get("call/lin/d1")
    assert (one.status, one.ended_at) == ("fulfilled", instant("03-02 15:00"))


# ------------------------------------- same, window 48 h


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("03-03 12:00", ("open", None, None)),
        ("03-04 15:00", ("open", None, None)),
        ("03-04 15:00:00.000001", ("indeterminate", "breached", "doubtful")),
    ],
)
def test_in_a_window_of_48_hours_it_is_doubtful(ask, as_of, expected):
    story = (DEAL, touched("t1", "03-02"))
    assert verdict(ask(follow_up(hours(48)), *story, as_of=as_of).get("call/lin/d1")) == expected


def test_in_a_window_of_48_hours_a_certain_touch_decides(ask):
    story = (DEAL, touched("t1", "03-02"), touched("t2", "03-04 10:00"))
    one = ask(follow_up(hours(48)), *story, as_of="03-05 12:00").get("call/lin/d1")
    assert (one.status, one.ended_by) == ("fulfilled", "t2")


# ------------------------------------- dated greeting, 30 s rule


def test_a_dated_greeting_and_a_30_second_rule_is_indeterminate_not_fulfilled(ask):
    rule = follow_up(seconds(30), trigger=event("visitor.arrived"), fulfilled_by=event("greeted"))
    story = (happened("v", "visitor.arrived", "03-02 10:00"), happened("g", "greeted", "03-02"))
    one = ask(rule, *story, as_of="03-02 10:01").get("call/lin/v")
    assert verdict(one) == ("indeterminate", "breached", "doubtful")


# ------------------------------------- dated touch, as_of noon that day


def test_a_dated_touch_counts_at_noon_of_its_day(ask):
    story = (deal("d1", "03-01 15:00"), touched("t1", "03-02"))
    one = ask(follow_up(days(2)), *story, as_of="03-02 12:00").get("call/lin/d1")
    assert (one.status, one.ended_at) == ("fulfilled", instant("03-02 00:00"))


# ------------------------------------- dated gift, clearance later that day


NO_GIFT = Prohibition(id="gift", forbids=event("gift.given"), unless_prior=event("gift.cleared"))
GIFT = happened("g", "gift.given", "03-02")


@pytest.mark.parametrize("as_of", ["03-02 15:00", "03-03 00:00", "04-01 00:00"])
def test_a_dated_gift_and_a_clearance_later_that_day_is_indeterminate_from_then_on(ask, as_of):
    story = (GIFT, happened("a", "gift.cleared", "03-02 15:00"))
    assert verdict(ask(NO_GIFT, *story, as_of=as_of).get("gift/lin/g")) == (
        "indeterminate",
        None,
        "doubtful",
    )


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("03-02 00:00", "indeterminate"),
        ("03-02 23:59", "indeterminate"),
        (f"03-02 {LAST}", "violated"),
    ],
)
def test_a_dated_gift_without_clearance_is_violated_when_its_day_is_over(ask, as_of, status):
    assert ask(NO_GIFT, GIFT, as_of=as_of).get("gift/lin/g").status == status


# ------------------------------------- touch before opens (day-3 call on day 2)


@pytest.mark.parametrize(
    ("as_of", "status"), [("03-04 12:00", "upcoming"), ("03-06 00:00", "breached")]
)
def test_a_touch_before_opens_does_not_pay(ask, as_of, status):
    rule = follow_up(days(3), opens=days(3))
    story = (DEAL, touched("t1", f"03-04 {LAST}"))
    assert ask(rule, *story, as_of=as_of).get("call/lin/d1").status == status


# ------------------------------------- day-0 window


def test_a_day_0_window_never_opens_before_its_trigger(ask):
    one = ask(follow_up(days(0), opens=days(0)), DEAL, as_of="03-02 15:00").get("call/lin/d1")
    assert (one.opens_at, one.due_at) == (instant("03-02 15:00"), instant(f"03-02 {LAST}"))


# ------------------------------------- until(field) < trigger, missing, wrong type


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"by": "2026-03-01"}, "due-before-trigger"),
        ({"by": "2026-03-02T14:59:59+08:00"}, "due-before-trigger"),
        ({}, "missing-date"),
        ({"by": 20260305}, "not-a-date"),
        ({"by": "soon"}, "not-a-date"),
        ({"by": True}, "not-a-date"),
        ({"by": "2026-03-05T10:00"}, "not-a-date"),
    ],
)
def test_a_field_that_gives_no_due_leaves_it_indeterminate_with_the_reason(ask, data, reason):
    rule = follow_up(until("by"))
    one = ask(rule, deal("d1", "03-02 15:00", **data), as_of="03-20 12:00").get("call/lin/d1")
    assert verdict(one) == ("indeterminate", "open", reason)
    assert (one.opens_at, one.due, one.expires) == (instant("03-02 15:00"), None, None)


def test_a_missing_field_takes_the_default(ask):
    rule = follow_up(until("by", default=days(1)))
    one = ask(rule, DEAL, as_of="03-02 15:00").get("call/lin/d1")
    assert (one.status, written(one.due_at)) == ("open", f"2026-03-03 {LAST}")


def test_a_touch_makes_an_obligation_with_a_bad_window_lean_to_fulfilled(ask):
    story = (DEAL, touched("t1", "06-01 10:00"))
    one = ask(follow_up(until("by")), *story, as_of="06-01 10:00").get("call/lin/d1")
    assert verdict(one) == ("indeterminate", "fulfilled", "missing-date")


def test_a_release_makes_an_obligation_with_a_bad_window_lean_to_released(ask):
    rule = follow_up(until("by"), released_by=event("deal.cancelled"))
    story = (DEAL, happened("x", "deal.cancelled", "06-01 10:00"))
    one = ask(rule, *story, as_of="06-01 10:00").get("call/lin/d1")
    assert verdict(one) == ("indeterminate", "released", "missing-date")


# ------------------------------------- opens > due at run time (two anchors)


def test_opens_after_due_at_run_time_is_indeterminate(ask):
    rule = follow_up(days(2), opens=until("after"))
    found = ask(rule, deal("d1", "03-02 15:00", after="2026-03-10"), as_of="03-02 15:00")
    assert verdict(found.get("call/lin/d1")) == ("indeterminate", "open", "opens-after-due")


# ------------------------------------- pause begins exactly at due


def test_a_pause_that_begins_exactly_at_due_has_no_effect(ask):
    rule = follow_up(hours(48), paused_by=WAITING)
    story = (DEAL, happened("b", "wait.begun", "03-04 15:00"))
    one = ask(rule, *story, as_of="03-04 15:00:00.000001").get("call/lin/d1")
    assert (one.status, one.due_at, one.paused_since) == ("breached", instant("03-04 15:00"), None)


def test_a_pause_that_begins_a_microsecond_before_due_has(ask):
    rule = follow_up(hours(48), paused_by=WAITING)
    story = (DEAL, happened("b", "wait.begun", "03-04 14:59:59.999999"))
    one = ask(rule, *story, as_of="03-20 00:00").get("call/lin/d1")
    assert (one.status, one.due_at) == ("open", None)


# ------------------------------------- paused at as_of


def test_while_paused_there_is_no_due_but_since_when(ask):
    rule = follow_up(hours(48), paused_by=WAITING)
    story = (DEAL, happened("b", "wait.begun", "03-03 10:00"))
    one = ask(rule, *story, as_of="03-10 10:00").get("call/lin/d1")
    assert (one.status, one.due, one.expires, one.next_change) == ("open", None, None, None)
    assert one.paused_since_at == instant("03-03 10:00")


# ------------------------------------- correction of a final obligation's payer


def test_correcting_the_payer_of_a_final_obligation_is_a_revision():
    monitor = Monitor(Rulebook(follow_up(days(2))), zone="Asia/Shanghai")
    paid = touched("t1", "03-03 10:00")
    monitor.observe(DEAL)
    monitor.observe(paid, now=instant("03-06 10:00"))
    (change,) = monitor.observe(paid.corrected("t1b", occurred_at=instant("03-05 10:00")))
    assert change.key == "call/lin/d1"
    assert (change.before.status, change.after.status) == ("fulfilled", "repaired")


def test_correcting_the_payer_equals_having_known_it(ask):
    paid = touched("t1", "03-03 10:00")
    story = (DEAL, paid, paid.corrected("t1b", occurred_at=instant("03-05 10:00")))
    one = ask(follow_up(days(2)), *story, as_of="03-06 10:00").get("call/lin/d1")
    assert (one.status, one.ended_by) == ("repaired", "t1")


# ------------------------------------- retry delivers same id with another recorded_at


def test_a_retry_with_another_recorded_at_is_one_event(ask):
    story = (
        DEAL,
        touched("t1", "03-03 10:00", recorded="03-03 11:00"),
        touched("t1", "03-03 10:00", recorded="03-03 12:00"),
    )
    assert statuses(ask(follow_up(days(2)), *story, as_of="03-04 10:00")) == {"d1": "fulfilled"}


# ------------------------------------- correction moves customer


def test_a_correction_that_moves_the_customer_is_an_error(ask):
    moved = DEAL.corrected("d1b", customer="wang")
    with pytest.raises(InvalidEvent, match="another customer"):
        ask(follow_up(days(2)), DEAL, moved, as_of="03-03 10:00")


# ------------------------------------- occurrence generation (RRULE, holidays)


MONDAYS = Recurring(
    id="monday",
    starts=event("deal.closed"),
    fulfilled_by=touch(),
    on=RRule("FREQ=WEEKLY;BYDAY=MO"),
)


@pytest.mark.parametrize(
    ("as_of", "dates"),
    [
        ("03-02 15:00", ["2026-03-09"]),
        (f"03-08 {LAST}", ["2026-03-09"]),
        ("03-09 00:00", ["2026-03-09", "2026-03-16"]),
        ("03-17 12:00", ["2026-03-09", "2026-03-16", "2026-03-23"]),
    ],
)
def test_past_occurrences_are_there_and_the_next_which_appears_when_one_opens(ask, as_of, dates):
    assert [one.part for one in ask(MONDAYS, DEAL, as_of=as_of)] == dates


# ------------------------------------- zero-length date (Samoa)


def test_a_date_that_samoa_skipped_rolls_to_the_next(ask):
    zone = "Pacific/Apia"
    story = deal("d1", "2011-12-29 10:00", zone=zone)
    one = ask(follow_up(days(1)), story, as_of="2011-12-29 12:00", zone=zone).get("call/lin/d1")
    assert written(one.due_at) == f"2011-12-31 {LAST}"


# ------------------------------------- rule no longer in force while open


def test_a_rule_no_longer_in_force_keeps_its_version_to_the_end(ask):
    old = follow_up(days(2), in_force=Period(None, "2026-03-03"))
    new = follow_up(days(9), in_force=Period("2026-03-03", None))
    found = ask([old, new], DEAL, deal("d2", "03-03 15:00"), as_of="03-05 00:00")
    assert statuses(found) == {"d1": "breached", "d2": "open"}
    assert written(found.get("call/lin/d2").due_at) == f"2026-03-12 {LAST}"


def test_a_rule_no_longer_in_force_starts_nothing(ask):
    old = follow_up(days(2), in_force=Period(None, "2026-03-02"))
    assert statuses(ask(old, DEAL, as_of="03-03 15:00")) == {}


# ------------------------------------- stage ends when its obligation is due


IN_STAGE = FollowUp(
    id="call",
    trigger=entered("life", "new"),
    fulfilled_by=touch(),
    released_by=left("life", "new"),
    window=Window(due=days(2)),
)


def test_when_a_stage_ends_as_its_obligation_is_due_the_obligation_lapses_at_once(ask):
    before = ask([LIFE, IN_STAGE], DEAL, as_of=f"03-04 {LAST}").select("call")
    after = ask([LIFE, IN_STAGE], DEAL, as_of="03-05 00:00").select("call")
    assert [one.status for one in before + after] == ["open", "lapsed"]
    assert after[0].ended_at == before[0].due_at + Q
