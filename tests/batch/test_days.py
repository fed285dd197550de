"""Events known by their day only, in the kernel: it takes nearly all of them."""

import pytest
from tests.semantics.story import deal, happened, instant, touched

from retention_rules import (
    Customer,
    FollowUp,
    Lifecycle,
    Move,
    Prohibition,
    Recurring,
    Rulebook,
    Stage,
    Timeout,
    Window,
    business_days,
    days,
    earliest,
    entered,
    evaluate,
    event,
    hours,
    prior,
    touch,
    until,
)

pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")
pytest.importorskip("narwhals", reason="it comes with the extra `batch`")

LATER = "04-01 12:00"
CALL = FollowUp(
    id="call",
    trigger=event("deal.closed"),
    fulfilled_by=touch("call"),
    released_by=event("order.cancelled"),
    window=Window(due=days(3)),
)


def found(rules, *story, as_of=LATER, pure=0, **how):
    """What the batch evaluator finds, after asking the pure one, for so few customers."""
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    book = Rulebook(rules)
    how = {"as_of": instant(as_of), "zone": "Asia/Shanghai", **how}
    answer = evaluate_frame(book, frame_of(story), **how)
    assert list(answer.findings()) == list(evaluate(book, story, **how))
    assert sum(one["pure"] for one in answer.share) == pure
    return [(one.status, one.ended) for one in answer.findings()]


def at(text):
    return int(instant(text).timestamp() * 1_000_000)


def call(id, when, **data):
    return touched(id, when, channel="call", **data)


def test_a_call_of_the_day_is_made_after_the_deal_of_that_day():
    told = found([CALL], deal("d", "03-02 15:00"), call("c", "03-02"))
    assert told == [("fulfilled", at("03-02 15:00"))]


def test_a_call_of_the_day_before_is_none_of_a_deal():
    told = found([CALL], deal("d", "03-02 00:00"), call("c", "03-01"))
    assert told == [("lapsed", None)]


def test_a_call_and_a_deal_of_one_day():
    told = found([CALL], deal("d", "03-02"), call("c", "03-02"))
    assert told == [("fulfilled", at("03-02 00:00"))]


def test_a_call_of_a_later_day_is_made_when_that_begins():
    told = found([CALL], deal("d", "03-02 15:00"), call("c", "03-04"))
    assert told == [("fulfilled", at("03-04 00:00"))]


def test_a_call_at_the_instant_of_a_deal_comes_after_one_of_its_day():
    story = [deal("d", "03-02 15:00"), call("b", "03-02 15:00"), call("c", "03-02")]
    from tests.agreement.batch import batch

    (one,) = batch(Rulebook([CALL]), story, as_of=instant(LATER), zone="Asia/Shanghai")
    assert one.ended_by == "c"
    found([CALL], *story)


def test_an_order_cancelled_on_the_day_of_its_deal_frees_it():
    told = found([CALL], deal("d", "03-02 15:00"), happened("x", "order.cancelled", "03-02"))
    assert told == [("released", at("03-02 15:00"))]


def test_a_call_of_the_day_pays_what_it_would_free():
    story = [deal("d", "03-02 15:00"), call("c", "03-02")]
    told = found([CALL], *story, happened("x", "order.cancelled", "03-02"))
    assert told == [("fulfilled", at("03-02 15:00"))]


@pytest.mark.parametrize("policy", ["separate", "restart", "ignore"])
def test_deals_of_one_day_act_on_each_other_in_their_order(policy):
    rule = FollowUp(
        id="again",
        trigger=event("deal.closed"),
        fulfilled_by=event("deal.closed"),
        window=Window(due=days(3)),
        on_retrigger=policy,
    )
    told = found([rule], deal("a", "03-02 15:00"), deal("b", "03-02"), deal("c", "03-02"))
    assert ("fulfilled", at("03-02 00:00")) in told


def test_a_call_of_the_day_pays_a_deal_that_was_ignored_while_another_lasted():
    rule = FollowUp(
        id="call",
        trigger=event("deal.closed"),
        fulfilled_by=touch("call"),
        window=Window(due=days(3)),
        on_retrigger="ignore",
    )
    story = [deal("a", "03-02 10:00"), call("c", "03-02"), deal("b", "03-02 15:00")]
    told = found([rule], *story)
    assert told == [("fulfilled", at("03-02 10:00")), ("fulfilled", at("03-02 15:00"))]


def test_the_days_of_two_customers_begin_where_they_are():
    story = [
        deal("d", "03-02 15:00"),
        call("c", "03-04"),
        deal("e", "03-02 15:00", customer="mia"),
        call("f", "03-04", customer="mia"),
    ]
    people = [Customer("lin", zone="Asia/Shanghai"), Customer("mia", zone="Europe/Berlin")]
    told = found([CALL], *story, customers=people)
    assert [ended for _, ended in told] == [at("03-04 00:00"), at("03-04 07:00")]


def test_a_visit_of_the_day_of_the_start_pays_and_opens_the_next():
    visits = Recurring(
        id="visits",
        starts=event("deal.closed"),
        fulfilled_by=touch("visit"),
        stops=event("order.cancelled"),
        every=days(7),
    )
    story = [
        touched("v1", "03-02", channel="visit"),
        touched("v2", "03-02", channel="visit"),
        deal("d", "03-02 15:00"),
        happened("x", "order.cancelled", "03-02 16:00"),
        deal("e", "03-02 17:00"),
    ]
    told = found([visits], *story)
    assert sorted(told, key=str) == [
        ("breached", None),
        ("fulfilled", at("03-02 15:00")),
        ("fulfilled", at("03-02 15:00")),
        ("released", at("03-02 16:00")),
    ]


GIFT = Prohibition(id="gift", forbids=event("gift.given"), unless_prior=event("gift.cleared"))


@pytest.mark.parametrize(
    ("cleared", "given", "status"),
    [
        ("03-01", "03-02", "right"),
        ("03-02", "03-02", "indeterminate"),
        ("03-03", "03-02", "violated"),
        ("03-02 10:00", "03-02", "indeterminate"),
        ("03-02", "03-02 10:00", "indeterminate"),
        ("03-02", "03-03 00:00", "right"),
        ("03-02 00:00", "03-02", "right"),
    ],
)
def test_a_gift_is_cleared_before_its_day(cleared, given, status):
    story = [happened("c", "gift.cleared", cleared), happened("g", "gift.given", given)]
    told = found([GIFT], *story)
    assert [one for one, _ in told] == ([] if status == "right" else [status])


def test_an_approval_of_the_same_day_does_not_hide_one_at_an_earlier_instant():
    story = [
        happened("a", "gift.cleared", "03-02"),
        happened("b", "gift.cleared", "03-02 10:00"),
        happened("g", "gift.given", "03-02 11:00"),
    ]
    assert found([GIFT], *story) == []


def test_an_approval_does_not_approve_itself_but_another_one_on_its_day_may():
    twice = Prohibition(id="gift", forbids=event("gift.given"), unless_prior=event("gift.given"))
    first, second = (happened(id, "gift.given", "03-02") for id in "ab")
    assert found([twice], first) == [("violated", None)]
    assert found([twice], first, second) == [("indeterminate", None)] * 2


def test_a_gift_of_today_may_still_be_cleared_so_the_pure_evaluator_is_asked():
    given = happened("g", "gift.given", "03-02")
    assert found([GIFT], given, as_of="03-02 12:00", pure=1) == [("indeterminate", None)]


def test_what_came_before_is_counted_by_days():
    rule = FollowUp(
        id="second",
        trigger=event("deal.closed").where(prior(event("deal.closed"), since=days(2)).count() >= 1),
        fulfilled_by=touch("call"),
        window=Window(due=days(3)),
    )
    story = [deal("a", "03-02"), deal("b", "03-04"), deal("c", "03-07"), call("d", "03-04")]
    assert found([rule], *story) == [("fulfilled", at("03-04 00:00"))]


@pytest.mark.parametrize("after", [days(2), hours(36)])
def test_a_stage_that_a_day_began_ends_by_itself(after):
    life = Lifecycle(
        id="life",
        stages=[Stage(name="new"), Stage(name="old")],
        moves=[Move(on=event("deal.closed"), to="new")],
        timeouts=[Timeout(source="new", after=after, to="old")],
    )
    rule = FollowUp(
        id="greet",
        trigger=entered("life", "new") | entered("life", "old"),
        fulfilled_by=touch("call"),
        window=Window(due=days(3)),
    )
    told = found([life, rule], deal("d", "03-02"), call("c", "03-02"))
    assert ("fulfilled", at("03-02 00:00")) in told


def test_the_earliest_end_decides_whether_a_window_ends_with_a_day():
    rule = FollowUp(
        id="call",
        trigger=event("deal.closed"),
        fulfilled_by=touch("call"),
        on_retrigger="ignore",
        window=Window(due=earliest(days(1), business_days(1).at("10:00"))),
    )
    paid = call("c", "03-07")  # a Saturday: the working day ends later
    assert found([rule], deal("d", "03-06 12:00"), paid) == [("fulfilled", at("03-07 00:00"))]
    paid = call("c", "03-03")  # a Tuesday: its morning ends first
    assert found([rule], deal("d", "03-02 12:00"), paid) == [("indeterminate", None)]


def test_a_date_in_the_data_is_a_window_that_ends_with_a_day():
    rule = FollowUp(
        id="call",
        trigger=event("deal.closed"),
        fulfilled_by=touch("call"),
        window=Window(due=until("wanted")),
    )
    story = [deal("d", "03-02 15:00", wanted="2026-03-05"), call("c", "03-02")]
    assert found([rule], *story) == [("fulfilled", at("03-02 15:00"))]


# ---- windows that end at instants ----------------------------------------------------------------

SOON = FollowUp(
    id="soon",
    trigger=event("deal.closed"),
    fulfilled_by=touch("call"),
    released_by=event("order.cancelled"),
    window=Window(due=hours(30)),
)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("03-01", ("lapsed", None)),
        ("03-02", ("indeterminate", None)),
        ("03-03", ("indeterminate", None)),
        ("03-04", ("indeterminate", None)),
        ("03-06", ("lapsed", None)),
    ],
)
def test_nobody_can_tell_whether_a_call_of_a_day_came_within_hours(made, told):
    assert found([SOON], deal("d", "03-02 15:00"), call("c", made)) == [told]


def test_a_call_of_a_later_day_is_made_by_the_end_of_that():
    end = at("03-03 23:59:59.999999")
    assert found([SOON], deal("d", "03-02 23:00"), call("c", "03-03")) == [("fulfilled", end)]
    assert found([SOON], deal("d", "03-02"), call("c", "03-03")) == [("fulfilled", end)]


def test_a_call_at_an_instant_after_a_deal_of_a_day():
    assert found([SOON], deal("d", "03-02"), call("c", "03-02 15:00")) == [("indeterminate", None)]
    three = at("03-03 15:00")
    assert found([SOON], deal("d", "03-02"), call("c", "03-03 15:00")) == [("fulfilled", three)]


def test_hours_after_a_deal_of_a_day_are_counted_from_its_end():
    from tests.agreement.batch import batch

    how = {"as_of": instant("03-03 12:00"), "zone": "Asia/Shanghai"}
    (one,) = batch(Rulebook([SOON]), [deal("d", "03-02")], **how)
    assert one.due == at("03-04 05:59:59.999999")
    found([SOON], deal("d", "03-02"), as_of="03-03 12:00")


@pytest.mark.parametrize("policy", ["separate", "restart", "ignore"])
@pytest.mark.parametrize("second", ["03-02", "03-02 18:00", "03-03", "03-03 18:00"])
def test_deals_and_calls_of_some_days_under_each_policy(policy, second):
    rule = FollowUp(
        id="soon",
        trigger=event("deal.closed"),
        fulfilled_by=touch("call"),
        window=Window(due=hours(30)),
        on_retrigger=policy,
    )
    story = [deal("a", "03-02"), deal("b", second), call("c", "03-03"), call("e", "03-03 20:00")]
    assert len(found([rule], *story)) >= 1


def test_a_call_of_today_may_still_be_made_so_the_pure_evaluator_is_asked():
    story = [deal("d", "03-02 08:00"), call("c", "03-02")]
    assert found([SOON], *story, as_of="03-02 12:00", pure=1) == [("open", None)]
