"""Occasions and what is remembered: holidays, special days, news good and bad, data on file."""

import pytest
from tests.practices.timeline import LAST, absent, deal, due, found, happened, status, touched, when

from retention_rules.calendars import Calendar
from retention_rules.customers import Customer
from retention_rules.evaluation import evaluate
from retention_rules.practices import handbook

ALL = handbook(examples=True)
RETURNED = happened("01-10 15:00", "visit.customer-arrived")


def greeted(at, channel="card", **data):
    return touched(at, channel, **{"purpose": "greeting", **data})


# ---------------------------------------------------------------- occasion.holidays

CALENDAR = Calendar(zone="Asia/Shanghai", holidays={"2026-06-19": "端午节", "2026-09-25": "中秋节"})


def holidays(*events, as_of):
    found = evaluate(
        handbook(),
        [deal(), *events],
        as_of=when(as_of),
        customers=[Customer("lin")],
        calendar=CALENDAR,
    )
    return {one.part: one.status for one in found.select("occasion.holidays")}


@pytest.mark.parametrize("at", ["06-12 00:00", f"06-19 {LAST}"])
def test_a_greeting_counts_from_a_week_before_the_holiday_to_its_end(at):
    assert holidays(greeted(at), as_of="06-20 00:00")["2026-06-19"] == "fulfilled"


def test_a_greeting_more_than_a_week_before_does_not_count():
    early = greeted(f"06-11 {LAST}")
    assert holidays(early, as_of="06-20 00:00")["2026-06-19"] == "breached"


def test_a_greeting_the_day_after_is_late():
    assert holidays(greeted("06-20 00:00"), as_of="06-20 10:00")["2026-06-19"] == "repaired"


def test_the_next_holiday_is_owed_too():
    story = (greeted("06-19 10:00", "call"),)
    assert holidays(*story, as_of="09-26 00:00") == {
        "2026-06-19": "fulfilled",
        "2026-09-25": "breached",
    }


def test_a_touch_for_something_else_greets_nobody():
    call = touched("06-19 10:00", "call", purpose="use")
    assert holidays(call, as_of="06-20 00:00")["2026-06-19"] == "breached"


def test_a_touch_without_a_purpose_leaves_the_greeting_in_doubt():
    call = touched("06-19 10:00", "call")
    assert holidays(call, as_of="06-20 00:00")["2026-06-19"] == "indeterminate"


def test_who_is_lost_is_greeted_no_more():
    gone = happened("03-20 10:00", "customer.lost")
    assert set(holidays(gone, as_of="06-20 00:00").values()) == {"released"}


# ---------------------------------------------------------------- occasion.special-day

COMING = happened("03-02 15:00", "occasion.coming", on="2026-03-20")


@pytest.mark.parametrize("at", ["03-13 00:00", f"03-20 {LAST}"])
def test_a_special_day_is_greeted_like_a_holiday(at):
    assert status("occasion.special-day", COMING, greeted(at), as_of="03-21 00:00") == "fulfilled"


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-12 {LAST}", "breached"), ("03-21 00:00", "repaired")]
)
def test_a_special_day_is_greeted_in_its_week(at, expected):
    assert status("occasion.special-day", COMING, greeted(at), as_of="03-21 00:00") == expected


def test_a_special_day_without_its_day_is_in_doubt():
    coming = happened("03-02 15:00", "occasion.coming")
    assert status("occasion.special-day", coming, as_of="03-03 00:00") == "indeterminate"


# ---------------------------------------------------------------- occasion.milestones

GOOD = ("promotion", "move", "new-product", "certification")


@pytest.mark.parametrize("occasion", GOOD)
def test_good_news_is_congratulated_on_within_three_days(occasion):
    noted = happened("03-02 15:00", "occasion.noted", occasion=occasion)
    greeting = greeted(f"03-05 {LAST}", "email")
    assert status("occasion.milestones", noted, greeting, as_of="03-06 00:00") == "fulfilled"


def test_on_the_fourth_day_congratulations_are_late():
    noted = happened("03-02 15:00", "occasion.noted", occasion="promotion")
    greeting = greeted("03-06 00:00", "email")
    assert status("occasion.milestones", noted, greeting, as_of="03-06 00:00") == "repaired"


def test_an_illness_is_not_congratulated_on():
    noted = happened("03-02 15:00", "occasion.noted", occasion="illness")
    assert absent("occasion.milestones", noted, as_of="03-03 00:00")


def test_an_occasion_that_is_not_named_is_in_doubt():
    noted = happened("03-02 15:00", "occasion.noted")
    assert status("occasion.milestones", noted, as_of="03-03 00:00") == "indeterminate"


# ---------------------------------------------------------------- occasion.support-event

PLANNED = happened("03-02 15:00", "customer-event.planned", on="2026-03-20")


@pytest.mark.parametrize("how", [{"purpose": "support"}, {"purpose": "care", "supports": True}])
def test_their_event_is_supported_by_its_day(how):
    help = touched(f"03-20 {LAST}", "visit", **how)
    assert status("occasion.support-event", PLANNED, help, as_of="03-21 00:00") == "fulfilled"


def test_support_after_the_event_is_late():
    help = touched("03-21 00:00", "visit", purpose="support")
    assert status("occasion.support-event", PLANNED, help, as_of="03-21 00:00") == "repaired"


def test_a_visit_for_something_else_is_no_support():
    visit = touched("03-19 10:00", "visit", purpose="use")
    assert status("occasion.support-event", PLANNED, visit, as_of="03-21 00:00") == "breached"


def test_a_visit_without_a_purpose_leaves_the_support_in_doubt():
    visit = touched("03-19 10:00", "visit")
    assert status("occasion.support-event", PLANNED, visit, as_of="03-21 00:00") == "indeterminate"


def test_an_event_without_its_day_is_in_doubt():
    planned = happened("03-02 15:00", "customer-event.planned")
    assert status("occasion.support-event", planned, as_of="03-03 00:00") == "indeterminate"


# ---------------------------------------------------------------- occasion.hardship

ILL = happened("03-02 15:00", "occasion.noted", occasion="illness")


def hardship(*events, as_of):
    owed = found(*events, as_of=as_of, rules=ALL).select("occasion.hardship")
    return {one.part: one.status for one in owed}


def test_a_call_and_a_gift_by_the_next_day_ask_after_the_ill():
    story = (touched("03-03 10:00", "call"), touched(f"03-03 {LAST}", "gift"))
    assert hardship(ILL, *story, as_of="03-04 00:00") == {
        "ask-after": "fulfilled",
        "send": "fulfilled",
    }


def test_the_gift_may_come_first():
    story = (touched("03-03 09:00", "gift"), touched("03-03 10:00", "visit"))
    assert set(hardship(ILL, *story, as_of="03-04 00:00").values()) == {"fulfilled"}


def test_a_call_alone_is_not_enough():
    call = touched("03-03 10:00", "call")
    assert hardship(ILL, call, as_of="03-04 00:00") == {
        "ask-after": "fulfilled",
        "send": "breached",
    }


def test_two_days_later_both_are_late():
    story = (touched("03-04 00:00", "call"), touched("03-04 00:00", "gift"))
    assert set(hardship(ILL, *story, as_of="03-04 00:00").values()) == {"repaired"}


def test_good_news_is_no_hardship():
    assert not hardship(
        happened("03-02 15:00", "occasion.noted", occasion="move"), as_of="03-03 00:00"
    )


def test_an_occasion_that_is_not_named_may_be_a_hardship():
    noted = happened("03-02 15:00", "occasion.noted")
    assert set(hardship(noted, as_of="03-03 00:00").values()) == {"indeterminate"}


# ---------------------------------------------------------------- occasion.arrival

BOOKED = happened("03-02 15:00", "booking.made", booking="b1", arrives="2026-03-10T18:00+08:00")
ARRIVED = happened("03-10 18:30", "visit.customer-arrived", booking="b1")
WALKED_IN = happened("03-10 18:30", "visit.customer-arrived")


def arrival(*events, as_of):
    owed = found(*events, as_of=as_of, rules=ALL).select("occasion.arrival")
    return [one.status for one in owed]


@pytest.mark.parametrize("at", ["03-09 00:00", "03-10 18:00"])
def test_a_guest_who_booked_finds_the_gift(at):
    gift = touched(at, "gift")
    assert arrival(RETURNED, BOOKED, gift, ARRIVED, as_of="03-11 10:00") == ["fulfilled"]


@pytest.mark.parametrize(
    ("at", "expected"), [("03-08 10:00", "breached"), ("03-10 18:00:00.000001", "repaired")]
)
def test_a_gift_too_early_or_too_late_is_not_found(at, expected):
    gift = touched(at, "gift")
    assert arrival(RETURNED, BOOKED, gift, ARRIVED, as_of="03-11 10:00") == [expected]


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-10 {LAST}", "fulfilled"), ("03-11 00:00", "repaired")]
)
def test_a_guest_who_did_not_book_gets_it_the_same_day(at, expected):
    gift = touched(at, "gift")
    assert arrival(RETURNED, WALKED_IN, gift, as_of="03-11 00:00") == [expected]


def test_a_first_stay_is_no_return():
    assert arrival(BOOKED, ARRIVED, as_of="03-11 10:00") == []


def test_who_has_booked_before_and_names_no_booking_is_in_doubt():
    gift = touched("03-10 10:00", "gift")
    next_time = happened("05-04 18:30", "visit.customer-arrived")
    story = (RETURNED, BOOKED, gift, ARRIVED, next_time)
    assert arrival(*story, as_of="05-04 19:00") == ["fulfilled", "indeterminate"]


def test_a_booking_without_its_day_counts_as_none():
    booked = happened("03-02 15:00", "booking.made", booking="b1")
    assert arrival(RETURNED, booked, ARRIVED, as_of="03-10 19:00") == ["open"]


# ---------------------------------------------------------------- occasion.new-customer-card

FULL = {"thanked": True, "reassured": True}


def first_card(*events, as_of="12-25 00:00", **how):
    owed = found(*events, as_of=as_of, **how).select("occasion.new-customer-card")
    return [one.status for one in owed]


def test_a_first_card_that_thanks_and_reassures_is_right():
    assert first_card(deal(), greeted("12-20 10:00", **FULL)) == []


@pytest.mark.parametrize("lacking", FULL)
def test_a_first_card_without_one_of_them_is_wrong(lacking):
    card = greeted("12-20 10:00", **{**FULL, lacking: False})
    assert first_card(deal(), card) == ["violated"]


def test_a_first_card_that_says_neither_is_in_doubt():
    assert first_card(deal(), greeted("12-20 10:00")) == ["indeterminate"]


def test_the_second_card_may_be_a_bare_greeting():
    cards = (greeted("09-20 10:00", **FULL), greeted("12-20 10:00", **{"thanked": False}))
    assert first_card(deal(), *cards) == []


def test_an_existing_customer_may_get_a_bare_greeting():
    card = greeted("12-20 10:00", thanked=False)
    assert first_card(deal(), deal("05-04 10:00"), card) == []


# ---------------------------------------------------------------- preference.no-reasking


def asked_for(at="03-02 15:00", **data):
    return happened(at, "data.requested", **data)


def asked(*events, facts=None):
    owed = found(*events, as_of="03-03 00:00", rules=ALL, facts=facts)
    return [one.status for one in owed.select("preference.no-reasking")]


def test_asking_for_what_is_on_file_is_wrong():
    assert asked(asked_for(about="phone"), facts={"phone": "123"}) == ["violated"]


def test_asking_for_what_is_not_on_file_is_right():
    assert asked(asked_for(about="phone"), facts={"email": "a@b"}) == []


def test_asking_to_confirm_is_right():
    assert asked(asked_for(about="phone", to_confirm=True), facts={"phone": "123"}) == []


def test_asking_for_something_unnamed_is_in_doubt():
    assert asked(asked_for(), facts={"phone": "123"}) == ["indeterminate"]


def test_what_became_known_later_could_be_asked_for():
    learned = happened("03-02 16:00", "customer.changed", phone="123")
    assert asked(asked_for(about="phone"), learned) == []


def test_a_special_day_is_due_at_its_end():
    assert due("occasion.special-day", COMING, as_of="03-03 00:00") == "03-20 24:00"
