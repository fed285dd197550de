"""What must not happen, and what makes it right."""

import pytest
from tests.semantics.story import LAST, ZONE, deal, follow_up, happened, instant, verdict

from retention_rules import (
    Customer,
    DefinitionError,
    Prohibition,
    Rulebook,
    customer,
    days,
    evaluate,
    event,
    field,
)

GIFT = happened("g", "gift.given", "03-03 10:00")
ALLOWED = None


def prohibition(**more):
    return Prohibition(
        **{
            "id": "no",
            "forbids": event("gift.given"),
            "unless_prior": event("gift.cleared"),
            **more,
        }
    )


def cleared(at, id="c", **data):
    return happened(id, "gift.cleared", at, **data)


def status(ask, rule, *story, as_of="04-01 12:00", **how):
    """The status of the one violation, or None."""
    found = list(ask(rule, *story, as_of=as_of, **how))
    assert len(found) <= 1
    return found[0].status if found else ALLOWED


# ------------------------------------------------------------- clearances


def test_without_a_clearance_it_is_violated_at_once_and_for_good(ask):
    (one,) = ask(prohibition(), GIFT, as_of="03-03 10:00")
    assert (one.nature, one.status, one.final) == ("violation", "violated", True)
    assert (one.opens_at, one.due, one.expires, one.ended, one.next_change) == (
        instant("03-03 10:00"),
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("03-01 10:00", ALLOWED),
        ("03-03 09:59:59.999999", ALLOWED),
        ("03-03 10:00", ALLOWED),
        ("03-03 10:00:00.000001", "violated"),
    ],
)
@pytest.mark.parametrize("id", ["a", "z"])
def test_a_clearance_at_or_before_the_instant_makes_it_right(ask, at, id, expected):
    assert status(ask, prohibition(), GIFT, cleared(at, id)) == expected


def test_an_event_does_not_clear_itself_but_the_next_one(ask):
    rule = prohibition(unless_prior=event("gift.given"))
    found = ask(rule, GIFT, happened("h", "gift.given", "03-04 10:00"), as_of="03-05 10:00")
    assert [one.trigger for one in found] == ["g"]


def test_two_events_of_one_instant_clear_each_other(ask):
    rule = prohibition(unless_prior=event("gift.given"))
    assert (
        list(ask(rule, GIFT, happened("h", "gift.given", "03-03 10:00"), as_of="03-05 10:00")) == []
    )


def test_one_clearance_clears_all_that_follows(ask):
    story = (cleared("03-01 10:00"), GIFT, happened("h", "gift.given", "03-09 10:00"))
    assert list(ask(prohibition(), *story, as_of="04-01 12:00")) == []


def test_a_clearance_of_another_case_does_not_clear(ask):
    rule = prohibition(correlate_on="case")
    gift = happened("g", "gift.given", "03-03 10:00", case="c1")
    assert status(ask, rule, gift, cleared("03-01 10:00", case="c2")) == "violated"
    assert status(ask, rule, gift, cleared("03-01 10:00", case="c1")) == ALLOWED
    assert status(ask, rule, gift, cleared("03-01 10:00")) == "violated"


def test_an_event_without_its_case_is_noted_not_accused(ask):
    found = ask(prohibition(correlate_on="case"), GIFT, as_of="04-01 12:00")
    assert (list(found), [note.kind for note in found.notes]) == ([], ["uncorrelated"])


def test_a_clearance_of_another_customer_does_not_clear(ask):
    other = happened("c", "gift.cleared", "03-01 10:00", customer="wang")
    assert status(ask, prohibition(), GIFT, other) == "violated"


# ------------------------------------------------------------- days


DATED = happened("g", "gift.given", "03-03")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("03-02", ALLOWED),
        ("03-02 12:00", ALLOWED),
        ("03-03 00:00", ALLOWED),
        ("03-03 00:00:00.000001", "indeterminate"),
        ("03-03", "indeterminate"),
        (f"03-03 {LAST}", "indeterminate"),
        ("03-04 00:00", "violated"),
        ("03-04", "violated"),
    ],
)
def test_a_dated_event_and_a_clearance(ask, at, expected):
    assert status(ask, prohibition(), DATED, cleared(at)) == expected


@pytest.mark.parametrize(
    ("at", "expected"), [("03-02", ALLOWED), ("03-03", "indeterminate"), ("03-04", "violated")]
)
def test_a_dated_clearance(ask, at, expected):
    assert status(ask, prohibition(), GIFT, cleared(at)) == expected


def test_a_dated_event_is_undecided_until_its_day_is_over(ask):
    (one,) = ask(prohibition(), DATED, as_of="03-03 12:00")
    assert verdict(one) == ("indeterminate", None, "doubtful")
    assert one.next_change_at == instant(f"03-03 {LAST}")


def test_a_dated_event_that_nothing_could_clear_is_violated_at_once(ask):
    assert status(ask, prohibition(unless_prior=None), DATED, as_of="03-03 00:00") == "violated"


# ------------------------------------------------------------- conditions and context


def test_an_event_that_is_not_forbidden_is_no_finding(ask):
    rule = prohibition(forbids=event("gift.given").where(field("worth") > 100))
    assert status(ask, rule, happened("g", "gift.given", "03-03 10:00", worth=100)) == ALLOWED
    assert status(ask, rule, happened("g", "gift.given", "03-03 10:00", worth=101)) == "violated"


def test_an_event_perhaps_forbidden_is_indeterminate(ask):
    rule = prohibition(forbids=event("gift.given").where(field("worth") > 100))
    assert status(ask, rule, GIFT) == "indeterminate"
    assert status(ask, rule, GIFT, cleared("03-01 10:00")) == ALLOWED


@pytest.mark.parametrize(
    ("at", "expected"), [("03-01 10:00", "indeterminate"), ("03-04 10:00", "violated")]
)
def test_a_clearance_that_matches_only_perhaps_leaves_it_indeterminate(ask, at, expected):
    rule = prohibition(unless_prior=event("gift.cleared", ok=True))
    assert status(ask, rule, GIFT, cleared(at)) == expected


OFFICIAL = prohibition(context=customer("kind") == "government", unless_prior=None)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": "government"}, "violated"),
        ({"kind": "company"}, ALLOWED),
        ({}, "indeterminate"),
        ({"kind": 7}, "indeterminate"),
    ],
)
def test_an_unknown_context_is_indeterminate_never_allowed(ask, facts, expected):
    assert status(ask, OFFICIAL, GIFT, customers=[Customer("lin", facts=facts)]) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("03-02 10:00", "violated"),
        ("03-03 10:00", "violated"),
        ("03-03", "violated"),
        ("03-03 10:00:00.000001", "indeterminate"),
    ],
)
def test_the_context_is_that_of_the_events_instant(ask, at, expected):
    learned = happened("k", "customer.changed", at, kind="government")
    assert status(ask, OFFICIAL, GIFT, learned) == expected


def test_what_is_learned_later_counts_if_it_is_backdated(ask):
    learned = happened(
        "k", "customer.changed", "03-01 10:00", kind="government", recorded="03-09 10:00"
    )
    assert status(ask, OFFICIAL, GIFT, learned, as_of="03-03 10:00") == "violated"


# ------------------------------------------------------------- unless_forbidden


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": "government"}, []),
        ({"kind": "company"}, [("open", None)]),
        ({}, [("indeterminate", "open")]),
    ],
)
def test_what_is_forbidden_is_not_owed(ask, facts, expected):
    rule = follow_up(days(2), fulfilled_by=event("gift.given"), unless_forbidden="no")
    found = ask(
        [OFFICIAL, rule],
        deal("d1", "03-02 15:00"),
        as_of="03-02 15:00",
        customers=[Customer("lin", facts=facts)],
    )
    assert [(one.status, one.leaning) for one in found.select("call")] == expected


def test_a_prohibition_that_is_not_there_forbids_nothing_it_is_an_error():
    rule = follow_up(days(2), unless_forbidden="no")
    with pytest.raises(DefinitionError):
        evaluate(
            Rulebook(rule), [deal("d1", "03-02 15:00")], as_of=instant("03-02 15:00"), zone=ZONE
        )
