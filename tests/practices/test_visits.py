"""Visits: regular, on the way, from afar in between; agreed on, kept, written up."""

import pytest
from tests.practices.timeline import (
    LAST,
    absent,
    deal,
    due,
    found,
    happened,
    status,
    the,
    touched,
)

GONE = happened("03-20 10:00", "customer.lost")


def statuses(rule, *events, as_of):
    owed = found(*events, as_of=as_of).select(rule)
    return [one.status for one in sorted(owed, key=lambda one: one.opens or 0)]


# ---------------------------------------------------------------- the three that recur

RECURRING = {
    "cadence.regular-visit": (deal(), touched, {"channel": "visit"}),
    "cadence.drop-in": (deal(), touched, {"channel": "visit", "announced": False}),
    "cadence.remote-between-visits": (
        touched("03-02 15:00", "visit"),
        touched,
        {"channel": "email"},
    ),
}
WHEN = {
    "cadence.regular-visit": ("05-02", "06-02", "06-03"),
    "cadence.drop-in": ("08-02", "09-02", "09-03"),
    "cadence.remote-between-visits": ("04-01", "04-16", "04-17"),
}


@pytest.mark.parametrize("rule", RECURRING)
def test_it_is_asked_for_towards_the_end_of_its_time(rule):
    start, opens, last = RECURRING[rule][0], *WHEN[rule][:2]
    assert status(rule, start, as_of=f"{opens} 00:00") == "open"
    assert due(rule, start, as_of=f"{opens} 00:00") == f"{last} 24:00"


@pytest.mark.parametrize("rule", RECURRING)
def test_it_is_not_asked_for_before(rule):
    assert status(rule, RECURRING[rule][0], as_of="03-03 10:00") == "upcoming"


@pytest.mark.parametrize("rule", RECURRING)
def test_on_its_last_day_it_is_in_time_and_the_next_one_begins(rule):
    start, make, data = RECURRING[rule]
    done = make(f"{WHEN[rule][1]} {LAST}", **data)
    assert statuses(rule, start, done, as_of=f"{WHEN[rule][2]} 00:00") == ["fulfilled", "upcoming"]


@pytest.mark.parametrize("rule", RECURRING)
def test_the_day_after_it_is_late_and_the_next_one_begins(rule):
    start, make, data = RECURRING[rule]
    done = make(f"{WHEN[rule][2]} 00:00", **data)
    assert statuses(rule, start, done, as_of=f"{WHEN[rule][2]} 00:00") == ["repaired", "upcoming"]


@pytest.mark.parametrize("rule", RECURRING)
def test_done_early_it_begins_anew(rule):
    start, make, data = RECURRING[rule]
    done = make("03-10 10:00", **data)
    assert statuses(rule, start, done, as_of="03-11 10:00") == ["released", "upcoming"]


@pytest.mark.parametrize("rule", RECURRING)
def test_it_stops_when_the_customer_is_lost(rule):
    assert statuses(rule, RECURRING[rule][0], GONE, as_of="12-01 10:00") == ["released"]


def test_a_visit_that_was_announced_is_no_dropping_in():
    visit = touched("09-01 10:00", "visit", announced=True)
    assert statuses("cadence.drop-in", deal(), visit, as_of="09-03 00:00") == ["breached"]


def test_a_visit_of_which_it_is_not_known_leaves_dropping_in_in_doubt():
    visit = touched("09-01 10:00", "visit")
    assert "indeterminate" in statuses("cadence.drop-in", deal(), visit, as_of="09-03 00:00")


def test_without_a_visit_nothing_is_between_visits():
    assert absent("cadence.remote-between-visits", deal(), as_of="06-01 10:00")


def test_advertising_is_no_tie():
    visit = touched("03-02 15:00", "visit")
    advertised = touched("04-10 10:00", "email", purpose="advertising")
    rule = "cadence.remote-between-visits"
    assert statuses(rule, visit, advertised, as_of="04-17 00:00") == ["breached"]


# ---------------------------------------------------------------- visit.definite-time


def agreed(at="03-02 15:00", **data):
    return happened(at, "visit.agreed", **{"visit": "v1", **data})


def test_a_meeting_with_a_time_owes_nothing():
    timed = agreed(starts_at="2026-03-05T10:00+08:00")
    assert absent("visit.definite-time", timed, as_of="03-03 00:00")


def test_a_meeting_without_a_time_owes_one_by_the_next_working_day():
    assert due("visit.definite-time", agreed(), as_of="03-02 15:00") == "03-03 24:00"
    timed = agreed(f"03-03 {LAST}", starts_at="2026-03-05T10:00+08:00")
    assert status("visit.definite-time", agreed(), timed, as_of="03-04 00:00") == "fulfilled"


def test_a_time_named_after_that_is_late():
    timed = agreed("03-04 00:00", starts_at="2026-03-05T10:00+08:00")
    assert status("visit.definite-time", agreed(), timed, as_of="03-04 00:00") == "repaired"


def test_the_time_of_another_meeting_does_not_count():
    other = agreed("03-03 10:00", visit="v2", starts_at="2026-03-05T10:00+08:00")
    assert status("visit.definite-time", agreed(), other, as_of="03-04 00:00") == "breached"


@pytest.mark.parametrize("kind", ["visit.started", "visit.cancelled"])
def test_a_meeting_that_is_over_or_off_owes_no_time(kind):
    over = happened("03-03 10:00", kind, visit="v1")
    assert status("visit.definite-time", agreed(), over, as_of="03-04 00:00") == "released"


def test_dropping_in_is_exempt():
    assert absent("visit.definite-time", touched("03-02 15:00", "visit"), as_of="03-04 00:00")


# ---------------------------------------------------------------- visit.punctual

AT_TEN = agreed(starts_at="2026-03-05T10:00+08:00")


def started(at, visit="v1"):
    return happened(at, "visit.started", visit=visit)


def test_to_the_minute_is_punctual():
    assert status("visit.punctual", AT_TEN, started("03-05 10:00"), as_of="03-05 10:00") == (
        "fulfilled"
    )


def test_a_moment_later_is_not():
    late = started("03-05 10:00:00.000001")
    assert status("visit.punctual", AT_TEN, late, as_of="03-05 11:00") == "repaired"


def test_a_meeting_that_was_moved_counts_from_its_new_time():
    moved = agreed("03-04 10:00", starts_at="2026-03-06T14:00+08:00")
    story = (AT_TEN, moved, started("03-06 14:00"))
    assert statuses("visit.punctual", *story, as_of="03-07 10:00") == ["released", "fulfilled"]


def test_a_cancelled_meeting_owes_no_coming():
    off = happened("03-04 10:00", "visit.cancelled", visit="v1")
    assert status("visit.punctual", AT_TEN, off, as_of="03-06 10:00") == "released"


def test_coming_to_another_meeting_does_not_count():
    other = started("03-05 10:00", "v2")
    assert status("visit.punctual", AT_TEN, other, as_of="03-05 11:00") == "breached"


def test_a_meeting_without_a_time_cannot_be_late():
    assert absent("visit.punctual", agreed(), as_of="03-09 10:00")


# ---------------------------------------------------------------- visit.checklist

SEVEN = (
    "their_business",
    "their_credit",
    "their_products",
    "rivals",
    "to_improve",
    "expectations",
    "can_do",
)
ALL = dict.fromkeys(SEVEN, "noted")
SOME = dict.fromkeys(SEVEN[:6], "noted")


def test_a_visit_that_brought_back_all_seven_owes_nothing():
    assert absent("visit.checklist", touched("03-02 15:00", "visit", **ALL), as_of="03-03 00:00")


def test_what_is_missing_is_written_up_by_the_next_working_day():
    visit = touched("03-02 15:00", "visit", **SOME)
    report = happened(f"03-03 {LAST}", "visit.reported", **ALL)
    assert due("visit.checklist", visit, as_of="03-02 15:00") == "03-03 24:00"
    assert status("visit.checklist", visit, report, as_of="03-04 00:00") == "fulfilled"


def test_a_report_after_that_is_late():
    visit = touched("03-02 15:00", "visit", **SOME)
    report = happened("03-04 00:00", "visit.reported", **ALL)
    assert status("visit.checklist", visit, report, as_of="03-04 00:00") == "repaired"


def test_a_report_that_lacks_something_does_not_pay():
    visit = touched("03-02 15:00", "visit", **SOME)
    report = happened("03-03 10:00", "visit.reported", **SOME)
    assert status("visit.checklist", visit, report, as_of="03-04 00:00") == "breached"


def test_a_visit_of_which_nothing_is_written_down_is_in_doubt():
    visit = touched("03-02 15:00", "visit")
    assert status("visit.checklist", visit, as_of="03-03 00:00") == "indeterminate"


def test_the_explanation_shows_the_seven():
    visit = touched("03-02 15:00", "visit", **SOME)
    told = the("visit.checklist", visit, as_of="03-03 00:00").explain("zh")
    assert "清单" in told
    assert "信用状况如何？" in told
