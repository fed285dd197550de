"""What shipping CRMs get wrong beside working time, and what their users ask for, done right.

Working time alone is in `test_crm_working_time.py`; here whole rules are evaluated.
"""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from retention_rules import (
    Calendar,
    Customer,
    Event,
    FollowUp,
    Monitor,
    Pause,
    Procedure,
    Rulebook,
    Step,
    Window,
    business_days,
    contacts,
    days,
    evaluate,
    event,
    hours,
    step,
    touch,
    until,
    working_hours,
    working_minutes,
)

WEEKDAYS_9_18 = Calendar()
WEEKDAYS_9_17 = Calendar(hours={"mon-fri": "09:00-17:00"})
WEEKDAYS_ALL_DAY = Calendar(hours={"mon-fri": "00:00-24:00"})
EVERY_DAY = Calendar(hours={"mon-sun": "00:00-24:00"})
BERLIN = "Europe/Berlin"


def local(text, zone=BERLIN):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def happened(id, kind, at, zone=BERLIN, customer="acme", source="", **data):
    """An event; a date stays a date."""
    moment = local(at, zone) if " " in at else at
    return Event(id, kind, customer=customer, occurred_at=moment, data=data, source=source)


def deal(at="2026-03-02 15:00", zone=BERLIN, **data):
    return happened("deal", "deal.closed", at, zone, **data)


def rule(due, /, **more):
    ends = {name: more.pop(name) for name in ("opens", "expires") if name in more}
    given = {"id": "call", "trigger": event("deal.closed"), "fulfilled_by": touch(), **more}
    return FollowUp(window=Window(due=due, **ends), **given)


def found(rules, *events, as_of, zone=BERLIN, **how):
    return evaluate(Rulebook(rules), events, as_of=local(as_of, zone), zone=zone, **how)


def status(rules, *events, as_of, zone=BERLIN, **how):
    (one,) = found(rules, *events, as_of=as_of, zone=zone, **how)
    return one.status


def due(offset, at, zone, calendar):
    (one,) = found(rule(offset), deal(at, zone), as_of=at, zone=zone, calendar=calendar)
    return f"{one.due_at:%a %Y-%m-%d %H:%M}"


# ---------------------------------------------------------------- Monday to Friday, end to end


@pytest.mark.parametrize(
    ("zone", "calendar", "at", "offset", "expected"),
    [
        pytest.param(
            "UTC",
            WEEKDAYS_9_18,
            "2026-03-07 15:00",
            working_hours(1),
            "Mon 2026-03-09 10:00",
            id="Frappe, Saturday",
        ),
        pytest.param(
            "UTC",
            WEEKDAYS_9_18,
            "2026-03-08 23:00",
            working_hours(1),
            "Mon 2026-03-09 10:00",
            id="Frappe, Sunday night",
        ),
        pytest.param(
            "America/Los_Angeles",
            WEEKDAYS_ALL_DAY,
            "2026-05-08 10:00",
            business_days(0).at("18:00"),
            "Fri 2026-05-08 18:00",
            id="Dittofeed, Friday",
        ),
        pytest.param(
            "Pacific/Auckland",
            WEEKDAYS_ALL_DAY,
            "2026-05-09 12:00",
            business_days(0).at("09:00"),
            "Mon 2026-05-11 09:00",
            id="Dittofeed, Auckland",
        ),
        pytest.param(
            "America/New_York",
            EVERY_DAY,
            "2026-10-31 12:00",
            days(1).at("09:00"),
            "Sun 2026-11-01 09:00",
            id="Dittofeed, the clocks change",
        ),
        pytest.param(
            "America/New_York",
            WEEKDAYS_9_17,
            "2026-03-06 16:30",
            working_hours(1),
            "Mon 2026-03-09 09:30",
            id="Chatwoot, Friday afternoon",
        ),
        pytest.param(
            "UTC",
            EVERY_DAY,
            "2026-03-06 23:00",
            working_hours(2),
            "Sat 2026-03-07 01:00",
            id="Zammad, around midnight",
        ),
    ],
)
def test_a_rule_is_due_where_these_crms_put_it_wrongly(zone, calendar, at, offset, expected):
    assert due(offset, at, zone, calendar) == expected


BOTTLE = Calendar(hours={"mon-fri": "09:00-17:00"}, holidays={"2026-05-14": "Ascension Day"})
ON_HOLD = Pause(begin=event("case.on_hold"), end=event("case.resumed"))


@pytest.mark.parametrize(
    ("hold", "resume", "expected"),
    [
        (None, None, "Fri 2026-05-15 16:00"),
        ("2026-05-13 17:00", "2026-05-13 22:00", "Fri 2026-05-15 16:00"),
        ("2026-05-15 09:00", "2026-05-15 14:00", "Mon 2026-05-18 13:00"),
        ("2026-05-13 16:30", "2026-05-13 21:30", "Fri 2026-05-15 16:30"),
    ],
)
def test_bottlecrm_a_hold_of_five_hours_never_moves_due_out_of_opening_hours(
    hold, resume, expected
):
    zone = "America/New_York"
    story = [deal("2026-05-13 16:00", zone)]
    if hold:
        story += [
            happened("h", "case.on_hold", hold, zone),
            happened("r", "case.resumed", resume, zone),
        ]
    (one,) = found(
        rule(working_hours(8), paused_by=ON_HOLD),
        *story,
        as_of="2026-05-16 00:00",
        zone=zone,
        calendar=BOTTLE,
    )
    assert f"{one.due_at:%a %Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    ("at", "minutes", "expected"),
    [
        ("2026-03-02 11:50", 20, "Mon 2026-03-02 13:10"),
        ("2026-03-02 12:30", 20, "Mon 2026-03-02 13:20"),
        ("2026-03-02 17:20", 20, "Tue 2026-03-03 09:10"),
        ("2026-03-06 17:20", 20, "Sat 2026-03-07 10:10"),
    ],
)
def test_lunch_breaks_and_split_shifts_stop_the_clock(at, minutes, expected):
    split = Calendar(hours={"mon-fri": "09:00-12:00 13:00-17:30", "sat": "10:00-14:00"})
    assert due(working_minutes(minutes), at, BERLIN, split) == expected


def test_frappe_thirty_days_of_working_time_are_evaluated_at_once():
    began = time.perf_counter()
    (one,) = found(rule(working_hours(21 * 9)), deal("2026-03-01 00:00"), as_of="2026-03-31 12:00")
    assert f"{one.due_at:%m-%d %H:%M}" == "03-30 18:00"
    assert time.perf_counter() - began < 1.0


# ---------------------------------------------------------------- today and overdue are local


@pytest.mark.parametrize(
    ("zone", "overdue_from"),
    [
        ("Pacific/Auckland", "2026-03-02T11:00:00+00:00"),
        ("Asia/Shanghai", "2026-03-02T16:00:00+00:00"),
        ("UTC", "2026-03-03T00:00:00+00:00"),
        ("America/Los_Angeles", "2026-03-03T08:00:00+00:00"),
    ],
)
def test_odoo_a_task_of_today_is_overdue_when_the_customers_day_is_over(zone, overdue_from):
    task = rule(until("deadline"), trigger=event("task.planned"))
    planned = happened("t", "task.planned", "2026-02-27 12:00", zone, deadline="2026-03-02")
    turn = datetime.fromisoformat(overdue_from)
    book = Rulebook(task)

    def at(moment):
        return evaluate(book, [planned], as_of=moment, zone=zone)[0].status

    assert (at(turn - timedelta(microseconds=1)), at(turn)) == ("open", "breached")


def test_odoo_todays_agenda_is_that_of_the_customers_today():
    """At 20:00 UTC on Monday it is Tuesday in Shanghai: what opens on Tuesday is on the agenda."""
    tuesday = rule(days(1), opens=days(1))
    closed = happened("d", "deal.closed", "2026-03-02 10:00", "Asia/Shanghai")
    asked = datetime.fromisoformat("2026-03-02T20:00+00:00")
    (one,) = evaluate(Rulebook(tuesday), [closed], as_of=asked, zone="Asia/Shanghai").agenda()
    assert one.status == "open"


def test_odoo_each_customer_has_a_today_of_its_own():
    story = [
        happened(name, "deal.closed", "2026-03-02 12:00", "UTC", customer=name)
        for name in ("sydney", "lima")
    ]
    both = [Customer("sydney", zone="Australia/Sydney"), Customer("lima", zone="America/Lima")]
    today = evaluate(
        Rulebook(rule(days(0))),
        story,
        as_of=datetime.fromisoformat("2026-03-02T20:00+00:00"),
        customers=both,
    )
    assert {one.customer: one.status for one in today} == {"sydney": "breached", "lima": "open"}


def test_salesforce_a_bare_date_is_that_date_everywhere():
    """Stamped as midnight UTC it would fall on the evening before in America."""
    zone = "America/Los_Angeles"
    called = happened("t", "touch.made", "2026-03-03", zone)
    call = rule(days(1), opens=days(1))
    one = found(call, deal("2026-03-02 15:00", zone), called, as_of="2026-03-03 12:00", zone=zone)[
        0
    ]
    assert (one.status, f"{one.ended_at:%Y-%m-%d}") == ("fulfilled", "2026-03-03")


# ---------------------------------------------------------------- what is no touch


@pytest.mark.parametrize(
    "attempt",
    [
        happened("a", "touch.attempted", "2026-03-03 10:00", channel="call", outcome="no-answer"),
        happened("a", "touch.attempted", "2026-03-03 10:00", channel="email", outcome="bounced"),
        happened(
            "a", "touch.attempted", "2026-03-03 10:00", channel="email", outcome="out-of-office"
        ),
    ],
    ids=["no answer", "bounced", "out of office"],
)
def test_an_attempt_is_no_touch(attempt):
    assert status(rule(days(2)), deal(), attempt, as_of="2026-03-05 00:00") == "breached"


def test_hubspot_an_out_of_office_reply_is_no_reply():
    """The reply that was asked for is still missing; a real one ends the wait."""
    asked = rule(
        days(3),
        trigger=event("question.sent"),
        fulfilled_by=event("reply.received", automatic=False),
    )
    sent = happened("q", "question.sent", "2026-03-02 10:00")
    away = happened("r1", "reply.received", "2026-03-02 10:01", automatic=True)
    real = happened("r2", "reply.received", "2026-03-04 09:00", automatic=False)
    assert status(asked, sent, away, as_of="2026-03-03 12:00") == "open"
    assert status(asked, sent, away, real, as_of="2026-03-04 12:00") == "fulfilled"


def test_a_reply_of_which_nobody_knows_whether_it_was_automatic_is_doubtful_not_counted():
    asked = rule(
        days(3),
        trigger=event("question.sent"),
        fulfilled_by=event("reply.received", automatic=False),
    )
    sent = happened("q", "question.sent", "2026-03-02 10:00")
    reply = happened("r", "reply.received", "2026-03-02 10:01")
    assert status(asked, sent, reply, as_of="2026-03-05 12:00") == "open"
    assert status(asked, sent, reply, as_of="2026-03-06 12:00") == "indeterminate"


@pytest.mark.parametrize(
    ("held", "expected"), [("Held", "fulfilled"), ("Not Held", "open"), ("Duplicate", "open")]
)
def test_espocrm_only_a_meeting_that_was_held_counts(held, expected):
    meet = rule(days(5), fulfilled_by=event("meeting", status="Held"))
    meeting = happened("m", "meeting", "2026-03-03 10:00", status=held)
    assert status(meet, deal(), meeting, as_of="2026-03-04 10:00") == expected


# ---------------------------------------------------------------- nothing fires twice


def watched(*rules, zone=BERLIN):
    return Monitor(Rulebook(rules), zone=zone)


def test_a_retry_does_not_fire_twice():
    monitor = watched(rule(days(2)))
    assert len(monitor.observe(deal(), now=local("2026-03-02 15:00"))) == 1
    assert monitor.observe(deal(), now=local("2026-03-02 15:05")) == []
    assert len(monitor.findings()) == 1


def test_a_retry_that_was_stamped_anew_does_not_fire_twice_either():
    monitor = watched(rule(days(2)))
    for number in range(3):
        stamp = local(f"2026-03-02 15:0{number}")
        again = Event(
            "deal",
            "deal.closed",
            customer="acme",
            occurred_at=local("2026-03-02 15:00"),
            recorded_at=stamp,
        )
        monitor.observe(again, now=stamp)
    assert [one.key for one in monitor.findings()] == ["call/acme/deal"]


def test_bottlecrm_one_external_id_from_two_origins_is_two_events():
    story = [
        happened("17", "deal.closed", "2026-03-02 15:00", source="shop"),
        happened("17", "deal.closed", "2026-03-02 15:00", source="mail"),
    ]
    both = found(rule(days(2)), *story, as_of="2026-03-02 16:00")
    assert [one.key for one in both] == ["call/acme/mail:17", "call/acme/shop:17"]


def test_a_restore_does_not_fire_again():
    monitor = watched(rule(days(2)))
    monitor.observe(deal(), now=local("2026-03-05 10:00"))
    again = Monitor.restore(Rulebook(rule(days(2))), monitor.snapshot(), zone=BERLIN)
    assert again.advance(local("2026-03-05 11:00")) == []
    assert again.observe(deal()) == []
    assert again.findings() == monitor.findings()


def test_after_a_night_out_of_service_what_was_missed_fires_once():
    monitor = watched(rule(days(2)))
    monitor.observe(deal(), now=local("2026-03-02 15:00"))
    again = Monitor.restore(Rulebook(rule(days(2))), monitor.snapshot(), zone=BERLIN)
    changes = again.advance(local("2026-03-05 06:00"))
    assert [(one.before.status, one.after.status) for one in changes] == [("open", "breached")]
    assert again.advance(local("2026-03-05 06:00")) == []


def test_one_wake_up_is_enough_no_polling():
    monitor = watched(rule(days(2)))
    monitor.observe(deal(), now=local("2026-03-02 15:00"))
    assert monitor.next_change_at == local("2026-03-05 00:00")
    assert monitor.advance(monitor.next_change_at) != []


# ---------------------------------------------------------------- late and edited events


def test_a_late_event_changes_the_answer():
    monitor = watched(rule(days(2)))
    monitor.observe(deal(), now=local("2026-03-20 10:00"))
    (change,) = monitor.observe(happened("t", "touch.made", "2026-03-03 10:00"))
    assert (change.before.status, change.after.status) == ("lapsed", "fulfilled")


def test_an_edited_event_changes_the_answer_of_the_same_task():
    monitor = watched(rule(until("by")))
    first = deal(by="2026-03-05")
    monitor.observe(first, now=local("2026-03-06 10:00"))
    (change,) = monitor.observe(first.corrected("edit", data={"by": "2026-03-09"}))
    assert change.key == "call/acme/deal"
    assert (change.before.status, change.after.status) == ("breached", "open")


def test_a_deleted_event_takes_its_task_away():
    monitor = watched(rule(days(2)))
    monitor.observe(deal(), now=local("2026-03-03 10:00"))
    (change,) = monitor.observe(deal().retracted("deleted"))
    assert (change.key, change.after) == ("call/acme/deal", None)


def test_odoo_a_task_done_stays_done_though_the_reminder_was_deleted():
    """The touch is what counts, not the activity that planned it."""
    planned = happened("p", "activity.planned", "2026-03-02 16:00")
    story = [
        deal(),
        planned,
        happened("t", "touch.made", "2026-03-03 10:00"),
        planned.retracted("x"),
    ]
    assert status(rule(days(2)), *story, as_of="2026-03-10 10:00") == "fulfilled"


# ---------------------------------------------------------------- the closing thanks


ANSWER = rule(
    working_hours(4),
    id="answer",
    trigger=event("message.received", closing=False),
    fulfilled_by=touch(),
    released_by=event("message.received", closing=True) | event("case.closed"),
    correlate_on="case",
    on_retrigger="ignore",
)


def message(id, at, closing, case="c1"):
    return happened(id, "message.received", at, closing=closing, case=case)


def test_the_closing_thanks_starts_no_clock():
    story = [
        message("m1", "2026-03-02 10:00", False),
        happened("t", "touch.made", "2026-03-02 11:00", case="c1"),
        message("m2", "2026-03-02 11:05", True),
    ]
    answers = found(ANSWER, *story, as_of="2026-03-10 10:00")
    assert [(one.trigger, one.status) for one in answers] == [("m1", "fulfilled")]


def test_the_closing_thanks_stops_a_running_clock():
    story = [message("m1", "2026-03-02 10:00", False), message("m2", "2026-03-02 10:30", True)]
    assert status(ANSWER, *story, as_of="2026-03-10 10:00") == "released"


def test_the_closing_thanks_of_another_case_stops_nothing():
    story = [
        message("m1", "2026-03-02 10:00", False),
        message("m2", "2026-03-02 10:30", True, "c2"),
    ]
    assert status(ANSWER, *story, as_of="2026-03-02 16:00") == "breached"


def test_several_messages_in_a_row_are_owed_one_answer():
    story = [message(f"m{number}", f"2026-03-02 10:0{number}", False) for number in range(5)]
    answers = found(ANSWER, *story, as_of="2026-03-02 11:00")
    assert [(one.trigger, one.status) for one in answers] == [("m0", "open")]


# ---------------------------------------------------------------- a failed promise stays failed


CANCELLED = event("case.closed")


def test_odoo_answering_late_does_not_make_a_failed_promise_good():
    story = [deal(), happened("t", "touch.made", "2026-03-05 10:00")]
    assert status(rule(days(2)), *story, as_of="2026-06-01 10:00") == "repaired"


def test_odoo_closing_a_case_late_does_not_make_a_failed_promise_good():
    story = [deal(), happened("x", "case.closed", "2026-03-05 10:00")]
    call = rule(days(2), released_by=CANCELLED)
    assert status(call, *story, as_of="2026-06-01 10:00") == "lapsed"


def test_a_hold_after_the_deadline_does_not_make_a_failed_promise_good():
    story = [deal(), happened("h", "case.on_hold", "2026-03-04 16:00")]
    call = rule(hours(48), paused_by=ON_HOLD)
    assert status(call, *story, as_of="2026-03-04 17:00") == "breached"


def test_a_new_trigger_after_the_deadline_does_not_make_a_failed_promise_good():
    story = [deal(), happened("again", "deal.closed", "2026-03-05 10:00")]
    both = found(rule(days(2), on_retrigger="restart"), *story, as_of="2026-03-05 12:00")
    assert {one.trigger: one.status for one in both} == {"deal": "lapsed", "again": "open"}


def test_a_report_of_a_quarter_counts_each_promise_once():
    story = []
    for number, answered in enumerate(["2026-03-03", "2026-03-05", None, "2026-03-04"]):
        story.append(
            happened(f"d{number}", "deal.closed", "2026-03-02 15:00", customer=f"c{number}")
        )
        if answered:
            story.append(
                happened(f"t{number}", "touch.made", f"{answered} 10:00", customer=f"c{number}")
            )
    report = [one.status for one in found(rule(days(2)), *story, as_of="2026-04-01 00:00")]
    assert sorted(report) == ["fulfilled", "fulfilled", "lapsed", "repaired"]


# ---------------------------------------------------------------- reassigning


def test_frappe_reassigning_keeps_the_due_date():
    before = found(rule(days(2)), deal(owner="mia"), as_of="2026-03-03 09:00")
    story = [
        deal(owner="mia"),
        happened("a", "deal.assigned", "2026-03-03 10:00", owner="tom"),
        happened("b", "customer.changed", "2026-03-03 10:00", owner="tom"),
    ]
    after = found(rule(days(2)), *story, as_of="2026-03-03 11:00")
    assert list(after) == list(before)


def test_a_touch_by_the_new_owner_pays():
    story = [
        deal(owner="mia"),
        happened("a", "deal.assigned", "2026-03-03 10:00", owner="tom"),
        happened("t", "touch.made", "2026-03-03 12:00", actor="tom"),
    ]
    assert status(rule(days(2)), *story, as_of="2026-03-03 13:00") == "fulfilled"


# ---------------------------------------------------------------- waiting and resuming


WAITING = Pause(begin=event("waiting.for_customer"), end=event("customer.replied"))


def test_while_waiting_for_the_customer_nothing_becomes_overdue():
    story = [deal(), happened("w", "waiting.for_customer", "2026-03-03 10:00")]
    (one,) = found(rule(hours(48), paused_by=WAITING), *story, as_of="2026-05-01 10:00")
    assert (one.status, one.due_at) == ("open", None)
    assert one.paused_since_at == local("2026-03-03 10:00")


def test_hubspot_after_resuming_the_remaining_time_is_waited_out():
    story = [
        deal(),
        happened("w", "waiting.for_customer", "2026-03-03 15:00"),
        happened("r", "customer.replied", "2026-03-09 08:00"),
    ]
    (one,) = found(rule(hours(48), paused_by=WAITING), *story, as_of="2026-03-09 08:00")
    assert one.due_at == local("2026-03-10 08:00")


def test_a_pause_is_not_lost_when_everything_is_calculated_again():
    story = [
        deal(),
        happened("w", "waiting.for_customer", "2026-03-03 15:00"),
        happened("r", "customer.replied", "2026-03-09 08:00"),
    ]
    book = Rulebook(rule(hours(48), paused_by=WAITING))
    monitor = Monitor(book, zone=BERLIN)
    for record in reversed(story):
        monitor.observe(record, now=local("2026-03-09 09:00"))
    again = Monitor.restore(book, monitor.snapshot(), zone=BERLIN)
    assert [one.due_at for one in again.findings()] == [local("2026-03-10 08:00")]


# ---------------------------------------------------------------- wait three days, then follow up


def test_wait_three_days_then_follow_up():
    wait = rule(days(4), opens=days(3), released_by=event("reply.received"))
    assert status(wait, deal(), as_of="2026-03-04 23:59") == "upcoming"
    assert status(wait, deal(), as_of="2026-03-05 00:00") == "open"
    answered = happened("r", "reply.received", "2026-03-04 10:00")
    assert status(wait, deal(), answered, as_of="2026-03-05 00:00") == "released"


def test_wait_three_days_means_dates_though_the_clocks_change():
    wait = rule(days(4), opens=days(3))
    (one,) = found(wait, deal("2026-03-27 23:30"), as_of="2026-03-28 00:00")
    assert one.opens_at.isoformat() == "2026-03-30T00:00:00+02:00"


@pytest.mark.parametrize(
    ("second", "expected"),
    [(step("call") + days(3), "2026-03-06"), (days(5), "2026-03-07")],
    ids=["from the touch", "from the plan"],
)
def test_hubspot_the_next_touch_counts_from_the_actual_or_from_the_planned_one(second, expected):
    rules = [rule(days(2)), rule(second, id="again")]
    story = [deal(), happened("t", "touch.made", "2026-03-03 10:00")]
    again = found(rules, *story, as_of="2026-03-03 10:00").get("again", customer="acme")
    assert f"{again.due_at:%Y-%m-%d}" == expected


# ---------------------------------------------------------------- when do I next touch whom


def test_the_agenda_says_whom_to_touch_next_most_urgent_first():
    story = [
        happened("d1", "deal.closed", "2026-03-03 10:00", customer="late"),
        happened("d2", "deal.closed", "2026-03-02 10:00", customer="soon"),
        happened("d3", "deal.closed", "2026-03-02 10:00", customer="done"),
        happened("t", "touch.made", "2026-03-02 12:00", customer="done"),
    ]
    agenda = found(rule(days(2)), *story, as_of="2026-03-04 10:00").agenda()
    assert [(one.customer, f"{one.due_at:%m-%d}") for one in agenda] == [
        ("soon", "03-04"),
        ("late", "03-05"),
    ]


def test_hubspot_a_rule_may_be_owed_to_each_contact_or_to_the_company():
    acme = Customer("acme", contacts=[{"id": "mia"}, {"id": "tom"}])
    story = [deal(), happened("t", "touch.made", "2026-03-03 10:00", contact="mia")]
    per_contact = found(
        rule(days(2), for_each=contacts()), *story, as_of="2026-03-03 12:00", customers=[acme]
    )
    assert {one.part: one.status for one in per_contact} == {"mia": "fulfilled", "tom": "open"}
    assert status(rule(days(2)), *story, as_of="2026-03-03 12:00", customers=[acme]) == "fulfilled"


# ---------------------------------------------------------------- cases


def test_a_case_closed_without_the_apology_is_found():
    case = Procedure(
        id="complaint",
        opened_by=event("case.opened"),
        closed_by=event("case.closed"),
        correlate_on="case",
        steps=(Step(name="apology", fulfilled_by=event("apologised"), window=Window(due=days(1))),),
    )
    story = [
        happened("o", "case.opened", "2026-03-02 10:00", case="c1"),
        happened("x", "case.closed", "2026-03-02 12:00", case="c1"),
    ]
    assert {one.part: one.status for one in found(case, *story, as_of="2026-03-02 12:00")} == {
        "apology": "released",
        "closed-without:apology": "violated",
    }


def test_a_dry_run_over_a_population_is_one_call_and_changes_nothing():
    story = [
        happened(
            f"d{number}",
            "deal.closed",
            f"2026-03-{1 + number % 20:02} 10:00",
            customer=f"c{number}",
        )
        for number in range(500)
    ]
    kept = list(story)
    first = found(rule(days(2)), *story, as_of="2026-03-10 10:00")
    assert list(first) == list(found(rule(days(2)), *reversed(story), as_of="2026-03-10 10:00"))
    assert story == kept
    assert {one.status for one in first} == {"open", "breached", "lapsed"}
