"""Conditions on an event: true, false or unknown."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from tests.semantics.story import ZONE, deal, follow_up, happened, instant

from retention_rules import (
    Customer,
    DefinitionError,
    Rulebook,
    business_days,
    customer,
    days,
    evaluate,
    event,
    field,
    hours,
    prior,
)

NOW = "03-02 15:00"
UNKNOWN = None


def truth(condition, *before, facts=None, **data):
    """What a condition is of a deal with this data, after these events."""
    rule = follow_up(days(2), trigger=event("asked").where(condition))
    found = evaluate(
        Rulebook(rule),
        [*before, happened("now", "asked", NOW, **data)],
        as_of=instant(NOW),
        customers=[Customer("lin", zone=ZONE, facts=facts or {})],
    )
    if not found:
        return False
    return UNKNOWN if found[0].status == "indeterminate" else True


# ------------------------------------------------------------- Kleene's tables


TRUE, FALSE, MAYBE = field("one") == 1, field("one") == 2, field("none") == 1
VALUES = {True: TRUE, False: FALSE, UNKNOWN: MAYBE}
T, F, U = True, False, UNKNOWN


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_and_and_or(one, other, both, either):
    assert truth(VALUES[one] & VALUES[other], one=1) is both
    assert truth(VALUES[one] | VALUES[other], one=1) is either


@pytest.mark.parametrize(("one", "opposite"), [(T, F), (F, T), (U, U)])
def test_not(one, opposite):
    assert truth(~VALUES[one], one=1) is opposite


@pytest.mark.parametrize(("one", "expected"), [(T, T), (F, F), (U, U)])
def test_not_not(one, expected):
    assert truth(~~VALUES[one], one=1) is expected


def test_three_of_them_and_of_morgan():
    assert truth(TRUE & MAYBE & FALSE, one=1) is False
    assert truth(FALSE | MAYBE | TRUE, one=1) is True
    assert truth(~(MAYBE & TRUE), one=1) is truth(~MAYBE | ~TRUE, one=1)


def test_a_condition_has_no_truth_of_its_own():
    with pytest.raises(DefinitionError):
        bool(TRUE and FALSE)


# ------------------------------------------------------------- comparisons


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (field("x") == 3, True),
        (field("x") != 3, False),
        (field("x") < 3, False),
        (field("x") <= 3, True),
        (field("x") > 2, True),
        (field("x") >= 4, False),
        (field("x") == 3.0, True),
        (field("x") == Decimal("3.00"), True),
        (field("x") == "3", UNKNOWN),
        (field("x") != "3", UNKNOWN),
        (field("x") == True, UNKNOWN),  # noqa: E712
        (field("x") < date(2026, 3, 2), UNKNOWN),
        (field("text") == "abc", True),
        (field("text") < "abd", True),
        (field("text") == "ABC", False),
        (field("text") > 3, UNKNOWN),
        (field("yes") == True, True),  # noqa: E712
        (field("yes") != False, True),  # noqa: E712
        (field("yes") == 1, UNKNOWN),
        (field("yes") <= True, UNKNOWN),
        (field("day") == date(2026, 3, 2), True),
        (field("day") < date(2026, 3, 3), True),
        (field("day") == instant(NOW), UNKNOWN),
        (field("day") == "2026-03-02", UNKNOWN),
        (field("at") == datetime(2026, 3, 2, 7, tzinfo=UTC), True),
        (field("at") > datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=2))), True),
        (field("at") > date(2026, 3, 1), UNKNOWN),
        (field("list") == 3, UNKNOWN),
        (field("none") == 3, UNKNOWN),
        (field("none") != 3, UNKNOWN),
        (field("x") == field("y"), False),
        (field("x") < field("y"), True),
        (field("x") == field("text"), UNKNOWN),
        (field("x") == field("none"), UNKNOWN),
    ],
)
def test_a_comparison_is_unknown_when_a_field_is_missing_or_of_another_type(condition, expected):
    data = {
        "x": 3,
        "y": 4,
        "text": "abc",
        "yes": True,
        "day": date(2026, 3, 2),
        "at": instant(NOW),
        "list": [3],
    }
    assert truth(condition, **data) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, True),
        (1.0, True),
        ("a", True),
        (2, False),
        ("b", False),
        (True, UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_in_is_unknown_when_missing_or_of_a_type_of_none_of_the_values(value, expected):
    assert truth(field("x").in_(1, "a"), x=value) is expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0, True), ("", True), (False, True), (None, False)]
)
def test_is_known_is_never_unknown(value, expected):
    assert truth(field("x").is_known(), x=value) is expected
    assert truth(~field("x").is_known(), x=value) is not expected


def test_the_values_of_a_pattern_are_conditions():
    rule = follow_up(days(2), trigger=event("asked", channel="call"))
    for channel, count in [("call", 1), ("mail", 0)]:
        asked = happened("a", "asked", NOW, channel=channel)
        assert len(evaluate(Rulebook(rule), [asked], as_of=instant(NOW), zone=ZONE)) == count


# ------------------------------------------------------------- facts of the customer


def changed(at, id=None, **facts):
    return happened(id or f"c{at}", "customer.changed", at, **facts)


VIP = customer("rank") == "vip"


def test_a_fact_is_that_of_the_table():
    assert truth(VIP, facts={"rank": "vip"}) is True
    assert truth(VIP, facts={"rank": "new"}) is False
    assert truth(VIP) is UNKNOWN


def test_a_change_up_to_the_event_replaces_it():
    assert truth(VIP, changed("03-01 10:00", rank="vip"), facts={"rank": "new"}) is True
    assert truth(VIP, changed(NOW, "zzz", rank="vip"), facts={"rank": "new"}) is True
    assert truth(VIP, changed("03-02", rank="vip"), facts={"rank": "new"}) is True


def test_the_last_change_that_carries_the_field_counts():
    story = (changed("03-01 10:00", rank="vip"), changed("03-01 11:00", rank="new"))
    assert truth(VIP, *story) is False
    assert truth(VIP, changed("03-01 10:00", rank="vip"), changed("03-01 11:00", size=3)) is True


def test_a_change_at_the_instant_by_source_and_id():
    story = (changed("03-01 10:00", "a", rank="new"), changed("03-01 10:00", "b", rank="vip"))
    assert truth(VIP, *story) is True


def test_a_later_change_does_not_count():
    rule = follow_up(days(2), trigger=event("asked").where(VIP))
    story = [happened("now", "asked", NOW), changed("03-02 15:00:00.000001", rank="vip")]
    (one,) = evaluate(Rulebook(rule), story, as_of=instant("03-03 10:00"), zone=ZONE)
    assert one.status == "indeterminate"


# ------------------------------------------------------------- what was before


DEALS = prior("deal.closed")


def sold(id, at, amount=None, **data):
    return deal(id, at, **({} if amount is None else {"amount": amount}), **data)


STORY = (
    sold("a", "01-10 10:00", 100),
    sold("b", "02-10 10:00", 300),
    sold("c", "03-01 10:00", 200),
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (DEALS.count() == 3, True),
        (DEALS.max("amount") == 300, True),
        (DEALS.min("amount") == 100, True),
        (DEALS.sum("amount") == 600, True),
        (DEALS.last("amount") == 200, True),
        (DEALS.max("amount") * 0.5 == 150, True),
        (0.1 * DEALS.max("amount") >= 31, False),
        (prior("deal.closed", since=days(20)).count() == 2, True),
        (prior("deal.closed", since=days(20)).max("amount") == 300, True),
        (prior("deal.closed", since=days(19)).sum("amount") == 200, True),
        (prior(event("deal.closed").where(field("amount") < 300)).max("amount") == 200, True),
        (prior("nothing").count() == 0, True),
    ],
)
def test_what_was_before_is_counted(condition, expected):
    assert truth(condition, *STORY) is expected


@pytest.mark.parametrize("aggregate", [DEALS.max, DEALS.min, DEALS.sum, DEALS.last])
def test_of_nothing_there_is_no_value_and_every_comparison_is_false(aggregate):
    value = aggregate("amount")
    assert [truth(one) for one in (value == 0, value != 0, value < 1, value >= 0)] == [False] * 4
    assert truth(~(value >= 0)) is True


def test_a_share_of_the_greatest_deal_before():
    small = field("amount") <= DEALS.max("amount") * Decimal("0.1")
    assert truth(small, *STORY, amount=30) is True
    assert truth(small, *STORY, amount=31) is False
    assert truth(small, amount=30) is False


@pytest.mark.parametrize("factor", [2, 0])
def test_a_multiple_of_what_is_no_number_is_unknown(factor):
    visited = happened("v", "visited", "02-03 10:00", on=date(2026, 2, 3))
    assert truth(prior("visited").last("on") * factor >= 1, visited) is UNKNOWN


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (DEALS.count() == 4, True),
        (DEALS.max("amount") >= 1, UNKNOWN),
        (DEALS.min("amount") <= 1, UNKNOWN),
        (DEALS.sum("amount") >= 1, UNKNOWN),
    ],
)
def test_a_match_that_lacks_the_number_makes_the_aggregate_unknown(condition, expected):
    assert truth(condition, *STORY, sold("d", "02-20 10:00")) is expected


def test_a_match_with_text_for_a_number_makes_the_aggregate_unknown():
    assert truth(DEALS.max("amount") >= 1, *STORY, sold("d", "02-20 10:00", "many")) is UNKNOWN


def test_the_last_may_be_text():
    assert truth(DEALS.last("mood") == "glad", sold("a", "03-01 10:00", mood="glad")) is True


SURE, PERHAPS = sold("s", "02-01 10:00", 100, ok=True), sold("p", "02-02 10:00", 500)
OKS = prior(event("deal.closed", ok=True))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (OKS.count() >= 1, True),
        (OKS.count() == 1, UNKNOWN),
        (OKS.count() <= 2, True),
        (OKS.count() >= 3, False),
        (OKS.count() == 0, False),
        (OKS.max("amount") >= 100, True),
        (OKS.max("amount") >= 500, UNKNOWN),
        (OKS.max("amount") > 500, False),
        (OKS.min("amount") <= 100, True),
        (OKS.min("amount") == 100, True),
        (OKS.sum("amount") >= 100, True),
        (OKS.sum("amount") <= 600, True),
        (OKS.sum("amount") == 100, UNKNOWN),
    ],
)
def test_an_event_that_matches_only_perhaps_makes_a_range(condition, expected):
    assert truth(condition, SURE, PERHAPS) is expected


def test_when_all_that_matches_does_so_only_perhaps_there_may_be_no_value():
    assert truth(OKS.max("amount") >= 500, PERHAPS) is UNKNOWN
    assert truth(OKS.max("amount") > 500, PERHAPS) is False


def test_same_counts_those_that_share_the_field():
    same = prior("deal.closed", same="case").count() == 1
    story = (
        sold("a", "02-01 10:00", case="c1"),
        sold("b", "02-02 10:00", case="c2"),
        sold("c", "02-03 10:00"),
    )
    assert truth(same, *story, case="c1") is True
    assert truth(same, *story, case="c3") is False
    assert truth(same, *story) is UNKNOWN


@pytest.mark.parametrize(
    ("since", "at", "expected"),
    [
        (hours(24), "03-01 15:00", True),
        (hours(24), "03-01 14:59:59.999999", False),
        (days(1), "03-01 00:00", True),
        (days(1), "03-01", True),
        (days(1), "02-28 23:59:59.999999", False),
        (days(0), "03-02 00:00", True),
        (hours(24), "03-02", True),
        (hours(24), "03-01", False),
    ],
)
def test_since_is_closed_and_days_reach_to_the_start_of_the_date(since, at, expected):
    assert truth(prior("deal.closed", since=since).count() == 1, sold("a", at)) is expected


@pytest.mark.parametrize(("id", "expected"), [("a", True), ("z", False)])
def test_before_means_before_in_the_order(id, expected):
    assert truth(DEALS.count() == 1, sold(id, NOW)) is expected


def test_a_condition_in_what_was_before_is_judged_at_that_time():
    was_vip = prior(event("deal.closed").where(VIP)).count() == 1
    story = (
        changed("01-01 10:00", rank="vip"),
        sold("a", "01-10 10:00"),
        changed("02-01 10:00", rank="new"),
        sold("b", "02-10 10:00"),
    )
    assert truth(was_vip, *story) is True


def test_what_was_before_may_be_nested():
    second = prior(event("deal.closed").where(DEALS.count() == 1)).count() == 1
    assert truth(second, *STORY) is True
    assert truth(second, *STORY[:1]) is False


def test_since_working_time_is_refused():
    with pytest.raises(DefinitionError, match="since"):
        prior("deal.closed", since=business_days(2))


# ------------------------------------------------------------- a history that is in doubt

LAST_SURE = prior(event("sighted").where(field("sure") == True)).last("colour")  # noqa: E712


def sighted(at, colour, **more):
    return happened(f"sighted-{colour}", "sighted", at, colour=colour, **more)


@pytest.mark.parametrize(
    ("perhaps", "expected"),
    [("red", True), ("blue", UNKNOWN), ("green", UNKNOWN)],
)
def test_what_was_last_perhaps_is_among_values_for_sure_only_if_either_way(perhaps, expected):
    before = [sighted("03-01 10:00", "red", sure=True)]
    if perhaps != "red":
        before.append(sighted("03-01 11:00", perhaps))
    assert truth(LAST_SURE.in_("red", "white"), *before) is expected


def test_what_was_last_for_sure_is_among_no_other_values():
    assert truth(LAST_SURE.in_("white", "black"), sighted("03-01 10:00", "red", sure=True)) is False


def test_what_was_last_either_way_is_among_no_other_values():
    before = [sighted("03-01 10:00", "red", sure=True), sighted("03-01 11:00", "blue")]
    assert truth(LAST_SURE.in_("white", "black"), *before) is False
