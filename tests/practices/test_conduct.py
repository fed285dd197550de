import pytest
from tests.practices.timeline import absent, found, happened, status, touched

QUESTION, GIFT = "conduct.no-closed-question", "conduct.gift-to-government"
GOVERNMENT = {"kind": "government"}

# ---------------------------------------------------------------- the closed question


def asked(**data):
    return touched("03-03 10:00", "call", **data)


@pytest.mark.parametrize("purpose", [{}, {"purpose": "satisfaction"}, {"purpose": "use"}])
def test_asking_whether_all_is_well_is_wrong_whatever_the_purpose(purpose):
    assert status(QUESTION, asked(question="closed", **purpose), as_of="03-03 10:00") == "violated"


@pytest.mark.parametrize("purpose", [{}, {"purpose": "satisfaction"}])
def test_asking_openly_is_right(purpose):
    assert absent(QUESTION, asked(question="open", **purpose), as_of="03-03 10:00")


def test_how_satisfaction_was_asked_for_may_be_unknown():
    call = asked(purpose="satisfaction")
    assert status(QUESTION, call, as_of="03-03 10:00") == "indeterminate"


@pytest.mark.parametrize("purpose", [{}, {"purpose": "use"}])
def test_a_touch_that_did_not_ask_for_satisfaction_is_not_in_doubt(purpose):
    assert absent(QUESTION, asked(**purpose), as_of="03-03 10:00")


# ---------------------------------------------------------------- gifts to government

PEN = touched("03-03 10:00", "gift")


def test_a_gift_to_a_government_body_is_wrong():
    assert status(GIFT, PEN, as_of="03-03 10:00", facts=GOVERNMENT) == "violated"


@pytest.mark.parametrize("kind", ["person", "company"])
def test_a_gift_to_anybody_else_is_not(kind):
    assert absent(GIFT, PEN, as_of="03-03 10:00", facts={"kind": kind})


def test_a_gift_to_a_customer_of_unknown_kind_is_in_doubt():
    assert status(GIFT, PEN, as_of="03-03 10:00") == "indeterminate"


@pytest.mark.parametrize("at", ["03-02 10:00", "03-03 10:00"])
def test_a_gift_cleared_at_or_before_it_is_right(at):
    cleared = happened(at, "gift.cleared")
    assert absent(GIFT, cleared, PEN, as_of="03-04 00:00", facts=GOVERNMENT)


def test_a_clearance_a_microsecond_later_does_not_help():
    cleared = happened("03-03 10:00:00.000001", "gift.cleared")
    assert status(GIFT, PEN, cleared, as_of="03-04 00:00", facts=GOVERNMENT) == "violated"


def test_a_clearance_of_the_same_day_leaves_a_dated_gift_in_doubt():
    dated = touched("03-03", "gift")
    cleared = happened("03-03 10:00", "gift.cleared")
    found_ = status(GIFT, dated, cleared, as_of="03-04 00:00", facts=GOVERNMENT)
    assert found_ == "indeterminate"


def test_a_card_is_no_gift():
    card = touched("03-03 10:00", "card")
    assert absent(GIFT, card, as_of="03-04 00:00", facts=GOVERNMENT)


def test_each_gift_is_judged_by_itself():
    cleared = happened("03-05 10:00", "gift.cleared")
    again = touched("03-06 10:00", "gift")
    wrong = found(PEN, cleared, again, as_of="03-07 00:00", facts=GOVERNMENT).select(GIFT)
    assert [one.trigger.startswith("touch.made-03-03") for one in wrong] == [True]


def test_a_customer_found_to_be_a_government_body_later_was_none_then():
    learned = happened("03-05 10:00", "customer.changed", **GOVERNMENT)
    assert status(GIFT, PEN, learned, as_of="03-06 00:00") == "indeterminate"
