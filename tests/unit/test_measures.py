"""Measures on small histories, computed by hand."""

from decimal import Decimal

import pytest

from retention_rules import Customer, Event, evaluate
from retention_rules.errors import DefinitionError, InvalidEvent, UnknownZone
from retention_rules.measures import (
    DIMENSIONS,
    SURVEY,
    History,
    churn_reasons,
    lost_and_won,
    on_time,
    repeat,
    share,
    touches,
    win_rate,
    word_of_mouth,
)
from retention_rules.practices import handbook

ZONE = "Asia/Shanghai"


def happened(at, kind, customer="lin", **data):
    name = "-".join([kind, customer, at, *map(str, data.values())])
    at = f"{at.replace(' ', 'T')}+08:00" if " " in at else at
    return Event(name, kind, customer=customer, occurred_at=at, data=data)


def deal(at, customer="lin", **data):
    return happened(at, "deal.closed", customer, **data)


def lost(at, customer="lin", **data):
    return happened(at, "customer.lost", customer, **data)


def history(*events, **how):
    return History(events, zone=ZONE, **how)


def row(table, **values):
    """The one row with these values."""
    found = [one for one in table if all(getattr(one, k) == v for k, v in values.items())]
    assert len(found) == 1, found
    return found[0]


# ---------------------------------------------------------------- shares


def test_a_share_of_nothing_is_none():
    assert (share(0, 0).value, share(0, 0).low, share(0, 0).high) == (None, None, None)


def test_no_success_out_of_some_is_zero():
    assert share(0, 3).value == 0.0 and share(0, 3).low == 0.0


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe 1998, table I, and Brown, Cai, DasGupta 2001: method "Wilson"
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_wilson(part, whole, low, high):
    found = share(part, whole)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


# ---------------------------------------------------------------- on time

STORY = (
    deal("2026-03-02 15:00", owner="wu"),
    happened("2026-03-02 16:00", "touch.made", channel="message", purpose="thanks"),
    deal("2026-03-03 15:00", "bo", owner="zhao"),
    deal("2026-03-04 15:00", "cai"),
    happened("2026-03-04 16:00", "deal.cancelled", "cai"),
    deal("2026-03-05 08:00", "dan", owner="wu"),
)


def same_day(by="practice", as_of="2026-03-05T09:00+08:00", **how):
    found = evaluate(handbook(), STORY, as_of=as_of, zone=ZONE)
    return on_time(found.select("thanks.same-day-message"), by=by, **how)


def test_on_time_counts_what_is_decided_and_leaves_out_the_rest():
    (one,) = same_day()
    assert (one.on_time, one.late, one.missed, one.n) == (1, 0, 1, 2)
    assert (one.waiting, one.released, one.indeterminate) == (1, 1, 0)
    assert one.share == 0.5


def test_on_time_is_told_by_owner():
    table = same_day("owner", history=history(*STORY))
    assert [(one.owner, one.on_time, one.n) for one in table] == [
        ("wu", 1, 1),
        ("zhao", 0, 1),
        (None, 0, 0),
    ]


def test_a_duty_without_an_owner_of_its_own_is_that_of_the_latest_deal():
    story = (
        deal("2026-03-02 15:00", owner="wu"),
        happened("2026-03-03 10:00", "complaint.received", case="c"),
    )
    found = evaluate(handbook(), story, as_of="2026-03-10T09:00+08:00", zone=ZONE)
    table = on_time(found.select("recovery.six-step"), by="owner", history=history(*story))
    assert [one.owner for one in table] == ["wu"]


def test_the_owner_of_a_stage_is_that_of_the_deal_behind_it():
    found = evaluate(handbook(), STORY[:1], as_of="2026-03-05T09:00+08:00", zone=ZONE)
    table = on_time(found.select("stage.reassure"), by="owner", history=history(*STORY))
    assert [one.owner for one in table] == ["wu"]


def test_on_time_is_told_by_strategy():
    (one,) = same_day("strategy", rulebook=handbook())
    assert (one.strategy, one.practice) == ("trust", None)


@pytest.mark.parametrize(("by", "expected"), [("month", "2026-03"), ("week", "2026-W10")])
def test_on_time_is_told_by_when_it_was_due(by, expected):
    (one,) = same_day(by)
    assert getattr(one, by) == expected


def test_it_is_due_on_the_customers_own_day():
    night = deal("2026-02-28 23:00")
    found = evaluate(handbook(), [night], as_of="2026-03-05T09:00+08:00", zone="Pacific/Auckland")
    (one,) = on_time(found.select("thanks.same-day-message"), by="month")
    assert one.month == "2026-03"


def test_several_dimensions_make_a_group_each():
    assert len(same_day(("practice", "customer"))) == 4


def test_no_dimension_makes_one_row():
    (one,) = same_day(())
    assert (one.practice, one.n) == (None, 2)


def test_a_violation_is_no_obligation():
    call = happened("2026-03-02 15:00", "touch.made", channel="call", question="closed")
    found = evaluate(handbook(), [call], as_of="2026-03-05T09:00+08:00", zone=ZONE)
    assert found and on_time(found) == ()


def test_what_nobody_can_tell_is_in_no_rate():
    call = happened("2026-03-02 16:00", "touch.made", channel="message")
    story = [deal("2026-03-02 15:00"), call]
    found = evaluate(handbook(), story, as_of="2026-03-05T09:00+08:00", zone=ZONE)
    (one,) = on_time(found.select("thanks.same-day-message"))
    assert (one.indeterminate, one.n, one.share) == (1, 0, None)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"by": "onwer"}, "`onwer` is nothing to group by: did you mean `owner`?"),
        ({"by": "owner"}, "grouped by owner without events: give `history=`"),
        ({"by": "strategy"}, "grouped by strategy without a rulebook: give `rulebook=`"),
    ],
)
def test_what_cannot_be_grouped_is_refused(how, told):
    with pytest.raises(DefinitionError) as caught:
        same_day(**how)
    assert str(caught.value) == told


def test_rows_become_dictionaries_with_all_their_columns():
    (one,) = same_day().to_dicts()
    assert one["practice"] == "thanks.same-day-message"
    assert {*DIMENSIONS, "n", "share", "low", "high", "indeterminate"} <= one.keys()


# ---------------------------------------------------------------- customers

LOSSES = (
    lost("2026-03-02", "a", cause="neglected"),
    lost("2026-03-03", "b", cause="neglected"),
    lost("2026-03-04", "c", cause="cheaper"),
    lost("2026-03-05", "d", cause="moon"),
    lost("2026-03-06", "e"),
)


def test_the_shares_of_the_survey_are_those_of_d0():
    assert list(SURVEY.values()) == [1, 3, 4, 5, 9, 10, 68] and sum(SURVEY.values()) == 100


@pytest.mark.parametrize(
    ("reason", "number", "part", "quoted"),
    [
        ("neglected", 2, 0.5, 0.68),
        ("cheaper", 1, 0.25, 0.09),
        ("died", 0, 0.0, 0.01),
        ("other", 1, 0.25, None),
        ("unstated", 1, None, None),
    ],
)
def test_reasons_are_shares_of_those_that_are_stated(reason, number, part, quoted):
    one = row(churn_reasons(history(*LOSSES)), reason=reason)
    assert (one.lost, one.share, one.survey) == (number, part, quoted)


def test_without_losses_no_reason_has_a_share():
    assert {one.share for one in churn_reasons(history())} == {None}


def test_the_weeks_between_have_rows_of_zeros():
    story = (deal("2026-03-02"), deal("2026-03-15", "bo"), lost("2026-03-17"))
    assert [
        (one.week, one.won, one.lost, one.customers) for one in lost_and_won(history(*story))
    ] == [
        ("2026-W10", 1, 0, 1),
        ("2026-W11", 1, 0, 2),
        ("2026-W12", 0, 1, 1),
    ]


def test_a_week_begins_on_monday_in_the_customers_zone():
    late = Event("o", "deal.closed", customer="lin", occurred_at="2026-03-08T23:00+00:00")
    assert [str(one.monday) for one in lost_and_won(history(late))] == ["2026-03-09"]


def test_a_further_deal_wins_nobody():
    story = (deal("2026-03-02"), deal("2026-03-03 10:00"))
    assert [one.won for one in lost_and_won(history(*story))] == [1]


def test_who_was_lost_can_be_won_again():
    story = (deal("2026-03-02"), lost("2026-03-03"), deal("2026-03-04"))
    assert [(one.won, one.lost, one.customers) for one in lost_and_won(history(*story))] == [
        (2, 1, 1)
    ]


def test_losing_somebody_never_seen_to_be_won_leaves_no_less_than_none():
    assert [(one.lost, one.customers) for one in lost_and_won(history(lost("2026-03-03")))] == [
        (1, 0)
    ]


BOUGHT = (
    deal("2026-03-02", "a", amount=100),
    deal("2026-03-03", "a", amount=Decimal("50.50")),
    deal("2026-03-04", "b", amount=50),
    deal("2026-03-05", "a"),
    deal("2026-03-06", "c", amount="much"),
)


@pytest.mark.parametrize(
    ("measure", "existing", "n", "left_out"),
    [
        ("customers", 1, 3, 0),
        ("deals", 2, 5, 0),
        ("value", Decimal("50.50"), Decimal("200.50"), 2),
    ],
)
def test_what_existing_customers_bring(measure, existing, n, left_out):
    one = row(repeat(history(*BOUGHT)), measure=measure)
    assert (one.existing, one.n, one.left_out) == (existing, n, left_out)
    assert one.share == pytest.approx(float(existing) / float(n))


def test_without_deals_existing_customers_bring_none():
    assert {one.share for one in repeat(history())} == {None}


def test_a_win_is_with_an_existing_customer_if_a_deal_came_before():
    story = (
        happened("2026-03-02 10:00", "opportunity.won"),
        deal("2026-03-02 10:00"),
        happened("2026-03-09 10:00", "opportunity.won", n=2),
        happened("2026-03-10 10:00", "opportunity.lost"),
        happened("2026-03-10 10:00", "opportunity.lost", "bo"),
    )
    table = win_rate(history(*story))
    assert [(one.customers, one.won, one.n, one.share) for one in table] == [
        ("new", 1, 2, 0.5),
        ("existing", 1, 2, 0.5),
    ]


def test_without_decided_orders_the_rate_is_none():
    assert {one.share for one in win_rate(history(deal("2026-03-02")))} == {None}


# ---------------------------------------------------------------- touches and words


def touched(at, customer="lin", **data):
    return happened(at, "touch.made", customer, **data)


def test_a_month_without_a_touch_has_none():
    story = (deal("2026-01-31"), touched("2026-02-01"), touched("2026-02-02"))
    table = touches(history(*story, as_of="2026-03-31T16:00+00:00"))
    assert [(one.month, one.touches) for one in table] == [
        ("2026-01", 0),
        ("2026-02", 2),
        ("2026-03", 0),
        ("2026-04", 0),
    ]


def test_without_as_of_the_months_end_with_the_last_event():
    assert [
        one.month for one in touches(history(touched("2025-12-31"), touched("2026-01-01", "bo")))
    ] == [
        "2026-01",
        "2025-12",
        "2026-01",
    ]


def test_an_attempt_is_no_touch():
    (one,) = touches(history(happened("2026-03-02", "touch.attempted")))
    assert one.touches == 0


def test_the_last_known_mood_carries():
    story = (
        happened("2026-03-02", "feedback.received", "a", satisfied=True),
        happened("2026-03-03", "feedback.received", "a", satisfied=False),
        happened("2026-03-04", "touch.made", "a"),
        happened("2026-03-02", "feedback.received", "b", satisfied=True),
        deal("2026-03-02", "c"),
    )
    assert [(one.mood, one.customers, one.reach) for one in word_of_mouth(history(*story))] == [
        ("satisfied", 1, 5),
        ("dissatisfied", 1, 10),
        ("unknown", 1, None),
    ]


# ---------------------------------------------------------------- history


def test_what_comes_after_as_of_is_not_seen():
    assert len(history(*BOUGHT, as_of="2026-03-04T00:00+08:00")) == 3


def test_what_was_recorded_later_is_not_known():
    late = Event(
        "o", "deal.closed", customer="a", occurred_at="2026-03-02", recorded_at="2026-03-09T00:00Z"
    )
    assert len(history(late, known_at="2026-03-08T00:00Z")) == 0


def test_what_was_retracted_did_not_happen():
    assert len(history(BOUGHT[0], BOUGHT[0].retracted("r"))) == 0


def test_a_customer_has_its_own_zone():
    late = Event("o", "deal.closed", customer="a", occurred_at="2026-03-08T23:00+00:00")
    (one,) = History([late], zone=ZONE, customers=[Customer("a", zone="Europe/Berlin")])
    assert str(one.day) == "2026-03-09"
    (one,) = History([late], zone="UTC")
    assert str(one.day) == "2026-03-08"


def test_without_a_zone_there_is_no_day():
    with pytest.raises(UnknownZone, match="`lin` has no zone: give `zone=`"):
        History([deal("2026-03-02")])


def test_one_record_is_no_history():
    with pytest.raises(InvalidEvent, match=r"is no list of records: put it into one"):
        History(deal("2026-03-02"))
