import pytest
from tests.practices.timeline import LAST, absent, deal, due, found, happened, status, touched

from retention_rules.practices import handbook

ONE, THREE, SEVEN = (f"cadence.1-3-7.day-{day}" for day in (1, 3, 7))
NOUGHT, CARING, CHAT, CHECK = (f"cadence.0-3-10-20.day-{day}" for day in (0, 3, 10, 20))
SECOND = handbook(cadence="0-3-10-20")

# ---------------------------------------------------------------- 1-3-7, from the sale


@pytest.mark.parametrize(
    ("rule", "first", "last"),
    [
        (ONE, "03-03 00:00", f"03-03 {LAST}"),
        (THREE, "03-04 00:00", f"03-05 {LAST}"),
        (SEVEN, "03-06 00:00", f"03-09 {LAST}"),
    ],
)
@pytest.mark.parametrize("end", ["first", "last"])
def test_a_touch_at_either_end_of_its_window_pays(rule, first, last, end):
    channel = "visit" if rule == SEVEN else "call"
    touch = touched(first if end == "first" else last, channel)
    assert status(rule, deal(), touch, as_of="03-31 00:00") == "fulfilled"


@pytest.mark.parametrize(
    ("rule", "early", "late"),
    [
        (ONE, f"03-02 {LAST}", "03-04 00:00"),
        (THREE, f"03-03 {LAST}", "03-06 00:00"),
        (SEVEN, f"03-05 {LAST}", "03-10 00:00"),
    ],
)
def test_a_microsecond_outside_its_window_it_does_not(rule, early, late):
    channel = "visit" if rule == SEVEN else "call"
    before, after = touched(early, channel), touched(late, channel)
    assert status(rule, deal(), before, as_of=late) == "breached"
    assert status(rule, deal(), after, as_of=late) == "repaired"


def test_the_first_touch_may_take_any_channel():
    message = touched("03-03 10:00", "message")
    assert status(ONE, deal(), message, as_of="03-04 00:00") == "fulfilled"


def test_thanks_do_not_ask_whether_it_is_used():
    thanks = touched("03-03 10:12", "email", purpose="thanks")
    assert status(ONE, deal(), thanks, as_of="03-04 00:00") == "breached"


def test_thanks_that_record_use_have_asked():
    thanks = touched("03-03 10:12", "call", purpose="thanks", used=False)
    assert status(ONE, deal(), thanks, as_of="03-04 00:00") == "fulfilled"


def test_the_third_day_wants_a_call():
    message = touched("03-05 10:00", "message")
    assert status(THREE, deal(), message, as_of="03-06 00:00") == "breached"


def test_a_touch_of_unknown_channel_leaves_the_call_in_doubt():
    assert status(THREE, deal(), touched("03-05 10:00"), as_of="03-06 00:00") == "indeterminate"


def test_a_call_does_not_replace_the_visit():
    call = touched("03-09 10:00", "call")
    assert status(SEVEN, deal(), call, as_of="03-10 00:00") == "breached"


@pytest.mark.parametrize("rule", [ONE, THREE, SEVEN])
def test_a_cancelled_deal_releases_the_cadence(rule):
    cancelled = happened("03-02 18:00", "deal.cancelled")
    assert status(rule, deal(), cancelled, as_of="03-02 18:00") == "released"


def test_a_customer_who_is_gone_is_owed_no_visit():
    gone = happened("03-06 09:00", "customer.lost")
    assert status(SEVEN, deal(), gone, as_of="03-20 00:00") == "released"


# ---------------------------------------------------------------- 1-3-7, its other readings

DONE = {  # all on the last day: the calls and the visit of each reading
    "from-sale": ["03-03 24:00", "03-05 24:00", "03-09 24:00"],
    "gaps-from-sale": ["03-04 24:00", "03-06 24:00", "03-10 24:00"],
    "chained": ["03-03 24:00", "03-06 24:00", "03-13 24:00"],
    "chained-gaps": ["03-04 24:00", "03-08 24:00", "03-16 24:00"],
    "chained-gaps-next-day": ["03-03 24:00", "03-07 24:00", "03-15 24:00"],
}


@pytest.mark.parametrize("reading", DONE)
def test_the_due_days_if_each_touch_comes_on_its_day(reading):
    rules = handbook(reading=reading)
    first, second, third = DONE[reading]
    calls = [touched(day.replace("24:00", "10:00"), "call") for day in (first, second)]
    story = (deal(), *calls)
    dues = [due(rule, *story, as_of="03-31 00:00", rules=rules) for rule in (ONE, THREE, SEVEN)]
    assert dues == [first, second, third]


def test_in_a_chain_an_early_call_brings_the_visit_forward():
    rules = handbook(reading="chained")
    calls = touched("03-03 10:00", "call"), touched("03-04 10:00", "call")
    assert due(SEVEN, deal(), *calls, as_of="03-05 00:00", rules=rules) == "03-11 24:00"


def test_in_a_chain_a_late_call_does_not_put_off_the_visit():
    rules = handbook(reading="chained")
    calls = touched("03-03 10:00", "call"), touched("03-08 10:00", "call")
    assert due(SEVEN, deal(), *calls, as_of="03-09 00:00", rules=rules) == "03-13 24:00"


def test_in_a_chain_the_visit_is_not_owed_before_the_call():
    rules = handbook(reading="chained")
    assert absent(SEVEN, deal(), as_of=f"03-06 {LAST}", rules=rules)


def test_a_chain_goes_on_when_a_touch_never_comes():
    rules = handbook(reading="chained")
    assert due(SEVEN, deal(), as_of="03-07 00:00", rules=rules) == "03-13 24:00"


STATED = handbook(reading="stated-figures")
USE = happened("03-10 08:00", "product.first-used")


def test_by_the_stated_figures_the_call_counts_from_the_first_use():
    assert due(THREE, deal(), USE, as_of="03-11 00:00", rules=STATED) == "03-17 24:00"


def test_by_the_stated_figures_no_use_owes_no_call():
    assert absent(THREE, deal(), as_of="03-31 00:00", rules=STATED)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (f"03-15 {LAST}", "breached"),
        ("03-16 00:00", "fulfilled"),
        (f"03-18 {LAST}", "fulfilled"),
        ("03-19 00:00", "repaired"),
    ],
)
def test_about_half_a_month_is_14_to_16_days(at, expected):
    visit = touched(at, "visit")
    assert status(SEVEN, deal(), visit, as_of="03-19 00:00", rules=STATED) == expected


def test_on_the_exact_day_an_early_call_does_not_pay():
    call = touched("03-04 10:00", "call")
    exact = handbook(window="exact-day")
    assert status(THREE, deal(), call, as_of="03-06 00:00", rules=exact) == "breached"


# ---------------------------------------------------------------- 0-3-10-20


def test_the_four_touches_are_due_0_3_10_and_20_days_after_the_deal():
    dues = [due(rule, deal(), as_of="03-02 15:00", rules=SECOND) for rule in FOUR]
    assert dues == ["03-02 24:00", "03-05 24:00", "03-12 24:00", "03-22 24:00"]


FOUR = (NOUGHT, CARING, CHAT, CHECK)


def test_as_full_days_they_are_due_after_0_4_11_and_21():
    full = handbook(cadence="0-3-10-20", variants={"cadence.0-3-10-20": "full-days"})
    dues = [due(rule, deal(), as_of="03-02 15:00", rules=full) for rule in FOUR]
    assert dues == ["03-02 24:00", "03-06 24:00", "03-13 24:00", "03-23 24:00"]


@pytest.mark.parametrize(
    ("rule", "channel", "first", "last"),
    [
        (NOUGHT, "message", "03-02 15:00", f"03-02 {LAST}"),
        (CARING, "call", "03-03 00:00", f"03-05 {LAST}"),
        (CHAT, "message", "03-06 00:00", f"03-12 {LAST}"),
        (CHECK, "call", "03-13 00:00", f"03-22 {LAST}"),
    ],
)
@pytest.mark.parametrize("end", ["first", "last"])
def test_each_of_the_four_is_paid_at_either_end(rule, channel, first, last, end):
    purpose = {"purpose": "thanks"} if rule == NOUGHT else {}
    touch = touched(first if end == "first" else last, channel, **purpose)
    assert status(rule, deal(), touch, as_of="03-31 00:00", rules=SECOND) == "fulfilled"


@pytest.mark.parametrize(
    ("rule", "channel", "late"),
    [
        (NOUGHT, "message", "03-03 00:00"),
        (CARING, "call", "03-06 00:00"),
        (CHAT, "message", "03-13 00:00"),
        (CHECK, "call", "03-23 00:00"),
    ],
)
def test_each_of_the_four_is_late_a_microsecond_later(rule, channel, late):
    purpose = {"purpose": "thanks"} if rule == NOUGHT else {}
    touch = touched(late, channel, **purpose)
    assert status(rule, deal(), touch, as_of="03-31 00:00", rules=SECOND) == "repaired"


@pytest.mark.parametrize("rule", FOUR)
def test_a_cancelled_deal_releases_all_four(rule):
    cancelled = happened("03-02 18:00", "deal.cancelled")
    assert status(rule, deal(), cancelled, as_of="03-02 18:00", rules=SECOND) == "released"


def test_the_caring_call_wants_a_call():
    message = touched("03-05 10:00", "message")
    assert status(CARING, deal(), message, as_of="03-06 00:00", rules=SECOND) == "breached"


WAITING = handbook(cadence="0-3-10-20", variants={"cadence.0-3-10-20": "when-issued"})


def test_the_check_can_wait_for_the_card():
    assert absent(CHECK, deal(), as_of="03-31 00:00", rules=WAITING)


def test_the_check_is_then_due_the_day_after_the_card():
    issued = happened("03-28 11:00", "product.issued")
    assert due(CHECK, deal(), issued, as_of="03-28 11:00", rules=WAITING) == "03-29 24:00"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("03-28 10:59", "breached"),
        ("03-28 11:00", "fulfilled"),
        (f"03-29 {LAST}", "fulfilled"),
        ("03-30 00:00", "repaired"),
    ],
)
def test_a_check_counts_from_the_issue_to_the_end_of_the_day_after(at, expected):
    issued = happened("03-28 11:00", "product.issued")
    check = touched(at, "call")
    assert status(CHECK, deal(), issued, check, as_of="03-30 00:00", rules=WAITING) == expected


def test_a_card_that_comes_early_makes_the_check_due_before_the_twentieth_day():
    issued = happened("03-06 11:00", "product.issued")
    assert due(CHECK, deal(), issued, as_of="03-06 11:00", rules=WAITING) == "03-07 24:00"


def test_what_counts_from_first_use_counts_from_it_on_where_early_touches_count():
    early = handbook(reading="stated-figures", window="by-day")
    use = happened("03-04 10:00", "product.first-used")
    call = touched("03-04 11:00", "call", purpose="follow-up")
    assert status(THREE, deal(), use, call, as_of="03-05 00:00", rules=early) == "fulfilled"


def test_one_call_pays_both_cadences():
    both = handbook(cadence="both")
    call = touched("03-05 10:00", "call")
    paid = found(deal(), call, as_of="03-06 00:00", rules=both)
    assert {paid.get(rule, customer="lin").status for rule in (THREE, CARING)} == {"fulfilled"}
