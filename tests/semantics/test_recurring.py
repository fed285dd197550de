"""Duties that come back: every so often, by a recurrence rule, on holidays."""

import pytest
from tests.semantics.story import LAST, deal, happened, instant, touched, written

from retention_rules import (
    Calendar,
    DefinitionError,
    Holidays,
    Recurring,
    RRule,
    business_days,
    days,
    event,
    hours,
    months,
    touch,
)

DEAL = deal("d1", "03-02 15:00")


def recurring(**more):
    given = {
        "id": "visit",
        "starts": event("deal.closed"),
        "stops": event("customer.lost"),
        "fulfilled_by": touch(),
        **more,
    }
    return Recurring(**given)


MONTHLY = recurring(every=months(1))


def lost(at, id="x"):
    return happened(id, "customer.lost", at)


def shown(findings):
    return [(one.part or one.trigger, one.status) for one in findings]


# ------------------------------------------------------------- every


def test_the_start_opens_the_first(ask):
    (one,) = ask(MONTHLY, DEAL, as_of="03-02 15:00")
    assert (one.key, one.status, one.opens_at) == ("visit/lin/d1", "open", instant("03-02 15:00"))
    assert (written(one.due_at), one.expires) == (f"2026-04-02 {LAST}", None)


def test_it_never_expires(ask):
    assert shown(ask(MONTHLY, DEAL, as_of="2030-01-01 00:00")) == [("d1", "breached")]


def test_each_touch_pays_one_and_opens_the_next(ask):
    story = (DEAL, touched("t1", "03-20 10:00"), touched("t2", "04-21 10:00"))
    found = ask(MONTHLY, *story, as_of="04-21 10:00")
    assert shown(found) == [("d1", "fulfilled"), ("t1", "repaired"), ("t2", "open")]
    assert [written(one.due_at)[:10] for one in found] == ["2026-04-02", "2026-04-20", "2026-05-21"]


def test_a_touch_before_the_start_is_nothing(ask):
    assert shown(ask(MONTHLY, touched("t", "03-01 10:00"), DEAL, as_of="03-03 10:00")) == [
        ("d1", "open")
    ]


def test_a_start_while_running_does_nothing(ask):
    assert shown(ask(MONTHLY, DEAL, deal("d2", "03-10 10:00"), as_of="03-12 10:00")) == [
        ("d1", "open")
    ]


@pytest.mark.parametrize(
    ("at", "status"),
    [("03-10 10:00", "released"), (f"04-02 {LAST}", "released"), ("04-03 00:00", "lapsed")],
)
def test_a_stop_ends_it(ask, at, status):
    (one,) = ask(MONTHLY, DEAL, lost(at), touched("t", "04-10 10:00"), as_of="06-01 10:00")
    assert (one.status, one.ended_by, one.ended_at) == (status, "x", instant(at))


def test_after_a_stop_a_start_begins_anew(ask):
    story = (DEAL, lost("03-05 10:00"), deal("d2", "03-10 10:00"))
    assert shown(ask(MONTHLY, *story, as_of="03-12 10:00")) == [("d1", "released"), ("d2", "open")]


def test_a_stop_without_a_start_is_nothing(ask):
    assert shown(ask(MONTHLY, lost("03-01 10:00"), DEAL, as_of="03-12 10:00")) == [("d1", "open")]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_start_and_stop_at_one_instant_come_in_this_order(ask, names):
    start, stop = names
    story = (deal(start, "03-02 15:00"), lost("03-02 15:00", stop))
    assert shown(ask(MONTHLY, *story, as_of="03-05 10:00")) == [(start, "released")]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_touch_at_the_instant_of_the_start_pays_it(ask, names):
    start, paid = names
    story = (deal(start, "03-02 15:00"), touched(paid, "03-02 15:00"))
    found = ask(MONTHLY, *story, as_of="03-05 10:00")
    assert dict(shown(found)) == {start: "fulfilled", paid: "open"}


def test_a_touch_at_the_instant_of_the_stop_pays_and_the_next_is_released(ask):
    story = (DEAL, touched("t", "03-05 10:00"), lost("03-05 10:00"))
    assert shown(ask(MONTHLY, *story, as_of="03-05 10:00")) == [
        ("d1", "fulfilled"),
        ("t", "released"),
    ]


def test_two_touches_at_one_instant_leave_one_that_runs(ask):
    story = (DEAL, touched("t1", "03-05 10:00"), touched("t2", "03-05 10:00"))
    found = ask(MONTHLY, *story, as_of="03-05 10:00")
    assert shown(found) == [("d1", "fulfilled"), ("t1", "fulfilled"), ("t2", "open")]


def test_a_touch_too_early_to_pay_releases_and_replaces(ask):
    rule = recurring(every=months(1), opens=days(20))
    found = ask(rule, DEAL, touched("t", "03-10 10:00"), as_of="03-10 10:00")
    assert shown(found) == [("d1", "released"), ("t", "upcoming")]
    assert written(found.get("visit/lin/t").opens_at) == "2026-03-30 00:00"


def test_a_dated_touch_of_the_starts_day_pays_and_opens_the_next(ask):
    found = ask(MONTHLY, DEAL, touched("t", "03-02"), as_of="03-02 16:00")
    assert shown(found) == [("d1", "fulfilled"), ("t", "open")]


@pytest.mark.parametrize(
    ("every", "due"),
    [
        (business_days(5), f"2026-03-09 {LAST}"),
        (days(30), f"2026-04-01 {LAST}"),
    ],
)
def test_it_counts_in_calendar_or_business_days(ask, every, due):
    (one,) = ask(recurring(every=every), DEAL, as_of="03-02 15:00")
    assert (written(one.due_at), one.expires) == (due, None)


def test_it_does_not_count_in_hours():
    with pytest.raises(DefinitionError):
        recurring(every=hours(36))


def test_from_its_start_to_its_stop_one_is_always_live(ask):
    story = (
        DEAL,
        touched("t1", "03-02 15:00"),
        touched("t2", "03-10"),
        touched("t3", "05-20 10:00"),
        touched("t4", "05-20 10:00"),
        deal("d2", "05-21 10:00"),
        lost("08-01 10:00"),
    )
    for at in [
        "03-02 15:00",
        "03-10 00:00",
        "03-10 12:00",
        "05-20 09:59",
        "05-20 10:00",
        "07-31 12:00",
    ]:
        live = [one for one in ask(MONTHLY, *story, as_of=at) if not one.final]
        assert [one.status in ("upcoming", "open", "breached") for one in live] == [True]
    assert all(one.final for one in ask(MONTHLY, *story, as_of="08-01 10:00"))


# ------------------------------------------------------------- on dates


WEEKLY = recurring(on=RRule("FREQ=WEEKLY;BYDAY=MO"))


def dates(ask, rule, start, as_of, **how):
    return [one.part for one in ask(rule, deal("d1", start), as_of=as_of, **how)]


def test_the_first_date_is_after_the_date_of_the_start(ask):
    assert dates(ask, WEEKLY, "03-02 00:00", "03-02 12:00") == ["2026-03-09"]
    assert dates(ask, WEEKLY, f"03-01 {LAST}", "03-02 12:00") == ["2026-03-02", "2026-03-09"]


def test_an_occurrence_is_owed_on_its_date_and_repairable_the_day_after(ask):
    one = ask(WEEKLY, DEAL, as_of="03-02 15:00")[0]
    assert (written(one.opens_at), written(one.due_at), written(one.expires_at)) == (
        "2026-03-09 00:00",
        f"2026-03-09 {LAST}",
        f"2026-03-10 {LAST}",
    )


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (f"03-08 {LAST}", "lapsed"),
        ("03-09 00:00", "fulfilled"),
        (f"03-09 {LAST}", "fulfilled"),
        ("03-10 00:00", "repaired"),
        (f"03-10 {LAST}", "repaired"),
        ("03-11 00:00", "lapsed"),
    ],
)
def test_a_touch_pays_on_the_date(ask, at, status):
    found = ask(WEEKLY, DEAL, touched("t", at), as_of="03-12 10:00")
    assert found.get("visit/lin/d1/2026-03-09").status == status


def test_the_window_may_lie_around_the_date(ask):
    rule = recurring(on=RRule("FREQ=YEARLY"), opens=days(-7), due=days(2), expires=days(5))
    one = ask(rule, DEAL, as_of="03-02 15:00")[0]
    assert (written(one.opens_at), written(one.due_at), written(one.expires_at)) == (
        "2027-02-23 00:00",
        f"2027-03-04 {LAST}",
        f"2027-03-09 {LAST}",
    )


def test_it_does_not_open_before_the_start(ask):
    rule = recurring(on=RRule("FREQ=WEEKLY;BYDAY=MO"), opens=days(-30))
    one = ask(rule, DEAL, as_of="03-02 15:00")[0]
    assert (one.status, one.opens_at) == ("open", instant("03-02 15:00"))


def test_a_lapse_does_not_silence_it(ask):
    found = ask(WEEKLY, DEAL, as_of="03-24 12:00")
    assert shown(found) == [
        ("2026-03-09", "lapsed"),
        ("2026-03-16", "lapsed"),
        ("2026-03-23", "breached"),
        ("2026-03-30", "upcoming"),
    ]


def test_a_stop_frees_what_is_there_and_bears_no_more(ask):
    found = ask(WEEKLY, DEAL, lost("03-17 10:00"), as_of="04-20 12:00")
    assert shown(found) == [
        ("2026-03-09", "lapsed"),
        ("2026-03-16", "lapsed"),
        ("2026-03-23", "released"),
    ]


def test_none_is_born_at_the_stop(ask):
    found = ask(WEEKLY, DEAL, lost("03-09 00:00"), as_of="04-20 12:00")
    assert shown(found) == [("2026-03-09", "released")]


def test_on_dates_a_start_while_running_does_nothing(ask):
    found = ask(WEEKLY, DEAL, deal("d2", "03-04 10:00"), as_of="03-05 12:00")
    assert [one.key for one in found] == ["visit/lin/d1/2026-03-09"]


def test_on_dates_it_may_start_anew(ask):
    story = (DEAL, lost("03-04 10:00"), deal("d2", "03-05 10:00"))
    assert [(one.key, one.status) for one in ask(WEEKLY, *story, as_of="03-05 12:00")] == [
        ("visit/lin/d1/2026-03-09", "released"),
        ("visit/lin/d2/2026-03-09", "upcoming"),
    ]


@pytest.mark.parametrize(
    ("text", "start", "as_of", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", "03-02 15:00", "03-20 12:00", ["2026-03-03", "2026-03-04"]),
        ("FREQ=DAILY;UNTIL=20260304", "03-02 15:00", "03-20 12:00", ["2026-03-03", "2026-03-04"]),
        ("FREQ=MONTHLY", "01-31 15:00", "02-28 12:00", ["2026-03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "01-31 15:00", "02-27 12:00", ["2026-02-28"]),
        ("FREQ=YEARLY", "2028-02-29 15:00", "2028-03-01 12:00", ["2032-02-29"]),
        ("FREQ=MONTHLY;BYDAY=1MO", "03-02 15:00", "03-03 12:00", ["2026-04-06"]),
    ],
)
def test_dates_follow_the_recurrence_rule_from_the_date_of_the_start(
    ask, text, start, as_of, expected
):
    assert dates(ask, recurring(on=RRule(text)), start, as_of) == expected


def test_the_date_of_the_start_is_local(ask):
    """Sunday 22:00 in UTC is Monday in Shanghai."""
    assert dates(ask, WEEKLY, "2026-03-01T22:00+00:00", "03-02 12:00") == ["2026-03-09"]


@pytest.mark.parametrize(
    "text", ["every week", "FREQ=HOURLY", "DTSTART:20260101\nRRULE:FREQ=DAILY"]
)
def test_what_is_no_recurrence_of_dates_is_refused(text):
    with pytest.raises(DefinitionError):
        RRule(text)


# ------------------------------------------------------------- on holidays


CHINA = Calendar(
    holidays={"2026-02-17": "Spring", "2026-05-01": "Labour", "2026-10-01": "National"}
)


def test_holidays_are_those_of_the_calendar_after_the_start(ask):
    rule = recurring(on=Holidays(), opens=days(-7))
    assert dates(ask, rule, "03-02 15:00", "04-24 00:00", calendar=CHINA) == [
        "2026-05-01",
        "2026-10-01",
    ]
    assert dates(ask, rule, "03-02 15:00", f"04-23 {LAST}", calendar=CHINA) == ["2026-05-01"]


def test_holidays_may_be_picked_by_name(ask):
    rule = recurring(on=Holidays("National"))
    assert dates(ask, rule, "03-02 15:00", "03-02 15:00", calendar=CHINA) == ["2026-10-01"]


def test_when_the_calendar_has_no_more_holidays_it_is_silent(ask):
    rule = recurring(on=Holidays())
    assert dates(ask, rule, "10-01 15:00", "10-02 15:00", calendar=CHINA) == []
