import pytest
from tests.practices.timeline import absent, found, happened, status, touched

from retention_rules.practices import handbook

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


# ---------------------------------------------------------------- greetings

GREETING = "conduct.neutral-greeting"


def card(**data):
    return touched("12-20", "card", **data)


def test_a_religious_card_to_somebody_of_unknown_faith_is_wrong():
    christmas = card(purpose="greeting", style="religious")
    assert status(GREETING, christmas, as_of="12-22 00:00") == "violated"


def test_a_religious_card_to_somebody_whose_faith_is_known_is_right():
    christmas = card(purpose="greeting", style="religious")
    assert absent(GREETING, christmas, as_of="12-22 00:00", facts={"faith": "christian"})


def test_a_general_card_is_right():
    assert absent(GREETING, card(purpose="greeting", style="general"), as_of="12-22 00:00")


def test_a_card_of_unknown_style_is_in_doubt():
    assert status(GREETING, card(purpose="greeting"), as_of="12-22 00:00") == "indeterminate"


@pytest.mark.parametrize("data", [{}, {"purpose": "thanks"}])
def test_a_card_that_is_no_greeting_is_not_asked_for_its_style(data):
    assert absent(GREETING, card(**data), as_of="12-22 00:00")


# ---------------------------------------------------------------- blame

BLAME = "conduct.no-blame"


@pytest.mark.parametrize("data", [{}, {"case": "c1"}])
def test_passing_the_blame_is_wrong_on_any_touch(data):
    assert status(BLAME, asked(blamed=True, **data), as_of="03-03 10:00") == "violated"


def test_taking_it_on_is_right():
    assert absent(BLAME, asked(blamed=False, case="c1"), as_of="03-03 10:00")


def test_a_talk_about_a_complaint_without_a_judgement_is_in_doubt():
    assert status(BLAME, asked(case="c1"), as_of="03-03 10:00") == "indeterminate"


def test_a_talk_about_something_else_is_not():
    assert absent(BLAME, asked(), as_of="03-03 10:00")


# ---------------------------------------------------------------- flattery

FLATTERY = "conduct.no-empty-flattery"


def visited(**data):
    return touched("03-09 10:00", "visit", **data)


def test_praise_for_nothing_is_wrong():
    empty = visited(praised=True, praise_basis="none")
    assert status(FLATTERY, empty, as_of="03-09 10:00") == "violated"


def test_praise_for_a_change_is_right():
    earned = visited(praised=True, praise_basis="sleeps better")
    assert absent(FLATTERY, earned, as_of="03-09 10:00")


@pytest.mark.parametrize("data", [{"praised": True}, {"purpose": "use"}])
def test_praise_of_unknown_basis_or_an_unknown_praise_is_in_doubt(data):
    assert status(FLATTERY, visited(**data), as_of="03-09 10:00") == "indeterminate"


@pytest.mark.parametrize("data", [{}, {"purpose": "use", "praised": False}])
def test_where_no_praise_is_told_of_there_was_none(data):
    assert absent(FLATTERY, visited(**data), as_of="03-09 10:00")


# ---------------------------------------------------------------- promises

PROMISES = "conduct.deliverable-promises"


def promised(**data):
    return happened("03-03 10:00", "promise.made", promise="p1", **data)


def test_a_promise_that_nobody_has_checked_is_wrong():
    assert status(PROMISES, promised(confirmed=False), as_of="03-03 10:00") == "violated"


def test_a_promise_that_was_checked_is_right():
    assert absent(PROMISES, promised(confirmed=True), as_of="03-03 10:00")


def test_whether_a_promise_was_checked_may_be_unknown():
    assert status(PROMISES, promised(), as_of="03-03 10:00") == "indeterminate"


@pytest.mark.parametrize("data", [{}, {"confirmed": False}])
def test_a_confirmation_before_it_makes_it_right(data):
    checked = happened("03-03 09:00", "promise.confirmed", promise="p1")
    assert absent(PROMISES, checked, promised(**data), as_of="03-03 10:00")


def test_the_confirmation_of_another_promise_does_not():
    checked = happened("03-03 09:00", "promise.confirmed", promise="p2")
    story = (checked, promised(confirmed=False))
    assert status(PROMISES, *story, as_of="03-03 10:00") == "violated"


# ---------------------------------------------------------------- secrets

SECRETS = "conduct.confidential"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"secrecy": "business-secret"}, "violated"),
        ({"secrecy": "private"}, "violated"),
        ({}, "indeterminate"),
    ],
)
def test_secrets_are_not_told_and_the_unknown_is_in_doubt(data, expected):
    told = happened("03-03 10:00", "disclosure.made", **data)
    assert status(SECRETS, told, as_of="03-03 10:00") == expected


def test_what_is_public_may_be_told():
    told = happened("03-03 10:00", "disclosure.made", secrecy="public")
    assert absent(SECRETS, told, as_of="03-03 10:00")


# ---------------------------------------------------------------- excessive demands

DEMAND = "conduct.excessive-demand"


def demand(kind, at="03-03 10:00", **data):
    return happened(at, f"demand.{kind}", demand="d1", **data)


GRANTED = demand("granted", excessive=True)


def test_granting_an_excessive_demand_is_wrong():
    assert status(DEMAND, GRANTED, as_of="03-03 10:00") == "violated"


def test_granting_it_with_approval_is_right():
    assert absent(DEMAND, demand("approved", "03-03 09:00"), GRANTED, as_of="03-03 10:00")


def test_an_approval_a_microsecond_later_does_not_help():
    late = demand("approved", "03-03 10:00:00.000001")
    assert status(DEMAND, GRANTED, late, as_of="03-04 00:00") == "violated"


def test_granting_a_fair_demand_is_right():
    assert absent(DEMAND, demand("granted", excessive=False), as_of="03-03 10:00")


def test_a_demand_of_unknown_size_is_in_doubt():
    assert status(DEMAND, demand("granted"), as_of="03-03 10:00") == "indeterminate"


DECLINED = demand("declined", excessive=True)
REFERRAL = handbook(variants={DEMAND: "referral"})


def test_declining_it_needs_no_referral():
    assert absent(DEMAND, DECLINED, as_of="03-03 10:00")


def test_read_as_a_referral_even_declining_needs_one():
    assert status(DEMAND, DECLINED, as_of="03-03 10:00", rules=REFERRAL) == "violated"


def test_read_as_a_referral_one_before_it_is_enough():
    referred = demand("referred", "03-03 09:00")
    assert absent(DEMAND, referred, DECLINED, as_of="03-03 10:00", rules=REFERRAL)


# ---------------------------------------------------------------- what gifts are like

USEFUL = "conduct.useful-gift"
FINE = {"useful": True, "related": True, "cliche": False}


def gift(**data):
    return touched("03-03 10:00", "gift", **data)


def test_a_useful_gift_that_reminds_of_us_is_right():
    assert absent(USEFUL, gift(**FINE), as_of="03-03 10:00")


@pytest.mark.parametrize("what", FINE)
def test_each_flaw_of_a_gift_is_wrong_by_itself(what):
    assert status(USEFUL, gift(**{what: not FINE[what]}), as_of="03-03 10:00") == "violated"


@pytest.mark.parametrize("what", FINE)
def test_a_gift_of_which_something_is_unknown_is_in_doubt(what):
    known = {name: value for name, value in FINE.items() if name != what}
    assert status(USEFUL, gift(**known), as_of="03-03 10:00") == "indeterminate"


# ---------------------------------------------------------------- gifts to win work

BRIBE = "conduct.no-gift-to-win-work"
EXAMPLES = handbook(examples=True)
OPENED = happened("03-01 10:00", "opportunity.opened")


def judged(*events):
    return [one.status for one in found(*events, as_of="03-04 00:00", rules=EXAMPLES).select(BRIBE)]


def test_a_gift_to_win_work_is_wrong():
    assert judged(gift(to_win_work=True)) == ["violated"]


@pytest.mark.parametrize("story", [(), (OPENED,)])
def test_a_gift_that_is_said_not_to_be_one_is_right(story):
    assert judged(*story, gift(to_win_work=False)) == []


@pytest.mark.parametrize("story", [(), (OPENED,)])
def test_a_gift_while_work_may_be_won_is_in_doubt(story):
    assert judged(*story, gift()) == ["indeterminate"]


@pytest.mark.parametrize("end", ["opportunity.won", "opportunity.lost"])
def test_a_gift_after_it_is_decided_wins_none(end):
    assert judged(OPENED, happened("03-02 10:00", end), gift()) == []


# ---------------------------------------------------------------- reachable

REACHABLE = "conduct.reachable"


@pytest.mark.parametrize(
    ("data", "expected"), [({"announced": False}, "violated"), ({}, "indeterminate")]
)
def test_a_change_of_number_is_announced_and_the_unknown_is_in_doubt(data, expected):
    changed = happened("03-03 10:00", "contact-details.changed", **data)
    assert status(REACHABLE, changed, as_of="03-03 10:00") == expected


def test_an_announced_change_is_right():
    changed = happened("03-03 10:00", "contact-details.changed", announced=True)
    assert absent(REACHABLE, changed, as_of="03-03 10:00")
