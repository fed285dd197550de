"""Thanks beyond the main ones: in person, by phone, for help, and by the head of the company."""

import pytest
from tests.practices.timeline import LAST, absent, deal, due, found, happened, status, touched

from retention_rules.practices import handbook

ALL = handbook(examples=True)
MET = deal(closed_in="meeting")

# ---------------------------------------------------------------- thanks.after-deal


def test_with_the_letter_nothing_is_owed_beside_it():
    rules = handbook(variants={"thanks.after-deal": "with-the-letter"})
    assert absent("thanks.after-deal", deal(), as_of="03-05 00:00", rules=rules)
    assert status("thanks.handwritten", deal(), as_of="03-05 00:00", rules=rules) == "breached"


# ---------------------------------------------------------------- thanks.in-person


def test_thanks_across_the_table_are_due_the_same_day():
    assert due("thanks.in-person", MET, as_of="03-02 15:00") == "03-02 24:00"


@pytest.mark.parametrize("said", [{"purpose": "thanks"}, {"purpose": "use", "thanked": True}])
def test_a_meeting_that_day_may_thank(said):
    meeting = touched(f"03-02 {LAST}", "meeting", **said)
    assert status("thanks.in-person", MET, meeting, as_of="03-03 00:00") == "fulfilled"


def test_a_meeting_of_which_the_thanks_are_not_recorded_leaves_it_in_doubt():
    meeting = touched("03-02 16:00", "meeting", purpose="use")
    assert status("thanks.in-person", MET, meeting, as_of="03-03 00:00") == "indeterminate"


def test_thanks_before_the_deal_that_day_settle_it():
    meeting = touched("03-02 14:00", "meeting", purpose="thanks")
    assert absent("thanks.in-person", meeting, MET, as_of="03-03 00:00")


def test_a_visit_the_next_day_is_late():
    visit = touched("03-03 00:00", "visit", purpose="thanks")
    assert status("thanks.in-person", MET, visit, as_of="03-03 00:00") == "repaired"


def test_a_deal_closed_from_afar_owes_no_handshake():
    assert absent("thanks.in-person", deal(closed_in="remote"), as_of="03-02 16:00")


def test_not_known_how_the_deal_was_closed_it_is_in_doubt():
    assert status("thanks.in-person", deal(), as_of="03-02 16:00") == "indeterminate"


def test_a_handshake_is_not_the_letter():
    meeting = touched("03-02 16:00", "meeting", purpose="thanks")
    assert status("thanks.handwritten", MET, meeting, as_of="03-05 00:00") == "breached"


# ---------------------------------------------------------------- thanks.next-morning-call


def morning(*events, as_of, **variants):
    rules = handbook(examples=True, variants=variants) if variants else ALL
    return status("thanks.next-morning-call", *events, as_of=as_of, rules=rules)


def test_a_call_at_noon_is_still_in_the_morning():
    call = touched("03-03 12:00", "call", purpose="thanks")
    assert morning(deal(), call, as_of="03-03 12:00") == "fulfilled"


def test_a_call_after_noon_is_late():
    call = touched("03-03 12:00:00.000001", "call", purpose="thanks")
    assert morning(deal(), call, as_of="03-03 13:00") == "repaired"


def test_a_call_on_the_evening_of_the_deal_is_not_the_next_morning():
    call = touched("03-02 20:00", "call", purpose="thanks")
    assert morning(deal(), call, as_of="03-03 13:00") == "breached"


@pytest.mark.parametrize(
    ("reading", "expected"), [("calendar-day", "03-07 12:00"), ("working-day", "03-09 12:00")]
)
def test_after_a_deal_on_friday_the_next_morning_can_be_read_in_two_ways(reading, expected):
    rules = handbook(examples=True, variants={"thanks.next-morning-call": reading})
    friday = deal("03-06 15:00")
    assert due("thanks.next-morning-call", friday, as_of="03-06 15:00", rules=rules) == expected


def test_what_a_firm_tells_of_itself_is_not_in_the_default_handbook():
    assert absent("thanks.next-morning-call", deal(), as_of="03-02 16:00")


# ---------------------------------------------------------------- thanks.executive-call

LARGE = deal(amount=100_000)


def executive(*events, as_of):
    return status("thanks.executive-call", *events, as_of=as_of, rules=ALL)


def test_the_head_of_the_company_calls_within_30_days():
    call = touched(f"04-01 {LAST}", "call", purpose="thanks", actor_role="executive")
    assert executive(LARGE, call, as_of="04-02 00:00") == "fulfilled"


def test_the_head_of_the_company_calls_late():
    call = touched("04-02 00:00", "call", purpose="thanks", actor_role="executive")
    assert executive(LARGE, call, as_of="04-02 00:00") == "repaired"


def test_a_salesperson_is_no_head_of_the_company():
    call = touched("03-03 10:00", "call", purpose="thanks", actor_role="sales")
    assert executive(LARGE, call, as_of="04-02 00:00") == "breached"


def test_a_caller_of_unknown_role_leaves_it_in_doubt():
    call = touched("03-03 10:00", "call", purpose="thanks")
    assert executive(LARGE, call, as_of="04-02 00:00") == "indeterminate"


def test_a_smaller_deal_owes_no_call_of_the_head():
    smaller = deal(amount=99_999)
    assert absent("thanks.executive-call", smaller, as_of="03-03 00:00", rules=ALL)


def test_a_deal_of_unknown_size_leaves_the_call_of_the_head_in_doubt():
    assert executive(deal(), as_of="03-03 00:00") == "indeterminate"


# ---------------------------------------------------------------- thanks.for-help

HELPS = ("help.received", "order.confirmed", "payment.received", "referral.given")


@pytest.mark.parametrize("kind", HELPS)
def test_help_of_any_sort_is_thanked_for_within_two_days(kind):
    thanks = touched(f"03-04 {LAST}", "message", purpose="thanks")
    helped = happened("03-02 15:00", kind)
    assert status("thanks.for-help", helped, thanks, as_of="03-05 00:00") == "fulfilled"


def test_thanks_for_help_on_the_third_day_are_late():
    thanks = touched("03-05 00:00", "message", purpose="thanks")
    helped = happened("03-02 15:00", "help.received")
    assert status("thanks.for-help", helped, thanks, as_of="03-05 00:00") == "repaired"


def test_one_thank_you_pays_for_two_helps():
    helps = (happened("03-02 15:00", "help.received"), happened("03-03 09:00", "payment.received"))
    thanks = touched("03-03 10:00", "call", purpose="thanks")
    owed = found(*helps, thanks, as_of="03-05 00:00").select("thanks.for-help")
    assert [one.status for one in owed] == ["fulfilled", "fulfilled"]


def test_who_is_gone_is_thanked_no_more():
    helped = happened("03-02 15:00", "help.received")
    gone = happened("03-03 10:00", "customer.lost")
    assert status("thanks.for-help", helped, gone, as_of="03-05 00:00") == "released"
