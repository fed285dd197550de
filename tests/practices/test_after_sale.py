"""After a sale: from the delivery on, around going live, within the year, and the papers."""

import pytest
from tests.practices.timeline import LAST, absent, deal, due, found, happened, status, touched

from retention_rules.practices import handbook

ALL = handbook(cadence="both", examples=True)

# ---------------------------------------------------------------- the further visits of 1-3-7

AGAIN = "cadence.1-3-7.again"
BOTH = "cadence.1-3-7.contact-and-visit"


def visits(**variants):
    return handbook(variants=variants)


def test_by_default_no_further_visit_is_owed():
    story = (deal(),)
    assert absent(AGAIN, *story, as_of="03-20 10:00")
    assert absent(BOTH, *story, as_of="03-20 10:00")


SEVENTH = touched("03-09 10:00", "visit")


@pytest.mark.parametrize(
    ("days", "story", "expected"),
    [
        ("from-sale", [("03-09", "visit")], "03-16 24:00"),
        ("chained", [("03-03", "call"), ("03-06", "call"), ("03-13", "visit")], "03-20 24:00"),
        ("chained-gaps", [("03-04", "call"), ("03-08", "call"), ("03-16", "visit")], "03-23 24:00"),
        ("stated-figures", [("03-17", "visit")], "03-25 24:00"),
    ],
)
def test_a_further_visit_is_a_week_after_the_visit(days, story, expected):
    rules = handbook(reading=days, variants={AGAIN: "again"})
    events = [deal(), *(touched(f"{day} 10:00", channel) for day, channel in story)]
    assert due(AGAIN, *events, as_of="03-18 10:00", rules=rules) == expected


@pytest.mark.parametrize(
    ("days", "call", "expected"),
    [("from-sale", "03-05", "03-12 24:00"), ("chained-gaps", "03-08", "03-15 24:00")],
)
def test_or_a_week_after_the_second_contact(days, call, expected):
    rules = handbook(reading=days, variants={AGAIN: "after-second-contact"})
    events = [deal(), touched("03-04 10:00", "message"), touched(f"{call} 10:00", "call")]
    assert due(AGAIN, *events, as_of="03-09 10:00", rules=rules) == expected


def test_the_visit_of_seven_is_not_the_further_one():
    rules = visits(**{AGAIN: "again"})
    assert status(AGAIN, deal(), SEVENTH, as_of="03-10 10:00", rules=rules) == "open"
    again = touched(f"03-16 {LAST}", "visit")
    assert status(AGAIN, deal(), SEVENTH, again, as_of="03-17 00:00", rules=rules) == "fulfilled"


def test_the_further_visit_on_the_eighth_day_is_late():
    rules = visits(**{AGAIN: "again"})
    again = touched("03-17 00:00", "visit")
    assert status(AGAIN, deal(), SEVENTH, again, as_of="03-17 00:00", rules=rules) == "repaired"


def test_one_visit_may_pay_seven_and_a_week_after_the_second_contact():
    rules = visits(**{AGAIN: "after-second-contact"})
    story = (deal(), touched("03-05 10:00", "call"), SEVENTH)
    assert status(AGAIN, *story, as_of="03-20 10:00", rules=rules) == "fulfilled"
    assert status("cadence.1-3-7.day-7", *story, as_of="03-20 10:00", rules=rules) == "fulfilled"


def test_read_as_two_acts_a_call_is_the_contact_of_seven():
    rules = visits(**{BOTH: "two-acts"})
    call = touched("03-09 10:00", "call")
    assert status("cadence.1-3-7.day-7", deal(), call, as_of="03-10 00:00", rules=rules) == (
        "fulfilled"
    )
    assert due(BOTH, deal(), as_of="03-10 00:00", rules=rules) == "03-17 24:00"


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-17 {LAST}", "fulfilled"), ("03-18 00:00", "repaired")]
)
def test_the_visit_is_on_the_fifteenth_day(at, expected):
    rules = visits(**{BOTH: "two-acts"})
    assert status(BOTH, deal(), touched(at, "visit"), as_of="03-18 00:00", rules=rules) == expected


def test_the_contact_of_seven_is_not_the_visit_of_the_fifteenth():
    rules = visits(**{BOTH: "two-acts"})
    assert status(BOTH, deal(), SEVENTH, as_of="03-18 00:00", rules=rules) == "breached"


def test_after_two_acts_a_further_visit_counts_from_the_visit():
    rules = visits(**{BOTH: "two-acts", AGAIN: "again"})
    visit = touched("03-17 10:00", "visit")
    assert due(AGAIN, deal(), visit, as_of="03-18 00:00", rules=rules) == "03-24 24:00"


# ---------------------------------------------------------------- cadence.papers-sent

SECOND = handbook(cadence="0-3-10-20")
PROMISED = deal(papers_promised=True)


def papers(*events, as_of, rules=SECOND):
    return status("cadence.papers-sent", *events, as_of=as_of, rules=rules)


def test_papers_belong_to_the_second_cadence():
    assert absent("cadence.papers-sent", PROMISED, as_of="03-03 10:00")


def test_papers_are_sent_by_the_day_of_the_call():
    sent = happened(f"03-05 {LAST}", "documents.sent")
    assert papers(PROMISED, sent, as_of="03-06 00:00") == "fulfilled"


def test_papers_sent_after_it_are_late():
    sent = happened("03-06 00:00", "documents.sent")
    assert papers(PROMISED, sent, as_of="03-06 00:00") == "repaired"


def test_papers_follow_the_reading_of_the_days():
    full = handbook(cadence="0-3-10-20", variants={"cadence.0-3-10-20": "full-days"})
    assert due("cadence.papers-sent", PROMISED, as_of="03-03 10:00", rules=full) == "03-06 24:00"


def test_where_no_papers_were_promised_none_are_owed():
    none = deal(papers_promised=False)
    assert absent("cadence.papers-sent", none, as_of="03-03 10:00", rules=SECOND)


def test_not_known_whether_papers_were_promised_it_is_in_doubt():
    assert papers(deal(), as_of="03-03 10:00") == "indeterminate"


# ---------------------------------------------------------------- cadence.from-delivery

DELIVERED = happened("03-02 11:00", "order.delivered")


@pytest.mark.parametrize("kind", ["order.delivered", "service.started"])
def test_we_ask_by_the_next_working_day(kind):
    begun = happened("03-02 11:00", kind)
    call = touched(f"03-03 {LAST}", "call")
    assert status("cadence.from-delivery", begun, call, as_of="03-04 00:00") == "fulfilled"


def test_the_working_day_after_that_is_late():
    call = touched("03-04 00:00", "call")
    assert status("cadence.from-delivery", DELIVERED, call, as_of="03-04 00:00") == "repaired"


def test_a_delivery_may_be_read_as_asked_for_the_same_day():
    rules = handbook(variants={"cadence.from-delivery": "same-day"})
    assert due("cadence.from-delivery", DELIVERED, as_of="03-02 12:00", rules=rules) == (
        "03-02 24:00"
    )


def test_a_message_does_not_ask():
    message = touched("03-02 12:00", "message", purpose="satisfaction")
    assert status("cadence.from-delivery", DELIVERED, message, as_of="03-04 00:00") == "breached"


def test_without_a_delivery_nothing_is_asked():
    assert absent("cadence.from-delivery", deal(), as_of="03-04 00:00")


# ---------------------------------------------------------------- going live

INSTALLED = happened("03-02 15:00", "installation.completed", live_on="2026-03-04")
PARTY = "cadence.go-live-celebration"
VISIT = "cadence.after-go-live-visit"


def party(at):
    return touched(at, "meeting", purpose="celebration")


@pytest.mark.parametrize("at", ["03-03 00:00", f"03-03 {LAST}"])
def test_the_celebration_is_on_the_eve_of_going_live(at):
    assert status(PARTY, INSTALLED, party(at), as_of="03-04 00:00", rules=ALL) == "fulfilled"


def test_a_party_two_days_before_is_too_early():
    early = party(f"03-02 {LAST}")
    assert status(PARTY, INSTALLED, early, as_of="03-04 00:00", rules=ALL) == "breached"


def test_a_party_on_the_day_is_late():
    assert status(PARTY, INSTALLED, party("03-04 00:00"), as_of="03-04 00:00", rules=ALL) == (
        "repaired"
    )


def test_not_knowing_the_day_leaves_the_celebration_in_doubt():
    unplanned = happened("03-02 15:00", "installation.completed")
    assert status(PARTY, unplanned, as_of="03-04 00:00", rules=ALL) == "indeterminate"


def test_examples_of_going_live_are_not_in_the_default_handbook():
    assert absent(PARTY, INSTALLED, as_of="03-03 10:00")
    assert absent(VISIT, INSTALLED, as_of="03-03 10:00")


def senior(at, role="executive"):
    return touched(at, "visit", **({"contact_role": role} if role else {}))


@pytest.mark.parametrize("role", ["executive", "decision-maker"])
def test_a_senior_is_visited_the_day_after(role):
    visit = senior(f"03-03 {LAST}", role)
    assert status(VISIT, INSTALLED, visit, as_of="03-04 00:00", rules=ALL) == "fulfilled"


def test_a_visit_two_days_after_is_late():
    assert status(VISIT, INSTALLED, senior("03-04 00:00"), as_of="03-04 00:00", rules=ALL) == (
        "repaired"
    )


def test_a_visit_on_the_day_itself_is_too_early():
    visit = senior(f"03-02 {LAST}")
    assert status(VISIT, INSTALLED, visit, as_of="03-04 00:00", rules=ALL) == "breached"


@pytest.mark.parametrize(("role", "expected"), [("project", "breached"), (None, "indeterminate")])
def test_whom_the_visit_was_to_decides(role, expected):
    visit = senior("03-03 10:00", role)
    assert status(VISIT, INSTALLED, visit, as_of="03-04 00:00", rules=ALL) == expected


@pytest.mark.parametrize(
    ("reading", "expected"), [("day-after-installation", "03-07"), ("working-day", "03-09")]
)
def test_after_an_installation_on_friday_the_readings_differ(reading, expected):
    rules = handbook(examples=True, variants={VISIT: reading})
    friday = happened("03-06 15:00", "installation.completed")
    assert due(VISIT, friday, as_of="03-06 15:00", rules=rules) == f"{expected} 24:00"


def test_the_visit_may_be_read_as_the_day_after_going_live():
    rules = handbook(examples=True, variants={VISIT: "day-after-go-live"})
    live = happened("03-04 08:00", "installation.went-live")
    assert due(VISIT, INSTALLED, live, as_of="03-04 08:00", rules=rules) == "03-05 24:00"


# ---------------------------------------------------------------- cadence.in-year-service

YEAR = "cadence.in-year-service"


def serviced(at, **data):
    return happened(at, "service.performed", **{"requested": False, **data})


def step(name, *events, as_of, rules=ALL):
    return status(f"{YEAR}/{name}", *events, as_of=as_of, rules=rules)


def test_servicing_unasked_is_to_win_trust():
    assert ALL[YEAR].strategy == "trust"


def test_the_first_service_is_within_six_months():
    assert step("first-service", deal(), serviced(f"09-02 {LAST}"), as_of="09-03 00:00") == (
        "fulfilled"
    )
    assert step("first-service", deal(), serviced("09-03 00:00"), as_of="09-03 00:00") == "repaired"


def test_the_second_service_is_within_the_year():
    story = (deal(), serviced("07-01 10:00"))
    for at, expected in ((f"2027-03-02 {LAST}", "fulfilled"), ("2027-03-03 00:00", "repaired")):
        assert step("second-service", *story, serviced(at), as_of="2027-03-03 00:00") == expected


@pytest.mark.parametrize(
    ("at", "expected"), [(f"09-30 {LAST}", "breached"), ("10-01 00:00", "fulfilled")]
)
def test_the_second_service_is_three_months_after_the_first(at, expected):
    story = (deal(), serviced("07-01 10:00"), serviced(at))
    assert step("second-service", *story, as_of="2027-03-03 00:00") == expected


def test_a_service_that_the_customer_asked_for_does_not_count():
    asked = serviced("07-01 10:00", requested=True)
    assert step("first-service", deal(), asked, as_of="09-03 00:00") == "breached"


def test_a_service_of_which_it_is_not_known_leaves_it_in_doubt():
    unknown = happened("07-01 10:00", "service.performed")
    assert step("first-service", deal(), unknown, as_of="09-03 00:00") == "indeterminate"


def test_a_gift_is_the_extra():
    assert step("extra", deal(), touched("12-01 10:00", "gift"), as_of="12-02 00:00") == "fulfilled"


def test_the_year_may_be_read_as_beginning_with_the_delivery():
    rules = handbook(examples=True, variants={YEAR: "from-delivery"})
    assert absent(YEAR, deal(), as_of="03-03 00:00", rules=rules)
    begun = happened("03-10 11:00", "order.delivered")
    assert due(f"{YEAR}/first-service", deal(), begun, as_of="03-11 00:00", rules=rules) == (
        "09-10 24:00"
    )


def test_a_cancelled_deal_ends_the_year():
    undone = happened("03-03 09:00", "deal.cancelled")
    owed = found(deal(), undone, as_of="2027-06-01 00:00", rules=ALL).select(YEAR)
    assert {one.status for one in owed} == {"released"}
