import pytest
from tests.practices.timeline import LAST, absent, deal, due, found, happened, status, the, touched

COMPANY = {"kind": "company"}

# ---------------------------------------------------------------- referrals

REFERRAL = "growth.referral"


def feedback(at="03-02 10:00", **data):
    return happened(at, "feedback.received", **data)


PLEASED = feedback(satisfied=True)


def test_a_satisfied_customer_is_asked_within_seven_days():
    assert due(REFERRAL, PLEASED, as_of="03-02 10:00") == "03-09 24:00"


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-09 {LAST}", "fulfilled"), ("03-10 00:00", "repaired")]
)
def test_asking_counts_until_that_day_ends(at, expected):
    asked = happened(at, "referral.asked")
    assert status(REFERRAL, PLEASED, asked, as_of="03-11 00:00") == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [({"purpose": "referral"}, "fulfilled"), ({"purpose": "care"}, "breached"), ({}, None)],
)
def test_a_touch_for_a_referral_asks(data, expected):
    visit = touched("03-09 10:00", "visit", **data)
    found_ = status(REFERRAL, PLEASED, visit, as_of="03-10 00:00")
    assert found_ == (expected or "indeterminate")


def test_the_touch_of_day_20_does_not_ask():
    prepared = touched("03-04 10:00", "call", purpose="follow-up")
    assert status(REFERRAL, PLEASED, prepared, as_of="03-10 00:00") == "breached"


def test_a_dissatisfied_customer_is_not_asked():
    assert absent(REFERRAL, feedback(satisfied=False), as_of="03-10 00:00")


def test_whether_the_customer_is_satisfied_may_be_unknown():
    assert status(REFERRAL, feedback(), as_of="03-10 00:00") == "indeterminate"


COMPLAINT = happened("03-04 10:00", "complaint.received", case="c1")
SETTLED = happened("03-11 10:00", "case.closed", case="c1")


def test_while_a_complaint_is_open_the_clock_stands_still():
    assert due(REFERRAL, PLEASED, COMPLAINT, as_of="03-12 00:00") is None


def test_after_the_complaint_the_rest_of_the_days_is_left():
    assert due(REFERRAL, PLEASED, COMPLAINT, SETTLED, as_of="03-12 00:00") == "03-16 24:00"


def test_the_closing_of_another_case_starts_no_clock():
    other = happened("03-11 10:00", "case.closed", case="c2")
    assert due(REFERRAL, PLEASED, COMPLAINT, other, as_of="03-12 00:00") is None


def test_a_lost_customer_is_not_asked():
    lost = happened("03-04 10:00", "customer.lost")
    assert status(REFERRAL, PLEASED, lost, as_of="03-10 00:00") == "released"


# ---------------------------------------------------------------- the circle

CIRCLE = "growth.circle"


def introduction(at="03-10 10:00", **data):
    return happened(at, "referral.asked", **data)


@pytest.mark.parametrize(
    ("at", "expected"), [(f"04-01 {LAST}", "fulfilled"), ("04-02 00:00", "repaired")]
)
def test_an_account_is_asked_for_an_introduction_within_30_days(at, expected):
    story = (PLEASED, introduction(at, in_circle=True))
    assert status(CIRCLE, *story, as_of="04-03 00:00", facts=COMPANY) == expected


@pytest.mark.parametrize(
    ("data", "expected"), [({"in_circle": False}, "breached"), ({}, "indeterminate")]
)
def test_an_introduction_outside_the_circle_does_not_count(data, expected):
    story = (PLEASED, introduction(**data))
    assert status(CIRCLE, *story, as_of="04-02 00:00", facts=COMPANY) == expected


def test_feedback_that_says_nothing_leaves_it_in_doubt():
    assert status(CIRCLE, feedback(), as_of="03-10 00:00", facts=COMPANY) == "indeterminate"


@pytest.mark.parametrize("facts", [{}, {"kind": "person"}])
def test_only_an_account_has_a_circle(facts):
    assert absent(CIRCLE, PLEASED, as_of="03-10 00:00", facts=facts)


def test_a_lost_account_is_not_asked():
    lost = happened("03-04 10:00", "customer.lost")
    assert status(CIRCLE, PLEASED, lost, as_of="04-02 00:00", facts=COMPANY) == "released"


# ---------------------------------------------------------------- buying again

AGAIN = "growth.repurchase"
BOUGHT = deal(lasts_until="2026-12-31")


def test_the_offer_opens_60_days_before_the_end():
    assert status(AGAIN, BOUGHT, as_of=f"10-31 {LAST}") == "upcoming"
    assert status(AGAIN, BOUGHT, as_of="11-01 00:00") == "open"


@pytest.mark.parametrize(
    ("at", "expected"), [(f"12-01 {LAST}", "fulfilled"), ("12-02 00:00", "repaired")]
)
def test_the_offer_is_made_until_30_days_before_the_end(at, expected):
    assert status(AGAIN, BOUGHT, happened(at, "offer.made"), as_of="12-03 00:00") == expected


def test_a_touch_with_an_offer_makes_it():
    letter = touched("11-10", "letter", purpose="offer")
    assert status(AGAIN, BOUGHT, letter, as_of="12-03 00:00") == "fulfilled"


def test_an_offer_of_last_summer_does_not_count():
    early = happened("07-01 10:00", "offer.made")
    assert status(AGAIN, BOUGHT, early, as_of="12-02 00:00") == "breached"


def test_a_product_of_unknown_life_is_taken_to_last_three_years():
    story = the(AGAIN, deal(), as_of="03-03 00:00")
    assert (story.status, f"{story.opens_at:%Y-%m-%d}") == ("upcoming", "2029-01-01")
    assert due(AGAIN, deal(), as_of="03-03 00:00") == "01-31 24:00"


def test_a_product_that_ends_within_the_month_is_in_doubt():
    short = deal(lasts_until="2026-03-31")
    assert status(AGAIN, short, as_of="03-03 00:00") == "indeterminate"


def test_each_deal_has_an_end_of_its_own():
    other = deal("03-05 10:00", lasts_until="2027-12-31")
    assert len(found(BOUGHT, other, as_of="03-06 00:00").select(AGAIN)) == 2


@pytest.mark.parametrize(
    ("at", "expected"), [("10-31 10:00", "breached"), ("11-01 10:00", "fulfilled")]
)
def test_a_customer_who_buys_again_near_the_end_needs_no_offer(at, expected):
    again = deal(at, lasts_until="2029-12-31")
    both = found(BOUGHT, again, as_of="12-03 00:00").select(AGAIN)
    assert {one.due_at.year: one.status for one in both} == {2026: expected, 2029: "upcoming"}


def test_a_deal_is_no_offer_of_its_own_successor():
    short = deal(lasts_until="2026-04-20")
    assert status(AGAIN, short, as_of="03-03 00:00") == "open"


@pytest.mark.parametrize("kind", ["deal.cancelled", "customer.lost"])
def test_a_deal_undone_releases(kind):
    undone = happened("03-05 10:00", kind)
    assert status(AGAIN, BOUGHT, undone, as_of="12-03 00:00") == "released"
