import pytest
from tests.practices.timeline import LAST, absent, deal, due, found, happened, status, touched

from retention_rules.practices import handbook

CANCELLED = happened("03-03 09:00", "deal.cancelled")

# ---------------------------------------------------------------- the story of the vision

EMAIL = touched("03-03 10:12", "email", purpose="thanks")
STORY = (deal(amount=12_000), EMAIL)


def test_an_email_is_not_the_hand_written_thanks():
    assert status("thanks.handwritten", *STORY, as_of="03-04 18:00") == "open"
    assert status("thanks.handwritten", *STORY, as_of="03-05 09:00") == "breached"


def test_an_email_is_not_the_thanks_after_a_deal():
    assert status("thanks.after-deal", *STORY, as_of="03-05 09:00") == "breached"


def test_an_email_is_thanks_all_the_same():
    assert status("thanks.ever", *STORY, as_of="03-05 09:00") == "fulfilled"


def test_a_hand_written_card_still_repairs_it_on_friday():
    card = touched(f"03-06 {LAST}", "card", purpose="thanks", handwritten=True)
    assert status("thanks.handwritten", *STORY, card, as_of="03-07 09:00") == "repaired"


def test_on_saturday_it_has_lapsed():
    assert status("thanks.handwritten", *STORY, as_of="03-07 00:00") == "lapsed"


# ---------------------------------------------------------------- thanks.ever


def test_ever_is_due_after_14_days():
    assert due("thanks.ever", deal(), as_of="03-03 00:00") == "03-16 24:00"


@pytest.mark.parametrize("channel", ["email", "call", "fax", "gift", None])
def test_any_channel_thanks_the_customer(channel):
    thanks = touched(f"03-16 {LAST}", channel, purpose="thanks")
    assert status("thanks.ever", deal(), thanks, as_of="03-17 00:00") == "fulfilled"


def test_thanks_on_the_15th_day_are_late():
    thanks = touched("03-17 00:00", "call", purpose="thanks")
    assert status("thanks.ever", deal(), thanks, as_of="03-17 00:00") == "repaired"


def test_a_touch_for_something_else_may_thank_as_well():
    call = touched("03-05 10:00", "call", purpose="use", thanked=True)
    assert status("thanks.ever", deal(), call, as_of="03-17 00:00") == "fulfilled"


def test_a_touch_for_something_else_thanks_nobody():
    call = touched("03-05 10:00", "call", purpose="use")
    assert status("thanks.ever", deal(), call, as_of="03-17 00:00") == "breached"


def test_a_touch_without_a_purpose_leaves_it_in_doubt():
    call = touched("03-05 10:00", "call")
    assert status("thanks.ever", deal(), call, as_of="03-17 00:00") == "indeterminate"


def test_thanks_before_the_deal_do_not_count():
    thanks = touched("03-02 14:59", "call", purpose="thanks")
    assert status("thanks.ever", thanks, deal(), as_of="03-17 00:00") == "breached"


@pytest.mark.parametrize(
    "rule",
    ["thanks.ever", "thanks.after-deal", "thanks.handwritten"],
)
def test_a_cancelled_deal_releases_the_thanks(rule):
    assert status(rule, deal(), CANCELLED, as_of="03-03 09:00") == "released"


# ---------------------------------------------------------------- thanks.after-deal


def test_after_deal_is_due_at_the_end_of_the_second_day():
    assert due("thanks.after-deal", deal(), as_of="03-02 15:00") == "03-04 24:00"


@pytest.mark.parametrize("channel", ["call", "card", "letter", "visit"])
def test_a_call_card_letter_or_visit_thanks_for_the_deal(channel):
    thanks = touched(f"03-04 {LAST}", channel, purpose="thanks")
    assert status("thanks.after-deal", deal(), thanks, as_of="03-05 00:00") == "fulfilled"


def test_a_call_on_the_third_day_is_late():
    thanks = touched("03-05 00:00", "call", purpose="thanks")
    assert status("thanks.after-deal", deal(), thanks, as_of="03-05 00:00") == "repaired"


def test_the_owner_thanks_in_person():
    call = touched("03-03 10:00", "call", purpose="thanks", actor="wu")
    assert status("thanks.after-deal", deal(owner="wu"), call, as_of="03-05 00:00") == "fulfilled"


def test_a_colleague_does_not_thank_in_person():
    call = touched("03-03 10:00", "call", purpose="thanks", actor="zhao")
    assert status("thanks.after-deal", deal(owner="wu"), call, as_of="03-05 00:00") == "breached"


def test_without_an_owner_anybody_thanks():
    call = touched("03-03 10:00", "call", purpose="thanks", actor="zhao")
    assert status("thanks.after-deal", deal(), call, as_of="03-05 00:00") == "fulfilled"


def test_without_an_actor_the_owner_is_taken_to_have_thanked():
    call = touched("03-03 10:00", "call", purpose="thanks")
    assert status("thanks.after-deal", deal(owner="wu"), call, as_of="03-05 00:00") == "fulfilled"


def test_a_call_without_a_purpose_leaves_it_in_doubt_once_it_is_due():
    call = touched("03-03 10:00", "call")
    assert status("thanks.after-deal", deal(), call, as_of=f"03-04 {LAST}") == "open"
    assert status("thanks.after-deal", deal(), call, as_of="03-05 00:00") == "indeterminate"


def test_an_attempt_is_no_touch():
    attempt = happened("03-03 10:00", "touch.attempted", channel="call", purpose="thanks")
    assert status("thanks.after-deal", deal(), attempt, as_of="03-05 00:00") == "breached"


@pytest.mark.parametrize(
    ("reading", "expected"),
    [("two-days", "03-04 24:00"), ("next-day", "03-03 24:00"), ("48-hours", "03-04 15:00")],
)
def test_one_or_two_days_can_be_read_in_three_ways(reading, expected):
    rules = handbook(variants={"thanks.after-deal": reading})
    assert due("thanks.after-deal", deal(), as_of="03-02 15:00", rules=rules) == expected


# ---------------------------------------------------------------- thanks.handwritten


@pytest.mark.parametrize("channel", ["card", "letter"])
def test_a_card_or_letter_by_hand_is_the_main_thanks(channel):
    thanks = touched(f"03-04 {LAST}", channel, purpose="thanks", handwritten=True)
    assert status("thanks.handwritten", deal(), thanks, as_of="03-05 00:00") == "fulfilled"


def test_a_card_posted_on_the_third_day_is_late():
    thanks = touched("03-05", "card", purpose="thanks", handwritten=True)
    assert status("thanks.handwritten", deal(), thanks, as_of="03-05 00:00") == "repaired"


def test_a_printed_letter_is_not_the_main_thanks():
    thanks = touched("03-03 10:00", "letter", purpose="thanks", handwritten=False)
    assert status("thanks.handwritten", deal(), thanks, as_of="03-05 00:00") == "breached"


def test_a_letter_of_which_the_hand_is_not_recorded_leaves_it_in_doubt():
    thanks = touched("03-03 10:00", "letter", purpose="thanks")
    assert status("thanks.handwritten", deal(), thanks, as_of="03-05 00:00") == "indeterminate"


def test_spoken_thanks_never_replace_the_letter():
    thanks = touched("03-03 10:00", "call", purpose="thanks")
    assert status("thanks.handwritten", deal(), thanks, as_of="03-05 00:00") == "breached"


@pytest.mark.parametrize(("reading", "letters"), [("every-deal", 2), ("first-deal", 1)])
def test_whether_a_second_deal_owes_a_letter_is_a_matter_of_reading(reading, letters):
    rules = handbook(variants={"thanks.handwritten": reading})
    deals = deal("01-05 10:00", amount=10_000), deal("03-02 15:00", amount=10_000)
    owed = found(*deals, as_of="03-02 16:00", rules=rules).select("thanks.handwritten")
    assert len(owed) == letters


# ---------------------------------------------------------------- thanks.email-for-add-on

GARDEN = deal("01-05 10:00", amount=10_000)
LETTER = touched("01-06 10:00", "letter", purpose="thanks", handwritten=True)
SPRINKLER = deal("03-02 15:00", amount=1_000)
NOTE = touched(f"03-04 {LAST}", "email", purpose="thanks")


def test_a_small_add_on_may_be_thanked_by_email():
    story = (GARDEN, LETTER, SPRINKLER, NOTE)
    assert status("thanks.email-for-add-on", *story, as_of="03-05 00:00") == "fulfilled"


def test_a_small_add_on_owes_no_letter():
    owed = found(GARDEN, LETTER, SPRINKLER, as_of="03-03 00:00").select("thanks.handwritten")
    assert [finding.status for finding in owed] == ["fulfilled"]  # the one for the garden


def test_the_note_on_the_third_day_is_late():
    late = touched("03-05 00:00", "email", purpose="thanks")
    story = (GARDEN, LETTER, SPRINKLER, late)
    assert status("thanks.email-for-add-on", *story, as_of="03-05 00:00") == "repaired"


def test_more_than_a_tenth_is_no_small_add_on():
    story = (GARDEN, LETTER, deal("03-02 15:00", amount=1_001))
    assert absent("thanks.email-for-add-on", *story, as_of="03-03 00:00")


def test_without_thanks_for_the_main_deal_the_add_on_owes_a_letter_too():
    story = (GARDEN, SPRINKLER)
    assert absent("thanks.email-for-add-on", *story, as_of="03-03 00:00")


def test_a_first_deal_is_never_an_add_on():
    assert absent("thanks.email-for-add-on", deal(amount=1), as_of="03-03 00:00")


def test_a_first_deal_without_an_amount_is_thanked_by_hand():
    assert status("thanks.handwritten", deal(), as_of="03-03 00:00") == "open"


def test_an_add_on_without_an_amount_leaves_both_in_doubt():
    unknown = deal("03-02 15:00")
    owed = found(GARDEN, LETTER, unknown, as_of="03-03 00:00")
    assert owed.get("thanks.email-for-add-on", customer="lin").status == "indeterminate"
    assert len(owed.select("thanks.handwritten", status="indeterminate")) == 1


# ---------------------------------------------------------------- thanks.same-day-message


def test_the_message_is_due_on_the_day_of_the_deal():
    message = touched(f"03-02 {LAST}", "message", purpose="thanks")
    assert status("thanks.same-day-message", deal(), message, as_of="03-03 00:00") == "fulfilled"


def test_after_midnight_the_message_is_late():
    message = touched("03-03 00:00", "message", purpose="thanks")
    assert status("thanks.same-day-message", deal(), message, as_of="03-03 00:00") == "repaired"


def test_an_email_is_no_short_message():
    email = touched("03-02 16:00", "email", purpose="thanks")
    assert status("thanks.same-day-message", deal(), email, as_of="03-03 00:00") == "breached"


def test_a_deal_undone_the_same_day_owes_no_message():
    undone = happened("03-02 17:00", "deal.cancelled")
    assert status("thanks.same-day-message", deal(), undone, as_of="03-03 00:00") == "released"


@pytest.mark.parametrize(
    ("reading", "at", "expected"),
    [
        ("same-day", "03-02 23:50", "03-02 24:00"),
        ("one-hour", "03-02 23:50", "03-03 00:50"),
        ("same-day", "03-02 15:00", "03-02 24:00"),
        ("one-hour", "03-02 15:00", "03-02 16:00"),
    ],
)
def test_ten_to_midnight_tells_the_two_readings_apart(reading, at, expected):
    rules = handbook(variants={"thanks.same-day-message": reading})
    assert due("thanks.same-day-message", deal(at), as_of=at, rules=rules) == expected
