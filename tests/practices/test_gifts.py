"""Gifts as thanks: for a large deal, and now and then."""

import pytest
from tests.practices.timeline import LAST, absent, deal, due, found, happened, status, touched

FIRM = {"kind": "company"}
OFFICE = {"kind": "government"}
LARGE = deal(amount=100_000)
CLEARED = happened("03-01 10:00", "gift.cleared")

# ---------------------------------------------------------------- thanks.gift-for-large-deal


def large(*events, as_of, facts=FIRM):
    return status("thanks.gift-for-large-deal", *events, as_of=as_of, facts=facts)


def test_a_gift_within_14_days_thanks_for_a_large_deal():
    assert large(LARGE, touched(f"03-16 {LAST}", "gift"), as_of="03-17 00:00") == "fulfilled"


def test_a_gift_on_the_15th_day_is_late():
    assert large(LARGE, touched("03-17 00:00", "gift"), as_of="03-17 00:00") == "repaired"


def test_a_smaller_deal_owes_no_gift():
    smaller = deal(amount=99_999)
    assert absent("thanks.gift-for-large-deal", smaller, as_of="03-03 00:00", facts=FIRM)


def test_a_deal_of_unknown_size_leaves_the_gift_in_doubt():
    assert large(deal(), as_of="03-03 00:00") == "indeterminate"


def test_a_government_body_is_owed_no_gift():
    assert absent("thanks.gift-for-large-deal", LARGE, as_of="03-03 00:00", facts=OFFICE)


def test_a_government_body_is_owed_one_once_gifts_are_cleared():
    assert large(CLEARED, LARGE, as_of="03-03 00:00", facts=OFFICE) == "open"


def test_a_customer_of_unknown_kind_leaves_the_gift_in_doubt():
    assert large(LARGE, as_of="03-03 00:00", facts={}) == "indeterminate"


# ---------------------------------------------------------------- thanks.souvenir

FIRST, SECOND = deal("01-05 10:00"), deal("03-02 15:00")


def souvenir(*events, as_of, facts=FIRM):
    return status("thanks.souvenir", *events, as_of=as_of, facts=facts)


def test_a_first_deal_owes_no_souvenir():
    assert absent("thanks.souvenir", FIRST, as_of="03-03 00:00", facts=FIRM)


def test_it_is_asked_for_in_the_twelfth_month_after_a_second_deal():
    story = (FIRST, SECOND)
    assert souvenir(*story, as_of="2027-02-01 23:59") == "upcoming"
    assert souvenir(*story, as_of="2027-02-02 00:00") == "open"
    assert due("thanks.souvenir", *story, as_of="03-03 00:00", facts=FIRM) == "03-02 24:00"
    assert souvenir(*story, as_of="2027-03-03 00:00") == "breached"


def test_a_gift_in_the_twelfth_month_pays():
    gift = touched(f"2027-03-02 {LAST}", "gift")
    assert souvenir(FIRST, SECOND, gift, as_of="2027-03-03 00:00") == "fulfilled"


def test_a_gift_before_that_releases():
    gift = touched("05-04 10:00", "gift")
    assert souvenir(FIRST, SECOND, gift, as_of="2027-03-03 00:00") == "released"


def test_who_got_a_gift_within_the_year_is_owed_none():
    gift = touched("02-02 10:00", "gift")
    assert absent("thanks.souvenir", FIRST, gift, SECOND, as_of="03-03 00:00", facts=FIRM)


def test_a_third_deal_does_not_ask_for_a_second_souvenir():
    third = deal("04-06 10:00")
    owed = found(FIRST, SECOND, third, as_of="04-07 00:00", facts=FIRM).select("thanks.souvenir")
    assert len(owed) == 1


@pytest.mark.parametrize(("facts", "expected"), [(OFFICE, []), ({}, ["indeterminate"])])
def test_a_souvenir_minds_the_kind_of_customer(facts, expected):
    owed = found(FIRST, SECOND, as_of="03-03 00:00", facts=facts).select("thanks.souvenir")
    assert [one.status for one in owed] == expected
