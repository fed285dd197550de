"""Two runs: where nothing doubtful counts, and where everything does."""

from datetime import date

import pytest
from tests.semantics.story import (
    LAST,
    Q,
    deal,
    follow_up,
    happened,
    instant,
    statuses,
    touched,
    verdict,
)

from retention_rules import (
    Customer,
    Prohibition,
    contact,
    contacts,
    days,
    event,
    field,
    hours,
    prior,
    touch,
)

DEAL = deal("d1", "03-02 15:00")
SURE = {"ok": True}


def unsure(due, **more):
    """A rule whose trigger, payment and release are unknown without the field `ok`."""
    return follow_up(
        due,
        trigger=event("deal.closed", ok=True),
        fulfilled_by=touch(ok=True),
        released_by=event("deal.cancelled", ok=True),
        **more,
    )


D1 = deal("d1", "03-02 15:00", **SURE)


def cancelled(at, **data):
    return happened("x", "deal.cancelled", at, **data)


def one(ask, rule, *story, as_of, **how):
    return verdict(ask(rule, *story, as_of=as_of, **how).get("call/lin/d1"))


# ------------------------------------------------------------- doubtful triggers


@pytest.mark.parametrize(
    ("as_of", "leaning"),
    [("03-02 15:00", "open"), ("03-05 00:00", "breached"), ("03-07 00:00", "lapsed")],
)
def test_a_doubtful_trigger_leans_to_what_it_would_be(ask, as_of, leaning):
    assert one(ask, unsure(days(2)), DEAL, as_of=as_of) == ("indeterminate", leaning, "doubtful")


def test_a_doubtful_trigger_that_was_paid_leans_to_fulfilled(ask):
    story = (DEAL, touched("t", "03-03 10:00", **SURE))
    found = ask(unsure(days(2)), *story, as_of="03-03 10:00").get("call/lin/d1")
    assert verdict(found) == ("indeterminate", "fulfilled", "doubtful")
    assert found.ended is None


def test_a_trigger_that_is_not_one_is_no_finding(ask):
    assert (
        list(ask(unsure(days(2)), deal("d1", "03-02 15:00", ok=False), as_of="03-03 10:00")) == []
    )


# ------------------------------------------------------------- doubtful payments


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("03-03 10:00", ("open", None, None)),
        (f"03-04 {LAST}", ("open", None, None)),
        ("03-05 00:00", ("indeterminate", "breached", "doubtful")),
        ("03-07 00:00", ("indeterminate", "lapsed", "doubtful")),
    ],
)
def test_a_doubtful_payment_keeps_it_open_and_then_indeterminate(ask, as_of, expected):
    assert one(ask, unsure(days(2)), D1, touched("t", "03-03 10:00"), as_of=as_of) == expected


def test_a_certain_payment_in_time_settles_it(ask):
    story = (D1, touched("t", "03-03 10:00"), touched("s", "03-04 10:00", **SURE))
    found = ask(unsure(days(2)), *story, as_of="03-20 10:00").get("call/lin/d1")
    assert (found.status, found.ended_by, found.ended_at) == (
        "fulfilled",
        "s",
        instant("03-04 10:00"),
    )


def test_a_certain_payment_too_late_does_not(ask):
    story = (D1, touched("t", "03-03 10:00"), touched("s", "03-05 10:00", **SURE))
    assert one(ask, unsure(days(2)), *story, as_of="03-20 10:00") == (
        "indeterminate",
        "repaired",
        "doubtful",
    )


def test_a_doubtful_payment_after_a_certain_one_is_nothing(ask):
    story = (D1, touched("s", "03-05 10:00", **SURE), touched("t", "03-05 11:00"))
    assert one(ask, unsure(days(2)), *story, as_of="03-20 10:00") == ("repaired", None, None)


def test_a_doubtful_payment_after_expiry_is_nothing(ask):
    story = (D1, touched("t", "03-07 00:00"))
    assert one(ask, unsure(days(2)), *story, as_of="03-20 10:00") == ("lapsed", None, None)


def test_an_indeterminate_finding_has_the_window_but_no_end(ask):
    story = (D1, touched("t", "03-03 10:00"))
    found = ask(unsure(days(2)), *story, as_of="03-05 00:00").get("call/lin/d1")
    assert (found.due_at, found.ended, found.ended_by) == (instant(f"03-04 {LAST}"), None, None)


# ------------------------------------------------------------- doubtful releases


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("03-04 10:00", ("open", None, None)),
        ("03-05 00:00", ("indeterminate", "breached", "doubtful")),
    ],
)
def test_a_doubtful_release_keeps_it_open_and_then_indeterminate(ask, as_of, expected):
    assert one(ask, unsure(days(2)), D1, cancelled("03-03 10:00"), as_of=as_of) == expected


def test_a_doubtful_release_after_due_changes_nothing_in_the_end(ask):
    """Breached or lapsed: the status differs until it lapses, and who ended it for good."""
    assert one(ask, unsure(days(2)), D1, cancelled("03-05 10:00"), as_of="03-05 10:00") == (
        "indeterminate",
        "breached",
        "doubtful",
    )


def test_what_was_paid_before_a_doubtful_release_is_fulfilled(ask):
    story = (D1, touched("s", "03-03 10:00", **SURE), cancelled("03-03 11:00"))
    assert one(ask, unsure(days(2)), *story, as_of="03-20 10:00") == ("fulfilled", None, None)


def test_what_was_paid_after_a_doubtful_release_is_fulfilled_too(ask):
    story = (D1, cancelled("03-03 09:00"), touched("s", "03-03 10:00", **SURE))
    assert one(ask, unsure(days(2)), *story, as_of="03-20 10:00") == ("fulfilled", None, None)


# ------------------------------------------------------------- ignore and queue


MAYBE = deal("m", "03-03 10:00")


@pytest.mark.parametrize("policy", ["ignore", "queue"])
def test_under_ignore_and_queue_a_doubtful_thing_leaves_no_accusation(ask, policy):
    rule = unsure(days(2), on_retrigger=policy)
    assert one(ask, rule, D1, MAYBE, as_of="03-04 10:00") == ("open", None, None)
    assert one(ask, rule, D1, MAYBE, as_of="03-05 10:00") == (
        "indeterminate",
        "breached",
        "doubtful",
    )


def test_under_separate_a_doubtful_trigger_does_not_touch_the_others(ask):
    assert one(ask, unsure(days(2)), D1, MAYBE, as_of="03-05 10:00") == ("breached", None, None)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("03-07 00:00", ("indeterminate", "lapsed", "doubtful")),
        ("03-07 00:00:00.000001", ("lapsed", None, None)),
    ],
)
def test_under_ignore_what_is_doubtful_after_the_end_does_not_matter(ask, at, expected):
    rule = unsure(days(2), on_retrigger="ignore")
    assert one(ask, rule, D1, deal("m", at), as_of="03-20 10:00") == expected


def test_under_ignore_what_is_fulfilled_in_both_runs_is_fulfilled(ask):
    rule = unsure(days(2), on_retrigger="ignore")
    story = (D1, MAYBE, touched("s", "03-03 12:00", **SURE))
    assert one(ask, rule, *story, as_of="03-20 10:00") == ("fulfilled", None, None)


def test_under_restart_a_doubtful_trigger_is_a_doubtful_release(ask):
    rule = unsure(days(2), on_retrigger="restart")
    assert one(ask, rule, D1, MAYBE, as_of="03-05 10:00") == (
        "indeterminate",
        "breached",
        "doubtful",
    )


# ------------------------------------------------------------- days in finer windows


@pytest.mark.parametrize(
    ("touch_day", "expected"),
    [
        ("03-01", ("breached", None, None)),
        ("03-02", ("indeterminate", "breached", "doubtful")),
        ("03-03", ("fulfilled", None, None)),
        ("03-04", ("indeterminate", "repaired", "doubtful")),
        ("03-05", ("indeterminate", "repaired", "doubtful")),  # the runs differ in `ended`
    ],
)
def test_a_dated_touch_in_a_window_of_48_hours(ask, touch_day, expected):
    rule = follow_up(hours(48), expires=hours(200))
    found = ask(rule, DEAL, touched("t", touch_day), as_of="03-06 12:00").get("call/lin/d1")
    assert verdict(found) == expected


def test_a_dated_touch_in_a_window_of_hours_pays_when_its_day_is_over(ask):
    rule = follow_up(hours(48))
    story = (DEAL, touched("t", "03-03"))
    assert ask(rule, *story, as_of="03-03 12:00")[0].status == "open"
    found = ask(rule, *story, as_of=f"03-03 {LAST}")[0]
    assert (found.status, found.ended_at) == ("fulfilled", instant(f"03-03 {LAST}"))


def test_a_dated_trigger_in_a_window_of_hours_is_perhaps_paid_by_a_touch_of_its_day(ask):
    rule = follow_up(hours(24))
    story = (deal("d1", "03-02"), touched("t", "03-02 12:00"))
    assert one(ask, rule, *story, as_of="03-03 12:00") == ("open", None, None)
    assert one(ask, rule, *story, as_of="03-04 00:00") == ("indeterminate", "breached", "doubtful")


# ------------------------------------------------------------- contacts and differing fields


LIN = Customer("lin", contacts=[{"id": "mei", "senior": True}, {"id": "wei", "senior": True}])


def test_a_touch_pays_for_the_contact_it_names(ask):
    rule = follow_up(days(2), for_each=contacts())
    story = (DEAL, touched("t", "03-03 10:00", contact="mei"))
    assert statuses(ask(rule, *story, as_of="03-05 00:00", customers=[LIN])) == {
        "d1/mei": "fulfilled",
        "d1/wei": "breached",
    }


def test_a_touch_of_nobody_in_particular_is_doubtful_for_each(ask):
    rule = follow_up(days(2), for_each=contacts())
    story = (DEAL, touched("t", "03-03 10:00"))
    assert set(statuses(ask(rule, *story, as_of="03-05 00:00", customers=[LIN])).values()) == {
        "indeterminate"
    }


def test_a_contact_who_matches_only_perhaps_is_indeterminate(ask):
    rule = follow_up(days(2), for_each=contacts(contact("senior") == True))  # noqa: E712
    lin = Customer("lin", contacts=[{"id": "mei"}, {"id": "wei", "senior": False}])
    found = ask(rule, DEAL, as_of="03-02 15:00", customers=[lin])
    assert statuses(found) == {"d1/mei": "indeterminate"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"by": "mei"}, "breached"),
        ({"by": "wei"}, "fulfilled"),
        ({}, "indeterminate"),
    ],
)
def test_differs_on_wants_another_value_and_doubts_a_missing_one(ask, data, expected):
    rule = follow_up(days(2), differs_on="by")
    story = (deal("d1", "03-02 15:00", by="mei"), touched("t", "03-03 10:00", **data))
    assert ask(rule, *story, as_of="03-05 00:00")[0].status == expected


@pytest.mark.parametrize(
    ("floor", "other", "expected"),
    [
        (1, 1.0, "breached"),
        (1, True, "fulfilled"),
        (1, "1", "fulfilled"),
    ],
    ids=["1 and 1.0 are one number", "yes is not 1", "the text 1 is not the number"],
)
def test_differs_on_compares_values_with_their_types(ask, floor, other, expected):
    rule = follow_up(days(2), differs_on="floor")
    story = (
        deal("d1", "03-02 15:00", floor=floor),
        touched("t", "03-03 10:00", floor=other),
    )
    assert ask(rule, *story, as_of="03-05 00:00")[0].status == expected


def test_differs_on_doubts_a_trigger_without_the_field(ask):
    rule = follow_up(days(2), differs_on="by")
    story = (DEAL, touched("t", "03-03 10:00", by="mei"))
    assert ask(rule, *story, as_of="03-05 00:00")[0].status == "indeterminate"


# ------------------------------------------------------------- complete


def known_to(ask, upto, *story, as_of, rule=None):
    found = ask(rule or follow_up(days(2)), DEAL, *story, as_of=as_of, complete={"crm": upto})
    return verdict(found.get("call/lin/d1"))


@pytest.mark.parametrize(
    ("upto", "as_of", "expected"),
    [
        ("03-03 10:00", "03-04 10:00", ("open", None, None)),
        ("03-04 23:59:59.999998", "03-05 10:00", ("indeterminate", "breached", "incomplete")),
        (f"03-04 {LAST}", "03-05 10:00", ("breached", None, None)),
        ("03-03 10:00", "03-20 10:00", ("indeterminate", "lapsed", "incomplete")),
        (f"03-04 {LAST}", "03-20 10:00", ("breached", None, None)),
        ("03-06 23:59:59.999998", "03-20 10:00", ("breached", None, None)),
        (f"03-06 {LAST}", "03-20 10:00", ("lapsed", None, None)),
    ],
)
def test_absence_needs_data_up_to_due_and_to_lapse_up_to_expiry(ask, upto, as_of, expected):
    assert known_to(ask, upto, as_of=as_of) == expected


def test_a_touch_in_time_needs_no_completeness(ask):
    story = (touched("t", "03-04 10:00"),)
    assert known_to(ask, "03-03 10:00", *story, as_of="03-20 10:00") == ("fulfilled", None, None)


def test_a_late_touch_does(ask):
    story = (touched("t", "03-05 10:00"),)
    assert known_to(ask, "03-03 10:00", *story, as_of="03-20 10:00") == (
        "indeterminate",
        "repaired",
        "incomplete",
    )


def test_a_release_needs_none(ask):
    rule = follow_up(days(2), released_by=event("deal.cancelled"))
    assert known_to(
        ask, "03-02 10:00", cancelled("03-03 10:00"), as_of="03-20 10:00", rule=rule
    ) == (
        "released",
        None,
        None,
    )


def test_of_several_sources_the_least_counts(ask):
    complete = {"crm": "03-20 10:00", "shop": "03-03 10:00"}
    found = ask(follow_up(days(2)), DEAL, as_of="03-05 10:00", complete=complete)
    assert found[0].reason == "incomplete"


@pytest.mark.parametrize(
    ("upto", "expected"),
    [
        ("03-03 09:59:59.999999", ("indeterminate", None, "incomplete")),
        ("03-03 10:00", ("violated", None, None)),
    ],
)
def test_the_want_of_a_clearance_needs_data(ask, upto, expected):
    rule = Prohibition(id="no", forbids=event("gift"), unless_prior=event("cleared"))
    gift = happened("g", "gift", "03-03 10:00")
    found = ask(rule, gift, as_of="03-05 10:00", complete={"crm": upto})
    assert verdict(found[0]) == expected


def test_what_nothing_could_clear_needs_none(ask):
    rule = Prohibition(id="no", forbids=event("gift"))
    found = ask(
        rule,
        happened("g", "gift", "03-03 10:00"),
        as_of="03-05 10:00",
        complete={"crm": "03-01 00:00"},
    )
    assert found[0].status == "violated"


# ------------------------------------------------------------- history_from


def counted(ask, condition, *story, **how):
    """Whether a deal on 2 March satisfies the condition: True, False or None."""
    rule = follow_up(days(2), trigger=event("deal.closed").where(condition))
    found = ask(rule, *story, deal("now", "03-02 15:00", amount=50), as_of="03-02 15:00", **how)
    here = [one for one in found if one.trigger == "now"]
    return False if not here else None if here[0].status == "indeterminate" else True


DEALS = prior("deal.closed")
HISTORY = {"history_from": date(2026, 1, 1)}
SEEN = deal("before", "02-01 10:00", amount=100)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (DEALS.count() == 0, None),
        (DEALS.count() >= 1, None),
        (DEALS.max("amount") >= 1, None),
        (DEALS.sum("amount") >= 1, None),
        (DEALS.last("amount") >= 1, None),
        (DEALS.count() >= 0, True),
    ],
)
def test_beyond_history_nothing_seen_is_unknown(ask, condition, expected):
    assert counted(ask, condition, **HISTORY) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (DEALS.count() == 0, False),
        (DEALS.count() >= 1, True),
        (DEALS.count() >= 2, None),
        (DEALS.count() <= 1, None),
        (DEALS.max("amount") >= 100, True),
        (DEALS.max("amount") >= 101, None),
        (DEALS.max("amount") < 100, False),
        (DEALS.min("amount") <= 100, True),
        (DEALS.min("amount") < 100, None),
        (DEALS.min("amount") > 100, False),
        (DEALS.sum("amount") >= 1, None),
        (DEALS.last("amount") == 100, True),
        (DEALS.last("amount") == 99, False),
    ],
)
def test_beyond_history_what_was_seen_bounds_it(ask, condition, expected):
    assert counted(ask, condition, SEEN, **HISTORY) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (field("amount") > DEALS.max("amount") * 0, True),
        (field("amount") > DEALS.min("amount") * 0, True),
        (field("amount") > DEALS.max("amount") * -1, True),
        (field("amount") > DEALS.min("amount") * -1, None),
    ],
    ids=["above none of what is open upwards", "nor downwards", "turned round", "and the other"],
)
def test_beyond_history_a_share_of_what_is_open_is_open_too_but_none_of_it_is_none(
    ask, condition, expected
):
    assert counted(ask, condition, SEEN, **HISTORY) is expected


def test_a_reach_that_ends_within_history_is_known(ask):
    assert counted(ask, prior("deal.closed", since=days(60)).count() == 0, **HISTORY) is True
    assert counted(ask, prior("deal.closed", since=days(61)).count() == 0, **HISTORY) is None


def test_history_may_begin_for_one_customer_only(ask):
    lin = Customer("lin", history_from="2026-01-01")
    assert counted(ask, DEALS.count() == 0, customers=[lin]) is None
    assert (
        counted(ask, DEALS.count() == 0, customers=[Customer("wang", history_from="2026-01-01")])
        is True
    )


def test_a_clearance_may_lie_beyond_history(ask):
    rule = Prohibition(id="no", forbids=event("gift"), unless_prior=event("cleared"))
    gift = happened("g", "gift", "03-03 10:00")
    assert verdict(ask(rule, gift, as_of="03-05 10:00", **HISTORY)[0]) == (
        "indeterminate",
        None,
        "incomplete",
    )
    seen = happened("c", "cleared", "03-01 10:00")
    assert list(ask(rule, gift, seen, as_of="03-05 10:00", **HISTORY)) == []


# ------------------------------------------------------------- the agenda


def test_the_agenda_asks_for_what_can_be_done_and_what_must_be_clarified(ask):
    story = (
        DEAL,
        deal("d2", "03-04 15:00"),
        deal("d3", "03-04 15:00", ok=False),
        deal("d4", "02-01 15:00", ok=True),
    )
    rule = follow_up(days(2), trigger=event("deal.closed").where(field("ok") == True))  # noqa: E712
    found = ask([rule, follow_up(days(2), id="other")], *story, as_of="03-05 10:00")
    assert [(one.rule, one.trigger, one.status) for one in found.agenda()] == [
        ("call", "d1", "indeterminate"),
        ("other", "d1", "breached"),
        ("call", "d2", "indeterminate"),
        ("other", "d2", "open"),
        ("other", "d3", "open"),
    ]


def test_a_microsecond_is_the_resolution_of_doubt(ask):
    story = (D1, touched("t", "03-03 10:00"))
    due = ask(unsure(days(2)), *story, as_of="03-03 10:00")[0].due_at
    assert ask(unsure(days(2)), *story, as_of=due)[0].status == "open"
    assert ask(unsure(days(2)), *story, as_of=due + Q)[0].status == "indeterminate"
